/* SPDX-License-Identifier: GPL-2.0-only */
/* The run directory: harness/README.md#outcomes. */
#ifndef HARNESS_RUNDIR_H
#define HARNESS_RUNDIR_H

#include <stddef.h>

#include "lib/verdict/run.h"

struct run_page;

/*
 * Makes <base>/<UTC time>-<kernel> with boots/ and failures/, and makes <base>/latest a link to
 * it. The caller frees *@dir. Returns 0, or a negative errno with a line on stderr.
 */
int rundir_create(const char *base, const char *kernel, char **dir);

/* The page of a run, below its directory. */
#define RUN_REPORT_DIR	"report"
#define RUN_REPORT_FILE	RUN_REPORT_DIR "/report.html"

/*
 * Writes result.json, ktap.txt, junit.xml, kcidb.json, console.log, env.json, the failures and, of
 * all these, the page. Each file is complete or does not exist. Tries to write all of them, reports
 * on stderr those that failed, and returns the first error, a negative errno.
 */
int rundir_write(const struct run *run, const char *env_json);

/* Writes @page as @dir/report.html. Returns 0, or a negative errno with a line on stderr. */
int run_page_write(const struct run_page *page, const char *dir);

/* Writes @path by way of a temporary file beside it. Returns 0 or a negative errno. */
int write_whole(const char *path, const void *data, size_t len);

/* The same in pieces: @f is written to, and then whole_end() has the file there or not. */
struct whole {
	char *path, *tmp;
	FILE *f;
};

/* 0 or a negative errno; whole_end() only after 0. */
int whole_begin(struct whole *w, const char *path);
/* @err: 0, or an error that happened meanwhile. Returns that, or an error in writing. */
int whole_end(struct whole *w, int err);

/* Writes @text to @dir/@name. Returns 0, or a negative errno with a line on stderr. */
int write_below(const char *dir, const char *name, const char *text);
/* Makes the directory @dir/@name, if it does not exist. Returns the same. */
int make_below(const char *dir, const char *name);

/* rm -r of a directory tree that is ours; symlinks are not followed. */
int remove_tree(const char *path);

/*
 * failure.c: failures/CELL of each cell that failed: how to run it again, the events of its
 * guest's channel, and what the judge found in them. Tries all; returns the first error, a
 * negative errno, having said on stderr what could not be kept.
 */
int failures_write(const struct run *run);

#endif /* HARNESS_RUNDIR_H */
