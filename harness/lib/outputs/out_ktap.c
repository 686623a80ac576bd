// SPDX-License-Identifier: GPL-2.0-only
/* Writes KTAP version 1, as the kernel's own tests print it. */
#include "output.h"

#include <stdlib.h>

#include "lib/base/visible.h"

/* A description must not contain '#', as a directive would begin there. */
static void add_clean(struct strbuf *sb, const char *s)
{
	char *text = visible(s, VISIBLE_LINES);

	for (char *p = text; *p; p++)
		*p = *p == '#' ? '-' : *p == '\n' || *p == '\t' ? ' ' : *p;
	strbuf_adds(sb, text);
	free(text);
}

static void add_result(struct strbuf *sb, size_t n, const struct out_cell *c, bool kernels)
{
	static const char *const directive[OUTCOME__COUNT] = {
		[OUTCOME_SKIP]		= " # SKIP ",
		[OUTCOME_INCOMPLETE]	= " # ERROR ",
		[OUTCOME_HANG]		= " # TIMEOUT ",
	};
	bool ok = c->outcome == OUTCOME_PASS || c->outcome == OUTCOME_SKIP;

	for (size_t i = 0; i < c->nr_messages; i++) {
		strbuf_adds(sb, "# ");
		add_clean(sb, c->messages[i]);
		strbuf_addc(sb, '\n');
	}
	strbuf_addf(sb, "%sok %zu ", ok ? "" : "not ", n);
	if (kernels) {
		add_clean(sb, c->run->kernel);
		strbuf_adds(sb, c->drivers ? " drivers " : " ");
	}
	add_clean(sb, c->id);
	if (directive[c->outcome]) {
		strbuf_adds(sb, directive[c->outcome]);
		add_clean(sb, c->nr_messages ? c->messages[0] : "");
	}
	strbuf_addc(sb, '\n');
}

char *output_ktap(const struct output *out)
{
	struct strbuf sb = STRBUF_INIT;
	size_t total = 0, n = 0;

	for (size_t r = 0; r < out->nr; r++)
		total += out->runs[r].nr;
	strbuf_addf(&sb, "KTAP version 1\n1..%zu\n", total);
	for (size_t r = 0; r < out->nr; r++)
		for (size_t i = 0; i < out->runs[r].nr; i++)
			add_result(&sb, ++n, &out->runs[r].cells[i], out->nr > 1);
	return strbuf_detach(&sb);
}
