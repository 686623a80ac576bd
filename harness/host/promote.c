// SPDX-License-Identifier: GPL-2.0-only
/* Turns a finding into a scenario: a name, a head that says why, and what must be seen. */
#include "promote.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/language/cut.h"
#include "rundir.h"

#define ALL	WORLDS_DEFAULT

static int fail(const struct promotion *p, int err, const char *why)
{
	fprintf(stderr, "dmatorture: %s: %s\n", p->file, why);
	return err;
}

/* The scenario without its expectations and comments, under its new name. */
static int rename_it(const struct promotion *p, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	struct scenario *s = NULL;
	struct diag diag;
	char *body = NULL, *rest;
	size_t len;
	FILE *f;
	int err = strbuf_read_file(&text, p->file);

	if (err) {
		strbuf_free(&text);
		return fail(p, err, strerror(-err));
	}
	err = scenario_parse(p->file, strbuf_str(&text), text.len, &s, &diag);
	if (err) {
		diag_print(&diag, strbuf_str(&text), stderr);
		strbuf_free(&text);
		return err;
	}
	scenario_expect_nothing(s);
	f = open_memstream(&body, &len);
	scenario_print(s, f);
	fclose(f);
	rest = strchr(body, '\n');		/* behind "scenario NAME" */
	rest = rest ? strchr(rest + 1, '\n') : NULL;	/* and the title */
	strbuf_addf(out, "# %s\n\nscenario %s\n    \"%s\"\n%s", p->why, p->name, p->why,
		    rest ? rest + 1 : "");
	free(body);
	scenario_free(s);
	strbuf_free(&text);
	return 0;
}

static void add_worlds(unsigned int worlds, unsigned int ran, struct strbuf *out)
{
	if (worlds != ran) {
		strbuf_adds(out, " in");
		for (int w = 0; w < WORLD__COUNT; w++)
			if (worlds >> w & 1)
				strbuf_addf(out, " %s", world_name(w));
	}
	strbuf_addc(out, '\n');
}

/* An expectation in bounce holds in bounce32 too: it is said where both are alike. */
static void add_expects(const struct trial *t, struct strbuf *out)
{
	unsigned int ran = 0, corrupt = 0, intact = 0;

	for (int w = 0; w < WORLD__COUNT; w++) {
		ran |= t->seen[w].ran << w;
		corrupt |= (t->seen[w].data == DATA_CORRUPT) << w;
		intact |= (t->seen[w].ran && t->seen[w].data == DATA_INTACT) << w;
	}
	strbuf_addc(out, '\n');
	if (intact) {
		strbuf_adds(out, "expect data intact");
		add_worlds(intact, ran, out);
	}
	if (corrupt) {
		strbuf_adds(out, "expect data corrupt");
		add_worlds(corrupt, ran, out);
	}
	for (int id = 0; id < V__COUNT; id++) {
		unsigned int in = 0;

		for (int w = 0; w < WORLD__COUNT; w++)
			in |= t->seen[w].classes[id] << w;
		if (!in)
			continue;
		strbuf_addf(out, "expect %s", violation_get(id)->name);
		add_worlds(in, ran, out);
	}
	for (unsigned int e = 0; e < TRIAL_ENGINES; e++) {
		const char *name = NULL;
		unsigned int in = 0;

		for (int w = 0; w < WORLD__COUNT; w++)
			if (t->seen[w].faults[e][0]) {
				in |= 1u << w;
				name = t->seen[w].faults[e];
			}
		if (!in)
			continue;
		strbuf_addf(out, "expect fault %s", name);
		add_worlds(in, ran, out);
	}
}

static int run_it(struct trials *trials, struct trial *t, const struct strbuf *text)
{
	*t = (struct trial) { .text = strbuf_str(text), .len = text->len };
	return trials_run(trials, &t, 1);
}

/* Does the scenario do what it is expected to do? */
static int prove(struct trials *trials, const struct promotion *p, const struct strbuf *text)
{
	struct trial t;
	int err = run_it(trials, &t, text);

	if (!err && t.refused)
		err = fail(p, -EINVAL, t.refused);
	for (int w = 0; w < WORLD__COUNT && !err; w++)
		if (t.seen[w].ran && t.seen[w].outcome != OUTCOME_PASS) {
			fprintf(stderr, "dmatorture: %s: with expectations of what was seen it does not pass in %s: %s\n",
				p->file, world_name(w), t.seen[w].said ? t.seen[w].said : "");
			err = -EINVAL;
		}
	trial_free(&t);
	return err;
}

static int keep(const struct promotion *p, const struct strbuf *text)
{
	char *path = xasprintf("%s/%s.dma", p->scenarios, p->name);
	char *dir = xasprintf("%.*s", (int)(strrchr(path, '/') - path), path);
	int err = 0;

	if (!access(path, F_OK))
		err = -EEXIST;
	else if (mkdir(dir, 0777) && errno != EEXIST)
		err = -errno;
	if (!err)
		err = write_whole(path, strbuf_str(text), text->len);
	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
	else
		printf("%s\n", path);
	free(dir);
	free(path);
	return err;
}

int promote(struct trials *trials, const struct promotion *p)
{
	struct strbuf text = STRBUF_INIT;
	struct trial t = { 0 };
	int err = rename_it(p, &text);

	if (!err)
		err = run_it(trials, &t, &text);
	if (!err && t.refused)
		err = fail(p, -EINVAL, t.refused);
	if (!err) {
		add_expects(&t, &text);
		err = prove(trials, p, &text);
	}
	if (!err)
		err = keep(p, &text);
	trial_free(&t);
	strbuf_free(&text);
	return err;
}
