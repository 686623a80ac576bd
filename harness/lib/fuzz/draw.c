// SPDX-License-Identifier: GPL-2.0-only
/* Draws the shape of a program, its engines and buffers, and puts its text together. */
#include "draw_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned int chunk_sizes[] = { 64, 512, 1024, 4096, 100, 13, 2000 };
static const unsigned int offsets[] = { 0, 64, 100, 2048, 4090 };

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

const char *wrong_text(enum wrong wrong)
{
	static const char *const texts[WRONG__COUNT] = {
#define WRONG(id, text)	text,
		WRONGS(WRONG)
#undef WRONG
	};

	return texts[wrong];
}

bool breaks(struct draw *d, enum wrong wrong)
{
	if (!d->may_break || !choose_rarely(d->c, 5))
		return false;
	d->out->wrongs |= 1u << wrong;
	return true;
}

static void vstep(struct draw *d, const char *before, const char *after, const char *fmt,
		  va_list ap)
{
	strbuf_addf(&d->body, "    %s", before);
	strbuf_vaddf(&d->body, fmt, ap);
	strbuf_addf(&d->body, "%s\n", after);
	d->out->steps++;
}

void step(struct draw *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vstep(d, "", "", fmt, ap);
	va_end(ap);
}

void step_anywhere(struct draw *d, const char *fmt, ...)
{
	static const char *const contexts[] = { "atomic", "softirq", "hardirq", "workqueue" };
	unsigned int n = d->contexts ? choose(d->c, 12) : 0;
	char before[32] = "";
	va_list ap;

	if (n >= 8)
		snprintf(before, sizeof(before), "in %s { ", contexts[n - 8]);
	va_start(ap, fmt);
	vstep(d, before, n >= 8 ? " }" : "", fmt, ap);
	va_end(ap);
}

static void draw_engine(struct draw *d, unsigned int i, struct strbuf *out)
{
	static const char *const completions[] = { "softirq", "threaded", "workqueue" };
	static const char *const setups[] = { "", " setup 0us", " setup 20us", " setup 200us" };
	struct eng *e = &d->eng[i];
	unsigned int n;

	choices_begin(d->c);
	e->xor = choose(d->c, 3) == 2;
	n = choose(d->c, 4);
	strbuf_addf(out, "engine e%u %s like %s", i, e->xor ? "xor" : "memcpy",
		    e->xor ? "talitos" : n == 3 ? "fsl-elo" : "fsl-dma");
	e->domain = i + 1;
	if (choose(d->c, 4) == 3) {
		e->domain = 0;
		strbuf_adds(out, " domain shared");
	}
	n = choose(d->c, 6);
	if (n && n <= NR(completions))
		strbuf_addf(out, " completion %s", completions[n - 1]);
	strbuf_adds(out, setups[choose(d->c, NR(setups))]);
	if (choose_rarely(d->c, 4))
		strbuf_adds(out, " syncs 0");
	strbuf_addc(out, '\n');
	choices_end(d->c);
}

static void draw_engines(struct draw *d)
{
	d->nr_eng = 1 + choose(d->c, MAX_ENGINES);
	for (unsigned int i = 0; i < d->nr_eng; i++)
		draw_engine(d, i, &d->out->engines);
	d->out->engine_choices = d->c->nr;
}

static void draw_buffer(struct draw *d, unsigned int i, struct strbuf *out)
{
	struct buf *b = &d->buf[i];
	unsigned int offset, memory;

	choices_begin(d->c);
	b->thread = d->out->threads > 1 ? i % d->out->threads : 0;
	b->nr = 1 + (choose_rarely(d->c, 4) ? 1 + choose(d->c, MAX_ELEMS - 1) : 0);
	b->array = b->nr > 1;
	b->chunks = 1 + choose(d->c, MAX_CHUNKS);
	b->random = choose(d->c, 4) != 3;
	offset = offsets[choose(d->c, NR(offsets))];
	memory = choose(d->c, 4);
	strbuf_addf(out, "buffer b%u", i);
	if (b->array)
		strbuf_addf(out, "[%u]", b->nr);
	strbuf_addf(out, " %u %s", b->chunks * d->chunk, b->random ? "random" : "zero");
	if (memory == 3)
		strbuf_adds(out, " in kmalloc");
	else if (offset)
		strbuf_addf(out, " offset %u", offset);
	strbuf_addc(out, '\n');
	for (unsigned int e = 0; e < b->nr; e++)
		for (unsigned int k = 0; k < b->chunks && b->random; k++) {
			unsigned int atom = (i * MAX_ELEMS + e) * MAX_CHUNKS + k;

			b->c[e][k].atoms[atom / 64] |= 1ull << atom % 64;
		}
	choices_end(d->c);
}

