// SPDX-License-Identifier: GPL-2.0-only
/* Reads samples.bin up to the first chunk that is damaged. */
#include "samples_chunk.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/le.h"

struct reader {
	FILE *f;
	const char *name;
	struct samples *s;
	char *why;
	uint64_t at;			/* offset behind the last good chunk, bytes */
	struct strbuf payload;
	size_t *series;			/* maps the file's series to those of @s */
	size_t nr_series;
	uint32_t first_round, nr_rounds;
	bool one_boot;			/* all rounds of the file are of one boot */
};

bool samples_word_ok(const char *s, bool spaces)
{
	for (; *s; s++)
		if (*s < (spaces ? ' ' : '!') || *s > '~')
			return false;
	return true;
}

static int fail(struct reader *r, const char *what)
{
	snprintf(r->why, 256, "byte %llu: %.200s", (unsigned long long)r->at, what);
	return -EBADMSG;
}

static void incomplete(struct reader *r, const char *what)
{
	if (!r->s->incomplete)
		r->s->incomplete = xasprintf("%s: %s", r->name, what);
}

/* ---- payloads; functions return false when a payload is wrong ---- */

struct cursor {
	const uint8_t *p, *end;
};

static bool take_var(struct cursor *c, uint64_t *n)
{
	*n = 0;
	for (unsigned int shift = 0; c->p < c->end && shift < 64; shift += 7) {
		uint8_t byte = *c->p++;

		*n |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static bool take_word(struct cursor *c, bool spaces, const char **word)
{
	const uint8_t *nul = memchr(c->p, 0, c->end - c->p);

	*word = (const char *)c->p;
	if (!nul || !samples_word_ok(*word, spaces))
		return false;
	c->p = nul + 1;
	return true;
}

/* Notes when files of different kernels or machines are mixed. */
static void check_mixed(struct reader *r, const char *key, const char *was, const char *is)
{
	static const char *const keys[] = {
		ABOUT_MACHINE, ABOUT_RELEASE, ABOUT_CONFIG, ABOUT_ACCEL,
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (r->s->files && !r->s->mixed && !strcmp(key, keys[i]) && strcmp(was, is))
			r->s->mixed = xasprintf("%s: the %s is %s, of those before %s", r->name, key,
						is, was);
}

static bool take_about(struct reader *r, struct cursor c)
{
	struct samples *s = r->s;
	const char *key, *value;
	size_t i = 0;

	if (!take_word(&c, false, &key) || !*key || !take_word(&c, true, &value) || c.p != c.end)
		return false;
	while (i < s->nr_about && strcmp(s->about[i].key, key))
		i++;
	if (i == s->nr_about) {
		s->about = xrealloc(s->about, (i + 1) * sizeof(*s->about));
		s->about[s->nr_about++] = (struct samples_about){ xstrdup(key), NULL };
	}
	if (s->about[i].value)
		check_mixed(r, key, s->about[i].value, value);
	r->one_boot |= !strcmp(key, ABOUT_BOOT);
	free(s->about[i].value);
	s->about[i].value = xstrdup(value);
	return true;
}

static bool take_series(struct reader *r, struct cursor c)
{
	const char *metric, *unit, *cell;
	struct samples *s = r->s;
	uint32_t higher;
	size_t i = 0;

	if (c.end - c.p < 8 || le32_get(c.p) != r->nr_series)
		return false;
	higher = le32_get(c.p + 4);
	c.p += 8;
	if (higher > 1 || !take_word(&c, false, &metric) || !*metric ||
	    !take_word(&c, false, &unit) || !*unit || !take_word(&c, true, &cell) || c.p != c.end)
		return false;
	while (i < s->nr_series && (strcmp(s->series[i].metric, metric) ||
				    strcmp(s->series[i].unit, unit) ||
				    strcmp(s->series[i].cell, cell)))
		i++;
	if (i == s->nr_series) {
		s->series = xrealloc(s->series, (i + 1) * sizeof(*s->series));
		s->series[s->nr_series++] = (struct samples_series){
			.metric = xstrdup(metric), .unit = xstrdup(unit), .cell = xstrdup(cell),
			.higher = higher,
		};
	} else if (s->series[i].higher != !!higher) {
		return false;
	}
	r->series = xrealloc(r->series, (r->nr_series + 1) * sizeof(*r->series));
	r->series[r->nr_series++] = i;
	return true;
}

static struct samples_round *round_of(struct samples_series *series, uint32_t round, uint32_t boot)
{
	struct samples_round *rounds = series->rounds;
	size_t nr = series->nr_rounds;

	/* Most often it is the last round, or a new one. */
	for (size_t i = nr; i > 0; i--)
		if (rounds[i - 1].round == round)
			return &rounds[i - 1];
	rounds = xrealloc(rounds, (nr + 1) * sizeof(*rounds));
	rounds[nr] = (struct samples_round){ .round = round, .boot = boot };
	series->rounds = rounds;
	return &rounds[series->nr_rounds++];
}

static struct samples_round *take_round(struct reader *r, struct cursor *c)
{
	uint32_t series, round;

	if (c->end - c->p < 8)
		return NULL;
	series = le32_get(c->p);
	round = le32_get(c->p + 4);
	if (series >= r->nr_series || round >= SAMPLES_ROUNDS_MAX)
		return NULL;
	c->p += 8;
	if (round >= r->nr_rounds)
		r->nr_rounds = round + 1;
	round += r->first_round;
	return round_of(&r->s->series[r->series[series]], round,
			r->one_boot ? r->first_round : round);
}

static void add_value(struct samples_round *round, double value)
{
	if (round->nr == round->room) {
		round->room = round->room ? round->room * 2 : 16;
		round->values = xrealloc(round->values, round->room * sizeof(double));
	}
	round->values[round->nr++] = value;
}

static bool take_values(struct reader *r, struct cursor c)
{
	struct samples_round *round = take_round(r, &c);

	if (!round || (c.end - c.p) % 8)
		return false;
	for (; c.p < c.end; c.p += 8) {
		uint64_t bits = le64_get(c.p);
		double value;

		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			return false;
		add_value(round, value);
	}
	return true;
}

static bool take_whole(struct reader *r, struct cursor c)
{
	struct samples_round *round = take_round(r, &c);
	uint64_t n;

	if (!round)
		return false;
	while (c.p < c.end) {
		if (!take_var(&c, &n))
			return false;
		add_value(round, n);
	}
	return true;
}

static bool take_counts(struct reader *r, struct cursor c)
{
	struct samples_round *round = take_round(r, &c);
	uint64_t bucket = 0, skip, times;
	struct hist *h;
	bool ok = true;

	if (!round || c.end - c.p < SAMPLES_COUNTS_HEAD || le32_get(c.p) != HIST_BITS)
		return false;
	h = hist_new();
	h->min = le64_get(c.p + 8);
	h->max = le64_get(c.p + 16);
	for (c.p += SAMPLES_COUNTS_HEAD; ok && c.p < c.end; ) {
		ok = take_var(&c, &skip) && take_var(&c, &times) && skip < HIST_BUCKETS &&
		     (bucket += skip) < HIST_BUCKETS && times &&
		     !__builtin_add_overflow(h->total, times, &h->total);
		if (ok)
			h->n[bucket] += times;
	}
	ok = ok && h->total && h->n[hist_bucket(h->min)] && h->n[hist_bucket(h->max)];
	if (ok) {
		if (!round->hist)
			round->hist = hist_new();
		hist_merge(round->hist, h);
	}
	free(h);
	return ok;
}

/* ---- chunks ---- */

static bool take_chunk(struct reader *r, uint32_t type)
{
	struct cursor c = { (const uint8_t *)strbuf_str(&r->payload), NULL };

	c.end = c.p + r->payload.len;
	switch (type) {
	case SAMPLES_ABOUT:
		return take_about(r, c);
	case SAMPLES_SERIES:
		return take_series(r, c);
	case SAMPLES_VALUES:
		return take_values(r, c);
	case SAMPLES_WHOLE:
		return take_whole(r, c);
	case SAMPLES_COUNTS:
		return take_counts(r, c);
	case SAMPLES_END:
		return c.p == c.end;
	default:
		return false;
	}
}

static size_t read_payload(struct reader *r, size_t len)
{
	char block[65536];
	size_t n;

	strbuf_reset(&r->payload);
	while (len && (n = fread(block, 1, len < sizeof(block) ? len : sizeof(block), r->f))) {
		strbuf_add(&r->payload, block, n);
		len -= n;
	}
	return r->payload.len;
}

/* Returns 1 when a chunk was taken, 0 when the file ends here or within a chunk, or -EBADMSG. */
static int read_chunk(struct reader *r, struct samples_seen *seen)
{
	uint8_t head[SAMPLES_CHUNK];
	size_t n = fread(head, 1, sizeof(head), r->f), len;

	if (!n)
		return 0;
	seen->torn = true;
	if (n != sizeof(head))
		return 0;
	len = le32_get(head + 4);
	if (len > SAMPLES_CHUNK_MAX)
		return fail(r, "a chunk that is too long, or a damaged header");
	if (read_payload(r, len) != len)
		return 0;
	seen->torn = false;
	if (samples_crc(head, strbuf_str(&r->payload), len) != le32_get(head + 8))
		return fail(r, "a damaged chunk: its checksum is wrong");
	if (!take_chunk(r, le32_get(head)))
		return fail(r, "a chunk that makes no sense");
	seen->ended = le32_get(head) == SAMPLES_END;
	r->at += sizeof(head) + len;
	return 1;
}

static int read_header(struct reader *r)
{
	uint8_t head[SAMPLES_HEADER];

	if (fread(head, 1, sizeof(head), r->f) != sizeof(head) || memcmp(head, SAMPLES_MAGIC, 8))
		return fail(r, "these are no samples of dmatorture");
	if (le32_get(head + 8) != SAMPLES_VERSION)
		return fail(r, "a version that is not known here");
	r->at = sizeof(head);
	return 0;
}

int samples_read_seen(FILE *f, const char *name, struct samples *s, struct samples_seen *seen,
		      char why[256])
{
	struct reader r = { .f = f, .name = name, .s = s, .why = why,
			    .first_round = s->nr_rounds };
	int err;

	*why = '\0';
	memset(seen, 0, sizeof(*seen));
	err = read_header(&r);
	while (!err) {
		int got = read_chunk(&r, seen);

		if (got <= 0) {
			err = got;
			break;
		}
	}
	if (!err && ferror(f)) {
		fail(&r, "cannot be read");
		err = -EIO;
	}
	if (err)
		incomplete(&r, why);
	else if (seen->torn)
		incomplete(&r, "it ends in the middle of a chunk: the run was interrupted");
	else if (!seen->ended)
		incomplete(&r, "it has no end: the run was interrupted");
	seen->good = r.at;
	s->nr_rounds += r.nr_rounds;
	s->files++;
	strbuf_free(&r.payload);
	free(r.series);
	return err;
}

int samples_read(FILE *f, const char *name, struct samples *s, char why[256])
{
	struct samples_seen seen;

	return samples_read_seen(f, name, s, &seen, why);
}

int samples_load(const char *path, struct samples *s, char why[256])
{
	struct stat st;
	char *file;
	FILE *f;
	int err = 0;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		file = xasprintf("%s/" SAMPLES_FILE, path);
	else
		file = xstrdup(path);
	f = fopen(file, "rb");
	if (f) {
		err = samples_read(f, file, s, why);
		fclose(f);
	} else {
		err = -errno;
		snprintf(why, 256, "%s", strerror(errno));
	}
	free(file);
	return err;
}

static void free_series(struct samples_series *series)
{
	for (size_t i = 0; i < series->nr_rounds; i++) {
		free(series->rounds[i].values);
		free(series->rounds[i].hist);
	}
	free(series->rounds);
	free(series->metric);
	free(series->unit);
	free(series->cell);
}

void samples_free(struct samples *s)
{
	for (size_t i = 0; i < s->nr_series; i++)
		free_series(&s->series[i]);
	for (size_t i = 0; i < s->nr_about; i++) {
		free(s->about[i].key);
		free(s->about[i].value);
	}
	free(s->series);
	free(s->about);
	free(s->incomplete);
	free(s->mixed);
	memset(s, 0, sizeof(*s));
}
