// SPDX-License-Identifier: GPL-2.0-only
/* A prediction, from what the orders of each component of a program come to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lib/base/strbuf.h"
#include "lib/program/words.h"

/* ---- the executor's own check ---- */

/* Does a prep take an address of another mapping domain? It runs only where that is allowed. */
static bool is_foreign(const struct mprog *p)
{
	for (uint32_t i = 0; i < p->nr_txs && p->strict; i++)
		for (uint32_t k = 0; k <= p->txs[i].nr_src; k++) {
			const struct use *u = k ? &p->txs[i].src[k - 1] : &p->txs[i].dst;

			if (p->engines[p->maps[u->map].engine].domain !=
			    p->engines[p->txs[i].engine].domain)
				return true;
		}
	return false;
}

/* ---- planted faults ---- */

/* What an engine with such a fault may be found to do, and its client because of it. */
static const struct {
	const char *fault;
	const char *classes[12];
} planted[] = {
	{ "drop", { "callback-lost", "not-issued" } },
	{ "delay", { "callback-lost" } },
	{ "error", { NULL } },
	{ "early", { "use-after-unmap", "completion-not-visible", "unmap-active" } },
	{ "start", { "start-before-issue", "unmap-active", "use-after-unmap" } },
	{ "complete", { "start-before-issue", "use-after-unmap", "unmap-active" } },
	{ "lost_dep", { "dependency-lost", "callback-lost" } },
	{ "locked", { "callback-locked" } },
	{ "locked_dep", { "dependency-locked" } },
	{ "late", { "callback-after-terminate" } },
	{ "swap", { "cookie-order", "callback-lost", "missing-fence" } },
	{ "invisible", { "completion-not-visible" } },
	{ "masked", { "error-as-success" } },
	{ "residue", { "wrong-residue" } },
	{ "leak", { "aborted-not-unmapped", "leak" } },
	{ "recycle", { "recycled-active", "resubmit", "callback-lost", "use-after-unmap",
		       "missing-fence" } },
	{ "duplicate", { "callback-after-terminate", "cookie-order" } },
	{ "after", { "use-after-unmap", "unmap-active" } },
	{ "refuse", { NULL } },
	{ "map_fail", { "unchecked-mapping-error", "error-address-used" } },
	{ "vanish", { "unregister-busy", "leak", "free-while-mapped", "not-issued" } },
	{ "submit", { NULL } },
};

/* What follows for a client that waits in vain, or whose calls fail. */
static const char *const follows[] = {
	"unmap-active", "use-after-unmap", "timeout-reuse", "prep-not-submitted", "not-issued",
	"terminate-no-sync", "release-active", "sync-while-active", "callback-lost",
	"missing-fence",
};

static void add_class(struct prediction *out, const char *class)
{
	for (size_t i = 0; i < out->nr_claims; i++)
		if (!strcmp(out->claims[i].class, class) &&
		    out->claims[i].on == MODEL_ON_NOTHING)
			return;
	out->claims = xrealloc(out->claims, (out->nr_claims + 1) * sizeof(*out->claims));
	out->claims[out->nr_claims++] = (struct model_claim) {
		.class = class, .sure = MODEL_MAY, .on = MODEL_ON_NOTHING, .object = NONE,
		.step = NONE, .rule = RULE_FAULTS,
	};
}

static void add_planted(const struct mprog *p, struct prediction *out)
{
	uint64_t faults = 0;

	for (uint32_t e = 0; e < p->nr_engines; e++)
		faults |= p->engines[e].faults;
	if (!faults || !on(p, RULE_FAULTS))
		return;
	for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++) {
		int bit = word_index(fault_words, planted[i].fault, strlen(planted[i].fault));

		for (size_t k = 0; bit >= 0 && faults >> bit & 1 && planted[i].classes[k]; k++)
			add_class(out, planted[i].classes[k]);
	}
	for (size_t i = 0; i < sizeof(follows) / sizeof(follows[0]); i++)
		add_class(out, follows[i]);
	for (size_t i = 0; i < out->nr_claims; i++)
		out->claims[i].sure = MODEL_MAY;
	if (out->data != MODEL_UNCHECKED)
		out->data = MODEL_MAY_CORRUPT;
}

/* ---- what the orders came to ---- */

static enum model_sure sure_of(const struct result *r, uint32_t bit)
{
	return bit_test(&r->must, bit) ? MODEL_MUST : bit_test(&r->may, bit) ? MODEL_MAY :
									       MODEL_NEVER;
}

static enum model_data data_of(const struct result *r)
{
	if (!bit_test(&r->may, CLAIM_CHECKED))
		return MODEL_UNCHECKED;
	if (bit_test(&r->must, CLAIM_WRONG))
		return MODEL_CORRUPT;
	return bit_test(&r->may, CLAIM_WRONG) || bit_test(&r->may, CLAIM_UNSURE) ?
		       MODEL_MAY_CORRUPT : MODEL_INTACT;
}

