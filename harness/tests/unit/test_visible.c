// SPDX-License-Identifier: GPL-2.0-only
/* Tests escaping of foreign text: what stays, what is escaped, and that it can be reversed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "lib/base/json_text.h"
#include "lib/base/rng.h"
#include "lib/base/visible.h"

static void is(const char *text, unsigned int flags, const char *wanted)
{
	char *got = visible(text, flags);

	assert_string_equal(got, wanted);
	free(got);
}

/* Catches: letters that are escaped; a control byte that is not. */
static void test_words(void **state)
{
	(void)state;
	is("plain \\ \xc2\xb5s \xe2\x89\xa4 \xf0\x9f\x98\x80", 0, "plain \\ \xc2\xb5s \xe2\x89\xa4 \xf0\x9f\x98\x80");
	is("a\033[2Jb\177", 0, "a\\x1b[2Jb\\x7f");
	is("a\n\tb\r", VISIBLE_LINES, "a\n\tb\\x0d");
	is("a\n\tb\r", 0, "a\\x0a\\x09b\\x0d");
	is("\xc2\x9b" "2J", 0, "\\xc2\\x9b2J");
	is("\xc2\x9b\033", VISIBLE_UTF8, "\xc2\x9b\033");
	is("\xe2\x80\xae", 0, "\\xe2\\x80\\xae");
	is("\xef\xbf\xbe", 0, "\\xef\\xbf\\xbe");
	/* Overlong, a surrogate, beyond U+10FFFF, cut. */
	is("\xc0\x80 \xe0\x80\x80 \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82", VISIBLE_UTF8,
	   "\\xc0\\x80 \\xe0\\x80\\x80 \\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80 \\xe2\\x82");
}

/* Catches: two texts that are escaped to the same; a text that cannot be recovered. */
static void test_exact(void **state)
{
	static const char letters[] = "\\\\\\xx8805c\xc3\xa9\x80\n\033";
	struct rng rng = { 1 };

	(void)state;
	is("\\x80 \\x \\y", VISIBLE_EXACT, "\\x5cx80 \\x \\y");
	for (int i = 0; i < 20000; i++) {
		char text[9] = "", *got;

		for (int k = 0; k < 8; k++)
			text[k] = letters[rng_below(&rng, sizeof(letters) - 1)];
		got = visible(text, VISIBLE_EXACT | (i % 2 ? VISIBLE_UTF8 : 0));
		visible_undo(got);
		assert_string_equal(got, text);
		free(got);
	}
}

/* Catches: text that changes when it is escaped again. */
static void test_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++) {
		char *once = visible(hostile[i], 0);

		is(once, 0, once);
		free(once);
	}
}

/* Catches: a character of markup that is not escaped. */
static void test_markup(void **state)
{
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	markup_add(&sb, "<a b=\"c'd\">&\n\t");
	assert_string_equal(strbuf_str(&sb), "&lt;a b=&quot;c&#39;d&quot;&gt;&amp;&#10;&#9;");
	strbuf_free(&sb);
}

/* Catches: a value or key that jansson leaves out; control characters in a document. */
static void test_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++) {
		json_t *o = json_object(), *back;
		char *text, *value;

		json_put(o, hostile[i], json_textf("%s", hostile[i]));
		assert_int_equal(json_object_size(o), 1);
		text = json_take(o, 0);
		for (const unsigned char *p = (const unsigned char *)text; *p; p++)
			assert_true(*p >= ' ' && *p != 0x7f && !(p[0] == 0xc2 && p[1] < 0xa0));
		back = json_loads(text, 0, NULL);
		assert_non_null(back);
		value = xstrdup(json_string_value(json_object_iter_value(json_object_iter(back))));
		visible_undo(value);
		assert_string_equal(value, hostile[i]);
		free(value);
		free(text);
		json_decref(back);
	}
	assert_true(json_is_null(json_text(NULL)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_markup),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
