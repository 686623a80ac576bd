// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmaclient: does what a correct client of dmaengine does, many times, and checks
 * the results, on every free channel of the devices that are named. It is for
 * tests of providers. The work is done when insmod returns; with hold=1 it goes on
 * until rmmod. The last line that it prints is the verdict:
 *
 *   dmaclient: PASS channels=2 ok=128 errors=0 timeouts=0 wrong=0 ...
 *
 * PASS: errors, timeouts, wrong and refused are as expected (-1: any number,
 * -2: at least one) and no rule of dmaengine was broken.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "client.h"

static char *devices = "";
module_param(devices, charp, 0444);
MODULE_PARM_DESC(devices, "names of the providers' devices, separated by commas");
static unsigned int threads = 2;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "threads per channel, 1..8");
static unsigned int ops = 64;
module_param(ops, uint, 0444);
MODULE_PARM_DESC(ops, "operations per thread");
static ulong seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "all random choices are drawn from it");
static char *context = "";
module_param(context, charp, 0444);
MODULE_PARM_DESC(context, "the context in which callbacks must come: hardirq, softirq, threaded, workqueue");
static bool hold;
module_param(hold, bool, 0444);
MODULE_PARM_DESC(hold, "go on until rmmod");
static int expect_errors, expect_timeouts, expect_wrong, expect_refused;
module_param(expect_errors, int, 0444);
module_param(expect_timeouts, int, 0444);
module_param(expect_wrong, int, 0444);
module_param(expect_refused, int, 0444);

struct params par = { .size = 4096, .timeout_ms = 1000, .context = -1 };
module_param_named(size, par.size, uint, 0444);
MODULE_PARM_DESC(size, "bytes of the largest operation, 1..1048576");
module_param_named(timeout_ms, par.timeout_ms, uint, 0444);
MODULE_PARM_DESC(timeout_ms, "how long to wait for a completion");
module_param_named(terminate, par.terminate, uint, 0444);
MODULE_PARM_DESC(terminate, "every n-th time, operations are terminated; 0: never");
module_param_named(sources, par.sources, uint, 0444);
MODULE_PARM_DESC(sources, "sources of an xor, 1..6; 0: drawn, at least 2");
module_param_named(poll, par.poll, bool, 0444);
MODULE_PARM_DESC(poll, "poll the status instead of using callbacks");
module_param_named(sync, par.sync, bool, 0444);
MODULE_PARM_DESC(sync, "three operations with one mapping, synced between them");
module_param_named(trust, par.trust, bool, 0444);
MODULE_PARM_DESC(trust, "callbacks do not check the status, for providers that call back under their lock");
module_param_named(swap, par.swap, bool, 0444);
MODULE_PARM_DESC(swap, "planted mistake: map in the wrong directions");
module_param_named(foreign, par.foreign, bool, 0444);
MODULE_PARM_DESC(foreign, "planted mistake: map with the next channel's device");

module_param_named(coherent, par.coherent, bool, 0444);
MODULE_PARM_DESC(coherent, "use memory of dma_alloc_coherent()");
module_param_named(handover, par.handover, bool, 0444);
MODULE_PARM_DESC(handover, "the provider unmaps (dma_set_unmap); cannot be combined with poll or sync");

struct sums sums;

static struct channel channels[MAX_CHANNELS];
static unsigned int nr_channels;

struct thread {
	struct task_struct *task;
	struct channel *c;
	struct op op;
	u64 prng;
};

static struct thread *pool;
static unsigned int nr_threads;
static atomic_t running;
static DECLARE_COMPLETION(all_done);

