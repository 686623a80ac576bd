// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares a run in which a call fails with the run in which none does. A client whose call
 * fails may fail too, in its steps and its data. It must not leave more behind, hang, let the
 * engine use an address that it did not get, or be unable to work afterwards.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "result.h"
#include "sweep_result.h"

static void finish_run(struct cell_result *r)
{
	const struct frame end = { .type = FRAME_CELL_END };

	result_frame(r, &end);
}

void sweep_wrong(struct sweep_result *sw, uint32_t n, int outcome, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	if (sw->nr_wrong < SWEEP_MAX_WRONG)
		sw->wrong[sw->nr_wrong] = (struct sweep_wrong){ n, outcome, strbuf_detach(&sb) };
	strbuf_free(&sb);
	sw->nr_wrong++;
}

static const char *error_name(int status)
{
	const char *name = status < 0 ? strerrorname_np(-status) : NULL;

	return name ? name : status ? "an unknown error" : "0";
}

/* ---- what is left ---- */

static void judge_left(struct sweep_result *sw, const struct sweep_end *e)
{
	const struct {
		const char *what;
		int64_t is, was;
	} left[] = {
		{ "mappings were never unmapped", e->maps, sw->base.maps },
		{ "references to our modules are left", e->refs, sw->base.refs },
		{ "slots of swiotlb are left", e->bounces, sw->base.bounces },
		{ "mappings are left, as dma-debug counts", e->entries, sw->base.entries },
	};

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		if (left[i].is > left[i].was)
			sweep_wrong(sw, e->n, OUTCOME_FAIL, "leak: %lld %s, %lld without the failure",
				    (long long)left[i].is, left[i].what, (long long)left[i].was);
}

/* ---- how the run ended ---- */

/* A failed allocation may make the whole run fail. */
static bool may_fail(const struct sweep_result *sw, const struct sweep_end *e)
{
	return e->hit && (sw->kind == SWEEP_SLAB || sw->kind == SWEEP_PAGE);
}

/* False when there is nothing more to judge. */
static bool judge_status(struct sweep_result *sw, const struct cell_result *first,
			 const struct cell_result *run, const struct sweep_end *e)
{
	int status = run->sums.status;

	if (run->refused) {
		if (!may_fail(sw, e))
			sweep_wrong(sw, e->n, OUTCOME_INCOMPLETE, "refused: %s", run->refused);
		return false;
	}
	if (run->dropped_frame || !run->has_sums) {
		sweep_wrong(sw, e->n, OUTCOME_INCOMPLETE, "what the guest reported is damaged");
		return false;
	}
	if (status == first->sums.status)
		return true;
	if (status == -ETIMEDOUT)
		sweep_wrong(sw, e->n, OUTCOME_HANG, "the run timed out");
	else if (status == -EIO || !may_fail(sw, e))
		sweep_wrong(sw, e->n, OUTCOME_FAIL, "the run ended with %s%s%s", error_name(status),
			    run->sums.reason[0] ? ": " : "", run->sums.reason);
	return false;
}

static uint64_t access_faults(const struct cell_result *r)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < r->nr_engines; i++)
		n += r->engines[i].access_faults;
	return n;
}

static size_t timed_out(const struct cell_result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr_records; i++)
		n += (int32_t)r->records[i].status == -ETIMEDOUT;
	return n;
}

/* Is the result the same as when nothing fails? */
static bool same(uint64_t failed, uint64_t checks, uint64_t bad, uint64_t base_failed,
		 uint64_t base_checks, uint64_t base_bad)
{
	return !failed == !base_failed && checks == base_checks && !bad == !base_bad;
}

static void judge_run(struct sweep_result *sw, const struct cell_result *first,
		      const struct cell_result *run, const struct sweep_end *e)
{
	const struct dmt_sums *s = &run->sums, *b = &first->sums;

	if (!e->hit && !same(s->steps_failed, s->checks, s->checks_bad, b->steps_failed, b->checks,
			     b->checks_bad))
		sweep_wrong(sw, e->n, OUTCOME_FAIL, "without a failure, behind all others: %llu steps failed, %llu of %llu checks bad; at first %llu, %llu of %llu",
			    (unsigned long long)s->steps_failed, (unsigned long long)s->checks_bad,
			    (unsigned long long)s->checks, (unsigned long long)b->steps_failed,
			    (unsigned long long)b->checks_bad, (unsigned long long)b->checks);
	if (access_faults(run) && !access_faults(first))
		sweep_wrong(sw, e->n, OUTCOME_FAIL, "%llu DMA addresses did not resolve",
			    (unsigned long long)access_faults(run));
	if (run->observed && evstream_incomplete(run->observed))
		sweep_wrong(sw, e->n, OUTCOME_INCOMPLETE, "observer: %s",
			    evstream_incomplete(run->observed));
	sw->timed_out += timed_out(run) > timed_out(first);
	sw->cleaned += s->leftover_maps > b->leftover_maps || s->leftover_txs > b->leftover_txs;
}

