// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture bench: measures what each order costs. */
#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/args.h"
#include "host/bench_guest.h"
#include "host/bench_select.h"
#include "host/cells.h"
#include "cmds.h"
#include "lib/base/terminal.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "lib/measure/bench_table.h"
#include "lib/measure/compare.h"
#include "host/run_samples.h"
#include "host/rundir.h"
#include "host/target.h"
#include "vm/vm.h"

#define DEFAULT_ROUNDS	20

struct bench_args {
	struct bench_select select;
	const char *kernel, *results, *append;
	const struct machine *machine;	/* NULL: that of @kernel's name */
	bool icount, tcg, dry_run, perf;
	const char *observer;
	uint32_t rounds;
	unsigned int smp, timeout_s;
	enum bench_metric metric;
	char *setup[2];		/* more setup lines; with --against, for A and for B */
	bool against;
};

enum {
	OPT_RESULTS = 0x100, OPT_OBSERVER, OPT_SCENARIOS, OPT_REPEAT, OPT_APPEND, OPT_TCG,
	OPT_ICOUNT, OPT_ALL, OPT_PARAM, OPT_AGAINST, OPT_SMP, OPT_PERF, OPT_ENGINES, OPT_ARCH,
};

static const struct argp_option options[] = {
	{ "kernel", 'k', "KERNEL", 0, "as for run (default debian:6.12)", 0 },
	{ "arch", OPT_ARCH, "ARCH", 0, "as for run", 0 },
	{ "world", 'w', "WORLD[,...]", 0, "only these of coherent, bounce, bounce32, strict", 0 },
	{ "engines", OPT_ENGINES, "soft|drivers", 0, "software engines (default), or fsldma and talitos from the kernel's sources on models of their registers", 0 },
	{ "rounds", 'r', "N", 0, "turns of each order (default 20)", 0 },
	{ "repeat", OPT_REPEAT, "N", 0, "chains in each turn (default 11, the first is not counted)", 0 },
	{ "metric", 'm', "METRIC", 0, "show this metric in the table: map, unmap, copy, xor, client, chain (default), executor, chains, bytes, copied or xored", 0 },
	{ "all", OPT_ALL, NULL, 0, "every combination of the parameters", 0 },
	{ "observer", OPT_OBSERVER, "on|off|no-stacks", 0, "watch DMA from inside the guest, to measure what that costs (default off)", 0 },
	{ "icount", OPT_ICOUNT, NULL, 0, "measure time by QEMU's instruction counter: figures have no noise and are the same each time", 0 },
	{ "tcg", OPT_TCG, NULL, 0, "do not use KVM", 0 },
	{ "param", OPT_PARAM, "MODULE.NAME=VALUE", 0, "set a parameter of a module in the guest", 0 },
	{ "against", OPT_AGAINST, "MODULE.NAME=A,B", 0, "compare two values of a module's parameter, in turns inside one guest", 0 },
	{ "perf", OPT_PERF, NULL, 0, "also count events and sample where time is spent, as perf stat and perf record do; this takes time itself, so do not compare these times", 0 },
	{ "seed", 's', "N", 0, "random seed (default 1)", 0 },
	{ "smp", OPT_SMP, "N", 0, "processors of a guest, 1..8 (default 1)", 0 },
	{ "timeout", 't', "SECONDS", 0, "a guest counts as hung when it sends nothing for so long, in host time (default 60)", 0 },
	{ "results", OPT_RESULTS, "DIR", 0, "where run directories go", 0 },
	{ "scenarios", OPT_SCENARIOS, "DIR", 0, "where scenarios are", 0 },
	{ "append", OPT_APPEND, "TEXT", 0, "add TEXT to the guest's boot line", 0 },
	{ "dry-run", 'n', NULL, 0, "list the cells, boot nothing", 0 },
	{ 0 }
};

static bool is_word(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("_-+:/", s[i]))
			return false;
	return n > 0 && n < 32;
}

