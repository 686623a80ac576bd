// SPDX-License-Identifier: GPL-2.0-only
/* Tests plans: they are read as they were written, and a damaged one is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "lib/program/plan.h"

static void write_sample(struct strbuf *out)
{
	const struct plan_cell cells[] = {
		{ .index = 3, .setup = "engine copy\n", .setup_len = 12,
		  .program = (const uint8_t *)"\1\2\3", .program_len = 3 },
		{ .index = 0x01020304, .setup = "", .program = (const uint8_t *)"" },
	};

	plan_write(out, cells, 2);
}

/* Reads from a block of exactly @len bytes, so that ASan finds a read of one byte more. */
static int read_copy(const void *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct plan_cell *cells;
	uint32_t nr;
	int err;

	memcpy(copy, data, len);
	err = plan_read(copy, len, &cells, &nr);
	free(cells);
	free(copy);
	return err;
}

/* Makes the checksum right again, so that damage must be found without it. */
static void seal(struct strbuf *sb)
{
	le32_put((uint8_t *)sb->s + sb->len - 4, crc32_update(0, sb->s, sb->len - 4));
}

static void test_round_trip(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct plan_cell *cells;
	uint32_t nr;

	(void)state;
	write_sample(&sb);
	assert_memory_equal(sb.s, "DMTPLAN1\2\0\0\0\3\0\0\0\14\0\0\0\3\0\0\0engine copy\n\1\2\3\4\3\2\1", 43);
	assert_int_equal(plan_read(sb.s, sb.len, &cells, &nr), 0);
	assert_int_equal(nr, 2);
	assert_int_equal(cells[0].index, 3);
	assert_int_equal(cells[0].setup_len, 12);
	assert_memory_equal(cells[0].setup, "engine copy\n", 12);
	assert_int_equal(cells[0].program_len, 3);
	assert_memory_equal(cells[0].program, "\1\2\3", 3);
	assert_int_equal(cells[1].index, 0x01020304);
	assert_int_equal(cells[1].setup_len, 0);
	assert_int_equal(cells[1].program_len, 0);
	free(cells);
	strbuf_free(&sb);
}

static void test_empty(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct plan_cell *cells;
	uint32_t nr = 1;

	(void)state;
	plan_write(&sb, NULL, 0);
	assert_int_equal(plan_read(sb.s, sb.len, &cells, &nr), 0);
	assert_int_equal(nr, 0);
	free(cells);
	strbuf_free(&sb);
}

static void test_cut_anywhere(void **state)
{
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	write_sample(&sb);
	for (size_t len = 0; len < sb.len; len++)
		assert_int_equal(read_copy(sb.s, len), -EBADMSG);
	assert_int_equal(read_copy(sb.s, sb.len), 0);
	/* cut, but with a right checksum: the wrong lengths must be found */
	for (size_t len = sb.len - 1; len >= 16; len--) {
		sb.len = len;
		seal(&sb);
		assert_int_equal(read_copy(sb.s, sb.len), -EBADMSG);
	}
	strbuf_free(&sb);
}

static void test_flipped_bits(void **state)
{
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	write_sample(&sb);
	for (size_t bit = 0; bit < 8 * sb.len; bit++) {
		sb.s[bit / 8] ^= 1 << bit % 8;
		assert_int_equal(read_copy(sb.s, sb.len), -EBADMSG);
		sb.s[bit / 8] ^= 1 << bit % 8;
	}
	strbuf_free(&sb);
}

/* Wrong counts and lengths, with a right checksum. */
static void test_lies(void **state)
{
	static const size_t words[] = { 8, 16, 20 };	/* nr_cells, setup_len, program_len */

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		static const uint32_t values[] = { 0, 1, 3, 100, 0x7fffffff, 0xffffffff };

		for (size_t k = 0; k < 6; k++) {
			struct strbuf sb = STRBUF_INIT;

			write_sample(&sb);
			if (le32_get((uint8_t *)sb.s + words[i]) != values[k]) {
				le32_put((uint8_t *)sb.s + words[i], values[k]);
				seal(&sb);
				assert_int_equal(read_copy(sb.s, sb.len), -EBADMSG);
			}
			strbuf_free(&sb);
		}
	}
}

static void test_rest(void **state)
{
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	write_sample(&sb);
	strbuf_adds(&sb, "rest");
	seal(&sb);
	assert_int_equal(read_copy(sb.s, sb.len), -EBADMSG);
	strbuf_free(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
