/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Output of this program may quote a file, a kernel or a guest, and a terminal obeys control
 * characters in it. So stdout and stderr are replaced by streams that escape them (visible.h, lines
 * kept), whatever code prints. Only text passed to terminal_control() reaches the terminal
 * unchanged. Output to files and pipes is escaped too, as it may be shown on a terminal later.
 */
#ifndef HARNESS_TERMINAL_H
#define HARNESS_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/*
 * From now on stdout and stderr are such streams; a second call changes nothing. fileno() of them
 * says -1 afterwards.
 */
void terminal_guard(void);

/* Is @fd, as it was before terminal_guard(), a terminal on which a line can be drawn again? */
bool terminal_is_live(int fd);
/* May text to @fd have colours? To a live terminal, unless NO_COLOR is set: no-color.org. */
bool terminal_has_colors(int fd);

#define TERMINAL_WIPE	"\r\033[K"	/* the line that the cursor is in */
#define TERMINAL_RED	"\033[31m"
#define TERMINAL_GREEN	"\033[32m"
#define TERMINAL_YELLOW	"\033[33m"
#define TERMINAL_PLAIN	"\033[0m"

/* A literal from above or none (""), to a terminal behind @f. */
void terminal_control(FILE *f, const char *sequence);

#endif /* HARNESS_TERMINAL_H */
