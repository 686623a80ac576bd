// SPDX-License-Identifier: GPL-2.0-only
/* A lab's own script: SCRIPT VERB [WORD...]. */
#include <stddef.h>

#include "board.h"

static char **command(const struct board *b, enum board_verb verb, const char *const *words)
{
	static const char *const verbs[] = {
		[BOARD_PREPARE] = "prepare", [BOARD_COPY_IN] = "copy", [BOARD_START] = "start",
		[BOARD_CONSOLE] = "console", [BOARD_RESET] = "reset",
	};
	const char *all[8] = { b->address };
	size_t n = 2;

	if (verb == BOARD_PSTORE)	/* who knows the machine has it in the console */
		return NULL;
	all[1] = verbs[verb];
	for (; words && *words && n < 7; words++)
		all[n++] = *words;
	return verb_words(all);
}

const struct board_way way_exec = {
	.name = "exec", .form = "exec:SCRIPT", .command = command, .lost = -1,
};
