// SPDX-License-Identifier: GPL-2.0-only
/* The rows of uapi/steps.h as a table. */
#include "steps.h"

/* A row in another place would be another step to the executor. */
#define STEP(name, number, ...) \
	_Static_assert(DMT_STEP_##name == (number), #name " is not in its place");
#include "uapi/steps.h"

#define STEP(name, ...) { __VA_ARGS__ },
static const struct step_type types[DMT_STEP__COUNT] = {
#include "uapi/steps.h"
};

const struct step_type *step_type(uint32_t op)
{
	return &types[op < DMT_STEP__COUNT ? op : DMT_STEP_NOP];
}
