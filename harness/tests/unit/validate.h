/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks that a program in wire form is as kmod/uapi/dmatorture.h demands. It was written from that
 * header, not from the compiler or the executor.
 */
#ifndef TESTS_VALIDATE_H
#define TESTS_VALIDATE_H

#include <endian.h>

#include "lib/program/steps.h"
#include "uapi/dmatorture.h"

struct wire {
	const uint8_t *at;
	size_t len;
	const struct dmt_header *h;
	const struct dmt_engine *engines;
	const struct dmt_buffer *buffers;
	const struct dmt_map *maps;
	const struct dmt_tx *txs;
	const struct dmt_operand *operands;
	const struct dmt_block *blocks;
	const struct dmt_step *steps;
	uint32_t nr_engines, nr_buffers, nr_maps, nr_txs, nr_operands, nr_blocks, nr_steps;
};

static const void *wire_table(const struct wire *w, const struct dmt_table *t, uint32_t min,
			      uint32_t max, size_t size, uint32_t *nr)
{
	uint32_t off = le32toh(t->offset);

	*nr = le32toh(t->count);
	assert_int_equal(t->reserved, 0);
	assert_in_range(*nr, min, max);
	assert_int_equal(le32toh(t->entry_size), size);
	assert_int_equal(off % 8, 0);
	assert_in_range(off, sizeof(*w->h), w->len);
	assert_in_range((uint64_t)*nr * size, 0, w->len - off);
	return w->at + off;
}

static inline void wire_open(struct wire *w, const void *program, size_t len)
{
	const struct dmt_header *h = program;

	w->at = program;
	w->len = len;
	w->h = h;
	assert_in_range(len, sizeof(*h), DMT_MAX_PROGRAM);
	assert_int_equal(le32toh(h->magic), DMT_MAGIC);
	assert_int_equal(le16toh(h->version), DMT_VERSION);
	assert_int_equal(le16toh(h->header_size), sizeof(*h));
	assert_int_equal(le32toh(h->total_size), len);
	assert_int_equal(le32toh(h->flags) & ~DMT_F_ALL, 0);
	assert_in_range(le32toh(h->repeat), 1, DMT_MAX_REPEAT);
	assert_in_range(le32toh(h->timeout_ms), 1, DMT_MAX_TIMEOUT_MS);
	assert_in_range(le32toh(h->wait_ms), 1, DMT_MAX_TIMEOUT_MS);
	assert_in_range(le32toh(h->nr_barriers), 0, DMT_MAX_BARRIERS);
	for (int i = 0; i < 8; i++)
		assert_int_equal(h->reserved[i], 0);
	w->engines =
		wire_table(w, &h->engines, 1, DMT_MAX_ENGINES, sizeof(*w->engines), &w->nr_engines);
	w->buffers =
		wire_table(w, &h->buffers, 0, DMT_MAX_BUFFERS, sizeof(*w->buffers), &w->nr_buffers);
	w->maps = wire_table(w, &h->maps, 0, DMT_MAX_MAPS, sizeof(*w->maps), &w->nr_maps);
	w->txs = wire_table(w, &h->txs, 0, DMT_MAX_TXS, sizeof(*w->txs), &w->nr_txs);
	w->operands = wire_table(w, &h->operands, 0, DMT_MAX_OPERANDS, sizeof(*w->operands),
				 &w->nr_operands);
	w->blocks = wire_table(w, &h->blocks, 1, DMT_MAX_BLOCKS, sizeof(*w->blocks), &w->nr_blocks);
	w->steps = wire_table(w, &h->steps, 0, DMT_MAX_STEPS, sizeof(*w->steps), &w->nr_steps);
}

