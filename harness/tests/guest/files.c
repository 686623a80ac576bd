// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are written, read back and compared, half of them past the page cache.
 *
 *   files FS BUS/DRIVER MB		on each disk of the driver, which has such a file system
 *   files 9p TAG MB
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "below.h"

#define WHERE	"/tmp/mnt"
#define PIECE	(64u << 10)

static int fail(const char *what)
{
	printf("files: %s: %s\n", what, strerror(errno));
	return 1;
}

static void fill(uint8_t *buf, uint64_t seed)
{
	for (size_t i = 0; i < PIECE; i += 8) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		memcpy(buf + i, &seed, 8);
	}
}

/* File @n has @n mod 7 + 1 pieces; every second one is opened with O_DIRECT. */
static int each_piece(unsigned int n, bool writes, uint8_t *buf, uint8_t *want)
{
	char path[64];
	int fd, bad = 0;

	snprintf(path, sizeof(path), WHERE "/%u", n);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | (n & 1 ? O_DIRECT : 0), 0644);
	if (fd < 0)
		return fail(path);
	for (unsigned int i = 0; i <= n % 7 && !bad; i++) {
		fill(want, n * 100 + i);
		if (writes)
			bad = write(fd, want, PIECE) != PIECE && fail(path);
		else if (read(fd, buf, PIECE) != PIECE)
			bad = fail(path);
		else if (memcmp(buf, want, PIECE))
			bad = printf("files: %s: other data came back\n", path);
	}
	if (!bad && writes && fsync(fd))
		bad = fail(path);
	close(fd);
	return bad != 0;
}

static int drop_caches(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, "3", 1) == 1;

	close(fd);
	return done ? 0 : fail("drop_caches");
}

static int use(const char *source, const char *fs, const char *options, unsigned int mb)
{
	unsigned int files = mb * 16 / 4 + 1;	/* four pieces on the average */
	uint8_t *buf, *want;
	int bad = 0;

	mkdir(WHERE, 0755);
	if (posix_memalign((void **)&buf, 4096, PIECE) ||
	    posix_memalign((void **)&want, 4096, PIECE) || mount(source, WHERE, fs, 0, options))
		return fail(source);
	for (unsigned int i = 0; i < files && !bad; i++)
		bad = each_piece(i, true, buf, want);
	if (!bad)
		bad = drop_caches();
	for (unsigned int i = 0; i < files && !bad; i++)
		bad = each_piece(i, false, buf, want);
	for (unsigned int i = 0; i < files; i++) {
		char path[64];

		snprintf(path, sizeof(path), WHERE "/%u", i);
		unlink(path);
	}
	free(buf);
	free(want);
	return umount(WHERE) ? fail("umount") : bad;
}

static int use_disks(const char *driver, const char *fs, unsigned int mb)
{
	struct names disks;
	int bad;

	if (!wait_below(driver, "block", "", 1, &disks))
		return 1;
	bad = 0;
	for (int i = 0; i < disks.nr; i++) {
		char path[80];

		snprintf(path, sizeof(path), "/dev/%s", disks.v[i]);
		bad |= use(path, fs, "", mb);
	}
	return bad;
}

int main(int argc, char **argv)
{
	int bad = 2;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 4 && !strcmp(argv[1], "9p"))
		bad = use(argv[2], "9p", "trans=virtio,version=9p2000.L,msize=131072",
			  strtoul(argv[3], NULL, 0));
	else if (argc == 4)
		bad = use_disks(argv[2], argv[1], strtoul(argv[3], NULL, 0));
	printf("files: %s\n", bad ? "failed" : "done");
	return bad;
}
