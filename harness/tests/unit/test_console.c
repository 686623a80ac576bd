// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests console_scan() with the canned logs of fixtures/consoles: NAME.log must give the events in
 * NAME.expect, which has a line for each: kind, cell, witness, title.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/witness/console.h"
#include "lib/base/strbuf.h"

#define FIXTURES	"harness/tests/fixtures/consoles"
#define MAX_EVENTS	64

static const char *const kinds[] = {
	[CONSOLE_CLEAN] = "clean", [CONSOLE_SPLAT] = "splat", [CONSOLE_OOPS] = "oops",
	[CONSOLE_HANG] = "hang", [CONSOLE_PANIC] = "panic",
};

static void say_events(struct strbuf *out, const char *text, size_t len)
{
	struct console_event events[MAX_EVENTS];
	size_t n = console_scan(text, len, events, MAX_EVENTS);

	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%s %ld %s: %s\n", kinds[events[i].kind], events[i].cell,
			    witness_name(events[i].witness), events[i].title);
}

static void test_fixtures(void **state)
{
	unsigned int wrong = 0;
	glob_t logs;

	(void)state;
	assert_int_equal(glob(FIXTURES "/*.log", 0, NULL, &logs), 0);
	assert_true(logs.gl_pathc >= 15);
	for (size_t i = 0; i < logs.gl_pathc; i++) {
		struct strbuf log = STRBUF_INIT, want = STRBUF_INIT, got = STRBUF_INIT;
		const char *path = logs.gl_pathv[i];
		char *expect = xasprintf("%.*s.expect", (int)strlen(path) - 4, path);

		assert_int_equal(strbuf_read_file(&log, path), 0);
		assert_int_equal(strbuf_read_file(&want, expect), 0);
		say_events(&got, strbuf_str(&log), log.len);
		if (strcmp(strbuf_str(&want), strbuf_str(&got))) {
			printf("%s: expected\n%sbut found\n%s", path, strbuf_str(&want),
			       strbuf_str(&got));
			wrong++;
		}
		strbuf_free(&log);
		strbuf_free(&want);
		strbuf_free(&got);
		free(expect);
	}
	globfree(&logs);
	assert_int_equal(wrong, 0);
}

/* A log can end anywhere: nothing must be read beyond its end. */
static void test_cut_anywhere(void **state)
{
	glob_t logs;

	(void)state;
	assert_int_equal(glob(FIXTURES "/*.log", 0, NULL, &logs), 0);
	for (size_t i = 0; i < logs.gl_pathc; i++) {
		struct strbuf log = STRBUF_INIT;

		assert_int_equal(strbuf_read_file(&log, logs.gl_pathv[i]), 0);
		for (size_t len = 0; len < log.len; len += 7) {
			struct console_event events[MAX_EVENTS];
			char *cut = malloc(len + 1);

			memcpy(cut, log.s, len);
			cut[len] = '\0';
			console_scan(cut, len, events, MAX_EVENTS);
			free(cut);
		}
		strbuf_free(&log);
	}
	globfree(&logs);
}

/* What killed the guest must not be lost, however many splats come first. */
static void test_full(void **state)
{
	struct console_event events[4];
	struct strbuf log = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 100; i++)
		strbuf_addf(&log, "[    1.0] WARNING: CPU: 0 PID: 1 at lib/x.c:%d f+0x1/0x2\n", i);
	strbuf_adds(&log, "[    2.0] Kernel panic - not syncing: the end\n");
	assert_int_equal(console_scan(log.s, log.len, events, 4), 4);
	assert_string_equal(events[0].title, "WARNING at lib/x.c:0 f");
	assert_int_equal(events[3].kind, CONSOLE_PANIC);
	assert_int_equal(console_scan(log.s, log.len, events, 0), 0);
	strbuf_free(&log);
}

static void expect_title(const char *line, const char *title)
{
	struct strbuf got = STRBUF_INIT;
	struct console_event e = { .title = "" };
	size_t n = console_scan(line, strlen(line), &e, 1);

	assert_string_equal(n ? e.title : "", title);
	strbuf_free(&got);
}

static void test_titles(void **state)
{
	(void)state;
	/* up to 6.17, and later; a module's path is that of the machine that built it */
	expect_title("[    1.5] WARNING: CPU: 1 PID: 77 at kernel/dma/debug.c:590 add_dma_entry.isra.0+0x1f/0x2e0",
		     "WARNING at kernel/dma/debug.c:590 add_dma_entry");
	expect_title("[    1.5] WARNING: /home/me/kmod/softdma/chan.c:12 at soft_prep+0x1/0x2 [softdma], CPU#0: dmt/12", /* lint-ok: a console says it */
		     "WARNING at chan.c:12 soft_prep");
	expect_title("BUG: KASAN: slab-use-after-free in soft_move+0x1f/0x30 [softdma]",
		     "BUG: KASAN: slab-use-after-free in soft_move [softdma]");
	expect_title("list_del corruption. prev->next should be ffff888004a1b2c8, but was dead000000000122. (prev=ffff888004a1b2c8)",
		     "list_del corruption. prev->next should be X, but was X. (prev=X)");
	expect_title("BUG: sleeping function called from invalid context at kernel/locking/mutex.c:580",
		     "BUG: sleeping function called from invalid context at kernel/locking/mutex.c:580");
	expect_title("UBSAN: array-index-out-of-bounds in lib/x.c:31:7", "UBSAN: array-index-out-of-bounds in lib/x.c:31:7");
	expect_title("[ BUG: Invalid wait context ]", "BUG: Invalid wait context");
	expect_title("INFO: task dmt/0:78 blocked for more than 122 seconds.",
		     "INFO: task dmt/X:X blocked for more than X seconds.");
	expect_title("Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100",
		     "Kernel panic - not syncing: Attempted to kill init! exitcode=X");
	/* no reports */
	expect_title("my_driver: DEBUG: all is well", "");
	expect_title("traps: prog[123] general protection fault ip:401136 sp:7ffc error:0 in prog[401000+1000]", "");
	expect_title("Spectre V2 : WARNING: Unprivileged eBPF is enabled", "");
	expect_title("DMA-API: preallocated 65536 debug entries", "");
	expect_title("WARNING: kernel stack regs at 0000000012345678 in init:1 has bad 'bp' value 00000000abcdef01",
		     "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_titles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
