/* SPDX-License-Identifier: GPL-2.0-only */
/* drain.c: draining the ring up to a given event. */
#ifndef OBSERVER_DRAIN_H
#define OBSERVER_DRAIN_H

#include <stdint.h>

#define DRAIN_TRIES	1000	/* reads at most, 1 ms apart */
#define DRAIN_INIT	{ .last = UINT64_MAX }

struct drain {
	uint64_t taken;		/* events taken since the start */
	uint64_t last;		/* number of the event that drain_to() drains up to */
	uint64_t beyond;	/* events with a higher number that it took */
};

struct drain_ops {
	/* Takes what is ready and calls drain_took() for each. Returns how many, or -errno. */
	long (*consume)(void *arg);
	/* The number of events that took a number and never got into the ring. */
	uint64_t (*lost)(void *arg);
	void (*wait)(void *arg);
};

void drain_took(struct drain *d, uint64_t seq);

/*
 * Drains until all events up to number @last were taken or are lost, or until a second is over;
 * what is missing then is a gap. Returns how many were taken, or a negative result of consume.
 */
long drain_to(struct drain *d, uint64_t last, const struct drain_ops *ops, void *arg);

#endif
