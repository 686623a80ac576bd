// SPDX-License-Identifier: GPL-2.0-only
/* The plan as bytes: written, read, checked. */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"

#define MAGIC "DMTPLAN1"

void plan_write(struct strbuf *out, const struct plan_cell *cells, uint32_t nr)
{
	size_t start = out->len;

	strbuf_adds(out, MAGIC);
	le32_add(out, nr);
	for (uint32_t i = 0; i < nr; i++) {
		le32_add(out, cells[i].index);
		le32_add(out, cells[i].setup_len);
		le32_add(out, cells[i].program_len);
		strbuf_add(out, cells[i].setup, cells[i].setup_len);
		strbuf_add(out, cells[i].program, cells[i].program_len);
	}
	le32_add(out, crc32_update(0, out->s + start, out->len - start));
}

int plan_read(const void *data, size_t len, struct plan_cell **cells, uint32_t *nr)
{
	const uint8_t *p = data, *end;
	struct plan_cell *v = NULL;
	uint32_t n;

	*cells = NULL;
	*nr = 0;
	if (len < 16)
		return -EBADMSG;
	end = p + len - 4;
	if (memcmp(p, MAGIC, 8) || le32_get(end) != crc32_update(0, data, len - 4))
		return -EBADMSG;
	n = le32_get(p + 8);
	p += 12;
	if (n > len / 12)
		return -EBADMSG;
	v = xcalloc(n, sizeof(*v));
	for (uint32_t i = 0; i < n; i++) {
		if (end - p < 12)
			goto bad;
		v[i].index = le32_get(p);
		v[i].setup_len = le32_get(p + 4);
		v[i].program_len = le32_get(p + 8);
		p += 12;
		if ((uint64_t)(end - p) < (uint64_t)v[i].setup_len + v[i].program_len)
			goto bad;
		v[i].setup = (const char *)p;
		p += v[i].setup_len;
		v[i].program = p;
		p += v[i].program_len;
	}
	if (p != end)
		goto bad;
	*cells = v;
	*nr = n;
	return 0;
bad:
	free(v);
	return -EBADMSG;
}
