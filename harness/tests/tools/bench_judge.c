// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures how many events per second the judge takes on one core, with a generated recording:
 * network and disks that map pages and lists, and an engine that copies.
 *
 *   bench_judge [EVENTS [LIVE]]      4,000,000 events, 8192 live mappings
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/judge/evstream.h"
#include "lib/base/strbuf.h"

#define NR_DEVS	8
#define NR_CPUS	4

static struct obs_event *events;
static size_t nr, cap;
static uint64_t rng = 1;

static uint32_t pick(uint32_t n)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(rng >> 33) % n;
}

static void emit(struct obs_event e)
{
	if (nr == cap) {
		cap = cap ? cap * 2 : 4096;
		events = xrealloc(events, cap * sizeof(*events));
	}
	e.seq = nr + 1;
	e.time_ns = 1000 * (nr + 1);
	e.stack = (int32_t)(e.type * 8 + (e.dev >> 12 & 7));
	events[nr++] = e;
}

static uint64_t dev_of(uint32_t i)
{
	return 0xffff888000000000ull + i * 0x1000;
}

static void devices(void)
{
	for (uint32_t i = 0; i < NR_DEVS; i++) {
		struct obs_event e = { .type = OBS_DEVICE, .dev = dev_of(i) };

		snprintf(e.name, sizeof(e.name), "0000:00:%02x.0", i);
		emit(e);
		e.type = OBS_BIND;
		emit(e);
		emit((struct obs_event){ .type = OBS_DEVICE_INFO, .dev = dev_of(i), .phys = ~0ull,
					 .dma = ~0ull, .attrs = OBS_DEV_COHERENT });
	}
	emit((struct obs_event){ .type = OBS_REGISTER, .dev = dev_of(0), .obj = 0x5000 });
	for (uint32_t c = 0; c < 4; c++)
		emit((struct obs_event){ .type = OBS_CHAN_INFO, .dev = dev_of(0), .arg = 0x5000,
					 .obj = 0x6000 + c * 0x100, .len = c });
}

/* Places of 64 KiB, so that mappings do not overlap. */
struct place {
	bool mapped;
	uint32_t dev, dir, nents;
	uint64_t len;
};

static uint64_t place_phys(size_t i)
{
	return 0x100000000ull + i * 0x10000;
}

static struct obs_event base(const struct place *p, size_t i, uint16_t type)
{
	return (struct obs_event){ .type = type, .dev = dev_of(p->dev), .cpu = i % NR_CPUS,
				   .task = 100 + i % NR_CPUS, .dir = p->dir,
				   .dma = place_phys(i), .phys = place_phys(i), .len = p->len };
}

static void map_list(const struct place *p, size_t i)
{
	struct obs_event e = base(p, i, OBS_MAP_SG);

	e.obj = 0xffff888100000000ull + i * 0x1000;
	e.phys = 0;
	e.dma = 0;
	e.len = p->nents;
	e.arg = p->nents;
	emit(e);
	for (uint32_t k = 0; k < p->nents; k++) {
		e = base(p, i, OBS_MAP_SG_ENTRY);
		e.obj = 0xffff888100000000ull + i * 0x1000;
		e.phys += k * 0x1000;
		e.dma += k * 0x1000;
		e.len = 0x1000;
		e.arg2 = 0x1000;
		e.arg = k;
		emit(e);
	}
}

static void toggle(struct place *p, size_t i)
{
	struct obs_event e;

	if (p->mapped) {
		e = base(p, i, p->nents ? OBS_UNMAP_SG : OBS_UNMAP);
		if (p->nents) {
			e.obj = 0xffff888100000000ull + i * 0x1000;
			e.len = p->nents;
		}
		emit(e);
	} else {
		p->dev = pick(NR_DEVS);
		p->dir = 1 + pick(2);
		p->nents = pick(16) ? 0 : 1 + pick(16);
		p->len = pick(2) ? 0x1000 : 64 + pick(1500);
		if (p->nents)
			map_list(p, i);
		else
			emit(base(p, i, OBS_MAP));
	}
	p->mapped = !p->mapped;
}

