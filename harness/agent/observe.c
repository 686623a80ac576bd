// SPDX-License-Identifier: GPL-2.0-only
/*
 * The observer, in a guest: on while a cell runs, everything it saw goes to the
 * harness. It neither knows the program nor judges.
 */
#include <endian.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent.h"
#include "observer/observer.h"

#define EVENTS_A_FRAME	4096
/* So few that another run of the cell, at other moments, may well lose none. */
#define FEW_LOST	64

static struct observer *observer;
static char why_not[256];

static struct {
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
} cell = { .lock = PTHREAD_MUTEX_INITIALIZER };

void observe_start(struct strbuf *errors)
{
	const char *off = getenv("dmatorture_observer");
	struct observer_options options = {
		.ring_bytes = off && !strncmp(off, "ring:", 5) ? strtoul(off + 5, NULL, 0) : 0,
		.quiet_libbpf = !off || strcmp(off, "verbose"),
		.no_stacks = off && !strcmp(off, "no-stacks"),
		.way = off && !strncmp(off, "way:", 4) ? off + 4 : NULL,
		.without = off && !strncmp(off, "without:", 8) ? off + 8 : NULL,
	};

	if (off && !strcmp(off, "off")) {
		snprintf(why_not, sizeof(why_not), "off");
		return;
	}
	observer = observer_start(&options, why_not);
	if (observer)
		cell.events = xmalloc(EVENTS_A_FRAME * sizeof(*cell.events));
	else
		strbuf_addf(errors, "observer: %s\n", why_not);
}

/* For the harness, which can read the ring when this guest cannot any more. */
void observe_say_place(void)
{
	struct strbuf sb = STRBUF_INIT;

	if (observer && !observer_place(observer, &sb))
		send_frame(FRAME_RING, sb.s, sb.len);
	strbuf_free(&sb);
}

static void say_chunk(enum obs_chunk type, const void *data, size_t len)
{
	uint8_t *frame = xmalloc(len + 4);
	uint32_t t = htole32(type);

	memcpy(frame, &t, 4);
	memcpy(frame + 4, data, len);
	send_frame(FRAME_OBSERVED, frame, len + 4);
	free(frame);
}

static void flush(void)
{
	if (cell.nr)
		say_chunk(OBS_CHUNK_EVENTS, cell.events, cell.nr * sizeof(*cell.events));
	cell.nr = 0;
}

static int take(void *arg, const struct obs_event *e, size_t n)
{
	(void)arg;
	observer_note_stacks(&cell.stacks, e, n);
	for (size_t i = 0; i < n; i++) {
		cell.events[cell.nr++] = e[i];
		if (cell.nr == EVENTS_A_FRAME)
			flush();
	}
	return 0;
}

static int forget(void *arg, const struct obs_event *e, size_t n)
{
	(void)arg;
	observer_note_stacks(&cell.stacks, e, n);
	return 0;
}

/* So that a long cell does not fill the ring. */
static void *drain(void *arg)
{
	struct pollfd fds[] = {
		{ .fd = cell.stop, .events = POLLIN },
		{ .fd = observer_fd(observer), .events = POLLIN },
	};

	while (poll(fds, 2, -1) >= 0 && !fds[0].revents) {
		pthread_mutex_lock(&cell.lock);
		observer_drain(observer, take, NULL);
		flush();	/* what the agent holds is lost when the guest dies */
		pthread_mutex_unlock(&cell.lock);
	}
	return arg;
}

static void say_meta(void)
{
	struct strbuf sb = STRBUF_INIT;
	observer_meta(&sb);
	if (!cell.observed) {
		strbuf_addf(&sb, "observer=%s\n", observer ? "off" : why_not);
	} else {
		const char *missing = observer_missing(observer);

		if (missing)
			strbuf_addf(&sb, "missing=%s\n", missing);
		strbuf_addf(&sb, "first_seq=%llu\n",
			    (unsigned long long)cell.before.events + 1);
	}
	say_chunk(OBS_CHUNK_META, strbuf_str(&sb), sb.len);
	strbuf_free(&sb);
}

/* Drains all events; afterwards nothing in the ring is younger than the counts in @c. */
static void drain_all(struct observer_counts *c,
		      int (*sink)(void *arg, const struct obs_event *e, size_t n))
{
	uint64_t last;

	do {
		last = observer_events(observer);
		observer_drain_to(observer, last, sink, NULL);
		observer_count(observer, c);
	} while (c->events != last);
}

void observe_begin(bool wanted)
{
	cell.observed = observer && wanted;
	if (!cell.observed) {
		say_meta();
		return;
	}
	observer_settle(observer);
	drain_all(&cell.before, forget);
	cell.nr = 0;
	cell.missed = false;
	observer_forget_stacks(observer, &cell.stacks);
	memset(&cell.said, 0, sizeof(cell.said));
	observer_mark(observer);
	say_meta();
	cell.stop = eventfd(0, EFD_CLOEXEC);
	if (cell.stop < 0 || pthread_create(&cell.thread, NULL, drain, NULL)) {
		perror("dmatorture agent: a thread");
		exit(1);
	}
}

