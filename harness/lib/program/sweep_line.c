// SPDX-License-Identifier: GPL-2.0-only
/* Reads what the agent reports at the end of each run of a sweep. */
#include "sweep_line.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

static bool take_word(const char *word, struct sweep_end *end)
{
#define KEY(member) { #member, &end->member }
	const struct {
		const char *key;
		int64_t *value;
	} numbers[] = {
		KEY(maps), KEY(refs), KEY(bounces), KEY(entries), KEY(after),
	};
	const struct {
		const char *key;
		uint64_t *value;
	} counts[] = {
		KEY(after_failed), KEY(after_checks), KEY(after_bad),
	};
#undef KEY
	const char *eq = strchr(word, '=');
	size_t n = eq ? (size_t)(eq - word) : 0;
	char *rest;
	long long value;

	if (!eq)
		return false;
	value = strtoll(eq + 1, &rest, 10);
	if (*rest || rest == eq + 1)
		return false;
	if (!strncmp(word, "n=", 2))
		end->n = value;
	else if (!strncmp(word, "hit=", 4))
		end->hit = value;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strlen(numbers[i].key) == n && !memcmp(numbers[i].key, word, n))
			*numbers[i].value = value;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (strlen(counts[i].key) == n && !memcmp(counts[i].key, word, n))
			*counts[i].value = value;
	end->ran_after |= !strncmp(word, "after=", 6);
	return true;
}

bool sweep_read_end(const char *line, struct sweep_end *end)
{
	char *copy, *save = NULL;
	bool good = true;

	memset(end, 0, sizeof(*end));
	if (strncmp(line, "end n=", 6) || !strstr(line, " hit="))
		return false;
	copy = xstrdup(line + 4);
	for (char *word = strtok_r(copy, " \n", &save); word && good; word = strtok_r(NULL, " \n", &save))
		good = take_word(word, end);
	free(copy);
	return good;
}
