// SPDX-License-Identifier: GPL-2.0-only
/* Rounds of random programs: drawn in groups that share engines, run, and asked about. */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/base/hash64.h"
#include "rules_off.h"
#include "rundir.h"

static uint64_t seed_of(const struct fuzz *f, uint64_t number)
{
	struct rng rng = { f->seed };

	rng.state = rng_next(&rng) ^ number * 0x9e3779b97f4a7c15ull;
	return rng_next(&rng);
}

/*
 * What a new program begins with: its group's engines, and now and then a part of a program that
 * once showed something new.
 */
static uint32_t *begin_with(const struct fuzz *f, const struct fuzz_program *first,
			    struct rng *rng, uint32_t *nr)
{
	const struct fuzz_entry *e;
	uint32_t engines = first->d.engine_choices, tail, *v;

	v = xmalloc((engines + CHOICES_MAX) * sizeof(*v));
	memcpy(v, first->c.v, engines * sizeof(*v));
	*nr = engines;
	if (f->nr_corpus == f->first || rng_below(rng, 3))
		return v;
	e = &f->corpus[f->first + rng_below(rng, f->nr_corpus - f->first)];
	tail = e->nr - e->engine_choices;
	tail = tail ? rng_below(rng, tail) + 1 : 0;
	memcpy(v + engines, e->v + e->engine_choices, tail * sizeof(*v));
	*nr += tail;
	for (uint32_t i = rng_below(rng, 4); i && tail; i--) {
		uint32_t *n = &v[engines + rng_below(rng, tail)];

		*n = rng_below(rng, 16);
	}
	return v;
}

static void draw(const struct fuzz *f, struct fuzz_program *p, const struct fuzz_program *first)
{
	struct rng rng = { seed_of(f, p->number) };
	uint32_t *v = NULL, nr = 0;
	char name[40];

	if (first)
		v = begin_with(f, first, &rng, &nr);
	choices_init(&p->c, v, nr, true, rng_next(&rng));
	snprintf(name, sizeof(name), "fuzz/p%llu", (unsigned long long)p->number);
	draw_program(&p->c, f->mode, name, &p->d);
	free(v);
	p->c.given = NULL;
	p->trial = (struct trial) { .text = strbuf_str(&p->d.text), .len = p->d.text.len,
				    .keep = true, .number = p->number + 1 };
}

/* What a program showed, as a number: breaking these rules named these classes, and so on. */
static uint64_t signature(const struct fuzz_program *p)
{
	uint64_t h = p->d.wrongs + 0x10001ull * (p->d.threads > 1);

	for (int w = 0; w < WORLD__COUNT; w++) {
		const struct trial_seen *s = &p->trial.seen[w];

		h = hash64(h, s->classes, sizeof(s->classes));
		h = h * 31 + s->data * 4 + s->fault * 2 + s->splat;
	}
	return h;
}

static void learn(struct fuzz *f, const struct fuzz_program *p)
{
	uint64_t h = signature(p);
	struct fuzz_entry *e;

	for (size_t i = f->first; i < f->nr_corpus; i++)
		if (f->corpus[i].shown == h)
			return;
	f->corpus = xrealloc(f->corpus, (f->nr_corpus + 1) * sizeof(*f->corpus));
	e = &f->corpus[f->nr_corpus++];
	e->nr = p->c.nr;
	e->shown = h;
	e->engine_choices = p->d.engine_choices;
	e->v = xmalloc(e->nr * sizeof(*e->v));
	memcpy(e->v, p->c.v, e->nr * sizeof(*e->v));
}

static unsigned int *count_of(struct fuzz *f, const char *key)
{
	for (size_t i = 0; i < f->nr_open; i++)
		if (!strcmp(f->open[i].key, key))
			return &f->open[i].count;
	f->open = xrealloc(f->open, (f->nr_open + 1) * sizeof(*f->open));
	f->open[f->nr_open].count = 0;
	strcpy(f->open[f->nr_open].key, key);
	return &f->open[f->nr_open++].count;
}

/* A class that is not named: somebody says its name, or says that nothing is named. */
static bool tells_of(const struct doubt *d, const char *class)
{
	return d->oracle == ORACLE_NAMED || d->oracle == ORACLE_DEBUG || strstr(d->what, class);
}