static int thread_main(void *data)
{
	struct thread *t = data;
	unsigned int n;

	for (n = 1; hold ? !kthread_should_stop() : n <= ops; n++) {
		if (par.terminate && n % par.terminate == 0)
			run_terminate(t->c, &t->op, &t->prng);
		else
			run_one(t->c, &t->op, &t->prng, n);
		if (hold && atomic_read(&sums.refused))
			usleep_range(1000, 2000);
		cond_resched();
	}
	if (atomic_dec_and_test(&running))
		complete(&all_done);
	set_current_state(TASK_IDLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_IDLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static bool of_device(struct dma_chan *chan, void *name)
{
	return !strcmp(dev_name(chan->device->dev), name);
}

static void get_channels(char *name)
{
	dma_cap_mask_t any;
	struct dma_chan *chan;

	dma_cap_zero(any);
	while (nr_channels < MAX_CHANNELS) {
		struct channel *c = &channels[nr_channels];

		chan = dma_request_channel(any, of_device, name);
		if (!chan)
			return;
		c->chan = chan;
		c->max_src = 1;
		if (dma_has_cap(DMA_XOR, chan->device->cap_mask))
			c->max_src = min_t(unsigned int, chan->device->max_xor, MAX_SOURCES);
		init_rwsem(&c->idle);
		nr_channels++;
	}
}

static int get_all_channels(void)
{
	char *list = kstrdup(devices, GFP_KERNEL), *rest = list, *name;
	unsigned int i;

	if (!list)
		return -ENOMEM;
	while ((name = strsep(&rest, ",")))
		get_channels(name);
	kfree(list);
	for (i = 0; i < nr_channels; i++) {
		unsigned int by = par.foreign ? (i + 1) % nr_channels : i;

		channels[i].map_dev = channels[by].chan->device->dev;
	}
	return nr_channels ? 0 : -ENODEV;
}

static int start(void)
{
	unsigned int i;
	int err;

	pool = kcalloc(nr_channels * threads, sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return -ENOMEM;
	nr_threads = nr_channels * threads;
	for (i = 0; i < nr_threads; i++) {
		err = op_alloc(&pool[i].op);
		if (err)
			return err;
	}
	atomic_set(&running, nr_threads);
	for (i = 0; i < nr_threads; i++) {
		struct thread *t = &pool[i];

		t->c = &channels[i / threads];
		t->prng = seed + i * 0x9e3779b97f4a7c15ULL;
		t->task = kthread_run(thread_main, t, "dmaclient/%u", i);
		if (IS_ERR(t->task)) {
			err = PTR_ERR(t->task);
			t->task = NULL;
			return err;
		}
	}
	return 0;
}

/* Releases the channels first, as their engines may still write to the memory. */
static void stop(void)
{
	unsigned int i;

	for (i = 0; i < nr_threads; i++)
		if (pool[i].task)
			kthread_stop(pool[i].task);
	for (i = 0; i < nr_channels; i++)
		dma_release_channel(channels[i].chan);
	for (i = 0; i < nr_threads; i++)
		op_free(&pool[i].op);
	kfree(pool);
	pool = NULL;
	nr_threads = 0;
}

static bool as_expected(int expected, atomic_t *found)
{
	int n = atomic_read(found);

	return expected == -1 || (expected == -2 && n) || n == expected;
}

static void verdict(void)
{
	bool pass = nr_channels && as_expected(expect_errors, &sums.errors) &&
		    as_expected(expect_timeouts, &sums.timeouts) &&
		    as_expected(expect_wrong, &sums.wrong) &&
		    as_expected(expect_refused, &sums.refused) &&
		    !atomic_read(&sums.context) && !atomic_read(&sums.after) &&
		    !atomic_read(&sums.status) && !atomic_read(&sums.stray);

	pr_info("dmaclient: %s channels=%u ok=%d errors=%d timeouts=%d wrong=%d refused=%d terminated=%d bounced=%d high=%d wrong_context=%d wrong_status=%d after_sync=%d stray=%d\n",
		pass ? "PASS" : "FAIL", nr_channels, atomic_read(&sums.ok),
		atomic_read(&sums.errors), atomic_read(&sums.timeouts),
		atomic_read(&sums.wrong), atomic_read(&sums.refused),
		atomic_read(&sums.terminated), atomic_read(&sums.bounced),
		atomic_read(&sums.high), atomic_read(&sums.context),
		atomic_read(&sums.status), atomic_read(&sums.after),
		atomic_read(&sums.stray));
}

/* Returns 0 even when the verdict is FAIL: some insmods call a failing init twice. */
static int __init dmaclient_init(void)
{
	int err;

	if (!threads || threads > MAX_THREADS || !par.size || par.size > MAX_SIZE)
		return -EINVAL;
	if (par.sources > MAX_SOURCES)
		return -EINVAL;
	if ((par.coherent || par.handover) && (par.sync || par.swap))
		return -EINVAL;
	/* A poller would read the data too soon: the cookie completes before the unmap. */
	if (par.handover && par.poll)
		return -EINVAL;
	if (*context) {
		par.context = match_string(context_names, ARRAY_SIZE(context_names), context);
		if (par.context < 0)
			return -EINVAL;
	}
	err = get_all_channels();
	if (!err)
		err = start();
	if (err) {
		pr_err("dmaclient: FAIL cannot start: %d\n", err);
		hold = false;	/* the threads end and log nothing more */
		ops = 0;
		stop();
		return err;
	}
	if (hold)
		return 0;
	wait_for_completion(&all_done);
	stop();
	verdict();
	return 0;
}

static void __exit dmaclient_exit(void)
{
	if (!hold)
		return;
	stop();
	verdict();
}

module_init(dmaclient_init);
module_exit(dmaclient_exit);
MODULE_DESCRIPTION("Checked dmaengine client, for tests of providers");
MODULE_LICENSE("GPL");
