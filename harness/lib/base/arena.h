/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that is freed all at once, such as a tree's nodes. */
#ifndef HARNESS_ARENA_H
#define HARNESS_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *blocks;
};

/* Returns @size zeroed bytes, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strndup(struct arena *arena, const char *s, size_t len);
void arena_free(struct arena *arena);

#endif /* HARNESS_ARENA_H */