/* Emits a copy of one page, with its two mappings and all other events. */
static void copy(uint32_t chan)
{
	static int32_t cookies[4];
	uint64_t c = 0x6000 + chan * 0x100, src = 0x10000000 + chan * 0x10000, dst = src + 0x4000;
	struct obs_event e = { .type = OBS_MAP, .dev = dev_of(0), .task = 200, .len = 0x1000,
			       .phys = src, .dma = src, .dir = 1 };
	struct obs_event t = { .dev = dev_of(0), .task = 200, .arg2 = c, .obj = c + 0x10000 };
	int32_t cookie = ++cookies[chan];

	emit(e);
	e.phys = e.dma = dst;
	e.dir = 2;
	emit(e);
	t.type = OBS_PREP;
	t.attrs = 3;
	t.len = 0x1000;
	t.arg = 0x101;
	emit(t);
	t.type = OBS_PREP_ADDR;
	t.dma = dst;
	t.dir = 2;
	t.arg = 0;
	emit(t);
	t.dma = src;
	t.dir = 1;
	t.arg = 1;
	emit(t);
	t = (struct obs_event){ .type = OBS_SUBMIT_ENTER, .dev = dev_of(0), .task = 200, .attrs = 3,
				.arg2 = c, .obj = c + 0x10000, .dma = 0x9000, .phys = c };
	emit(t);
	t.type = OBS_SUBMIT;
	t.arg = (uint64_t)cookie;
	emit(t);
	emit((struct obs_event){ .type = OBS_ISSUE, .dev = dev_of(0), .task = 200, .arg2 = c });
	emit((struct obs_event){ .type = OBS_COOKIE, .dev = dev_of(0), .level = 1, .cpu = 1,
				 .arg2 = c, .arg = (uint64_t)cookie });
	emit((struct obs_event){ .type = OBS_CB_ENTER, .level = 1, .cpu = 1, .dma = 0x9000,
				 .phys = c, .arg = ~0ull });
	emit((struct obs_event){ .type = OBS_CB_EXIT, .level = 1, .cpu = 1, .dma = 0x9000,
				 .phys = c });
	e.type = OBS_UNMAP;
	e.phys = 0;
	emit(e);
	e.dma = src;
	e.dir = 1;
	emit(e);
}

static void generate(size_t want, size_t live)
{
	size_t nr_places = live * 2;
	struct place *places = xcalloc(nr_places, sizeof(*places));

	devices();
	while (nr < want) {
		size_t i = pick((uint32_t)nr_places);

		if (!pick(64))
			copy(pick(4));
		else if (!pick(32))
			emit((struct obs_event){ .type = OBS_MEM_FREE, .len = 1,
						 .phys = 0x40000000 + pick(1 << 20) * 64 });
		else
			toggle(&places[i], i);
	}
	free(places);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	size_t want = argc > 1 ? strtoull(argv[1], NULL, 0) : 4000000;
	size_t live = argc > 2 ? strtoull(argv[2], NULL, 0) : 8192;
	const struct judge_counters *n;
	struct evstream *s;
	double start, took;

	generate(want, live);
	s = evstream_new(NULL);
	start = seconds();
	evstream_events(s, events, nr);
	took = seconds() - start;
	n = judge_counters(evstream_judge(s));
	printf("%zu events in %.2f s: %.2f million a second; %llu live, %llu at most, %llu occurrences\n",
	       nr, took, (double)nr / took / 1e6, (unsigned long long)n->live,
	       (unsigned long long)n->peak, (unsigned long long)n->occurrences);
	if (n->occurrences) {
		printf("bench_judge: %s\n", judge_finding(evstream_judge(s), 0)->what);
		return 1;
	}
	evstream_free(s);
	free(events);
	return 0;
}
