// SPDX-License-Identifier: GPL-2.0-only
/* The table of the types of events, after bpf/events.h. */
#include "event_words.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/program/words.h"
#include "lib/report/report_words.h"

#define HEX(label, of)		{ label, of, AS_HEX }
#define HEX_IF(label, of)	{ label, of, AS_HEX_IF }
#define NUM(label, of)		{ label, of, AS_NUMBER }
#define NUM_IF(label, of)	{ label, of, AS_NUMBER_IF }
#define INT(label, of)		{ label, of, AS_SIGNED }
#define DMA			HEX("dma", OF_DMA)
#define PHYS			HEX("phys", OF_PHYS)
#define LEN			NUM("len", OF_LEN)
#define DIR			{ "dir", OF_DIR, AS_DIR }
#define ATTRS			{ "attrs", OF_ATTRS, AS_ATTRS }
#define SG			HEX("sg", OF_OBJ)
#define DESC			HEX("desc", OF_OBJ)
#define CHAN			HEX("chan", OF_ARG2)
#define COOKIE			INT("cookie", OF_ARG)
#define NAME			{ "name", OF_OBJ, AS_NAME }

static const struct event_word words[EVENT_TYPES] = {
	[OBS_LOST] = { "lost", { NUM("events", OF_LEN), NUM("why", OF_ARG) } },
	[OBS_DEVICE] = { "device", { NAME } },
	[OBS_DRIVER] = { "driver", { NAME } },
	[OBS_DEVICE_INFO] = { "device-info", {
		HEX_IF("parent", OF_OBJ), HEX("mask", OF_PHYS), HEX("coherent-mask", OF_DMA),
		NUM("max-segment", OF_LEN), HEX("boundary", OF_ARG), HEX("flags", OF_ATTRS),
		HEX_IF("domain", OF_ARG2) } },
	[OBS_UNBIND] = { "unbind", { { 0 } } },
	[OBS_BIND] = { "bind", { NAME } },
	[OBS_BLIND] = { "blind", { NAME } },
	[OBS_MAP] = { "map", { { "kind", OF_ARG, AS_MAP_KIND }, DMA, PHYS, LEN, DIR, ATTRS,
			       NUM_IF("beyond", OF_ARG2) } },
	[OBS_UNMAP] = { "unmap", { { "kind", OF_ARG, AS_MAP_KIND }, DMA, LEN, DIR, ATTRS } },
	[OBS_MAP_SG] = { "map-sg", { SG, NUM("entries", OF_LEN), NUM("mapped", OF_ARG), DIR, ATTRS,
				     NUM_IF("max-segment", OF_PHYS), HEX_IF("boundary", OF_DMA) } },
	[OBS_MAP_SG_ENTRY] = { "map-sg-entry", {
		SG, NUM("index", OF_ARG), PHYS, LEN, DMA, NUM("mapped-len", OF_ARG2), DIR, ATTRS } },
	[OBS_UNMAP_SG] = { "unmap-sg", { SG, NUM("entries", OF_LEN), DMA, PHYS, DIR, ATTRS } },
	[OBS_SYNC_CPU] = { "sync-cpu", { DMA, LEN, DIR } },
	[OBS_SYNC_DEVICE] = { "sync-device", { DMA, LEN, DIR } },
	[OBS_SYNC_SG_CPU] = { "sync-sg-cpu", { SG, NUM("entries", OF_LEN), DMA, PHYS, DIR } },
	[OBS_SYNC_SG_DEVICE] = { "sync-sg-device", { SG, NUM("entries", OF_LEN), DMA, PHYS, DIR } },
	[OBS_MAPPING_ERROR] = { "mapping-error", { DMA } },
	[OBS_ALLOC] = { "alloc", { { "kind", OF_ARG, AS_ALLOC_KIND }, DMA, HEX_IF("phys", OF_PHYS),
				   LEN, DIR, ATTRS, HEX("obj", OF_OBJ), HEX_IF("cpu-address", OF_ARG2) } },
	[OBS_FREE] = { "free", { { "kind", OF_ARG, AS_ALLOC_KIND }, DMA, LEN, DIR, ATTRS,
				 HEX("obj", OF_OBJ), HEX_IF("cpu-address", OF_ARG2) } },
	[OBS_NEED_UNMAP] = { "need-unmap", { NUM("answer", OF_ARG) } },
	[OBS_IOVA_ALLOC] = { "iova-alloc", { DMA, LEN, HEX("state", OF_OBJ) } },
	[OBS_IOVA_SYNC] = { "iova-sync", { DMA, LEN, HEX("state", OF_OBJ) } },
	[OBS_IOVA_FREE] = { "iova-free", { DMA, LEN, DIR, ATTRS, HEX("state", OF_OBJ),
					   NUM("unlinks", OF_ARG) } },
	[OBS_POOL_CREATE] = { "pool-create", { HEX("pool", OF_OBJ), LEN, HEX("boundary", OF_ARG) } },
	[OBS_POOL_DESTROY] = { "pool-destroy", { HEX("pool", OF_OBJ) } },
	[OBS_MEM_FREE] = { "mem-free", { PHYS, LEN, { "by", OF_ARG, AS_FREE_KIND } } },
	[OBS_REGISTER] = { "register", {
		HEX("provider", OF_OBJ), HEX("caps", OF_ARG), NUM("max-xor", OF_LEN),
		NUM("max-pq", OF_PHYS), HEX("align", OF_ATTRS), NUM_IF("no-order", OF_ARG2),
		HEX("ops", OF_DMA) } },
	[OBS_UNREGISTER] = { "unregister", { HEX("provider", OF_OBJ) } },
	[OBS_CHAN_INFO] = { "chan-info", { HEX("chan", OF_OBJ), HEX("provider", OF_ARG),
					   NUM("id", OF_LEN) } },
	[OBS_CHAN_GET] = { "chan-get", { HEX("chan", OF_OBJ), NUM("clients", OF_ARG),
					 NUM_IF("public", OF_ARG2) } },
	[OBS_CHAN_PUT] = { "chan-put", { HEX("chan", OF_OBJ), NUM("clients", OF_ARG) } },
	[OBS_CHAN_ALLOC] = { "chan-alloc", { HEX("chan", OF_OBJ) } },
	[OBS_CHAN_FREE] = { "chan-free", { HEX("chan", OF_OBJ) } },
	[OBS_PREP] = { "prep", { DESC, CHAN, { "op", OF_DIR, AS_OP }, LEN, HEX("prep-flags", OF_ATTRS),
				 HEX("addresses", OF_ARG) } },
	[OBS_PREP_ADDR] = { "prep-addr", { DESC, CHAN, NUM("index", OF_ARG), { "side", OF_DIR, AS_SIDE },
					   DMA, LEN } },
	[OBS_SUBMIT] = { "submit", { DESC, CHAN, COOKIE, HEX("tx-flags", OF_ATTRS),
				     HEX_IF("callback", OF_DMA), HEX_IF("param", OF_PHYS),
				     HEX_IF("unmap-data", OF_LEN) } },
	[OBS_SUBMIT_ENTER] = { "submit-enter", { DESC, CHAN, HEX("tx-flags", OF_ATTRS),
						 HEX_IF("callback", OF_DMA), HEX_IF("param", OF_PHYS),
						 HEX_IF("unmap-data", OF_LEN) } },
	[OBS_ISSUE] = { "issue", { CHAN } },
	[OBS_CB_ENTER] = { "callback", { HEX("function", OF_DMA), HEX("param", OF_PHYS),
					 INT("result", OF_ARG) } },
	[OBS_CB_EXIT] = { "callback-exit", { HEX("function", OF_DMA), HEX("param", OF_PHYS) } },
	[OBS_STATUS] = { "status", { CHAN, COOKIE, NUM("status", OF_DMA), NUM("residue", OF_LEN),
				     INT("completed", OF_PHYS) } },
	[OBS_TERMINATE] = { "terminate", { CHAN } },
	[OBS_SYNCHRONIZE] = { "synchronize", { CHAN } },
	[OBS_TERMINATE_ENTER] = { "terminate-enter", { CHAN } },
	[OBS_COOKIE] = { "cookie", { CHAN, INT("completed", OF_ARG), INT("last", OF_DMA) } },
	[OBS_ASYNC_SUBMIT] = { "async-submit", { DESC, CHAN, HEX_IF("parent", OF_ARG),
						 HEX("submit-flags", OF_ATTRS) } },
	[OBS_RUN_DEPS] = { "run-deps", { DESC, CHAN } },
	[OBS_RUN_DEPS_EXIT] = { "run-deps-exit", { DESC, CHAN } },
	[OBS_ASYNC_WAIT] = { "async-wait", { HEX_IF("desc", OF_OBJ), HEX_IF("chan", OF_ARG2), COOKIE } },
	[OBS_UD_GET] = { "unmap-data-get", { HEX("unmap-data", OF_OBJ), NUM("room", OF_ARG) } },
	[OBS_UD_PUT] = { "unmap-data-put", { HEX("unmap-data", OF_OBJ), NUM("references", OF_ARG),
					     HEX("counts", OF_ATTRS) } },
	[OBS_HW_START] = { "hw-start", { DESC, CHAN, COOKIE } },
	[OBS_HW_DONE] = { "hw-done", { DESC, CHAN, COOKIE, INT("error", OF_DMA) } },
	[OBS_HW_DROP] = { "hw-drop", { DESC, CHAN, COOKIE } },
	[OBS_CPU_ACCESS] = { "cpu-access", { { "how", OF_DIR, AS_ACCESS }, PHYS, LEN, HEX("at", OF_OBJ),
					     NUM("accesses", OF_ARG) } },
};

