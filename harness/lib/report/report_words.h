/* SPDX-License-Identifier: GPL-2.0-only */
/* Words that reports share. */
#ifndef HARNESS_REPORT_WORDS_H
#define HARNESS_REPORT_WORDS_H

#include <stdint.h>

/* The call behind an event, "dma_map_page"; @kind: enum obs_map_kind, of MAP and UNMAP. */
const char *report_call(uint16_t type, uint8_t kind);
const char *report_level(uint8_t level);
const char *report_dir(uint32_t dir);
const char *report_op(uint32_t op);
/* Writes for example "SKIP_CPU_SYNC|WEAK_ORDERING" or "none"; @out has 128 bytes. */
void report_attrs(uint32_t attrs, char *out);

#endif /* HARNESS_REPORT_WORDS_H */
