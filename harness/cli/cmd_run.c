// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture run: compiles scenarios to cells, runs these in guests, and writes the findings. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/args.h"
#include "host/board_args.h"
#include "host/cells.h"
#include "cmds.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "lib/verdict/run.h"
#include "lib/outputs/parts.h"
#include "host/resume.h"
#include "host/run_finish.h"
#include "host/run_board.h"
#include "host/run_guests.h"
#include "host/run_plan.h"
#include "host/rundir.h"
#include "host/target.h"
#include "lib/base/json_text.h"
#include "lib/measure/samples.h"

#define DEFAULT_KERNEL	"debian:6.12"
#define DEFAULT_SMP	1
#define DEFAULT_TIMEOUT	60

struct run_args {
	const char *kernel;	/* NULL: not said */
	const char *kdir, *plan, *results, *scenarios, *append;
	const char *observer;
	const struct machine *machine;	/* NULL: that of @kernel's name */
	unsigned int worlds;	/* bit per enum world; 0: the scenario's */
	bool drivers, predict;
	uint64_t predict_off;
	bool has_seed, dry_run, free_running, crash, tcg, boot, watch_cpu;
	uint64_t seed;
	uint32_t repeat;
	struct sweep_wish sweep;
	const char *resume;	/* a run directory to go on with */
	bool others;		/* options were given that --resume takes from its run */
	unsigned int jobs, smp, timeout_s;
	unsigned int part;	/* number of a part of @plan, from 1 */
	const char *only_failed;
	const char *failed_first;	/* "": the latest run */
	bool fail_fast, json;
	struct board_wish board;
	char **names;
	int nr_names;
};

enum {
	OPT_RESULTS = 0x100, OPT_SCENARIOS, OPT_FREE, OPT_SMP, OPT_REPEAT,
	OPT_CRASH, OPT_APPEND, OPT_TCG, OPT_OBSERVER, OPT_ENGINES, OPT_KDIR,
	OPT_PLAN, OPT_PART, OPT_SWEEP, OPT_RESUME, OPT_BOOT, OPT_PREDICT, OPT_WITHOUT, OPT_ARCH,
	OPT_WATCH, OPT_FAILED_FIRST, OPT_ONLY_FAILED, OPT_FAIL_FAST, OPT_JSON,
	OPT__END,
};

