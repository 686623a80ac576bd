// SPDX-License-Identifier: GPL-2.0-only
/* Where the ring is in physical memory, for a host that reads it when the guest cannot any more. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

#define PAGEMAP_PRESENT	(1ull << 63)
#define PAGEMAP_PFN	((1ull << 55) - 1)	/* Documentation/admin-guide/mm/pagemap.rst */

/* Appends a line "PFN PAGES" for each piece of @mem that is contiguous. */
static int add_pieces(struct strbuf *out, int pagemap, const void *mem, size_t pages, size_t page)
{
	uint64_t *entry = xmalloc(pages * sizeof(*entry)), first = 0, nr = 0;
	off_t at = (off_t)((uintptr_t)mem / page * sizeof(*entry));
	ssize_t want = pages * sizeof(*entry);
	int err = pread(pagemap, entry, want, at) == want ? 0 : -EIO;

	for (size_t i = 0; i <= pages && !err; i++) {
		uint64_t pfn = i < pages ? entry[i] & PAGEMAP_PFN : 0;

		/* Without the right to see them all numbers are 0. */
		if (i < pages && (!(entry[i] & PAGEMAP_PRESENT) || !pfn)) {
			err = -EACCES;
		} else if (nr && pfn == first + nr) {
			nr++;
		} else {
			if (nr)
				strbuf_addf(out, "%" PRIx64 " %" PRIu64 "\n", first, nr);
			first = pfn;
			nr = 1;
		}
	}
	free(entry);
	return err;
}

int observer_place(const struct observer *o, struct strbuf *out)
{
	size_t page = sysconf(_SC_PAGESIZE), bytes = ring_bytes(o);
	int fd = bpf_map__fd(bpf_object__find_map_by_name(o->object, "ring"));
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC), err = 0;
	/* The position of the reader has a page, that of the writers another, before the data. */
	void *reader = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	void *rest = mmap(NULL, page + bytes, PROT_READ, MAP_SHARED, fd, page);

	if (pagemap < 0 || reader == MAP_FAILED || rest == MAP_FAILED)
		err = -errno;
	strbuf_addf(out, "page %zu bytes %zu\n", page, bytes);
	if (!err)
		err = add_pieces(out, pagemap, reader, 1, page);
	if (!err)
		err = add_pieces(out, pagemap, rest, 1, page);
	if (!err)
		err = add_pieces(out, pagemap, (char *)rest + page, bytes / page, page);
	if (reader != MAP_FAILED)
		munmap(reader, page);
	if (rest != MAP_FAILED)
		munmap(rest, page + bytes);
	if (pagemap >= 0)
		close(pagemap);
	return err;
}
