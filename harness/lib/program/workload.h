/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workloads: a cell that has the kernel's own code do the work instead of a program
 * of steps. The options and the stages of each kind; the agent carries them out.
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
#define BACKING_VIRTIO		"virtio"	/* loop devices on a disk of the guest */

struct workload_opt {
	const char *word;		/* in the scenario, and for the agent */
	char type;			/* 'n' number, 's' size, 'w' one of @words, 'f' a file */
	uint64_t min, max;
	const char *otherwise;		/* when it is not given; NULL: it has to be */
	const char *const *words;
};

/* Of @kind; ends with a NULL word. */
const struct workload_opt *workload_opts(enum workload_kind kind);

/* What a workload can find wrong; an expectation may name it. */
enum workload_stage {
	STAGE_FIO,		/* md: fio read what it wrote */
	STAGE_PARITY,		/* md: check finds no mismatch */
	STAGE_DEGRADED,		/* md: with a disk failed, what was there is read */
	STAGE_REBUILT,		/* md: and after the rebuild */
	STAGE_RECHECK,		/* md: check, after the rebuild */
	STAGE_CHAINS,		/* async_tx: each chain's result is what the CPU computes */
	STAGE_REQUESTS,		/* crypto: each request's result is what the kernel's own gives */
	STAGE_XORS,		/* crypto: so is each xor beside them */
	STAGE_TESTS,		/* dmatest: each of its tests is a success */
	STAGE__COUNT
};

extern const char *const stage_words[STAGE__COUNT + 1];
enum workload_kind stage_kind(enum workload_stage stage);

/*
 * "parity mismatches=7872" -> the stage, and how much is wrong: fio's exit code,
 * sectors, blocks, chains. @of: how many there are, 0: not said. False: no stage's line.
 */
bool stage_read(const char *line, enum workload_stage *stage, uint64_t *wrong, uint64_t *of);

#endif /* HARNESS_WORKLOAD_H */
