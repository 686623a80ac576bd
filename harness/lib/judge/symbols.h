/* SPDX-License-Identifier: GPL-2.0-only */
/* Stacks, and the names of their addresses, as they come in chunks. */
#ifndef HARNESS_SYMBOLS_H
#define HARNESS_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/table.h"

struct symbols {
	struct table stacks, names;
	size_t nr_stacks, nr_names;
};

#define SYMBOLS_MAX_DEPTH	128	/* addresses of a stack; more are cut off */
#define SYMBOLS_MAX		(1u << 20)	/* of stacks, and of names; more are dropped */

/* Takes the payload of a chunk. Returns 0, or -EBADMSG when it ends within a stack. */
int symbols_stacks(struct symbols *s, const uint8_t *data, size_t len, bool swap);
/* Takes lines "ADDRESS NAME"; lines without an address are skipped. */
void symbols_names(struct symbols *s, const char *text, size_t len);

unsigned int symbols_stack(const struct symbols *s, int32_t id, const uint64_t **ips);
const char *symbols_name(const struct symbols *s, uint64_t address);
void symbols_free(struct symbols *s);

#endif /* HARNESS_SYMBOLS_H */
