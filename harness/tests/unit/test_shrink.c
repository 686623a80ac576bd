// SPDX-License-Identifier: GPL-2.0-only
/* Shrinking choice sequences: small, the same every time, and never what does not show it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fuzz/shrink.h"

/* A list of numbers below 1000, as a program is a list of steps. */
static unsigned int draw_list(struct choices *c, uint32_t out[64])
{
	unsigned int n = 0;

	for (bool more = true; more; ) {
		choices_begin(c);
		more = n < 64 && choose(c, 10);
		if (more)
			out[n++] = choose(c, 1000);
		choices_end(c);
	}
	return n;
}

struct planted {
	unsigned int calls;
	bool last;		/* tries are made from the last to the first */
	int fail_after;		/* -1: never */
	struct shrink_try *seen;	/* where wanted: copies of what was tried */
	unsigned int nr_seen;
	bool remembers;
};

static void remember(struct planted *p, const struct shrink_try *t)
{
	struct shrink_try *copy;

	for (unsigned int i = 0; i < p->nr_seen; i++)
		if (p->seen[i].nr == t->nr && !memcmp(p->seen[i].v, t->v, t->nr * sizeof(*t->v)))
			fail_msg("a sequence of %u choices is tried again", t->nr);
	p->seen = realloc(p->seen, (p->nr_seen + 1) * sizeof(*p->seen));
	copy = &p->seen[p->nr_seen++];
	copy->nr = t->nr;
	copy->v = malloc((t->nr + 1) * sizeof(*t->v));
	memcpy(copy->v, t->v, t->nr * sizeof(*t->v));
}

/* It shows where a number above 500 comes before one above 6. */
static bool shows(const uint32_t *v, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int k = i + 1; k < n && v[i] > 500; k++)
			if (v[k] > 6)
				return true;
	return false;
}

static int try_lists(void *arg, struct shrink_try *tries, unsigned int nr)
{
	struct planted *p = arg;
	uint32_t list[64];

	if (p->fail_after >= 0 && (int)p->calls++ >= p->fail_after)
		return -4;
	assert_in_range(nr, 1, SHRINK_AT_ONCE);
	for (unsigned int n = 0; n < nr; n++) {
		struct shrink_try *t = &tries[p->last ? nr - 1 - n : n];

		if (p->remembers)
			remember(p, t);
		choices_init(&t->drawn, t->v, t->nr, false, 0);
		t->shows = shows(list, draw_list(&t->drawn, list));
	}
	return 0;
}

static void find(struct choices *c, uint64_t seed)
{
	uint32_t list[64];

	for (; ; seed += 1000) {
		choices_init(c, NULL, 0, true, seed);
		if (shows(list, draw_list(c, list)))
			return;
		choices_free(c);
	}
}

/* The smallest is 501 and 7, whatever else was drawn. */
static void finds_the_smallest(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 40; seed++) {
		struct planted p = { .fail_after = -1 };
		struct shrink_stats stats;
		uint32_t list[64];
		struct choices c, again;

		find(&c, seed);
		assert_int_equal(shrink(&c, try_lists, &p, 5000, &stats), 0);
		choices_init(&again, c.v, c.nr, false, 0);
		assert_int_equal(draw_list(&again, list), 2);
		assert_int_equal(list[0], 501);
		assert_int_equal(list[1], 7);
		assert_in_range(stats.tries, 1, 5000);
		choices_free(&again);
		choices_free(&c);
	}
}

/* Catches: guests that run for what is known already. */
static void nothing_is_tried_twice(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 6; seed++) {
		struct planted p = { .fail_after = -1, .remembers = true };
		struct shrink_stats stats;
		struct choices c;

		find(&c, seed);
		assert_int_equal(shrink(&c, try_lists, &p, 5000, &stats), 0);
		assert_int_equal(p.nr_seen, stats.tries);
		for (unsigned int i = 0; i < p.nr_seen; i++)
			free(p.seen[i].v);
		free(p.seen);
		choices_free(&c);
	}
}

/* Guests end in any order: what is taken must not depend on it. */
static void does_not_depend_on_the_order_of_trying(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 20; seed++) {
		struct planted forth = { .fail_after = -1 };
		struct planted back = { .last = true, .fail_after = -1 };
		struct shrink_stats a, b;
		struct choices c, d;

		find(&c, seed);
		find(&d, seed);
		shrink(&c, try_lists, &forth, 200, &a);
		shrink(&d, try_lists, &back, 200, &b);
		assert_int_equal(a.tries, b.tries);
		assert_int_equal(c.nr, d.nr);
		assert_memory_equal(c.v, d.v, c.nr * sizeof(*c.v));
		choices_free(&c);
		choices_free(&d);
	}
}

/* After Ctrl-C the smallest so far is there, and it shows the thing. */
static void an_error_keeps_what_was_found(void **state)
{
	(void)state;
	for (int after = 0; after < 12; after++) {
		struct planted p = { .fail_after = after };
		struct choices c, again;
		struct shrink_stats stats;
		uint32_t list[64];

		find(&c, 7);
		assert_int_equal(shrink(&c, try_lists, &p, 5000, &stats), -4);
		choices_init(&again, c.v, c.nr, false, 0);
		assert_true(shows(list, draw_list(&again, list)));
		choices_free(&again);
		choices_free(&c);
	}
}

static void sequences_are_read_again(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	const uint32_t v[] = { 0, 7, 4294967295u, 3 };
	uint32_t *read, nr;
	size_t at;

	(void)state;
	choices_print(v, 4, &sb);
	assert_int_equal(choices_parse(strbuf_str(&sb), &read, &nr, &at), 0);
	assert_int_equal(nr, 4);
	assert_memory_equal(read, v, sizeof(v));
	free(read);
	strbuf_free(&sb);
}

static void bad_sequences_are_refused(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} bad[] = {
		{ "1 2 x", 4 }, { "1 -2", 2 }, { "4294967296", 0 }, { "1 2.5", 2 }, { "1\t2", 0 },
		{ "1 +2", 2 },
	};
	uint32_t *v, nr;
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(choices_parse(bad[i].text, &v, &nr, &at), -22);
		assert_int_equal(at, bad[i].at);
		assert_null(v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_smallest),
		cmocka_unit_test(nothing_is_tried_twice),
		cmocka_unit_test(does_not_depend_on_the_order_of_trying),
		cmocka_unit_test(an_error_keeps_what_was_found),
		cmocka_unit_test(sequences_are_read_again),
		cmocka_unit_test(bad_sequences_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
