/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * samples.bin of a run directory: what was measured, raw.
 *
 *   "DMTSMP01"  u32 version  u32 0
 *   chunks:     u32 type  u32 len  u32 crc32 of type, len and payload
 *               len bytes
 *
 * Little endian. Numbers marked "var" are LEB128: seven bits a byte, the lowest
 * first, the top bit set in all but the last. Payloads by type:
 *
 *   1 ABOUT   "key\0value\0": of the run as a whole; the last of a key counts
 *   2 SERIES  u32 id, counting from 0   u32 0 lower is better, 1 higher
 *             "metric\0unit\0cell\0"
 *   3 VALUES  u32 series  u32 round  f64 each
 *   4 WHOLE   u32 series  u32 round  var each: values that are whole numbers
 *   5 COUNTS  u32 series  u32 round  u32 10 (HIST_BITS)  u32 0  u64 min  u64 max
 *             var, var each: how many buckets to go on, how many values there
 *   6 END     empty: all that was to be measured is before this
 *
 * A round is a guest's boot, or what else makes samples independent of those of
 * other rounds. Chunks of one series and round add up, histograms too. The file
 * only grows, a chunk with one write: who is interrupted leaves whole chunks,
 * the last perhaps torn, and no END, by which a reader knows.
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
 * What ABOUT says of a run; others may be there. Together with the world, which
 * is in the cell, the first four say with what a result may be compared.
 */
#define ABOUT_MACHINE		"machine"	/* samples_machine() */
#define ABOUT_RELEASE		"release"	/* uname -r of the guest */
#define ABOUT_CONFIG		"config"	/* a hash of the kernel's config */
#define ABOUT_ACCEL		"accelerator"	/* vm_accel() */
#define ABOUT_ARGUMENTS		"arguments"	/* of the verb that made it: a JSON array */
#define ABOUT_TIME		"time"		/* 2026-01-31T23:59:59Z */
/*
 * All rounds are of one boot, or of one a world, which has this name: what took turns in
 * it. Said before the first value.
 */
#define ABOUT_BOOT		"boot"
#define ABOUT_PERF		"perf"		/* "on": it was sampled meanwhile, which costs */

/* What each value of a series is. Printable ASCII; no spaces but in the cell. */
struct series_id {
	const char *metric;	/* "map" */
	const char *unit;	/* "ns" */
	const char *cell;	/* "order/legacy size=4K @bounce" */
	bool higher;		/* is better */
};

/* ---- writing; 0 or a negative errno, said by the caller ---- */

struct samples_writer;

/*
 * Makes @path, or goes on where it ends: a torn chunk is cut off. -EBADMSG when it
 * is no such file.
 */
int samples_open(const char *path, struct samples_writer **w);
int samples_about(struct samples_writer *w, const char *key, const char *value);
/* The number of the series, from 0; that of one that is there already when it is the same. */
int samples_series(struct samples_writer *w, const struct series_id *id);
/* -EINVAL: not finite, or no such series. */
int samples_values(struct samples_writer *w, int series, uint32_t round, const double *values,
		   size_t nr);
int samples_counts(struct samples_writer *w, int series, uint32_t round, const struct hist *h);
int samples_end(struct samples_writer *w);
void samples_close(struct samples_writer *w);

/*
 * One value after the other, in memory that does not grow: the first SAMPLES_RAW
 * of a round are kept as they are, the rest is counted in a histogram, so such
 * series are of whole numbers >= 0: nanoseconds, bytes, instructions. What a
 * recorder holds is in the file after recorder_flush(); every 64K values it does
 * that by itself.
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
	uint32_t boot;		/* rounds of one boot have one number */
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
	uint32_t nr_rounds;	/* those of the next file go behind these */
	unsigned int files;
	char *incomplete;	/* why, or NULL */
	char *mixed;		/* files that do not belong together: why, or NULL */
};

/*
 * Adds what a file holds to @s; its rounds are counted on from those of the files
 * before. 0, also when the file is torn or has no END: then s->incomplete says so.
 * -EBADMSG: no samples, or damaged, @why says where; what came before is kept and
 * @s is incomplete.
 */
int samples_read(FILE *f, const char *name, struct samples *s, char why[256]);
/* A file, or a directory with SAMPLES_FILE in it. -ENOENT too. */
int samples_load(const char *path, struct samples *s, char why[256]);
void samples_free(struct samples *s);

/* "" when it is not said. */
const char *samples_get(const struct samples *s, const char *key);
const struct samples_series *samples_find(const struct samples *s, const char *metric,
					  const char *unit, const char *cell);
/* All values of a round; of all rounds with @round NULL. */
void samples_dist(const struct samples_series *series, const struct samples_round *round,
		  struct dist *d);
/* A quantile of a round's values, 0..1; NAN when it has none. */
double samples_figure(const struct samples_series *series, const struct samples_round *round,
		      double part);
/* The round of that number, for pairs of rounds that were side by side; NULL: there is none. */
const struct samples_round *samples_same_round(const struct samples_series *series, uint32_t round);
/* "bounce" of "order/legacy size=4K @bounce"; "" when the cell names none. */
const char *samples_world(const char *cell);

/* A hash of what this machine's speed depends on: processors, their model, memory. */
char *samples_machine(void);

/* Copies @s to @w, a round a boot; END only when it is complete. */
int samples_copy(const struct samples *s, struct samples_writer *w);

/*
 * The same as text, for tests and for eyes:
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
