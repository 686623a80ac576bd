/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes a cell from a scenario's text, for tests of what comes after the compiler. */
#ifndef TESTS_CELL_OF_H
#define TESTS_CELL_OF_H

#include <string.h>

#include "lib/language/scenario.h"

/* Fails the test when the text is wrong. Free the cell with cell_free(). */
static void cell_of(const char *file, const char *text, size_t variant, enum world world,
		    struct cell *cell)
{
	const struct compile_opts opts = { .variant = variant, .world = world };
	struct scenario *s;
	struct diag d;

	if (scenario_parse(file, text, strlen(text), &s, &d))
		fail_msg("%u:%u: %s", d.line, d.col, d.text);
	if (scenario_compile(s, &opts, cell, &d))
		fail_msg("%u:%u: %s", d.line, d.col, d.text);
	scenario_free(s);
}

#endif /* TESTS_CELL_OF_H */
