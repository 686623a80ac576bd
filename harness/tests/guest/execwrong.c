// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests steps that break rules on purpose: their statuses, that nothing of the kernel is harmed or
 * lost, and that programs which would harm it are refused.
 *
 *   execwrong [TEST]...
 */
#include "exec.h"

#define MANY 300	/* iterations; more than an engine's ring has descriptors */

static uint32_t add_wrong(uint16_t op, uint32_t obj, uint32_t how, uint32_t arg)
{
	return add_step3(&p, op, obj, how, arg);
}

static uint32_t own_map(uint32_t engine, uint32_t kind, uint32_t size)
{
	uint32_t m = add_map(&p, engine, kind, DMT_BIDIRECTIONAL, 0, 0);

	p.maps[m].size = htole32(size);
	return m;
}

static uint32_t on_own(uint32_t map)
{
	return add_operand(&p, DMT_ON_MAP, map, 0, 0, le32toh(p.maps[map].size));
}

/* All that can be wrong about an unmap; then the right unmap, after which nothing is mapped. */
static void unmap_all_wrong(const char *ops)
{
	uint32_t copy, xor, b, page, list, statuses[32], n = 0, first;

	start_engines(ops, "softirq", NULL, NULL);
	copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	xor = add_engine(&p, DMT_CAP_XOR, xor_dev, 0);
	b = add_buffer(&p, 4096, DMT_FILL_RANDOM);
	page = map_buffer(&p, copy, DMT_TO_DEVICE, b);
	first = on_buffer(&p, add_buffer(&p, 4096, DMT_FILL_RANDOM));
	on_buffer(&p, add_buffer(&p, 100, DMT_FILL_RANDOM));
	list = add_map(&p, copy, DMT_MAP_SG, DMT_TO_DEVICE, first, 2);
	THREAD;
	statuses[n++] = add_wrong(DMT_STEP_UNMAP, page, DMT_WRONG_AGAIN, 0);	/* never mapped */
	for (uint32_t how = DMT_WRONG_ENGINE; how <= DMT_WRONG_KIND; how++) {
		static const uint32_t arg[] = {
			[DMT_WRONG_SIZE] = 2048, [DMT_WRONG_DIR] = DMT_BIDIRECTIONAL,
			[DMT_WRONG_ADDRESS] = 64, [DMT_WRONG_KIND] = DMT_MAP_SG,
		};

		add_step(&p, DMT_STEP_MAP, page);
		if (how == DMT_WRONG_AGAIN) {
			statuses[n++] = add_wrong(DMT_STEP_UNMAP, page, how, 0);	/* mapped */
			add_step(&p, DMT_STEP_UNMAP, page);
		}
		add_wrong(DMT_STEP_UNMAP, page, how, how == DMT_WRONG_ENGINE ? xor : arg[how]);
		statuses[n++] = add_step(&p, DMT_STEP_UNMAP, page);
	}
	add_step(&p, DMT_STEP_MAP, list);
	add_wrong(DMT_STEP_UNMAP, list, DMT_WRONG_NENTS, 1);
	add_step(&p, DMT_STEP_MAP, list);
	add_wrong(DMT_STEP_UNMAP, list, DMT_WRONG_ENGINE, xor);
	add_step(&p, DMT_STEP_MAP, list);
	add_wrong(DMT_STEP_UNMAP, list, DMT_WRONG_DIR, DMT_FROM_DEVICE);
	add_step(&p, DMT_STEP_MAP, list);
	add_step(&p, DMT_STEP_FORGET_MAP, list);
	statuses[n++] = add_step(&p, DMT_STEP_FORGET_MAP, list);
	p.h.repeat = htole32(20);
	run_program();
	EXPECT_EQ(sums.status, 0);
	EXPECT_EQ(sums.iterations, 20);
	EXPECT_EQ(sums.leftover_maps, 0);
	EXPECT_EQ(sums.steps_failed, 20 * n);
	for (uint32_t i = 0; i < n; i++)
		EXPECT(status_of(statuses[i]) == (i == 5 ? -EBUSY : -ENXIO), "%u: %d", i,
		       status_of(statuses[i]));
	stop_engines();
}

static void test_unmap(void)
{
	unmap_all_wrong("strict");
	program_init(&p);
	unmap_all_wrong("direct");
}

