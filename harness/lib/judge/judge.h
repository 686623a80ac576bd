/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The judge: replays events through the ownership automaton of DMA mappings and
 * the life of dmaengine descriptors, and names violations. Pure: the same events
 * give the same findings, whether they come from a ring, a file or a test.
 *
 * It prefers precision to completeness: what it cannot know it counts as unknown, with the
 * reason, and does not report. After a loss, it trusts older objects only for what it has
 * seen of them since.
 */
#ifndef HARNESS_JUDGE_H
#define HARNESS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/events.h"
#include "violation.h"

/* Kinds of physical ranges, which come from META. */
enum judge_range_kind {
	JUDGE_RAM,
	JUDGE_KERNEL_CODE,
	JUDGE_KERNEL_RODATA,
	JUDGE_ADDRESSES,	/* from 0 to the last that anything of the machine has */
};

struct judge_options {
	unsigned int max_findings;	/* findings kept in detail; 0: 1000 */
	unsigned int max_subjects;	/* subjects kept for matching; 0: 65536 */
	uint64_t stall_ns;		/* a descriptor counts as forgotten if it was not
					 * submitted or issued for so long when its channel
					 * is terminated or released; 0: 10 ms
					 */
	uint64_t end_stall_ns;		/* the same when the observation ends; 0: 1 s */
	unsigned int cache_line;	/* bytes; 0: 64 */
	bool mapping_errors;	/* the recording has MAPPING_ERROR events; if false, the
				 * first of them shows it, for the mappings after it
				 */
};

/* A mapping or an allocation, as it was when the finding was made. */
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
	uint64_t made_ns;	/* when, in the time of events */
	uint64_t age_ns;
	uint64_t unmapped_ns;	/* how long ago it was unmapped; 0: it is live */
	uint64_t gone_ns;	/* when it was unmapped; 0: it is live */
	uint32_t task;
	uint16_t cpu;
	uint8_t level;
	int32_t stack;		/* of the call that made it */
	int32_t unmap_stack;
};

/* A descriptor. */
struct finding_tx {
	char device[56];	/* the channel's provider */
	char driver[56];
	uint64_t dev;
	uint64_t chan;
	uint64_t desc;
	uint32_t chan_id;
	bool has_desc;		/* false: the finding is about the channel only */
	int32_t cookie;		/* 0: it was not submitted */
	uint32_t op;		/* enum obs_op */
	uint64_t len;
	uint64_t prep_ns;	/* when, in the time of events; 0: it was not seen */
	uint64_t submit_ns;
	uint32_t task;
	int32_t prep_stack;
	int32_t submit_stack;
};

/* Unmap data (struct dmaengine_unmap_data), which a client gets and both sides put. */
struct finding_ud {
	uint32_t room;		/* addresses it has room for */
	uint32_t users;		/* descriptors that were submitted with it */
	uint32_t puts;
	uint32_t get_task, put_task;
	uint64_t get_ns, put_ns;	/* in the time of events; put: 0 if it was never put */
	int32_t get_stack, put_stack;	/* of the last put */
};

#define FINDING_TEXT	200

struct finding {
	const struct violation *class;
	char what[FINDING_TEXT];   /* stable: without addresses or numbers that change */
	char detail[FINDING_TEXT]; /* of the first occurrence */
	uint64_t seq;
	uint64_t time_ns;
	uint16_t type;		/* enum obs_type: the call in which it was found */
	uint8_t kind;		/* enum obs_map_kind, of MAP and UNMAP */
	uint16_t cpu;
	uint8_t level;
	uint8_t flags;		/* OBS_F_* */
	uint32_t task;
	int32_t stack;		/* who is to blame: of the call, or of what made the subject */
	bool own_stack;		/* it is that of the call */
	char device[56];
	char driver[56];
	bool has_map, has_other, has_tx, has_other_tx, has_ud, in_callback;
	struct finding_map map;		/* the subject */
	struct finding_map other;	/* what it collides with */
	struct finding_tx tx;
	struct finding_tx other_tx;
	struct finding_ud ud;
	struct finding_tx callback;	/* it happened in this one's callback or dependency run */
	int32_t callback_stack;
	uint64_t count;		/* occurrences with this class, text and stack */
};

/*
 * The subjects of findings: one for each distinct set of parties. A mapping is identified by
 * its device's name, DMA address and length; a descriptor by its provider's device name,
 * channel number and cookie (0 for a channel).
 */
enum subject_kind {
	SUBJECT_NONE,
	SUBJECT_MAP,
	SUBJECT_TX,
};

struct finding_party {
	enum subject_kind kind;
	const char *device;	/* owned by the judge; "" when the name is not known */
	uint64_t dma;		/* MAP */
	uint64_t len;
	uint32_t chan_id;	/* TX */
	int32_t cookie;
};

