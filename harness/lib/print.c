// SPDX-License-Identifier: GPL-2.0-only
/* The canonical form of a scenario. */
#include <stdlib.h>
#include <string.h>

#include "ast.h"

void print_expr(const struct expr *e, struct strbuf *out)
{
	if (e->op == 'l') {
		strbuf_adds(out, e->text);
	} else if (e->op == 'p') {
		strbuf_addf(out, "$%s", e->text);
	} else {
		strbuf_adds(out, "(");
		print_expr(e->a, out);
		strbuf_addf(out, " %c ", e->op);
		print_expr(e->b, out);
		strbuf_adds(out, ")");
	}
}

/* Inside brackets a sum needs no parentheses. */
static void print_sum(const struct expr *e, struct strbuf *out)
{
	if (e->op != '+' && e->op != '-') {
		print_expr(e, out);
		return;
	}
	print_sum(e->a, out);
	strbuf_addf(out, " %c ", e->op);
	print_expr(e->b, out);
}

void print_ref(const struct ref *r, struct strbuf *out)
{
	strbuf_adds(out, r->name);
	if (r->index) {
		strbuf_adds(out, "[");
		print_expr(r->index, out);
		strbuf_adds(out, "]");
	}
	if (r->off) {
		strbuf_adds(out, "@");
		print_expr(r->off, out);
		strbuf_adds(out, "+");
		print_expr(r->len, out);
	}
}

static void print_refs(const struct ref *r, const char *between, struct strbuf *out)
{
	for (; r; r = r->next) {
		print_ref(r, out);
		if (r->next)
			strbuf_adds(out, between);
	}
}

static void print_bits(unsigned int bits, const char *const *words, struct strbuf *out)
{
	for (int i = 0; words[i]; i++)
		if (bits & 1u << i)
			strbuf_addf(out, " %s", words[i]);
}

static void print_map(const struct stmt *st, struct strbuf *out)
{
	strbuf_addf(out, " %s = %s ", st->name, st->engine);
	print_ref(st->refs, out);
	strbuf_addf(out, " %s", dir_words[st->word]);
	if (st->kind != DMT_MAP_PAGE)
		strbuf_addf(out, " %s", kind_words[st->kind]);
	if (st->flags) {
		strbuf_adds(out, " attrs");
		print_bits(st->flags, attr_words, out);
	}
}

static void print_prep(const struct stmt *st, struct strbuf *out)
{
	strbuf_addf(out, " %s = %s %s ", st->name, st->engine, cap_words[st->word]);
	print_ref(st->dst, out);
	strbuf_adds(out, " <- ");
	print_refs(st->refs, " ", out);
	if (st->has_flags) {
		strbuf_adds(out, " flags");
		print_bits(st->flags, txflag_words, out);
		if (!st->flags)
			strbuf_adds(out, " none");
	}
	if (st->after)
		strbuf_addf(out, " after %s", st->after);
}

void print_stmt_head(const struct stmt *st, struct strbuf *out)
{
	strbuf_adds(out, verbs[st->verb].word);
	switch (st->verb) {
	case VERB_MAP:
		print_map(st, out);
		break;
	case VERB_PREP:
		print_prep(st, out);
		break;
	case VERB_CHECK:
		strbuf_adds(out, " ");
		print_ref(st->dst, out);
		strbuf_adds(out, " == ");
		print_refs(st->refs, " ^ ", out);
		break;
	case VERB_DELAY:
	case VERB_IN:
		strbuf_adds(out, " ");
		print_expr(st->a, out);
		if (st->b) {
			strbuf_adds(out, "..");
			print_expr(st->b, out);
		}
		break;
	case VERB_BARRIER:
		strbuf_addf(out, " %s", st->name);
		break;
	case VERB_CRASH:
		strbuf_addf(out, " %s", crash_words[st->word]);
		break;
	default:
		strbuf_adds(out, " ");
		print_refs(st->refs, " ", out);
		if (st->verb == VERB_CPU_WRITE)
			strbuf_addf(out, " %s", fill_words[st->word]);
		if (st->a) {
			strbuf_adds(out, st->verb == VERB_WAIT ? " timeout " : " ");
			print_expr(st->a, out);
		}
	}
}

static void print_body(const struct stmt *body, int depth, struct strbuf *out)
{
	for (const struct stmt *st = body; st; st = st->next) {
		strbuf_addf(out, "%*s", depth * 4, "");
		print_stmt_head(st, out);
		if (st->verb == VERB_ON_COMPLETE || st->verb == VERB_IN) {
			strbuf_adds(out, " {\n");
			print_body(st->body, depth + 1, out);
			strbuf_addf(out, "%*s}", depth * 4, "");
		}
		strbuf_adds(out, "\n");
	}
}

static void print_worlds(unsigned int worlds, struct strbuf *out)
{
	for (int w = 0; w < WORLD__COUNT; w++)
		if (worlds & 1u << w)
			strbuf_addf(out, " %s", world_name(w));
}

