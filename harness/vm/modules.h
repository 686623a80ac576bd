/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Modules of a kernel, as they must be loaded: what one depends on comes before it.
 */
#ifndef HARNESS_MODULES_H
#define HARNESS_MODULES_H

#include <stddef.h>

#include "lib/base/strbuf.h"

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

/*
 * Returns 0, or a negative errno with the reason in @why (256 bytes). Call modules_close() in
 * both cases.
 */
int modules_open(struct modules *m, const char *kernel_dir, char *why);
/*
 * Adds @name and what it needs, unless they are there or built in. -ENOENT when
 * the kernel has no such module.
 */
int modules_add(struct modules *m, const char *name, char *why);
/* Adds what @image, a module that is not the kernel's own, depends on. */
int modules_add_depends(struct modules *m, const struct strbuf *image, char *why);
void modules_close(struct modules *m);

#endif /* HARNESS_MODULES_H */
