// SPDX-License-Identifier: GPL-2.0-only
/* Reads a cell's program (kmod/uapi/dmatorture.h) into what the model works on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lib/base/le.h"
#include "lib/program/steps.h"

/* ---- the wire form ---- */

struct wire {
	const uint8_t *base;
	size_t len;
	struct dmt_header h;
	bool bad;
};

/* Copies entry @i of a table; of more than @size bytes the rest is left out. */
static void entry(struct wire *w, const struct dmt_table *t, uint32_t i, void *out, size_t size)
{
	uint64_t each = le32toh(t->entry_size), at = le32toh(t->offset) + i * each;

	memset(out, 0, size);
	if (i >= le32toh(t->count) || each < size || at + each > w->len)
		w->bad = true;
	else
		memcpy(out, w->base + at, size);
}

static bool open_wire(struct wire *w, const struct cell *cell)
{
	memset(w, 0, sizeof(*w));
	w->base = (const uint8_t *)strbuf_str(&cell->program);
	w->len = cell->program.len;
	if (w->len < sizeof(w->h))
		return false;
	memcpy(&w->h, w->base, sizeof(w->h));
	return le32toh(w->h.magic) == DMT_MAGIC && le32toh(w->h.engines.count) <= DMT_MAX_ENGINES &&
	       le32toh(w->h.buffers.count) <= DMT_MAX_BUFFERS &&
	       le32toh(w->h.maps.count) <= DMT_MAX_MAPS && le32toh(w->h.txs.count) <= DMT_MAX_TXS &&
	       le32toh(w->h.operands.count) <= DMT_MAX_OPERANDS &&
	       le32toh(w->h.blocks.count) <= DMT_MAX_BLOCKS &&
	       le32toh(w->h.steps.count) <= DMT_MAX_STEPS;
}

/* ---- objects ---- */

static void read_engines(struct mprog *p, struct wire *w)
{
	p->nr_engines = le32toh(w->h.engines.count);
	for (uint32_t i = 0; i < p->nr_engines; i++) {
		struct dmt_engine e;

		entry(w, &w->h.engines, i, &e, sizeof(e));
		e.name[sizeof(e.name) - 1] = 0;
		memcpy(p->engines[i].name, e.name, sizeof(e.name));
	}
}

static void read_areas(struct mprog *p, struct wire *w)
{
	p->nr_buffers = le32toh(w->h.buffers.count);
	p->nr_areas = p->nr_buffers;
	p->areas = xcalloc(p->nr_buffers + le32toh(w->h.maps.count) + 1, sizeof(*p->areas));
	for (uint32_t i = 0; i < p->nr_buffers; i++) {
		struct dmt_buffer b;

		entry(w, &w->h.buffers, i, &b, sizeof(b));
		p->areas[i] = (struct area) {
			.size = le32toh(b.size), .fill = le32toh(b.fill),
			.value = le32toh(b.value), .memory = le32toh(b.memory),
		};
	}
}

static struct dmt_operand operand(struct wire *w, uint32_t i)
{
	struct dmt_operand o;

	entry(w, &w->h.operands, i, &o, sizeof(o));
	o.on = le32toh(o.on);
	o.obj = le32toh(o.obj);
	o.entry = le32toh(o.entry);
	o.off = le32toh(o.off);
	o.len = le32toh(o.len);
	return o;
}

static uint32_t add_span(struct mprog *p, uint32_t area, uint32_t off, uint32_t len)
{
	if (!(p->nr_spans & (p->nr_spans - 1)))
		p->spans = xrealloc(p->spans, (p->nr_spans ? 2 * (size_t)p->nr_spans : 1) *
						      sizeof(*p->spans));
	p->spans[p->nr_spans] = (struct span) { .area = area, .off = off, .len = len };
	return p->nr_spans++;
}

static bool inside(const struct mprog *p, uint32_t area, uint64_t off, uint64_t len)
{
	return area < p->nr_areas && len && off + len <= p->areas[area].size;
}

