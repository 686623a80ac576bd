// SPDX-License-Identifier: GPL-2.0-only
/* Where the ring is in physical memory, for a host that reads it when the guest cannot any more. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

/* Appends a line "PFN PAGES" for each piece of @mem that is contiguous. */
static int add_pieces(struct strbuf *out, const void *mem, size_t pages)
{
	uint64_t *pfn = xmalloc(pages * sizeof(*pfn)), first = 0, nr = 0;
	int err = pagemap_read(mem, pages, pfn);

	for (size_t i = 0; i <= pages && !err; i++) {
		if (i < pages && nr && pfn[i] == first + nr) {
			nr++;
			continue;
		}
		if (nr)
			strbuf_addf(out, "%" PRIx64 " %" PRIu64 "\n", first, nr);
		first = i < pages ? pfn[i] : 0;
		nr = 1;
	}
	free(pfn);
	return err;
}

int observer_place(const struct observer *o, struct strbuf *out)
{
	size_t page = sysconf(_SC_PAGESIZE), bytes = ring_bytes(o);
	int fd = bpf_map__fd(bpf_object__find_map_by_name(o->object, "ring"));
	int err = 0;
	/* The position of the reader has a page, that of the writers another, before the data. */
	void *reader = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	void *rest = mmap(NULL, page + bytes, PROT_READ, MAP_SHARED, fd, page);

	if (reader == MAP_FAILED || rest == MAP_FAILED)
		err = -errno;
	strbuf_addf(out, "page %zu bytes %zu\n", page, bytes);
	if (!err)
		err = add_pieces(out, reader, 1);
	if (!err)
		err = add_pieces(out, rest, 1);
	if (!err)
		err = add_pieces(out, (char *)rest + page, bytes / page);
	if (reader != MAP_FAILED)
		munmap(reader, page);
	if (rest != MAP_FAILED)
		munmap(rest, page + bytes);
	return err;
}
