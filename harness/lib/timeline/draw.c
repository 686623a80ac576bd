// SPDX-License-Identifier: GPL-2.0-only
/* Chooses the finding, reads its window and draws it. */
#include "draw.h"

#include <errno.h>
#include <stdlib.h>

#include "chart.h"
#include "lib/report/report.h"

/* The @n-th headline; NULL: there are not so many. *@nr: how many there are. */
static const struct report_group *headline(const struct report_group *groups, size_t nr_groups,
					   size_t n, size_t *nr)
{
	const struct report_group *found = NULL;

	*nr = 0;
	for (size_t i = 0; i < nr_groups; i++)
		if (!groups[i].follows && ++*nr == n)
			found = &groups[i];
	return found;
}

size_t timeline_findings(const struct evstream *judged)
{
	struct report_group *groups;
	size_t nr_groups, nr;

	groups = report_groups(judged, NULL, &nr_groups);
	headline(groups, nr_groups, 0, &nr);
	free(groups);
	return nr;
}

static int draw_group(FILE *file, const struct report_group *g, const struct draw_options *o,
		      const struct chart_caption *caption, struct strbuf *out)
{
	struct window w;
	struct chart c;
	int err = window_read(&w, file, g ? g->first : NULL, o->around_ns);

	if (err)
		return err;
	chart_lay_out(&c, &w, o->svg ? &CHART_SVG_LIMITS : &CHART_TEXT_LIMITS);
	if (o->svg)
		chart_svg(&c, caption, out);
	else
		chart_text(&c, caption, out);
	chart_free(&c);
	window_free(&w);
	return 0;
}

int timeline_draw(FILE *file, const struct evstream *judged, const struct draw_options *o,
		  struct strbuf *out)
{
	struct chart_caption caption = { .title = "no violation was found" };
	const struct report_group *g;
	struct report_group *groups;
	size_t nr_groups;
	int err = 0;

	groups = report_groups(judged, NULL, &nr_groups);
	g = headline(groups, nr_groups, o->finding ? o->finding : 1, &caption.nr);
	if (g) {
		caption.title = g->title;
		caption.number = o->finding ? o->finding : 1;
	} else if (o->finding) {
		err = -ENOENT;
	}
	if (!err)
		err = draw_group(file, g, o, &caption, out);
	free(groups);
	return err;
}
