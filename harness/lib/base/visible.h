/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text from outside (a console, a guest, a recording, a file, a name of a file) as text that
 * any reader may be given: well-formed UTF-8 in which nothing steers a terminal, changes the
 * order of what is read, or ends a line.
 *
 * What may not be there is written byte by byte as \xNN, two lower-case digits: bytes that are
 * no UTF-8, NUL, control characters (C0, DEL, C1), line separators, marks of direction, and
 * U+FFFE and its kin. Letters of any script stay.
 */
#ifndef HARNESS_VISIBLE_H
#define HARNESS_VISIBLE_H

#include <stddef.h>

#include "strbuf.h"

enum {
	/*
	 * A backslash that reads as the begin of \xNN becomes \x5c: different bytes then
	 * always look different, and visible_undo() brings them back. For what is done once:
	 * not for text that may have been made visible before.
	 */
	VISIBLE_EXACT	= 1 << 0,
	/* Newlines and tabs stay: a text of many lines. */
	VISIBLE_LINES	= 1 << 1,
	/* Only what is no UTF-8, and NUL: the format has its own way to write the rest. */
	VISIBLE_UTF8	= 1 << 2,
};

/* Appends @len bytes of @s. */
void visible_add(struct strbuf *out, const char *s, size_t len, unsigned int flags);
/* The caller frees it. */
char *visible(const char *s, unsigned int flags);
/*
 * Appends @s as text, or as the value of an attribute, of HTML or XML: & < > " ' are
 * references, and so are newlines and tabs, of which an attribute would make spaces. @s is
 * visible text.
 */
void markup_add(struct strbuf *out, const char *s);
/* Each \xNN of @s becomes its byte again, in place. NUL bytes (\x00) stay as they are. */
void visible_undo(char *s);

/*
 * The length of the character at @s, 1 to 4 bytes, and its number in *@c; 0 when no
 * well-formed UTF-8 begins there within @len bytes.
 */
size_t utf8_read(const char *s, size_t len, unsigned int *c);
/* Can every reader be given this character as it is? */
int utf8_is_harmless(unsigned int c);

#endif /* HARNESS_VISIBLE_H */
