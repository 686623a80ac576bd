// SPDX-License-Identifier: GPL-2.0-only
/* Tests that each oracle of fuzz can fail, and what its exceptions except. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "host/oracle.h"
#include "host/surprise.h"
#include "lib/fuzz/draw.h"

#define TWO	(1u << WORLD_COHERENT | 1u << WORLD_STRICT)

/* A program that ran in two worlds, silent and intact, and of which the model foresees nothing. */
static struct trial quiet(void)
{
	struct trial t = { .len = 0 };

	for (int w = 0; w < WORLD__COUNT; w++) {
		t.seen[w].ran = true;
		t.seen[w].data = DATA_INTACT;
		memset(t.seen[w].foreseen, MODEL_NEVER, V__COUNT);
	}
	return t;
}

static const char *asks(const struct trial *t, uint32_t wrongs, struct doubt *d)
{
	return oracle_ask(t, wrongs, TWO, d) ? oracle_letter(d->oracle) : "";
}

static void test_silent(void **state)
{
	struct trial t = quiet();
	struct doubt d;

	(void)state;
	assert_string_equal(asks(&t, 0, &d), "");
	t.seen[WORLD_STRICT].classes[V_EARLY_MAP] = true;
	assert_string_equal(asks(&t, 0, &d), "a");
	t = quiet();
	t.seen[WORLD_COHERENT].data = DATA_CORRUPT;
	assert_string_equal(asks(&t, 1u << WRONG_OVERLAP, &d), "b");
	assert_string_equal(asks(&t, 1u << WRONG_CPU, &d), "");
	t.seen[WORLD_COHERENT].watched = true;
	assert_string_equal(asks(&t, 1u << WRONG_CPU, &d), "b");
	assert_string_equal(asks(&t, 1u << WRONG_SYNC_ONE_WAY, &d), "");
}

/* Catches: an exception that excuses what the model is sure of. */
static void test_worlds(void **state)
{
	struct trial t = quiet();
	struct trial_seen *one = &t.seen[WORLD_COHERENT], *other = &t.seen[WORLD_STRICT];
	struct doubt d;

	(void)state;
	one->classes[V_EARLY_MAP] = true;
	one->foreseen[V_EARLY_MAP] = MODEL_MUST;
	assert_string_equal(asks(&t, 1, &d), "c");
	other->foreseen[V_EARLY_MAP] = MODEL_MUST;
	assert_string_equal(asks(&t, 1, &d), "c");
	other->foreseen[V_EARLY_MAP] = MODEL_MAY;
	assert_string_equal(asks(&t, 1, &d), "");
	assert_int_not_equal(d.excused, 0);
	other->foreseen[V_EARLY_MAP] = MODEL_NEVER;
	one->foreseen[V_EARLY_MAP] = MODEL_MAY;
	assert_string_equal(asks(&t, 1, &d), "");
	t = quiet();
	other->classes[V_FOREIGN_MAP] = true;
	other->foreseen[V_FOREIGN_MAP] = MODEL_MUST;
	assert_string_equal(asks(&t, 1, &d), "");
	t.seen[WORLD_STRICT].surprise = (char *)"x is not named";
	assert_string_equal(asks(&t, 1, &d), "d");
}

static void test_kernel(void **state)
{
	struct trial t = quiet();
	struct trial_seen *s = &t.seen[WORLD_STRICT];
	struct doubt d;

	(void)state;
	s->splat = true;
	s->said = (char *)"splat: WARNING at kernel/dma/swiotlb.c:895 swiotlb_bounce";
	s->classes[V_UNMAP_WRONG_SIZE] = true;
	t.seen[WORLD_COHERENT].classes[V_UNMAP_WRONG_SIZE] = true;
	/* not in strict, which has no swiotlb */
	assert_string_equal(asks(&t, 1u << WRONG_UNMAP_OTHERWISE, &d), "e");
	s->dma_debug = true;
	s->classes[V_UNMAP_WRONG_SIZE] = false;
	assert_string_equal(asks(&t, 1, &d), "f");
}

/* Catches: a lost event that hides wrong data, or a silence that is taken for the judge's. */
static void test_lost(void **state)
{
	struct trial t = quiet();
	struct trial_seen *s = &t.seen[WORLD_STRICT];
	struct doubt d;

	(void)state;
	t.seen[WORLD_COHERENT].classes[V_EARLY_MAP] = true;
	t.seen[WORLD_COHERENT].foreseen[V_EARLY_MAP] = MODEL_MUST;
	s->foreseen[V_EARLY_MAP] = MODEL_MUST;
	s->lost = true;
	s->outcome = OUTCOME_INCOMPLETE;
	assert_string_equal(asks(&t, 1, &d), "");
	assert_true(d.excused >> oracle_exception_lost() & 1);
	t.seen[WORLD_COHERENT].classes[V_EARLY_MAP] = false;
	s->data = DATA_CORRUPT;
	assert_string_equal(asks(&t, 0, &d), "a");
	s->lost = false;
	assert_string_equal(asks(&t, 0, &d), "e");
}

/* Each oracle, and each exception, says what it is. */
static void test_texts(void **state)
{
	const char *what, *why;
	unsigned int worlds, n = 0;

	(void)state;
	while (oracle_exception(n, &what, &worlds, &why)) {
		assert_true(what[0] && why[0] && worlds);
		n++;
	}
	assert_true(n > oracle_exception_lost() && n <= 32);
	for (int i = ORACLE_LEGAL; i < ORACLE__COUNT; i++)
		assert_true(oracle_letter(i)[0] && oracle_text(i)[0]);
	assert_string_equal(outcome_name(OUTCOME_PASS), "pass");
	assert_string_equal(world_name(WORLD_STRICT), "strict");
	assert_string_equal(violation_get(V_EARLY_MAP)->name, "early-map");
	assert_true(wrong_text(WRONG_CPU)[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_worlds),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
