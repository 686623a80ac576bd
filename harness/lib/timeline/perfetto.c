// SPDX-License-Identifier: GPL-2.0-only
/* Bars as complete events (X), findings as instants (i), prep to callback as flows (s, f). */
#include "perfetto.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bars.h"
#include "chart.h"
#include "lib/base/json_text.h"
#include "lib/judge/recording.h"
#include "lib/report/report.h"
#include "lib/report/report_words.h"
#include "names.h"

#define CONTEXTS	1	/* the process of threads and interrupts; devices follow */
#define MAX_ROWS	1000	/* of a device; what needs more is left out */

/* A process, or a thread of one. */
struct row {
	struct table_node node;
	uint64_t key;		/* device; or context */
	unsigned int id;
	uint64_t *ends;		/* of a process: when each of its rows is free again */
	unsigned int nr;
};

struct perfetto {
	FILE *out;
	struct names names;
	struct bars *bars;
	struct table devices, contexts;
	struct evstream *s;
	struct bar *kept;		/* by their begin, when all have ended */
	size_t nr, cap;
	uint64_t start_ns;
	bool started, any;
};

static double us(const struct perfetto *p, uint64_t ns)
{
	return ns > p->start_ns ? (double)(ns - p->start_ns) / 1000 : 0;
}

static void put(struct perfetto *p, json_t *event)
{
	char *text = json_take(event, JSON_COMPACT | JSON_REAL_PRECISION(15));

	fprintf(p->out, "%s%s", p->any ? ",\n" : "", text);
	p->any = true;
	free(text);
}

/* ph, pid and tid, which each event has. */
static json_t *event(const char *ph, unsigned int pid, unsigned int tid)
{
	json_t *o = json_object();

	json_object_set_new(o, "ph", json_text(ph));
	json_object_set_new(o, "pid", json_integer(pid));
	json_object_set_new(o, "tid", json_integer(tid));
	return o;
}

static void put_name(struct perfetto *p, const char *what, unsigned int pid, unsigned int tid,
		     json_t *name)
{
	json_t *o = event("M", pid, tid), *args = json_object();

	json_object_set_new(o, "name", json_text(what));
	json_object_set_new(args, "name", name);
	json_object_set_new(o, "args", args);
	put(p, o);
}

static struct row *row_of(struct table *t, uint64_t key, unsigned int first, bool *new)
{
	struct table_node *n = table_first(t, key);
	struct row *r;

	*new = !n;
	if (n)
		return table_entry(n, struct row, node);
	r = xcalloc(1, sizeof(*r));
	r->key = key;
	r->id = first + (unsigned int)t->nr;
	table_add(t, &r->node, key);
	return r;
}

/* The thread of a context, in the process CONTEXTS. */
static unsigned int context_of(struct perfetto *p, uint8_t level, uint32_t task, uint16_t cpu)
{
	uint64_t key = (uint64_t)level << 32 | (level == OBS_TASK ? task : cpu);
	bool new;
	struct row *r = row_of(&p->contexts, key, 1, &new);

	if (new && level == OBS_TASK)
		put_name(p, "thread_name", CONTEXTS, r->id, json_textf("task %u", task));
	else if (new)
		put_name(p, "thread_name", CONTEXTS, r->id,
			 json_textf("%s on CPU %u", report_level(level), cpu));
	return r->id;
}

static struct row *device_of(struct perfetto *p, uint64_t dev)
{
	const struct window w = { .names = p->names };
	struct strbuf name = STRBUF_INIT;
	bool new;
	struct row *r = row_of(&p->devices, dev, CONTEXTS + 1, &new);

	if (new) {
		chart_device(&w, dev, &name);
		put_name(p, "process_name", r->id, 0, json_text(strbuf_str(&name)));
		strbuf_free(&name);
	}
	return r;
}

/* The first row of a device that is free from then on; 0: there is none. */
static unsigned int free_row(struct row *r, uint64_t from, uint64_t to)
{
	for (unsigned int i = 0; i < r->nr; i++)
		if (r->ends[i] <= from) {
			r->ends[i] = to;
			return i + 1;
		}
	if (r->nr == MAX_ROWS)
		return 0;
	r->ends = xrealloc(r->ends, (r->nr + 1) * sizeof(*r->ends));
	r->ends[r->nr++] = to;
	return r->nr;
}

/* ---- events ---- */

static void set_span(const struct perfetto *p, json_t *o, uint64_t from, uint64_t to)
{
	json_object_set_new(o, "ts", json_real(us(p, from)));
	json_object_set_new(o, "dur", json_real(to > from ? (double)(to - from) / 1000 : 0));
}

static json_t *args_of(const struct bar *b)
{
	json_t *args = json_object();

	json_object_set_new(args, "event", json_integer((json_int_t)b->seq));
	if (b->dma || b->kind == BAR_MAP)
		json_object_set_new(args, "dma", json_textf("0x%llx", (unsigned long long)b->dma));
	if (b->phys)
		json_object_set_new(args, "phys", json_textf("0x%llx", (unsigned long long)b->phys));
	json_object_set_new(args, "bytes", json_textf("%llu", (unsigned long long)b->len));
	if (b->kind == BAR_TX)
		json_object_set_new(args, "cookie", json_integer(b->cookie));
	if (!b->ended)
		json_object_set_new(args, "end", json_text("not in the recording"));
	return args;
}

