// SPDX-License-Identifier: GPL-2.0-only
/* Selects the cells of the benchmarks that run (--only, the base case), and finds points. */
#include "bench_select.h"

#include <stdlib.h>
#include <string.h>

#include "lib/language/suite.h"
#include "lib/program/words.h"

struct selection {
	const struct bench_select *select;
	struct bench *b;
	struct param *base;	/* params of the scenario that has the most of them */
	unsigned int nr_base;
	bool *used;		/* for each of select->only: a scenario has that param */
};

static const char *value_of(const struct param *params, unsigned int nr, const char *name)
{
	for (unsigned int i = 0; i < nr; i++)
		if (!strcmp(params[i].name, name))
			return params[i].value;
	return NULL;
}

/* Returns the index of "NAME=..." in select->only, or -1. */
static int only_of(const struct selection *s, const char *name)
{
	size_t n = strlen(name);

	for (int i = 0; i < s->select->nr_only; i++)
		if (!strncmp(s->select->only[i], name, n) && s->select->only[i][n] == '=')
			return i;
	return -1;
}

static bool lists(const char *only, const char *value)
{
	const char *p = strchr(only, '=') + 1;
	size_t n = strlen(value);

	for (; *p; p += strcspn(p, ","), p += *p == ',')
		if (!strncmp(p, value, n) && (p[n] == ',' || !p[n]))
			return true;
	return false;
}

/* Is this combination of params wanted? @first: the scenario's first combination. */
static bool wanted(const struct selection *s, const struct cell *cell, const struct cell *first)
{
	unsigned int away = 0;

	for (unsigned int i = 0; i < cell->nr_params; i++) {
		const struct param *p = &cell->params[i];
		int only = only_of(s, p->name);

		if (only >= 0) {
			if (!lists(s->select->only[only], p->value))
				return false;
		} else {
			away += strcmp(p->value, first->params[i].value) != 0;
		}
	}
	return s->select->all || away <= (s->select->nr_only ? 0 : 1);
}

/* Is compared with code that neither reads the clock between its steps nor keeps a record. */
#define BARE	"bench/copy"

static bool is_bare(const struct scenario *sc)
{
	return !strcmp(scenario_name(sc), BARE);
}

static int compile(const struct selection *s, const struct scenario *sc, size_t variant,
		   enum world world, struct cell *cell, struct diag *diag)
{
	const struct compile_opts opts = {
		.variant = variant, .world = world, .has_seed = s->select->has_seed,
		.seed = s->select->seed, .repeat = s->select->repeat,
		.timed = !is_bare(sc), .bare = is_bare(sc),
		.drivers = s->select->drivers,
	};

	return scenario_compile(sc, &opts, cell, diag);
}

static int add_cell(struct selection *s, const struct scenario *sc, size_t variant,
		    enum world world, struct diag *diag)
{
	struct bench *b = s->b;
	struct cell cell;
	int err = compile(s, sc, variant, world, &cell, diag);

	if (err)
		return err;
	if (cell.skip) {
		if (!b->left_out++)
			b->why_left_out = xstrdup(cell.skip);
		cell_free(&cell);
		return 0;
	}
	b->run->cells = xrealloc(b->run->cells, (b->run->nr_cells + 1) * sizeof(cell));
	b->run->cells[b->run->nr_cells++] = cell;
	return 0;
}

static void take_base(struct selection *s, const struct cell *first)
{
	if (first->nr_params <= s->nr_base)
		return;
	for (unsigned int i = 0; i < s->nr_base; i++) {
		free(s->base[i].name);
		free(s->base[i].value);
	}
	s->nr_base = first->nr_params;
	s->base = xrealloc(s->base, s->nr_base * sizeof(*s->base));
	for (unsigned int i = 0; i < s->nr_base; i++)
		s->base[i] = (struct param){ xstrdup(first->params[i].name),
					     xstrdup(first->params[i].value) };
}

static int add_scenario(struct selection *s, const struct scenario *sc, struct diag *diag)
{
	unsigned int worlds = scenario_worlds(sc);
	struct cell first, cell;
	int err = compile(s, sc, 0, WORLD_COHERENT, &first, diag);

	if (err)
		return err;
	if (s->select->worlds)
		worlds &= s->select->worlds;
	take_base(s, &first);
	for (unsigned int i = 0; i < first.nr_params; i++)
		if (only_of(s, first.params[i].name) >= 0)
			s->used[only_of(s, first.params[i].name)] = true;
	for (size_t v = 0; v < scenario_variants(sc) && !err; v++) {
		bool want;

		err = compile(s, sc, v, WORLD_COHERENT, &cell, diag);
		if (err)
			break;
		want = wanted(s, &cell, &first);
		cell_free(&cell);
		for (int w = 0; w < WORLD__COUNT && want && !err; w++)
			if (worlds & 1u << w)
				err = add_cell(s, sc, v, w, diag);
	}
	cell_free(&first);
	return err;
}

