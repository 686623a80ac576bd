// SPDX-License-Identifier: GPL-2.0-only
/* Writes result.json cell by cell, so that not all cells must fit into memory as JSON. */
#include "output.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json_text.h"
#include "lib/statistics/stats.h"
#include "lib/verdict/run.h"

static json_t *strings(char *const *s, unsigned int nr)
{
	json_t *a = json_array();

	for (unsigned int i = 0; i < nr; i++)
		json_array_append_new(a, json_text(s[i]));
	return a;
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* Makes a string of a 64-bit word, as JSON's numbers would round it. */
static json_t *hex(uint64_t n)
{
	return json_textf("0x%llx", (unsigned long long)n);
}

static json_t *params_json(const struct cell *cell)
{
	json_t *o = json_object();

	for (unsigned int i = 0; i < cell->nr_params; i++)
		json_put(o, cell->params[i].name, json_text(cell->params[i].value));
	return o;
}

static const char *ctx_name(unsigned int ctx)
{
	static const char *const names[DMT_CTX__COUNT] = {
		"task", "softirq", "hardirq", "workqueue", "atomic",
	};

	return ctx < DMT_CTX__COUNT ? names[ctx] : "unknown";
}

static json_t *step_json(const struct cell *cell, const struct dmt_record *rec)
{
	return json_pack("{s:i s:o s:i s:I s:i s:i s:o s:i s:o}",
			 "step", (int)rec->step,
			 "text", json_text(rec->step < cell->nr_steps ?
					   cell->step_text[rec->step] : "?"),
			 "iteration", (int)rec->iteration,
			 "time_ns", (json_int_t)rec->time_ns,
			 "cpu", (int)rec->cpu,
			 "thread", rec->thread == 0xff ? -1 : (int)rec->thread,
			 "context", json_text(ctx_name(rec->ctx)),
			 "status", (int)(int32_t)rec->status,
			 "value", hex(rec->value));
}

static json_t *steps_json(const struct cell *cell, const struct cell_result *r)
{
	json_t *a = json_array();

	for (size_t i = 0; i < r->nr_records && i < RESULT_STEPS; i++)
		json_array_append_new(a, step_json(cell, &r->records[i]));
	return a;
}

static json_t *domains_json(const struct cell *cell, const struct dmt_sums *s)
{
	json_t *o = json_object();

	for (unsigned int i = 0; i < cell->nr_engines; i++)
		json_put(o, cell->engine_names[i], json_integer(s->domain[i]));
	return o;
}

static json_t *sums_json(const struct cell *cell, const struct dmt_sums *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "status", json_integer(s->status));
	json_object_set_new(o, "iterations", number(s->iterations));
	json_object_set_new(o, "virtual_ns", number(s->ns));
	json_object_set_new(o, "steps", number(s->steps));
	json_object_set_new(o, "steps_failed", number(s->steps_failed));
	json_object_set_new(o, "maps", number(s->maps));
	json_object_set_new(o, "maps_bounced", number(s->maps_bounced));
	json_object_set_new(o, "foreign_maps", number(s->foreign_maps));
	json_object_set_new(o, "low_buffers", number(s->low_buffers));
	json_object_set_new(o, "leftover_maps", number(s->leftover_maps));
	json_object_set_new(o, "leftover_txs", number(s->leftover_txs));
	json_object_set_new(o, "records", number(s->records));
	json_object_set_new(o, "records_lost", number(s->records_lost));
	json_object_set_new(o, "digest", hex(s->digest));
	json_object_set_new(o, "domains", domains_json(cell, s));
	return o;
}

static json_t *data_json(const struct run *run, const struct verdict *v, const struct dmt_sums *s)
{
	json_t *o = json_object();
	double low, high;

	json_object_set_new(o, "verdict", json_text(data_name(v->data)));
	json_object_set_new(o, "checks", number(s->checks));
	json_object_set_new(o, "bad", number(s->checks_bad));
	if (s->checks_bad)
		json_object_set_new(o, "first_bad_iteration", number(s->first_bad));
	/* Where a seed fixes the interleaving, another run gives the same count. */
	if (run->free_running && s->checks) {
		share_interval(s->checks_bad, s->checks, &low, &high);
		json_object_set_new(o, "bad_share_95", json_pack("[f,f]", low, high));
	}
	return o;
}

