// SPDX-License-Identifier: GPL-2.0-only
/* Folds the cells of a run into what its page tells. A result.json may be anybody's. */
#include "run_facts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/verdict/said.h"

const char *facts_text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static uint64_t number(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n > 0 ? (uint64_t)n : 0;
}

/* ---- what a cell expects ---- */

/* The class that an expectation names: "expect early-map x_page", or NULL. */
static const struct violation *expected_class(const char *text, char name[64])
{
	size_t n;

	text += strcspn(text, " ");
	text += strspn(text, " ");
	n = strcspn(text, " ");
	if (!n || n >= 64)
		return NULL;
	memcpy(name, text, n);
	name[n] = '\0';
	return violation_find(name);
}

static struct tally_wants wants_of(const struct out_cell *c)
{
	const json_t *expected = json_object_get(c->json, "expected");
	struct tally_wants wants = { false, false };

	for (size_t i = 0; i < json_array_size(expected); i++) {
		const char *text = json_string_value(json_array_get(expected, i));
		char name[64];

		if (!text || strncmp(text, "expect ", 7))
			continue;
		wants.corrupt |= !strncmp(text, "expect data corrupt", 19);
		wants.violation |= expected_class(text, name) != NULL;
	}
	return wants;
}

/* ---- the table ---- */

static struct fact_row *find_row(struct facts *f, const char *scenario)
{
	for (size_t i = f->nr_rows; i--;)	/* most cells belong to the last one */
		if (!strcmp(f->rows[i].scenario, scenario))
			return &f->rows[i];
	f->rows = xrealloc(f->rows, (f->nr_rows + 1) * sizeof(*f->rows));
	f->rows[f->nr_rows] = (struct fact_row){ .scenario = scenario };
	return &f->rows[f->nr_rows++];
}

static void add_row(struct facts *f, const struct out_cell *c)
{
	const json_t *json = json_object_get(c->json, "data");
	struct fact_row *row = find_row(f, c->scenario);
	const struct tally_wants wants = wants_of(c);
	enum data_state data = DATA_UNCHECKED;
	struct tally one = { 0 };
	enum world world;

	if (!strcmp(facts_text(json, "verdict"), data_name(DATA_INTACT)))
		data = DATA_INTACT;
	else if (!strcmp(facts_text(json, "verdict"), data_name(DATA_CORRUPT)))
		data = DATA_CORRUPT;
	tally_add(&one, c->outcome, data, number(json, "checks"), number(json, "bad"), &wants);
	tally_join(&row->all, &one);
	tally_join(&f->all, &one);
	if (!world_parse(c->world, &world)) {
		tally_join(&row->of[world], &one);
		f->worlds[world] = true;
	}
}

/* ---- titles ---- */

static void add_title(struct fact_titles *t, const char *title, uint64_t times)
{
	for (size_t i = 0; i < t->nr; i++)
		if (!strcmp(t->v[i].title, title)) {
			t->v[i].times += times;
			return;
		}
	if (t->nr == FACTS_TITLES) {
		t->more++;
		return;
	}
	t->v = xrealloc(t->v, (t->nr + 1) * sizeof(*t->v));
	t->v[t->nr++] = (struct fact_title){ title, times };
}

/* ---- violations ---- */

static struct fact_class *find_class(struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->nr_classes; i++)
		if (!strcmp(f->classes[i].name, name))
			return &f->classes[i];
	f->classes = xrealloc(f->classes, (f->nr_classes + 1) * sizeof(*f->classes));
	f->classes[f->nr_classes] = (struct fact_class){
		.name = name, .class = violation_find(name),
	};
	return &f->classes[f->nr_classes++];
}

/* Where what was found of a class in a cell belongs, by the cell's messages. */
static struct fact_count *count_of(struct fact_class *class, const struct out_cell *c)
{
	struct fact_count *count = &class->expected;
	struct said said;

	for (size_t i = 0; i < c->nr_messages; i++) {
		said_read(c->messages[i], &said);
		if (said.kind == SAID_OTHER || strcmp(said.class, class->name))
			continue;
		if (said.kind == SAID_UNEXPECTED)
			return &class->unexpected;
		count = &class->known;
	}
	return count;
}

static bool was_before(const json_t *violations, size_t i, const char *class)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(facts_text(json_array_get(violations, k), "class"), class))
			return true;
	return false;
}

static void add_violations(struct facts *f, const struct out_cell *c)
{
	const json_t *violations = json_object_get(c->json, "violations");

	for (size_t i = 0; i < json_array_size(violations); i++) {
		const json_t *v = json_array_get(violations, i);
		struct fact_class *class = find_class(f, facts_text(v, "class"));
		struct fact_count *count = count_of(class, c);

		count->times += number(v, "count");
		count->cells += !was_before(violations, i, class->name);
		add_title(&class->titles, facts_text(v, "title"), number(v, "count"));
	}
}

/* ---- failures ---- */

/* What two failures of a kind have in common; numbers tell them apart, and do not count. */
static char *failure_key(const struct out_cell *c)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_addf(&sb, "%s %s", outcome_name(c->outcome), c->scenario);
	for (size_t i = 0; i < c->nr_messages; i++) {
		strbuf_addc(&sb, '\n');
		for (const char *p = c->messages[i]; *p; p++)
			if (!isdigit((unsigned char)*p))
				strbuf_addc(&sb, *p);
	}
	return strbuf_detach(&sb);
}

