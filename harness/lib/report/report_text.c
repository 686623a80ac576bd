// SPDX-License-Identifier: GPL-2.0-only
/* The report of a finding, laid out like KASAN's reports. */
#include <stdio.h>

#include "lib/base/visible.h"
#include "report.h"
#include "report_words.h"

#define RULE "=================================================================="

/* What is written, where to, and who knows the steps that made its calls. */
struct writer {
	const struct evstream *s;
	const struct report_steps *steps;	/* or NULL */
	struct strbuf *out;
};

static void add_step(const struct writer *w, const struct report_at *at)
{
	struct strbuf step = STRBUF_INIT;

	if (w->steps && at && at->time_ns && w->steps->find(w->steps->arg, at, &step))
		strbuf_addf(w->out, " step %s\n", strbuf_str(&step));
	strbuf_free(&step);
}

static void add_stack(const struct writer *w, int32_t id, const struct report_at *at)
{
	const uint64_t *ips;
	unsigned int n = report_stack(w->s, id, &ips);

	add_step(w, at);
	for (unsigned int i = 0; i < n; i++) {
		const char *name = evstream_symbol(w->s, ips[i]);

		if (name)
			strbuf_addf(w->out, " %s\n", name);
		else
			strbuf_addf(w->out, " 0x%llx\n", (unsigned long long)ips[i]);
	}
	if (!n)
		strbuf_adds(w->out, " (no stack was taken)\n");
}

static void add_time(struct strbuf *out, uint64_t ns)
{
	if (ns < 10000)
		strbuf_addf(out, "%llu ns", (unsigned long long)ns);
	else if (ns < 10000000)
		strbuf_addf(out, "%llu us", (unsigned long long)ns / 1000);
	else
		strbuf_addf(out, "%llu ms", (unsigned long long)ns / 1000000);
}

static void add_where(struct strbuf *out, uint8_t level, uint32_t task, uint16_t cpu)
{
	if (level)
		strbuf_addf(out, "in %s on CPU %u", report_level(level), cpu);
	else
		strbuf_addf(out, "by task %u on CPU %u", task, cpu);
}

static void add_device(struct strbuf *out, const char *device, const char *driver)
{
	strbuf_adds(out, *device ? device : "a device without a name");
	if (*driver)
		strbuf_addf(out, " (%s)", driver);
}

static void add_map(const struct writer *w, const struct finding_map *m, const char *what)
{
	const struct report_at made = { m->made_ns, OBS_MAP, m->level, m->cpu, m->dma };
	const struct report_at gone = { m->gone_ns, OBS_UNMAP, -1, -1, 0 };
	struct strbuf *out = w->out;
	char attrs[128];

	report_attrs(m->attrs, attrs);
	strbuf_addf(out, "\n%s, of ", what);
	add_device(out, m->device, m->driver);
	strbuf_addf(out, ":\n %s, %llu bytes %s, attributes %s\n DMA address 0x%llx", m->kind,
		    (unsigned long long)m->len, report_dir(m->dir), attrs,
		    (unsigned long long)m->dma);
	if (m->phys)
		strbuf_addf(out, ", physical 0x%llx-0x%llx", (unsigned long long)m->phys,
			    (unsigned long long)(m->phys + (m->len ? m->len - 1 : 0)));
	strbuf_adds(out, "\nmade ");
	add_time(out, m->age_ns);
	strbuf_adds(out, " before, ");
	add_where(out, m->level, m->task, m->cpu);
	strbuf_adds(out, "\nmapped here:\n");
	add_stack(w, m->stack, &made);
	if (!m->unmapped_ns)
		return;
	strbuf_adds(out, "unmapped ");
	add_time(out, m->unmapped_ns);
	strbuf_adds(out, " before:\n");
	add_stack(w, m->unmap_stack, &gone);
}

static void add_tx(const struct writer *w, const struct finding_tx *tx, const char *what)
{
	const struct report_at prep = { tx->prep_ns, OBS_PREP, -1, -1, 0 };
	const struct report_at submit = { tx->submit_ns, OBS_SUBMIT, -1, -1, 0 };
	struct strbuf *out = w->out;

	strbuf_addf(out, "\n%s: ", what);
	add_device(out, tx->device, tx->driver);
	strbuf_addf(out, " channel %u", tx->chan_id);
	if (!tx->has_desc) {
		strbuf_addc(out, '\n');
		return;
	}
	strbuf_addf(out, ", %s of %llu bytes", report_op(tx->op), (unsigned long long)tx->len);
	if (tx->cookie)
		strbuf_addf(out, ", cookie %d", tx->cookie);
	strbuf_adds(out, "\n");
	if (tx->prep_stack >= 0) {
		strbuf_adds(out, "prepared at:\n");
		add_stack(w, tx->prep_stack, &prep);
	}
	if (tx->submit_stack >= 0) {
		strbuf_adds(out, "submitted at:\n");
		add_stack(w, tx->submit_stack, &submit);
	}
}

