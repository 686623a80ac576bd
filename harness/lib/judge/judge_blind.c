// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of mapping functions that no probe covers. What such a call mapped, unmapped or synced is
 * not known, so nothing is concluded from what was known of the device before, nor from an unmap
 * of what it seems not to have mapped.
 */
#include <string.h>

#include "judge_state.h"

/* Remembers the names, each once, as "a, b". */
static void add_name(struct judge *j, const char *name)
{
	size_t n = strnlen(name, 55);
	const char *at = strbuf_str(&j->blind);

	for (at = strstr(at, name); at; at = strstr(at + 1, name))
		if ((at == strbuf_str(&j->blind) || at[-1] == ' ') && (!at[n] || at[n] == ','))
			return;
	if (j->blind.len > 400)
		return;
	strbuf_addf(&j->blind, "%s%.*s", j->blind.len ? ", " : "", (int)n, name);
}

void on_blind(struct judge *j, const struct obs_event *e)
{
	char name[56];
	struct jdev *d;

	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = e->name[i] && (e->name[i] <= ' ' || e->name[i] > '~') ? '?' : e->name[i];
	name[sizeof(name) - 1] = '\0';
	j->n.blind++;
	add_name(j, name);
	if (!e->dev) {
		j->epoch++;
		return;
	}
	d = dev_get(j, e->dev);
	d->bound = false;
	for (struct jmap *m = d->maps; m; m = m->next) {
		m->epoch = EPOCH_NEVER;
		if (m->sg)
			m->sg->epoch = EPOCH_NEVER;
	}
}

const char *judge_blind(const struct judge *j)
{
	return strbuf_str(&j->blind);
}
