// SPDX-License-Identifier: GPL-2.0-only
/* Prints the canonical form of a scenario, except its steps. */
#include <stdlib.h>
#include <string.h>

#include "verbs.h"

/* How tightly an operator binds; other expressions bind tightest. */
static int binding(const struct expr *e)
{
	switch (e->op) {
	case '+':
	case '-':
		return 1;
	case '*':
	case '/':
		return 2;
	default:
		return 3;
	}
}

/*
 * Prints an expression with only the parentheses that are needed. They are then not nested
 * deeper than they were written, so that the parser accepts them again.
 */
static void print_binding(const struct expr *e, int least, struct strbuf *out)
{
	int binds = binding(e);

	if (binds == 3) {
		strbuf_addf(out, "%s%s", e->op == 'p' ? "$" : "", e->text);
		return;
	}
	strbuf_adds(out, binds < least ? "(" : "");
	print_binding(e->a, binds, out);
	strbuf_addf(out, " %c ", e->op);
	print_binding(e->b, binds + 1, out);
	strbuf_adds(out, binds < least ? ")" : "");
}

static void print_expr(const struct expr *e, struct strbuf *out)
{
	print_binding(e, 3, out);
}

/* Inside brackets a sum needs no parentheses. */
static void print_sum(const struct expr *e, struct strbuf *out)
{
	print_binding(e, 1, out);
}

static void print_bracket(const struct expr *e, const struct print_as *as, struct strbuf *out)
{
	if (as)
		print_value(e, as, out);
	else
		print_sum(e, out);
}

void print_value(const struct expr *e, const struct print_as *as, struct strbuf *out)
{
	char text[NUMBER_TEXT];
	struct number n;

	if (!as)
		print_expr(e, out);
	else if (e->op == 'l' || e->op == 'p')
		strbuf_adds(out, eval_word(as->env, e));
	else if (eval(as->env, e, &n))
		strbuf_adds(out, number_text(&n, text));
}

/* Prints an object's name, with the element and the instance if @as has them. */
void print_name(const char *name, const struct print_as *as, struct strbuf *out)
{
	strbuf_adds(out, name);
	if (as && as->element != DMT_NONE)
		strbuf_addf(out, "[%u]", as->element);
	if (as && as->instance)
		strbuf_addf(out, "#%u", as->instance);
}

void print_ref(const struct ref *r, const struct print_as *as, struct strbuf *out)
{
	if (as && as->element != DMT_NONE) {
		print_name(r->name, as, out);
	} else {
		strbuf_adds(out, r->name);
		if (r->index) {
			strbuf_adds(out, "[");
			print_bracket(r->index, as, out);
			strbuf_adds(out, "]");
		}
		if (as && as->instance)
			strbuf_addf(out, "#%u", as->instance);
	}
	if (r->off) {
		strbuf_adds(out, "@");
		print_value(r->off, as, out);
		strbuf_adds(out, "+");
		print_value(r->len, as, out);
	}
}

void print_refs(const struct ref *r, const char *between, const struct print_as *as,
		struct strbuf *out)
{
	if (as && as->only) {
		print_ref(as->only, as, out);
		return;
	}
	for (; r; r = r->next) {
		print_ref(r, as, out);
		if (r->next)
			strbuf_adds(out, between);
	}
}