/* An address beyond the mapping is in another bounce buffer, in a world that bounces. */
static void test_address(void)
{
	static const uint32_t ops[] = { DMT_STEP_SYNC_CPU, DMT_STEP_UNMAP };

	for (int i = 0; i < 2; i++) {
		uint32_t step;
		struct copy c;

		program_init(&p);
		start_engines("direct", "softirq", NULL, NULL);
		c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
		THREAD;
		map_copy(&c);
		step = add_wrong(ops[i], i ? c.src : le32toh(p.txs[c.tx].first_src),
				 DMT_WRONG_ADDRESS, 4096);
		run_program();
		EXPECT_EQ(status_of(step), sums.maps_bounced ? -EPERM : 0);
		EXPECT_EQ(sums.leftover_maps, sums.maps_bounced || !i ? 2 : 1);
		stop_engines();
	}
}

/* One list, mapped twice and unmapped in either order: each mapping has its own addresses. */
static void test_list_again(void)
{
	for (int order = 0; order < 2; order++) {
		uint32_t copy, first, one, two, src, tx, whole, check;
		struct copy c;

		program_init(&p);
		start_engines("strict", "softirq", NULL, NULL);
		copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
		c = add_copy(copy, PLAIN);
		first = on_buffer(&p, c.from);
		one = add_map(&p, copy, DMT_MAP_SG, DMT_TO_DEVICE, first, 1);
		two = add_map(&p, copy, DMT_MAP_SG, DMT_TO_DEVICE, first, 1);
		p.maps[two].list_of = htole32(one + 1);
		src = add_operand(&p, DMT_ON_MAP, order ? one : two, 0, 0, 4096);
		whole = add_operand(&p, DMT_ON_MAP, one, DMT_NONE, 0, 1);
		tx = add_tx(&p, copy, PLAIN, on_map(&p, c.dst), src, 1, 4096);
		THREAD;
		add_step(&p, DMT_STEP_MAP, one);
		add_step(&p, DMT_STEP_MAP, two);
		add_step(&p, DMT_STEP_MAP, c.dst);
		add_step(&p, DMT_STEP_SYNC_DEVICE, whole);
		add_step(&p, DMT_STEP_UNMAP, order ? two : one);
		add_step(&p, DMT_STEP_PREP, tx);
		add_step(&p, DMT_STEP_SUBMIT, tx);
		add_step(&p, DMT_STEP_ISSUE, copy);
		add_step(&p, DMT_STEP_WAIT, tx);
		add_step(&p, DMT_STEP_UNMAP, order ? one : two);
		add_step(&p, DMT_STEP_UNMAP, c.dst);
		check = add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, c.to), first, 1);
		p.h.repeat = htole32(10);
		run_program();
		EXPECT_EQ(sums.steps_failed, 0);
		EXPECT_EQ(status_of(check), 0);
		EXPECT_EQ(counter_of("copy", "access_faults"), 0);
		stop_engines();
	}
}

/* Memory is freed when no engine can reach it; mappings of it can be unmapped after that. */
static void test_free(void)
{
	static const uint32_t memories[] = { DMT_MEMORY_PAGES, DMT_MEMORY_KMALLOC,
					     DMT_MEMORY_VMALLOC };

	for (int i = 0; i < 6; i++) {
		uint32_t prepared, flying, again, dead[5], check;
		struct copy c;

		program_init(&p);
		/*
		 * Longer than another processor may take before this one's next step: they take
		 * turns of a tick.
		 */
		start_engines(i & 1 ? "strict" : "direct", "softirq", "setup_ns", "5000000");
		c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
		p.buffers[c.to].memory = htole32(memories[i / 2]);
		THREAD;
		map_copy(&c);
		add_step(&p, DMT_STEP_PREP, c.tx);
		prepared = add_step(&p, DMT_STEP_FREE, c.to);
		add_step(&p, DMT_STEP_SUBMIT, c.tx);
		add_step(&p, DMT_STEP_ISSUE, 0);
		flying = add_step(&p, DMT_STEP_FREE, c.to);
		add_step(&p, DMT_STEP_WAIT, c.tx);
		add_step(&p, DMT_STEP_SYNC_CPU, le32toh(p.txs[c.tx].dst));
		check = add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, c.to), on_buffer(&p, c.from),
				  1);
		add_step(&p, DMT_STEP_FREE, c.to);
		again = add_step(&p, DMT_STEP_FREE, c.to);
		dead[0] = add_step(&p, DMT_STEP_CPU_READ, on_buffer(&p, c.to));
		dead[1] = add_step3(&p, DMT_STEP_CPU_WRITE, on_buffer(&p, c.to), 0, 0);
		dead[2] = add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, c.from), on_buffer(&p, c.to),
				    1);
		dead[3] = add_step(&p, DMT_STEP_SYNC_CPU, le32toh(p.txs[c.tx].dst));
		unmap_copy(&c);
		dead[4] = add_step(&p, DMT_STEP_MAP, c.dst);
		p.h.repeat = htole32(50);
		run_program();
		EXPECT_EQ(sums.iterations, 50);
		EXPECT_EQ(sums.steps_failed, 50 * 8);
		EXPECT_EQ(status_of(prepared), -EBUSY);
		EXPECT_EQ(status_of(flying), -EBUSY);
		EXPECT_EQ(status_of(again), -ENXIO);
		EXPECT_EQ(status_of(check), 0);
		for (int k = 0; k < 5; k++)
			EXPECT_EQ(status_of(dead[k]), -ENXIO);
		stop_engines();
	}
}

