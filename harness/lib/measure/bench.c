// SPDX-License-Identifier: GPL-2.0-only
/* Reads times of operations and chains from the executor's records of a cell. */
#include "bench.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/program/steps.h"
#include "lib/statistics/stats.h"

const struct bench_metric_info bench_metrics[BENCH__COUNT] = {
	[BENCH_MAP]    = { "map", "ns", false, "all maps of a chain" },
	[BENCH_UNMAP]  = { "unmap", "ns", false, "all unmaps of a chain" },
	[BENCH_COPY]   = { "copy", "ns", false, "copy, submit to complete" },
	[BENCH_XOR]    = { "xor", "ns", false, "xor, submit to complete" },
	[BENCH_CLIENT] = { "client", "ns", false, "the client's CPU time of a chain" },
	[BENCH_CHAIN]  = { "chain", "ns", false, "whole chain" },
	[BENCH_EXECUTOR] = { "executor", "ns", false, "the executor, between a chain's steps" },
	[BENCH_SYNC]   = { "sync", "ns", false, "all syncs of a chain" },
	[BENCH_TX]     = { "tx", "ns", false, "prep, submit and issue of a chain" },
	[BENCH_CHAINS] = { "chains", "1/s", true, "chains a second" },
	[BENCH_BYTES]  = { "bytes", "B/s", true, "bytes a second" },
	[BENCH_COPIED] = { "copied", "B/s", true, "bytes a second while it copies" },
	[BENCH_XORED]  = { "xored", "B/s", true, "bytes a second while it xors" },
};

/* ---- the parts of the program that matter here ---- */

struct program {
	const struct dmt_header *h;
	const struct dmt_step *steps;
	const struct dmt_tx *txs;
	const struct dmt_operand *operands;
	uint32_t nr_steps, nr_txs;
};

static void program_open(struct program *p, const struct cell *cell)
{
	const char *at = cell->program.s;

	p->h = (const void *)at;
	p->steps = (const void *)(at + le32toh(p->h->steps.offset));
	p->txs = (const void *)(at + le32toh(p->h->txs.offset));
	p->operands = (const void *)(at + le32toh(p->h->operands.offset));
	p->nr_steps = le32toh(p->h->steps.count);
	p->nr_txs = le32toh(p->h->txs.count);
}

static int op_of(const struct program *p, const struct dmt_record *r)
{
	return le16toh(p->steps[r->step].op);
}

static bool is_cpu(int op)
{
	return op == DMT_STEP_CPU_COPY || op == DMT_STEP_CPU_XOR;
}

/* Is the step part of the chain itself, and not of what surrounds it? */
static bool counts(int op)
{
	return !(step_type(op)->flags & DMT_ASIDE);
}

/* Is a record's value how long the step took? */
static bool is_timed(int op)
{
	return !(step_type(op)->flags & DMT_VALUE);
}

/* Bytes of a chain's block. */
static uint32_t block_bytes(const struct program *p)
{
	if (p->nr_txs)
		return le32toh(p->txs[0].len);
	for (uint32_t i = 0; i < p->nr_steps; i++)
		if (is_cpu(le16toh(p->steps[i].op)))
			return le32toh(p->operands[le32toh(p->steps[i].obj)].len);
	return 0;
}

/* ---- an iteration ---- */

struct span {
	uint64_t begin, end;	/* 0, 0: nothing yet */
	uint64_t from;		/* steps not timed: when the delay before the first one ended */
};

struct finder {
	struct program p;
	bool timed;
	const struct cell *cell;
	struct bench_found *found;
	struct span threads[DMT_MAX_THREADS];
	uint64_t map, unmap, sync, tx, client;
	bool any_map, any_unmap, any_sync, any_tx;
	uint64_t ns, chains;	/* sums over all iterations */
	uint64_t last[DMT_MAX_THREADS];	/* when a thread's last step ended; 0: it had none */
	double *gaps;		/* between the steps of this iteration */
	size_t nr_gaps, room;
	uint32_t steps;
	uint64_t cpu_bytes[2], cpu_ns[2];	/* CPU_COPY, CPU_XOR */
};

static void put(struct bench_found *f, enum bench_metric m, uint64_t ns)
{
	if (!(f->nr[m] & (f->nr[m] - 1)))
		f->v[m] = xrealloc(f->v[m], (f->nr[m] ? f->nr[m] * 2 : 1) * sizeof(uint64_t));
	f->v[m][f->nr[m]++] = ns;
}

static void take_wait(struct finder *f, const struct dmt_record *r)
{
	uint32_t tx = le32toh(f->p.steps[r->step].obj);

	if (!r->status && r->value && tx < f->p.nr_txs)
		put(f->found, le32toh(f->p.txs[tx].op) == DMT_OP_XOR ? BENCH_XOR : BENCH_COPY,
		    r->value);
}

