/* SPDX-License-Identifier: GPL-2.0-only */
/* A prediction of the model in words. */
#ifndef HARNESS_PREDICT_TEXT_H
#define HARNESS_PREDICT_TEXT_H

#include <jansson.h>

#include "model/model.h"

/* Appends the name that the scenario gave the object: "x_page", "old[1]"; nothing for none. */
void predict_name(const struct cell *cell, enum model_on on, uint32_t object, struct strbuf *out);

/* Appends the lines that `dmatorture predict` prints of a cell. */
void predict_print(const struct cell *cell, const struct prediction *p, struct strbuf *out);
/* The same as JSON; the caller has the reference. */
json_t *predict_json(const struct cell *cell, const struct prediction *p);

/* Appends a schedule of the program's steps, a line for each. */
void predict_schedule(const struct cell *cell, const struct model_outcome *o, struct strbuf *out);

#endif /* HARNESS_PREDICT_TEXT_H */
