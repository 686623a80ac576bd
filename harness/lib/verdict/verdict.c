// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verdict: expectations against findings. The only place that knows both.
 */
#include "verdict_internal.h"

#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "verdict_steps.h"

void verdict_add(struct verdict *v, enum outcome outcome, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	v->messages = xrealloc(v->messages,
			       (v->nr_messages + 1) * sizeof(char *));
	v->messages[v->nr_messages++] = strbuf_detach(&sb);
	if (outcome > v->outcome)
		v->outcome = outcome;
}

void verdict_add_known(struct verdict *v, const struct known_issue *k)
{
	for (unsigned int i = 0; i < v->nr_known; i++)
		if (v->known[i] == k)
			return;
	if (v->nr_known < MAX_KNOWN)
		v->known[v->nr_known++] = k;
}

void verdict_free(struct verdict *v)
{
	for (unsigned int i = 0; i < v->nr_messages; i++)
		free(v->messages[i]);
	free(v->messages);
	memset(v, 0, sizeof(*v));
}

static bool kernel_holds(const struct expect *e, const char *release)
{
	unsigned int major, minor;
	int cmp;

	if (!e->kernel.op[0])
		return true;
	if (!release || sscanf(release, "%u.%u", &major, &minor) != 2)
		return false;
	cmp = major != e->kernel.major ? (major > e->kernel.major) - (major < e->kernel.major)
				       : (minor > e->kernel.minor) - (minor < e->kernel.minor);
	if (!strcmp(e->kernel.op, "<"))
		return cmp < 0;
	if (!strcmp(e->kernel.op, "<="))
		return cmp <= 0;
	if (!strcmp(e->kernel.op, ">="))
		return cmp >= 0;
	if (!strcmp(e->kernel.op, ">"))
		return cmp > 0;
	return cmp == 0;
}

/*
 * Each cell asks about a dozen of ten thousand lines, so they are not gone through one by one:
 * strstr() of the C library is ten times as fast.
 */
bool verdict_has_config(const char *want, const char *config)
{
	char line[128];
	int n;

	if (!want)
		return true;
	n = snprintf(line, sizeof(line), "\n%s=", want);
	if (n >= (int)sizeof(line) || !config)
		return false;
	if (!strncmp(config, line + 1, n - 1))
		return config[n - 1] != 'n';
	for (const char *p = config; (p = strstr(p, line)); p += n)
		if (p[n] != 'n')
			return true;
	return false;
}

bool verdict_guards_hold(const struct expect *e, const struct cell *cell,
			 const struct verdict_env *env)
{
	if (e->worlds && !(e->worlds & 1u << cell->world))
		return false;
	if (e->arch && (!env->arch || strcmp(e->arch, env->arch)))
		return false;
	if (e->engines && (e->engines == 2) != cell->drivers)
		return false;
	return kernel_holds(e, env->release) &&
	       verdict_has_config(e->config, env->config);
}

bool verdict_can_run(const struct cell *cell, const struct verdict_env *env)
{
	return !cell->skip && (!cell->drivers || !env->no_drivers) &&
	       (!cell->workload || !env->no_workload) && !env->no_world[cell->world] &&
	       verdict_has_config(cell->require, env->config) &&
	       verdict_has_config(sweep_symbol(cell->sweep), env->config);
}

static void say_skip(struct verdict *v, const struct cell *cell, const struct verdict_env *env)
{
	if (cell->skip)
		verdict_add(v, OUTCOME_SKIP, "%s", cell->skip);
	else if (cell->drivers && env->no_drivers)
		verdict_add(v, OUTCOME_SKIP, "%s", env->no_drivers);
	else if (cell->workload && env->no_workload)
		verdict_add(v, OUTCOME_SKIP, "%s", env->no_workload);
	else if (env->no_world[cell->world])
		verdict_add(v, OUTCOME_SKIP, "%s", env->no_world[cell->world]);
	else if (!verdict_has_config(cell->require, env->config))
		verdict_add(v, OUTCOME_SKIP, "this kernel has no %s", cell->require);
	else
		verdict_add(v, OUTCOME_SKIP, "this kernel has no %s", sweep_symbol(cell->sweep));
}

