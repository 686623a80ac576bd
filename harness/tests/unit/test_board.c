// SPDX-License-Identifier: GPL-2.0-only
/* Tests boards without one: words of --target, what a board says of itself, its console's end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board/board.h"
#include "board/death.h"
#include "board/package.h"
#include "lib/base/le.h"
#include "lib/program/frame.h"

static char *dir;

static int make_dir(void **state)
{
	(void)state;
	dir = xstrdup("/tmp/test_board.XXXXXX");
	return !mkdtemp(dir);
}

static int remove_dir(void **state)
{
	(void)state;
	package_remove(dir);
	free(dir);
	return 0;
}

static char *put(const char *name, const char *text, size_t len)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	return path;
}

static void put_text(const char *name, const char *text)
{
	free(put(name, text, strlen(text)));
}

/* Catches: a user, a port or an address that goes to another place in ssh's command. */
static void test_words(void **state)
{
	static const struct {
		const char *target, *address, *port;
	} good[] = {
		{ "ssh:board", "board", NULL }, { "ssh:root@board:2222", "root@board", "2222" },
		{ "ssh:root@[fe80::1]:22", "root@fe80::1", "22" }, { "ssh:[::1]", "::1", NULL },
	};
	static const char *const bad[] = {
		"ssh", "ssh:", "ssh:@board", "ssh:root@", "ssh:board:", "ssh:board:x", "ssh:board:70000",
		"ssh:[::1", "ssh:[::1]x", "ssh:-oProxyCommand=x", "ssh:root@-x", "sshx:board", "SSH:board",
		"exec:/nowhere/at/all", "exec:/", "local", "",
	};
	char why[BOARD_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct board_wish wish = { .target = good[i].target };
		struct board *b = board_open(&wish, why);

		assert_non_null(b);
		assert_string_equal(b->address, good[i].address);
		if (good[i].port)
			assert_string_equal(b->port, good[i].port);
		else
			assert_null(b->port);
		board_close(b);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct board_wish wish = { .target = bad[i] };

		why[0] = '\0';
		assert_null(board_open(&wish, why));
		assert_true(strlen(why) > 20);
	}
}

/* Catches: a directory's name or a word that the board's shell takes for more than that. */
static void test_quotes(void **state)
{
	const struct board_wish wish = { .target = "ssh:board", .directory = "/tmp/it's $(here)" };
	const char *const words[] = { "follow", "1; reboot", NULL };
	struct board *b;
	char why[BOARD_WHY], **argv, *line;

	(void)state;
	b = board_open(&wish, why);
	assert_non_null(b);
	argv = board_command(b, BOARD_START, words);
	line = NULL;
	for (size_t i = 0; argv[i]; i++)
		line = argv[i];
	assert_non_null(strstr(line, "cd '/tmp/it'\\''s $(here)/dmatorture-"));
	assert_non_null(strstr(line, "run.sh follow '1; reboot'"));
	verb_words_free(argv);
	board_close(b);
}

/* Catches: a world that is run where the boot line does not give it, and lines of a serial line. */
static void test_facts(void **state)
{
	const struct machine *m = machine_default();
	struct board_facts f;
	char *why;

	(void)state;
	board_facts_read(&f, "boot_id=1-2\r\nrelease=6.12\nnonsense\nswiotlb=default\nabove_4g=no\n"
			     "missing=a\nmissing=b\npanic=0\n");
	assert_string_equal(f.boot_id, "1-2");
	assert_string_equal(f.machine, "");
	assert_string_equal(f.missing.s, "a\nb\n");
	assert_false(f.panics_boot);
	assert_null(board_facts_no_world(&f, m, WORLD_COHERENT));
	assert_null(board_facts_no_world(&f, m, WORLD_STRICT));
	why = board_facts_no_world(&f, m, WORLD_BOUNCE);
	assert_non_null(strstr(why, m->bounce));
	free(why);
	why = board_facts_no_world(&f, m, WORLD_BOUNCE32);
	assert_non_null(why);
	free(why);
	board_facts_free(&f);
	board_facts_read(&f, "swiotlb=force\nabove_4g=yes\npanic=5\n");
	assert_true(f.panics_boot);
	assert_null(board_facts_no_world(&f, m, WORLD_BOUNCE));
	why = board_facts_no_world(&f, m, WORLD_COHERENT);
	assert_non_null(why);
	free(why);
	board_facts_free(&f);
}

