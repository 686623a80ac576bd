// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reduces scenarios. A program of fuzz has its choices in a comment, and these are shrunk, so that
 * each candidate is a program as fuzz draws them and is known to be legal or not. Of any other the
 * text is cut.
 */
#include "reduce.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fuzz/shrink.h"
#include "lib/language/cut.h"

#define CHOICES		"\n# choices "

static unsigned int steps_of(const char *text, size_t len)
{
	struct scenario *s = NULL;
	struct diag diag;
	unsigned int n = 0;

	if (!scenario_parse("reduced.dma", text, len, &s, &diag))
		n = scenario_steps(s);
	scenario_free(s);
	return n;
}

static bool same_classes(const struct trial_seen *a, const struct trial_seen *b)
{
	return !memcmp(a->classes, b->classes, sizeof(a->classes));
}

/* Of all that the first run showed in that world, is the same shown by this one? */
static bool is_like(const struct reduction *r, const struct trial_seen *s)
{
	if (!s->ran)
		return false;
	if (r->keep == KEEP_CLASS)
		return s->classes[r->class];
	return s->outcome == r->like.outcome && s->data == r->like.data &&
	       s->fault == r->like.fault && s->splat == r->like.splat && same_classes(s, &r->like);
}

static bool text_shows(const struct reduction *r, const struct trial *t)
{
	return !t->refused && is_like(r, &t->seen[r->world]);
}

static bool program_shows(const struct reduction *r, const struct trial *t, uint32_t wrongs)
{
	struct doubt d;

	if (r->keep != KEEP_DOUBT)
		return text_shows(r, t);
	return oracle_ask(t, wrongs, r->worlds, &d) && !strcmp(d.key, r->doubt.key);
}

/* ---- the first run: what is there to keep? ---- */

static void take_like(struct reduction *r, enum world w, const struct trial_seen *s)
{
	r->world = w;
	r->worlds = 1u << w;
	r->like = *s;
	r->like.said = NULL;
	if (r->keep == KEEP_CLASS)
		snprintf(r->what, sizeof(r->what), "%s in %s", violation_get(r->class)->name,
			 world_name(w));
	else
		snprintf(r->what, sizeof(r->what), "%s in %s: %.300s", outcome_name(s->outcome),
			 world_name(w), s->said ? s->said : "");
}

/* The worst outcome of all worlds, or the first world that names the class. */
static int look_at(struct reduction *r, const struct trial *t)
{
	int best = -1;

	for (int w = 0; w < WORLD__COUNT; w++) {
		const struct trial_seen *s = &t->seen[w];

		if (!s->ran || (r->keep == KEEP_CLASS && !s->classes[r->class]))
			continue;
		if (best < 0 || (r->keep != KEEP_CLASS && s->outcome > t->seen[best].outcome))
			best = w;
	}
	if (best < 0)
		return -ENOENT;
	take_like(r, best, &t->seen[best]);
	return 0;
}

static int run_first(struct reduction *r, const char *file, const struct strbuf *text,
		     uint32_t wrongs)
{
	struct trial t = { .text = strbuf_str(text), .len = text->len }, *all = &t;
	int err;

	r->worlds = r->trials->worlds;
	err = trials_run(r->trials, &all, 1);
	if (!err && t.refused) {
		fprintf(stderr, "dmatorture: %s:%s\n", file, t.refused);
		err = -EINVAL;
	} else if (!err && r->keep == KEEP_DOUBT) {
		err = oracle_ask(&t, wrongs, r->worlds, &r->doubt) ? 0 : -ENOENT;
		snprintf(r->what, sizeof(r->what), "oracle %s, %s", oracle_letter(r->doubt.oracle),
			 r->doubt.what);
	} else if (!err) {
		err = look_at(r, &t);
	}
	if (err == -ENOENT && r->keep == KEEP_CLASS)
		fprintf(stderr, "dmatorture: %s: %s is not found in it\n", file,
			violation_get(r->class)->name);
	else if (err == -ENOENT)
		fprintf(stderr, "dmatorture: %s: %s\n", file, r->keep == KEEP_DOUBT ?
			"the oracles agree about it now" : "it runs in none of these worlds");
	trial_free(&t);
	return err;
}

/* ---- programs of fuzz ---- */

static void redraw(const struct reduction *r, struct choices *c, const uint32_t *v, uint32_t nr,
		   struct drawn *d)
{
	choices_init(c, v, nr, false, 0);
	draw_program(c, r->mode, "fuzz/reduced", d);
	c->given = NULL;
}

