// SPDX-License-Identifier: GPL-2.0-only
/* Reads frames from a file, a piece at a time. */
#include "frame_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PIECE	65536

int frame_file_open(struct frame_file *ff, const char *path)
{
	memset(ff, 0, sizeof(*ff));
	ff->f = fopen(path, "re");
	return ff->f ? 0 : -errno;
}

/* The bytes it added, 0 at the end of the file, or a negative errno. */
static long read_more(struct frame_file *ff)
{
	char piece[PIECE];
	size_t n;

	errno = 0;
	n = fread(piece, 1, sizeof(piece), ff->f);
	if (!n && ferror(ff->f))
		return errno ? -errno : -EIO;
	strbuf_add(&ff->in, piece, n);
	return (long)n;
}

static void drop_taken(struct frame_file *ff)
{
	if (!ff->taken)
		return;
	memmove(ff->in.s, strbuf_str(&ff->in) + ff->taken, ff->in.len - ff->taken);
	ff->in.len -= ff->taken;
	ff->at += ff->taken;
	ff->taken = 0;
}

int frame_file_next(struct frame_file *ff, struct frame *frame)
{
	long n, more;

	for (;;) {
		n = frame_read(ff->in.s + ff->taken, ff->in.len - ff->taken, frame);
		if (n)
			break;
		drop_taken(ff);
		more = read_more(ff);
		if (more < 0)
			return (int)more;
		if (!more) {
			ff->rest = ff->in.len ? FRAME_REST_CUT : FRAME_REST_NONE;
			return 0;
		}
	}
	if (n < 0 || frame->seq != ff->next_seq) {
		drop_taken(ff);
		ff->rest = FRAME_REST_DAMAGED;
		return 0;
	}
	ff->next_seq++;
	ff->taken += n;
	return 1;
}

void frame_file_close(struct frame_file *ff)
{
	fclose(ff->f);
	strbuf_free(&ff->in);
}
