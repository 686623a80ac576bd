/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests of the compiler share: a text becomes a cell, and a cell's repro the same cell. */
#ifndef TESTS_COMPILE_OF_H
#define TESTS_COMPILE_OF_H

#include <string.h>

#include "lib/language/scenario.h"
#include "tests/unit/validate.h"

#define HEAD	"scenario t/x \"a test\"\nengine c memcpy like fsl-dma\nengine x xor like talitos\n" \
		"buffer a 4K random\nbuffer b[3] 4K zero\n"

static struct scenario *parse(const char *text)
{
	struct scenario *s;
	struct diag d;

	if (scenario_parse("f", text, strlen(text), &s, &d))
		fail_msg("%u:%u: %s\n%s", d.line, d.col, d.text, text);
	return s;
}

static void compile(const char *text, struct compile_opts opts, struct cell *cell)
{
	struct scenario *s = parse(text);
	struct diag d;

	if (scenario_compile(s, &opts, cell, &d))
		fail_msg("%u:%u: %s", d.line, d.col, d.text);
	scenario_free(s);
}

/* The repro of @cell must be the same cell, except for line numbers and limits by worlds. */
static void check_repro(const struct cell *cell)
{
	struct scenario *s = parse(cell->repro);
	const struct compile_opts opts = { .world = cell->world };
	struct cell again;
	struct diag d;
	struct wire w, v;

	assert_int_equal(scenario_variants(s), 1);
	assert_int_equal(scenario_worlds(s), 1u << cell->world);
	assert_int_equal(scenario_compile(s, &opts, &again, &d), 0);
	assert_string_equal(again.id, cell->id);
	assert_true(again.seed == cell->seed);
	assert_int_equal(again.repeat, cell->repeat);
	assert_int_equal(again.skip_foreign, cell->skip_foreign);
	assert_string_equal(strbuf_str(&again.setup), strbuf_str(&cell->setup));
	assert_string_equal(again.repro, cell->repro);
	assert_int_equal(again.program.len, cell->program.len);
	assert_int_equal(again.workload, cell->workload);
	if (!cell->workload) {
		wire_open(&w, cell->program.s, cell->program.len);
		wire_open(&v, again.program.s, again.program.len);
		for (uint32_t i = 0; i < w.nr_steps; i++) {
			((struct dmt_step *)w.steps)[i].line = 0;
			((struct dmt_step *)v.steps)[i].line = 0;
			assert_string_equal(cell->step_text[i], again.step_text[i]);
		}
	}
	if (cell->program.len)
		assert_memory_equal(cell->program.s, again.program.s, cell->program.len);
	assert_int_equal(again.nr_expects, cell->nr_expects);
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *a = &cell->expects[i], *b = &again.expects[i];

		assert_string_equal(a->text, b->text);
		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->worlds, b->worlds);
		assert_int_equal(a->nr_steps, b->nr_steps);
		if (a->nr_steps)
			assert_memory_equal(a->steps, b->steps, a->nr_steps * sizeof(*a->steps));
		assert_int_equal(a->on, b->on);
		assert_int_equal(a->nr_objects, b->nr_objects);
		if (a->nr_objects)
			assert_memory_equal(a->objects, b->objects,
					    a->nr_objects * sizeof(*a->objects));
	}
	cell_free(&again);
	scenario_free(s);
}

#endif /* TESTS_COMPILE_OF_H */