/* Coherent and pool memory: data pass through both; freed only when no transaction uses it. */
static void test_own(void)
{
	for (int strict = 0; strict < 2; strict++) {
		uint32_t copy, c, pool, pages, t1, t3, src, busy, kind, mapped, check;
		struct copy ends;

		program_init(&p);
		start_engines(strict ? "strict" : "direct", "softirq", "setup_ns", "5000000");
		copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
		ends = add_copy(copy, PLAIN);
		c = own_map(copy, DMT_MAP_COHERENT, 4096);
		pool = own_map(copy, DMT_MAP_POOL, 4096);
		pages = own_map(copy, DMT_MAP_NONCOHERENT, 8192);
		t1 = add_tx(&p, copy, PLAIN, on_own(c), on_map(&p, ends.src), 1, 4096);
		src = on_own(c);
		add_tx(&p, copy, PLAIN, on_own(pool), src, 1, 4096);
		src = on_own(pool);
		t3 = add_tx(&p, copy, PLAIN, on_map(&p, ends.dst), src, 1, 4096);
		THREAD;
		map_copy(&ends);
		add_step(&p, DMT_STEP_MAP, c);
		add_step(&p, DMT_STEP_MAP, pool);
		mapped = add_step(&p, DMT_STEP_MAP, pages);
		for (uint32_t t = t1; t <= t3; t++)
			add_step(&p, DMT_STEP_PREP, t);
		for (uint32_t t = t1; t <= t3; t++)
			add_step(&p, DMT_STEP_SUBMIT, t);
		add_step(&p, DMT_STEP_ISSUE, copy);
		busy = add_step(&p, DMT_STEP_UNMAP, pool);
		add_step(&p, DMT_STEP_WAIT, t3);
		unmap_copy(&ends);
		kind = add_wrong(DMT_STEP_UNMAP, c, DMT_WRONG_KIND, DMT_MAP_PAGE);
		add_step(&p, DMT_STEP_UNMAP, c);
		check = add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, ends.to),
				  on_buffer(&p, ends.from), 1);
		p.h.repeat = htole32(50);
		run_program();
		EXPECT_EQ(sums.iterations, 50);
		EXPECT_EQ(status_of(busy), -EBUSY);
		EXPECT_EQ(status_of(kind), 0);
		EXPECT_EQ(status_of(mapped), 0);
		EXPECT_EQ(sums.steps_failed, 50);
		EXPECT_EQ(sums.leftover_maps, 100);
		EXPECT_EQ(status_of(check), 0);
		EXPECT_EQ(sums.maps, 100);
		stop_engines();
	}
}

/* After release, the channel cannot be used until the next iteration. */
static void test_release(void)
{
	static const uint16_t ops[] = {
		DMT_STEP_ISSUE, DMT_STEP_TERMINATE, DMT_STEP_SYNCHRONIZE, DMT_STEP_RELEASE,
	};
	uint32_t copy, other, wait, dead[8], n = 0;
	struct copy a, b;

	start_engines("strict", "softirq", "setup_ns", "5000000");
	copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	other = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);	/* the same channel */
	a = add_copy(copy, DMT_TX_INTERRUPT);
	b = add_copy(other, PLAIN);
	THREAD;
	map_copy(&a);
	map_copy(&b);
	go_copy(&a);
	add_step(&p, DMT_STEP_PREP, b.tx);
	add_step(&p, DMT_STEP_RELEASE, copy);
	for (int i = 0; i < 4; i++)
		dead[n++] = add_step(&p, ops[i], i & 1 ? copy : other);
	dead[n++] = add_step(&p, DMT_STEP_SUBMIT, b.tx);
	dead[n++] = add_step(&p, DMT_STEP_PREP, b.tx);
	dead[n++] = add_step(&p, DMT_STEP_STATUS, a.tx);
	dead[n++] = add_step(&p, DMT_STEP_ACK, a.tx);
	wait = add_step(&p, DMT_STEP_WAIT, a.tx);
	unmap_copy(&a);
	p.h.repeat = htole32(100);
	run_program();
	EXPECT_EQ(sums.status, 0);
	EXPECT_EQ(sums.iterations, 100);
	EXPECT_EQ(status_of(wait), -ECANCELED);
	for (uint32_t i = 0; i < n; i++)
		EXPECT(status_of(dead[i]) == -ENXIO, "%u: %d", i, status_of(dead[i]));
	EXPECT_EQ(sums.steps_failed, 100 * (n + 1));
	EXPECT_EQ(sums.leftover_maps, 200);
	EXPECT_EQ(sums.leftover_txs, 0);
	stop_engines();
}

