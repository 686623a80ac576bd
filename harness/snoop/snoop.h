/* SPDX-License-Identifier: GPL-2.0-only */
/* The observer and the judge alone, as a verb of dmatorture and of the agent. */
#ifndef HARNESS_SNOOP_H
#define HARNESS_SNOOP_H

/* @argv as main() has it, argv[0] being the verb. Returns the exit code. */
int cmd_snoop(int argc, char **argv);

#endif /* HARNESS_SNOOP_H */
