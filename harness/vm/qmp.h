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

/* @theirs: the end for QEMU, not close-on-exec; the caller closes it after the fork. */
int qmp_open(struct qmp *q, int *theirs);
void qmp_close(struct qmp *q);

/*
 * Sends one command, as JSON. @pass: a file descriptor that goes with it, or -1. A QEMU that
 * is gone is no error here: its exit is seen by whoever waits for it.
 */
void qmp_send(struct qmp *q, const char *command, int pass);

/* The next message, which the caller puts; NULL: none yet. What is no JSON is skipped. */
json_t *qmp_next(struct qmp *q);

/* Is @msg the event @name? */
int qmp_is_event(const json_t *msg, const char *name);
/* The status of a MIGRATION event ("completed", "failed", ...), else NULL; of @msg. */
const char *qmp_migration(const json_t *msg);
/* What an error says, else NULL; of @msg. */
const char *qmp_error(const json_t *msg);

#endif /* HARNESS_QMP_H */