/* A descriptor is submitted twice; refused while it has not completed, or if it is acked. */
static void test_submit_again(void)
{
	uint32_t early, twice, acked, check;
	struct copy c;

	start_engines("direct", "softirq", NULL, NULL);
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), DMT_TX_INTERRUPT);
	THREAD;
	map_copy(&c);
	add_step(&p, DMT_STEP_PREP, c.tx);
	early = add_step3(&p, DMT_STEP_SUBMIT, c.tx, 1, 0);
	add_step(&p, DMT_STEP_SUBMIT, c.tx);
	add_step(&p, DMT_STEP_ISSUE, 0);
	add_step(&p, DMT_STEP_WAIT, c.tx);
	add_step3(&p, DMT_STEP_CPU_WRITE, on_buffer(&p, c.to), DMT_FILL_ZERO, 0);
	twice = add_step3(&p, DMT_STEP_SUBMIT, c.tx, 1, 0);
	add_step(&p, DMT_STEP_ISSUE, 0);
	add_step(&p, DMT_STEP_WAIT, c.tx);
	add_step(&p, DMT_STEP_ACK, c.tx);
	acked = add_step3(&p, DMT_STEP_SUBMIT, c.tx, 1, 0);
	unmap_copy(&c);
	check = add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, c.to), on_buffer(&p, c.from), 1);
	p.h.repeat = htole32(MANY);
	run_program();
	EXPECT_EQ(sums.iterations, MANY);
	EXPECT_EQ(status_of(early), -ENXIO);
	EXPECT_EQ(status_of(twice), 0);
	EXPECT_EQ(status_of(acked), -ENXIO);
	EXPECT_EQ(sums.steps_failed, 2 * MANY);
	EXPECT_EQ(status_of(check), 0);
	EXPECT_EQ(counter_of("copy", "completed"), 2 * MANY);
	stop_engines();
}

/* Drops more descriptors than a ring has. */
static void test_forget_tx(void)
{
	struct copy c;

	start_engines("strict", "softirq", "ring", "4");
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
	THREAD;
	map_copy(&c);
	for (int i = 0; i < 4; i++) {
		add_step(&p, DMT_STEP_PREP, c.tx);
		add_step(&p, DMT_STEP_FORGET_TX, c.tx);
	}
	unmap_copy(&c);
	p.h.repeat = htole32(100);
	run_program();
	EXPECT_EQ(sums.iterations, 100);
	EXPECT_EQ(sums.steps_failed, 0);
	EXPECT_EQ(sums.leftover_txs, 0);
	EXPECT_EQ(counter_of("copy", "submitted"), 0);
	stop_engines();
}

/* An engine gets addresses that are not mapped: it reports a fault, and nothing else happens. */
static void test_stale(void)
{
	uint32_t never, gone;
	struct copy c;

	start_engines("strict", "softirq", NULL, NULL);
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN | DMT_TX_STALE);
	THREAD;
	add_step(&p, DMT_STEP_MAP, c.dst);
	go_copy(&c);
	never = add_step(&p, DMT_STEP_WAIT, c.tx);
	add_step(&p, DMT_STEP_MAP, c.src);
	add_step(&p, DMT_STEP_UNMAP, c.src);
	go_copy(&c);
	gone = add_step(&p, DMT_STEP_WAIT, c.tx);
	p.h.repeat = htole32(5);
	run_program();
	EXPECT_EQ(status_of(never), -EIO);
	EXPECT_EQ(status_of(gone), -EIO);
	EXPECT_EQ(sums.steps_failed, 10);
	EXPECT_EQ(counter_of("copy", "access_faults"), 10);
	stop_engines();
}

