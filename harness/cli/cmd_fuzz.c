// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture fuzz: runs random programs in all worlds and asks oracles about each. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmds.h"
#include "host/args.h"
#include "host/fuzz.h"
#include "host/promote.h"
#include "host/rules_off.h"
#include "host/stop.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "lib/judge/judge.h"
#include "lib/language/ast.h"

struct fuzz_args {
	const char *kernel, *results, *scenarios;
	uint64_t seed, count, for_ns;
	bool has_seed, watch_cpu;
	unsigned int worlds, jobs, round, timeout_s;
	enum draw_mode mode;
	struct promotion promote;
	const struct violation *off;	/* a rule of the judge */
	const char *rules;	/* the file of --rules */
	int without;		/* a rule of the model, or -1 */
};

enum {
	OPT_FOR = 0x100, OPT_RESULTS, OPT_LEGAL, OPT_WRONG, OPT_COUNT, OPT_ROUND, OPT_PROMOTE,
	OPT_AS, OPT_WHY, OPT_RULE_OFF, OPT_WITHOUT, OPT_RULES, OPT_WATCH,
};

static const struct argp_option options[] = {
	{ "for", OPT_FOR, "DURATION", 0, "how long, such as 10m or 90s (default: until it is stopped)", 0 },
	{ "count", OPT_COUNT, "N", 0, "so many programs", 0 },
	{ "seed", 's', "N", 0, "from the first program of this seed on (default: seed 1, from where it was left)", 0 },
	{ "kernel", 'k', "KERNEL", 0, "as for run (default debian:6.12)", 0 },
	{ "world", 'w', "WORLD[,...]", 0, "only these of coherent, bounce, bounce32, strict", 0 },
	{ "watch", OPT_WATCH, "cpu", 0, "also see the loads and stores of the CPU: wrong data always have a name then; slower", 0 },
	{ "legal", OPT_LEGAL, NULL, 0, "only programs that keep the rules", 0 },
	{ "wrong", OPT_WRONG, NULL, 0, "only programs that may break them", 0 },
	{ "jobs", 'j', "N", 0, "guests at the same time (default: one for each processor)", 0 },
	{ "round", OPT_ROUND, "N", 0, "programs in a guest (default 500)", 0 },
	{ "results", OPT_RESULTS, "DIR", 0, "where corpus, state and findings are (default: fuzz below the runs')", 0 },
	{ "timeout", 't', "SECONDS", 0, "a guest counts as hung when it sends nothing for so long, in host time (default 60)", 0 },
	{ "promote", OPT_PROMOTE, "FILE", 0, "make a scenario of a finding: run it, expect what is seen; with --as and --why", 0 },
	{ "as", OPT_AS, "GROUP/NAME", 0, "its name", 0 },
	{ "scenarios", 'S', "DIR", 0, "where --promote puts it", 0 },
	{ "why", OPT_WHY, "TEXT", 0, "its title: which rule or twin was wrong", 0 },
	{ "rule-off", OPT_RULE_OFF, "CLASS", OPTION_HIDDEN, "the judge does not name it; ends when an oracle notices", 0 },
	{ "without", OPT_WITHOUT, "RULE", OPTION_HIDDEN, "the model lacks it; ends when an oracle notices", 0 },
	{ "rules", OPT_RULES, "FILE", OPTION_HIDDEN, "write there which program would notice each rule that is missing", 0 },
	{ 0 }
};

static uint64_t duration(struct argp_state *state, const char *arg)
{
	size_t len = strlen(arg);
	struct number n;

	if (len && arg[len - 1] == 'm' && strspn(arg, "0123456789") == len - 1 && len < 10)
		return strtoull(arg, NULL, 10) * 60000000000ull;
	if (len && arg[len - 1] == 'h' && strspn(arg, "0123456789") == len - 1 && len < 8)
		return strtoull(arg, NULL, 10) * 3600000000000ull;
	if (number_parse(arg, &n) || n.unit != UNIT_TIME || !n.n)
		argp_failure(state, 2, 0, "--for=%s: want a duration such as 90s, 10m or 1h", arg);
	return n.n;
}

