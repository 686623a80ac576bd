// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the parts of QEMU's plugin that need no QEMU (harness/vm/plugin), on a guest that is a
 * piece of memory of this test: a ring of events in it, a task, a processor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/mman.h>

#include "vm/plugin/plugin.h"

#define MB		(1ull << 20)
#define BYTES		(16 * MB)
#define PRODUCER	16	/* numbers of pages */
#define DATA		32	/* and of those of the ring's data, not one after the other */
#define RING_PAGES	4
#define OUT_PAGE	64
#define OUTS		3
#define CPU_AT		(100 * CPU_PAGE)
#define TASK_AT		(101 * CPU_PAGE)
#define OFFSET		0xffff888000000000ull
#define MAPPED		0x500000

static uint8_t *memory;
static uint64_t seq;

static struct cpu_mail *mail(void)
{
	return (struct cpu_mail *)(memory + 8 * CPU_PAGE);
}

static volatile uint64_t *producer(void)
{
	return (uint64_t *)(memory + PRODUCER * CPU_PAGE);
}

static uint8_t *ring_at(uint64_t pos)
{
	uint64_t at = pos % (RING_PAGES * CPU_PAGE);

	return memory + (DATA + 2 * (at / CPU_PAGE)) * CPU_PAGE + at % CPU_PAGE;
}

/* Writes a record, as the kernel does; @busy: it is not whole yet. Returns its position. */
static uint64_t put(const struct obs_event *e, bool busy)
{
	uint64_t pos = *producer();
	uint32_t head[2] = { sizeof(*e) | (busy ? 1u << 31 : 0), 0 };

	memcpy(ring_at(pos), head, sizeof(head));
	for (size_t i = 0; i < sizeof(*e); i += 8)
		memcpy(ring_at(pos + 8 + i), (const char *)e + i, 8);
	*producer() = pos + 8 + sizeof(*e);
	return pos;
}

static void commit(uint64_t pos)
{
	uint32_t len = sizeof(struct obs_event);

	memcpy(ring_at(pos), &len, sizeof(len));
}

static struct obs_event event(uint16_t type, uint64_t dma, uint64_t phys, uint64_t len)
{
	return (struct obs_event){ .seq = ++seq, .time_ns = seq * 10, .type = type, .dev = 7,
				   .dma = dma, .phys = phys, .len = len };
}

static void map(uint64_t phys, uint64_t len)
{
	struct obs_event e = event(OBS_MAP, phys, phys, len);

	put(&e, false);
}

static void unmap(uint64_t dma, uint64_t len)
{
	struct obs_event e = event(OBS_UNMAP, dma, 0, len);

	put(&e, false);
}

static bool watched(uint64_t ram)
{
	return watch.lines[ram >> 6];
}

static int set_up(void **state)
{
	struct cpu_layout layout = {
		.page_offset = OFFSET, .nr_cpus = 1, .hardirq_shift = 16, .pid_at = 8,
		.flags_at = 12, .preempt_count = { OFFSET + CPU_AT },
		.current = { OFFSET + CPU_AT + 8 },
	};
	uint64_t task = OFFSET + TASK_AT;

	(void)state;
	if (!memory) {
		memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);
		guest_init(BYTES, BYTES);
		if (watch_init())
			return -1;
	}
	memset(memory, 0, BYTES);
	mail()->magic = CPU_MAIL_MAGIC;
	mail()->nonce = 12345;
	if (guest_mail(8 * CPU_PAGE) != mail())
		return -1;
	watch_reset();
	out_reset();
	context_reset();
	seq = 0;
	watch_ring_page(0, PRODUCER, RING_PAGES + 1);
	for (uint32_t i = 0; i < RING_PAGES; i++)
		watch_ring_page(1 + i, DATA + 2 * i, RING_PAGES + 1);
	for (uint32_t i = 0; i < OUTS; i++)
		out_page(i, OUT_PAGE + i, OUTS);
	memcpy(memory + CPU_AT + 8, &task, sizeof(task));
	*(uint32_t *)(memory + TASK_AT + 8) = 42;
	*producer() = 8 * (sizeof(struct obs_event) + 8);
	return context_layout(&layout) && out_ready() && watch_begin() ? 0 : -1;
}

/* Catches: lines that stay watched, or are not to the end; the ring's end; a second mapping. */
static void test_maps(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++) {	/* several times round the ring */
		map(MAPPED + 32, 64);
		assert_true(watch_take());
		assert_true(watched(MAPPED) && watched(MAPPED + 64) && !watched(MAPPED + 128));
		map(MAPPED + 64, 4096);
		unmap(MAPPED + 32, 64);
		assert_true(watch_take());
		assert_true(!watched(MAPPED) && watched(MAPPED + 64) && watched(MAPPED + 4159));
		unmap(MAPPED + 64, 4096);
		watch_take();
		assert_int_equal(watch.live, 0);
		assert_false(watched(MAPPED + 64));
	}
	assert_int_equal(watch_last(), seq);
	assert_false(watch_take());
}

/* Catches: what failed, is a resource or freed, and still watched; a list that is never left. */
static void test_kinds(void **state)
{
	struct obs_event e = event(OBS_MAP, ~0ull, MAPPED, 64);

	(void)state;
	e.flags = OBS_F_FAILED;
	put(&e, false);
	e = event(OBS_MAP, MAPPED, MAPPED, 64);
	e.arg = OBS_MAP_RESOURCE;
	put(&e, false);
	watch_take();
	assert_int_equal(watch.live, 0);
	for (int i = 0; i < 3; i++) {
		e = event(OBS_MAP_SG_ENTRY, 0x1000 * i, MAPPED + 0x1000 * i, 64);
		e.obj = 99;
		put(&e, false);
	}
	map(MAPPED + 0x8000, 64);
	watch_take();
	assert_true(watched(MAPPED + 0x2000));
	assert_int_equal(watch.live, 4);
	e = event(OBS_UNMAP_SG, 0, MAPPED, 3);
	e.obj = 99;
	put(&e, false);
	watch_take();
	assert_int_equal(watch.live, 1);
	e = event(OBS_MEM_FREE, 0, MAPPED + 0x8000, 4096);
	put(&e, false);
	watch_take();
	assert_int_equal(watch.live, 0);
}

