/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parses values of options that several verbs take. A wrong value ends the program with a line
 * that says what would be right, and exit code 2.
 */
#ifndef HARNESS_ARGS_H
#define HARNESS_ARGS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/program/machine.h"

/* --@what=@arg: a whole number of @min to @max, decimal, octal or hexadecimal as in C. */
uint64_t arg_number(struct argp_state *state, const char *what, const char *arg, uint64_t min,
		    uint64_t max);

/* --@what=@arg: percent, with or without the sign, above 0 and up to 1000. Returns it / 100. */
double arg_percent(struct argp_state *state, const char *what, const char *arg);

/* --world=@arg: bits of the worlds in a list of their names. */
unsigned int arg_worlds(struct argp_state *state, const char *arg);
/* The same for verbs that take no worlds with bus masters. */
unsigned int arg_soft_worlds(struct argp_state *state, const char *arg);

/* --watch=@arg: true; it is "cpu". */
bool arg_watch(struct argp_state *state, const char *arg);
/* --engines=@arg: true for drivers, false for soft. */
bool arg_drivers(struct argp_state *state, const char *arg);

/* @arg is a rule of the model: its bit. */
uint64_t arg_rule(struct argp_state *state, const char *arg);
/* --arch=@arg */
const struct machine *arg_machine(struct argp_state *state, const char *arg);

/* For verbs that take names of scenarios, and where these are (-S), and nothing else. */
struct args_names {
	const char *scenarios;
	char **names;
	int nr_names;
};

extern const struct argp_child args_names[];	/* the children of such a verb's argp */

#endif /* HARNESS_ARGS_H */
