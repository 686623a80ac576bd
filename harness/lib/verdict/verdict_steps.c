// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which step of the scenario made a call that the observer saw. Events know nothing of steps; but
 * both tell the time by one clock, and a step's record says when it ended. A call was made by the
 * step in whose time it falls, if the step is of a kind that makes such calls. Where two steps
 * come into question, as of two threads on one processor, none is named.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "verdict_steps.h"

#define STEPS_OF(a)	(1ull << DMT_STEP_##a)

/* The kinds of steps that make a call of @type, a bit each. */
static uint64_t makers(uint16_t type)
{
	switch (type) {
	case OBS_MAP:
	case OBS_MAP_SG:
	case OBS_MAP_SG_ENTRY:
	case OBS_ALLOC:
		return STEPS_OF(MAP);
	case OBS_UNMAP:
	case OBS_UNMAP_SG:
	case OBS_FREE:
		return STEPS_OF(UNMAP);
	case OBS_SYNC_CPU:
	case OBS_SYNC_SG_CPU:
		return STEPS_OF(SYNC_CPU);
	case OBS_SYNC_DEVICE:
	case OBS_SYNC_SG_DEVICE:
		return STEPS_OF(SYNC_DEVICE);
	case OBS_MAPPING_ERROR:
		return STEPS_OF(MAPPING_ERROR);
	case OBS_MEM_FREE:
		return STEPS_OF(FREE);
	case OBS_PREP:
	case OBS_PREP_ADDR:
		return STEPS_OF(PREP);
	case OBS_SUBMIT_ENTER:
	case OBS_SUBMIT:
		return STEPS_OF(SUBMIT);
	case OBS_ISSUE:
		return STEPS_OF(ISSUE);
	case OBS_STATUS:
		return STEPS_OF(STATUS) | STEPS_OF(WAIT);
	case OBS_TERMINATE_ENTER:
	case OBS_TERMINATE:
		return STEPS_OF(TERMINATE);
	case OBS_SYNCHRONIZE:
		return STEPS_OF(SYNCHRONIZE);
	case OBS_CHAN_PUT:
		return STEPS_OF(RELEASE);
	default:
		return 0;
	}
}

bool verdict_program_step(const struct cell *cell, uint32_t i, struct dmt_step *step)
{
	const char *p = strbuf_str(&cell->program);
	struct dmt_header h;
	uint64_t at;

	if (cell->workload || cell->program.len < sizeof(h))
		return false;
	memcpy(&h, p, sizeof(h));
	at = le32toh(h.steps.offset) + (uint64_t)i * le32toh(h.steps.entry_size);
	if (i >= le32toh(h.steps.count) || at + sizeof(*step) > cell->program.len)
		return false;
	memcpy(step, p + at, sizeof(*step));
	return true;
}

bool verdict_add_step(const struct cell *cell, uint32_t i, struct strbuf *out)
{
	struct dmt_step step;

	if (i >= cell->nr_steps || !verdict_program_step(cell, i, &step))
		return false;
	strbuf_addf(out, "%s:%u: %s", cell->file, le32toh(step.line), cell->step_text[i]);
	return true;
}

/* Does the executor's context fit to the observer's? */
static bool same_context(const struct dmt_record *rec, const struct report_at *at)
{
	if (at->cpu >= 0 && at->cpu != rec->cpu)
		return false;
	if (at->level == OBS_SOFTIRQ)
		return rec->ctx == DMT_CTX_SOFTIRQ;
	if (at->level == OBS_HARDIRQ)
		return rec->ctx == DMT_CTX_HARDIRQ;
	if (at->level == OBS_TASK)
		return rec->ctx != DMT_CTX_SOFTIRQ && rec->ctx != DMT_CTX_HARDIRQ;
	return at->level < 0;
}

/*
 * Does @time fall into the step of records[@i]? It began when the one before it in the same
 * thread had ended. If that one was not kept, its beginning is not known.
 */
static bool in_step(const struct cell_result *r, size_t i, uint64_t time)
{
	const struct dmt_record *rec = &r->records[i];

	if (time > rec->time_ns)
		return false;
	for (size_t k = i; k--;) {
		const struct dmt_record *was = &r->records[k];

		if (was->thread != rec->thread || was->ctx != rec->ctx)
			continue;
		return time > was->time_ns && rec->iteration - was->iteration <= 1;
	}
	return rec->iteration == 0;
}

bool verdict_find_step(const struct cell *cell, const struct cell_result *r,
		       const struct report_at *at, struct strbuf *out)
{
	uint64_t kinds = makers(at->type), time = at->time_ns - r->sums.began_ns;
	struct dmt_header h;
	size_t found = r->nr_records;

	if (cell->workload || cell->program.len < sizeof(h) || !r->has_sums ||
	    !r->sums.began_ns || at->time_ns < r->sums.began_ns)
		return false;
	memcpy(&h, strbuf_str(&cell->program), sizeof(h));
	if (le32toh(h.flags) & DMT_F_BARE)	/* most steps leave no record */
		return false;
	for (size_t i = 0; i < r->nr_records; i++) {
		const struct dmt_record *rec = &r->records[i];
		struct dmt_step step;

		if (!same_context(rec, at) || !verdict_program_step(cell, rec->step, &step) ||
		    !(kinds & 1ull << le16toh(step.op)) || !in_step(r, i, time))
			continue;
		if (found < r->nr_records && r->records[found].step != rec->step)
			return false;
		found = i;
	}
	return found < r->nr_records && verdict_add_step(cell, r->records[found].step, out);
}
