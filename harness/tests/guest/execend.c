// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests how transactions, iterations and runs end when something goes wrong: dependencies whose
 * parent fails, terminate, time-outs, abort, signals, descriptors that are never acked, and
 * callbacks that still submit while the iteration ends.
 *
 *   execend [TEST]...
 */
#include "exec.h"

#define MANY 300	/* iterations; more than an engine's ring has descriptors */

/*
 * Builds a <- b <- c on copy, xor, copy, in which b depends on a, and c on b, so that both are
 * parked. Fills in the steps that wait for each, and the submit steps.
 */
static void build_family(uint32_t wait[3], uint32_t submit[3], bool terminate)
{
	uint32_t copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	uint32_t xor = add_engine(&p, DMT_CAP_XOR, xor_dev, 0);
	struct copy c[3] = { add_copy(copy, PLAIN), add_copy(xor, PLAIN), add_copy(copy, PLAIN) };

	p.txs[c[1].tx].depend = htole32(c[0].tx);
	p.txs[c[2].tx].depend = htole32(c[1].tx);
	THREAD;
	for (int i = 0; i < 3; i++)
		map_copy(&c[i]);
	for (int i = 0; i < 3; i++)
		add_step(&p, DMT_STEP_PREP, c[i].tx);
	for (int i = 2; i >= 0; i--)
		submit[i] = add_step(&p, DMT_STEP_SUBMIT, c[i].tx);
	add_step(&p, terminate ? DMT_STEP_TERMINATE : DMT_STEP_ISSUE, copy);
	for (int i = 0; i < 3; i++)
		wait[i] = add_step(&p, DMT_STEP_WAIT, c[i].tx);
	p.h.wait_ms = htole32(50);
}

static void test_depend(void)
{
	uint32_t wait[3], submit[3];

	start_engines("direct", "softirq", NULL, NULL);
	build_family(wait, submit, false);
	run_program();
	EXPECT_EQ(sums.steps_failed, 0);
	/* The thread asked for these two; the completion of the parent carried them out. */
	EXPECT_EQ(sums.steps, p.nr_steps + 2);
	for (int i = 1; i < 3; i++) {
		EXPECT_EQ(record_of(submit[i])->thread, 0xff);
		EXPECT_EQ(record_of(submit[i])->ctx, DMT_CTX_SOFTIRQ);
		EXPECT((int32_t)value_of(submit[i]) > 0, "cookie of %d", i);
	}
	stop_engines();
}

static void test_depend_failed(void)
{
	uint32_t wait[3], submit[3];

	start_engines("direct", "softirq", NULL, NULL);
	put_attr("copy", "fault_error", "1,100,0,-1");
	build_family(wait, submit, false);
	run_program();
	EXPECT_EQ(status_of(wait[0]), -EIO);
	for (int i = 1; i < 3; i++) {
		EXPECT_EQ(status_of(submit[i]), -EIO);
		EXPECT_EQ(status_of(wait[i]), -ENXIO);
	}
	EXPECT_EQ(sums.leftover_txs, 2);	/* prepared, never submitted */
	stop_engines();
}

static void test_depend_terminated(void)
{
	uint32_t wait[3], submit[3];

	start_engines("direct", "softirq", NULL, NULL);
	build_family(wait, submit, true);
	run_program();
	EXPECT_EQ(status_of(wait[0]), -ECANCELED);
	EXPECT_EQ(status_of(submit[1]), -ECANCELED);
	EXPECT_EQ(status_of(wait[1]), -ENXIO);
	EXPECT_EQ(status_of(submit[2]), -EIO);
	EXPECT_EQ(status_of(wait[2]), -ENXIO);
	stop_engines();
}

/* A parent that was refused never completes: a submit after it fails at once. */
static void test_depend_refused(void)
{
	uint32_t copy, submit;
	struct copy a, b;

	start_engines("direct", "softirq", NULL, NULL);
	copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	a = add_copy(copy, PLAIN);
	b = add_copy(add_engine(&p, DMT_CAP_XOR, xor_dev, 0), PLAIN);
	p.txs[b.tx].depend = htole32(a.tx);
	THREAD;
	map_copy(&b);
	add_step(&p, DMT_STEP_PREP, b.tx);
	add_step(&p, DMT_STEP_PREP, a.tx);	/* not mapped */
	submit = add_step(&p, DMT_STEP_SUBMIT, b.tx);
	run_program();
	EXPECT_EQ(status_of(submit), -EIO);

	/* The same, but the child is parked before the parent is refused. */
	p.steps[3].op = htole16(DMT_STEP_SUBMIT);
	p.steps[3].obj = htole32(b.tx);
	p.steps[4].op = htole16(DMT_STEP_PREP);
	p.steps[4].obj = htole32(a.tx);
	run_program();
	EXPECT_EQ(status_of(3), -EIO);
	stop_engines();
}

