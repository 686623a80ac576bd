// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tries all orders, from state to state. Of each state from which several ways go on it keeps what
 * may and what must still be claimed on them, so that a state in which many orders meet is gone
 * through once. Most states have one way on, and are only passed.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lib/base/hash64.h"
#include "lib/base/strbuf.h"

void claim(struct turn *t, unsigned int rule, bool sure, enum model_on what, uint32_t object)
{
	struct claims *c = t->claims;
	uint32_t i;

	if (!on(t->p, rule))
		return;
	for (i = NR_FIXED; i < c->nr; i++)
		if (c->v[i].rule == rule && c->v[i].on == what && c->v[i].object == object)
			break;
	if (i == MAX_CLAIMS) {
		c->full = true;
		return;
	}
	if (i == c->nr) {
		c->v[c->nr++] = (struct model_claim) {
			.class = model_rule(rule)->class, .unseen = rule_is_unseen(rule),
			.on = what, .object = object, .rule = rule,
			.step = t->at ? t->at->step : NONE,
		};
	} else if (t->at && t->at->step < c->v[i].step) {
		c->v[i].step = t->at->step;
	}
	bit_set(sure ? &t->sure : &t->maybe, i);
}

void claim_fixed(struct turn *t, uint32_t i, bool sure)
{
	bit_set(sure ? &t->sure : &t->maybe, i);
}

/* ---- states that were visited, by two hashes of what they are ---- */

struct key {
	uint64_t a, b;
};

struct seen {
	struct key key;		/* 0, 0: free */
	struct result result;
};

struct explorer {
	const struct mprog *p;
	struct claims *claims;
	struct seen *table;
	size_t size, nr;
	uint64_t begun, max;	/* states: how many were begun, and may be */
	bool partial;
};

static struct key key_of(const struct state *s)
{
	struct key key;

	key.a = hash64_two(1, s->data, s->size, &key.b);
	key.b |= 1;
	return key;
}

static struct seen *find(struct explorer *x, struct key key)
{
	size_t i = key.a & (x->size - 1);

	while (x->table[i].key.b &&
	       (x->table[i].key.a != key.a || x->table[i].key.b != key.b))
		i = (i + 1) & (x->size - 1);
	return &x->table[i];
}

static void grow(struct explorer *x)
{
	struct seen *old = x->table;
	size_t size = x->size;

	x->size = size ? 2 * size : 1024;
	x->table = xcalloc(x->size, sizeof(*x->table));
	for (size_t i = 0; i < size; i++)
		if (old[i].key.b)
			*find(x, old[i].key) = old[i];
	free(old);
}

static void keep(struct explorer *x, struct key key, const struct result *result)
{
	struct seen *s;

	if (2 * ++x->nr > x->size)
		grow(x);
	s = find(x, key);
	s->key = key;
	s->result = *result;
}

/* ---- ways ---- */

/* Adds one way: what this turn claims, and what may come behind it. */
static void join(struct result *all, const struct turn *t, const struct result *behind, bool first)
{
	for (int i = 0; i < CLAIM_WORDS; i++) {
		uint64_t may = t->sure.w[i] | t->maybe.w[i] | (behind ? behind->may.w[i] : 0);
		uint64_t must = t->sure.w[i] | (behind ? behind->must.w[i] : 0);

		all->may.w[i] |= may;
		all->must.w[i] = first ? must : all->must.w[i] & must;
	}
}

static struct turn turn_of(struct explorer *x, struct state *s)
{
	return (struct turn) { .p = x->p, .s = s, .claims = x->claims, .wrong_step = NONE };
}

/* A turn behind this one; what both claim is told together. */
static struct turn next_turn(const struct turn *t)
{
	return (struct turn) { .p = t->p, .s = t->s, .claims = t->claims, .wrong_step = NONE,
			       .sure = t->sure, .maybe = t->maybe };
}

static struct result from(struct explorer *x, struct state *s, unsigned int depth);

/* Tries the @nr ways on from a state where several are. */
static struct result branch(struct explorer *x, const struct state *s, const struct choice *next,
			    uint32_t nr, unsigned int depth)
{
	struct key key = key_of(s);
	const struct seen *seen = find(x, key);
	struct result all = { 0 };
	struct state *copy;

	if (seen->key.b)
		return seen->result;
	copy = state_alloc(x->p);
	for (uint32_t i = 0; i < nr; i++) {
		struct turn t = turn_of(x, copy);
		struct result behind;

		state_copy(copy, s);
		take_turn(&t, &next[i]);
		behind = from(x, copy, depth + 1);
		join(&all, &t, &behind, !i);
	}
	free(copy);
	keep(x, key, &all);
	return all;
}

/* Goes on from a state, which is changed, to where several ways go on, or to the end. */
static struct result from(struct explorer *x, struct state *s, unsigned int depth)
{
	struct choice *next = xmalloc(MAX_CHOICES * sizeof(*next));
	struct turn t = turn_of(x, s);
	struct result all = { 0 }, behind;
	uint32_t nr;

	for (;;) {
		/* A state that is only passed may be so more than once. */
		if (x->begun++ >= 2 * x->max || depth > 4 * MAX_STRAND) {
			x->partial = true;
			free(next);
			return all;
		}
		nr = choices(x->p, s, next);
		if (nr != 1)
			break;
		take_turn(&t, next);
		t = next_turn(&t);
	}
	if (nr) {
		next = xrealloc(next, nr * sizeof(*next));
		behind = branch(x, s, next, nr, depth);
	} else {
		take_end(&t);
	}
	join(&all, &t, nr ? &behind : NULL, true);
	free(next);
	return all;
}

struct result explore(const struct mprog *p, uint32_t component, struct claims *claims,
		      uint64_t *states, uint64_t max_states, bool *partial)
{
	struct explorer x = { .p = p, .claims = claims, .max = max_states };
	struct state *s = state_new(p, component);
	struct result result;

	grow(&x);
	result = from(&x, s, 0);
	*states += x.begun;
	*partial |= x.partial || claims->full;
	free(x.table);
	free(s);
	return result;
}
