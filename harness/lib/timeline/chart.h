/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A window laid out in lanes: who owns what (CPU, each device), and who called (each thread and
 * interrupt). What draws it needs to know nothing of events.
 */
#ifndef HARNESS_TIMELINE_CHART_H
#define HARNESS_TIMELINE_CHART_H

#include "lib/base/strbuf.h"
#include "window.h"

struct chart_limits {
	unsigned int points;	/* calls that get a place of their own */
	unsigned int rows;	/* of a lane */
	unsigned int lanes;	/* of devices, and as many of contexts */
};

/* A time and its place, from 0 to 1. The scale is not even: each call has room. */
struct chart_point {
	uint64_t ns;
	double x;
};

enum piece_kind {
	PIECE_CPU,	/* the CPU owns the bytes */
	PIECE_READS,	/* a device owns them, and may read them alone */
	PIECE_WRITES,	/* a device owns them, and may write them */
	PIECE_MEMORY,	/* an allocation */
	PIECE_LENT,	/* within a mapping: the CPU has the bytes for a while */
	PIECE_TX,	/* a descriptor */
	PIECE_CALLBACK,
};

struct chart_piece {
	enum piece_kind kind;
	double x0, x1;
	bool before, beyond;	/* it began before the window, or ends after it or never */
	char letter;		/* of the finding's party, or 0 */
	const struct bar *bar;	/* NULL: PIECE_CPU */
	uint64_t phys, len;	/* PIECE_CPU */
	unsigned int row;
};

/* A call, in the lane of its context. */
struct chart_mark {
	double x;
	const struct window_call *call;
};

enum lane_kind { LANE_CPU, LANE_DEVICE, LANE_CONTEXT };

struct chart_lane {
	enum lane_kind kind;
	char *title;		/* visible text */
	unsigned int rows;	/* CONTEXT: of callbacks; the marks have one more, below them */
	struct chart_piece *pieces;
	size_t nr_pieces, cap_pieces;
	struct chart_mark *marks;
	size_t nr_marks;
	unsigned int left_out;	/* pieces for which there was no row */
	uint64_t key, weight;	/* of chart.c */
};

struct chart {
	const struct window *w;
	struct chart_point *points;
	size_t nr_points;
	struct chart_lane *lanes;
	size_t nr_lanes;
	uint64_t calls_left_out;	/* in the window, without a place */
	unsigned int standing;		/* mappings that neither begin nor end in the window */
	unsigned int lanes_left_out;
};

void chart_lay_out(struct chart *c, const struct window *w, const struct chart_limits *limits);
void chart_free(struct chart *c);

/* The place of a time; 0 or 1 outside of the window. */
double chart_x(const struct chart *c, uint64_t ns);
/* The name of a device, or "a device without a name"; made visible. Appends. */
void chart_device(const struct window *w, uint64_t dev, struct strbuf *out);
/* What a bar is, in one line: "page of 4096 bytes FROM_DEVICE, DMA address 0x1000". Appends. */
void chart_describe(const struct chart_piece *p, struct strbuf *out);
/* ", from -103 us to +12 us", or nothing for a piece without a bar. Appends. */
void chart_while(const struct window *w, const struct chart_piece *p, struct strbuf *out);
/* A party of the finding, in one line. Appends. */
void chart_party(const struct chart *c, const struct window_party *party, struct strbuf *out);
/* A time before or after the finding, or after the begin of the recording: "-103 us". Appends. */
void chart_time(const struct window *w, uint64_t ns, struct strbuf *out);
/* Lines of what was left out of the drawing; nothing where all is there. Appends. */
void chart_left_out(const struct chart *c, struct strbuf *out);

/* ---- the drawings ---- */

/*
 * Text of at most 80 columns, or an SVG that needs no other file. @title: what was found; @number
 * of @nr findings, 0 where nothing was found. All that a recording says is escaped. Append.
 */
struct chart_caption {
	const char *title;
	size_t number, nr;
};

void chart_text(const struct chart *c, const struct chart_caption *caption, struct strbuf *out);
void chart_svg(const struct chart *c, const struct chart_caption *caption, struct strbuf *out);

#define CHART_TEXT_LIMITS	((struct chart_limits){ .points = 48, .rows = 6, .lanes = 6 })
#define CHART_SVG_LIMITS	((struct chart_limits){ .points = 90, .rows = 8, .lanes = 6 })

#endif /* HARNESS_TIMELINE_CHART_H */
