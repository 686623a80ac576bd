// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engines' attributes for real drivers on register models: fslmodel's, in the form of
 * lib/program/plan.h. If a scenario asks for something that only a software engine can do, the
 * cell is a skip, with the reason.
 */
#include <string.h>

#include "compiler.h"

static void skip(struct cell *cell, const struct engine *e, const char *why, const char *what)
{
	if (!cell->skip)
		cell->skip = xasprintf("engine %s: %s%s", e->name, why, what);
}

/* Adds the model. The word "sec21" stands for the attribute's value "sec2.1". */
static void add_model(struct compiler *c, const struct engine *e, struct cell *cell)
{
	bool crypto = c->s->workload && c->s->workload->kind == WORKLOAD_CRYPTO;
	uint64_t sources = e->like->max_xor;
	const char *w;

	if (e->opts[ENG_SOURCES])
		eval_number(&c->env, e->opts[ENG_SOURCES], "sources", UNIT_NONE, 3, e->like->max_xor,
			    &sources);
	w = e->like->small && sources <= SMALL_SOURCES ? e->like->small : e->like->model;
	if (e->opts[ENG_MODEL])
		w = eval_word(&c->env, e->opts[ENG_MODEL]);
	if (word_index(model_words, w, strlen(w)) < 0) {
		char list[80];

		word_list(list, sizeof(list), model_words);
		cfail(c, e->opts[ENG_MODEL]->pos, "model '%s': want %s", w, list);
		return;
	}
	if (strncmp(w, "sec", 3))
		strbuf_addf(&cell->setup, "attr model %s\n", w);
	else
		/* Only XOR, as the algorithms' self-tests take seconds, and oops with swiotlb. */
		strbuf_addf(&cell->setup, "attr model sec%c.%c\n%s", w[3], w[4],
			    crypto ? "" : "attr types 0x200000\n");
	if ((e->cap == DMT_CAP_MEMCPY) == !strncmp(w, "sec", 3))
		cfail(c, e->opts[ENG_MODEL]->pos, "model %s does no %s", w, cap_words[e->cap]);
}

/* fsldma's channels are always public; only that of the xor channel can be chosen. */
static void add_public(struct compiler *c, const struct engine *e, struct cell *cell)
{
	uint64_t public;

	if (e->cap == DMT_CAP_XOR)
		setup_opt(c, e, ENG_PUBLIC, &cell->setup);
	else if (eval_number(&c->env, e->opts[ENG_PUBLIC], "public", UNIT_NONE, 0, 1, &public) &&
		 !public)
		skip(cell, e, "fsldma has no private channels", "");
}

static void add_opt(struct compiler *c, const struct engine *e, enum engine_opt opt,
		    struct cell *cell)
{
	switch (opt) {
	case ENG_COMPLETION:
		/* fsldma and talitos complete in a tasklet, after an interrupt. */
		if (strcmp(eval_word(&c->env, e->opts[opt]), "softirq"))
			skip(cell, e, "fsldma and talitos complete in a tasklet, nowhere else", "");
		break;
	case ENG_PUBLIC:
		add_public(c, e, cell);
		break;
	case ENG_MODEL:
	case ENG_BOARD:
	case ENG_SOURCES:
	case ENG_CHANNEL:
		break;
	case ENG_FAULT_DELAY:
	case ENG_RING:
	case ENG_MAX_LEN:
	case ENG_MAX_PQ:
	case ENG_PQ_CONTINUE:
	case ENG_ALIGN:
	case ENG_INTERRUPT:
	case ENG_SYNCS:
		skip(cell, e, "its driver has no say in ", engine_opts[opt].word);
		break;
	default:
		setup_opt(c, e, opt, &cell->setup);
	}
}

static void add_faults(struct compiler *c, const struct engine *e, struct cell *cell)
{
	for (int i = 0; i < NR_FAULTS; i++) {
		if (!e->faults[i].interval)
			continue;
		if (i < NR_SOFT_FAULTS)
			skip(cell, e, "only softdma has the fault ", fault_words[i]);
		else
			setup_fault(c, &e->faults[i], fault_words[i], &cell->setup);
	}
}

static void add_engine(struct compiler *c, const struct engine *e, uint64_t seed,
		       struct cell *cell)
{
	enum world world = c->opts->world;

	if (e->on)
		return;	/* check_picks() skips the cell */
	strbuf_addf(&cell->setup, "model %s\n", e->name);
	if (!e->like->model) {
		skip(cell, e, "no hardware here is like ", e->like->word);
		return;
	}
	add_model(c, e, cell);
	strbuf_addf(&cell->setup, "attr ops %s\nattr seed %llu\n",
		    world == WORLD_STRICT ? "strict" : "direct", (unsigned long long)seed);
	for (int i = 0; i < ENG__COUNT; i++)
		if (e->opts[i])
			add_opt(c, e, i, cell);
	setup_board(c, e, &cell->setup);
	if (world == WORLD_BOUNCE32 && !e->opts[ENG_MASK])
		strbuf_adds(&cell->setup, "attr mask_bits 32\n");
	add_faults(c, e, cell);
}

void write_drivers(struct compiler *c, struct cell *cell)
{
	uint64_t index = 0;

	for (const struct engine *e = c->s->engines; e && !failed(c); e = e->next)
		add_engine(c, e, cell->seed * DMT_MAX_ENGINES + index++, cell);
}
