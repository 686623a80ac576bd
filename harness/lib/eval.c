// SPDX-License-Identifier: GPL-2.0-only
/* Values of expressions, for one choice of the parameters. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ast.h"

struct number {
	uint64_t n;
	enum unit unit;
};

const struct expr *eval_literal(const struct env *env, const struct expr *e)
{
	size_t i = 0;

	if (e->op != 'p')
		return e;
	for (const struct param_def *p = env->s->params; p; p = p->next, i++)
		if (!strcmp(p->name, e->text))
			return p->values[env->choice[i]];
	return e;
}

static bool fail(const struct env *env, struct pos pos, const char *what, const char *text)
{
	return ast_error(env->diag, env->s->file, pos, what, text);
}

static bool parse_literal(const struct env *env, const struct expr *e, struct number *out)
{
	static const struct {
		const char *suffix;
		enum unit unit;
		uint64_t factor;
	} suffixes[] = {
		{ "", UNIT_NONE, 1 }, { "K", UNIT_SIZE, 1024 },
		{ "M", UNIT_SIZE, 1024 * 1024 }, { "G", UNIT_SIZE, 1024 * 1024 * 1024 },
		{ "ns", UNIT_TIME, 1 }, { "us", UNIT_TIME, 1000 },
		{ "ms", UNIT_TIME, 1000000 }, { "s", UNIT_TIME, 1000000000 },
	};
	const char *digits = e->text;
	bool is_hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	uint64_t n = 0;
	char *end;

	if (!isdigit((unsigned char)*digits))
		return fail(env, e->pos, "want a number here, not '%s'", e->text);
	/* Hex digits would swallow nothing: no suffix begins with one. */
	n = strtoull(digits, &end, is_hex ? 16 : 10);
	if (end - digits > 20)
		return fail(env, e->pos, "'%s' is too large a number", e->text);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (strcmp(end, suffixes[i].suffix))
			continue;
		if (__builtin_mul_overflow(n, suffixes[i].factor, &out->n) ||
		    n == UINT64_MAX)
			return fail(env, e->pos, "'%s' is too large a number", e->text);
		out->unit = suffixes[i].unit;
		return true;
	}
	return fail(env, e->pos, "'%s' is no number: sizes end in K, M, G, durations in ns, us, ms, s",
		    e->text);
}

static bool eval(const struct env *env, const struct expr *e, struct number *out)
{
	struct number a, b;
	bool over;

	if (e->op == 'l' || e->op == 'p') {
		const struct expr *lit = eval_literal(env, e);

		if (lit->op != 'l')
			return fail(env, e->pos, "there is no param '%s'", e->text);
		return parse_literal(env, lit, out);
	}
	if (!eval(env, e->a, &a) || !eval(env, e->b, &b))
		return false;
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
			return fail(env, e->pos, "division by zero%s", "");
		over = false;
		out->n = a.n / b.n;
	}
	if (over)
		return fail(env, e->pos, "the result is %s",
			    e->op == '-' ? "less than zero" : "too large");
	out->unit = a.unit ? a.unit : b.unit;
	return true;
}

bool eval_number(const struct env *env, const struct expr *e, const char *what,
		 enum unit unit, uint64_t min, uint64_t max, uint64_t *out)
{
	struct number n;

	if (!eval(env, e, &n))
		return false;
	if (n.unit == UNIT_TIME && unit != UNIT_TIME)
		return ast_error(env->diag, env->s->file, e->pos,
				 "%s is no duration; want a plain number or a size", what);
	if (unit == UNIT_TIME && n.unit != UNIT_TIME && n.n)
		return ast_error(env->diag, env->s->file, e->pos,
				 "%s is a duration: give it a unit, such as 10us", what);
	if (n.n < min || n.n > max)
		return ast_error(env->diag, env->s->file, e->pos,
				 "%s is %llu%s, want %llu to %llu", what,
				 (unsigned long long)n.n, unit == UNIT_TIME ? " ns" : "",
				 (unsigned long long)min, (unsigned long long)max);
	*out = n.n;
	return true;
}

const char *eval_word(const struct env *env, const struct expr *e)
{
	return eval_literal(env, e)->text;
}
