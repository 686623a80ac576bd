// SPDX-License-Identifier: GPL-2.0-only
/* expect WHAT { GUARD } */
#include <stdlib.h>
#include <string.h>

#include "verbs.h"
#include "lib/judge/violation.h"

#define NR_ERRNOS 134	/* of the generic kernel ABI */

static int parse_errno(struct parser *p)
{
	const char *names[NR_ERRNOS + 1], *near = NULL;
	int i, n = 0;

	/* Numbers without a name (41, 58) must not end the list. */
	for (i = 1; i < NR_ERRNOS; i++)
		names[n++] = strerrorname_np(i) ? strerrorname_np(i) : "";
	names[n] = NULL;
	i = p->t.kind == TOK_WORD ? word_index(names, p->t.s, p->t.len) : -1;
	if (i >= 0) {
		advance(p);
		return i + 1;
	}
	if (p->t.kind == TOK_WORD)
		near = word_nearest(names, p->t.s, p->t.len);
	parse_fail(p, "want an error such as ETIMEDOUT, EIO, ENOMEM, ENXIO or ECANCELED%s%s%s",
		   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	return 0;
}

#define MAX_VERSION 999

static void parse_kernel(struct parser *p, struct expect_def *e)
{
	static const char *const ops[] = { "<", "<=", ">=", ">", "==", NULL };
	int op = p->t.kind == TOK_PUNCT ? word_index(ops, p->t.s, p->t.len) : -1;
	unsigned long major, minor;
	char *version, *dot;

	if (e->kernel_op[0])
		parse_fail(p, "one kernel guard, not two; an expect for each range");
	if (op >= 0)
		advance(p);
	if (op < 0 || p->t.kind != TOK_VERSION) {
		parse_fail(p, "want a kernel guard such as: kernel >= 6.6");
		return;
	}
	version = token_dup(p);
	major = strtoul(version, &dot, 10);
	minor = strtoul(dot + 1, NULL, 10);
	if (major > MAX_VERSION || minor > MAX_VERSION) {
		parse_fail(p, "there is no kernel %.20s", version);
		return;
	}
	memcpy(e->kernel_op, ops[op], strlen(ops[op]) + 1);
	e->major = major;
	e->minor = minor;
	advance(p);
}

static void parse_in_worlds(struct parser *p, struct expect_def *e)
{
	if (e->worlds)
		parse_fail(p, "one list of worlds, not two: in bounce strict");
	e->written_worlds = parse_bits(p, world_words, "world");
	e->worlds = e->written_worlds;
	if (e->worlds & 1u << WORLD_BOUNCE)
		e->worlds |= 1u << WORLD_BOUNCE32;
}

/* when PARAMETER VALUE */
static void parse_when(struct parser *p, struct expect_def *e)
{
	e->when_pos = here(p);
	e->when = parse_name(p, "a parameter's name: when size 4K");
	if (p->t.kind != TOK_WORD && p->t.kind != TOK_NUMBER) {
		parse_fail(p, "want one of the parameter's values, such as: when size 4K");
		return;
	}
	e->value = token_dup(p);
	advance(p);
}

static void parse_guards(struct parser *p, struct expect_def *e)
{
	for (;;) {
		if (accept(p, "in")) {
			parse_in_worlds(p, e);
		} else if (accept(p, "kernel")) {
			parse_kernel(p, e);
		} else if (!e->arch && accept(p, "arch")) {
			e->arch = parse_name(p, "an architecture, as of --arch");
		} else if (!e->config && accept(p, "config")) {
			e->config = parse_config(p);
		} else if (!e->engines && accept(p, "on")) {
			e->engines = 1 + parse_word(p, engines_words, "kind of engines");
		} else if (!e->when && accept(p, "when")) {
			parse_when(p, e);
		} else {
			return;
		}
	}
}

/* What may be seen or not, as where no seed fixes the interleaving. */
static void parse_sometimes(struct parser *p, struct expect_def *e)
{
	struct pos pos = here(p);

	if (!accept(p, "sometimes"))
		return;
	e->sometimes = true;
	if (e->kind == EXPECT_DATA_INTACT || e->kind == EXPECT_OFFLOAD ||
	    (e->kind == EXPECT_STAGE && e->intact))
		parse_fail_at(p, pos, "what is right only sometimes is wrong sometimes: say that, as in: expect data corrupt sometimes");
}

static void unknown_expect(struct parser *p)
{
	const char *near = p->t.kind == TOK_WORD ? violation_nearest(token_dup(p)) : NULL;
	char have[64];

	if (near)
		parse_fail(p, "%s is no class of violation; did you mean '%s'?", found(p, have), near);
	else
		parse_fail(p, "%s is no expectation; there are: data intact|corrupt, STAGE intact|corrupt and offload ENGINE OPERATION of workloads, STEP OBJECT ERRNO, outcome FATE, witness NAME, fault ENGINE, injected ENGINE, and classes of violations such as: early-map MAP",
			   found(p, have));
}

static const char *const guard_words[] = { "in", "kernel", "arch", "config", "when", "on", "sometimes", NULL };

/* CLASS [OBJECT]; the compiler finds out what kind of object it is. */
static void parse_violation(struct parser *p, struct expect_def *e, const struct violation *v)
{
	if (!v->seen) {
		parse_fail(p, "the judge never sees %s: %s", v->name, v->why_not);
		return;
	}
	e->kind = EXPECT_VIOLATION;
	e->class = v->name;
	advance(p);
	if (!at_name(p) || at_word(p, guard_words))
		return;
	e->object = parse_ref(p, "a map, a transaction or an engine");
	if (e->object->off)
		parse_fail_at(p, e->object->pos, "name the object alone: any part of it is meant");
}

static void parse_witness(struct parser *p, struct expect_def *e)
{
	e->kind = EXPECT_WITNESS;
	e->witness = 1 + parse_word(p, witness_words, "witness");
}

void parse_allowed(struct parser *p)
{
	const struct violation *v = p->t.kind == TOK_WORD ? violation_find(token_dup(p)) : NULL;
	struct expect_def *e = NEW(p, struct expect_def);
	const char *near = p->t.kind == TOK_WORD ? violation_nearest(token_dup(p)) : NULL;
	char have[64];

	e->pos = here(p);
	e->allowed = true;
	if (accept(p, "witness")) {
		parse_witness(p, e);
		parse_guards(p, e);
		APPEND_NODE(p, struct expect_def, &p->s->expects, e, MAX_EXPECTS, "expectations");
		return;
	}
	if (!v && near)
		parse_fail(p, "%s is nothing to allow; did you mean '%s'?", found(p, have), near);
	else if (!v)
		parse_fail(p, "%s is nothing to allow; want foreign-map, witness NAME, or a class of violation that may be found or not",
			   found(p, have));
	if (!v)
		return;
	parse_violation(p, e, v);
	parse_guards(p, e);
	APPEND_NODE(p, struct expect_def, &p->s->expects, e, MAX_EXPECTS, "expectations");
}

static void parse_status(struct parser *p, struct expect_def *e, const struct verb *verb)
{
	e->kind = EXPECT_STATUS;
	e->verb = verb;
	e->object = parse_ref(p, "the step's object, such as t_copy");
	if (e->object->off)
		parse_fail_at(p, e->object->pos, "name the object alone: all such steps are meant");
	e->err = parse_errno(p);
}

void parse_expect(struct parser *p)
{
	struct expect_def *e = NEW(p, struct expect_def);
	const struct verb *verb = find_verb(&p->t);
	const struct violation *class = p->t.kind == TOK_WORD ? violation_find(token_dup(p)) : NULL;

	e->pos = here(p);
	if (verb && verb->step != DMT_STEP_NOP) {
		advance(p);
		parse_status(p, e, verb);
	} else if (accept(p, "data")) {
		e->kind = parse_word(p, data_words, "data") ? EXPECT_DATA_CORRUPT
							     : EXPECT_DATA_INTACT;
	} else if (accept(p, "outcome")) {
		e->kind = EXPECT_OUTCOME;
		e->fate = fate_words[parse_word(p, fate_words, "outcome")];
	} else if (token_is(&p->t, "fault") || token_is(&p->t, "injected")) {
		e->kind = token_is(&p->t, "fault") ? EXPECT_FAULT : EXPECT_INJECTED;
		advance(p);
		e->object = parse_ref(p, "an engine's name");
		if (e->object->off || e->object->index)
			parse_fail_at(p, e->object->pos, "an engine has no parts");
	} else if (at_word(p, stage_words)) {
		e->kind = EXPECT_STAGE;
		e->stage = parse_word(p, stage_words, "stage");
		e->intact = !parse_word(p, data_words, "stage's data");
	} else if (accept(p, "offload")) {
		e->kind = EXPECT_OFFLOAD;
		e->object = parse_ref(p, "an engine's name");
		e->ops = parse_bits(p, op_words, "operation");
	} else if (accept(p, "witness")) {
		parse_witness(p, e);
	} else if (class) {
		parse_violation(p, e, class);
	} else {
		unknown_expect(p);
		return;
	}
	parse_guards(p, e);
	parse_sometimes(p, e);
	APPEND_NODE(p, struct expect_def, &p->s->expects, e, MAX_EXPECTS, "expectations");
}

/* Without its event a class is never found, and such an expectation would always fail. */
void check_watched(struct parser *p)
{
	for (const struct expect_def *e = p->s->expects; e && !p->s->observe_cpu; e = e->next)
		if (e->kind == EXPECT_VIOLATION && !e->allowed &&
		    violation_find(e->class)->needs == NEEDS_CPU_WATCH)
			parse_fail_at(p, e->pos, "%s is found only where the CPU is watched: say 'observe cpu' above",
				      e->class);
}
