/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs. Each gets its own argv, argv[0] being "dmatorture VERB". */
#ifndef HARNESS_CMDS_H
#define HARNESS_CMDS_H

int cmd_list(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_repro(int argc, char **argv);
int cmd_judge(int argc, char **argv);
int cmd_snoop(int argc, char **argv);
int cmd_explain(int argc, char **argv);

#endif /* HARNESS_CMDS_H */
