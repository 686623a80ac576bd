/* SPDX-License-Identifier: GPL-2.0-only */
/* Text that a file or a guest may contain, and that must be escaped for pages and terminals. */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

static const char *const hostile[] = {
	"<script>alert(1)</script>",
	"\"quotes' and &amp; more & ]]> <!-- -->",
	"two\nlines\r\nand\ta tab",
	"bell\a escape\033[2J\033]0;title\007 end",
	"not utf-8 \x80 \xff \xc3( \xed\xa0\x80 \xf4\x90\x80\x80 cut \xe2\x82",
	"c1 \xc2\x9b" "31m del \x7f",
	"reversed \xe2\x80\xae" "txt.exe, lines \xe2\x80\xa8 apart, \xef\xbf\xbf",
	"looks escaped \\x80 \\x5c",
	"# SKIP not ok 1 = > TEST_CASE_ID=x",
	"plot'; system('touch owned'); `touch owned` @macro $x EOD",
};

#define NR_HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

#endif /* TESTS_HOSTILE_H */
