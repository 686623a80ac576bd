// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which threads share anything. Threads with memory, mappings and descriptors of their own do not
 * change what the others come to, so they are tried apart: n times few orders, not few to the n.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lib/base/strbuf.h"

struct splitter {
	struct mprog *p;
	uint32_t *root;		/* of each strand: another of its component, or itself */
	uint32_t *area, *map, *tx;	/* the first strand that uses each */
	uint32_t barrier[DMT_MAX_BARRIERS], engine[DMT_MAX_ENGINES];
};

static uint32_t root_of(struct splitter *s, uint32_t strand)
{
	while (s->root[strand] != strand)
		strand = s->root[strand];
	return strand;
}

static void join(struct splitter *s, uint32_t *first, uint32_t strand)
{
	if (*first == NONE)
		*first = strand;
	else
		s->root[root_of(s, strand)] = root_of(s, *first);
}

static void uses_map(struct splitter *s, uint32_t map, uint32_t strand)
{
	const struct mmap *m = &s->p->maps[map];

	join(s, &s->map[map], strand);
	join(s, &s->map[m->list], strand);
	for (uint32_t k = 0; k < m->nr_spans; k++)
		join(s, &s->area[s->p->spans[m->span + k].area], strand);
}

static void uses_tx(struct splitter *s, uint32_t tx, uint32_t strand)
{
	const struct mtx *d = &s->p->txs[tx];

	join(s, &s->tx[tx], strand);
	if (d->depend != NONE)
		join(s, &s->tx[d->depend], strand);
	if (d->strand != NONE)
		join(s, &s->root[d->strand], strand);
	for (uint32_t k = 0; k <= d->nr_src; k++)
		uses_map(s, (k ? &d->src[k - 1] : &d->dst)->map, strand);
}

/* Terminate and release reach what others have on the channel; a fault may hit theirs. */
static void uses_channel(struct splitter *s, uint32_t engine, uint32_t strand)
{
	join(s, &s->engine[engine], strand);
}

static void uses(struct splitter *s, const struct instr *at, uint32_t strand)
{
	const struct mprog *p = s->p;

	switch (at->op) {
	case DMT_STEP_MAP:
	case DMT_STEP_UNMAP:
	case DMT_STEP_MAPPING_ERROR:
	case DMT_STEP_FORGET_MAP:
		uses_map(s, at->obj, strand);
		break;
	case DMT_STEP_SYNC_CPU:
	case DMT_STEP_SYNC_DEVICE:
		uses_map(s, p->operands[at->obj].map, strand);
		break;
	case DMT_STEP_PREP:
	case DMT_STEP_SUBMIT:
	case DMT_STEP_WAIT:
	case DMT_STEP_STATUS:
	case DMT_STEP_ACK:
	case DMT_STEP_FORGET_TX:
		uses_tx(s, at->obj, strand);
		break;
	case DMT_STEP_CHECK:
	case DMT_STEP_CPU_XOR:
		for (uint32_t k = 0; k < at->arg1; k++)
			join(s, &s->area[p->operands[at->arg0 + k].span.area], strand);
		join(s, &s->area[p->operands[at->obj].span.area], strand);
		break;
	case DMT_STEP_CPU_COPY:
		join(s, &s->area[p->operands[at->arg0].span.area], strand);
		/* fall through */
	case DMT_STEP_CPU_READ:
	case DMT_STEP_CPU_WRITE:
		join(s, &s->area[p->operands[at->obj].span.area], strand);
		break;
	case DMT_STEP_FREE:
		join(s, &s->area[at->obj], strand);
		break;
	case DMT_STEP_BARRIER:
		join(s, &s->barrier[at->arg0 % DMT_MAX_BARRIERS], strand);
		break;
	}
}

/* Does any step reach all of a channel? */
static bool is_reached(const struct mprog *p, uint32_t engine)
{
	for (uint32_t i = 0; i < p->nr_strands; i++)
		for (uint32_t k = 0; k < p->strands[i].nr; k++) {
			const struct instr *at = &p->strands[i].code[k];

			if ((at->op == DMT_STEP_TERMINATE || at->op == DMT_STEP_SYNCHRONIZE ||
			     at->op == DMT_STEP_RELEASE) && at->obj == engine)
				return true;
		}
	return p->engines[engine].faults;
}

static uint32_t engine_of(const struct mprog *p, const struct instr *at)
{
	switch (at->op) {
	case DMT_STEP_ISSUE:
	case DMT_STEP_TERMINATE:
	case DMT_STEP_SYNCHRONIZE:
	case DMT_STEP_RELEASE:
		return at->obj;
	case DMT_STEP_PREP:
	case DMT_STEP_SUBMIT:
		return p->txs[at->obj].engine;
	default:
		return NONE;
	}
}

static void join_all(struct splitter *s)
{
	const struct mprog *p = s->p;

	for (uint32_t i = 0; i < p->nr_strands; i++)
		for (uint32_t k = 0; k < p->strands[i].nr; k++) {
			uint32_t engine = engine_of(p, &p->strands[i].code[k]);

			uses(s, &p->strands[i].code[k], i);
			if (engine != NONE && is_reached(p, engine))
				uses_channel(s, engine, i);
		}
}

static void number(struct splitter *s)
{
	struct mprog *p = s->p;
	uint32_t user[DMT_MAX_ENGINES];

	for (uint32_t i = 0; i < p->nr_strands; i++)
		if (root_of(s, i) == i)
			p->strands[i].component = p->nr_components++;
	for (uint32_t i = 0; i < p->nr_strands; i++)
		p->strands[i].component = p->strands[root_of(s, i)].component;
	for (uint32_t e = 0; e < DMT_MAX_ENGINES; e++)
		user[e] = NONE;
	for (uint32_t i = 0; i < p->nr_strands; i++)
		for (uint32_t k = 0; k < p->strands[i].nr; k++) {
			uint32_t e = engine_of(p, &p->strands[i].code[k]);

			if (e == NONE)
				continue;
			if (user[e] != NONE && user[e] != p->strands[i].component)
				p->shared[e] = true;
			user[e] = p->strands[i].component;
		}
}

static uint32_t *nobody(uint32_t nr)
{
	uint32_t *v = xmalloc((nr + 1) * sizeof(*v));

	for (uint32_t i = 0; i <= nr; i++)
		v[i] = NONE;
	return v;
}

void program_split(struct mprog *p)
{
	struct splitter s = { .p = p };

	s.root = nobody(p->nr_strands);
	s.area = nobody(p->nr_areas);
	s.map = nobody(p->nr_maps);
	s.tx = nobody(p->nr_txs);
	memset(s.barrier, 0xff, sizeof(s.barrier));
	memset(s.engine, 0xff, sizeof(s.engine));
	for (uint32_t i = 0; i < p->nr_strands; i++)
		s.root[i] = i;
	join_all(&s);
	number(&s);
	free(s.root);
	free(s.area);
	free(s.map);
	free(s.tx);
}
