/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_PLOT_INTERNAL_H
#define HARNESS_PLOT_INTERNAL_H

#include "plot.h"

/* Line styles: the orders as in enum bench_order, then verdicts as in enum compared. */
#define PLOT_ORDER(order)	((int)(order) + 1)
#define PLOT_VERDICT(verdict)	((int)(verdict) + 5)

/* Takes @name and @title. What follows is added to its body. */
struct plot *plot_new(struct plots *plots, char *name, char *title, int width, int height);
/*
 * Adds @s as a string of gnuplot. All text that is not from here goes through it: gnuplot can
 * run commands, and a script is as good as one (harness/tests/lint keeps '%s' out of scripts).
 */
void plot_quote(struct strbuf *out, const char *s);

#endif /* HARNESS_PLOT_INTERNAL_H */
