// SPDX-License-Identifier: GPL-2.0-only
/* The engines' attributes (kmod/uapi/softdma.h) in the form of lib/program/plan.h. */
#include <string.h>

#include "board.h"
#include "compiler.h"

static void add_word(struct compiler *c, const struct expr *e, enum engine_opt opt,
		     struct strbuf *out)
{
	const char *w = eval_word(&c->env, e);
	char list[80];

	if (opt == ENG_COMPLETION && word_index(completion_words, w, strlen(w)) < 0) {
		word_list(list, sizeof(list), completion_words);
		cfail(c, e->pos, "completion '%s': want %s", w, list);
	}
	if (strlen(w) > MAX_NAME)
		cfail(c, e->pos, "a name has at most %d characters", MAX_NAME);
	strbuf_addf(out, "attr %s %s\n", engine_opts[opt].attr, w);
}

static void add_number(struct compiler *c, const struct expr *e, enum engine_opt opt,
		       const struct softdma_personality *like, struct strbuf *out)
{
	const struct engine_opt_info *o = &engine_opts[opt];
	enum unit unit = o->type == 't' ? UNIT_TIME : o->type == 's' ? UNIT_SIZE : UNIT_NONE;
	uint64_t max = opt == ENG_SOURCES ? like->max_xor : o->max, n;

	if (!eval_number(&c->env, e, o->word, unit, o->min, max, &n))
		return;
	if (opt == ENG_MASK && c->opts->world == WORLD_BOUNCE32 && n > 32)
		n = 32;
	strbuf_addf(out, "attr %s %llu\n", o->attr, (unsigned long long)n);
}

void setup_fault(struct compiler *c, const struct fault *f, const char *word,
		 struct strbuf *out)
{
	uint64_t interval, probability, space, times = 0;

	if (!eval_number(&c->env, f->interval, "the interval", UNIT_NONE, 0, INT32_MAX, &interval) ||
	    !eval_number(&c->env, f->probability, "the probability in percent", UNIT_NONE, 0, 100,
			 &probability) ||
	    !eval_number(&c->env, f->space, "the space", UNIT_SIZE, 0, INT32_MAX, &space) ||
	    (!f->unlimited && !eval_number(&c->env, f->times, "times (or -1)", UNIT_NONE, 0,
					   INT32_MAX, &times)))
		return;
	strbuf_addf(out, "attr fault_%s %llu,%llu,%llu,%lld\n", word, (unsigned long long)interval,
		    (unsigned long long)probability, (unsigned long long)space,
		    f->unlimited ? -1LL : (long long)times);
}

void setup_opt(struct compiler *c, const struct engine *e, enum engine_opt opt,
	       struct strbuf *out)
{
	if (engine_opts[opt].type == 'w')
		add_word(c, e->opts[opt], opt, out);
	else
		add_number(c, e->opts[opt], opt, e->like, out);
}

void setup_board(struct compiler *c, const struct engine *e, struct strbuf *out)
{
	const struct expr *x = e->opts[ENG_BOARD];
	const struct board *b;
	const char *word;
	char list[80];

	if (!x)
		return;
	word = eval_word(&c->env, x);
	b = board_find(word);
	if (!b) {
		word_list(list, sizeof(list), board_words);
		cfail(c, x->pos, "board '%s': want %s", word, list);
		return;
	}
	if (!board_has(e->like->word)) {
		cfail(c, x->pos, "no board has an engine like %s", e->like->word);
		return;
	}
	if (!e->opts[ENG_SETUP])
		strbuf_addf(out, "attr setup_ns %u\n", b->engines[e->cap].setup_ns);
	if (!e->opts[ENG_RATE])
		strbuf_addf(out, "attr rate %llu\n",
			    (unsigned long long)b->engines[e->cap].rate);
}

static void add_engine(struct compiler *c, const struct engine *e, uint64_t seed,
		       struct strbuf *out)
{
	enum world world = c->opts->world;

	strbuf_addf(out, "engine %s\nattr personality %s\nattr ops %s\nattr seed %llu\n",
		    e->name, e->like->word, world == WORLD_STRICT ? "strict" : "direct",
		    (unsigned long long)seed);
	for (int i = 0; i < ENG__COUNT; i++)
		if (e->opts[i] && engine_opts[i].attr)
			setup_opt(c, e, i, out);
	setup_board(c, e, out);
	if (world == WORLD_BOUNCE32 && !e->opts[ENG_MASK] && e->like->mask_bits > 32)
		strbuf_adds(out, "attr mask_bits 32\n");
	for (int i = 0; i < NR_SOFT_FAULTS; i++)
		if (e->faults[i].interval)
			setup_fault(c, &e->faults[i], fault_words[i], out);
}

void write_setup(struct compiler *c, uint64_t seed, struct strbuf *out)
{
	uint64_t index = 0;

	for (const struct engine *e = c->s->engines; e && !failed(c); e = e->next) {
		if (!is_picked(c, e))
			add_engine(c, e, seed * DMT_MAX_ENGINES + index, out);
		index++;
	}
}
