// SPDX-License-Identifier: GPL-2.0-only
/* Tests samples.bin: it is read as written; a torn file keeps its good part and is incomplete. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/crc32.h"
#include "lib/base/diag.h"
#include "lib/base/rng.h"
#include "lib/measure/samples.h"

static char path[] = "/tmp/test_samples.XXXXXX";

static int begin(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	close(fd);
	return fd < 0;
}

static int end(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static const struct series_id map = { "map", "ns", "order/legacy size=4K @bounce", false };
static const struct series_id rate = { "chains", "1/s", "order/split @strict", true };

/* Writes every kind of chunk, three rounds, and values that are not integers. */
static void write_all(void)
{
	const double odd[] = { -1.5, 0.1, 3e300 }, whole[] = { 0, 127, 128, 0x1p52 };
	struct hist *h = hist_new();
	struct samples_writer *w;
	int a, b;

	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(samples_open(path, &w), 0);
	assert_int_equal(samples_about(w, "machine", "cafe0001"), 0);
	assert_int_equal(samples_about(w, "release", "6.12.1 test"), 0);
	a = samples_series(w, &map);
	b = samples_series(w, &rate);
	assert_int_equal(samples_values(w, a, 0, whole, 4), 0);
	assert_int_equal(samples_values(w, b, 0, odd, 3), 0);
	assert_int_equal(samples_values(w, a, 2, whole, 1), 0);
	hist_add(h, 5, 3);
	hist_add(h, 1000000, 1000);
	assert_int_equal(samples_counts(w, a, 1, h), 0);
	assert_int_equal(samples_counts(w, a, 1, h), 0);
	assert_int_equal(samples_end(w), 0);
	samples_close(w);
	free(h);
}

static void test_round_trip(void **state)
{
	struct samples s = { 0 };
	const struct samples_series *a, *b;
	char why[256];
	struct dist d;

	(void)state;
	write_all();
	assert_int_equal(samples_load(path, &s, why), 0);
	assert_null(s.incomplete);
	assert_string_equal(samples_get(&s, "machine"), "cafe0001");
	assert_string_equal(samples_get(&s, "release"), "6.12.1 test");
	assert_string_equal(samples_get(&s, "none"), "");
	assert_int_equal(s.nr_series, 2);
	assert_int_equal(s.nr_rounds, 3);
	a = samples_find(&s, "map", "ns", map.cell);
	b = samples_find(&s, "chains", "1/s", rate.cell);
	assert_non_null(a);
	assert_non_null(b);
	assert_false(a->higher);
	assert_true(b->higher);
	assert_string_equal(samples_world(a->cell), "bounce");
	assert_int_equal(a->nr_rounds, 3);
	assert_true(a->rounds[0].values[3] == 0x1p52);
	assert_true(b->rounds[0].values[0] == -1.5 && b->rounds[0].values[2] == 3e300);
	samples_dist(a, NULL, &d);
	assert_int_equal(d.total, 4 + 2 * 1003 + 1);
	assert_true(dist_median(&d) == 1000000);
	dist_free(&d);
	samples_free(&s);
}

static struct strbuf bytes(void)
{
	struct strbuf sb = STRBUF_INIT;

	assert_int_equal(strbuf_read_file(&sb, path), 0);
	return sb;
}

static int read_bytes(const char *data, size_t len, struct samples *s)
{
	FILE *f = len ? fmemopen((void *)(uintptr_t)data, len, "rb") : tmpfile();
	char why[256];
	int err = samples_read(f, "x", s, why);

	assert_int_equal(!!err, !!*why);
	fclose(f);
	return err;
}

/* If it is cut anywhere, the whole chunks are there, and it is never complete. */
static void test_cut_anywhere(void **state)
{
	struct strbuf sb;
	size_t last = 0;

	(void)state;
	write_all();
	sb = bytes();
	for (size_t len = 0; len < sb.len; len++) {
		struct samples s = { 0 };
		size_t values = 0;

		read_bytes(sb.s, len, &s);
		assert_non_null(s.incomplete);
		for (size_t i = 0; i < s.nr_series; i++)
			for (size_t k = 0; k < s.series[i].nr_rounds; k++)
				values += s.series[i].rounds[k].nr;
		assert_true(values >= last);
		last = values;
		samples_free(&s);
	}
	assert_int_equal(last, 8);
	strbuf_free(&sb);
}

