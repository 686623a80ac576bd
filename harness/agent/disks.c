// SPDX-License-Identifier: GPL-2.0-only
/* Disks for md: brd, null_blk or loop devices, in the guest's memory or on a virtio disk. */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"
#include "disks.h"

#define NULLB	"/sys/kernel/config/nullb/nullb%u"

static int make_brd(struct workload *w, const struct disks *d)
{
	char *params = xasprintf("rd_nr=%u rd_size=%llu", d->nr,
				 (unsigned long long)d->size / 1024);
	int bad = late_load(w, "brd", params);

	free(params);
	return bad;
}

/* ---- null_blk ---- */

static int make_nullb(struct workload *w, const struct disks *d, unsigned int i)
{
	char size[24];
	const char *const attrs[][2] = {
		{ "size", size }, { "memory_backed", "1" }, { "power", "1" }
	};
	char *dir = xasprintf(NULLB, i);
	int err = mkdir(dir, 0755) ? -errno : 0;

	snprintf(size, sizeof(size), "%llu", (unsigned long long)d->size >> 20);
	for (int a = 0; !err && a < 3; a++) {
		char *path = xasprintf("%s/%s", dir, attrs[a][0]);

		err = write_text(path, attrs[a][1]);
		free(path);
	}
	free(dir);
	return err ? workload_fail(w, "null_blk %u: %s", i, strerror(-err)) : 0;
}

static int make_null_blk(struct workload *w, const struct disks *d)
{
	int bad;

	if (d->size % (1 << 20))
		return workload_fail(w, "null_blk: disk-size has to be whole MiB");
	bad = late_load(w, "null_blk", "nr_devices=0");
	for (unsigned int i = 0; !bad && i < d->nr; i++)
		bad = make_nullb(w, d, i);
	return bad;
}

static void remove_nullb(unsigned int i)
{
	char *dir = xasprintf(NULLB, i);

	rmdir(dir);
	free(dir);
}

/* ---- loop ---- */

/* Makes the loop device @dev of @size bytes of @file from @offset on. 0 or a negative errno. */
static int bind_loop(const char *dev, int file, uint64_t offset, uint64_t size)
{
	struct loop_config config = {
		.fd = file, .info = { .lo_offset = offset, .lo_sizelimit = size },
	};
	int loop = open(dev, O_RDWR | O_CLOEXEC), err = 0;

	if (loop < 0 || ioctl(loop, LOOP_CONFIGURE, &config))
		err = -errno;
	if (loop >= 0)
		close(loop);
	return err;
}

/* All disks are parts of @file, one after the other; @file -1: each has a file in memory. */
static int bind_loops(struct workload *w, const struct disks *d, int file)
{
	char *params = xasprintf("max_loop=%u", d->nr);
	int bad = late_load(w, "loop", params);

	free(params);
	for (unsigned int i = 0; !bad && i < d->nr; i++) {
		char *dev = xasprintf("/dev/loop%u", i), *path = xasprintf("/tmp/loop%u", i);
		int own = file, err = 0;

		if (file < 0)
			own = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (own < 0 || (file < 0 && ftruncate(own, d->size)))
			err = -errno;
		else
			err = bind_loop(dev, own, file < 0 ? 0 : i * d->size, d->size);
		if (err)
			bad = workload_fail(w, "%s: %s", dev, strerror(-err));
		if (own >= 0 && own != file)
			close(own);
		free(dev);
		free(path);
	}
	return bad;
}

/* Loop differs from brd in that another thread carries out requests, through the page cache. */
static int make_loops(struct workload *w, const struct disks *d)
{
	return bind_loops(w, d, -1);
}

/* The guest's virtio disk is long enough for the most and largest disks. */
static int make_virtio(struct workload *w, const struct disks *d)
{
	int bad = late_load(w, "virtio_blk", ""), file;

	if (bad)
		return bad;
	file = open("/dev/vda", O_RDWR | O_CLOEXEC);
	if (file < 0)
		return workload_fail(w, "/dev/vda: %s", strerror(errno));
	bad = bind_loops(w, d, file);
	close(file);
	return bad;
}

static void remove_loop(unsigned int i)
{
	char *dev = xasprintf("/dev/loop%u", i), *path = xasprintf("/tmp/loop%u", i);
	int loop = open(dev, O_RDWR | O_CLOEXEC);

	if (loop >= 0) {
		ioctl(loop, LOOP_CLR_FD, 0);
		close(loop);
	}
	unlink(path);
	free(dev);
	free(path);
}

/* ---- all ---- */

static const struct backing {
	const char *name, *disk;
	int (*make)(struct workload *w, const struct disks *d);
	void (*remove)(unsigned int i);	/* NULL: disks go with their module */
} backings[] = {
	{ "brd", "ram", make_brd, NULL },
	{ "null_blk", "nullb", make_null_blk, remove_nullb },
	{ "loop", "loop", make_loops, remove_loop },
	{ "virtio", "loop", make_virtio, remove_loop },
};

int disks_make(struct workload *w, struct disks *d)
{
	const char *backing = option_text(w, "backing");

	d->nr = option_number(w, "disks");
	d->size = option_number(w, "disk-size");
	for (size_t i = 0; i < sizeof(backings) / sizeof(backings[0]); i++)
		if (!strcmp(backings[i].name, backing))
			d->backing = &backings[i];
	if (w->why[0])
		return 1;
	if (!d->backing || d->nr < 2 || d->nr > MAX_DISKS)
		return workload_fail(w, "no disks: %u on %s", d->nr, backing);
	d->name = d->backing->disk;
	return d->backing->make(w, d);
}

void disks_remove(struct disks *d)
{
	for (unsigned int i = 0; d->backing && d->backing->remove && i < d->nr; i++)
		d->backing->remove(i);
}
