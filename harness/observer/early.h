/* SPDX-License-Identifier: GPL-2.0-only */
/* What is asked of the running kernel before the observer's programs are chosen: early.c. */
#ifndef OBSERVER_EARLY_H
#define OBSERVER_EARLY_H

#include <stdbool.h>
#include <stddef.h>

struct early;

/* Loads the object that asks. NULL: it cannot be loaded; the other functions take that. */
struct early *early_open(void);
void early_close(struct early *e);

/* Reads an int of the kernel by its name. -1: it is not known. */
int early_variable(const struct early *e, const char *name);

/* Does an fentry program attach? Where the kernel cannot patch calls into a function, none does. */
bool early_fentry(const struct early *e);

/* The text of the kernel's vmcoreinfo; "": there is none. The caller frees it. */
char *early_vmcoreinfo(const struct early *e);

#endif /* OBSERVER_EARLY_H */