const struct expect *verdict_expects(const struct cell *cell, const struct verdict_env *env,
				     enum expect_kind kind)
{
	for (unsigned int i = 0; i < cell->nr_expects; i++)
		if (cell->expects[i].kind == kind &&
		    verdict_guards_hold(&cell->expects[i], cell, env))
			return &cell->expects[i];
	return NULL;
}

static void judge_fate(struct verdict *v, const struct cell *cell,
		       const struct cell_result *r,
		       const struct verdict_env *env)
{
	const struct expect *e = verdict_expects(cell, env, EXPECT_OUTCOME);
	const char *title = r->splats.nr ? r->splats.v[r->splats.nr - 1].title : "";

	if (e && !strcmp(e->fate, vm_fate_name(r->fate)))
		return;
	switch (r->fate) {
	case VM_PANIC:
	case VM_OOPS:
		verdict_add(v, OUTCOME_PANIC, "guest %s: %s",
			    vm_fate_name(r->fate), title);
		break;
	case VM_HANG:
		verdict_add(v, OUTCOME_HANG, "guest hang: %s",
			    *title ? title : "no sign of life");
		break;
	default:
		verdict_add(v, OUTCOME_INCOMPLETE, "the guest ended here (%s)%s%s",
			    vm_fate_name(r->fate), *title ? ": " : "", title);
	}
}

/* Is a bus master behind the IOMMU that the world has? */
static bool is_translated(enum world world, const struct engine_stats *s)
{
	if (world == WORLD_IOMMU)
		return !strcmp(s->translation, "strict");
	if (world == WORLD_IOMMU_LAZY)
		return !strcmp(s->translation, "lazy");
	return !strcmp(s->translation, "strict") || !strcmp(s->translation, "lazy");
}

/* Software engines are behind no IOMMU: the bus masters are what the world is about. */
static void judge_masters(struct verdict *v, const struct cell *cell, const struct cell_result *r)
{
	unsigned int masters = 0;

	for (unsigned int i = 0; i < r->nr_engines; i++) {
		const struct engine_stats *s = &r->engines[i];

		if (!s->picked)
			continue;
		masters++;
		if (!is_translated(cell->world, s))
			verdict_add(v, OUTCOME_INCOMPLETE,
				    "world %s was not in force: engine %s is %s, and the translation of its addresses is: %s",
				    world_name(cell->world), s->name, s->device, s->translation);
	}
	if (!masters)
		verdict_add(v, OUTCOME_INCOMPLETE, "world %s was not in force: no engine is a bus master",
			    world_name(cell->world));
}

/* A cell proves nothing if its world was not in force. */
static void judge_world(struct verdict *v, const struct cell *cell,
			const struct cell_result *r)
{
	const struct dmt_sums *s = &r->sums;
	unsigned long long maps = s->maps, bounced = s->maps_bounced;
	bool moved = cell->world != WORLD_COHERENT;

	if (cell->workload)	/* the executor maps nothing: the kernel's own code does */
		return;
	if (world_has_masters(cell->world)) {
		judge_masters(v, cell, r);
		return;
	}
	if (bounced != (moved ? maps : 0))
		verdict_add(v, OUTCOME_INCOMPLETE,
			    "world %s was not in force: %llu of %llu maps have an address that is not the memory's own",
			    world_name(cell->world), bounced, maps);
	if (cell->world == WORLD_BOUNCE32 && s->low_buffers)
		verdict_add(v, OUTCOME_INCOMPLETE,
			    "world bounce32 was not in force: %llu buffers lie below 4 GiB",
			    (unsigned long long)s->low_buffers);
}

