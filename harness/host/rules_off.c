// SPDX-License-Identifier: GPL-2.0-only
/* Asks of each random program which missing rules of judge and model it would have shown. */
#include "rules_off.h"

#include "surprise.h"

static void note(uint64_t *first, uint64_t number)
{
	if (!*first || number < *first)
		*first = number;
}

static bool is_settled(uint64_t first, uint64_t number)
{
	return first && first <= number;
}

static void ask_judge(struct rules_off *rules, const struct run *run, uint32_t i,
		      const struct prediction *p, uint64_t number)
{
	for (size_t k = 0; k < p->nr_claims; k++) {
		const struct model_claim *claim = &p->claims[k];
		const struct violation *class = violation_find(claim->class);

		if (!class || !surprise_is_named(&run->cells[i], &run->results[i], p, claim))
			continue;
		note(&rules->named[class->id], number);
		if (claim->sure == MODEL_MUST && !claim->unseen)
			note(&rules->judge[class->id], number);
	}
}

/* Rules that name a class change nothing where they claim nothing. */
static bool may_matter(const struct prediction *p, unsigned int rule)
{
	for (size_t k = 0; k < p->nr_claims; k++)
		if (p->claims[k].rule == rule)
			return true;
	return !model_rule(rule)->class;
}

static bool surprises_without(const struct run *run, uint32_t i, unsigned int rule)
{
	const struct model_options options = { .off = 1ull << rule | run->predict_off,
					       .max_states = run->predict_states };
	struct strbuf lines = STRBUF_INIT;
	struct prediction p;
	bool surprises;

	if (model_predict(&run->cells[i], &options, &p))
		return false;
	surprise_find(&run->cells[i], &run->results[i], &p, &lines);
	surprises = lines.len;
	strbuf_free(&lines);
	prediction_free(&p);
	return surprises;
}

static void ask_model(struct rules_off *rules, const struct run *run, uint32_t i,
		      const struct prediction *p, uint64_t number)
{
	for (unsigned int rule = 0; model_rule(rule) && rule < RULES_MODEL; rule++) {
		if (is_settled(rules->model[rule], number) || !may_matter(p, rule))
			continue;
		if (model_rule(rule)->class)
			note(&rules->claimed[rule], number);
		if (surprises_without(run, i, rule))
			note(&rules->model[rule], number);
	}
}

void rules_off_ask(struct rules_off *rules, const struct run *run, uint32_t i,
		   const struct prediction *p, bool surprised)
{
	uint64_t number = rules->numbers[i];

	if (surprised || p->partial || p->undecided || p->skipped)
		return;
	ask_judge(rules, run, i, p, number);
	ask_model(rules, run, i, p, number);
}

void rules_off_alone(struct rules_off *rules, enum violation_id class, uint64_t number)
{
	note(&rules->judge[class], number);
}

/* Why no program commits the class, or NULL. */
static const char *why_not(enum violation_id id)
{
	static const char *const why[V__COUNT] = {
#define WHY(id, reason)	[id] = reason,
#include "rules_why.h"
#undef WHY
	};

	return why[id];
}

/* @met: the first program of which @what is true; @class: what the rule names, or NULL. */
static void print_row(FILE *out, const char *name, uint64_t noticed, uint64_t met, const char *what,
		      const struct violation *class)
{
	const char *why = class ? why_not(class->id) : NULL;

	fprintf(out, "| %s | ", name);
	if (noticed)
		fprintf(out, "%llu | |\n", (unsigned long long)noticed);
	else if (met)
		fprintf(out, "- | %s from program %llu on, but never where it must be named%s%s |\n",
			what, (unsigned long long)met, why ? ": " : "", why ?: "");
	else if (why)
		fprintf(out, "- | not drawn: %s |\n", why);
	else
		fprintf(out, "- | no program of this run |\n");
}

void rules_off_print(const struct rules_off *rules, uint64_t programs, const char *how, FILE *out)
{
	fprintf(out,
		"# Which rules fuzz would miss\n\n"
		"Of %llu random programs (%s), the first that would have been a disagreement if this rule of the\n"
		"judge, or of the ownership model, were switched off. `make fuzz-rules` makes this page;\n"
		"[how programs are drawn](../harness/lib/fuzz/README.md).\n\n"
		"| rule of the judge | noticed by program | |\n|---|---|---|\n",
		(unsigned long long)programs, how);
	for (int id = 0; id < V__COUNT; id++)
		if (violation_get(id)->seen)
			print_row(out, violation_get(id)->name, rules->judge[id], rules->named[id],
				  "named", violation_get(id));
	fprintf(out, "\n| rule of the model | noticed by program | |\n|---|---|---|\n");
	for (unsigned int i = 0; model_rule(i) && i < RULES_MODEL; i++)
		print_row(out, model_rule(i)->name, rules->model[i], rules->claimed[i], "claimed",
			  model_rule(i)->class ? violation_find(model_rule(i)->class) : NULL);
}
