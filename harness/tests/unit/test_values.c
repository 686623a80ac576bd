// SPDX-License-Identifier: GPL-2.0-only
/* Tests numbers, words and messages, which the parser uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/language/ast.h"

/* Catches: 4K as 4000, hex digits taken for a suffix, 2^64 - 1 refused, 2^64 taken. */
static void test_number(void **state)
{
	static const struct {
		const char *text;
		int err;
		uint64_t n;
		enum unit unit;
	} table[] = {
		{ "0", 0, 0, UNIT_NONE }, { "4K", 0, 4096, UNIT_SIZE },
		{ "2M", 0, 2097152, UNIT_SIZE }, { "1G", 0, 1073741824, UNIT_SIZE },
		{ "0x10", 0, 16, UNIT_NONE }, { "0xFFK", 0, 261120, UNIT_SIZE },
		{ "007", 0, 7, UNIT_NONE }, { "3ns", 0, 3, UNIT_TIME },
		{ "10us", 0, 10000, UNIT_TIME }, { "5ms", 0, 5000000, UNIT_TIME },
		{ "2s", 0, 2000000000, UNIT_TIME },
		{ "18446744073709551615", 0, UINT64_MAX, UNIT_NONE },
		{ "18446744073709551616", -ERANGE, 0, 0 },
		{ "17179869184G", -ERANGE, 0, 0 }, { "18446744074s", -ERANGE, 0, 0 },
		{ "0xffffffffffffffff", 0, UINT64_MAX, UNIT_NONE },
		{ "0x", -EINVAL, 0, 0 }, { "4k", -EINVAL, 0, 0 }, { "4KB", -EINVAL, 0, 0 },
		{ "1e3", -EINVAL, 0, 0 }, { "-1", -EINVAL, 0, 0 }, { "", -EINVAL, 0, 0 },
		{ "x", -EINVAL, 0, 0 }, { "1_000", -EINVAL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct number n = { 0 };
		int err = number_parse(table[i].text, &n);

		if (err != table[i].err)
			fail_msg("'%s': %d", table[i].text, err);
		if (err)
			continue;
		assert_true(n.n == table[i].n);
		assert_int_equal(n.unit, table[i].unit);
	}
}

/* Catches: a printed number that is another when it is read. */
static void test_number_text(void **state)
{
	static const uint64_t numbers[] = {
		0, 1, 999, 1000, 1001, 1023, 1024, 4096, 65535, 65536, 1000000, 1048576,
		1500000000, 2000000000, 3ULL << 30, UINT64_MAX
	};
	char out[NUMBER_TEXT];
	struct number again;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (enum unit u = UNIT_NONE; u <= UNIT_TIME; u++) {
			assert_int_equal(
				number_parse(number_text(&(struct number){ numbers[i], u }, out),
					     &again),
				0);
			assert_true(again.n == numbers[i]);
		}
	assert_string_equal(number_text(&(struct number) { 2048, UNIT_SIZE }, out), "2K");
	assert_string_equal(number_text(&(struct number) { 1500, UNIT_TIME }, out), "1500ns");
	assert_string_equal(number_text(&(struct number) { 0, UNIT_SIZE }, out), "0");
	assert_string_equal(number_text(&(struct number) { 3000000, UNIT_TIME }, out), "3ms");
}

static const char *near(const char *s)
{
	static const char *const words[] = { "submit", "sync_for_cpu", "sync_for_device", "wait",
					     "unmap", "map", NULL };

	return word_nearest(words, s, strlen(s));
}

/* Catches: the first match taken instead of the nearest; a suggestion that is not similar. */
static void test_nearest(void **state)
{
	(void)state;
	assert_string_equal(near("sumbit"), "submit");
	assert_string_equal(near("sync_for_devce"), "sync_for_device");
	assert_string_equal(near("mapp"), "map");
	assert_string_equal(near("unmpa"), "unmap");
	assert_string_equal(near("wait"), "wait");
	assert_null(near("terminate"));
	assert_null(near("q"));
	assert_null(near(""));
	assert_null(near("a_word_that_is_longer_than_any_row_of_the_table_that_counts_edits_would_be"));
}

/* Catches: a list without "or" before its last word; one written beyond its buffer. */
static void test_list(void **state)
{
	static const char *const words[] = { "one", "two", "three", NULL };
	char out[32], small[8];

	(void)state;
	word_list(out, sizeof(out), words);
	assert_string_equal(out, "one, two or three");
	word_list(out, sizeof(out), words + 2);
	assert_string_equal(out, "three");
	word_list(small, sizeof(small), words);
	assert_int_equal(strlen(small), 7);
}

/* Catches: a second error that hides the first. */
static void test_first_error_counts(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_false(diag_error(&d, "f", (struct pos) { 3, 4 }, "first %d", 1));
	assert_false(diag_error(&d, "g", (struct pos) { 5, 6 }, "second"));
	assert_string_equal(d.text, "first 1");
	assert_int_equal(d.line, 3);
}

static char *printed(const struct diag *d, const char *source)
{
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	diag_print(d, source, f);
	fclose(f);
	return out;
}

/*
 * Catches: a caret below the wrong column, a tab that shifts it, an escape sequence that reaches
 * the terminal, a missing line.
 */
static void test_diag_print(void **state)
{
	struct diag d = { .file = "a.dma", .line = 2, .col = 3, .text = "wrong" };
	char *out;

	(void)state;
	out = printed(&d, "one\n\tx \033[2J\nthree\n");
	assert_string_equal(out, "a.dma:2:3: error: wrong\n    2 | \tx ?[2J\n      | \t ^\n");
	free(out);
	out = printed(&d, NULL);
	assert_string_equal(out, "a.dma:2:3: error: wrong\n");
	free(out);
	d.line = 9;
	out = printed(&d, "one\n");
	assert_string_equal(out, "a.dma:9:3: error: wrong\n");
	free(out);
	d.line = 0;
	d.col = 0;
	out = printed(&d, "one\n");
	assert_string_equal(out, "a.dma: error: wrong\n");
	free(out);
}

/* Catches: a world printed as another one; a word accepted that is no world. */
static void test_worlds(void **state)
{
	enum world w;

	(void)state;
	for (int i = 0; i < WORLD__COUNT; i++) {
		assert_int_equal(world_parse(world_name(i), &w), 0);
		assert_int_equal(w, i);
	}
	assert_null(world_name(WORLD__COUNT));
	assert_int_equal(world_parse("bounce3", &w), -EINVAL);
	assert_int_equal(world_parse("", &w), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_number_text),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_first_error_counts),
		cmocka_unit_test(test_diag_print),
		cmocka_unit_test(test_worlds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
