// SPDX-License-Identifier: GPL-2.0-only
/* Tests the history: a run is there once, in order, and nothing else changes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

#include "lib/measure/history.h"

static char dir[] = "/tmp/test_history.XXXXXX";
static char db[64];

static int begin(void **state)
{
	(void)state;
	snprintf(db, sizeof(db), "%s/history.db", mkdtemp(dir));
	return 0;
}

static int fresh(void **state)
{
	char journal[80];

	(void)state;
	unlink(db);
	snprintf(journal, sizeof(journal), "%s-journal", db);
	unlink(journal);
	return 0;
}

static int end(void **state)
{
	fresh(state);
	return rmdir(dir);
}

static struct history *open_it(void)
{
	struct history *h = NULL;
	char *why = NULL;

	if (history_open(db, &h, &why)) {
		print_error("%s\n", why);
		fail();
	}
	return h;
}

/* Makes one run, with one value of each metric. */
static struct samples run(const char *release, const char *time, double map, double rate)
{
	struct samples s = { 0 };
	const char *const about[][2] = {
		{ ABOUT_MACHINE, "cafe0001" }, { ABOUT_RELEASE, release }, { ABOUT_CONFIG, "c0" },
		{ ABOUT_ACCEL, "tcg" }, { ABOUT_TIME, time },
	};
	const double values[] = { map, rate };

	s.about = xcalloc(5, sizeof(*s.about));
	for (s.nr_about = 0; s.nr_about < 5; s.nr_about++)
		s.about[s.nr_about] = (struct samples_about){ xstrdup(about[s.nr_about][0]),
							      xstrdup(about[s.nr_about][1]) };
	s.series = xcalloc(2, sizeof(*s.series));
	s.series[0] = (struct samples_series){ xstrdup("map"), xstrdup("ns"),
					       xstrdup("t/a size=4K @bounce"), false, NULL, 1 };
	s.series[1] = (struct samples_series){ xstrdup("rate"), xstrdup("1/s"),
					       xstrdup("t/b @strict"), true, NULL, 1 };
	for (s.nr_series = 0; s.nr_series < 2; s.nr_series++) {
		struct samples_round *r = xcalloc(1, sizeof(*r));

		r->values = xmalloc(sizeof(double));
		r->values[0] = values[s.nr_series];
		r->nr = 1;
		s.series[s.nr_series].rounds = r;
	}
	return s;
}

static void add(struct history *h, const char *release, const char *time, double map, int want)
{
	struct samples s = run(release, time, map, 1 / map);

	assert_int_equal(history_add(h, &s, "/runs/x"), want);
	samples_free(&s);
}

static void test_in_order_and_once(void **state)
{
	struct history *h = open_it();
	struct history_filter filter = { .metric = "map" };
	struct history_point *p;
	size_t nr;

	(void)state;
	add(h, "6.12.2", "2026-02-01T00:00:00Z", 20, 0);
	add(h, "6.12.1", "2026-01-01T00:00:00Z", 10, 0);
	add(h, "6.12.2", "2026-02-01T00:00:00Z", 20, 1);
	history_close(h);

	h = open_it();	/* it is on the disk */
	assert_int_equal(history_points(h, &filter, &p, &nr), 0);
	assert_int_equal(nr, 2);
	assert_string_equal(p[0].release, "6.12.1");
	assert_string_equal(p[0].world, "bounce");
	assert_string_equal(p[0].dir, "/runs/x");
	assert_true(p[0].p50 == 10 && p[1].p50 == 20 && p[1].max == 20 && p[1].nr == 1);
	assert_false(p[0].higher);
	assert_true(history_same_series(&p[0], &p[1]));
	history_free_points(p, nr);

	filter = (struct history_filter){ .world = "strict", .release = "6.12.2" };
	assert_int_equal(history_points(h, &filter, &p, &nr), 0);
	assert_int_equal(nr, 1);
	assert_string_equal(p[0].metric, "rate");
	assert_true(p[0].higher);
	history_free_points(p, nr);

	filter = (struct history_filter){ .cell = "t/*" };
	assert_int_equal(history_points(h, &filter, &p, &nr), 0);
	assert_int_equal(nr, 4);
	assert_false(history_same_series(&p[0], &p[3]));
	history_free_points(p, nr);

	/* A quote is part of a name, not the end of a string. */
	filter = (struct history_filter){ .metric = "map' OR '1'='1" };
	assert_int_equal(history_points(h, &filter, &p, &nr), 0);
	assert_int_equal(nr, 0);
	history_free_points(p, nr);
	history_close(h);
}