static void read_list(struct mprog *p, struct wire *w, struct mmap *m, uint32_t first)
{
	for (uint32_t k = 0; k < m->nr_spans; k++) {
		struct dmt_operand o = operand(w, first + k);
		uint32_t memory;

		if (o.on != DMT_ON_BUFFER || !inside(p, o.obj, o.off, o.len)) {
			w->bad = true;
			return;
		}
		memory = p->areas[o.obj].memory;
		m->stack |= memory == DMT_MEMORY_STACK;
		m->unusual |= memory != DMT_MEMORY_PAGES;
		m->len += o.len;
		add_span(p, o.obj, o.off, o.len);
	}
}

static void read_maps(struct mprog *p, struct wire *w)
{
	p->nr_maps = le32toh(w->h.maps.count);
	p->maps = xcalloc(p->nr_maps + 1, sizeof(*p->maps));
	for (uint32_t i = 0; i < p->nr_maps && !w->bad; i++) {
		struct mmap *m = &p->maps[i];
		struct dmt_map d;

		entry(w, &w->h.maps, i, &d, sizeof(d));
		m->engine = le32toh(d.engine);
		m->kind = le32toh(d.kind);
		m->dir = le32toh(d.dir);
		m->attrs = le32toh(d.attrs);
		m->list = le32toh(d.list_of) ? le32toh(d.list_of) - 1 : i;
		m->own = m->kind >= DMT_MAP_COHERENT;
		m->span = p->nr_spans;
		m->nr_spans = m->own ? 1 : le32toh(d.nr_operands);
		if (m->engine >= p->nr_engines || m->nr_spans > DMT_MAX_SG ||
		    m->kind >= DMT_MAP__COUNT || m->list >= p->nr_maps) {
			w->bad = true;
			return;
		}
		if (m->own) {
			p->areas[p->nr_areas].size = le32toh(d.size);
			m->len = le32toh(d.size);
			add_span(p, p->nr_areas++, 0, m->len);
		} else {
			read_list(p, w, m, le32toh(d.first_operand));
		}
	}
}

/* A part of a map: @len bytes, which may be more than it has (BEYOND). */
static void read_use(struct mprog *p, struct wire *w, uint32_t i, uint32_t len, struct use *u)
{
	struct dmt_operand o = operand(w, i);
	const struct span *s;

	if (o.on == DMT_ON_BUFFER) {
		u->map = NONE;
		u->span = (struct span) { .area = o.obj, .off = o.off, .len = len ? len : o.len };
		w->bad |= !inside(p, o.obj, o.off, u->span.len);
		return;
	}
	if (o.on != DMT_ON_MAP || o.obj >= p->nr_maps ||
	    (o.entry != NONE && o.entry >= p->maps[o.obj].nr_spans)) {
		w->bad = true;
		return;
	}
	u->map = o.obj;
	u->entry = o.entry;
	if (o.entry == NONE)	/* all of a list; its span is not used */
		return;
	s = &p->spans[p->maps[o.obj].span + o.entry];
	u->span = (struct span) {
		.area = s->area, .off = s->off + o.off, .len = len ? len : o.len
	};
	w->bad |= !inside(p, s->area, u->span.off, u->span.len);
}

static void read_txs(struct mprog *p, struct wire *w)
{
	p->nr_txs = le32toh(w->h.txs.count);
	p->txs = xcalloc(p->nr_txs + 1, sizeof(*p->txs));
	for (uint32_t i = 0; i < p->nr_txs && !w->bad; i++) {
		struct mtx *tx = &p->txs[i];
		uint32_t len, first;
		struct dmt_tx d;

		entry(w, &w->h.txs, i, &d, sizeof(d));
		tx->engine = le32toh(d.engine);
		tx->op = le32toh(d.op);
		tx->flags = le32toh(d.flags);
		tx->depend = le32toh(d.depend);
		tx->strand = NONE;
		tx->nr_src = le32toh(d.nr_src);
		len = le32toh(d.len);
		first = le32toh(d.first_src);
		if (tx->engine >= p->nr_engines || tx->nr_src > DMT_MAX_SOURCES ||
		    (tx->depend != NONE && tx->depend >= p->nr_txs) || !len) {
			w->bad = true;
			return;
		}
		tx->src = xcalloc(tx->nr_src + 1, sizeof(*tx->src));
		read_use(p, w, le32toh(d.dst), len, &tx->dst);
		for (uint32_t k = 0; k < tx->nr_src; k++)
			read_use(p, w, first + k, len, &tx->src[k]);
		for (uint32_t k = 0; k < tx->nr_src; k++)
			w->bad |= tx->src[k].map == NONE;
		w->bad |= tx->dst.map == NONE;
	}
}