/* Converts "softdma.slow_map=0,40" to setup lines; a single value is for both sides. */
static void parse_param(struct argp_state *state, struct bench_args *a, const char *arg, bool two)
{
	size_t module = strcspn(arg, "."), name, first, second = 0;
	const char *p = arg + module + (arg[module] == '.');
	const char *value;

	name = strcspn(p, "=");
	value = p + name + (p[name] == '=');
	first = strcspn(value, ",");
	if (value[first] == ',')
		second = strlen(value + first + 1);
	if (!arg[module] || !p[name] || !is_word(arg, module) || !is_word(p, name) ||
	    !is_word(value, first) || (two ? !is_word(value + first + 1, second) : second > 0))
		argp_failure(state, 2, 0, two ? "--against=%s: want MODULE.NAME=A,B"
					      : "--param=%s: want MODULE.NAME=VALUE", arg);
	for (int i = 0; i < 2; i++) {
		bool other = two && i;
		char *old = a->setup[i];

		a->setup[i] = xasprintf("%sparam %.*s %.*s %.*s\n", old ? old : "", (int)module, arg,
					(int)name, p, (int)(other ? second : first),
					other ? value + first + 1 : value);
		free(old);
	}
}

static enum bench_metric parse_metric(struct argp_state *state, const char *arg)
{
	for (int m = 0; m < BENCH__COUNT; m++)
		if (!strcmp(bench_metrics[m].name, arg))
			return m;
	argp_failure(state, 2, 0, "--metric=%s: want map, unmap, copy, xor, client, chain, executor, chains, bytes, copied or xored",
		     arg);
	return 0;
}

