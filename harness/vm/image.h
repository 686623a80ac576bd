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
	char *base;		/* of all images */
	char *dir;
	char *key;		/* text: all that it depends on */
	int lock;		/* of @dir, locked; -1: not */
};

enum image_state {
	IMAGE_GOOD,		/* is there, whole; locked for use until image_close() */
	IMAGE_MAKE,		/* is not; @dir is empty, and ours to fill */
	IMAGE_BUSY,		/* somebody makes it; ask again */
	IMAGE_NONE,		/* cannot be had: @why says what is in the way */
};

/*
 * The image of @key: any text that differs when the guest would. It goes below the cache
 * (XDG_CACHE_HOME). 0, or a negative errno with @why (256 bytes).
 */
int image_open(struct image *im, const char *key, char *why);
enum image_state image_look(struct image *im, char *why);
/* "DIR/NAME"; the caller frees it. */
char *image_path(const struct image *im, const char *name);
/* After IMAGE_MAKE, when all files are there: from now on it is good, and in use. */
int image_finish(struct image *im, char *why);
/* It was good and is not: nobody may trust it any more. */
void image_distrust(struct image *im);
/* Gives the lock back; what was begun and not finished is removed. */
void image_close(struct image *im);

/*
 * Removes images until all of them take at most @limit bytes of the disk: the one unused for
 * longest first, and what was never finished; none that is in use or being made.
 */
void image_prune(const char *base, uint64_t limit);
/* DMATORTURE_IMAGES_MB of the environment in bytes, or 4 GiB. */
uint64_t image_limit(void);

#endif /* HARNESS_IMAGE_H */
