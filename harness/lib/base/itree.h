/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tree of intervals [start, last] that may overlap, after the kernel's
 * interval_tree: a treap by start, each node knowing the greatest last below it.
 * Nodes are the caller's.
 */
#ifndef HARNESS_ITREE_H
#define HARNESS_ITREE_H

#include <stdint.h>

struct itree_node {
	uint64_t start, last;
	uint64_t max;
	struct itree_node *left, *right, *parent;
	uint32_t prio;
};

struct itree {
	struct itree_node *root;
	uint32_t rand;		/* any start value: same calls, same tree */
};

void itree_insert(struct itree *t, struct itree_node *n);
void itree_remove(struct itree *t, struct itree_node *n);
/* The first, by start, that shares a number with [start, last]; NULL: none. */
struct itree_node *itree_first(const struct itree *t, uint64_t start, uint64_t last);
struct itree_node *itree_next(struct itree_node *n, uint64_t start, uint64_t last);

#endif /* HARNESS_ITREE_H */
