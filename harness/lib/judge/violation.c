// SPDX-License-Identifier: GPL-2.0-only
/* The rows as a table, and how a class is found in it. */
#include "violation.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/program/words.h"

#define ROW(code_, id_, name_, def, doc_, ...) \
	[id_] = { .id = id_, .code = code_, .name = name_, .definition = def, .doc = doc_,	\
		  __VA_ARGS__ },
#define SEEN(code, id, name, def, doc, rule_) \
	ROW(code, id, name, def, doc, .rule = rule_, .seen = true)
#define SEEN_IF(code, id, name, needs_, def, doc, rule_) \
	ROW(code, id, name, def, doc, .rule = rule_, .seen = true, .needs = needs_)
#define SEEN_ON(code, id, name, event, function, def, doc, rule_) \
	ROW(code, id, name, def, doc, .rule = rule_, .seen = true)
#define UNSEEN(code, id, name, def, doc, why) \
	ROW(code, id, name, def, doc, .rule = "none", .why_not = why)
static const struct violation rows[V__COUNT] = {
#include "violation_rows.h"
};

const struct violation *violation_get(enum violation_id id)
{
	return &rows[id];
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
		[NEEDS_CPU_WATCH] = "needs a guest whose CPU is watched (run --watch cpu, or a scenario that says so)",
	};

	return texts[needs];
}

void violation_needing(enum violation_needs needs, struct strbuf *out)
{
	const char *between = "";

	for (int id = 0; id < V__COUNT; id++) {
		const struct violation *v = violation_get(id);

		if (!v->seen || v->needs != needs)
			continue;
		strbuf_addf(out, "%s%s", between, v->name);
		between = ", ";
	}
}