/* Catches: an event that an interrupt left half written, read too early or never. */
static void test_half_written(void **state)
{
	struct obs_event outer = event(OBS_MAP, MAPPED, MAPPED, 64);
	uint64_t at = put(&outer, true);

	(void)state;
	map(MAPPED + 0x1000, 64);
	watch_take();
	assert_true(watch.held);
	assert_true(!watched(MAPPED) && watched(MAPPED + 0x1000));
	commit(at);
	watch_take();
	assert_false(watch.held);
	assert_true(watched(MAPPED));
}

/* Catches: memory above the hole below 4 GiB at a wrong place; the hole taken for memory. */
static void test_hole(void **state)
{
	(void)state;
	assert_int_equal(guest_init(BYTES, 4 * MB), 0);
	assert_true(guest_ram_of(4 * MB - 1) == 4 * MB - 1);
	assert_true(guest_ram_of(4 * MB) == NOWHERE);
	assert_true(guest_ram_of((4ull << 30) + 5) == 4 * MB + 5);
	assert_true(guest_phys_of(4 * MB + 5) == (4ull << 30) + 5);
	assert_true(guest_ram_of((4ull << 30) + 12 * MB) == NOWHERE);
	guest_init(BYTES, BYTES);
}

static void interrupt(uint32_t count)
{
	*(uint32_t *)(memory + CPU_AT) = count;
}

/* Catches: an interrupt on top of a call that is excused with it; a call that never ends. */
static void test_inside(void **state)
{
	struct context task = context_of(0), irq;

	(void)state;
	assert_int_equal(task.task, 42);
	assert_int_equal(task.level, OBS_TASK);
	context_enter(&task, 3);
	context_enter(&task, 3);	/* by another of the programs that make this mark */
	context_enter(&task, 4);
	assert_true(context_inside(&task));
	interrupt(0x10000);
	irq = context_of(0);
	assert_int_equal(irq.level, OBS_HARDIRQ);
	assert_false(context_inside(&irq));
	context_enter(&irq, 3);
	context_leave(&irq, 3);
	interrupt(0x100);
	assert_int_equal(context_of(0).level, OBS_SOFTIRQ);
	assert_true(context_inside(&task));
	context_leave(&task, 3);
	assert_true(context_inside(&task));
	context_leave(&task, 4);
	assert_false(context_inside(&task));
	context_leave(&task, 4);
}

static void touch(uint64_t pc, uint64_t ram, bool store)
{
	static const uint64_t path[CPU_PATH];
	const struct access a = { .pc = pc, .ram = ram, .size = 8, .store = store,
				  .who = { .key = 1, .task = 42 }, .path = path };

	out_access(&a);
}

static const struct cpu_record *record(unsigned int i)
{
	return (const struct cpu_record *)(memory + (OUT_PAGE + 1 + i / CPU_PER_PAGE) * CPU_PAGE) +
	       i % CPU_PER_PAGE;
}

/* Catches: a loop's accesses one by one; loads with stores; records behind a later event. */
static void test_runs(void **state)
{
	const struct cpu_out *head = (struct cpu_out *)(memory + OUT_PAGE * CPU_PAGE);

	(void)state;
	map(MAPPED, 4096);
	watch_take();
	for (int i = 0; i < 512; i++)
		touch(1000 + i % 2, MAPPED + 8 * i, false);
	touch(1000, MAPPED, true);
	assert_int_equal(head->head, 0);
	out_flush();
	assert_int_equal(head->head, 2);
	assert_int_equal(record(0)->after, 1);
	assert_int_equal(record(0)->e.phys, MAPPED);
	assert_int_equal(record(0)->e.len, 4096);
	assert_int_equal(record(0)->e.arg, 512);
	assert_int_equal(record(0)->e.dir, 0);
	assert_int_equal(record(1)->e.len, 8);
	assert_int_equal(record(1)->e.dir, 1);
	assert_int_equal(record(1)->e.task, 42);
}

/* Catches: records that overwrite those that were not taken, and a loss that nobody counts. */
static void test_full(void **state)
{
	struct cpu_out *head = (struct cpu_out *)(memory + OUT_PAGE * CPU_PAGE);
	unsigned int room = (OUTS - 1) * CPU_PER_PAGE;

	(void)state;
	for (unsigned int i = 0; i < room + 3; i++) {
		touch(100000 * (i + 1), MAPPED, false);
		out_flush();
	}
	assert_int_equal(head->head, room);
	assert_int_equal(head->lost, 3);
	assert_int_equal(record(0)->e.obj, 100000);
	head->tail = 1;
	touch(5, MAPPED, false);
	out_flush();
	assert_int_equal(head->head, room + 1);
	assert_int_equal(record(0)->e.obj, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_maps, set_up),
		cmocka_unit_test_setup(test_kinds, set_up),
		cmocka_unit_test_setup(test_half_written, set_up),
		cmocka_unit_test(test_hole),
		cmocka_unit_test_setup(test_inside, set_up),
		cmocka_unit_test_setup(test_runs, set_up),
		cmocka_unit_test_setup(test_full, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
