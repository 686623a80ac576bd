// SPDX-License-Identifier: GPL-2.0-only
/*
 * The outcomes of all orders of all threads together, as litmus tests have them, each with the
 * shortest schedule that leads to it: the states are gone through in the order of their distance
 * from the start.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lib/base/hash64.h"
#include "lib/base/strbuf.h"

struct node {
	struct state *state;	/* NULL once what follows it is known */
	uint64_t a, b;		/* what it is */
	uint32_t before;	/* the node that it came from */
	uint32_t wrong_step;
	bool corrupt, fault;
	struct model_turn turn;
};

struct walk {
	const struct mprog *p;
	struct claims *claims;
	struct node *v;
	uint32_t nr, next;
	uint32_t *table;	/* 1 + a node's index, by its hash */
	size_t size;
	uint64_t max;
	struct prediction *out;
};

static uint32_t *slot(struct walk *w, uint64_t a, uint64_t b)
{
	size_t i = a & (w->size - 1);

	while (w->table[i] && (w->v[w->table[i] - 1].a != a || w->v[w->table[i] - 1].b != b))
		i = (i + 1) & (w->size - 1);
	return &w->table[i];
}

static void grow(struct walk *w)
{
	w->size = w->size ? 2 * w->size : 1024;
	free(w->table);
	w->table = xcalloc(w->size, sizeof(*w->table));
	w->v = xrealloc(w->v, w->size / 2 * sizeof(*w->v));
	for (uint32_t i = 0; i < w->nr; i++)
		*slot(w, w->v[i].a, w->v[i].b) = i + 1;
}

/* Adds a state that was reached, if it is new. @n has what came before it; takes n->state. */
static void reach(struct walk *w, struct node *n)
{
	const uint64_t more[2] = { n->wrong_step, n->corrupt | n->fault << 1 };
	uint32_t *at;

	n->a = hash64(hash64(1, more, sizeof(more)), n->state->data, n->state->size);
	n->b = hash64(hash64(2, more, sizeof(more)), n->state->data, n->state->size);
	if (w->nr + 1 >= w->size / 2)
		grow(w);
	at = slot(w, n->a, n->b);
	if (*at || w->nr >= w->max) {
		w->out->partial |= !*at;
		free(n->state);
		return;
	}
	w->v[w->nr++] = *n;
	*at = w->nr;
}

static bool is_known(const struct walk *w, const struct node *n)
{
	for (size_t i = 0; i < w->out->nr_outcomes; i++) {
		const struct model_outcome *o = &w->out->outcomes[i];

		if (o->corrupt == n->corrupt && o->fault == n->fault &&
		    o->wrong_step == n->wrong_step)
			return true;
	}
	return false;
}

static void add_outcome(struct walk *w, uint32_t node)
{
	struct prediction *out = w->out;
	struct model_outcome *o;
	size_t nr = 0;

	if (is_known(w, &w->v[node]))
		return;
	for (uint32_t i = node; i; i = w->v[i].before)
		nr++;
	out->outcomes = xrealloc(out->outcomes, (out->nr_outcomes + 1) * sizeof(*out->outcomes));
	o = &out->outcomes[out->nr_outcomes++];
	*o = (struct model_outcome) {
		.corrupt = w->v[node].corrupt, .fault = w->v[node].fault,
		.wrong_step = w->v[node].wrong_step, .nr_turns = nr,
		.turns = xcalloc(nr + 1, sizeof(*o->turns)),
	};
	for (uint32_t i = node; i; i = w->v[i].before)
		o->turns[--nr] = w->v[i].turn;
}

static void follow(struct walk *w, uint32_t node, const struct choice *c)
{
	struct node n = w->v[node];
	struct turn t = { .p = w->p, .claims = w->claims, .wrong_step = n.wrong_step };

	n.state = state_alloc(w->p);
	state_copy(n.state, w->v[node].state);
	t.s = n.state;
	take_turn(&t, c);
	n.before = node;
	n.turn = c->turn;
	n.wrong_step = t.wrong_step;
	n.corrupt |= t.wrong_step != NONE;
	n.fault |= t.fault;
	reach(w, &n);
}

void find_outcomes(const struct mprog *p, uint64_t max_states, struct prediction *out)
{
	struct choice *next = xmalloc(MAX_CHOICES * sizeof(*next));
	struct walk w = { .p = p, .max = max_states, .out = out };
	struct node first = { .state = state_new(p, NONE), .wrong_step = NONE };

	w.claims = xcalloc(1, sizeof(*w.claims));
	w.claims->nr = NR_FIXED;
	grow(&w);
	reach(&w, &first);
	for (; w.next < w.nr; w.next++) {
		uint32_t nr = choices(p, w.v[w.next].state, next);

		if (!nr)
			add_outcome(&w, w.next);
		for (uint32_t i = 0; i < nr; i++)
			follow(&w, w.next, &next[i]);
		free(w.v[w.next].state);
		w.v[w.next].state = NULL;
	}
	free(w.v);
	free(w.table);
	free(w.claims);
	free(next);
}