static void check_memory(const struct wire *w)
{
	uint64_t sum = 0, stack = 0;

	for (uint32_t i = 0; i < w->nr_engines; i++) {
		assert_non_null(memchr(w->engines[i].name, 0, sizeof(w->engines[i].name)));
		/* The agent writes it, but for an engine that is picked by its driver's name. */
		assert_non_null(memchr(w->engines[i].device, 0, sizeof(w->engines[i].device)));
		if (le32toh(w->engines[i].pick) & DMT_PICK_FREE) {
			assert_int_equal(le32toh(w->engines[i].pick) & ~DMT_PICK_ALL, 0);
			assert_int_equal(w->engines[i].channel, 0);
		} else {
			assert_int_equal(w->engines[i].device[0], 0);
			assert_int_equal(w->engines[i].pick, 0);
			assert_int_equal(w->engines[i].group, 0);
		}
		assert_in_range(le32toh(w->engines[i].cap), 0, DMT_CAP__COUNT - 1);
	}
	for (uint32_t i = 0; i < w->nr_buffers; i++) {
		const struct dmt_buffer *b = &w->buffers[i];

		assert_in_range(le32toh(b->offset), 0, 4095);
		assert_in_range(le32toh(b->size), 1, DMT_MAX_BUFFER_SIZE - le32toh(b->offset));
		assert_in_range(le32toh(b->fill), 0, DMT_FILL__COUNT - 1);
		assert_in_range(le32toh(b->memory), 0, DMT_MEMORY__COUNT - 1);
		if (le32toh(b->memory) == DMT_MEMORY_KMALLOC ||
		    le32toh(b->memory) == DMT_MEMORY_STACK)
			assert_int_equal(b->offset, 0);
		if (le32toh(b->memory) == DMT_MEMORY_VMALLOC ||
		    le32toh(b->memory) == DMT_MEMORY_RODATA)
			assert_in_range(le32toh(b->offset) + le32toh(b->size), 1, 4096);
		if (le32toh(b->memory) == DMT_MEMORY_STACK)
			stack += le32toh(b->size);
		sum += (le32toh(b->size) + le32toh(b->offset) + 4095) / 4096 * 4096;
	}
	assert_in_range(sum, 0, DMT_MAX_BUFFER_BYTES);
	assert_in_range(stack, 0, DMT_MAX_STACK_BYTES);
	for (uint32_t i = 0; i < w->nr_maps; i++) {
		const struct dmt_map *m = &w->maps[i];
		uint32_t first = le32toh(m->first_operand), nr = le32toh(m->nr_operands);

		assert_in_range(le32toh(m->engine), 0, w->nr_engines - 1);
		assert_in_range(le32toh(m->kind), 0, DMT_MAP__COUNT - 1);
		assert_in_range(le32toh(m->dir), 0, DMT_DIR__COUNT - 1);
		assert_int_equal(le32toh(m->attrs) & ~DMT_ATTR_ALL, 0);
		if (le32toh(m->kind) >= DMT_MAP_COHERENT) {
			assert_int_equal(nr, 0);
			assert_in_range(le32toh(m->size), 1, DMT_MAX_BUFFER_SIZE);
			continue;
		}
		assert_int_equal(m->size, 0);
		assert_in_range(nr, 1, le32toh(m->kind) == DMT_MAP_SG ? DMT_MAX_SG : 1);
		assert_in_range(first + nr, 1, w->nr_operands);
		if (m->list_of) {
			const struct dmt_map *list = &w->maps[le32toh(m->list_of) - 1];

			assert_in_range(le32toh(m->list_of), 1, w->nr_maps);
			assert_int_equal(le32toh(list->kind), DMT_MAP_SG);
			assert_int_equal(list->list_of, 0);
			assert_int_equal(list->first_operand, m->first_operand);
			assert_int_equal(list->nr_operands, m->nr_operands);
		}
		for (uint32_t k = first; k < first + nr; k++)
			assert_int_equal(le32toh(w->operands[k].on), DMT_ON_BUFFER);
	}
}

static void check_operands(const struct wire *w)
{
	for (uint32_t i = 0; i < w->nr_operands; i++) {
		const struct dmt_operand *o = &w->operands[i];
		uint32_t obj = le32toh(o->obj), entry = le32toh(o->entry), whole;

		assert_int_equal(o->reserved, 0);
		assert_in_range(le32toh(o->on), 0, DMT_ON__COUNT - 1);
		assert_in_range(obj, 0,
				(le32toh(o->on) == DMT_ON_MAP ? w->nr_maps : w->nr_buffers) - 1);
		if (le32toh(o->on) == DMT_ON_BUFFER) {
			assert_int_equal(entry, 0);
			whole = le32toh(w->buffers[obj].size);
		} else if (entry == DMT_NONE) {
			assert_int_equal(le32toh(w->maps[obj].kind), DMT_MAP_SG);
			assert_int_equal(le32toh(o->off), 0);
			assert_int_equal(le32toh(o->len), 1);
			continue;
		} else {
			whole = le32toh(w->maps[obj].size);
			if (whole)
				assert_int_equal(entry, 0);
			else
				assert_in_range(entry, 0, le32toh(w->maps[obj].nr_operands) - 1);
			if (!whole)
				whole = le32toh(
					w->operands[le32toh(w->maps[obj].first_operand) + entry]
						.len);
		}
		assert_in_range(le32toh(o->off), 0, whole - 1);
		assert_in_range(le32toh(o->len), 1, whole - le32toh(o->off));
	}
}

