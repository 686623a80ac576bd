/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which random program would notice that a rule of the judge or of the model is missing. A rule
 * that is switched off in the judge names nothing, and nothing else changes; so one run of fuzz
 * tells it of every rule: a program notices when the model asks for what would not be named, or
 * when it explains corrupt data alone. For a rule of the model the program is predicted without it.
 */
#ifndef HARNESS_RULES_OFF_H
#define HARNESS_RULES_OFF_H

#include "lib/judge/violation.h"
#include "lib/verdict/run.h"
#include "model/model.h"

#define RULES_MODEL	64	/* as many as bits of model_options.off */

struct rules_off {
	const uint64_t *numbers;	/* of the run's cells: their programs, from 1 on */
	uint64_t judge[V__COUNT];	/* the first program that notices; 0: none did */
	uint64_t model[RULES_MODEL];
	uint64_t named[V__COUNT];	/* the first in which the judge names it */
	uint64_t claimed[RULES_MODEL];	/* the first in which the model's rule says something */
};

/* Asks cell @i, of which @p is the prediction and which surprised nobody if not @surprised. */
void rules_off_ask(struct rules_off *rules, const struct run *run, uint32_t i,
		   const struct prediction *p, bool surprised);
/* Program @number has corrupt data or a fault, and @class is all that is named. */
void rules_off_alone(struct rules_off *rules, enum violation_id class, uint64_t number);
/* The page, as Markdown. @programs: how many were asked; @how: the run, in words. */
void rules_off_print(const struct rules_off *rules, uint64_t programs, const char *how, FILE *out);

#endif /* HARNESS_RULES_OFF_H */