static void take_span(struct finder *f, const struct dmt_record *r, int op)
{
	struct span *s = &f->threads[r->thread % DMT_MAX_THREADS];
	/* The value of a WAIT is not how long the step took. */
	uint64_t took = f->timed && is_timed(op) ? r->value : 0;

	if (!s->end)
		s->begin = s->from ? s->from : r->time_ns - (took < r->time_ns ? took : r->time_ns);
	if (r->time_ns > s->end)
		s->end = r->time_ns;
}

/* A gap: the time from the end of a step to the end of the next one, minus what that one took. */
static void take_gap(struct finder *f, const struct dmt_record *r, int op)
{
	uint64_t *last = &f->last[r->thread % DMT_MAX_THREADS];

	f->steps++;
	if (*last && is_timed(op) && r->time_ns >= *last + r->value) {
		if (f->nr_gaps == f->room) {
			f->room = f->room ? f->room * 2 : 64;
			f->gaps = xrealloc(f->gaps, f->room * sizeof(*f->gaps));
		}
		f->gaps[f->nr_gaps++] = r->time_ns - *last - r->value;
	}
	*last = r->time_ns;
}

static void take_cpu(struct finder *f, const struct dmt_record *r, int op)
{
	bool is_xor = op == DMT_STEP_CPU_XOR;

	f->cpu_bytes[is_xor] += le32toh(f->p.operands[le32toh(f->p.steps[r->step].obj)].len);
	f->cpu_ns[is_xor] += r->value;
}

static void take_untimed(struct finder *f, const struct dmt_record *r, int op)
{
	struct span *s = &f->threads[r->thread % DMT_MAX_THREADS];

	if (op == DMT_STEP_WAIT)
		take_wait(f, r);
	if (op == DMT_STEP_DELAY && !s->end)
		s->from = r->time_ns;
	else if (r->thread != 0xff && counts(op))
		take_span(f, r, op);
}

static void take(struct finder *f, const struct dmt_record *r)
{
	int op = op_of(&f->p, r);

	if (!f->timed) {
		take_untimed(f, r, op);
		return;
	}
	if (op == DMT_STEP_MAP) {
		f->map += r->value;
		f->any_map = true;
	} else if (op == DMT_STEP_UNMAP) {
		f->unmap += r->value;
		f->any_unmap = true;
	} else if (op == DMT_STEP_SYNC_CPU || op == DMT_STEP_SYNC_DEVICE) {
		f->sync += r->value;
		f->any_sync = true;
	} else if (op == DMT_STEP_PREP || op == DMT_STEP_SUBMIT || op == DMT_STEP_ISSUE) {
		f->tx += r->value;
		f->any_tx = true;
	} else if (op == DMT_STEP_WAIT) {
		take_wait(f, r);
	}
	if (counts(op) && is_timed(op) && op != DMT_STEP_ISSUE)
		f->client += r->value;
	if (is_cpu(op))
		take_cpu(f, r, op);
	if (r->thread != 0xff && counts(op)) {
		take_span(f, r, op);
		take_gap(f, r, op);
	}
}

static void end_gaps(struct finder *f, uint32_t chains)
{
	struct dist d;

	if (f->nr_gaps) {
		dist_of_values(&d, f->gaps, f->nr_gaps);
		put(f->found, BENCH_EXECUTOR, dist_median(&d) * f->steps / chains);
		dist_free(&d);
	}
	memset(f->last, 0, sizeof(f->last));
	f->nr_gaps = f->steps = 0;
}

static void end_iteration(struct finder *f)
{
	uint32_t chains = f->cell->clients * f->cell->in_flight;
	struct span all = { .end = 0 };

	for (unsigned int i = 0; i < DMT_MAX_THREADS; i++) {
		const struct span *s = &f->threads[i];

		if (!s->end)
			continue;
		put(f->found, BENCH_CHAIN, s->end - s->begin);
		if (!all.end || s->begin < all.begin)
			all.begin = s->begin;
		if (s->end > all.end)
			all.end = s->end;
	}
	if (f->any_map)
		put(f->found, BENCH_MAP, f->map / chains);
	if (f->any_unmap)
		put(f->found, BENCH_UNMAP, f->unmap / chains);
	if (f->any_sync)
		put(f->found, BENCH_SYNC, f->sync / chains);
	if (f->any_tx)
		put(f->found, BENCH_TX, f->tx / chains);
	if (f->timed)
		put(f->found, BENCH_CLIENT, f->client / chains);
	end_gaps(f, chains);
	if (all.end > all.begin) {
		f->ns += all.end - all.begin;
		f->chains += chains;
	}
	memset(f->threads, 0, sizeof(f->threads));
	f->map = f->unmap = f->sync = f->tx = f->client = 0;
	f->any_map = f->any_unmap = f->any_sync = f->any_tx = false;
}