/* What a source reads beyond its map is in one buffer. */
static void check_beyond(const struct wire *w, const struct dmt_operand *o, uint32_t len)
{
	const struct dmt_map *m = &w->maps[le32toh(o->obj)];
	const struct dmt_operand *in = &w->operands[le32toh(m->first_operand)];
	const struct dmt_buffer *b = &w->buffers[le32toh(in->obj)];

	if (len <= le32toh(o->len))
		return;
	assert_in_range(le32toh(m->kind), DMT_MAP_PAGE, DMT_MAP_SINGLE);
	assert_int_equal(le32toh(b->memory), DMT_MEMORY_PAGES);
	assert_in_range(le32toh(in->off) + le32toh(o->off) + len, 1, le32toh(b->size));
}

static void check_txs(const struct wire *w, uint8_t *block_used)
{
	for (uint32_t i = 0; i < w->nr_txs; i++) {
		const struct dmt_tx *t = &w->txs[i];
		uint32_t first = le32toh(t->first_src), nr = le32toh(t->nr_src), up, hops = 0;

		assert_in_range(le32toh(t->engine), 0, w->nr_engines - 1);
		assert_int_equal(le32toh(t->op), le32toh(w->engines[le32toh(t->engine)].cap));
		assert_int_equal(le32toh(t->flags) & ~DMT_TX_ALL, 0);
		assert_in_range(nr, 1, le32toh(t->op) == DMT_OP_XOR ? DMT_MAX_SOURCES : 1);
		assert_in_range(first + nr, 1, w->nr_operands);
		assert_in_range(le32toh(t->dst), 0, w->nr_operands - 1);
		for (uint32_t k = 0; k <= nr; k++) {
			const struct dmt_operand *o =
				&w->operands[k < nr ? first + k : le32toh(t->dst)];

			assert_int_equal(le32toh(o->on), DMT_ON_MAP);
			assert_true(le32toh(o->entry) != DMT_NONE);
			if (k < nr && le32toh(t->flags) & DMT_TX_BEYOND)
				check_beyond(w, o, le32toh(t->len));
			else
				assert_in_range(le32toh(t->len), 1, le32toh(o->len));
		}
		for (up = i; le32toh(w->txs[up].depend) != DMT_NONE; ) {
			up = le32toh(w->txs[up].depend);
			assert_in_range(up, 0, w->nr_txs - 1);
			assert_true(le32toh(w->txs[up].flags) & DMT_TX_INTERRUPT);
			assert_in_range(++hops, 0, w->nr_txs - 1);
		}
		if (le32toh(t->callback) == DMT_NONE)
			continue;
		assert_in_range(le32toh(t->callback), 0, w->nr_blocks - 1);
		assert_int_equal(le32toh(w->blocks[le32toh(t->callback)].kind), DMT_BLOCK_CALLBACK);
		assert_true(le32toh(t->flags) & (DMT_TX_INTERRUPT | DMT_TX_CALLBACK));
		assert_int_equal(block_used[le32toh(t->callback)]++, 0);
	}
}

/* A wrong free of memory of its own frees the pages of the right one. */
static void check_wrong_free(const struct dmt_map *m, const struct dmt_step *s)
{
	uint32_t arg = le32toh(s->arg1), size = le32toh(m->size);

	assert_int_equal(le16toh(s->op), DMT_STEP_UNMAP);
	assert_in_range(arg, 1, DMT_MAX_BUFFER_SIZE);
	if (le32toh(m->kind) == DMT_MAP_POOL) {
		assert_int_equal(le32toh(s->arg0), DMT_WRONG_ADDRESS);
		assert_int_equal(arg % 8, 0);
		assert_in_range(size + arg, 1, 4096);
		return;
	}
	assert_int_equal(le32toh(m->kind), DMT_MAP_COHERENT);
	if (le32toh(s->arg0) == DMT_WRONG_ADDRESS)
		arg += size;
	else
		assert_int_equal(le32toh(s->arg0), DMT_WRONG_SIZE);
	assert_int_equal((arg - 1) / 4096, (size - 1) / 4096);
}

