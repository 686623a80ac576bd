/* SPDX-License-Identifier: GPL-2.0-only */
/* Prepares the kernel under test. */
#ifndef HARNESS_TARGET_H
#define HARNESS_TARGET_H

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "lib/base/strbuf.h"
#include "lib/program/machine.h"

struct target {
	char *kernel;		/* "debian:6.12", "arm64/debian:6.12" */
	const struct machine *machine; /* that it is for */
	char *kernel_dir;	/* as kernels/kernel-setup makes it */
	char *module_dir;
	char *agent;
	char *release;
	char *config;		/* text of its .config */
	char *package;		/* version of the Debian package */
	char *no_drivers;	/* set by target_drivers(): why there are none, or NULL */
	char *no_world[WORLD__COUNT]; /* why it cannot have this world, or NULL */
	char **tools;		/* set by target_tools(): "HOST:NAME", NULL-terminated */
};

/*
 * Returns the user's name for a kernel as one word with absolute paths ("image:/x/bzImage,/x"),
 * so that it can be used in any working directory, and with the architecture that it is for
 * ("arm64/debian:6.12"). @kdir and @machine may be NULL. The caller frees the word.
 */
char *target_spec(const char *kernel, const char *kdir, const struct machine *machine);

/*
 * Prepares kernel, modules and agent; it may download and build them. Returns 0, or a negative
 * errno with a line on stderr.
 */
int target_prepare(const char *kernel, struct target *target);
void target_free(struct target *target);

/*
 * Builds the real drivers from the kernel's sources, which it may download. Call it after
 * target_prepare(). Returns 0; -ENODEV, with the reason in @target->no_drivers, when the sources
 * are not available or do not compile; or another negative errno with a line on stderr.
 */
int target_drivers(struct target *target);

/*
 * Finds fio and mdadm, which workloads need; it may download them. Call it after
 * target_prepare(). Returns 0, or a negative errno with a line on stderr.
 */
int target_tools(struct target *target);
void target_free_tools(struct target *target);
extern const char *const workload_modules[];

/*
 * Returns the part of env.json that is known before the first guest starts: host, kernel package,
 * checksums of the parts of guests. It is a new reference.
 */
json_t *target_about(const struct target *target);

/*
 * Returns the text of env.json, which has all that depends on the host. @about: from
 * target_about(); @arguments: an array of strings; @ended: "2026-11-23T10:00:00Z"; @recovered:
 * results were read from a run directory whose harness had been killed. The caller frees the text.
 */
struct run;
char *env_json(const json_t *about, const struct run *run, const json_t *arguments,
	       const char *ended, double wall_s, bool recovered);
/* Returns the text of env.json for a run that ends now. */
char *target_env_json(const struct target *target, const struct run *run, int argc, char **argv,
		      double wall_s);
/* Writes a time as "2026-11-23T10:00:00Z". */
void env_stamp(char stamp[32], time_t when);

#endif /* HARNESS_TARGET_H */
