// SPDX-License-Identifier: GPL-2.0-only
/* Who owns which bytes of a mapping. */
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

#define MAX_SPANS 64

static struct span *add_at(struct owners *o, unsigned int at)
{
	if (o->nr == o->cap) {
		o->cap = o->cap ? o->cap * 2 : 4;
		o->spans = xrealloc(o->spans, o->cap * sizeof(*o->spans));
	}
	memmove(o->spans + at + 1, o->spans + at, (o->nr - at) * sizeof(*o->spans));
	o->nr++;
	return &o->spans[at];
}

/* Removes [start, end) from the spans, so that these bytes belong to the base's owner. */
static void cut(struct owners *o, uint64_t start, uint64_t end)
{
	for (unsigned int i = 0; i < o->nr; i++) {
		struct span *s = &o->spans[i], *rest;

		if (s->end <= start || s->start >= end)
			continue;
		if (s->start < start && s->end > end) {
			rest = add_at(o, i + 1);
			s = &o->spans[i];
			*rest = (struct span){ end, s->end, s->owner };
			s->end = start;
			return;
		}
		if (s->start < start) {
			s->end = start;
		} else if (s->end > end) {
			s->start = end;
		} else {
			memmove(s, s + 1, (o->nr - i - 1) * sizeof(*s));
			o->nr--;
			i--;
		}
	}
}

void owners_set(struct owners *o, uint64_t len, uint64_t start, uint64_t end, enum owner to)
{
	unsigned int at = 0;

	if (start == 0 && end >= len) {
		o->base = to;
		o->nr = 0;
		return;
	}
	cut(o, start, end);
	if (to == o->base)
		return;
	if (o->nr >= MAX_SPANS) {
		/* too many pieces to remember */
		o->base = OWNER_UNKNOWN;
		o->nr = 0;
		return;
	}
	while (at < o->nr && o->spans[at].start < start)
		at++;
	if (at && o->spans[at - 1].end == start && o->spans[at - 1].owner == to) {
		o->spans[at - 1].end = end;
		return;
	}
	*add_at(o, at) = (struct span){ start, end, to };
}

enum owner owners_of(const struct owners *o, uint64_t start, uint64_t end)
{
	bool unknown_some = false;
	uint64_t at = start;

	for (unsigned int i = 0; i < o->nr && at < end; i++) {
		const struct span *s = &o->spans[i];

		if (s->end <= at || s->start >= end)
			continue;
		if (s->owner == OWNER_DEVICE || (s->start > at && o->base == OWNER_DEVICE))
			return OWNER_DEVICE;
		unknown_some |= s->owner == OWNER_UNKNOWN ||
				(s->start > at && o->base == OWNER_UNKNOWN);
		at = s->end;
	}
	if (at < end && o->base == OWNER_DEVICE)
		return OWNER_DEVICE;
	unknown_some |= at < end && o->base == OWNER_UNKNOWN;
	return unknown_some ? OWNER_UNKNOWN : OWNER_CPU;
}

/* Are there bytes that the CPU has written since it has them? */
bool owners_wrote(const struct owners *o, uint64_t start, uint64_t end)
{
	uint64_t at = start;

	for (unsigned int i = 0; i < o->nr && at < end; i++) {
		const struct span *s = &o->spans[i];

		if (s->end <= at || s->start >= end)
			continue;
		if (s->owner == OWNER_CPU_WROTE || (s->start > at && o->base == OWNER_CPU_WROTE))
			return true;
		at = s->end;
	}
	return at < end && o->base == OWNER_CPU_WROTE;
}