/* Adds what another component came to. */
static void add_result(const struct mprog *p, struct prediction *out, const struct result *r)
{
	enum model_data data = data_of(r);

	if (data > out->data)
		out->data = data;
	for (uint32_t e = 0; e < p->nr_engines; e++) {
		enum model_sure sure = sure_of(r, CLAIM_FAULT + e);

		if (sure > out->faults[e])
			out->faults[e] = sure;
	}
}

/* The same, where two ways to see the world are joined: what is in both must be. */
static void or_result(struct result *to, const struct result *r)
{
	for (int i = 0; i < CLAIM_WORDS; i++) {
		to->may.w[i] |= r->may.w[i];
		to->must.w[i] &= r->must.w[i];
	}
}

static bool has_two_ways(const struct mprog *p)
{
	for (uint32_t i = 0; i < p->nr_maps; i++)
		if (p->maps[i].unusual || p->maps[i].unsettled)
			return true;
	return false;
}

static void other_way(struct mprog *p)
{
	p->copies_unusual = !p->copies_unusual;
	p->unsettled_fail = !p->unsettled_fail;
}

static void run_component(struct mprog *p, uint32_t i, struct claims *claims, uint64_t max,
			  struct prediction *out, struct result *all)
{
	struct result r = explore(p, i, claims, &out->states, max, &out->partial);

	if (has_two_ways(p)) {
		struct result other;

		other_way(p);
		other = explore(p, i, claims, &out->states, max, &out->partial);
		other_way(p);
		or_result(&r, &other);
	}
	add_result(p, out, &r);
	for (int k = 0; k < CLAIM_WORDS; k++) {
		all->may.w[k] |= r.may.w[k];
		all->must.w[k] |= r.must.w[k];
	}
}

static void take_claims(const struct claims *c, const struct result *all, struct prediction *out)
{
	out->claims = xcalloc(c->nr + 1, sizeof(*out->claims));
	for (uint32_t i = NR_FIXED; i < c->nr; i++) {
		if (sure_of(all, i) == MODEL_NEVER)
			continue;
		out->claims[out->nr_claims] = c->v[i];
		out->claims[out->nr_claims++].sure = sure_of(all, i);
	}
}

/* Not all orders were tried: what was found may be, and nothing else is known. */
static void doubt_all(const struct mprog *p, struct prediction *out)
{
	out->data = MODEL_MAY_CORRUPT;
	for (uint32_t e = 0; e < p->nr_engines; e++)
		out->faults[e] = MODEL_MAY;
	for (size_t i = 0; i < out->nr_claims; i++)
		out->claims[i].sure = MODEL_MAY;
}

static void predict(struct mprog *p, uint64_t max, struct prediction *out)
{
	struct claims *claims = xcalloc(1, sizeof(*claims));
	struct result all = { 0 };

	claims->nr = NR_FIXED;
	for (uint32_t i = 0; i < p->nr_components; i++)
		run_component(p, i, claims, max, out, &all);
	take_claims(claims, &all, out);
	free(claims);
	add_planted(p, out);
	if (out->partial)
		doubt_all(p, out);
}

int model_predict(const struct cell *cell, const struct model_options *options,
		  struct prediction *out)
{
	uint64_t max = options && options->max_states ? options->max_states : MODEL_MAX_STATES;
	struct mprog p;
	int err;

	memset(out, 0, sizeof(*out));
	err = program_read(&p, cell);
	if (!err && options)
		p.off = options->off;
	out->undecided = p.undecided;
	if (err || p.undecided) {
		program_free(&p);
		return err;
	}
	if (is_foreign(&p) && !p.foreign_ok)
		out->skipped = true;
	else
		predict(&p, max, out);
	if (!out->skipped && options && options->all_orders)
		find_outcomes(&p, max, out);
	program_free(&p);
	return 0;
}

void prediction_free(struct prediction *p)
{
	for (size_t i = 0; i < p->nr_outcomes; i++)
		free(p->outcomes[i].turns);
	free(p->outcomes);
	free(p->claims);
	memset(p, 0, sizeof(*p));
}

static bool is_about(const struct model_claim *c, const struct model_about *about, size_t nr)
{
	if (!nr || c->on == MODEL_ON_NOTHING)
		return true;
	for (size_t i = 0; i < nr; i++)
		if (about[i].on == MODEL_ON_NOTHING ||
		    (about[i].on == c->on && about[i].object == c->object))
			return true;
	return false;
}

enum model_sure prediction_of(const struct prediction *p, const char *class,
			      const struct model_about *about, size_t nr)
{
	enum model_sure sure = p->partial || p->undecided ? MODEL_MAY : MODEL_NEVER;

	for (size_t i = 0; i < p->nr_claims; i++)
		if (!strcmp(p->claims[i].class, class) && p->claims[i].sure > sure &&
		    is_about(&p->claims[i], about, nr))
			sure = p->claims[i].sure;
	return sure;
}