/* What is known of an engine that was there already. */
static void add_picked(json_t *o, const struct engine_stats *s)
{
	json_object_set_new(o, "device", json_text(s->device));
	json_object_set_new(o, "driver", json_text(s->driver));
	json_object_set_new(o, "translation", json_text(s->translation));
	json_object_set_new(o, "copy_align", number(s->copy_align));
	json_object_set_new(o, "max_segment", number(s->max_segment));
	if (s->max_xor) {
		json_object_set_new(o, "xor_align", number(s->xor_align));
		json_object_set_new(o, "max_xor", number(s->max_xor));
	}
	if (s->reads) {
		json_object_set_new(o, "reads", number(s->reads));
		json_object_set_new(o, "nothing", number(s->nothing));
	}
}

static json_t *engines_json(const struct cell_result *r)
{
	json_t *a = json_array();

	for (unsigned int i = 0; i < r->nr_engines; i++) {
		const struct engine_stats *s = &r->engines[i];
		json_t *o = json_object();

		json_object_set_new(o, "name", json_text(s->name));
#define COUNT(member) json_object_set_new(o, #member, number(s->member))
		COUNT(submitted);
		COUNT(completed);
		COUNT(errors);
		COUNT(terminated);
		COUNT(bytes);
		COUNT(access_faults);
		COUNT(dropped);
		COUNT(delayed);
		COUNT(failed);
		COUNT(early);
		COUNT(busted);
#undef COUNT
		if (s->picked)
			add_picked(o, s);
		for (int k = 0; k < NR_OPS; k++)
			if (s->ops[k])
				json_object_set_new(o, op_words[k], number(s->ops[k]));
		json_array_append_new(a, o);
	}
	return a;
}

/* Lists violations by title, with their counts and one example of a device each. */
static json_t *violations_json(const struct seen *seen)
{
	json_t *a = json_array();

	for (size_t i = 0; i < seen->nr_groups; i++)
		json_array_append_new(a, json_pack("{s:o s:o s:o s:o s:o}",
			"class", json_text(seen->groups[i].class),
			"title", json_text(seen->groups[i].title),
			"what", json_text(seen->groups[i].what),
			"device", json_text(seen->groups[i].device),
			"count", number(seen->groups[i].count)));
	return a;
}

static json_t *workload_json(const struct cell *cell, const struct cell_result *r)
{
	json_t *o = json_object(), *stage;

	json_object_set_new(o, "kind", json_text(workload_words[cell->workload]));
	for (int i = 0; i < STAGE__COUNT; i++) {
		if (!r->stages[i].ran)
			continue;
		stage = json_pack("{s:o}", "wrong", number(r->stages[i].wrong));
		if (r->stages[i].of)
			json_object_set_new(stage, "of", number(r->stages[i].of));
		json_object_set_new(o, stage_words[i], stage);
	}
	return o;
}

static json_t *sweep_json(const struct cell *cell, const struct sweep_result *sw)
{
	json_t *o = json_object(), *wrong = json_array(), *violations = json_array();

	json_object_set_new(o, "kind", json_text(sweep_name(cell->sweep)));
	if (cell->sweep_only)
		json_object_set_new(o, "only", number(cell->sweep_only));
	json_object_set_new(o, "calls", number(sw->reached));
	json_object_set_new(o, "runs", number(sw->runs));
	json_object_set_new(o, "complete", json_boolean(sw->done));
	for (unsigned int i = 0; i < sw->nr_wrong && i < SWEEP_MAX_WRONG; i++)
		json_array_append_new(wrong, json_pack("{s:i s:o s:o}",
			"call", (int)sw->wrong[i].n,
			"outcome", json_text(outcome_name(sw->wrong[i].outcome)),
			"why", json_text(sw->wrong[i].why)));
	json_object_set_new(o, "wrong", wrong);
	json_object_set_new(o, "runs_with_timeouts", number(sw->timed_out));
	json_object_set_new(o, "runs_cleaned_up", number(sw->cleaned));
	for (int id = 0; id < V__COUNT; id++)
		if (sw->violations[id].runs)
			json_array_append_new(violations, json_pack("{s:o s:i s:i}",
				"class", json_text(violation_get(id)->name), "runs", (int)sw->violations[id].runs,
				"first", (int)sw->violations[id].first));
	json_object_set_new(o, "violations", violations);
	return o;
}

