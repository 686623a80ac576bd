/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QEMU's control channel (QMP) over a pair of sockets that QEMU inherits: no path, no other
 * user. Nothing here waits: commands are few and short, answers are taken as they come.
 */
#ifndef HARNESS_QMP_H
#define HARNESS_QMP_H

#include <jansson.h>

#include "lib/base/strbuf.h"

struct qmp {
	int fd;			/* ours; -1: closed */
	struct strbuf in;	/* not yet taken */
};

/* Makes the pair. @theirs: QEMU's end, not close-on-exec; the caller closes it after the fork. */
int qmp_open(struct qmp *q, int *theirs);
void qmp_close(struct qmp *q);

/*
 * Sends one command, as JSON. @pass: a file descriptor to send with it, or -1. If QEMU has exited,
 * that is no error here; the code that waits for it will notice.
 */
void qmp_send(struct qmp *q, const char *command, int pass);

/* Returns the next message, which the caller drops, or NULL. Skips what is no JSON. */
json_t *qmp_next(struct qmp *q);

/* Is @msg the event @name? */
int qmp_is_event(const json_t *msg, const char *name);
/* Returns the status if @msg is a MIGRATION event ("completed", "failed", ...), else NULL. */
const char *qmp_migration(const json_t *msg);
/* Is @msg the answer to a command that had this id? An error is one too. */
int qmp_is_answer(const json_t *msg, const char *id);
/* Returns the text if @msg is an error, else NULL. */
const char *qmp_error(const json_t *msg);

#endif /* HARNESS_QMP_H */