/* A bit flipped anywhere is found, and nothing after it is used. */
static void test_flip_anywhere(void **state)
{
	struct strbuf sb;

	(void)state;
	write_all();
	sb = bytes();
	for (size_t i = 0; i < sb.len; i++) {
		struct samples s = { 0 };

		if (i >= 12 && i < 16)
			continue;	/* reserved */
		sb.s[i] ^= 4;
		read_bytes(sb.s, sb.len, &s);
		assert_non_null(s.incomplete);
		sb.s[i] ^= 4;
		samples_free(&s);
	}
	strbuf_free(&sb);
}

/* Senseless payloads with a right checksum must be refused, without a crash. */
static void test_nonsense(void **state)
{
	struct rng rng = { 77 };
	struct strbuf sb;

	(void)state;
	write_all();
	sb = bytes();
	for (int i = 0; i < 20000; i++) {
		struct strbuf one = STRBUF_INIT;
		struct samples s = { 0 };
		size_t at = 16, n = rng_below(&rng, 8);
		uint32_t crc;

		strbuf_add(&one, sb.s, sb.len);
		/* Into the n-th chunk. */
		while (n-- && at + 12 + (uint8_t)one.s[at + 4] < one.len - 12)
			at += 12 + (uint8_t)one.s[at + 4];
		for (int k = 0; k < 3; k++) {
			size_t len = (uint8_t)one.s[at + 4], byte = rng_below(&rng, len + 1);

			one.s[byte < len ? at + 12 + byte : at] = rng_next(&rng);
		}
		crc = crc32_update(crc32_update(0, one.s + at, 8), one.s + at + 12,
				   (uint8_t)one.s[at + 4]);
		memcpy(one.s + at + 8, &crc, 4);
		read_bytes(one.s, one.len, &s);
		samples_free(&s);
		strbuf_free(&one);
	}
	strbuf_free(&sb);
}

/* Buckets beyond the end of the histogram: each step is small enough, but not their sum. */
static void test_counts_out_of_range(void **state)
{
	/* 49152 = 0x80 0x80 0x03, and one value there, once and then again */
	static const char steps[] = "\x80\x80\x03\x01\x80\x80\x03\x01";

	(void)state;
	for (size_t len = 4; len <= 8; len += 4) {
		struct strbuf sb = STRBUF_INIT;
		struct samples_writer *w;
		struct samples s = { 0 };
		uint32_t words[] = { 5, 32 + len, 0, 0, 0, HIST_BITS, 0, 0, 0, 0, 0 };
		uint64_t there = hist_value(49152);
		char why[256];
		FILE *f;

		truncate(path, 0) ? fail() : (void)0;
		assert_int_equal(samples_open(path, &w), 0);
		assert_int_equal(samples_series(w, &map), 0);
		samples_close(w);
		memcpy(&words[7], &there, 8);
		memcpy(&words[9], &there, 8);
		strbuf_add(&sb, words, sizeof(words));
		strbuf_add(&sb, steps, len);
		words[2] = crc32_update(crc32_update(0, sb.s, 8), sb.s + 12, sb.len - 12);
		memcpy(sb.s + 8, &words[2], 4);
		f = fopen(path, "ab");
		fwrite(sb.s, sb.len, 1, f);
		fclose(f);
		assert_int_equal(samples_load(path, &s, why), len == 4 ? 0 : -EBADMSG);
		samples_free(&s);
		strbuf_free(&sb);
	}
}

/* A run is resumed: the torn chunk is removed, and the series keep their numbers. */
static void test_goes_on(void **state)
{
	struct samples_writer *w;
	struct samples s = { 0 };
	const double more[] = { 42 };
	struct strbuf sb;
	char why[256];

	(void)state;
	write_all();
	sb = bytes();
	assert_int_equal(truncate(path, sb.len - 5), 0);
	assert_int_equal(samples_open(path, &w), 0);
	assert_int_equal(samples_series(w, &rate), 1);
	assert_int_equal(samples_series(w, &(struct series_id){ "new", "ns", "", false }), 2);
	assert_int_equal(samples_values(w, 1, 1, more, 1), 0);
	assert_int_equal(samples_end(w), 0);
	samples_close(w);
	assert_int_equal(samples_load(path, &s, why), 0);
	assert_null(s.incomplete);
	assert_int_equal(s.nr_series, 3);
	assert_int_equal(s.series[0].nr_rounds, 3);
	assert_int_equal(s.series[1].nr_rounds, 2);
	samples_free(&s);
	strbuf_free(&sb);

	/* A file of another kind must not be changed. */
	assert_int_equal(truncate(path, 0), 0);
	{
		FILE *f = fopen(path, "w");

		fputs("somebody's letters\n", f);
		fclose(f);
	}
	assert_int_equal(samples_open(path, &w), -EBADMSG);
	sb = bytes();
	assert_string_equal(strbuf_str(&sb), "somebody's letters\n");
	strbuf_free(&sb);
}

