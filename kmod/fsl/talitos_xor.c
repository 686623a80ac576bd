// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dmaengine XOR channel on top of the kernel tree's talitos driver. It is compiled in the
 * driver's unit, and every descriptor goes through the driver's talitos_submit(), its
 * interrupts, its tasklet and flush_channel(). The idea is that of the series "Talitos:
 * Support for async_tx XOR offload" (LKML, 2012): RAID-XOR descriptors whose sources are
 * the pointers from the sixth downwards.
 *
 * All descriptors of the channel go to the same channel of the SEC, because async_tx relies
 * on a dmaengine channel to work in the order of submission.
 *
 * The driver calls back from its tasklet, and after errors from hard interrupts; clients are
 * called from a tasklet of this file, without locks.
 */
#include <linux/delay.h>
#include <linux/dmaengine.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poison.h>
#include <linux/timer.h>
#include <linux/wait.h>

#include "compat.h"
#include "dmaengine.h"
#include "fsl/bus.h"
#include "fsl/mmio.h"
#include "fsl/model/sec_regs.h"

#define XOR_DESCS	256
#define XOR_ERRORS	16	/* failed cookies that tx_status remembers */
#define XOR_PATIENCE	(2 * HZ)	/* wait for a channel to end before it is reset */
#define XOR_TESTS	(60 * HZ)	/* wait for the users of the driver's algorithms */

struct xor_desc {
	struct dma_async_tx_descriptor tx;
	struct list_head node;		/* in one of the channel's lists */
	unsigned int nr_src;
	u32 len;
	int err;
	bool aborted;			/* terminated: the client will not be called */
	/* The driver maps this for the device. */
	struct talitos_desc hw ____cacheline_aligned;
};

struct xor_chan {
	struct dma_chan chan;
	struct device *dev;
	int ch;				/* the channel of the SEC */
	unsigned int max_src;
	spinlock_t lock;		/* protects all fields below; taken with irqs off */
	struct list_head free;
	struct list_head prepared;	/* the client has them */
	struct list_head submitted;
	struct list_head issued;	/* wait for room in the driver's FIFO */
	struct list_head active;	/* the driver has them */
	struct list_head done;		/* the client must be called */
	struct list_head unacked;	/* the client was called and has not acked yet */
	unsigned int telling;		/* calls of clients that are under way */
	dma_cookie_t errors[XOR_ERRORS];
	unsigned int nr_errors;

	wait_queue_head_t idle;
	struct tasklet_struct tasklet;
	struct timer_list retry;	/* runs when the FIFO is full of other users' descriptors */
};

struct xor_device {
	struct dma_device dd;
	struct list_head node;		/* in xor_devices */
	struct xor_chan c;
};

static struct xor_chan *to_xor_chan(struct dma_chan *chan)
{
	return container_of(chan, struct xor_chan, chan);
}

static struct xor_desc *to_xor_desc(struct dma_async_tx_descriptor *tx)
{
	return container_of(tx, struct xor_desc, tx);
}

/* ---- to the driver ---- */

static void xor_done(struct device *dev, struct talitos_desc *hw, void *context, int err);

/* Gives the driver as many descriptors as its FIFO takes, in order. Lock held. */
static void xor_feed(struct xor_chan *c)
{
	struct xor_desc *d, *next;

	list_for_each_entry_safe(d, next, &c->issued, node) {
		int err;

		/* Move it first: once submitted, xor_done() may want it in active. */
		list_move_tail(&d->node, &c->active);
		err = talitos_submit(c->dev, c->ch, &d->hw, xor_done, d);
		if (err == -EINPROGRESS)
			continue;
		list_move(&d->node, &c->issued);
		/* When one of our descriptors ends, we are called again. Others' do not do that. */
		if (list_empty(&c->active))
			mod_timer(&c->retry, jiffies + 1);
		return;
	}
}

static void xor_retry(struct timer_list *t)
{
	struct xor_chan *c = container_of(t, struct xor_chan, retry);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	xor_feed(c);
	spin_unlock_irqrestore(&c->lock, flags);
}

