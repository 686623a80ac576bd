// SPDX-License-Identifier: GPL-2.0-only
/* Streams in the place of stdout and stderr that show control characters of others. */
#include "terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "visible.h"

struct guard {
	int fd;
	FILE *f;
	char rest[4];	/* of a character whose end has not been written yet */
	size_t nr_rest;
};

static struct guard guards[] = { { .fd = STDOUT_FILENO }, { .fd = STDERR_FILENO } };

static int write_all(int fd, const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(fd, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		s += n;
		len -= n;
	}
	return 0;
}

/* How many bytes at the end of @s may be the begin of a character: 0 to 3. */
static size_t unfinished(const char *s, size_t len)
{
	for (size_t n = 1; n < 4 && n <= len; n++) {
		unsigned char c = s[len - n];

		if ((c & 0xc0) == 0x80)
			continue;
		return c >= 0xc2 && c <= 0xf4 && n < (c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2) ? n : 0;
	}
	return 0;
}

static ssize_t guard_write(void *cookie, const char *s, size_t len)
{
	struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;
	struct guard *g = cookie;
	int err;

	strbuf_add(&in, g->rest, g->nr_rest);
	strbuf_add(&in, s, len);
	g->nr_rest = unfinished(in.s, in.len);
	in.len -= g->nr_rest;
	memcpy(g->rest, in.s + in.len, g->nr_rest);
	visible_add(&out, in.s, in.len, VISIBLE_LINES);
	err = write_all(g->fd, strbuf_str(&out), out.len);
	strbuf_free(&in);
	strbuf_free(&out);
	if (!err)
		return len;
	errno = -err;
	return 0;
}

static void write_rest(struct guard *g)
{
	struct strbuf out = STRBUF_INIT;

	fflush(g->f);
	visible_add(&out, g->rest, g->nr_rest, VISIBLE_LINES);
	g->nr_rest = 0;
	write_all(g->fd, strbuf_str(&out), out.len);
	strbuf_free(&out);
}

static void at_end(void)
{
	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		write_rest(&guards[i]);
}

void terminal_guard(void)
{
	const cookie_io_functions_t io = { .write = guard_write };

	if (guards[0].f)
		return;
	fflush(NULL);
	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++) {
		guards[i].f = fopencookie(&guards[i], "w", io);
		if (!guards[i].f)
			out_of_memory();
	}
	setvbuf(guards[0].f, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
	setvbuf(guards[1].f, NULL, _IONBF, 0);
	stdout = guards[0].f;
	stderr = guards[1].f;
	atexit(at_end);
}

bool terminal_is_live(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && (!term || strcmp(term, "dumb"));
}

bool terminal_has_colors(int fd)
{
	const char *no = getenv("NO_COLOR");

	return terminal_is_live(fd) && (!no || !*no);
}

void terminal_control(FILE *f, const char *sequence)
{
	if (!*sequence)
		return;
	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		if (f == guards[i].f) {
			write_rest(&guards[i]);
			write_all(guards[i].fd, sequence, strlen(sequence));
			return;
		}
	fputs(sequence, f);
}
