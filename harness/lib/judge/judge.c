// SPDX-License-Identifier: GPL-2.0-only
/* The judge: takes events one by one and hands each to the file that handles its type. */
#include "judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

#define MS 1000000ull

struct judge *judge_new(const struct judge_options *options)
{
	struct judge *j = xcalloc(1, sizeof(*j));

	if (options)
		j->opts = *options;
	if (!j->opts.max_findings)
		j->opts.max_findings = 1000;
	if (!j->opts.max_subjects)
		j->opts.max_subjects = 65536;
	if (!j->opts.stall_ns)
		j->opts.stall_ns = 10 * MS;
	if (!j->opts.end_stall_ns)
		j->opts.end_stall_ns = 1000 * MS;
	return j;
}

void judge_free(struct judge *j)
{
	if (!j)
		return;
	free_txs(j);
	free_uds(j);
	free_chans(j);
	free_ctxs(j);
	free_sgs(j);
	free_maps(j);
	free_sites(j);
	free_iovas(j);
	free_pools(j);
	free_devs(j);
	free_findings(j);
	strbuf_free(&j->blind);
	free(j->ranges);
	free(j);
}

int judge_range(struct judge *j, enum judge_range_kind kind, uint64_t first, uint64_t last)
{
	if (first > last)
		return 0;
	if (j->nr_ranges == JUDGE_MAX_RANGES)
		return -ENOSPC;
	j->ranges = xrealloc(j->ranges, (j->nr_ranges + 1) * sizeof(*j->ranges));
	j->ranges[j->nr_ranges++] = (struct range){ kind, first, last };
	return 0;
}

void judge_mapping_errors(struct judge *j, bool visible)
{
	j->opts.mapping_errors = visible;
}

void judge_syncs_missing(struct judge *j)
{
	j->no_syncs = true;
}

void judge_locks_missing(struct judge *j)
{
	j->no_locks = true;
}

static void lose(struct judge *j, uint64_t n)
{
	j->n.lost += n;
	j->epoch++;
	ctx_forget(j);
	chans_lost(j);
}

void judge_lost(struct judge *j, uint64_t n)
{
	if (!n)
		return;
	j->announced += n;
	lose(j, n);
}

/* An event whose address range wraps around is bad. */
static bool is_sane(const struct obs_event *e)
{
	bool wraps = e->len && e->dma + (e->len - 1) < e->dma;
	bool phys_wraps = e->len && e->phys + (e->len - 1) < e->phys;

	switch (e->type) {
	case OBS_MAP:
	case OBS_MAP_SG_ENTRY:
	case OBS_ALLOC:
		return e->dma == OBS_DMA_ERROR || (!wraps && !phys_wraps);
	case OBS_UNMAP:
	case OBS_FREE:
	case OBS_SYNC_CPU:
	case OBS_SYNC_DEVICE:
	case OBS_IOVA_ALLOC:
	case OBS_IOVA_SYNC:
	case OBS_PREP_ADDR:
		return e->dma == OBS_DMA_ERROR || !wraps;
	case OBS_IOVA_FREE:
		return !wraps && e->arg <= ~0ull - e->dma;
	case OBS_MEM_FREE:
	case OBS_CPU_ACCESS:
		return !phys_wraps;
	default:
		return true;
	}
}

static void on_lost(struct judge *j, const struct obs_event *e)
{
	lose(j, e->len ? e->len : 1);
}

