// SPDX-License-Identifier: GPL-2.0-only
/* Tests recordings: they are judged as they were written, and a damaged one never passes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <byteswap.h>
#include <endian.h>

#include "lib/base/crc32.h"
#include "lib/base/visible.h"
#include "lib/judge/recording.h"
#include "lib/outputs/report_json.h"
#include "trace.h"

#define BAD	"DEV A softdma; DEV B talitos; MAP A 1000+1000 from; MAP B 1000+1000 to"

static const char meta[] = "release=6.12.1-test\nram=1000-fffff\n";
static const char symbols[] = "ffffffff81000010 dma_map_page_attrs+0x10/0x20\n"
			      "ffffffff81000020 dmt_map+0x20/0x40 [dmatorture]\n";

static void add_stack(struct strbuf *sb, uint32_t id)
{
	uint32_t head[2] = { id, 2 };
	uint64_t ips[2] = { 0xffffffff81000010, 0xffffffff81000020 };

	strbuf_add(sb, head, sizeof(head));
	strbuf_add(sb, ips, sizeof(ips));
}

/* Makes a recording of the events in @text; END says @lost. The caller closes the file. */
static FILE *record(const char *text, uint64_t lost)
{
	struct trace t = { .keep_log = true };
	struct strbuf stacks = STRBUF_INIT;
	FILE *f = tmpfile();
	uint8_t end[16];

	t.ctx.time_ns = 1000;
	t.ctx.task = 5;
	trace_play(&t, text);
	recording_begin(f, recording_here());
	recording_chunk(f, OBS_CHUNK_META, meta, sizeof(meta) - 1);
	recording_chunk(f, OBS_CHUNK_EVENTS, t.log, t.nr_log * sizeof(*t.log));
	for (size_t i = 0; i < t.nr_log; i++)
		add_stack(&stacks, (uint32_t)t.log[i].stack);
	recording_chunk(f, OBS_CHUNK_STACKS, stacks.s, stacks.len);
	recording_chunk(f, OBS_CHUNK_SYMBOLS, symbols, sizeof(symbols) - 1);
	for (int i = 0; i < 8; i++) {
		end[i] = (uint8_t)(t.ctx.seq >> 8 * i);
		end[8 + i] = (uint8_t)(lost >> 8 * i);
	}
	recording_chunk(f, OBS_CHUNK_END, end, sizeof(end));
	rewind(f);
	strbuf_free(&stacks);
	free(t.log);
	return f;
}

static struct strbuf bytes_of(FILE *f)
{
	struct strbuf sb = STRBUF_INIT;
	char block[4096];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), f)))
		strbuf_add(&sb, block, n);
	fclose(f);
	return sb;
}

struct outcome {
	int err;
	char why[256];
	char *classes;
	char doubt[256];
	char title[REPORT_TITLE];
};

/* Catches: control characters in a report, which people read in a terminal. */
static void is_harmless(const char *text)
{
	unsigned int c;

	for (size_t n; *text; text += n) {
		n = utf8_read(text, strnlen(text, 4), &c);
		assert_true(n && (c == '\n' || utf8_is_harmless(c)));
	}
}

static struct outcome judge_bytes(const char *data, size_t len)
{
	FILE *f = len ? fmemopen((void *)(uintptr_t)data, len, "rb") : tmpfile();
	struct evstream *s = evstream_new(NULL);
	struct report_group *groups;
	struct outcome o = { 0 };
	size_t nr;

	o.err = recording_read(f, s, o.why);
	o.classes = trace_classes(evstream_judge(s));
	snprintf(o.doubt, sizeof(o.doubt), "%s",
		 evstream_incomplete(s) ? evstream_incomplete(s) : "");
	groups = report_groups(s, NULL, &nr);
	if (nr) {
		struct strbuf text = STRBUF_INIT;
		json_t *json = report_json(s, &groups[0]);

		snprintf(o.title, sizeof(o.title), "%s", groups[0].title);
		report_text(s, groups, nr, 0, "again", NULL, &text);
		report_summary(s, &text);
		assert_non_null(strstr(text.s, "BUG: dmatorture: "));
		is_harmless(text.s);
		strbuf_free(&text);
		json_decref(json);
	}
	free(groups);
	evstream_free(s);
	fclose(f);
	return o;
}

