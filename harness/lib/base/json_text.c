// SPDX-License-Identifier: GPL-2.0-only
/* Strings and documents of JSON, from text that may hold any bytes. */
#include "json_text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "visible.h"

static json_t *make_text(const char *s, unsigned int flags)
{
	struct strbuf sb = STRBUF_INIT;
	json_t *text;

	if (!s)
		return json_null();
	visible_add(&sb, s, strlen(s), flags);
	text = json_stringn(strbuf_str(&sb), sb.len);
	if (!text)
		out_of_memory();
	strbuf_free(&sb);
	return text;
}

json_t *json_text(const char *s)
{
	return make_text(s, VISIBLE_EXACT | VISIBLE_UTF8);
}

json_t *json_again(const char *s)
{
	return make_text(s, VISIBLE_UTF8);
}

json_t *json_textf(const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	json_t *text;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	text = json_text(strbuf_str(&sb));
	strbuf_free(&sb);
	return text;
}

void json_put(json_t *object, const char *key, json_t *value)
{
	char *text = visible(key, VISIBLE_EXACT | VISIBLE_UTF8);

	if (json_object_set_new(object, text, value))
		out_of_memory();
	free(text);
}

char *json_take(json_t *document, size_t flags)
{
	char *text = json_dumps(document, flags);
	struct strbuf sb = STRBUF_INIT;
	const char *at = text;
	unsigned int c;
	size_t n;

	if (!text)
		out_of_memory();
	json_decref(document);
	for (; (n = utf8_read(at, strnlen(at, 4), &c)) && c; at += n)
		if (c < 0x7f || c > 0xffff || utf8_is_harmless(c))
			strbuf_add(&sb, at, n);
		else
			strbuf_addf(&sb, "\\u%04x", c);
	free(text);
	return strbuf_detach(&sb);
}