static error_t parse_arg(struct bench_args *a, char *arg)
{
	char ***to = strchr(arg, '=') ? &a->select.only : &a->select.names;
	int *nr = strchr(arg, '=') ? &a->select.nr_only : &a->select.nr_names;

	*to = xrealloc(*to, (*nr + 1) * sizeof(**to));
	(*to)[(*nr)++] = arg;
	return 0;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct bench_args *a = state->input;

	switch (key) {
	case 'k':
		a->kernel = arg;
		break;
	case OPT_ARCH:
		a->machine = arg_machine(state, arg);
		break;
	case 'w':
		a->select.worlds |= arg_soft_worlds(state, arg);
		break;
	case 'r':
		a->rounds = arg_number(state, "rounds", arg, 1, SAMPLES_ROUNDS_MAX - 1);
		break;
	case 'm':
		a->metric = parse_metric(state, arg);
		break;
	case 's':
		a->select.seed = arg_number(state, "seed", arg, 0, UINT64_MAX);
		a->select.has_seed = true;
		break;
	case 't':
		a->timeout_s = arg_number(state, "timeout", arg, 1, 86400);
		break;
	case 'n':
		a->dry_run = true;
		break;
	case OPT_REPEAT:
		a->select.repeat = arg_number(state, "repeat", arg, 2, 100000);
		break;
	case OPT_ALL:
		a->select.all = true;
		break;
	case OPT_ENGINES:
		a->select.drivers = arg_drivers(state, arg);
		break;
	case OPT_OBSERVER:
		if (strcmp(arg, "on") && strcmp(arg, "off") && strcmp(arg, "no-stacks"))
			argp_failure(state, 2, 0, "--observer=%s: want on, off or no-stacks", arg);
		a->observer = arg;
		break;
	case OPT_ICOUNT:
		a->icount = true;
		break;
	case OPT_TCG:
		a->tcg = true;
		break;
	case OPT_PARAM:
		parse_param(state, a, arg, false);
		break;
	case OPT_AGAINST:
		if (a->against)
			argp_failure(state, 2, 0, "--against is given twice");
		parse_param(state, a, arg, true);
		a->against = true;
		break;
	case OPT_PERF:
		a->perf = true;
		break;
	case OPT_SMP:
		a->smp = arg_number(state, "smp", arg, 1, 8);
		break;
	case OPT_RESULTS:
		a->results = arg;
		break;
	case OPT_SCENARIOS:
		a->select.scenarios = arg;
		break;
	case OPT_APPEND:
		a->append = arg;
		break;
	case ARGP_KEY_ARG:
		return parse_arg(a, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "[NAME]... [PARAM=VALUE[,...]]...",
	.doc = "Measures the benchmarks, which are the scenarios of bench/, in turns inside one guest for "
	       "each world, and prints the orders side by side. With PARAM=VALUE, "
	       "only these values are measured, each with the first value of the other parameters.\v"
	       "Exit: 0 all as expected, 1 a chain was not, 2 usage, 3 incomplete, 5 guest panic, 6 hang, "
	       "7 B of --against is slower.",
};

/* ---- a run ---- */

static int open_samples(struct bench *b, const struct bench_args *args, const char *config,
			const char *base, int argc, char **argv)
{
	char *name = xstrdup(b->run->dir);
	int err = 0;

	for (unsigned int i = 0; i < b->sides && !err; i++) {
		char *dir = args->against ? xasprintf("%s/%c", b->run->dir, "ab"[i])
					  : xstrdup(b->run->dir);
		char *path = xasprintf("%s/" SAMPLES_FILE, dir);

		if (mkdir(dir, 0777) && errno != EEXIST)
			err = -errno;
		if (!err)
			err = samples_open(path, &b->w[i]);
		if (!err)
			err = run_samples_about(b->run, config, argc, argv, b->w[i]);
		if (!err)
			err = samples_about(b->w[i], ABOUT_BOOT, basename(name));
		if (!err)
			err = samples_about(b->w[i], ABOUT_BASE, base);
		if (!err && args->perf)
			err = samples_about(b->w[i], ABOUT_PERF, "on");
		if (err)
			fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
		free(path);
		free(dir);
	}
	free(name);
	return err;
}

static int close_samples(struct bench *b, bool whole)
{
	int err = 0;

	for (unsigned int i = 0; i < 2; i++) {
		if (b->w[i] && whole && !err)
			err = samples_end(b->w[i]);
		samples_close(b->w[i]);
		b->w[i] = NULL;
	}
	if (err)
		fprintf(stderr, "dmatorture: cannot write the end of " SAMPLES_FILE ": %s\n",
			strerror(-err));
	return err;
}

static int code_of_fate(enum vm_fate fate)
{
	switch (fate) {
	case VM_DONE:
		return 0;
	case VM_PANIC:
	case VM_OOPS:
		return 5;
	case VM_HANG:
		return 6;
	default:
		return 3;
	}
}

/* Removes files of tens of megabytes; all that is in them is in the samples too. */
static void drop_raw(const char *dir)
{
	static const char *const files[] = { "channel.bin", "plan.bin" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *path = xasprintf("%s/%s", dir, files[i]);

		unlink(path);
		free(path);
	}
}

static int run_worlds(struct bench *b, const struct vm_opts *common)
{
	int code = 0;

	for (int w = 0; w < WORLD__COUNT && !code; w++) {
		struct vm_opts opts = *common;
		char *dir = xasprintf("%s/boots/%s-0", b->run->dir, world_name(w));

		opts.world = w;
		opts.dir = dir;
		b->fate = VM_DONE;
		if (bench_guest(b, w, &opts))
			code = 3;
		if (!code)
			code = code_of_fate(b->fate);
		if (code && b->fate != VM_DONE)
			fprintf(stderr, "dmatorture: guest %s-0: %s%s%s; what was measured before is kept\n",
				world_name(w), vm_fate_name(b->fate), b->title[0] ? ": " : "", b->title);
		if (!code && !b->failed)
			drop_raw(dir);
		free(dir);
	}
	return code;
}

/* ---- results ---- */

static int load(const struct bench *b, const char *below, struct samples *s)
{
	char *path = xasprintf("%s%s", b->run->dir, below), why[256] = "";
	int err = samples_load(path, s, why);

	if (err)
		fprintf(stderr, "dmatorture: %s/" SAMPLES_FILE ": %s\n", path, why);
	free(path);
	return err;
}

static int print_orders(const struct bench *b, enum bench_metric metric)
{
	struct samples s = { 0 };
	char *path = xasprintf("%s/bench.txt", b->run->dir), *text = NULL;
	size_t len;
	FILE *f;
	int err = load(b, "", &s);

	if (!err) {
		bench_print_orders(&s, metric, stdout);
		bench_print_dmatest(&s, stdout);
		f = open_memstream(&text, &len);
		for (int m = 0; f && m < BENCH__COUNT; m++) {
			bench_print_orders(&s, m, f);
			fprintf(f, "\n");
		}
		if (f) {
			bench_print_dmatest(&s, f);
			bench_print_percentiles(&s, f);
			fclose(f);
		}
		err = f ? write_whole(path, text, len) : -ENOMEM;
		if (err)
			fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
	}
	if (s.incomplete)
		printf("\nincomplete: %s\n", s.incomplete);
	printf("\npercentiles and all metrics: %s\n", path);
	free(text);
	free(path);
	samples_free(&s);
	return err;
}

static int print_sides(const struct bench *b)
{
	const struct compare_opts opts = {
		.alpha = COMPARE_ALPHA, .confidence = COMPARE_CONFIDENCE,
		.samples = COMPARE_SAMPLES, .part = 0.5, .seed = 1,
	};
	struct samples s[2] = { 0 };
	struct comparison c;
	int code = 3;

	if (!load(b, "/a", &s[0]) && !load(b, "/b", &s[1])) {
		compare(&s[0], &s[1], &opts, &c);
		comparison_table(&c, stdout, terminal_has_colors(STDOUT_FILENO));
		code = comparison_exit_code(&c);
		comparison_free(&c);
		printf("\ncompare again: dmatorture compare %s/a %s/b\n", b->run->dir, b->run->dir);
	}
	samples_free(&s[0]);
	samples_free(&s[1]);
	return code;
}

static void write_env(const struct bench *b, const struct target *target, int argc, char **argv,
		      time_t start)
{
	char *path = xasprintf("%s/env.json", b->run->dir);
	char *env = target_env_json(target, b->run, argc, argv, difftime(time(NULL), start));
	int err = write_whole(path, env, strlen(env));

	if (err)
		fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
	free(env);
	free(path);
}

static int print_perf(const struct bench *b)
{
	char *path = xasprintf("%s/hot.txt", b->run->dir);
	int err = write_whole(path, b->perf.s, b->perf.len);

	printf("%s\n", b->perf.s);
	if (err)
		fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
	free(path);
	return err;
}

/* Leaves out the cells that need what this kernel lacks, and notes why. */
static void leave_out(struct bench *b)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < b->nr_cells; i++) {
		const struct cell *cell = &b->run->cells[b->cells[i].cell];

		if (verdict_can_run(cell, &b->run->env)) {
			b->cells[kept++] = b->cells[i];
		} else if (!b->left_out++) {
			b->why_left_out = xasprintf("%s: the kernel has no %s", cell->scenario,
						    cell->require);
		}
	}
	b->nr_cells = kept;
}

