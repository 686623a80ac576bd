// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reduces the text of a scenario: items are left out, the longest runs of them first, and numbers
 * become smaller. Candidates are tried by the dozen in one guest; what is taken depends on the
 * text alone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/language/cut.h"
#include "reduce.h"

#define AT_ONCE	64

typedef bool shows_fn(const struct reduction *r, const struct trial *t);

struct window {
	unsigned int from, to;
};

struct batch {
	struct reduction *r;
	shows_fn *shows;
	struct strbuf text[AT_ONCE];
	bool good[AT_ONCE];
	unsigned int nr;
};

static struct scenario *parse(const struct strbuf *text)
{
	struct scenario *s = NULL;
	struct diag diag;

	return scenario_parse("reduced.dma", strbuf_str(text), text->len, &s, &diag) ? NULL : s;
}

static void print(const struct scenario *s, struct strbuf *out)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	scenario_print(s, f);
	fclose(f);
	strbuf_add(out, text, len);
	free(text);
}

/* Runs the batch. What does not compile costs no try. */
static int run_batch(struct batch *b)
{
	struct trial t[AT_ONCE], *all[AT_ONCE];
	int err;

	for (unsigned int i = 0; i < b->nr; i++) {
		t[i] = (struct trial) { .text = strbuf_str(&b->text[i]), .len = b->text[i].len };
		all[i] = &t[i];
	}
	err = b->nr ? trials_run(b->r->trials, all, b->nr) : 0;
	for (unsigned int i = 0; i < b->nr; i++) {
		b->good[i] = !err && b->shows(b->r, &t[i]);
		b->r->tries += !t[i].refused;
		trial_free(&t[i]);
	}
	b->r->rounds += b->nr != 0;
	return err;
}

static void empty(struct batch *b)
{
	for (unsigned int i = 0; i < b->nr; i++)
		strbuf_free(&b->text[i]);
	b->nr = 0;
}

/* The best becomes candidate @i. */
static void take(struct batch *b, unsigned int i)
{
	strbuf_free(&b->r->text);
	b->r->text = b->text[i];
	b->text[i] = (struct strbuf) STRBUF_INIT;
}

static void add_cut(struct batch *b, const struct window *w, unsigned int nr)
{
	struct scenario *s = parse(&b->r->text);
	bool *drop = xcalloc(scenario_items(s) + 1, sizeof(*drop));

	for (unsigned int i = 0; i < nr; i++)
		for (unsigned int k = w[i].from; k < w[i].to; k++)
			drop[k] = true;
	scenario_cut(s, drop);
	b->text[b->nr] = (struct strbuf) STRBUF_INIT;
	print(s, &b->text[b->nr++]);
	free(drop);
	scenario_free(s);
}

/* Of the candidates that show it, the first with the shortest text; -1: none does. */
static int shortest(const struct batch *b)
{
	int best = -1;

	for (unsigned int i = 0; i < b->nr; i++)
		if (b->good[i] && (best < 0 || b->text[i].len < b->text[best].len))
			best = i;
	return best;
}

static bool may_go_on(const struct reduction *r)
{
	return r->tries < r->max_tries;
}

/*
 * Tries to leave out windows of the best until some go well, then these together. Returns 1 when
 * the best has become smaller, 0 when not.
 */
static int cut_windows(struct batch *b, struct window *w, unsigned int nr)
{
	unsigned int good = 0;
	int err = 0, best;

	for (unsigned int i = 0; i < nr && !err && !good && may_go_on(b->r); ) {
		unsigned int first = i;

		for (; i < nr && b->nr < AT_ONCE; i++)
			add_cut(b, &w[i], 1);
		err = run_batch(b);
		for (unsigned int k = 0; k < b->nr && !err; k++)
			if (b->good[k] && b->text[k].len < b->r->text.len)
				w[good++] = w[first + k];
		empty(b);
	}
	if (err || !good)
		return err;
	for (unsigned int n = 1; n < good * 2 && b->nr < AT_ONCE; n *= 2)
		add_cut(b, w, n < good ? n : good);
	err = run_batch(b);
	best = shortest(b);
	if (best >= 0)
		take(b, best);
	empty(b);
	return err ? err : best >= 0;
}

static int cut_items(struct batch *b)
{
	struct scenario *s = parse(&b->r->text);
	unsigned int items = scenario_items(s), nr = 0;
	struct window *w = xcalloc(2 * items + 64, sizeof(*w));
	int ret;

	scenario_free(s);
	for (unsigned int len = items / 2; len; len /= 2)
		for (unsigned int from = 0; from < items && nr < 2 * items + 63; from += len)
			w[nr++] = (struct window) { from, from + len < items ? from + len : items };
	ret = cut_windows(b, w, nr);
	free(w);
	return ret;
}

static bool is_less(const char *a, const char *b)
{
	char *end_a, *end_b;
	uint64_t x = strtoull(a, &end_a, 0), y = strtoull(b, &end_b, 0);

	if (*end_b == 'K')
		y *= 1024;
	else if (*end_b == 'M')
		y *= 1048576;
	else if (*end_b)
		return false;	/* a duration: it is no smaller for being shorter */
	if (*end_a == 'K')
		x *= 1024;
	return x < y;
}

/* Each number becomes the smallest of these that still shows it, wherever it stands. */
static int lower_numbers(struct batch *b)
{
	static const char *const to[] = { "0", "1", "64", "512", "1K", "4K" };
	struct scenario *s = parse(&b->r->text);
	int best;

	for (unsigned int i = 0; b->nr < AT_ONCE; i++) {
		char *from = xstrdup(scenario_number(s, i));

		for (unsigned int k = 0; k < sizeof(to) / sizeof(to[0]) && b->nr < AT_ONCE; k++) {
			struct scenario *copy;

			if (!is_less(to[k], from))
				continue;
			copy = parse(&b->r->text);
			scenario_renumber(copy, from, to[k]);
			b->text[b->nr] = (struct strbuf) STRBUF_INIT;
			print(copy, &b->text[b->nr++]);
			scenario_free(copy);
		}
		if (!*from) {
			free(from);
			break;
		}
		free(from);
	}
	scenario_free(s);
	best = run_batch(b);
	if (!best) {
		best = -1;
		for (unsigned int i = 0; i < b->nr && best < 0; i++)
			if (b->good[i])
				best = i;
		if (best >= 0)
			take(b, best);
		best = best >= 0;
	}
	empty(b);
	return best;
}

/* One choice of parameters, the worlds that count, and no expectation where none is kept. */
static int restrict_it(struct batch *b)
{
	struct scenario *s = parse(&b->r->text);

	scenario_restrict(s, b->r->worlds);
	if (b->r->keep == KEEP_CLASS)
		scenario_expect_nothing(s);
	strbuf_reset(&b->r->text);
	print(s, &b->r->text);
	scenario_free(s);
	return 0;
}

int reduce_text(struct reduction *r, shows_fn *shows)
{
	struct batch b = { .r = r, .shows = shows };
	struct strbuf head = STRBUF_INIT;
	int ret = restrict_it(&b);

	do {
		ret = cut_items(&b);
		if (!ret)
			ret = lower_numbers(&b);
	} while (ret > 0 && may_go_on(r));
	strbuf_addf(&head, "# %s\n\n", r->what);
	strbuf_add(&head, strbuf_str(&r->text), r->text.len);
	strbuf_free(&r->text);
	r->text = head;
	return ret < 0 ? ret : 0;
}