static void check_name(struct argp_state *state, const char *arg)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t group = strspn(arg, letters), name = 0;

	if (group && arg[group] == '/')
		name = strspn(arg + group + 1, letters);
	if (!name || arg[group + 1 + name] || group > 31 || name > 31)
		argp_failure(state, 2, 0, "--as=%s: want GROUP/NAME of letters, digits and -", arg);
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct fuzz_args *a = state->input;

	switch (key) {
	case 'k':
		a->kernel = arg;
		break;
	case 'w':
		a->worlds |= arg_soft_worlds(state, arg);
		break;
	case 's':
		a->seed = arg_number(state, "seed", arg, 0, UINT64_MAX);
		a->has_seed = true;
		break;
	case 'j':
		a->jobs = arg_number(state, "jobs", arg, 1, 64);
		break;
	case OPT_WATCH:
		a->watch_cpu = arg_watch(state, arg);
		break;
	case OPT_FOR:
		a->for_ns = duration(state, arg);
		break;
	case OPT_COUNT:
		a->count = arg_number(state, "count", arg, 1, UINT64_MAX / 2);
		break;
	case OPT_ROUND:
		a->round = arg_number(state, "round", arg, 1, 10000);
		break;
	case 't':
		a->timeout_s = arg_number(state, "timeout", arg, 1, 86400);
		break;
	case 'S':
		a->scenarios = arg;
		break;
	case OPT_RESULTS:
		a->results = arg;
		break;
	case OPT_PROMOTE:
		a->promote.file = arg;
		break;
	case OPT_AS:
		check_name(state, arg);
		a->promote.name = arg;
		break;
	case OPT_WHY:
		if (!*arg || strlen(arg) > 80 || strpbrk(arg, "\"\\\n"))
			argp_failure(state, 2, 0, "--why: want one line of at most 80 letters without quotes");
		a->promote.why = arg;
		break;
	case OPT_RULE_OFF:
		a->off = violation_find(arg);
		if (!a->off)
			argp_failure(state, 2, 0, "--rule-off=%s: want a class, as `dmatorture explain` lists them", arg);
		judge_switch_off(a->off->id);
		break;
	case OPT_WITHOUT:
		a->without = model_rule_find(arg);
		if (a->without < 0)
			argp_failure(state, 2, 0, "--without=%s: want a rule, as `dmatorture predict --rules` lists them", arg);
		break;
	case OPT_RULES:
		a->rules = arg;
		break;
	case OPT_LEGAL:
	case OPT_WRONG:
		if (a->mode)
			argp_failure(state, 2, 0, "--legal and --wrong: want one of them");
		a->mode = key == OPT_LEGAL ? DRAW_LEGAL : DRAW_WRONG;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "no word is expected: '%s'", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.doc = "Draws random programs, runs them in guests of all worlds, and compares what the judge "
	       "says with what was drawn and with what happened to the data.\v"
	       "Exit: 0 no disagreement, 1 disagreements (their files are printed), 2 usage or a damaged "
	       "file, 3 incomplete.",
};

static void say_progress(const struct fuzz *f)
{
	fprintf(stderr, "  [%llu programs, %llu cells] %.1f programs/s  %llu legal  corpus %zu  %llu disagree\n",
		(unsigned long long)f->programs, (unsigned long long)f->cells,
		f->wall_s > 0 ? f->programs / f->wall_s : 0.0, (unsigned long long)f->legal,
		f->nr_corpus, (unsigned long long)f->disagreements);
}

static bool enough(const struct fuzz *f, const struct fuzz_args *a, const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (a->count && f->programs >= a->count) ||
	       (a->for_ns && (now.tv_sec - start->tv_sec) * 1000000000ull + now.tv_nsec -
	       start->tv_nsec >= a->for_ns);
}

static void summary_excused(const struct fuzz *f)
{
	const char *what, *why;
	unsigned int worlds;

	for (unsigned int i = 0; oracle_exception(i, &what, &worlds, &why); i++)
		if (f->excused[i])
			printf("  %5llu  agree by an exception, %s: %s\n",
			       (unsigned long long)f->excused[i], what, why);
}

static void summary(const struct fuzz *f)
{
	printf("%llu programs (%llu legal), %llu cells, %.1f programs/s: %llu disagree\n",
	       (unsigned long long)f->programs, (unsigned long long)f->legal,
	       (unsigned long long)f->cells, f->wall_s > 0 ? f->programs / f->wall_s : 0.0,
	       (unsigned long long)f->disagreements);
	for (size_t i = 0; i < f->nr_open; i++)
		printf("  %5u  %s\n", f->open[i].count, f->open[i].key);
	summary_excused(f);
}

/* What tells of a missing rule of the model: its class, or anything. */
static const char *wanted_of(int rule)
{
	return model_rule(rule)->class ?: "";
}

/* Programs of which the observer lost something are not judged: a few may be so, and no more. */
#define LOST_SHARE	20	/* one in so many */