static const struct argp_option options[] = {
	{ "kernel", 'k', "KERNEL", 0, "debian:6.12 (default), debian:6.1; debug, kasan, witness: built from Debian's source; tree:PATH[,PROFILE]: built from yours; image:PATH with --kdir; with:DIR,KERNEL: modules in DIR take the place of KERNEL's own", 0 },
	{ "arch", OPT_ARCH, "ARCH", 0, "the architecture that KERNEL is for: x86_64 (default), arm64; --kernel arm64/debian:6.12 says the same", 0 },
	{ "kdir", OPT_KDIR, "DIR", 0, "for image:PATH: the directory in which its modules were built", 0 },
	{ "world", 'w', "WORLD[,...]", 0, "only these of coherent, bounce, bounce32, strict, iommu, iommu-lazy, iommu-virtio", 0 },
	{ "seed", 's', "N", 0, "random seed (default: the scenario's, else 1)", 0 },
	{ "repeat", OPT_REPEAT, "N", 0, "iterations, instead of the scenario's number", 0 },
	{ "jobs", 'j', "N", 0, "guests at the same time (default: one for each processor)", 0 },
	{ "timeout", 't', "SECONDS", 0, "a guest counts as hung when it sends nothing for so long, in host time (default 60)", 0 },
	{ "results", OPT_RESULTS, "DIR", 0, "where run directories go", 0 },
	{ "scenarios", OPT_SCENARIOS, "DIR", 0, "where scenarios are", 0 },
	{ "smp", OPT_SMP, "N", 0, "processors of a guest, 1..8 (default 1; with more, idle processors poll and the guest takes longer)", 0 },
	{ "free-running", OPT_FREE, NULL, 0, "no fixed instruction clock: KVM if a guest boots with it here, else plain TCG; not repeatable", 0 },
	{ "tcg", OPT_TCG, NULL, 0, "with --free-running: do not use KVM", 0 },
	{ "engines", OPT_ENGINES, "soft|drivers", 0, "software engines (default), or fsldma and talitos from the kernel's sources on models of their registers", 0 },
	{ "plan", OPT_PLAN, "FILE", 0, "run a part of this plan, made by dmatorture plan --json (-: standard input)", 0 },
	{ "part", OPT_PART, "N", 0, "number of the part of --plan, from 1", 0 },
	{ "sweep", OPT_SWEEP, "KIND[:N][,...]", 0, "run each cell again and again, with its first map, prep, submit, slab or page allocation failing, then its second, and so on to the last; N: only the Nth", 0 },
	{ "resume", OPT_RESUME, "RUN", 0, "run the rest of a run that was stopped, with its options; only --jobs and --timeout may be given too", 0 },
	{ "failed-first", OPT_FAILED_FIRST, "RUN", OPTION_ARG_OPTIONAL, "begin with the cells that failed in RUN (default: the latest run)", 0 },
	{ "only-failed", OPT_ONLY_FAILED, "RUN", 0, "run only the cells that failed or were incomplete in RUN, on its kernel and with its seed", 0 },
	{ "fail-fast", OPT_FAIL_FAST, NULL, 0, "stop at the first cell that is not as expected", 0 },
	{ "json", OPT_JSON, NULL, 0, "print the result as JSON", 0 },
	{ "predict", OPT_PREDICT, NULL, 0, "say at the end where the kernel surprised the model (dmatorture predict); the exit code does not hang on it", 0 },
	{ "predict-without", OPT_WITHOUT, "RULE", OPTION_HIDDEN, "the same, by a model without this rule", 0 },
	{ "dry-run", 'n', NULL, 0, "list the cells, boot nothing", 0 },
	{ "append", OPT_APPEND, "TEXT", 0, "add TEXT to the guests' boot line", 0 },
	{ "observer", OPT_OBSERVER, "on|off|no-stacks", 0, "watch DMA from inside the guest (default on); off: violations are not judged", 0 },
	{ "watch", OPT_WATCH, "cpu", 0, "also see the loads and stores of the guest's CPU, with a plugin of QEMU, and judge those of memory that a device owns; slower", 0 },
	{ "boot", OPT_BOOT, NULL, 0, "boot each guest, and neither use nor make an image; the results are the same", 0 },
	{ "allow-crash", OPT_CRASH, NULL, 0, "let crash steps crash the guest", 0 },
	{ 0 }
};

static void parse_sweep(struct argp_state *state, struct run_args *args, const char *arg)
{
	char why[256];

	if (sweep_parse(arg, &args->sweep, why))
		argp_failure(state, 2, 0, "--sweep: %s", why);
}

