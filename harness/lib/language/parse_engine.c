// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine NAME memcpy|xor|raid like PERSONALITY { option VALUE }: uapi/personalities.h
 * engine NAME memcpy|xor on DEVICE|DRIVER|any { option VALUE }
 */
#include <string.h>

#include "parser.h"

const struct engine_opt_info engine_opts[ENG__COUNT] = {
	[ENG_COMPLETION]  = { "completion", "completion", 'w', 0, 0 },
	[ENG_DOMAIN]	  = { "domain", "domain", 'w', 0, 0 },
	[ENG_SOURCES]	  = { "sources", "max_xor", 'n', 3, 16 },
	[ENG_MASK]	  = { "mask", "mask_bits", 'n', 24, 64 },
	[ENG_CHANNELS]	  = { "channels", "channels", 'n', 1, 8 },
	[ENG_CHANNEL]	  = { "channel", NULL, 'n', 0, 7 },
	[ENG_RING]	  = { "ring", "ring", 'n', 2, 4096 },
	[ENG_SETUP]	  = { "setup", "setup_ns", 't', 0, 1000000000 },
	[ENG_RATE]	  = { "rate", "rate", 's', 0, 1ULL << 40 },
	[ENG_JITTER]	  = { "jitter", "jitter_ns", 't', 0, 1000000 },
	[ENG_FAULT_DELAY] = { "fault_delay", "fault_delay_ns", 't', 0, 1000000000 },
	[ENG_MAX_LEN]	  = { "max_len", "max_len", 's', 1, 0x3ffffff },
	[ENG_MAX_PQ]	  = { "max_pq", "max_pq", 'n', 4, 16 },
	[ENG_PQ_CONTINUE] = { "pq_continue", "pq_continue", 'n', 0, 1 },
	[ENG_ALIGN]	  = { "align", "align", 's', 1, 64 },
	[ENG_PUBLIC]	  = { "public", "public", 'n', 0, 1 },
	[ENG_INTERRUPT]	  = { "interrupt", "interrupt", 'n', 0, 1 },
	[ENG_SYNCS]	  = { "syncs", "syncs", 'n', 0, 1 },
	[ENG_MODEL]	  = { "model", NULL, 'w', 0, 0 },
	[ENG_BOARD]	  = { "board", NULL, 'w', 0, 0 },
};

static int find_opt(const struct token *t)
{
	for (int i = 0; i < ENG__COUNT; i++)
		if (token_is(t, engine_opts[i].word))
			return i;
	return -1;
}

static void parse_opt(struct parser *p, struct engine *e, int opt)
{
	const char *word = engine_opts[opt].word;

	if (e->opts[opt])
		parse_fail(p, "%s is given twice", word);
	if (opt == ENG_SOURCES && e->cap == DMT_CAP_MEMCPY)
		parse_fail(p, "sources is for xor engines; a memcpy has one");
	if ((opt == ENG_MAX_PQ || opt == ENG_PQ_CONTINUE || opt == ENG_ALIGN) && e->cap != CAP_RAID)
		parse_fail(p, "%s is for raid engines", word);
	advance(p);
	e->opts[opt] = engine_opts[opt].type == 'w' ? parse_word_value(p, word)
						    : parse_value(p, word);
}

static void comma(struct parser *p)
{
	expect_text(p, ",", "between the four of a fault: INTERVAL,PROBABILITY,SPACE,TIMES, such as 1,100,0,1");
}

static void parse_minus_one(struct parser *p)
{
	if (p->t.kind == TOK_NUMBER && p->t.len == 1 && *p->t.s == '1')
		advance(p);
	else
		parse_fail(p, "want -1, no limit, or how many times");
}

static void parse_fault(struct parser *p, struct engine *e)
{
	struct pos pos = here(p);
	int kind = parse_word(p, fault_words, "fault");
	struct fault *f = &e->faults[kind];
	struct number n;

	if (f->interval)
		parse_fail_at(p, pos, "fault %s is given twice", fault_words[kind]);
	f->interval = parse_value(p, "the interval: every so many operations");
	comma(p);
	f->probability = parse_value(p, "the probability in percent");
	if (f->probability->op == 'l' && !number_parse(f->probability->text, &n) && n.n > 100)
		parse_fail_at(p, f->probability->pos, "a probability is in percent, 0 to 100");
	comma(p);
	f->space = parse_value(p, "the space: bytes before the first fault");
	comma(p);
	f->unlimited = accept(p, "-");
	if (f->unlimited)
		parse_minus_one(p);
	else
		f->times = parse_value(p, "how many times, or -1 for no limit");
}

/* The names of devices have dots and colons: fd500000.dma, 0000:00:10.0. So one is read raw. */
static void parse_on(struct parser *p, struct engine *e)
{
	lex_raw(&p->lx, &p->t);
	/* A word of the next statement is no name: this one was forgotten. */
	if (p->t.kind != TOK_STRING || p->t.len >= sizeof(((struct dmt_engine *)0)->device) ||
	    word_index(top_words, p->t.s, p->t.len) >= 0) {
		parse_fail(p, "want the name of a device or of its driver behind on, or any");
		return;
	}
	e->on = token_dup(p);
	advance(p);
	if (e->cap == CAP_RAID)
		parse_fail_at(p, e->pos, "only memcpy and xor engines can be real ones");
	/* What its words are measured by; nothing of it is used. */
	e->like = personality_get(e->cap == DMT_CAP_XOR ? 1 : 0);
}

static void parse_like(struct parser *p, struct engine *e)
{
	char list[160] = "and a personality: ";
	size_t n = strlen(list);

	word_list(list + n, sizeof(list) - n, personality_words);
	expect_text(p, "like", list);
	e->like = personality_get(parse_word(p, personality_words, "personality"));
	if (personality_serves(e->like, e->cap))
		return;
	personality_list(list, sizeof(list), e->cap);
	parse_fail_at(p, e->pos, "%s engines are like %s", cap_words[e->cap], list);
}

void parse_engine(struct parser *p)
{
	struct engine *e = NEW(p, struct engine);
	int opt;

	e->pos = here(p);
	e->name = parse_name(p, "the engine's name");
	for (const struct engine *o = p->s->engines; o; o = o->next)
		if (!strcmp(o->name, e->name))
			parse_fail_at(p, e->pos, "engine '%s' is declared twice", e->name);
	e->cap = parse_word(p, cap_words, "engine capability");
	if (token_is(&p->t, "on"))
		parse_on(p, e);
	else
		parse_like(p, e);
	for (;;) {
		if (accept(p, "fault")) {
			parse_fault(p, e);
			continue;
		}
		opt = p->t.kind == TOK_WORD ? find_opt(&p->t) : -1;
		if (opt < 0)
			break;
		parse_opt(p, e, opt);
	}
	APPEND_NODE(p, struct engine, &p->s->engines, e, DMT_MAX_ENGINES, "engines");
}
