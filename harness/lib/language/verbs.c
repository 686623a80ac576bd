// SPDX-License-Identifier: GPL-2.0-only
/* The verbs as a table, and how one is found in it. */
#include "verbs.h"

#define VERB(word, step, parse, print, emit) \
	{ word, DMT_STEP_##step, parse_##parse, print_##print, emit_##emit },
const struct verb verbs[] = {
#include "verb_rows.h"
};

const size_t nr_verbs = sizeof(verbs) / sizeof(verbs[0]);

const struct verb *find_verb(const struct token *t)
{
	if (t->kind == TOK_WORD)
		for (size_t i = 0; i < nr_verbs; i++)
			if (token_is(t, verbs[i].word))
				return &verbs[i];
	return NULL;
}

const char *nearest_verb(const struct token *t)
{
	const char *words[sizeof(verbs) / sizeof(verbs[0]) + 1];

	if (t->kind != TOK_WORD)
		return NULL;
	for (size_t i = 0; i < nr_verbs; i++)
		words[i] = verbs[i].word;
	words[nr_verbs] = NULL;
	return word_nearest(words, t->s, t->len);
}