/* What the buffers hold in the beginning is kept aside, where a check asks for it. */
static void keep_aside(struct draw *d, struct strbuf *out)
{
	for (unsigned int i = 0; i < d->nr_buf; i++) {
		if (!d->buf[i].wanted || d->buf[i].thread != d->thread)
			continue;
		for (unsigned int e = 0; e < d->buf[i].nr; e++)
			if (d->buf[i].array)
				strbuf_addf(out, "    cpu_copy r%u[%u] <- b%u[%u]\n", i, e, i, e);
			else
				strbuf_addf(out, "    cpu_copy r%u <- b%u\n", i, i);
	}
}

static void draw_thread(struct draw *d, struct strbuf *threads)
{
	unsigned int n = 0;

	strbuf_reset(&d->body);
	for (bool more = true; more; ) {
		choices_begin(d->c);
		more = n++ < MAX_STEPS && d->nr_map < MAX_MAPS - 8 && d->nr_tx < MAX_TXS - 2 &&
		       choose(d->c, 10);
		if (more)
			draw_step(d);
		choices_end(d->c);
	}
	end_thread(d);
	strbuf_adds(threads, "\nthread {\n");
	keep_aside(d, threads);
	strbuf_add(threads, strbuf_str(&d->body), d->body.len);
	strbuf_adds(threads, "}\n");
}

static void draw_shape(struct draw *d, enum draw_mode mode)
{
	struct choices *c = d->c;
	unsigned int n;

	d->may_break = mode == DRAW_WRONG || (mode == DRAW_BOTH && choose(c, 2));
	d->contexts = choose_rarely(c, 4);
	d->own = choose_rarely(c, 4);
	d->callbacks = choose_rarely(c, 3) && !d->own;
	n = choose(c, 8);
	d->out->threads = n > 5 && !d->own ? n - 4 : 1;
	if (choose_rarely(c, 16) && !d->own)
		d->out->threads = 4;
	d->chunk = chunk_sizes[choose(c, NR(chunk_sizes))];
	d->nr_buf = d->out->threads + 1 + choose(c, 4);
	if (d->nr_buf < 2 * d->out->threads)
		d->nr_buf = 2 * d->out->threads;
}

static void add_references(struct draw *d, struct strbuf *out)
{
	for (unsigned int i = 0; i < d->nr_buf; i++) {
		const struct buf *b = &d->buf[i];

		if (!b->wanted)
			continue;
		strbuf_addf(out, "buffer r%u", i);
		if (b->array)
			strbuf_addf(out, "[%u]", b->nr);
		strbuf_addf(out, " %u zero\n", b->chunks * d->chunk);
	}
	if (d->wants_zero)
		strbuf_addf(out, "buffer zeros %u zero\n", d->chunk);
	if (d->wants_fill)
		strbuf_addf(out, "buffer fives %u fill 0x5a\n", d->chunk);
}

void draw_program(struct choices *c, enum draw_mode mode, const char *name, struct drawn *out)
{
	struct draw *d = xcalloc(1, sizeof(*d));
	struct strbuf threads = STRBUF_INIT, buffers = STRBUF_INIT;

	*out = (struct drawn) { 0 };
	d->c = c;
	d->out = out;
	draw_engines(d);
	draw_shape(d, mode);
	for (unsigned int i = 0; i < d->nr_buf; i++)
		draw_buffer(d, i, &buffers);
	for (d->thread = 0; d->thread < out->threads; d->thread++)
		draw_thread(d, &threads);
	strbuf_addf(&out->text, "scenario %s\n    \"drawn at random\"\n\nallow foreign-map\n\n",
		    name);
	strbuf_add(&out->text, strbuf_str(&out->engines), out->engines.len);
	strbuf_addc(&out->text, '\n');
	strbuf_add(&out->text, strbuf_str(&buffers), buffers.len);
	add_references(d, &out->text);
	strbuf_add(&out->text, strbuf_str(&threads), threads.len);
	strbuf_free(&buffers);
	strbuf_free(&threads);
	strbuf_free(&d->body);
	free(d);
}

void drawn_free(struct drawn *d)
{
	strbuf_free(&d->text);
	strbuf_free(&d->engines);
}
