// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fuzzer's files. Each is complete or is the one that was there before: it is written beside
 * its place and renamed. What cannot be read is refused and never written over.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "lib/base/crc32.h"
#include "lib/base/hash64.h"
#include "rundir.h"

#define CORPUS_HEAD	"dmatorture-fuzz-corpus 1\n"
#define STATE_HEAD	"dmatorture-fuzz-state 1\n"

static int bad_line(const char *path, unsigned int line, size_t col, const char *want)
{
	fprintf(stderr, "dmatorture: %s:%u:%zu: %s; the file was left as it is: repair it, move it away, or choose another place with --results DIR\n",
		path, line, col + 1, want);
	return -EINVAL;
}

/* crc32 of the rest, how many of the choices are the engines', what it showed, the choices. */
static int read_entry(struct fuzz *f, const char *line, size_t len, size_t *at,
		      const char **want)
{
	struct fuzz_entry e = { 0 };
	char *copy = xasprintf("%.*s", (int)len, line);
	unsigned int crc, engines;
	int start = 0, err = -EINVAL;

	*at = 0;
	if (sscanf(copy, "%8x %u %16" SCNx64 " | %n", &crc, &engines, &e.shown, &start) != 3 || !start) {
		*want = "want CRC32 NUMBER HASH | CHOICES";
	} else if (len < 10 || crc32_update(0, copy + 9, len - 9) != crc) {
		*want = "the line is damaged: its checksum is another";
	} else {
		err = choices_parse(copy + start, &e.v, &e.nr, at);
		*at += start;
		*want = "want numbers, separated by spaces";
		if (!err && engines > e.nr) {
			err = -EINVAL;
			*want = "more choices of engines than choices";
			free(e.v);
		}
	}
	free(copy);
	if (err)
		return err;
	e.engine_choices = engines;
	f->corpus = xrealloc(f->corpus, (f->nr_corpus + 1) * sizeof(*f->corpus));
	f->corpus[f->nr_corpus++] = e;
	return 0;
}

static int load_corpus(struct fuzz *f, const char *path, const char *text, size_t len)
{
	size_t head = strlen(CORPUS_HEAD), at;
	const char *p = text + head, *want;
	unsigned int line = 2;

	if (strlen(text) != len || strncmp(text, CORPUS_HEAD, head))
		return bad_line(path, 1, 0, "want 'dmatorture-fuzz-corpus 1'");
	for (; *p; line++) {
		const char *end = strchr(p, '\n');

		if (!end)
			return bad_line(path, line, strlen(p), "the last line is cut short");
		if (read_entry(f, p, end - p, &at, &want))
			return bad_line(path, line, at, want);
		p = end + 1;
	}
	return 0;
}

static int load_state(struct fuzz *f, const char *path, const char *text)
{
	size_t head = strlen(STATE_HEAD);
	const char *p = text + head;
	unsigned int line = 2;

	if (strncmp(text, STATE_HEAD, head))
		return bad_line(path, 1, 0, "want 'dmatorture-fuzz-state 1'");
	for (; *p; line++) {
		uint64_t seed, next;
		int n = 0;

		if (sscanf(p, "seed %" SCNu64 " mode %*u next %" SCNu64 "%n", &seed, &next, &n) != 2 ||
		    p[n] != '\n')
			return bad_line(path, line, 0, "want 'seed N mode N next N'");
		if (seed == f->seed)
			f->next = next;
		p += n + 1;
	}
	return 0;
}

static int load_one(struct fuzz *f, const char *name)
{
	char *path = xasprintf("%s/%s", f->dir, name);
	struct strbuf text = STRBUF_INIT;
	int err = strbuf_read_file(&text, path);

	if (err == -ENOENT)
		err = 0;
	else if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
	else if (!strcmp(name, "corpus"))
		err = load_corpus(f, path, strbuf_str(&text), text.len);
	else
		err = load_state(f, path, strbuf_str(&text));
	strbuf_free(&text);
	free(path);
	return err;
}