/* Judges the second run of the program, on the engines that have seen the failure. */
static void judge_after(struct sweep_result *sw, const struct sweep_end *e)
{
	const struct sweep_end *b = &sw->base;

	if (!e->ran_after || !b->ran_after)
		return;
	if (e->after != b->after)
		sweep_wrong(sw, e->n, e->after == -ETIMEDOUT ? OUTCOME_HANG : OUTCOME_FAIL,
			    "run once more on the same engines it ended with %s", error_name(e->after));
	else if (!same(e->after_failed, e->after_checks, e->after_bad, b->after_failed,
		       b->after_checks, b->after_bad))
		sweep_wrong(sw, e->n, OUTCOME_FAIL, "run once more on the same engines: %llu steps failed, %llu of %llu checks bad; without a failure before %llu, %llu of %llu",
			    (unsigned long long)e->after_failed, (unsigned long long)e->after_bad,
			    (unsigned long long)e->after_checks,
			    (unsigned long long)b->after_failed,
			    (unsigned long long)b->after_bad, (unsigned long long)b->after_checks);
}

/* ---- violations ---- */

/*
 * A descriptor that is prepared, and should be submitted by a callback that does not come
 * because of the failure, cannot be given back: the API offers only to release the channel.
 */
bool sweep_excuses(enum violation_id id)
{
	return id == V_PREP_NOT_SUBMITTED;
}

static bool has_class(const struct evstream *s, enum violation_id id)
{
	const struct judge *j = s ? evstream_judge(s) : NULL;

	for (size_t i = 0; j && i < judge_subjects(j); i++)
		if (judge_subject(j, i)->class->id == id)
			return true;
	return false;
}

static void count_violations(struct sweep_result *sw, const struct cell_result *first,
			     const struct cell_result *run, uint32_t n)
{
	for (int id = 0; id < V__COUNT; id++) {
		if (!has_class(run->observed, id) || has_class(first->observed, id))
			continue;
		if (!sw->violations[id].runs++)
			sw->violations[id].first = n;
	}
}

/* ---- frames ---- */

static void drop_run(struct sweep_result *sw)
{
	if (sw->run)
		result_free(sw->run);
	free(sw->run);
	sw->run = NULL;
}

static unsigned int count_bad(const struct sweep_result *sw)
{
	unsigned int n = sw->nr_wrong;

	for (int id = 0; id < V__COUNT; id++)
		if (!sweep_excuses(id))
			n += sw->violations[id].runs;
	return n;
}

static void judge_one(struct sweep_result *sw, const struct cell_result *first,
		      struct cell_result *run, const struct sweep_end *e)
{
	judge_left(sw, e);
	if (judge_status(sw, first, run, e))
		judge_run(sw, first, run, e);
	judge_after(sw, e);
	count_violations(sw, first, run, e->n);
	if (sw->evidence || !count_bad(sw))
		return;
	sw->evidence = run->observed;
	sw->evidence_of = e->n;
	run->observed = NULL;
}

static bool begin(struct sweep_result *sw, const char *line)
{
	char *end;

	sw->at = strtoul(line, &end, 10);
	if (*end || sw->begun)
		return false;
	sw->begun = true;
	drop_run(sw);
	if (sw->runs)
		sw->run = xcalloc(1, sizeof(*sw->run));
	return true;
}

bool sweep_frame(struct sweep_result *sw, struct cell_result *first, const char *line)
{
	struct sweep_end e;

	if (!strncmp(line, "begin n=", 8))
		return begin(sw, line + 8);
	if (!sweep_read_end(line, &e) || !sw->begun || e.n != sw->at)
		return false;
	finish_run(sw->run ? sw->run : first);
	first->state = CELL_BEGUN;	/* the guest may still end in it */
	if (sw->run)
		judge_one(sw, first, sw->run, &e);
	else
		sw->base = e;
	sw->begun = false;
	sw->reached += e.hit;
	sw->done = sw->runs++ && !e.hit;
	drop_run(sw);
	return true;
}

void sweep_settle(struct sweep_result *sw)
{
	drop_run(sw);
	evstream_free(sw->evidence);
	sw->evidence = NULL;
}

void sweep_free(struct sweep_result *sw)
{
	if (!sw)
		return;
	drop_run(sw);
	for (unsigned int i = 0; i < sw->nr_wrong && i < SWEEP_MAX_WRONG; i++)
		free(sw->wrong[i].why);
	evstream_free(sw->evidence);
	free(sw);
}
