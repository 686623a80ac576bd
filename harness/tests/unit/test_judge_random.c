// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random legal traces: the judge must report nothing, whatever events are lost, and must report
 * each single fault that is planted, with its class. SEED=N runs only that random seed; ROUNDS=N
 * sets the number of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "legal.h"

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s ? strtoull(s, NULL, 0) : otherwise;
}

/* An event that had a number but never arrived. */
#define GONE UINT16_MAX

static char *verdict_of(const struct obs_event *log, size_t n, struct judge_counters *counters)
{
	struct judge *j = judge_new(NULL);
	char *classes;

	for (size_t i = 0; i < n; i++) {
		struct obs_event e = log[i];

		e.seq = i + 1;
		if (e.type != GONE)
			judge_event(j, &e);
	}
	judge_end(j);
	classes = trace_classes(j);
	for (size_t i = 0; getenv("SEED") && i < judge_findings(j); i++)
		print_message("%s: %s (event %llu)\n", judge_finding(j, i)->class->name,
			      judge_finding(j, i)->what,
			      (unsigned long long)judge_finding(j, i)->seq);
	if (counters)
		*counters = *judge_counters(j);
	judge_free(j);
	return classes;
}

static void test_legal(void **state)
{
	uint64_t first = number("SEED", 1), rounds = getenv("SEED") ? 1 : number("ROUNDS", 3000);
	struct judge_counters n, sum = { 0 };

	(void)state;
	for (uint64_t seed = first; seed < first + rounds; seed++) {
		size_t nr;
		struct obs_event *log = legal_trace(seed, 50 + seed % 400, &nr);
		char *classes = verdict_of(log, nr, &n);

		if (*classes)
			print_message("SEED=%llu\n", (unsigned long long)seed);
		assert_string_equal(classes, "");
		assert_int_equal(n.live, 0);
		assert_int_equal(n.in_flight, 0);
		assert_int_equal(n.bad, 0);
		sum.maps += n.maps;
		sum.txs += n.txs;
		free(classes);
		free(log);
	}
	print_message("%llu traces, %llu mappings, %llu descriptors\n", (unsigned long long)rounds,
		      (unsigned long long)sum.maps, (unsigned long long)sum.txs);
	assert_true(sum.txs > rounds);
}

/* ---- faults ---- */

struct edit {
	struct obs_event *log;
	size_t nr;
	uint64_t rng;
};

static uint32_t pick(struct edit *d, uint32_t n)
{
	d->rng = d->rng * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(d->rng >> 33) % n;
}

static void drop(struct edit *d, size_t at)
{
	memmove(d->log + at, d->log + at + 1, (d->nr - at - 1) * sizeof(*d->log));
	d->nr--;
}

static void insert(struct edit *d, size_t at, struct obs_event e)
{
	d->log = xrealloc(d->log, (d->nr + 1) * sizeof(*d->log));
	memmove(d->log + at + 1, d->log + at, (d->nr - at) * sizeof(*d->log));
	e.time_ns = d->log[at ? at - 1 : 0].time_ns;
	d->log[at] = e;
	d->nr++;
}

/* Chooses a random event of @type; nr when there is none. */
static size_t some(struct edit *d, uint16_t type)
{
	size_t start = pick(d, d->nr);

	for (size_t i = 0; i < d->nr; i++)
		if (d->log[(start + i) % d->nr].type == type)
			return (start + i) % d->nr;
	return d->nr;
}

/* Is there only one mapping of this device and address at event @at? */
static bool alone(const struct edit *d, size_t at)
{
	const struct obs_event *u = &d->log[at];
	int live = 0;

	for (size_t i = 0; i < at; i++) {
		const struct obs_event *e = &d->log[i];

		if (e->dev != u->dev || e->dma != u->dma)
			continue;
		if (e->type == OBS_MAP || e->type == OBS_MAP_SG_ENTRY)
			live++;
		if (e->type == OBS_UNMAP || e->type == OBS_UNMAP_SG)
			live--;
	}
	return live == 1;
}

/* Was anything else mapped around the bytes at @dma? Then the judge may take that instead. */
static bool others_around(const struct edit *d, size_t at, uint64_t dma, uint64_t len)
{
	for (size_t i = 0; i < at; i++) {
		const struct obs_event *e = &d->log[i];

		if (e->dev == d->log[at].dev && e->dma != dma &&
		    (e->type == OBS_MAP || e->type == OBS_MAP_SG_ENTRY) &&
		    e->dma < dma + len && e->dma + e->len > dma)
			return true;
	}
	return false;
}

