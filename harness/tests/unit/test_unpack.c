// SPDX-License-Identifier: GPL-2.0-only
/* Files that come to a guest along with its job. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/unpack.h"
#include "lib/base/strbuf.h"

static char root[] = "/tmp/test_unpack.XXXXXX";

static void pad(struct strbuf *cpio)
{
	while (cpio->len % 4)
		strbuf_addc(cpio, 0);
}

static void add(struct strbuf *cpio, const char *name, unsigned int mode, const char *text)
{
	const unsigned int fields[] = { 1, mode, 0, 0, 1, 0, strlen(text), 0, 0, 0, 0,
					strlen(name) + 1, 0 };

	strbuf_adds(cpio, "070701");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		strbuf_addf(cpio, "%08X", fields[i]);
	strbuf_add(cpio, name, strlen(name) + 1);
	pad(cpio);
	strbuf_add(cpio, text, strlen(text));
	pad(cpio);
}

static void two_files(struct strbuf *cpio)
{
	add(cpio, "dir", 0040755, "");
	add(cpio, "one", 0100755, "a program");
	add(cpio, "another", 0100644, "");
	add(cpio, "TRAILER!!!", 0, "");
}

/* Catches: files that are cut, with wrong names, or that cannot be run. */
static void files_are_written(void **state)
{
	struct strbuf cpio = STRBUF_INIT, text = STRBUF_INIT;
	char *one = xasprintf("%s/one", root), *another = xasprintf("%s/another", root);
	struct stat st;

	(void)state;
	two_files(&cpio);
	assert_int_equal(unpack(root, cpio.s, cpio.len), 0);
	assert_int_equal(strbuf_read_file(&text, one), 0);
	assert_string_equal(text.s, "a program");
	assert_int_equal(stat(one, &st), 0);
	assert_int_equal(st.st_mode & 0100, 0100);
	assert_int_equal(stat(another, &st), 0);
	assert_int_equal(st.st_size, 0);
	unlink(one);
	unlink(another);
	free(one);
	free(another);
	strbuf_free(&text);
	strbuf_free(&cpio);
}

/* Catches: a read beyond the end (the sanitizer sees it), and a cut one that is taken for whole. */
static void cut_anywhere_is_damaged(void **state)
{
	struct strbuf cpio = STRBUF_INIT;
	size_t end;

	(void)state;
	two_files(&cpio);
	end = cpio.len - 12;	/* of the trailer's name */
	for (size_t n = 0; n < end; n++) {
		char *copy = malloc(n ? n : 1);

		memcpy(copy, cpio.s, n);
		assert_int_equal(unpack(root, copy, n), -EBADMSG);
		free(copy);
	}
	strbuf_free(&cpio);
}

static void a_length_beyond_the_end_is_damaged(void **state)
{
	struct strbuf cpio = STRBUF_INIT;

	(void)state;
	two_files(&cpio);
	memcpy(cpio.s + 6 + 8 * 6, "FFFFFFFC", 8);
	assert_int_equal(unpack(root, cpio.s, cpio.len), -EBADMSG);
	memcpy(cpio.s + 6 + 8 * 6, "00000000", 8);
	memcpy(cpio.s + 6 + 8 * 11, "FFFFFFFF", 8);
	assert_int_equal(unpack(root, cpio.s, cpio.len), -EBADMSG);
	strbuf_free(&cpio);
}

static int make_root(void **state)
{
	(void)state;
	return !mkdtemp(root);
}

static int drop_root(void **state)
{
	char *command = xasprintf("rm -r %s", root);
	int rc = system(command);

	(void)state;
	free(command);
	return rc;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_written),
		cmocka_unit_test(cut_anywhere_is_damaged),
		cmocka_unit_test(a_length_beyond_the_end_is_damaged),
	};

	return cmocka_run_group_tests(tests, make_root, drop_root);
}