/* An engine can read memory of every kind; the stack is that of the first thread. */
static void test_memory(void)
{
	for (uint32_t memory = 0; memory < DMT_MEMORY__COUNT; memory++) {
		bool rodata = memory == DMT_MEMORY_RODATA;
		uint32_t check;
		struct copy c;

		program_init(&p);
		start_engines("strict", "hardirq", NULL, NULL);
		c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
		for (uint32_t i = 0; i < 2; i++) {
			p.buffers[i].size = htole32(256);
			p.operands[i].len = htole32(256);
			p.operands[i + 2].len = htole32(256);
			p.buffers[i].memory = htole32(i && rodata ? 0 : memory);
		}
		p.buffers[0].fill = htole32(rodata ? DMT_FILL_ZERO : DMT_FILL_RANDOM);
		p.txs[c.tx].len = htole32(256);
		THREAD;
		map_copy(&c);
		go_copy(&c);
		add_step(&p, DMT_STEP_WAIT, c.tx);
		unmap_copy(&c);
		check = add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, c.to), on_buffer(&p, c.from),
				  1);
		THREAD;
		add_step3(&p, DMT_STEP_DELAY, 0, 0, 10000);
		p.h.repeat = htole32(50);
		run_program();
		EXPECT_EQ(sums.iterations, 50);
		EXPECT_EQ(sums.steps_failed, 0);
		EXPECT_EQ(status_of(check), 0);
		stop_engines();
	}
}

/* ---- what is refused ---- */

/* One map, one tx, one thread that ends with a step on it. */
static struct copy base;

static void build_base(uint32_t flags)
{
	program_init(&p);
	base = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), flags);
	own_map(0, DMT_MAP_COHERENT, 4096);
	on_buffer(&p, base.from);
	on_buffer(&p, base.from);
	add_map(&p, 0, DMT_MAP_SG, DMT_TO_DEVICE, p.nr_operands - 2, 2);
	THREAD;
	map_copy(&base);
}

#define COHERENT 2
#define LIST	 3

static void refused(const char *what, int line)
{
	int err = load_program();

	EXPECT(err == -EINVAL && reason.text[0], "%s, line %d: %d %s", what, line, err, reason.text);
}

