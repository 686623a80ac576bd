// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares what was found of a cell with what the model predicted. The judge names devices,
 * addresses and cookies; the executor's records say which objects of the program these are.
 */
#include "surprise.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/judge/evstream.h"
#include "lib/verdict/verdict_steps.h"
#include "predict_text.h"
#include "rules_off.h"

struct comparison {
	const struct cell *cell;
	const struct cell_result *r;
	const struct prediction *p;
	struct strbuf *out;
};

#define MAX_ABOUT	16	/* objects that one party may be */

struct parties {
	struct model_about v[4 * MAX_ABOUT];
	size_t nr;
};

static void add_about(struct parties *list, enum model_on on, uint32_t object)
{
	if (list->nr < 4 * MAX_ABOUT)
		list->v[list->nr++] = (struct model_about) { on, object };
}

/* The engine that has this device, or DMT_NONE. */
static uint32_t engine_of(const struct comparison *c, const char *device)
{
	for (unsigned int k = 0; k < c->r->nr_engines; k++)
		for (unsigned int e = 0; e < c->cell->nr_engines; e++)
			if (!strcmp(c->r->engines[k].device, device) &&
			    !strcmp(c->r->engines[k].name, c->cell->engine_names[e]))
				return e;
	return DMT_NONE;
}

/* The engine of map or transaction @i, whose first word it is in its table. */
static uint32_t engine_in(const struct comparison *c, enum model_on on, uint32_t i)
{
	const uint8_t *p = (const uint8_t *)strbuf_str(&c->cell->program);
	size_t table = on == MODEL_ON_MAP ? offsetof(struct dmt_header, maps) :
					    offsetof(struct dmt_header, txs);
	uint64_t at;

	if (c->cell->program.len < sizeof(struct dmt_header))
		return DMT_NONE;
	at = le32_get(p + table) + (uint64_t)i * le32_get(p + table + 8);
	return at + 4 <= c->cell->program.len ? le32_get(p + at) : DMT_NONE;
}

/* Is map @i a list of several entries? Its record tells where the first one is, and no more. */
static bool is_list(const struct cell *cell, uint32_t i)
{
	const uint8_t *p = (const uint8_t *)strbuf_str(&cell->program);
	uint64_t at;

	if (cell->program.len < sizeof(struct dmt_header))
		return false;
	at = le32_get(p + offsetof(struct dmt_header, maps)) +
	     (uint64_t)i * le32_get(p + offsetof(struct dmt_header, maps) + 8);
	return at + sizeof(struct dmt_map) <= cell->program.len &&
	       le32_get(p + at + offsetof(struct dmt_map, kind)) == DMT_MAP_SG &&
	       le32_get(p + at + offsetof(struct dmt_map, nr_operands)) > 1;
}

/*
 * Adds the objects of @engine whose steps of type @op ended with @value. False: there is none. What
 * later iterations ended with is not in the records, and addresses are used again: it may be any.
 */
static bool add_by_value(const struct comparison *c, uint16_t op, enum model_on on, uint32_t engine,
			 uint64_t value, struct parties *list)
{
	bool found = false;

	if (c->cell->repeat > 1) {
		add_about(list, MODEL_ON_NOTHING, 0);
		found = true;
	}
	for (size_t i = 0; i < c->r->nr_records; i++) {
		const struct dmt_record *rec = &c->r->records[i];
		struct dmt_step step;

		if (rec->status || !verdict_program_step(c->cell, rec->step, &step) ||
		    le16toh(step.op) != op || engine_in(c, on, le32toh(step.obj)) != engine)
			continue;
		found |= rec->value == value;
		if (rec->value == value ||
		    (op == DMT_STEP_MAP && is_list(c->cell, le32toh(step.obj))))
			add_about(list, on, le32toh(step.obj));
	}
	return found;
}

static void add_party(const struct comparison *c, const struct finding_party *p,
		      struct parties *list)
{
	uint32_t engine;

