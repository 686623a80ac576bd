// SPDX-License-Identifier: GPL-2.0-only
/* Looks violation classes up by number and by name. */
#include "violation.h"

#include <string.h>

#include "violation_rows.h"
#include "lib/program/words.h"

const struct violation *violation_get(enum violation_id id)
{
	return id < V_FOREIGN_SUBMIT ? &map_violations[id]
				     : &engine_violations[id - V_FOREIGN_SUBMIT];
}

const struct violation *violation_find(const char *name)
{
	for (int id = 0; id < V__COUNT; id++) {
		const struct violation *v = violation_get(id);

		if (!strcmp(v->name, name) || !strcmp(v->code, name))
			return v;
	}
	return NULL;
}

const char *violation_nearest(const char *name)
{
	const char *names[V__COUNT + 1];

	for (int id = 0; id < V__COUNT; id++)
		names[id] = violation_get(id)->name;
	names[V__COUNT] = NULL;
	return word_nearest(names, name, strlen(name));
}

const char *violation_needs_text(enum violation_needs needs)
{
	static const char *const texts[] = {
		[NEEDS_NOTHING] = "",
		[NEEDS_DEBUG_KERNEL] = "needs a kernel with CONFIG_DMA_API_DEBUG",
		[NEEDS_ENGINE_EVENTS] = "needs an engine that says when it moves data (softdma, the register models)",
		[NEEDS_NON_COHERENT] = "needs a device whose caches are not coherent",
		[NEEDS_MEMORY_MAP] = "needs the machine's memory map in the recording",
		[NEEDS_PROVIDER_OPS] = "needs an observer that tells the provider's optional functions",
	};

	return texts[needs];
}
