// SPDX-License-Identifier: GPL-2.0-only
/* Writes findings as JSON; addresses are strings, as numbers in JSON have only 53 bits. */
#include "lib/base/json_text.h"
#include "lib/report/report_words.h"
#include "report_json.h"

static json_t *hex(uint64_t n)
{
	return json_textf("0x%llx", (unsigned long long)n);
}

static json_t *stack_json(const struct evstream *s, int32_t id)
{
	json_t *a = json_array();
	const uint64_t *ips;
	unsigned int n = evstream_stack(s, id, &ips);

	for (unsigned int i = 0; i < n; i++) {
		const char *name = evstream_symbol(s, ips[i]);

		json_array_append_new(a, name ? json_text(name) : hex(ips[i]));
	}
	return a;
}

static json_t *map_json(const struct evstream *s, const struct finding_map *m)
{
	json_t *o = json_object();
	char attrs[128];

	report_attrs(m->attrs, attrs);
	json_object_set_new(o, "device", json_text(m->device));
	json_object_set_new(o, "driver", json_text(m->driver));
	json_object_set_new(o, "kind", json_text(m->kind));
	json_object_set_new(o, "dma", hex(m->dma));
	json_object_set_new(o, "phys", hex(m->phys));
	json_object_set_new(o, "len", json_integer((json_int_t)m->len));
	json_object_set_new(o, "dir", json_text(report_dir(m->dir)));
	json_object_set_new(o, "attrs", json_text(attrs));
	json_object_set_new(o, "age_ns", json_integer((json_int_t)m->age_ns));
	json_object_set_new(o, "stack", stack_json(s, m->stack));
	if (m->unmapped_ns)
		json_object_set_new(o, "unmap_stack", stack_json(s, m->unmap_stack));
	return o;
}

static json_t *tx_json(const struct evstream *s, const struct finding_tx *tx)
{
	json_t *o = json_object();

	json_object_set_new(o, "device", json_text(tx->device));
	json_object_set_new(o, "driver", json_text(tx->driver));
	json_object_set_new(o, "channel", json_integer(tx->chan_id));
	if (!tx->has_desc)
		return o;
	json_object_set_new(o, "cookie", json_integer(tx->cookie));
	json_object_set_new(o, "op", json_text(report_op(tx->op)));
	json_object_set_new(o, "len", json_integer((json_int_t)tx->len));
	json_object_set_new(o, "prep_stack", stack_json(s, tx->prep_stack));
	json_object_set_new(o, "submit_stack", stack_json(s, tx->submit_stack));
	return o;
}

json_t *report_json(const struct evstream *s, const struct report_group *g)
{
	const struct finding *f = g->first;
	json_t *o = json_object();

	json_object_set_new(o, "class", json_text(f->class->name));
	json_object_set_new(o, "code", json_text(f->class->code));
	json_object_set_new(o, "title", json_text(g->title));
	json_object_set_new(o, "count", json_integer((json_int_t)g->count));
	json_object_set_new(o, "detail", json_text(f->detail));
	json_object_set_new(o, "device", json_text(f->device));
	json_object_set_new(o, "driver", json_text(f->driver));
	json_object_set_new(o, "seq", json_integer((json_int_t)f->seq));
	json_object_set_new(o, "time_ns", json_integer((json_int_t)f->time_ns));
	json_object_set_new(o, "call", json_text(report_call(f->type, f->kind)));
	json_object_set_new(o, "level", json_text(report_level(f->level)));
	json_object_set_new(o, "task", json_integer(f->task));
	json_object_set_new(o, "cpu", json_integer(f->cpu));
	json_object_set_new(o, "stack", stack_json(s, f->stack));
	if (f->has_map)
		json_object_set_new(o, "mapping", map_json(s, &f->map));
	if (f->has_other)
		json_object_set_new(o, "other_mapping", map_json(s, &f->other));
	if (f->has_tx)
		json_object_set_new(o, "descriptor", tx_json(s, &f->tx));
	if (f->has_other_tx)
		json_object_set_new(o, "other_descriptor", tx_json(s, &f->other_tx));
	if (f->in_callback)
		json_object_set_new(o, "callback_of", tx_json(s, &f->callback));
	return o;
}

json_t *report_summary_json(const struct evstream *s)
{
	const struct judge_counters *n = judge_counters(evstream_judge(s));
	const char *doubt = evstream_incomplete(s);
	json_t *o = json_object(), *unknown = json_object();

	for (int i = 0; i < UNKNOWN__COUNT; i++)
		if (n->unknown[i])
			json_object_set_new(unknown, judge_unknown_text(i),
					    json_integer((json_int_t)n->unknown[i]));
	json_object_set_new(o, "release", json_text(evstream_release(s)));
	json_object_set_new(o, "incomplete", doubt ? json_text(doubt) : json_null());
	json_object_set_new(o, "events", json_integer((json_int_t)n->events));
	json_object_set_new(o, "lost", json_integer((json_int_t)n->lost));
	json_object_set_new(o, "bad", json_integer((json_int_t)n->bad));
	json_object_set_new(o, "mappings", json_integer((json_int_t)n->maps));
	json_object_set_new(o, "peak", json_integer((json_int_t)n->peak));
	json_object_set_new(o, "descriptors", json_integer((json_int_t)n->txs));
	json_object_set_new(o, "occurrences", json_integer((json_int_t)n->occurrences));
	json_object_set_new(o, "not_judged", unknown);
	return o;
}
