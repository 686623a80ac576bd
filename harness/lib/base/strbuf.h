/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A growing byte buffer that is also a string. Running out of memory ends the process:
 * nothing here could go on without memory, and results are on disk by then.
 */
#ifndef HARNESS_STRBUF_H
#define HARNESS_STRBUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf {
	char *s;	/* always NUL-terminated once anything was added */
	size_t len;	/* without the NUL */
	size_t cap;
};

#define STRBUF_INIT { NULL, 0, 0 }

void strbuf_add(struct strbuf *sb, const void *data, size_t len);
void strbuf_adds(struct strbuf *sb, const char *s);
void strbuf_addc(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* Appends the contents of the file @path. Returns 0 or a negative errno. */
int strbuf_read_file(struct strbuf *sb, const char *path);
/* Returns the string, "" when nothing was added; @sb still owns it. */
const char *strbuf_str(const struct strbuf *sb);
/* Gives the string (never NULL) to the caller, who frees it; empties @sb. */
char *strbuf_detach(struct strbuf *sb);
void strbuf_reset(struct strbuf *sb);
void strbuf_free(struct strbuf *sb);

/* Says so and ends the process with exit code 3. */
void out_of_memory(void) __attribute__((noreturn));

/* Like malloc() and so on, but never return NULL: they end the process instead. */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* HARNESS_STRBUF_H */
