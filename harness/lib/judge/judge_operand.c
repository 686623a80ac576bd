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

/* Is the memory of @m at @at what comes next after @last: of one list, or of one piece of RAM? */
static bool continues(const struct jmap *m, const struct jmap *last, uint64_t at)
{
	if (!last)
		return true;
	return (m->sg && m->sg == last->sg) ||
	       m->phys_addr + (at - m->dma) == last->phys_addr + last->len;
}

/*
 * The mapping of @d, or of a device that may share its domain, that @u may use at @at, and that
 * holds most after it. A bounce buffer's neighbour is another's: it does not continue @last.
 */
static struct jmap *longest_at(struct judge *j, const struct jdev *d, const struct juse *u,
			       uint64_t at, const struct jmap *last)
{
	struct jmap *best = NULL;

	for (const struct jdev *o = j->all_devs; o; o = o->next) {
		struct itree_node *n;

		if (!o->maps || same_domain(d, o) == 0)
			continue;
		for (n = itree_first(&o->bus, at, at); n; n = itree_next(n, at, at)) {
			struct jmap *m = table_entry(n, struct jmap, bus);

			if (use_fits(m, u) && continues(m, last, at) &&
			    (!best || n->last > best->bus.last))
				best = m;
		}
	}
	return best;
}

/*
 * Do several mappings, one after the other, hold the operand? An IOMMU makes one range of a list
 * so. If not, @last is the mapping that ends too early, or NULL.
 */
static bool held_by_several(struct judge *j, const struct jdev *d, const struct juse *u,
			    struct jmap **last)
{
	uint64_t at = u->dma, end = last_of(u->dma, u->len);
	struct jmap *m;

	*last = NULL;
	while ((m = longest_at(j, d, u, at, *last))) {
		*last = m;
		if (m->bus.last >= end)
			return true;
		at = m->bus.last + 1;
	}
	return false;
}

/* Would a mapping that can hold the operand have been seen, and is it memory that needs one? */
static bool range_is_sure(struct judge *j, const struct jdev *d, const struct juse *u)
{
	bool direct = !d->domain && !(d->flags & OBS_DEV_OWN_OPS);

	for (const struct jdev *o = j->all_devs; o; o = o->next)
		if (d->domain && o->info && o->domain == d->domain && !dev_sure(j, o))
			return false;
	return d->info && (!direct || !knows_ram(j) || in_range(j, JUDGE_RAM, u->dma, u->len));
}

static void check_range(struct judge *j, const struct jtx *tx, struct juse *u,
			const struct obs_event *e)
{
	const struct jdev *d = tx->chan->dev;
	struct jmap *m;

	if (!tx_moves_memory(tx->op) || !u->len || held_by_several(j, d, u, &m) ||
	    !range_is_sure(j, d, u)) {
		unknown(j, UNKNOWN_RANGE);
		return;
	}
	if (m && m->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return;
	}
	u->told = true;
	report_operand(j, tx, e, V_OPERAND_RANGE, m, m ? "bytes beyond the end of a mapping" :
		       "an address that is not mapped");
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
	m = map_of_whole_address(j, d, u->dma);
	if (m) {
		report_operand(j, tx, e, V_TRUNCATED_ADDRESS, m,
			       "only the low 32 bits of a DMA address");
		u->told = true;
	} else if (!u->map) {
		check_range(j, tx, u, e);
	}
}

/*
 * The operand is in a mapping of another device that may have the same addresses. With dma-direct
 * it does as long as both translate alike and the address is within the engine's mask; that their
 * parents are one is what a client can rely on.
 */
void check_operand_device(struct judge *j, const struct jtx *tx, struct juse *u,
			  const struct obs_event *e)
{
	const struct jdev *d = tx->chan->dev, *o = u->map->dev;

	if (o == d || d->domain || !d->info || !o->info || (d->parent && d->parent == o->parent))
		return;
	if (d->mask && last_of(u->dma, u->len) > d->mask && dev_sure(j, d)) {
		u->told = true;
		report_operand(j, tx, e, V_FOREIGN_MAP, u->map,
			       "an address beyond its mask that was mapped for another device");
		return;
	}
	unknown(j, UNKNOWN_OTHER_DEVICE);
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
