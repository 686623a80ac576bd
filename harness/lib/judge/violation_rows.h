/* SPDX-License-Identifier: GPL-2.0-only */
/* The rows, in the order of enum violation_id; only violation.c reads them. */
#ifndef HARNESS_VIOLATION_ROWS_H
#define HARNESS_VIOLATION_ROWS_H

#include "violation.h"

extern const struct violation map_violations[];		/* M classes */
extern const struct violation engine_violations[];	/* E classes */

#endif /* HARNESS_VIOLATION_ROWS_H */
