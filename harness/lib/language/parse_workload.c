// SPDX-License-Identifier: GPL-2.0-only
/* workload KIND { OPTION VALUE ... }; observe off */
#include <string.h>

#include "parser.h"
#include "lib/program/workload.h"

static int find_opt(const struct workload_opt *opts, const struct token *t)
{
	for (int i = 0; opts[i].word; i++)
		if (token_is(t, opts[i].word))
			return i;
	return -1;
}

static void unknown_opt(struct parser *p, const struct workload *w)
{
	const struct workload_opt *o = workload_opts(w->kind);
	char list[200] = "", have[64];

	for (size_t n = 0; o->word && n < sizeof(list); o++)
		n += snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "", o->word);
	parse_fail(p, "want an option of the %s workload (%s) or '}', found %s",
		   workload_words[w->kind], list, found(p, have));
}

/* A word can look like a number: RAID levels do. */
static struct expr *parse_opt_value(struct parser *p, const struct workload_opt *o)
{
	bool word = (o->type == 'w' || o->type == 'f') && p->t.kind == TOK_WORD;

	return word ? parse_word_value(p, o->word) : parse_value(p, o->word);
}

static void parse_opts(struct parser *p, struct workload *w)
{
	const struct workload_opt *opts = workload_opts(w->kind);

	while (!accept(p, "}")) {
		int i = p->t.kind == TOK_WORD ? find_opt(opts, &p->t) : -1;

		if (i < 0) {
			unknown_opt(p, w);
			return;
		}
		if (w->opts[i])
			parse_fail(p, "%s is given twice", opts[i].word);
		advance(p);
		w->opts[i] = parse_opt_value(p, &opts[i]);
	}
}

void parse_workload(struct parser *p)
{
	struct workload *w = NEW(p, struct workload);

	w->pos = here(p);
	if (p->s->workload)
		parse_fail(p, "a scenario has one workload");
	w->kind = 1 + parse_word(p, workload_words + 1, "workload");
	expect_text(p, "{", "and the workload's options");
	parse_opts(p, w);
	for (int i = 0; workload_opts(w->kind)[i].word; i++)
		if (!w->opts[i] && !workload_opts(w->kind)[i].otherwise)
			parse_fail_at(p, w->pos, "the %s workload needs: %s ...", workload_words[w->kind],
				      workload_opts(w->kind)[i].word);
	p->s->workload = w;
}

void parse_observe(struct parser *p)
{
	static const char *const words[] = { "off", "cpu", NULL };

	if (parse_word(p, words, "observe"))
		p->s->observe_cpu = true;
	else
		p->s->observe_off = true;
}

/* A CONFIG symbol can be longer than a scenario's names. */
const char *parse_config(struct parser *p)
{
	const char *symbol = p->t.kind == TOK_WORD ? token_dup(p) : "";
	char have[64];

	if (strncmp(symbol, "CONFIG_", 7))
		parse_fail(p, "want a symbol of the kernel's configuration, CONFIG_..., found %s",
			   found(p, have));
	else
		advance(p);
	return symbol;
}

void parse_require(struct parser *p)
{
	expect_text(p, "config", "and the symbol that has to be set");
	p->s->require = parse_config(p);
}

/* A workload replaces a program's threads, and the kernel uses its engines. */
void check_workload(struct parser *p)
{
	const struct scenario *s = p->s;

	if (s->workload && s->threads)
		parse_fail_at(p, s->threads->pos, "a workload has no threads of its own");
	if (s->workload && s->buffers)
		parse_fail_at(p, s->buffers->pos, "a workload has no buffers of its own");
	for (const struct engine *e = s->engines; e && !s->workload; e = e->next)
		if (e->cap == CAP_RAID)
			parse_fail_at(p, e->pos, "raid engines are for workloads; a program has memcpy and xor");
}
