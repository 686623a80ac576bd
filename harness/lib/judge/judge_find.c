// SPDX-License-Identifier: GPL-2.0-only
/* Findings: they are made, deduplicated, and kept so that each can be matched. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

static const char *const unknown_texts[UNKNOWN__COUNT] = {
	[UNKNOWN_BEFORE] = "mapped, allocated or prepared before it was observed",
	[UNKNOWN_LOST] = "events were lost in its life",
	[UNKNOWN_ELIDED] = "the device's syncs are elided, so who owns is not known",
	[UNKNOWN_SKIP_SYNC] = "mapped with DMA_ATTR_SKIP_CPU_SYNC: ownership is passed by other means",
	[UNKNOWN_COMPLETION] = "nothing tells whether the descriptor had completed",
	[UNKNOWN_UNWATCHED] = "a function of the provider or client was not probed",
	[UNKNOWN_CALLBACK] = "a callback of no descriptor that is known",
	[UNKNOWN_DOMAIN] = "whether the devices share a mapping domain is not known",
	[UNKNOWN_REUSED] = "an address was mapped again without an unmap that was seen",
	[UNKNOWN_LIMITS] = "the device's limits may have changed since they were told",
	[UNKNOWN_RANGE] = "an operand that no single mapping holds",
	[UNKNOWN_MAY_STAY] = "dma_need_unmap() told the driver that it need not unmap, so when a mapping ended is not known",
	[UNKNOWN_LOCKS] = "whether a spinlock was held: this kernel does not count them",
	[UNKNOWN_OTHER_DEVICE] = "an operand that was mapped for another device: works only where both translate alike",
};

const char *judge_unknown_text(enum judge_unknown why)
{
	return unknown_texts[why];
}

void unknown(struct judge *j, enum judge_unknown why)
{
	j->n.unknown[why]++;
}

bool is_locked(struct judge *j, const struct obs_event *e)
{
	if (e->flags & OBS_F_LOCKED)
		return true;
	if (j->no_locks)
		unknown(j, UNKNOWN_LOCKS);
	return false;
}

struct report report_of(enum violation_id id, const struct obs_event *e)
{
	return (struct report){ .id = id, .e = e, .stack = e->stack };
}

void say(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->what, sizeof(r->what), fmt, ap);
	va_end(ap);
}

void detail(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->detail, sizeof(r->detail), fmt, ap);
	va_end(ap);
}

static void copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static void describe_map(struct finding_map *out, const struct jmap *m, uint64_t now)
{
	copy_text(out->device, sizeof(out->device), m->dev->name);
	copy_text(out->driver, sizeof(out->driver), m->dev->driver);
	out->kind = map_kind_name(m);
	out->dev = m->dev->addr;
	out->phys = m->phys_addr;
	out->dma = m->dma;
	out->len = m->len;
	out->dir = m->dir;
	out->attrs = m->attrs;
	out->seq = m->seq;
	out->made_ns = m->time;
	out->age_ns = now - m->time;
	out->unmapped_ns = m->live ? 0 : now - m->unmap_time ? now - m->unmap_time : 1;
	out->gone_ns = m->live ? 0 : m->unmap_time;
	out->task = m->task;
	out->cpu = m->cpu;
	out->level = m->level;
	out->stack = m->stack;
	out->unmap_stack = m->live ? -1 : m->unmap_stack;
}

void describe_tx(struct finding_tx *out, const struct jchan *chan, const struct jtx *tx)
{
	memset(out, 0, sizeof(*out));
	out->prep_stack = -1;
	out->submit_stack = -1;
	if (chan->dev) {
		copy_text(out->device, sizeof(out->device), chan->dev->name);
		copy_text(out->driver, sizeof(out->driver), chan->dev->driver);
		out->dev = chan->dev->addr;
	}
	out->chan = chan->addr;
	out->chan_id = chan->id;
	if (!tx)
		return;
	out->has_desc = true;
	out->desc = tx->desc;
	out->cookie = tx->cookie;
	out->op = tx->op;
	out->len = tx->len;
	out->prep_ns = tx->prep_time;
	out->submit_ns = tx->cookie ? tx->submit_time : 0;
	out->task = tx->task;
	out->prep_stack = tx->prep_stack;
	out->submit_stack = tx->submit_stack;
}

static const struct jdev *device_of(struct judge *j, const struct report *r)
{
	if (r->map)
		return r->map->dev;
	if (r->tx && r->tx->chan->dev)
		return r->tx->chan->dev;
	if (r->chan && r->chan->dev)
		return r->chan->dev;
	return r->e->dev ? dev_get(j, r->e->dev) : NULL;
}

static void add_parties(struct judge *j, const struct report *r, struct finding *f)
{
	if (r->map) {
		describe_map(&f->map, r->map, j->now);
		f->has_map = true;
	}
	if (r->other) {
		describe_map(&f->other, r->other, j->now);
		f->has_other = true;
	}
	if (r->tx || r->chan) {
		describe_tx(&f->tx, r->tx ? r->tx->chan : r->chan, r->tx);
		f->has_tx = true;
	}
	if (r->other_tx) {
		describe_tx(&f->other_tx, r->other_tx->chan, r->other_tx);
		f->has_other_tx = true;
	}
	if (r->ud) {
		f->ud = r->ud->life;
		f->has_ud = true;
	}
}

void make_finding(struct judge *j, const struct report *r, struct finding *f)
{
	const struct frame *frame = ctx_frame(j, r->e);
	const struct jdev *dev = device_of(j, r);

	memset(f, 0, sizeof(*f));
	f->class = violation_get(r->id);
	copy_text(f->what, sizeof(f->what), r->what);
	copy_text(f->detail, sizeof(f->detail), r->detail);
	f->seq = r->e->seq;
	f->time_ns = r->e->time_ns;
	f->type = r->e->type;
	if (f->type == OBS_MAP || f->type == OBS_UNMAP)
		f->kind = r->e->arg <= OBS_MAP_LINK ? r->e->arg : OBS_MAP_PAGE;
	f->cpu = r->e->cpu;
	f->level = r->e->level;
	f->flags = r->e->flags;
	f->task = r->e->task;
	f->stack = r->e->stack >= 0 ? r->e->stack : r->stack;
	f->own_stack = r->e->stack >= 0 || r->stack < 0;
	if (dev) {
		copy_text(f->device, sizeof(f->device), dev->name);
		copy_text(f->driver, sizeof(f->driver), dev->driver);
	}
	add_parties(j, r, f);
	f->callback_stack = -1;
	if (frame) {
		f->in_callback = frame->has_tx;
		f->callback = frame->tx;
		f->callback_stack = frame->stack;
	}
	f->count = 1;
}

/* ---- deduplication ---- */

