/* SPDX-License-Identifier: GPL-2.0-only */
/* The classes of violations: one row each, in violation_rows.h. */
#ifndef HARNESS_VIOLATION_H
#define HARNESS_VIOLATION_H

#include <stdbool.h>
#include <stddef.h>

#define SEEN(code, id, ...)		id,
#define SEEN_IF(code, id, ...)		id,
#define SEEN_ON(code, id, ...)		id,
#define UNSEEN(code, id, ...)		id,
enum violation_id {
#include "violation_rows.h"
	V__COUNT
};

/* What a class needs before it can be seen, besides the observer. */
enum violation_needs {
	NEEDS_NOTHING,
	NEEDS_DEBUG_KERNEL,	/* CONFIG_DMA_API_DEBUG */
	NEEDS_ENGINE_EVENTS,	/* an engine that reports when it moves data: softdma, models */
	NEEDS_NON_COHERENT,	/* a device whose caches are not coherent */
	NEEDS_MEMORY_MAP,	/* the machine's memory map in the recording */
	NEEDS_PROVIDER_OPS,	/* REGISTER with the provider's optional functions */
	NEEDS_CPU_WATCH,	/* events of the CPU's accesses: QEMU's plugin */
};

struct violation {
	enum violation_id id;
	const char *code;	/* harness/README.md#violations: "M5" */
	const char *name;	/* never changes */
	const char *definition;
	const char *doc;	/* where the kernel's documents state the rule */
	const char *rule;	/* how events show it, with what is deliberately left out */
	bool seen;		/* false: the judge never finds it */
	const char *why_not;	/* why, and which world or witness can show it */
	enum violation_needs needs;
};

/* Returns the class of an id. */
const struct violation *violation_get(enum violation_id id);
/* Returns the class with this name or code, or NULL. */
const struct violation *violation_find(const char *name);
/* Returns the name that is most like a misspelt one; NULL when none is similar. */
const char *violation_nearest(const char *name);
struct strbuf;
/* Appends the names of the classes with this need: "NAME, NAME". */
void violation_needing(enum violation_needs needs, struct strbuf *out);
/* Returns "needs ...", or "" for NEEDS_NOTHING. */
const char *violation_needs_text(enum violation_needs needs);

#endif /* HARNESS_VIOLATION_H */
