/* SPDX-License-Identifier: GPL-2.0-only */
/* The observer and the judge alone, as a verb of dmatorture and of the agent. */
#ifndef HARNESS_SNOOP_H
#define HARNESS_SNOOP_H

#include <stdbool.h>

/* @argv as main() has it, argv[0] being the verb. Returns the exit code. */
int cmd_snoop(int argc, char **argv);

/*
 * names.c: does one of the buses below @bus_dir (/sys/bus) have @name among its @what ("drivers",
 * "devices")? If not, @near (64 bytes) has the name that is most like it, or "". True also when
 * the directory cannot be read.
 */
bool snoop_has(const char *bus_dir, const char *what, const char *name, char near[64]);

#endif /* HARNESS_SNOOP_H */
