/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boots/NAME/boot.json, schema dmatorture-boot-1: the cells that a guest was given, in order, and
 * how it ended, if the harness has seen it end.
 */
#ifndef HARNESS_BOOT_FILE_H
#define HARNESS_BOOT_FILE_H

#include "lib/verdict/run.h"

/*
 * Writes the file: when the guest starts, with VM_RUNNING as its fate, and when it has ended.
 * Returns 0 or a negative errno.
 */
int boot_file_write(const struct run *run, const struct boot *boot);

/*
 * Fills @boot from run->dir/boots/@name; boot_free() after 0. -ENOENT: the guest never started;
 * -EBADMSG with @why: it is damaged, or names a cell that the run does not have.
 */
int boot_file_read(const struct run *run, const char *name, struct boot *boot, char why[256]);

#endif /* HARNESS_BOOT_FILE_H */
