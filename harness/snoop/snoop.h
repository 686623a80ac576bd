/* SPDX-License-Identifier: GPL-2.0-only */
/* Observer and judge without the rest of the harness, as a verb of dmatorture and of the agent. */
#ifndef HARNESS_SNOOP_H
#define HARNESS_SNOOP_H

#include <stdbool.h>

/* @argv is as for main(), with the verb as argv[0]. Returns the exit code. */
int cmd_snoop(int argc, char **argv);

/*
 * names.c: does one of the buses below @bus_dir (/sys/bus) have @name among its @what ("drivers" or
 * "devices")? If not, @near (64 bytes) gets the most similar name, or "". Also returns true when
 * the directory cannot be read.
 */
bool snoop_has(const char *bus_dir, const char *what, const char *name, char near[64]);

#endif /* HARNESS_SNOOP_H */
