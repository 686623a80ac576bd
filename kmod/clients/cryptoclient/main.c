// SPDX-License-Identifier: GPL-2.0-only
/*
 * cryptoclient: makes requests to one crypto driver and compares each result with that of
 * the kernel's own implementation. Requests are scattered, misaligned, in place, with source
 * and destination in one page or cache line, or with source bytes that are listed twice.
 * There are several threads. The work begins when `go` is written; the last line is the
 * verdict:
 *
 *   cryptoclient: ok=256 wrong=0 errors=0 bytes=1048576
 *
 * wrong: requests whose result, or the memory around it, was not as it should be; errors:
 * requests that failed.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#include "client.h"

#define MAX_THREADS	8

struct params par = { .size = 4096, .count = 64, .threads = 1, .keylen = 16, .shape = -1 };
module_param_named(alg, par.alg, charp, 0444);
MODULE_PARM_DESC(alg, "the algorithm's name in the kernel, such as cbc(aes) or hmac(sha1)");
module_param_named(driver, par.driver, charp, 0444);
MODULE_PARM_DESC(driver, "the driver under test, such as cbc-aes-talitos");
module_param_named(size, par.size, uint, 0444);
MODULE_PARM_DESC(size, "bytes of the largest request, 16..16384");
module_param_named(count, par.count, uint, 0444);
MODULE_PARM_DESC(count, "requests per thread");
module_param_named(threads, par.threads, uint, 0444);
MODULE_PARM_DESC(threads, "number of threads, 1..8");
module_param_named(keylen, par.keylen, uint, 0444);
MODULE_PARM_DESC(keylen, "bytes of the key, 0..64");
module_param_named(shape, par.shape, int, 0444);
MODULE_PARM_DESC(shape, "0 apart, 1 in one page, 2 in place, 3 bytes twice; -1: drawn");
static ulong seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "all random choices are drawn from it");

struct sums sums;

struct worker {
	u64 seed;
	struct completion done;
};

static struct worker workers[MAX_THREADS];

static struct {
	struct task_struct *task;
	struct completion done;
} work;

static void count_one(int err, bool right)
{
	if (err) {
		if (atomic_inc_return(&sums.errors) < 5)
			pr_info("cryptoclient: %s: error %d\n", par.driver, err);
	} else {
		atomic_inc(right ? &sums.ok : &sums.wrong);
	}
}

static int worker_main(void *data)
{
	struct worker *self = data;
	struct arena *a = arena_alloc(self->seed);
	struct work *w = work_alloc();
	unsigned int i;
	bool right;

	if (!a || IS_ERR(w)) {
		pr_info("cryptoclient: %s: %s\n", par.driver, a ? "cannot be opened" : "no memory");
		atomic_inc(&sums.errors);
	}
	for (i = 0; a && !IS_ERR(w) && i < par.count; i++) {
		int err = work_do(w, a, &right);

		count_one(err, right);
		cond_resched();
	}
	if (!IS_ERR(w))
		work_free(w);
	arena_free(a);
	/* A complete() here would let the module go before this thread has returned. */
	kthread_complete_and_exit(&self->done, 0);
}

static int main_thread(void *unused)
{
	unsigned int i;

	for (i = 0; i < par.threads; i++) {
		workers[i].seed = seed + i * 0x9e3779b97f4a7c15ULL;
		init_completion(&workers[i].done);
		if (IS_ERR(kthread_run(worker_main, &workers[i], "cryptoclient/%u", i))) {
			atomic_inc(&sums.errors);
			complete(&workers[i].done);
		}
	}
	for (i = 0; i < par.threads; i++)
		wait_for_completion(&workers[i].done);
	pr_info("cryptoclient: ok=%d wrong=%d errors=%d bytes=%lld\n", atomic_read(&sums.ok),
		atomic_read(&sums.wrong), atomic_read(&sums.errors), atomic64_read(&sums.bytes));
	kthread_complete_and_exit(&work.done, 0);
}

/* Prints for example "32 busy": the number of requests that have ended, and "busy" or "idle". */
static int go_get(char *page, const struct kernel_param *kp)
{
	int ended = atomic_read(&sums.ok) + atomic_read(&sums.wrong) + atomic_read(&sums.errors);

	return sysfs_emit(page, "%d %s\n", ended,
			  work.task && !completion_done(&work.done) ? "busy" : "idle");
}

/*
 * Starts the work; it can be started once. The caller holds the kernel's lock of parameters,
 * which a read of a parameter takes too, so this must not wait for the work.
 */
static int go_set(const char *value, const struct kernel_param *kp)
{
	struct task_struct *task;

	if (work.task)
		return -EBUSY;
	init_completion(&work.done);
	task = kthread_run(main_thread, NULL, "cryptoclient");
	if (IS_ERR(task))
		return PTR_ERR(task);
	work.task = task;
	return 0;
}

static const struct kernel_param_ops go_ops = { .set = go_set, .get = go_get };
module_param_cb(go, &go_ops, NULL, 0600);
MODULE_PARM_DESC(go, "write: do the work, once; read: requests that have ended, busy or idle");

static int __init cryptoclient_init(void)
{
	if (!par.alg || !par.driver || par.size < 16 || par.size > MAX_SIZE || !par.count ||
	    !par.threads || par.threads > MAX_THREADS || par.keylen > 64 ||
	    par.shape < -1 || par.shape >= SHAPE__COUNT)
		return -EINVAL;
	return 0;
}

static void __exit cryptoclient_exit(void)
{
	if (work.task)
		wait_for_completion(&work.done);
}

module_init(cryptoclient_init);
module_exit(cryptoclient_exit);
MODULE_DESCRIPTION("Checked client of a crypto driver, for tests of how it maps");
MODULE_LICENSE("GPL");