static void put_flow(struct perfetto *p, const char *ph, unsigned int pid, unsigned int tid,
		     uint64_t id, uint64_t ns)
{
	json_t *o = event(ph, pid, tid);

	json_object_set_new(o, "name", json_text("prep to callback"));
	json_object_set_new(o, "cat", json_text("descriptor"));
	json_object_set_new(o, "id", json_integer((json_int_t)(id & INT64_MAX)));
	json_object_set_new(o, "ts", json_real(us(p, ns)));
	if (*ph == 'f')
		json_object_set_new(o, "bp", json_text("e"));
	put(p, o);
}

static void put_bar(struct perfetto *p, const struct bar *b)
{
	static const char *const cats[] = { "mapping", "memory", "lent", "descriptor", "callback" };
	const struct chart_piece piece = { .bar = b };
	struct strbuf name = STRBUF_INIT;
	unsigned int pid = CONTEXTS, tid;
	json_t *o;

	if (b->kind == BAR_CALLBACK) {
		tid = context_of(p, b->level, b->task, b->cpu);
	} else {
		struct row *r = device_of(p, b->dev);

		pid = r->id;
		tid = free_row(r, b->from_ns, b->to_ns);
	}
	if (!tid)
		return;
	chart_describe(&piece, &name);
	o = event("X", pid, tid);
	json_object_set_new(o, "name", json_text(strbuf_str(&name)));
	json_object_set_new(o, "cat", json_text(cats[b->kind]));
	set_span(p, o, b->from_ns, b->to_ns);
	json_object_set_new(o, "args", args_of(b));
	put(p, o);
	strbuf_free(&name);
	if (b->kind == BAR_TX && b->call_ns)
		put_flow(p, "s", pid, tid, b->seq, b->from_ns);
	if (b->kind == BAR_CALLBACK && b->of && b->func)
		put_flow(p, "f", pid, tid, b->of, b->from_ns);
}

static void put_finding(struct perfetto *p, const struct finding *f)
{
	json_t *o = event("i", CONTEXTS, context_of(p, f->level, f->task, f->cpu));
	json_t *args = json_object();
	char title[REPORT_TITLE];

	report_title(p->s, f, title);
	json_object_set_new(o, "name", json_text(title));
	json_object_set_new(o, "cat", json_text("violation"));
	json_object_set_new(o, "s", json_text("g"));
	json_object_set_new(o, "ts", json_real(us(p, f->time_ns)));
	json_object_set_new(args, "class", json_text(f->class->name));
	json_object_set_new(args, "event", json_integer((json_int_t)f->seq));
	json_object_set_new(args, "times", json_integer((json_int_t)f->count));
	json_object_set_new(o, "args", args);
	put(p, o);
}

/* ---- the pass ---- */

static void keep(void *arg, const struct bar *b)
{
	struct perfetto *p = arg;

	if (p->nr == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 256;
		p->kept = xrealloc(p->kept, p->cap * sizeof(*p->kept));
	}
	p->kept[p->nr++] = *b;
}

static void take(void *arg, const struct obs_event *e)
{
	struct perfetto *p = arg;

	if (!p->started)
		p->start_ns = e->time_ns;
	p->started = true;
	names_take(&p->names, e);
	bars_event(p->bars, e);
}

static int by_begin(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;

	if (x->from_ns != y->from_ns)
		return x->from_ns < y->from_ns ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void free_row_node(struct table_node *n)
{
	struct row *r = table_entry(n, struct row, node);

	free(r->ends);
	free(r);
}

static void put_all(struct perfetto *p, const struct judge *j)
{
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", p->out);
	put_name(p, "process_name", CONTEXTS, 0, json_text("threads and interrupts"));
	if (p->nr)
		qsort(p->kept, p->nr, sizeof(*p->kept), by_begin);
	for (size_t i = 0; i < p->nr; i++)
		put_bar(p, &p->kept[i]);
	for (size_t i = 0; i < judge_findings(j); i++)
		put_finding(p, judge_finding(j, i));
	fputs("\n]}\n", p->out);
}

int perfetto_write(FILE *file, const struct evstream *judged, FILE *out)
{
	struct perfetto p = { .out = out };
	struct evstream *s;
	char why[256];

	if (fseek(file, 0, SEEK_SET))
		return -errno;
	s = evstream_new(NULL);
	p.bars = bars_new(keep, &p);
	evstream_listen(s, take, &p);
	recording_read(file, s, why);
	p.s = s;
	bars_finish(p.bars);
	put_all(&p, evstream_judge(judged));
	bars_free(p.bars);
	evstream_free(s);
	names_free(&p.names);
	table_drain(&p.devices, free_row_node);
	table_drain(&p.contexts, free_row_node);
	free(p.kept);
	return ferror(out) ? -EIO : 0;
}
