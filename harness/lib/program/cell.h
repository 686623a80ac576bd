/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell: one scenario with one choice of its parameters, in one world. Cells are what
 * runs, is judged and gets a line in the results.
 */
#ifndef HARNESS_CELL_H
#define HARNESS_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/strbuf.h"

enum world {
	WORLD_COHERENT,	/* dma-direct: the DMA address is the memory's */
	WORLD_BOUNCE,	/* swiotlb=force on the boot line */
	WORLD_BOUNCE32,	/* engines with 32-bit masks, buffers above 4 GiB */
	WORLD_STRICT,	/* softdma's own dma_map_ops */
	WORLD_IOMMU,	/* the copies are done by bus masters behind an IOMMU */
	WORLD_IOMMU_LAZY, /* the same; an unmap takes their access away some milliseconds later */
	WORLD_IOMMU_VIRTIO, /* the same behind another IOMMU, as the kernel has it */
	WORLD__COUNT
};

/* A bit each: those of a scenario that names none, and those with bus masters. */
#define WORLDS_DEFAULT	((1u << WORLD_IOMMU) - 1)
#define WORLDS_ALL	((1u << WORLD__COUNT) - 1)
#define NR_IOMMU_WORLDS	(WORLD__COUNT - WORLD_IOMMU)

static inline bool world_has_masters(enum world world)
{
	return world >= WORLD_IOMMU;
}

/* "coherent", ...; NULL beyond the last. */
const char *world_name(enum world world);
/* -EINVAL when there is no such world. */
int world_parse(const char *name, enum world *world);

enum expect_kind {
	EXPECT_DATA_INTACT,	/* every check is right */
	EXPECT_DATA_CORRUPT,	/* at least one check is wrong */
	EXPECT_STATUS,		/* the steps @steps end with -@err at least once,
				 * and otherwise with 0
				 */
	EXPECT_OUTCOME,		/* the guest ends with @fate */
	EXPECT_FAULT,		/* @engine had access faults */
	EXPECT_INJECTED,	/* @engine injected at least one fault */
	EXPECT_VIOLATION,	/* the judge found @class, about one of @objects if any */
	EXPECT_STAGE,		/* a workload's @stage was right, or wrong: see @intact */
	EXPECT_OFFLOAD,		/* @engine did each of the operations @ops */
	EXPECT_WITNESS,		/* @witness reports something, if the kernel has it */
};

/* The kind of objects that a violation is expected of. */
enum expect_on {
	EXPECT_ON_ANY,		/* none was named */
	EXPECT_ON_MAP,
	EXPECT_ON_TX,
	EXPECT_ON_ENGINE,
};

/*
 * An expectation counts in a cell if its guards hold there. Without a data expectation that
 * counts, the cell's data must be intact. A failed step or an access fault that no
 * expectation names fails the cell.
 */
struct expect {
	enum expect_kind kind;
	unsigned int line;	/* of the scenario file */
	char *text;		/* as written, for messages */
	uint32_t *steps;	/* indices of program steps; EXPECT_VIOLATION: the steps
				 * that map or submit its objects, perhaps none
				 */
	unsigned int nr_steps;
	char *class;		/* EXPECT_VIOLATION: the class's name */
	int witness;		/* EXPECT_WITNESS: enum witness */
	bool allowed;		/* it may be seen, and need not be */
	enum expect_on on;	/* EXPECT_VIOLATION */
	uint32_t *objects;	/* indices of the program's maps, txs or engines, one for
				 * each element and instance. A finding about any of
				 * them fulfils the expectation
				 */
	unsigned int nr_objects;
	int err;		/* positive errno */
	char *engine;
	int stage;		/* EXPECT_STAGE: enum workload_stage */
	bool intact;
	unsigned int ops;	/* EXPECT_OFFLOAD: bits of op_words (words.h) */
	char *fate;		/* "panic", "oops", "hang", "splat" */
	/* guards; all must hold */
	unsigned int worlds;	/* a bit for each enum world; 0: any */
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
	uint32_t clients, in_flight;	/* the scenario's threads and depth */
	bool skip_foreign;	/* no "allow foreign-map": -EXDEV makes it a skip */
	struct strbuf setup;	/* what the agent does before it runs, see plan.h */
	struct strbuf program;	/* as in kmod/uapi/dmatorture.h; of a workload: its file */
	int workload;		/* enum workload_kind */
	bool cpu_xor;		/* it needs dmtcpu.ko in the guest */
	bool watch_cpu;		/* it needs the plugin that reports the CPU's accesses */
	bool disk;		/* it needs a disk in the guest, /dev/vda */
	char *require;		/* "CONFIG_..." that must be set, or NULL */
	bool real;		/* it wants a real engine; where there is none it is skipped */
	bool drivers;		/* the engines are real drivers on register models */
	int sweep;		/* enum sweep_kind: which calls fail, one after the other */
	uint32_t sweep_only;	/* only this call fails; 0: each in turn */
	char *skip;		/* why it cannot run on these engines, or NULL */
	char **step_text;	/* for each program step its statement, for reports */
	unsigned int nr_steps;
	char **engine_names;	/* for each engine of the program */
	unsigned int nr_engines;
	struct expect *expects;
	unsigned int nr_expects;
	char *repro;		/* text of a scenario file that consists of this cell */
};

/* Frees what @cell holds, not @cell itself. */
void cell_free(struct cell *cell);

#endif /* HARNESS_CELL_H */
