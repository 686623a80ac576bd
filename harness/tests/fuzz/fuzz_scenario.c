// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes to the parser; what it takes is printed, parsed again and must print
 * the same, and is compiled in every world. Catches a crash, a leak, an endless
 * loop, and a printer that says something else than the parser understood.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/ast.h"
#include "lib/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct scenario *s, *again;
	/* A copy of its own: reading beyond the end must show. */
	char *text = malloc(size ? size : 1);
	struct diag diag;

	if (size)
		memcpy(text, data, size);
	if (scenario_parse("fuzz", text, size, &s, &diag)) {
		if (!diag.text[0])
			abort();	/* an error without a word */
		free(text);
		return 0;
	}
	print_scenario(s, NULL, &once);
	if (scenario_parse("again", once.s, once.len, &again, &diag))
		abort();
	print_scenario(again, NULL, &twice);
	if (once.len != twice.len || memcmp(once.s, twice.s, once.len))
		abort();
	for (int w = 0; w < WORLD__COUNT; w++) {
		const struct compile_opts opts = {
			.variant = scenario_variants(s) - 1, .world = w,
		};
		struct cell cell;

		if (!scenario_compile(s, &opts, &cell, &diag))
			cell_free(&cell);
	}
	scenario_free(s);
	scenario_free(again);
	strbuf_free(&once);
	strbuf_free(&twice);
	free(text);
	return 0;
}
