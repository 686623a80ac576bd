// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture report: writes a page, plots, and text for a mail. */
#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "lib/outputs/output.h"
#include "lib/page/page.h"
#include "lib/page/run_page.h"
#include "host/rundir.h"
#include "host/side.h"

#define MAX_HISTORIES	6	/* plots of one metric over time */
#define MIN_HISTORY	3	/* runs that a plot needs */

struct report_args {
	const char *what[2];
	int nr;
	const char *results, *output, *metric;
};

enum { OPT_RESULTS = 0x100 };

static const struct argp_option options[] = {
	{ "output", 'o', "DIR", 0, "where the report goes (default: report/ in the directory of the run, or of B)", 0 },
	{ "metric", 'm', "METRIC", 0, "metric of the plots of history (default: chain)", 0 },
	{ "results", OPT_RESULTS, "DIR", 0, "where baselines and history.db are", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct report_args *a = state->input;

	switch (key) {
	case 'o':
		a->output = arg;
		break;
	case 'm':
		a->metric = arg;
		break;
	case OPT_RESULTS:
		a->results = arg;
		break;
	case ARGP_KEY_ARG:
		if (a->nr == 2)
			argp_error(state, "of one run, or of two: A B");
		a->what[a->nr++] = arg;
		break;
	case ARGP_KEY_END:
		if (!a->nr)
			argp_error(state, "of what? RUN, or A B");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "RUN\nA B",
	.doc = "Writes report.html, a page that needs no other file: of a run of scenarios its verdict, what "
	       "failed and why, and what was found; of what was measured the plots, each also as SVG and PNG, "
	       "and report.txt, for a mail.\vWith two runs, it reports their comparison. Exit: 0; 2 usage; 3 something "
	       "could not be read, drawn or written.",
};

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Makes the report's directory. Returns its path, which the caller frees, or NULL with a line. */
static char *make_output(const struct report_args *a)
{
	const char *last = a->what[a->nr - 1];
	char *dir = a->output ? xstrdup(a->output)
			      : is_dir(last) ? xasprintf("%s/report", last) : xstrdup("report");

	if (!mkdir(dir, 0777) || (errno == EEXIST && is_dir(dir)))
		return dir;
	fprintf(stderr, "dmatorture: cannot make %s: %s; choose another place with --output DIR\n", dir,
		strerror(errno));
	free(dir);
	return NULL;
}

/* ---- history ---- */

static bool in_run(const struct samples *s, const struct history_point *p)
{
	return samples_find(s, p->metric, p->unit, p->cell) != NULL;
}

/* Adds plots of cells of the run that have at least MIN_HISTORY points in the history. */
static void add_history(struct plots *plots, const struct report_args *a, const struct samples *s)
{
	const struct history_filter filter = {
		.metric = a->metric, .accel = samples_get(s, ABOUT_ACCEL),
		.machine = samples_get(s, ABOUT_MACHINE),
	};
	char *path = xasprintf("%s/history.db", a->results), *why = NULL;
	struct history_point *points = NULL;
	struct history *h = NULL;
	unsigned int drawn = 0;
	size_t nr = 0;

	if (access(path, F_OK)) {
		free(path);
		return;
	}
	if (history_open(path, &h, &why)) {
		fprintf(stderr, "dmatorture: %s: %s\n", path, why);
	} else if (history_points(h, &filter, &points, &nr)) {
		fprintf(stderr, "dmatorture: %s: %s\n", path, history_error(h));
	}
	for (size_t i = 0, end; i < nr && drawn < MAX_HISTORIES; i = end) {
		for (end = i + 1; end < nr && history_same_series(&points[i], &points[end]); end++)
			;
		if (end - i < MIN_HISTORY || !in_run(s, &points[i]))
			continue;
		plot_history(plots, &points[i], end - i);
		drawn++;
	}
	history_free_points(points, nr);
	if (h)
		history_close(h);
	free(why);
	free(path);
}

/* ---- the files ---- */

static int write_text(const char *dir, const char *name, const struct strbuf *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	int err = write_whole(path, strbuf_str(text), text->len);

	if (err)
		fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
	else
		printf("%s\n", path);
	free(path);
	return err;
}

static int draw(struct page *page, const struct plots *plots)
{
	int err = plots_draw(plots, page->dir);

	if (!err)
		return 0;
	page->no_plots = err == -ENOENT ? "gnuplot is not installed (Debian: gnuplot-nox)"
					: "gnuplot failed";
	fprintf(stderr, "dmatorture: no plots: %s\n",
		err == -ENOENT || err == -EIO ? page->no_plots : strerror(-err));
	return err;
}

static int write_report(struct page *page, const struct plots *plots)
{
	struct strbuf html = STRBUF_INIT, text = STRBUF_INIT;
	int err = draw(page, plots), other;

	other = page_html(page, &html);
	if (other)
		fprintf(stderr, "dmatorture: a plot cannot be read: %s\n", strerror(-other));
	page_text(page, &text);
	err = err ? err : other;
	other = write_text(page->dir, "report.html", &html);
	err = err ? err : other;
	other = write_text(page->dir, "report.txt", &text);
	err = err ? err : other;
	for (size_t i = 0; i < plots->nr && !page->no_plots; i++)
		printf("%s/%s.svg, .png\n", page->dir, plots->v[i].name);
	strbuf_free(&html);
	strbuf_free(&text);
	return err;
}

/* ---- a run of scenarios ---- */

static bool is_run(const char *what)
{
	char *path = xasprintf("%s/result.json", what);
	bool is = is_dir(what) && !access(path, F_OK);

	free(path);
	return is;
}

/* What was measured is drawn and told only if there is something: a run need not measure. */
static int report_measured(const struct report_args *a, struct run_page *page, struct plots *plots,
			   const struct samples *s, const char *name)
{
	struct page mail = { .s = { s }, .name = { name }, .plots = plots, .dir = page->plot_dir };
	struct strbuf text = STRBUF_INIT;
	int err = 0, other;

	if (!s->nr_series)
		return 0;
	page->s = s;
	page->plots = plots;
	add_history(plots, a, s);
	if (plots->nr)
		err = draw(&mail, plots);
	page->no_plots = mail.no_plots;
	page_text(&mail, &text);
	other = write_text(page->plot_dir, "report.txt", &text);
	strbuf_free(&text);
	return err ? err : other;
}

/* Returns an exit code. */
static int report_run(const struct report_args *a, const char *dir, const struct samples *s,
		      const char *name)
{
	struct output out = { 0 };
	struct plots plots = { 0 };
	struct run_page page = { .plot_dir = dir };
	char why[256];
	int err = output_add_dir(&out, a->what[0], why), other;

	if (err) {
		fprintf(stderr, "dmatorture: %s: %s\n", a->what[0], why);
	} else {
		page.run = out.runs;
		err = report_measured(a, &page, &plots, s, name);
		other = run_page_write(&page, dir);
		if (!other)
			printf("%s/report.html\n", dir);
		err = err ? err : other;
	}
	plots_free(&plots);
	output_free(&out);
	return err ? 3 : 0;
}

static const char *name_of(const char *what)
{
	const char *slash = strrchr(what, '/');

	return slash && slash[1] ? slash + 1 : what;
}

static int report_one(const struct report_args *a, struct page *page, const struct samples *s)
{
	struct strbuf hot = STRBUF_INIT;
	struct bench_points points;
	struct plots plots = { 0 };
	char *path = xasprintf("%s/hot.txt", a->what[0]);
	int err;

	bench_points_find(s, &points);
	plot_throughput(&plots, &points);
	plot_latency(&plots, &points);
	plot_ratios(&plots, &points, samples_get(s, ABOUT_BASE));
	add_history(&plots, a, s);
	bench_points_free(&points);
	if (is_dir(a->what[0]) && !strbuf_read_file(&hot, path))
		page->hot = strbuf_str(&hot);
	page->plots = &plots;
	err = write_report(page, &plots);
	plots_free(&plots);
	strbuf_free(&hot);
	free(path);
	return err;
}

static int report_two(struct page *page, const struct samples s[2])
{
	const struct compare_opts opts = {
		.alpha = COMPARE_ALPHA, .confidence = COMPARE_CONFIDENCE,
		.samples = COMPARE_SAMPLES, .part = 0.5, .seed = 1,
	};
	struct plots plots = { 0 };
	struct comparison c;
	int err;

	compare(&s[0], &s[1], &opts, &c);
	plot_comparison(&plots, &c);
	page->c = &c;
	page->plots = &plots;
	err = write_report(page, &plots);
	plots_free(&plots);
	comparison_free(&c);
	return err;
}

int cmd_report(int argc, char **argv)
{
	struct report_args args = { .results = tree_results(), .metric = "chain" };
	struct samples s[2] = { 0 };
	struct page page = { 0 };
	char *dir = NULL;
	bool of_run;
	int code = 0;

	options_read(&argp, argc, argv, &args);
	of_run = args.nr == 1 && is_run(args.what[0]);
	for (int i = 0; i < args.nr && !code; i++) {
		if (side_load(args.what[i], args.results, &s[i]))
			code = 2;
		page.s[i] = &s[i];
		page.name[i] = name_of(args.what[i]);
	}
	/* An empty page would suggest that all is well. */
	for (int i = 0; i < args.nr && !code; i++) {
		if (s[i].nr_series || of_run)
			continue;
		if (s[i].incomplete)
			fprintf(stderr, "dmatorture: nothing to report: %s\n", s[i].incomplete);
		else
			fprintf(stderr, "dmatorture: nothing to report: %s: nothing was measured, for no cell passed\n",
				args.what[i]);
		code = 3;
	}
	if (!code) {
		dir = make_output(&args);
		page.dir = dir;
		if (dir && of_run)
			code = report_run(&args, dir, &s[0], page.name[0]);
		else if (!dir || (args.nr == 2 ? report_two(&page, s)
						: report_one(&args, &page, &s[0])))
			code = 3;
	}
	free(dir);
	samples_free(&s[0]);
	samples_free(&s[1]);
	return code;
}
