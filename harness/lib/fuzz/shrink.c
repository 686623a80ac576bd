// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shrinks a sequence of choices by deleting spans and runs of it, and by making its numbers
 * smaller. Candidates are tried in batches, because a guest takes a hundred as fast as one; of
 * those that still show the thing the first in the order of their making is taken, so that the
 * result does not depend on how they were tried.
 */
#include "shrink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct shrinker {
	struct choices *best;
	shrink_fn fn;
	void *arg;
	unsigned int max_tries;
	struct shrink_stats *stats;
	struct shrink_try tries[SHRINK_AT_ONCE];
	unsigned int nr;
	bool better;		/* something smaller was found in this pass */
	int err;
	uint64_t *known;	/* hashes of what was tried already */
	size_t nr_known;
};

static uint64_t hash_of(const uint32_t *v, uint32_t nr)
{
	uint64_t h = 0xcbf29ce484222325ull ^ nr;

	for (uint32_t i = 0; i < nr; i++)
		h = (h ^ v[i]) * 0x100000001b3ull;
	return h;
}

static bool is_known(struct shrinker *s, const uint32_t *v, uint32_t nr)
{
	uint64_t h = hash_of(v, nr);

	for (size_t i = 0; i < s->nr_known; i++)
		if (s->known[i] == h)
			return true;
	s->known = xrealloc(s->known, (s->nr_known + 1) * sizeof(*s->known));
	s->known[s->nr_known++] = h;
	return false;
}

static bool is_smaller(const struct choices *a, const struct choices *b)
{
	if (a->nr != b->nr)
		return a->nr < b->nr;
	for (uint32_t i = 0; i < a->nr; i++)
		if (a->v[i] != b->v[i])
			return a->v[i] < b->v[i];
	return false;
}

/* Tries what was collected. The smallest of those that show the thing becomes the best. */
static void flush(struct shrinker *s)
{
	struct shrink_try *take = NULL;

	if (s->nr && !s->err) {
		s->stats->tries += s->nr;
		s->stats->rounds++;
		s->err = s->fn(s->arg, s->tries, s->nr);
	}
	for (unsigned int i = 0; i < s->nr && !s->err; i++)
		if (s->tries[i].shows &&
		    is_smaller(&s->tries[i].drawn, take ? &take->drawn : s->best))
			take = &s->tries[i];
	if (take) {
		choices_free(s->best);
		*s->best = take->drawn;
		memset(&take->drawn, 0, sizeof(take->drawn));
		s->better = true;
	}
	for (unsigned int i = 0; i < s->nr; i++) {
		free(s->tries[i].v);
		choices_free(&s->tries[i].drawn);
	}
	s->nr = 0;
}

static bool over(const struct shrinker *s)
{
	return s->err || s->stats->tries >= s->max_tries;
}

/* Collects a candidate, which becomes the shrinker's. Returns true when the best has changed. */
static bool add(struct shrinker *s, uint32_t *v, uint32_t nr)
{
	bool before = s->better;

	if (over(s) || is_known(s, v, nr)) {
		free(v);
		return false;
	}
	s->tries[s->nr++] = (struct shrink_try) { .v = v, .nr = nr };
	if (s->nr < SHRINK_AT_ONCE)
		return false;
	s->better = false;
	flush(s);
	if (s->better)
		return true;
	s->better = before;
	return false;
}

/* Ends a pass. Returns true when the best has changed. */
static bool finish(struct shrinker *s)
{
	s->better = false;
	flush(s);
	return s->better;
}

static uint32_t *without(const struct choices *c, uint32_t from, uint32_t to)
{
	uint32_t *v = xmalloc((c->nr - (to - from) + 1) * sizeof(*v));

	memcpy(v, c->v, from * sizeof(*v));
	memcpy(v + from, c->v + to, (c->nr - to) * sizeof(*v));
	return v;
}

static bool try_without(struct shrinker *s, uint32_t from, uint32_t to)
{
	return to > from && add(s, without(s->best, from, to), s->best->nr - (to - from));
}

struct cut {
	uint32_t from, to;
};

/* Takes @nr cuts, in any order and overlapping or not, out of the best. */
static uint32_t *without_all(const struct choices *c, const struct cut *cuts, unsigned int nr,
			     uint32_t *left)
{
	uint32_t *v = xmalloc((c->nr + 1) * sizeof(*v));

	*left = 0;
	for (uint32_t i = 0; i < c->nr; i++) {
		bool cut = false;

		for (unsigned int k = 0; k < nr && !cut; k++)
			cut = i >= cuts[k].from && i < cuts[k].to;
		if (!cut)
			v[(*left)++] = c->v[i];
	}
	return v;
}

/*
 * Tries cuts by themselves until some go well, then these together: most steps of a program are of
 * no matter, and one guest is to find out which.
 */
