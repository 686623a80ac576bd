/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree that this program belongs to: where scenarios, the kernels' scripts, modules and
 * results are. It is found from the program's own place, so that a tree that was built, and
 * then copied or moved, uses itself.
 */
#ifndef HARNESS_TREE_H
#define HARNESS_TREE_H

/*
 * $DMATORTURE_TREE, else the directory nearest above the program that holds
 * harness/kernels/kernel-setup. "." when there is none, with a line on stderr the first time.
 * The string lives as long as the process.
 */
const char *tree_dir(void);

/* @below of the tree: "results". Likewise; the same @below gives the same string. */
const char *tree_path(const char *below);

/*
 * @below of the directory that the tree was built in, which is the program's when it lies in
 * the tree: "agent". NULL: that directory.
 */
const char *tree_build(const char *below);

#endif /* HARNESS_TREE_H */
