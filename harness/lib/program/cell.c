// SPDX-License-Identifier: GPL-2.0-only
/* Frees what a compiled cell holds. */
#include "cell.h"

#include <stdlib.h>
#include <string.h>

void cell_free(struct cell *cell)
{
	for (unsigned int i = 0; i < cell->nr_params; i++) {
		free(cell->params[i].name);
		free(cell->params[i].value);
	}
	for (unsigned int i = 0; i < cell->nr_steps; i++)
		free(cell->step_text[i]);
	for (unsigned int i = 0; i < cell->nr_engines; i++)
		free(cell->engine_names[i]);
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		free(cell->expects[i].text);
		free(cell->expects[i].steps);
		free(cell->expects[i].class);
		free(cell->expects[i].objects);
		free(cell->expects[i].engine);
		free(cell->expects[i].fate);
		free(cell->expects[i].arch);
		free(cell->expects[i].config);
	}
	free(cell->params);
	free(cell->step_text);
	free(cell->engine_names);
	free(cell->expects);
	free(cell->id);
	free(cell->scenario);
	free(cell->file);
	free(cell->repro);
	free(cell->require);
	free(cell->skip);
	strbuf_free(&cell->setup);
	strbuf_free(&cell->program);
	memset(cell, 0, sizeof(*cell));
}
