// SPDX-License-Identifier: GPL-2.0-only
/* Tests, with canned records, what is made of timed cells, and the comparison of orders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "lib/measure/bench_table.h"
#include "lib/page/page.h"
#include "lib/language/scenario.h"

static const char text[] = "scenario bench/split \"t\" param n = 1 2 threads $n depth $n repeat 3\n"
	"engine c memcpy like fsl-dma engine x xor like talitos\n"
	"buffer a 4K random buffer b 4K zero buffer d 4K zero\n"
	"thread { map m = c a TO_DEVICE map k = c b FROM_DEVICE map v = x d FROM_DEVICE\n"
	"prep t = c memcpy k <- m prep u = x xor v <- v submit t issue c wait t submit u wait u\n"
	"unmap m k v check b == a cpu_read b }";

static void compile(size_t variant, struct cell *cell)
{
	const struct compile_opts opts = { .variant = variant, .timed = true };
	struct scenario *s;
	struct diag d;

	assert_int_equal(scenario_parse("t", text, sizeof(text) - 1, &s, &d), 0);
	assert_int_equal(scenario_compile(s, &opts, cell, &d), 0);
	scenario_free(s);
}

struct tape {
	struct dmt_record v[512];
	size_t nr;
};

static int find(const struct cell *cell, struct tape *t, struct bench_found *f)
{
	const struct cell_result r = {
		.records = t->v, .nr_records = t->nr, .nr_engines = 2,
		.engines = {
			{ .bytes = 8192, .compute_ns = 4096, .ops = { 2, 0 } },
			{ .bytes = 8192, .compute_ns = 2048, .ops = { 0, 2 } },
		},
	};

	return bench_find(cell, &r, f);
}

/* Adds a record of step @step, which ends at @end. */
static void put(struct tape *t, uint32_t iteration, uint8_t thread, uint32_t step, uint64_t end,
		uint64_t value)
{
	t->v[t->nr++] = (struct dmt_record){ .iteration = iteration, .thread = thread, .step = step,
					     .time_ns = end, .value = value };
}

/* Steps: 3 maps, 2 preps, submit, issue, wait, submit, wait, 3 unmaps, check, cpu_read. */
static void put_iteration(struct tape *t, uint32_t iteration, uint64_t base)
{
	static const uint64_t ends[15] = { 100, 250, 400, 420, 440, 460, 500, 900, 950, 1500,
					   1600, 1700, 1800, 9000, 9900 };
	static const uint64_t values[15] = { 80, 90, 100, 11, 12, 13, 40, 333, 14, 444,
					     50, 60, 70, 5, 0xabcdef };

	for (uint32_t i = 0; i < 15; i++)
		put(t, iteration, 0, i, base + ends[i], values[i]);
}

/*
 * Catches: steps outside of the chain (a check, reading the data) counted in its time; waiting
 * counted as the client's time; a chain that begins when its first step ends; a cold first
 * iteration that is not left out; copies taken for xors; an issue or a wait counted as no, or as,
 * handing over a descriptor.
 */
static void test_find(void **state)
{
	struct bench_found f;
	struct tape t = { 0 };
	struct cell cell;

	(void)state;
	compile(0, &cell);
	assert_int_equal(cell.nr_steps, 15);
	put_iteration(&t, 0, 50000);
	for (size_t i = 0; i < t.nr; i++)
		t.v[i].value *= 1000;
	put_iteration(&t, 1, 100000);
	put_iteration(&t, 2, 200000);
	assert_int_equal(find(&cell, &t, &f), 0);
	for (int m = 0; m < BENCH__NS; m++)
		assert_int_equal(f.nr[m], m == BENCH_SYNC ? 0 : 2);
	assert_int_equal(f.v[BENCH_MAP][0], 270);
	assert_int_equal(f.v[BENCH_UNMAP][1], 180);
	assert_int_equal(f.v[BENCH_TX][0], 11 + 12 + 13 + 40 + 14);
	assert_int_equal(f.v[BENCH_COPY][0], 333);
	assert_int_equal(f.v[BENCH_XOR][1], 444);
	assert_int_equal(f.v[BENCH_CLIENT][0], 270 + 11 + 12 + 13 + 14 + 180);
	assert_int_equal(f.v[BENCH_CHAIN][0], 1800 - 20);
	/* Gaps: 0 7 8 9 30 36 40 50 50 60; the waits have none. */
	assert_int_equal(f.v[BENCH_EXECUTOR][0], 33 * 13);
	assert_true(f.rates[BENCH_COPIED - BENCH__NS] == 2e9);
	assert_true(f.rates[BENCH_XORED - BENCH__NS] == 4e9);
	assert_true(fabs(f.rates[0] - 2e9 / (2 * 1780)) < 1);
	assert_true(fabs(f.rates[1] - f.rates[0] * 4096) < 1);
	bench_found_free(&f);
	cell_free(&cell);
}