/* The words after the third are for tests: bpf/README.md. Those with a colon at the end go on. */
static bool is_observer_word(const char *arg)
{
	static const char *const words[] = {
		"on", "off", "no-stacks", "paths:off", "paths:check", "paths:alike",
		"way:", "without:", "ring:",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);

		if (words[i][n - 1] == ':' ? !strncmp(arg, words[i], n) : !strcmp(arg, words[i]))
			return true;
	}
	return false;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct run_args *a = state->input;

	a->others |= (key > 0 && key < 0x80 && !strchr("jt", key)) ||
		     (key > 0xff && key < OPT__END && key != OPT_RESUME);
	switch (key) {
	case 'k':
		a->kernel = arg;
		break;
	case 'w':
		a->worlds |= arg_worlds(state, arg);
		break;
	case 's':
		a->seed = arg_number(state, "seed", arg, 0, UINT64_MAX);
		a->has_seed = true;
		break;
	case 'j':
		a->jobs = arg_number(state, "jobs", arg, 1, 64);
		break;
	case 't':
		a->timeout_s = arg_number(state, "timeout", arg, 1, 86400);
		break;
	case 'n':
		a->dry_run = true;
		break;
	case OPT_ARCH:
		a->machine = arg_machine(state, arg);
		break;
	case OPT_KDIR:
		a->kdir = arg;
		break;
	case OPT_RESULTS:
		a->results = arg;
		break;
	case OPT_SCENARIOS:
		a->scenarios = arg;
		break;
	case OPT_FREE:
		a->free_running = true;
		break;
	case OPT_TCG:
		a->tcg = true;
		break;
	case OPT_SMP:
		a->smp = arg_number(state, "smp", arg, 1, 8);
		break;
	case OPT_REPEAT:
		a->repeat = arg_number(state, "repeat", arg, 1, DMT_MAX_REPEAT);
		break;
	case OPT_OBSERVER:
		if (!is_observer_word(arg))
			argp_failure(state, 2, 0, "--observer=%s: want on, off or no-stacks", arg);
		a->observer = arg;
		break;
	case OPT_ENGINES:
		a->drivers = arg_drivers(state, arg);
		break;
	case OPT_PLAN:
		a->plan = arg;
		break;
	case OPT_PART:
		a->part = arg_number(state, "part", arg, 1, UINT32_MAX);
		break;
	case OPT_SWEEP:
		parse_sweep(state, a, arg);
		break;
	case OPT_RESUME:
		a->resume = arg;
		break;
	case OPT_PREDICT:
		a->predict = true;
		break;
	case OPT_WITHOUT:
		a->predict = true;
		a->predict_off |= arg_rule(state, arg);
		break;
	case OPT_BOOT:
		a->boot = true;
		break;
	case OPT_FAILED_FIRST:
		a->failed_first = arg ? arg : "";
		break;
	case OPT_ONLY_FAILED:
		a->only_failed = arg;
		break;
	case OPT_FAIL_FAST:
		a->fail_fast = true;
		break;
	case OPT_JSON:
		a->json = true;
		break;
	case OPT_WATCH:
		a->watch_cpu = arg_watch(state, arg);
		break;
	case OPT_CRASH:
		a->crash = true;
		break;
	case OPT_APPEND:
		a->append = arg;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->board;
		break;
	case ARGP_KEY_ARGS:
		a->names = state->argv + state->next;
		a->nr_names = state->argc - state->next;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_child children[] = { { &board_argp, 0, "The target:", 0 }, { 0 } };

static const struct argp argp = {
	.children = children,
	.options = options,
	.parser = parse_opt,
	.args_doc = "[NAME|GLOB|GROUP]...",
	.doc = "Runs scenarios, all of them when none is named, and prints the verdicts.\v"
	       "Exit: 0 all as expected, 1 a scenario failed, 2 usage or a bad scenario, 3 incomplete, "
	       "4 everything skipped, 5 guest panic or splat, 6 hang or timeout.",
};

static void list_cells_json(const struct run *run)
{
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct cell *c = &run->cells[i];
		json_t *o = json_pack("{s:o s:o s:o s:I s:I}", "id", json_text(c->id),
				      "scenario", json_text(c->scenario),
				      "world", json_text(world_name(c->world)),
				      "seed", (json_int_t)c->seed, "repeat", (json_int_t)c->repeat);
		char *text = json_take(o, JSON_COMPACT);

		puts(text);
		free(text);
	}
}

static void list_cells(const struct run *run)
{
	if (run->json) {
		list_cells_json(run);
		return;
	}
	for (uint32_t i = 0; i < run->nr_cells; i++)
		printf("%s seed=%llu repeat=%u\n", run->cells[i].id,
		       (unsigned long long)run->cells[i].seed, run->cells[i].repeat);
	fprintf(stderr, "%u cells\n", run->nr_cells);
}

static double since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec + (now.tv_nsec - start->tv_nsec) / 1e9;
}

