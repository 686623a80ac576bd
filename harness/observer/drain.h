/* SPDX-License-Identifier: GPL-2.0-only */
/* Emptying the ring up to an event: drain.c. */
#ifndef OBSERVER_DRAIN_H
#define OBSERVER_DRAIN_H

#include <stdint.h>

#define DRAIN_TRIES	1000	/* and a wait of 1 ms between two */
#define DRAIN_INIT	{ .last = UINT64_MAX }

struct drain {
	uint64_t taken;		/* events, since the first */
	uint64_t last;		/* up to which drain_to() drains */
	uint64_t beyond;	/* taken by it with a higher number */
};

struct drain_ops {
	/* Hands over what is ready; drain_took() for each. How many, or a negative errno. */
	long (*consume)(void *arg);
	/* Events that took a number and never got into the ring. */
	uint64_t (*lost)(void *arg);
	void (*wait)(void *arg);
};

void drain_took(struct drain *d, uint64_t seq);

/*
 * Until all events up to number @last were taken or are lost, or a second is over: what is missing
 * then is a gap. How many were taken, or what consume returned if negative.
 */
long drain_to(struct drain *d, uint64_t last, const struct drain_ops *ops, void *arg);

#endif
