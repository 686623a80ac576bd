/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was measured over the months, in an SQLite database. The library is loaded when it is
 * needed: a machine without it can still read and compare results, but has no history.
 *
 * A run is identified by machine, kernel release, config, accelerator and time, its points by
 * world, cell, metric and unit. A point has the number of samples and their percentiles. Raw
 * samples stay in the run directory.
 */
#ifndef HARNESS_HISTORY_H
#define HARNESS_HISTORY_H

#include "samples.h"

struct history;

/*
 * Opens the database, or makes it. Returns 0, or a negative errno with the reason in *@why,
 * which the caller frees: -ENOSYS when there is no SQLite, -EBADMSG when the file is not a
 * database of ours.
 */
int history_open(const char *path, struct history **h, char **why);
void history_close(struct history *h);
/* SQLite's message about the last call that failed. */
const char *history_error(const struct history *h);

/*
 * Adds a run that came to its end. @dir is where its samples are. Returns 0, or 1 when a run of
 * this directory and time was there already. On a negative errno nothing was added.
 */
int history_add(struct history *h, const struct samples *s, const char *dir);

/* Selects points; a member that is NULL accepts any value. */
struct history_filter {
	const char *metric, *machine, *release, *config, *accel, *world, *cell;
};

struct history_point {
	char *machine, *release, *config, *accel, *world, *cell, *metric, *unit, *time, *dir;
	bool higher;
	uint64_t nr;
	double p50, p90, p99, p999, max;
};

/*
 * Reads points, sorted by machine, accelerator, cell (and so world), metric, unit, then time.
 * history_free_points() frees them. Returns 0 or a negative errno.
 */
int history_points(struct history *h, const struct history_filter *filter,
		   struct history_point **points, size_t *nr);
void history_free_points(struct history_point *points, size_t nr);
/* Do two points belong to one series over time? They may differ in the kernel and the time. */
bool history_same_series(const struct history_point *a, const struct history_point *b);

#endif /* HARNESS_HISTORY_H */