static json_t *splats_json(const struct cell_result *r)
{
	json_t *a = json_array();

	for (unsigned int i = 0; i < r->splats.nr; i++)
		json_array_append_new(a, json_text(r->splats.v[i].title));
	return a;
}

static json_t *title_json(const struct splat *s)
{
	return json_pack("{s:o s:i}", "title", json_text(s->title), "count", (int)s->count);
}

/* Lists the witnesses of the kernel: whether each of them ran, and what it reported. */
static json_t *witnesses_json(const struct cell_result *r)
{
	json_t *o = json_object();

	for (int w = WITNESS_NONE + 1; w < WITNESS__COUNT; w++) {
		const struct witness_state *s = &r->witnesses[w];
		json_t *one = json_object(), *titles = json_array();

		for (unsigned int i = 0; i < r->splats.nr; i++)
			if (r->splats.v[i].witness == (enum witness)w)
				json_array_append_new(titles, title_json(&r->splats.v[i]));
		if (s->said) {
			json_object_set_new(one, "ran", json_boolean(s->ran));
			json_object_set_new(one, "reports", number(s->reports));
			if (!s->ran)
				json_object_set_new(one, "why_not", json_text(s->why));
			if (s->filter[0])
				json_object_set_new(one, "only_driver", json_text(s->filter));
		}
		if (s->said || json_array_size(titles)) {
			json_object_set(one, "titles", titles);
			json_object_set(o, witness_name(w), one);
		}
		json_decref(titles);
		json_decref(one);
	}
	return o;
}

static json_t *observed_json(const struct seen *seen)
{
	json_t *o = json_object();

	json_object_set_new(o, "complete", json_boolean(!seen->why_not));
	if (seen->why_not)
		json_object_set_new(o, "why_not", json_text(seen->why_not));
	if (seen->unwatched)
		json_object_set_new(o, "cpu_not_watched", json_text(seen->unwatched));
	json_object_set_new(o, "events", number(seen->events));
	json_object_set_new(o, "lost", number(seen->lost));
	json_object_set_new(o, "maps", number(seen->maps));
	json_object_set_new(o, "unmaps", number(seen->unmaps));
	json_object_set_new(o, "transactions", number(seen->txs));
	return o;
}

static json_t *cell_json(const struct run *run, uint32_t i)
{
	const struct cell *cell = &run->cells[i];
	const struct cell_result *r = &run->results[i];
	const struct verdict *v = &run->verdicts[i];
	json_t *o = json_object(), *expects = json_array();

	json_object_set_new(o, "id", json_text(cell->id));
	json_object_set_new(o, "scenario", json_text(cell->scenario));
	json_object_set_new(o, "params", params_json(cell));
	json_object_set_new(o, "world", json_text(world_name(cell->world)));
	json_object_set_new(o, "seed", hex(cell->seed));
	json_object_set_new(o, "repeat", number(cell->repeat));
	json_object_set_new(o, "boot", r->boot ? json_text(r->boot) : json_null());
	json_object_set_new(o, "outcome", json_text(outcome_name(v->outcome)));
	json_object_set_new(o, "messages", strings(v->messages, v->nr_messages));
	for (unsigned int k = 0; k < cell->nr_expects; k++)
		if (verdict_guards_hold(&cell->expects[k], cell, &run->env))
			json_array_append_new(expects,
					      json_text(cell->expects[k].text));
	json_object_set_new(o, "expected", expects);
	json_object_set_new(o, "splats", splats_json(r));
	json_object_set_new(o, "witnesses", witnesses_json(r));
	if (r->seen) {
		json_object_set_new(o, "observed", observed_json(r->seen));
		json_object_set_new(o, "violations", violations_json(r->seen));
	}
	if (cell->drivers)
		json_object_set_new(o, "drivers", json_true());
	if (cell->workload)
		json_object_set_new(o, "workload", workload_json(cell, r));
	if (r->sweep)
		json_object_set_new(o, "sweep", sweep_json(cell, r->sweep));
	if (r->has_sums) {
		json_object_set_new(o, "data", data_json(run, v, &r->sums));
		json_object_set_new(o, "run", sums_json(cell, &r->sums));
		json_object_set_new(o, "engines", engines_json(r));
		json_object_set_new(o, "steps", steps_json(cell, r));
	}
	return o;
}

