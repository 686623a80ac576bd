/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell: one scenario, one choice of its parameters, one world. It is what
 * runs, what is judged and what gets a line in the results.
 */
#ifndef HARNESS_CELL_H
#define HARNESS_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/strbuf.h"

enum world {
	WORLD_COHERENT,	/* dma-direct: address = memory */
	WORLD_BOUNCE,	/* swiotlb=force on the boot line */
	WORLD_BOUNCE32,	/* engines with 32-bit masks, buffers above 4 GiB */
	WORLD_STRICT,	/* softdma's own dma_map_ops */
	WORLD__COUNT
};

/* "coherent", ...; NULL beyond the last. */
const char *world_name(enum world world);
/* -EINVAL when there is no such world. */
int world_parse(const char *name, enum world *world);

enum expect_kind {
	EXPECT_DATA_INTACT,	/* every check right */
	EXPECT_DATA_CORRUPT,	/* at least one check wrong */
	EXPECT_STATUS,		/* the steps @steps end with -@err at least once,
				 * and with that or 0 always
				 */
	EXPECT_OUTCOME,		/* the guest's fate: @fate */
	EXPECT_FAULT,		/* @engine had access faults */
	EXPECT_INJECTED,	/* @engine injected at least one fault */
	EXPECT_VIOLATION,	/* the judge found @class, and about @objects if any */
	EXPECT_STAGE,		/* of a workload: nothing, or something, was wrong in @stage */
	EXPECT_OFFLOAD,		/* @engine did each of @ops */
	EXPECT_WITNESS,		/* where the kernel has @witness, it reports something */
};

/* What the objects of a violation are. */
enum expect_on {
	EXPECT_ON_ANY,		/* none was named */
	EXPECT_ON_MAP,
	EXPECT_ON_TX,
	EXPECT_ON_ENGINE,
};

/*
 * An expectation counts where its guards hold. A cell with no data expectation
 * that counts must have intact data; a failed step or an access
 * fault that no expectation names fails the cell.
 */
struct expect {
	enum expect_kind kind;
	unsigned int line;	/* of the scenario file */
	char *text;		/* as written, for messages */
	uint32_t *steps;	/* indices of program steps; of a violation: those
				 * that map, or submit, its objects (maybe none)
				 */
	unsigned int nr_steps;
	char *class;		/* EXPECT_VIOLATION: the judge's name for it */
	int witness;		/* EXPECT_WITNESS: enum witness */
	bool allowed;		/* EXPECT_VIOLATION, EXPECT_WITNESS: it need not be found */
	enum expect_on on;	/* EXPECT_VIOLATION */
	uint32_t *objects;	/* indices of the program's maps, txs or engines: one
				 * an element and an instance. Any of them will do
				 */
	unsigned int nr_objects;
	int err;		/* positive errno */
	char *engine;
	int stage;		/* EXPECT_STAGE: enum workload_stage */
	bool intact;
	unsigned int ops;	/* EXPECT_OFFLOAD: bits of op_words (words.h) */
	char *fate;		/* "panic", "oops", "hang", "splat" */
	/* guards; all must hold */
	unsigned int worlds;	/* bit per enum world, 0: any */
	struct {
		char op[3];	/* "", "<", "<=", ">=", ">", "==" */
		unsigned int major, minor;
	} kernel;
	char *arch;		/* NULL: any */
	char *config;		/* NULL: any; "CONFIG_..." that must be set */
	int engines;		/* 1 soft, 2 drivers; 0: any */
};

struct param {
	char *name;
	char *value;		/* as in the file: "4K" */
};

struct cell {
	char *id;		/* "order/legacy size=4K sources=2 @bounce": unique */
	char *scenario;		/* "order/legacy" */
	char *file;
	struct param *params;
	unsigned int nr_params;
	enum world world;
	uint64_t seed;
	uint32_t repeat;
	uint32_t clients, in_flight;	/* as threads and depth say */
	bool skip_foreign;	/* without "allow foreign-map": EXDEV is a skip */
	struct strbuf setup;	/* what the agent does before, see plan.h */
	struct strbuf program;	/* kmod/uapi/dmatorture.h; of a workload: its file */
	int workload;		/* enum workload_kind */
	bool cpu_xor;		/* the guest has to have dmtcpu.ko */
	bool disk;		/* the guest has to have a disk: /dev/vda */
	char *require;		/* "CONFIG_..." that must be set, or NULL */
	bool drivers;		/* the engines are real drivers on register models */
	int sweep;		/* enum sweep_kind: which of its calls fail, one after the other */
	uint32_t sweep_only;	/* this one alone; 0: all */
	char *skip;		/* why it cannot run on these engines, or NULL */
	char **step_text;	/* per program step: the statement, for reports */
	unsigned int nr_steps;
	char **engine_names;	/* per program engine */
	unsigned int nr_engines;
	struct expect *expects;
	unsigned int nr_expects;
	char *repro;		/* a whole scenario file that is this cell only */
};

/* Frees what @cell holds, not @cell itself. */
void cell_free(struct cell *cell);

#endif /* HARNESS_CELL_H */