static void test_refuses(void **state)
{
	const double bad[] = { 1, NAN };
	struct samples_writer *w;
	struct series_id id = map;

	(void)state;
	truncate(path, 0) ? fail() : (void)0;
	assert_int_equal(samples_open(path, &w), 0);
	assert_int_equal(samples_series(w, &map), 0);
	id.higher = true;
	assert_int_equal(samples_series(w, &id), -EINVAL);
	id = map;
	id.metric = "two words";
	assert_int_equal(samples_series(w, &id), -EINVAL);
	id.metric = "";
	assert_int_equal(samples_series(w, &id), -EINVAL);
	assert_int_equal(samples_values(w, 0, 0, bad, 2), -EINVAL);
	assert_int_equal(samples_values(w, 1, 0, bad, 1), -EINVAL);
	assert_int_equal(samples_values(w, 0, SAMPLES_ROUNDS_MAX, bad, 1), -EINVAL);
	assert_int_equal(samples_about(w, "a", "line\nbreak"), -EINVAL);
	samples_close(w);
}

/* A full disk, simulated by a limit on file sizes: what was recorded stays readable. */
static void test_full_disk(void **state)
{
	struct rlimit was, now;
	struct samples_writer *w;
	struct samples s = { 0 };
	double v[100];
	char why[256];
	int err = 0, n = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		v[i] = i + 0.5;
	truncate(path, 0) ? fail() : (void)0;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	now = (struct rlimit){ 10000, was.rlim_max };
	setrlimit(RLIMIT_FSIZE, &now);
	assert_int_equal(samples_open(path, &w), 0);
	assert_int_equal(samples_series(w, &map), 0);
	while (!(err = samples_values(w, 0, 0, v, 100)))
		n++;
	assert_int_equal(samples_end(w), 0);	/* what is small still fits */
	setrlimit(RLIMIT_FSIZE, &was);
	samples_close(w);
	assert_int_equal(err, -EFBIG);
	assert_int_equal(samples_load(path, &s, why), 0);
	assert_int_equal(s.series[0].rounds[0].nr, n * 100);
	assert_in_range(n, 11, 12);
	samples_free(&s);
}

/* Several files are one set of samples, their rounds one after the other. */
static void test_rounds_of_files(void **state)
{
	struct samples s = { 0 };
	char why[256];

	(void)state;
	write_all();
	assert_int_equal(samples_load(path, &s, why), 0);
	assert_int_equal(samples_load(path, &s, why), 0);
	assert_int_equal(s.nr_series, 2);
	assert_int_equal(s.nr_rounds, 6);
	assert_int_equal(s.series[0].nr_rounds, 6);
	assert_int_equal(s.series[1].nr_rounds, 2);
	assert_int_equal(s.series[1].rounds[1].round, 3);
	assert_null(s.mixed);
	{
		struct samples_writer *w;

		assert_int_equal(samples_open(path, &w), 0);
		assert_int_equal(samples_about(w, "machine", "cafe0002"), 0);
		samples_end(w);
		samples_close(w);
	}
	assert_int_equal(samples_load(path, &s, why), 0);
	assert_non_null(s.mixed);
	samples_free(&s);
}

/*
 * Ten million values one by one: the memory and the file stay small, and the
 * percentiles are those of the values.
 */
