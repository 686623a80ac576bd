/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_VM_INTERNAL_H
#define HARNESS_VM_INTERNAL_H

#include "lib/strbuf.h"
#include "vm.h"

/*
 * initramfs.c: the whole image for @opts and @plan, the same bytes for the same
 * inputs. Negative errno and @why (256 bytes) when a file is missing.
 */
int initramfs_build(struct strbuf *out, const struct vm_opts *opts, const void *plan,
		    size_t plan_len, char *why);

/* qemu.c: argv for @opts, NULL-terminated; qemu_argv_free() frees all. */
char **qemu_argv(const struct vm_opts *opts);
void qemu_argv_free(char **argv);

#endif /* HARNESS_VM_INTERNAL_H */
