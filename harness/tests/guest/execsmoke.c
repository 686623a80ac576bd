// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests what uapi/dmatorture.h promises, one test for each promise: statuses, values, contexts,
 * sums, digests, domains. Programs are built by hand. execend.c tests how runs end.
 *
 *   execsmoke [TEST]...
 */
#include "exec.h"

/* Builds the split order over both engines. Returns the step of the check. */
static uint32_t build_chain(void)
{
	uint32_t copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	uint32_t xor = add_engine(&p, DMT_CAP_XOR, xor_dev, 0);
	struct copy c = add_copy(copy, PLAIN);
	uint32_t old = add_buffer(&p, 4096, DMT_FILL_RANDOM);
	uint32_t parity = add_buffer(&p, 4096, DMT_FILL_ZERO);
	uint32_t x_page = map_buffer(&p, xor, DMT_TO_DEVICE, c.to);
	uint32_t x_old = map_buffer(&p, xor, DMT_TO_DEVICE, old);
	uint32_t x_par = map_buffer(&p, xor, DMT_FROM_DEVICE, parity);
	uint32_t src = on_map(&p, x_page), tx, sources;

	on_map(&p, x_old);
	tx = add_tx(&p, xor, PLAIN, on_map(&p, x_par), src, 2, 4096);
	sources = on_buffer(&p, c.from);
	on_buffer(&p, old);
	THREAD;
	map_copy(&c);
	go_copy(&c);
	add_step(&p, DMT_STEP_WAIT, c.tx);
	unmap_copy(&c);
	add_step(&p, DMT_STEP_MAP, x_page);
	add_step(&p, DMT_STEP_MAP, x_old);
	add_step(&p, DMT_STEP_MAP, x_par);
	add_step(&p, DMT_STEP_PREP, tx);
	add_step(&p, DMT_STEP_SUBMIT, tx);
	add_step(&p, DMT_STEP_ISSUE, xor);
	add_step(&p, DMT_STEP_WAIT, tx);
	add_step(&p, DMT_STEP_UNMAP, x_page);
	add_step(&p, DMT_STEP_UNMAP, x_old);
	add_step(&p, DMT_STEP_UNMAP, x_par);
	return add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, parity), sources, 2);
}

static void test_chain(void)
{
	uint32_t check;

	start_engines("direct", "softirq", NULL, NULL);
	check = build_chain();
	p.h.repeat = htole32(20);
	p.h.keep_first = htole32(20);
	run_program();
	EXPECT_EQ(sums.status, 0);
	EXPECT_EQ(sums.iterations, 20);
	EXPECT_EQ(sums.steps, 20 * p.nr_steps);
	EXPECT_EQ(sums.steps_failed, 0);
	EXPECT_EQ(sums.checks, 20);
	EXPECT_EQ(sums.checks_bad, 0);
	EXPECT_EQ(sums.maps, 100);
	EXPECT_EQ(sums.records, 20 * p.nr_steps);
	EXPECT_EQ(sums.records_lost, 0);
	EXPECT_EQ(sums.first_bad, DMT_NONE);
	EXPECT_EQ(sums.leftover_maps + sums.leftover_txs, 0);
	EXPECT_EQ(sums.digest, digest_of_records());
	EXPECT(value_of(0), "a map has an address");
	EXPECT((int32_t)value_of(3) > 0, "a submit has a cookie");
	EXPECT(value_of(5) >= 1000, "the wait says %llu ns, setup costs 1000", (long long)value_of(5));
	EXPECT_EQ(status_of(check), 0);
	for (uint32_t i = 1; i < nr_records; i++)
		EXPECT(le64toh(records[i].time_ns) >= le64toh(records[i - 1].time_ns),
		       "time goes back at %u", i);
	run_program();	/* a session runs again */
	EXPECT_EQ(sums.iterations, 20);
	stop_engines();
}

