/* SPDX-License-Identifier: GPL-2.0-only */
/* Workloads: the kernel's own clients of the engines do the work. See lib/program/plan.h. */
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
	const char *devices[DMT_MAX_ENGINES];	/* of all engines */
	unsigned int nr_devices;
	uint64_t (*progress)(void);	/* returns how many operations the engines have done */
	const uint8_t *file;		/* its input, fio's job */
	uint32_t file_len;
	uint64_t checks, checks_bad;	/* number of checks made, and of failed ones */
	uint64_t ns;			/* time that the work took; 0: the workload does not tell */
	char why[256];			/* why it could not be done */
};

/* workload.c: takes a line of the setup. False: the line is not about a workload. */
bool workload_line(struct workload *w, const char *line);

/*
 * Runs the workload: loads the modules that it needs and unloads them again. Returns 0, else
 * w->why is set.
 */
int workload_run(struct workload *w);

/* The kinds of workloads. Each returns 0, else w->why is set. */

int workload_md(struct workload *w);
int workload_async(struct workload *w);
int workload_crypto(struct workload *w);
int workload_dmatest(struct workload *w);

/* Sets w->why and returns 1. */
int workload_fail(struct workload *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* An option that the plan must have; when it is missing, "" or 0, and w->why is set. */
const char *option_text(struct workload *w, const char *key);
uint64_t option_number(struct workload *w, const char *key);

/*
 * Tells the harness that the stage has got to @at: it takes a long silence for a hang. Call it
 * on progress, not by time: the clock of an idle guest runs ahead, and a write that never ends
 * must be found to hang.
 */
void workload_alive(const char *stage, uint64_t at);

/*
 * Makes @module, one of our clients, do its work: writes its parameter `go`, and waits until that
 * reads idle. @what names what the module counts, for workload_alive().
 */
int workload_go(struct workload *w, const char *module, const char *what);

/*
 * Finds the last line of a module's sums ("WHO: ... ok=...") that was logged since @kmsg was
 * read, cut to @size. False: there is none.
 */
bool kernel_said(int kmsg, const char *who, char *out, size_t size);

/*
 * late.c: loads module @name and what it depends on, from /mod or the root directory. Returns
 * 0, else w->why is set.
 */
int late_load(struct workload *w, const char *name, const char *params);
/*
 * The same of a module that only some kernels have, and that others do without. If this kernel does
 * not, the load of what needs it says so.
 */
int late_load_if_any(struct workload *w, const char *name);
/* Unloads all modules that late_load() loaded, the last one first. */
void late_unload(void);
/* Unloads one of them. Returns 0, or a negative errno when it is still there. */
int late_unload_one(const char *name);

/*
 * tool.c: runs a program of the distribution, which is in the root directory with its
 * libraries. Returns its exit code, or -1 when it could not run or was killed. @alive is called
 * now and then meanwhile.
 */
int tool_run(const char *const *args, void (*alive)(void));
/* The last line that the program printed. */
void tool_said(char *out, size_t size);
#define TOOL_OUTPUT	"/tool.txt"

#endif /* AGENT_WORKLOAD_H */
