/* SPDX-License-Identifier: GPL-2.0-only */
/* Times of the host. */
#ifndef HARNESS_CLOCK_H
#define HARNESS_CLOCK_H

#include <time.h>

/* Seconds since @start, a reading of CLOCK_MONOTONIC. */
static inline double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec + (now.tv_nsec - start->tv_nsec) / 1e9;
}

#endif /* HARNESS_CLOCK_H */
