// SPDX-License-Identifier: GPL-2.0-only
/* Parses values of options that several verbs take; a wrong value ends the program. */
#include "args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "model/model.h"

uint64_t arg_number(struct argp_state *state, const char *what, const char *arg, uint64_t min,
		    uint64_t max)
{
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(arg, &end, 0);
	if (errno || end == arg || *end || *arg == '-' || n < min || n > max)
		argp_failure(state, 2, 0, "--%s=%s: want a number from %llu to %llu", what, arg,
			     (unsigned long long)min, (unsigned long long)max);
	return n;
}

double arg_percent(struct argp_state *state, const char *what, const char *arg)
{
	char *end;
	double x = strtod(arg, &end);

	if (end == arg || (*end && strcmp(end, "%")) || !(x > 0) || x > 1000)
		argp_failure(state, 2, 0, "--%s=%s: want percent, above 0", what, arg);
	return x / 100;
}

unsigned int arg_worlds(struct argp_state *state, const char *arg)
{
	unsigned int worlds = 0;
	char *bad = worlds_parse(arg, &worlds);

	if (bad)
		argp_failure(state, 2, 0,
			     "--world: no world '%s'; there are coherent, bounce, bounce32, strict, iommu, iommu-lazy, iommu-virtio",
			     bad);
	return worlds;
}

unsigned int arg_soft_worlds(struct argp_state *state, const char *arg)
{
	unsigned int worlds = arg_worlds(state, arg);

	if (worlds & ~WORLDS_DEFAULT)
		argp_failure(state, 2, 0,
			     "--world=%s: want only coherent, bounce, bounce32, strict: bus masters are too slow for this",
			     arg);
	return worlds;
}

bool arg_watch(struct argp_state *state, const char *arg)
{
	if (strcmp(arg, "cpu"))
		argp_failure(state, 2, 0, "--watch=%s: want cpu", arg);
	return true;
}

bool arg_drivers(struct argp_state *state, const char *arg)
{
	if (strcmp(arg, "soft") && strcmp(arg, "drivers"))
		argp_failure(state, 2, 0, "--engines=%s: want soft or drivers", arg);
	return !strcmp(arg, "drivers");
}

uint64_t arg_rule(struct argp_state *state, const char *arg)
{
	int rule = model_rule_find(arg);

	if (rule < 0)
		argp_failure(state, 2, 0, "no rule '%s'; `dmatorture predict --rules` names them", arg);
	return 1ull << (rule & 63);
}

const struct machine *arg_machine(struct argp_state *state, const char *arg)
{
	const struct machine *m = machine_find(arg);

	if (!m)
		argp_failure(state, 2, 0, "--arch=%s: want one of %s", arg, machine_names());
	return m;
}

static const struct argp_option names_options[] = {
	{ "scenarios", 'S', "DIR", 0, "where scenarios are", 0 },
	{ 0 }
};

static error_t names_opt(int key, char *arg, struct argp_state *state)
{
	struct args_names *a = state->input;

	switch (key) {
	case 'S':
		a->scenarios = arg;
		return 0;
	case ARGP_KEY_ARGS:
		a->names = state->argv + state->next;
		a->nr_names = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp names_argp = { .options = names_options, .parser = names_opt };

/* argp gives the input of an argp that has no parser to its first child. */
const struct argp_child args_names[] = { { .argp = &names_argp }, { 0 } };
