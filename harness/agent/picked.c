// SPDX-License-Identifier: GPL-2.0-only
/* Engines that the executor picked: which they are, what they can do, what they counted. */
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cells.h"

#define CHANNELS	"/sys/class/dma"
#define DRIVERS	"/sys/bus/pci/drivers"
#define STATS		"engine_stats"	/* of kmod/edudma; other drivers have none */

/* Reads a file of the device that provides a channel: a channel has a link to it. */
static int read_of_device(const char *device, const char *name, char *out, size_t size)
{
	DIR *d = opendir(CHANNELS);
	int err = -ENOENT;
	struct dirent *e;

	while (d && err && (e = readdir(d))) {
		char *link = xasprintf(CHANNELS "/%s/device", e->d_name), *path;
		char *real = e->d_name[0] == '.' ? NULL : realpath(link, NULL);

		free(link);
		if (real && !strcmp(strrchr(real, '/') + 1, device)) {
			path = xasprintf("%s/%s", real, name);
			err = read_line(path, out, size);
			free(path);
			if (err == -ENOENT) {
				free(real);
				break;
			}
		}
		free(real);
	}
	if (d)
		closedir(d);
	return err;
}

static void say(const char *name, const struct dmt_about *a)
{
	static const char *const translations[] = { "none", "strict", "lazy" };
	char stats[1024] = "";

	read_of_device(a->device, STATS, stats, sizeof(stats));
	say_text(FRAME_ENGINE, "name=%s device=%s driver=%s channel=%u translation=%s can=%s%s%s copy_align=%u xor_align=%u max_xor=%u max_segment=%u reach=%#llx %s",
		 name, a->device, a->driver, a->channel,
		 a->translation < DMT_TRANSLATION__COUNT ? translations[a->translation] : "?",
		 a->can & DMT_CAN_MEMCPY ? "memcpy" : "", a->can & DMT_CAN_XOR ? ",xor" : "",
		 a->can & DMT_CAN_PQ ? ",pq" : "", a->copy_align, a->xor_align, a->max_xor,
		 a->max_segment, (unsigned long long)a->mask, stats);
}

void say_picked(int fd, const uint8_t *program, uint32_t len)
{
	struct dmt_header h;
	uint32_t at, size;

	if (len < sizeof(h))
		return;
	memcpy(&h, program, sizeof(h));
	at = le32toh(h.engines.offset);
	size = le32toh(h.engines.entry_size);
	for (uint32_t i = 0; i < le32toh(h.engines.count); i++, at += size) {
		struct dmt_about about = { .engine = i };
		struct dmt_engine w;

		if (at > len || len - at < sizeof(w) || size < sizeof(w))
			return;
		memcpy(&w, program + at, sizeof(w));
		if (le32toh(w.pick) & DMT_PICK_FREE && !ioctl(fd, DMT_IOC_ABOUT, &about))
			say(w.name, &about);
	}
}

static int write_to(const char *driver, const char *file, const char *device)
{
	char *path = xasprintf(DRIVERS "/%s/%s", driver, file);
	int err = write_text(path, device);

	free(path);
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int rebind(const char *driver, char *why)
{
	char *path = xasprintf(DRIVERS "/%s", driver), *devices[DMT_MAX_ENGINES];
	DIR *d = opendir(path);
	unsigned int nr = 0;
	struct dirent *e;
	int err = d ? 0 : -errno;

	/* The links to its devices have their names, which have colons. */
	while (d && nr < DMT_MAX_ENGINES && (e = readdir(d)))
		if (strchr(e->d_name, ':'))
			devices[nr++] = xstrdup(e->d_name);
	if (d)
		closedir(d);
	/* The executor takes the first that will do: those behind a bridge come last. */
	qsort(devices, nr, sizeof(*devices), by_name);
	for (unsigned int i = 0; i < nr; i++) {
		if (!err)
			err = write_to(driver, "unbind", devices[i]);
		if (!err)
			err = write_to(driver, "bind", devices[i]);
		free(devices[i]);
	}
	if (err)
		snprintf(why, 256, "%s: its devices cannot be bound anew: %s", path, strerror(-err));
	free(path);
	return err;
}