static void compile_text(const char *scenario, const struct compile_opts *opts, struct cell *cell)
{
	struct scenario *s;
	struct diag d;

	assert_int_equal(scenario_parse("t", scenario, strlen(scenario), &s, &d), 0);
	assert_int_equal(scenario_compile(s, opts, cell, &d), 0);
	scenario_free(s);
}

/*
 * Catches: a bare chain whose time lacks its first step or includes the gap between iterations; no
 * bare chain at all; times of steps for which none were taken.
 */
static void test_find_bare(void **state)
{
	static const char bare[] = "scenario bench/copy \"t\" repeat 3 engine c memcpy like fsl-dma\n"
		"buffer a 4K random buffer b 4K zero thread { delay 0us map m = c a TO_DEVICE\n"
		"map k = c b BIDIRECTIONAL prep t = c memcpy k <- m submit t issue c wait t unmap m k }";
	struct bench_found f;
	struct tape t = { 0 };
	struct cell cell;

	(void)state;
	compile_text(bare, &(struct compile_opts) { .bare = true }, &cell);
	for (uint32_t i = 0; i < 3; i++) {
		put(&t, i, 0, 0, 100000 * i + 1000, 0);
		put(&t, i, 0, cell.nr_steps - 1, 100000 * i + 3500, 0);
	}
	assert_int_equal(find(&cell, &t, &f), 0);
	assert_int_equal(f.nr[BENCH_CHAIN], 2);
	assert_int_equal(f.v[BENCH_CHAIN][0], 2500);
	assert_int_equal(f.nr[BENCH_CLIENT] + f.nr[BENCH_EXECUTOR] + f.nr[BENCH_MAP], 0);
	assert_true(fabs(f.rates[0] - 1e9 / 2500) < 1);
	bench_found_free(&f);
	cell_free(&cell);
}

/* Catches: the workload's whole time taken for that of its copies; tests that did not run. */
static void test_find_dmatest(void **state)
{
	static const char theirs[] = "scenario bench/dmatest \"t\" engine c memcpy like fsl-dma\n"
		"workload dmatest { iterations 100 size 4K draw 0 verify 0 }";
	struct cell_result r = {
		.sums.ns = 5000000, .nr_engines = 1, .engines = { { .bytes = 409600 } },
		.stages[STAGE_TESTS] = { .ran = true, .of = 100 },
	};
	struct bench_found f;
	struct cell cell;

	(void)state;
	compile_text(theirs, &(struct compile_opts) { .timed = true }, &cell);
	assert_int_equal(bench_find(&cell, &r, &f), 0);
	assert_int_equal(f.nr[BENCH_CHAIN], 1);
	assert_int_equal(f.v[BENCH_CHAIN][0], 50000);
	assert_true(fabs(f.rates[0] - 20000) < 1);
	assert_true(fabs(f.rates[1] - 20000 * 4096) < 1);
	bench_found_free(&f);
	r.stages[STAGE_TESTS].of = 0;
	assert_int_equal(bench_find(&cell, &r, &f), -EINVAL);
	cell_free(&cell);
}

/* Catches: chains in flight together counted as one; the rate of one thread taken for all. */
static void test_find_many(void **state)
{
	struct bench_found f;
	struct tape t = { 0 };
	struct cell cell;

	(void)state;
	compile(1, &cell);
	assert_int_equal(cell.clients, 2);
	assert_int_equal(cell.in_flight, 2);
	for (uint32_t i = 0; i < 3; i++) {
		uint64_t base = 100000 * (i + 1);

		put(&t, i, 0, 0, base + 100, 100);	/* map */
		put(&t, i, 1, cell.nr_steps / 2, base + 300, 60);
		put(&t, i, 0xff, 2, base + 5000, 40);	/* a callback's: no span of a thread */
		put(&t, i, 0, 1, base + 1000, 200);
		put(&t, i, 1, cell.nr_steps / 2 + 1, base + 2000, 100);
	}
	assert_int_equal(find(&cell, &t, &f), 0);
	assert_int_equal(f.nr[BENCH_MAP], 2);
	assert_int_equal(f.v[BENCH_MAP][0], (100 + 60 + 40 + 200 + 100) / 4);
	assert_int_equal(f.nr[BENCH_CHAIN], 4);
	assert_int_equal(f.v[BENCH_CHAIN][0], 1000);
	assert_int_equal(f.v[BENCH_CHAIN][1], 1760);
	assert_true(fabs(f.rates[0] - 4e9 / 2000) < 1);
	bench_found_free(&f);
	cell_free(&cell);
}

