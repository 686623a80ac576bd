/* SPDX-License-Identifier: GPL-2.0-only */
/* What is wrong with an input, and where. */
#ifndef HARNESS_DIAG_H
#define HARNESS_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct diag {
	char file[256];
	unsigned int line;	/* from 1; 0: the file as a whole */
	unsigned int col;	/* from 1; 0: the line as a whole */
	char text[512];		/* what is wrong, and what would be right */
};

struct pos {
	unsigned int line, col;
};

/* Fills @diag unless it is filled already: the first error counts. Always returns false. */
bool diag_error(struct diag *diag, const char *file, struct pos pos,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));
bool diag_verror(struct diag *diag, const char *file, struct pos pos,
		 const char *fmt, va_list ap) __attribute__((format(printf, 4, 0)));

/*
 * Prints "FILE:LINE:COL: error: TEXT". If @source, the file's text, is not NULL, it also
 * prints the line with a caret below the column, as compilers do.
 */
void diag_print(const struct diag *diag, const char *source, FILE *out);

#endif /* HARNESS_DIAG_H */
