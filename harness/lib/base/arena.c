// SPDX-License-Identifier: GPL-2.0-only
/* An arena: allocations that are freed all at once. */
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"

struct arena_block {
	struct arena_block *next;
	max_align_t data[];
};

/* Each node is its own allocation, so that ASan sees an access beyond its end. */
void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *b = xcalloc(1, sizeof(*b) + size);

	b->next = arena->blocks;
	arena->blocks = b;
	return b->data;
}

char *arena_strndup(struct arena *arena, const char *s, size_t len)
{
	char *p = arena_alloc(arena, len + 1);

	memcpy(p, s, len);
	return p;
}

void arena_free(struct arena *arena)
{
	struct arena_block *b = arena->blocks;

	while (b) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
	arena->blocks = NULL;
}
