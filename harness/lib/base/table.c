// SPDX-License-Identifier: GPL-2.0-only
/* The hash table: chains of the nodes of the caller; twice the buckets when it is full. */
#include "table.h"

#include <stdlib.h>

#include "strbuf.h"

uint64_t table_mix(uint64_t a, uint64_t b)
{
	uint64_t x = a ^ (b * 0x9e3779b97f4a7c15ull);

	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ull;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ull;
	return x ^ x >> 32;
}

static struct table_node **bucket(const struct table *t, uint64_t key)
{
	return &t->buckets[table_mix(key, 0) & t->mask];
}

/* Doubles the buckets. Nodes with the same key stay in their order. */
static void grow(struct table *t)
{
	struct table_node **old = t->buckets;
	size_t nr = old ? t->mask + 1 : 0;

	t->mask = nr ? nr * 2 - 1 : 63;
	t->buckets = xcalloc(t->mask + 1, sizeof(*t->buckets));
	for (size_t i = 0; i < nr; i++) {
		struct table_node *n = old[i], *next;
		struct table_node **tail[2] = { &t->buckets[i], &t->buckets[i + nr] };

		for (; n; n = next) {
			int high = !!(table_mix(n->key, 0) & nr);

			next = n->next;
			n->next = NULL;
			*tail[high] = n;
			tail[high] = &n->next;
		}
	}
	free(old);
}

void table_add(struct table *t, struct table_node *n, uint64_t key)
{
	struct table_node **b;

	if (!t->buckets || t->nr > t->mask)
		grow(t);
	b = bucket(t, key);
	n->key = key;
	n->next = *b;
	*b = n;
	t->nr++;
}

void table_del(struct table *t, struct table_node *n)
{
	struct table_node **at = bucket(t, n->key);

	while (*at != n)
		at = &(*at)->next;
	*at = n->next;
	t->nr--;
}

static struct table_node *match(struct table_node *n, uint64_t key)
{
	while (n && n->key != key)
		n = n->next;
	return n;
}

struct table_node *table_first(const struct table *t, uint64_t key)
{
	return t->buckets ? match(*bucket(t, key), key) : NULL;
}

struct table_node *table_next(const struct table_node *n)
{
	return match(n->next, n->key);
}

void table_drain(struct table *t, void (*fn)(struct table_node *n))
{
	for (size_t i = 0; t->buckets && i <= t->mask; i++) {
		struct table_node *n = t->buckets[i], *next;

		for (; n; n = next) {
			next = n->next;
			fn(n);
		}
	}
	free(t->buckets);
	*t = (struct table){ 0 };
}