	if (p->kind == SUBJECT_NONE)
		return;
	engine = engine_of(c, p->device);
	if (engine != DMT_NONE)
		add_about(list, MODEL_ON_ENGINE, engine);
	if (p->kind == SUBJECT_MAP &&
	    !add_by_value(c, DMT_STEP_MAP, MODEL_ON_MAP, engine, p->dma, list))
		add_about(list, MODEL_ON_NOTHING, 0);
	if (p->kind == SUBJECT_TX &&
	    (!p->cookie || !add_by_value(c, DMT_STEP_SUBMIT, MODEL_ON_TX, engine,
					 (uint32_t)p->cookie, list)))
		add_about(list, MODEL_ON_NOTHING, 0);
}

static void parties_of(const struct comparison *c, const struct finding_subject *s,
		       struct parties *list)
{
	list->nr = 0;
	add_party(c, &s->map, list);
	add_party(c, &s->other, list);
	add_party(c, &s->tx, list);
	add_party(c, &s->other_tx, list);
}

static void add_names(const struct comparison *c, const struct parties *list, struct strbuf *out)
{
	for (size_t i = 0; i < list->nr; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= list->v[k].on == list->v[i].on &&
				 list->v[k].object == list->v[i].object;
		if (again || list->v[i].on == MODEL_ON_NOTHING || list->v[i].on == MODEL_ON_ENGINE)
			continue;
		strbuf_addc(out, ' ');
		predict_name(c->cell, list->v[i].on, list->v[i].object, out);
	}
}

/* Is it about one of these? An object that nobody could tell is about any. */
static bool is_about(const struct model_claim *claim, const struct parties *list)
{
	for (size_t i = 0; i < list->nr; i++)
		if (list->v[i].on == MODEL_ON_NOTHING ||
		    (list->v[i].on == claim->on && list->v[i].object == claim->object))
			return true;
	return !list->nr;
}

/*
 * Which of the two classes an access of the CPU is hangs on whether the device had completed, which
 * the model does not look at: a claim of either foresees both.
 */
static bool foresees_access(const struct comparison *c, const struct violation *class)
{
	for (size_t i = 0; i < c->p->nr_claims && class->needs == NEEDS_CPU_WATCH; i++)
		if (c->p->claims[i].unseen)
			return true;
	return false;
}

static void find_unforeseen(const struct comparison *c, const struct judge *j)
{
	for (size_t i = 0; i < judge_subjects(j); i++) {
		const struct finding_subject *s = judge_subject(j, i);
		struct parties about;

		parties_of(c, s, &about);
		if (prediction_of(c->p, s->class->name, about.v, about.nr) != MODEL_NEVER ||
		    foresees_access(c, s->class))
			continue;
		strbuf_addf(c->out, "%s", s->class->name);
		add_names(c, &about, c->out);
		strbuf_adds(c->out, " is named: the model has no rule that is broken so\n");
	}
}

static bool is_named(const struct comparison *c, const struct judge *j,
		     const struct model_claim *claim)
{
	for (size_t i = 0; i < judge_subjects(j); i++) {
		const struct finding_subject *s = judge_subject(j, i);
		struct parties about;

		if (strcmp(s->class->name, claim->class))
			continue;
		parties_of(c, s, &about);
		if (is_about(claim, &about))
			return true;
	}
	return false;
}

bool surprise_is_named(const struct cell *cell, const struct cell_result *r,
		       const struct prediction *p, const struct model_claim *claim)
{
	const struct comparison c = { cell, r, p, NULL };

	return r->state == CELL_RAN && !r->observer_off && r->observed &&
	       is_named(&c, evstream_judge(r->observed), claim);
}

static void find_missed(const struct comparison *c, const struct judge *j)
{
	for (size_t i = 0; i < c->p->nr_claims; i++) {
		const struct model_claim *claim = &c->p->claims[i];

		if (claim->sure != MODEL_MUST || claim->unseen || is_named(c, j, claim))
			continue;
		strbuf_addf(c->out, "%s ", claim->class);
		predict_name(c->cell, claim->on, claim->object, c->out);
		strbuf_addf(c->out, " is not named: %s (%s)\n", model_rule(claim->rule)->says,
			    model_rule(claim->rule)->doc);
	}
}

