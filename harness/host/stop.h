/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SIGINT, SIGTERM and SIGHUP as a wish to stop, for a loop that has something to tidy up.
 * Not nested.
 */
#ifndef HARNESS_STOP_H
#define HARNESS_STOP_H

#include <stdbool.h>

void stop_catch(void);
/* Has one come since stop_catch()? */
bool stop_wanted(void);
/* As it was before. */
void stop_release(void);

#endif /* HARNESS_STOP_H */