static void say_stacks(void)
{
	struct strbuf stacks = STRBUF_INIT, symbols = STRBUF_INIT;
	struct observer_stacks new;

	for (size_t i = 0; i < sizeof(new.bits); i++)
		new.bits[i] = cell.stacks.bits[i] & ~cell.said.bits[i];
	cell.said = cell.stacks;
	observer_describe_stacks(observer, &new, &stacks, &symbols);
	say_chunk(OBS_CHUNK_STACKS, strbuf_str(&stacks), stacks.len);
	say_chunk(OBS_CHUNK_SYMBOLS, strbuf_str(&symbols), symbols.len);
	strbuf_free(&stacks);
	strbuf_free(&symbols);
}

/* ---- cells whose engines stay ---- */

static struct {
	struct obs_event *v;	/* of the making of the engines, in order, numbered from 1 on */
	size_t nr;
	uint64_t base;		/* number of the last event before the cell */
	uint64_t lost;		/* so many the cells were told of */
	struct strbuf probes;
	struct observer_counts before;
} kept;

static int keep(void *arg, const struct obs_event *e, size_t n)
{
	(void)arg;
	kept.v = xrealloc(kept.v, (kept.nr + n) * sizeof(*kept.v));
	memcpy(kept.v + kept.nr, e, n * sizeof(*e));
	kept.nr += n;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const struct obs_event *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Numbers go on from those of the engines' events: to its reader it is one stream. */
static int take_on(void *arg, const struct obs_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct obs_event copy = e[i];

		if (copy.seq <= kept.base)
			continue;
		copy.seq += kept.nr - kept.base;
		take(arg, &copy, 1);
	}
	return 0;
}

/* Returns what was counted when nothing in the ring was younger than that. */
static struct observer_counts drain_quickly(int (*sink)(void *arg, const struct obs_event *e,
							size_t n))
{
	struct observer_counts now, after;

	do {
		observer_count_quickly(observer, &now);
		observer_drain_to(observer, now.events, sink, NULL);
		observer_count_quickly(observer, &after);
	} while (after.events != now.events);
	return now;
}

void observe_kept_begin(void)
{
	if (!observer)
		return;
	observer_settle(observer);
	drain_quickly(forget);
	observer_forget_stacks(observer, &cell.stacks);
	observer_count(observer, &kept.before);
	observer_mark(observer);
	kept.nr = 0;
	kept.lost = 0;
}

bool observe_kept_ready(void)
{
	if (!observer)
		return false;
	drain_quickly(keep);
	qsort(kept.v, kept.nr, sizeof(*kept.v), by_number);
	for (size_t i = 0; i < kept.nr; i++)
		kept.v[i].seq = i + 1;
	strbuf_reset(&kept.probes);
	observer_probes(observer, &kept.probes);
	return observer_settle(observer) > 0;
}

void observe_cell_begin(void)
{
	cell.observed = observer != NULL;
	if (observer) {
		cell.before = drain_quickly(forget);
		kept.base = cell.before.events;
		cell.before.events = 0;	/* say_meta() tells the first number from it */
		cell.nr = 0;
	}
	say_meta();
	for (size_t i = 0; observer && i < kept.nr; i++)
		take(NULL, &kept.v[i], 1);
}

bool observe_cell_end(bool last)
{
	struct observer_counts now;
	bool missed;
	uint64_t end[2];

	if (!observer)
		return false;
	now = drain_quickly(take_on);
	flush();
	missed = observer_settle(observer) > 0;
	end[0] = now.events - kept.base + kept.nr;
	end[1] = now.lost - cell.before.lost;
	kept.lost += end[1];
	if ((missed || (end[1] && end[1] <= FEW_LOST)) && !last)
		return true;
	say_chunk(OBS_CHUNK_PROBES, strbuf_str(&kept.probes), kept.probes.len);
	say_chunk(OBS_CHUNK_END, end, sizeof(end));
	return false;
}

uint64_t observe_kept_end(void)
{
	struct observer_counts now;

	if (!observer)
		return 0;
	drain_quickly(forget);
	observer_count(observer, &now);
	now.lost -= kept.before.lost;
	return now.lost > kept.lost ? now.lost - kept.lost : 0;
}

void observe_modules_come(void)
{
	if (!cell.observed)
		return;
	pthread_mutex_lock(&cell.lock);
	cell.missed |= observer_settle(observer) > 0;
	pthread_mutex_unlock(&cell.lock);
}

void observe_modules_go(void)
{
	if (!cell.observed)
		return;
	pthread_mutex_lock(&cell.lock);
	observer_drain(observer, take, NULL);
	say_stacks();
	/* By name they are found again, when the cell is run again. */
	cell.missed |= observer_settle(observer) > 0;
	pthread_mutex_unlock(&cell.lock);
}

bool observe_end(bool last)
{
	struct strbuf probes = STRBUF_INIT;
	struct observer_counts now;
	uint64_t end[2];

	if (!cell.observed)
		return false;
	if (eventfd_write(cell.stop, 1))
		perror("dmatorture agent: eventfd");
	pthread_join(cell.thread, NULL);
	close(cell.stop);
	drain_all(&now, take);
	flush();
	cell.missed |= observer_settle(observer) > 0;
	if (cell.missed && !last)
		return true;
	now.lost -= cell.before.lost;
	if (now.lost && now.lost <= FEW_LOST && !last)
		return true;
	observer_probes(observer, &probes);
	say_chunk(OBS_CHUNK_PROBES, strbuf_str(&probes), probes.len);
	strbuf_free(&probes);
	say_stacks();
	end[0] = now.events;
	end[1] = now.lost;
	say_chunk(OBS_CHUNK_END, end, sizeof(end));
	return false;
}