static bool any_workload(const struct bench *b)
{
	for (uint32_t i = 0; i < b->nr_cells; i++)
		if (b->run->cells[b->cells[i].cell].workload)
			return true;
	return false;
}

static int bench(struct bench *b, const struct bench_args *args, struct target *target,
		 const char *base, int argc, char **argv)
{
	static const char *const modules[] = { "dmatest", NULL };
	struct vm_opts opts = {
		.machine = target->machine,
		.kernel_dir = target->kernel_dir,
		.module_dir = target->module_dir,
		.agent = target->agent,
		.smp = args->smp,
		.seed = b->run->seed,
		.free_running = !args->icount,
		.boot = !args->icount,	/* each boot is a sample: restored ones are alike */
		.append = args->append,
		.observer = args->observer,
		.timeout_s = args->timeout_s,
	};
	time_t start = time(NULL);
	int code = 0;

	for (uint32_t i = 0; i < b->run->nr_cells; i++)
		opts.cpu_xor |= b->run->cells[i].cpu_xor;
	if (args->select.drivers) {
		if (target_drivers(target)) {
			if (target->no_drivers)
				fprintf(stderr, "dmatorture: %s\n", target->no_drivers);
			return 3;
		}
		opts.drivers = true;
	}
	if (opts.free_running && !args->tcg)
		opts.kvm = vm_kvm_works(&opts);
	b->run->kernel = target->kernel;
	b->run->kernel_dir = target->kernel_dir;
	b->run->release = target->release;
	b->run->accel = vm_accel(&opts);
	b->run->env = (struct verdict_env){ .release = target->release,
					    .arch = target->machine->name,
					    .config = target->config };
	leave_out(b);
	if (any_workload(b))
		opts.modules = modules;
	if (rundir_create(args->results, strrchr(target->kernel_dir, '/') + 1, &b->run->dir))
		return 3;
	if (open_samples(b, args, target->config, base, argc, argv))
		code = 3;
	if (!code)
		code = run_worlds(b, &opts);
	if (close_samples(b, !code) && !code)
		code = 3;
	write_env(b, target, argc, argv, start);
	if (b->perf.len && print_perf(b) && !code)
		code = 3;
	if (args->against) {
		int compared = print_sides(b);

		code = code ? code : compared;
	} else if (print_orders(b, args->metric) && !code) {
		code = 3;
	}
	if (b->left_out)
		printf("%u cells were left out: %s\n", b->left_out, b->why_left_out);
	if (b->failed) {
		printf("%u turns were not as expected, and are not counted\n", b->failed);
		code = code ? code : 1;
	}
	printf("results: %s\n", b->run->dir);
	return code;
}

