// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives any bytes to the parser. What it accepts is printed and parsed again, and must then print
 * and compile to the same in every world. Catches a crash, a leak, an endless loop, and a printer
 * that prints something else than the parser understood.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "lib/language/ast.h"
#include "lib/language/errors.h"
#include "lib/language/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Clears line numbers, which differ between a file and its canonical form. */
static void forget_lines(struct cell *cell)
{
	const struct dmt_header *h = (const void *)cell->program.s;
	struct dmt_step *steps;

	if (cell->workload)
		return;
	steps = (void *)(cell->program.s + le32toh(h->steps.offset));
	for (uint32_t i = 0; i < le32toh(h->steps.count); i++)
		steps[i].line = 0;
}

static void compare(const struct scenario *s, const struct scenario *again, enum world world)
{
	const struct compile_opts opts = { .variant = scenario_variants(s) - 1, .world = world };
	struct cell a, b;
	struct diag diag;
	int err = scenario_compile(s, &opts, &a, &diag);

	if (err != scenario_compile(again, &opts, &b, &diag))
		abort();
	if (err)
		return;
	forget_lines(&a);
	forget_lines(&b);
	if (a.program.len != b.program.len ||
	    memcmp(strbuf_str(&a.program), strbuf_str(&b.program), a.program.len) ||
	    strcmp(strbuf_str(&a.setup), strbuf_str(&b.setup)) ||
	    strcmp(a.repro, b.repro) || strcmp(a.id, b.id))
		abort();
	cell_free(&a);
	cell_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct scenario *s, *again;
	/* Copy the text, so that ASan finds a read beyond its end. */
	char *text = calloc(1, size ? size : 1);
	struct diag diag;

	if (size)
		memcpy(text, data, size);
	if (scenario_parse("fuzz", text, size, &s, &diag)) {
		struct diags all = { 0 };

		/* Each turn reads the text once more: not of long ones, which add nothing. */
		if (size < 2048 && !scenario_errors("fuzz", text, size, &all))
			abort();
		diags_free(&all);
		if (!diag.text[0])
			abort();	/* an error without a message */
		free(text);
		return 0;
	}
	print_scenario(s, NULL, &once);
	if (scenario_parse("again", once.s, once.len, &again, &diag))
		abort();
	print_scenario(again, NULL, &twice);
	if (once.len != twice.len || memcmp(once.s, twice.s, once.len))
		abort();
	for (int w = 0; w < WORLD__COUNT; w++)
		compare(s, again, w);
	scenario_free(s);
	scenario_free(again);
	strbuf_free(&once);
	strbuf_free(&twice);
	free(text);
	return 0;
}
