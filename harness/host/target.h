/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel under test, made ready. */
#ifndef HARNESS_TARGET_H
#define HARNESS_TARGET_H

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "lib/base/strbuf.h"

struct target {
	char *kernel;		/* "debian:6.12" */
	char *kernel_dir;	/* as kernels/kernel-setup makes it */
	char *module_dir;
	char *agent;
	char *release;
	char *config;		/* text of its .config */
	char *package;		/* version of the Debian package */
	char *no_drivers;	/* of target_drivers(): why there are none, or NULL */
	char **tools;		/* of target_tools(): "HOST:NAME", NULL-terminated */
};

/*
 * What the user said of a kernel as one word with absolute paths, which means the same when a
 * failure is reproduced elsewhere: "image:/x/bzImage,/x". @kdir may be NULL. The caller frees it.
 */
char *target_spec(const char *kernel, const char *kdir);

/*
 * Sees to it that kernel, modules and agent are there, which may download and
 * build. 0, or a negative errno with a line on stderr.
 */
int target_prepare(const char *kernel, struct target *target);
void target_free(struct target *target);

/*
 * Also the real drivers, from the kernel's sources, which may download these. After
 * target_prepare(). 0; -ENODEV with @target->no_drivers when this kernel's cannot be had or
 * do not compile; another negative errno with a line on stderr.
 */
int target_drivers(struct target *target);

/*
 * Also what workloads need: fio and mdadm, which may download. After
 * target_prepare(). 0, or a negative errno with a line on stderr.
 */
int target_tools(struct target *target);
void target_free_tools(struct target *target);
extern const char *const workload_modules[];

/*
 * The part of env.json that is known before the first guest starts: host, kernel package,
 * checksums of what guests consist of. A new reference.
 */
json_t *target_about(const struct target *target);

/*
 * env.json: all that depends on the host. @about: of target_about(); @arguments: an array of
 * strings; @ended: "2026-11-23T10:00:00Z"; @recovered: some of it was read from a run
 * directory whose harness had been killed. The caller frees the text.
 */
struct run;
char *env_json(const json_t *about, const struct run *run, const json_t *arguments,
	       const char *ended, double wall_s, bool recovered);
/* The same of a run that ends now. */
char *target_env_json(const struct target *target, const struct run *run, int argc, char **argv,
		      double wall_s);
/* "2026-11-23T10:00:00Z" */
void env_stamp(char stamp[32], time_t when);

#endif /* HARNESS_TARGET_H */