static void find_moved(struct finder *f, const struct cell_result *r)
{
	static const int metrics[] = { BENCH_COPIED - BENCH__NS, BENCH_XORED - BENCH__NS };
	double *rates = f->found->rates;

	for (int i = 0; i < 2; i++)	/* op_words: memcpy, xor */
		if (f->cpu_ns[i])
			rates[metrics[i]] = f->cpu_bytes[i] * 1e9 / f->cpu_ns[i];
	for (unsigned int k = 0; k < r->nr_engines; k++)
		for (int i = 0; i < 2; i++)
			if (r->engines[k].ops[i] && r->engines[k].compute_ns)
				rates[metrics[i]] =
					r->engines[k].bytes * 1e9 / r->engines[k].compute_ns;
}

/* dmatest reports how long its copies took in all, and the engine how many bytes they had. */
static int find_dmatest(const struct cell_result *r, struct bench_found *found)
{
	uint64_t tests = r->stages[STAGE_TESTS].of;

	if (!tests || !r->sums.ns || !r->nr_engines)
		return -EINVAL;
	put(found, BENCH_CHAIN, r->sums.ns / tests);
	found->rates[0] = tests * 1e9 / r->sums.ns;
	found->rates[1] = r->engines[0].bytes * 1e9 / r->sums.ns;
	return 0;
}

int bench_find(const struct cell *cell, const struct cell_result *r, struct bench_found *found)
{
	const struct dmt_record *records = r->records;
	size_t nr = r->nr_records;
	struct finder *f = xcalloc(1, sizeof(*f));
	uint32_t skip = cell->repeat > 1, at = UINT32_MAX;
	int err = 0;

	memset(found, 0, sizeof(*found));
	if (cell->workload) {
		free(f);
		return find_dmatest(r, found);
	}
	f->cell = cell;
	f->found = found;
	program_open(&f->p, cell);
	f->timed = le32toh(f->p.h->flags) & DMT_F_TIMED;
	for (size_t i = 0; i < nr && !err; i++) {
		if (records[i].step >= f->p.nr_steps ||
		    (at != UINT32_MAX && records[i].iteration < at)) {
			err = -EINVAL;
			break;
		}
		if (at != UINT32_MAX && records[i].iteration != at && at >= skip)
			end_iteration(f);
		at = records[i].iteration;
		if (at >= skip)
			take(f, &records[i]);
	}
	if (!err && at != UINT32_MAX && at >= skip)
		end_iteration(f);
	if (f->ns) {
		found->rates[0] = f->chains * 1e9 / f->ns;
		found->rates[1] = found->rates[0] * block_bytes(&f->p);
	}
	find_moved(f, r);
	free(f->gaps);
	free(f);
	if (err)
		bench_found_free(found);
	return err;
}

void bench_found_free(struct bench_found *found)
{
	for (int m = 0; m < BENCH__NS; m++)
		free(found->v[m]);
	memset(found, 0, sizeof(*found));
}

/* ---- names ---- */

bool bench_id_parse(const char *cell, struct bench_id *id)
{
	const char *slash = strchr(cell, '/'), *at = strrchr(cell, '@');
	char *words, *word, *save = NULL;
	size_t n;

	memset(id, 0, sizeof(*id));
	if (strncmp(cell, "bench/", 6) || !at)
		return false;
	n = strcspn(slash + 1, " ");
	if (!slash[1 + n])
		return false;
	id->order = strndup(slash + 1, n);
	id->point = xstrdup(slash + 1 + n + 1);
	id->world = xstrdup(at + 1);
	words = xstrdup(id->point);
	for (word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *eq = strchr(word, '=');

		if (!eq)
			continue;
		*eq = '\0';
		id->params = xrealloc(id->params, (id->nr_params + 1) * sizeof(*id->params));
		id->params[id->nr_params++] = (struct param){ xstrdup(word), xstrdup(eq + 1) };
	}
	free(words);
	return true;
}

void bench_id_free(struct bench_id *id)
{
	for (unsigned int i = 0; i < id->nr_params; i++) {
		free(id->params[i].name);
		free(id->params[i].value);
	}
	free(id->params);
	free(id->order);
	free(id->point);
	free(id->world);
	memset(id, 0, sizeof(*id));
}

const char *bench_id_param(const struct bench_id *id, const char *name)
{
	for (unsigned int i = 0; i < id->nr_params; i++)
		if (!strcmp(id->params[i].name, name))
			return id->params[i].value;
	return "";
}