/* Called by the driver, in softirq or hardirq context. */
static void xor_done(struct device *dev, struct talitos_desc *hw, void *context, int err)
{
	struct xor_desc *d = context;
	struct xor_chan *c = to_xor_chan(d->tx.chan);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	d->err = err;
	list_move_tail(&d->node, &c->done);
	spin_unlock_irqrestore(&c->lock, flags);
	tasklet_schedule(&c->tasklet);
}

/* ---- to the client ---- */

static void xor_tell(struct xor_chan *c, struct xor_desc *d)
{
	struct dmaengine_result result = { .result = DMA_TRANS_NOERROR };
	struct dmaengine_desc_callback cb;

	if (d->err && !fsl_driver_fault(c->dev, FSL_FAULT_HIDE_ERROR, d->len))
		result.result = DMA_TRANS_ABORTED;
	dmaengine_desc_get_callback(&d->tx, &cb);
	dma_descriptor_unmap(&d->tx);
	if (dmaengine_desc_callback_valid(&cb))
		dmaengine_desc_callback_invoke(&cb, &result);
	if (!fsl_driver_fault(c->dev, FSL_FAULT_NO_DEPS, d->len))
		dma_run_dependencies(&d->tx);
}

/* Lock held. */
static void xor_complete(struct xor_chan *c, struct xor_desc *d)
{
	if (d->err)
		c->errors[c->nr_errors++ % XOR_ERRORS] = d->tx.cookie;
	dma_cookie_complete(&d->tx);
}

/*
 * Puts @d first in the free list: it is warm in the cache, and the next prep overwrites it,
 * so that a client that still uses it is found out. Lock held.
 */
static void xor_recycle(struct xor_chan *c, struct xor_desc *d)
{
	list_move(&d->node, &c->free);
}

static void xor_tasklet(struct tasklet_struct *t)
{
	struct xor_chan *c = from_tasklet(c, t, tasklet);
	struct xor_desc *d;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	xor_feed(c);
	while ((d = list_first_entry_or_null(&c->done, struct xor_desc, node))) {
		list_del_init(&d->node);
		c->telling++;
		if (!d->aborted)
			xor_complete(c, d);
		spin_unlock_irqrestore(&c->lock, flags);

		if (d->aborted)
			dma_descriptor_unmap(&d->tx);
		else
			xor_tell(c, d);

		spin_lock_irqsave(&c->lock, flags);
		c->telling--;
		if (d->aborted || async_tx_test_ack(&d->tx))
			xor_recycle(c, d);
		else
			list_add_tail(&d->node, &c->unacked);
	}
	spin_unlock_irqrestore(&c->lock, flags);
	wake_up_all(&c->idle);
}

/* ---- the provider's operations ---- */

/* Recycles the descriptors that clients have acked meanwhile. Lock held. */
static void xor_collect(struct xor_chan *c)
{
	struct xor_desc *d, *next;

	list_for_each_entry_safe(d, next, &c->unacked, node)
		if (async_tx_test_ack(&d->tx))
			xor_recycle(c, d);
}

static struct xor_desc *xor_take(struct xor_chan *c)
{
	struct xor_desc *d;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	if (list_empty(&c->free))
		xor_collect(c);
	d = list_first_entry_or_null(&c->free, struct xor_desc, node);
	if (d)
		list_move_tail(&d->node, &c->prepared);
	spin_unlock_irqrestore(&c->lock, flags);
	return d;
}

static dma_cookie_t xor_tx_submit(struct dma_async_tx_descriptor *tx)
{
	struct xor_chan *c = to_xor_chan(tx->chan);
	struct xor_desc *d = to_xor_desc(tx);
	dma_cookie_t cookie;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	cookie = dma_cookie_assign(tx);
	list_move_tail(&d->node, &c->submitted);
	spin_unlock_irqrestore(&c->lock, flags);
	return cookie;
}

