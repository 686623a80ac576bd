// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPU touches mapped memory. What it may do there hangs on who owns the bytes, and what it
 * writes while it owns them in between has to be handed to the device before that goes on.
 */
#include "judge_state.h"

static bool elides(const struct judge *j, const struct jmap *m)
{
	return m->elided || m->dev->flags & OBS_DEV_ELIDES || j->no_syncs;
}

/* The first other mapping of a part of these bytes, for the report. */
static const struct jmap *other_of(const struct judge *j, const struct jmap *m,
				   const struct obs_event *e)
{
	uint64_t last = last_of(e->phys, e->len);
	struct itree_node *n = itree_first(&j->phys, e->phys, last);

	for (; n; n = itree_next(n, e->phys, last))
		if (table_entry(n, struct jmap, phys) != m)
			return table_entry(n, struct jmap, phys);
	return NULL;
}

static void report_access(struct judge *j, const struct jmap *m, const struct obs_event *e,
			  uint64_t start, uint64_t end)
{
	bool store = e->dir, used = used_in_flight(j, m, start, end);
	bool missing = !store && m->used && !used;
	struct report r = report_of(missing ? V_MISSING_SYNC : V_CPU_ACCESS, e);

	r.map = m;
	r.other = other_of(j, m, e);
	if (missing)
		say(&r, "the CPU reads what %s has written, without an unmap or a sync for the CPU",
		    dev_kind(m->dev));
	else
		say(&r, "the CPU %s a %s that %s %s %s", store ? "writes" : "reads", map_kind_name(m),
		    dev_kind(m->dev), used ? "works on and" : "owns and",
		    writes(m) ? "may write" : "reads");
	detail(&r, "%llu bytes at physical address 0x%llx, 0x%llx bytes into the mapping, in %llu accesses",
	       (unsigned long long)(end - start), (unsigned long long)(m->phys_addr + start),
	       (unsigned long long)start, (unsigned long long)e->arg);
	judge_report(j, &r);
}

/* These bytes of a mapping, counted from its begin. */
static void check_access(struct judge *j, struct jmap *m, const struct obs_event *e,
			 uint64_t start, uint64_t end)
{
	switch (owners_of(&m->owners, start, end)) {
	case OWNER_CPU:
		if (e->dir) {
			owners_set(&m->owners, m->len, start, end, OWNER_CPU_WROTE);
			m->wrote_stack = e->stack;
		}
		return;
	case OWNER_DEVICE:
		break;
	default:
		unknown(j, m->attrs & ATTR_SKIP_CPU_SYNC ? UNKNOWN_SKIP_SYNC : UNKNOWN_ELIDED);
		return;
	}
	if (!e->dir && !writes(m))
		return;
	if (m->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return;
	}
	if (m->may_stay) {
		unknown(j, UNKNOWN_MAY_STAY);
		return;
	}
	if (elides(j, m) && !used_in_flight(j, m, start, end)) {
		m->dev->elided++;
		unknown(j, UNKNOWN_ELIDED);
		return;
	}
	report_access(j, m, e, start, end);
}

void on_cpu_access(struct judge *j, const struct obs_event *e)
{
	uint64_t last = last_of(e->phys, e->len);
	struct itree_node *n = itree_first(&j->phys, e->phys, last);

	if (!e->len)
		return;
	for (; n; n = itree_next(n, e->phys, last)) {
		struct jmap *m = table_entry(n, struct jmap, phys);
		uint64_t start = e->phys > m->phys_addr ? e->phys - m->phys_addr : 0;
		uint64_t end = e->phys + e->len - m->phys_addr;

		/* Who has the memory now knows nothing of the mapping. */
		if (!m->freed)
			check_access(j, m, e, start, end < m->len ? end : m->len);
	}
}

static void report_lost(struct judge *j, const struct jmap *m, const struct jtx *tx,
			const struct obs_event *e, const char *what)
{
	struct report r = report_of(V_MISSING_SYNC, e);

	if (m->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return;
	}
	r.map = m;
	r.tx = tx;
	if (m->wrote_stack >= 0)
		r.stack = m->wrote_stack;
	say(&r, "%s %s what the CPU wrote after a sync for it, without a sync for the device",
	    dev_kind(m->dev), what);
	judge_report(j, &r);
}

void check_wrote_at_submit(struct judge *j, struct jtx *tx, const struct obs_event *e)
{
	for (uint32_t i = 0; i < tx->nr; i++) {
		const struct juse *u = &tx->uses[i];
		uint64_t at = u->map ? u->dma - u->map->dma : 0;

		if (u->map && u->map->live && u->dir != 2 && tx_moves_memory(tx->op) &&
		    owners_wrote(&u->map->owners, at, at + u->len))
			report_lost(j, u->map, tx, e, "is given");
	}
}

/* What the device may have written is copied back here where there are copies, and over it. */
void check_wrote_at_unmap(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	if (writes(m) && !(e->attrs & ATTR_SKIP_CPU_SYNC) && owners_wrote(&m->owners, 0, m->len))
		report_lost(j, m, NULL, e, "unmaps");
}