static void read_operands(struct mprog *p, struct wire *w)
{
	p->nr_operands = le32toh(w->h.operands.count);
	p->operands = xcalloc(p->nr_operands + 1, sizeof(*p->operands));
	for (uint32_t i = 0; i < p->nr_operands; i++)
		read_use(p, w, i, 0, &p->operands[i]);
}

/* ---- steps ---- */

static bool index_fits(const struct mprog *p, const struct wire *w, uint16_t op,
		       const struct dmt_step *s)
{
	const struct step_type *t = step_type(op);
	uint32_t obj = le32toh(s->obj), first = le32toh(s->arg0), nr = le32toh(s->arg1);

	if (first > t->max0 || nr > t->max1)
		return false;
	if (t->flags & DMT_SOURCES && op != DMT_STEP_CPU_COPY &&
	    (first >= p->nr_operands || nr > p->nr_operands - first))
		return false;
	if (op == DMT_STEP_CPU_COPY && first >= p->nr_operands)
		return false;
	if ((op == DMT_STEP_UNMAP || op == DMT_STEP_SYNC_CPU || op == DMT_STEP_SYNC_DEVICE) &&
	    first == DMT_WRONG_ENGINE && nr >= p->nr_engines)
		return false;
	switch (t->object) {
	case DMT_A_BUFFER:
		return obj < p->nr_buffers;
	case DMT_A_MAP:
		return obj < p->nr_maps;
	case DMT_A_TX:
		return obj < p->nr_txs;
	case DMT_AN_ENGINE:
		return obj < p->nr_engines;
	case DMT_OF_A_MAP:
	case DMT_OF_A_BUFFER:
		return obj < p->nr_operands &&
		       (p->operands[obj].map == NONE) == (t->object == DMT_OF_A_BUFFER);
	case DMT_A_BLOCK:
		return obj < le32toh(w->h.blocks.count);
	default:
		return true;
	}
}

static void read_block(struct mprog *p, struct wire *w, uint32_t block, uint32_t ctx,
		       struct strand *to, int depth)
{
	struct dmt_block b;

	entry(w, &w->h.blocks, block, &b, sizeof(b));
	if (depth > 1)
		w->bad = true;
	for (uint32_t i = 0; i < le32toh(b.nr_steps) && !w->bad; i++) {
		uint32_t step = le32toh(b.first_step) + i;
		struct dmt_step s;
		uint16_t op;

		entry(w, &w->h.steps, step, &s, sizeof(s));
		op = le16toh(s.op);
		if (w->bad || op >= DMT_STEP__COUNT || !index_fits(p, w, op, &s)) {
			w->bad = true;
			return;
		}
		if (op == DMT_STEP_CRASH)
			p->undecided = "a crash step may end the guest";
		if (op == DMT_STEP_IN) {
			struct dmt_block in;

			entry(w, &w->h.blocks, le32toh(s.obj), &in, sizeof(in));
			read_block(p, w, le32toh(s.obj), le32toh(in.ctx), to, depth + 1);
			continue;
		}
		if (!(to->nr & (to->nr - 1)))
			to->code = xrealloc(to->code, (to->nr ? 2 * (size_t)to->nr : 1) *
							      sizeof(*to->code));
		to->code[to->nr++] = (struct instr) {
			.op = op, .ctx = ctx, .obj = le32toh(s.obj),
			.arg0 = le32toh(s.arg0), .arg1 = le32toh(s.arg1), .step = step,
		};
	}
}