struct index {
	struct table_node node;
	size_t at;
};

static void index_add(struct table *t, uint64_t key, size_t at)
{
	struct index *i = xmalloc(sizeof(*i));

	i->at = at;
	table_add(t, &i->node, key);
}

static uint64_t hash_text(const char *s)
{
	uint64_t h = 0xcbf29ce484222325ull;

	while (*s)
		h = (h ^ (unsigned char)*s++) * 0x100000001b3ull;
	return h;
}

static struct finding *find_same(struct judge *j, const struct finding *f, uint64_t key)
{
	struct table_node *n = table_first(&j->finding_index, key);

	for (; n; n = table_next(n)) {
		struct finding *o = &j->findings[table_entry(n, struct index, node)->at];

		if (o->class == f->class && o->stack == f->stack && !strcmp(o->what, f->what))
			return o;
	}
	return NULL;
}

static void keep_finding(struct judge *j, const struct finding *f)
{
	uint64_t key = table_mix(hash_text(f->what), (uint64_t)f->class->id << 32 ^
						     (uint32_t)f->stack);
	struct finding *same = find_same(j, f, key);

	if (same) {
		same->count++;
		return;
	}
	if (j->nr_findings == j->opts.max_findings) {
		j->n.findings_dropped++;
		return;
	}
	if (j->nr_findings == j->cap_findings) {
		j->cap_findings = j->cap_findings ? j->cap_findings * 2 : 8;
		j->findings = xrealloc(j->findings, j->cap_findings * sizeof(*j->findings));
	}
	index_add(&j->finding_index, key, j->nr_findings);
	j->findings[j->nr_findings++] = *f;
}

/* ---- subjects ---- */

static struct finding_party map_party(struct judge *j, const struct finding_map *m)
{
	return (struct finding_party){ SUBJECT_MAP, dev_get(j, m->dev)->name, m->dma,
					       m->len, 0, 0 };
}