static void judge_data(struct verdict *v, const struct cell *cell,
		       const struct dmt_sums *s, const struct verdict_env *env)
{
	const struct expect *corrupt = verdict_expects(cell, env, EXPECT_DATA_CORRUPT);
	unsigned long long bad = s->checks_bad, checks = s->checks;

	v->data = !checks ? DATA_UNCHECKED : bad ? DATA_CORRUPT : DATA_INTACT;
	if (corrupt && !bad && !corrupt->allowed)
		verdict_add(v, OUTCOME_FAIL,
			    "line %u: %s: the data of all %llu checks are right",
			    corrupt->line, corrupt->text, checks);
	else if (!corrupt && bad)
		verdict_add(v, OUTCOME_FAIL,
			    "data corrupt in %llu of %llu checks, first in iteration %u",
			    bad, checks, s->first_bad);
	else if (!checks && verdict_expects(cell, env, EXPECT_DATA_INTACT))
		verdict_add(v, OUTCOME_INCOMPLETE,
			    "data are expected intact, but no check was made");
}

static bool names_step(const struct expect *e, uint32_t step)
{
	for (unsigned int i = 0; i < e->nr_steps; i++)
		if (e->steps[i] == step)
			return true;
	return false;
}

static bool step_expected(const struct cell *cell, const struct verdict_env *env,
			  uint32_t step, int status)
{
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];

		if (e->kind == EXPECT_STATUS && e->err == -status &&
		    names_step(e, step) && verdict_guards_hold(e, cell, env))
			return true;
	}
	return false;
}

static const char *step_text(const struct cell *cell, uint32_t step)
{
	return step < cell->nr_steps ? cell->step_text[step] : "?";
}

/* What who wrote the scenario may have meant by a step that failed; "" when nothing is known. */
static const char *step_hint(const struct cell *cell, const struct dmt_record *rec)
{
	struct dmt_step step;

	if ((int32_t)rec->status != -ENXIO || !verdict_program_step(cell, rec->step, &step) ||
	    le16toh(step.op) != DMT_STEP_UNMAP || le32toh(step.arg0) == DMT_WRONG_AGAIN)
		return "";
	return ": it is not mapped then; `unmap NAME again` unmaps what is unmapped, on purpose";
}

static void judge_steps(struct verdict *v, const struct cell *cell,
			const struct cell_result *r,
			const struct verdict_env *env)
{
	unsigned long long failed = 0;
	unsigned int said = 0;

	for (size_t i = 0; i < r->nr_records; i++) {
		const struct dmt_record *rec = &r->records[i];
		int status = (int32_t)rec->status;

		if (!status || status == -EILSEQ)
			continue;
		failed++;
		if (step_expected(cell, env, rec->step, status) || said++ >= 3)
			continue;
		verdict_add(v, OUTCOME_FAIL, "iteration %u: %s: %s%s",
			    rec->iteration, step_text(cell, rec->step),
			    strerrorname_np(-status) ? strerrorname_np(-status)
						     : "unknown error", step_hint(cell, rec));
	}
	if (said > 3)
		verdict_add(v, OUTCOME_FAIL, "and %u more failed steps", said - 3);
	if (failed < r->sums.steps_failed)
		verdict_add(v, OUTCOME_INCOMPLETE,
			    "%llu steps failed, only %llu of them were recorded",
			    (unsigned long long)r->sums.steps_failed, failed);

	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];
		bool seen = false;

		if (e->kind != EXPECT_STATUS || e->allowed || !verdict_guards_hold(e, cell, env))
			continue;
		for (size_t k = 0; k < r->nr_records && !seen; k++)
			seen = (int32_t)r->records[k].status == -e->err &&
			       names_step(e, r->records[k].step);
		if (!seen)
			verdict_add(v, OUTCOME_FAIL, "line %u: %s: it did not happen",
				    e->line, e->text);
	}
}

/* What 'forget' names is not left over: then the judge finds the leak when the engine goes. */
static void judge_leftovers(struct verdict *v, const struct cell_result *r)
{
	if (r->sums.leftover_maps)
		verdict_add(v, OUTCOME_FAIL,
			    "%u mappings were never unmapped; unmap them, or say forget",
			    r->sums.leftover_maps);
}

