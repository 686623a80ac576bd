// SPDX-License-Identifier: GPL-2.0-only
/* What can be wrong with a new mapping: its memory, its address, overlaps with others. */
#include <stdio.h>
#include <string.h>

#include "judge_state.h"

/* ---- memory and address ---- */

bool in_range(const struct judge *j, enum judge_range_kind kind, uint64_t phys, uint64_t len)
{
	uint64_t last = last_of(phys, len);

	for (unsigned int i = 0; i < j->nr_ranges; i++)
		if (j->ranges[i].kind == kind && phys <= j->ranges[i].last &&
		    last >= j->ranges[i].first)
			return true;
	return false;
}

bool knows_ram(const struct judge *j)
{
	for (unsigned int i = 0; i < j->nr_ranges; i++)
		if (j->ranges[i].kind == JUDGE_RAM)
			return true;
	return false;
}

/* Does @m lie beyond all that the machine has, RAM, devices, or places for either? */
static bool nowhere(const struct judge *j, const struct jmap *m)
{
	for (unsigned int i = 0; i < j->nr_ranges; i++)
		if (j->ranges[i].kind == JUDGE_ADDRESSES)
			return last_of(m->phys_addr, m->len) > j->ranges[i].last;
	return false;
}

static void report_memory(struct judge *j, const struct jmap *m, const struct obs_event *e,
			  enum violation_id id, const char *memory)
{
	struct report r = report_of(id, e);

	r.map = m;
	r.stack = m->stack;
	say(&r, "%s maps %s", dev_kind(m->dev), memory);
	judge_report(j, &r);
}

static void check_memory(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	if (m->kind == MAP_LINK && m->attrs & ATTR_MMIO)
		return;
	if (m->kind == MAP_RESOURCE) {
		if (in_range(j, JUDGE_RAM, m->phys_addr, m->len))
			report_memory(j, m, e, V_MMIO_MISMATCH, "RAM as a resource");
		return;
	}
	if (e->flags & OBS_F_STACK && m->kind == MAP_PAGE)
		report_memory(j, m, e, V_STACK_MEMORY, "memory on the stack");
	else if (in_range(j, JUDGE_KERNEL_CODE, m->phys_addr, m->len))
		report_memory(j, m, e, V_BAD_MEMORY, "the kernel's code");
	else if (in_range(j, JUDGE_KERNEL_RODATA, m->phys_addr, m->len))
		report_memory(j, m, e, V_BAD_MEMORY, "the kernel's read-only data");
	else if (nowhere(j, m))
		report_memory(j, m, e, V_BAD_MEMORY, "an address at which there is no memory");
}

/*
 * dma-direct and the IOMMU layer refuse what the mask forbids, and drivers may change the mask
 * after their first mapping. So only a device with its own dma_map_ops can exceed its mask.
 */
static void check_mask(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	const struct jdev *d = m->dev;
	struct report r = report_of(V_DMA_MASK, e);

	if (!d->info || !d->mask || last_of(m->dma, m->len) <= d->mask)
		return;
	if (!(d->flags & OBS_DEV_OWN_OPS)) {
		unknown(j, UNKNOWN_LIMITS);
		return;
	}
	r.map = m;
	say(&r, "%s gets a DMA address beyond its mask", dev_kind(d));
	detail(&r, "last byte 0x%llx, mask 0x%llx", (unsigned long long)last_of(m->dma, m->len),
	       (unsigned long long)d->mask);
	judge_report(j, &r);
}

static bool noncoherent(const struct jmap *m)
{
	return m->dev->info && !(m->dev->flags & OBS_DEV_COHERENT);
}

/*
 * Does the driver say of both that they may lie in one place? In the kernel's words all mappings
 * that share a line must have such an attribute. Memory that must be coherent is never handed over.
 */
static bool shared_on_purpose(const struct jmap *m, const struct jmap *o)
{
	const uint32_t attrs = ATTR_IGNORE_CACHELINES | ATTR_REQUIRE_COHERENT;

	return m->attrs & attrs && o->attrs & attrs;
}

static void report_line(struct judge *j, const struct jmap *m, const struct jmap *o,
			const struct obs_event *e)
{
	struct report r = report_of(V_CACHELINE_SHARED, e);

	/* If exactly one of the two is bounced, their addresses differ in offset. */
	if (m->dma - m->phys_addr != o->dma - o->phys_addr) {
		unknown(j, UNKNOWN_DOMAIN);
		return;
	}
	r.map = m;
	r.other = o;
	r.stack = m->stack;
	say(&r, "%s maps %s %s in a cache line with what %s has mapped %s", dev_kind(m->dev),
	    map_kind_name(m), dir_name(m->dir), m->dev == o->dev ? "it" : dev_kind(o->dev),
	    dir_name(o->dir));
	judge_report(j, &r);
}

static void check_line(struct judge *j, const struct jmap *m, const struct obs_event *e,
		       uint64_t start, uint64_t last)
{
	struct itree_node *n = itree_first(&j->phys, start, last);

	for (; n; n = itree_next(n, start, last)) {
		const struct jmap *o = table_entry(n, struct jmap, phys);
		bool apart = n->last < m->phys_addr || n->start > last_of(m->phys_addr, m->len);

		if (!apart || o->epoch != j->epoch || (m->sg && o->sg == m->sg) ||
		    o->may_stay || shared_on_purpose(m, o))
			continue;
		if ((writes(m) && noncoherent(m)) || (writes(o) && noncoherent(o)))
			report_line(j, m, o, e);
	}
}

