// SPDX-License-Identifier: GPL-2.0-only
/* The names of the kernel's witnesses, and the agent's line about one. */
#include "witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/program/words.h"

const char *witness_name(enum witness witness)
{
	return witness == WITNESS_NONE ? "" : witness_words[witness - 1];
}

const char *witness_symbol(enum witness witness)
{
	static const char *const symbols[WITNESS__COUNT] = {
		[WITNESS_DMA_DEBUG] = "CONFIG_DMA_API_DEBUG",
		[WITNESS_KASAN] = "CONFIG_KASAN",
		[WITNESS_KFENCE] = "CONFIG_KFENCE",
		[WITNESS_UBSAN] = "CONFIG_UBSAN",
		[WITNESS_LOCKDEP] = "CONFIG_PROVE_LOCKING",
		[WITNESS_ATOMIC] = "CONFIG_DEBUG_ATOMIC_SLEEP",
		[WITNESS_KMEMLEAK] = "CONFIG_DEBUG_KMEMLEAK",
	};

	return symbols[witness];
}

static const char *value_of(const char *line, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = line; p; p = strchr(p, ' ')) {
		p += *p == ' ';
		if (!strncmp(p, key, n) && p[n] == '=')
			return p + n + 1;
	}
	return NULL;
}

bool witness_read(const char *line, enum witness *which, struct witness_state *state)
{
	const char *name = value_of(line, "name"), *ran = value_of(line, "ran");
	const char *reports = value_of(line, "reports"), *why = value_of(line, "why");
	const char *filter = value_of(line, "filter");
	int i = name ? word_index(witness_words, name, strcspn(name, " ")) : -1;

	if (i < 0 || !ran || (*ran != '0' && *ran != '1'))
		return false;
	*which = i + 1;
	*state = (struct witness_state) { .said = true, .ran = *ran == '1' };
	if (reports)
		state->reports = strtoull(reports, NULL, 10);
	if (why)
		snprintf(state->why, sizeof(state->why), "%s", why);
	if (filter)
		snprintf(state->filter, sizeof(state->filter), "%.*s", (int)strcspn(filter, " "), filter);
	return true;
}
