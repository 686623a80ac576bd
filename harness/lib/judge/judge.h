/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The judge: replays events through the ownership automaton of DMA mappings and
 * the life of dmaengine descriptors, and names violations. Pure: the same events
 * give the same findings, whether they come from a ring, a file or a test.
 *
 * It is precise before it is complete: what it cannot know it counts as unknown,
 * with the reason, and does not report. After a loss, objects that were born
 * before it are only trusted for what was seen of them since.
 */
#ifndef HARNESS_JUDGE_H
#define HARNESS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/events.h"
#include "violation.h"

/* A physical range that META told; first and last byte. */
enum judge_range_kind {
	JUDGE_RAM,
	JUDGE_KERNEL_CODE,
	JUDGE_KERNEL_RODATA,
};

struct judge_options {
	unsigned int max_findings;	/* kept in detail; 0: 1000 */
	unsigned int max_subjects;	/* kept to be matched; 0: 65536 */
	uint64_t stall_ns;		/* a descriptor that was not submitted or issued
					 * for so long when its channel is terminated
					 * or released was forgotten; 0: 10 ms
					 */
	uint64_t end_stall_ns;		/* the same when the observation ends; 0: 1 s */
	unsigned int cache_line;	/* bytes; 0: 64 */
	bool mapping_errors;	/* MAPPING_ERROR events are told; else the first of
				 * them shows it, for mappings after it
				 */
};

/* A mapping, or an allocation, as it was when the finding was made. */
struct finding_map {
	char device[56];
	char driver[56];
	const char *kind;	/* "page", "resource", "sg", "coherent", ... */
	uint64_t dev;
	uint64_t phys;
	uint64_t dma;
	uint64_t len;
	uint32_t dir;
	uint32_t attrs;
	uint64_t seq;
	uint64_t age_ns;
	uint64_t unmapped_ns;	/* how long ago it was unmapped; 0: it is live */
	uint32_t task;
	uint16_t cpu;
	uint8_t level;
	int32_t stack;		/* where it was made */
	int32_t unmap_stack;
};

/* A descriptor. */
struct finding_tx {
	char device[56];	/* of the channel's provider */
	char driver[56];
	uint64_t dev;
	uint64_t chan;
	uint64_t desc;
	uint32_t chan_id;
	bool has_desc;		/* false: only the channel is meant */
	int32_t cookie;		/* 0: it was not submitted */
	uint32_t op;		/* enum obs_op */
	uint64_t len;
	uint32_t task;
	int32_t prep_stack;
	int32_t submit_stack;
};

#define FINDING_TEXT	200

struct finding {
	const struct violation *class;
	char what[FINDING_TEXT];   /* stable: no addresses, no numbers of the occurrence */
	char detail[FINDING_TEXT]; /* of the first occurrence */
	uint64_t seq;
	uint64_t time_ns;
	uint16_t type;		/* enum obs_type: the call that gave it away */
	uint16_t cpu;
	uint8_t level;
	uint8_t flags;		/* OBS_F_* */
	uint32_t task;
	int32_t stack;
	char device[56];
	char driver[56];
	bool has_map, has_other, has_tx, has_other_tx, in_callback;
	struct finding_map map;		/* the subject */
	struct finding_map other;	/* what it collides with */
	struct finding_tx tx;
	struct finding_tx other_tx;
	struct finding_tx callback;	/* in whose callback or dependency run it was */
	int32_t callback_stack;
	uint64_t count;		/* occurrences with this class, text and stack */
};

/*
 * What a finding is about, one for each distinct pair of parties. A mapping is
 * its device's name, DMA address and length; a descriptor its provider's device
 * name, channel number and cookie (0 for a channel).
 */
enum subject_kind {
	SUBJECT_NONE,
	SUBJECT_MAP,
	SUBJECT_TX,
};

struct finding_party {
	enum subject_kind kind;
	const char *device;	/* of the judge; "" when it was never told */
	uint64_t dma;		/* MAP */
	uint64_t len;
	uint32_t chan_id;	/* TX */
	int32_t cookie;
};

struct finding_subject {
	const struct violation *class;
	struct finding_party map, other, tx, other_tx;
	uint64_t seq;		/* of the first */
	uint64_t count;
};

/* Why something could not be judged. */
enum judge_unknown {
	UNKNOWN_BEFORE,		/* mapped or prepared before the observation */
	UNKNOWN_LOST,		/* events were lost in its life */
	UNKNOWN_ELIDED,		/* its device's syncs are not told */
	UNKNOWN_SKIP_SYNC,	/* DMA_ATTR_SKIP_CPU_SYNC: ownership is the drivers' */
	UNKNOWN_COMPLETION,	/* nothing tells whether a descriptor is complete */
	UNKNOWN_UNWATCHED,	/* a function was not probed */
	UNKNOWN_CALLBACK,	/* a callback of no descriptor that is known */
	UNKNOWN_DOMAIN,		/* the devices' mapping domain is not known */
	UNKNOWN_REUSED,		/* an address came back without an unmap */
	UNKNOWN_LIMITS,		/* limits may have changed since they were told */
	UNKNOWN_RANGE,		/* an operand that no single mapping holds */
	UNKNOWN__COUNT
};

const char *judge_unknown_text(enum judge_unknown why);

struct judge_counters {
	uint64_t events;
	uint64_t maps;		/* mappings made; an sg list counts its entries */
	uint64_t unmaps;
	uint64_t live;		/* mappings and allocations now */
	uint64_t peak;
	uint64_t txs;		/* descriptors submitted */
	uint64_t in_flight;	/* descriptors that are remembered */
	uint64_t lost;		/* events; by gaps and by LOST */
	uint64_t bad;		/* events that make no sense */
	uint64_t occurrences;	/* of all findings */
	uint64_t findings_dropped; /* beyond max_findings */
	uint64_t subjects_dropped; /* beyond max_subjects */
	uint64_t unknown[UNKNOWN__COUNT];
};

struct judge;

struct judge *judge_new(const struct judge_options *options);	/* NULL: all 0 */
void judge_free(struct judge *j);

/*
 * Before the events that need it. -ENOSPC beyond this many: the verdict is not complete then. A
 * range that ends before it begins is none.
 */
#define JUDGE_MAX_RANGES	4096
int judge_range(struct judge *j, enum judge_range_kind kind, uint64_t first, uint64_t last);
void judge_mapping_errors(struct judge *j, bool visible);
/* Syncs are not told at all: every device counts as one that elides them. */
void judge_syncs_missing(struct judge *j);

/* Strictly in the order of seq; a gap counts as a loss. */
void judge_event(struct judge *j, const struct obs_event *e);
/* @n events are missing here, as far as anyone knows. */
void judge_lost(struct judge *j, uint64_t n);
/* The observation ended. Nothing may follow. */
void judge_end(struct judge *j);

size_t judge_findings(const struct judge *j);
const struct finding *judge_finding(const struct judge *j, size_t i);
size_t judge_subjects(const struct judge *j);
const struct finding_subject *judge_subject(const struct judge *j, size_t i);
const struct judge_counters *judge_counters(const struct judge *j);

#endif /* HARNESS_JUDGE_H */
