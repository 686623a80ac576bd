// SPDX-License-Identifier: GPL-2.0-only
/* Writes JSON without a library: what the agent prints. */
#include "json_write.h"

#include <math.h>
#include <string.h>

#include "visible.h"

static void begin(struct strbuf *out, const char *key)
{
	char last = out->len ? out->s[out->len - 1] : '{';

	if (last != '{' && last != '[')
		strbuf_addc(out, ',');
	if (key)
		strbuf_addf(out, "\"%s\":", key);
}

void json_open(struct strbuf *out, const char *key, char brace)
{
	begin(out, key);
	strbuf_addc(out, brace);
}

void json_close(struct strbuf *out, char brace)
{
	strbuf_addc(out, brace);
}

void json_write_text(struct strbuf *out, const char *key, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	begin(out, key);
	if (!text) {
		strbuf_adds(out, "null");
		return;
	}
	visible_add(&safe, text, strlen(text), VISIBLE_EXACT | VISIBLE_UTF8);
	strbuf_addc(out, '"');
	for (size_t i = 0; i < safe.len; i++) {
		unsigned char c = safe.s[i];

		if (c == '"' || c == '\\')
			strbuf_addf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			strbuf_addf(out, "\\u%04x", c);
		else
			strbuf_addc(out, c);
	}
	strbuf_addc(out, '"');
	strbuf_free(&safe);
}

void json_write_number(struct strbuf *out, const char *key, uint64_t n)
{
	begin(out, key);
	strbuf_addf(out, "%llu", (unsigned long long)n);
}

void json_write_real(struct strbuf *out, const char *key, double x)
{
	begin(out, key);
	if (isfinite(x))
		strbuf_addf(out, "%.3f", x);
	else
		strbuf_adds(out, "null");
}