#define REFUSED(flags, change)              \
	do {                                \
		build_base(flags);          \
		change;                     \
		refused(#change, __LINE__); \
	} while (0)
#define TAKEN(flags, change)                  \
	do {                                  \
		build_base(flags);            \
		change;                       \
		EXPECT_EQ(load_program(), 0); \
	} while (0)

static void test_refused(void)
{
	start_engines("direct", "softirq", NULL, NULL);
	/* Steps that must be the only ones of their kind. */
	TAKEN(PLAIN, add_step(&p, DMT_STEP_FREE, 0));
	REFUSED(PLAIN, add_step(&p, DMT_STEP_FREE, 0); THREAD);
	REFUSED(PLAIN, add_step(&p, DMT_STEP_RELEASE, 0); THREAD);
	REFUSED(PLAIN, add_step(&p, DMT_STEP_MAP, COHERENT);
		p.txs[0].callback = htole32(begin_block(&p, DMT_BLOCK_CALLBACK, 0)));
	REFUSED(PLAIN, p.txs[0].callback = htole32(begin_block(&p, DMT_BLOCK_CALLBACK, 0));
		add_step(&p, DMT_STEP_RELEASE, 0));
	TAKEN(DMT_TX_INTERRUPT, add_step3(&p, DMT_STEP_SUBMIT, 0, 1, 0));
	REFUSED(PLAIN, add_step3(&p, DMT_STEP_SUBMIT, 0, 1, 0));
	REFUSED(DMT_TX_INTERRUPT, add_step3(&p, DMT_STEP_SUBMIT, 0, 2, 0));
	REFUSED(DMT_TX_INTERRUPT, add_step3(&p, DMT_STEP_SUBMIT, 0, 1, 0);
		add_step(&p, DMT_STEP_FREE, base.from));
	REFUSED(PLAIN | DMT_TX_STALE, add_step(&p, DMT_STEP_FREE, base.to));
	REFUSED(PLAIN | DMT_TX_STALE, p.txs[0].dst = htole32(on_own(COHERENT)));
	REFUSED(PLAIN, add_step(&p, DMT_STEP_FREE, 0);
		add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_ADDRESS, 1));
	REFUSED(PLAIN, add_step(&p, DMT_STEP_RELEASE, 0));	/* a map has its own memory */
	REFUSED(PLAIN, begin_block(&p, DMT_BLOCK_CONTEXT, DMT_CTX_SOFTIRQ);
		add_step(&p, DMT_STEP_FREE, 0));
	/* Unmaps. */
	for (uint32_t how = DMT_WRONG_ENGINE; how < DMT_WRONG__COUNT + 1; how++)
		if (how != DMT_WRONG_KIND)
			REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, COHERENT, how, 0));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, COHERENT, DMT_WRONG_KIND, DMT_MAP_SG));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_ENGINE, 1));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_SIZE, 0));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_SIZE, DMT_MAX_BUFFER_SIZE + 1));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_DIR, DMT_DIR__COUNT));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_AGAIN, 1));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_LOW, 1));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, LIST, DMT_WRONG_LOW, 0));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_KIND, DMT_MAP_PAGE));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_NENTS, 1));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_NOTHING, 1));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, LIST, DMT_WRONG_NENTS, 3));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, LIST, DMT_WRONG_SIZE, 1));
	REFUSED(PLAIN, add_wrong(DMT_STEP_UNMAP, LIST, DMT_WRONG_KIND, DMT_MAP_PAGE));
	TAKEN(PLAIN, add_wrong(DMT_STEP_UNMAP, LIST, DMT_WRONG_NENTS, 2));
	/* Syncs. */
	REFUSED(PLAIN, add_wrong(DMT_STEP_SYNC_CPU, le32toh(p.txs[0].dst), DMT_WRONG_AGAIN, 0));
	REFUSED(PLAIN, add_wrong(DMT_STEP_SYNC_CPU, on_own(COHERENT), 0, 0));
	/* Memory. */
	TAKEN(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_VMALLOC));
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY__COUNT));
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_STACK));	/* 4096 bytes */
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_KMALLOC);
		p.buffers[0].offset = htole32(8));
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_VMALLOC);
		p.buffers[0].offset = htole32(8));
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_VMALLOC);
		p.maps[0].kind = htole32(DMT_MAP_SINGLE));
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_RODATA));	/* filled */
	TAKEN(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_RODATA); p.buffers[0].fill = 0);
	REFUSED(PLAIN, p.buffers[1].memory = htole32(DMT_MEMORY_RODATA); p.buffers[1].fill = 0);
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_RODATA); p.buffers[0].fill = 0;
		p.txs[0].dst = p.txs[0].first_src);
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_RODATA); p.buffers[0].fill = 0;
		add_step3(&p, DMT_STEP_CPU_WRITE, on_buffer(&p, 0), 0, 0));
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_RODATA); p.buffers[0].fill = 0;
		add_wrong(DMT_STEP_UNMAP, 0, DMT_WRONG_DIR, DMT_FROM_DEVICE));
	REFUSED(PLAIN, p.buffers[0].memory = htole32(DMT_MEMORY_RODATA); p.buffers[0].fill = 0;
		add_step(&p, DMT_STEP_FREE, 0));
	/* Maps. */
	REFUSED(PLAIN, p.maps[0].size = htole32(1));
	REFUSED(PLAIN, p.maps[COHERENT].size = 0);
	REFUSED(PLAIN, p.maps[COHERENT].nr_operands = htole32(1));
	REFUSED(PLAIN, p.maps[0].list_of = htole32(LIST + 1));
	REFUSED(PLAIN, p.maps[LIST].list_of = htole32(LIST + 1));
	REFUSED(PLAIN, p.maps[LIST].list_of = htole32(100));
	REFUSED(PLAIN, add_step(&p, DMT_STEP_FORGET_MAP, COHERENT));
	REFUSED(PLAIN, add_operand(&p, DMT_ON_MAP, COHERENT, 0, 0, 4097));
	REFUSED(PLAIN, add_operand(&p, DMT_ON_MAP, COHERENT, 1, 0, 1));
	stop_engines();
}

static const struct test tests[] = {
	{ "unmap", test_unmap },
	{ "address", test_address },
	{ "list-again", test_list_again },
	{ "free", test_free },
	{ "own", test_own },
	{ "release", test_release },
	{ "submit-again", test_submit_again },
	{ "forget-tx", test_forget_tx },
	{ "stale", test_stale },
	{ "memory", test_memory },
	{ "refused", test_refused },
	{ }
};

int main(int argc, char **argv)
{
	return run_tests("execwrong", tests, argc, argv);
}
