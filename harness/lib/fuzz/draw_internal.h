/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of a program while it is drawn. */
#ifndef HARNESS_DRAW_INTERNAL_H
#define HARNESS_DRAW_INTERNAL_H

#include "draw.h"

#define MAX_ENGINES	4
#define MAX_BUFS	8
#define MAX_ELEMS	3
#define MAX_CHUNKS	4
#define MAX_MAPS	96
#define MAX_TXS		64
#define MAX_SRC		3
#define MAX_THREADS	4
#define MAX_STEPS	48	/* drawn, of a thread */

/*
 * What some bytes hold: the xor of what chunks of buffers held in the beginning, a bit for each
 * chunk. No bit: zeros.
 */
struct content {
	uint64_t atoms[2];
	bool unknown;
};

#define FILL_ATOM	(MAX_BUFS * MAX_ELEMS * MAX_CHUNKS)	/* bytes that are 0x5a */

struct buf {
	unsigned int nr, chunks;	/* elements, chunks of each */
	bool array, random;
	bool wanted;		/* a check compares with what it held in the beginning */
	unsigned int thread;
	struct content c[MAX_ELEMS][MAX_CHUNKS];
};

/* Chunks of one element of a buffer, or (buf -1) of memory of @map's own. */
struct range {
	int buf;
	unsigned int elem, off, len;
	int map;		/* through which it is reached, or -1 */
};

enum own { OWN_NONE, OWN_COHERENT, OWN_PAGES, OWN_POOL };
enum dir { DIR_TO, DIR_FROM, DIR_BIDI };

struct map {
	bool live, sg;
	bool cpu;		/* a sync gave it to the CPU */
	bool dirty;		/* and the CPU wrote there since: the device has not seen that */
	bool pinned;		/* the operation that is being drawn needs it */
	enum dir dir;
	enum own own;
	unsigned int engine, thread;
	int buf;
	unsigned int elem, off, len;	/* sg: the whole array */
	int dying;		/* the tx whose callback unmaps it, or -1 */
	struct content c[MAX_CHUNKS];	/* of memory of its own */
};

struct tx {
	bool flying, issued, fence, no_ack;
	unsigned int engine, thread;
	struct range dst, src[MAX_SRC];
	unsigned int nr_src;
};

struct eng {
	bool xor;
	unsigned int domain;
};

struct draw {
	struct choices *c;
	struct drawn *out;
	bool may_break;
	/* the program's shape */
	bool contexts, callbacks, own;
	unsigned int chunk;	/* bytes */
	struct eng eng[MAX_ENGINES];
	unsigned int nr_eng, nr_buf, nr_map, nr_tx, thread;
	struct buf buf[MAX_BUFS];
	struct map map[MAX_MAPS];
	struct tx tx[MAX_TXS];
	bool wants_zero, wants_fill;	/* buffers to compare with */
	struct strbuf body;		/* of the thread that is drawn */
};

/* May this rule be broken here? Then it counts as broken. */
bool breaks(struct draw *d, enum wrong wrong);
/* A step where nothing is said of contexts, and one that may stand in any. */
void step(struct draw *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void step_anywhere(struct draw *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* draw_owner.c: the account, and the steps that it asks for. */
bool ranges_meet(const struct range *a, const struct range *b);
bool map_meets(const struct map *m, int buf, unsigned int elem, unsigned int off,
	       unsigned int len);
struct content *content_at(struct draw *d, const struct range *r, unsigned int chunk);
bool tx_takes(const struct tx *t, int map);
void wait_tx(struct draw *d, int t);
/* Waits for what is in flight on the map. @wrong: the rule that is broken otherwise. */
void settle_map(struct draw *d, int m, enum wrong wrong);
void settle_range(struct draw *d, const struct range *r, bool writes, unsigned int engine);
/* Unmaps or frees it. False: it is pinned, and stays. */
bool give_back(struct draw *d, int m);
/* The end of a thread: everything is waited for and given back, and the data are checked. */
void end_thread(struct draw *d);
void check_range(struct draw *d, const struct range *r);

/* draw_steps.c: draws one step of a thread. */
void draw_step(struct draw *d);

#endif /* HARNESS_DRAW_INTERNAL_H */