static handler_fn *const handlers[] = {
	[OBS_LOST] = on_lost,
	[OBS_DEVICE] = on_device, [OBS_DRIVER] = on_device, [OBS_DEVICE_INFO] = on_device,
	[OBS_UNBIND] = on_device, [OBS_BIND] = on_device, [OBS_BLIND] = on_blind,
	[OBS_MAP] = on_map, [OBS_UNMAP] = on_unmap,
	[OBS_MAP_SG] = on_map_sg, [OBS_MAP_SG_ENTRY] = on_map_sg_entry,
	[OBS_UNMAP_SG] = on_unmap_sg,
	[OBS_SYNC_CPU] = on_sync, [OBS_SYNC_DEVICE] = on_sync,
	[OBS_SYNC_SG_CPU] = on_sync_sg, [OBS_SYNC_SG_DEVICE] = on_sync_sg,
	[OBS_MAPPING_ERROR] = on_mapping_error,
	[OBS_NEED_UNMAP] = on_need_unmap,
	[OBS_IOVA_ALLOC] = on_iova, [OBS_IOVA_SYNC] = on_iova, [OBS_IOVA_FREE] = on_iova,
	[OBS_ALLOC] = on_alloc, [OBS_FREE] = on_free,
	[OBS_POOL_CREATE] = on_pool_create, [OBS_POOL_DESTROY] = on_pool_destroy,
	[OBS_MEM_FREE] = on_mem_free,
	[OBS_REGISTER] = on_provider, [OBS_UNREGISTER] = on_provider,
	[OBS_CHAN_INFO] = on_chan, [OBS_CHAN_GET] = on_chan, [OBS_CHAN_PUT] = on_chan,
	[OBS_CHAN_ALLOC] = on_chan, [OBS_CHAN_FREE] = on_chan,
	[OBS_PREP] = on_prep, [OBS_PREP_ADDR] = on_prep_addr,
	[OBS_SUBMIT] = on_submit, [OBS_SUBMIT_ENTER] = on_submit,
	[OBS_ISSUE] = on_issue,
	[OBS_CB_ENTER] = on_callback, [OBS_CB_EXIT] = on_callback,
	[OBS_STATUS] = on_status, [OBS_COOKIE] = on_cookie,
	[OBS_TERMINATE] = on_terminate, [OBS_TERMINATE_ENTER] = on_terminate,
	[OBS_SYNCHRONIZE] = on_terminate,
	[OBS_ASYNC_SUBMIT] = on_async, [OBS_RUN_DEPS] = on_async,
	[OBS_RUN_DEPS_EXIT] = on_async, [OBS_ASYNC_WAIT] = on_async,
	[OBS_UD_GET] = on_unmap_data, [OBS_UD_PUT] = on_unmap_data,
	[OBS_CPU_ACCESS] = on_cpu_access,
	[OBS_HW_START] = on_hw, [OBS_HW_DONE] = on_hw, [OBS_HW_DROP] = on_hw,
};

/* Few: others are found where their event is taken in. */
#define SEEN(...)
#define SEEN_IF(...)
#define SEEN_ON(code, id, name, event, function, ...)	{ event, function },
#define UNSEEN(...)
static const struct {
	uint16_t event;		/* enum obs_type */
	handler_fn *fn;
} rules[] = {
#include "violation_rows.h"
};

static void apply_rules(struct judge *j, const struct obs_event *e)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].event == e->type)
			rules[i].fn(j, e);
}

void judge_event(struct judge *j, const struct obs_event *e)
{
	handler_fn *fn = e->type < sizeof(handlers) / sizeof(handlers[0]) ? handlers[e->type]
									  : NULL;

	if (j->last_seq && e->seq > j->last_seq + 1 + j->announced)
		lose(j, e->seq - j->last_seq - 1 - j->announced);
	j->announced = 0;
	j->last_seq = e->seq;
	j->now = e->time_ns;
	j->n.events++;
	if (!is_sane(e)) {
		j->n.bad++;
		return;
	}
	if (j->irq_ctxs && e->level < OBS_NMI)
		ctx_heal(j, e);
	apply_rules(j, e);
	if (fn)
		fn(j, e);
}

void judge_end(struct judge *j)
{
	const struct obs_event e = { .seq = j->last_seq, .time_ns = j->now, .stack = -1 };

	chans_end(j, &e);
}

const struct judge_counters *judge_counters(const struct judge *j)
{
	return &j->n;
}
