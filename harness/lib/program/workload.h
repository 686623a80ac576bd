/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workloads: in such a cell the kernel's own code does the work instead of a program of
 * steps. This file has the options and the stages of each kind; the agent carries them out.
 */
#ifndef HARNESS_WORKLOAD_H
#define HARNESS_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

enum workload_kind {
	WORKLOAD_NONE, WORKLOAD_MD, WORKLOAD_ASYNC_TX, WORKLOAD_CRYPTO, WORKLOAD_DMATEST,
	WORKLOAD__COUNT
};

/* By kind: "", "md", "async_tx", "crypto", "dmatest". */
extern const char *const workload_words[WORKLOAD__COUNT + 1];

#define MAX_WORKLOAD_OPTS	12
#define BACKING_VIRTIO		"virtio"	/* loop devices on a virtio disk */

struct workload_opt {
	const char *word;		/* in the scenario, and for the agent */
	char type;			/* 'n' number, 's' size, 'w' one of @words, 'f' a file */
	uint64_t min, max;
	const char *otherwise;		/* the default; NULL: the option must be given */
	const char *const *words;
};

/* The options of @kind; a NULL word ends the array. */
const struct workload_opt *workload_opts(enum workload_kind kind);

/* What a workload can find wrong; an expectation may name it. */
enum workload_stage {
	STAGE_FIO,		/* md: fio read what it wrote */
	STAGE_PARITY,		/* md: check finds no mismatch */
	STAGE_DEGRADED,		/* md: with a disk failed, the data are still those before */
	STAGE_REBUILT,		/* md: after the rebuild too */
	STAGE_RECHECK,		/* md: after the rebuild check finds no mismatch */
	STAGE_CHAINS,		/* async_tx: each chain's result is what the CPU computes */
	STAGE_REQUESTS,		/* crypto: each request's result is that of the kernel's own */
	STAGE_XORS,		/* crypto: the xors that run at the same time are right */
	STAGE_TESTS,		/* dmatest: each of its tests succeeds */
	STAGE__COUNT
};

extern const char *const stage_words[STAGE__COUNT + 1];
enum workload_kind stage_kind(enum workload_stage stage);

/*
 * Reads a line such as "parity mismatches=7872": *@stage, and in *@wrong how much is wrong
 * (fio's exit code, sectors, blocks or chains). *@of: how many there are in all; 0: the line
 * does not tell. False: it is not the line of a stage.
 */
bool stage_read(const char *line, enum workload_stage *stage, uint64_t *wrong, uint64_t *of);

#endif /* HARNESS_WORKLOAD_H */