/* Loads KNOWN-ISSUES; run->known refers to @text, which has the file's text. */
static int load_known(struct run *run, const char *scenarios, struct strbuf *text)
{
	static char today[16];
	char *path = xasprintf("%s/KNOWN-ISSUES", scenarios ? scenarios : tree_path("scenarios"));
	time_t now = time(NULL);
	struct diag diag;
	struct tm tm;
	int err = 0;

	strftime(today, sizeof(today), "%Y-%m-%d", gmtime_r(&now, &tm));
	run->env.today = today;
	run->env.known = &run->known;
	if (!strbuf_read_file(text, path)) {
		err = known_parse(&run->known, path, strbuf_str(text), &diag);
		if (err)
			diag_print(&diag, text->s, stderr);
	}
	free(path);
	return err;
}

/* Makes the run directory. Returns its lock, or a negative errno with a line on stderr. */
static int make_rundir(struct run *run, const char *results, const struct run_facts *facts)
{
	int lock, err;

	if (rundir_create(results, strrchr(run->kernel_dir, '/') + 1, &run->dir))
		return -EIO;
	lock = run_plan_begin(run);
	if (lock < 0)
		return lock;
	err = run_plan_write(run, facts);
	if (err)
		close(lock);
	return err ? err : lock;
}

static json_t *strings(int argc, char **argv)
{
	json_t *a = json_array();

	for (int i = 0; i < argc; i++)
		json_array_append_new(a, json_text(argv[i]));
	return a;
}

/* Runs the cells and writes the results. It completes @facts with facts about the target. */
static int run_and_finish(struct run *run, const struct run_args *args, struct target *target,
			  const struct vm_opts *vm, struct run_facts *facts)
{
	json_t *about = target_about(target);
	struct run_end end = { .about = about, .arguments = facts->arguments };
	struct timespec start;
	int code = 3, lock;

	clock_gettime(CLOCK_MONOTONIC, &start);
	if (vm->board)
		json_object_set_new(about, "board", json_text(strbuf_str(&vm->board->facts.text)));
	facts->about = about;
	lock = make_rundir(run, args->results, facts);
	if (lock >= 0) {
		run_guests(run, target, vm, args->jobs);
		end.wall_s = since(&start);
		end.when = time(NULL);
		code = run_finish(run, &end);
		close(lock);
	}
	json_decref(about);
	return code;
}

static int run_cells(struct run *run, const struct run_args *args, const struct wish *wish,
		     struct target *target, int argc, char **argv)
{
	json_t *arguments = strings(argc, argv);
	struct strbuf known = STRBUF_INIT;
	char *machine = samples_machine();
	struct run_facts facts = {
		.wish = wish,
		.timeout_s = args->timeout_s,
		.arguments = arguments,
		.machine = machine,
		.board = &args->board,
	};
	struct run_board board = { .board = NULL };
	struct vm_opts vm = run_vm_opts(run, target, args->timeout_s);
	int code = 0;

	run->kernel = target->kernel;
	run->kernel_dir = target->kernel_dir;
	run->release = target->release;
	run->env = (struct verdict_env) { .release = target->release,
					  .arch = target->machine->name,
					  .config = target->config };
	if (args->free_running && !args->tcg)
		vm.kvm = vm_kvm_works(&vm);
	run->accel = vm_accel(&vm);
	code = run_board_open(&board, run, &args->board, &vm);
	if (!code && load_known(run, args->scenarios, &known)) {
		code = 2;
	} else if (!code) {
		facts.known = strbuf_str(&known);
		run->results = xcalloc(run->nr_cells, sizeof(*run->results));
		run->verdicts = xcalloc(run->nr_cells, sizeof(*run->verdicts));
		if (args->predict)
			run->surprises = xcalloc(run->nr_cells, sizeof(*run->surprises));
		run->predict_off = args->predict_off;
		code = run_prepare_more(run, target) ?
			       3 :
			       run_and_finish(run, args, target, &vm, &facts);
	}
	json_decref(arguments);
	strbuf_free(&known);
	run_board_close(&board);
	free(machine);
	return code;
}