/* The provider puts it too, but whose it is shows where it was got. */
static void add_ud(const struct writer *w, const struct finding_ud *ud)
{
	struct strbuf *out = w->out;

	strbuf_addf(out, "\nthe unmap data, with room for %u addresses: submitted with %u descriptors, put %u times\n"
		    "got by task %u:\n", ud->room, ud->users, ud->puts, ud->get_task);
	add_stack(w, ud->get_stack, NULL);
	if (!ud->puts)
		return;
	strbuf_addf(out, "last put by task %u:\n", ud->put_task);
	add_stack(w, ud->put_stack, NULL);
}

/* Prints the bytes that both ranges have in common, or how far they are apart. */
static void add_common(const struct finding *f, struct strbuf *out)
{
	uint64_t a = f->map.phys, b = f->other.phys;
	uint64_t start = a > b ? a : b;
	uint64_t a_end = a + f->map.len, b_end = b + f->other.len;
	uint64_t end = a_end < b_end ? a_end : b_end;

	if (!f->has_map || !f->has_other)
		return;
	if (start < end)
		strbuf_addf(out, "\nin common: physical 0x%llx-0x%llx, %llu bytes\n",
			    (unsigned long long)start, (unsigned long long)end - 1,
			    (unsigned long long)(end - start));
	else
		strbuf_addf(out, "\nbetween them: %llu bytes\n", (unsigned long long)(start - end));
}

static void add_call(const struct writer *w, const struct finding *f)
{
	const struct report_at at = { f->time_ns, f->type, f->level, f->cpu, 0 };
	struct strbuf *out = w->out;

	strbuf_addf(out, "%s ", report_call(f->type, f->kind));
	add_where(out, f->level, f->task, f->cpu);
	strbuf_addf(out, " at %llu.%09llu, event %llu",
		    (unsigned long long)(f->time_ns / 1000000000),
		    (unsigned long long)(f->time_ns % 1000000000), (unsigned long long)f->seq);
	if (f->flags & OBS_F_LOCKED)
		strbuf_adds(out, ", with a spinlock held");
	if (f->flags & OBS_F_IRQS_OFF)
		strbuf_adds(out, ", with interrupts off");
	/* A stack of the mapping or the descriptor stands below, under its own name. */
	if (f->own_stack && f->type == OBS_CPU_ACCESS)
		strbuf_adds(out, ": the instruction, then where the processor came from");
	strbuf_adds(out, f->own_stack ? ":\n" : "\n");
	if (f->own_stack)
		add_stack(w, f->stack, &at);
	if (f->detail[0])
		strbuf_addf(out, "%s\n", f->detail);
}

/* Names are of a recording, and the text is looked at in a terminal. */
static void show(struct strbuf *text, struct strbuf *out)
{
	visible_add(out, strbuf_str(text), text->len, VISIBLE_LINES);
	strbuf_free(text);
}

/* One bug, one headline: of what it led to, the stacks above say enough. */
static void add_followers(const struct report_group *groups, size_t nr, size_t i,
			  struct strbuf *out)
{
	bool said = false;

	for (size_t k = 0; k < nr; k++) {
		if (groups[k].follows != i + 1)
			continue;
		strbuf_addf(out, "%s %s (%llu times)\n", said ? "" : "\nthen, of the same:\n",
			    groups[k].title, (unsigned long long)groups[k].count);
		said = true;
	}
}

static void add_report(const struct writer *w, const struct report_group *groups, size_t nr,
		       size_t i, const char *again)
{
	const struct report_group *g = &groups[i];
	const struct finding *f = g->first;
	struct strbuf *out = w->out;

	strbuf_addf(out, "%s\nBUG: dmatorture: %s\n\n", RULE, g->title);
	add_call(w, f);
	if (f->in_callback) {
		add_tx(w, &f->callback, "in the completion of");
		if (f->callback_stack >= 0) {
			strbuf_adds(out, "called at:\n");
			add_stack(w, f->callback_stack, NULL);
		}
	}
	if (f->has_map)
		add_map(w, &f->map, f->has_other ? "this mapping" : "the mapping");
	if (f->has_other)
		add_map(w, &f->other, "the other mapping");
	add_common(f, out);
	if (f->has_tx)
		add_tx(w, &f->tx, f->tx.has_desc ? "the descriptor" : "the channel");
	if (f->has_other_tx)
		add_tx(w, &f->other_tx, "the other descriptor");
	if (f->has_ud)
		add_ud(w, &f->ud);
	/* Neither a mapping nor a descriptor has it: of IOVA or a pool that is left. */
	if (!f->own_stack && !f->has_map && !f->has_tx) {
		strbuf_adds(out, "\nmade here:\n");
		add_stack(w, f->stack, NULL);
	}
	add_followers(groups, nr, i, out);
	strbuf_addf(out, "\nrule: %s\ndoc: %s\n", f->class->definition, f->class->doc);
	if (again)
		strbuf_addf(out, "again: %s\n", again);
	if (g->count > 1)
		strbuf_addf(out, "seen %llu times\n", (unsigned long long)g->count);
	strbuf_addf(out, "%s\n", RULE);
}

