// SPDX-License-Identifier: GPL-2.0-only
/* Tests which samples are made from fio's json+ output. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lib/measure/fio.h"

static int parse(const char *text, struct fio_figures *f)
{
	return fio_parse(text, strlen(text), f);
}

/* Catches: one job taken for all, one direction for the other, a bin for a single I/O. */
static void test_jobs_add_up(void **state)
{
	struct fio_figures f;

	(void)state;
	assert_int_equal(parse("{\"fio version\":\"fio-3.33\",\"jobs\":["
			       "{\"write\":{\"total_ios\":3,\"bw_bytes\":1000,"
			       "\"clat_ns\":{\"bins\":{\"100\":2,\"300\":1}}},"
			       "\"read\":{\"total_ios\":0,\"bw_bytes\":5}},"
			       "{\"write\":{\"total_ios\":1,\"bw_bytes\":500,"
			       "\"clat_ns\":{\"bins\":{\"200\":1}}}}]}", &f), 0);
	assert_true(f.bytes_per_s[FIO_WRITE] == 1500);
	assert_true(f.bytes_per_s[FIO_READ] == 0);
	assert_int_equal(f.nr[FIO_WRITE], 4);
	assert_int_equal(f.nr[FIO_READ], 0);
	assert_true(f.ns[FIO_WRITE][0] == 100 && f.ns[FIO_WRITE][1] == 100 &&
		    f.ns[FIO_WRITE][2] == 300 && f.ns[FIO_WRITE][3] == 200);
	fio_free(&f);
}

/* Catches: truncated output, or output that is not fio's, taken for an empty measurement. */
static void test_not_fio(void **state)
{
	struct fio_figures f;

	(void)state;
	assert_int_equal(parse("", &f), -EBADMSG);
	assert_int_equal(parse("{\"jobs\":[{\"write\":", &f), -EBADMSG);
	assert_int_equal(parse("{\"jobs\":3}", &f), -EBADMSG);
	assert_int_equal(parse("fio: unable to open", &f), -EBADMSG);
}

/* Catches: an impossible count, which makes the harness run out of memory. */
static void test_counts_out_of_range(void **state)
{
	struct fio_figures f;

	(void)state;
	assert_int_equal(parse("{\"jobs\":[{\"read\":{\"total_ios\":1,\"bw_bytes\":1,\"clat_ns\":"
			       "{\"bins\":{\"1\":9000000000000000000,\"2\":-1,\"3\":1}}}}]}", &f), 0);
	assert_int_equal(f.nr[FIO_READ], 1);
	assert_true(f.ns[FIO_READ][0] == 3);
	fio_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jobs_add_up),
		cmocka_unit_test(test_not_fio),
		cmocka_unit_test(test_counts_out_of_range),
	};

	return cmocka_run_group_tests_name("fio", tests, NULL, NULL);
}
