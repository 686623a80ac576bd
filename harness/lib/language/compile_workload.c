// SPDX-License-Identifier: GPL-2.0-only
/* A workload's options in the form of lib/program/plan.h, and its file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "lib/base/tree.h"
#include "lib/program/workload.h"

#define MAX_JOB	65536	/* bytes of a fio job */

/* Reads the fio job @name from the scenario's directory, or from that of the shipped ones. */
static int read_job(struct compiler *c, const char *name, struct strbuf *out)
{
	const char *slash = strrchr(c->s->file, '/');
	char *path = xasprintf("%.*s%s.fio", slash ? (int)(slash + 1 - c->s->file) : 0, c->s->file,
			       name);
	int err = strbuf_read_file(out, path);

	if (err == -ENOENT) {
		free(path);
		path = xasprintf("%s/scenarios/md/%s.fio", tree_dir(), name);
		err = strbuf_read_file(out, path);
	}
	free(path);
	return err;
}

static void add_job(struct compiler *c, const struct expr *e, struct strbuf *out)
{
	const char *name = eval_word(&c->env, e);
	int err;

	if (!name[0] || strchr(name, '/') || strlen(name) > 2 * MAX_NAME) {
		cfail(c, e->pos, "want the name of a fio job beside the scenario: small, for small.fio");
		return;
	}
	err = read_job(c, name, out);
	if (err)
		cfail(c, e->pos, "%s.fio: %s", name, strerror(-err));
	else if (out->len > MAX_JOB)
		cfail(c, e->pos, "%s.fio has more than %d bytes", name, MAX_JOB);
}

static void add_word(struct compiler *c, const struct expr *e, const struct workload_opt *o,
		     struct cell *cell)
{
	const char *w = e ? eval_word(&c->env, e) : o->otherwise;
	char list[120];

	if (word_index(o->words, w, strlen(w)) < 0) {
		word_list(list, sizeof(list), o->words);
		cfail(c, e->pos, "%s '%s': want %s", o->word, w, list);
		return;
	}
	cell->disk |= !strcmp(w, BACKING_VIRTIO);
	strbuf_addf(&cell->setup, "option %s %s\n", o->word, w);
}

static void add_number(struct compiler *c, const struct expr *e, const struct workload_opt *o,
		       struct strbuf *out)
{
	struct expr otherwise = { .op = 'l', .pos = c->s->workload->pos, .text = o->otherwise };
	uint64_t n;

	if (eval_number(&c->env, e ? e : &otherwise, o->word,
			o->type == 's' ? UNIT_SIZE : UNIT_NONE, o->min, o->max, &n))
		strbuf_addf(out, "option %s %llu\n", o->word, (unsigned long long)n);
}

void write_workload(struct compiler *c, struct cell *cell)
{
	const struct workload *w = c->s->workload;

	cell->workload = w->kind;
	cell->repeat = 1;
	strbuf_addf(&cell->setup, "workload %s\n", workload_words[w->kind]);
	for (int i = 0; workload_opts(w->kind)[i].word && !failed(c); i++) {
		const struct workload_opt *o = &workload_opts(w->kind)[i];

		if (o->type == 'f')
			add_job(c, w->opts[i], &cell->program);
		else if (o->type == 'w')
			add_word(c, w->opts[i], o, cell);
		else
			add_number(c, w->opts[i], o, &cell->setup);
	}
}