static void read_strands(struct mprog *p, struct wire *w)
{
	uint32_t nr = le32toh(w->h.blocks.count), steps = 0;

	p->strands = xcalloc(nr + 1, sizeof(*p->strands));
	for (uint32_t i = 0; i < nr && !w->bad; i++) {
		struct strand *to = &p->strands[p->nr_strands];
		struct dmt_block b;

		entry(w, &w->h.blocks, i, &b, sizeof(b));
		if (le32toh(b.kind) == DMT_BLOCK_CONTEXT)
			continue;
		to->tx = NONE;
		to->block = i;
		read_block(p, w, i, DMT_CTX_TASK, to, 0);
		steps += to->nr;
		p->nr_strands++;
	}
	if (steps > MAX_STRAND)
		p->undecided = "too many steps";
	for (uint32_t i = 0; i < p->nr_txs && !w->bad; i++) {
		struct dmt_tx d;

		entry(w, &w->h.txs, i, &d, sizeof(d));
		for (uint32_t k = 0; k < p->nr_strands; k++)
			if (p->strands[k].block == le32toh(d.callback)) {
				p->strands[k].tx = i;
				p->txs[i].strand = k;
			}
	}
}

static void find_costs(struct mprog *p)
{
	for (uint32_t i = 0; i < p->nr_txs; i++) {
		struct mtx *tx = &p->txs[i];
		const struct mengine *e = &p->engines[tx->engine];
		uint64_t ns = e->setup_ns;

		if (e->rate)
			ns += (uint64_t)tx->dst.span.len * tx->nr_src * 1000000000ull / e->rate;
		tx->cost_us = ns / 1000 < TIME_CAP ? ns / 1000 : TIME_CAP;
	}
}

static void set_world(struct mprog *p, const struct cell *cell)
{
	p->world = cell->world;
	p->strict = cell->world == WORLD_STRICT;
	p->copies = cell->world != WORLD_COHERENT;
	p->copies_unusual = p->copies;
	/* bounce maps a resource before 6.18 */
	for (uint32_t i = 0; i < p->nr_maps; i++)
		p->maps[i].unsettled =
			p->maps[i].kind == DMT_MAP_RESOURCE && cell->world == WORLD_BOUNCE;
	/* An engine that does not reach all memory: the kernel may bounce even so. */
	for (uint32_t i = 0; i < p->nr_maps; i++)
		if (cell->world == WORLD_COHERENT)
			p->maps[i].unusual = p->engines[p->maps[i].engine].mask < 32;
		else if (cell->world != WORLD_BOUNCE32)
			p->maps[i].unusual = false;
}

int program_read(struct mprog *p, const struct cell *cell)
{
	struct wire w;

	memset(p, 0, sizeof(*p));
	p->cell = cell;
	if (cell->workload || cell->drivers || cell->sweep || world_has_masters(cell->world)) {
		p->undecided = cell->workload ? "a workload is the kernel's own code, no program" :
			       cell->drivers ? "real drivers do what their code does" :
			       cell->sweep ? "a sweep makes calls fail" :
					     "there is no model of a bus master";
		return 0;
	}
	if (!open_wire(&w, cell))
		return -EINVAL;
	p->foreign_ok = le32toh(w.h.flags) & DMT_F_FOREIGN_MAP;
	p->repeat = le32toh(w.h.repeat);
	p->wait_ms = le32toh(w.h.wait_ms);
	read_engines(p, &w);
	engines_read(p, strbuf_str(&cell->setup));
	read_areas(p, &w);
	read_maps(p, &w);
	if (!w.bad)
		read_txs(p, &w);
	if (!w.bad)
		read_operands(p, &w);
	if (!w.bad)
		read_strands(p, &w);
	if (w.bad)
		return -EINVAL;
	find_costs(p);
	set_world(p, cell);
	if (!program_cut(p))
		p->undecided = "its memory falls into too many pieces";
	program_split(p);
	return 0;
}

void program_free(struct mprog *p)
{
	for (uint32_t i = 0; i < p->nr_txs; i++)
		free(p->txs[i].src);
	for (uint32_t i = 0; p->strands && i < p->nr_strands; i++)
		free(p->strands[i].code);
	free(p->areas);
	free(p->maps);
	free(p->txs);
	free(p->spans);
	free(p->operands);
	free(p->strands);
	free(p->pieces);
	free(p->cells);
	memset(p, 0, sizeof(*p));
}
