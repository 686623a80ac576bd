/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs. Each gets its own argv, in which argv[0] is "dmatorture VERB". */
#ifndef HARNESS_CMDS_H
#define HARNESS_CMDS_H

int cmd_list(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_bundle(int argc, char **argv);
int cmd_repro(int argc, char **argv);
int cmd_recover(int argc, char **argv);
int cmd_judge(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_timeline(int argc, char **argv);
int cmd_fuzz(int argc, char **argv);
int cmd_reduce(int argc, char **argv);
int cmd_distill(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_baseline(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_samples(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_pack(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_bisect(int argc, char **argv);
int cmd_kernels(int argc, char **argv);

#endif /* HARNESS_CMDS_H */
