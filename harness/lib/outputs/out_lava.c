// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes LAVA signals, as lava-test-case does. The dispatcher splits a signal at blanks and each
 * word at its "=", of which there may be only one, and it refuses a second result with the same
 * name.
 */
#include "output.h"

#include <stdlib.h>

static const char *const results[OUTCOME__COUNT] = {
	[OUTCOME_PASS]		= "pass",
	[OUTCOME_SKIP]		= "skip",
	[OUTCOME_INCOMPLETE]	= "unknown",
	[OUTCOME_FAIL]		= "fail",
	[OUTCOME_HANG]		= "fail",
	[OUTCOME_PANIC]		= "fail",
};

static void add_signal(struct strbuf *sb, const struct out_cell *c, size_t run, bool many)
{
	char *path = out_path(c);

	strbuf_adds(sb, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=");
	if (many)
		strbuf_addf(sb, "run%zu.", run + 1);
	strbuf_addf(sb, "%s RESULT=%s", path, results[c->outcome]);
	if (c->timed)
		strbuf_addf(sb, " MEASUREMENT=%llu UNITS=ns", (unsigned long long)c->ns);
	strbuf_adds(sb, ">\n");
	free(path);
}

char *output_lava(const struct output *out)
{
	struct strbuf sb = STRBUF_INIT;

	for (size_t r = 0; r < out->nr; r++)
		for (size_t i = 0; i < out->runs[r].nr; i++)
			add_signal(&sb, &out->runs[r].cells[i], r, out->nr > 1);
	return strbuf_detach(&sb);
}
