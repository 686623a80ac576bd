/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The step verbs. A new one is its line in verbs.c and, where no function here
 * fits, its own.
 */
#ifndef HARNESS_VERBS_H
#define HARNESS_VERBS_H

#include "compiler.h"
#include "parser.h"

/* Where a step may stand, as the validator of uapi/dmatorture.h has it. */
enum verb_where {
	ANYWHERE,
	MAY_SLEEP,	/* where the context may sleep */
	IN_THREAD,	/* directly in a thread */
};

typedef void parse_fn(struct parser *p, struct stmt *st);
typedef void print_fn(const struct stmt *st, const struct print_as *as, struct strbuf *out);
typedef void emit_fn(struct compiler *c, const struct stmt *st, uint32_t block);

struct verb {
	const char *word;
	enum dmt_step_op step;	/* NOP: it makes no step */
	enum verb_where where;
	parse_fn *parse;	/* what follows the keyword */
	print_fn *print;	/* that again */
	emit_fn *emit;		/* as steps of a block */
};

extern const struct verb verbs[];
extern const size_t nr_verbs;

/* NULL when it is none. */
const struct verb *find_verb(const struct token *t);
const char *nearest_verb(const struct token *t);

/* parse_steps.c */
parse_fn parse_map, parse_prep, parse_maps, parse_txs, parse_engines, parse_buffers,
	parse_unmap, parse_sync, parse_submit, parse_forget, parse_alloc_coherent,
	parse_alloc_pages, parse_pool_alloc, parse_free_coherent, parse_free_pages,
	parse_pool_free, parse_wait, parse_cpu_write, parse_check, parse_delay, parse_barrier,
	parse_crash, parse_on_complete, parse_in, parse_cpu_op;
/* print_steps.c */
print_fn print_map, print_alloc, print_unmap, print_prep, print_operands, print_engines, print_wait, print_cpu_write,
	print_check, print_delay, print_barrier, print_crash, print_in, print_cpu_op;
/* compile_steps.c, compile_wrong.c */
emit_fn emit_map, emit_prep, emit_maps, emit_txs, emit_engines, emit_buffers,
	emit_sync, emit_forget, emit_free, emit_check, emit_delay, emit_barrier, emit_crash,
	emit_on_complete, emit_in, emit_cpu_op;

#endif /* HARNESS_VERBS_H */