static void test_wait_error(void)
{
	struct copy c;

	start_engines("direct", "softirq", NULL, NULL);
	put_attr("copy", "fault_error", "1,100,0,-1");
	for (int interrupt = 0; interrupt < 2; interrupt++) {
		program_init(&p);
		c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0),
			     DMT_TX_ACK | (interrupt ? DMT_TX_INTERRUPT : 0));
		THREAD;
		map_copy(&c);
		go_copy(&c);
		add_step(&p, DMT_STEP_WAIT, c.tx);
		run_program();
		EXPECT_EQ(status_of(5), -EIO);
	}
	stop_engines();
}

/* A transaction that is never issued: the wait times out, and the executor cleans up. */
static void test_leftovers(void)
{
	struct copy c;

	start_engines("strict", "softirq", NULL, NULL);
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), DMT_TX_INTERRUPT);
	THREAD;
	map_copy(&c);
	add_step(&p, DMT_STEP_PREP, c.tx);
	add_step(&p, DMT_STEP_SUBMIT, c.tx);
	p.h.repeat = htole32(MANY);
	p.h.keep_bad = htole32(1);
	run_program();
	EXPECT_EQ(sums.iterations, MANY);
	EXPECT_EQ(sums.steps_failed, 0);
	EXPECT_EQ(sums.leftover_txs, MANY);
	EXPECT_EQ(sums.leftover_maps, 2 * MANY);
	stop_engines();
}

/* Terminated, or prepared again without an ack: the ring must not fill up. */
static void test_unacked(void)
{
	struct copy c;

	start_engines("direct", "softirq", NULL, NULL);
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), DMT_TX_INTERRUPT);
	THREAD;
	map_copy(&c);
	go_copy(&c);
	add_step(&p, DMT_STEP_WAIT, c.tx);
	go_copy(&c);
	add_step(&p, DMT_STEP_WAIT, c.tx);
	add_step(&p, DMT_STEP_PREP, c.tx);
	add_step(&p, DMT_STEP_SUBMIT, c.tx);
	add_step(&p, DMT_STEP_TERMINATE, 0);
	add_step(&p, DMT_STEP_SYNCHRONIZE, 0);
	unmap_copy(&c);
	p.h.repeat = htole32(MANY);
	run_program();
	EXPECT_EQ(sums.iterations, MANY);
	EXPECT_EQ(sums.steps_failed, 0);
	EXPECT_EQ(sums.leftover_txs, 0);
	stop_engines();
}

/* A transaction without a wait and a callback: the executor must notice its completion. */
static void test_silent(void)
{
	struct copy c;

	start_engines("direct", "softirq", NULL, NULL);
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), DMT_TX_ACK);
	THREAD;
	map_copy(&c);
	go_copy(&c);
	add_step3(&p, DMT_STEP_DELAY, 0, 100000, 100000);
	p.h.repeat = htole32(10);
	run_program();
	EXPECT_EQ(sums.leftover_txs, 0);
	stop_engines();
}

/* A callback that submits more while the iteration ends, on another channel. */
static void test_callback_at_end(void)
{
	static const char *const completions[] = { "hardirq", "softirq", "threaded", "workqueue" };

	for (int i = 0; i < 4; i++) {
		uint32_t copy, xor;
		struct copy a, b, c;

		program_init(&p);
		start_engines("strict", completions[i], "setup_ns", "100000");
		copy = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
		xor = add_engine(&p, DMT_CAP_XOR, xor_dev, 0);
		a = add_copy(copy, DMT_TX_INTERRUPT);
		b = add_copy(xor, DMT_TX_INTERRUPT);
		c = add_copy(copy, DMT_TX_INTERRUPT);
		p.txs[a.tx].callback = htole32(begin_block(&p, DMT_BLOCK_CALLBACK, 0));
		add_step3(&p, DMT_STEP_DELAY, 0, 0, 20000);
		go_copy(&b);
		p.txs[b.tx].callback = htole32(begin_block(&p, DMT_BLOCK_CALLBACK, 0));
		add_step3(&p, DMT_STEP_DELAY, 0, 0, 20000);
		go_copy(&c);
		THREAD;
		map_copy(&a);
		map_copy(&b);
		map_copy(&c);
		go_copy(&a);
		add_step3(&p, DMT_STEP_DELAY, 0, 0, 400000);
		p.h.repeat = htole32(2000);
		run_program();
		EXPECT_EQ(sums.iterations, 2000);
		EXPECT(sums.leftover_txs > 20, "%u left over", sums.leftover_txs);
		EXPECT(sums.leftover_txs < 4000, "%u left over", sums.leftover_txs);
		stop_engines();
	}
}

