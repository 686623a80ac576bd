// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests what a report tells besides its title: where memory was mapped, what follows from what, and
 * the steps of the scenario.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/report/report.h"
#include "trace.h"

static const char names[] = "ffffffff81000010 dma_map_page_attrs+0x10/0x20\n"
			    "ffffffff81000020 probe_of_it+0x20/0x40 [driver]\n"
			    "ffffffff81000030 device_release_driver+0x30/0x40\n";

/* Judges a trace. Each stack that an event names has two addresses. */
static struct evstream *judge(const char *text)
{
	struct evstream *s = evstream_new(NULL);
	struct trace t = { .keep_log = true };
	struct strbuf stacks = STRBUF_INIT;
	char why[256];

	t.ctx.time_ns = 1000;
	trace_play(&t, text);
	for (size_t i = 0; i < t.nr_log; i++) {
		uint32_t head[2] = { (uint32_t)t.log[i].stack, 2 };
		uint64_t ips[2] = { 0xffffffff81000010, 0xffffffff81000020 };

		strbuf_add(&stacks, head, sizeof(head));
		strbuf_add(&stacks, ips, sizeof(ips));
	}
	evstream_events(s, t.log, t.nr_log);
	evstream_chunk(s, OBS_CHUNK_STACKS, stacks.s, stacks.len, why);
	evstream_chunk(s, OBS_CHUNK_SYMBOLS, names, sizeof(names) - 1, why);
	evstream_finish(s);
	strbuf_free(&stacks);
	free(t.log);
	return s;
}

static struct strbuf text_of(const struct evstream *s, const struct report_steps *steps)
{
	struct strbuf out = STRBUF_INIT;
	struct report_group *groups;
	size_t nr;

	groups = report_groups(s, NULL, &nr);
	assert_true(nr > 0);
	for (size_t i = 0; i < nr; i++)
		if (!groups[i].follows)
			report_text(s, groups, nr, i, NULL, steps, &out);
	report_list(groups, nr, &out);
	free(groups);
	return out;
}

static unsigned int count(const char *text, const char *word)
{
	unsigned int n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

/* Catches: the stack of a leak's mapping, printed as if it were that of the unbinding. */
static void test_leak(void **state)
{
	struct evstream *s = judge("DEV A driver; MAP A 1000+1000 from; UNBIND A");
	struct strbuf text = text_of(s, NULL);
	const char *gone = strstr(text.s, "the driver has gone"), *end;

	(void)state;
	assert_non_null(strstr(text.s, "BUG: dmatorture: leak: "));
	assert_non_null(gone);
	end = strstr(gone, "the mapping, of");
	assert_non_null(end);
	assert_null(memmem(gone, end - gone, "probe_of_it", strlen("probe_of_it")));
	assert_non_null(strstr(end, "mapped here:\n dma_map_page_attrs+0x10/0x20\n probe_of_it"));
	strbuf_free(&text);
	evstream_free(s);
}

/* Catches: one bug that looks like two; and two bugs of which one hides the other. */
static void test_folded(void **state)
{
	struct evstream *s = judge("DEV A driver; MAP A 1000+1000 from; UNMAP A 1000+800 from; "
				   "UNBIND A");
	struct report_group *groups;
	struct strbuf text;
	size_t nr;

	(void)state;
	groups = report_groups(s, NULL, &nr);
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(groups[i].follows, i ? 1 : 0);
	assert_int_equal(nr, judge_findings(evstream_judge(s)));
	free(groups);
	evstream_free(s);

	s = judge("DEV A driver; DEV B other; MAP A 1000+1000 from; MAP B 1000+1000 to; "
		  "UNBIND B; UNBIND A");
	text = text_of(s, NULL);
	/* The leak of A's mapping is no consequence of what B did. */
	assert_int_equal(count(text.s, "BUG: dmatorture: "), 2);
	assert_non_null(strstr(text.s, "then, of the same:\n leak: "));
	assert_non_null(strstr(text.s, "violations: 3, 1 of which follow from another\n"));
	assert_int_equal(count(text.s, "    then leak: "), 1);
	strbuf_free(&text);
	evstream_free(s);

	/* A leak of another mapping of that device is a bug of its own. */
	s = judge("DEV A driver; MAP A 1000+1000 from; MAP A 5000+1000 from; "
		  "UNMAP A 5000+800 from; UNBIND A");
	text = text_of(s, NULL);
	assert_int_equal(count(text.s, "BUG: dmatorture: "), 2);
	strbuf_free(&text);
	evstream_free(s);
}

static bool tells(void *arg, const struct report_at *at, struct strbuf *out)
{
	(void)arg;
	strbuf_addf(out, "x.dma:1: call %u", at->type);
	return true;
}

/* Catches: a stack without its step. */
static void test_steps_beside_stacks(void **state)
{
	const struct report_steps steps = { tells, NULL };
	struct evstream *s = judge("DEV A driver; DEV B other; MAP A 1000+1000 from; "
				   "MAP B 1000+1000 to");
	struct strbuf text = text_of(s, &steps);

	(void)state;
	/* the call, and both mappings */
	assert_int_equal(count(text.s, " step x.dma:1: call 16\n dma_map_page_attrs"), 3);
	strbuf_free(&text);
	evstream_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leak),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_steps_beside_stacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
