// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images of booted guests. A directory is good when its file "complete" has the right sizes and
 * hashes of all other files. "complete" is written last, and checked before anything is used: an
 * image that was truncated, damaged, or left by a killed harness is made again.
 */
#include "image.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/cache.h"
#include "lib/base/hash64.h"

#define COMPLETE	"complete"
#define PAGE		4096

char *image_path(const struct image *im, const char *name)
{
	return xasprintf("%s/%s", im->dir, name);
}

int image_open(struct image *im, const char *key, char *why)
{
	*im = (struct image) { .lock = -1 };
	im->base = cache_dir("guests");
	if (access(im->base, W_OK)) {
		int err = -errno;

		snprintf(why, 256, "%.200s: %s", im->base, strerror(-err));
		free(im->base);
		im->base = NULL;
		return err;
	}
	im->key = xstrdup(key);
	im->dir = xasprintf("%s/%016llx", im->base,
			    (unsigned long long)hash64(0, key, strlen(key)));
	return 0;
}

/* ---- what is in it ---- */

static uint64_t hash_pages(uint64_t hash, const uint8_t *p, off_t at, off_t end)
{
	static const uint8_t zeros[PAGE];

	for (; at < end; at += PAGE) {
		size_t n = end - at < PAGE ? end - at : PAGE;

		/* A hole and a page of zeros are the same. */
		if (memcmp(p + at, zeros, n))
			hash = hash64(hash ^ (uint64_t)at, p + at, n);
	}
	return hash;
}

/* Hashes the content, without reading the holes. */
static int hash_file(int fd, off_t size, uint64_t *hash)
{
	uint8_t *p = size ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) : NULL;
	off_t at = 0;

	*hash = 0;
	if (p == MAP_FAILED)
		return -errno;
	while (at < size) {
		off_t begin = lseek(fd, at, SEEK_DATA), end;

		if (begin < 0)
			break;
		begin -= begin % PAGE;
		end = lseek(fd, begin, SEEK_HOLE);
		if (end < 0 || end > size)
			end = size;
		*hash = hash_pages(*hash, p, begin, end);
		at = end;
	}
	if (p)
		munmap(p, size);
	return 0;
}

static int describe_file(const struct image *im, const char *name, struct strbuf *out)
{
	char *path = image_path(im, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	uint64_t hash = 0;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		err = -errno;
	else
		err = hash_file(fd, st.st_size, &hash);
	if (!err)
		strbuf_addf(out, "%s %lld %016llx\n", name, (long long)st.st_size,
			    (unsigned long long)hash);
	if (fd >= 0)
		close(fd);
	free(path);
	return err;
}

/* Makes the text of "complete". */
static int describe(const struct image *im, struct strbuf *out)
{
	static const char *const files[] = {
		IMAGE_MEMORY, IMAGE_STATE, IMAGE_CONSOLE, IMAGE_CHANNEL,
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !err; i++)
		err = describe_file(im, files[i], out);
	strbuf_adds(out, im->key);
	return err;
}

/* Checks the cheap things first: most bad images have no "complete", or one with another key. */
static bool is_good(const struct image *im)
{
	struct strbuf said = STRBUF_INIT, is = STRBUF_INIT;
	char *path = image_path(im, COMPLETE);
	bool good = !strbuf_read_file(&said, path) && said.len &&
		    !describe(im, &is) && !strcmp(strbuf_str(&said), strbuf_str(&is));

	strbuf_free(&said);
	strbuf_free(&is);
	free(path);
	return good;
}

static void empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *path = xasprintf("%s/%s", dir, e->d_name);

		if (e->d_name[0] != '.')
			unlink(path);
		free(path);
	}
	if (d)
		closedir(d);
}

/* ---- who may use it ---- */

static void unlock(struct image *im)
{
	if (im->lock >= 0)
		close(im->lock);
	im->lock = -1;
}

/* Returns true if it is locked now; false if another holds it, or it was removed meanwhile. */
static bool try_lock(struct image *im, int operation)
{
	struct stat ours, there;

	if (im->lock < 0)
		im->lock = open(im->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (im->lock < 0)
		return false;
	if (!flock(im->lock, operation | LOCK_NB) && !fstat(im->lock, &ours) &&
	    !stat(im->dir, &there) && ours.st_ino == there.st_ino && ours.st_dev == there.st_dev)
		return true;
	unlock(im);
	return false;
}

enum image_state image_look(struct image *im, char *why)
{
	char *complete = image_path(im, COMPLETE);
	enum image_state state = IMAGE_BUSY;

	if (mkdir(im->dir, 0777) && errno != EEXIST) {
		snprintf(why, 256, "%.200s: %s", im->dir, strerror(errno));
		state = IMAGE_NONE;
	} else if (try_lock(im, LOCK_SH)) {
		if (is_good(im)) {
			utimensat(AT_FDCWD, complete, NULL, 0);	/* used just now */
			state = IMAGE_GOOD;
		} else {
			/* Unlock first: two readers that upgraded would block each other. */
			unlock(im);
			if (try_lock(im, LOCK_EX)) {
				state = IMAGE_MAKE;
				if (is_good(im)) {
					unlock(im);
					state = IMAGE_BUSY;
				} else {
					empty(im->dir);
				}
			}
		}
	}
	free(complete);
	return state;
}

int image_finish(struct image *im, char *why)
{
	char *path = image_path(im, COMPLETE ".new"), *complete = image_path(im, COMPLETE);
	struct strbuf text = STRBUF_INIT;
	int err = describe(im, &text);
	FILE *f = err ? NULL : fopen(path, "we");

	if (!err && (!f || fwrite(text.s, 1, text.len, f) != text.len))
		err = -errno;
	if (f && fclose(f) && !err)
		err = -errno;
	if (!err && rename(path, complete))
		err = -errno;
	if (err)
		snprintf(why, 256, "%.200s: %s", im->dir, strerror(-err));
	else
		flock(im->lock, LOCK_SH);
	strbuf_free(&text);
	free(path);
	free(complete);
	return err;
}

void image_distrust(struct image *im)
{
	char *complete = image_path(im, COMPLETE);

	unlink(complete);
	free(complete);
	unlock(im);
}

/* Removes an image without "complete", unless another program is making it. */
static void remove_unfinished(struct image *im)
{
	char *complete = image_path(im, COMPLETE);

	unlock(im);
	if (access(complete, F_OK) && try_lock(im, LOCK_EX)) {
		empty(im->dir);
		rmdir(im->dir);
	}
	unlock(im);
	free(complete);
}

void image_close(struct image *im)
{
	if (im->dir)
		remove_unfinished(im);
	free(im->base);
	free(im->dir);
	free(im->key);
	*im = (struct image) { .lock = -1 };
}
