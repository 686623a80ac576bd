// SPDX-License-Identifier: GPL-2.0-only
/* Reads messages of verdict_violations.c and verdict_witness.c again. */
#include "said.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/judge/violation.h"

/* Copies the word at @s to @out, if it is one that fits and is followed by @end. */
static bool word(const char *s, const char *end, char *out, size_t size)
{
	size_t n = strcspn(s, " :");

	if (!n || n >= size || strncmp(s + n, end, strlen(end)))
		return false;
	snprintf(out, size, "%.*s", (int)n, s);
	return true;
}

static const char *behind(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) ? NULL : s + n;
}

void said_read(const char *message, struct said *said)
{
	static const char *const begins[] = {
		"violation ", "perhaps a violation ",
		"and of the same, violation ", "and of the same, perhaps a violation ",
	};
	const char *rest = behind(message, "known issue ");

	memset(said, 0, sizeof(*said));
	if (rest) {
		if (!word(rest, ": ", said->issue, sizeof(said->issue)))
			return;
		said->kind = SAID_KNOWN;
		rest += strlen(said->issue) + 2;
		if (!word(rest, " (", said->class, sizeof(said->class)) ||
		    !violation_find(said->class))
			said->class[0] = '\0';
		return;
	}
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		rest = behind(message, begins[i]);
		if (rest && word(rest, " (", said->class, sizeof(said->class))) {
			said->kind = SAID_UNEXPECTED;
			return;
		}
	}
}
