/* SPDX-License-Identifier: GPL-2.0-only */
/* cryptoclient: what its parts share. */
#ifndef CRYPTOCLIENT_H
#define CRYPTOCLIENT_H

#include <linux/atomic.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#define MAX_SIZE	16384	/* bytes of a request */
#define MAX_SEGMENTS	48
#define ARENA_PAGES	96
#define SEGMENT_MIN	(MAX_SIZE / (MAX_SEGMENTS - 1) + 1)	/* bytes; but for the last */

enum shape {
	SHAPE_APART,		/* source and destination in pages of their own */
	SHAPE_SHARED,		/* in one page each, and in one cache line now and then */
	SHAPE_IN_PLACE,
	SHAPE_TWICE,		/* the source has some bytes twice */
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

/* A thread's memory: pages that requests lie in, and what they have to be after one. */
struct arena {
	struct page *pages[ARENA_PAGES];
	u8 *model;		/* ARENA_PAGES of them, in a row */
	u8 *in, *out;		/* MAX_SIZE, in a row */
	struct list src, dst;
	u64 prng;
};

/* arena.c; the first three may sleep */
struct arena *arena_alloc(u64 seed);
void arena_free(struct arena *a);		/* NULL will do */
/* Fills all of it, and draws lists for @len bytes. */
void arena_draw(struct arena *a, enum shape how, unsigned int len);
/* The source's bytes into ->in. */
void arena_gather(struct arena *a);
/* ->out is what the destination has to be: into the model. */
void arena_expect(struct arena *a);
/* Is it all as the model has it, around the destination too? */
bool arena_is_right(const struct arena *a);
u32 draw(u64 *prng, u32 below);

/* work.c: one algorithm under test beside the kernel's own */
struct work;
struct work *work_alloc(void);			/* or an ERR_PTR; may sleep */
void work_free(struct work *w);
/* One request, checked; 0, or the algorithm's errno. May sleep. */
int work_do(struct work *w, struct arena *a, bool *right);

#endif
