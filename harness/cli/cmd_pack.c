// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture pack: everything that a board needs for a run, as one archive. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmds.h"
#include "host/args.h"
#include "host/pack.h"
#include "host/run_finish.h"
#include "host/run_guests.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"

#define DEFAULT_KERNEL	"debian:6.12"
#define DEFAULT_OUT	"dmatorture-board.tar.gz"
#define DEFAULT_TIMEOUT	60

struct pack_args {
	const char *kernel, *kdir, *cross, *scenarios, *observer, *out;
	const struct machine *machine;
	unsigned int worlds;
	bool drivers, has_seed;
	uint64_t seed;
	uint32_t repeat;
	char **names;
	int nr_names;
};

enum {
	OPT_KDIR = 0x100, OPT_CROSS, OPT_ARCH, OPT_REPEAT, OPT_SCENARIOS, OPT_OBSERVER, OPT_ENGINES,
};

static const struct argp_option options[] = {
	{ "kdir", OPT_KDIR, "DIR", 0, "the directory in which the board's kernel was built, or its headers: its modules are built there", 0 },
	{ "cross", OPT_CROSS, "PREFIX", 0, "of the compiler for these modules: aarch64-linux-gnu- (default: Debian's of the architecture)", 0 },
	{ "arch", OPT_ARCH, "ARCH", 0, "the board's architecture: x86_64 (default), arm64", 0 },
	{ "kernel", 'k', "KERNEL", 0, "instead of --kdir: a kernel as run has them, debian:6.12 (default)", 0 },
	{ "output", 'o', "FILE", 0, "the archive (default " DEFAULT_OUT "; -: standard output)", 0 },
	{ "world", 'w', "WORLD[,...]", 0, "only these of coherent, bounce, bounce32, strict, iommu, iommu-lazy, iommu-virtio; what the board cannot be is skipped there", 0 },
	{ "seed", 's', "N", 0, "random seed (default: the scenario's, else 1)", 0 },
	{ "repeat", OPT_REPEAT, "N", 0, "iterations, instead of the scenario's number", 0 },
	{ "scenarios", OPT_SCENARIOS, "DIR", 0, "where scenarios are", 0 },
	{ "observer", OPT_OBSERVER, "on|off|no-stacks", 0, "as for run", 0 },
	{ "engines", OPT_ENGINES, "soft|drivers", 0, "as for run", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct pack_args *a = state->input;

	switch (key) {
	case 'k':
		a->kernel = arg;
		return 0;
	case 'o':
		a->out = arg;
		return 0;
	case 'w':
		a->worlds |= arg_worlds(state, arg);
		return 0;
	case 's':
		a->seed = arg_number(state, "seed", arg, 0, UINT64_MAX);
		a->has_seed = true;
		return 0;
	case OPT_KDIR:
		a->kdir = arg;
		return 0;
	case OPT_CROSS:
		a->cross = arg;
		return 0;
	case OPT_ARCH:
		a->machine = arg_machine(state, arg);
		return 0;
	case OPT_REPEAT:
		a->repeat = arg_number(state, "repeat", arg, 1, DMT_MAX_REPEAT);
		return 0;
	case OPT_SCENARIOS:
		a->scenarios = arg;
		return 0;
	case OPT_OBSERVER:
		if (strcmp(arg, "on") && strcmp(arg, "off") && strcmp(arg, "no-stacks"))
			argp_failure(state, 2, 0, "--observer=%s: want on, off or no-stacks", arg);
		a->observer = arg;
		return 0;
	case OPT_ENGINES:
		a->drivers = arg_drivers(state, arg);
		return 0;
	case ARGP_KEY_ARGS:
		a->names = state->argv + state->next;
		a->nr_names = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (a->kdir && a->kernel)
			argp_failure(state, 2, 0, "--kdir and --kernel both name the kernel: say one of them");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "[NAME|GLOB|GROUP]...",
	.doc = "Makes one archive for a board that has nothing but a shell: the agent, the modules for its "
	       "kernel, the plans, and run.sh, which runs them there.\v"
	       "Bring the directory back afterwards: `dmatorture recover DIR` judges it. Exit: 0, 2 usage or "
	       "a bad scenario, 3 something could not be built.",
};

/* The kernel's name for kernel-setup; the caller frees it. */
static char *spec_of(const struct pack_args *args)
{
	char *word = args->kdir ? xasprintf("kdir:%s", args->kdir) :
		     xstrdup(args->kernel ? args->kernel : DEFAULT_KERNEL), *spec;

	spec = target_spec(word, NULL, args->machine);
	free(word);
	return spec;
}

static int pack(struct run *run, const struct pack_args *args, const struct wish *wish,
		struct target *target)
{
	char *path = xasprintf("%s/KNOWN-ISSUES", args->scenarios ? args->scenarios : tree_path("scenarios"));
	struct vm_opts vm = run_vm_opts(run, target, DEFAULT_TIMEOUT);
	struct strbuf known = STRBUF_INIT;
	static char today[16];
	time_t now = time(NULL);
	struct tm tm;
	struct pack p = {
		.run = run, .target = target, .wish = wish, .vm = &vm,
		.timeout_s = DEFAULT_TIMEOUT, .out = args->out,
	};
	char *name;
	int code;

	strftime(today, sizeof(today), "%Y-%m-%d", gmtime_r(&now, &tm));
	strbuf_read_file(&known, path);
	p.known = strbuf_str(&known);
	/* No path of this machine goes into the archive. */
	name = args->kdir ? xasprintf("%s%skdir:%s", args->machine ? args->machine->name : "",
				      args->machine ? "/" : "", target->release) :
			    xstrdup(target->kernel);
	run->kernel = name;
	run->kernel_dir = (char *)".";
	run->release = target->release;
	run->accel = "board";
	run->target = PACK_TARGET;
	run->env = (struct verdict_env){
		.release = target->release, .arch = target->machine->name,
		.config = target->config, .today = today, .known = &run->known,
		.no_workload = "md, async_tx, crypto and dmatest run in guests only: they take disks and load the kernel's own modules",
	};
	run->results = xcalloc(run->nr_cells, sizeof(*run->results));
	run->verdicts = xcalloc(run->nr_cells, sizeof(*run->verdicts));
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		vm.cpu_xor |= run->cells[i].cpu_xor;
		vm.drivers |= run->cells[i].drivers;
	}
	code = run_prepare_more(run, target) || pack_write(&p) ? 3 : 0;
	strbuf_free(&known);
	free(name);
	free(path);
	return code;
}

int cmd_pack(int argc, char **argv)
{
	struct pack_args args = { .observer = "on", .out = DEFAULT_OUT };
	struct target target = { 0 };
	struct run run = { 0 };
	struct wish wish;
	char *spec;
	int code, err;

	options_read(&argp, argc, argv, &args);
	if (args.cross)
		setenv("DMATORTURE_CROSS", args.cross, 1);
	run.seed = args.has_seed ? args.seed : 1;
	run.smp = 1;
	run.free_running = true;
	run.drivers = args.drivers;
	run.observer = args.observer;
	wish = (struct wish){
		.scenarios = args.scenarios, .names = args.names, .nr_names = args.nr_names,
		.worlds = args.worlds, .drivers = args.drivers, .has_seed = args.has_seed,
		.seed = args.seed, .repeat = args.repeat,
	};
	code = cells_compile(&run, &wish);
	if (!code) {
		spec = spec_of(&args);
		err = target_prepare(spec, &target);
		free(spec);
		code = !err ? pack(&run, &args, &wish, &target) : err == -EINVAL ? 2 : 3;
	}
	run_free(&run);
	target_free(&target);
	return code;
}
