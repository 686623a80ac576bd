// SPDX-License-Identifier: GPL-2.0-only
/*
 * asynctx: a client of the kernel's async_tx that does what md RAID5/6 does, many times, and
 * checks the result: chains of async_memcpy, async_xor, async_gen_syndrome and the check
 * operations, on whatever channel async_tx has, or on the CPU if it has none. The work is
 * done when insmod returns; with wait=1 it begins when the parameter `go` is written, so
 * that probes can be attached to the module before. The last line that it prints is the
 * verdict:
 *
 *   asynctx: PASS ok=64 wrong=0 unseen=0 timeouts=0 async=448 sync=0
 *
 * ok: chains after which every byte of the stripe was right; unseen: check operations that
 * reported the wrong result; async: calls that returned a descriptor; sync: calls that
 * returned none, as the CPU did the work. PASS: wrong, unseen and timeouts are as expected
 * (-1: any number, -2: at least one). sync does not count for the verdict.
 */
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#include "asynctx.h"

#define MAX_THREADS	8

static unsigned int threads = 1;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "number of threads, 1..8; each has its own stripe");
static unsigned int count = 32;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "chains per thread");
static ulong seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "all random choices are drawn from it");
static char *order = "";
module_param(order, charp, 0444);
MODULE_PARM_DESC(order, "rcw, rmw, p-check, pq, p-or-q, pq-check, recover, all; empty: drawn");
static bool wait;
module_param(wait, bool, 0444);
MODULE_PARM_DESC(wait, "start the work when `go` is written, not when the module is loaded");
static int expect_wrong, expect_unseen, expect_timeouts;
module_param(expect_wrong, int, 0444);
module_param(expect_unseen, int, 0444);
module_param(expect_timeouts, int, 0444);

struct params par = { .disks = 4, .size = 4096, .align = 512, .timeout_ms = 1000 };
module_param_named(disks, par.disks, uint, 0444);
MODULE_PARM_DESC(disks, "data disks, 2..16");
module_param_named(size, par.size, uint, 0444);
MODULE_PARM_DESC(size, "bytes of a block, up to 65536; without an engine at most 4096");
module_param_named(align, par.align, uint, 0444);
MODULE_PARM_DESC(align, "alignment of offsets and lengths, 1..512; without an engine 512, as the CPU's routines want it");
module_param_named(vary, par.vary, bool, 0444);
MODULE_PARM_DESC(vary, "draw disks, size and offset for each chain, up to the values given");
module_param_named(split, par.split, bool, 0444);
MODULE_PARM_DESC(split, "each operation ends before the next is mapped");
module_param_named(timeout_ms, par.timeout_ms, uint, 0444);
MODULE_PARM_DESC(timeout_ms, "how long to wait for a chain");

struct sums sums;

struct worker {
	struct task_struct *task;
	const struct order *order;	/* NULL: draw one for each chain */
	u64 seed;
	struct completion done;
};

static struct worker workers[MAX_THREADS];

/*
 * Runs one chain. False after a timeout: the stripe and the module must then stay for ever, as
 * the callback may still come.
 */
static bool run_chain(struct stripe *s, const struct order *o)
{
	stripe_fill(s);
	if (!o)
		o = order_draw(&s->prng);
	o->submit(s);
	if (wait_for_completion_timeout(&s->done, msecs_to_jiffies(par.timeout_ms))) {
		stripe_verify(s, o->name);
		return true;
	}
	atomic_inc(&sums.timeouts);
	pr_info("asynctx: %s: the chain did not end\n", o->name);
	__module_get(THIS_MODULE);
	return false;
}

static int worker_main(void *data)
{
	struct worker *w = data;
	struct stripe *s = NULL;
	unsigned int n;

	for (n = 0; n < count; n++) {
		if (!s)
			s = stripe_alloc(w->seed + n);
		if (!s)
			break;
		if (!run_chain(s, w->order))
			s = NULL;
		cond_resched();
	}
	stripe_free(s);
	if (n < count)
		atomic_inc(&sums.wrong);
	/* A complete() here would let the module go before this thread has returned. */
	kthread_complete_and_exit(&w->done, 0);
}

