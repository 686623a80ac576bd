// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture predict: says what must, may and must not come of scenarios, before anything runs. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "cmds.h"
#include "host/args.h"
#include "host/cells.h"
#include "host/predict_text.h"
#include "lib/base/json_text.h"
#include "lib/base/options.h"

struct predict_args {
	struct wish wish;
	struct model_options options;
	bool json, rules;
};

enum { OPT_ORDERS = 0x100, OPT_WITHOUT, OPT_STATES, OPT_RULES };

static const struct argp_option options[] = {
	{ "world", 'w', "WORLD[,...]", 0, "only these of coherent, bounce, bounce32, strict, iommu, iommu-lazy, iommu-virtio", 0 },
	{ "scenarios", 'S', "DIR", 0, "where scenarios are", 0 },
	{ "json", 'j', NULL, 0, "print JSON, an object in each line", 0 },
	{ "all-orders", OPT_ORDERS, NULL, 0, "also each outcome that some order of threads, engines and callbacks has, with the shortest schedule that leads to it", 0 },
	{ "rules", OPT_RULES, NULL, 0, "print the rules of the model and the documents that they come from", 0 },
	{ "without", OPT_WITHOUT, "RULE", OPTION_HIDDEN, "switch a rule off", 0 },
	{ "max-states", OPT_STATES, "N", OPTION_HIDDEN, "how many states are tried", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct predict_args *a = state->input;

	switch (key) {
	case 'w':
		a->wish.worlds |= arg_worlds(state, arg);
		return 0;
	case 'S':
		a->wish.scenarios = arg;
		return 0;
	case 'j':
		a->json = true;
		return 0;
	case OPT_ORDERS:
		a->options.all_orders = true;
		return 0;
	case OPT_RULES:
		a->rules = true;
		return 0;
	case OPT_WITHOUT:
		a->options.off |= arg_rule(state, arg);
		return 0;
	case OPT_STATES:
		a->options.max_states = arg_number(state, "max-states", arg, 1, 10000000);
		return 0;
	case ARGP_KEY_ARGS:
		a->wish.names = state->argv + state->next;
		a->wish.nr_names = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_rules(void)
{
	const struct model_rule *r;

	for (unsigned int i = 0; (r = model_rule(i)); i++)
		printf("%-24s %s\n%-24s %s\n", r->name, r->says, "", r->doc);
}

static int print_cell(const struct cell *cell, const struct predict_args *a)
{
	struct strbuf text = STRBUF_INIT;
	struct prediction p;
	int err = model_predict(cell, &a->options, &p);

	if (err) {
		fprintf(stderr, "dmatorture: %s: no program that the model can read\n", cell->id);
		return 3;
	}
	if (a->json) {
		char *line = json_take(predict_json(cell, &p), JSON_COMPACT);

		puts(line);
		free(line);
	} else {
		predict_print(cell, &p, &text);
		fputs(strbuf_str(&text), stdout);
	}
	strbuf_free(&text);
	prediction_free(&p);
	return 0;
}

int cmd_predict(int argc, char **argv)
{
	const struct argp argp = {
		.options = options, .parser = parse_opt,
		.args_doc = "NAME|GLOB|GROUP|FILE.dma...",
		.doc = "Says what the kernel's documents make of scenarios: in each world what the data may be, "
		       "and which violations must and which may be found. Nothing is run.\v"
		       "A class that is not printed must not be found. \"unseen\" is a rule that is broken "
		       "where no event shows it: only the data may.",
	};
	struct predict_args args = { 0 };
	struct run run = { 0 };
	int code;

	options_read(&argp, argc, argv, &args);
	if (args.rules) {
		print_rules();
		return 0;
	}
	if (!args.wish.nr_names) {
		fprintf(stderr, "dmatorture: which scenario? `dmatorture list` names them\n");
		return 2;
	}
	code = cells_compile(&run, &args.wish);
	for (uint32_t i = 0; i < run.nr_cells && !code; i++)
		code = print_cell(&run.cells[i], &args);
	cells_free(&run);
	return code;
}
