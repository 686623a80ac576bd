/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The directory that goes to a board, in its parts: for an archive that somebody carries there.
 * All functions return 0, or a negative errno and @why (256 bytes).
 */
#ifndef HARNESS_PACKAGE_H
#define HARNESS_PACKAGE_H

#include "vm/vm.h"

/* Agent, modules and run.sh go to @dir, which is made. */
int package_write(const char *dir, const struct vm_opts *opts, char *why);
/* The plan and its job go to @dir, which exists. */
int package_write_plan(const char *dir, const struct vm_opts *opts, const void *plan,
		       size_t plan_len, char *why);
/*
 * Appends an archive of @dir to @tar: compressed, with its files below @top, or, where @top is
 * NULL, plain and with its files at the top.
 */
int package_tar(struct strbuf *tar, const char *dir, const char *top, char *why);
void package_remove(const char *dir);

#endif /* HARNESS_PACKAGE_H */
