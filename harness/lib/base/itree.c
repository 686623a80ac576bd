// SPDX-License-Identifier: GPL-2.0-only
/* The tree of intervals: insertion, removal, and the search for what overlaps. */
#include "itree.h"

#include <stddef.h>

static void pull(struct itree_node *n)
{
	n->max = n->last;
	if (n->left && n->left->max > n->max)
		n->max = n->left->max;
	if (n->right && n->right->max > n->max)
		n->max = n->right->max;
}

/* Puts @n, which may be NULL, in @old's place below @parent. */
static void hang(struct itree *t, struct itree_node *parent, const struct itree_node *old,
		 struct itree_node *n)
{
	if (!parent)
		t->root = n;
	else if (parent->left == old)
		parent->left = n;
	else
		parent->right = n;
	if (n)
		n->parent = parent;
}

static void rotate_up(struct itree *t, struct itree_node *n)
{
	struct itree_node *p = n->parent;

	hang(t, p->parent, p, n);
	if (p->left == n) {
		p->left = n->right;
		if (p->left)
			p->left->parent = p;
		n->right = p;
	} else {
		p->right = n->left;
		if (p->right)
			p->right->parent = p;
		n->left = p;
	}
	p->parent = n;
	pull(p);
	pull(n);
}

static uint32_t next_prio(struct itree *t)
{
	uint32_t x = t->rand ? t->rand : 0x9e3779b9;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	t->rand = x;
	return x;
}

void itree_insert(struct itree *t, struct itree_node *n)
{
	struct itree_node **at = &t->root, *parent = NULL;

	while (*at) {
		parent = *at;
		if (parent->max < n->last)
			parent->max = n->last;
		at = n->start < parent->start ? &parent->left : &parent->right;
	}
	n->left = NULL;
	n->right = NULL;
	n->parent = parent;
	n->max = n->last;
	n->prio = next_prio(t);
	*at = n;
	while (n->parent && n->parent->prio < n->prio)
		rotate_up(t, n);
}

void itree_remove(struct itree *t, struct itree_node *n)
{
	struct itree_node *p;

	while (n->left && n->right)
		rotate_up(t, n->left->prio > n->right->prio ? n->left : n->right);
	p = n->parent;
	hang(t, p, n, n->left ? n->left : n->right);
	for (; p; p = p->parent) {
		uint64_t before = p->max;

		pull(p);
		if (p->max == before)
			break;
	}
}

static struct itree_node *search(struct itree_node *n, uint64_t start, uint64_t last)
{
	for (;;) {
		if (n->left && n->left->max >= start) {
			n = n->left;
			continue;
		}
		if (n->start > last)
			return NULL;
		if (n->last >= start)
			return n;
		n = n->right;
		if (!n || n->max < start)
			return NULL;
	}
}

struct itree_node *itree_first(const struct itree *t, uint64_t start, uint64_t last)
{
	if (!t->root || t->root->max < start)
		return NULL;
	return search(t->root, start, last);
}

struct itree_node *itree_next(struct itree_node *n, uint64_t start, uint64_t last)
{
	for (;;) {
		const struct itree_node *below;

		if (n->right && n->right->max >= start)
			return search(n->right, start, last);
		do {
			below = n;
			n = n->parent;
			if (!n)
				return NULL;
		} while (below == n->right);
		if (n->start > last)
			return NULL;
		if (n->last >= start)
			return n;
	}
}
