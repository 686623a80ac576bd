/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files share that send to the harness what the observer saw. */
#ifndef AGENT_OBSERVE_H
#define AGENT_OBSERVE_H

#include <pthread.h>
#include <stdbool.h>

#include "observer/observer.h"

/* So few that another run of the cell, at other moments, may well lose none. */
#define FEW_LOST	64

/* The cell that runs. */
struct observed {
	struct obs_event *events;
	size_t nr;
	struct observer_stacks stacks;	/* that the cell's events name */
	struct observer_stacks said;	/* of these, described by now */
	pthread_mutex_t lock;		/* one thread at a time drains */
	struct observer_counts before;
	pthread_t thread;
	int stop;		/* eventfd */
	bool observed;
	bool missed;		/* probes came too late for some of it */
};

extern struct observed cell;
extern struct observer *observer;	/* NULL: there is none */

/* Sinks of events: for the harness, and for nobody. */
int take_events(void *arg, const struct obs_event *e, size_t n);
int forget_events(void *arg, const struct obs_event *e, size_t n);
/* Sends what was taken and not sent yet. */
void flush_events(void);

void say_chunk(enum obs_chunk type, const void *data, size_t len);
void say_meta(void);

/*
 * Drains all events into @sink. Nothing in the ring is younger than what is returned, which @count
 * found: observer_count() or observer_count_quickly().
 */
struct observer_counts drain_all(int (*sink)(void *arg, const struct obs_event *e, size_t n),
				 void (*count)(const struct observer *o,
					       struct observer_counts *c));

#endif /* AGENT_OBSERVE_H */