/*
 * One thread terminates while the other goes on: a copy that was terminated may be unmapped, and
 * one that was not completes. No wait may time out.
 */
static void test_terminate_race(void)
{
	struct copy c;
	uint32_t wait;

	start_engines("strict", "hardirq", NULL, NULL);
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
	THREAD;
	map_copy(&c);
	go_copy(&c);
	wait = add_step(&p, DMT_STEP_WAIT, c.tx);
	unmap_copy(&c);
	THREAD;
	for (int i = 0; i < 8; i++) {
		add_step3(&p, DMT_STEP_DELAY, 0, 0, 2000);
		add_step(&p, DMT_STEP_TERMINATE, 0);
	}
	p.h.repeat = htole32(2000);
	p.h.keep_first = htole32(2000);
	p.h.timeout_ms = htole32(60000);
	run_program();
	EXPECT_EQ(sums.status, 0);
	EXPECT_EQ(sums.iterations, 2000);
	EXPECT_EQ(counter_of("copy", "access_faults"), 0);
	for (uint32_t i = 0; i < nr_records; i++) {
		int32_t status = le32toh(records[i].status);

		if (le32toh(records[i].step) == wait)
			EXPECT(!status || status == -ECANCELED, "wait %d in iteration %u", status,
			       le32toh(records[i].iteration));
		else
			EXPECT(!status, "step %u: %d", le32toh(records[i].step), status);
	}
	stop_engines();
}

/* A callback that submits its own transaction again would go on for ever. */
static void test_circle(void)
{
	struct copy a, b;
	uint32_t engine;

	start_engines("direct", "softirq", NULL, NULL);
	engine = add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	a = add_copy(engine, PLAIN);
	b = add_copy(engine, PLAIN);
	p.txs[a.tx].callback = htole32(begin_block(&p, DMT_BLOCK_CALLBACK, 0));
	go_copy(&b);
	THREAD;
	map_copy(&a);
	map_copy(&b);
	go_copy(&a);
	EXPECT_EQ(load_program(), 0);
	p.txs[b.tx].callback = htole32(begin_block(&p, DMT_BLOCK_CALLBACK, 0));
	go_copy(&a);
	EXPECT_EQ(load_program(), -EINVAL);
	EXPECT(strstr(reason.text, "circle"), "reason: %s", reason.text);
	stop_engines();
}

/* Blocks that must not sleep occupy a CPU, so their time is bounded. */
static void test_cost(void)
{
	uint32_t block;

	start_engines("direct", "softirq", NULL, NULL);
	add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	block = begin_block(&p, DMT_BLOCK_CONTEXT, DMT_CTX_HARDIRQ);
	for (int i = 0; i < 10; i++)
		add_step3(&p, DMT_STEP_DELAY, 0, 0, DMT_MAX_ATOMIC_BLOCK_NS / 10);
	THREAD;
	add_step(&p, DMT_STEP_IN, block);
	EXPECT_EQ(load_program(), 0);
	p.steps[9].arg1 = htole32(DMT_MAX_ATOMIC_BLOCK_NS / 10 + 1);
	EXPECT_EQ(load_program(), -EINVAL);

	for (int reads = 4; reads <= 5; reads++) {
		program_init(&p);
		add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
		on_buffer(&p, add_buffer(&p, DMT_MAX_ATOMIC_BLOCK_BYTES / 4, DMT_FILL_ZERO));
		block = begin_block(&p, DMT_BLOCK_CONTEXT, DMT_CTX_ATOMIC);
		for (int i = 0; i < reads; i++)
			add_step(&p, DMT_STEP_CPU_READ, 0);
		THREAD;
		add_step(&p, DMT_STEP_IN, block);
		EXPECT_EQ(load_program(), reads == 4 ? 0 : -EINVAL);
		p.blocks[block].ctx = htole32(DMT_CTX_TASK);
		EXPECT_EQ(load_program(), 0);
	}
	stop_engines();
}