static void test_interrupted_run_is_not_added(void **state)
{
	struct samples s = run("6.12.1", "2026-01-01T00:00:00Z", 10, 1);
	struct history_filter filter = { 0 };
	struct history *h = open_it();
	struct history_point *p;
	size_t nr;

	(void)state;
	s.incomplete = xstrdup("cut short");
	assert_int_equal(history_add(h, &s, "/runs/x"), -EINVAL);
	assert_string_equal(history_error(h), "cut short");
	assert_int_equal(history_points(h, &filter, &p, &nr), 0);
	assert_int_equal(nr, 0);
	history_free_points(p, nr);
	history_close(h);
	samples_free(&s);
}

/* If the disk is full in the middle of a run, nothing of it is added, and older runs stay. */
static void test_full_disk(void **state)
{
	struct history *h = open_it();
	struct history_filter filter = { 0 };
	struct history_point *p;
	struct rlimit was, now;
	size_t nr, added = 0;
	int err = 0;

	(void)state;
	add(h, "6.12.1", "2026-01-01T00:00:00Z", 10, 0);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	now = (struct rlimit){ 64 << 10, was.rlim_max };
	setrlimit(RLIMIT_FSIZE, &now);
	for (int i = 0; i < 5000 && !err; i++) {
		struct samples s;
		char time[32];

		snprintf(time, sizeof(time), "2026-%d", i);
		s = run("6.12.1", time, 10, 1);
		err = history_add(h, &s, "/runs/x");
		added += !err;
		samples_free(&s);
	}
	setrlimit(RLIMIT_FSIZE, &was);
	assert_true(err < 0);
	history_close(h);
	h = open_it();
	assert_int_equal(history_points(h, &filter, &p, &nr), 0);
	assert_int_equal(nr, 2 * (added + 1));
	history_free_points(p, nr);
	history_close(h);
}

static void test_not_ours(void **state)
{
	struct history *h = NULL;
	char *why = NULL, line[32];
	FILE *f = fopen(db, "w");

	(void)state;
	fputs("somebody's letters, and long enough to be looked at ------------------------------------------------------------------", f);
	fclose(f);
	assert_int_equal(history_open(db, &h, &why), -EBADMSG);
	assert_non_null(strstr(why, db));
	free(why);
	f = fopen(db, "r");
	assert_non_null(fgets(line, sizeof(line), f));
	assert_memory_equal(line, "somebody's letters", 18);
	fclose(f);
}

/* If a point cannot be added, none of its run is. */
static void test_half_a_run(void **state)
{
	struct samples s = run("6.12.1", "2026-01-01T00:00:00Z", 10, 1);
	struct history_filter filter = { 0 };
	struct history *h = open_it();
	struct history_point *p;
	size_t nr;

	(void)state;
	free(s.series[1].metric);
	free(s.series[1].unit);
	free(s.series[1].cell);
	s.series[1].metric = xstrdup(s.series[0].metric);
	s.series[1].unit = xstrdup(s.series[0].unit);
	s.series[1].cell = xstrdup(s.series[0].cell);
	assert_true(history_add(h, &s, "/runs/x") < 0);
	assert_int_equal(history_points(h, &filter, &p, &nr), 0);
	assert_int_equal(nr, 0);
	add(h, "6.12.1", "2026-01-01T00:00:00Z", 10, 0);	/* and it can be added after all */
	history_free_points(p, nr);
	history_close(h);
	samples_free(&s);
}

/* An SQLite database of another application; bytes 68 to 71 are the application id. */
static void test_database_of_another(void **state)
{
	struct history *h = open_it();
	char *why = NULL;
	FILE *f;

	(void)state;
	history_close(h);
	f = fopen(db, "r+");
	fseek(f, 68, SEEK_SET);
	fputs("ABCD", f);
	fclose(f);
	assert_int_equal(history_open(db, &h, &why), -EBADMSG);
	assert_non_null(strstr(why, "something else"));
	free(why);
}

static void test_no_library(void **state)
{
	struct history *h = NULL;
	char *why = NULL;

	(void)state;
	setenv("DMATORTURE_SQLITE", "libno-such-sqlite.so", 1);
	assert_int_equal(history_open(db, &h, &why), -ENOSYS);
	assert_non_null(strstr(why, "no history without SQLite"));
	free(why);
	/* A library, but of another kind. */
	setenv("DMATORTURE_SQLITE", "libm.so.6", 1);
	assert_int_equal(history_open(db, &h, &why), -ENOSYS);
	free(why);
	unsetenv("DMATORTURE_SQLITE");
	assert_int_equal(access(db, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_in_order_and_once, fresh),
		cmocka_unit_test_setup(test_interrupted_run_is_not_added, fresh),
		cmocka_unit_test_setup(test_full_disk, fresh),
		cmocka_unit_test_setup(test_not_ours, fresh),
		cmocka_unit_test_setup(test_half_a_run, fresh),
		cmocka_unit_test_setup(test_database_of_another, fresh),
		cmocka_unit_test_setup(test_no_library, fresh),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
