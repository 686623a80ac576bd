/* SPDX-License-Identifier: GPL-2.0-only */
/* Which events of a recording are wanted. */
#ifndef HARNESS_TIMELINE_SELECTION_H
#define HARNESS_TIMELINE_SELECTION_H

#include "event_words.h"
#include "names.h"
#include "parties.h"

/* Zero it first: all events are wanted then. */
struct selection {
	const char *device, *driver;	/* NULL: any */
	bool has_from, has_to;
	uint64_t from_ns, to_ns;	/* after the first event */
	bool types[EVENT_TYPES];
	bool has_types;
	const struct parties *parties;	/* NULL: of any mapping or descriptor */

	/* of selection.c */
	struct bars *bars;
	struct obs_event head;		/* a MAP_SG whose entries are not known yet */
	struct obs_event told;
};

/*
 * Tells whether @e is wanted; call it with each event, in order, after names_take(). *@before is
 * set to an event before it that turns out to be wanted too, or NULL; it holds until the next call.
 */
bool selection_has(struct selection *s, const struct names *n, const struct obs_event *e,
		   uint64_t start_ns, const struct obs_event **before);
void selection_free(struct selection *s);

/*
 * Reads a time such as 0.25, 250ms, 30us or 100ns; without a unit it is in seconds. Returns 0, or
 * -EINVAL.
 */
int selection_time(const char *text, uint64_t *ns);

#endif /* HARNESS_TIMELINE_SELECTION_H */
