/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree of a scenario. All nodes lie in its arena. */
#ifndef HARNESS_AST_H
#define HARNESS_AST_H

#include "arena.h"
#include "cell.h"
#include "diag.h"
#include "scenario.h"
#include "uapi/dmatorture.h"

struct pos {
	unsigned int line, col;
};

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

enum verb {
	VERB_MAP, VERB_UNMAP, VERB_MAPPING_ERROR, VERB_SYNC_CPU, VERB_SYNC_DEVICE,
	VERB_PREP, VERB_SUBMIT, VERB_ISSUE, VERB_WAIT, VERB_STATUS, VERB_ACK,
	VERB_TERMINATE, VERB_SYNCHRONIZE, VERB_CPU_READ, VERB_CPU_WRITE, VERB_CHECK,
	VERB_DELAY, VERB_BARRIER, VERB_CRASH, VERB_ON_COMPLETE, VERB_IN,
	VERB__COUNT
};

/* What a verb's references name. */
enum names { NAMES_NONE, NAMES_MAP, NAMES_TX, NAMES_ENGINE, NAMES_BUFFER };

struct verb_info {
	const char *word;
	int step;		/* enum dmt_step_op, -1: makes a block */
	enum names names;
	bool thread_only;	/* directly in a thread */
	bool sleeps;		/* not where sleeping is forbidden */
};

extern const struct verb_info verbs[VERB__COUNT];

struct stmt {
	enum verb verb;
	struct pos pos;
	const char *name;	/* map, prep: what it defines; barrier; crash */
	struct ref *refs;	/* operands; prep: sources; check: right side */
	struct ref *dst;	/* prep, check */
	const char *engine;	/* map, prep */
	struct pos engine_pos;
	int word;		/* map: dir; prep: dmt_op; crash: how; cpu_write: fill */
	int kind;		/* map: dmt_map_kind */
	unsigned int flags;	/* map: attrs; prep: DMT_TX_*, has_flags */
	bool has_flags;
	const char *after;	/* prep: parent */
	struct pos after_pos;
	struct expr *a, *b;	/* delay from, to; wait timeout; fill byte; in: context */
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
	ENG__COUNT
};

struct engine_opt_info {
	const char *word;	/* in the scenario */
	const char *attr;	/* of softdma; NULL: not for softdma */
	char type;		/* 'w' word, 'n' number, 's' size, 't' duration */
	uint64_t min, max;
};

extern const struct engine_opt_info engine_opts[ENG__COUNT];

#define NR_FAULTS 4
extern const char *const fault_words[NR_FAULTS + 1];

struct engine {
	const char *name;
	struct pos pos;
	int cap;		/* enum dmt_cap */
	const char *like;
	struct expr *opts[ENG__COUNT];
	const char *faults[NR_FAULTS];	/* "1,100,0,1" */
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
	enum verb verb;		/* EXPECT_STATUS */
	const char *object;	/* EXPECT_STATUS, or the engine, or the fate */
	struct pos object_pos;
	int err;
	unsigned int worlds;
	unsigned int printed_worlds; /* as written */
	char kernel_op[3];
	unsigned int major, minor;
	const char *arch, *config;
	struct expect_def *next;
};

struct scenario {
	struct arena arena;
	const char *file;
	const char *name;
	const char *title;
	struct link { const char *url; struct link *next; } *links;
	struct param_def *params;
	struct engine *engines;
	struct buffer *buffers;
	struct thread *threads;
	struct expect_def *expects;
	unsigned int worlds;	/* as written; 0: not written */
	struct expr *seed, *repeat, *instances, *timeout, *wait_timeout;
	bool allow_foreign;
};

/* words.c */
extern const char *const personality_words[];	/* by enum dmt_cap */
extern const char *const cap_words[];
extern const char *const dir_words[];
extern const char *const kind_words[];
extern const char *const attr_words[];
extern const char *const txflag_words[];
extern const char *const fill_words[];
extern const char *const ctx_words[];
extern const char *const crash_words[];
extern const char *const completion_words[];
extern const char *const fate_words[];

/* Index of @s (@len bytes) in a NULL-terminated list, -1 when it is not there. */
int word_index(const char *const *words, const char *s, size_t len);
/* The list as "a, b or c"; and the word nearest to @s, NULL when none is near. */
void word_list(char *out, size_t size, const char *const *words);
const char *word_nearest(const char *const *words, const char *s, size_t len);

/* Where @diag says an error is, unless it has one already. False, always. */
bool ast_error(struct diag *diag, const char *file, struct pos pos,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* eval.c: @choice holds the index of each parameter's value. */
struct env {
	const struct scenario *s;
	const size_t *choice;
	struct diag *diag;
};

enum unit { UNIT_NONE, UNIT_SIZE, UNIT_TIME };

/* A number; times in ns. False with diag filled when it is none or out of range. */
bool eval_number(const struct env *env, const struct expr *e, const char *what,
		 enum unit unit, uint64_t min, uint64_t max, uint64_t *out);
const char *eval_word(const struct env *env, const struct expr *e);
/* The literal as text, for printing and for cells. */
const struct expr *eval_literal(const struct env *env, const struct expr *e);

/* print.c: one statement without its body; the reference */
void print_ref(const struct ref *ref, struct strbuf *out);
void print_expr(const struct expr *e, struct strbuf *out);
void print_stmt_head(const struct stmt *st, struct strbuf *out);
char *print_expect(const struct expect_def *e);
/* The whole file; with @choice, only that cell. */
struct print_cell {
	const size_t *choice;
	enum world world;
	uint64_t seed;
	uint32_t repeat;
};

void print_scenario(const struct scenario *s, const struct print_cell *cell,
		    struct strbuf *out);

#endif /* HARNESS_AST_H */