/* Checks the deliberate error of an unmap or a sync of @m. */
static void check_wrong(const struct wire *w, const struct dmt_map *m, const struct dmt_step *s)
{
	uint32_t kind = le32toh(m->kind), arg = le32toh(s->arg1);
	bool unmap = le16toh(s->op) == DMT_STEP_UNMAP;

	if (le32toh(s->arg0) == DMT_WRONG_KIND) {
		assert_true(unmap);
		if (arg == DMT_MAP_SG)
			assert_in_range(kind, DMT_MAP_PAGE, DMT_MAP_SINGLE);
		else if (kind != DMT_MAP_COHERENT)
			assert_true(kind == DMT_MAP_SG && le32toh(m->nr_operands) == 1);
		assert_true(arg == DMT_MAP_SG || arg == DMT_MAP_PAGE);
		return;
	}
	if (!s->arg0) {
		assert_int_equal(arg, 0);
		return;
	}
	if (kind >= DMT_MAP_COHERENT) {
		check_wrong_free(m, s);
		return;
	}
	assert_in_range(kind, DMT_MAP_PAGE, DMT_MAP_SG);
	switch (le32toh(s->arg0)) {
	case DMT_WRONG_ENGINE:
		assert_in_range(arg, 0, w->nr_engines - 1);
		break;
	case DMT_WRONG_SIZE:
	case DMT_WRONG_ADDRESS:
		assert_true(kind != DMT_MAP_SG);
		assert_in_range(arg, 1, DMT_MAX_BUFFER_SIZE);
		break;
	case DMT_WRONG_DIR:
		assert_in_range(arg, 0, DMT_DIR__COUNT - 1);
		break;
	case DMT_WRONG_AGAIN:
		assert_true(unmap);
		assert_int_equal(arg, 0);
		break;
	case DMT_WRONG_LOW:
		assert_true(unmap && kind != DMT_MAP_SG);
		assert_int_equal(arg, 0);
		break;
	case DMT_WRONG_NENTS:
		assert_true(unmap && kind == DMT_MAP_SG);
		assert_in_range(arg, 1, le32toh(m->nr_operands));
		break;
	default:
		fail_msg("wrong %u", le32toh(s->arg0));
	}
}

static void check_on(const struct wire *w, const struct dmt_step *s, uint32_t on)
{
	assert_in_range(le32toh(s->obj), 0, w->nr_operands - 1);
	assert_int_equal(le32toh(w->operands[le32toh(s->obj)].on), on);
}

/*
 * Checks a step by its row in the table of steps. Steps that have a case below are checked by hand
 * too, so that a wrong row of theirs is found.
 */
static void check_by_row(const struct wire *w, const struct dmt_step *s, bool sleeps, bool thread)
{
	const uint32_t nr[] = {
		[DMT_NO_OBJECT] = 1, [DMT_A_BUFFER] = w->nr_buffers, [DMT_A_MAP] = w->nr_maps,
		[DMT_A_TX] = w->nr_txs, [DMT_AN_ENGINE] = w->nr_engines,
		[DMT_OF_A_MAP] = w->nr_operands, [DMT_OF_A_BUFFER] = w->nr_operands,
	};
	const struct step_type *t = step_type(le16toh(s->op));

	assert_int_equal(t->number, le16toh(s->op));
	assert_in_range(t->object, 0, DMT_OF_A_BUFFER);
	assert_int_equal(t->flags & DMT_SOURCES, 0);
	assert_true(nr[t->object]);
	assert_in_range(le32toh(s->obj), 0, nr[t->object] - 1);
	if (t->object == DMT_OF_A_MAP || t->object == DMT_OF_A_BUFFER)
		check_on(w, s, t->object == DMT_OF_A_MAP ? DMT_ON_MAP : DMT_ON_BUFFER);
	assert_true(thread || !(t->flags & DMT_IN_THREAD));
	assert_true(sleeps || !(t->flags & DMT_MAY_SLEEP));
	assert_in_range(le32toh(s->arg0), 0, t->max0);
	assert_in_range(le32toh(s->arg1), 0, t->max1);
}

