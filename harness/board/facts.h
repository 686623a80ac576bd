/* SPDX-License-Identifier: GPL-2.0-only */
/* What `agent board probe` says of a board. */
#ifndef HARNESS_FACTS_H
#define HARNESS_FACTS_H

#include <stdbool.h>

#include "lib/base/strbuf.h"
#include "lib/program/cell.h"
#include "lib/program/machine.h"

struct board_facts {
	struct strbuf text;	/* all lines, for env.json and for people */
	char *boot_id, *release, *machine;	/* "" where it was not said */
	struct strbuf missing;	/* lines: why no plan can run */
	struct strbuf without;	/* lines: what less is seen */
	bool bounces;		/* its boot line makes all devices bounce */
	bool panics_boot;	/* after a panic it boots again: kernel.panic is not 0 */
	bool above_4g;		/* it has memory there */
};

/* Reads the lines KEY=VALUE of @text. Never fails: what is not said is "", false. */
void board_facts_read(struct board_facts *facts, const char *text);
void board_facts_free(struct board_facts *facts);

/*
 * Why a cell of @world cannot run on a board with these @facts, and what would change that, such as
 * the word that its boot line lacks; NULL: it can. The caller frees it.
 */
char *board_facts_no_world(const struct board_facts *facts, const struct machine *machine,
		     enum world world);

#endif /* HARNESS_FACTS_H */