static const struct engine_stats *find_engine(const struct cell_result *r,
					      const char *name)
{
	for (unsigned int i = 0; i < r->nr_engines; i++)
		if (!strcmp(r->engines[i].name, name))
			return &r->engines[i];
	return NULL;
}

static void judge_engines(struct verdict *v, const struct cell *cell,
			  const struct cell_result *r,
			  const struct verdict_env *env)
{
	if (r->nr_engines < cell->nr_engines)
		verdict_add(v, OUTCOME_INCOMPLETE,
			    "the counters of %u engines are missing",
			    cell->nr_engines - r->nr_engines);

	for (unsigned int i = 0; i < r->nr_engines; i++) {
		const struct engine_stats *s = &r->engines[i];
		bool expected = false;

		for (unsigned int k = 0; k < cell->nr_expects; k++) {
			const struct expect *e = &cell->expects[k];

			expected |= e->kind == EXPECT_FAULT &&
				    !strcmp(e->engine, s->name) &&
				    verdict_guards_hold(e, cell, env);
		}
		if (s->access_faults && !expected)
			verdict_add(v, OUTCOME_FAIL,
				    "engine %s: %llu DMA addresses did not resolve (see console.log)",
				    s->name, (unsigned long long)s->access_faults);
	}

	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];
		const struct engine_stats *s;
		uint64_t n;

		if ((e->kind != EXPECT_FAULT && e->kind != EXPECT_INJECTED) || e->allowed ||
		    !verdict_guards_hold(e, cell, env))
			continue;
		s = find_engine(r, e->engine);
		n = !s ? 0 : e->kind == EXPECT_FAULT ? s->access_faults + s->nothing :
		    s->dropped + s->delayed + s->failed + s->early + s->busted;
		if (!n)
			verdict_add(v, OUTCOME_FAIL, "line %u: %s: it did not happen",
				    e->line, e->text);
	}
}

static bool did_all(const struct engine_stats *s, unsigned int ops)
{
	for (int i = 0; i < NR_OPS; i++)
		if (ops & 1u << i && (!s || !s->ops[i]))
			return false;
	return true;
}

static void judge_workload(struct verdict *v, const struct cell *cell,
			   const struct cell_result *r, const struct verdict_env *env)
{
	for (int i = 0; i < STAGE__COUNT; i++)
		if (cell->workload == (int)stage_kind(i) && !r->stages[i].ran)
			verdict_add(v, OUTCOME_INCOMPLETE, "the workload did not come to: %s",
				    stage_words[i]);
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];
		const struct stage_result *s = &r->stages[e->stage];

		if (!verdict_guards_hold(e, cell, env))
			continue;
		if (e->kind == EXPECT_STAGE && s->ran && !e->allowed && e->intact != !s->wrong)
			verdict_add(v, OUTCOME_FAIL, "line %u: %s: %llu wrong", e->line, e->text,
				    (unsigned long long)s->wrong);
		if (e->kind == EXPECT_OFFLOAD && !did_all(find_engine(r, e->engine), e->ops))
			verdict_add(v, OUTCOME_FAIL, "line %u: %s: it did not do all of them", e->line,
				    e->text);
	}
}

/* Judges how the run ended. True when there is nothing more to judge. */
static bool judge_run(struct verdict *v, const struct cell *cell,
		      const struct dmt_sums *s)
{
	switch (s->status) {
	case 0:
		return false;
	case -EXDEV:
		if (cell->skip_foreign)
			verdict_add(v, OUTCOME_SKIP, "%s", s->reason);
		else
			verdict_add(v, OUTCOME_INCOMPLETE, "%s", s->reason);
		return true;
	case -ENODEV:
		verdict_add(v, cell->real && !s->iterations ? OUTCOME_SKIP : OUTCOME_INCOMPLETE,
			    "%s", s->reason);
		return true;
	case -ETIMEDOUT:
		verdict_add(v, OUTCOME_HANG,
			    "the run timed out in iteration %u%s%s", s->iterations,
			    s->reason[0] ? ": " : "", s->reason);
		return true;
	default:
		verdict_add(v, OUTCOME_INCOMPLETE, "the run ended with %s%s%s",
			    strerrorname_np(-s->status) ? strerrorname_np(-s->status)
							: "an unknown error",
			    s->reason[0] ? ": " : "", s->reason);
		return true;
	}
}