/* Tests every status of the contract that occurs without a fault. */
static void test_statuses(void)
{
	uint32_t copy, xor, first, b, big, wrong, bad_check;
	struct copy c;

	start_engines("direct", "softirq", NULL, NULL);
	copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	xor = add_engine(&p, DMT_CAP_XOR, xor_dev, 0);
	c = add_copy(copy, PLAIN);
	/* 7 sources are more than a talitos can take. */
	b = add_buffer(&p, 4096, DMT_FILL_BYTE);
	big = map_buffer(&p, xor, DMT_BIDIRECTIONAL, b);
	first = on_map(&p, big);
	for (int i = 1; i < 7; i++)
		on_map(&p, big);
	big = add_tx(&p, xor, PLAIN, on_map(&p, big), first, 7, 64);
	wrong = on_buffer(&p, c.from);

	THREAD;
	add_step(&p, DMT_STEP_UNMAP, c.src);				/* 0 */
	add_step(&p, DMT_STEP_SYNC_CPU, le32toh(p.txs[c.tx].dst));
	add_step(&p, DMT_STEP_PREP, c.tx);
	add_step(&p, DMT_STEP_SUBMIT, c.tx);
	add_step(&p, DMT_STEP_WAIT, c.tx);
	map_copy(&c);							/* 5, 6 */
	add_step(&p, DMT_STEP_MAP, c.src);
	add_step(&p, DMT_STEP_MAPPING_ERROR, c.src);
	add_step(&p, DMT_STEP_SUBMIT, c.tx);				/* 9 */
	add_step(&p, DMT_STEP_STATUS, c.tx);
	add_step(&p, DMT_STEP_PREP, c.tx);
	add_step(&p, DMT_STEP_PREP, c.tx);				/* 12 */
	add_step(&p, DMT_STEP_SUBMIT, c.tx);
	add_step(&p, DMT_STEP_PREP, c.tx);				/* 14 */
	add_step(&p, DMT_STEP_SUBMIT, c.tx);
	add_step3(&p, DMT_STEP_WAIT, c.tx, 5, 0);			/* 16 */
	add_step(&p, DMT_STEP_STATUS, c.tx);
	add_step(&p, DMT_STEP_ISSUE, copy);
	add_step(&p, DMT_STEP_WAIT, c.tx);				/* 19 */
	add_step(&p, DMT_STEP_STATUS, c.tx);
	add_step(&p, DMT_STEP_SYNC_CPU, le32toh(p.txs[c.tx].dst));
	add_step(&p, DMT_STEP_ACK, c.tx); /* 22: it was prepared acked */
	add_step(&p, DMT_STEP_MAP, 2);
	add_step(&p, DMT_STEP_PREP, big);				/* 24 */
	add_step(&p, DMT_STEP_SUBMIT, big);
	add_step(&p, DMT_STEP_WAIT, big);
	bad_check = add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, b), wrong, 1);
	run_program();
	EXPECT_EQ(status_of(0), -ENXIO);
	EXPECT_EQ(status_of(1), -ENXIO);
	EXPECT_EQ(status_of(2), -ENXIO);
	EXPECT_EQ(status_of(3), -ENXIO);
	EXPECT_EQ(status_of(4), -ENXIO);
	EXPECT_EQ(status_of(5), 0);
	EXPECT_EQ(status_of(7), -EBUSY);
	EXPECT_EQ(status_of(8), 0);
	EXPECT_EQ(status_of(9), -ENXIO);
	EXPECT_EQ(status_of(10), -ENXIO);
	EXPECT_EQ(status_of(11), 0);
	EXPECT_EQ(status_of(12), -EBUSY);
	EXPECT_EQ(status_of(13), 0);
	EXPECT_EQ(status_of(14), -EBUSY);
	EXPECT_EQ(status_of(15), -ENXIO);
	EXPECT_EQ(status_of(16), -ETIMEDOUT);
	EXPECT_EQ(value_of(16), 0);
	EXPECT_EQ(value_of(17), 1 | 4096ull << 32);	/* DMA_IN_PROGRESS, all of it to do */
	EXPECT_EQ(status_of(19), 0);
	EXPECT_EQ(value_of(20), 0);
	EXPECT_EQ(status_of(21), 0);
	EXPECT_EQ(status_of(22), -ENXIO);
	EXPECT_EQ(status_of(24), -ENOMEM);
	EXPECT_EQ(status_of(25), -ENXIO);
	EXPECT_EQ(status_of(26), -ENXIO);
	EXPECT_EQ(status_of(bad_check), -EILSEQ);
	EXPECT((uint32_t)value_of(bad_check) > 4000, "%u wrong bytes", (uint32_t)value_of(bad_check));
	EXPECT_EQ(sums.checks_bad, 1);
	EXPECT_EQ(sums.first_bad, 0);
	EXPECT_EQ(sums.leftover_maps, 3);
	EXPECT_EQ(sums.leftover_txs, 0);
	EXPECT_EQ(sums.steps_failed, 16);
	stop_engines();
}

