/* SPDX-License-Identifier: GPL-2.0-only */
/* What is wrong with an input, and where. */
#ifndef HARNESS_DIAG_H
#define HARNESS_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct diag {
	char file[256];
	unsigned int line;	/* from 1; 0: the file as a whole */
	unsigned int col;	/* from 1; 0: the line as a whole */
	char text[512];		/* what is wrong, and what would be right */
	char lacks[40];		/* the name that nothing has, where that is what is wrong; else "" */
	bool whole;		/* about the whole input: it may follow from other errors */
};

struct pos {
	unsigned int line, col;
};

/* The length of the mark of UTF-8 (a byte order mark) that editors put before a text: 0 or 3. */
size_t text_mark(const char *text, size_t len);

/* Fills @diag unless it is filled already: the first error counts. Always returns false. */
bool diag_error(struct diag *diag, const char *file, struct pos pos,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));
bool diag_verror(struct diag *diag, const char *file, struct pos pos,
		 const char *fmt, va_list ap) __attribute__((format(printf, 4, 0)));

/* Says that the error which comes next is a name that nothing has, unless there is one. */
void diag_lacks(struct diag *diag, const char *name);

/*
 * Prints "FILE:LINE:COL: error: TEXT". If @source, the file's text, is not NULL, it also
 * prints the line with a caret below the column, as compilers do.
 */
void diag_print(const struct diag *diag, const char *source, FILE *out);

/* Several errors of one input, each once, in the order of their places. */
struct diags {
	struct diag *v;
	size_t nr;
};

/* Adds a copy of @diag, unless there is one of the same place and text. Says whether it did. */
bool diags_add(struct diags *diags, const struct diag *diag);
void diags_print(const struct diags *diags, const char *source, FILE *out);
void diags_free(struct diags *diags);

#endif /* HARNESS_DIAG_H */