static void print_body(const struct stmt *body, int depth, struct strbuf *out)
{
	for (const struct stmt *st = body; st; st = st->next) {
		strbuf_addf(out, "%*s", depth * 4, "");
		print_stmt(st, NULL, out);
		if (st->verb->emit == emit_on_complete || st->verb->emit == emit_in) {
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

	strbuf_adds(&sb, e->allowed ? "allow " : "expect ");
	switch (e->kind) {
	case EXPECT_DATA_INTACT:
	case EXPECT_DATA_CORRUPT:
		strbuf_addf(&sb, "data %s", data_words[e->kind]);
		break;
	case EXPECT_STATUS:
		strbuf_addf(&sb, "%s ", e->verb->word);
		print_ref(e->object, NULL, &sb);
		strbuf_addf(&sb, " %s", strerrorname_np(e->err));
		break;
	case EXPECT_OUTCOME:
		strbuf_addf(&sb, "outcome %s", e->fate);
		break;
	case EXPECT_FAULT:
		strbuf_addf(&sb, "fault %s", e->object->name);
		break;
	case EXPECT_INJECTED:
		strbuf_addf(&sb, "injected %s", e->object->name);
		break;
	case EXPECT_STAGE:
		strbuf_addf(&sb, "%s %s", stage_words[e->stage], data_words[!e->intact]);
		break;
	case EXPECT_OFFLOAD:
		strbuf_addf(&sb, "offload %s", e->object->name);
		for (int i = 0; i < NR_OPS; i++)
			if (e->ops & 1u << i)
				strbuf_addf(&sb, " %s", op_words[i]);
		break;
	case EXPECT_WITNESS:
		strbuf_addf(&sb, "witness %s", witness_words[e->witness - 1]);
		break;
	case EXPECT_VIOLATION:
		strbuf_adds(&sb, e->class);
		if (e->object) {
			strbuf_adds(&sb, " ");
			print_ref(e->object, NULL, &sb);
		}
		break;
	}
	if (e->written_worlds) {
		strbuf_adds(&sb, " in");
		print_worlds(e->written_worlds, &sb);
	}
	if (e->kernel_op[0])
		strbuf_addf(&sb, " kernel %s %u.%u", e->kernel_op, e->major, e->minor);
	if (e->arch)
		strbuf_addf(&sb, " arch %s", e->arch);
	if (e->config)
		strbuf_addf(&sb, " config %s", e->config);
	if (e->engines)
		strbuf_addf(&sb, " on %s", engines_words[e->engines - 1]);
	if (e->when)
		strbuf_addf(&sb, " when %s %s", e->when, e->value);
	if (e->sometimes)
		strbuf_adds(&sb, " sometimes");
	return strbuf_detach(&sb);
}

static void print_fault(const struct fault *f, const char *word, struct strbuf *out)
{
	strbuf_addf(out, " fault %s ", word);
	print_expr(f->interval, out);
	strbuf_adds(out, ",");
	print_expr(f->probability, out);
	strbuf_adds(out, ",");
	print_expr(f->space, out);
	strbuf_adds(out, ",");
	if (f->unlimited)
		strbuf_adds(out, "-1");
	else
		print_expr(f->times, out);
}

static void print_engine(const struct engine *e, struct strbuf *out)
{
	strbuf_addf(out, "engine %s %s %s %s", e->name, cap_words[e->cap], e->on ? "on" : "like",
		    e->on ? e->on : e->like->word);
	for (int i = 0; i < ENG__COUNT; i++)
		if (e->opts[i]) {
			strbuf_addf(out, " %s ", engine_opts[i].word);
			print_expr(e->opts[i], out);
		}
	for (int i = 0; i < NR_FAULTS; i++)
		if (e->faults[i].interval)
			print_fault(&e->faults[i], fault_words[i], out);
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
	if (b->memory)
		strbuf_addf(out, " in %s", memory_words[b->memory]);
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

static void print_settings(const struct scenario *s, const struct print_cell *cell,
			   struct strbuf *out)
{
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
	print_setting("depth", s->depth, out);
	print_setting("timeout", s->timeout, out);
	print_setting("wait-timeout", s->wait_timeout, out);
	if (s->allow_foreign)
		strbuf_adds(out, "allow foreign-map\n");
	if (s->require)
		strbuf_addf(out, "require config %s\n", s->require);
	if (s->drivers || (cell && cell->drivers))
		strbuf_adds(out, "engines drivers\n");
	if (s->observe_off)
		strbuf_adds(out, "observe off\n");
	if (s->observe_cpu)
		strbuf_adds(out, "observe cpu\n");
}

static void print_workload(const struct workload *w, struct strbuf *out)
{
	if (!w)
		return;
	strbuf_addf(out, "\nworkload %s {\n", workload_words[w->kind]);
	for (int i = 0; workload_opts(w->kind)[i].word; i++) {
		if (!w->opts[i])
			continue;
		strbuf_addf(out, "    %s ", workload_opts(w->kind)[i].word);
		print_expr(w->opts[i], out);
		strbuf_adds(out, "\n");
	}
	strbuf_adds(out, "}\n");
}

void print_scenario(const struct scenario *s, const struct print_cell *cell, struct strbuf *out)
{
	strbuf_addf(out, "scenario %s\n    \"%s\"\n", s->name, s->title);
	for (const struct link *l = s->links; l; l = l->next)
		strbuf_addf(out, "    link %s\n", l->url);
	strbuf_adds(out, "\n");
	print_params(s, cell ? cell->choice : NULL, out);
	print_settings(s, cell, out);
	for (const struct engine *e = s->engines; e; e = e->next)
		print_engine(e, out);
	for (const struct buffer *b = s->buffers; b; b = b->next)
		print_buffer(b, out);
	for (const struct thread *t = s->threads; t; t = t->next) {
		strbuf_addf(out, "\nthread%s%s {\n", t->name ? " " : "", t->name ? t->name : "");
		print_body(t->body, 1, out);
		strbuf_adds(out, "}\n");
	}
	print_workload(s->workload, out);
	if (s->expects)
		strbuf_adds(out, "\n");
	for (const struct expect_def *e = s->expects; e; e = e->next) {
		char *text;

		/* For one cell leave out the expectations of others. */
		if (cell && !is_when(s, cell->choice, e))
			continue;
		text = print_expect(e);

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
