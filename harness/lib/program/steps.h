/* SPDX-License-Identifier: GPL-2.0-only */
/* The types of steps: kmod/uapi/steps.h, the rows that the executor has too. */
#ifndef HARNESS_STEPS_H
#define HARNESS_STEPS_H

#include <stdint.h>

#include "uapi/dmatorture.h"

struct step_type {
	uint32_t number;	/* enum dmt_step_op */
	uint32_t object;	/* enum dmt_object */
	uint32_t flags;		/* DMT_IN_THREAD and the like */
	uint32_t max0, max1;	/* the largest arguments */
};

/* @op below DMT_STEP__COUNT; beyond it: that of NOP. */
const struct step_type *step_type(uint32_t op);

#endif /* HARNESS_STEPS_H */
