// SPDX-License-Identifier: GPL-2.0-only
/* Tests which files are scenarios, and which of them a name selects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/language/suite.h"

static char dir[] = "/tmp/dmt-suite-XXXXXX";
static char said[4096];		/* on stderr by the last select_names() */

static void put(const char *path, const char *name)
{
	char *full = xasprintf("%s/%s", dir, path);
	FILE *f;

	for (char *p = full + strlen(dir) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(full, 0700);
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fprintf(f, "scenario %s \"t\" engine e memcpy like fsl-dma thread { }\n", name);
	fclose(f);
	free(full);
}

static void drop(const char *path)
{
	char *full = xasprintf("%s/%s", dir, path);

	assert_int_equal(remove(full), 0);
	free(full);
}

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	put("order/legacy.dma", "order/legacy");
	put("order/shared.dma", "order/shared");
	put("order/shared-foreign.dma", "order/shared-foreign");
	put("orders/split.dma", "orders/split");
	put("context/callback.dma", "context/callback");
	put("context/.#callback.dma", "an editor's");
	put("context/notes.txt", "no scenario");
	return 0;
}

static int remove_dir(void **state)
{
	char *command = xasprintf("rm -r '%s'", dir);
	int err = system(command);

	(void)state;
	free(command);
	return err;
}

/* The names that were selected, "a b c"; "error" when it failed. */
static char *select_names(const char *where, char *const *names, int nr)
{
	struct strbuf out = STRBUF_INIT;
	FILE *capture = tmpfile();
	int keep = dup(STDERR_FILENO), err;
	struct suite suite;
	size_t n;

	dup2(fileno(capture), STDERR_FILENO);
	err = suite_select(&suite, where, names, nr);
	dup2(keep, STDERR_FILENO);
	close(keep);
	rewind(capture);
	n = fread(said, 1, sizeof(said) - 1, capture);
	said[n] = '\0';
	fclose(capture);
	strbuf_adds(&out, err ? "error" : "");
	for (size_t i = 0; !err && i < suite.nr; i++)
		strbuf_addf(&out, "%s%s", i ? " " : "", suite.entries[i].name);
	assert_int_equal(err == 0, said[0] == '\0');
	suite_free(&suite);
	return strbuf_detach(&out);
}

#define SELECTS(want, ...) do {							\
	char *names_[] = { __VA_ARGS__ };					\
	char *got_ = select_names(dir, names_, sizeof(names_) / sizeof(*names_)); \
										\
	assert_string_equal(got_, want);					\
	free(got_);								\
} while (0)

/* Catches: an order that depends on the file system, an editor's file that runs. */
static void test_all(void **state)
{
	char *got;

	(void)state;
	got = select_names(dir, NULL, 0);
	assert_string_equal(got, "context/callback order/legacy order/shared order/shared-foreign orders/split");
	free(got);
	setenv("DMATORTURE_SCENARIOS", dir, 1);
	got = select_names(NULL, NULL, 0);
	unsetenv("DMATORTURE_SCENARIOS");
	assert_true(!strncmp(got, "context/callback order/legacy ", 30));
	free(got);
}

/* Catches: a name, or a group, taken for another one of which it is a prefix. */
static void test_names(void **state)
{
	(void)state;
	SELECTS("order/legacy", "order/legacy");
	SELECTS("order/shared", "order/shared");
	SELECTS("order/legacy order/shared order/shared-foreign", "order");
	SELECTS("order/legacy order/shared order/shared-foreign", "order/");
	SELECTS("order/shared order/shared-foreign", "order/sh*");
	SELECTS("context/callback order/legacy", "*/[cl]*a*", "context");
	SELECTS("order/legacy orders/split", "orders", "order/legacy", "order/legacy");
}

/* Catches: a wrong name that selects nothing and succeeds; a message that does not help. */
static void test_wrong_names(void **state)
{
	(void)state;
	SELECTS("error", "order/legcy");
	assert_non_null(strstr(said, "no scenario 'order/legcy'"));
	assert_non_null(strstr(said, "did you mean 'order/legacy'?"));
	SELECTS("error", "legacy");
	assert_non_null(strstr(said, "did you mean 'order/legacy'?"));
	SELECTS("error", "shar");
	assert_non_null(strstr(said, "'order/shared' or 'order/shared-foreign'?"));
	SELECTS("error", "ordre");
	assert_non_null(strstr(said, "did you mean 'order'"));
	SELECTS("error", "ordex");
	SELECTS("error", "order", "zzz");
	assert_non_null(strstr(said, "`dmatorture list` names them"));
	SELECTS("error", "none.dma");
	SELECTS("error", "");
}

/* Catches: a scenario that is never run because it is at the wrong depth. */
static void test_depth(void **state)
{
	static const char *const wrong[] = { "top.dma", "order/deep/down.dma" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		put(wrong[i], "x/y");
		SELECTS("error", "order");
		assert_non_null(strstr(said, wrong[i]));
		assert_non_null(strstr(said, "lies in GROUP/NAME.dma"));
		drop(wrong[i]);
	}
	SELECTS("orders/split", "orders");
}

/* Catches: a missing scenario directory taken for one without scenarios. */
static void test_no_directory(void **state)
{
	char *got = select_names("/nonexistent/scenarios", NULL, 0);

	(void)state;
	assert_string_equal(got, "error");
	assert_non_null(strstr(said, "/nonexistent/scenarios: No such file"));
	free(got);
}

/* Catches: a repro file that runs only below the scenario directory. */
static void test_file(void **state)
{
	char *path = xasprintf("%s/order/legacy.dma", dir);
	char *names[] = { path };
	struct strbuf text = STRBUF_INIT;
	struct scenario *s;
	struct suite suite;
	struct diag d;

	(void)state;
	assert_int_equal(suite_select(&suite, "/nonexistent", names, 1), 0);
	assert_int_equal(suite.nr, 1);
	assert_int_equal(suite_load(&suite, 0, &s, &text, &d), 0);
	assert_string_equal(scenario_name(s), "order/legacy");
	assert_string_equal(scenario_file(s), path);
	scenario_free(s);
	strbuf_free(&text);
	suite_free(&suite);
	free(path);
}

/* Catches: a file whose scenario has another name; one that cannot be read. */
static void test_load(void **state)
{
	char *names[] = { (char *)"names" };
	struct strbuf text = STRBUF_INIT;
	struct scenario *s;
	struct suite suite;
	struct diag d;

	(void)state;
	put("names/right.dma", "names/wrong");
	assert_int_equal(suite_select(&suite, dir, names, 1), 0);
	assert_int_equal(suite_load(&suite, 0, &s, &text, &d), -EINVAL);
	assert_non_null(strstr(d.text, "calls itself 'names/wrong', its file's place says 'names/right'"));
	assert_null(s);
	strbuf_reset(&text);
	drop("names/right.dma");
	assert_int_equal(suite_load(&suite, 0, &s, &text, &d), -ENOENT);
	assert_non_null(strstr(d.text, "cannot be read: No such file"));
	strbuf_free(&text);
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_wrong_names),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_no_directory),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_load),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
