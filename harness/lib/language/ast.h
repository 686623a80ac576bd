/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree of a scenario. All nodes lie in its arena. */
#ifndef HARNESS_AST_H
#define HARNESS_AST_H

#include "lib/base/arena.h"
#include "lib/program/cell.h"
#include "lib/base/diag.h"
#include "scenario.h"
#include "uapi/dmatorture.h"
#include "lib/program/personality.h"
#include "lib/program/words.h"
#include "lib/program/workload.h"

/* Limits far above what a scenario needs; they bound what a bad file can cost. */
#define MAX_TEXT	65536	/* bytes of a file */
#define MAX_PARAMS	64
#define MAX_VARIANTS	65536
#define MAX_EXPECTS	256
#define MAX_LINKS	16
#define MAX_NAME	31	/* letters of an object's name, as in uapi/softdma.h */

/*
 * A value that may depend on parameters: a literal ("4K", "10us", "softirq"), a
 * parameter, or arithmetic.
 */
struct expr {
	char op;		/* 'l' literal, 'p' parameter, + - * / */
	struct pos pos;
	const char *text;	/* literal as written, or the parameter's name */
	struct expr *a, *b;
};

/* NAME[index]@off+len */
struct ref {
	struct pos pos;
	const char *name;
	struct expr *index, *off, *len;	/* NULL: whole */
	struct ref *next;
};

struct verb;			/* verbs.h */

struct stmt {
	const struct verb *verb;
	struct pos pos;
	const char *name;	/* map, prep: the name it defines; barrier: its name */
	struct ref *refs;	/* operands; prep: sources; check: right side */
	struct ref *dst;	/* prep, check */
	const char *engine;	/* map, prep; unmap and sync "for" another engine */
	struct pos engine_pos;
	int word;		/* map: dir; prep: dmt_op; crash: how; cpu_write: fill; wrong dir */
	int kind;		/* map: dmt_map_kind; wrong kind */
	int wrong;		/* unmap, sync: dmt_wrong; submit: again */
	const char *list;	/* map: the map whose scatterlist is mapped again */
	struct pos list_pos;
	unsigned int flags;	/* map: attrs; prep: DMT_TX_* */
	bool has_flags;
	const char *after;	/* prep: parent */
	struct pos after_pos;
	struct expr *a, *b;	/* delay from, to; wait timeout; fill byte; in: context;
				 * size of memory of its own; wrong size, offset, nents
				 */
	struct stmt *body;	/* on_complete, in */
	struct stmt *next;
};

struct thread {
	const char *name;	/* or NULL */
	struct pos pos;
	struct stmt *body;
	struct thread *next;
};

enum engine_opt {
	ENG_COMPLETION, ENG_DOMAIN, ENG_SOURCES, ENG_MASK, ENG_CHANNELS, ENG_CHANNEL,
	ENG_RING, ENG_SETUP, ENG_RATE, ENG_JITTER, ENG_FAULT_DELAY, ENG_MAX_LEN,
	ENG_MAX_PQ, ENG_PQ_CONTINUE, ENG_ALIGN, ENG_PUBLIC, ENG_INTERRUPT, ENG_SYNCS, ENG_MODEL,
	ENG_BOARD, ENG__COUNT
};

struct engine_opt_info {
	const char *word;	/* in the scenario */
	const char *attr;	/* of softdma; NULL: not for softdma */
	char type;		/* 'w' word, 'n' number, 's' size, 't' duration */
	uint64_t min, max;
};

extern const struct engine_opt_info engine_opts[ENG__COUNT];

#define NR_SOFT_FAULTS	23		/* fault_words: of softdma */
#define NR_FAULTS	(NR_SOFT_FAULTS + 12)	/* and of the register models and their drivers */

struct fault {			/* as the kernel's fault-inject */
	struct expr *interval;	/* NULL: no such fault */
	struct expr *probability, *space, *times;
	bool unlimited;		/* times is -1, and no expression */
};

struct engine {
	const char *name;
	struct pos pos;
	int cap;		/* enum dmt_cap */
	const struct softdma_personality *like;
	const char *on;		/* a real engine: a name of its device or driver, or "any"; NULL: none
				 * is meant, and @like says which software does it
				 */
	struct expr *opts[ENG__COUNT];
	struct fault faults[NR_FAULTS];
	struct engine *next;
};

struct buffer {
	const char *name;
	struct pos pos;
	struct expr *count;	/* NULL: one, no array */
	struct expr *size;
	int fill;
	struct expr *value;	/* of fill */
	struct expr *offset;
	int memory;		/* enum dmt_memory */
	struct buffer *next;
};

struct param_def {
	const char *name;
	struct pos pos;
	struct expr **values;	/* literals */
	size_t nr;
	struct param_def *next;
};