const struct event_word *event_word(uint16_t type)
{
	return &words[type < EVENT_TYPES ? type : 0];
}

int event_type(const char *word)
{
	for (int i = 0; i < EVENT_TYPES; i++)
		if (words[i].word && !strcmp(words[i].word, word))
			return i;
	return -1;
}

const char *event_word_nearest(const char *word)
{
	const char *list[EVENT_TYPES + 1];
	size_t nr = 0;

	for (int i = 0; i < EVENT_TYPES; i++)
		if (words[i].word)
			list[nr++] = words[i].word;
	list[nr] = NULL;
	return word_nearest(list, word, strlen(word));
}

uint64_t event_value(const struct obs_event *e, enum field_of of)
{
	switch (of) {
	case OF_OBJ:
		return e->obj;
	case OF_PHYS:
		return e->phys;
	case OF_DMA:
		return e->dma;
	case OF_LEN:
		return e->len;
	case OF_DIR:
		return e->dir;
	case OF_ATTRS:
		return e->attrs;
	case OF_ARG:
		return e->arg;
	case OF_ARG2:
		return e->arg2;
	}
	return 0;
}

static const char *word_of(const char *const *list, size_t nr, uint64_t value)
{
	return value < nr ? list[value] : "?";
}

const char *event_value_word(enum field_as as, uint64_t value, char *out)
{
	static const char *const maps[] = { "page", "resource", "link" };
	static const char *const allocs[] = { "coherent", "noncoherent", "pool", "noncontiguous" };
	static const char *const frees[] = { "kfree", "pages", "cache" };
	static const char *const sides[] = { "both", "source", "destination" };

	switch (as) {
	case AS_DIR:
		return report_dir((uint32_t)value);
	case AS_OP:
		return report_op((uint32_t)value);
	case AS_MAP_KIND:
		return word_of(maps, 3, value);
	case AS_ALLOC_KIND:
		return word_of(allocs, 4, value);
	case AS_FREE_KIND:
		return word_of(frees, 3, value);
	case AS_ACCESS:
		return value ? "store" : "load";
	case AS_SIDE:
		return word_of(sides, 3, value);
	case AS_ATTRS:
		report_attrs((uint32_t)value, out);
		return out;
	default:
		return NULL;
	}
}