/* Where data are corrupt, or an access faults, and one class says why. */
static void ask_alone(struct rules_off *rules, const struct trial *trial, uint32_t wrongs)
{
	for (int w = 0; w < WORLD__COUNT; w++) {
		const struct trial_seen *s = &trial->seen[w];
		int nr = 0, alone = 0;

		for (int id = 0; id < V__COUNT; id++)
			if (s->classes[id]) {
				nr++;
				alone = id;
			}
		if (nr == 1 && (s->fault || s->data == DATA_CORRUPT) && !oracle_unseen(wrongs))
			rules_off_alone(rules, alone, trial->number);
	}
}

#define KEEP_OF_A_KIND	3

static int ask(struct fuzz *f, struct fuzz_program *p)
{
	unsigned int *count;
	struct doubt d;

	f->programs++;
	f->legal += !p->d.wrongs;
	if (f->trials.rules)
		ask_alone(f->trials.rules, &p->trial, p->d.wrongs);
	if (!oracle_ask(&p->trial, p->d.wrongs, f->trials.worlds, &d)) {
		for (unsigned int i = 0; i < 32; i++)
			f->excused[i] += d.excused >> i & 1;
		learn(f, p);
		return 0;
	}
	f->disagreements++;
	if (f->wants && !f->noticed && tells_of(&d, f->wants)) {
		f->noticed = f->programs;
		f->noticed_by = d.oracle;
	}
	count = count_of(f, d.key);
	return ++*count > KEEP_OF_A_KIND ? 0 : fuzz_keep_open(f, p, &d);
}

static int by_engines(const void *a, const void *b)
{
	const struct fuzz_program *const *x = a, *const *y = b;
	int n = strcmp(strbuf_str(&(*x)->d.engines), strbuf_str(&(*y)->d.engines));

	return n ? n : ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

int fuzz_round(struct fuzz *f, unsigned int nr)
{
	struct fuzz_program *p = xcalloc(nr, sizeof(*p)), **order = xcalloc(nr, sizeof(*order));
	struct trial **trials = xcalloc(nr, sizeof(*trials));
	int err, kept = 0;

	for (unsigned int i = 0; i < nr; i++) {
		p[i].number = f->next + i;
		draw(f, &p[i], i % FUZZ_GROUP ? &p[i - i % FUZZ_GROUP] : NULL);
		order[i] = &p[i];
	}
	qsort(order, nr, sizeof(*order), by_engines);
	for (unsigned int i = 0; i < nr; i++)
		trials[i] = &order[i]->trial;
	err = trials_run(&f->trials, trials, nr);
	f->wall_s += f->trials.wall_s;
	f->cells += f->trials.cells;
	for (unsigned int i = 0; i < nr; i++) {
		bool all = true;

		for (int w = 0; w < WORLD__COUNT; w++)
			all &= p[i].trial.seen[w].ran || !(f->trials.worlds >> w & 1);
		/* A round that was ended early has programs that nobody can say anything of. */
		if ((!err || all) && !kept)
			kept = ask(f, &p[i]);
	}
	if (!err && !kept) {
		f->next += nr;
		kept = fuzz_save(f);
	}
	for (unsigned int i = 0; i < nr; i++) {
		trial_free(&p[i].trial);
		drawn_free(&p[i].d);
		choices_free(&p[i].c);
	}
	free(trials);
	free(order);
	free(p);
	return err ? err : kept;
}

int fuzz_open(struct fuzz *f)
{
	char *path;

	f->lock = -1;
	if (make_below(f->dir, "") || make_below(f->dir, "open"))
		return 3;
	path = xasprintf("%s/lock", f->dir);
	f->lock = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (f->lock < 0 || flock(f->lock, LOCK_EX | LOCK_NB)) {
		fprintf(stderr, "dmatorture: %s: %s\n", path, f->lock >= 0 && errno == EWOULDBLOCK ?
			"another fuzz works here; choose another place with --results DIR" :
			strerror(errno));
		free(path);
		return 3;
	}
	free(path);
	return fuzz_load(f) ? 2 : 0;
}

void fuzz_close(struct fuzz *f)
{
	for (size_t i = 0; i < f->nr_corpus; i++)
		free(f->corpus[i].v);
	free(f->corpus);
	free(f->open);
	if (f->lock >= 0)
		close(f->lock);
}