/* ---- points ---- */

/* Are both of the same point? A param that a cell lacks counts as its value in the base. */
static bool same_point(const struct selection *s, const struct cell *a, const struct cell *b)
{
	if (a->world != b->world)
		return false;
	for (unsigned int i = 0; i < s->nr_base; i++) {
		const char *name = s->base[i].name;
		const char *x = value_of(a->params, a->nr_params, name);
		const char *y = value_of(b->params, b->nr_params, name);

		if (strcmp(x ? x : s->base[i].value, y ? y : s->base[i].value))
			return false;
	}
	return true;
}

static int by_point(const void *a, const void *b)
{
	const struct bench_cell *x = a, *y = b;

	if (x->point != y->point)
		return x->point < y->point ? -1 : 1;
	return (x->cell > y->cell) - (x->cell < y->cell);
}

static void find_points(struct selection *s)
{
	struct bench *b = s->b;

	b->nr_cells = b->run->nr_cells;
	b->cells = xcalloc(b->nr_cells + 1, sizeof(*b->cells));
	for (uint32_t i = 0; i < b->nr_cells; i++) {
		b->cells[i].cell = b->cells[i].point = i;
		memset(b->cells[i].series, -1, sizeof(b->cells[i].series));
		for (uint32_t k = 0; k < i; k++)
			if (same_point(s, &b->run->cells[k], &b->run->cells[i])) {
				b->cells[i].point = b->cells[k].point;
				break;
			}
	}
	if (b->nr_cells)
		qsort(b->cells, b->nr_cells, sizeof(*b->cells), by_point);
}

static char *base_text(const struct selection *s)
{
	struct strbuf sb = STRBUF_INIT;

	for (unsigned int i = 0; i < s->nr_base; i++)
		strbuf_addf(&sb, "%s%s=%s", i ? " " : "", s->base[i].name, s->base[i].value);
	if (s->select->drivers)
		strbuf_adds(&sb, s->nr_base ? " engines=drivers" : "engines=drivers");
	return strbuf_detach(&sb);
}

/* ---- all ---- */

static int check_only(const struct selection *s)
{
	const char *words[65] = { NULL };
	int code = 0;

	for (unsigned int i = 0; i < s->nr_base && i < 64; i++)
		words[i] = s->base[i].name;
	for (int i = 0; i < s->select->nr_only; i++) {
		const char *only = s->select->only[i], *near;
		size_t n = strcspn(only, "=");

		if (s->used[i])
			continue;
		near = word_nearest(words, only, n);
		fprintf(stderr, "dmatorture: no benchmark of these has a parameter '%.*s'%s%s%s\n", (int)n,
			only, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		code = 2;
	}
	if (!code && !s->b->run->nr_cells) {
		fprintf(stderr, "dmatorture: no benchmark has these values, or that world; `dmatorture show bench/split` says which there are\n");
		code = 2;
	}
	return code;
}

static int load_all(struct selection *s, const struct suite *suite)
{
	int code = 0;

	for (size_t i = 0; i < suite->nr; i++) {
		struct strbuf text = STRBUF_INIT;
		struct scenario *sc = NULL;
		struct diag diag;
		int err = suite_load(suite, i, &sc, &text, &diag);

		if (!err && strncmp(scenario_name(sc), "bench/", 6)) {
			fprintf(stderr, "dmatorture: %s is no benchmark: those are bench/NAME\n",
				scenario_name(sc));
			code = 2;
		} else if (!err) {
			err = add_scenario(s, sc, &diag);
		}
		if (err) {
			suite_complain(suite, i, &text, &diag, stderr);
			code = 2;
		}
		scenario_free(sc);
		strbuf_free(&text);
	}
	return code;
}

int bench_select(const struct bench_select *select, struct bench *b, char **base)
{
	char *const all[] = { (char *)"bench" };
	struct selection s = { .select = select, .b = b,
			       .used = xcalloc(select->nr_only + 1, sizeof(bool)) };
	struct suite suite;
	int code = 2;

	*base = NULL;
	if (!suite_select(&suite, select->scenarios, select->nr_names ? select->names : all,
			  select->nr_names ? select->nr_names : 1))
		code = load_all(&s, &suite);
	if (!code)
		code = check_only(&s);
	if (!code) {
		find_points(&s);
		*base = base_text(&s);
	}
	for (unsigned int i = 0; i < s.nr_base; i++) {
		free(s.base[i].name);
		free(s.base[i].value);
	}
	free(s.base);
	free(s.used);
	suite_free(&suite);
	return code;
}
