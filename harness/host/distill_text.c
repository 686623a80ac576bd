// SPDX-License-Identifier: GPL-2.0-only
/* Writes down what was distilled as a scenario. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distill.h"

#define PAGE		4096u
#define MAX_BUFFER	(4u << 20)
#define MAX_MAPS	1024

struct writer {
	struct distilled *d;
	struct strbuf *out;
	struct strbuf body;
	struct strbuf *callbacks;	/* of each tx: what was done in it */
	struct { uint64_t first, end; } *buffer;
	int nr_buffers;
	bool *told;		/* the map's statement was written */
	bool *waited;		/* of each tx */
	int *inside;		/* of each tx: in whose callback it was submitted, or -1 */
	bool pending[DISTILL_DEVICES];	/* something was submitted, and not issued */
};

static const char *const dirs[] = { "BIDIRECTIONAL", "TO_DEVICE", "FROM_DEVICE" };

/* ---- memory ---- */

static int by_address(const void *a, const void *b)
{
	const struct distill_map *const *x = a, *const *y = b;

	return ((*x)->phys > (*y)->phys) - ((*x)->phys < (*y)->phys);
}

/* Mappings that touch are in one buffer, so that they have in common what they had. */
static int lay_out(struct writer *w, const char **why)
{
	struct distill_map **sorted = xcalloc(w->d->nr_maps + 1, sizeof(*sorted));
	size_t n = 0;
	int err = 0;

	for (size_t i = 0; i < w->d->nr_maps; i++)
		if (w->d->maps[i].wanted && w->d->maps[i].own == DISTILL_STREAM)
			sorted[n++] = &w->d->maps[i];
	qsort(sorted, n, sizeof(*sorted), by_address);
	w->buffer = xcalloc(n + 1, sizeof(*w->buffer));
	for (size_t i = 0; i < n; i++) {
		uint64_t end = sorted[i]->phys + sorted[i]->len;
		int last = w->nr_buffers - 1;

		if (last < 0 || sorted[i]->phys > w->buffer[last].end) {
			last = w->nr_buffers++;
			w->buffer[last].first = sorted[i]->phys;
			w->buffer[last].end = end;
		}
		if (end > w->buffer[last].end)
			w->buffer[last].end = end;
		sorted[i]->buffer = last;
		if (w->buffer[last].end - w->buffer[last].first > MAX_BUFFER)
			err = -E2BIG;
	}
	if (err || n > MAX_MAPS)
		*why = "the finding's mappings hold more memory than a scenario may have";
	free(sorted);
	return n > MAX_MAPS ? -E2BIG : err;
}

/* ---- statements ---- */

/* In the finding's own call the context counts: some calls are wrong only there. */
static const char *context(const struct writer *w, const struct distill_act *a)
{
	if (a->seq != w->d->finding->seq || a->callback >= 0)
		return NULL;
	return a->level == OBS_HARDIRQ ? "hardirq" : a->level == OBS_SOFTIRQ ? "softirq" :
	       a->flags & OBS_F_LOCKED ? "atomic" : NULL;
}

static void write_step(struct writer *w, const struct distill_act *a, const char *text)
{
	const char *in = context(w, a);
	struct strbuf *to = &w->body;

	if (a->callback >= 0) {
		if (w->d->txs[a->callback].wanted && !w->waited[a->callback])
			to = &w->callbacks[a->callback];
		strbuf_addf(to, to == &w->body ? "    %s\n" : "        %s\n", text);
	} else if (in) {
		strbuf_addf(to, "    in %s { %s }\n", in, text);
	} else {
		strbuf_addf(to, "    %s\n", text);
	}
}

