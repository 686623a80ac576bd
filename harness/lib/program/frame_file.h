/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frames of a file, one after the other, in memory that does not grow with the
 * file: a channel of many cells has gigabytes.
 */
#ifndef HARNESS_FRAME_FILE_H
#define HARNESS_FRAME_FILE_H

#include <stdio.h>

#include "frame.h"

/* What comes behind the last frame that frame_file_next() gave. */
enum frame_rest {
	FRAME_REST_NONE,	/* nothing: the file ends there */
	FRAME_REST_CUT,		/* the beginning of a frame: its writer was stopped */
	FRAME_REST_DAMAGED,	/* bytes that are no frame, or a frame is missing */
};

struct frame_file {
	FILE *f;
	struct strbuf in;	/* bytes that were read and not yet given */
	size_t taken;		/* of @in: the frame that the caller has now */
	uint64_t at;		/* byte of the file where @in begins */
	uint32_t next_seq;
	enum frame_rest rest;
};

/* 0 or a negative errno; frame_file_close() only after 0. */
int frame_file_open(struct frame_file *ff, const char *path);

/*
 * The next frame, whose data are good until the next call. 1, 0 when there is no
 * further good frame (@ff->rest says why), or a negative errno: it could not be read.
 */
int frame_file_next(struct frame_file *ff, struct frame *frame);
void frame_file_close(struct frame_file *ff);

#endif /* HARNESS_FRAME_FILE_H */