/* Does any mapping of @dev contain the address then? Later entries of a list count. */
static bool ever_mapped(const struct edit *d, size_t at, uint64_t dev, uint64_t dma)
{
	for (size_t i = 0; i < at; i++) {
		const struct obs_event *e = &d->log[i];

		if ((e->type == OBS_MAP || e->type == OBS_MAP_SG_ENTRY || e->type == OBS_ALLOC) &&
		    e->dev == dev && dma >= e->dma && dma < e->dma + e->len)
			return true;
	}
	return false;
}

static const char *fault_drop_unmap(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP);

	if (at == d->nr)
		return NULL;
	drop(d, at);
	return "leak";
}

static const char *fault_size(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP);

	if (at == d->nr || !alone(d, at))
		return NULL;
	d->log[at].len -= 8;
	return "unmap-wrong-size";
}

static const char *fault_direction(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP);

	if (at == d->nr || !alone(d, at))
		return NULL;
	d->log[at].dir = (d->log[at].dir + 1) % 3;
	return "unmap-wrong-direction";
}

static const char *fault_device(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP);
	uint64_t other = legal_dev(2);

	if (at == d->nr || d->log[at].dev == other || !alone(d, at) ||
	    ever_mapped(d, at, other, d->log[at].dma))
		return NULL;
	d->log[at].dev = other;
	return "unmap-wrong-device";
}

static const char *fault_address(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP);

	if (at == d->nr || !alone(d, at))
		return NULL;
	d->log[at].dma += 8;
	return "unmap-wrong-address";
}

static const char *fault_twice(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP);

	if (at == d->nr || !alone(d, at))
		return NULL;
	insert(d, at + 1, d->log[at]);
	return "double-unmap";
}

static const char *fault_function(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP);

	if (at == d->nr || !alone(d, at))
		return NULL;
	d->log[at].arg = OBS_MAP_RESOURCE;
	return "unmap-wrong-function";
}

static const char *fault_nents(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP_SG);

	if (at == d->nr)
		return NULL;
	d->log[at].len++;
	return "wrong-nents";
}

static const char *fault_drop_unmap_sg(struct edit *d)
{
	size_t at = some(d, OBS_UNMAP_SG);

	if (at == d->nr)
		return NULL;
	drop(d, at);
	return "leak";
}

static const char *fault_remap(struct edit *d)
{
	size_t at = some(d, OBS_MAP_SG);
	size_t n;

	if (at == d->nr)
		return NULL;
	n = 1 + d->log[at].len;
	for (size_t i = 0; i < n; i++)
		insert(d, at + n + i, d->log[at + i]);
	return "remap-sg";
}

static const char *fault_overlap(struct edit *d)
{
	size_t at = some(d, OBS_MAP);
	struct obs_event e;
	bool was_writer;

	if (at == d->nr)
		return NULL;
	e = d->log[at];
	was_writer = e.dir != 1;
	if (e.dev == legal_dev(3))
		return NULL;	/* elided: it may have been given back */
	e.dev = legal_dev(pick(d, LEGAL_DEVS));
	e.dir = was_writer ? pick(d, 3) : 2;
	e.flags = 0;
	if (e.dev == legal_dev(1))
		e.dma = 0x7000000000ull;
	insert(d, at + 1, e);
	if (!was_writer)
		return "overlap-direction";
	if (e.dir == 1)
		return "early-map";
	return e.dev == d->log[at].dev ? "overlap-same-device" : "overlap-cross-device";
}

static const char *fault_free_mapped(struct edit *d)
{
	size_t at = some(d, OBS_MAP);

	if (at == d->nr)
		return NULL;
	insert(d, at + 1, (struct obs_event){ .type = OBS_MEM_FREE, .phys = d->log[at].phys,
					      .len = 1 });
	return "free-while-mapped";
}

static const char *fault_sync_range(struct edit *d)
{
	size_t at = some(d, OBS_SYNC_CPU);

	if (at == d->nr)
		return NULL;
	d->log[at].len += 0x100000;
	return "sync-out-of-range";
}

static const char *fault_sync_direction(struct edit *d)
{
	size_t at = some(d, pick(d, 2) ? OBS_SYNC_CPU : OBS_SYNC_DEVICE);

	if (at == d->nr || !d->log[at].dir || !alone(d, at))
		return NULL;
	d->log[at].dir = 3 - d->log[at].dir;
	if (others_around(d, at, d->log[at].dma, d->log[at].len))
		return NULL;
	return "sync-wrong-direction";
}

static const char *fault_free_twice(struct edit *d)
{
	size_t at = some(d, OBS_FREE);

	if (at == d->nr)
		return NULL;
	insert(d, at + 1, d->log[at]);
	return "double-free-coherent";
}