static void find_data(const struct comparison *c)
{
	const struct dmt_sums *s = &c->r->sums;

	if (!s->checks)
		return;
	if (s->checks_bad && c->p->data == MODEL_INTACT)
		strbuf_addf(c->out, "data are corrupt: the model has them intact in every order\n");
	if (!s->checks_bad && c->p->data == MODEL_CORRUPT)
		strbuf_addf(c->out, "data are intact: the model has them corrupt in every order\n");
}

static void find_faults(const struct comparison *c)
{
	for (unsigned int k = 0; k < c->r->nr_engines; k++) {
		uint32_t e = engine_of(c, c->r->engines[k].device);
		bool met = c->r->engines[k].access_faults;

		if (e == DMT_NONE || e >= DMT_MAX_ENGINES)
			continue;
		if (met && c->p->faults[e] == MODEL_NEVER)
			strbuf_addf(c->out, "engine %s met an access fault: the model has none\n",
				    c->cell->engine_names[e]);
		if (!met && c->p->faults[e] == MODEL_MUST)
			strbuf_addf(c->out, "engine %s met no access fault: the model has one in every order\n",
				    c->cell->engine_names[e]);
	}
}

void surprise_find(const struct cell *cell, const struct cell_result *r,
		   const struct prediction *p, struct strbuf *out)
{
	const struct comparison c = { cell, r, p, out };

	if (r->state != CELL_RAN || !r->has_sums || r->sums.status || p->undecided || p->skipped)
		return;
	find_data(&c);
	find_faults(&c);
	if (r->observer_off || !r->observed || evstream_incomplete(r->observed))
		return;
	find_unforeseen(&c, evstream_judge(r->observed));
	find_missed(&c, evstream_judge(r->observed));
}

/* Of each class: is it foreseen in this cell, of whatever object? */
static void note_foreseen(struct run *run, uint32_t i, const struct prediction *p)
{
	uint8_t *foreseen = &run->foreseen[(size_t)i * V__COUNT];
	bool silent = p->partial || p->undecided || p->skipped;

	memset(foreseen, silent ? FORESEEN_NOT : MODEL_NEVER, V__COUNT);
	for (size_t k = 0; k < p->nr_claims && !silent; k++) {
		const struct violation *class = violation_find(p->claims[k].class);

		if (class && !p->claims[k].unseen && p->claims[k].sure > foreseen[class->id])
			foreseen[class->id] = p->claims[k].sure;
	}
}

void surprise_note(struct run *run, uint32_t i)
{
	const struct model_options options = { .off = run->predict_off,
						.max_states = run->predict_states };
	struct prediction p;

	if (!run->surprises || model_predict(&run->cells[i], &options, &p))
		return;
	if (run->foreseen)
		note_foreseen(run, i, &p);
	strbuf_reset(&run->surprises[i]);
	surprise_find(&run->cells[i], &run->results[i], &p, &run->surprises[i]);
	if (run->rules)
		rules_off_ask(run->rules, run, i, &p, run->surprises[i].len);
	prediction_free(&p);
}

/* Prints the lines, each below the cell's name. */
static void print_lines(const struct run *run, uint32_t i)
{
	const char *line = strbuf_str(&run->surprises[i]);

	printf("surprise %s\n", run->cells[i].id);
	for (; *line; line += strcspn(line, "\n") + 1)
		printf("    %.*s\n", (int)strcspn(line, "\n"), line);
}

void surprise_print(const struct run *run)
{
	unsigned int cells = 0, undecided = 0;

	if (!run->surprises)
		return;
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct cell *cell = &run->cells[i];

		undecided += cell->workload || cell->drivers || cell->sweep;
		if (!run->surprises[i].len)
			continue;
		cells++;
		print_lines(run, i);
	}
	printf("predicted: %u cells, %u of them with a surprise; of %u the model says nothing\n",
	       run->nr_cells - undecided, cells, undecided);
}
