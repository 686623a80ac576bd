// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts: a context is a task, or a CPU at an interrupt level. It has the callbacks that it
 * runs, and the call whose sg entries or addresses the next events will give.
 */
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

static uint64_t key_of(uint16_t cpu, uint8_t level, uint32_t task)
{
	if (level == OBS_TASK)
		return task;
	return 1ull << 63 | (uint64_t)level << 32 | cpu;
}

uint64_t ctx_key(const struct obs_event *e)
{
	/* The idle tasks of all CPUs have id 0. */
	if (e->level == OBS_TASK && !e->task)
		return 1ull << 62 | e->cpu;
	return key_of(e->cpu, e->level, e->task);
}

static struct jctx *find_key(struct judge *j, uint64_t key)
{
	struct table_node *n = j->ctxs.nr ? table_first(&j->ctxs, key) : NULL;

	return n ? table_entry(n, struct jctx, node) : NULL;
}

struct jctx *ctx_find(struct judge *j, const struct obs_event *e)
{
	return j->ctxs.nr ? find_key(j, ctx_key(e)) : NULL;
}

struct jctx *ctx_get(struct judge *j, const struct obs_event *e)
{
	struct jctx *c = ctx_find(j, e);

	if (c)
		return c;
	c = j->free_ctxs;
	if (c)
		j->free_ctxs = (struct jctx *)c->node.next;
	else
		c = xmalloc(sizeof(*c));
	c->key = ctx_key(e);
	c->nr = 0;
	c->sg = NULL;
	c->tx = NULL;
	c->tx_left = 0;
	c->hint = NULL;
	table_add(&j->ctxs, &c->node, c->key);
	if (e->level != OBS_TASK)
		j->irq_ctxs++;
	return c;
}

static void ctx_drop(struct judge *j, struct jctx *c)
{
	table_del(&j->ctxs, &c->node);
	if (c->key >> 63)
		j->irq_ctxs--;
	c->node.next = (struct table_node *)j->free_ctxs;
	j->free_ctxs = c;
}

void ctx_put(struct judge *j, struct jctx *c)
{
	if (!c->nr && !c->sg && !c->tx && !c->hint)
		ctx_drop(j, c);
}

/*
 * An event at a level proves that no higher level is active on its CPU: a callback that still
 * seems to run at a higher level has returned unseen.
 */
void ctx_heal(struct judge *j, const struct obs_event *e)
{
	for (uint8_t level = e->level + 1; j->irq_ctxs && level <= OBS_NMI; level++) {
		struct jctx *c = find_key(j, key_of(e->cpu, level, 0));

		if (c)
			ctx_drop(j, c);
	}
}

static void free_ctx(struct table_node *n)
{
	free(table_entry(n, struct jctx, node));
}

/* After a loss, forget all contexts: a return may have been among the lost events. */
void ctx_forget(struct judge *j)
{
	table_drain(&j->ctxs, free_ctx);
	j->irq_ctxs = 0;
}

struct frame *ctx_push(struct judge *j, struct jctx *c)
{
	(void)j;
	if (c->nr == MAX_FRAMES) {
		memmove(c->frames, c->frames + 1, (MAX_FRAMES - 1) * sizeof(c->frames[0]));
		c->nr--;
	}
	memset(&c->frames[c->nr], 0, sizeof(c->frames[0]));
	return &c->frames[c->nr++];
}

const struct frame *ctx_frame(struct judge *j, const struct obs_event *e)
{
	const struct jctx *c = ctx_find(j, e);

	return c && c->nr ? &c->frames[c->nr - 1] : NULL;
}

/* Pops a frame, and those above it, whose returns must have been missed. */
void ctx_pop(struct judge *j, const struct obs_event *e, bool deps, uint64_t func, uint64_t param)
{
	struct jctx *c = ctx_find(j, e);

	if (!c)
		return;
	for (unsigned int i = c->nr; i; i--) {
		const struct frame *f = &c->frames[i - 1];

		if (f->deps == deps && f->func == func && f->param == param) {
			c->nr = i - 1;
			break;
		}
	}
	ctx_put(j, c);
}

/* @tx goes away: no more of its addresses are expected. */
void ctx_forget_tx(struct judge *j, const struct jtx *tx)
{
	for (size_t i = 0; j->ctxs.buckets && i <= j->ctxs.mask; i++)
		for (struct table_node *n = j->ctxs.buckets[i]; n; n = n->next) {
			struct jctx *c = table_entry(n, struct jctx, node);

			if (c->tx == tx)
				c->tx = NULL;
		}
}

void free_ctxs(struct judge *j)
{
	struct jctx *c, *next;

	table_drain(&j->ctxs, free_ctx);
	for (c = j->free_ctxs; c; c = next) {
		next = (struct jctx *)c->node.next;
		free(c);
	}
}
