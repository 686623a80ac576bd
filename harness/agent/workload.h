/* SPDX-License-Identifier: GPL-2.0-only */
/* Workloads: the kernel's own clients of the engines, put to work. See lib/program/plan.h. */
#ifndef AGENT_WORKLOAD_H
#define AGENT_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "uapi/dmatorture.h"

#define MAX_OPTIONS	16

struct workload {
	char kind[16];			/* "": the cell is a program */
	struct {
		char key[32], value[64];
	} options[MAX_OPTIONS];
	unsigned int nr;
	const char *device;		/* of the first engine; "": there is none */
	const char *devices[DMT_MAX_ENGINES];	/* of all of them */
	unsigned int nr_devices;
	uint64_t (*progress)(void);	/* operations that the engines have done */
	const uint8_t *file;		/* its input */
	uint32_t file_len;
	uint64_t checks, checks_bad;	/* what it found */
	uint64_t ns;			/* that the work took, where it says so itself; 0 */
	char why[256];			/* it could not be done */
};

/* workload.c: takes a line of the setup. False: it is none of a workload. */
bool workload_line(struct workload *w, const char *line);

/* All of it, with the modules it needs, which are gone again after it. Not 0: w->why. */
int workload_run(struct workload *w);

/* For the kinds: */

int workload_md(struct workload *w);
int workload_async(struct workload *w);
int workload_crypto(struct workload *w);
int workload_dmatest(struct workload *w);

/* Fills w->why, returns 1. */
int workload_fail(struct workload *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* An option that the plan must have; "" and a w->why when it has not. */
const char *option_text(struct workload *w, const char *key);
uint64_t option_number(struct workload *w, const char *key);

/*
 * Tells the harness, which takes long silence for a hang, that @at has moved on. Progress
 * rather than time: the clock of a guest with nothing to do runs ahead, and a write that
 * never ends shall be a hang.
 */
void workload_alive(const char *stage, uint64_t at);

/*
 * Has @module, a client of ours, do its work: writes its parameter go, and waits until that
 * says idle. @what it counts.
 */
int workload_go(struct workload *w, const char *module, const char *what);

/* The last line of a module's sums ("WHO: ... ok=...") since @kmsg was read, cut to @size. */
bool kernel_said(int kmsg, const char *who, char *out, size_t size);

/* late.c: @name and what it depends on, from /mod or the root directory. */
int late_load(struct workload *w, const char *name, const char *params);
/* All that were loaded, the last first. */
void late_unload(void);
/* One of them, which nothing needs any more. Negative errno: it is still there. */
int late_unload_one(const char *name);

/*
 * tool.c: runs a program of the distribution, which lies in the root directory with its
 * libraries. Its exit code; -1: it could not run or was killed. @alive is called now and then.
 */
int tool_run(const char *const *args, void (*alive)(void));
/* The last line it said. */
void tool_said(char *out, size_t size);
#define TOOL_OUTPUT	"/tool.txt"

#endif /* AGENT_WORKLOAD_H */