static void run_all(const struct order *o)
{
	unsigned int i;

	for (i = 0; i < threads; i++) {
		struct worker *w = &workers[i];

		w->order = o;
		w->seed = seed + i * 0x9e3779b97f4a7c15ULL;
		init_completion(&w->done);
		w->task = kthread_run(worker_main, w, "asynctx/%u", i);
		if (IS_ERR(w->task)) {
			atomic_inc(&sums.wrong);
			complete(&w->done);
		}
	}
	for (i = 0; i < threads; i++)
		wait_for_completion(&workers[i].done);
}

static bool as_expected(int expected, atomic_t *found)
{
	int n = atomic_read(found);

	return expected == -1 || (expected == -2 && n) || n == expected;
}

static void verdict(void)
{
	bool pass = as_expected(expect_wrong, &sums.wrong) &&
		    as_expected(expect_unseen, &sums.unseen) &&
		    as_expected(expect_timeouts, &sums.timeouts);

	pr_info("asynctx: %s ok=%d wrong=%d unseen=%d timeouts=%d async=%d sync=%d\n",
		pass ? "PASS" : "FAIL", atomic_read(&sums.ok), atomic_read(&sums.wrong),
		atomic_read(&sums.unseen), atomic_read(&sums.timeouts),
		atomic_read(&sums.async), atomic_read(&sums.sync));
}

/* The work that a write to `go` has started. */
static struct {
	struct task_struct *task;
	struct completion done;
} late;

static int late_main(void *unused)
{
	run_all(order_find(order));
	verdict();
	kthread_complete_and_exit(&late.done, 0);
}

/* Prints for example "32 busy": the number of chains that have ended, and "busy" or "idle". */
static int go_get(char *page, const struct kernel_param *kp)
{
	int chains = atomic_read(&sums.ok) + atomic_read(&sums.wrong) +
		     atomic_read(&sums.timeouts);

	return sysfs_emit(page, "%d %s\n", chains,
			  late.task && !completion_done(&late.done) ? "busy" : "idle");
}

/*
 * Starts the work; it can be started once. The caller holds the kernel's lock of parameters,
 * which a read of a parameter takes too, so this must not wait for the work.
 */
static int go_set(const char *value, const struct kernel_param *kp)
{
	struct task_struct *task;

	if (!wait || late.task)
		return -EBUSY;
	init_completion(&late.done);
	task = kthread_run(late_main, NULL, "asynctx");
	if (IS_ERR(task))
		return PTR_ERR(task);
	late.task = task;
	return 0;
}

static const struct kernel_param_ops go_ops = { .set = go_set, .get = go_get };
module_param_cb(go, &go_ops, NULL, 0600);
MODULE_PARM_DESC(go, "write: do the work, once; read: chains that have ended, busy or idle");

static bool params_are_good(void)
{
	return threads && threads <= MAX_THREADS && par.disks >= 2 && par.disks <= MAX_DATA &&
	       par.align && par.align <= 512 && is_power_of_2(par.align) &&
	       par.size >= par.align && par.size <= MAX_SIZE && !(par.size % par.align);
}

/* Returns 0 even when the verdict is FAIL: some insmods call a failing init twice. */
static int __init asynctx_init(void)
{
	const struct order *o = order_find(order);

	if (!params_are_good() || (*order && !o)) {
		pr_err("asynctx: FAIL parameters\n");
		return -EINVAL;
	}
	if (wait)
		return 0;
	run_all(o);
	verdict();
	return 0;
}

static void __exit asynctx_exit(void)
{
	if (late.task)
		wait_for_completion(&late.done);
}

module_init(asynctx_init);
module_exit(asynctx_exit);
MODULE_DESCRIPTION("Checked client of async_tx, for tests of engines and of async_tx");
MODULE_LICENSE("GPL");
