// SPDX-License-Identifier: GPL-2.0-only
/* Where memory of this process is in physical memory: Documentation/admin-guide/mm/pagemap.rst */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "internal.h"

#define PRESENT	(1ull << 63)
#define PFN	((1ull << 55) - 1)

int pagemap_read(const void *mem, size_t pages, uint64_t *pfn)
{
	off_t at = (off_t)((uintptr_t)mem / sysconf(_SC_PAGESIZE) * sizeof(*pfn));
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t want = pages * sizeof(*pfn);

	if (fd < 0)
		return -errno;
	if (pread(fd, pfn, want, at) != want)
		err = -EIO;
	for (size_t i = 0; i < pages && !err; i++) {
		/* Without the right to see them all numbers are 0. */
		if (!(pfn[i] & PRESENT) || !(pfn[i] & PFN))
			err = -EACCES;
		pfn[i] &= PFN;
	}
	close(fd);
	return err;
}
