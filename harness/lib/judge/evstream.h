/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way of events to the judge: the same for a file, a live ring and the frames
 * of a guest. Puts events into the order of their numbers, notices what is
 * missing, and keeps the names of stacks.
 */
#ifndef HARNESS_EVSTREAM_H
#define HARNESS_EVSTREAM_H

#include "judge.h"

#define EVSTREAM_WINDOW	8192	/* events that one may come too late */

struct evstream;

struct evstream *evstream_new(const struct judge_options *options);
void evstream_free(struct evstream *s);

/* The events come from a machine of the other byte order. */
void evstream_swap(struct evstream *s);

/*
 * Takes one chunk. 0, or -EBADMSG with @why filled when it cannot be one; what
 * came before stays good, and the stream is incomplete.
 */
int evstream_chunk(struct evstream *s, uint32_t type, const void *data, size_t len, char why[256]);

/* Events of this machine, without a chunk around them. */
void evstream_events(struct evstream *s, const struct obs_event *e, size_t n);

/* Nothing more comes. Judges what is still held back. */
void evstream_finish(struct evstream *s);

/* Why the verdict is not complete; NULL when it is. */
const char *evstream_incomplete(const struct evstream *s);
/* Adds a reason; the first one stays. */
void evstream_doubt(struct evstream *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

const struct judge *evstream_judge(const struct evstream *s);
/* Of META; "" when it did not say. */
const char *evstream_release(const struct evstream *s);

/* Addresses of a stack, innermost first; 0: it is not known. */
unsigned int evstream_stack(const struct evstream *s, int32_t id, const uint64_t **ips);
/* "name+0x1/0x2 [module]"; NULL when it is not known. */
const char *evstream_symbol(const struct evstream *s, uint64_t address);

#endif /* HARNESS_EVSTREAM_H */