static void test_sg(void)
{
	uint32_t copy, a, b, m, entry1, whole, src, tx, check;
	struct copy c;

	start_engines("strict", "softirq", NULL, NULL);
	copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	c = add_copy(copy, PLAIN);
	a = add_buffer(&p, 1000, DMT_FILL_RANDOM);
	b = add_buffer(&p, 2000, DMT_FILL_RANDOM);
	m = on_buffer(&p, a);
	on_buffer(&p, b);
	m = add_map(&p, copy, DMT_MAP_SG, DMT_TO_DEVICE, m, 2);
	entry1 = add_operand(&p, DMT_ON_MAP, m, 1, 100, 500);
	whole = add_operand(&p, DMT_ON_MAP, m, DMT_NONE, 0, 1);
	tx = add_tx(&p, copy, PLAIN, on_map(&p, c.dst), entry1, 1, 500);
	src = add_operand(&p, DMT_ON_BUFFER, b, 0, 100, 500);
	THREAD;
	add_step(&p, DMT_STEP_MAP, c.dst);
	add_step(&p, DMT_STEP_MAP, m);
	add_step(&p, DMT_STEP_SYNC_CPU, whole);
	add_step(&p, DMT_STEP_SYNC_DEVICE, whole);
	add_step(&p, DMT_STEP_PREP, tx);
	add_step(&p, DMT_STEP_SUBMIT, tx);
	add_step(&p, DMT_STEP_ISSUE, copy);
	add_step(&p, DMT_STEP_WAIT, tx);
	add_step(&p, DMT_STEP_UNMAP, c.dst);
	add_step(&p, DMT_STEP_UNMAP, m);
	check = add_step3(&p, DMT_STEP_CHECK, add_operand(&p, DMT_ON_BUFFER, c.to, 0, 0, 500), src,
			  1);
	p.h.repeat = htole32(10);	/* the list is mapped again and again */
	p.h.keep_first = htole32(10);
	run_program();
	EXPECT_EQ(sums.steps_failed, 0);
	EXPECT_EQ(sums.maps, 20);
	EXPECT_EQ(sums.checks_bad, 0);
	EXPECT_EQ(status_of(check), 0);
	stop_engines();
}

static void test_contexts(void)
{
	static const char *const completions[] = { "threaded", "softirq", "hardirq", "workqueue" };
	static const uint8_t completes_in[] = {
		DMT_CTX_TASK, DMT_CTX_SOFTIRQ, DMT_CTX_HARDIRQ, DMT_CTX_WORKQUEUE,
	};
	uint32_t steps[DMT_CTX__COUNT];

	for (int i = 0; i < 4; i++) {
		uint32_t copy, block, cb;
		struct copy c;

		program_init(&p);
		start_engines("direct", completions[i], NULL, NULL);
		copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
		c = add_copy(copy, PLAIN);
		block = begin_block(&p, DMT_BLOCK_CALLBACK, 0);
		p.txs[c.tx].callback = htole32(block);
		cb = add_step(&p, DMT_STEP_UNMAP, c.dst);
		for (uint32_t ctx = 0; ctx < DMT_CTX__COUNT; ctx++) {
			begin_block(&p, DMT_BLOCK_CONTEXT, ctx);
			steps[ctx] = add_step(&p, DMT_STEP_NOP, 0);
		}
		THREAD;
		for (uint32_t ctx = 0; ctx < DMT_CTX__COUNT; ctx++)
			add_step(&p, DMT_STEP_IN, 1 + ctx);
		map_copy(&c);
		go_copy(&c);
		add_step(&p, DMT_STEP_WAIT, c.tx);
		add_step(&p, DMT_STEP_UNMAP, c.src);
		run_program();
		EXPECT_EQ(sums.steps_failed, 0);
		for (uint32_t ctx = 0; ctx < DMT_CTX__COUNT; ctx++) {
			EXPECT_EQ(record_of(steps[ctx])->ctx, ctx);
			EXPECT_EQ(record_of(steps[ctx])->thread, 0);
		}
		EXPECT_EQ(record_of(cb)->ctx, completes_in[i]);
		EXPECT_EQ(record_of(cb)->thread, 0xff);
		stop_engines();
	}
}

