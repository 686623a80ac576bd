/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree that this program belongs to: where scenarios, the kernels' scripts, modules and
 * results are. It is found from the program's own place, so that a tree that was built, and
 * then copied or moved, uses itself.
 */
#ifndef HARNESS_TREE_H
#define HARNESS_TREE_H

#include <stdbool.h>

/*
 * $DMATORTURE_TREE, else the directory nearest above the program that holds
 * harness/kernels/kernel-setup. "." when there is none, with a line on stderr the first time.
 * The string lives as long as the process.
 */
const char *tree_dir(void);

/* @below of the tree: "scenarios". Likewise; the same @below gives the same string. */
const char *tree_path(const char *below);

/*
 * @below of the directory that the tree was built in, which is the program's when it lies in
 * the tree: "agent". NULL: that directory.
 */
const char *tree_build(const char *below);

/*
 * The same of the directory in which things are built while the program runs, such as modules for a
 * kernel. An installed tree, which make install marks, is not to be written: it is then "build" of
 * the user's cache.
 */
const char *tree_work(const char *below);

/*
 * Where runs go unless --results says otherwise: results/ of the tree; of an installed one
 * $XDG_STATE_HOME/dmatorture, or ~/.local/state/dmatorture, which is made if need be.
 */
const char *tree_results(void);

/* Was the tree installed? */
bool tree_installed(void);

#endif /* HARNESS_TREE_H */
