// SPDX-License-Identifier: GPL-2.0-only
/* Tests frames: they are read as they were written, and a damaged one is never accepted. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "lib/program/frame_file.h"
#include "uapi/dmatorture.h"

/* Reads from a block of exactly @len bytes, so that ASan finds a read of one byte more. */
static long read_copy(const void *data, size_t len, struct frame *f)
{
	uint8_t *copy = malloc(len ? len : 1);
	long n;

	memcpy(copy, data, len);
	n = frame_read(copy, len, f);
	free(copy);
	return n;
}

static void test_wire(void **state)
{
	/* The format is defined in bytes, which are the same on any machine. */
	static const uint8_t want[] = {
		'D', 'M', 'T', 'F', 8, 0, 0, 0, 0x04, 0x03, 0x02, 0x01, 3, 0, 0, 0,
		'a', 'b', 'c',
	};
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	frame_write(&sb, 0x01020304, FRAME_LOG, "abc", 3);
	assert_int_equal(sb.len, sizeof(want) + 4);
	assert_memory_equal(sb.s, want, sizeof(want));
	/* crc32 of these 19 bytes, from another implementation (gzip) */
	assert_memory_equal(sb.s + sizeof(want), "\x25\x7d\x08\xfe", 4);
	strbuf_free(&sb);
}

static void test_round_trip(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct frame f;
	long first, second;

	(void)state;
	frame_write(&sb, 0, FRAME_HELLO, "hello", 5);
	frame_write(&sb, 1, FRAME_END, "", 0);
	first = frame_read(sb.s, sb.len, &f);
	assert_true(first > 0);
	assert_int_equal(f.type, FRAME_HELLO);
	assert_int_equal(f.seq, 0);
	assert_int_equal(f.len, 5);
	assert_memory_equal(f.data, "hello", 5);
	second = frame_read(sb.s + first, sb.len - first, &f);
	assert_int_equal(first + second, sb.len);
	assert_int_equal(f.type, FRAME_END);
	assert_int_equal(f.seq, 1);
	assert_int_equal(f.len, 0);
	strbuf_free(&sb);
}

static void test_cut_anywhere(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct frame f;

	(void)state;
	frame_write(&sb, 7, FRAME_LOG, "some words", 10);
	for (size_t len = 0; len < sb.len; len++)
		assert_int_equal(read_copy(sb.s, len, &f), 0);
	assert_int_equal(read_copy(sb.s, sb.len, &f), sb.len);
	strbuf_free(&sb);
}

static void test_flipped_bits(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct frame f;

	(void)state;
	frame_write(&sb, 7, FRAME_LOG, "some words", 10);
	for (size_t bit = 0; bit < 8 * sb.len; bit++) {
		long n;

		sb.s[bit / 8] ^= 1 << bit % 8;
		n = read_copy(sb.s, sb.len, &f);
		/* A longer length means that more is to come; any other damage is found at once. */
		if (bit / 8 >= 12 && bit / 8 < 16)
			assert_true(n == 0 || n == -EBADMSG);
		else
			assert_int_equal(n, -EBADMSG);
		sb.s[bit / 8] ^= 1 << bit % 8;
	}
	strbuf_free(&sb);
}

static void test_too_long(void **state)
{
	static const uint8_t header[16] = {
		'D', 'M', 'T', 'F', 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1,
	};
	struct frame f;

	(void)state;
	assert_int_equal(read_copy(header, 16, &f), -EBADMSG);
}

static void test_sums(void **state)
{
	struct dmt_sums in, out;
	uint8_t wire[FRAME_SUMS_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		((uint8_t *)&in)[i] = i * 7;
	in.status = -EXDEV;
	in.iterations = 0x01020304;
	in.ns = 0x0102030405060708;
	frame_pack_sums(wire, &in);
	assert_memory_equal(wire, "\xee\xff\xff\xff\x04\x03\x02\x01\x08\x07\x06\x05\x04\x03\x02\x01", 16);
	frame_unpack_sums(&out, wire);
	assert_memory_equal(&in, &out, sizeof(in));
}

/* Makes a file of frames larger than what is read at once; the caller frees the name. */
static char *frames_file(const struct strbuf *sb, size_t len)
{
	char *path = xstrdup("/tmp/test_frame.XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, sb->s, len), len);
	close(fd);
	return path;
}

static unsigned int count_frames(const char *path, enum frame_rest *rest, uint64_t *at)
{
	struct frame_file ff;
	struct frame f;
	unsigned int n = 0;

	assert_int_equal(frame_file_open(&ff, path), 0);
	while (frame_file_next(&ff, &f) > 0) {
		assert_int_equal(f.type, FRAME_LOG);
		for (uint32_t i = 0; i < f.len; i++)
			assert_int_equal(f.data[i], (uint8_t)n);
		n++;
	}
	*rest = ff.rest;
	*at = ff.at;
	frame_file_close(&ff);
	return n;
}

/* Catches: a frame that is lost at the border of two reads; a cut or damaged end accepted. */
static void test_file(void **state)
{
	static uint8_t bytes[100000];
	struct strbuf sb = STRBUF_INIT;
	enum frame_rest rest;
	size_t before = 0;
	uint64_t at;
	char *path;

	(void)state;
	for (uint32_t i = 0; i < 20; i++) {
		before = sb.len;
		memset(bytes, (int)i, sizeof(bytes));
		frame_write(&sb, i, FRAME_LOG, bytes, (i % 4) * 33333);
	}
	path = frames_file(&sb, sb.len);
	assert_int_equal(count_frames(path, &rest, &at), 20);
	assert_int_equal(rest, FRAME_REST_NONE);
	assert_int_equal(at, sb.len);
	unlink(path);
	free(path);

	path = frames_file(&sb, sb.len - 1);
	assert_int_equal(count_frames(path, &rest, &at), 19);
	assert_int_equal(rest, FRAME_REST_CUT);
	assert_int_equal(at, before);
	unlink(path);
	free(path);

	sb.s[before + 20]++;
	path = frames_file(&sb, sb.len);
	assert_int_equal(count_frames(path, &rest, &at), 19);
	assert_int_equal(rest, FRAME_REST_DAMAGED);
	assert_int_equal(at, before);
	unlink(path);
	free(path);

	/* One is missing. */
	strbuf_reset(&sb);
	frame_write(&sb, 0, FRAME_LOG, "", 0);
	frame_write(&sb, 2, FRAME_LOG, "", 0);
	path = frames_file(&sb, sb.len);
	assert_int_equal(count_frames(path, &rest, &at), 1);
	assert_int_equal(rest, FRAME_REST_DAMAGED);
	unlink(path);
	free(path);
	strbuf_free(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
