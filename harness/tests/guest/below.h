/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds what the devices of a driver have brought: disks, interfaces, sound cards. */
#ifndef BELOW_H
#define BELOW_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BELOW_MAX	8

/* Names, sorted. */
struct names {
	char v[BELOW_MAX][64];
	int nr;
};

static int below_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static inline void names_add(struct names *n, const char *name)
{
	if (n->nr < BELOW_MAX)
		snprintf(n->v[n->nr++], sizeof(n->v[0]), "%.63s", name);
}

/* The devices of @driver, "BUS/NAME" (pci/ahci): the links in the driver's directory. */
static inline void devices_of(const char *driver, struct names *out)
{
	char bus[32] = "", path[PATH_MAX], real[PATH_MAX];
	const char *name = strchr(driver, '/');
	const struct dirent *e;
	DIR *d;

	out->nr = 0;
	if (!name || name - driver >= (long)sizeof(bus))
		return;
	memcpy(bus, driver, name - driver);
	snprintf(path, sizeof(path), "/sys/bus/%s/drivers%s", bus, name);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		char link[PATH_MAX];

		snprintf(link, sizeof(link), "/sys/bus/%s/devices/%s", bus, e->d_name);
		if (e->d_name[0] != '.' && realpath(link, real))
			names_add(out, e->d_name);
	}
	if (d)
		closedir(d);
	qsort(out->v, out->nr, sizeof(out->v[0]), below_compare);
}

static inline bool is_below(const char *driver, const struct names *devices, const char *path)
{
	char bus[32] = "", link[PATH_MAX], real[PATH_MAX];

	memcpy(bus, driver, strcspn(driver, "/"));
	for (int i = 0; i < devices->nr; i++) {
		size_t len;

		snprintf(link, sizeof(link), "/sys/bus/%s/devices/%s", bus, devices->v[i]);
		if (!realpath(link, real))
			continue;
		len = strlen(real);
		if (!strncmp(path, real, len) && path[len] == '/')
			return true;
	}
	return false;
}

/* The entries of /sys/class/@class that begin with @prefix and belong to devices of @driver. */
static inline void find_below(const char *driver, const char *class, const char *prefix,
			      struct names *out)
{
	char path[PATH_MAX], real[PATH_MAX];
	const struct dirent *e;
	struct names devices;
	DIR *d;

	devices_of(driver, &devices);
	out->nr = 0;
	snprintf(path, sizeof(path), "/sys/class/%s", class);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "/sys/class/%s/%s", class, e->d_name);
		if (e->d_name[0] != '.' && !strncmp(e->d_name, prefix, strlen(prefix)) &&
		    realpath(path, real) && is_below(driver, &devices, real))
			names_add(out, e->d_name);
	}
	if (d)
		closedir(d);
	qsort(out->v, out->nr, sizeof(out->v[0]), below_compare);
}

/* The same, and waits up to 60 s until there are at least @least of them. False: there are not. */
static inline bool wait_below(const char *driver, const char *class, const char *prefix, int least,
			      struct names *out)
{
	for (int i = 0; i < 600; i++) {
		find_below(driver, class, prefix, out);
		if (out->nr >= least)
			return true;
		usleep(100000);
	}
	printf("%s has %d of %s/%s*, want %d\n", driver, out->nr, class, prefix, least);
	return false;
}

#endif /* BELOW_H */