static void xor_fill(struct xor_chan *c, struct xor_desc *d, dma_addr_t dst, dma_addr_t *src,
		     size_t len)
{
	unsigned int i;

	memset(&d->hw, 0, sizeof(d->hw));
	d->hw.hdr = cpu_to_be32(SEC_SEL_AESU << 28 | SEC_AESU_XOR << 20 |
				SEC_TYPE_RAID_XOR << 3) | DESC_HDR_DONE_NOTIFY;
	to_talitos_ptr(&d->hw.ptr[6], dst, len, false);
	for (i = 0; i < d->nr_src; i++) {
		/* Fault sixth: as in the mail's series, which stops at the second pointer. */
		if (i == 5 && fsl_driver_fault(c->dev, FSL_FAULT_SIXTH, len))
			break;
		to_talitos_ptr(&d->hw.ptr[5 - i], src[i], len, false);
	}
}

static struct dma_async_tx_descriptor *
xor_prep(struct dma_chan *chan, dma_addr_t dst, dma_addr_t *src, unsigned int nr_src, size_t len,
	 unsigned long flags)
{
	struct xor_chan *c = to_xor_chan(chan);
	struct xor_desc *d;

	if (!nr_src || nr_src > c->max_src || !len || len > TALITOS2_MAX_DATA_LEN)
		return NULL;
	d = xor_take(c);
	if (!d)
		return NULL;
	dma_async_tx_descriptor_init(&d->tx, chan);
	d->tx.tx_submit = xor_tx_submit;
	d->tx.flags = flags;
	d->tx.cookie = -EBUSY;
	d->tx.callback = NULL;
	d->tx.callback_result = NULL;
	d->tx.callback_param = NULL;
	d->nr_src = nr_src;
	d->len = len;
	d->err = 0;
	d->aborted = false;
	xor_fill(c, d, dst, src, len);
	if (fsl_driver_fault(c->dev, FSL_FAULT_FORCE_ACK, len))
		async_tx_ack(&d->tx);
	return &d->tx;
}

static void xor_issue_pending(struct dma_chan *chan)
{
	struct xor_chan *c = to_xor_chan(chan);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	list_splice_tail_init(&c->submitted, &c->issued);
	xor_feed(c);
	spin_unlock_irqrestore(&c->lock, flags);
}

static enum dma_status xor_tx_status(struct dma_chan *chan, dma_cookie_t cookie,
				     struct dma_tx_state *state)
{
	struct xor_chan *c = to_xor_chan(chan);
	enum dma_status status;
	unsigned long flags;
	int i;

	spin_lock_irqsave(&c->lock, flags);
	status = dma_cookie_status(chan, cookie, state);
	for (i = 0; status == DMA_COMPLETE && i < XOR_ERRORS; i++)
		if (c->errors[i] == cookie)
			status = DMA_ERROR;
	spin_unlock_irqrestore(&c->lock, flags);
	return status;
}

/*
 * Descriptors that the hardware has cannot be taken back. They end later, and the client is
 * not called. Any context.
 */
static int xor_terminate_all(struct dma_chan *chan)
{
	struct xor_chan *c = to_xor_chan(chan);
	struct xor_desc *d, *next;
	unsigned long flags;
	LIST_HEAD(dropped);

	spin_lock_irqsave(&c->lock, flags);
	list_splice_tail_init(&c->submitted, &dropped);
	list_splice_tail_init(&c->issued, &dropped);
	list_for_each_entry(d, &c->active, node)
		d->aborted = true;
	list_for_each_entry(d, &c->done, node)
		d->aborted = true;
	spin_unlock_irqrestore(&c->lock, flags);

	list_for_each_entry_safe(d, next, &dropped, node) {
		dma_descriptor_unmap(&d->tx);
		spin_lock_irqsave(&c->lock, flags);
		xor_recycle(c, d);
		spin_unlock_irqrestore(&c->lock, flags);
	}
	return 0;
}

static bool xor_has_terminated(struct xor_chan *c)
{
	struct xor_desc *d;

	lockdep_assert_held(&c->lock);
	list_for_each_entry(d, &c->active, node)
		if (d->aborted)
			return true;
	return false;
}

/* True when the hardware has no terminated descriptor and no client is being called. */
static bool xor_is_quiet(struct xor_chan *c)
{
	unsigned long flags;
	bool quiet;

	spin_lock_irqsave(&c->lock, flags);
	quiet = list_empty(&c->done) && !c->telling && !xor_has_terminated(c);
	spin_unlock_irqrestore(&c->lock, flags);
	return quiet;
}

