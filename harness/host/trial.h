/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trials: small scenarios that are run by the hundred in guests of one kernel, one guest a world,
 * to see what each of them shows. What is drawn at random is run so, and so are the candidates of
 * a reduction.
 */
#ifndef HARNESS_TRIAL_H
#define HARNESS_TRIAL_H

#include "lib/judge/violation.h"
#include "lib/verdict/run.h"
#include "target.h"

#define TRIAL_ENGINES	8
/* A program of more states is not predicted: it would cost as much as twenty others. */
#define TRIAL_STATES	20000

/* What one world showed. */
struct trial_seen {
	bool ran;		/* it was begun there */
	enum outcome outcome;	/* the verdict, with the expectations of the text */
	enum data_state data;
	bool fault;		/* an engine met an address that it could not resolve */
	char faults[TRIAL_ENGINES][32];	/* the engines that did, by number; "": it did not */
	bool watched;		/* the CPU was: its accesses are named too */
	bool lost;		/* events were: nothing can be said of classes */
	bool splat;		/* the kernel reported something itself */
	bool dma_debug;		/* this was dma-debug */
	bool classes[V__COUNT];	/* violations that were found */
	uint8_t foreseen[V__COUNT]; /* as in struct run */
	char *said;		/* the verdict's first message, or NULL */
	char *surprise;		/* the first thing in which the model was wrong, or NULL */
};

struct trial {
	/* given */
	const char *text;	/* of a scenario */
	size_t len;
	uint64_t number;	/* with trials.rules: from 1 on */
	bool keep;		/* its engines may stay for the next trial with the same ones */
	/* found */
	char *refused;		/* why it does not compile, or NULL: then nothing was run */
	struct trial_seen seen[WORLD__COUNT];
};

struct trials {
	const char *kernel;	/* "debian:6.12" */
	char *dir;		/* where the guests' files go; emptied for each round */
	struct target target;
	unsigned int worlds;	/* a bit for each enum world */
	unsigned int jobs, timeout_s, smp;
	uint64_t seed;
	const char *observer;	/* as in struct run */
	bool watch_cpu;		/* likewise */
	uint64_t predict_off;	/* rules of the model that are switched off */
	struct rules_off *rules; /* which missing rules would be noticed, or NULL */
	bool interrupted, disk_full;
	/* of the last round */
	double wall_s;
	uint64_t cells;
};

/*
 * Prepares the kernel and makes @dir. Returns 0 or an exit code, with a line on stderr.
 */
int trials_begin(struct trials *t, const char *kernel, const char *dir);
void trials_end(struct trials *t);

/*
 * Runs @nr trials, all of them in each of their worlds. Trials that keep their engines save most
 * where neighbours have the same ones. Returns 0, -EINTR after a signal, -ENOSPC when the disk is
 * full, or another negative errno with a line on stderr.
 */
int trials_run(struct trials *t, struct trial *const *trials, unsigned int nr);

/* Frees what was found, not the text. */
void trial_free(struct trial *trial);

#endif /* HARNESS_TRIAL_H */
