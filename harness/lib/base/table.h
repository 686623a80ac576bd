/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash table by a number. The caller allocates the nodes; keys may repeat. */
#ifndef HARNESS_TABLE_H
#define HARNESS_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table_node {
	struct table_node *next;
	uint64_t key;
};

struct table {
	struct table_node **buckets;
	size_t mask;		/* buckets - 1 */
	size_t nr;
};

#define table_entry(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* Adds @n. Of nodes with the same key, table_first() returns the newest. */
void table_add(struct table *t, struct table_node *n, uint64_t key);
void table_del(struct table *t, struct table_node *n);
struct table_node *table_first(const struct table *t, uint64_t key);
struct table_node *table_next(const struct table_node *n);
/* Empties the table and calls @fn for each node; @fn may free the node. */
void table_drain(struct table *t, void (*fn)(struct table_node *n));

uint64_t table_mix(uint64_t a, uint64_t b);

#endif /* HARNESS_TABLE_H */