/* Catches: records of another program, or out of order, that are accepted. */
static void test_find_bad(void **state)
{
	struct bench_found f;
	struct tape t = { 0 };
	struct cell cell;

	(void)state;
	compile(0, &cell);
	assert_int_equal(find(&cell, &t, &f), 0);
	assert_true(f.rates[0] == 0);
	put_iteration(&t, 2, 1000);
	put_iteration(&t, 1, 90000);
	assert_int_equal(find(&cell, &t, &f), -EINVAL);
	t.nr = 0;
	put(&t, 1, 0, cell.nr_steps, 100, 1);
	assert_int_equal(find(&cell, &t, &f), -EINVAL);
	assert_null(f.v[BENCH_MAP]);
	cell_free(&cell);
}

/* ---- orders ---- */

static void about(struct samples *s, const char *key, const char *value)
{
	s->about = xrealloc(s->about, (s->nr_about + 1) * sizeof(*s->about));
	s->about[s->nr_about++] = (struct samples_about){ xstrdup(key), xstrdup(value) };
}

/* Adds rounds in which everything takes longer and longer. */
static void add(struct samples *s, enum bench_metric metric, const char *cell, double base,
		int rounds)
{
	struct samples_series *to;

	s->series = xrealloc(s->series, (s->nr_series + 1) * sizeof(*s->series));
	to = &s->series[s->nr_series++];
	*to = (struct samples_series){ xstrdup(bench_metrics[metric].name),
				       xstrdup(bench_metrics[metric].unit), xstrdup(cell),
				       bench_metrics[metric].higher, NULL, 0 };
	to->rounds = xcalloc(rounds, sizeof(*to->rounds));
	to->nr_rounds = rounds;
	for (int r = 0; r < rounds; r++) {
		to->rounds[r] = (struct samples_round){ .round = r, .nr = 5 };
		to->rounds[r].values = xmalloc(5 * sizeof(double));
		for (int i = 0; i < 5; i++)
			to->rounds[r].values[i] = base * (r + 1) * (0.98 + 0.01 * i);
	}
}

static void fill(struct samples *s)
{
	memset(s, 0, sizeof(*s));
	about(s, ABOUT_BASE, "size=4K context=softirq");
	about(s, ABOUT_ACCEL, "tcg");
	about(s, ABOUT_RELEASE, "6.12 <b>&");
	add(s, BENCH_CHAIN, "bench/legacy size=16K context=softirq @bounce", 2000, 20);
	add(s, BENCH_CHAIN, "bench/legacy size=4K context=hardirq @bounce", 500, 20);
	add(s, BENCH_CHAIN, "bench/legacy size=4K context=softirq @bounce", 1000, 20);
	add(s, BENCH_CHAIN, "bench/split size=4K context=softirq @bounce", 1100, 20);
	add(s, BENCH_CHAIN, "bench/cpu size=4K @bounce", 100, 20);
	add(s, BENCH_CHAIN, "bench/legacy size=4K context=softirq @coherent", 900, 20);
	add(s, BENCH_CLIENT, "bench/legacy size=4K context=softirq @bounce", 300, 20);
	add(s, BENCH_CLIENT, "bench/legacy size=16K context=softirq @bounce", 350, 20);
	add(s, BENCH_CLIENT, "bench/cpu size=4K @bounce", 100, 20);
	add(s, BENCH_CLIENT, "bench/cpu size=16K @bounce", 400, 20);
}

/*
 * Catches: a drift of the guest that is taken for a difference between orders, or widens its
 * interval; figures of the CPU shown for a completion context, which the CPU does not have.
 */
