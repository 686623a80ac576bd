/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Images of booted guests, in the cache: a directory each, of memory, machine state and what
 * the guest said until then. Harnesses that run at once share them: a lock on the directory
 * says who makes and who uses one. Nothing here waits.
 */
#ifndef HARNESS_IMAGE_H
#define HARNESS_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/strbuf.h"

#define IMAGE_MEMORY	"memory"
#define IMAGE_STATE	"state"
#define IMAGE_CONSOLE	"console.log"
#define IMAGE_CHANNEL	"channel.bin"

struct image {
	char *base;		/* directory of all images */
	char *dir;
	char *key;		/* text of all that it depends on */
	int lock;		/* locked descriptor of @dir; -1: not locked */
};

enum image_state {
	IMAGE_GOOD,		/* it is complete; locked for use until image_close() */
	IMAGE_MAKE,		/* it does not exist; @dir is empty, and the caller must fill it */
	IMAGE_BUSY,		/* somebody makes it; ask again */
	IMAGE_NONE,		/* there can be none; @why says the reason */
};

/*
 * Opens the image of @key, a text that differs between guests. Images are below the cache
 * (XDG_CACHE_HOME). Returns 0, or a negative errno with @why (256 bytes).
 */
int image_open(struct image *im, const char *key, char *why);
enum image_state image_look(struct image *im, char *why);
/* Returns "DIR/NAME"; the caller frees it. */
char *image_path(const struct image *im, const char *name);
/* Call it after IMAGE_MAKE, when all files are there. From then on the image is good and in use. */
int image_finish(struct image *im, char *why);
/* Marks an image that seemed good as bad, so that it is not used again. */
void image_distrust(struct image *im);
/* Releases the lock; removes an image that was begun but not finished. */
void image_close(struct image *im);

/*
 * Removes images until all of them together take at most @limit bytes of the disk: first the one
 * that was unused for longest, and unfinished ones, but none that is in use or being made.
 */
void image_prune(const char *base, uint64_t limit);
/* Returns DMATORTURE_IMAGES_MB of the environment in bytes, or 4 GiB. */
uint64_t image_limit(void);

#endif /* HARNESS_IMAGE_H */