static void write_map(struct writer *w, const struct distill_act *a)
{
	const struct distill_map *m = &w->d->maps[a->map];
	struct strbuf s = STRBUF_INIT;

	w->told[a->map] = true;
	if (m->own == DISTILL_COHERENT)
		strbuf_addf(&s, "alloc_coherent m%d = d%u %llu", a->map, m->dev,
			    (unsigned long long)m->len);
	else if (m->own == DISTILL_POOL)
		strbuf_addf(&s, "pool_alloc m%d = d%u %llu", a->map, m->dev,
			    (unsigned long long)m->len);
	else if (m->own == DISTILL_PAGES)
		strbuf_addf(&s, "alloc_pages m%d = d%u %llu %s", a->map, m->dev,
			    (unsigned long long)m->len, dirs[m->dir % 3]);
	else
		strbuf_addf(&s, "map m%d = d%u b%d@%llu+%llu %s%s", a->map, m->dev, m->buffer,
			    (unsigned long long)(m->phys - w->buffer[m->buffer].first),
			    (unsigned long long)m->len, dirs[m->dir % 3],
			    m->attrs & 1u << 5 ? " attrs SKIP_CPU_SYNC" : "");
	write_step(w, a, strbuf_str(&s));
	if (m->own == DISTILL_STREAM) {
		strbuf_reset(&s);
		strbuf_addf(&s, "mapping_error m%d", a->map);
		write_step(w, a, strbuf_str(&s));
	}
	strbuf_free(&s);
}

/* What the call was given, where it was not what the mapping has. */
static void add_wrong(const struct distill_act *a, const struct distill_map *m, struct strbuf *s)
{
	bool ended = m->end && m->end < a->seq;

	if (a->as_list)
		strbuf_adds(s, " kind sg");
	else if (a->dev != m->dev)
		strbuf_addf(s, " as d%u", a->dev);
	else if (a->what == DISTILL_UNMAP && ended)
		strbuf_adds(s, " again");
	else if (a->what == DISTILL_UNMAP && a->dma != m->dma)
		strbuf_addf(s, " at +%llu", (unsigned long long)(a->dma - m->dma));
	else if (a->what == DISTILL_UNMAP && a->len != m->len)
		strbuf_addf(s, " size %llu", (unsigned long long)a->len);
	else if (a->dir != m->dir)
		strbuf_addf(s, " dir %s", dirs[a->dir % 3]);
}

static void write_unmap(struct writer *w, const struct distill_act *a)
{
	const struct distill_map *m = &w->d->maps[a->map];
	struct strbuf s = STRBUF_INIT;

	if (m->own == DISTILL_STREAM) {
		strbuf_addf(&s, "unmap m%d", a->map);
		add_wrong(a, m, &s);
	} else {
		strbuf_addf(&s, "%s m%d", m->own == DISTILL_COHERENT ? "free_coherent" :
			    m->own == DISTILL_POOL ? "pool_free" : "free_pages", a->map);
	}
	write_step(w, a, strbuf_str(&s));
	strbuf_free(&s);
}

static void write_sync(struct writer *w, const struct distill_act *a)
{
	const struct distill_map *m = &w->d->maps[a->map];
	struct strbuf s = STRBUF_INIT;

	strbuf_addf(&s, "%s m%d", a->what == DISTILL_SYNC_CPU ? "sync_for_cpu" : "sync_for_device",
		    a->map);
	if (a->dma > m->dma && a->len && a->dma - m->dma < m->len)
		strbuf_addf(&s, "@%llu+%llu", (unsigned long long)(a->dma - m->dma),
			    (unsigned long long)(a->len < m->len - (a->dma - m->dma) ? a->len :
						 m->len - (a->dma - m->dma)));
	else if (a->len && a->len < m->len)
		strbuf_addf(&s, "@0+%llu", (unsigned long long)a->len);
	else if (a->len > m->len && a->dir == m->dir)
		strbuf_addf(&s, " size %llu", (unsigned long long)a->len);
	add_wrong(a, m, &s);
	write_step(w, a, strbuf_str(&s));
	strbuf_free(&s);
}

static void add_operand(const struct writer *w, const struct distill_use *u, struct strbuf *s)
{
	const struct distill_map *m = &w->d->maps[u->map];

	strbuf_addf(s, " m%d@%llu+%llu", u->map, (unsigned long long)(u->dma - m->dma),
		    (unsigned long long)u->len);
}