static void test_points(void **state)
{
	struct bench_points p;
	struct samples s;
	const char *below;
	struct ratio r;

	(void)state;
	fill(&s);
	bench_points_find(&s, &p);
	assert_int_equal(p.nr, 4);
	assert_string_equal(p.v[0].id.point, "size=4K context=softirq @coherent");
	assert_string_equal(p.v[1].id.point, "size=4K context=softirq @bounce");
	assert_string_equal(p.v[2].id.point, "size=16K context=softirq @bounce");
	assert_string_equal(p.v[3].id.point, "size=4K context=hardirq @bounce");
	assert_non_null(p.v[1].of[ORDER_CPU][BENCH_CHAIN]);
	assert_null(p.v[3].of[ORDER_CPU][BENCH_CHAIN]);
	assert_null(p.v[0].of[ORDER_CPU][BENCH_CHAIN]);
	bench_ratio(p.v[1].of[ORDER_LEGACY][BENCH_CHAIN], p.v[1].of[ORDER_SPLIT][BENCH_CHAIN], &r);
	assert_true(fabs(r.ratio - 1.1) < 1e-9 && r.hi - r.lo < 1e-9);
	assert_string_equal(bench_break_even(&p, &p.v[1], ORDER_LEGACY, &below), "16K");
	assert_string_equal(below, "4K");
	assert_null(bench_break_even(&p, &p.v[1], ORDER_SPLIT, &below));
	assert_null(below);
	bench_points_free(&p);
	samples_free(&s);
}

/* Catches: a cell of something else taken for a benchmark, a name taken apart wrongly. */
static void test_ids(void **state)
{
	struct bench_id id;

	(void)state;
	assert_false(bench_id_parse("order/split size=4K @bounce", &id));
	assert_false(bench_id_parse("bench/split", &id));
	assert_true(bench_id_parse("bench/split @strict", &id));
	assert_int_equal(id.nr_params, 0);
	bench_id_free(&id);
	assert_true(bench_id_parse("bench/a-b size=4K x=y=z @strict", &id));
	assert_string_equal(id.order, "a-b");
	assert_string_equal(id.world, "strict");
	assert_string_equal(bench_id_param(&id, "x"), "y=z");
	assert_string_equal(bench_id_param(&id, "siz"), "");
	bench_id_free(&id);
	assert_true(bench_size("63K") == 63 * 1024 && bench_size("512") == 512 && bench_size("x") == 0);
}

/* Catches: an interval that contains the true ratio less often than it claims. */
static void test_ratio_paired(void **state)
{
	unsigned int held = 0;

	(void)state;
	srand(7);
	for (int k = 0; k < 400; k++) {
		double v[21];
		struct ratio r;

		for (int i = 0; i < 21; i++)
			v[i] = 1.05 + (rand() / (double)RAND_MAX - 0.5) * 0.2;
		ratio_paired(v, 21, 0.95, k, &r);
		assert_true(r.lo <= r.ratio && r.ratio <= r.hi);
		held += r.lo <= 1.05 && 1.05 <= r.hi;
	}
	assert_in_range(held, 360, 398);
}

/* ---- pages ---- */

static size_t longest_line(const char *s)
{
	size_t most = 0;

	for (size_t n; *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		most = n > most ? n : most;
	}
	return most;
}

/*
 * Catches: a page that fetches something, or that a name breaks; a mail with lines so long that
 * mail programs wrap them.
 */
static void test_pages(void **state)
{
	struct strbuf html = STRBUF_INIT, mail = STRBUF_INIT;
	const struct plots none = { 0 };
	struct samples s;
	struct page page = { .s = { &s }, .name = { "run<1>" }, .plots = &none, .dir = "." };

	(void)state;
	fill(&s);
	s.incomplete = xstrdup("it ends & was <interrupted>, and this is a text that is longer than a line can be in a mail");
	assert_int_equal(page_html(&page, &html), 0);
	assert_non_null(strstr(html.s, "run&lt;1&gt;"));
	assert_non_null(strstr(html.s, "6.12 &lt;b&gt;&amp;"));
	assert_non_null(strstr(html.s, "interrupted&gt;"));
	assert_non_null(strstr(html.s, "<td>1.100 <small>1.100..1.100</small></td>"));
	for (const char *const *bad = (const char *const[]){ "<script", "http:", "https:", "src=", "url(",
							     "@import", NULL }; *bad; bad++)
		assert_null(strstr(html.s, *bad));
	page_text(&page, &mail);
	assert_in_range(longest_line(mail.s), 40, 76);
	assert_non_null(strstr(mail.s, "1.100 1.100-1.100"));
	strbuf_free(&html);
	strbuf_free(&mail);
	samples_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_bare),
		cmocka_unit_test(test_find_dmatest),
		cmocka_unit_test(test_find_many),
		cmocka_unit_test(test_find_bad),
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_ratio_paired),
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
