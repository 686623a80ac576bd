// SPDX-License-Identifier: GPL-2.0-only
/* Which mapping an operand of a prepared operation is in, and whether it may be used so. */
#include <stdio.h>
#include <string.h>

#include "judge_state.h"

static void report_operand(struct judge *j, const struct jtx *tx, const struct obs_event *e,
			   enum violation_id id, const struct jmap *m, const char *what)
{
	struct report r = report_of(id, e);

	r.tx = tx;
	r.map = m;
	r.stack = tx->prep_stack;
	say(&r, "a %s on %s is given %s", op_name(tx->op), dev_kind(tx->chan->dev), what);
	judge_report(j, &r);
}

static struct jmap *in_foreign_domain(struct judge *j, const struct jdev *d, const struct juse *u)
{
	struct jmap *m = NULL;

	for (const struct jdev *o = j->all_devs; o && !m; o = o->next)
		if (o != d && o->maps && same_domain(d, o) == 0)
			m = map_containing(o, u->dma, u->len);
	return m && m->epoch == j->epoch ? m : NULL;
}

static struct jmap *of_whole_address(struct judge *j, const struct jdev *d, uint64_t dma)
{
	struct table_node *n = table_first(&j->maps, map_key(dma));

	for (; n && dma <= UINT32_MAX; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (m->live && m->dev == d && m->dma > UINT32_MAX && m->epoch == j->epoch)
			return m;
	}
	return NULL;
}

void check_unresolved(struct judge *j, const struct jtx *tx, struct juse *u,
		      const struct obs_event *e)
{
	struct jdev *d = tx->chan->dev;
	const struct jmap *m;

	if (u->dma == OBS_DMA_ERROR) {
		report_operand(j, tx, e, V_ERROR_ADDRESS_USED, NULL, "DMA_MAPPING_ERROR");
		u->told = true;
		return;
	}
	if (!dev_sure(j, d)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	m = in_foreign_domain(j, d, u);
	if (m) {
		report_operand(j, tx, e, V_FOREIGN_MAP, m,
			       "an address that was mapped for a device of another domain");
		u->told = true;
		return;
	}
	m = of_whole_address(j, d, u->dma);
	if (m) {
		report_operand(j, tx, e, V_TRUNCATED_ADDRESS, m,
			       "only the low 32 bits of a DMA address");
		u->told = true;
	} else if (!u->map) {
		unknown(j, UNKNOWN_RANGE);
	}
}

/*
 * The engine reads a source and writes a destination, so the mapping must let it. use_resolve()
 * took the mapping that fits if there is one.
 */
void check_operand_direction(struct judge *j, const struct jtx *tx, struct juse *u,
			     const struct obs_event *e)
{
	const struct jmap *m = u->map;
	struct report r = report_of(V_OPERAND_DIRECTION, e);

	if (!tx_moves_memory(tx->op) || !u->dir || !m->dir || m->dir == u->dir)
		return;
	if (m->epoch != j->epoch || !dev_sure(j, tx->chan->dev)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	r.tx = tx;
	r.map = m;
	r.stack = tx->prep_stack;
	say(&r, "a %s on %s %s what is mapped %s", op_name(tx->op), dev_kind(tx->chan->dev),
	    u->dir == 1 ? "reads" : "writes", dir_name(m->dir));
	judge_report(j, &r);
}
