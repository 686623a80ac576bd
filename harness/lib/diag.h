/* SPDX-License-Identifier: GPL-2.0-only */
/* What is wrong with an input, and where. */
#ifndef HARNESS_DIAG_H
#define HARNESS_DIAG_H

#include <stdio.h>

struct diag {
	char file[256];
	unsigned int line;	/* from 1; 0: the file as a whole */
	unsigned int col;	/* from 1; 0: the line as a whole */
	char text[512];		/* what is wrong, and what would be right */
};

/*
 * Prints "FILE:LINE:COL: error: TEXT", and where @source is not NULL the line
 * it is about with a caret below the column, as compilers do.
 */
void diag_print(const struct diag *diag, const char *source, FILE *out);

#endif /* HARNESS_DIAG_H */