static int try_choices(void *arg, struct shrink_try *tries, unsigned int nr)
{
	struct reduction *r = arg;
	struct drawn *d = xcalloc(nr, sizeof(*d));
	struct trial *t = xcalloc(nr, sizeof(*t)), **all = xcalloc(nr, sizeof(*all));
	int err;

	for (unsigned int i = 0; i < nr; i++) {
		redraw(r, &tries[i].drawn, tries[i].v, tries[i].nr, &d[i]);
		t[i] = (struct trial) { .text = strbuf_str(&d[i].text), .len = d[i].text.len,
					.keep = true };
		all[i] = &t[i];
	}
	err = trials_run(r->trials, all, nr);
	for (unsigned int i = 0; i < nr; i++) {
		tries[i].shows = !err && program_shows(r, &t[i], d[i].wrongs);
		trial_free(&t[i]);
		drawn_free(&d[i]);
	}
	free(all);
	free(t);
	free(d);
	return err;
}

static void write_program(struct reduction *r, const struct choices *c, const struct drawn *d)
{
	strbuf_reset(&r->text);
	strbuf_addf(&r->text, "# %s\n", r->what);
	for (int w = 0; w < WRONG__COUNT; w++)
		if (d->wrongs >> w & 1)
			strbuf_addf(&r->text, "# breaks: %s\n", wrong_text(w));
	strbuf_addf(&r->text, "# choices %d: ", r->mode);
	choices_print(c->v, c->nr, &r->text);
	strbuf_adds(&r->text, "\n\n");
	strbuf_add(&r->text, strbuf_str(&d->text), d->text.len);
	r->wrongs = d->wrongs;
}

static bool cut_shows(const struct reduction *r, const struct trial *t)
{
	return program_shows(r, t, r->wrongs);
}

/*
 * Choices can leave out no step that the drawer puts where the rules want it. The text can: that a
 * program is wrong stays true, while a legal one might no longer be legal.
 */
static int cut_program(struct reduction *r, const struct drawn *d)
{
	strbuf_reset(&r->text);
	strbuf_add(&r->text, strbuf_str(&d->text), d->text.len);
	return reduce_text(r, cut_shows);
}

static int reduce_program(struct reduction *r, const char *file, uint32_t *v, uint32_t nr)
{
	struct shrink_stats stats = { 0 };
	struct choices c, best;
	struct drawn d;
	int err;

	redraw(r, &c, v, nr, &d);
	r->steps_before = steps_of(strbuf_str(&d.text), d.text.len);
	err = run_first(r, file, &d.text, d.wrongs);
	drawn_free(&d);
	if (!err) {
		r->trials->worlds = r->worlds;
		err = shrink(&c, try_choices, r, r->max_tries, &stats);
		redraw(r, &best, c.v, c.nr, &d);
		write_program(r, &best, &d);
		if (!err && (d.wrongs || r->keep != KEEP_DOUBT))
			err = cut_program(r, &d);
		r->steps_after = steps_of(strbuf_str(&r->text), r->text.len);
		choices_free(&best);
		drawn_free(&d);
	}
	r->tries += stats.tries;
	r->rounds += stats.rounds;
	choices_free(&c);
	return err;
}

/* ---- any scenario ---- */

static int reduce_scenario(struct reduction *r, const char *file, const struct strbuf *text)
{
	int err = run_first(r, file, text, 0);

	if (err)
		return err;
	r->trials->worlds = r->worlds;
	strbuf_reset(&r->text);
	strbuf_add(&r->text, strbuf_str(text), text->len);
	r->steps_before = steps_of(strbuf_str(text), text->len);
	err = reduce_text(r, text_shows);
	r->steps_after = steps_of(strbuf_str(&r->text), r->text.len);
	return err;
}

int reduce(struct reduction *r, const char *file, const struct strbuf *text)
{
	const char *at = strstr(strbuf_str(text), CHOICES);
	uint32_t *v = NULL, nr = 0;
	unsigned int mode;
	size_t wrong;
	int n = 0, err;

	if (!at) {
		if (r->keep == KEEP_DEFAULT)
			r->keep = KEEP_OUTCOME;
		return reduce_scenario(r, file, text);
	}
	at += strlen(CHOICES);
	if (r->keep == KEEP_DEFAULT)
		r->keep = KEEP_DOUBT;
	if (sscanf(at, "%u:%n", &mode, &n) != 1 || !n || mode > DRAW_WRONG ||
	    choices_parse(at + n, &v, &nr, &wrong) || !nr) {
		unsigned int line = 1;

		for (const char *p = strbuf_str(text); p < at; p++)
			line += *p == '\n';
		fprintf(stderr, "dmatorture: %s:%u: want '# choices MODE: N N ...' as fuzz wrote it; without this line the text is reduced\n",
			file, line);
		return -EINVAL;
	}
	r->mode = mode;
	err = reduce_program(r, file, v, nr);
	free(v);
	return err;
}

void reduction_free(struct reduction *r)
{
	strbuf_free(&r->text);
}
