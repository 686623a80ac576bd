/* SPDX-License-Identifier: GPL-2.0-only */
/* Words for a shell's command line. */
#ifndef LIB_SHELL_H
#define LIB_SHELL_H

/* @word as one word of a command line, quoted if it has to be. The caller frees it. */
char *shell_word(const char *word);

#endif