/* A run that does not end: one delay of a second after the other. */
static void build_endless(void)
{
	add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0);
	THREAD;
	add_step3(&p, DMT_STEP_DELAY, 0, DMT_MAX_DELAY_NS, DMT_MAX_DELAY_NS);
	p.h.repeat = htole32(1000);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void test_abort(void)
{
	uint64_t start;
	pid_t pid;

	start_engines("direct", "softirq", NULL, NULL);
	build_endless();
	EXPECT_EQ(load_program(), 0);
	pid = fork();
	if (!pid) {
		usleep(50000);
		_exit(ioctl(dev, DMT_IOC_ABORT) != 0);
	}
	start = now_ms();
	EXPECT_EQ(ioctl(dev, DMT_IOC_RUN, &sums), 0);
	EXPECT(now_ms() - start < 300, "took %llu ms", (long long)(now_ms() - start));
	EXPECT_EQ(sums.status, -EINTR);
	waitpid(pid, NULL, 0);

	/* A signal does the same, and the sums are returned. */
	signal(SIGALRM, on_alarm);
	start = now_ms();
	ualarm(50000, 0);
	EXPECT_EQ(ioctl(dev, DMT_IOC_RUN, &sums), 0);
	EXPECT(now_ms() - start < 300, "took %llu ms", (long long)(now_ms() - start));
	EXPECT_EQ(sums.status, -EINTR);
	EXPECT_EQ(sums.iterations, 0);
	stop_engines();
}

static void test_timeout(void)
{
	uint64_t start;
	struct copy c;

	start_engines("direct", "softirq", NULL, NULL);
	build_endless();
	p.h.timeout_ms = htole32(50);
	start = now_ms();
	run_program();
	EXPECT(now_ms() - start < 300, "took %llu ms", (long long)(now_ms() - start));
	EXPECT_EQ(sums.status, -ETIMEDOUT);
	EXPECT(sums.reason[0], "no reason");

	/* A completion that never comes, and two threads that miss each other. */
	program_init(&p);
	put_attr("copy", "fault_drop", "1,100,0,-1");
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
	THREAD;
	map_copy(&c);
	go_copy(&c);
	add_step(&p, DMT_STEP_WAIT, c.tx);
	add_step3(&p, DMT_STEP_BARRIER, 0, 0, 2);
	add_step3(&p, DMT_STEP_BARRIER, 0, 1, 2);
	THREAD;
	add_step3(&p, DMT_STEP_BARRIER, 0, 1, 2);
	add_step3(&p, DMT_STEP_BARRIER, 0, 0, 2);
	p.h.nr_barriers = htole32(2);
	p.h.wait_ms = htole32(3600000);
	p.h.timeout_ms = htole32(50);
	start = now_ms();
	run_program();
	EXPECT(now_ms() - start < 300, "took %llu ms", (long long)(now_ms() - start));
	EXPECT_EQ(sums.status, -ETIMEDOUT);
	EXPECT_EQ(status_of(5), -EINTR);
	EXPECT_EQ(sums.leftover_txs, 1);
	stop_engines();
}

/* Sessions at the same time, each on its own channel; and close() while one runs. */
static void test_sessions(void)
{
	pid_t pid[5];
	int status;

	start_engines("strict", "softirq", "channels", "5");
	for (int i = 0; i < 5; i++) {
		pid[i] = fork();
		if (pid[i])
			continue;
		struct copy c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, i), PLAIN);

		dev = open("/dev/dmatorture", O_RDWR);
		THREAD;
		map_copy(&c);
		go_copy(&c);
		add_step(&p, DMT_STEP_WAIT, c.tx);
		unmap_copy(&c);
		add_step3(&p, DMT_STEP_CHECK, on_buffer(&p, c.to), on_buffer(&p, c.from), 1);
		p.h.repeat = htole32(i == 4 ? DMT_MAX_REPEAT : 500);
		p.h.timeout_ms = htole32(DMT_MAX_TIMEOUT_MS);
		run_program();
		_exit(failures || sums.status || sums.steps_failed || sums.checks != 500 ||
		      sums.checks_bad);
	}
	for (int i = 0; i < 4; i++) {
		EXPECT_EQ(waitpid(pid[i], &status, 0), pid[i]);
		EXPECT_EQ(status, 0);
	}
	kill(pid[4], SIGKILL);
	EXPECT_EQ(waitpid(pid[4], &status, 0), pid[4]);
	EXPECT(WIFSIGNALED(status), "status 0x%x", status);
	stop_engines();
}

static const struct test tests[] = {
	{ "depend", test_depend },
	{ "depend-failed", test_depend_failed },
	{ "depend-terminated", test_depend_terminated },
	{ "depend-refused", test_depend_refused },
	{ "wait-error", test_wait_error },
	{ "leftovers", test_leftovers },
	{ "unacked", test_unacked },
	{ "silent", test_silent },
	{ "callback-at-end", test_callback_at_end },
	{ "terminate-race", test_terminate_race },
	{ "circle", test_circle },
	{ "cost", test_cost },
	{ "abort", test_abort },
	{ "timeout", test_timeout },
	{ "sessions", test_sessions },
	{ }
};

int main(int argc, char **argv)
{
	return run_tests("execend", tests, argc, argv);
}
