/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of words that end with NULL. Unless noted, a list is indexed by its enum of the uapi. */
#ifndef HARNESS_WORDS_H
#define HARNESS_WORDS_H

#include <stddef.h>

extern const char *const op_words[];	/* the NR_OPS operations that an engine counts */
#define NR_OPS	6
#define CAP_RAID	2	/* all that async_tx asks for; only for workloads */
extern const char *const cap_words[];	/* by enum dmt_cap, and CAP_RAID */
extern const char *const dir_words[];
extern const char *const kind_words[];		/* of map statements */
extern const char *const memory_words[];	/* by enum dmt_memory */
extern const char *const wrong_words[];		/* by enum dmt_wrong, from 1 on */
extern const char *const attr_words[];		/* by bit */
extern const char *const txflag_words[];	/* by bit */
extern const char *const fill_words[];
extern const char *const ctx_words[];
extern const char *const crash_words[];
extern const char *const completion_words[];
extern const char *const fate_words[];
extern const char *const witness_words[];	/* by enum witness, from 1 on */
extern const char *const fault_words[];		/* softdma's, then those of the register models */
extern const char *const engines_words[];	/* by bool drivers */
extern const char *const model_words[];		/* models of the drivers' hardware */
extern const char *const data_words[];		/* by enum expect_kind */
extern const char *const world_words[];		/* by enum world */

/* Returns the index of @s (@len bytes) in a list, or -1. */
int word_index(const char *const *words, const char *s, size_t len);
/* Writes the list as "a, b or c" to @out, cut to @size. */
void word_list(char *out, size_t size, const char *const *words);
/*
 * Returns the word that a misspelt @s most likely stands for: the one with the fewest edits,
 * at most one for every three letters. NULL when none is near.
 */
const char *word_nearest(const char *const *words, const char *s, size_t len);

#endif /* HARNESS_WORDS_H */
