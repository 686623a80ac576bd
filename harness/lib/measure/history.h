/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was measured over the months, in SQLite. The library is loaded when it is
 * needed: a machine without it reads and compares results all the same, and has
 * no history.
 *
 * A run is told by machine, kernel release, config, accelerator and time, its
 * points by world, cell, metric and unit; per point the number of samples and
 * their percentiles. Raw samples stay in the run directory.
 */
#ifndef HARNESS_HISTORY_H
#define HARNESS_HISTORY_H

#include "samples.h"

struct history;

/*
 * Opens or makes the database. 0, or a negative errno with *@why (the caller
 * frees it): -ENOSYS when there is no SQLite, -EBADMSG when the file is none of ours.
 */
int history_open(const char *path, struct history **h, char **why);
void history_close(struct history *h);
/* Of the last call that failed. */
const char *history_error(const struct history *h);

/*
 * Adds a run that came to its end. @dir is where its samples are; a run of one
 * directory and time is there once: 1 when it was there. Negative errno: nothing of
 * it was added.
 */
int history_add(struct history *h, const struct samples *s, const char *dir);

/* NULL: any. */
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
 * Points in the order of machine, accelerator, cell (and so world), metric, unit,
 * then time. history_free_points() ends them. 0 or a negative errno.
 */
int history_points(struct history *h, const struct history_filter *filter,
		   struct history_point **points, size_t *nr);
void history_free_points(struct history_point *points, size_t nr);
/* Do two points belong to one series over time? The kernel may differ: that is what it is for. */
bool history_same_series(const struct history_point *a, const struct history_point *b);

#endif /* HARNESS_HISTORY_H */
