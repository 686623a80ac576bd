// SPDX-License-Identifier: GPL-2.0-only
/* Prints the canonical form of steps. */
#include "verbs.h"

static void print_bits(unsigned int bits, const char *const *words, struct strbuf *out)
{
	for (int i = 0; words[i]; i++)
		if (bits & 1u << i)
			strbuf_addf(out, " %s", words[i]);
}

void print_map(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_name(st->name, as, out);
	if (st->list) {
		strbuf_adds(out, " = again ");
		print_name(st->list, as, out);
		return;
	}
	strbuf_addf(out, " = %s ", st->engine);
	print_ref(st->refs, as, out);
	strbuf_addf(out, " %s", dir_words[st->word]);
	if (st->kind != DMT_MAP_PAGE)
		strbuf_addf(out, " %s", kind_words[st->kind]);
	if (st->flags) {
		strbuf_adds(out, " attrs");
		print_bits(st->flags, attr_words, out);
	}
}

void print_alloc(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_name(st->name, as, out);
	strbuf_addf(out, " = %s ", st->engine);
	print_value(st->a, as, out);
	if (st->kind == DMT_MAP_NONCOHERENT)
		strbuf_addf(out, " %s", dir_words[st->word]);
}

/* Prints unmap, and also sync and submit. */
void print_unmap(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_refs(st->refs, " ", as, out);
	if (!st->wrong)
		return;
	strbuf_addf(out, " %s", wrong_words[st->wrong - 1]);
	switch (st->wrong) {
	case DMT_WRONG_ENGINE:
		strbuf_addf(out, " %s", st->engine);
		break;
	case DMT_WRONG_DIR:
		strbuf_addf(out, " %s", dir_words[st->word]);
		break;
	case DMT_WRONG_KIND:
		strbuf_addf(out, " %s", kind_words[st->kind]);
		break;
	case DMT_WRONG_SIZE:
	case DMT_WRONG_ADDRESS:
	case DMT_WRONG_NENTS:
		strbuf_adds(out, st->wrong == DMT_WRONG_ADDRESS ? " +" : " ");
		print_value(st->a, as, out);
		break;
	}
}

void print_prep(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_name(st->name, as, out);
	strbuf_addf(out, " = %s %s ", st->engine, cap_words[st->word]);
	print_ref(st->dst, as, out);
	strbuf_adds(out, " <- ");
	print_refs(st->refs, " ", as, out);
	if (st->has_flags) {
		strbuf_adds(out, " flags");
		print_bits(st->flags, txflag_words, out);
		if (!(st->flags & ~(DMT_TX_STALE | DMT_TX_BEYOND)))
			strbuf_adds(out, " none");
	}
	if (st->after) {
		strbuf_adds(out, " after ");
		print_name(st->after, as, out);
	}
	if (st->flags & DMT_TX_STALE)
		strbuf_adds(out, " stale");
	if (st->flags & DMT_TX_BEYOND)
		strbuf_adds(out, " beyond");
}

void print_operands(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_refs(st->refs, " ", as, out);
}

/* Engines are shared by all instances. */
void print_engines(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	struct print_as shared;

	if (as) {
		shared = *as;
		shared.instance = 0;
		as = &shared;
	}
	print_refs(st->refs, " ", as, out);
}

void print_wait(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_refs(st->refs, " ", as, out);
	if (st->a) {
		strbuf_adds(out, " timeout ");
		print_value(st->a, as, out);
	}
}

void print_cpu_write(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_refs(st->refs, " ", as, out);
	strbuf_addf(out, " %s", fill_words[st->word]);
	if (st->a) {
		strbuf_adds(out, " ");
		print_value(st->a, as, out);
	}
}

void print_cpu_op(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_ref(st->dst, as, out);
	strbuf_adds(out, " <- ");
	print_refs(st->refs, " ", as, out);
}

void print_check(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_ref(st->dst, as, out);
	strbuf_adds(out, " == ");
	print_refs(st->refs, " ^ ", as, out);
}

void print_delay(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_value(st->a, as, out);
	if (st->b) {
		strbuf_adds(out, "..");
		print_value(st->b, as, out);
	}
}

void print_barrier(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_name(st->name, as, out);
}

void print_crash(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	(void)as;
	strbuf_adds(out, crash_words[st->word]);
}

void print_in(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	print_value(st->a, as, out);
}

void print_stmt(const struct stmt *st, const struct print_as *as, struct strbuf *out)
{
	strbuf_addf(out, "%s ", st->verb->word);
	st->verb->print(st, as, out);
}
