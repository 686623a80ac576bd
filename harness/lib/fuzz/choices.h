/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Choice sequences. All that a random program consists of is drawn from one sequence of small
 * numbers, and the same sequence always draws the same program. So a program is shrunk by making
 * its sequence shorter and its numbers smaller, and stays valid, because whoever draws it keeps
 * the rules (MacIver and Donaldson, "Test-Case Reduction via Test-Case Generation", ECOOP 2020).
 *
 * Whoever draws should give 0 to the simplest choice, and put what belongs together, such as a
 * step with its operands, between choices_begin() and choices_end(): that is deleted as one.
 */
#ifndef HARNESS_CHOICES_H
#define HARNESS_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/rng.h"
#include "lib/base/strbuf.h"

#define CHOICES_MAX	8192	/* numbers of a sequence; later draws give 0 */

struct choice_span {
	uint32_t from, to;	/* choices from..to - 1 */
};

struct choices {
	uint32_t *v;		/* what was drawn, each below the bound it was drawn with */
	uint32_t nr;
	struct choice_span *spans;	/* in the order of their ends; inner ones first */
	uint32_t nr_spans;
	/* private */
	const uint32_t *given;
	uint32_t nr_given, depth;
	uint32_t open[32];
	bool random;
	struct rng rng;
};

/*
 * Begins a sequence: the first draws give the @nr numbers @given, brought below their bounds.
 * What is drawn after them is random from @seed if @random, else 0. @given must live as long as
 * draws are made.
 */
void choices_init(struct choices *c, const uint32_t *given, uint32_t nr, bool random,
		  uint64_t seed);
void choices_free(struct choices *c);

/* Draws n with 0 <= n < @below; @below is 1 or more. */
uint32_t choose(struct choices *c, uint32_t below);
/* True once in @of times; false is the simpler choice. */
bool choose_rarely(struct choices *c, uint32_t of);
/* Nested at most 32 deep. */
void choices_begin(struct choices *c);
void choices_end(struct choices *c);

/* Appends the numbers in decimal, separated by spaces. */
void choices_print(const uint32_t *v, uint32_t nr, struct strbuf *out);
/*
 * Reads such a line, up to a NUL or a newline. The caller frees *@v. Returns 0, or -EINVAL when it
 * is no such line or has more than CHOICES_MAX numbers, with the offset of what is wrong in @at.
 */
int choices_parse(const char *text, uint32_t **v, uint32_t *nr, size_t *at);

#endif /* HARNESS_CHOICES_H */
