// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture compare: is B slower than A? */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/args.h"
#include "cmds.h"
#include "lib/base/terminal.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "host/interleave.h"
#include "lib/base/json_text.h"
#include "lib/measure/compare.h"
#include "host/side.h"

struct compare_args {
	const char *what[2];
	int nr;
	const char *results;
	unsigned int rounds;	/* 0: compare existing results */
	bool json;
	char **metrics;
	size_t nr_metrics;
	struct compare_opts opts;
};

enum {
	OPT_WITHIN = 0x100, OPT_FLOOR, OPT_AT, OPT_SAMPLES, OPT_RESULTS,
};

static const struct argp_option options[] = {
	{ "interleave", 'i', "N", 0, "run both again, N times, A B A B ..., and compare these runs", 0 },
	{ "metric", 'm', "METRIC", 0, "only this metric; may be given more than once", 0 },
	{ "floor", OPT_FLOOR, "PERCENT", 0, "the smallest effect that counts (default 3, under the instruction clock 0.5)", 0 },
	{ "at", OPT_AT, "p50|p90|p99|p99.9|max", 0, "the value of each boot that is compared (default p50)", 0 },
	{ "samples", OPT_SAMPLES, "N", 0, "with fewer samples on a side, the result is inconclusive (default 10)", 0 },
	{ "within-boot", OPT_WITHIN, NULL, 0, "treat the values within a boot as independent; then a difference between boots counts as a difference", 0 },
	{ "json", 'j', NULL, 0, "print the comparison as JSON", 0 },
	{ "results", OPT_RESULTS, "DIR", 0, "where baselines are, and run directories go", 0 },
	{ 0 }
};

static double parse_part(struct argp_state *state, const char *arg)
{
	static const struct {
		const char *word;
		double part;
	} parts[] = {
		{ "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 }, { "max", 1 },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(arg, parts[i].word))
			return parts[i].part;
	argp_failure(state, 2, 0, "--at=%s: want p50, p90, p99, p99.9 or max", arg);
	return 0;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct compare_args *a = state->input;

	switch (key) {
	case 'i':
		a->rounds = arg_number(state, "interleave", arg, 1, 100000);
		break;
	case 'm':
		a->metrics = xrealloc(a->metrics, (a->nr_metrics + 2) * sizeof(*a->metrics));
		a->metrics[a->nr_metrics++] = arg;
		a->metrics[a->nr_metrics] = NULL;
		break;
	case 'j':
		a->json = true;
		break;
	case OPT_FLOOR:
		a->opts.floor = arg_percent(state, "floor", arg);
		break;
	case OPT_AT:
		a->opts.part = parse_part(state, arg);
		break;
	case OPT_SAMPLES:
		a->opts.samples = arg_number(state, "samples", arg, 2, 100000);
		break;
	case OPT_WITHIN:
		a->opts.within_boot = true;
		break;
	case OPT_RESULTS:
		a->results = arg;
		break;
	case ARGP_KEY_ARG:
		if (a->nr == 2)
			argp_error(state, "compare two: A B");
		a->what[a->nr++] = arg;
		break;
	case ARGP_KEY_END:
		if (a->nr < 2)
			argp_error(state, "compare what? A B: run directories or baselines");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "A B",
	.doc = "Compares what two runs measured: run directories, directories of them, or baselines."
	       "\vfaster, slower: a rank test finds a difference, and it is at least the smallest effect. "
	       "same: the interval excludes such an effect. inconclusive: all else, and interrupted runs. "
	       "Exit: 0 nothing slower, 7 something slower, 3 something inconclusive, 2 usage.",
};

static int run_again(const struct compare_args *args, struct samples s[2])
{
	struct interleaved sides[2] = {
		{ .what = args->what[0], .samples = &s[0] },
		{ .what = args->what[1], .samples = &s[1] },
	};
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		sides[i].argv = side_arguments(args->what[i], &s[i]);
		samples_free(&s[i]);
		if (!sides[i].argv)
			err = -ENOENT;
	}
	if (!err)
		err = interleave(sides, args->rounds, args->results);
	for (int i = 0; i < 2; i++) {
		side_free_arguments(sides[i].argv);
		free(sides[i].dir);
	}
	return err;
}

static int print(const struct comparison *c, bool json)
{
	if (json) {
		char *text = json_take(comparison_json(c), JSON_INDENT(1));

		printf("%s\n", text);
		free(text);
	} else {
		comparison_table(c, stdout, terminal_has_colors(STDOUT_FILENO));
	}
	return comparison_exit_code(c);
}

/* Refuses a metric that no series has, as nothing would be compared. */
static int check_metrics(const struct compare_args *args, const struct comparison *c)
{
	int code = 0;

	for (size_t i = 0; i < args->nr_metrics; i++) {
		bool found = false;

		for (size_t k = 0; k < c->nr; k++)
			found |= !strcmp(c->metrics[k].metric, args->metrics[i]);
		if (!found) {
			fprintf(stderr, "dmatorture: no metric '%s' in %s or %s\n", args->metrics[i],
				args->what[0], args->what[1]);
			code = 2;
		}
	}
	return code;
}

int cmd_compare(int argc, char **argv)
{
	struct compare_args args = {
		.results = tree_results(),
		.opts = {
			.alpha = COMPARE_ALPHA, .confidence = COMPARE_CONFIDENCE,
			.samples = COMPARE_SAMPLES, .part = 0.5, .seed = 1,
		},
	};
	struct samples s[2] = { 0 };
	struct comparison c;
	int code = 0;

	options_read(&argp, argc, argv, &args);
	args.opts.metrics = args.metrics;
	for (int i = 0; i < 2 && !code; i++)
		if (side_load(args.what[i], args.results, &s[i]))
			code = 2;
	if (!code && args.rounds) {
		int err = run_again(&args, s);

		code = !err ? 0 : err == -EINVAL || err == -ENOENT ? 2 : 3;
	}
	if (!code) {
		compare(&s[0], &s[1], &args.opts, &c);
		code = check_metrics(&args, &c);
		if (!code)
			code = print(&c, args.json);
		comparison_free(&c);
	}
	samples_free(&s[0]);
	samples_free(&s[1]);
	free(args.metrics);
	return code;
}