static void test_round_trip(void **state)
{
	struct strbuf sb = bytes_of(record(BAD, 0));
	struct outcome o = judge_bytes(sb.s, sb.len);

	(void)state;
	assert_int_equal(o.err, 0);
	assert_string_equal(o.doubt, "");
	assert_string_equal(o.classes, "early-map");
	assert_string_equal(o.title,
			    "early-map: talitos maps page TO_DEVICE that softdma still writes in dmt_map");
	free(o.classes);
	strbuf_free(&sb);
}

static void test_losses(void **state)
{
	struct strbuf sb = bytes_of(record(BAD, 7));
	struct outcome o = judge_bytes(sb.s, sb.len);

	(void)state;
	assert_string_equal(o.doubt, "7 events were lost");
	assert_string_equal(o.classes, "early-map");
	free(o.classes);
	strbuf_free(&sb);

	sb = bytes_of(record("DEV A x; MAP A 1000+10 from; @gap=2; MAP A 1000+10 from", 2));
	o = judge_bytes(sb.s, sb.len);
	assert_string_equal(o.doubt, "2 events were lost");
	assert_string_equal(o.classes, "");
	free(o.classes);
	strbuf_free(&sb);
}

/* Wherever it is cut: no crash, never complete. */
static void test_cut(void **state)
{
	struct strbuf sb = bytes_of(record(BAD, 0));

	(void)state;
	for (size_t len = 0; len < sb.len; len++) {
		char *copy = malloc(len + 1);
		struct outcome o;

		memcpy(copy, sb.s, len);
		o = judge_bytes(copy, len);
		assert_true(o.doubt[0]);
		free(o.classes);
		free(copy);
	}
	strbuf_free(&sb);
}

static void test_flips(void **state)
{
	struct strbuf sb = bytes_of(record(BAD, 0));

	(void)state;
	for (size_t bit = 0; bit < sb.len * 8; bit++) {
		struct outcome o;

		/* 0 and 8 are the same word size, and 8 may become 0 */
		if (bit == 20 * 8 + 3)
			continue;
		sb.s[bit / 8] ^= (char)(1 << bit % 8);
		o = judge_bytes(sb.s, sb.len);
		assert_true(o.doubt[0]);
		assert_non_null(strstr(o.why, "byte "));
		free(o.classes);
		sb.s[bit / 8] ^= (char)(1 << bit % 8);
	}
	strbuf_free(&sb);
}

static void test_not_one(void **state)
{
	struct outcome o = judge_bytes("hello, world: no recording", 26);

	(void)state;
	assert_int_equal(o.err, -EBADMSG);
	assert_string_equal(o.why, "byte 0: this is no recording of dmatorture");
	free(o.classes);
	o = judge_bytes("", 0);
	assert_int_equal(o.err, -EBADMSG);
	free(o.classes);
}

/* ---- the other byte order ---- */

static void flip(char *p, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		char c = p[i];

		p[i] = p[n - 1 - i];
		p[n - 1 - i] = c;
	}
}

static void flip_event(char *p)
{
	static const uint8_t sizes[] = { 8, 8, 2, 2, 1, 1, 2, 4, 4, 8 };
	static const uint8_t rest[] = { 8, 8, 8, 8, 4, 4, 8, 8 };
	struct obs_event e;

	memcpy(&e, p, sizeof(e));
	for (size_t i = 0; i < sizeof(sizes); p += sizes[i++])
		flip(p, sizes[i]);
	if (e.type == OBS_DEVICE || e.type == OBS_DRIVER || e.type == OBS_BIND)
		return;
	for (size_t i = 0; i < sizeof(rest); p += rest[i++])
		flip(p, rest[i]);
}

