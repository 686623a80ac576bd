// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares what the judge found with what the scenario expects. The judge names devices,
 * addresses and cookies; the executor's records say which objects of the scenario these are.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/report/report.h"
#include "verdict_internal.h"

struct matcher {
	const struct cell *cell;
	const struct cell_result *r;
};

/* The device of the engine of map or transaction @i, whose first word is the engine. */
static const char *device_of(const struct matcher *m, size_t table, uint32_t i)
{
	const uint8_t *p = (const uint8_t *)strbuf_str(&m->cell->program);
	uint32_t at = le32_get(p + table), size = le32_get(p + table + 8), engine;

	if (m->cell->program.len < sizeof(struct dmt_header) ||
	    at + (uint64_t)(i + 1) * size > m->cell->program.len)
		return NULL;
	engine = le32_get(p + at + (size_t)i * size);
	if (engine >= m->cell->nr_engines)
		return NULL;
	for (unsigned int k = 0; k < m->r->nr_engines; k++)
		if (!strcmp(m->r->engines[k].name, m->cell->engine_names[engine]))
			return m->r->engines[k].device;
	return NULL;
}

static const char *engine_device(const struct matcher *m, uint32_t engine)
{
	for (unsigned int k = 0; engine < m->cell->nr_engines && k < m->r->nr_engines; k++)
		if (!strcmp(m->r->engines[k].name, m->cell->engine_names[engine]))
			return m->r->engines[k].device;
	return NULL;
}

/* Did one of the steps of @e end with the value @value? */
static bool has_value(const struct matcher *m, const struct expect *e, uint64_t value)
{
	for (size_t i = 0; i < m->r->nr_records; i++) {
		const struct dmt_record *rec = &m->r->records[i];

		for (unsigned int k = 0; k < e->nr_steps && !rec->status; k++)
			if (rec->step == e->steps[k] && rec->value == value)
				return true;
	}
	return false;
}

static bool party_is(const struct matcher *m, const struct expect *e,
		     const struct finding_party *p)
{
	size_t table = e->on == EXPECT_ON_MAP ? offsetof(struct dmt_header, maps)
					      : offsetof(struct dmt_header, txs);

	if (p->kind == SUBJECT_NONE)
		return false;
	for (unsigned int i = 0; i < e->nr_objects; i++) {
		const char *device = e->on == EXPECT_ON_ENGINE ? engine_device(m, e->objects[i])
							       : device_of(m, table, e->objects[i]);

		if (!device || strcmp(device, p->device))
			continue;
		switch (e->on) {
		case EXPECT_ON_ENGINE:
			return true;
		case EXPECT_ON_MAP:
			if (p->kind == SUBJECT_MAP && has_value(m, e, p->dma))
				return true;
			break;
		default:
			/* a descriptor that was never submitted has no cookie */
			if (p->kind == SUBJECT_TX &&
			    (!p->cookie || has_value(m, e, (uint32_t)p->cookie)))
				return true;
		}
	}
	return false;
}

static bool subject_is(const struct matcher *m, const struct expect *e,
		       const struct finding_subject *s)
{
	return e->on == EXPECT_ON_ANY || party_is(m, e, &s->map) || party_is(m, e, &s->other) ||
	       party_is(m, e, &s->tx) || party_is(m, e, &s->other_tx);
}

static bool counts(const struct matcher *m, const struct verdict_env *env,
		   const struct expect *e, const char *class)
{
	return e->kind == EXPECT_VIOLATION && !strcmp(e->class, class) &&
	       verdict_guards_hold(e, m->cell, env);
}

/*
 * Is the party known from the records? The addresses of later iterations are not recorded;
 * their subjects count as those of the first iteration unless they are known to be others.
 */
static bool is_known(const struct matcher *m, const struct finding_party *p)
{
	for (size_t i = 0; i < m->r->nr_records; i++) {
		const struct dmt_record *rec = &m->r->records[i];

		if (p->kind == SUBJECT_MAP && !rec->status && rec->value == p->dma)
			return true;
	}
	return p->kind == SUBJECT_TX;
}

static bool is_expected(const struct matcher *m, const struct verdict_env *env,
			const struct finding_subject *s)
{
	bool class_expected = false;

	for (unsigned int i = 0; i < m->cell->nr_expects; i++) {
		const struct expect *e = &m->cell->expects[i];

		if (!counts(m, env, e, s->class->name))
			continue;
		class_expected = true;
		if (subject_is(m, e, s))
			return true;
	}
	if (!class_expected)
		return false;
	return m->cell->repeat > 1 || (!is_known(m, &s->map) && !is_known(m, &s->tx));
}

static const char *what_of(const struct judge *j, const struct violation *class)
{
	for (size_t i = 0; i < judge_findings(j); i++)
		if (judge_finding(j, i)->class == class)
			return judge_finding(j, i)->what;
	return class->definition;
}