static void check_step(const struct wire *w, const struct dmt_block *b, const struct dmt_step *s,
		       uint8_t *block_used)
{
	uint32_t obj = le32toh(s->obj), arg0 = le32toh(s->arg0), arg1 = le32toh(s->arg1);
	uint32_t ctx = le32toh(b->ctx);
	bool thread = le32toh(b->kind) == DMT_BLOCK_THREAD;
	bool sleeps = thread || (le32toh(b->kind) == DMT_BLOCK_CONTEXT &&
				 (ctx == DMT_CTX_TASK || ctx == DMT_CTX_WORKQUEUE));

	assert_int_equal(s->flags, 0);
	assert_true(le32toh(s->line));
	for (int i = 0; i < 3; i++)
		assert_int_equal(s->reserved[i], 0);
	switch (le16toh(s->op)) {
	case DMT_STEP_UNMAP:
		assert_in_range(obj, 0, w->nr_maps - 1);
		check_wrong(w, &w->maps[obj], s);
		return;
	case DMT_STEP_FREE:
		assert_true(sleeps);
		assert_in_range(obj, 0, w->nr_buffers - 1);
		assert_true(le32toh(w->buffers[obj].memory) != DMT_MEMORY_STACK);
		assert_true(le32toh(w->buffers[obj].memory) != DMT_MEMORY_RODATA);
		break;
	case DMT_STEP_FORGET_MAP:
		assert_in_range(obj, 0, w->nr_maps - 1);
		assert_in_range(le32toh(w->maps[obj].kind), 0, DMT_MAP_RESOURCE);
		break;
	case DMT_STEP_MAP:
	case DMT_STEP_MAPPING_ERROR:
		assert_in_range(obj, 0, w->nr_maps - 1);
		break;
	case DMT_STEP_SYNC_CPU:
	case DMT_STEP_SYNC_DEVICE:
		check_on(w, s, DMT_ON_MAP);
		if (le32toh(w->maps[le32toh(w->operands[obj].obj)].kind) == DMT_MAP_SG)
			assert_true(le32toh(w->operands[obj].entry) == DMT_NONE);
		check_wrong(w, &w->maps[le32toh(w->operands[obj].obj)], s);
		return;
	case DMT_STEP_WAIT:
		assert_true(thread);
		assert_in_range(arg0, 0, DMT_MAX_TIMEOUT_MS);
		assert_in_range(obj, 0, w->nr_txs - 1);
		return;
	case DMT_STEP_SUBMIT:
		assert_in_range(obj, 0, w->nr_txs - 1);
		assert_in_range(arg0, 0, 1);
		assert_true(!arg0 || !(le32toh(w->txs[obj].flags) & DMT_TX_ACK));
		assert_int_equal(arg1, 0);
		return;
	case DMT_STEP_PREP:
	case DMT_STEP_FORGET_TX:
	case DMT_STEP_STATUS:
	case DMT_STEP_ACK:
		assert_in_range(obj, 0, w->nr_txs - 1);
		break;
	case DMT_STEP_SYNCHRONIZE:
	case DMT_STEP_RELEASE:
		assert_true(sleeps);
		/* fall through */
	case DMT_STEP_ISSUE:
	case DMT_STEP_TERMINATE:
		assert_in_range(obj, 0, w->nr_engines - 1);
		break;
	case DMT_STEP_CPU_READ:
		check_on(w, s, DMT_ON_BUFFER);
		break;
	case DMT_STEP_CPU_WRITE:
		check_on(w, s, DMT_ON_BUFFER);
		assert_in_range(arg0, 0, DMT_FILL__COUNT - 1);
		assert_in_range(arg1, 0, 255);
		return;
	case DMT_STEP_CPU_COPY:
	case DMT_STEP_CPU_XOR:
		assert_true(sleeps);
		if (le16toh(s->op) == DMT_STEP_CPU_COPY)
			assert_int_equal(arg1, 1);
		else
			assert_int_equal(le32toh(w->operands[obj].len) % DMT_XOR_ALIGN, 0);
		/* fall through */
	case DMT_STEP_CHECK:
		check_on(w, s, DMT_ON_BUFFER);
		assert_in_range(arg1, 1, DMT_MAX_SOURCES);
		assert_in_range(arg0 + arg1, 1, w->nr_operands);
		for (uint32_t k = arg0; k < arg0 + arg1; k++) {
			assert_int_equal(le32toh(w->operands[k].on), DMT_ON_BUFFER);
			assert_int_equal(w->operands[k].len, w->operands[obj].len);
		}
		return;
	case DMT_STEP_DELAY:
		assert_int_equal(obj, 0);
		assert_in_range(arg1, arg0, sleeps ? DMT_MAX_DELAY_NS : DMT_MAX_ATOMIC_DELAY_NS);
		return;
	case DMT_STEP_BARRIER:
		assert_true(thread);
		assert_int_equal(obj, 0);
		assert_in_range(arg0, 0, le32toh(w->h->nr_barriers) - 1);
		return;
	case DMT_STEP_IN:
		assert_true(thread);
		assert_in_range(obj, 0, w->nr_blocks - 1);
		assert_int_equal(le32toh(w->blocks[obj].kind), DMT_BLOCK_CONTEXT);
		assert_int_equal(block_used[obj]++, 0);
		break;
	case DMT_STEP_CRASH:
		assert_int_equal(obj, 0);
		assert_in_range(arg0, 0, DMT_CRASH__COUNT - 1);
		assert_int_equal(arg1, 0);
		return;
	default:
		check_by_row(w, s, sleeps, thread);
		return;
	}
	assert_int_equal(arg0, 0);
	assert_int_equal(arg1, 0);
}

