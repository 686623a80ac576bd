/* SPDX-License-Identifier: GPL-2.0-only */
/* The step verbs: verb_rows.h. */
#ifndef HARNESS_VERBS_H
#define HARNESS_VERBS_H

#include "compiler.h"
#include "parser.h"

typedef void parse_fn(struct parser *p, struct stmt *st);
typedef void print_fn(const struct stmt *st, const struct print_as *as, struct strbuf *out);
typedef void emit_fn(struct compiler *c, const struct stmt *st, uint32_t block);

struct verb {
	const char *word;
	enum dmt_step_op step;	/* NOP: it makes no step */
	parse_fn *parse;	/* what follows the keyword */
	print_fn *print;	/* that again */
	emit_fn *emit;		/* as steps of a block */
};

extern const struct verb verbs[];
extern const size_t nr_verbs;

/* Returns NULL when the token is not a verb. */
const struct verb *find_verb(const struct token *t);
const char *nearest_verb(const struct token *t);

#define VERB(word, step, parse, print, emit) \
	parse_fn parse_##parse; print_fn print_##print; emit_fn emit_##emit;
#include "verb_rows.h"

#endif /* HARNESS_VERBS_H */