static struct finding_party tx_party(struct judge *j, const struct finding_tx *tx)
{
	return (struct finding_party){ SUBJECT_TX, tx->dev ? dev_get(j, tx->dev)->name : "", 0, 0,
				       tx->chan_id, tx->cookie };
}

static bool same_party(const struct finding_party *a, const struct finding_party *b)
{
	return a->kind == b->kind && a->dma == b->dma && a->len == b->len &&
	       a->chan_id == b->chan_id && a->cookie == b->cookie &&
	       (a->kind == SUBJECT_NONE || !strcmp(a->device, b->device));
}

static uint64_t party_hash(const struct finding_party *p)
{
	if (p->kind == SUBJECT_NONE)
		return 0;
	return table_mix(table_mix(p->dma, p->len),
			 table_mix(hash_text(p->device), (uint64_t)p->chan_id << 32 ^
							 (uint32_t)p->cookie));
}

static bool same_subject(const struct finding_subject *a, const struct finding_subject *b)
{
	return a->class == b->class && same_party(&a->map, &b->map) &&
	       same_party(&a->other, &b->other) && same_party(&a->tx, &b->tx) &&
	       same_party(&a->other_tx, &b->other_tx);
}

static void add_subject(struct judge *j, const struct finding_subject *s, uint64_t key)
{
	if (j->nr_subjects == j->opts.max_subjects) {
		j->n.subjects_dropped++;
		return;
	}
	if (j->nr_subjects == j->cap_subjects) {
		j->cap_subjects = j->cap_subjects ? j->cap_subjects * 2 : 16;
		j->subjects = xrealloc(j->subjects, j->cap_subjects * sizeof(*j->subjects));
	}
	index_add(&j->subject_index, key, j->nr_subjects);
	j->subjects[j->nr_subjects++] = *s;
}

static void keep_subject(struct judge *j, const struct finding *f)
{
	struct finding_subject s = { .class = f->class, .seq = f->seq, .count = 1 };
	struct table_node *n;
	uint64_t key;

	if (f->has_map)
		s.map = map_party(j, &f->map);
	if (f->has_other)
		s.other = map_party(j, &f->other);
	if (f->has_tx)
		s.tx = tx_party(j, &f->tx);
	if (f->has_other_tx)
		s.other_tx = tx_party(j, &f->other_tx);
	key = table_mix(party_hash(&s.map) ^ f->class->id, party_hash(&s.other)) ^
	      table_mix(party_hash(&s.tx), party_hash(&s.other_tx));
	for (n = table_first(&j->subject_index, key); n; n = table_next(n)) {
		struct finding_subject *o =
			&j->subjects[table_entry(n, struct index, node)->at];

		if (same_subject(o, &s)) {
			o->count++;
			return;
		}
	}
	add_subject(j, &s, key);
}

void file_finding(struct judge *j, const struct finding *f)
{
	j->n.occurrences++;
	keep_finding(j, f);
	keep_subject(j, f);
}

static bool switched_off[V__COUNT];

void judge_switch_off(enum violation_id id)
{
	switched_off[id] = true;
}

void judge_report(struct judge *j, const struct report *r)
{
	struct finding f;

	if (switched_off[r->id])
		return;
	make_finding(j, r, &f);
	file_finding(j, &f);
}

const char *judge_elided(const struct judge *j, size_t i, uint64_t *times)
{
	for (const struct jdev *d = j->all_devs; d; d = d->next)
		if (d->elided && !i--) {
			*times = d->elided;
			return d->name[0] ? d->name : "a device";
		}
	return NULL;
}

size_t judge_findings(const struct judge *j)
{
	return j->nr_findings;
}

const struct finding *judge_finding(const struct judge *j, size_t i)
{
	return &j->findings[i];
}

size_t judge_subjects(const struct judge *j)
{
	return j->nr_subjects;
}

const struct finding_subject *judge_subject(const struct judge *j, size_t i)
{
	return &j->subjects[i];
}

static void free_index(struct table_node *n)
{
	free(table_entry(n, struct index, node));
}

void free_findings(struct judge *j)
{
	table_drain(&j->finding_index, free_index);
	table_drain(&j->subject_index, free_index);
	free(j->findings);
	free(j->subjects);
}
