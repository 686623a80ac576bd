/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Distilling: from a recording of anyone's driver, the scenario that does on software engines what
 * the driver's devices did with the mappings and descriptors of one finding, up to that finding.
 * distill.c says which these are, distill_text.c writes them down.
 */
#ifndef HARNESS_DISTILL_H
#define HARNESS_DISTILL_H

#include "lib/base/strbuf.h"
#include "lib/judge/judge.h"

#define DISTILL_DEVICES	4
#define DISTILL_SOURCES	16

enum distill_own { DISTILL_STREAM, DISTILL_COHERENT, DISTILL_PAGES, DISTILL_POOL };

struct distill_map {
	uint64_t dma, phys, len;
	uint64_t seq, end;	/* of the events that made and ended it; end 0: none did */
	uint64_t list;		/* of a scatterlist: the number of its MAP_SG, else 0 */
	uint32_t dir, attrs;
	unsigned int dev;	/* index */
	enum distill_own own;
	bool wanted, of_finding;
	int buffer;		/* of distill_text.c */
};

struct distill_use {
	uint64_t dma, len;
	int map;		/* -1: no mapping that is known */
	bool stale;
};

struct distill_tx {
	uint64_t desc, func, param;
	struct distill_use use[1 + DISTILL_SOURCES];	/* the destination first */
	unsigned int nr, want;
	uint32_t op, flags;
	unsigned int dev;
	bool wanted, submitted, done;
};

/* Something that was done, in order. */
struct distill_act {
	enum {
		DISTILL_MAP, DISTILL_UNMAP, DISTILL_SYNC_CPU, DISTILL_SYNC_DEVICE, DISTILL_PREP,
		DISTILL_SUBMIT, DISTILL_ISSUE, DISTILL_CALLBACK, DISTILL_TERMINATE,
		DISTILL_SYNCHRONIZE, DISTILL_FREE_MEMORY,
	} what;
	uint64_t seq;
	int map, tx;		/* what it is about, or -1 */
	int callback;		/* of which tx it was done in, or -1 */
	uint64_t dma, len;
	uint32_t dir;
	unsigned int dev;
	bool as_list;		/* UNMAP: with the function for lists, and it is none */
	uint8_t level, flags;
};

struct distilled {
	const struct finding *finding;
	uint64_t device[DISTILL_DEVICES];
	unsigned int nr_devices;
	bool xor[DISTILL_DEVICES];
	struct distill_map *maps;
	struct distill_tx *txs;
	struct distill_act *acts;
	size_t nr_maps, nr_txs, nr_acts;
	uint64_t list, list_left, list_obj;	/* of the MAP_SG whose entries come */
	int callback[256];	/* by processor: which tx's callback runs, or -1 */
	bool left_out;		/* an operation that the language has not */
};

/* Begins with @f, which must stay. */
void distill_begin(struct distilled *d, const struct finding *f);
/* Takes each event of the recording up to the finding's, in order. */
void distill_event(void *d, const struct obs_event *e);
/* Chooses what belongs to the finding. Returns 0, or -ENOENT: nothing of it can be replayed. */
int distill_choose(struct distilled *d);
/*
 * Writes the scenario @name, "group/name", which expects the finding's class. Returns 0, or -E2BIG
 * with @why: more memory than a scenario may have.
 */
int distill_text(struct distilled *d, const char *name, struct strbuf *out, const char **why);
void distill_free(struct distilled *d);

#endif /* HARNESS_DISTILL_H */
