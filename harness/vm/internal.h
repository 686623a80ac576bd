/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_VM_INTERNAL_H
#define HARNESS_VM_INTERNAL_H

#include "lib/base/strbuf.h"
#include "vm.h"

#define VM_DISK	"disk.img"	/* in the guest's directory, sparse */

/*
 * initramfs.c: the whole image for @opts and @plan, the same bytes for the same
 * inputs. Negative errno and @why (256 bytes) when a file is missing.
 */
int initramfs_build(struct strbuf *out, const struct vm_opts *opts, const void *plan,
		    size_t plan_len, char *why);

/*
 * modules.c: modules of a kernel, as they must be loaded: what one depends on
 * comes before it.
 */
struct modules {
	const char *kernel_dir;
	const char *const *own;	/* modules that are not the kernel's; NULL-terminated, or NULL */
	struct strbuf files, builtin;	/* modules.order, modules.builtin */
	struct module {
		char *name;
		struct strbuf image;	/* not compressed */
	} *v;
	size_t nr;
};

/* 0, or a negative errno and @why (256 bytes); modules_close() after both. */
int modules_open(struct modules *m, const char *kernel_dir, char *why);
/*
 * Adds @name and what it needs, unless they are there or built in. -ENOENT when
 * the kernel has no such module.
 */
int modules_add(struct modules *m, const char *name, char *why);
/* The same for what a module that is not the kernel's own needs. */
int modules_add_depends(struct modules *m, const struct strbuf *image, char *why);
void modules_close(struct modules *m);

/* qemu.c: argv for @opts, NULL-terminated; qemu_argv_free() frees all. */
char **qemu_argv(const struct vm_opts *opts);
void qemu_argv_free(char **argv);

#endif /* HARNESS_VM_INTERNAL_H */
