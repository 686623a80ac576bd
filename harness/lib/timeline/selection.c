// SPDX-License-Identifier: GPL-2.0-only
/* The filters of events. */
#include "selection.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_of_device(const struct selection *s, const struct names *n, uint64_t dev)
{
	if (s->device && (!dev || strcmp(names_device(n, dev), s->device)))
		return false;
	if (s->driver && (!dev || strcmp(names_driver(n, dev), s->driver)))
		return false;
	return true;
}

static bool is_in_time(const struct selection *s, const struct obs_event *e, uint64_t start_ns)
{
	uint64_t at = e->time_ns > start_ns ? e->time_ns - start_ns : 0;

	return (!s->has_from || at >= s->from_ns) && (!s->has_to || at <= s->to_ns);
}

/* A callback's event has no device: that of its descriptor. */
static uint64_t device_of(const struct selection *s, const struct names *n,
			  const struct obs_event *e)
{
	const struct bar *const *touched;
	uint64_t dev = names_of(n, e);
	size_t nr;

	if (dev)
		return dev;
	touched = bars_touched(s->bars, &nr);
	for (size_t i = 0; i < nr && !dev; i++)
		dev = touched[i]->dev;
	return dev;
}

static bool is_of_parties(const struct selection *s, const struct obs_event *e)
{
	const struct bar *const *touched;
	size_t nr;

	if (!s->parties || parties_found_in(s->parties, e->seq))
		return true;
	touched = bars_touched(s->bars, &nr);
	for (size_t i = 0; i < nr; i++)
		if (parties_have(s->parties, touched[i]))
			return true;
	return false;
}

static bool has_type(const struct selection *s, const struct obs_event *e)
{
	return !s->has_types || (e->type < EVENT_TYPES && s->types[e->type]);
}

/* The call that maps a list comes before the entries, which tell whose it is. */
static void take_head(struct selection *s, const struct obs_event *e, bool wanted,
		      const struct obs_event **before)
{
	if (e->type == OBS_MAP_SG_ENTRY && wanted && s->head.type && s->head.dev == e->dev &&
	    s->head.obj == e->obj && s->head.task == e->task && s->head.level == e->level &&
	    has_type(s, &s->head)) {
		s->told = s->head;
		s->head.type = 0;
		*before = &s->told;
	}
	if (e->type == OBS_MAP_SG && s->parties && !wanted)
		s->head = *e;
}

bool selection_has(struct selection *s, const struct names *n, const struct obs_event *e,
		   uint64_t start_ns, const struct obs_event **before)
{
	bool wanted;

	*before = NULL;
	if (!s->bars)
		s->bars = bars_new(NULL, NULL);
	bars_event(s->bars, e);
	if (!is_in_time(s, e, start_ns) || !is_of_device(s, n, device_of(s, n, e)))
		return false;
	wanted = is_of_parties(s, e);
	take_head(s, e, wanted, before);
	return wanted && has_type(s, e);
}

void selection_free(struct selection *s)
{
	bars_free(s->bars);
	s->bars = NULL;
}

int selection_time(const char *text, uint64_t *ns)
{
	static const struct { const char *unit; double ns; } units[] = {
		{ "", 1e9 }, { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 }, { "ns", 1 },
	};
	char *end;
	double v;

	if (*text == '+')	/* as times are printed */
		text++;
	if (*text < '0' || *text > '9')
		return -EINVAL;
	v = strtod(text, &end);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(end, units[i].unit) && isfinite(v) && v * units[i].ns < 9e18) {
			*ns = (uint64_t)llround(v * units[i].ns);
			return 0;
		}
	return -EINVAL;
}
