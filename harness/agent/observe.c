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
#include "observe.h"

#define EVENTS_A_FRAME	4096

struct observer *observer;
struct observed cell = { .lock = PTHREAD_MUTEX_INITIALIZER };
static char why_not[256];

void observe_start(struct strbuf *errors)
{
	const char *off = getenv("dmatorture_observer");
	struct observer_options options = {
		.ring_bytes = off && !strncmp(off, "ring:", 5) ? strtoul(off + 5, NULL, 0) : 0,
		.quiet_libbpf = !off || strcmp(off, "verbose"),
		.no_stacks = off && !strcmp(off, "no-stacks"),
		.way = off && !strncmp(off, "way:", 4) ? off + 4 : NULL,
		.paths = off && !strncmp(off, "paths:", 6) ? off + 6 : NULL,
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

void observe_cpu(void)
{
	if (observer)
		observer_watch_cpu(observer);
}

/* For the harness, which can read the ring when this guest cannot any more. */
void observe_say_place(void)
{
	struct strbuf sb = STRBUF_INIT;

	if (observer && !observer_place(observer, &sb))
		send_frame(FRAME_RING, sb.s, sb.len);
	strbuf_free(&sb);
}

void say_chunk(enum obs_chunk type, const void *data, size_t len)
{
	uint8_t *frame = xmalloc(len + 4);
	uint32_t t = htole32(type);

	memcpy(frame, &t, 4);
	memcpy(frame + 4, data, len);
	send_frame(FRAME_OBSERVED, frame, len + 4);
	free(frame);
}

void flush_events(void)
{
	if (cell.nr)
		say_chunk(OBS_CHUNK_EVENTS, cell.events, cell.nr * sizeof(*cell.events));
	cell.nr = 0;
}

int take_events(void *arg, const struct obs_event *e, size_t n)
{
	(void)arg;
	observer_note_stacks(&cell.stacks, e, n);
	for (size_t i = 0; i < n; i++) {
		cell.events[cell.nr++] = e[i];
		if (cell.nr == EVENTS_A_FRAME)
			flush_events();
	}
	return 0;
}

int forget_events(void *arg, const struct obs_event *e, size_t n)
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
		observer_drain(observer, take_events, NULL);
		flush_events();	/* what the agent holds is lost when the guest dies */
		pthread_mutex_unlock(&cell.lock);
	}
	return arg;
}

void say_meta(void)
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

struct observer_counts drain_all(int (*sink)(void *arg, const struct obs_event *e, size_t n),
				 void (*count)(const struct observer *o,
					       struct observer_counts *c))
{
	struct observer_counts c;
	uint64_t last;

	do {
		last = observer_events(observer);
		observer_drain_to(observer, last, sink, NULL);
		count(observer, &c);
	} while (c.events != last);
	return c;
}

void observe_begin(bool wanted)
{
	cell.observed = observer && wanted;
	if (!cell.observed) {
		say_meta();
		return;
	}
	observer_settle(observer);
	cell.before = drain_all(forget_events, observer_count);
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
	observer_drain(observer, take_events, NULL);
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
	now = drain_all(take_events, observer_count);
	flush_events();
	cell.missed |= observer_settle(observer) > 0 || observer_wrong_paths(observer);
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