struct expect_def {
	struct pos pos;
	enum expect_kind kind;
	const struct verb *verb;	/* EXPECT_STATUS */
	struct ref *object;		/* of a step or a violation, or the engine */
	const char *class;		/* EXPECT_VIOLATION */
	int witness;			/* EXPECT_WITNESS: enum witness */
	bool allowed;			/* of a violation or a witness: it need not be found */
	bool sometimes;			/* the same, of each expectation that can be */
	const char *fate;		/* EXPECT_OUTCOME */
	int stage;			/* EXPECT_STAGE */
	bool intact;
	unsigned int ops;		/* EXPECT_OFFLOAD: bits of op_words */
	int err;
	unsigned int worlds;		/* where it counts; 0: everywhere */
	unsigned int written_worlds;	/* without worlds that another word implies */
	char kernel_op[3];		/* "": any */
	unsigned int major, minor;
	const char *arch, *config;
	int engines;			/* 1 soft, 2 drivers: where it counts; 0: on both */
	const char *when, *value;	/* counts only where this parameter has this value */
	struct pos when_pos;
	struct expect_def *next;
};

struct workload {
	int kind;		/* enum workload_kind */
	struct pos pos;
	struct expr *opts[MAX_WORKLOAD_OPTS];	/* by workload_opts(); NULL: not given */
};

struct link {
	const char *url;
	struct link *next;
};

struct scenario {
	struct arena arena;
	const char *file;
	const char *name;
	const char *title;
	struct link *links;
	struct param_def *params;
	struct engine *engines;
	struct buffer *buffers;
	struct thread *threads;
	struct expect_def *expects;
	unsigned int worlds;	/* as written; 0: not written */
	struct expr *seed, *repeat, *instances, *depth, *timeout, *wait_timeout;
	bool allow_foreign;
	struct workload *workload;	/* instead of threads; NULL: none */
	bool observe_off;
	bool observe_cpu;	/* its guest's CPU is watched too */
	bool drivers;		/* only on the real drivers: engines drivers */
	struct pos drivers_pos;
	const char *require;		/* "CONFIG_..." that it needs, or NULL; without it a skip */
};

/* eval.c: @choice holds the index of each parameter's value. */
/* Does the parameter that @e names have the value that it names? */
bool is_when(const struct scenario *s, const size_t *choice, const struct expect_def *e);
struct env {
	const struct scenario *s;
	const size_t *choice;
	struct diag *diag;
};

enum unit { UNIT_NONE, UNIT_SIZE, UNIT_TIME };

struct number {
	uint64_t n;		/* bytes, ns */
	enum unit unit;
};

/* Parses "4K", "0x10", "10us". Returns 0, -EINVAL: not a number, -ERANGE: too large. */
int number_parse(const char *text, struct number *out);
#define NUMBER_TEXT 24
/* The reverse, with the largest suffix that gives a whole number. Returns @out. */
char *number_text(const struct number *n, char out[NUMBER_TEXT]);
/* What a negative result of number_parse() means, a format with one %s. */
#define NUMBER_WRONG(err) ((err) == -ERANGE ? "'%s' is too large a number" : \
	"'%s' is no number: sizes end in K, M, G, durations in ns, us, ms, s")

/* Evaluates @e. False, with the diag filled, when it is not a number. */
bool eval(const struct env *env, const struct expr *e, struct number *out);
/* Evaluates @e to a number of that unit within @min..@max; messages begin with @what. */
bool eval_number(const struct env *env, const struct expr *e, const char *what,
		 enum unit unit, uint64_t min, uint64_t max, uint64_t *out);
/* The literal, or the value of the parameter that @e names. */
const char *eval_word(const struct env *env, const struct expr *e);

/*
 * print.c. How to print a statement for one of the steps that it makes: with the values of
 * parameters, for which instance, and which element.
 */
struct print_as {
	const struct env *env;
	uint32_t instance;	/* from 1; 0: there is only one */
	const struct ref *only;	/* print only this one of the references; NULL: all */
	uint32_t element;	/* of an array; DMT_NONE: as written */
};

/* Prints a statement without its body. @as NULL: as it was written. */
void print_stmt(const struct stmt *st, const struct print_as *as, struct strbuf *out);
void print_name(const char *name, const struct print_as *as, struct strbuf *out);
void print_value(const struct expr *e, const struct print_as *as, struct strbuf *out);
void print_ref(const struct ref *r, const struct print_as *as, struct strbuf *out);
void print_refs(const struct ref *r, const char *between, const struct print_as *as,
		struct strbuf *out);
char *print_expect(const struct expect_def *e);

struct print_cell {
	const size_t *choice;
	enum world world;
	uint64_t seed;
	uint32_t repeat;
	bool drivers;
};

/* Prints the whole file; with @cell, a file that has only that cell. */
void print_scenario(const struct scenario *s, const struct print_cell *cell,
		    struct strbuf *out);

#endif /* HARNESS_AST_H */
