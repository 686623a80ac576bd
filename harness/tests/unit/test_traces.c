// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests canned traces, which have one class each (fixtures/traces/CLASS.trace), and that every row
 * of violation_rows.h has texts, a trace that plants it, and a scenario that does it right.
 *
 * A trace (trace.h) begins with "wrong " if the judge must find CLASS in it and nothing else, or
 * with "right " if the judge must find nothing. Its further lines are indented. A line that begins
 * with # is a comment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdbool.h>

#include "lib/base/tree.h"
#include "trace.h"

#define TRACES	"harness/tests/fixtures/traces/"
#define TABLES	"harness/tests/unit/test_judge_*.c"
#define PAIRS	"scenarios/violation/"

static char *read_text(const char *path)
{
	struct strbuf sb = STRBUF_INIT;
	char buf[4096];
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return NULL;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		strbuf_add(&sb, buf, n);
	fclose(f);
	strbuf_add(&sb, "", 1);
	return strbuf_detach(&sb);
}

/* Plays one trace. Returns 0 when the judge says what it should. */
static int play(const char *path, int line, const char *class, bool wrong, const char *text)
{
	char *got = trace_verdict(text, NULL);
	const char *want = wrong ? class : "";
	int bad = strcmp(got, want) != 0;

	if (bad)
		fprintf(stderr, "%s:%d: wanted '%s', got '%s'\n", path, line, want, got);
	free(got);
	return bad;
}

/* Returns the number of the first line with TODO, of a skeleton that was not finished, or 0. */
static int unfinished(const char *text)
{
	const char *todo = strstr(text, "TODO");
	int line = 1;

	for (const char *p = text; todo && p < todo; p++)
		line += *p == '\n';
	return todo ? line : 0;
}

static int play_file(const char *path, const char *class)
{
	char *text = read_text(path), *next, *l;
	struct strbuf trace = STRBUF_INIT;
	int line = 0, begun = 0, bad = 0, seen[2] = { 0 };
	bool wrong = false;

	assert_non_null(text);
	if (unfinished(text)) {
		fprintf(stderr, "%s:%d: TODO: the trace is not written\n", path, unfinished(text));
		free(text);
		return 1;
	}
	for (l = text; *l; l = next) {
		line++;
		next = l + strcspn(l, "\n");
		if (*next)
			*next++ = '\0';
		if (*l == ' ' || *l == '\t') {
			strbuf_addf(&trace, ";%s", l);
			continue;
		}
		if (!*l || *l == '#')
			continue;
		if (begun)
			bad += play(path, begun, class, wrong, trace.s);
		trace.len = 0;
		wrong = !strncmp(l, "wrong ", 6);
		if (!wrong && strncmp(l, "right ", 6)) {
			fprintf(stderr, "%s:%d: want wrong or right\n", path, line);
			bad++;
			begun = 0;
			break;
		}
		seen[wrong]++;
		begun = line;
		strbuf_adds(&trace, l + 6);
	}
	if (begun)
		bad += play(path, begun, class, wrong, trace.s);
	if (!seen[0] || !seen[1]) {
		fprintf(stderr, "%s: want a wrong and a right trace\n", path);
		bad++;
	}
	strbuf_free(&trace);
	free(text);
	return bad;
}

/* Catches: a rule that does not find its class, or finds it where nothing is wrong. */
static void test_traces(void **state)
{
	glob_t g = { 0 };
	int bad = 0;

	(void)state;
	assert_int_equal(glob(tree_path(TRACES "*.trace"), 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *base = strrchr(g.gl_pathv[i], '/') + 1;
		char class[80];

		snprintf(class, sizeof(class), "%.*s", (int)strcspn(base, "."), base);
		if (!violation_find(class)) {
			fprintf(stderr, "%s: there is no class %s\n", g.gl_pathv[i], class);
			bad++;
			continue;
		}
		bad += play_file(g.gl_pathv[i], class);
	}
	globfree(&g);
	assert_int_equal(bad, 0);
}

/* Catches: a row that was not filled in; a name or a number that another row has too. */
static void test_rows(void **state)
{
	int bad = 0;

	(void)state;
	for (int id = 0; id < V__COUNT; id++) {
		const struct violation *v = violation_get(id);
		const char *texts[] = { v->name, v->definition, v->doc, v->rule, v->why_not };

		assert_int_equal(v->id, id);
		assert_ptr_equal(violation_find(v->name), v);
		assert_ptr_equal(violation_find(v->code), v);
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
			if (texts[i] ? *texts[i] && !strstr(texts[i], "TODO") : i == 4 && v->seen)
				continue;
			fprintf(stderr, "%s: text %zu of its row is not written\n", v->name, i);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

/* Is the class planted, in its own trace file or in one of the tables? */
static bool is_planted(const struct violation *v, const glob_t *tables)
{
	struct strbuf path = STRBUF_INIT;
	char *text;
	bool is;

	strbuf_addf(&path, "%s%s.trace", tree_path(TRACES), v->name);
	text = read_text(path.s);
	strbuf_free(&path);
	is = text != NULL;
	free(text);
	for (size_t i = 0; i < tables->gl_pathc && !is; i++) {
		text = read_text(tables->gl_pathv[i]);
		is = text && strstr(text, v->name);
		free(text);
	}
	return is;
}

/* Catches: a class that the judge is said to see, and that no test plants. */
static void test_planted(void **state)
{
	glob_t g = { 0 };
	int bad = 0;

	(void)state;
	assert_int_equal(glob(tree_path(TABLES), 0, NULL, &g), 0);
	for (int id = 0; id < V__COUNT; id++)
		if (violation_get(id)->seen && !is_planted(violation_get(id), &g)) {
			fprintf(stderr, "%s: no canned trace plants it: fixtures/traces/%s.trace\n",
				violation_get(id)->name, violation_get(id)->name);
			bad++;
		}
	globfree(&g);
	assert_int_equal(bad, 0);
}

/* Catches: a scenario that commits a class, without one beside it that does it right. */
static void test_pairs(void **state)
{
	int bad = 0, pairs = 0;

	(void)state;
	for (int id = 0; id < V__COUNT; id++) {
		char path[2][300], *text[2];

		for (int right = 0; right < 2; right++) {
			snprintf(path[right], sizeof(path[0]), "%s%s%s.dma", tree_path(PAIRS),
				 violation_get(id)->name, right ? "-right" : "");
			text[right] = read_text(path[right]);
			if (text[right] && unfinished(text[right])) {
				fprintf(stderr, "%s:%d: TODO: the scenario is not written\n",
					path[right], unfinished(text[right]));
				bad++;
			}
		}
		if (!text[0] != !text[1]) {
			fprintf(stderr, "%s: it has no twin\n", path[!text[0]]);
			bad++;
		}
		pairs += text[0] != NULL;
		free(text[0]);
		free(text[1]);
	}
	assert_int_equal(bad, 0);
	assert_true(pairs > 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traces), cmocka_unit_test(test_rows),
		cmocka_unit_test(test_planted), cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
