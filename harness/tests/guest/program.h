/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Builds programs by hand, for tests that need what no scenario can express. Functions that add an
 * object return its number; emit() lays out the tables. Nothing is checked, as some tests need a
 * wrong program.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "uapi/dmatorture.h"

struct program {
	struct dmt_header h;
	struct dmt_engine engines[DMT_MAX_ENGINES];
	struct dmt_buffer buffers[64];
	struct dmt_map maps[64];
	struct dmt_tx txs[64];
	struct dmt_operand operands[256];
	struct dmt_block blocks[64];
	struct dmt_step steps[DMT_MAX_STEPS];
	uint32_t nr_engines, nr_buffers, nr_maps, nr_txs, nr_operands, nr_blocks, nr_steps;
	size_t len;
};

static inline void program_init(struct program *p)
{
	memset(p, 0, sizeof(*p));
	p->h.magic = htole32(DMT_MAGIC);
	p->h.version = htole16(DMT_VERSION);
	p->h.header_size = htole16(sizeof(p->h));
	p->h.seed = htole64(1);
	p->h.repeat = htole32(1);
	p->h.timeout_ms = htole32(10000);
	p->h.wait_ms = htole32(1000);
	p->h.keep_first = htole32(1);
}

static inline uint32_t add_engine(struct program *p, uint32_t cap, const char *device,
				  uint32_t channel)
{
	struct dmt_engine *e = &p->engines[p->nr_engines];

	strcpy(e->name, cap == DMT_CAP_XOR ? "xor" : "copy");
	strcpy(e->device, device);
	e->cap = htole32(cap);
	e->channel = htole32(channel);
	return p->nr_engines++;
}

static inline uint32_t add_buffer(struct program *p, uint32_t size, uint32_t fill)
{
	p->buffers[p->nr_buffers] = (struct dmt_buffer) {
		.size = htole32(size), .fill = htole32(fill), .value = htole32(0x5a),
	};
	return p->nr_buffers++;
}

static inline uint32_t add_operand(struct program *p, uint32_t on, uint32_t obj, uint32_t entry,
				   uint32_t off, uint32_t len)
{
	p->operands[p->nr_operands] = (struct dmt_operand) {
		.on = htole32(on), .obj = htole32(obj), .entry = htole32(entry),
		.off = htole32(off), .len = htole32(len),
	};
	return p->nr_operands++;
}

/* An operand that is the whole buffer; below, one that is the whole of a map. */
static inline uint32_t on_buffer(struct program *p, uint32_t buffer)
{
	return add_operand(p, DMT_ON_BUFFER, buffer, 0, 0, le32toh(p->buffers[buffer].size));
}

static inline uint32_t on_map(struct program *p, uint32_t map)
{
	return add_operand(p, DMT_ON_MAP, map, 0, 0,
			   le32toh(p->operands[le32toh(p->maps[map].first_operand)].len));
}

static inline uint32_t add_map(struct program *p, uint32_t engine, uint32_t kind, uint32_t dir,
			       uint32_t first_operand, uint32_t nr)
{
	p->maps[p->nr_maps] = (struct dmt_map) {
		.engine = htole32(engine), .kind = htole32(kind), .dir = htole32(dir),
		.first_operand = htole32(first_operand), .nr_operands = htole32(nr),
	};
	return p->nr_maps++;
}

static inline uint32_t map_buffer(struct program *p, uint32_t engine, uint32_t dir, uint32_t buffer)
{
	return add_map(p, engine, DMT_MAP_PAGE, dir, on_buffer(p, buffer), 1);
}

static inline uint32_t add_tx(struct program *p, uint32_t engine, uint32_t flags, uint32_t dst,
			      uint32_t first_src, uint32_t nr_src, uint32_t len)
{
	p->txs[p->nr_txs] = (struct dmt_tx) {
		.engine = htole32(engine), .op = p->engines[engine].cap, .flags = htole32(flags),
		.dst = htole32(dst), .first_src = htole32(first_src), .nr_src = htole32(nr_src),
		.len = htole32(len), .depend = htole32(DMT_NONE), .callback = htole32(DMT_NONE),
	};
	return p->nr_txs++;
}

/* Begins a block; steps that are added after this belong to it. */
static inline uint32_t begin_block(struct program *p, uint32_t kind, uint32_t ctx)
{
	p->blocks[p->nr_blocks] = (struct dmt_block) {
		.kind = htole32(kind), .first_step = htole32(p->nr_steps), .ctx = htole32(ctx),
	};
	return p->nr_blocks++;
}

static inline uint32_t add_step3(struct program *p, uint16_t op, uint32_t obj, uint32_t arg0,
				 uint32_t arg1)
{
	struct dmt_block *b = &p->blocks[p->nr_blocks - 1];

	p->steps[p->nr_steps] = (struct dmt_step) {
		.op = htole16(op), .obj = htole32(obj), .arg0 = htole32(arg0),
		.arg1 = htole32(arg1), .line = htole32(p->nr_steps + 1),
	};
	b->nr_steps = htole32(le32toh(b->nr_steps) + 1);
	return p->nr_steps++;
}

static inline uint32_t add_step(struct program *p, uint16_t op, uint32_t obj)
{
	return add_step3(p, op, obj, 0, 0);
}

static inline void emit_table(struct program *p, uint8_t *out, struct dmt_table *t,
			      const void *from, uint32_t nr, uint32_t size)
{
	memcpy(out + p->len, from, (size_t)nr * size);
	t->offset = htole32(p->len);
	t->count = htole32(nr);
	t->entry_size = htole32(size);
	p->len += (size_t)nr * size;
}

/* Writes the program to @out, which has DMT_MAX_PROGRAM bytes. Returns its length. */
static inline size_t emit(struct program *p, uint8_t *out)
{
	p->len = sizeof(p->h);
#define EMIT(what) emit_table(p, out, &p->h.what, p->what, p->nr_##what, sizeof(*p->what))
	EMIT(engines);
	EMIT(buffers);
	EMIT(maps);
	EMIT(txs);
	EMIT(operands);
	EMIT(blocks);
	EMIT(steps);
#undef EMIT
	p->h.total_size = htole32(p->len);
	memcpy(out, &p->h, sizeof(p->h));
	return p->len;
}

#endif /* PROGRAM_H */