static const char *fault_free_atomic(struct edit *d)
{
	size_t at = some(d, OBS_FREE);

	if (at == d->nr)
		return NULL;
	d->log[at].flags |= OBS_F_IRQS_OFF;
	return "coherent-free-atomic";
}

/* A missing sync: the other device maps what the first one still owns. */
static const char *fault_drop_sync(struct edit *d)
{
	size_t at = some(d, OBS_SYNC_CPU);
	const struct obs_event *s = &d->log[at];
	struct obs_event m = { 0 };

	if (at == d->nr || s->dir == 1 || !alone(d, at))
		return NULL;
	for (size_t i = 0; i < at; i++)
		if (d->log[i].type == OBS_MAP && d->log[i].dev == s->dev && d->log[i].dma == s->dma)
			m = d->log[i];
	if (m.len != s->len)
		return NULL;
	m.dev = legal_dev(1);
	m.dma = 0x7000000000ull;
	m.dir = 1;
	insert(d, at + 1, m);
	drop(d, at);
	return "early-map";
}

/* ---- faults of descriptors ---- */

static const char *fault_drop_issue(struct edit *d)
{
	size_t start = some(d, OBS_HW_START);
	struct obs_event e;

	if (start == d->nr)
		return NULL;
	e = d->log[start];
	for (size_t i = start; i-- > 0;)
		if (d->log[i].arg2 == e.arg2) {
			if (d->log[i].type == OBS_SUBMIT && d->log[i].obj == e.obj)
				return "start-before-issue";
			if (d->log[i].type == OBS_ISSUE)
				drop(d, i);
		}
	return NULL;
}

static const char *fault_submit_twice(struct edit *d)
{
	size_t at = some(d, OBS_SUBMIT);

	if (at == d->nr || d->log[at - 1].type != OBS_SUBMIT_ENTER)
		return NULL;
	insert(d, at + 1, d->log[at - 1]);
	insert(d, at + 2, d->log[at]);
	return "resubmit";
}

static const char *fault_hardirq(struct edit *d)
{
	size_t at = some(d, OBS_CB_ENTER);

	if (at == d->nr)
		return NULL;
	for (size_t i = at; i < d->nr; i++)
		if (d->log[i].cpu == d->log[at].cpu && d->log[i].level == OBS_SOFTIRQ) {
			d->log[i].level = OBS_HARDIRQ;
			if (d->log[i].type == OBS_CB_EXIT)
				break;
		}
	return "callback-hardirq";
}

static const char *fault_locked(struct edit *d)
{
	size_t at = some(d, OBS_CB_ENTER);

	if (at == d->nr)
		return NULL;
	d->log[at].flags |= OBS_F_LOCKED;
	return "callback-locked";
}

static const char *fault_interrupt_flag(struct edit *d)
{
	size_t at = some(d, OBS_CB_ENTER);

	if (at == d->nr)
		return NULL;
	for (size_t i = at; i-- > 0;) {
		struct obs_event *e = &d->log[i];

		if (e->obj != d->log[at].phys)
			continue;
		if (e->type == OBS_SUBMIT || e->type == OBS_SUBMIT_ENTER || e->type == OBS_PREP)
			e->attrs = 2;
		if (e->type == OBS_PREP)
			return "missing-interrupt-flag";
	}
	return NULL;
}

static const char *fault_error_operand(struct edit *d)
{
	size_t at = some(d, OBS_PREP_ADDR);

	if (at == d->nr)
		return NULL;
	d->log[at].dma = OBS_DMA_ERROR;
	return "error-address-used";
}

/* The unmap of an operand comes right after the submit. */
static const char *fault_unmap_early(struct edit *d)
{
	size_t submit = some(d, OBS_SUBMIT), addr = d->nr;
	struct obs_event e;

	if (submit == d->nr || !d->log[submit].dma)	/* polled: nothing tells */
		return NULL;
	for (size_t i = submit; i-- > 0 && addr == d->nr;)
		if (d->log[i].type == OBS_PREP_ADDR && d->log[i].obj == d->log[submit].obj)
			addr = i;
	for (size_t i = submit; addr < d->nr && i < d->nr; i++) {
		e = d->log[i];
		if (e.type != OBS_UNMAP || e.dev != d->log[addr].dev || e.dma != d->log[addr].dma)
			continue;
		if (!alone(d, i) || others_around(d, i, e.dma, e.len))
			return NULL;
		drop(d, i);
		e.level = d->log[submit].level;
		e.cpu = d->log[submit].cpu;
		e.task = d->log[submit].task;
		insert(d, submit + 1, e);
		return alone(d, submit + 1) ? "unmap-active" : NULL;
	}
	return NULL;
}