static void test_barrier(void)
{
	uint32_t before[3], after[3];

	start_engines("direct", "softirq", NULL, NULL);
	add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	for (int i = 0; i < 3; i++) {
		THREAD;
		add_step3(&p, DMT_STEP_DELAY, 0, 0, 20000);
		before[i] = add_step(&p, DMT_STEP_NOP, 0);
		add_step3(&p, DMT_STEP_BARRIER, 0, 0, 3);
		after[i] = add_step(&p, DMT_STEP_NOP, 0);
	}
	p.h.nr_barriers = htole32(1);
	p.h.repeat = htole32(50);
	p.h.keep_first = htole32(50);
	run_program();
	EXPECT_EQ(sums.iterations, 50);
	EXPECT_EQ(sums.steps, 600);
	for (int it = 0; it < 50; it++) {
		uint32_t last_before = 0, first_after = UINT32_MAX;

		for (uint32_t i = it * 12; i < it * 12 + 12u; i++)
			for (int k = 0; k < 3; k++) {
				EXPECT_EQ(le32toh(records[i].iteration), it);
				if (le32toh(records[i].step) == before[k])
					last_before = i;
				if (le32toh(records[i].step) == after[k] &&
				    first_after == UINT32_MAX)
					first_after = i;
			}
		EXPECT(last_before < first_after, "iteration %d", it);
	}
	stop_engines();
}

/* The same random seed gives the same bytes; another seed or iteration gives others. */
static void test_seed(void)
{
	uint64_t first[2], again[2];

	start_engines("direct", "softirq", NULL, NULL);
	add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	add_buffer(&p, 4096, DMT_FILL_RANDOM);
	add_buffer(&p, 4099, DMT_FILL_RANDOM);
	add_buffer(&p, 9, DMT_FILL_BYTE);
	for (uint32_t i = 0; i < 3; i++)
		on_buffer(&p, i);
	THREAD;
	for (uint32_t i = 0; i < 3; i++)
		add_step(&p, DMT_STEP_CPU_READ, i);
	p.h.repeat = htole32(2);
	p.h.keep_first = htole32(2);
	run_program();
	first[0] = le64toh(records[0].value);
	first[1] = le64toh(records[3].value);
	EXPECT(first[0] != first[1], "another iteration, the same bytes");
	EXPECT(first[0] != le64toh(records[1].value), "another buffer, the same bytes");
	EXPECT_EQ(value_of(2), crc32_update(0, "ZZZZZZZZZ", 9));
	run_program();
	again[0] = le64toh(records[0].value);
	again[1] = le64toh(records[3].value);
	EXPECT(again[0] == first[0] && again[1] == first[1], "the same seed, other bytes");
	p.h.seed = htole64(2);
	run_program();
	EXPECT(le64toh(records[0].value) != first[0], "another seed, the same bytes");
	stop_engines();
}