static void list_cells(const struct bench *b)
{
	for (uint32_t i = 0; i < b->nr_cells; i++)
		printf("%s%s\n", i && b->cells[i].point != b->cells[i - 1].point ? "\n" : "",
		       b->run->cells[b->cells[i].cell].id);
	fprintf(stderr, "%u cells\n", b->nr_cells);
}

int cmd_bench(int argc, char **argv)
{
	struct bench_args args = {
		.kernel = "debian:6.12", .results = tree_results(), .metric = BENCH_CHAIN,
		.rounds = DEFAULT_ROUNDS, .smp = 1, .timeout_s = 60,
		.observer = "off",	/* it takes time */
	};
	struct target target = { 0 };
	struct run run = { .seed = 1, .observer = "off" };
	struct bench b = { .run = &run };
	char *base = NULL;
	int code;

	options_read(&argp, argc, argv, &args);
	if (args.select.has_seed)
		run.seed = args.select.seed;
	run.smp = args.smp;
	run.free_running = !args.icount;
	run.append = args.append;
	run.observer = args.observer;
	run.drivers = args.select.drivers;
	b.rounds = args.rounds;
	b.sides = args.against ? 2 : 1;
	for (int i = 0; i < 2; i++) {
		char *old = args.setup[i];

		args.setup[i] = xasprintf("%s%s", old ? old : "", args.perf ? "perf\n" : "");
		free(old);
		b.setup[i] = args.setup[i];
	}
	code = bench_select(&args.select, &b, &base);
	if (!code && args.dry_run) {
		list_cells(&b);
	} else if (!code) {
		char *kernel = target_spec(args.kernel, NULL, args.machine);
		int err = target_prepare(kernel, &target);

		free(kernel);
		code = !err ? bench(&b, &args, &target, base, argc, argv) : err == -EINVAL ? 2 : 3;
	}
	for (uint32_t i = 0; i < run.nr_cells; i++)
		cell_free(&run.cells[i]);
	free(run.cells);
	free(run.dir);
	free(b.cells);
	free(b.why_left_out);
	strbuf_free(&b.perf);
	free(base);
	free(args.setup[0]);
	free(args.setup[1]);
	free(args.select.names);
	free(args.select.only);
	target_free(&target);
	return code;
}