static json_t *kmemleak_json(const struct boot *boot)
{
	json_t *titles = json_array(), *o;

	for (unsigned int i = 0; i < boot->leaks.nr; i++)
		json_array_append_new(titles, title_json(&boot->leaks.v[i]));
	o = json_pack("{s:b s:o}", "ran", boot->kmemleak.ran, "titles", titles);
	if (!boot->kmemleak.ran)
		json_object_set_new(o, "why_not", json_text(boot->kmemleak.why));
	return o;
}

static json_t *boots_json(const struct run *run)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < run->nr_boots; i++) {
		json_t *o = json_pack("{s:o s:o s:i s:o s:o}",
			"name", json_text(run->boots[i].name),
			"world", json_text(world_name(run->boots[i].world)),
			"cells", (int)run->boots[i].nr_cells,
			"fate", json_text(vm_fate_name(run->boots[i].fate)),
			"title", json_text(run->boots[i].title ? run->boots[i].title : ""));

		if (run->boots[i].kmemleak.said)
			json_object_set_new(o, "kmemleak", kmemleak_json(&run->boots[i]));
		json_array_append_new(a, o);
	}
	return a;
}

void run_count(const struct run *run, unsigned int count[OUTCOME__COUNT])
{
	memset(count, 0, sizeof(count[0]) * OUTCOME__COUNT);
	for (uint32_t i = 0; i < run->nr_cells; i++)
		count[run->verdicts[i].outcome]++;
}

/* The kind of target: where it is depends on the host, and is in env.json. */
static json_t *target_json(const struct run *run)
{
	const char *word = run->target ? run->target : "vm";

	return json_textf("%.*s", (int)strcspn(word, ":"), word);
}

/* Makes result.json without its cells. */
static json_t *head_json(const struct run *run)
{
	unsigned int count[OUTCOME__COUNT];
	json_t *o = json_object(), *counts = json_object();

	run_count(run, count);
	for (int i = 0; i < OUTCOME__COUNT; i++)
		json_object_set_new(counts, outcome_name(i), json_integer(count[i]));
	json_object_set_new(o, "schema", json_text("dmatorture-result-1"));
	json_object_set_new(o, "kernel", json_text(run->kernel));
	json_object_set_new(o, "release", json_text(run->release));
	json_object_set_new(o, "target", target_json(run));
	json_object_set_new(o, "accelerator", json_text(run->accel));
	json_object_set_new(o, "smp", json_integer(run->smp));
	json_object_set_new(o, "seed", hex(run->seed));
	json_object_set_new(o, "exit_code", json_integer(run_exit_code(run)));
	json_object_set_new(o, "outcomes", counts);
	json_object_set_new(o, "boots", boots_json(run));
	return o;
}

/* Writes @value, indented by @columns more than usual, without its last @cut bytes. */
static void write_value(FILE *f, json_t *value, int columns, size_t cut)
{
	char *text = json_take(json_incref(value), JSON_INDENT(1));
	size_t len = strlen(text) - cut;

	for (size_t i = 0; i < len; i++) {
		putc(text[i], f);
		if (text[i] == '\n')	/* strings contain none, as they are escaped */
			fprintf(f, "%*s", columns, "");
	}
	free(text);
}

static int write_cells(const struct run *run, FILE *f, struct output *out, char why[256])
{
	int err = 0;

	for (uint32_t i = 0; i < run->nr_cells && !err; i++) {
		json_t *cell = cell_json(run, i);

		fprintf(f, "%s\n  ", i ? "," : "");
		write_value(f, cell, 2, 0);
		err = output_add_cell(out, cell, why);
		json_decref(cell);
	}
	return err;
}

int run_json_write(const struct run *run, FILE *f, struct output *out, const char *env,
		   char why[256])
{
	json_t *head = head_json(run);
	int err;

	write_value(f, head, 0, strlen("\n}"));
	err = output_add_run(out, run->dir, head, env, why);
	fputs(",\n \"cells\": [", f);
	if (!err)
		err = write_cells(run, f, out, why);
	fprintf(f, "%s]\n}", run->nr_cells ? "\n " : "");
	json_decref(head);
	return err;
}