struct finding_subject {
	const struct violation *class;
	struct finding_party map, other, tx, other_tx;
	uint64_t seq;		/* of the first occurrence */
	uint64_t count;
};

/* Why something could not be judged. */
enum judge_unknown {
	UNKNOWN_BEFORE,		/* mapped or prepared before the observation */
	UNKNOWN_LOST,		/* events were lost during its life */
	UNKNOWN_ELIDED,		/* no events of its device's syncs: judge_elided() */
	UNKNOWN_SKIP_SYNC,	/* DMA_ATTR_SKIP_CPU_SYNC: the driver manages ownership */
	UNKNOWN_COMPLETION,	/* no event tells whether a descriptor is complete */
	UNKNOWN_UNWATCHED,	/* a function was not probed */
	UNKNOWN_CALLBACK,	/* a callback that belongs to no known descriptor */
	UNKNOWN_DOMAIN,		/* the devices' mapping domains are not known */
	UNKNOWN_REUSED,		/* an address was mapped again without an unmap */
	UNKNOWN_LIMITS,		/* limits may have changed since they were recorded */
	UNKNOWN_RANGE,		/* no single mapping contains the operand */
	UNKNOWN_MAY_STAY,	/* the driver need not unmap, so a mapping ends unseen */
	UNKNOWN_OTHER_DEVICE,	/* works only where two devices have the same addresses */
	UNKNOWN_LOCKS,		/* this kernel does not count the spinlocks that are held */
	UNKNOWN__COUNT
};

const char *judge_unknown_text(enum judge_unknown why);

/*
 * From now on no judge of this process names the class: to see that somebody notices. For tests of
 * those who compare the judge with something else.
 */
void judge_switch_off(enum violation_id id);

struct judge_counters {
	uint64_t events;
	uint64_t maps;		/* mappings made; each entry of an sg list counts */
	uint64_t blocks;	/* of these, blocks from pools */
	uint64_t unmaps;
	uint64_t live;		/* mappings and allocations now */
	uint64_t peak;
	uint64_t txs;		/* descriptors submitted */
	uint64_t in_flight;	/* descriptors that are remembered */
	uint64_t lost;		/* lost events, known by gaps and by LOST */
	uint64_t bad;		/* events that make no sense */
	uint64_t blind;		/* calls of mapping functions that no probe covers */
	uint64_t occurrences;	/* of all findings */
	uint64_t findings_dropped; /* findings beyond max_findings */
	uint64_t subjects_dropped; /* subjects beyond max_subjects */
	uint64_t unknown[UNKNOWN__COUNT];
};

struct judge;

struct judge *judge_new(const struct judge_options *options);	/* NULL: the defaults */
void judge_free(struct judge *j);

/*
 * Adds a physical range, first and last byte; call it before the events that need it. A range
 * that ends before it begins is ignored. -ENOSPC: there are JUDGE_MAX_RANGES already, and the
 * verdict is not complete then.
 */
#define JUDGE_MAX_RANGES	4096
int judge_range(struct judge *j, enum judge_range_kind kind, uint64_t first, uint64_t last);
void judge_mapping_errors(struct judge *j, bool visible);
/* The recording has no sync events: every device is treated as one that elides syncs. */
void judge_syncs_missing(struct judge *j);
/* No event tells whether a spinlock was held: rules are not judged where that matters. */
void judge_locks_missing(struct judge *j);

/* Takes an event, strictly in the order of seq; a gap counts as a loss. */
void judge_event(struct judge *j, const struct obs_event *e);
/* @n events were lost at this point, or before. */
void judge_lost(struct judge *j, uint64_t n);
/* The observation has ended; no event may follow. */
void judge_end(struct judge *j);

/*
 * The name of the @i-th device whose syncs the kernel leaves out where they were needed to judge,
 * and how often they were; NULL: there are not so many.
 */
const char *judge_elided(const struct judge *j, size_t i, uint64_t *times);
/* Live mappings of one device that one call path made, and that only grew in the last @ns. */
struct judge_growth {
	const char *device, *driver;	/* of the judge */
	const char *kind;
	uint64_t live;		/* at the end */
	uint64_t more;		/* than at the beginning of @ns */
	uint64_t maps;		/* in all */
	uint64_t ns;
	int32_t stack;
};

/* The @i-th of them, in no order; false: there are not so many. A hint, and no finding. */
bool judge_growth(const struct judge *j, size_t i, struct judge_growth *out);
size_t judge_findings(const struct judge *j);
const struct finding *judge_finding(const struct judge *j, size_t i);
size_t judge_subjects(const struct judge *j);
const struct finding_subject *judge_subject(const struct judge *j, size_t i);
const struct judge_counters *judge_counters(const struct judge *j);
/* The names of these functions, "" or "NAME, NAME". */
const char *judge_blind(const struct judge *j);

#endif /* HARNESS_JUDGE_H */
