/* SPDX-License-Identifier: GPL-2.0-only */
/* What fio measured, read from its json+ output (fio 3.33, stat.c: add_ddir_status_json). */
#ifndef HARNESS_FIO_H
#define HARNESS_FIO_H

#include <stddef.h>

enum fio_dir {
	FIO_READ,
	FIO_WRITE,
	FIO__DIRS
};

struct fio_figures {
	double bytes_per_s[FIO__DIRS];	/* sum over all jobs; 0: no I/O in this direction */
	double *ns[FIO__DIRS];		/* completion latency of each I/O; fio's bins round it */
	size_t nr[FIO__DIRS];
};

/* Parses fio's output. Returns 0, or -EBADMSG when @text is no such output. */
int fio_parse(const char *text, size_t len, struct fio_figures *f);
void fio_free(struct fio_figures *f);

#endif /* HARNESS_FIO_H */
