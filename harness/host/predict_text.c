// SPDX-License-Identifier: GPL-2.0-only
/* Predictions of the model as lines of text and as JSON. */
#include "predict_text.h"

#include <string.h>

#include "lib/base/json_text.h"
#include "lib/verdict/verdict_steps.h"

/* ---- names ---- */

/* The step of type @op about object @object, whose text names it. */
static const char *step_about(const struct cell *cell, uint16_t op, uint32_t object)
{
	struct dmt_step step;

	for (uint32_t i = 0; i < cell->nr_steps; i++)
		if (verdict_program_step(cell, i, &step) && le16toh(step.op) == op &&
		    le32toh(step.obj) == object)
			return cell->step_text[i];
	return NULL;
}

void predict_name(const struct cell *cell, enum model_on on, uint32_t object, struct strbuf *out)
{
	const char *text = NULL, *name;

	if (on == MODEL_ON_ENGINE && object < cell->nr_engines)
		strbuf_adds(out, cell->engine_names[object]);
	if (on == MODEL_ON_MAP)
		text = step_about(cell, DMT_STEP_MAP, object);
	else if (on == MODEL_ON_TX)
		text = step_about(cell, DMT_STEP_PREP, object);
	name = text ? strchr(text, ' ') : NULL;	/* "map NAME = ...", "prep NAME = ..." */
	if (name)
		strbuf_add(out, name + 1, strcspn(name + 1, " "));
	else if (on == MODEL_ON_MAP || on == MODEL_ON_TX)
		strbuf_addf(out, "%s %u", on == MODEL_ON_MAP ? "map" : "transaction", object);
}

static unsigned int line_of(const struct cell *cell, uint32_t i)
{
	struct dmt_step step;

	return verdict_program_step(cell, i, &step) ? le32toh(step.line) : 0;
}

static const char *text_of(const struct cell *cell, uint32_t i)
{
	return i < cell->nr_steps ? cell->step_text[i] : "?";
}

/* ---- text ---- */

static void print_claim(const struct cell *cell, const struct model_claim *c, struct strbuf *out)
{
	struct strbuf name = STRBUF_INIT;

	predict_name(cell, c->on, c->object, &name);
	strbuf_addf(out, "    %-6s %s%s%s", c->unseen ? "unseen" : model_sure_name(c->sure),
		    c->class, name.len ? " " : "", strbuf_str(&name));
	if (c->unseen && c->sure == MODEL_MAY)
		strbuf_adds(out, " (may)");
	if (c->step != DMT_NONE)
		strbuf_addf(out, "  line %u: %s", line_of(cell, c->step), text_of(cell, c->step));
	strbuf_addc(out, '\n');
	strbuf_free(&name);
}

static void print_turn(const struct cell *cell, const struct model_turn *t, struct strbuf *out)
{
	struct strbuf name = STRBUF_INIT;

	switch (t->what) {
	case MODEL_TURN_STEP:
	case MODEL_TURN_TIMEOUT:
		strbuf_addf(out, "        %-4u %s%s\n", line_of(cell, t->step), text_of(cell, t->step),
			    t->what == MODEL_TURN_TIMEOUT ? " (times out)" : "");
		break;
	default:
		predict_name(cell, MODEL_ON_TX, t->who, &name);
		strbuf_addf(out, "             %s %s\n", strbuf_str(&name),
			    t->what == MODEL_TURN_MOVES ? "moves its bytes" : "completes");
	}
	strbuf_free(&name);
}

void predict_schedule(const struct cell *cell, const struct model_outcome *o, struct strbuf *out)
{
	for (size_t i = 0; i < o->nr_turns; i++)
		print_turn(cell, &o->turns[i], out);
}

static void print_outcome(const struct cell *cell, const struct model_outcome *o,
			  struct strbuf *out)
{
	strbuf_addf(out, "    some order: %s%s", o->corrupt ? "corrupt" : "intact",
		    o->fault ? ", with an access fault" : "");
	if (o->corrupt)
		strbuf_addf(out, ", first by line %u: %s", line_of(cell, o->wrong_step),
			    text_of(cell, o->wrong_step));
	strbuf_addf(out, "; the shortest, %zu turns\n", o->nr_turns);
	predict_schedule(cell, o, out);
}

static void print_faults(const struct cell *cell, const struct prediction *p, struct strbuf *out)
{
	for (unsigned int e = 0; e < cell->nr_engines && e < DMT_MAX_ENGINES; e++)
		if (p->faults[e] != MODEL_NEVER)
			strbuf_addf(out, "    %-6s fault %s\n", model_sure_name(p->faults[e]),
				    cell->engine_names[e]);
}

