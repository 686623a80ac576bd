/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fuzzer's own part: it draws programs, lets them run, asks the oracles, and keeps what it
 * found. Its directory:
 *
 *   state          how far each seed has come
 *   corpus         choice sequences of programs that showed something new
 *   open/NAME.dma  programs about which the oracles disagree, each with its choices
 */
#ifndef HARNESS_FUZZ_H
#define HARNESS_FUZZ_H

#include "lib/fuzz/draw.h"
#include "oracle.h"

#define FUZZ_GROUP	100	/* programs in a row that share their engines */

struct fuzz_program {
	struct choices c;
	struct drawn d;
	struct trial trial;
	uint64_t number;
};

/* A sequence that showed something new. */
struct fuzz_entry {
	uint32_t *v, nr;
	uint32_t engine_choices;
	uint64_t shown;		/* a hash of the combination */
};

struct fuzz {
	const char *dir;
	enum draw_mode mode;
	uint64_t seed, next;	/* the number of the next program */
	struct trials trials;
	struct fuzz_entry *corpus;
	size_t nr_corpus;
	size_t first;		/* entries before it are not drawn from: those of earlier runs */
	struct {
		char key[120];
		unsigned int count;
	} *open;		/* the kinds of disagreements of this run */
	size_t nr_open;
	uint64_t programs, legal, cells, disagreements;
	uint64_t excused[32];	/* programs that agree by this exception, by its number */
	double wall_s;
	/* a rule of the judge is off: the number of the program by which an oracle noticed */
	const char *wants;	/* its class; NULL: no rule is off */
	uint64_t noticed;	/* 0: not yet */
	enum oracle noticed_by;
	int lock;		/* of the directory, or -1 */
};

/* Opens the directory, reads corpus and state. Returns 0 or an exit code, with a line on stderr. */
int fuzz_open(struct fuzz *f);
void fuzz_close(struct fuzz *f);
/* Runs the next @nr programs. Returns 0 or a negative errno, as trials_run(). */
int fuzz_round(struct fuzz *f, unsigned int nr);

/* fuzz_store.c: the files. Each returns 0 or a negative errno, with a line on stderr. */
int fuzz_load(struct fuzz *f);
int fuzz_save(const struct fuzz *f);
int fuzz_keep_open(struct fuzz *f, const struct fuzz_program *p, const struct doubt *d);

#endif /* HARNESS_FUZZ_H */
