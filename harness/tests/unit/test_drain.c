// SPDX-License-Identifier: GPL-2.0-only
/* Tests the end of an observation: a record that is still being written hides later records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "observer/drain.h"

/* A ring of numbers; those from @busy on can be read only after @waits waits. */
struct ring {
	struct drain drain;
	const uint64_t *seq;
	unsigned int nr, at, busy, waits, waited;
	uint64_t lost;
};

static long consume(void *arg)
{
	struct ring *r = arg;
	long n = 0;

	while (r->at < r->nr && (r->at < r->busy || r->waited >= r->waits)) {
		drain_took(&r->drain, r->seq[r->at++]);
		n++;
	}
	return n;
}

static uint64_t lost(void *arg)
{
	return ((struct ring *)arg)->lost;
}

static void wait(void *arg)
{
	((struct ring *)arg)->waited++;
}

static const struct drain_ops ops = { consume, lost, wait };
static const uint64_t in_order[] = { 1, 2, 3, 4, 5, 6 };

/* Catches: a drain that ends at a record that is reserved but not submitted yet. */
static void test_busy(void **state)
{
	struct ring r = { .drain = DRAIN_INIT, .seq = in_order, .nr = 6, .busy = 2, .waits = 3 };

	(void)state;
	assert_int_equal(drain_to(&r.drain, 6, &ops, &r), 6);
	assert_int_equal(r.at, 6);
	assert_int_equal(r.waited, 3);
}

/* Events taken before count; there is no wait for events beyond the end or lost ones. */
static void test_quiet(void **state)
{
	static const uint64_t mixed[] = { 2, 1, 5, 3 };
	struct ring r = { .drain = DRAIN_INIT, .seq = in_order, .nr = 3, .busy = 6 };

	(void)state;
	consume(&r);
	r.nr = 6;
	assert_int_equal(drain_to(&r.drain, 6, &ops, &r), 3);
	assert_int_equal(r.waited, 0);
	r = (struct ring){ .drain = DRAIN_INIT, .seq = mixed, .nr = 4, .busy = 3, .waits = 1 };
	assert_int_equal(drain_to(&r.drain, 3, &ops, &r), 4);
	assert_int_equal(r.waited, 1);
	r = (struct ring){ .drain = DRAIN_INIT, .seq = in_order, .nr = 4, .busy = 6, .lost = 2 };
	assert_int_equal(drain_to(&r.drain, 6, &ops, &r), 4);
	assert_int_equal(r.waited, 0);
	/* And the next one begins with what this one left. */
	r.nr = 6;
	r.lost = 2;
	assert_int_equal(drain_to(&r.drain, 8, &ops, &r), 2);
}

/* Catches: an endless wait for a record that is never written. */
static void test_patience(void **state)
{
	struct ring r = { .drain = DRAIN_INIT, .seq = in_order, .nr = 6, .busy = 2, .waits = ~0u };

	(void)state;
	assert_int_equal(drain_to(&r.drain, 6, &ops, &r), 2);
	assert_int_equal(r.waited, DRAIN_TRIES);
}

static long broken(void *arg)
{
	(void)arg;
	return -5;
}

static void test_error(void **state)
{
	static const struct drain_ops bad = { broken, lost, wait };
	struct ring r = { .drain = DRAIN_INIT };

	(void)state;
	assert_int_equal(drain_to(&r.drain, 6, &bad, &r), -5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy), cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_patience), cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