static bool cut_out(struct shrinker *s, struct cut *cuts, unsigned int nr)
{
	struct choices best = *s->best, old = best, first = { 0 };
	unsigned int good = 0;
	bool found;

	for (unsigned int i = 0; i < nr && !good && !over(s); ) {
		unsigned int at[SHRINK_AT_ONCE];

		for (; i < nr && s->nr < SHRINK_AT_ONCE; i++) {
			uint32_t left, *v = without_all(&best, &cuts[i], 1, &left);

			if (is_known(s, v, left)) {
				free(v);
				continue;
			}
			at[s->nr] = i;
			s->tries[s->nr++] = (struct shrink_try) { .v = v, .nr = left };
		}
		if (!s->nr)
			break;
		s->stats->tries += s->nr;
		s->stats->rounds++;
		s->err = s->fn(s->arg, s->tries, s->nr);
		for (unsigned int k = 0; k < s->nr; k++) {
			struct shrink_try *t = &s->tries[k];

			if (!s->err && t->shows && is_smaller(&t->drawn, &best)) {
				cuts[good++] = cuts[at[k]];
				if (!first.v || is_smaller(&t->drawn, &first)) {
					choices_free(&first);
					first = t->drawn;
					memset(&t->drawn, 0, sizeof(t->drawn));
				}
			}
			free(t->v);
			choices_free(&t->drawn);
		}
		s->nr = 0;
	}
	for (unsigned int n = 2; good > 1 && n < good * 2 && s->nr < SHRINK_AT_ONCE; n *= 2) {
		uint32_t left, *v = without_all(&old, cuts, n < good ? n : good, &left);

		if (is_known(s, v, left)) {
			free(v);
			continue;
		}
		s->tries[s->nr++] = (struct shrink_try) { .v = v, .nr = left };
	}
	if (first.v) {
		*s->best = first;
		choices_free(&old);
	}
	found = finish(s);
	return first.v || found;
}

/* Leaves spans out, and runs of neighbouring ones, the longest first. */
static bool delete_spans(struct shrinker *s)
{
	const struct choices *c = s->best;
	struct cut *cuts = xcalloc(c->nr_spans * 5 + 1, sizeof(*cuts));
	unsigned int nr = 0;
	bool found;

	for (uint32_t len = c->nr; len; len = len * 3 / 4)
		for (uint32_t i = c->nr_spans; i-- > 0; ) {
			uint32_t n = c->spans[i].to - c->spans[i].from;

			if (n <= len && n > len * 3 / 4)
				cuts[nr++] = (struct cut) { c->spans[i].from, c->spans[i].to };
		}
	for (uint32_t k = 2; k <= 16; k *= 2)
		for (uint32_t i = 0; i + k <= c->nr_spans; i += k / 2)
			if (c->spans[i + k - 1].to > c->spans[i].from)
				cuts[nr++] = (struct cut) { c->spans[i].from,
							    c->spans[i + k - 1].to };
	found = cut_out(s, cuts, nr);
	free(cuts);
	return found;
}

static bool delete_pieces(struct shrinker *s)
{
	const struct choices *c = s->best;

	for (uint32_t n = 8; n; n /= 2)
		for (uint32_t from = c->nr >= n ? c->nr - n + 1 : 0; from-- > 0; )
			if (try_without(s, from, from + n))
				return true;
	return finish(s);
}

static bool try_number(struct shrinker *s, uint32_t at, uint32_t n)
{
	uint32_t *v = without(s->best, 0, 0);

	v[at] = n;
	return add(s, v, s->best->nr);
}

/* A number becomes 0, or comes down by a half of it, a quarter, and so on to 1. */
static bool lower(struct shrinker *s)
{
	for (uint32_t i = 0; i < s->best->nr; i++) {
		uint32_t n = s->best->v[i];

		for (uint32_t less = n; less; less /= 2)
			if (try_number(s, i, n - less))
				return true;
	}
	return finish(s);
}

/* A whole span becomes zeros: the simplest thing of its kind. */
static bool zero_spans(struct shrinker *s)
{
	const struct choices *c = s->best;

	for (uint32_t i = 0; i < c->nr_spans; i++) {
		uint32_t *v = without(c, 0, 0);

		memset(v + c->spans[i].from, 0,
		       (c->spans[i].to - c->spans[i].from) * sizeof(*v));
		if (add(s, v, c->nr))
			return true;
	}
	return finish(s);
}

int shrink(struct choices *c, shrink_fn fn, void *arg, unsigned int max_tries,
	   struct shrink_stats *stats)
{
	struct shrinker s = { .best = c, .fn = fn, .arg = arg, .max_tries = max_tries,
			      .stats = stats };

	*stats = (struct shrink_stats) { 0 };
	is_known(&s, c->v, c->nr);
	while (!over(&s) && (delete_spans(&s) || zero_spans(&s) ||
			     delete_pieces(&s) || lower(&s)))
		;
	free(s.known);
	return s.err;
}
