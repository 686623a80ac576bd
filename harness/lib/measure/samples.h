/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * samples.bin of a run directory: the raw measured values.
 *
 *   "DMTSMP01"  u32 version  u32 0
 *   chunks:     u32 type  u32 len  u32 crc32 of type, len and payload
 *               len bytes
 *
 * Little endian. Numbers marked "var" are LEB128: seven bits a byte, the lowest
 * first, the top bit set in all but the last. Payloads by type:
 *
 *   1 ABOUT   "key\0value\0": about the whole run; the last value of a key counts
 *   2 SERIES  u32 id, counting from 0   u32 0 lower is better, 1 higher
 *             "metric\0unit\0cell\0"
 *   3 VALUES  u32 series  u32 round  f64 each
 *   4 WHOLE   u32 series  u32 round  var each: values that are whole numbers
 *   5 COUNTS  u32 series  u32 round  u32 10 (HIST_BITS)  u32 0  u64 min  u64 max
 *             var, var each: buckets to move ahead, number of values in that bucket
 *   6 END     empty: everything that should be measured is before this
 *
 * A round is a guest's boot, or something else that makes samples independent of those of
 * other rounds. Chunks of the same series and round add up, histograms too. The file only
 * grows, by one write for each chunk: a writer that is interrupted leaves whole chunks,
 * perhaps a torn last one, and no END, so that a reader knows.
 */
#ifndef HARNESS_SAMPLES_H
#define HARNESS_SAMPLES_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/statistics/hist.h"
#include "lib/statistics/stats.h"
#include "lib/base/strbuf.h"

#define SAMPLES_FILE		"samples.bin"
#define SAMPLES_VERSION		1
#define SAMPLES_CHUNK_MAX	(16u << 20)	/* bytes of payload */
#define SAMPLES_ROUNDS_MAX	65536

/*
 * Keys of ABOUT; there may be others. Results can be compared when the first four keys, and
 * the world, which is part of the cell, are the same.
 */
#define ABOUT_MACHINE		"machine"	/* samples_machine() */
#define ABOUT_RELEASE		"release"	/* uname -r of the guest */
#define ABOUT_CONFIG		"config"	/* a hash of the kernel's config */
#define ABOUT_ACCEL		"accelerator"	/* vm_accel() */
#define ABOUT_ARGUMENTS		"arguments"	/* of the verb that made the file: a JSON array */
#define ABOUT_TIME		"time"		/* 2026-01-31T23:59:59Z */
/*
 * All rounds are of the boot of this name, or of one boot for each world: their sides took
 * turns in it. It comes before the first value.
 */
#define ABOUT_BOOT		"boot"
#define ABOUT_PERF		"perf"		/* "on": perf sampled meanwhile, which costs time */

/* What each value of a series is. Printable ASCII; only the cell may have spaces. */
struct series_id {
	const char *metric;	/* "map" */
	const char *unit;	/* "ns" */
	const char *cell;	/* "order/legacy size=4K @bounce" */
	bool higher;		/* higher is better */
};

/* ---- writing; functions return 0 or a negative errno, and print nothing ---- */

struct samples_writer;

/*
 * Makes the file @path, or opens it to append; a torn last chunk is cut off. -EBADMSG when it
 * is another kind of file.
 */
int samples_open(const char *path, struct samples_writer **w);
int samples_about(struct samples_writer *w, const char *key, const char *value);
/* Returns the number of the series, from 0 on. A series that is there already is found again. */
int samples_series(struct samples_writer *w, const struct series_id *id);
/* -EINVAL: a value is not finite, or there is no such series. */
int samples_values(struct samples_writer *w, int series, uint32_t round, const double *values,
		   size_t nr);
int samples_counts(struct samples_writer *w, int series, uint32_t round, const struct hist *h);
int samples_end(struct samples_writer *w);
void samples_close(struct samples_writer *w);

/*
 * A recorder takes one value after the other, in memory that does not grow. It keeps the first
 * SAMPLES_RAW values of a round as they are and counts the others in a histogram; values must
 * therefore be whole numbers >= 0: nanoseconds, bytes, instructions. recorder_flush() writes
 * what it holds to the file; this also happens after every 64K values.
 */
#define SAMPLES_RAW	10000

struct recorder;

struct recorder *recorder_new(struct samples_writer *w, int series, uint32_t round);
int recorder_add(struct recorder *r, uint64_t value);
int recorder_flush(struct recorder *r);
int recorder_free(struct recorder *r);	/* flushes */

/* ---- reading ---- */

struct samples_round {
	uint32_t round;
	uint32_t boot;		/* the same number in all rounds of a boot */
	double *values;
	size_t nr, room;
	struct hist *hist;	/* NULL: raw values only */
};

struct samples_series {
	char *metric, *unit, *cell;
	bool higher;
	struct samples_round *rounds;
	size_t nr_rounds;
};

struct samples_about {
	char *key, *value;
};

struct samples {
	struct samples_series *series;
	size_t nr_series;
	struct samples_about *about;
	size_t nr_about;
	uint32_t nr_rounds;	/* rounds of the next file are numbered from here on */
	unsigned int files;
	char *incomplete;	/* why the samples are incomplete, or NULL */
	char *mixed;		/* why the files do not belong together, or NULL */
};

/*
 * Adds the contents of a file to @s; its rounds are numbered after those of the files before.
 * Returns 0, also when the file is torn or has no END: then s->incomplete says so. -EBADMSG:
 * it has no samples or is damaged, and @why says where; what came before that is kept, and @s
 * is incomplete.
 */
int samples_read(FILE *f, const char *name, struct samples *s, char why[256]);
/* The same for a file, or a directory with SAMPLES_FILE in it. Can also return -ENOENT. */
int samples_load(const char *path, struct samples *s, char why[256]);
void samples_free(struct samples *s);

/* The value of an ABOUT key, "" when it is not there. */
const char *samples_get(const struct samples *s, const char *key);
const struct samples_series *samples_find(const struct samples *s, const char *metric,
					  const char *unit, const char *cell);
/* All values of a round, or of all rounds if @round is NULL. */
void samples_dist(const struct samples_series *series, const struct samples_round *round,
		  struct dist *d);
/* The quantile @part (0..1) of a round's values; NAN when it has none. */
double samples_figure(const struct samples_series *series, const struct samples_round *round,
		      double part);
/* The round of that number, or NULL. For pairs of rounds that were measured side by side. */
const struct samples_round *samples_same_round(const struct samples_series *series, uint32_t round);
/* The world of a cell: "bounce" of "order/legacy size=4K @bounce"; "" when it names none. */
const char *samples_world(const char *cell);

/* A hash of what this machine's speed depends on: processors, their model, memory. */
char *samples_machine(void);

/* Copies @s to @w with one round for each boot. END is written only if @s is complete. */
int samples_copy(const struct samples *s, struct samples_writer *w);

/*
 * The same as text, for tests and for people:
 *
 *   about KEY VALUE...
 *   series METRIC UNIT lower|higher CELL...
 *   round N
 *   VALUE VALUE*TIMES ...		# VALUE*TIMES is counted in the histogram
 *   end
 */
struct diag;
int samples_parse(const char *file, const char *text, struct samples_writer *w,
		  struct diag *diag);
void samples_print(const struct samples *s, struct strbuf *out);

#endif /* HARNESS_SAMPLES_H */
