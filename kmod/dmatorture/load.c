// SPDX-License-Identifier: GPL-2.0-only
/*
 * Converts a program from its wire form to native tables. Everything is checked here or in
 * rules.c before anything runs, so that steps need not check indices again.
 */
#include <linux/dma-mapping.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dmt.h"

int dmt_refuse(struct loader *l, u32 offset, const char *fmt, ...)
{
	va_list ap;

	l->reason->offset = offset;
	l->reason->error = -EINVAL;
	va_start(ap, fmt);
	vsnprintf(l->reason->text, sizeof(l->reason->text), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int dmt_no_memory(struct loader *l)
{
	dmt_refuse(l, 0, "no memory");
	l->reason->error = -ENOMEM;
	return -ENOMEM;
}

static bool all_zero(const void *p, size_t len)
{
	return !memchr_inv(p, 0, len);
}

static int check_table(struct loader *l, const struct dmt_table *t, const char *name,
		       u32 known, u32 min, u32 max, u32 total)
{
	u32 at = (const u8 *)t - l->wire;
	u32 off = le32_to_cpu(t->offset), n = le32_to_cpu(t->count);
	u32 size = le32_to_cpu(t->entry_size);

	if (t->reserved)
		return dmt_refuse(l, at, "%s: reserved is not 0", name);
	if (n < min || n > max)
		return dmt_refuse(l, at, "%s: %u entries, want %u..%u", name, n, min, max);
	if (!n)
		return 0;
	if (size < known || size > 4096 || size % 8)
		return dmt_refuse(l, at, "%s: entry size %u, want a multiple of 8 from %u on",
				  name, size, known);
	if (off % 8 || off < sizeof(struct dmt_header) || (u64)off + (u64)n * size > total)
		return dmt_refuse(l, at, "%s: at %u, does not lie in the program's %u bytes",
				  name, off, total);
	return 0;
}

/* Returns entry @i if all bytes behind its known part are zero; else refuses the program. */
static const void *entry(struct loader *l, const struct dmt_table *t, u32 i,
			 size_t known, u32 *at)
{
	u32 size = le32_to_cpu(t->entry_size);

	*at = le32_to_cpu(t->offset) + i * size;
	if (!all_zero(l->wire + *at + known, size - known)) {
		dmt_refuse(l, *at, "bytes of a later version are not 0");
		return NULL;
	}
	return l->wire + *at;
}

/* Do the numbers that say how a channel is found go together? */
static bool is_pick(const struct eng *e)
{
	if (e->pick & DMT_PICK_FREE)
		return !(e->pick & ~DMT_PICK_ALL) && !e->channel;
	return !e->pick && !e->group;
}

static int load_engines(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i, at;

	for (i = 0; i < p->nr_engines; i++) {
		const struct dmt_engine *w = entry(l, t, i, sizeof(*w), &at);
		struct eng *e = &p->engines[i];

		if (!w)
			return -EINVAL;
		if (!all_zero(w->reserved, sizeof(w->reserved)))
			return dmt_refuse(l, at, "engine %u: reserved is not 0", i);
		if (strnlen(w->name, sizeof(w->name)) == sizeof(w->name) ||
		    strnlen(w->device, sizeof(w->device)) == sizeof(w->device))
			return dmt_refuse(l, at, "engine %u: a name has no end", i);
		strscpy(e->name, w->name, sizeof(e->name));
		strscpy(e->device, w->device, sizeof(e->device));
		e->cap = le32_to_cpu(w->cap);
		e->channel = le32_to_cpu(w->channel);
		e->pick = le32_to_cpu(w->pick);
		e->group = le32_to_cpu(w->group);
		if (e->cap >= DMT_CAP__COUNT)
			return dmt_refuse(l, at, "engine %u: capability %u, want 0..%u", i,
					  e->cap, DMT_CAP__COUNT - 1);
		if (!is_pick(e))
			return dmt_refuse(l, at, "engine %u: pick %#x with channel %u and group %u",
					  i, e->pick, e->channel, e->group);
		if (e->pick & DMT_PICK_FREE)
			strscpy(e->want, w->device, sizeof(e->want));
	}
	return 0;
}

/* Can this kind of memory have the buffer's size and offset? */
static bool memory_fits(const struct buf *b, u32 *on_stack)
{
	switch (b->memory) {
	case DMT_MEMORY_PAGES:
		return true;
	case DMT_MEMORY_KMALLOC:
		return !b->offset;
	case DMT_MEMORY_CACHE:
		return !b->offset && b->size <= PAGE_SIZE;
	case DMT_MEMORY_STACK:
		*on_stack += b->size;
		return !b->offset && *on_stack <= DMT_MAX_STACK_BYTES;
	case DMT_MEMORY_RODATA:
		return b->offset + b->size <= PAGE_SIZE && b->fill == DMT_FILL_ZERO;
	case DMT_MEMORY_VMALLOC:
		return b->offset + b->size <= PAGE_SIZE;
	default:
		return false;
	}
}

static int load_buffers(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i, at, on_stack = 0;
	u64 sum = 0;

	for (i = 0; i < p->nr_buffers; i++) {
		const struct dmt_buffer *w = entry(l, t, i, sizeof(*w), &at);
		struct buf *b = &p->buffers[i];

		if (!w)
			return -EINVAL;
		b->size = le32_to_cpu(w->size);
		b->offset = le32_to_cpu(w->offset);
		b->fill = le32_to_cpu(w->fill);
		b->value = le32_to_cpu(w->value);
		b->memory = le32_to_cpu(w->memory);
		if (!all_zero(w->reserved, sizeof(w->reserved)))
			return dmt_refuse(l, at, "buffer %u: reserved is not 0", i);
		if (b->offset >= 4096 || !b->size || b->size > DMT_MAX_BUFFER_SIZE - b->offset)
			return dmt_refuse(l, at, "buffer %u: %u bytes at offset %u, want 1..%u at 0..4095",
					  i, b->size, b->offset, DMT_MAX_BUFFER_SIZE);
		if (b->fill >= DMT_FILL__COUNT)
			return dmt_refuse(l, at, "buffer %u: fill %u, want 0..%u", i, b->fill,
					  DMT_FILL__COUNT - 1);
		if (!memory_fits(b, &on_stack))
			return dmt_refuse(l, at, "buffer %u: %u bytes at %u do not go with memory %u",
					  i, b->size, b->offset, b->memory);
		p->has_stack |= b->memory == DMT_MEMORY_STACK;
		sum += PAGE_ALIGN(b->size + b->offset);
		if (sum > DMT_MAX_BUFFER_BYTES)
			return dmt_refuse(l, at, "buffer %u: all together more than %u bytes", i,
					  DMT_MAX_BUFFER_BYTES);
	}
	return 0;
}

static int load_operands(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i, at;

	for (i = 0; i < p->nr_operands; i++) {
		const struct dmt_operand *w = entry(l, t, i, sizeof(*w), &at);
		struct operand *o = &p->operands[i];

		if (!w)
			return -EINVAL;
		o->on = le32_to_cpu(w->on);
		o->obj = le32_to_cpu(w->obj);
		o->entry = le32_to_cpu(w->entry);
		o->off = le32_to_cpu(w->off);
		o->len = le32_to_cpu(w->len);
		if (w->reserved)
			return dmt_refuse(l, at, "operand %u: reserved is not 0", i);
		if (o->on >= DMT_ON__COUNT)
			return dmt_refuse(l, at, "operand %u: on %u, want buffer 0 or map 1", i, o->on);
		if (o->obj >= (o->on == DMT_ON_BUFFER ? p->nr_buffers : p->nr_maps))
			return dmt_refuse(l, at, "operand %u: no such object %u", i, o->obj);
		if (o->on == DMT_ON_MAP)
			continue;	/* its range is checked when the maps are known */
		if (o->entry || !o->len || o->off >= p->buffers[o->obj].size ||
		    o->len > p->buffers[o->obj].size - o->off)
			return dmt_refuse(l, at, "operand %u: %u+%u is not in the buffer's %u bytes",
					  i, o->off, o->len, p->buffers[o->obj].size);
	}
	return 0;
}

static unsigned long native_attrs(u32 attrs)
{
	return (attrs & DMT_ATTR_SKIP_CPU_SYNC ? DMA_ATTR_SKIP_CPU_SYNC : 0) |
	       (attrs & DMT_ATTR_WEAK_ORDERING ? DMA_ATTR_WEAK_ORDERING : 0) |
	       (attrs & DMT_ATTR_NO_WARN ? DMA_ATTR_NO_WARN : 0);
}

/* A map with list_of must have the same operands as the map that owns the list. */
static int check_lists(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i;

	for (i = 0; i < p->nr_maps; i++) {
		const struct map *m = &p->maps[i], *list;

		if (!m->list_of)
			continue;
		list = &p->maps[m->list_of - 1];
		if (list->kind != DMT_MAP_SG || list->list_of || list->first != m->first ||
		    list->nr != m->nr)
			return dmt_refuse(l, le32_to_cpu(t->offset) + i * le32_to_cpu(t->entry_size),
					  "map %u: map %u has no such list of its own", i,
					  m->list_of - 1);
	}
	return 0;
}

static int load_maps(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i, k, at;
	u64 own = 0;

	for (i = 0; i < p->nr_maps; i++) {
		const struct dmt_map *w = entry(l, t, i, sizeof(*w), &at);
		struct map *m = &p->maps[i];
		u32 engine, min, max;

		if (!w)
			return -EINVAL;
		engine = le32_to_cpu(w->engine);
		m->kind = le32_to_cpu(w->kind);
		m->dir = le32_to_cpu(w->dir);
		m->attrs = le32_to_cpu(w->attrs);
		m->first = le32_to_cpu(w->first_operand);
		m->nr = le32_to_cpu(w->nr_operands);
		m->size = le32_to_cpu(w->size);
		m->list_of = le32_to_cpu(w->list_of);
		m->dma_attrs = native_attrs(m->attrs);
		m->addr = DMA_MAPPING_ERROR;
		if (engine >= p->nr_engines)
			return dmt_refuse(l, at, "map %u: no engine %u", i, engine);
		m->e = &p->engines[engine];
		if (m->kind >= DMT_MAP__COUNT || m->dir >= DMT_DIR__COUNT ||
		    m->attrs & ~DMT_ATTR_ALL)
			return dmt_refuse(l, at, "map %u: kind %u, direction %u or attributes 0x%x unknown",
					  i, m->kind, m->dir, m->attrs);
		if (dmt_owns_memory(m->kind) ? !m->size || m->size > DMT_MAX_BUFFER_SIZE : m->size)
			return dmt_refuse(l, at, "map %u: size %u of kind %u, want 1..%u for memory of its own, else 0",
					  i, m->size, m->kind, DMT_MAX_BUFFER_SIZE);
		own += PAGE_ALIGN(m->size);
		if (own > DMT_MAX_BUFFER_BYTES)
			return dmt_refuse(l, at, "map %u: memory of their own: all together more than %u bytes",
					  i, DMT_MAX_BUFFER_BYTES);
		min = !dmt_owns_memory(m->kind);
		max = m->kind == DMT_MAP_SG ? DMT_MAX_SG : min;
		if (m->nr < min || m->nr > max || m->first > p->nr_operands ||
		    m->nr > p->nr_operands - m->first)
			return dmt_refuse(l, at, "map %u: operands %u+%u, want %u..%u of the table's %u",
					  i, m->first, m->nr, min, max, p->nr_operands);
		if (m->list_of && (m->kind != DMT_MAP_SG || m->list_of > p->nr_maps))
			return dmt_refuse(l, at, "map %u: no list of map %u", i, m->list_of - 1);
		for (k = 0; k < m->nr; k++)
			if (p->operands[m->first + k].on != DMT_ON_BUFFER)
				return dmt_refuse(l, at, "map %u: operand %u is no buffer", i,
						  m->first + k);
	}
	return check_lists(l, p, t);
}

/* Checks the operands on maps, now that the maps are known. */
static int check_map_operands(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i;

	for (i = 0; i < p->nr_operands; i++) {
		const struct operand *o = &p->operands[i];
		u32 at = le32_to_cpu(t->offset) + i * le32_to_cpu(t->entry_size), len;
		const struct map *m;

		if (o->on != DMT_ON_MAP)
			continue;
		m = &p->maps[o->obj];
		if (m->kind == DMT_MAP_SG && o->entry == DMT_NONE) {
			if (o->off || o->len != 1)
				return dmt_refuse(l, at, "operand %u: a whole list has offset 0, length 1",
						  i);
			continue;
		}
		if (o->entry >= max(m->nr, 1U))
			return dmt_refuse(l, at, "operand %u: entry %u of %u", i, o->entry, m->nr);
		len = dmt_map_len(p, m, o->entry);
		if (!o->len || o->off >= len || o->len > len - o->off)
			return dmt_refuse(l, at, "operand %u: %u+%u is not in the map's %u bytes",
					  i, o->off, o->len, len);
	}
	return 0;
}

static int load_txs(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i, at;

	for (i = 0; i < p->nr_txs; i++) {
		const struct dmt_tx *w = entry(l, t, i, sizeof(*w), &at);
		struct tx *tx = &p->txs[i];
		u32 engine;

		if (!w)
			return -EINVAL;
		engine = le32_to_cpu(w->engine);
		tx->op = le32_to_cpu(w->op);
		tx->flags = le32_to_cpu(w->flags);
		tx->dst = le32_to_cpu(w->dst);
		tx->first_src = le32_to_cpu(w->first_src);
		tx->nr_src = le32_to_cpu(w->nr_src);
		tx->len = le32_to_cpu(w->len);
		tx->depend = le32_to_cpu(w->depend);
		tx->callback = le32_to_cpu(w->callback);
		tx->p = p;
		spin_lock_init(&tx->lock);
		init_waitqueue_head(&tx->wq);
		if (!all_zero(w->reserved, sizeof(w->reserved)))
			return dmt_refuse(l, at, "tx %u: reserved is not 0", i);
		if (engine >= p->nr_engines)
			return dmt_refuse(l, at, "tx %u: no engine %u", i, engine);
		tx->e = &p->engines[engine];
		if (tx->op >= DMT_OP__COUNT || tx->flags & ~DMT_TX_ALL)
			return dmt_refuse(l, at, "tx %u: operation %u or flags 0x%x unknown", i,
					  tx->op, tx->flags);
		if (tx->e->cap != (tx->op == DMT_OP_XOR ? DMT_CAP_XOR : DMT_CAP_MEMCPY))
			return dmt_refuse(l, at, "tx %u: its engine has not that capability", i);
		if (tx->dst >= p->nr_operands || !tx->nr_src ||
		    tx->nr_src > (tx->op == DMT_OP_MEMCPY ? 1 : DMT_MAX_SOURCES) ||
		    tx->first_src >= p->nr_operands || tx->nr_src > p->nr_operands - tx->first_src)
			return dmt_refuse(l, at, "tx %u: operands beyond the table or too many", i);
		if (tx->depend != DMT_NONE && (tx->depend >= p->nr_txs || tx->depend == i))
			return dmt_refuse(l, at, "tx %u: cannot depend on %u", i, tx->depend);
		if (tx->callback != DMT_NONE && tx->callback >= p->nr_blocks)
			return dmt_refuse(l, at, "tx %u: no block %u", i, tx->callback);
	}
	return 0;
}

static int load_blocks(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i, at;

	for (i = 0; i < p->nr_blocks; i++) {
		const struct dmt_block *w = entry(l, t, i, sizeof(*w), &at);
		struct block *b = &p->blocks[i];

		if (!w)
			return -EINVAL;
		b->kind = le32_to_cpu(w->kind);
		b->first = le32_to_cpu(w->first_step);
		b->nr = le32_to_cpu(w->nr_steps);
		b->ctx = le32_to_cpu(w->ctx);
		if (!all_zero(w->reserved, sizeof(w->reserved)))
			return dmt_refuse(l, at, "block %u: reserved is not 0", i);
		if (b->kind >= DMT_BLOCK__COUNT || b->ctx >= DMT_CTX__COUNT ||
		    (b->kind != DMT_BLOCK_CONTEXT && b->ctx))
			return dmt_refuse(l, at, "block %u: kind %u or context %u unknown", i,
					  b->kind, b->ctx);
		if (b->first > p->nr_steps || b->nr > p->nr_steps - b->first)
			return dmt_refuse(l, at, "block %u: steps %u+%u of %u", i, b->first, b->nr,
					  p->nr_steps);
		if (b->kind == DMT_BLOCK_THREAD)
			b->thread = p->nr_threads++;
		if (p->nr_threads > DMT_MAX_THREADS)
			return dmt_refuse(l, at, "block %u: more than %u threads", i, DMT_MAX_THREADS);
	}
	return 0;
}

static int load_steps(struct loader *l, struct prog *p, const struct dmt_table *t)
{
	u32 i, at;

	for (i = 0; i < p->nr_steps; i++) {
		const struct dmt_step *w = entry(l, t, i, sizeof(*w), &at);
		struct step *s = &p->steps[i];

		if (!w)
			return -EINVAL;
		s->op = le16_to_cpu(w->op);
		s->flags = le16_to_cpu(w->flags);
		s->obj = le32_to_cpu(w->obj);
		s->arg0 = le32_to_cpu(w->arg0);
		s->arg1 = le32_to_cpu(w->arg1);
		if (s->flags & ~DMT_STEP_F_ALL || !all_zero(w->reserved, sizeof(w->reserved)))
			return dmt_refuse(l, at, "step %u: flags or reserved are not 0", i);
	}
	return 0;
}

static int load_header(struct loader *l, struct prog *p, const struct dmt_header *h, size_t len)
{
	u32 total = le32_to_cpu(h->total_size), hsize = le16_to_cpu(h->header_size);

	if (le32_to_cpu(h->magic) != DMT_MAGIC)
		return dmt_refuse(l, 0, "no program: magic 0x%08x, want 0x%08x",
				  le32_to_cpu(h->magic), DMT_MAGIC);
	if (le16_to_cpu(h->version) != DMT_VERSION)
		return dmt_refuse(l, 4, "version %u, this executor runs %u",
				  le16_to_cpu(h->version), DMT_VERSION);
	if (hsize < sizeof(*h) || hsize > len ||
	    !all_zero(l->wire + sizeof(*h), hsize - sizeof(*h)))
		return dmt_refuse(l, 6, "header of %u bytes, want %zu", hsize, sizeof(*h));
	if (total != len)
		return dmt_refuse(l, 8, "total size %u, but %zu bytes were written", total, len);
	p->flags = le32_to_cpu(h->flags);
	p->seed = le64_to_cpu(h->seed);
	p->repeat = le32_to_cpu(h->repeat);
	p->timeout_ms = le32_to_cpu(h->timeout_ms);
	p->wait_ms = le32_to_cpu(h->wait_ms);
	p->keep_first = le32_to_cpu(h->keep_first);
	p->keep_bad = le32_to_cpu(h->keep_bad);
	p->nr_barriers = le32_to_cpu(h->nr_barriers);
	if (p->flags & ~DMT_F_ALL || !all_zero(h->reserved, sizeof(h->reserved)))
		return dmt_refuse(l, 12, "flags 0x%x or reserved words are not 0", p->flags);
	if (!p->repeat || p->repeat > DMT_MAX_REPEAT)
		return dmt_refuse(l, 24, "repeat %u, want 1..%u", p->repeat, DMT_MAX_REPEAT);
	if (!p->timeout_ms || p->timeout_ms > DMT_MAX_TIMEOUT_MS ||
	    !p->wait_ms || p->wait_ms > DMT_MAX_TIMEOUT_MS)
		return dmt_refuse(l, 28, "timeout %u or wait %u ms, want 1..%u", p->timeout_ms,
				  p->wait_ms, DMT_MAX_TIMEOUT_MS);
	if (p->nr_barriers > DMT_MAX_BARRIERS)
		return dmt_refuse(l, 44, "%u barriers, want 0..%u", p->nr_barriers,
				  DMT_MAX_BARRIERS);
	return 0;
}

static int load_tables(struct loader *l, struct prog *p, const struct dmt_header *h, size_t len)
{
	struct {
		const struct dmt_table *t;
		const char *name;
		u32 known, min, max, size;
		u32 *nr;
		void **to;
	} tables[] = {
#define TABLE(what, wire, max, min) { &h->what, #what, sizeof(struct wire), min, max, \
		sizeof(*p->what), &p->nr_##what, (void **)&p->what }
		TABLE(engines, dmt_engine, DMT_MAX_ENGINES, 1),
		TABLE(buffers, dmt_buffer, DMT_MAX_BUFFERS, 0),
		TABLE(maps, dmt_map, DMT_MAX_MAPS, 0),
		TABLE(txs, dmt_tx, DMT_MAX_TXS, 0),
		TABLE(operands, dmt_operand, DMT_MAX_OPERANDS, 0),
		TABLE(blocks, dmt_block, DMT_MAX_BLOCKS, 1),
		TABLE(steps, dmt_step, DMT_MAX_STEPS, 0),
#undef TABLE
	};
	int i, err;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		err = check_table(l, tables[i].t, tables[i].name, tables[i].known,
				  tables[i].min, tables[i].max, len);
		if (err)
			return err;
		*tables[i].nr = le32_to_cpu(tables[i].t->count);
		*tables[i].to = kvcalloc(max(*tables[i].nr, 1U), tables[i].size, GFP_KERNEL);
		if (!*tables[i].to)
			return dmt_no_memory(l);
	}
	return 0;
}

static int alloc_memory(struct loader *l, struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_buffers; i++)
		if (dmt_buf_alloc(&p->buffers[i]))
			return dmt_no_memory(l);
	for (i = 0; i < p->nr_maps; i++)
		if (p->maps[i].kind == DMT_MAP_SG && dmt_list_alloc(p, &p->maps[i]))
			return dmt_no_memory(l);
	dmt_lists_fill(p);
	return 0;
}

