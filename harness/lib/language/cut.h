/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes scenarios smaller, for whoever looks for the smallest that shows something. An item is
 * what can be left out by itself: a step, one of several objects of a step, an option of an
 * engine, a setting, an expectation. What names something that was left out goes with it.
 */
#ifndef HARNESS_CUT_H
#define HARNESS_CUT_H

#include "scenario.h"

/* How many items the scenario has. They are numbered from 0 in the order of the text. */
unsigned int scenario_items(const struct scenario *scenario);

/* Leaves out the items i with @drop[i]. The scenario may be one that does not compile then. */
void scenario_cut(struct scenario *scenario, const bool *drop);

/* The steps that it has, those of callbacks and contexts too. */
unsigned int scenario_steps(const struct scenario *scenario);

/*
 * The numbers of the text that differ, each once, in the order of the text; "" beyond the last.
 * Numbers of parameters are not among them.
 */
const char *scenario_number(const struct scenario *scenario, unsigned int i);
/* Writes @to wherever the number is @from. Both must live as long as the scenario. */
void scenario_renumber(struct scenario *scenario, const char *from, const char *to);

/* Only these worlds, a bit each, only this choice of parameters, and no expectation. */
void scenario_restrict(struct scenario *scenario, unsigned int worlds);
void scenario_expect_nothing(struct scenario *scenario);

#endif /* HARNESS_CUT_H */
