/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by compile.c (objects, tables) and emit.c (steps). */
#ifndef HARNESS_COMPILER_H
#define HARNESS_COMPILER_H

#include "ast.h"

struct sym {			/* a buffer, map or tx of one instance */
	const char *name;
	uint32_t base;		/* first index in its table */
	uint32_t count;		/* buffers: elements; maps: maps; txs: 1 */
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
	enum verb verb;
	const char *object;	/* base name, for expectations */
	char *text;
};

struct cblock {
	uint32_t kind, ctx;
	struct cstep *steps;
	uint32_t nr;
};

struct compiler {
	const struct scenario *s;
	const struct compile_opts *opts;
	struct diag *diag;
	struct env env;
	size_t choice[64];
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
	struct syms buf_syms, map_syms, tx_syms;	/* of this instance */
	const char *barriers[DMT_MAX_BARRIERS];		/* of one instance */
	uint32_t nr_barriers;
	uint32_t instance, nr_instances;
};

static inline bool failed(const struct compiler *c)
{
	return c->diag->text[0];
}

bool cfail(struct compiler *c, struct pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const struct sym *find_sym(const struct syms *syms, const char *name);
int find_engine(const struct scenario *s, const char *name);
uint32_t add_operand(struct compiler *c, uint32_t on, uint32_t obj, uint32_t entry,
		     uint32_t off, uint32_t len);
uint32_t add_block(struct compiler *c, uint32_t kind, uint32_t ctx);
uint32_t operand_len(const struct compiler *c, uint32_t i);
/* Index of the element that @ref names, or UINT32_MAX for all of them. */
bool ref_index(struct compiler *c, const struct ref *ref, const struct sym *sym,
	       uint32_t *index);
/* The range of @ref within @whole bytes; all of it when none is written. */
bool ref_range(struct compiler *c, const struct ref *ref, uint32_t whole,
	       uint32_t *off, uint32_t *len);
uint32_t buffer_size(const struct compiler *c, uint32_t i);

/* Operands for @ref, a buffer; appended in order. @nr: how many. */
bool add_buffer_operands(struct compiler *c, const struct ref *ref, uint32_t *nr);
/* Operands for @ref, a map: its places. */
bool add_map_operands(struct compiler *c, const struct ref *ref, uint32_t *nr);

/* emit.c: @body into block @block. */
void emit_body(struct compiler *c, const struct stmt *body, uint32_t block);

#endif /* HARNESS_COMPILER_H */
