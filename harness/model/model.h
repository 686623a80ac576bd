/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ownership model of DMA, written from the kernel's documents alone. It takes a program, tries
 * every order in which its threads, engines and callbacks may go on, and says before anything runs
 * what must come of it, what may, and what must not. README.md beside this file explains it.
 *
 * It shares no code with the judge and knows none of its events: where the two disagree, one of
 * them is wrong. The names of classes are all that they have in common.
 */
#ifndef HARNESS_MODEL_H
#define HARNESS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/program/cell.h"
#include "uapi/dmatorture.h"

enum model_sure {
	MODEL_NEVER,		/* in no order */
	MODEL_MAY,		/* in some order, or the documents do not say */
	MODEL_MUST,		/* in every order */
};

/* What the check steps find. */
enum model_data {
	MODEL_UNCHECKED,	/* no check is ever reached */
	MODEL_INTACT,		/* all are right, in every order */
	MODEL_MAY_CORRUPT,
	MODEL_CORRUPT,		/* at least one is wrong, in every order */
};

/* What a claim is about: an index into the program's maps, txs or engines. */
enum model_on {
	MODEL_ON_NOTHING,
	MODEL_ON_MAP,
	MODEL_ON_TX,
	MODEL_ON_ENGINE,
};

/* A broken rule. */
struct model_claim {
	const char *class;	/* the name of the judge's class */
	enum model_sure sure;	/* MODEL_MAY or MODEL_MUST: is it named? */
	bool unseen;		/* no event shows it, so nobody names it; the data may */
	enum model_on on;
	uint32_t object;
	uint32_t step;		/* index of the program's step that breaks it, or DMT_NONE */
	unsigned int rule;	/* index for model_rule() */
};

/* One step of a schedule. */
struct model_turn {
	enum {
		MODEL_TURN_STEP,	/* step @step, of thread or callback block @who */
		MODEL_TURN_MOVES,	/* the engine moves the bytes of tx @who */
		MODEL_TURN_COMPLETES,	/* tx @who completes */
		MODEL_TURN_TIMEOUT,	/* step @step, a wait of block @who, times out */
	} what;
	uint32_t who, step;
};

/* What the checks and the engines came to in some order, and the shortest schedule to it. */
struct model_outcome {
	bool corrupt;		/* a check was wrong, or it is not known what it compared */
	bool fault;		/* an engine met an address that it could not resolve */
	uint32_t wrong_step;	/* corrupt: the first check that was; else DMT_NONE */
	struct model_turn *turns;
	size_t nr_turns;
};

struct prediction {
	const char *undecided;	/* why nothing can be said, and all else is empty; or NULL */
	bool skipped;		/* the executor refuses it: addresses of another domain */
	bool partial;		/* not all orders were tried: nothing is a must or a never */
	enum model_data data;
	enum model_sure faults[DMT_MAX_ENGINES];	/* access faults, by engine */
	struct model_claim *claims;	/* each class and object once; other classes: never */
	size_t nr_claims;
	struct model_outcome *outcomes;	/* only with .all_orders: each that differs once */
	size_t nr_outcomes;
	uint64_t states;	/* how many different states were visited */
};

struct model_options {
	uint64_t off;		/* a bit for each rule that is switched off; 0: none */
	uint64_t max_states;	/* 0: MODEL_MAX_STATES */
	bool all_orders;	/* fill in .outcomes */
};

#define MODEL_MAX_STATES	200000

/*
 * Predicts what comes of @cell, in its world. @options may be NULL. Pure, and the same every time.
 * Returns 0; -EINVAL when the cell's program is not one (a workload is: see .undecided), then @out
 * is empty. Free @out with prediction_free().
 */
int model_predict(const struct cell *cell, const struct model_options *options,
		  struct prediction *out);
void prediction_free(struct prediction *prediction);

/*
 * May the judge name @class, about any of the @nr objects of @about? Without objects: about
 * whatever. An object of kind MODEL_ON_NOTHING is one that nobody could tell, and fits any.
 */
struct model_about {
	enum model_on on;
	uint32_t object;
};

enum model_sure prediction_of(const struct prediction *prediction, const char *class,
			      const struct model_about *about, size_t nr);

/* A rule of the model: its name, what it says, and the document that says so. */
struct model_rule {
	const char *name;	/* "early-map"; a word for --without */
	const char *class;	/* the class that it names, or NULL: it only tells what happens */
	const char *says;
	const char *doc;	/* below the kernel's Documentation/, or a file of its source */
};

/* NULL beyond the last. */
const struct model_rule *model_rule(unsigned int i);
/* The index of the rule of that name, or -1. */
int model_rule_find(const char *name);

const char *model_data_name(enum model_data data);	/* "intact", "may be corrupt", ... */
const char *model_sure_name(enum model_sure sure);	/* "never", "may", "must" */

#endif /* HARNESS_MODEL_H */
