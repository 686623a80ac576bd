// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts hostile text into every field that a page is made from: samples, history, names, tables of
 * hot functions. Catches markup, or a command for gnuplot, that comes from a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"
#include "lib/base/visible.h"
#include "lib/page/html.h"
#include "lib/timeline/draw.h"
#include "lib/page/page.h"
#include "lib/page/plot_internal.h"
#include "page_check.h"

static void add_series(struct samples *s, const char *metric, const char *unit, const char *cell,
		       double value)
{
	struct samples_series *series;

	s->series = realloc(s->series, (s->nr_series + 1) * sizeof(*s->series));
	series = &s->series[s->nr_series++];
	*series = (struct samples_series){ .metric = strdup(metric), .unit = strdup(unit),
					   .cell = strdup(cell), .nr_rounds = 1 };
	series->rounds = calloc(1, sizeof(*series->rounds));
	series->rounds[0].values = calloc(20, sizeof(double));
	series->rounds[0].nr = series->rounds[0].room = 20;
	for (int i = 0; i < 20; i++)
		series->rounds[0].values[i] = value + i;
}

/* The words of a cell end at spaces. */
static char *one_word(const char *text)
{
	char *word = strdup(text);

	for (char *p = word; *p; p++)
		if (*p == ' ' || *p == '@')
			*p = '_';
	return word;
}

static void plant(struct samples *s, const char *text, double value)
{
	static const char *const keys[] = {
		ABOUT_TIME, ABOUT_RELEASE, ABOUT_ACCEL, ABOUT_MACHINE, ABOUT_CONFIG, ABOUT_BASE,
		ABOUT_ARGUMENTS,
	};
	char *word = one_word(text), cell[4096];

	memset(s, 0, sizeof(*s));
	s->about = calloc(sizeof(keys) / sizeof(keys[0]), sizeof(*s->about));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		s->about[s->nr_about++] = (struct samples_about){ strdup(keys[i]), strdup(text) };
	add_series(s, text, text, text, value);
	for (int order = 0; order < 2; order++)
		for (int size = 4; size < 12; size += 4) {
			snprintf(cell, sizeof(cell), "bench/%s size=%dK%s x=%s @%s",
				 order ? "split" : "legacy", size, word, word, word);
			add_series(s, "chain", "ns", cell, value + size);
			add_series(s, "bytes/s", "B/s", cell, value * 1e6);
		}
	s->incomplete = strdup(text);
	free(word);
}

/* gnuplot takes half a second: draw only the last text, and all of them together. */
static bool is_drawn(size_t i)
{
	return i >= NR_HOSTILE - 1;
}

static const char *text_of(size_t i)
{
	static char all[2048];

	if (i < NR_HOSTILE)
		return hostile[i];
	*all = '\0';
	for (size_t k = 0; k < NR_HOSTILE; k++)
		strcat(strcat(all, hostile[k]), " ");
	return all;
}

static char *draw(struct page *page, struct plots *plots, bool drawn)
{
	struct strbuf html = STRBUF_INIT, script = STRBUF_INIT, mail = STRBUF_INIT;
	char *path = xasprintf("%s/plots.gp", page->dir);
	char *was = xstrdup(getenv("PATH"));
	int err;

	if (!drawn)
		setenv("PATH", "/nowhere", 1);
	err = plots_draw(plots, page->dir);
	setenv("PATH", was, 1);
	free(was);
	if (err == -ENOENT)
		page->no_plots = text_of(NR_HOSTILE);
	assert_true(!err || (err == -ENOENT && (!drawn || access("/usr/bin/gnuplot", X_OK))));
	assert_int_equal(strbuf_read_file(&script, path), 0);
	is_harmless("plots.gp", strbuf_str(&script));
	assert_int_equal(page_html(page, &html), 0);
	is_harmless("html", strbuf_str(&html));
	has_only_our_tags(strbuf_str(&html));
	page_text(page, &mail);
	is_harmless("mail", strbuf_str(&mail));
	strbuf_free(&script);
	strbuf_free(&mail);
	free(path);
	return strbuf_detach(&html);
}

