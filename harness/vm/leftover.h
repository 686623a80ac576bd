/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events that a dead guest has left in the observer's ring. The agent says at its start where in
 * memory the ring is; when the guest has panicked or hangs, QEMU is asked for what of it was not
 * read yet. Nothing here waits.
 */
#ifndef HARNESS_LEFTOVER_H
#define HARNESS_LEFTOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/strbuf.h"
#include "qmp.h"

#define LEFTOVER_ID	"leftover"	/* of the commands, which their answers repeat */

struct leftover {
	uint32_t page, bytes;	/* size of a page, and of the ring's data; 0: nothing is known */
	uint64_t *pfn;		/* of the reader's page, the writers' page, and those of the data */
	size_t nr;
	unsigned int asked, expected;	/* pieces; those without an answer yet */
	bool failed;
	enum { LEFTOVER_IDLE, LEFTOVER_POSITIONS, LEFTOVER_DATA, LEFTOVER_DONE } state;
	uint64_t reader, writer;	/* positions, in bytes */
	struct strbuf events;	/* struct obs_event, one after another */
};

/* Takes the text of FRAME_RING. -EBADMSG, and nothing is known, if it is none. */
int leftover_note(struct leftover *l, const char *text, size_t len);

/* Begins to read. @dir gets files that are removed again. False: there is nothing to be read. */
bool leftover_begin(struct leftover *l, struct qmp *q, const char *dir);

/* An answer of QEMU, @error if it is none. True when all is read, or nothing more can be. */
bool leftover_answer(struct leftover *l, struct qmp *q, const char *dir, bool error);

/* Also removes files of @dir that QEMU wrote and nobody read, as it was killed. */
void leftover_free(struct leftover *l, const char *dir);

/*
 * Takes events out of @data, the ring's bytes from position @from to @to. Records that were being
 * written are left out. Returns how many there were.
 */
size_t leftover_take(struct leftover *l, const uint8_t *data, uint64_t from, uint64_t to);

#endif /* HARNESS_LEFTOVER_H */
