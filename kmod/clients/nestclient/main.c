// SPDX-License-Identifier: GPL-2.0-only
/*
 * nestclient: a driver that is right in all it does, for tests of the observer. Threads map, unmap
 * and free while a softirq and a hard interrupt do the same on the same processor. So each call may
 * come while another one is being observed. The work is done when insmod returns; the last line
 * says how much it was:
 *
 *   nestclient: PASS task=3000 softirq=812 hardirq=1604
 */
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "compat.h"

#define NR_KEPT		8
#define BYTES		512
#define MAX_THREADS	64

static unsigned int hard_us = 1009;
module_param(hard_us, uint, 0444);
MODULE_PARM_DESC(hard_us, "microseconds between hard interrupts; 0: none");
static unsigned int soft_us = 1511;
module_param(soft_us, uint, 0444);
MODULE_PARM_DESC(soft_us, "microseconds between softirqs; 0: none");
static unsigned int threads = 1;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "threads, 1..64");
static unsigned int loops = 1000;
module_param(loops, uint, 0444);
MODULE_PARM_DESC(loops, "mappings that each thread makes");

static struct platform_device *pdev;
static struct dma_pool *pool;

/* What one interrupt keeps mapped: it unmaps the oldest before it maps another. */
struct source {
	struct hrtimer timer;
	unsigned int us, done, failed;
	struct {
		void *mem;
		dma_addr_t dma;
		void *block;
		dma_addr_t block_dma;
	} kept[NR_KEPT];
};

static struct source hard, soft;

struct worker {
	struct completion done;
	int err;
};

