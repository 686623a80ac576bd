/* SPDX-License-Identifier: GPL-2.0-only */
/* The timeline of a finding of a recording, as text or SVG. */
#ifndef HARNESS_TIMELINE_DRAW_H
#define HARNESS_TIMELINE_DRAW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/strbuf.h"
#include "lib/judge/evstream.h"

struct draw_options {
	size_t finding;		/* among the headlines that `judge` lists, from 1; 0: the first */
	uint64_t around_ns;	/* before and after it; 0: as far as its mappings go */
	bool svg;
};

/* How many findings there are to choose from. */
size_t timeline_findings(const struct evstream *judged);
/*
 * Reads the recording @file from its beginning and appends its drawing: of a finding, or of the
 * first calls when nothing was found. @judged is what was read from it before. Returns 0; -ENOENT
 * when there is no such finding; or a negative errno when @file cannot be read twice.
 */
int timeline_draw(FILE *file, const struct evstream *judged, const struct draw_options *o,
		  struct strbuf *out);

/* The style of each drawing, which a page that shows drawings allows, and no other. */
extern const char chart_style[];

#endif /* HARNESS_TIMELINE_DRAW_H */