static void check_lines(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	uint64_t mask = (j->opts.cache_line ? j->opts.cache_line : 64) - 1;
	uint64_t last = last_of(m->phys_addr, m->len);

	if (m->kind == MAP_RESOURCE || !m->len || !m->dev->info)
		return;
	if (m->phys_addr & mask)
		check_line(j, m, e, m->phys_addr & ~mask, m->phys_addr - 1);
	if (~last & mask)
		check_line(j, m, e, last + 1, last | mask);
}

void check_new_map(struct judge *j, struct jmap *m, const struct obs_event *e)
{
	check_memory(j, m, e);
	check_mask(j, m, e);
	check_lines(j, m, e);
}

/* ---- overlaps ---- */

static bool elides(const struct judge *j, const struct jmap *m)
{
	return m->elided || m->dev->flags & OBS_DEV_ELIDES || j->no_syncs;
}

/*
 * The owner of these bytes of @o now, as far as events show it. Where syncs are not told, they may
 * have returned to the CPU at any time, except while a descriptor works on them.
 */
static enum owner owner_now(const struct judge *j, const struct jmap *o, uint64_t start,
			    uint64_t end)
{
	enum owner owner = owners_of(&o->owners, start, end);

	if (owner != OWNER_DEVICE || !elides(j, o) || used_in_flight(j, o, start, end))
		return owner;
	return OWNER_UNKNOWN;
}

static enum violation_id class_of(const struct jmap *m, const struct jmap *o)
{
	if (writes(o) && !writes(m))
		return V_EARLY_MAP;
	if (!writes(o))
		return V_OVERLAP_DIRECTION;
	return m->dev == o->dev ? V_OVERLAP_SAME_DEVICE : V_OVERLAP_CROSS_DEVICE;
}

static const char *other_name(const struct jmap *m, const struct jmap *o, char *buf, size_t size)
{
	char mine[56];

	if (m->dev == o->dev)
		return "the same device";
	snprintf(mine, sizeof(mine), "%s", dev_kind(m->dev));
	if (strcmp(mine, dev_kind(o->dev)))
		return dev_kind(o->dev);
	snprintf(buf, size, "another %s device", mine);
	return buf;
}

static void report_overlap(struct judge *j, const struct jmap *m, const struct jmap *o,
			   const struct obs_event *e)
{
	struct report r = report_of(class_of(m, o), e);
	uint64_t start = m->phys_addr > o->phys_addr ? m->phys_addr : o->phys_addr;
	uint64_t last = last_of(m->phys_addr, m->len) < last_of(o->phys_addr, o->len)
		? last_of(m->phys_addr, m->len) : last_of(o->phys_addr, o->len);
	char mine[56], buf[96];

	r.map = m;
	r.other = o;
	r.stack = m->stack;
	snprintf(mine, sizeof(mine), "%s", dev_kind(m->dev));
	say(&r, "%s maps %s %s that %s still %s", mine, map_kind_name(m), dir_name(m->dir),
	    other_name(m, o, buf, sizeof(buf)), writes(o) ? "writes" : "reads");
	detail(&r, "%llu bytes at physical address 0x%llx",
	       (unsigned long long)(last - start + 1), (unsigned long long)start);
	judge_report(j, &r);
}

static void check_pair(struct judge *j, const struct jmap *m, const struct jmap *o,
		       const struct obs_event *e)
{
	uint64_t start = m->phys_addr > o->phys_addr ? m->phys_addr - o->phys_addr : 0;
	uint64_t end = m->phys_addr + m->len - o->phys_addr;

	if ((!writes(m) && !writes(o)) || shared_on_purpose(m, o))
		return;
	if (o->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return;
	}
	if (o->may_stay) {
		unknown(j, UNKNOWN_MAY_STAY);
		return;
	}
	/* DMA_ATTR_SKIP_CPU_SYNC on the new one: how the kernel's documentation
	 * maps one buffer for several devices.
	 */
	if (m->attrs & ATTR_SKIP_CPU_SYNC) {
		unknown(j, UNKNOWN_SKIP_SYNC);
		return;
	}
	switch (owner_now(j, o, start, end < o->len ? end : o->len)) {
	case OWNER_DEVICE:
		report_overlap(j, m, o, e);
		break;
	case OWNER_UNKNOWN:
		if (!(o->attrs & ATTR_SKIP_CPU_SYNC))
			o->dev->elided++;
		unknown(j, o->attrs & ATTR_SKIP_CPU_SYNC ? UNKNOWN_SKIP_SYNC : UNKNOWN_ELIDED);
		break;
	case OWNER_CPU:
	case OWNER_CPU_WROTE:
		break;
	}
}

/* A list is one transfer; one that is mapped again, also a third time, is reported as remap-sg. */
static bool are_one_list(const struct jsg *a, const struct jsg *b)
{
	return a && b && (a == b || (a->remaps && a->dev == b->dev && a->obj == b->obj));
}

void check_overlaps(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	uint64_t last = last_of(m->phys_addr, m->len);
	struct itree_node *n;

	if (m->kind == MAP_RESOURCE || !m->len || m->attrs & ATTR_MMIO)
		return;
	for (n = itree_first(&j->phys, m->phys_addr, last); n;
	     n = itree_next(n, m->phys_addr, last)) {
		const struct jmap *o = table_entry(n, struct jmap, phys);

		if (!are_one_list(m->sg, o->sg))
			check_pair(j, m, o, e);
	}
}
