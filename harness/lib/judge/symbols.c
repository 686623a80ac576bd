// SPDX-License-Identifier: GPL-2.0-only
/* Stacks by number, and the names of the addresses in them. */
#include "symbols.h"

#include <byteswap.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

struct stack {
	struct table_node node;
	uint32_t n;
	uint64_t ips[];
};

struct name {
	struct table_node node;
	char text[];
};

static void free_stack(struct table_node *n)
{
	free(table_entry(n, struct stack, node));
}

static void free_name(struct table_node *n)
{
	free(table_entry(n, struct name, node));
}

static void add_stack(struct symbols *s, uint32_t id, const uint8_t *ips, uint32_t n, bool swap)
{
	struct table_node *old = table_first(&s->stacks, id);
	struct stack *st;

	if (old) {
		table_del(&s->stacks, old);
		free_stack(old);
	} else if (s->nr_stacks++ >= SYMBOLS_MAX) {
		return;
	}
	n = n < SYMBOLS_MAX_DEPTH ? n : SYMBOLS_MAX_DEPTH;
	st = xmalloc(sizeof(*st) + n * sizeof(uint64_t));
	st->n = n;
	memcpy(st->ips, ips, n * sizeof(uint64_t));
	for (uint32_t i = 0; swap && i < n; i++)
		st->ips[i] = bswap_64(st->ips[i]);
	table_add(&s->stacks, &st->node, id);
}

int symbols_stacks(struct symbols *s, const uint8_t *data, size_t len, bool swap)
{
	while (len) {
		uint32_t head[2];

		if (len < sizeof(head))
			return -EBADMSG;
		memcpy(head, data, sizeof(head));
		if (swap) {
			head[0] = bswap_32(head[0]);
			head[1] = bswap_32(head[1]);
		}
		data += sizeof(head);
		len -= sizeof(head);
		if (head[1] > len / 8)
			return -EBADMSG;
		add_stack(s, head[0], data, head[1], swap);
		data += (size_t)head[1] * 8;
		len -= (size_t)head[1] * 8;
	}
	return 0;
}

static void add_name(struct symbols *s, uint64_t address, const char *text, size_t len)
{
	struct table_node *old = table_first(&s->names, address);
	struct name *n;

	if (old) {
		table_del(&s->names, old);
		free_name(old);
	} else if (s->nr_names++ >= SYMBOLS_MAX) {
		return;
	}
	len = len < 200 ? len : 200;
	n = xmalloc(sizeof(*n) + len + 1);
	memcpy(n->text, text, len);
	n->text[len] = '\0';
	/* The text will be printed: it must not control a terminal. */
	for (size_t i = 0; i < len; i++)
		if (n->text[i] < ' ' || n->text[i] > '~')
			n->text[i] = '?';
	table_add(&s->names, &n->node, address);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static void add_line(struct symbols *s, const char *line, size_t len)
{
	uint64_t address = 0;
	size_t i = 0;

	for (; i < len && i < 16 && hex_digit(line[i]) >= 0; i++)
		address = address << 4 | (uint64_t)hex_digit(line[i]);
	if (!i || i + 1 >= len || line[i] != ' ')
		return;
	add_name(s, address, line + i + 1, len - i - 1);
}

void symbols_names(struct symbols *s, const char *text, size_t len)
{
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		add_line(s, text, n);
		n += end != NULL;
		text += n;
		len -= n;
	}
}

unsigned int symbols_stack(const struct symbols *s, int32_t id, const uint64_t **ips)
{
	struct table_node *n = id < 0 ? NULL : table_first(&s->stacks, (uint32_t)id);

	if (!n)
		return 0;
	*ips = table_entry(n, struct stack, node)->ips;
	return table_entry(n, struct stack, node)->n;
}

const char *symbols_name(const struct symbols *s, uint64_t address)
{
	struct table_node *n = table_first(&s->names, address);

	return n ? table_entry(n, struct name, node)->text : NULL;
}

void symbols_free(struct symbols *s)
{
	table_drain(&s->stacks, free_stack);
	table_drain(&s->names, free_name);
}
