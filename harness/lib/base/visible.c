// SPDX-License-Identifier: GPL-2.0-only
/* Makes text from outside harmless: escapes bytes and characters that a reader may not get. */
#include "visible.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t utf8_read(const char *s, size_t len, unsigned int *c)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = (const uint8_t *)s;
	size_t n;

	if (!len)
		return 0;
	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > len)
		return 0;
	*c = p[0] & (0x7f >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

int utf8_is_harmless(unsigned int c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return 0;
	/* Marks of direction: text that is read in another order than it is written. */
	if (c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return 0;
	/* Separators of lines, and what is no character. */
	return c != 0x2028 && c != 0x2029 && (c & 0xfffe) != 0xfffe;
}

static int reads_as_escape(const char *s, size_t len)
{
	return len >= 4 && s[0] == '\\' && s[1] == 'x' && isxdigit((unsigned char)s[2]) &&
	       isxdigit((unsigned char)s[3]);
}

static int stays(const char *s, size_t len, unsigned int c, unsigned int flags)
{
	if ((flags & VISIBLE_EXACT) && reads_as_escape(s, len))
		return 0;
	if (flags & VISIBLE_UTF8)
		return c != 0;
	return utf8_is_harmless(c) || ((flags & VISIBLE_LINES) && (c == '\n' || c == '\t'));
}

void visible_add(struct strbuf *out, const char *s, size_t len, unsigned int flags)
{
	while (len) {
		unsigned int c;
		size_t n = utf8_read(s, len, &c);

		if (n && stays(s, len, c, flags)) {
			strbuf_add(out, s, n);
		} else {
			n = n ? n : 1;
			for (size_t i = 0; i < n; i++)
				strbuf_addf(out, "\\x%02x", (uint8_t)s[i]);
		}
		s += n;
		len -= n;
	}
}

char *visible(const char *s, unsigned int flags)
{
	struct strbuf sb = STRBUF_INIT;

	visible_add(&sb, s, strlen(s), flags);
	return strbuf_detach(&sb);
}

void markup_add(struct strbuf *out, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			strbuf_adds(out, "&amp;");
			break;
		case '<':
			strbuf_adds(out, "&lt;");
			break;
		case '>':
			strbuf_adds(out, "&gt;");
			break;
		case '"':
			strbuf_adds(out, "&quot;");
			break;
		case '\'':
		case '\n':
		case '\t':
			strbuf_addf(out, "&#%u;", (unsigned int)*s);
			break;
		default:
			strbuf_addc(out, *s);
		}
	}
}

void visible_undo(char *s)
{
	char *to = s;

	while (*s) {
		if (reads_as_escape(s, strnlen(s, 4))) {
			const char hex[3] = { s[2], s[3], '\0' };
			long byte = strtol(hex, NULL, 16);

			if (byte) {
				*to++ = (char)byte;
				s += 4;
				continue;
			}
		}
		*to++ = *s++;
	}
	*to = '\0';
}
