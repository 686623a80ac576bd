// SPDX-License-Identifier: GPL-2.0-only
/* Writes samples.bin, and goes on behind what an earlier writer left whole. */
#include "samples_chunk.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/le.h"

#define MAX_WHOLE	0x1p53

struct samples_writer {
	int fd;
	struct samples known;	/* the file's series, also those from before it was opened */
	struct strbuf chunk;
};

/* Writes in one go, so that an interrupted write tears the end of the file only. */
static int write_once(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= n;
	}
	return 0;
}

static void chunk_begin(struct samples_writer *w, enum samples_chunk type)
{
	strbuf_reset(&w->chunk);
	le32_add(&w->chunk, type);
	le32_add(&w->chunk, 0);
	le32_add(&w->chunk, 0);
}

/*
 * Appends the chunk. When the disk is full, the part that was written is cut off again, so
 * that no later chunk follows a torn one.
 */
static int chunk_write(struct samples_writer *w)
{
	uint8_t *head = (uint8_t *)w->chunk.s;
	size_t len = w->chunk.len - SAMPLES_CHUNK;
	off_t was = lseek(w->fd, 0, SEEK_END);
	int err;

	if (len > SAMPLES_CHUNK_MAX)
		return -EMSGSIZE;
	le32_put(head + 4, len);
	le32_put(head + 8, samples_crc(head, head + SAMPLES_CHUNK, len));
	err = write_once(w->fd, head, w->chunk.len);
	if (err && was >= 0 && ftruncate(w->fd, was))
		return err;
	return err;
}

static void add_var(struct strbuf *out, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		strbuf_addc(out, (char)(n | 0x80));
	strbuf_addc(out, (char)n);
}

static void le64_add(struct strbuf *out, uint64_t n)
{
	le32_add(out, n);
	le32_add(out, n >> 32);
}

static int begin_file(int fd)
{
	uint8_t head[SAMPLES_HEADER] = SAMPLES_MAGIC;

	le32_put(head + 8, SAMPLES_VERSION);
	return write_once(fd, head, sizeof(head));
}

/* Opens an existing file to append behind its last whole chunk. */
static int go_on(struct samples_writer *w, const char *path)
{
	struct samples_seen seen;
	FILE *f = fopen(path, "rb");
	char why[256];
	int err;

	if (!f)
		return -errno;
	err = samples_read_seen(f, path, &w->known, &seen, why);
	fclose(f);
	if (!err && seen.torn && ftruncate(w->fd, seen.good))
		err = -errno;
	return err;
}

int samples_open(const char *path, struct samples_writer **result)
{
	struct samples_writer *w;
	off_t size;
	int err, fd;

	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	w = xcalloc(1, sizeof(*w));
	w->fd = fd;
	size = lseek(fd, 0, SEEK_END);
	err = size ? go_on(w, path) : begin_file(fd);
	if (err)
		samples_close(w);
	else
		*result = w;
	return err;
}

void samples_close(struct samples_writer *w)
{
	if (!w)
		return;
	close(w->fd);
	samples_free(&w->known);
	strbuf_free(&w->chunk);
	free(w);
}

int samples_about(struct samples_writer *w, const char *key, const char *value)
{
	if (!samples_word_ok(key, false) || !*key || !samples_word_ok(value, true))
		return -EINVAL;
	chunk_begin(w, SAMPLES_ABOUT);
	strbuf_add(&w->chunk, key, strlen(key) + 1);
	strbuf_add(&w->chunk, value, strlen(value) + 1);
	return chunk_write(w);
}

int samples_series(struct samples_writer *w, const struct series_id *id)
{
	struct samples *k = &w->known;
	int err;

	if (!samples_word_ok(id->metric, false) || !*id->metric ||
	    !samples_word_ok(id->unit, false) || !*id->unit || !samples_word_ok(id->cell, true))
		return -EINVAL;
	for (size_t i = 0; i < k->nr_series; i++)
		if (!strcmp(k->series[i].metric, id->metric) &&
		    !strcmp(k->series[i].unit, id->unit) && !strcmp(k->series[i].cell, id->cell))
			return k->series[i].higher == id->higher ? (int)i : -EINVAL;
	chunk_begin(w, SAMPLES_SERIES);
	le32_add(&w->chunk, k->nr_series);
	le32_add(&w->chunk, id->higher);
	strbuf_add(&w->chunk, id->metric, strlen(id->metric) + 1);
	strbuf_add(&w->chunk, id->unit, strlen(id->unit) + 1);
	strbuf_add(&w->chunk, id->cell, strlen(id->cell) + 1);
	err = chunk_write(w);
	if (err)
		return err;
	k->series = xrealloc(k->series, (k->nr_series + 1) * sizeof(*k->series));
	k->series[k->nr_series] = (struct samples_series){
		.metric = xstrdup(id->metric), .unit = xstrdup(id->unit),
		.cell = xstrdup(id->cell), .higher = id->higher,
	};
	return k->nr_series++;
}