static bool lost_too_many(const struct fuzz *f)
{
	uint64_t lost = f->excused[oracle_exception_lost()];

	if (lost <= 2 + f->programs / LOST_SHARE)
		return false;
	fprintf(stderr, "dmatorture: the observer lost events of %llu of %llu programs, more than one in %d: not looked at\n",
		(unsigned long long)lost, (unsigned long long)f->programs, LOST_SHARE);
	return true;
}

static int fuzz(struct fuzz *f, const struct fuzz_args *a)
{
	struct timespec start;
	int err = 0;

	clock_gettime(CLOCK_MONOTONIC, &start);
	stop_catch();
	f->wants = a->off ? a->off->name : a->without >= 0 ? wanted_of(a->without) : NULL;
	while (!err && !f->noticed && !stop_wanted() && !enough(f, a, &start)) {
		unsigned int nr = a->round;

		if (a->count && a->count - f->programs < nr)
			nr = a->count - f->programs;
		err = fuzz_round(f, nr);
		say_progress(f);
	}
	stop_release();
	summary(f);
	if (err == -EINTR || stop_wanted())
		fprintf(stderr, "dmatorture: interrupted; what was found is in %s\n", f->dir);
	else if (err)
		fprintf(stderr, "dmatorture: ended early: %s\n", strerror(-err));
	return f->disagreements ? 1 : err || lost_too_many(f) ? 3 : 0;
}

/* What came of --rule-off. */
static int say_noticed(const struct fuzz *f)
{
	if (!f->noticed) {
		printf("%s: not noticed in %llu programs\n", f->wants, (unsigned long long)f->programs);
		return 1;
	}
	printf("%s: noticed by oracle %s after %llu programs, %.0f s\n", f->wants,
	       oracle_letter(f->noticed_by), (unsigned long long)f->noticed, f->wall_s);
	return 0;
}

static int write_rules(const struct rules_off *rules, const struct fuzz *f, const char *path)
{
	char *how = xasprintf("%s, seed %llu%s", f->trials.kernel, (unsigned long long)f->seed,
			      f->mode == DRAW_WRONG ? ", --wrong" : "");
	FILE *out = fopen(path, "we");

	if (out)
		rules_off_print(rules, f->programs, how, out);
	free(how);
	if (out && !fclose(out))
		return 0;
	fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(errno));
	return -errno;
}

static int run_promote(struct trials *trials, const struct fuzz_args *a)
{
	char *scenarios = xstrdup(a->scenarios ?: tree_path("scenarios"));
	struct promotion p = a->promote;
	int err;

	p.scenarios = scenarios;
	err = promote(trials, &p);
	free(scenarios);
	return !err ? 0 : err == -EINVAL || err == -EEXIST ? 2 : 3;
}

int cmd_fuzz(int argc, char **argv)
{
	struct fuzz_args a = {
		.kernel = "debian:6.12", .seed = 1, .round = 500, .timeout_s = 60, .without = -1,
		.jobs = sysconf(_SC_NPROCESSORS_ONLN) > 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 1,
	};
	static struct rules_off rules;
	char *results = NULL, *work;
	struct fuzz f = { 0 };
	int code;

	options_read(&argp, argc, argv, &a);
	if (a.promote.file && (!a.promote.name || !a.promote.why)) {
		fprintf(stderr, "dmatorture: --promote FILE needs --as GROUP/NAME and --why TEXT\n");
		return 2;
	}
	if (!a.results)
		a.results = results = xasprintf("%s/fuzz", tree_results());
	f.dir = a.results;
	f.mode = a.mode;
	f.seed = a.seed;
	f.trials = (struct trials) {
		.worlds = a.worlds ? a.worlds : WORLDS_DEFAULT, .jobs = a.jobs,
		.timeout_s = a.timeout_s, .smp = 1, .seed = 1, .observer = "no-stacks",
		.watch_cpu = a.watch_cpu, .rules = a.rules ? &rules : NULL,
		.predict_off = a.without >= 0 ? 1ull << a.without : 0,
	};
	work = xasprintf("%s/work", a.results);
	code = fuzz_open(&f);
	if (a.has_seed) {	/* the same programs each time, whatever was found before */
		f.next = 0;
		f.first = f.nr_corpus;
	}
	if (!code)
		code = trials_begin(&f.trials, a.kernel, work);
	if (!code && a.promote.file)
		code = run_promote(&f.trials, &a);
	else if (!code)
		code = fuzz(&f, &a);
	if (f.wants && code != 2)
		code = say_noticed(&f);
	if (a.rules && code != 2 && write_rules(&rules, &f, a.rules))
		code = 3;
	trials_end(&f.trials);
	fuzz_close(&f);
	free(work);
	free(results);
	return code;
}