static const char *fault_drop_submit(struct edit *d)
{
	size_t at = d->nr;

	/* the last of its descriptor: else the next prep takes it over */
	for (size_t i = 0; i < d->nr; i++)
		if (d->log[i].type == OBS_SUBMIT)
			at = i;
	if (at == d->nr || d->log[at - 1].type != OBS_SUBMIT_ENTER || d->log[at].dma)
		return NULL;
	for (size_t i = at; i < d->nr; i++)
		if (d->log[i].type == OBS_PREP && d->log[i].obj == d->log[at].obj)
			return NULL;
	drop(d, at);
	drop(d, at - 1);
	return "prep-not-submitted";
}

typedef const char *fault_fn(struct edit *d);

static const struct {
	const char *name;
	fault_fn *fn;
} faults[] = {
	{ "no unmap", fault_drop_unmap }, { "size", fault_size },
	{ "direction", fault_direction }, { "device", fault_device },
	{ "address", fault_address }, { "twice", fault_twice }, { "function", fault_function },
	{ "nents", fault_nents }, { "no unmap of a list", fault_drop_unmap_sg },
	{ "list mapped again", fault_remap }, { "overlap", fault_overlap },
	{ "freed while mapped", fault_free_mapped }, { "sync range", fault_sync_range },
	{ "sync direction", fault_sync_direction }, { "no sync", fault_drop_sync },
	{ "freed twice", fault_free_twice }, { "freed with interrupts off", fault_free_atomic },
	{ "no issue", fault_drop_issue }, { "submitted twice", fault_submit_twice },
	{ "callback in an interrupt", fault_hardirq }, { "callback locked", fault_locked },
	{ "no interrupt flag", fault_interrupt_flag }, { "error operand", fault_error_operand },
	{ "unmapped before completion", fault_unmap_early },
	{ "no submit", fault_drop_submit },
};

#define NR_FAULTS (sizeof(faults) / sizeof(faults[0]))

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; (p = strstr(p, word)); p += n)
		if ((p == words || p[-1] == ' ') && (!p[n] || p[n] == ' '))
			return true;
	return false;
}

/* Plants a fault. Returns 1 when it was planted and found, 0 when there was no place for it. */
static int plant(uint64_t seed, size_t fault)
{
	struct edit d = { .rng = seed * 31 + fault };
	const char *want;
	char *classes;

	d.log = legal_trace(seed, 60 + seed % 200, &d.nr);
	want = faults[fault].fn(&d);
	if (!want) {
		free(d.log);
		return 0;
	}
	classes = verdict_of(d.log, d.nr, NULL);
	if (!has_word(classes, want)) {
		print_message("SEED=%llu, %s: wanted %s, got '%s'\n", (unsigned long long)seed,
			      faults[fault].name, want, classes);
		fail();
	}
	free(classes);
	free(d.log);
	return 1;
}

static void test_faults(void **state)
{
	uint64_t first = number("SEED", 1), rounds = getenv("SEED") ? 1 : number("ROUNDS", 300);

	(void)state;
	for (size_t f = 0; f < NR_FAULTS; f++) {
		uint64_t planted = 0;

		for (uint64_t seed = first; seed < first + rounds; seed++)
			planted += plant(seed, f);
		print_message("%-28s planted and found %llu times\n", faults[f].name,
			      (unsigned long long)planted);
		if (rounds > 100)
			assert_true(planted > rounds / 50);
	}
}

/* ---- losses ---- */

/* Loses events in groups, as a full ring does until it is read. */
static void lose_some(struct edit *d)
{
	for (uint32_t holes = 1 + pick(d, 6); holes; holes--) {
		size_t at = pick(d, d->nr), n = 1 + pick(d, pick(d, 2) ? 3 : 60);

		for (size_t i = at; i < d->nr && i < at + n; i++)
			d->log[i].type = GONE;
	}
}

static void test_losses(void **state)
{
	uint64_t first = number("SEED", 1), rounds = getenv("SEED") ? 1 : number("ROUNDS", 3000);
	struct judge_counters n;

	(void)state;
	for (uint64_t seed = first; seed < first + rounds; seed++) {
		struct edit d = { .rng = seed * 77 };
		char *classes;

		d.log = legal_trace(seed, 50 + seed % 400, &d.nr);
		lose_some(&d);
		classes = verdict_of(d.log, d.nr, &n);
		if (*classes)
			print_message("SEED=%llu\n", (unsigned long long)seed);
		assert_string_equal(classes, "");
		free(classes);
		free(d.log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_legal), cmocka_unit_test(test_faults),
		cmocka_unit_test(test_losses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