/* The known issue that excuses everything that was found of @class, or NULL. */
static const struct known_issue *excuse(const struct judge *j, const struct verdict_env *env,
					const struct violation *class)
{
	const struct known_issue *found = NULL;

	for (size_t i = 0; i < judge_findings(j); i++) {
		const struct finding *f = judge_finding(j, i);

		if (f->class != class)
			continue;
		found = known_find(env->known, class->id, f->has_tx ? f->tx.driver : f->driver,
				   env->release, env->today);
		if (!found)
			break;
	}
	return found;
}

/* What is found of a class, and not expected: how much, and which class is its headline. */
struct surprise {
	uint64_t count;
	int headline;		/* a class that all of it follows from; -1: none */
};

/* If events are missing, a violation is only a hint. */
static void add_unexpected(struct verdict *v, const struct matcher *m,
			   const struct verdict_env *env, int id, const struct surprise *s)
{
	bool sure = !evstream_incomplete(m->r->observed);
	const struct judge *j = evstream_judge(m->r->observed);
	const struct violation *class = violation_get(id);
	const struct known_issue *k = excuse(j, env, class);

	if (k) {
		verdict_add_known(v, k);
		verdict_add(v, OUTCOME_PASS, "known issue %s: %s (%llu times): %s", k->name,
			    class->name, (unsigned long long)s->count, what_of(j, class));
		return;
	}
	verdict_add(v, sure ? OUTCOME_FAIL : OUTCOME_INCOMPLETE, "%s%s %s (%llu times): %s",
		    s->headline < 0 ? "" : "and of the same, ",
		    sure ? "violation" : "perhaps a violation", class->name,
		    (unsigned long long)s->count, what_of(j, class));
}

/* One bug, one headline: finds the classes that follow from another one that is not expected. */
static void find_headlines(const struct evstream *observed, struct surprise s[V__COUNT])
{
	struct report_group *groups;
	bool alone[V__COUNT] = { false };
	size_t nr;

	groups = report_groups(observed, NULL, &nr);
	for (size_t i = 0; i < nr; i++) {
		int id = groups[i].first->class->id, head = -1;

		if (groups[i].follows)
			head = groups[groups[i].follows - 1].first->class->id;
		if (head < 0 || head == id || !s[head].count)
			alone[id] = true;
		else if (s[id].headline < 0)
			s[id].headline = head;
	}
	for (int id = 0; id < V__COUNT; id++)
		if (alone[id])
			s[id].headline = -1;
	free(groups);
}

/* Judges what was not expected. */
static void unexpected(struct verdict *v, const struct matcher *m, const struct verdict_env *env)
{
	const struct judge *j = evstream_judge(m->r->observed);
	struct surprise s[V__COUNT];

	for (int id = 0; id < V__COUNT; id++)
		s[id] = (struct surprise){ 0, -1 };
	for (size_t i = 0; i < judge_subjects(j); i++) {
		const struct finding_subject *subject = judge_subject(j, i);

		if (!is_expected(m, env, subject))
			s[subject->class->id].count += subject->count;
	}
	find_headlines(m->r->observed, s);
	for (int id = 0; id < V__COUNT; id++) {
		if (!s[id].count || s[id].headline >= 0)
			continue;
		add_unexpected(v, m, env, id, &s[id]);
		for (int k = 0; k < V__COUNT; k++)
			if (s[k].count && s[k].headline == id)
				add_unexpected(v, m, env, k, &s[k]);
	}
}

static void missing(struct verdict *v, const struct matcher *m, const struct verdict_env *env)
{
	const struct judge *j = evstream_judge(m->r->observed);

	for (unsigned int i = 0; i < m->cell->nr_expects; i++) {
		const struct expect *e = &m->cell->expects[i];
		bool seen = false, class = false;

		if (e->kind != EXPECT_VIOLATION || e->allowed ||
		    !verdict_guards_hold(e, m->cell, env))
			continue;
		for (size_t k = 0; k < judge_subjects(j) && !seen; k++) {
			const struct finding_subject *s = judge_subject(j, k);

			if (strcmp(s->class->name, e->class))
				continue;
			class = true;
			seen = subject_is(m, e, s);
		}
		if (!seen)
			verdict_add(v, OUTCOME_FAIL, "line %u: %s: %s", e->line, e->text,
				    class ? "it was found, but about something else"
					  : "it was not found");
	}
}

void verdict_violations(struct verdict *v, const struct cell *cell, const struct cell_result *r,
			const struct verdict_env *env)
{
	struct matcher m = { .cell = cell, .r = r };

	if (!r->observed)
		return;
	if (evstream_incomplete(r->observed))
		verdict_add(v, OUTCOME_INCOMPLETE, "observer: %s",
			    evstream_incomplete(r->observed));
	if (cell->watch_cpu && evstream_unwatched(r->observed)) {
		verdict_add(v, OUTCOME_SKIP, "the CPU is not watched: %s",
			    evstream_unwatched(r->observed));
		return;
	}
	unexpected(v, &m, env);
	/* If events were lost, a missing violation may have been among them. */
	if (!evstream_incomplete(r->observed))
		missing(v, &m, env);
}
