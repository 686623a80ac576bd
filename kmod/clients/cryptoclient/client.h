/* SPDX-License-Identifier: GPL-2.0-only */
/* cryptoclient, a client of crypto drivers: what its parts share. */
#ifndef CRYPTOCLIENT_H
#define CRYPTOCLIENT_H

#include <linux/atomic.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#define MAX_SIZE	16384	/* bytes of a request */
#define MAX_SEGMENTS	48
#define ARENA_PAGES	96
#define SEGMENT_MIN	(MAX_SIZE / (MAX_SEGMENTS - 1) + 1)	/* bytes; the last may be shorter */

enum shape {
	SHAPE_APART,		/* source and destination share no page */
	SHAPE_SHARED,		/* they share pages, and sometimes a cache line */
	SHAPE_IN_PLACE,
	SHAPE_TWICE,		/* two entries of the source's list are the same bytes */
	SHAPE__COUNT
};

struct params {
	char *alg, *driver;
	unsigned int size, count, threads, keylen;
	int shape;		/* enum shape, -1: drawn */
};

struct sums {
	atomic_t ok, wrong, errors;
	atomic64_t bytes;
};

extern struct params par;
extern struct sums sums;

struct segment {
	unsigned int page, off, len;
};

struct list {
	struct segment seg[MAX_SEGMENTS];
	struct scatterlist sg[MAX_SEGMENTS];
	unsigned int nr, len;
};

/* A thread's memory: the pages that requests use, and what they must hold after a request. */
struct arena {
	struct page *pages[ARENA_PAGES];
	u8 *model;		/* ARENA_PAGES pages, contiguous */
	u8 *in, *out;		/* MAX_SIZE bytes each, contiguous */
	struct list src, dst;
	u64 prng;
};

/* arena.c; the first three may sleep */
struct arena *arena_alloc(u64 seed);
void arena_free(struct arena *a);		/* @a may be NULL */
/* Fills all pages with random bytes, and draws source and destination lists for @len bytes. */
void arena_draw(struct arena *a, enum shape how, unsigned int len);
/* Copies the source's bytes to ->in. */
void arena_gather(struct arena *a);
/* Copies ->out, which the destination must hold, to the destination's place in the model. */
void arena_expect(struct arena *a);
/* Are all pages as in the model, around the destination too? */
bool arena_is_right(const struct arena *a);
u32 draw(u64 *prng, u32 below);

/* work.c: one algorithm under test, and the kernel's own to compare with */
struct work;
struct work *work_alloc(void);			/* or an ERR_PTR; may sleep */
void work_free(struct work *w);
/* Does and checks one request. Returns 0 or the algorithm's errno. May sleep. */
int work_do(struct work *w, struct arena *a, bool *right);

#endif
