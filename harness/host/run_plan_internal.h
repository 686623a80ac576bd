/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the writer and the reader of a run's plan. */
#ifndef HARNESS_RUN_PLAN_INTERNAL_H
#define HARNESS_RUN_PLAN_INTERNAL_H

#include "lib/base/crc32.h"
#include "lib/program/cell.h"

/* Returns the checksum of all that a verdict on @cell, or a guest that runs it, depends on. */
uint32_t run_plan_checksum(const struct cell *cell);

#endif /* HARNESS_RUN_PLAN_INTERNAL_H */
