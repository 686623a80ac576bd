// SPDX-License-Identifier: GPL-2.0-only
/* See leftover.h. The layout of the ring is the kernel's, kernel/bpf/ringbuf.c. */
#include "leftover.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/events.h"
#include "lib/base/json_text.h"
#include "lib/base/le.h"

#define BUSY		(1u << 31)	/* BPF_RINGBUF_BUSY_BIT */
#define DISCARDED	(1u << 30)	/* BPF_RINGBUF_DISCARD_BIT */
#define HEADER		8		/* BPF_RINGBUF_HDR_SZ */
#define MAX_BYTES	(256u << 20)
#define FIRST_DATA	2		/* index of the data's first page */

static void forget(struct leftover *l)
{
	free(l->pfn);
	l->pfn = NULL;
	l->nr = 0;
	l->page = l->bytes = 0;
}

int leftover_note(struct leftover *l, const char *text, size_t len)
{
	char *copy = strndup(text, len), *line, *save = NULL;
	size_t want = 0;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	forget(l);
	line = strtok_r(copy, "\n", &save);
	if (!line || sscanf(line, "page %" SCNu32 " bytes %" SCNu32, &l->page, &l->bytes) != 2 ||
	    !l->page || l->page % 4096 || l->page > 65536 || !l->bytes || l->bytes > MAX_BYTES ||
	    l->bytes & (l->bytes - 1) || l->bytes % l->page)
		err = -EBADMSG;
	if (!err) {
		want = FIRST_DATA + l->bytes / l->page;
		l->pfn = xmalloc(want * sizeof(*l->pfn));
	}
	while (!err && (line = strtok_r(NULL, "\n", &save))) {
		uint64_t first, nr;

		if (sscanf(line, "%" SCNx64 " %" SCNu64, &first, &nr) != 2 || !nr || nr > want - l->nr)
			err = -EBADMSG;
		for (uint64_t i = 0; !err && i < nr; i++)
			l->pfn[l->nr++] = first + i;
	}
	if (!err && l->nr != want)
		err = -EBADMSG;
	if (err)
		forget(l);
	free(copy);
	return err;
}

static char *file_of(const char *dir, unsigned int nr)
{
	return xasprintf("%s/memory-%u", dir, nr);
}

/* Asks for pages @first..@first + @nr - 1 of the list, each piece into a file of its own. */
static void ask(struct leftover *l, struct qmp *q, const char *dir, size_t first, size_t nr)
{
	for (size_t i = 0, n; i < nr; i += n) {
		uint64_t pfn = l->pfn[first + i];
		char *path = file_of(dir, l->asked), *command, *line;

		for (n = 1; i + n < nr && l->pfn[first + i + n] == pfn + n; n++)
			;
		command = json_take(json_pack("{s:o, s:o, s:{s:I, s:I, s:o}}",
					      "execute", json_text("pmemsave"),
					      "id", json_text(LEFTOVER_ID), "arguments",
					      "val", (json_int_t)(pfn * l->page),
					      "size", (json_int_t)(n * l->page),
					      "filename", json_text(path)), JSON_COMPACT);
		line = xasprintf("%s\n", command);
		qmp_send(q, line, -1);
		free(line);
		free(command);
		free(path);
		l->asked++;
	}
}

/* Reads the files that were asked for, and removes them. */
static void collect(unsigned int nr, const char *dir, struct strbuf *out)
{
	for (unsigned int i = 0; i < nr; i++) {
		char *path = file_of(dir, i);

		strbuf_read_file(out, path);
		unlink(path);
		free(path);
	}
}

bool leftover_begin(struct leftover *l, struct qmp *q, const char *dir)
{
	if (!l->bytes || l->state != LEFTOVER_IDLE)
		return false;
	l->state = LEFTOVER_POSITIONS;
	l->asked = 0;
	ask(l, q, dir, 0, 1);
	ask(l, q, dir, 1, 1);
	l->expected = l->asked;
	return true;
}

/* The pages from the reader's position to the writers', which may go round the ring's end. */
static bool ask_for_data(struct leftover *l, struct qmp *q, const char *dir)
{
	size_t pages = l->bytes / l->page, first, nr;

	if (l->writer - l->reader > l->bytes || l->writer == l->reader)
		return false;
	first = l->reader / l->page;
	nr = (l->writer - 1) / l->page - first + 1;
	l->asked = 0;
	for (size_t i = 0; i < nr; ) {
		size_t at = (first + i) % pages, n = nr - i < pages - at ? nr - i : pages - at;

		ask(l, q, dir, FIRST_DATA + at, n);
		i += n;
	}
	l->expected = l->asked;
	return true;
}

size_t leftover_take(struct leftover *l, const uint8_t *data, uint64_t from, uint64_t to)
{
	size_t n = 0;

	while (to - from >= HEADER && to - from <= l->bytes) {
		uint32_t head = le32_get(data), len = head & ~(BUSY | DISCARDED);
		uint64_t step = ((uint64_t)len + HEADER + 7) & ~7ull;

		if (step > to - from)
			break;
		if (!(head & (BUSY | DISCARDED)) && len >= sizeof(struct obs_event)) {
			strbuf_add(&l->events, data + HEADER, sizeof(struct obs_event));
			n++;
		}
		data += step;
		from += step;
	}
	return n;
}

bool leftover_answer(struct leftover *l, struct qmp *q, const char *dir, bool error)
{
	struct strbuf sb = STRBUF_INIT;
	bool more = false;

	if (!l->expected)	/* of a reading that was given up */
		return false;
	l->failed |= error;
	if (--l->expected)
		return false;
	collect(l->asked, dir, &sb);
	if (l->failed) {
		/* What is missing is said as for any recording without an end. */
	} else if (l->state == LEFTOVER_POSITIONS && sb.len == 2 * (size_t)l->page) {
		l->reader = le64_get((const uint8_t *)strbuf_str(&sb));
		l->writer = le64_get((const uint8_t *)strbuf_str(&sb) + l->page);
		more = ask_for_data(l, q, dir);
	} else if (l->state == LEFTOVER_DATA) {
		size_t skip = l->reader % l->page;

		if (sb.len >= skip + (l->writer - l->reader))
			leftover_take(l, (const uint8_t *)strbuf_str(&sb) + skip, l->reader,
				      l->writer);
	}
	strbuf_free(&sb);
	l->state = more ? LEFTOVER_DATA : LEFTOVER_DONE;
	return !more;
}

void leftover_free(struct leftover *l, const char *dir)
{
	if (l->expected) {
		struct strbuf unread = STRBUF_INIT;

		collect(l->asked, dir, &unread);
		strbuf_free(&unread);
	}
	forget(l);
	strbuf_free(&l->events);
}