/* All threads that use a barrier must do so equally often, and be its parties. */
static void check_barriers(const struct wire *w)
{
	for (uint32_t bar = 0; bar < le32toh(w->h->nr_barriers); bar++) {
		uint32_t parties = 0, threads = 0, often = 0;

		for (uint32_t i = 0; i < w->nr_blocks; i++) {
			uint32_t first = le32toh(w->blocks[i].first_step), n = 0;

			for (uint32_t k = first; k < first + le32toh(w->blocks[i].nr_steps); k++)
				if (le16toh(w->steps[k].op) == DMT_STEP_BARRIER &&
				    le32toh(w->steps[k].arg0) == bar) {
					n++;
					assert_true(!parties ||
						    parties == le32toh(w->steps[k].arg1));
					parties = le32toh(w->steps[k].arg1);
				}
			assert_true(!n || !often || n == often);
			often = n ? n : often;
			threads += n > 0;
		}
		assert_int_equal(threads, parties);
	}
}

/* Fails the test if the program breaks a rule. */
static inline void validate(const void *program, size_t len)
{
	uint8_t block_used[DMT_MAX_BLOCKS] = { 0 };
	uint32_t next = 0, threads = 0;
	struct wire w;

	wire_open(&w, program, len);
	check_memory(&w);
	check_operands(&w);
	check_txs(&w, block_used);
	for (uint32_t i = 0; i < w.nr_blocks; i++) {
		const struct dmt_block *b = &w.blocks[i];

		assert_in_range(le32toh(b->kind), 0, DMT_BLOCK__COUNT - 1);
		assert_in_range(le32toh(b->ctx), 0,
				le32toh(b->kind) == DMT_BLOCK_CONTEXT ? DMT_CTX__COUNT - 1 : 0);
		threads += le32toh(b->kind) == DMT_BLOCK_THREAD;
		/* Each step is in one block. */
		assert_int_equal(le32toh(b->first_step), next);
		next += le32toh(b->nr_steps);
		assert_in_range(next, 0, w.nr_steps);
		for (uint32_t k = le32toh(b->first_step); k < next; k++)
			check_step(&w, b, &w.steps[k], block_used);
	}
	assert_int_equal(next, w.nr_steps);
	assert_in_range(threads, 1, DMT_MAX_THREADS);
	for (uint32_t i = 0; i < w.nr_blocks; i++)
		assert_int_equal(block_used[i], le32toh(w.blocks[i].kind) != DMT_BLOCK_THREAD);
	check_barriers(&w);
}

#endif /* TESTS_VALIDATE_H */