static void write_prep(struct writer *w, const struct distill_act *a)
{
	const struct distill_tx *t = &w->d->txs[a->tx];
	struct strbuf s = STRBUF_INIT;
	bool stale = false;

	strbuf_addf(&s, "prep t%d = d%u %s", a->tx, t->dev, t->op == OBS_OP_XOR ? "xor" : "memcpy");
	for (unsigned int k = 0; k < t->nr; k++) {
		strbuf_adds(&s, k == 1 ? " <-" : "");
		add_operand(w, &t->use[k], &s);
		stale |= t->use[k].stale;
	}
	strbuf_addf(&s, " flags INTERRUPT ACK%s%s", t->flags & 1u << 5 ? " FENCE" : "",
		    stale ? " stale" : "");
	write_step(w, a, strbuf_str(&s));
	strbuf_free(&s);
}

/* Its callback is written when all that was done in it is known. */
static void write_submit(struct writer *w, const struct distill_act *a)
{
	char text[48];

	snprintf(text, sizeof(text), "submit t%d", a->tx);
	if (a->callback < 0)
		strbuf_addf(&w->body, "\001%d\n", a->tx);
	w->inside[a->tx] = a->callback;
	w->pending[a->dev] = true;
	write_step(w, a, text);
}

static void write_issue(struct writer *w, const struct distill_act *a)
{
	char text[24];

	snprintf(text, sizeof(text), "issue d%u", a->dev);
	if (w->pending[a->dev])
		write_step(w, a, text);
	w->pending[a->dev] = false;
}

static void write_wait(struct writer *w, const struct distill_act *a)
{
	/* In a callback nobody can wait; it will have ended where something needs that. */
	if (a->callback < 0 && !w->waited[a->tx])
		strbuf_addf(&w->body, "    wait t%d\n", a->tx);
	w->waited[a->tx] |= a->callback < 0;
}

static void write_channel(struct writer *w, const struct distill_act *a, const char *word)
{
	char text[32];

	snprintf(text, sizeof(text), "%s d%u", word, a->dev);
	for (size_t i = 0; i < w->d->nr_txs; i++)
		if (w->d->txs[i].wanted && w->d->txs[i].dev == a->dev) {
			write_step(w, a, text);
			return;
		}
}

static void write_free(struct writer *w)
{
	for (size_t i = 0; i < w->d->nr_maps; i++)
		if (w->d->maps[i].of_finding && w->d->maps[i].buffer >= 0) {
			strbuf_addf(&w->body, "    free b%d\n", w->d->maps[i].buffer);
			return;
		}
}

static void write_act(struct writer *w, const struct distill_act *a)
{
	if ((a->map >= 0 && !w->d->maps[a->map].wanted) || (a->tx >= 0 && !w->d->txs[a->tx].wanted))
		return;
	switch (a->what) {
	case DISTILL_MAP:
		write_map(w, a);
		break;
	case DISTILL_UNMAP:
		write_unmap(w, a);
		break;
	case DISTILL_SYNC_CPU:
	case DISTILL_SYNC_DEVICE:
		write_sync(w, a);
		break;
	case DISTILL_PREP:
		write_prep(w, a);
		break;
	case DISTILL_SUBMIT:
		write_submit(w, a);
		break;
	case DISTILL_ISSUE:
		write_issue(w, a);
		break;
	case DISTILL_CALLBACK:
		write_wait(w, a);
		break;
	case DISTILL_TERMINATE:
		write_channel(w, a, "terminate");
		break;
	case DISTILL_SYNCHRONIZE:
		write_channel(w, a, "synchronize");
		break;
	case DISTILL_FREE_MEMORY:
		write_free(w);
		break;
	}
}

/* ---- the whole ---- */

/* With those of what is submitted in it, which stand before it. */
static void add_callback(const struct writer *w, int tx)
{
	for (size_t i = 0; i < w->d->nr_txs; i++)
		if (w->inside[i] == tx)
			add_callback(w, i);
	if (w->callbacks[tx].len)
		strbuf_addf(w->out, "    on_complete t%d {\n%s    }\n", tx,
			    strbuf_str(&w->callbacks[tx]));
}