int fuzz_load(struct fuzz *f)
{
	int err = load_one(f, "corpus");

	return err ? err : load_one(f, "state");
}

static int save(const struct fuzz *f, const char *name, const struct strbuf *text)
{
	char *path = xasprintf("%s/%s", f->dir, name);
	int err = write_whole(path, strbuf_str(text), text->len);

	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
	free(path);
	return err;
}

/* The other seeds' lines stay. */
static void state_text(const struct fuzz *f, struct strbuf *out)
{
	char *path = xasprintf("%s/state", f->dir), *line, *save = NULL;
	struct strbuf old = STRBUF_INIT;

	strbuf_adds(out, STATE_HEAD);
	if (!strbuf_read_file(&old, path) && old.s && strtok_r(old.s, "\n", &save))
		while ((line = strtok_r(NULL, "\n", &save))) {
			uint64_t seed;

			if (sscanf(line, "seed %" SCNu64, &seed) == 1 && seed != f->seed)
				strbuf_addf(out, "%s\n", line);
		}
	strbuf_addf(out, "seed %" PRIu64 " mode %d next %" PRIu64 "\n", f->seed, f->mode, f->next);
	strbuf_free(&old);
	free(path);
}

/* Has an earlier run found what shows this? */
static bool is_there(const struct fuzz *f, uint64_t shown)
{
	for (size_t i = 0; i < f->first; i++)
		if (f->corpus[i].shown == shown)
			return true;
	return false;
}

int fuzz_save(const struct fuzz *f)
{
	struct strbuf text = STRBUF_INIT;
	int err;

	strbuf_adds(&text, CORPUS_HEAD);
	for (size_t i = 0; i < f->nr_corpus; i++) {
		const struct fuzz_entry *e = &f->corpus[i];
		struct strbuf line = STRBUF_INIT;

		if (i >= f->first && is_there(f, e->shown))
			continue;
		strbuf_addf(&line, "%u %016" PRIx64 " | ", e->engine_choices, e->shown);
		choices_print(e->v, e->nr, &line);
		strbuf_addf(&text, "%08x %s\n", crc32_update(0, strbuf_str(&line), line.len),
			    strbuf_str(&line));
		strbuf_free(&line);
	}
	err = save(f, "corpus", &text);
	strbuf_reset(&text);
	if (!err) {
		state_text(f, &text);
		err = save(f, "state", &text);
	}
	strbuf_free(&text);
	return err;
}

int fuzz_keep_open(struct fuzz *f, const struct fuzz_program *p, const struct doubt *d)
{
	struct strbuf text = STRBUF_INIT;
	char *name = xasprintf("open/%s-%016llx.dma", oracle_letter(d->oracle),
			       (unsigned long long)hash64(0, p->c.v, p->c.nr * sizeof(*p->c.v)));
	int err;

	strbuf_addf(&text, "# dmatorture fuzz, seed %" PRIu64 ", program %" PRIu64 ", %s\n",
		    f->seed, p->number, f->trials.kernel);
	strbuf_addf(&text, "# oracle %s: %s\n", oracle_letter(d->oracle), oracle_text(d->oracle));
	strbuf_addf(&text, "# %s\n", d->what);
	for (int w = 0; w < WRONG__COUNT; w++)
		if (p->d.wrongs >> w & 1)
			strbuf_addf(&text, "# breaks: %s\n", wrong_text(w));
	if (!p->d.wrongs)
		strbuf_adds(&text, "# legal\n");
	strbuf_addf(&text, "# choices %d: ", f->mode);
	choices_print(p->c.v, p->c.nr, &text);
	strbuf_adds(&text, "\n\n");
	strbuf_add(&text, strbuf_str(&p->d.text), p->d.text.len);
	err = save(f, name, &text);
	if (!err)
		printf("%s/%s\n    %s\n", f->dir, name, d->what);
	fflush(stdout);
	strbuf_free(&text);
	free(name);
	return err;
}
