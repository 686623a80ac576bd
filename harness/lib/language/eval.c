// SPDX-License-Identifier: GPL-2.0-only
/* Evaluates expressions, for one choice of the parameters. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ast.h"

struct suffix {
	const char *text;
	enum unit unit;
	uint64_t factor;
};

/* For each unit the largest suffix comes first. */
static const struct suffix suffixes[] = {
	{ "", UNIT_NONE, 1 },
	{ "G", UNIT_SIZE, 1 << 30 }, { "M", UNIT_SIZE, 1 << 20 },
	{ "K", UNIT_SIZE, 1 << 10 }, { "", UNIT_SIZE, 1 },
	{ "s", UNIT_TIME, 1000000000 }, { "ms", UNIT_TIME, 1000000 },
	{ "us", UNIT_TIME, 1000 }, { "ns", UNIT_TIME, 1 },
};

#define NR_SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

int number_parse(const char *text, struct number *out)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	uint64_t n;
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	n = strtoull(text, &end, hex ? 16 : 10);
	if (errno)
		return -ERANGE;
	for (size_t i = 0; i < NR_SUFFIXES; i++) {
		if (strcmp(end, suffixes[i].text))
			continue;
		out->unit = suffixes[i].unit;
		if (__builtin_mul_overflow(n, suffixes[i].factor, &out->n))
			return -ERANGE;
		return 0;
	}
	return -EINVAL;
}

char *number_text(const struct number *n, char out[NUMBER_TEXT])
{
	const struct suffix *u = suffixes;

	while (u->unit != n->unit || (u->factor > 1 && (!n->n || n->n % u->factor)))
		u++;
	snprintf(out, NUMBER_TEXT, "%llu%s", (unsigned long long)(n->n / u->factor), u->text);
	return out;
}

static const struct expr *resolve(const struct env *env, const struct expr *e)
{
	size_t i = 0;

	if (e->op != 'p')
		return e;
	/* The parser has checked that the parameter exists. */
	for (const struct param_def *p = env->s->params; p; p = p->next, i++)
		if (!strcmp(p->name, e->text))
			return p->values[env->choice[i]];
	return e;
}

static bool fail(const struct env *env, const struct expr *e, const char *why)
{
	return diag_error(env->diag, env->s->file, e->pos, "%s", why);
}

static bool eval_literal(const struct env *env, const struct expr *e, struct number *out)
{
	int err = number_parse(e->text, out);

	if (!err)
		return true;
	if (!isdigit((unsigned char)*e->text))
		return diag_error(env->diag, env->s->file, e->pos,
				  "want a number here, not '%s'", e->text);
	return diag_error(env->diag, env->s->file, e->pos, NUMBER_WRONG(err), e->text);
}

/* The unit of a result: 4K + 1 is a size, 4K + 1us an error, 10us / 2us a plain number. */
static bool combine_units(char op, enum unit a, enum unit b, enum unit *out)
{
	if (op == '*' && a && b)
		return false;
	if (op == '/' && b) {
		*out = UNIT_NONE;
		return a == b;
	}
	*out = a ? a : b;
	return !a || !b || a == b;
}

bool eval(const struct env *env, const struct expr *e, struct number *out)
{
	struct number a, b;
	bool over = false;

	if (e->op == 'l' || e->op == 'p')
		return eval_literal(env, resolve(env, e), out);
	if (!eval(env, e->a, &a) || !eval(env, e->b, &b))
		return false;
	if (!combine_units(e->op, a.unit, b.unit, &out->unit))
		return fail(env, e, "sizes and durations do not mix like this");
	switch (e->op) {
	case '+':
		over = __builtin_add_overflow(a.n, b.n, &out->n);
		break;
	case '-':
		over = __builtin_sub_overflow(a.n, b.n, &out->n);
		break;
	case '*':
		over = __builtin_mul_overflow(a.n, b.n, &out->n);
		break;
	default:
		if (!b.n)
			return fail(env, e, "division by zero");
		out->n = a.n / b.n;
	}
	if (over)
		return fail(env, e, e->op == '-' ? "the result is less than zero"
						  : "the result is too large");
	return true;
}

bool eval_number(const struct env *env, const struct expr *e, const char *what,
		 enum unit unit, uint64_t min, uint64_t max, uint64_t *out)
{
	/* Print sizes in bytes, as limits such as 4194303 have no suffix. */
	enum unit shown = unit == UNIT_TIME ? UNIT_TIME : UNIT_NONE;
	char is[NUMBER_TEXT], from[NUMBER_TEXT], to[NUMBER_TEXT];
	struct number n;

	if (!eval(env, e, &n))
		return false;
	if (n.unit == UNIT_TIME && unit != UNIT_TIME)
		return diag_error(env->diag, env->s->file, e->pos,
				  "%s is no duration; want a plain number or a size", what);
	if (unit == UNIT_TIME && n.unit != UNIT_TIME && n.n)
		return diag_error(env->diag, env->s->file, e->pos,
				  "%s is a duration: give it a unit, such as 10us", what);
	if (n.n < min || n.n > max)
		return diag_error(env->diag, env->s->file, e->pos, "%s is %s, want %s to %s", what,
				  number_text(&(struct number) { n.n, shown }, is),
				  number_text(&(struct number) { min, shown }, from),
				  number_text(&(struct number) { max, shown }, to));
	*out = n.n;
	return true;
}

const char *eval_word(const struct env *env, const struct expr *e)
{
	return resolve(env, e)->text;
}

bool is_when(const struct scenario *s, const size_t *choice, const struct expect_def *e)
{
	size_t k = 0;

	for (const struct param_def *p = s->params; p && e->when; p = p->next, k++)
		if (!strcmp(p->name, e->when))
			return !strcmp(p->values[choice[k]]->text, e->value);
	return true;
}
