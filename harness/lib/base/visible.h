/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes text from outside (a console, a guest, a recording, a file, a file's name) safe for any
 * reader: well-formed UTF-8 in which nothing controls a terminal, changes the reading order or
 * ends a line.
 *
 * Everything else is written byte by byte as \xNN, with two lower-case digits: bytes that are
 * not UTF-8, NUL, control characters (C0, DEL, C1), line separators, direction marks, and
 * noncharacters such as U+FFFE. Letters of any script stay.
 */
#ifndef HARNESS_VISIBLE_H
#define HARNESS_VISIBLE_H

#include <stddef.h>

#include "strbuf.h"

enum {
	/*
	 * A backslash that could begin \xNN becomes \x5c, so that different bytes always look
	 * different and visible_undo() restores them. Do not use it on text that may have been
	 * made visible before.
	 */
	VISIBLE_EXACT	= 1 << 0,
	/* Newlines and tabs stay, for text of several lines. */
	VISIBLE_LINES	= 1 << 1,
	/* Escape only NUL and what is not UTF-8: the format has its own way to write the rest. */
	VISIBLE_UTF8	= 1 << 2,
};

/* Appends @len bytes of @s to @out, made visible. */
void visible_add(struct strbuf *out, const char *s, size_t len, unsigned int flags);
/* Returns @s made visible; the caller frees it. */
char *visible(const char *s, unsigned int flags);
/*
 * Appends @s, which must be visible text, as text or as an attribute's value of HTML or XML.
 * & < > " ' become references, and so do newlines and tabs, which an attribute would turn into
 * spaces.
 */
void markup_add(struct strbuf *out, const char *s);
/* Turns each \xNN in @s back into its byte, in place; \x00 stays as it is. */
void visible_undo(char *s);

/*
 * Reads the character at @s. Returns its length, 1 to 4 bytes, and its code point in *@c; 0 when
 * there is no well-formed UTF-8 within @len bytes.
 */
size_t utf8_read(const char *s, size_t len, unsigned int *c);
/* May this character be shown as it is? */
int utf8_is_harmless(unsigned int c);

#endif /* HARNESS_VISIBLE_H */
