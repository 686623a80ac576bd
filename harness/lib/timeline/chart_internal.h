/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the layout share. */
#ifndef HARNESS_TIMELINE_CHART_INTERNAL_H
#define HARNESS_TIMELINE_CHART_INTERNAL_H

#include "chart.h"

void chart_scale(struct chart *c, unsigned int max);
/* Has a call at this time a place of its own? */
bool chart_has_point(const struct chart *c, uint64_t ns);

struct chart_lane *chart_lane_new(struct chart *c, enum lane_kind kind, uint64_t key);
struct chart_piece *chart_piece_new(struct chart_lane *l);
/* Adds the lane of the CPU: when it owns the bytes of the finding, or of the first mappings. */
void chart_cpu_lane(struct chart *c, const struct chart_limits *limits);

#endif /* HARNESS_TIMELINE_CHART_INTERNAL_H */
