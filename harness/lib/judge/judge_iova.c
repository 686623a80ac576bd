// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two-step API: IOVA is allocated, memory is linked into it, synced, unlinked, and the IOVA is
 * freed. A link is a mapping of the kind MAP_LINK; here is what is different about it. An unlink
 * or destroy may end many links at once, but whole ones, without a gap.
 */
#include <stdlib.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

/* A range of IOVA that is allocated. */
struct jiova {
	struct table_node node;		/* by the DMA address */
	struct jdev *dev;
	uint64_t dma, len, epoch;
	int32_t stack;
};

static struct jiova *iova_find(struct judge *j, const struct jdev *d, uint64_t dma)
{
	struct table_node *n = table_first(&j->iovas, dma);

	for (; n; n = table_next(n))
		if (table_entry(n, struct jiova, node)->dev == d)
			return table_entry(n, struct jiova, node);
	return NULL;
}

static void iova_drop(struct judge *j, struct jiova *i)
{
	table_del(&j->iovas, &i->node);
	free(i);
}

/* The next link of @d in the range, from @n on. */
static struct jmap *link_in(struct itree_node *n, uint64_t dma, uint64_t last)
{
	for (; n; n = itree_next(n, dma, last))
		if (table_entry(n, struct jmap, bus)->kind == MAP_LINK)
			return table_entry(n, struct jmap, bus);
	return NULL;
}

static struct jmap *first_link(const struct jdev *d, uint64_t dma, uint64_t len)
{
	uint64_t last = last_of(dma, len);

	return len ? link_in(itree_first(&d->bus, dma, last), dma, last) : NULL;
}

/* ---- link ---- */

/* @e: a link, which may have failed just because of this mistake. */
void check_link(struct judge *j, struct jdev *d, const struct obs_event *e)
{
	struct jmap *o = first_link(d, e->dma, e->len);
	struct report r = report_of(V_LINK_TWICE, e);

	if (!o)
		return;
	if (o->epoch == j->epoch) {
		r.map = o;
		say(&r, "%s links memory where a link of it is already", dev_kind(d));
		detail(&r, "%llu bytes at DMA address 0x%llx", (unsigned long long)e->len,
		       (unsigned long long)e->dma);
		judge_report(j, &r);
	} else {
		unknown(j, UNKNOWN_LOST);
	}
	/* One that was made took the place of the others. */
	while (!(e->flags & OBS_F_FAILED) && (o = first_link(d, e->dma, e->len)))
		map_end(j, o, NULL, true);
}

void check_link_used(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	struct report r = report_of(V_LINK_NOT_SYNCED, e);

	if (m->kind != MAP_LINK || m->synced)
		return;
	if (m->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return;
	}
	r.map = m;
	say(&r, "%s is given a link that was not synced", dev_kind(m->dev));
	judge_report(j, &r);
}

/* ---- unlink ---- */

static void report_size(struct judge *j, struct jdev *d, const struct jmap *m,
			const struct obs_event *e, const char *what)
{
	struct report r = report_of(V_UNMAP_WRONG_SIZE, e);

	if (!dev_sure(j, d) || (m && m->epoch != j->epoch)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	r.map = m;
	say(&r, "%s %s", dev_kind(d), what);
	detail(&r, "%llu bytes at DMA address 0x%llx",
	       (unsigned long long)(e->type == OBS_IOVA_FREE ? e->arg : e->len),
	       (unsigned long long)e->dma);
	judge_report(j, &r);
}

static void check_direction(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	struct report r = report_of(V_UNMAP_WRONG_DIRECTION, e);

	if (m->dir == e->dir || m->epoch != j->epoch)
		return;
	r.map = m;
	say(&r, "%s unlinks %s what it linked %s", dev_kind(m->dev), dir_name(e->dir),
	    dir_name(m->dir));
	judge_report(j, &r);
}

/*
 * Ends the links in [@dma, @dma + @len). An error may be one of a whole range, so it is reported
 * once, at the first link that it concerns.
 */
static void end_links(struct judge *j, struct jdev *d, const struct obs_event *e, uint64_t dma,
		      uint64_t len)
{
	uint64_t last = last_of(dma, len), covered = 0;
	bool direction = false, cut = false;
	struct jmap *m, *cut_link = NULL;

	while ((m = first_link(d, dma, len))) {
		if (m->dma < dma || last_of(m->dma, m->len) > last) {
			cut = true;
			cut_link = m;
		} else {
			covered += m->len;
		}
		if (m->dir != e->dir && !direction) {
			check_direction(j, m, e);
			direction = true;
		}
		if (cut_link == m)
			report_size(j, d, m, e, "unlinks a part of a link");
		map_end(j, m, e, cut_link == m);
	}
	j->n.unmaps++;
	if (!cut && covered != len)
		report_size(j, d, NULL, e, "unlinks more than is linked");
}

void on_unlink(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);

	if (!first_link(d, e->dma, e->len))
		unmatched_unmap(j, e, d, "unlinks");
	else
		end_links(j, d, e, e->dma, e->len);
}

