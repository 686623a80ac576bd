// SPDX-License-Identifier: GPL-2.0-only
/* Writes the program's wire form, and checks the rules for the program as a whole. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

/* How often the block uses barrier @barrier. */
static uint32_t meetings(const struct cblock *b, uint32_t barrier)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < b->nr; k++)
		n += le16toh(b->steps[k].wire.op) == DMT_STEP_BARRIER &&
		     le32toh(b->steps[k].wire.arg0) == barrier;
	return n;
}

static void set_parties(struct cblock *b, uint32_t barrier, uint32_t parties)
{
	for (uint32_t k = 0; k < b->nr; k++)
		if (le16toh(b->steps[k].wire.op) == DMT_STEP_BARRIER &&
		    le32toh(b->steps[k].wire.arg0) == barrier)
			b->steps[k].wire.arg1 = htole32(parties);
}

/* All threads that use a barrier must use it equally often, or some would wait for ever. */
static void check_barrier(struct compiler *c, uint32_t barrier)
{
	const struct cblock *first = NULL;
	uint32_t parties = 0, often = 0;

	for (uint32_t i = 0; i < c->nr_blocks; i++) {
		const struct cblock *b = &c->blocks[i];
		uint32_t n = meetings(b, barrier);

		if (!n)
			continue;
		parties++;
		if (!first) {
			first = b;
			often = n;
		} else if (n != often) {
			cfail(c, b->pos, "barrier '%s': met %u times by this thread, %u times by that of line %u; they would wait for ever",
			      c->barriers[barrier / c->nr_instances], n, often, first->pos.line);
			return;
		}
	}
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		set_parties(&c->blocks[i], barrier, parties);
}

void check_program(struct compiler *c)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < c->nr_barriers * c->nr_instances && !failed(c); i++)
		check_barrier(c, i);
	if (!failed(c))
		check_cost(c);
	if (!failed(c))
		check_alone(c);
	for (uint32_t i = 0; i < c->nr_buffers; i++)
		bytes += (le32toh(c->buffers[i].size) + le32toh(c->buffers[i].offset) + 4095) &
			 ~4095u;
	if (!failed(c) && bytes > DMT_MAX_BUFFER_BYTES)
		cfail(c, c->s->buffers->pos, "buffers of %llu bytes in all, in whole pages; at most %d",
		      (unsigned long long)bytes, DMT_MAX_BUFFER_BYTES);
}

/* Header and entries are multiples of 8 bytes, so every table is aligned. */
static void add_table(struct strbuf *out, struct dmt_table *t, const void *v,
		      uint32_t nr, size_t size)
{
	t->offset = htole32(out->len);
	t->count = htole32(nr);
	t->entry_size = htole32(size);
	strbuf_add(out, v, nr * size);
}

void write_program(struct compiler *c, const struct dmt_header *head, struct strbuf *out)
{
	struct dmt_header h = *head;
	struct dmt_block *blocks = xcalloc(c->nr_blocks, sizeof(*blocks));
	struct dmt_step *steps = xcalloc(c->nr_steps + 1, sizeof(*steps));
	uint32_t nr = 0;

	for (uint32_t i = 0; i < c->nr_blocks; i++) {
		const struct cblock *b = &c->blocks[i];

		blocks[i].kind = htole32(b->kind);
		blocks[i].ctx = htole32(b->ctx);
		blocks[i].first_step = htole32(nr);
		blocks[i].nr_steps = htole32(b->nr);
		for (uint32_t k = 0; k < b->nr; k++)
			steps[nr++] = b->steps[k].wire;
	}
	h.nr_barriers = htole32(c->nr_barriers * c->nr_instances);
	strbuf_add(out, &h, sizeof(h));
	add_table(out, &h.engines, c->engines, c->nr_engines, sizeof(*c->engines));
	add_table(out, &h.buffers, c->buffers, c->nr_buffers, sizeof(*c->buffers));
	add_table(out, &h.maps, c->maps, c->nr_maps, sizeof(*c->maps));
	add_table(out, &h.txs, c->txs, c->nr_txs, sizeof(*c->txs));
	add_table(out, &h.operands, c->operands, c->nr_operands, sizeof(*c->operands));
	add_table(out, &h.blocks, blocks, c->nr_blocks, sizeof(*blocks));
	add_table(out, &h.steps, steps, nr, sizeof(*steps));
	h.total_size = htole32(out->len);
	memcpy(out->s, &h, sizeof(h));
	if (out->len > DMT_MAX_PROGRAM)
		cfail(c, c->s->threads->pos, "too large: a program of %zu bytes, at most %d",
		      out->len, DMT_MAX_PROGRAM);
	free(blocks);
	free(steps);
}
