// SPDX-License-Identifier: GPL-2.0-only
/* Tests known issues. Catches: one that covers more than it says, or after its date. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "lib/base/tree.h"
#include "lib/verdict/known.h"
#include "lib/base/strbuf.h"

static const char good[] =
	"# remarks are skipped\n"
	"issue provider-lock\n"
	"    kernels  6.1..6.5 6.12 7.2..\n"
	"    seen     6.1.192 6.12.117 7.3.4\n"
	"    expires  2027-05-31\n"
	"    driver   fsl-elo-dma\n"
	"    class    callback-locked, dependency-locked\n"
	"    what     It calls back with its own lock held,\n"
	"             class early-map is no key here.\n"
	"\n"
	"issue only-read\n"
	"    kernels  6.12\n"
	"    seen     6.12.117\n"
	"    expires  2027-05-31\n"
	"    class    early-map, cpu-access (the data show it)\n";

static void test_find(void **state)
{
	static const struct {
		const char *class, *driver, *release, *today;
		bool found;
	} cases[] = {
		{ "callback-locked", "fsl-elo-dma", "6.12.117+deb12-amd64", "2026-11-23", true },
		{ "dependency-locked", "fsl-elo-dma", "6.1.0-56-amd64", "2027-05-31", true },
		{ "callback-locked", "fsl-elo-dma", "6.12.117", "2027-06-01", false },
		{ "callback-locked", "softdma", "6.12.117", "2026-11-23", false },
		{ "callback-locked", "fsl-elo-dma", "6.11.5", "2026-11-23", false },
		{ "callback-locked", "fsl-elo-dma", "6.2.0", "2026-11-23", true },
		{ "callback-locked", "fsl-elo-dma", "6.5.13", "2026-11-23", true },
		{ "callback-locked", "fsl-elo-dma", "6.6.1", "2026-11-23", false },
		{ "callback-locked", "fsl-elo-dma", "5.19.1", "2026-11-23", false },
		{ "callback-locked", "fsl-elo-dma", "6.13.1", "2026-11-23", false },
		{ "callback-locked", "fsl-elo-dma", "7.1.13+deb13", "2026-11-23", false },
		{ "callback-locked", "fsl-elo-dma", "7.2.13+deb14-amd64", "2026-11-23", true },
		{ "callback-locked", "fsl-elo-dma", "7.10.0", "2026-11-23", true },
		{ "callback-locked", "fsl-elo-dma", "8.0.0-rc1", "2026-11-23", true },
		{ "callback-locked", "fsl-elo-dma", "next", "2026-11-23", false },
		{ "early-map", "fsl-elo-dma", "6.12.117", "2026-11-23", false },
		{ "early-map", "softdma", "6.12.117", "2026-11-23", false },
	};
	struct known_issues issues;
	struct diag diag;

	(void)state;
	assert_int_equal(known_parse(&issues, "K", good, &diag), 0);
	assert_int_equal(issues.nr, 2);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct known_issue *k =
			known_find(&issues, violation_find(cases[i].class)->id, cases[i].driver,
				   cases[i].release, cases[i].today);

		assert_int_equal(!!k, cases[i].found);
		if (k)
			assert_string_equal(k->name, "provider-lock");
	}
	assert_null(known_find(NULL, 0, "softdma", "6.12.117", "2026-11-23"));
	known_free(&issues);
}

static void test_bad(void **state)
{
	static const struct {
		const char *text, *says;
		unsigned int line, col;
	} cases[] = {
		{ "    class early-map\n", "want: issue NAME", 1, 1 },
		{ "issue a\n    driver d\n    class early-mop\n", "did you mean 'early-map'", 3, 11 },
		{ "issue a\n    kernels six\n", "'six' is no range of kernels", 2, 13 },
		{ "issue a\n    kernels  6.1 6.1.192\n", "releases are named in seen", 2, 18 },
		{ "issue a\n    kernels 6.1..x\n", "'6.1..x' is no range of kernels", 2, 13 },
		{ "issue a\n    kernels ..6.1\n", "'..6.1' is no range of kernels", 2, 13 },
		{ "issue a\n    kernels 6.1-6.12\n", "no range of kernels", 2, 13 },
		{ "issue a\n    kernels 7.2..6.12\n", "'7.2..6.12' ends before it begins", 2, 13 },
		{ "issue a\n    kernels 6.1 6.2 6.3 6.4 6.5\n", "at most 4 ranges", 2, 29 },
		{ "issue a\n    seen 6.12\n", "'6.12' is no release", 2, 10 },
		{ "issue a\n    seen 6.12.1 6.12.3\n", "6.12 is there twice", 2, 17 },
		{ "issue a\n    seen 6.5.1 6.12.3\n    kernels 6.6..\n    expires 2027-05-31\n",
		  "seen on 6.5.1, which its kernels do not cover", 2, 10 },
		{ "issue a\n    kernels 6.1\n    expires 2027-05-31\n", "issue a has no seen", 1, 1 },
		{ "issue a\n    expires tomorrow\n", "'tomorrow' is no date", 2, 13 },
		{ "issue a\n    kernels 6.1\n    seen 6.1.1\n", "has no expires", 1, 1 },
		{ "issue a\n    expires 2027-05-31\nissue b\n", "names no kernels", 1, 1 },
		{ "issue a\n    colour red\n", "'colour' is no key", 2, 5 },
		{ "issue a\n    kernels 6.1\n    seen 6.1.1\n    expires 2027-05-31\nissue a\n", "there twice", 5, 7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct known_issues issues;
		struct diag diag;

		assert_int_equal(known_parse(&issues, "K", cases[i].text, &diag), -EINVAL);
		assert_non_null(strstr(diag.text, cases[i].says));
		assert_int_equal(diag.line, cases[i].line);
		assert_int_equal(diag.col, cases[i].col);
		assert_int_equal(issues.nr, 0);
	}
}

/* Catches: an issue taken for seen on a line of kernels that only its range covers. */
static void test_seen(void **state)
{
	static const struct {
		const char *release;
		bool seen;
	} cases[] = {
		{ "6.1.0-57-amd64", true }, { "6.12.99", true }, { "7.3.1", true },
		{ "6.2.1", false }, { "7.2.13", false }, { "6.11.1", false }, { "next", false },
	};
	struct known_issues issues;
	struct diag diag;

	(void)state;
	assert_int_equal(known_parse(&issues, "K", good, &diag), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(known_seen(&issues.v[0], cases[i].release), cases[i].seen);
	assert_false(known_seen(&issues.v[0], NULL));
	known_free(&issues);
}

/* Catches: only the first error, one that only follows from another, CR, a byte order mark. */
static void test_all_errors(void **state)
{
	static const char text[] = "\xef\xbb\xbf# a remark\r\n"
		"issue a\r\n    kernels  6.1\r\n    seen     6.1.2\r\n    expires  2027-01-01\r\n"
		"issue b\r\n    kernels  six\r\n    seen     6.1.2\r\n"
		"issue c\r\n    kernels  6.1\r\n    seen     6.12.1\r\n    expires  2027-01-01\r\n"
		"issue d\r\n    kernels  6.1\r\n    seen     6.1.1\r\n    expires  soon\r\n    sheen x\r\n";
	static const unsigned int lines[] = { 7, 11, 16 };
	struct diags diags = { 0 };

	(void)state;
	assert_int_equal(known_errors("K", text, &diags), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(diags.v[i].line, lines[i]);
	diags_free(&diags);
}

static void test_shipped(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct known_issues issues;
	struct diag diag;

	(void)state;
	assert_int_equal(strbuf_read_file(&text, tree_path("scenarios/KNOWN-ISSUES")), 0);
	if (known_parse(&issues, "scenarios/KNOWN-ISSUES", text.s, &diag))
		fail_msg("%s:%u: %s", diag.file, diag.line, diag.text);
	assert_true(issues.nr > 0);
	known_free(&issues);
	strbuf_free(&text);
}

/* Catches: an issue reported as fixed because of a scenario that never showed it. */
static void test_shows(void **state)
{
	static const struct {
		const char *show, *scenario, *kernel;
		bool drivers, shows;
	} cases[] = {
		{ "build/dmatorture run --engines drivers order/split", "order/split", "debian:6.12", true, true },
		{ "build/dmatorture run --engines drivers order/split", "order/split", "debian:6.12", false, false },
		{ "build/dmatorture run --engines drivers order/split", "order/shared", "debian:6.12", true, false },
		{ "build/dmatorture run --kernel debug md/ async_tx/", "async_tx/split", "debug", false, true },
		{ "build/dmatorture run --kernel debug md/ async_tx/", "async_tx/split", "kasan", false, false },
		{ "build/dmatorture run drivers/busted-*", "drivers/busted-te", "debian:6.1", true, true },
		{ "bats -f 'never unmaps' harness/tests/bats/45-drivers.bats", "drivers/copy", "debian:6.1", true, false },
		{ "build/dmatorture run --kernel", "order/split", "debian:6.12", false, false },
		{ "build/dmatorture run --engines", "order/split", "debian:6.12", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct known_issue k = { .show = (char *)cases[i].show };

		assert_int_equal(known_shows(&k, cases[i].scenario, cases[i].drivers,
					     cases[i].kernel),
				 cases[i].shows);
	}
	assert_false(known_shows(&(struct known_issue){ 0 }, "order/split", false, "debug"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shows),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_seen),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_shipped), cmocka_unit_test(test_all_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
