/* SPDX-License-Identifier: GPL-2.0-only */
/* Which functions of a kernel are its mapping API, and which of them need no probe. */
#ifndef OBSERVER_BLIND_H
#define OBSERVER_BLIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Is @name like that of a function which maps, unmaps, allocates, frees or syncs? */
bool blind_is_mapping_name(const char *name);

/* Why a mapping function needs no probe; NULL: it does. */
const char *blind_known(const char *name);

/*
 * Calls @found for each of the @nr @names that /proc/kallsyms, opened as @kallsyms, has as a global
 * function of the kernel itself. Returns how many.
 */
size_t blind_global(FILE *kallsyms, char *const *names, size_t nr,
		    void (*found)(void *arg, const char *name), void *arg);

#endif /* OBSERVER_BLIND_H */