static void test_domains(void)
{
	uint32_t copy, xor, tx;
	struct copy c;

	for (int named = 0; named < 2; named++) {
		program_init(&p);
		start_engines("strict", "softirq", "domain", named ? "stripe" : "\n");
		copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
		xor = add_engine(&p, DMT_CAP_XOR, xor_dev, 0);
		c = add_copy(copy, PLAIN);
		tx = add_tx(&p, xor, PLAIN, on_map(&p, c.dst), on_map(&p, c.src), 1, 64);
		THREAD;
		map_copy(&c);
		add_step(&p, DMT_STEP_PREP, tx);
		run_program();
		EXPECT_EQ(sums.domain[0] == sums.domain[1], named);
		EXPECT_EQ(sums.status, named ? 0 : -EXDEV);
		EXPECT_EQ(sums.steps, named ? 3 : 0);
		if (!named) {
			EXPECT(strstr(sums.reason, "copy") && strstr(sums.reason, "xor"), "%s",
			       sums.reason);
			p.h.flags = htole32(DMT_F_FOREIGN_MAP);
			run_program();
			EXPECT_EQ(sums.status, 0);
			EXPECT_EQ(sums.foreign_maps, 1);
		}
		stop_engines();
	}
}

/* Several engines of a program may use the same channel, but two sessions must not. */
static void test_channels(void)
{
	struct copy a, b;

	start_engines("direct", "softirq", NULL, NULL);
	a = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
	b = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
	THREAD;
	map_copy(&a);
	map_copy(&b);
	go_copy(&a);
	go_copy(&b);
	add_step(&p, DMT_STEP_WAIT, a.tx);
	add_step(&p, DMT_STEP_WAIT, b.tx);
	run_program();
	EXPECT_EQ(sums.status, 0);
	EXPECT_EQ(sums.steps_failed, 0);
	p.engines[1].cap = htole32(DMT_CAP_XOR);
	p.txs[b.tx].op = htole32(DMT_OP_XOR);
	run_program();
	EXPECT_EQ(sums.status, -ENODEV);
	EXPECT(strstr(sums.reason, "xor"), "reason: %s", sums.reason);
	stop_engines();
}

/* The digest includes records that are not kept. */
static void test_records(void)
{
	uint32_t all;

	start_engines("direct", "softirq", NULL, NULL);
	add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	on_buffer(&p, add_buffer(&p, 8, DMT_FILL_ZERO));
	on_buffer(&p, add_buffer(&p, 8, DMT_FILL_RANDOM));
	THREAD;
	for (int i = 0; i < 999; i++)
		add_step(&p, DMT_STEP_NOP, 0);
	add_step3(&p, DMT_STEP_CHECK, 0, 1, 1);
	p.h.repeat = htole32(10);
	p.h.keep_first = htole32(2);
	p.h.keep_bad = htole32(3);
	run_program();
	EXPECT_EQ(sums.steps, 10000);
	EXPECT_EQ(sums.records, 5000);
	EXPECT_EQ(sums.records_lost, 0);
	EXPECT_EQ(sums.first_bad, 0);
	EXPECT_EQ(le32toh(records[4999].iteration), 4);
	EXPECT(sums.digest != digest_of_records(), "the others are not in the digest");

	/* More records than can be kept: the digest includes them all. */
	p.h.repeat = htole32(DMT_MAX_KEPT_RECORDS / 1000);
	p.h.keep_first = htole32(1000);
	run_program();
	EXPECT_EQ(sums.records_lost, 0);
	p.h.repeat = htole32(DMT_MAX_KEPT_RECORDS / 1000 + 3);
	run_program();
	EXPECT_EQ(sums.records + sums.records_lost, sums.steps);
	EXPECT(sums.records <= DMT_MAX_KEPT_RECORDS, "%u", sums.records);
	EXPECT(sums.records > DMT_MAX_KEPT_RECORDS - 1000, "%u", sums.records);
	all = digest_of_records();
	EXPECT(sums.digest != all, "lost records are not in the digest");
	stop_engines();
}

static const struct test tests[] = {
	{ "chain", test_chain },
	{ "statuses", test_statuses },
	{ "sg", test_sg },
	{ "contexts", test_contexts },
	{ "barrier", test_barrier },
	{ "seed", test_seed },
	{ "domains", test_domains },
	{ "channels", test_channels },
	{ "records", test_records },
	{ }
};

int main(int argc, char **argv)
{
	return run_tests("execsmoke", tests, argc, argv);
}