/* The thread, with each callback before its submit. */
static void add_thread(const struct writer *w)
{
	const char *line = strbuf_str(&w->body);

	strbuf_adds(w->out, "\nthread {\n");
	for (; *line; line += strcspn(line, "\n") + 1) {
		int tx = *line == '\001' ? atoi(line + 1) : -1;

		if (tx < 0)
			strbuf_addf(w->out, "%.*s\n", (int)strcspn(line, "\n"), line);
		else
			add_callback(w, tx);
	}
	strbuf_adds(w->out, "}\n");
}

/* What is left when the finding was made is ended by the rules, or stays if that is the finding. */
static void end_all(struct writer *w)
{
	enum violation_id class = w->d->finding->class->id;
	bool stays = class == V_LEAK || class == V_FREE_WHILE_MAPPED;

	for (unsigned int i = 0; i < w->d->nr_devices; i++)
		if (w->pending[i])
			strbuf_addf(&w->body, "    issue d%u\n", i);
	for (size_t i = 0; i < w->d->nr_txs; i++) {
		const struct distill_tx *t = &w->d->txs[i];

		if (t->wanted && !w->waited[i])
			strbuf_addf(&w->body, "    %s t%zu\n", t->submitted ? "wait" : "forget", i);
	}
	for (size_t i = 0; i < w->d->nr_maps; i++) {
		const struct distill_map *m = &w->d->maps[i];

		if (!w->told[i] || m->end)
			continue;
		strbuf_addf(&w->body, "    %s m%zu\n", stays && m->of_finding ? "forget" :
			    m->own == DISTILL_STREAM ? "unmap" :
			    m->own == DISTILL_COHERENT ? "free_coherent" :
			    m->own == DISTILL_POOL ? "pool_free" : "free_pages", i);
	}
}

static void add_head(const struct writer *w, const char *name)
{
	const struct finding *f = w->d->finding;
	char driver[24];
	size_t n = 0;

	for (const char *p = f->driver; *p && n < sizeof(driver) - 1; p++)
		if (*p > ' ' && *p < 0x7f && *p != '"' && *p != '\\')
			driver[n++] = *p;
	driver[n] = '\0';
	strbuf_addf(w->out, "scenario %s\n    \"%s: %s, event %llu of a recording\"\n\n", name,
		    n ? driver : "a driver", f->class->name, (unsigned long long)f->seq);
	if (w->d->nr_devices > 1)
		strbuf_adds(w->out, "allow foreign-map\n\n");
	for (unsigned int i = 0; i < w->d->nr_devices; i++)
		strbuf_addf(w->out, "engine d%u %s\n", i,
			    w->d->xor[i] ? "xor like talitos" : "memcpy like fsl-dma");
	for (int i = 0; i < w->nr_buffers; i++)
		strbuf_addf(w->out, "%sbuffer b%d %llu random offset %llu\n", i ? "" : "\n", i,
			    (unsigned long long)(w->buffer[i].end - w->buffer[i].first),
			    (unsigned long long)(w->buffer[i].first % PAGE));
}

int distill_text(struct distilled *d, const char *name, struct strbuf *out, const char **why)
{
	struct writer w = { .d = d, .out = out };
	int err;

	w.callbacks = xcalloc(d->nr_txs + 1, sizeof(*w.callbacks));
	w.told = xcalloc(d->nr_maps + 1, sizeof(*w.told));
	w.waited = xcalloc(d->nr_txs + 1, sizeof(*w.waited));
	w.inside = xmalloc((d->nr_txs + 1) * sizeof(*w.inside));
	for (size_t i = 0; i < d->nr_txs; i++)
		w.inside[i] = -1;
	err = lay_out(&w, why);
	if (!err) {
		add_head(&w, name);
		for (size_t i = 0; i < d->nr_acts; i++)
			write_act(&w, &d->acts[i]);
		end_all(&w);
		add_thread(&w);
		strbuf_addf(out, "\nexpect %s\n", d->finding->class->name);
	}
	for (size_t i = 0; i < d->nr_txs; i++)
		strbuf_free(&w.callbacks[i]);
	free(w.callbacks);
	free(w.told);
	free(w.waited);
	free(w.inside);
	free(w.buffer);
	strbuf_free(&w.body);
	return err;
}