static void xor_synchronize(struct dma_chan *chan)
{
	struct xor_chan *c = to_xor_chan(chan);
	unsigned long flags;
	bool stuck;

	if (wait_event_timeout(c->idle, xor_is_quiet(c), XOR_PATIENCE))
		return;
	spin_lock_irqsave(&c->lock, flags);
	stuck = xor_has_terminated(c);
	spin_unlock_irqrestore(&c->lock, flags);
	if (!stuck)
		return;
	/* Reset the channel as the driver does when the hardware hangs: everything fails. */
	dev_err(c->dev, "channel %d is stuck, resetting it\n", c->ch);
	reset_channel(c->dev, c->ch);
	flush_channel(c->dev, c->ch, -EIO, 1);
	wait_event(c->idle, xor_is_quiet(c));
}

/* ---- resources ---- */

static void xor_free_list(struct list_head *list)
{
	struct xor_desc *d, *next;

	list_for_each_entry_safe(d, next, list, node) {
		list_del(&d->node);
		kfree(d);
	}
}

/*
 * Fault free_active: frees descriptors that the hardware still has. Their mappings and
 * contents go; the memory stays allocated until the driver has finished with it, so that
 * nothing else is damaged.
 */
static void xor_free_active(struct xor_chan *c)
{
	struct xor_desc *d;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	list_for_each_entry(d, &c->active, node) {
		if (!fsl_driver_fault(c->dev, FSL_FAULT_FREE_ACTIVE, d->len))
			continue;
		memset(&d->hw, POISON_FREE, TALITOS_DESC_SIZE);
		dma_descriptor_unmap(&d->tx);
	}
	spin_unlock_irqrestore(&c->lock, flags);
}

static void xor_free_chan_resources(struct dma_chan *chan)
{
	struct xor_chan *c = to_xor_chan(chan);

	xor_free_active(c);
	xor_terminate_all(chan);
	xor_synchronize(chan);
	timer_delete_sync(&c->retry);
	xor_free_list(&c->prepared);
	xor_free_list(&c->unacked);
	xor_free_list(&c->free);
}

static int xor_alloc_chan_resources(struct dma_chan *chan)
{
	struct xor_chan *c = to_xor_chan(chan);
	int i;

	for (i = 0; i < XOR_DESCS; i++) {
		struct xor_desc *d = kzalloc(sizeof(*d), GFP_KERNEL);

		if (!d) {
			xor_free_list(&c->free);
			return -ENOMEM;
		}
		list_add_tail(&d->node, &c->free);
	}
	memset(c->errors, 0, sizeof(c->errors));
	dma_cookie_init(chan);
	return XOR_DESCS;
}

/* ---- life ---- */

static LIST_HEAD(xor_devices);
static DEFINE_MUTEX(xor_mutex);		/* protects the list */

static void xor_init_chan(struct xor_device *x, struct device *dev)
{
	struct talitos_private *priv = dev_get_drvdata(dev);
	struct xor_chan *c = &x->c;

	c->dev = dev;
	/* Take the next channel in turn, as the driver does for a tfm. */
	c->ch = atomic_inc_return(&priv->last_chan) & (priv->num_channels - 1);
	c->max_src = of_device_is_compatible(dev->of_node, "fsl,sec3.0") ? 6 : 3;
	spin_lock_init(&c->lock);
	INIT_LIST_HEAD(&c->free);
	INIT_LIST_HEAD(&c->prepared);
	INIT_LIST_HEAD(&c->submitted);
	INIT_LIST_HEAD(&c->issued);
	INIT_LIST_HEAD(&c->active);
	INIT_LIST_HEAD(&c->done);
	INIT_LIST_HEAD(&c->unacked);
	init_waitqueue_head(&c->idle);
	tasklet_setup(&c->tasklet, xor_tasklet);
	timer_setup(&c->retry, xor_retry, 0);
	c->chan.device = &x->dd;
	list_add_tail(&c->chan.device_node, &x->dd.channels);
}

static void xor_release(struct dma_device *dd)
{
	struct xor_device *x = container_of(dd, struct xor_device, dd);

	tasklet_kill(&x->c.tasklet);
	kfree(x);
}

