/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tree of intervals [start, last] that may overlap, with the interface of the kernel's
 * interval_tree. It is a treap ordered by start; each node knows the greatest last in its
 * subtree. The caller allocates the nodes.
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
	uint32_t rand;		/* any initial value; the same calls give the same tree */
};

void itree_insert(struct itree *t, struct itree_node *n);
void itree_remove(struct itree *t, struct itree_node *n);
/* The node with the lowest start that shares a number with [start, last], or NULL. */
struct itree_node *itree_first(const struct itree *t, uint64_t start, uint64_t last);
/* The next such node after @n, or NULL. */
struct itree_node *itree_next(struct itree_node *n, uint64_t start, uint64_t last);

#endif /* HARNESS_ITREE_H */
