/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_COMMAND_H
#define HARNESS_COMMAND_H

#include "strbuf.h"

/*
 * Runs a program, found in PATH, and appends its standard output to @out. No shell is
 * used, because arguments may come from the user. Returns the exit code, 127 when the
 * program could not be run, or a negative errno; -EINTR when a signal ended it.
 */
int command_output(char *const argv[], struct strbuf *out);

#endif /* HARNESS_COMMAND_H */
