// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture plan: divides a suite into parts that can run anywhere, under any scheduler. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "host/args.h"
#include "host/cells.h"
#include "cmds.h"
#include "lib/base/options.h"
#include "lib/outputs/parts.h"
#include "host/plan_files.h"
#include "host/target.h"

#define MAX_KERNELS	64

struct plan_args {
	char *kernels[MAX_KERNELS];
	int nr_kernels;
	bool soft, drivers, json;
	const char *slurm, *lava, *template;
	struct wish wish;
};

enum {
	OPT_ENGINES = 0x100, OPT_REPEAT, OPT_SCENARIOS, OPT_JSON, OPT_SLURM, OPT_LAVA, OPT_TEMPLATE
};

static const struct argp_option options[] = {
	{ "kernel", 'k', "KERNEL", 0, "as for run (default debian:6.12); may be given more than once", 0 },
	{ "world", 'w', "WORLD[,...]", 0, "only these of coherent, bounce, bounce32, strict, iommu, iommu-lazy, iommu-virtio", 0 },
	{ "engines", OPT_ENGINES, "soft|drivers|both", 0, "software engines (default), the real drivers, or both", 0 },
	{ "seed", 's', "N", 0, "random seed", 0 },
	{ "repeat", OPT_REPEAT, "N", 0, "iterations, instead of the scenario's number", 0 },
	{ "scenarios", OPT_SCENARIOS, "DIR", 0, "where scenarios are", 0 },
	{ "json", OPT_JSON, NULL, 0, "print the plan as JSON, for run --plan and for merge", 0 },
	{ "slurm", OPT_SLURM, "DIR", 0, "write the plan to DIR, and scripts for Slurm; DIR/submit queues them", 0 },
	{ "lava", OPT_LAVA, "DIR", 0, "write a LAVA job for each part to DIR", 0 },
	{ "template", OPT_TEMPLATE, "FILE", 0, "with --lava: use FILE instead of harness/board/ci/lava-job.yaml", 0 },
	{ 0 }
};

static void parse_engines(struct argp_state *state, struct plan_args *a, const char *arg)
{
	bool both = !strcmp(arg, "both");

	a->soft = both || !strcmp(arg, "soft");
	a->drivers = both || !strcmp(arg, "drivers");
	if (!a->soft && !a->drivers)
		argp_failure(state, 2, 0, "--engines=%s: want soft, drivers or both", arg);
}

/* Makes paths absolute, as parts may run in other directories and merge compares the paths. */
static void add_kernel(struct argp_state *state, struct plan_args *a, const char *arg)
{
	char *spec = target_spec(arg, NULL, NULL);

	for (int i = 0; i < a->nr_kernels; i++)
		if (!strcmp(a->kernels[i], spec))
			argp_failure(state, 2, 0, "--kernel=%s is said twice", arg);
	a->kernels[a->nr_kernels++] = spec;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct plan_args *a = state->input;

	switch (key) {
	case 'k':
		if (a->nr_kernels == MAX_KERNELS)
			argp_failure(state, 2, 0, "more than %d kernels", MAX_KERNELS);
		add_kernel(state, a, arg);
		return 0;
	case 'w':
		a->wish.worlds |= arg_worlds(state, arg);
		return 0;
	case 's':
		a->wish.seed = arg_number(state, "seed", arg, 0, UINT64_MAX);
		a->wish.has_seed = true;
		return 0;
	case OPT_REPEAT:
		a->wish.repeat = arg_number(state, "repeat", arg, 1, DMT_MAX_REPEAT);
		return 0;
	case OPT_ENGINES:
		parse_engines(state, a, arg);
		return 0;
	case OPT_SCENARIOS:
		a->wish.scenarios = arg;
		return 0;
	case OPT_JSON:
		a->json = true;
		return 0;
	case OPT_SLURM:
		a->slurm = arg;
		return 0;
	case OPT_LAVA:
		a->lava = arg;
		return 0;
	case OPT_TEMPLATE:
		a->template = arg;
		return 0;
	case ARGP_KEY_ARGS:
		a->wish.names = state->argv + state->next;
		a->wish.nr_names = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "[NAME|GLOB|GROUP]...",
	.doc = "Divides a suite into independent parts and prints them: the kernel, the group of scenarios, "
	       "the engines, the world and the number of cells of each part.\v"
	       "To run them: dmatorture plan --json > plan.json; dmatorture run --plan plan.json --part N "
	       "for each N, anywhere and in any order; dmatorture merge --plan plan.json RUN...",
};

/* Compiles the cells once for all kernels, as they depend only on the kind of engines. */
static int add_engines(struct parts *parts, struct plan_args *args, bool drivers)
{
	struct run run = { 0 };
	int code;

	args->wish.drivers = drivers;
	code = cells_compile(&run, &args->wish);
	for (int i = 0; i < args->nr_kernels && !code; i++)
		parts_add(parts, args->kernels[i], drivers, run.cells, run.nr_cells);
	cells_free(&run);
	return code;
}

static void print_text(const struct parts *parts)
{
	int kernel = 6, group = 5;

	for (size_t i = 0; i < parts->nr; i++) {
		int k = strlen(parts->v[i].kernel), g = strlen(parts->v[i].group);

		kernel = k > kernel ? k : kernel;
		group = g > group ? g : group;
	}
	for (size_t i = 0; i < parts->nr; i++) {
		const struct part *p = &parts->v[i];

		printf("%4zu  %-*s  %-*s  %-7s  %-8s  %6zu\n", i + 1, kernel, p->kernel, group, p->group,
		       p->drivers ? "drivers" : "soft", world_name(p->world), p->nr_cells);
	}
}

static void print_json(const struct parts *parts)
{
	char *text = parts_json(parts);

	puts(text);
	free(text);
}

int cmd_plan(int argc, char **argv)
{
	struct plan_args args = { .soft = true };
	struct parts parts = { 0 };
	int code = 0;

	options_read(&argp, argc, argv, &args);
	if (!args.nr_kernels)
		args.kernels[args.nr_kernels++] = xstrdup("debian:6.12");
	parts.has_seed = args.wish.has_seed;
	parts.seed = args.wish.seed;
	parts.repeat = args.wish.repeat;
	if (args.soft)
		code = add_engines(&parts, &args, false);
	if (args.drivers && !code)
		code = add_engines(&parts, &args, true);
	if (!code && args.slurm && plan_slurm(&parts, args.slurm))
		code = 3;
	if (!code && args.lava && plan_lava(&parts, args.lava, args.template))
		code = 3;
	if (!code && args.json)
		print_json(&parts);
	else if (!code)
		print_text(&parts);
	parts_free(&parts);
	for (int i = 0; i < args.nr_kernels; i++)
		free(args.kernels[i]);
	return code;
}
