/* SPDX-License-Identifier: GPL-2.0-only */
/* The mappings and descriptors that findings are about, to be recognized in the events. */
#ifndef HARNESS_TIMELINE_PARTIES_H
#define HARNESS_TIMELINE_PARTIES_H

#include "bars.h"
#include "lib/judge/judge.h"

/* Zero it first. */
struct parties {
	struct table table;
};

/* Adds the parties of a finding, and the call in which it was found. */
void parties_add(struct parties *p, const struct finding *f);
/* Is this bar a mapping or a descriptor of a finding, or a part of one? */
bool parties_have(const struct parties *p, const struct bar *bar);
/* Was something found in the event with this number? */
bool parties_found_in(const struct parties *p, uint64_t seq);
void parties_free(struct parties *p);

#endif /* HARNESS_TIMELINE_PARTIES_H */