static int prepare_and_run(struct run *run, const struct run_args *args, const struct wish *wish,
			   struct target *target, int argc, char **argv)
{
	char *kernel = target_spec(args->kernel, args->kdir, args->machine);
	int err = target_prepare(kernel, target);

	free(kernel);
	if (err)
		return err == -EINVAL ? 2 : 3;
	return run_cells(run, args, wish, target, argc, argv);
}

/* Takes the options from a part of a plan, and refuses them on the command line. */
static int take_part(struct run_args *args, struct parts *plan)
{
	struct strbuf text = STRBUF_INIT;
	const struct part *p;
	char why[256] = "";
	int err;

	if (!args->plan || !args->part) {
		fprintf(stderr, "dmatorture: --plan FILE and --part N go together\n");
		return 2;
	}
	if (args->nr_names || args->worlds || args->has_seed || args->repeat || args->drivers ||
	    args->kdir || args->kernel || args->only_failed) {
		fprintf(stderr, "dmatorture: the plan says kernel, world, engines, seed, repeat and scenarios\n");
		return 2;
	}
	err = strbuf_read_file(&text, strcmp(args->plan, "-") ? args->plan : "/dev/stdin");
	if (err)
		snprintf(why, sizeof(why), "%s", strerror(-err));
	else
		err = parts_read(plan, strbuf_str(&text), why);
	strbuf_free(&text);
	if (err) {
		fprintf(stderr, "dmatorture: %s: %s\n", args->plan, why);
		return 2;
	}
	if (args->part > plan->nr) {
		fprintf(stderr, "dmatorture: %s has %zu parts, no part %u\n", args->plan, plan->nr, args->part);
		parts_free(plan);
		return 2;
	}
	p = &plan->v[args->part - 1];
	args->kernel = p->kernel;
	args->worlds = 1u << p->world;
	args->drivers = p->drivers;
	args->names = p->scenarios;
	args->nr_names = p->nr_scenarios;
	args->has_seed = plan->has_seed;
	args->seed = plan->seed;
	args->repeat = plan->repeat;
	return 0;
}

/* Compares the cells with the plan's now, as merge would report a missing cell only at the end. */
static int same_cells(const struct run *run, const struct part *p, const char *plan)
{
	bool same = run->nr_cells == p->nr_cells;

	for (uint32_t i = 0; i < run->nr_cells && same; i++)
		same = !strcmp(run->cells[i].id, p->cells[i]);
	if (same)
		return 0;
	fprintf(stderr, "dmatorture: the scenarios of %s have changed since %s was made: make it again\n",
		p->group, plan);
	return 2;
}

/*
 * A board boots by itself, with its own boot line and processors. What is wrong with the word of
 * --target is told before a kernel is downloaded.
 */
static int check_target(const struct run_args *args)
{
	char why[BOARD_WHY];
	struct board *board;

	if (board_is_vm(args->board.target)) {
		if (!args->kernel || !strstr(args->kernel, "kdir:"))
			return 0;
		fprintf(stderr, "dmatorture: --kernel %s has no image, which a guest boots: image:PATH with --kdir, or --target for a board\n",
			args->kernel);
		return 2;
	}
	if (args->smp != DEFAULT_SMP || args->append || args->boot || args->free_running ||
	    args->tcg) {
		fprintf(stderr, "dmatorture: --smp, --append, --boot, --free-running and --tcg are about guests; a board has its own boot line and processors\n");
		return 2;
	}
	board = board_open(&args->board, why);
	if (!board)
		fprintf(stderr, "dmatorture: %s\n", why);
	board_close(board);
	return board ? 0 : 2;
}

/*
 * Takes what decides what a cell is from the run whose failures are to run again, unless said.
 * Returns 0, with nothing in @only when nothing failed, or an exit code.
 */