static void test_other_order(void **state)
{
	struct strbuf sb = bytes_of(record(BAD, 0));
	struct outcome o;
	size_t at = 24;

	(void)state;
	flip(sb.s + 16, 4);
	while (at < sb.len) {
		uint32_t head[3];

		memcpy(head, sb.s + at, sizeof(head));
		if (head[0] == OBS_CHUNK_EVENTS)
			for (size_t i = 0; i < head[1]; i += sizeof(struct obs_event))
				flip_event(sb.s + at + 12 + i);
		for (size_t i = 0; head[0] == OBS_CHUNK_STACKS && i < head[1]; i += 24) {
			flip(sb.s + at + 12 + i, 4);
			flip(sb.s + at + 12 + i + 4, 4);
			flip(sb.s + at + 12 + i + 8, 8);
			flip(sb.s + at + 12 + i + 16, 8);
		}
		head[2] = crc32_update(crc32_update(0, sb.s + at, 8), sb.s + at + 12, head[1]);
		memcpy(sb.s + at, head, sizeof(head));
		at += 12 + head[1];
	}
	o = judge_bytes(sb.s, sb.len);
	assert_int_equal(o.err, 0);
	assert_string_equal(o.doubt, "");
	assert_string_equal(o.title,
			    "early-map: talitos maps page TO_DEVICE that softdma still writes in dmt_map");
	free(o.classes);
	strbuf_free(&sb);
}

/* ---- the word size ---- */

static unsigned int word_of(const struct strbuf *sb, int *err)
{
	FILE *f = fmemopen(sb->s, sb->len, "rb");
	struct evstream *s = evstream_new(NULL);
	unsigned int word;
	char why[256];

	*err = recording_read(f, s, why);
	word = evstream_word_bytes(s);
	evstream_free(s);
	fclose(f);
	return word;
}

/* Catches: a recording of a 32-bit board, or one without this word, taken for another. */
static void test_word(void **state)
{
	static const struct { uint32_t said, is; int err; } cases[] = {
		{ 0, 8, 0 }, { 4, 4, 0 }, { 8, 8, 0 }, { 16, 8, -EBADMSG }, { 1, 8, -EBADMSG },
	};
	struct strbuf sb = bytes_of(record(BAD, 0));
	int err;

	(void)state;
	assert_int_equal(word_of(&sb, &err), sizeof(void *));
	assert_int_equal(err, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(sb.s + 20, &(uint32_t){ htole32(cases[i].said) }, 4);
		assert_int_equal(word_of(&sb, &err), cases[i].is);
		assert_int_equal(err, cases[i].err);
	}
	strbuf_free(&sb);
}

/* ---- order ---- */

static struct outcome stream(const struct obs_event *e, size_t n, const char *more, uint64_t last)
{
	struct evstream *s = evstream_new(NULL);
	uint64_t end[2] = { last, 0 };
	struct outcome o = { 0 };
	size_t first = n / 2;

	if (more)
		assert_int_equal(evstream_chunk(s, OBS_CHUNK_META, more, strlen(more), o.why), 0);
	assert_int_equal(evstream_chunk(s, OBS_CHUNK_EVENTS, e, first * sizeof(*e), o.why), 0);
	assert_int_equal(evstream_chunk(s, OBS_CHUNK_EVENTS, e + first, (n - first) * sizeof(*e),
					o.why), 0);
	assert_int_equal(evstream_chunk(s, OBS_CHUNK_END, end, sizeof(end), o.why), 0);
	evstream_finish(s);
	o.classes = trace_classes(evstream_judge(s));
	snprintf(o.doubt, sizeof(o.doubt), "%s",
		 evstream_incomplete(s) ? evstream_incomplete(s) : "");
	evstream_free(s);
	return o;
}

static struct trace events_of(const char *text)
{
	struct trace t = { .keep_log = true };

	t.ctx.task = 5;
	trace_play(&t, text);
	return t;
}

static void test_reorder(void **state)
{
	struct trace t = events_of("DEV A x; DEV B y; MAP A 1000+10 from; UNMAP A 1000+10 from;"
				   "MAP B 1000+10 to; UNMAP B 1000+10 to; UNBIND A; UNBIND B");
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct outcome o;

		for (size_t i = t.nr_log - 1; i; i--) {
			struct obs_event e = t.log[i];
			size_t k;

			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			k = (seed >> 33) % (i + 1);
			t.log[i] = t.log[k];
			t.log[k] = e;
		}
		o = stream(t.log, t.nr_log, "first_seq=1\n", t.ctx.seq);
		assert_string_equal(o.doubt, "");
		assert_string_equal(o.classes, "");
		free(o.classes);
	}
	free(t.log);
}