void predict_print(const struct cell *cell, const struct prediction *p, struct strbuf *out)
{
	strbuf_addf(out, "%s\n", cell->id);
	if (p->undecided) {
		strbuf_addf(out, "    undecided: %s\n", p->undecided);
		return;
	}
	if (p->skipped) {
		strbuf_adds(out, "    skipped: it uses addresses of another mapping domain\n");
		return;
	}
	strbuf_addf(out, "    data   %s\n", model_data_name(p->data));
	print_faults(cell, p, out);
	for (int sure = MODEL_MUST; sure > MODEL_NEVER; sure--)
		for (size_t i = 0; i < p->nr_claims; i++)
			if ((int)p->claims[i].sure == sure && !p->claims[i].unseen)
				print_claim(cell, &p->claims[i], out);
	for (size_t i = 0; i < p->nr_claims; i++)
		if (p->claims[i].unseen)
			print_claim(cell, &p->claims[i], out);
	if (p->partial)
		strbuf_addf(out, "    too many orders: %llu states were tried, nothing is certain\n",
			    (unsigned long long)p->states);
	for (size_t i = 0; i < p->nr_outcomes; i++)
		print_outcome(cell, &p->outcomes[i], out);
}

/* ---- JSON ---- */

static json_t *claim_json(const struct cell *cell, const struct model_claim *c)
{
	const struct model_rule *rule = model_rule(c->rule);
	struct strbuf name = STRBUF_INIT;
	json_t *o = json_object();

	predict_name(cell, c->on, c->object, &name);
	json_put(o, "class", json_text(c->class));
	json_put(o, "sure", json_text(model_sure_name(c->sure)));
	json_put(o, "seen", json_boolean(!c->unseen));
	if (name.len)
		json_put(o, "object", json_text(strbuf_str(&name)));
	if (c->step != DMT_NONE) {
		json_put(o, "line", json_integer(line_of(cell, c->step)));
		json_put(o, "step", json_text(text_of(cell, c->step)));
	}
	json_put(o, "rule", json_text(rule->says));
	json_put(o, "document", json_text(rule->doc));
	strbuf_free(&name);
	return o;
}

static json_t *turn_json(const struct cell *cell, const struct model_turn *t)
{
	static const char *const words[] = {
		[MODEL_TURN_STEP] = "step", [MODEL_TURN_MOVES] = "moves",
		[MODEL_TURN_COMPLETES] = "completes", [MODEL_TURN_TIMEOUT] = "times out",
	};
	struct strbuf name = STRBUF_INIT;
	json_t *o = json_object();

	json_put(o, "what", json_text(words[t->what]));
	if (t->step != DMT_NONE) {
		json_put(o, "line", json_integer(line_of(cell, t->step)));
		json_put(o, "text", json_text(text_of(cell, t->step)));
	} else {
		predict_name(cell, MODEL_ON_TX, t->who, &name);
		json_put(o, "transaction", json_text(strbuf_str(&name)));
	}
	strbuf_free(&name);
	return o;
}

static json_t *outcome_json(const struct cell *cell, const struct model_outcome *out)
{
	json_t *o = json_object(), *turns = json_array();

	json_put(o, "data", json_text(out->corrupt ? "corrupt" : "intact"));
	json_put(o, "fault", json_boolean(out->fault));
	if (out->corrupt)
		json_put(o, "line", json_integer(line_of(cell, out->wrong_step)));
	for (size_t i = 0; i < out->nr_turns; i++)
		json_array_append_new(turns, turn_json(cell, &out->turns[i]));
	json_put(o, "schedule", turns);
	return o;
}

json_t *predict_json(const struct cell *cell, const struct prediction *p)
{
	json_t *o = json_object(), *claims = json_array(), *faults = json_object();
	json_t *outcomes = json_array();

	json_put(o, "id", json_text(cell->id));
	json_put(o, "world", json_text(world_name(cell->world)));
	if (p->undecided)
		json_put(o, "undecided", json_text(p->undecided));
	json_put(o, "skipped", json_boolean(p->skipped));
	json_put(o, "partial", json_boolean(p->partial));
	json_put(o, "states", json_integer((json_int_t)p->states));
	json_put(o, "data", json_text(model_data_name(p->data)));
	for (unsigned int e = 0; e < cell->nr_engines && e < DMT_MAX_ENGINES; e++)
		json_put(faults, cell->engine_names[e], json_text(model_sure_name(p->faults[e])));
	json_put(o, "faults", faults);
	for (size_t i = 0; i < p->nr_claims; i++)
		json_array_append_new(claims, claim_json(cell, &p->claims[i]));
	json_put(o, "claims", claims);
	for (size_t i = 0; i < p->nr_outcomes; i++)
		json_array_append_new(outcomes, outcome_json(cell, &p->outcomes[i]));
	json_put(o, "outcomes", outcomes);
	return o;
}