static void drop(struct source *s, unsigned int i)
{
	if (s->kept[i].block)
		dma_pool_free(pool, s->kept[i].block, s->kept[i].block_dma);
	s->kept[i].block = NULL;
	if (!s->kept[i].mem)
		return;
	dma_unmap_single(&pdev->dev, s->kept[i].dma, BYTES, DMA_FROM_DEVICE);
	kfree(s->kept[i].mem);
	s->kept[i].mem = NULL;
}

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct source *s = container_of(timer, struct source, timer);
	unsigned int i = s->done % NR_KEPT;
	void *mem;

	drop(s, i);
	s->kept[i].block = dma_pool_alloc(pool, GFP_ATOMIC, &s->kept[i].block_dma);
	mem = kmalloc(BYTES, GFP_ATOMIC);
	if (mem) {
		s->kept[i].dma = dma_map_single(&pdev->dev, mem, BYTES, DMA_FROM_DEVICE);
		if (dma_mapping_error(&pdev->dev, s->kept[i].dma))
			kfree(mem);
		else
			s->kept[i].mem = mem;
	}
	if (!s->kept[i].mem || !s->kept[i].block)
		s->failed++;
	s->done++;
	hrtimer_forward_now(timer, ns_to_ktime((u64)s->us * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

/* With PREEMPT_RT memory cannot be had in a hard interrupt: there both are threads. */
static void start(struct source *s, unsigned int us, enum hrtimer_mode mode)
{
	s->us = us;
	if (!us)
		return;
	hrtimer_setup(&s->timer, tick, CLOCK_MONOTONIC, mode);
	hrtimer_start(&s->timer, ns_to_ktime((u64)us * NSEC_PER_USEC), mode);
}

static void stop(struct source *s)
{
	unsigned int i;

	if (!s->us)
		return;
	hrtimer_cancel(&s->timer);
	for (i = 0; i < NR_KEPT; i++)
		drop(s, i);
}

static int map_one(void)
{
	struct device *dev = &pdev->dev;
	void *mem = kmalloc(2 * BYTES, GFP_KERNEL);
	dma_addr_t dma;

	if (!mem)
		return -ENOMEM;
	dma = dma_map_single(dev, mem, 2 * BYTES, DMA_FROM_DEVICE);
	if (dma_mapping_error(dev, dma)) {
		kfree(mem);
		return -EIO;
	}
	dma_sync_single_for_cpu(dev, dma, 2 * BYTES, DMA_FROM_DEVICE);
	dma_sync_single_for_device(dev, dma, 2 * BYTES, DMA_FROM_DEVICE);
	dma_unmap_single(dev, dma, 2 * BYTES, DMA_FROM_DEVICE);
	kfree(mem);
	return 0;
}

static int map_list(void)
{
	struct device *dev = &pdev->dev;
	struct scatterlist sg[2];
	void *mem = kmalloc(4 * BYTES, GFP_KERNEL);
	int err = -EIO;

	if (!mem)
		return -ENOMEM;
	sg_init_table(sg, 2);
	sg_set_buf(&sg[0], mem, BYTES);
	sg_set_buf(&sg[1], mem + 2 * BYTES, BYTES);
	if (dma_map_sg(dev, sg, 2, DMA_TO_DEVICE)) {
		dma_unmap_sg(dev, sg, 2, DMA_TO_DEVICE);
		err = 0;
	}
	kfree(mem);
	return err;
}

static int take_block(void)
{
	dma_addr_t dma;
	void *block = dma_pool_alloc(pool, GFP_KERNEL, &dma);

	if (!block)
		return -ENOMEM;
	dma_pool_free(pool, block, dma);
	return 0;
}

static int work(void *arg)
{
	struct worker *w = arg;
	unsigned int i;

	for (i = 0; i < loops && !w->err; i++) {
		w->err = i % 4 ? map_one() : map_list();
		if (!w->err)
			w->err = take_block();
		cond_resched();
	}
	/* The thread must not come back into a module that may go. */
	kthread_complete_and_exit(&w->done, 0);
}

static int run(void)
{
	struct worker *all = kcalloc(threads, sizeof(*all), GFP_KERNEL);
	unsigned int i;
	int err = 0;

	if (!all)
		return -ENOMEM;
	for (i = 0; i < threads; i++) {
		struct task_struct *task;

		init_completion(&all[i].done);
		task = kthread_run(work, &all[i], "nestclient/%u", i);
		if (IS_ERR(task)) {
			all[i].err = PTR_ERR(task);
			complete(&all[i].done);
		}
	}
	for (i = 0; i < threads; i++) {
		wait_for_completion(&all[i].done);
		err = err ?: all[i].err;
	}
	kfree(all);
	return err;
}

static struct platform_driver driver = { .driver = { .name = "nestclient" } };

static int __init nestclient_init(void)
{
	int err;

	if (!threads || threads > MAX_THREADS)
		return -EINVAL;
	err = platform_driver_register(&driver);
	if (err)
		return err;
	pdev = platform_device_register_simple("nestclient", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev)) {
		err = PTR_ERR(pdev);
		goto out;
	}
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		goto out_device;
	pool = dma_pool_create("nestclient", &pdev->dev, BYTES, 8, 0);
	if (!pool) {
		err = -ENOMEM;
		goto out_device;
	}
	start(&hard, hard_us, HRTIMER_MODE_REL);
	start(&soft, soft_us, HRTIMER_MODE_REL_SOFT);
	err = run();
	stop(&hard);
	stop(&soft);
	dma_pool_destroy(pool);
	if (!err && (hard.failed || soft.failed))
		err = -ENOMEM;
	pr_warn("nestclient: %s task=%u softirq=%u hardirq=%u\n", err ? "FAIL" : "PASS",
		threads * loops, soft.done, hard.done);
	if (!err)
		return 0;
out_device:
	platform_device_unregister(pdev);
out:
	platform_driver_unregister(&driver);
	return err;
}

static void __exit nestclient_exit(void)
{
	platform_device_unregister(pdev);
	platform_driver_unregister(&driver);
}

module_init(nestclient_init);
module_exit(nestclient_exit);
MODULE_DESCRIPTION("a correct DMA client whose calls interrupt and preempt each other");
MODULE_LICENSE("GPL");