static void test_gaps(void **state)
{
	struct trace t = events_of("DEV A x; MAP A 1000+10 to; @gap=20000; MAP A 5000+10 to;"
				   "MAP A 6000+10 to");
	struct outcome o = stream(t.log, t.nr_log, "first_seq=1\n", t.ctx.seq);

	(void)state;
	assert_string_equal(o.doubt, "20000 events were lost");
	free(o.classes);
	o = stream(t.log, t.nr_log - 1, "first_seq=1\n", t.ctx.seq);
	assert_string_equal(o.doubt, "20001 events were lost");
	free(o.classes);
	/* begins later than it should have */
	o = stream(t.log + 1, 3, "first_seq=1\n", 4);
	assert_string_equal(o.doubt, "1 events were lost");
	free(o.classes);
	/* The first number is not given: it is the lowest of the first chunk. */
	o = stream(t.log + 1, 3, NULL, 4);
	assert_string_equal(o.doubt, "");
	free(o.classes);
	free(t.log);
}

static void test_meta(void **state)
{
	struct strbuf many = STRBUF_INIT;
	struct trace t = events_of("DEV A x");
	struct outcome o = stream(t.log, t.nr_log, "first_seq=1\nmissing=unmap_page\n", 3);

	(void)state;
	assert_string_equal(o.doubt, "the observer could not attach to unmap_page");
	free(o.classes);
	o = stream(t.log, t.nr_log, "observer=no BTF\n", 3);
	assert_string_equal(o.doubt, "nothing was observed: no BTF");
	free(o.classes);
	strbuf_adds(&many, "first_seq=1\n");
	for (int i = 0; i <= JUDGE_MAX_RANGES; i++)
		strbuf_addf(&many, "ram=%x0-%x1\n", i, i);
	o = stream(t.log, t.nr_log, strbuf_str(&many), 3);
	assert_string_equal(o.doubt, "more than 4096 ranges of memory");
	free(o.classes);
	strbuf_free(&many);
	free(t.log);
}

/* Catches: a loss that the kernel does not count, and that is not reported. */
static void test_not_countable(void **state)
{
	static const char probes[] = "map tracepoint\nkretprobe_instance counted: 0 missed\n"
				     "kprobe_in_bpf not countable: no \033 kernel counts it\n";
	struct evstream *s = evstream_new(NULL);
	struct strbuf out = STRBUF_INIT;
	uint64_t end[2] = { 0, 0 };
	char why[256];

	(void)state;
	assert_int_equal(evstream_chunk(s, OBS_CHUNK_PROBES, probes, sizeof(probes) - 1, why), 0);
	assert_int_equal(evstream_chunk(s, OBS_CHUNK_END, end, sizeof(end), why), 0);
	evstream_finish(s);
	assert_null(evstream_incomplete(s));
	report_summary(s, &out);
	assert_non_null(strstr(strbuf_str(&out), "\nnot countable: no ? kernel counts it\n"));
	assert_null(strstr(strbuf_str(&out), "0 missed"));
	strbuf_free(&out);
	evstream_free(s);
}

static void test_duplicates(void **state)
{
	struct trace t = events_of("DEV A x; MAP A 1000+10 to");
	struct outcome o;

	(void)state;
	t.log[3] = t.log[1];
	o = stream(t.log, 4, "first_seq=1\n", 4);
	assert_true(o.doubt[0]);
	free(o.classes);
	free(t.log);
}

/* Catches: a device's name that gets into a report without escapes. */
static void test_hostile(void **state)
{
	struct strbuf sb = bytes_of(record("DEV A \033[2J\xff; DEV B \xc2\x9b]0; "
					   "MAP A 1000+1000 from; MAP B 1000+1000 to", 0));
	struct outcome o = judge_bytes(sb.s, sb.len);

	(void)state;
	assert_int_equal(o.err, 0);
	assert_non_null(strstr(o.title, "\033[2J"));
	free(o.classes);
	strbuf_free(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_losses),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_flips),
		cmocka_unit_test(test_not_one), cmocka_unit_test(test_other_order),
		cmocka_unit_test(test_word),
		cmocka_unit_test(test_reorder), cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_meta), cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_hostile), cmocka_unit_test(test_not_countable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