char *print_expect(const struct expect_def *e)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, "expect ");
	switch (e->kind) {
	case EXPECT_DATA_INTACT:
		strbuf_adds(&sb, "data intact");
		break;
	case EXPECT_DATA_CORRUPT:
		strbuf_adds(&sb, "data corrupt");
		break;
	case EXPECT_STATUS:
		strbuf_addf(&sb, "%s %s %s", verbs[e->verb].word, e->object, strerrorname_np(e->err));
		break;
	case EXPECT_OUTCOME:
		strbuf_addf(&sb, "outcome %s", e->object);
		break;
	case EXPECT_FAULT:
		strbuf_addf(&sb, "fault %s", e->object);
		break;
	case EXPECT_INJECTED:
		strbuf_addf(&sb, "injected %s", e->object);
		break;
	}
	if (e->printed_worlds) {
		strbuf_adds(&sb, " in");
		print_worlds(e->printed_worlds, &sb);
	}
	if (e->kernel_op[0])
		strbuf_addf(&sb, " kernel %s %u.%u", e->kernel_op, e->major, e->minor);
	if (e->arch)
		strbuf_addf(&sb, " arch %s", e->arch);
	if (e->config)
		strbuf_addf(&sb, " config %s", e->config);
	return strbuf_detach(&sb);
}

static void print_engine(const struct engine *e, struct strbuf *out)
{
	strbuf_addf(out, "engine %s %s like %s", e->name, cap_words[e->cap], e->like);
	for (int i = 0; i < ENG__COUNT; i++)
		if (e->opts[i]) {
			strbuf_addf(out, " %s ", engine_opts[i].word);
			print_expr(e->opts[i], out);
		}
	for (int i = 0; i < NR_FAULTS; i++)
		if (e->faults[i])
			strbuf_addf(out, " fault %s %s", fault_words[i], e->faults[i]);
	strbuf_adds(out, "\n");
}

static void print_buffer(const struct buffer *b, struct strbuf *out)
{
	strbuf_addf(out, "buffer %s", b->name);
	if (b->count) {
		strbuf_adds(out, "[");
		print_sum(b->count, out);
		strbuf_adds(out, "]");
	}
	strbuf_adds(out, " ");
	print_expr(b->size, out);
	strbuf_addf(out, " %s", fill_words[b->fill]);
	if (b->value) {
		strbuf_adds(out, " ");
		print_expr(b->value, out);
	}
	if (b->offset) {
		strbuf_adds(out, " offset ");
		print_expr(b->offset, out);
	}
	strbuf_adds(out, "\n");
}

static void print_setting(const char *word, const struct expr *e, struct strbuf *out)
{
	if (!e)
		return;
	strbuf_addf(out, "%s ", word);
	print_expr(e, out);
	strbuf_adds(out, "\n");
}

static void print_params(const struct scenario *s, const size_t *choice, struct strbuf *out)
{
	size_t k = 0;

	for (const struct param_def *d = s->params; d; d = d->next, k++) {
		strbuf_addf(out, "param %s =", d->name);
		for (size_t i = 0; i < d->nr; i++)
			if (!choice || choice[k] == i)
				strbuf_addf(out, " %s", d->values[i]->text);
		strbuf_adds(out, "\n");
	}
}

void print_scenario(const struct scenario *s, const struct print_cell *cell, struct strbuf *out)
{
	strbuf_addf(out, "scenario %s\n    \"%s\"\n", s->name, s->title);
	for (const struct link *l = s->links; l; l = l->next)
		strbuf_addf(out, "    link %s\n", l->url);
	strbuf_adds(out, "\n");
	print_params(s, cell ? cell->choice : NULL, out);
	if (cell || s->worlds) {
		strbuf_adds(out, "worlds");
		print_worlds(cell ? 1u << cell->world : s->worlds, out);
		strbuf_adds(out, "\n");
	}
	if (cell) {
		strbuf_addf(out, "seed %llu\nrepeat %u\n", (unsigned long long)cell->seed, cell->repeat);
	} else {
		print_setting("seed", s->seed, out);
		print_setting("repeat", s->repeat, out);
	}
	print_setting("threads", s->instances, out);
	print_setting("timeout", s->timeout, out);
	print_setting("wait-timeout", s->wait_timeout, out);
	if (s->allow_foreign)
		strbuf_adds(out, "allow foreign-map\n");
	for (const struct engine *e = s->engines; e; e = e->next)
		print_engine(e, out);
	for (const struct buffer *b = s->buffers; b; b = b->next)
		print_buffer(b, out);
	for (const struct thread *t = s->threads; t; t = t->next) {
		strbuf_addf(out, "\nthread%s%s {\n", t->name ? " " : "", t->name ? t->name : "");
		print_body(t->body, 1, out);
		strbuf_adds(out, "}\n");
	}
	if (s->expects)
		strbuf_adds(out, "\n");
	for (const struct expect_def *e = s->expects; e; e = e->next) {
		char *text = print_expect(e);

		strbuf_addf(out, "%s\n", text);
		free(text);
	}
}

void scenario_print(const struct scenario *s, FILE *out)
{
	struct strbuf sb = STRBUF_INIT;

	print_scenario(s, NULL, &sb);
	fputs(strbuf_str(&sb), out);
	strbuf_free(&sb);
}
