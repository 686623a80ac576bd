/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known about a cell after it ran, and the verdict on it. */
#ifndef HARNESS_RESULT_H
#define HARNESS_RESULT_H

#include "known.h"
#include "lib/program/cell.h"
#include "lib/witness/console.h"
#include "lib/program/frame.h"
#include "lib/judge/evstream.h"
#include "sweep_result.h"
#include "uapi/dmatorture.h"
#include "lib/program/fate.h"
#include "lib/witness/witness.h"
#include "lib/program/words.h"
#include "lib/program/workload.h"

/* harness/README.md#outcomes. The order is that of weight: the worst names the run. */
enum outcome {
	OUTCOME_PASS,
	OUTCOME_SKIP,
	OUTCOME_INCOMPLETE,	/* the harness could not do its job */
	OUTCOME_FAIL,
	OUTCOME_HANG,
	OUTCOME_PANIC,		/* panic, oops or splat */
	OUTCOME__COUNT
};

const char *outcome_name(enum outcome outcome);

enum cell_state {
	CELL_NOT_RUN,		/* its guest never got to it */
	CELL_BEGUN,		/* it began, and its guest ended in it */
	CELL_REFUSED,		/* its setup failed or its program was refused: see @refused */
	CELL_RAN,
};

/* An engine's counters, with the names in softdma's `stats`. */
struct engine_stats {
	char name[32];
	char device[64];		/* dev_name() */
	uint64_t submitted, completed, errors, terminated, bytes, compute_ns;
	uint64_t access_faults, dropped, delayed, failed, early;
	uint64_t busted;	/* how often the other faults hit, summed up */
	uint64_t ops[NR_OPS];	/* by op_words */
	/* of an engine that was there already */
	bool picked;
	char driver[32];
	char translation[8];	/* of its addresses: "none", "strict", "lazy" */
	uint64_t copy_align, xor_align, max_xor, max_segment;
	uint64_t reads, nothing; /* chunks that it read, and those of which it saw nothing */
};

/* The kernel's own reports, one for each title, in the order of their first occurrence. */
struct splats {
	struct splat {
		char *title;		/* stable */
		enum witness witness;
		unsigned int count;
		long call;	/* in a sweep: the call that failed when it came first; 0: none */
	} *v;
	unsigned int nr;
};

/* Finds the splat of that title, or adds it. */
struct splat *splats_add(struct splats *splats, enum witness witness, const char *title);
void splats_free(struct splats *splats);

/*
 * What the observer saw of a cell, and no more of it than a result says: a judge that is
 * kept until the run ends costs 150 KB a cell, and a run has thousands.
 */
struct seen {
	char *why_not;			/* why it is not complete; NULL: it is */
	char *unwatched;		/* why nobody watched the CPU, though asked to; or NULL */
	uint64_t events, lost, maps, unmaps, txs;
	struct seen_group {
		const char *class;
		char *title, *what, *device;
		uint64_t count;
	} *groups;			/* what was found, by title */
	size_t nr_groups;
};

/* The caller frees it. */
struct seen *seen_of(const struct evstream *s);
void seen_free(struct seen *seen);

#define RESULT_STEPS	256	/* records of a cell that a result writes out */

struct verdict;

struct cell_result {
	enum cell_state state;
	const char *boot;	/* name of its guest; NULL: it had none */
	enum vm_fate fate;	/* of the guest, if it ended in this cell */
	struct dmt_sums sums;
	bool has_sums;
	struct dmt_record *records;	/* native endian */
	size_t nr_records;
	struct engine_stats engines[DMT_MAX_ENGINES];
	unsigned int nr_engines;
	char *refused;
	char *not_run;		/* why the guest never got to it */
	char *doubt;		/* why nothing may be concluded from it, or NULL */
	struct splats splats;	/* from the console */
	struct witness_state witnesses[WITNESS__COUNT];
	bool dropped_frame;	/* a frame of the cell made no sense */
	struct evstream *observed; /* finished when state is CELL_RAN; NULL once it is settled */
	struct seen *seen;		/* of @observed, once it is settled */
	struct verdict *rest;		/* once it is settled: all but what witnesses said */
	double wall_s;			/* host time that it took; 0: not known. In no result */
	bool observer_off;		/* by the user's or the scenario's wish */
	struct stage_result {
		bool ran;
		uint64_t wrong, of;	/* see stage_read() */
	} stages[STAGE__COUNT];
	struct strbuf fio;		/* its json+ output */
	/*
	 * If the cell is swept; then everything else here is about its first run, in which
	 * nothing fails. Who sees the cell begin allocates this.
	 */
	struct sweep_result *sweep;
};

/*
 * Takes one frame of the cell: REFUSED, RECORDS, SUMS, ENGINE, WORKLOAD, FIO, OBSERVED, WITNESS,
 * SWEEP or CELL_END; it ignores others. A frame of the wrong size sets dropped_frame, which makes
 * the verdict incomplete.
 */
void result_frame(struct cell_result *result, const struct frame *frame);
/* The cell runs again: discards what came about it so far. */
void result_again(struct cell_result *result);
void result_free(struct cell_result *result);

struct verdict_env;
/*
 * No more frames come of this cell: judges all that does not depend on the console, and frees
 * the judge, and the records that no result shows. verdict_judge() gives the same as before.
 * What was freed is in the guest's channel.
 */
void result_settle(struct cell_result *result, const struct cell *cell,
		   const struct verdict_env *env);

enum data_state { DATA_UNCHECKED, DATA_INTACT, DATA_CORRUPT };

const char *data_name(enum data_state data);

#define MAX_KNOWN	8	/* of a cell */

struct verdict {
	enum outcome outcome;
	enum data_state data;
	char **messages;	/* the reasons; none for a plain pass */
	unsigned int nr_messages;
	const struct known_issue *known[MAX_KNOWN];	/* issues that excused something */
	unsigned int nr_known;
};

/* The kernel and the circumstances that guards and known issues are compared with. */
struct verdict_env {
	const char *release;	/* of the kernel, "6.12.117+deb12-amd64" */
	const char *arch;	/* machine->name */
	const char *config;	/* text of its .config, or NULL */
	const struct known_issues *known;	/* or NULL */
	const char *today;	/* "2026-11-23", to see which known issues have expired */
	/* Why the target can have no workloads, and not these worlds; NULL: it can. */
	const char *no_workload, *no_world[WORLD__COUNT];
	const char *no_drivers;	/* why the real drivers could not be built; NULL: they were */
};

/*
 * Compares what was found with what the scenario expects. Pure. The outcome is
 * OUTCOME_INCOMPLETE, never a pass, when anything was lost or the world was not in force.
 */
void verdict_judge(struct verdict *verdict, const struct cell *cell,
		   const struct cell_result *result,
		   const struct verdict_env *env);
void verdict_free(struct verdict *verdict);
/* Does the kernel have what the cell requires? If not, its verdict is a skip. */
bool verdict_can_run(const struct cell *cell, const struct verdict_env *env);
/* Does the text of a .config set @symbol? NULL: nothing is asked for. */
bool verdict_has_config(const char *symbol, const char *config);

/* Do all guards of @expect hold? */
bool verdict_guards_hold(const struct expect *expect, const struct cell *cell,
			 const struct verdict_env *env);

/* The exit code of a run, given how many cells had each outcome. */
int outcome_exit_code(const unsigned int count[OUTCOME__COUNT]);

#endif /* HARNESS_RESULT_H */