static int take_only_failed(struct run_args *args, struct failed *only)
{
	int code = failed_read(args->only_failed, true, only);

	if (code)
		return code;
	if (!only->nr) {
		printf("every cell of %s passed or was skipped: there is nothing to run\n",
		       args->only_failed);
		return 0;
	}
	if (!args->kernel)
		args->kernel = only->kernel;
	args->drivers |= only->drivers;
	if (!args->has_seed) {
		args->has_seed = only->has_seed;
		args->seed = only->seed;
	}
	if (!args->repeat)
		args->repeat = only->repeat;
	if (!args->nr_names) {
		args->names = only->scenarios;
		args->nr_names = (int)only->nr_scenarios;
	}
	return 0;
}

/* Marks the cells that run first. Returns an exit code. */
static int put_first(struct run *run, const struct run_args *args)
{
	char *dir = *args->failed_first ? xstrdup(args->failed_first) :
					  xasprintf("%s/latest", args->results);
	bool *first = xcalloc(run->nr_cells + 1, sizeof(*first));
	struct failed failed;
	int code = failed_read(dir, false, &failed);

	for (uint32_t i = 0; i < run->nr_cells && !code; i++)
		first[i] = failed_has(&failed, run->cells[i].id);
	run->first = first;
	failed_free(&failed);
	free(dir);
	return code;
}

int cmd_run(int argc, char **argv)
{
	struct run_args args = {
		.observer = "on",	/* explicit, so that repro passes the same boot line */
		.results = tree_results(),
		.jobs = sysconf(_SC_NPROCESSORS_ONLN) > 0 ?
			sysconf(_SC_NPROCESSORS_ONLN) : 1,
		.smp = DEFAULT_SMP,
		.board = board_wish_none(),
	};
	struct target target = { 0 };
	struct parts plan = { 0 };
	struct failed only = { 0 };
	struct run run = { 0 };
	struct wish wish;
	int code;

	options_read(&argp, argc, argv, &args);

	if (args.resume && (args.others || args.nr_names || !board_is_vm(args.board.target))) {
		fprintf(stderr, "dmatorture: --resume takes scenarios and options from its run: only --jobs and --timeout may be said besides\n");
		return 2;
	}
	if (args.resume)
		return run_resume(args.resume, args.jobs, args.timeout_s);
	if (!args.timeout_s)
		args.timeout_s = DEFAULT_TIMEOUT;
	if (sweep_any(&args.sweep) && (args.plan || args.repeat)) {
		fprintf(stderr, "dmatorture: --sweep runs each cell once and all of its calls: without %s\n",
			args.plan ? "--plan" : "--repeat");
		return 2;
	}
	if (args.only_failed) {
		code = take_only_failed(&args, &only);
		if (code || !only.nr) {
			failed_free(&only);
			return code;
		}
	}
	if (!args.kernel && !args.plan)
		args.kernel = DEFAULT_KERNEL;
	code = check_target(&args);
	if (code)
		return code;
	if (args.plan || args.part) {
		code = take_part(&args, &plan);
		if (code)
			return code;
	}
	run.seed = args.has_seed ? args.seed : 1;
	run.smp = args.smp;
	run.free_running = args.free_running;
	run.crash = args.crash;
	run.boot = args.boot;
	run.watch_cpu = args.watch_cpu;
	run.drivers = args.drivers;
	run.fail_fast = args.fail_fast;
	run.json = args.json;
	run.append = args.append;
	run.observer = args.observer;
	wish = (struct wish) {
		.scenarios = args.scenarios, .names = args.names, .nr_names = args.nr_names,
		.worlds = args.worlds, .drivers = args.drivers, .has_seed = args.has_seed,
		.seed = args.seed, .repeat = args.repeat, .sweep = args.sweep,
		.only = args.only_failed ? &only : NULL,
	};
	code = cells_compile(&run, &wish);
	if (!code && plan.nr)
		code = same_cells(&run, &plan.v[args.part - 1], args.plan);
	if (!code && args.failed_first)
		code = put_first(&run, &args);
	if (!code && args.dry_run)
		list_cells(&run);
	else if (!code)
		code = prepare_and_run(&run, &args, &wish, &target, argc, argv);
	free((bool *)run.first);
	run_free(&run);
	target_free(&target);
	parts_free(&plan);
	failed_free(&only);
	return code;
}