#define OLD	"== dmesg-0\n<4>[    1.0] Kernel panic - not syncing: an old one\n\n"
#define NEW	"== dmesg-1\n<4>[    9.0] Kernel panic - not syncing: a new one\n\n"

static enum vm_fate after_pstore(const char *console, const char *before, const char *text,
				 char *title, size_t size)
{
	char *path = put("console.log", console, strlen(console));
	int fd = open(path, O_WRONLY | O_APPEND);
	enum vm_fate fate;

	assert_true(fd >= 0);
	death_from_pstore(dir, before, text, fd);
	close(fd);
	free(path);
	*title = '\0';
	fate = death_kind(dir, title, size);
	return fate;
}

/* Catches: the record of an earlier death that is taken for this one's, and one told twice. */
static void test_pstore(void **state)
{
	char title[256];

	(void)state;
	assert_int_equal(after_pstore("[    2.0] fine\n", OLD, OLD NEW, title, sizeof(title)), VM_PANIC);
	assert_non_null(strstr(title, "a new one"));
	assert_int_equal(after_pstore("[    2.0] fine\n", OLD, OLD, title, sizeof(title)), VM_RUNNING);
	assert_int_equal(after_pstore("[    2.0] fine\n", NULL, OLD, title, sizeof(title)), VM_RUNNING);
	assert_int_equal(after_pstore("[    2.0] Kernel panic - not syncing: seen live\n", OLD, OLD NEW,
				      title, sizeof(title)), VM_PANIC);
	assert_non_null(strstr(title, "seen live"));
}

static void put_channel(const uint32_t *ended, size_t nr)
{
	struct strbuf sb = STRBUF_INIT;
	uint8_t index[4];

	for (size_t i = 0; i < nr; i++) {
		le32_put(index, ended[i]);
		frame_write(&sb, i, FRAME_CELL_END, index, sizeof(index));
	}
	free(put("channel.bin", sb.s, sb.len));
	strbuf_free(&sb);
}

/* Catches: a pass of a cell whose warnings nobody could see, and doubt where all was seen. */
static void test_doubt(void **state)
{
	static const uint32_t ended[] = { 3, 4, 7 };
	struct strbuf text = STRBUF_INIT;

	(void)state;
	put_channel(ended, 3);
	put_text("console.log", "[ 1.0] dmatorture: cell 3\n[ 2.0] dmatorture: cell 4\n[ 3.0] dmatorture: cell 7\n"
				"[ 4.0] dmatorture: the plan is done\n");
	assert_false(death_doubt(dir, &text));
	/* The kernel died in cell 8: all before it was seen. */
	put_text("console.log", "[ 1.0] dmatorture: cell 7\n[ 2.0] dmatorture: cell 8\n");
	assert_false(death_doubt(dir, &text));
	/* The console ended somewhere in cell 4. */
	put_text("console.log", "[ 1.0] dmatorture: cell 3\n[ 2.0] dmatorture: cell 4\n");
	assert_true(death_doubt(dir, &text));
	assert_memory_equal(text.s, "4 7 ", 4);
	strbuf_reset(&text);
	put_text("console.log", "");
	assert_true(death_doubt(dir, &text));
	assert_memory_equal(text.s, "3 7 ", 4);
	strbuf_reset(&text);
	/* Lines were lost: in which cell, nobody knows. */
	put_text("console.log", "[ 1.0] dmatorture: cell 7\ndmatorture agent: lines of the kernel's log were lost\n"
				"[ 4.0] dmatorture: the plan is done\n");
	assert_true(death_doubt(dir, &text));
	assert_memory_equal(text.s, "3 7 ", 4);
	strbuf_free(&text);
}

/* Catches: a log that is read again from the wrong place after a lost link. */
static void test_stamps(void **state)
{
	char *path = put("console.log", "[    1.000002] a\nno stamp\n[   12.345678] b\n[   99.0",
			 strlen("[    1.000002] a\nno stamp\n[   12.345678] b\n[   99.0"));

	(void)state;
	assert_int_equal(death_last_stamp(path), 12345678);
	free(path);
	path = put("console.log", "", 0);
	assert_int_equal(death_last_stamp(path), -1);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words), cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_facts), cmocka_unit_test(test_pstore),
		cmocka_unit_test(test_doubt), cmocka_unit_test(test_stamps),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