/* ---- IOVA ---- */

static void on_alloc_iova(struct judge *j, struct jdev *d, const struct obs_event *e)
{
	struct jiova *i = iova_find(j, d, e->dma);
	struct jmap *m;

	/* What is still known here must have ended unseen. */
	while ((m = first_link(d, e->dma, e->len))) {
		unknown(j, UNKNOWN_REUSED);
		map_end(j, m, NULL, true);
	}
	if (!i) {
		i = xcalloc(1, sizeof(*i));
		i->dev = d;
		i->dma = e->dma;
		table_add(&j->iovas, &i->node, e->dma);
	}
	i->len = e->len;
	i->epoch = j->epoch;
	i->stack = e->stack;
}

static void on_sync_iova(struct jdev *d, const struct obs_event *e)
{
	uint64_t last = last_of(e->dma, e->len);
	struct itree_node *n = itree_first(&d->bus, e->dma, last);

	for (; n; n = itree_next(n, e->dma, last))
		table_entry(n, struct jmap, bus)->synced = true;
}

static void on_free_iova(struct judge *j, struct jdev *d, const struct obs_event *e)
{
	struct jiova *i = iova_find(j, d, e->dma);
	struct report r = report_of(V_DOUBLE_UNMAP, e);
	struct jmap *m;

	if (e->arg && first_link(d, e->dma, e->arg)) {
		end_links(j, d, e, e->dma, e->arg);
	} else if (e->arg && i && i->epoch == j->epoch) {
		report_size(j, d, NULL, e, "unlinks more than is linked");
	}
	m = first_link(d, e->dma, e->len);
	if (m)
		report_size(j, d, m, e, "frees IOVA in which something is linked");
	while (m) {
		map_end(j, m, e, true);
		m = first_link(d, e->dma, e->len);
	}
	if (i) {
		iova_drop(j, i);
		return;
	}
	if (!dev_sure(j, d)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	say(&r, "%s frees IOVA that is not allocated", dev_kind(d));
	judge_report(j, &r);
}

void on_iova(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);

	if (e->type == OBS_IOVA_ALLOC)
		on_alloc_iova(j, d, e);
	else if (e->type == OBS_IOVA_SYNC)
		on_sync_iova(d, e);
	else
		on_free_iova(j, d, e);
}

static void report_leak(struct judge *j, const struct jiova *i, const struct obs_event *e)
{
	struct report r = report_of(V_LEAK, e);

	if (i->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return;
	}
	r.stack = i->stack;
	say(&r, "IOVA of %s is still allocated when its driver has gone", dev_kind(i->dev));
	detail(&r, "%llu bytes at DMA address 0x%llx", (unsigned long long)i->len,
	       (unsigned long long)i->dma);
	judge_report(j, &r);
}

/* A link that is left is reported as a mapping is; then its IOVA is not reported again. */
void iovas_unbind(struct judge *j, const struct jdev *d, const struct obs_event *e)
{
	for (size_t b = 0; j->iovas.buckets && b <= j->iovas.mask; b++) {
		struct table_node *n = j->iovas.buckets[b], *next;

		for (; n; n = next) {
			struct jiova *i = table_entry(n, struct jiova, node);

			next = n->next;
			if (i->dev != d)
				continue;
			if (!first_link(d, i->dma, i->len))
				report_leak(j, i, e);
			iova_drop(j, i);
		}
	}
}

static void free_iova(struct table_node *n)
{
	free(table_entry(n, struct jiova, node));
}

void free_iovas(struct judge *j)
{
	table_drain(&j->iovas, free_iova);
}
