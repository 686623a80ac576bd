/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_PLOT_INTERNAL_H
#define HARNESS_PLOT_INTERNAL_H

#include "plot.h"

/* Line styles: the orders as in enum bench_order, then verdicts as in enum compared. */
#define PLOT_ORDER(order)	((int)(order) + 1)
#define PLOT_VERDICT(verdict)	((int)(verdict) + 5)

/* Adds a plot, and takes @name and @title. The caller then fills the plot's body. */
struct plot *plot_new(struct plots *plots, char *name, char *title, int width, int height);
/*
 * Adds @s as a string of gnuplot. All text that is not from the source code must go through this,
 * as a script for gnuplot can run commands (harness/tests/lint refuses '%s' in scripts).
 */
void plot_quote(struct strbuf *out, const char *s);

#endif /* HARNESS_PLOT_INTERNAL_H */
