// SPDX-License-Identifier: GPL-2.0-only
/* Compiles a scenario, for one choice of its parameters and one world, to a cell. */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

bool cfail(struct compiler *c, struct pos pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_verror(c->diag, c->s->file, pos, fmt, ap);
	va_end(ap);
	return false;
}

/* Chooses the values for a variant. Variants count like an odometer: the last param is fastest. */
static void choose(struct compiler *c)
{
	const struct param_def *params[MAX_PARAMS];
	size_t v = c->opts->variant, n = 0;

	for (const struct param_def *d = c->s->params; d; d = d->next)
		params[n++] = d;
	while (n-- > 0) {
		c->choice[n] = v % params[n]->nr;
		v /= params[n]->nr;
	}
}

static bool number_or(struct compiler *c, const struct expr *e, const char *what,
		      enum unit unit, uint64_t min, uint64_t max, uint64_t otherwise,
		      uint64_t *out)
{
	*out = otherwise;
	return !e || eval_number(&c->env, e, what, unit, min, max, out);
}

/* How many records the executor must keep so that the verdict sees enough. */
static uint32_t keep_bad(const struct scenario *s, uint32_t repeat)
{
	for (const struct expect_def *e = s->expects; e; e = e->next)
		if (e->kind == EXPECT_STATUS)
			return repeat;	/* every failed step must be accounted for */
	return 4;
}

static void compile_numbers(struct compiler *c, struct cell *cell, struct dmt_header *h)
{
	const uint64_t ms = 1000000, max = (uint64_t)DMT_MAX_TIMEOUT_MS * ms;
	const struct scenario *s = c->s;
	uint64_t seed, repeat, timeout, wait, instances, depth;

	if (!number_or(c, s->seed, "the seed", UNIT_NONE, 0, UINT64_MAX, 1, &seed) ||
	    !number_or(c, s->repeat, "repeat", UNIT_NONE, 1, DMT_MAX_REPEAT, 1, &repeat) ||
	    !number_or(c, s->instances, "threads", UNIT_NONE, 1, DMT_MAX_THREADS, 1, &instances) ||
	    !number_or(c, s->depth, "depth", UNIT_NONE, 1, MAX_DEEP, 1, &depth) ||
	    !number_or(c, s->timeout, "timeout", UNIT_TIME, ms, max, slower(c, 60000 * ms, max),
		       &timeout) ||
	    !number_or(c, s->wait_timeout, "wait-timeout", UNIT_TIME, ms, max, slower(c, 1000 * ms, max),
		       &wait))
		return;
	if (c->opts->has_seed)
		seed = c->opts->seed;
	if (c->opts->repeat)
		repeat = c->opts->repeat;
	cell->seed = seed;
	cell->repeat = repeat;
	c->depth = depth;
	cell->clients = instances;
	cell->in_flight = depth;
	c->nr_instances = instances * depth;
	h->magic = htole32(DMT_MAGIC);
	h->version = htole16(DMT_VERSION);
	h->header_size = htole16(sizeof(*h));
	h->flags = htole32((s->allow_foreign ? DMT_F_FOREIGN_MAP : 0) |
			   (c->opts->timed ? DMT_F_TIMED : 0) | (c->opts->bare ? DMT_F_BARE : 0));
	h->seed = htole64(seed);
	h->repeat = htole32(repeat);
	h->timeout_ms = htole32(timeout / ms);
	h->wait_ms = htole32(wait / ms);
	h->keep_first = htole32(c->opts->timed || c->opts->bare ? repeat : 1);
	h->keep_bad = htole32(keep_bad(s, repeat));
}

static void take_instance(struct compiler *c, uint32_t first, uint32_t d)
{
	c->instance = first + d;
	c->buf_syms = c->deep[d].buf_syms;
	c->map_syms = c->deep[d].map_syms;
	c->tx_syms = c->deep[d].tx_syms;
}

static void declare_instance(struct compiler *c, uint32_t first, uint32_t d)
{
	take_instance(c, first, d);
	c->buf_syms.nr = c->map_syms.nr = c->tx_syms.nr = 0;
	declare_objects(c);
	c->deep[d].buf_syms = c->buf_syms;
	c->deep[d].map_syms = c->map_syms;
	c->deep[d].tx_syms = c->tx_syms;
}

/* Emits each statement for all instances of the thread, so that they are in flight together. */
static void emit_thread(struct compiler *c, const struct thread *t, uint32_t first)
{
	uint32_t block = add_block(c, t->pos, DMT_BLOCK_THREAD, 0);

	for (const struct stmt *st = t->body; st && !failed(c); st = st->next)
		for (uint32_t d = 0; d < c->depth && !failed(c); d++) {
			take_instance(c, first, d);
			emit_stmt(c, st, block);
		}
}