static void test_run(void **state)
{
	char dir[] = "/tmp/test_page.XXXXXX", here[4096];

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(dir), 0);
	for (size_t i = 0; i <= NR_HOSTILE; i++) {
		char *text = xstrdup(text_of(i)), *html;
		struct history_point points[3] = { { .metric = text, .unit = text, .cell = text,
						     .time = text, .p50 = 1, .p99 = 2 } };
		struct plots plots = { 0 };
		struct bench_points found;
		struct samples s;
		struct page page = { .s = { &s }, .name = { text }, .plots = &plots, .dir = ".",
				     .hot = text };

		points[1] = points[2] = points[0];
		points[1].time = (char[]){ "2026-01-31T23:59:59Z" };
		points[2].time = (char[]){ "2026-02-28T23:59:59Z" };
		plant(&s, text, 1000);
		bench_points_find(&s, &found);
		plot_throughput(&plots, &found);
		plot_latency(&plots, &found);
		plot_ratios(&plots, &found, text);
		plot_history(&plots, points, 3);
		html = draw(&page, &plots, is_drawn(i));
		finds(html, text);
		if (!access("owned", F_OK))
			fail_msg("gnuplot ran a command of '%s'", text);
		free(html);
		free(text);
		bench_points_free(&found);
		plots_free(&plots);
		samples_free(&s);
	}
	leave(here, dir);
}

static void test_two_runs(void **state)
{
	char dir[] = "/tmp/test_page.XXXXXX", here[4096];

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(dir), 0);
	for (size_t i = 0; i <= NR_HOSTILE; i++) {
		const char *text = text_of(i);
		const struct compare_opts opts = {
			.alpha = COMPARE_ALPHA, .confidence = COMPARE_CONFIDENCE,
			.samples = COMPARE_SAMPLES, .part = 0.5, .seed = 1,
		};
		struct plots plots = { 0 };
		struct comparison c;
		struct samples s[2];
		struct page page = { .s = { &s[0], &s[1] }, .name = { text, text },
				     .plots = &plots, .dir = ".", .c = &c };
		char *html;

		plant(&s[0], text, 1000);
		plant(&s[1], text, 1500);
		compare(&s[0], &s[1], &opts, &c);
		plot_comparison(&plots, &c);
		html = draw(&page, &plots, is_drawn(i));
		finds(html, text);
		if (!access("owned", F_OK))
			fail_msg("gnuplot ran a command of '%s'", text);
		free(html);
		comparison_free(&c);
		plots_free(&plots);
		samples_free(&s[0]);
		samples_free(&s[1]);
	}
	leave(here, dir);
}

/* Catches: an SVG with scripts or links that is accepted; one made by gnuplot that is refused. */
static void test_svg(void **state)
{
	static const char *const bad[] = {
		"", "<html></html>", "<svg><script>x()</script></svg>", "<svg onload=\"x()\"></svg>",
		"<svg><a xlink:href='javascript:x()'></a></svg>", "<svg><use xlink:href='http://x/'/></svg>",
		"<svg><rect fill=\"url(http://x/)\"/></svg>", "<svg><rect style=\"fill:red\"/></svg>",
		"<svg><foreignObject/></svg>", "<svg><rect x=1/></svg>", "<svg><rect x='1/></svg>", "<svg",
		"<svg><image xlink:href='#a'/></svg>", "<svg><!-- --></svg>", "<svg><g x></g></svg>",
	};
	static const char good[] = "<svg viewBox=\"0 0 1 1\">\n<g fill='url(#a)'><use xlink:href='#b'/></g></svg>";
	struct strbuf sb = STRBUF_INIT;
	struct html *html = html_new();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (html_svg(html, bad[i]) != -EBADMSG)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(html_svg(html, good), 0);
	html_finish(html, &sb);
	assert_string_equal(strbuf_str(&sb), good);
	strbuf_free(&sb);
}

/* Catches: a style that is accepted because it begins or ends like that of a timeline. */
static void test_svg_style(void **state)
{
	char *good = xasprintf("<svg><style>%s</style><g role='img'/></svg>", chart_style);
	char *bad[] = {
		xstrdup("<svg><style>*{background:url(http://x/)}</style></svg>"),
		xasprintf("<svg><style>%s*{display:none}</style></svg>", chart_style),
		xasprintf("<svg><style>%.100s</style></svg>", chart_style),
		xasprintf("<svg><style>%s", chart_style),
		xasprintf("<svg><style media='all'>%s</style></svg>", chart_style),
	};
	struct strbuf sb = STRBUF_INIT;
	struct html *html = html_new();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (html_svg(html, bad[i]) != -EBADMSG)
			fail_msg("taken: %s", bad[i]);
		free(bad[i]);
	}
	assert_int_equal(html_svg(html, good), 0);
	html_finish(html, &sb);
	assert_string_equal(strbuf_str(&sb), good);
	strbuf_free(&sb);
	free(good);
}

/* Catches: a plot that overwrites the file of another plot. */
static void test_names(void **state)
{
	static const char *const names[] = { "a", "a_2", "A", "_", "a" };
	struct plots plots = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		plot_new(&plots, xstrdup(names[i]), xstrdup("title"), 1, 1);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(plots.v[k].name, plots.v[i].name);
	}
	plots_free(&plots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_two_runs),
		cmocka_unit_test(test_svg), cmocka_unit_test(test_svg_style),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