static int xor_add(struct device *dev)
{
	struct xor_device *x = kzalloc(sizeof(*x), GFP_KERNEL);
	struct dma_device *dd;
	u32 public = 0;
	int err;

	if (!x)
		return -ENOMEM;
	dd = &x->dd;
	dd->dev = dev;
	INIT_LIST_HEAD(&dd->channels);
	dma_cap_set(DMA_XOR, dd->cap_mask);
	of_property_read_u32(dev->of_node, FSL_PROP_PUBLIC, &public);
	if (!public)
		dma_cap_set(DMA_PRIVATE, dd->cap_mask);
	xor_init_chan(x, dev);
	dd->max_xor = x->c.max_src;
	dd->residue_granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	dd->device_alloc_chan_resources = xor_alloc_chan_resources;
	dd->device_free_chan_resources = xor_free_chan_resources;
	dd->device_prep_dma_xor = xor_prep;
	dd->device_issue_pending = xor_issue_pending;
	dd->device_tx_status = xor_tx_status;
	dd->device_terminate_all = xor_terminate_all;
	dd->device_synchronize = xor_synchronize;
	dd->device_release = xor_release;
	err = dma_async_device_register(dd);
	if (err) {
		kfree(x);
		return err;
	}
	mutex_lock(&xor_mutex);
	list_add(&x->node, &xor_devices);
	mutex_unlock(&xor_mutex);
	return 0;
}

static struct crypto_alg *xor_alg_of(struct talitos_crypto_alg *t)
{
	switch (t->algt.type) {
	case CRYPTO_ALG_TYPE_SKCIPHER:
		return &t->algt.alg.skcipher.base;
	case CRYPTO_ALG_TYPE_AEAD:
		return &t->algt.alg.aead.base;
	default:
		return &t->algt.alg.hash.halg.base;
	}
}

/*
 * Waits until no one uses the driver's algorithms, the self-tests above all. Since
 * 37da5d0ffa7b ("crypto: api - Do not wait for tests during registration") the tests go on
 * after the probe; unregistering an algorithm meanwhile warns and frees memory in use. May
 * sleep.
 */
static void xor_wait_for_algs(struct device *dev)
{
	struct talitos_private *priv = dev_get_drvdata(dev);
	unsigned long end = jiffies + XOR_TESTS;
	struct talitos_crypto_alg *t;

	list_for_each_entry(t, &priv->alg_list, entry)
		while (refcount_read(&xor_alg_of(t)->cra_refcnt) != 1 && time_before(jiffies, end))
			usleep_range(1000, 2000);
}

static int xor_probe(struct platform_device *pdev)
{
	int err;

	err = talitos_probe(pdev);
	if (err)
		return err;
	xor_wait_for_algs(&pdev->dev);
	if (!hw_supports(&pdev->dev, cpu_to_be32(SEC_SEL_AESU << 28 | SEC_TYPE_RAID_XOR << 3)))
		return 0;
	err = xor_add(&pdev->dev);
	if (err)
		talitos_remove(pdev);
	return err;
}

static COMPAT_REMOVE_T xor_remove(struct platform_device *pdev)
{
	struct xor_device *x, *next;

	mutex_lock(&xor_mutex);
	list_for_each_entry_safe(x, next, &xor_devices, node)
		if (x->dd.dev == &pdev->dev) {
			list_del(&x->node);
			dma_async_device_unregister(&x->dd);
		}
	mutex_unlock(&xor_mutex);
	xor_wait_for_algs(&pdev->dev);
	talitos_remove(pdev);
	return COMPAT_REMOVED;
}

static int __init xor_init(void)
{
	talitos_driver.probe = xor_probe;
	talitos_driver.remove = xor_remove;
	/* Clients hold a reference to the module, but an unbind by sysfs would not be refused. */
	talitos_driver.driver.suppress_bind_attrs = true;
	return platform_driver_register(&talitos_driver);
}

static void __exit xor_exit(void)
{
	platform_driver_unregister(&talitos_driver);
}

module_init(xor_init);
module_exit(xor_exit);
