/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Brings events to the judge, from a file, a live ring or the frames of a guest. It puts
 * events into the order of their numbers, notices missing ones, and keeps stacks and the
 * names of addresses.
 */
#ifndef HARNESS_EVSTREAM_H
#define HARNESS_EVSTREAM_H

#include "judge.h"

#define EVSTREAM_WINDOW	8192	/* an event may come so many events too late */

struct evstream;

struct evstream *evstream_new(const struct judge_options *options);
void evstream_free(struct evstream *s);

/* Call it when the events come from a machine of the other byte order. */
void evstream_swap(struct evstream *s);
/* The bytes of an address of the observed kernel: 8 (the default), or 4. */
void evstream_word(struct evstream *s, unsigned int bytes);
unsigned int evstream_word_bytes(const struct evstream *s);

/*
 * Takes one chunk. Returns 0, or -EBADMSG with the reason in @why when it is malformed; what
 * came before stays good, and the stream is incomplete.
 */
int evstream_chunk(struct evstream *s, uint32_t type, const void *data, size_t len, char why[256]);

/* Takes events of this machine that are not in a chunk. */
void evstream_events(struct evstream *s, const struct obs_event *e, size_t n);

/* Call it when nothing more comes: judges what is still held back. */
void evstream_finish(struct evstream *s);

/*
 * From now on @fn gets each event too, before the judge does and in the same order. A gap in the
 * numbers is where events are missing.
 */
void evstream_listen(struct evstream *s, void (*fn)(void *arg, const struct obs_event *e),
		     void *arg);

/* Why the verdict is incomplete, or NULL. */
const char *evstream_incomplete(const struct evstream *s);
/* Adds a reason why the verdict is incomplete; only the first one is kept. */
void evstream_doubt(struct evstream *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Lines "not countable: REASON": losses that the observed kernel does not tell. "": none. */
const char *evstream_uncounted(const struct evstream *s);
/*
 * Why nothing watched the loads and stores of the CPU, though it was asked for: the classes that
 * need it are not watched. NULL: it was not asked for, or they are.
 */
const char *evstream_unwatched(const struct evstream *s);
const struct judge *evstream_judge(const struct evstream *s);
/* The kernel release from META; "" when it has none. */
const char *evstream_release(const struct evstream *s);

/* Returns the number of addresses in a stack, innermost first; 0: the stack is not known. */
unsigned int evstream_stack(const struct evstream *s, int32_t id, const uint64_t **ips);
/* "name+0x1/0x2 [module]"; NULL when the address has no known name. */
const char *evstream_symbol(const struct evstream *s, uint64_t address);

#endif /* HARNESS_EVSTREAM_H */
