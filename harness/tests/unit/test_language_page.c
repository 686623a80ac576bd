// SPDX-License-Identifier: GPL-2.0-only
/* Checks that scenarios/README.md has every word of the language, so that none is forgotten. */
#include <ctype.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/language/board.h"
#include "lib/language/verbs.h"
#include "lib/program/personality.h"
#include "lib/program/workload.h"

#define PAGE "scenarios/README.md"

/* Reads the text between backquotes, a line for each span, but not code blocks. */
static void read_spans(const char *page, struct strbuf *spans)
{
	bool fenced = false;

	for (const char *line = page, *end; *line; line = *end ? end + 1 : end) {
		bool code = false;

		end = strchrnul(line, '\n');
		if (!strncmp(line, "```", 3)) {
			fenced = !fenced;
			continue;
		}
		for (const char *p = line; p < end && !fenced; p++)
			if (*p == '`')
				code = !code;
			else if (code)
				strbuf_addc(spans, *p);
			else if (spans->len && spans->s[spans->len - 1] != '\n')
				strbuf_addc(spans, '\n');
		strbuf_addc(spans, '\n');
	}
}

static bool is_word(int c)
{
	return c == '_' || c == '-' || isalnum(c);
}

static bool has(const struct strbuf *spans, const char *word)
{
	const char *p = spans->s;
	size_t n = strlen(word);

	while ((p = strstr(p, word))) {
		if ((p == spans->s || !is_word(p[-1])) && !is_word(p[n]))
			return true;
		p += n;
	}
	return false;
}

static unsigned int want(const struct strbuf *spans, const char *word)
{
	if (!*word || has(spans, word))
		return 0;
	print_error(PAGE " lacks `%s`\n", word);
	return 1;
}

static unsigned int want_all(const struct strbuf *spans, const char *const *words)
{
	unsigned int missing = 0;

	for (int i = 0; words && words[i]; i++)
		missing += want(spans, words[i]);
	return missing;
}

static unsigned int want_workloads(const struct strbuf *spans)
{
	unsigned int missing = want_all(spans, workload_words + 1) + want_all(spans, stage_words);

	for (int kind = 1; kind < WORKLOAD__COUNT; kind++)
		for (const struct workload_opt *o = workload_opts(kind); o->word; o++)
			missing += want(spans, o->word) + want_all(spans, o->words);
	return missing;
}

static void test_every_word(void **state)
{
	static const char *const *const lists[] = {
		top_words,     personality_words, cap_words,	 op_words,	   dir_words,
		kind_words,    memory_words,	  wrong_words,	 attr_words,	   txflag_words,
		fill_words,    ctx_words,	  crash_words,	 completion_words, fate_words,
		witness_words, fault_words,	  engines_words, model_words,	   data_words,
		world_words,   board_words,
	};
	struct strbuf page = STRBUF_INIT, spans = STRBUF_INIT;
	unsigned int missing = 0;

	(void)state;
	assert_int_equal(strbuf_read_file(&page, PAGE), 0);
	read_spans(strbuf_str(&page), &spans);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		missing += want_all(&spans, lists[i]);
	for (size_t i = 0; i < nr_verbs; i++)
		missing += want(&spans, verbs[i].word);
	for (int i = 0; i < ENG__COUNT; i++)
		missing += want(&spans, engine_opts[i].word);
	missing += want_workloads(&spans);
	strbuf_free(&page);
	strbuf_free(&spans);
	assert_int_equal(missing, 0);
}

/* Tests the check itself: a word in a sentence, a code block or another word does not count. */
static void test_words_that_are_missing(void **state)
{
	static const char page[] = "a map `unmap it` ``\n```\n`fenced`\n```\n`one`two `a-b three`\n";
	struct strbuf spans = STRBUF_INIT;

	(void)state;
	read_spans(page, &spans);
	assert_true(has(&spans, "unmap"));
	assert_true(has(&spans, "one"));
	assert_true(has(&spans, "three"));
	assert_false(has(&spans, "map"));
	assert_false(has(&spans, "fenced"));
	assert_false(has(&spans, "two"));
	assert_false(has(&spans, "b"));
	strbuf_free(&spans);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_word),
		cmocka_unit_test(test_words_that_are_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