static void compile_instances(struct compiler *c, uint32_t first)
{
	for (uint32_t d = 0; d < c->depth && !failed(c); d++)
		declare_instance(c, first, d);
	for (const struct thread *t = c->s->threads; t && !failed(c); t = t->next)
		emit_thread(c, t, first);
}

static void name_cell(struct compiler *c, struct cell *cell)
{
	struct strbuf id = STRBUF_INIT;
	size_t i = 0;

	strbuf_adds(&id, c->s->name);
	for (const struct param_def *d = c->s->params; d; d = d->next, i++) {
		struct param *p = APPEND(cell->params, cell->nr_params);

		p->name = xstrdup(d->name);
		p->value = xstrdup(d->values[c->choice[i]]->text);
		strbuf_addf(&id, " %s=%s", p->name, p->value);
	}
	strbuf_addf(&id, " @%s", world_name(c->opts->world));
	cell->id = strbuf_detach(&id);
	cell->scenario = xstrdup(c->s->name);
	cell->file = xstrdup(c->s->file);
	cell->world = c->opts->world;
	cell->skip_foreign = !c->s->allow_foreign;
	cell->require = c->s->require ? xstrdup(c->s->require) : NULL;
}

static bool uses_cpu_xor(const struct compiler *c)
{
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++)
			if (le16toh(c->blocks[i].steps[k].wire.op) == DMT_STEP_CPU_XOR)
				return true;
	return false;
}

static void take_steps(struct compiler *c, struct cell *cell)
{
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++) {
			*APPEND(cell->step_text, cell->nr_steps) = c->blocks[i].steps[k].text;
			c->blocks[i].steps[k].text = NULL;
		}
	for (const struct engine *e = c->s->engines; e; e = e->next)
		*APPEND(cell->engine_names, cell->nr_engines) = xstrdup(e->name);
}

static void finish(struct compiler *c, struct cell *cell)
{
	const struct print_cell pc = { c->choice, c->opts->world, cell->seed, cell->repeat,
				       cell->drivers };
	struct strbuf repro = STRBUF_INIT;

	name_cell(c, cell);
	take_steps(c, cell);
	print_scenario(c->s, &pc, &repro);
	cell->repro = strbuf_detach(&repro);
}

static void compiler_free(struct compiler *c)
{
	for (uint32_t i = 0; i < c->nr_blocks; i++) {
		for (uint32_t k = 0; k < c->blocks[i].nr; k++)
			free(c->blocks[i].steps[k].text);
		free(c->blocks[i].steps);
	}
	free(c->blocks);
	free(c->engines);
	free(c->buffers);
	free(c->maps);
	free(c->txs);
	free(c->operands);
	for (uint32_t d = 0; d < MAX_DEEP; d++) {
		free(c->deep[d].buf_syms.v);
		free(c->deep[d].map_syms.v);
		free(c->deep[d].tx_syms.v);
	}
}

int scenario_compile(const struct scenario *s, const struct compile_opts *opts,
		     struct cell *cell, struct diag *diag)
{
	struct compiler c = { .s = s, .opts = opts, .diag = diag };
	struct dmt_header head = { 0 };

	memset(diag, 0, sizeof(*diag));
	memset(cell, 0, sizeof(*cell));
	c.env = (struct env) { .s = s, .choice = c.choice, .diag = diag };
	choose(&c);
	compile_numbers(&c, cell, &head);
	if (!failed(&c))
		declare_engines(&c);
	for (uint32_t i = 0; i < c.nr_instances && !failed(&c) && !s->workload; i += c.depth)
		compile_instances(&c, i);
	if (!failed(&c) && !s->workload) {
		check_program(&c);
		if (!failed(&c))
			write_program(&c, &head, &cell->program);
		diag->whole = failed(&c);
	}
	if (!failed(&c)) {
		cell->drivers = opts->drivers || s->drivers;
		if (cell->drivers)
			write_drivers(&c, cell);
		else
			write_setup(&c, cell->seed, &cell->setup);
	}
	if (!failed(&c) && s->workload)
		write_workload(&c, cell);
	if (uses_cpu_xor(&c)) {
		cell->cpu_xor = true;
		strbuf_adds(&cell->setup, "need dmtcpu\n");
	}
	if (s->observe_off)
		strbuf_adds(&cell->setup, "observe off\n");
	cell->watch_cpu = s->observe_cpu;
	if (!failed(&c))
		check_picks(&c, cell);
	if (!failed(&c))
		add_expects(&c, cell);
	if (!failed(&c))
		finish(&c, cell);
	compiler_free(&c);
	if (!diag->text[0])
		return 0;
	cell_free(cell);
	return -EINVAL;
}