static void add_failure(struct facts *f, const struct out_cell *c)
{
	struct fact_failure *x = NULL;
	char *key;

	if (c->outcome <= OUTCOME_SKIP)
		return;
	key = failure_key(c);
	for (size_t i = f->nr_failures; i-- && !x;)
		if (!strcmp(f->failures[i].key, key))
			x = &f->failures[i];
	if (!x && f->nr_failures == FACTS_KINDS) {
		f->more_failures++;
		free(key);
		return;
	}
	if (!x) {
		f->failures = xrealloc(f->failures, (f->nr_failures + 1) * sizeof(*f->failures));
		x = &f->failures[f->nr_failures++];
		memset(x, 0, sizeof(*x));
		x->cell = c;
		x->key = key;
	} else {
		free(key);
	}
	if (x->nr < FACTS_SAME)
		x->same[x->nr] = c;
	x->nr++;
}

/* The worst outcome first; among equals as they ran. */
static int by_weight(const void *a, const void *b)
{
	const struct fact_failure *x = a, *y = b;

	if (x->cell->outcome != y->cell->outcome)
		return x->cell->outcome > y->cell->outcome ? -1 : 1;
	return x->cell < y->cell ? -1 : x->cell > y->cell;
}

/* ---- skips, issues, witnesses ---- */

static void add_skip(struct facts *f, const struct out_cell *c)
{
	const char *why = c->nr_messages ? c->messages[0] : "no reason is told";
	struct fact_skip *s = NULL;

	if (c->outcome != OUTCOME_SKIP)
		return;
	for (size_t i = 0; i < f->nr_skips && !s; i++)
		if (!strcmp(f->skips[i].why, why))
			s = &f->skips[i];
	if (!s) {
		f->skips = xrealloc(f->skips, (f->nr_skips + 1) * sizeof(*f->skips));
		s = &f->skips[f->nr_skips++];
		memset(s, 0, sizeof(*s));
		s->why = why;
	}
	s->nr++;
	if (s->nr_same < FACTS_SAME &&
	    (!s->nr_same || strcmp(s->same[s->nr_same - 1], c->scenario)))
		s->same[s->nr_same++] = c->scenario;
}

static void count_issue(struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->nr_issues; i++)
		if (!strcmp(f->issues[i].name, name)) {
			f->issues[i].cells++;
			return;
		}
	f->issues = xrealloc(f->issues, (f->nr_issues + 1) * sizeof(*f->issues));
	f->issues[f->nr_issues++] = (struct fact_issue){ xstrdup(name), 1 };
}

static void add_issues(struct facts *f, const struct out_cell *c)
{
	struct said said, before;

	for (size_t i = 0; i < c->nr_messages; i++) {
		bool again = false;

		said_read(c->messages[i], &said);
		if (said.kind != SAID_KNOWN)
			continue;
		for (size_t k = 0; k < i && !again; k++) {
			said_read(c->messages[k], &before);
			again = !strcmp(before.issue, said.issue);
		}
		if (!again)
			count_issue(f, said.issue);
	}
}

static void add_titles(struct fact_titles *t, const json_t *witness)
{
	const json_t *titles = json_object_get(witness, "titles");

	for (size_t i = 0; i < json_array_size(titles); i++)
		add_title(t, facts_text(json_array_get(titles, i), "title"),
			  number(json_array_get(titles, i), "count"));
}

static void add_witnesses(struct facts *f, const struct out_cell *c)
{
	const json_t *witnesses = json_object_get(c->json, "witnesses");

	for (int w = WITNESS_NONE + 1; w < WITNESS__COUNT; w++) {
		const json_t *one = json_object_get(witnesses, witness_name(w));
		const json_t *ran = json_object_get(one, "ran");
		struct fact_witness *x = &f->witnesses[w];

		x->ran += json_is_true(ran);
		x->off += json_is_false(ran);
		if (json_is_false(ran) && !x->why_off)
			x->why_off = facts_text(one, "why_not");
		add_titles(&x->titles, one);
	}
}

/* kmemleak looks at the end of a guest, not of a cell. */
static void add_leaks(struct facts *f)
{
	const json_t *boots = json_object_get(f->run->result, "boots");
	struct fact_witness *x = &f->witnesses[WITNESS_KMEMLEAK];

	for (size_t i = 0; i < json_array_size(boots); i++)
		add_titles(&x->titles,
			   json_object_get(json_array_get(boots, i), "kmemleak"));
}

void facts_find(const struct out_run *run, struct facts *f)
{
	memset(f, 0, sizeof(*f));
	f->run = run;
	for (size_t i = 0; i < run->nr; i++) {
		const struct out_cell *c = &run->cells[i];

		f->count[c->outcome]++;
		f->not_run += c->nr_messages && !strncmp(c->messages[0], "not run: ", 9);
		f->virtual_ns += c->ns;
		add_row(f, c);
		add_violations(f, c);
		add_failure(f, c);
		add_skip(f, c);
		add_issues(f, c);
		add_witnesses(f, c);
	}
	add_leaks(f);
	if (f->nr_failures)
		qsort(f->failures, f->nr_failures, sizeof(*f->failures), by_weight);
}

void facts_free(struct facts *f)
{
	for (size_t i = 0; i < f->nr_classes; i++)
		free(f->classes[i].titles.v);
	for (size_t i = 0; i < f->nr_failures; i++)
		free(f->failures[i].key);
	for (size_t i = 0; i < f->nr_issues; i++)
		free(f->issues[i].name);
	for (int w = 0; w < WITNESS__COUNT; w++)
		free(f->witnesses[w].titles.v);
	free(f->rows);
	free(f->classes);
	free(f->failures);
	free(f->skips);
	free(f->issues);
	memset(f, 0, sizeof(*f));
}
