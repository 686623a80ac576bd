// SPDX-License-Identifier: GPL-2.0-only
/* Images take room on the user's disk: what was not used for longest goes first. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"

#define DEFAULT_MB	4096

struct entry {
	char *dir;
	uint64_t bytes;		/* on the disk */
	struct timespec used;	/* 0: never finished */
};

uint64_t image_limit(void)
{
	const char *wish = getenv("DMATORTURE_IMAGES_MB");
	char *end = NULL;
	uint64_t mb = wish ? strtoull(wish, &end, 10) : DEFAULT_MB;

	return (wish && (end == wish || *end) ? DEFAULT_MB : mb) << 20;
}

/* @remove: files too, else they are only counted. */
static void walk(struct entry *e, bool remove)
{
	DIR *d = opendir(e->dir);
	struct dirent *f;

	e->bytes = 0;
	while (d && (f = readdir(d))) {
		struct stat st;

		if (f->d_name[0] == '.')
			continue;
		if (remove)
			unlinkat(dirfd(d), f->d_name, 0);
		else if (!fstatat(dirfd(d), f->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
			e->bytes += (uint64_t)st.st_blocks * 512;
			if (!strcmp(f->d_name, "complete"))
				e->used = st.st_mtim;
		}
	}
	if (d)
		closedir(d);
}

static bool remove_unused(struct entry *e)
{
	int lock = open(e->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool removed = false;

	if (lock >= 0 && !flock(lock, LOCK_EX | LOCK_NB)) {
		walk(e, true);
		removed = !rmdir(e->dir);
	}
	if (lock >= 0)
		close(lock);
	return removed;
}

static int by_use(const void *a, const void *b)
{
	const struct timespec *x = &((const struct entry *)a)->used;
	const struct timespec *y = &((const struct entry *)b)->used;

	if (x->tv_sec != y->tv_sec)
		return x->tv_sec < y->tv_sec ? -1 : 1;
	return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

/* Images are named by 16 hexadecimal digits; nothing else here is ours. */
static bool is_image(const char *name)
{
	return strlen(name) == 16 && strspn(name, "0123456789abcdef") == 16;
}

void image_prune(const char *base, uint64_t limit)
{
	DIR *d = opendir(base);
	struct entry *v = NULL;
	uint64_t sum = 0;
	struct dirent *f;
	size_t nr = 0;

	while (d && (f = readdir(d))) {
		if (!is_image(f->d_name))
			continue;
		v = xrealloc(v, (nr + 1) * sizeof(*v));
		v[nr] = (struct entry) { .dir = xasprintf("%s/%s", base, f->d_name) };
		walk(&v[nr], false);
		sum += v[nr++].bytes;
	}
	if (d)
		closedir(d);
	if (nr)
		qsort(v, nr, sizeof(*v), by_use);
	for (size_t i = 0; i < nr; i++) {
		uint64_t bytes = v[i].bytes;

		if ((sum > limit || !v[i].used.tv_sec) && remove_unused(&v[i]))
			sum -= bytes;
		free(v[i].dir);
	}
	free(v);
}
