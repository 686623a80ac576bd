// SPDX-License-Identifier: GPL-2.0-only
/* The table of the model's rules, and its other words. */
#include <string.h>

#include "internal.h"

static const struct model_rule rules[NR_RULES] = {
#define RULE(id, ...)	[RULE_##id] = { __VA_ARGS__ },
#define UNSEEN(id, ...)	[RULE_##id] = { __VA_ARGS__ },
#include "rule_rows.h"
};

const struct model_rule *model_rule(unsigned int i)
{
	return i < NR_RULES ? &rules[i] : NULL;
}

int model_rule_find(const char *name)
{
	for (unsigned int i = 0; i < NR_RULES; i++)
		if (!strcmp(rules[i].name, name))
			return (int)i;
	return -1;
}

bool rule_is_unseen(unsigned int rule)
{
	switch (rule) {
#define RULE(id, ...)
#define UNSEEN(id, ...)	case RULE_##id:
#include "rule_rows.h"
		return true;
	default:
		return false;
	}
}

const char *model_data_name(enum model_data data)
{
	static const char *const names[] = {
		[MODEL_UNCHECKED] = "unchecked", [MODEL_INTACT] = "intact",
		[MODEL_MAY_CORRUPT] = "may be corrupt", [MODEL_CORRUPT] = "corrupt",
	};

	return names[data];
}

const char *model_sure_name(enum model_sure sure)
{
	static const char *const names[] = {
		[MODEL_NEVER] = "never", [MODEL_MAY] = "may", [MODEL_MUST] = "must",
	};

	return names[sure];
}
