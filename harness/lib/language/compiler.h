/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by compile_*.c. Compilation goes on after an error, but only the first one counts. */
#ifndef HARNESS_COMPILER_H
#define HARNESS_COMPILER_H

#include "ast.h"

struct sym {			/* a buffer, map or tx of one instance */
	const char *name;
	uint32_t base;		/* first index in its table */
	uint32_t count;		/* number of elements of a buffer, or of maps; a tx: 1 */
	bool array;		/* may be indexed */
	bool sg;		/* one map, @count entries */
	const struct stmt *stmt; /* map, prep */
};

struct syms {
	struct sym *v;
	uint32_t nr;
};

struct cstep {
	struct dmt_step wire;
	const struct verb *verb;
	struct pos pos;
	const char *object;	/* name without index and instance, for expectations */
	uint32_t element;	/* its element, or DMT_NONE */
	char *text;
};

struct cblock {
	struct pos pos;
	uint32_t kind, ctx;
	struct cstep *steps;
	uint32_t nr;
};

#define MAX_DEEP 16	/* chains that a thread has in flight at once, at most */

struct compiler {
	const struct scenario *s;
	const struct compile_opts *opts;
	struct diag *diag;
	struct env env;
	size_t choice[MAX_PARAMS];
	struct dmt_engine *engines;
	uint32_t nr_engines;
	struct dmt_buffer *buffers;
	uint32_t nr_buffers;
	struct dmt_map *maps;
	uint32_t nr_maps;
	struct dmt_tx *txs;
	uint32_t nr_txs;
	struct dmt_operand *operands;
	uint32_t nr_operands;
	struct cblock *blocks;
	uint32_t nr_blocks;
	uint32_t nr_steps, nr_threads;
	struct syms buf_syms, map_syms, tx_syms;	/* of this instance */
	const char *barriers[DMT_MAX_BARRIERS];		/* of one instance */
	uint32_t nr_barriers;
	uint32_t instance, nr_instances;
	uint32_t depth;		/* instances that a thread works on at once, by statement */
	struct {
		struct syms buf_syms, map_syms, tx_syms;
	} deep[MAX_DEEP];	/* owns the arrays of the syms above */
};

/* Appends a zeroed element to an array, whose capacity is the next power of two. */
#define APPEND(v, nr) ({						\
	if (!((nr) & ((nr) - 1)))					\
		(v) = xrealloc((v), ((nr) ? (size_t)(nr) * 2 : 1) *	\
				    sizeof(*(v)));			\
	memset(&(v)[(nr)], 0, sizeof(*(v)));				\
	&(v)[(nr)++];							\
})

static inline bool failed(const struct compiler *c)
{
	return c->diag->text[0];
}

/* Reports an error. Always returns false. */
bool cfail(struct compiler *c, struct pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* compile_objects.c */
void declare_engines(struct compiler *c);
/* Buffers, maps, transactions of this instance. */
void declare_objects(struct compiler *c);
const struct sym *find_sym(const struct syms *syms, const char *name);
/* The same; if there is none, NULL and an error that names the nearest. */
const struct sym *need_sym(struct compiler *c, const struct syms *syms, const char *name,
			   struct pos pos, const char *what);
/* The engine's index, or -1 and an error. */
int need_engine(struct compiler *c, const char *name, struct pos pos);
/* Gets the index of the element that @ref names; DMT_NONE for all elements. */
bool ref_index(struct compiler *c, const struct ref *ref, const struct sym *sym,
	       uint32_t *index);
uint32_t add_operand(struct compiler *c, struct pos pos, const struct dmt_operand *operand);
uint32_t operand_len(const struct compiler *c, uint32_t i);
uint32_t map_len(const struct compiler *c, const struct dmt_map *m, uint32_t entry);
/* Append operands for @ref, a buffer or a map, in order. *@nr: how many. */
bool add_buffer_operands(struct compiler *c, const struct ref *ref, uint32_t *nr);
bool add_map_operands(struct compiler *c, const struct ref *ref, uint32_t *nr);

/* compile_steps.c */
uint32_t add_block(struct compiler *c, struct pos pos, uint32_t kind, uint32_t ctx);
void emit_stmt(struct compiler *c, const struct stmt *st, uint32_t block);
/* Emits @body as steps of @block. */
void emit_body(struct compiler *c, const struct stmt *body, uint32_t block);
bool may_sleep(const struct cblock *b);
/* The object of a step, for expectations and for the step's text. */
struct about {
	const char *object;
	const struct ref *ref;	/* one of several references in the statement, or NULL */
	uint32_t element;	/* of an array, or DMT_NONE */
};

/* Adds a step. Returns NULL when there are too many; then the compilation has failed. */
struct dmt_step *add_step(struct compiler *c, uint32_t block, const struct stmt *st,
			  const struct about *about, uint32_t obj);
/* Element @i of a reference to several. */
struct about about_ref(const struct ref *r, bool array, uint32_t i);

/* compile_wrong.c: gets the step's arg0 and arg1 for @sym. False: it cannot be done. */
bool wrong_args(struct compiler *c, const struct stmt *st, const struct ref *r,
		const struct sym *sym, uint32_t *how, uint32_t *arg);
bool check_unmap(struct compiler *c, const struct stmt *st, const struct ref *r,
		 const struct sym *sym);
bool check_sync(struct compiler *c, const struct ref *r, const struct sym *sym);
/* Checks programs in which memory or channels go away. */
void check_alone(struct compiler *c);

/* compile_cost.c */
void check_cost(struct compiler *c);

/* compile_program.c: the wire form */
void check_program(struct compiler *c);
void write_program(struct compiler *c, const struct dmt_header *head, struct strbuf *out);

/* compile_setup.c: the engines' attributes */
void write_setup(struct compiler *c, uint64_t seed, struct strbuf *out);
/* Appends the "attr" line of an option that was written. */
void setup_opt(struct compiler *c, const struct engine *e, enum engine_opt opt,
	       struct strbuf *out);
/* Appends setup time and rate of the engine's board. */
void setup_board(struct compiler *c, const struct engine *e, struct strbuf *out);
void setup_fault(struct compiler *c, const struct fault *f, const char *word, struct strbuf *out);
/* compile_drivers.c: the same for real drivers on register models; may set cell->skip */
void write_drivers(struct compiler *c, struct cell *cell);

/* compile_pick.c: engines that are there already */
/* Is it one in this world? */
bool is_picked(const struct compiler *c, const struct engine *e);
/* Says in the program's entry what the executor shall look for. */
void pick_engine(struct compiler *c, const struct engine *e, struct dmt_engine *w);
/* Sets cell->skip if the guest has nothing that can do what the scenario asks for. */
void check_picks(struct compiler *c, struct cell *cell);
/* A time that the scenario leaves open, for engines as slow as this world's; at most @max. */
uint64_t slower(const struct compiler *c, uint64_t ns, uint64_t max);

/* compile_workload.c */
void write_workload(struct compiler *c, struct cell *cell);

/* compile_expect.c */
void add_expects(struct compiler *c, struct cell *cell);

#endif /* HARNESS_COMPILER_H */
