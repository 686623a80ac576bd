// SPDX-License-Identifier: GPL-2.0-only
/* Tests the hint about live mappings of one call path that only grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/judge/judge.h"
#include "trace.h"

#define A "DEV A softdma;"

/*
 * Maps twice in each of @windows of 1.1 s, at stack 5; unmaps, in the windows that @unmap says,
 * what was mapped @ring windows before. Returns whether the judge sees a growth, in @g.
 */
static bool growth(int windows, int ring, bool (*unmap)(int window), const char *more,
		   struct judge_growth *g)
{
	struct strbuf text = STRBUF_INIT;
	struct trace t;
	bool is;

	strbuf_adds(&text, A);
	for (int i = 0; i < windows; i++) {
		strbuf_addf(&text, "@ms=1100 MAP A %x+1000 from stack=5; MAP A %x+1000 from stack=5;",
			    0x100000 + i * 0x2000, 0x101000 + i * 0x2000);
		if (i >= ring && unmap(i))
			strbuf_addf(&text, "UNMAP A %x+1000 from; UNMAP A %x+1000 from;",
				    0x100000 + (i - ring) * 0x2000, 0x101000 + (i - ring) * 0x2000);
	}
	strbuf_adds(&text, more);
	trace_begin(&t, NULL);
	trace_play(&t, text.s);
	is = judge_growth(t.j, 0, g);
	judge_free(t.j);
	strbuf_free(&text);
	return is;
}

static bool never(int window)
{
	(void)window;
	return false;
}

static bool always(int window)
{
	(void)window;
	return true;
}

static bool mostly(int window)
{
	return window % 2;
}

/* Catches: a leak that goes on until the driver goes; a ring or a cache that is taken for one. */
static void test_growth(void **state)
{
	struct judge_growth g;

	(void)state;
	assert_true(growth(20, 0, never, "", &g));
	assert_int_equal(g.live, 40);
	assert_int_equal(g.maps, 40);
	assert_int_equal(g.stack, 5);
	assert_in_range(g.more, 36, 40);
	/* every second pair is unmapped */
	assert_true(growth(40, 1, mostly, "", &g));
	/* too few, too short */
	assert_false(growth(7, 0, never, "", &g));
	/* a ring that has filled */
	assert_false(growth(40, 12, always, "MAP A 1000+1000 from stack=5", &g));
	/* all is given back at the end, or the driver goes */
	assert_false(growth(20, 0, never, "UNBIND A", &g));
	/* a loss: an unmap may have been among what was lost */
	assert_false(growth(20, 0, never, "@gap=1; @ms=1100 MAP A 1000+1000 from stack=5", &g));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
