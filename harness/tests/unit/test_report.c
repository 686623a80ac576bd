// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests what a report tells besides its title: where memory was mapped, what follows from what, the
 * steps of the scenario, and where data went wrong.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cell_of.h"
#include "lib/language/scenario.h"
#include "lib/report/report.h"
#include "lib/verdict/verdict_internal.h"
#include "lib/verdict/verdict_steps.h"
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

/* Catches: a leak of what is no mapping, printed without the stack that made it. */
static void test_leak_of_pool(void **state)
{
	struct evstream *s = judge("DEV A driver; POOLCREATE A p stack=1; UNBIND A");
	struct strbuf text = text_of(s, NULL);

	(void)state;
	assert_non_null(strstr(text.s, "BUG: dmatorture: leak: a pool of driver"));
	assert_non_null(strstr(text.s, "made here:\n dma_map_page_attrs+0x10/0x20\n probe_of_it"));
	strbuf_free(&text);
	evstream_free(s);
}

/* Catches: a finding about unmap data that names the provider alone, which only keeps it. */
static void test_unmap_data(void **state)
{
	struct evstream *s = judge("DEV A driver; @task=7; UDGET A ud 2; @task=9; UDPUT A ud 1 attrs=2000101;"
				   "@task=11; UDPUT A ud 0 attrs=2000101");
	struct strbuf text = text_of(s, NULL);
	const char *ud = strstr(text.s, "the unmap data, with room for 2 addresses: submitted with 0 "
					"descriptors, put 1 times\ngot by task 7:\n dma_map_page_attrs");

	(void)state;
	assert_non_null(strstr(text.s, "is put without a reference"));
	assert_non_null(strstr(text.s, "by task 11 on CPU"));
	assert_non_null(ud);
	assert_non_null(strstr(ud, "last put by task 9:\n dma_map_page_attrs"));
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

/* Catches: a summary with two headlines for one bug, or without the second finding. */
static void test_summary(void **state)
{
	const struct verdict_env env = { .release = "6.12.1" };
	struct cell cell = { .repeat = 1 };
	struct cell_result r = { 0 };
	struct verdict v = { 0 };

	(void)state;
	r.observed = judge("DEV A driver; DEV B other; MAP A 1000+1000 from; "
			   "MAP B 1000+1000 to; UNBIND B");
	verdict_violations(&v, &cell, &r, &env);
	/* Its trace has no end, which the first message says. */
	assert_int_equal(v.outcome, OUTCOME_INCOMPLETE);
	assert_int_equal(v.nr_messages, 3);
	assert_ptr_equal(strstr(v.messages[1], "perhaps a violation early-map ("), v.messages[1]);
	assert_ptr_equal(strstr(v.messages[2], "and of the same, perhaps a violation leak ("),
			 v.messages[2]);
	verdict_free(&v);
	evstream_free(r.observed);
}

/* ---- steps ---- */

static const char scenario[] =
	"scenario t/x \"a test\"\n"
	"engine c memcpy like fsl-dma\n"
	"buffer a 4K random\n"
	"buffer b 4K zero\n"
	"thread {\n"
	"    map m = c a TO_DEVICE\n"		/* line 6, step 0 */
	"    map n = c b FROM_DEVICE\n"
	"    prep t = c memcpy n <- m\n"
	"    submit t\n"
	"    issue c\n"				/* line 10, step 4 */
	"    wait t\n"
	"    unmap n m\n"			/* steps 6 and 7 */
	"    cpu_write b@16+16 fill 1\n"	/* line 13, step 8 */
	"    check b == a\n"			/* line 14, step 9 */
	"}\n";
#define NR_STEPS	10
#define BEGAN		1000000

/* The cell, and what came of it: each step takes 100 ns. */
static void make(struct cell *cell, struct cell_result *r, enum world world)
{
	cell_of("x.dma", scenario, 0, world, cell);
	assert_int_equal(cell->nr_steps, NR_STEPS);
	memset(r, 0, sizeof(*r));
	r->has_sums = true;
	r->sums.began_ns = BEGAN;
	r->nr_records = NR_STEPS;
	r->records = xcalloc(NR_STEPS, sizeof(*r->records));
	for (uint32_t i = 0; i < NR_STEPS; i++)
		r->records[i] = (struct dmt_record){ .time_ns = 100 * (i + 1), .step = i };
}

static void unmake(struct cell *cell, struct cell_result *r)
{
	cell_free(cell);
	free(r->records);
}

static void finds(const struct cell *cell, const struct cell_result *r, struct report_at at,
		  const char *want)
{
	struct strbuf out = STRBUF_INIT;

	at.time_ns += BEGAN;
	assert_int_equal(verdict_find_step(cell, r, &at, &out), want != NULL);
	assert_string_equal(strbuf_str(&out), want ? want : "");
	strbuf_free(&out);
}

/* Catches: a step that is named although another one, or none, made the call. */
static void test_step(void **state)
{
	struct cell_result r;
	struct cell cell;

	(void)state;
	make(&cell, &r, WORLD_STRICT);
	finds(&cell, &r, (struct report_at){ 50, OBS_MAP, OBS_TASK, 0, 0 },
	      "x.dma:6: map m = c a TO_DEVICE");
	finds(&cell, &r, (struct report_at){ 150, OBS_MAP, -1, -1, 0 },
	      "x.dma:7: map n = c b FROM_DEVICE");
	finds(&cell, &r, (struct report_at){ 650, OBS_UNMAP, OBS_TASK, 0, 0 }, "x.dma:12: unmap n");
	finds(&cell, &r, (struct report_at){ 750, OBS_UNMAP, OBS_TASK, 0, 0 }, "x.dma:12: unmap m");
	/* no step was an unmap then, in an interrupt, or on that processor */
	finds(&cell, &r, (struct report_at){ 150, OBS_UNMAP, OBS_TASK, 0, 0 }, NULL);
	finds(&cell, &r, (struct report_at){ 650, OBS_UNMAP, OBS_SOFTIRQ, 0, 0 }, NULL);
	finds(&cell, &r, (struct report_at){ 650, OBS_UNMAP, OBS_TASK, 1, 0 }, NULL);
	/* what the executor tidies up after the last step */
	finds(&cell, &r, (struct report_at){ 5000, OBS_UNMAP, OBS_TASK, 0, 0 }, NULL);
	/* two threads unmap at that moment */
	r.records[7].thread = 1;
	r.records[7].time_ns = 700;
	finds(&cell, &r, (struct report_at){ 650, OBS_UNMAP, OBS_TASK, 0, 0 }, NULL);
	/* iterations in between were not kept */
	r.records[6].iteration = 7;
	r.records[7].iteration = 7;
	finds(&cell, &r, (struct report_at){ 650, OBS_UNMAP, OBS_TASK, 0, 0 }, NULL);
	unmake(&cell, &r);
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

static char *wrong(const struct cell *cell, struct cell_result *r, uint32_t offset)
{
	struct strbuf out = STRBUF_INIT;

	r->sums.checks_bad = 1;
	r->sums.wrong_step = 9;
	r->sums.wrong_offset = offset;
	memset(r->sums.wanted, 0xab, sizeof(r->sums.wanted));
	r->records[9].status = (uint32_t)-EILSEQ;
	r->records[9].value = 5 | (uint64_t)offset << 32;
	verdict_wrong_data(cell, r, &out);
	return strbuf_detach(&out);
}

static void has(char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("'%s' is not in:\n%s", want, text);
	free(text);
}

/* Catches: wrong data of which a report does not tell where they are and who wrote them. */
static void test_wrong_data(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct cell_result r;
	struct cell cell;

	(void)state;
	make(&cell, &r, WORLD_STRICT);
	verdict_wrong_data(&cell, &r, &out);
	assert_int_equal(out.len, 0);
	has(wrong(&cell, &r, 4092),
	    "wrong data, found first by:\n step x.dma:14: check b == a\n"
	    " in iteration 0, 5 of 4096 bytes, the first at offset 4092:\n"
	    " wanted ab ab ab ab\n found  00 00 00 00\n"
	    "last written by this transaction:\n step x.dma:11: wait t\n");
	has(wrong(&cell, &r, 31), "last written by the CPU:\n step x.dma:13: cpu_write b@16+16");
	has(wrong(&cell, &r, 32), "last written by this transaction:");
	for (int i = 3; i < 6; i++)
		r.records[i].status = (uint32_t)-ENXIO;
	has(wrong(&cell, &r, 32), "last written by nobody");
	unmake(&cell, &r);
	make(&cell, &r, WORLD_BOUNCE);
	has(wrong(&cell, &r, 32),
	    "last written by the bounce buffer, copied back:\n step x.dma:12: unmap n\n");
	unmake(&cell, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leak),
		cmocka_unit_test(test_leak_of_pool),
		cmocka_unit_test(test_unmap_data),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_steps_beside_stacks),
		cmocka_unit_test(test_wrong_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