static void test_ten_million(void **state)
{
	static const double parts[] = { 0.5, 0.9, 0.99, 0.999 };
	struct samples_writer *w;
	struct recorder *r;
	struct samples s = { 0 };
	struct rng rng = { 10 };
	size_t before = 0, most = 0;
	struct strbuf sb;
	char why[256];
	struct dist d;

	(void)state;
	truncate(path, 0) ? fail() : (void)0;
	assert_int_equal(samples_open(path, &w), 0);
	r = recorder_new(w, samples_series(w, &map), 0);
	for (int i = 0; i < 10000000; i++) {
		assert_int_equal(recorder_add(r, 500 - 1000 * log(rng_unit(&rng))), 0);
		if (i == 200000)
			before = mallinfo2().uordblks;
		if (i > 200000 && i % 10000 == 0 && mallinfo2().uordblks > most)
			most = mallinfo2().uordblks;
	}
	assert_int_equal(recorder_free(r), 0);
	assert_int_equal(samples_end(w), 0);
	samples_close(w);
	assert_true(most <= before + 65536);
	sb = bytes();
	assert_true(sb.len < 4 << 20);
	strbuf_free(&sb);
	assert_int_equal(samples_load(path, &s, why), 0);
	assert_null(s.incomplete);
	assert_int_equal(s.series[0].rounds[0].nr, SAMPLES_RAW);
	samples_dist(&s.series[0], NULL, &d);
	assert_int_equal(d.total, 10000000);
	for (size_t i = 0; i < 4; i++) {
		double want = 500 - 1000 * log(1 - parts[i]);

		assert_true(fabs(dist_quantile(&d, parts[i]) - want) < 0.01 * want);
	}
	dist_free(&d);
	samples_free(&s);
}

static int parse(const char *text, struct diag *diag)
{
	struct samples_writer *w;
	int err;

	truncate(path, 0) ? fail() : (void)0;
	assert_int_equal(samples_open(path, &w), 0);
	err = samples_parse("t", text, w, diag);
	samples_close(w);
	return err;
}

static void test_text(void **state)
{
	static const char text[] = "about accelerator tcg-icount\n"
		"series map ns lower order/legacy size=4K @bounce\n"
		"round 0\n740 741.5 750\nround 3\n5*3 1000*7\n"
		"series chains 1/s higher order/split @strict\n"
		"round 0\n-1\nend\n";
	struct strbuf out = STRBUF_INIT;
	struct samples s = { 0 };
	struct diag diag;
	char why[256];

	(void)state;
	assert_int_equal(parse(text, &diag), 0);
	assert_int_equal(samples_load(path, &s, why), 0);
	samples_print(&s, &out);
	assert_string_equal(out.s, text);
	assert_int_equal(parse("  # a comment\n\nseries a b lower c # d\n 1 # e", &diag), 0);
	samples_free(&s);
	strbuf_free(&out);
}

static void test_text_is_wrong_where(void **state)
{
	static const struct {
		const char *text;
		unsigned int line, col;
		const char *says;
	} bad[] = {
		{ "1 2\n", 1, 1, "numbers of what" },
		{ "series a b lower c\n1 2x 3\n", 2, 4, "then 'x'" },
		{ "series a b lower c\n1 nan\n", 2, 3, "no number" },
		{ "series a b lower c\n1 rond 2\n", 2, 3, "no number" },
		{ "series a b lower c\n1.5*2\n", 2, 1, "whole number" },
		{ "series a b lower c\n15*\n", 2, 1, "how often" },
		{ "series a b best c\n", 1, 12, "lower or higher" },
		{ "series a b\n", 1, 11, "want series" },
		{ "round -1\n", 1, 7, "from 0 to" },
		{ "round 99999999\n", 1, 7, "from 0 to" },
		{ "round 1 2\n", 1, 9, "should end" },
		{ "about\n", 1, 6, "about what" },
		{ "series a b lower c\nseries a b higher c\n", 2, 1, "direction" },
		{ "about a \xc3\xa9\n", 1, 1, "ASCII" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct diag diag;

		assert_int_equal(parse(bad[i].text, &diag), -EINVAL);
		assert_int_equal(diag.line, bad[i].line);
		assert_int_equal(diag.col, bad[i].col);
		if (!strstr(diag.text, bad[i].says)) {
			print_error("'%s' of '%s'\n", diag.text, bad[i].text);
			fail();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_flip_anywhere),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_counts_out_of_range),
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_rounds_of_files),
		cmocka_unit_test(test_ten_million),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_is_wrong_where),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
