// SPDX-License-Identifier: GPL-2.0-only
/* Which workload it is, and its options. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent.h"
#include "workload.h"

#define ALIVE_S	5	/* of the guest's time, when it is not idle */

bool workload_line(struct workload *w, const char *line)
{
	if (sscanf(line, "workload %15s", w->kind) == 1)
		return true;
	if (w->nr == MAX_OPTIONS ||
	    sscanf(line, "option %31s %63s", w->options[w->nr].key, w->options[w->nr].value) != 2)
		return false;
	w->nr++;
	return true;
}

int workload_fail(struct workload *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
	return 1;
}

const char *option_text(struct workload *w, const char *key)
{
	for (unsigned int i = 0; i < w->nr; i++)
		if (!strcmp(w->options[i].key, key))
			return w->options[i].value;
	workload_fail(w, "workload %s: no option %s", w->kind, key);
	return "";
}

uint64_t option_number(struct workload *w, const char *key)
{
	return strtoull(option_text(w, key), NULL, 10);
}

void workload_alive(const char *stage, uint64_t at)
{
	static uint64_t last_at;
	static time_t last;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (at == last_at || now.tv_sec - last < ALIVE_S)
		return;
	last_at = at;
	last = now.tv_sec;
	say_text(FRAME_LOG, "workload: %s: at %llu", stage, (unsigned long long)at);
}

int workload_run(struct workload *w)
{
	static const struct {
		const char *name;
		int (*run)(struct workload *w);
	} kinds[] = { { "md", workload_md }, { "async_tx", workload_async }, { "crypto", workload_crypto } };
	int bad = workload_fail(w, "this agent has no workload %s", w->kind);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, w->kind)) {
			w->why[0] = '\0';
			bad = kinds[i].run(w) || w->why[0];
		}
	/*
	 * Before the engines go: async_tx's references to a device that has unregistered
	 * are never given back.
	 */
	late_unload();
	return bad;
}
