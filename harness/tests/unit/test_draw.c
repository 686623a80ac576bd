// SPDX-License-Identifier: GPL-2.0-only
/* Random programs: whatever is drawn compiles, and the same choices draw the same. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fuzz/draw.h"
#include "lib/language/scenario.h"

#define PROGRAMS	400

/* Fails when the language or the executor's rules refuse the program. */
static void compiles(const struct drawn *d)
{
	struct scenario *s = NULL;
	struct diag diag;

	if (scenario_parse("drawn.dma", strbuf_str(&d->text), d->text.len, &s, &diag)) {
		diag_print(&diag, strbuf_str(&d->text), stderr);
		fail_msg("it does not parse:\n%s", strbuf_str(&d->text));
	}
	for (int w = 0; w < WORLD__COUNT; w++) {
		struct compile_opts opts = { .world = w };
		struct cell cell;

		if (scenario_compile(s, &opts, &cell, &diag)) {
			diag_print(&diag, strbuf_str(&d->text), stderr);
			fail_msg("it does not compile:\n%s", strbuf_str(&d->text));
		}
		cell_free(&cell);
	}
	scenario_free(s);
}

static void draws_what_compiles(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
		struct choices c;
		struct drawn d;

		choices_init(&c, NULL, 0, true, seed);
		draw_program(&c, seed % 3, "fuzz/p", &d);
		compiles(&d);
		drawn_free(&d);
		choices_free(&c);
	}
}

/* A shrinker leaves choices out and makes them smaller: it must meet nothing that is refused. */
static void damaged_choices_compile(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
		struct rng rng = { seed };
		struct choices c, less;
		uint32_t from, n;
		struct drawn d;

		choices_init(&c, NULL, 0, true, seed);
		draw_program(&c, DRAW_WRONG, "fuzz/p", &d);
		drawn_free(&d);
		from = rng_below(&rng, c.nr);
		n = rng_below(&rng, c.nr - from);
		memmove(c.v + from, c.v + from + n, (c.nr - from - n) * sizeof(*c.v));
		choices_init(&less, c.v, c.nr - n, false, 0);
		draw_program(&less, DRAW_WRONG, "fuzz/p", &d);
		compiles(&d);
		drawn_free(&d);
		choices_free(&less);
		choices_free(&c);
	}
}

static void same_choices_draw_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < PROGRAMS / 4; seed++) {
		struct choices c, again;
		struct drawn d, e;

		choices_init(&c, NULL, 0, true, seed);
		draw_program(&c, DRAW_BOTH, "fuzz/p", &d);
		choices_init(&again, c.v, c.nr, false, 0);
		draw_program(&again, DRAW_BOTH, "fuzz/p", &e);
		assert_string_equal(strbuf_str(&d.text), strbuf_str(&e.text));
		assert_int_equal(c.nr, again.nr);
		assert_memory_equal(c.v, again.v, c.nr * sizeof(*c.v));
		assert_int_equal(d.wrongs, e.wrongs);
		drawn_free(&d);
		drawn_free(&e);
		choices_free(&c);
		choices_free(&again);
	}
}

/* An oracle that takes legal programs for wrong ones, or none for wrong, would be blind. */
static void both_kinds_are_drawn(void **state)
{
	unsigned int wrong = 0, each[WRONG__COUNT] = { 0 };

	(void)state;
	for (uint64_t seed = 0; seed < 4 * PROGRAMS; seed++) {
		struct choices c;
		struct drawn d;

		choices_init(&c, NULL, 0, true, seed);
		draw_program(&c, seed % 2 ? DRAW_LEGAL : DRAW_WRONG, "fuzz/p", &d);
		if (seed % 2)
			assert_int_equal(d.wrongs, 0);
		wrong += d.wrongs != 0;
		for (int w = 0; w < WRONG__COUNT; w++)
			each[w] += d.wrongs >> w & 1;
		drawn_free(&d);
		choices_free(&c);
	}
	assert_in_range(wrong, PROGRAMS / 2, 2 * PROGRAMS);
	for (int w = 0; w < WRONG__COUNT; w++)
		if (!each[w])
			fail_msg("never drawn: %s", wrong_text(w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_what_compiles),
		cmocka_unit_test(damaged_choices_compile),
		cmocka_unit_test(same_choices_draw_the_same),
		cmocka_unit_test(both_kinds_are_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
