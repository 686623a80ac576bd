// SPDX-License-Identifier: GPL-2.0-only
/* Tests output to a terminal: hostile text is escaped, our own control sequences are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostile.h"
#include "lib/base/terminal.h"
#include "lib/base/visible.h"

/* Returns what @print writes to the guarded stdout and stderr; the caller frees it. */
static char *seen(void (*print)(void))
{
	struct strbuf sb = STRBUF_INIT;
	char buf[4096];
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		terminal_guard();
		terminal_guard();
		print();
		exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], buf, sizeof(buf))) > 0)
		strbuf_add(&sb, buf, n);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return strbuf_detach(&sb);
}

static void print_hostile(void)
{
	for (size_t i = 0; i < NR_HOSTILE; i++) {
		printf("%s\n", hostile[i]);
		fflush(stdout);
		fprintf(stderr, "%s\n", hostile[i]);
		fputs(hostile[i], stdout);
		putchar('\n');
		fflush(stdout);
	}
}

/* Catches: a stream, or a way to print, that lets control characters through. */
static void test_hostile(void **state)
{
	struct strbuf wanted = STRBUF_INIT;
	char *text = seen(print_hostile);

	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++)
		for (int k = 0; k < 3; k++) {
			visible_add(&wanted, hostile[i], strlen(hostile[i]), VISIBLE_LINES);
			strbuf_addc(&wanted, '\n');
		}
	assert_string_equal(text, strbuf_str(&wanted));
	strbuf_free(&wanted);
	free(text);
}

static void print_pieces(void)
{
	for (const char *p = "\xe2\x82\xac \xf0\x9f\x98\x80 \xc3( "; *p; p++)
		fputc(*p, stderr);
	for (int i = 0; i < 4000; i++)
		fputs("\xe2\x82\xac", stdout);
	fputs("\xe2\x82", stdout);
}

/* Catches: a character that is split by a buffer; half a character that is lost at the end. */
static void test_pieces(void **state)
{
	struct strbuf wanted = STRBUF_INIT;
	char *text = seen(print_pieces);

	(void)state;
	strbuf_adds(&wanted, "\xe2\x82\xac \xf0\x9f\x98\x80 \\xc3( ");
	for (int i = 0; i < 4000; i++)
		strbuf_adds(&wanted, "\xe2\x82\xac");
	strbuf_adds(&wanted, "\\xe2\\x82");
	assert_string_equal(text, strbuf_str(&wanted));
	strbuf_free(&wanted);
	free(text);
}

static void print_colours(void)
{
	fputs("a", stdout);
	terminal_control(stdout, TERMINAL_RED);
	fputs("b", stdout);
	terminal_control(stdout, "");
	terminal_control(stdout, TERMINAL_PLAIN);
}

/* Catches: our own colours that are escaped, or that come too early. */
static void test_control(void **state)
{
	char *text = seen(print_colours);

	(void)state;
	assert_string_equal(text, "a\033[31mb\033[0m");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_control),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
