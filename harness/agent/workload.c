// SPDX-License-Identifier: GPL-2.0-only
/* Workloads: chooses the one that a cell names, and reads its options. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

int workload_go(struct workload *w, const char *module, const char *what)
{
	const struct timespec tick = { .tv_nsec = 10000000 };
	char *path = xasprintf("/sys/module/%s/parameters/go", module);
	char word[8] = "busy", line[64];
	int err = write_text(path, "1");
	unsigned int ended = 0;

	while (!err && !strcmp(word, "busy")) {
		workload_alive(what, ended);
		nanosleep(&tick, NULL);
		err = read_line(path, line, sizeof(line));
		if (!err && sscanf(line, "%u %7s", &ended, word) != 2)
			err = -EIO;
	}
	if (err)
		workload_fail(w, "%s: %s", path, strerror(-err));
	free(path);
	return err;
}

bool kernel_said(int kmsg, const char *who, char *out, size_t size)
{
	char line[2048];
	bool found = false;
	ssize_t n;

	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0) {
		const char *at;

		line[n] = '\0';
		at = strstr(line, who);
		if (!at || !strstr(at, " ok="))
			continue;
		snprintf(out, size, "%.*s", (int)strcspn(at, "\n"), at);
		found = true;
	}
	return found;
}

int workload_run(struct workload *w)
{
	static const struct {
		const char *name;
		int (*run)(struct workload *w);
	} kinds[] = {
		{ "md", workload_md }, { "async_tx", workload_async },
		{ "crypto", workload_crypto }, { "dmatest", workload_dmatest },
	};
	int bad = workload_fail(w, "this agent has no workload %s", w->kind);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, w->kind)) {
			w->why[0] = '\0';
			bad = kinds[i].run(w) || w->why[0];
		}
	/*
	 * Unload before the engines go: async_tx never gives back its references to a device
	 * that has unregistered.
	 */
	late_unload();
	return bad;
}