void verdict_rest(struct verdict *v, const struct cell *cell, const struct cell_result *r,
		  const struct verdict_env *env)
{
	if (r->dropped_frame || !r->has_sums) {
		verdict_add(v, OUTCOME_INCOMPLETE, "what the guest reported is damaged");
		return;
	}
	if (judge_run(v, cell, &r->sums))
		return;
	if (r->sums.records_lost || r->nr_records != r->sums.records)
		verdict_add(v, OUTCOME_INCOMPLETE,
			    "%u records were lost, %zu of %u arrived",
			    r->sums.records_lost, r->nr_records, r->sums.records);
	if (r->sums.iterations != cell->repeat)
		verdict_add(v, OUTCOME_INCOMPLETE, "only %u of %u iterations ran",
			    r->sums.iterations, cell->repeat);
	judge_world(v, cell, r);
	if (cell->sweep)	/* verdict_sweep.c compares the other runs with the first one */
		return;
	judge_data(v, cell, &r->sums, env);
	judge_steps(v, cell, r, env);
	judge_leftovers(v, r);
	judge_engines(v, cell, r, env);
	judge_workload(v, cell, r, env);
	verdict_violations(v, cell, r, env);
}

/* What was judged when the cell was settled. */
static void append(struct verdict *v, const struct verdict *rest)
{
	for (unsigned int i = 0; i < rest->nr_messages; i++)
		verdict_add(v, rest->outcome, "%s", rest->messages[i]);
	for (unsigned int i = 0; i < rest->nr_known; i++)
		verdict_add_known(v, rest->known[i]);
	v->data = rest->data;
}

static void judge_cell(struct verdict *v, const struct cell *cell,
		       const struct cell_result *r, const struct verdict_env *env)
{
	if (!verdict_can_run(cell, env)) {
		say_skip(v, cell, env);
		return;
	}
	switch (r->state) {
	case CELL_NOT_RUN:
		/* a guest that died before its first line may have left a splat */
		verdict_add(v, r->splats.nr ? OUTCOME_PANIC : OUTCOME_INCOMPLETE,
			    "not run: %s", r->not_run ? r->not_run : "the run ended");
		return;
	case CELL_BEGUN:
		judge_fate(v, cell, r, env);
		if (r->sweep && r->sweep->begun)
			verdict_add(v, v->outcome, "that was with %s call %u failing (alone: --sweep=%s:%u)",
				    sweep_name(cell->sweep), r->sweep->at, sweep_name(cell->sweep),
				    r->sweep->at);
		return;
	case CELL_REFUSED:
		verdict_add(v, OUTCOME_INCOMPLETE, "refused: %s", r->refused);
		verdict_witnesses(v, cell, r, env);
		return;
	case CELL_RAN:
		break;
	}
	if (r->doubt)
		verdict_add(v, OUTCOME_INCOMPLETE, "%s", r->doubt);
	verdict_witnesses(v, cell, r, env);
	if (r->rest)
		append(v, r->rest);
	else
		verdict_rest(v, cell, r, env);
}

void verdict_judge(struct verdict *v, const struct cell *cell,
		   const struct cell_result *r, const struct verdict_env *env)
{
	memset(v, 0, sizeof(*v));
	judge_cell(v, cell, r, env);
	if (cell->sweep && r->state == CELL_RAN && verdict_can_run(cell, env))
		verdict_sweep(v, cell, r);
}
