// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include <stdlib.h>

/* A description may hold no '#': what follows one is a directive. */
static void add_clean(struct strbuf *sb, const char *s)
{
	for (; *s; s++)
		strbuf_addc(sb, *s == '#' ? '-' : (unsigned char)*s < ' ' ? ' ' : *s);
}

static void add_result(struct strbuf *sb, uint32_t n, const char *id,
		       const struct verdict *v)
{
	static const char *const directive[OUTCOME__COUNT] = {
		[OUTCOME_SKIP]		= " # SKIP ",
		[OUTCOME_INCOMPLETE]	= " # ERROR ",
		[OUTCOME_HANG]		= " # TIMEOUT ",
	};
	bool ok = v->outcome == OUTCOME_PASS || v->outcome == OUTCOME_SKIP;

	for (unsigned int i = 0; i < v->nr_messages; i++) {
		strbuf_adds(sb, "# ");
		add_clean(sb, v->messages[i]);
		strbuf_addc(sb, '\n');
	}
	strbuf_addf(sb, "%sok %u ", ok ? "" : "not ", n);
	add_clean(sb, id);
	if (directive[v->outcome]) {
		strbuf_adds(sb, directive[v->outcome]);
		add_clean(sb, v->nr_messages ? v->messages[0] : "");
	}
	strbuf_addc(sb, '\n');
}

char *run_ktap(const struct run *run)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_addf(&sb, "KTAP version 1\n1..%u\n", run->nr_cells);
	for (uint32_t i = 0; i < run->nr_cells; i++)
		add_result(&sb, i + 1, run->cells[i].id, &run->verdicts[i]);
	return strbuf_detach(&sb);
}
