/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this program prints may quote a file, a kernel or a guest, and a terminal does what it
 * is told by control characters. So stdout and stderr are made streams that show them
 * (visible.h, lines kept) whoever prints, and only what is handed to terminal_control() goes to the
 * terminal as it is. Where the output goes to a file or a pipe it is the same: somebody may look
 * at that, too.
 */
#ifndef HARNESS_TERMINAL_H
#define HARNESS_TERMINAL_H

#include <stdio.h>

/*
 * From now on stdout and stderr are such streams; a second call changes nothing. fileno() of them
 * says -1 afterwards.
 */
void terminal_guard(void);

#define TERMINAL_WIPE	"\r\033[K"	/* the line that the cursor is in */
#define TERMINAL_RED	"\033[31m"
#define TERMINAL_GREEN	"\033[32m"
#define TERMINAL_YELLOW	"\033[33m"
#define TERMINAL_PLAIN	"\033[0m"

/* A literal from above or none (""), to a terminal behind @f. */
void terminal_control(FILE *f, const char *sequence);

#endif /* HARNESS_TERMINAL_H */