struct prog *dmt_load(const void *wire, size_t len, struct dmt_reason *reason)
{
	const struct dmt_header *h = wire;
	struct loader l = { .wire = wire, .reason = reason };
	struct prog *p;

	memset(reason, 0, sizeof(*reason));
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p) {
		dmt_no_memory(&l);
		return NULL;
	}
	spin_lock_init(&p->depend_lock);
	if (len < sizeof(*h)) {
		dmt_refuse(&l, 0, "%zu bytes, a header alone has %zu", len, sizeof(*h));
		goto refused;
	}
	l.steps_at = le32_to_cpu(h->steps.offset);
	l.step_size = le32_to_cpu(h->steps.entry_size);
	l.maps_at = le32_to_cpu(h->maps.offset);
	l.map_size = le32_to_cpu(h->maps.entry_size);
	l.txs_at = le32_to_cpu(h->txs.offset);
	l.tx_size = le32_to_cpu(h->txs.entry_size);
	l.blocks_at = le32_to_cpu(h->blocks.offset);
	l.block_size = le32_to_cpu(h->blocks.entry_size);
	if (load_header(&l, p, h, len) || load_tables(&l, p, h, len) ||
	    load_engines(&l, p, &h->engines) || load_buffers(&l, p, &h->buffers) ||
	    load_operands(&l, p, &h->operands) || load_maps(&l, p, &h->maps) ||
	    check_map_operands(&l, p, &h->operands) || load_txs(&l, p, &h->txs) ||
	    load_blocks(&l, p, &h->blocks) || load_steps(&l, p, &h->steps) ||
	    dmt_check_rules(&l, p) || alloc_memory(&l, p))
		goto refused;
	return p;
refused:
	dmt_unload(p);
	return NULL;
}

void dmt_unload(struct prog *p)
{
	u32 i;

	if (!p)
		return;
	for (i = 0; p->buffers && i < p->nr_buffers; i++)
		dmt_buf_drop(&p->buffers[i]);
	for (i = 0; p->maps && i < p->nr_maps; i++)
		dmt_list_free(&p->maps[i]);
	dmt_cpu_put(p);
	kvfree(p->engines);
	kvfree(p->buffers);
	kvfree(p->maps);
	kvfree(p->txs);
	kvfree(p->operands);
	kvfree(p->blocks);
	kvfree(p->steps);
	kfree(p);
}