void report_text(const struct evstream *s, const struct report_group *groups, size_t nr, size_t i,
		 const char *again, const struct report_steps *steps, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	const struct writer w = { s, steps, &text };

	add_report(&w, groups, nr, i, again);
	show(&text, out);
}

void report_list(const struct report_group *groups, size_t nr, struct strbuf *out)
{
	size_t folded = 0;

	for (size_t i = 0; i < nr; i++)
		folded += groups[i].follows != 0;
	strbuf_addf(out, "violations: %zu", nr);
	if (folded)
		strbuf_addf(out, ", %zu of which follow from another", folded);
	strbuf_addc(out, '\n');
	for (size_t i = 0; i < nr; i++) {
		if (groups[i].follows)
			continue;
		strbuf_addf(out, "  %6llu  %s\n", (unsigned long long)groups[i].count,
			    groups[i].title);
		for (size_t k = 0; k < nr; k++)
			if (groups[k].follows == i + 1)
				strbuf_addf(out, "  %6llu    then %s\n",
					    (unsigned long long)groups[k].count, groups[k].title);
	}
}

/* Which devices: then it is clear what to do about it. */
static void add_elided(const struct judge *j, struct strbuf *out)
{
	const char *name;
	uint64_t times;

	for (size_t i = 0; (name = judge_elided(j, i, &times)); i++)
		strbuf_addf(out, "not judged: %llu: syncs of %s are elided by the kernel, so who owns is not known\n",
			    (unsigned long long)times, name);
}

/* Not a finding: a cache that fills does the same. */
static void add_growth(const struct evstream *s, struct strbuf *out)
{
	const struct writer w = { s, NULL, out };
	struct judge_growth g;

	for (size_t i = 0; judge_growth(evstream_judge(s), i, &g); i++) {
		strbuf_addf(out, "hint: a leak? of %s mappings that one call path makes for ", g.kind);
		add_device(out, g.device, g.driver);
		strbuf_addf(out, " %llu are live, %llu more than %llu s ago, and they only grew:\n",
			    (unsigned long long)g.live, (unsigned long long)g.more,
			    (unsigned long long)(g.ns / 1000000000));
		add_stack(&w, g.stack, NULL);
	}
}

static void add_unwatched(const struct evstream *s, struct strbuf *out)
{
	if (!evstream_unwatched(s))
		return;
	strbuf_adds(out, "not watched: ");
	violation_needing(NEEDS_CPU_WATCH, out);
	strbuf_addf(out, ": %s\n", evstream_unwatched(s));
}

static void add_summary(const struct evstream *s, struct strbuf *out)
{
	const struct judge_counters *n = judge_counters(evstream_judge(s));
	const char *doubt = evstream_incomplete(s);

	strbuf_addf(out, "events: %llu, mappings: %llu (%llu from pools, at most %llu at once), descriptors: %llu\n",
		    (unsigned long long)n->events, (unsigned long long)n->maps,
		    (unsigned long long)n->blocks, (unsigned long long)n->peak,
		    (unsigned long long)n->txs);
	add_growth(s, out);
	add_elided(evstream_judge(s), out);
	for (int i = 0; i < UNKNOWN__COUNT; i++)
		if (n->unknown[i] && i != UNKNOWN_ELIDED)
			strbuf_addf(out, "not judged: %llu: %s\n",
				    (unsigned long long)n->unknown[i], judge_unknown_text(i));
	if (n->bad)
		strbuf_addf(out, "events that make no sense: %llu\n", (unsigned long long)n->bad);
	if (n->findings_dropped)
		strbuf_addf(out, "findings without details: %llu\n",
			    (unsigned long long)n->findings_dropped);
	add_unwatched(s, out);
	strbuf_adds(out, evstream_uncounted(s));
	if (doubt)
		strbuf_addf(out, "incomplete: %s\n", doubt);
}

void report_summary(const struct evstream *s, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;

	add_summary(s, &text);
	show(&text, out);
}

void report_class(const struct violation *v, struct strbuf *out)
{
	strbuf_addf(out, "%s (%s)\n  %s\n\n", v->name, v->code, v->definition);
	strbuf_addf(out, "doc:   %s\n", v->doc);
	if (v->seen)
		strbuf_addf(out, "rule:  %s\n", v->rule);
	else
		strbuf_addf(out, "not seen: %s\n", v->why_not);
	if (v->needs != NEEDS_NOTHING)
		strbuf_addf(out, "needs: %s\n", violation_needs_text(v->needs) + 6);
}