static bool is_whole(double x)
{
	return x >= 0 && x < MAX_WHOLE && x == floor(x);
}

static int write_values(struct samples_writer *w, int series, uint32_t round,
			const double *values, size_t nr)
{
	bool whole = true;

	for (size_t i = 0; i < nr; i++)
		whole &= is_whole(values[i]);
	chunk_begin(w, whole ? SAMPLES_WHOLE : SAMPLES_VALUES);
	le32_add(&w->chunk, series);
	le32_add(&w->chunk, round);
	for (size_t i = 0; i < nr; i++) {
		uint64_t bits;

		if (whole) {
			add_var(&w->chunk, values[i]);
			continue;
		}
		memcpy(&bits, &values[i], sizeof(bits));
		le64_add(&w->chunk, bits);
	}
	return chunk_write(w);
}

int samples_values(struct samples_writer *w, int series, uint32_t round, const double *values,
		   size_t nr)
{
	const size_t most = SAMPLES_CHUNK_MAX / 16;
	int err = 0;

	if (series < 0 || (size_t)series >= w->known.nr_series || round >= SAMPLES_ROUNDS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < nr; i++)
		if (!isfinite(values[i]))
			return -EINVAL;
	for (size_t i = 0; i < nr && !err; i += most)
		err = write_values(w, series, round, values + i, nr - i < most ? nr - i : most);
	return err;
}

int samples_counts(struct samples_writer *w, int series, uint32_t round, const struct hist *h)
{
	uint32_t last = 0;

	if (series < 0 || (size_t)series >= w->known.nr_series || round >= SAMPLES_ROUNDS_MAX)
		return -EINVAL;
	if (!h->total)
		return 0;
	chunk_begin(w, SAMPLES_COUNTS);
	le32_add(&w->chunk, series);
	le32_add(&w->chunk, round);
	le32_add(&w->chunk, HIST_BITS);
	le32_add(&w->chunk, 0);
	le64_add(&w->chunk, h->min);
	le64_add(&w->chunk, h->max);
	for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
		if (!h->n[i])
			continue;
		add_var(&w->chunk, i - last);
		add_var(&w->chunk, h->n[i]);
		last = i;
	}
	return chunk_write(w);
}

int samples_end(struct samples_writer *w)
{
	chunk_begin(w, SAMPLES_END);
	return chunk_write(w);
}

/* ---- one value after the other ---- */

#define FLUSH_EVERY	65536

struct recorder {
	struct samples_writer *w;
	int series;
	uint32_t round;
	size_t nr_raw, kept, counted;
	struct hist *hist;
	double raw[SAMPLES_RAW];	/* raw values that are not written yet */
};

struct recorder *recorder_new(struct samples_writer *w, int series, uint32_t round)
{
	struct recorder *r = xcalloc(1, sizeof(*r));

	r->w = w;
	r->series = series;
	r->round = round;
	return r;
}

int recorder_add(struct recorder *r, uint64_t value)
{
	if (r->kept < SAMPLES_RAW) {
		r->kept++;
		r->raw[r->nr_raw++] = value;
		return r->kept < SAMPLES_RAW ? 0 : recorder_flush(r);
	}
	if (!r->hist)
		r->hist = hist_new();
	hist_add(r->hist, value, 1);
	return ++r->counted % FLUSH_EVERY ? 0 : recorder_flush(r);
}

int recorder_flush(struct recorder *r)
{
	int err = 0;

	if (r->nr_raw) {
		err = samples_values(r->w, r->series, r->round, r->raw, r->nr_raw);
		if (!err)
			r->nr_raw = 0;
	}
	if (!err && r->hist && r->hist->total) {
		err = samples_counts(r->w, r->series, r->round, r->hist);
		if (!err)
			memset(r->hist, 0, sizeof(*r->hist));
	}
	return err;
}

int recorder_free(struct recorder *r)
{
	int err = recorder_flush(r);

	free(r->hist);
	free(r);
	return err;
}
