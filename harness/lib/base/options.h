/* SPDX-License-Identifier: GPL-2.0-only */
/* How a verb reads its command line, and how a command line is tried without doing anything. */
#ifndef HARNESS_OPTIONS_H
#define HARNESS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

/*
 * Reads @argv by @argp into @input. A word that is wrong ends the program with exit code 2 and
 * a line that says what would be right. After options_parse_only() all other command lines end
 * it too, with exit code 0.
 */
void options_read(const struct argp *argp, int argc, char **argv, void *input);

/*
 * dmatorture --describe VERB: options_read() prints the table that --help is made of and ends the
 * program, for manual pages and completion. Lines of fields that tabs part: "args" (what follows the
 * options), "doc", "after" (what --help prints behind the options), and of each option "option",
 * its long name, its letter or "", its value's name or "", "optional" or "", and its text.
 */
void options_describe(void);
bool options_described(void);

/* dmatorture --parse-only VERB ...: the verb's words are read, and nothing is done. */
void options_parse_only(void);
bool options_only_parsed(void);

#endif /* HARNESS_OPTIONS_H */
