// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cases of wrongclient. Each does one thing with the kernel's own functions, rightly or in the
 * wrong way that its class is about; none harms the kernel.
 */
#include <linux/async_tx.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/irq_work.h>
#include <linux/string.h>

#include "wrongclient.h"

static bool is_ours(struct dma_chan *chan, void *ddev)
{
	return chan->device == ddev;
}

static struct dma_chan *get_chan(struct wc_work *w)
{
	dma_cap_mask_t any;

	dma_cap_zero(any);
	return dma_request_channel(any, is_ours, &w->p->ddev);
}

/* ---- a copy between the two pages ---- */

struct copy {
	struct dma_chan *chan;
	dma_addr_t src, dst;
};

static void end_copy(struct wc_work *w, struct copy *c)
{
	dma_unmap_page(w->dev, c->src, WC_LEN, DMA_TO_DEVICE);
	dma_unmap_page(w->dev, c->dst, WC_LEN, DMA_FROM_DEVICE);
	dma_release_channel(c->chan);
}

/* Both pages, or none: then -ENOMEM. */
static int map_both(struct wc_work *w, dma_addr_t *src, dma_addr_t *dst)
{
	*src = dma_map_page(w->dev, w->src, 0, WC_LEN, DMA_TO_DEVICE);
	if (dma_mapping_error(w->dev, *src))
		return -ENOMEM;
	*dst = dma_map_page(w->dev, w->dst, 0, WC_LEN, DMA_FROM_DEVICE);
	if (!dma_mapping_error(w->dev, *dst))
		return 0;
	dma_unmap_page(w->dev, *src, WC_LEN, DMA_TO_DEVICE);
	return -ENOMEM;
}

static int begin_copy(struct wc_work *w, struct copy *c)
{
	int err;

	c->chan = get_chan(w);
	if (!c->chan)
		return -ENODEV;
	err = map_both(w, &c->src, &c->dst);
	if (err)
		dma_release_channel(c->chan);
	return err;
}

/* @off bytes into both pages. */
static struct dma_async_tx_descriptor *prep(struct copy *c, unsigned int off, unsigned long flags)
{
	return dmaengine_prep_dma_memcpy(c->chan, c->dst + off, c->src + off, WC_LEN - off,
					 flags | DMA_CTRL_ACK);
}

static dma_cookie_t run(struct copy *c, struct dma_async_tx_descriptor *tx)
{
	dma_cookie_t cookie = tx ? dmaengine_submit(tx) : -ENOMEM;

	dma_async_issue_pending(c->chan);
	return cookie;
}

static int copy_with(struct wc_work *w, unsigned int off, unsigned long flags)
{
	struct copy c;
	int err = begin_copy(w, &c);
	dma_cookie_t cookie;

	if (err)
		return err;
	cookie = run(&c, prep(&c, off, flags));
	end_copy(w, &c);
	return cookie < 0 ? cookie : 0;
}

int wc_warm_up(struct wc_work *w)
{
	int err = copy_with(w, 0, 0);

	msleep(1000);
	return err;
}

static int engine_limits(struct wc_work *w)
{
	return copy_with(w, w->wrong ? 2 : 4, 0);
}

static int continue_misuse(struct wc_work *w)
{
	return copy_with(w, 0, w->wrong ? DMA_PREP_CONTINUE : 0);
}

/* ---- what is called with a lock held ---- */

static DEFINE_SPINLOCK(lock);

static enum dma_status wait_locked(struct dma_chan *chan, dma_cookie_t cookie)
{
	enum dma_status status;

	spin_lock(&lock);
	status = dma_sync_wait(chan, cookie);
	spin_unlock(&lock);
	return status;
}

static void synchronize_locked(struct dma_chan *chan)
{
	spin_lock(&lock);
	dmaengine_synchronize(chan);
	spin_unlock(&lock);
}

static int busy_wait(struct wc_work *w)
{
	struct copy c;
	int err = begin_copy(w, &c);
	enum dma_status status;
	dma_cookie_t cookie;

	if (err)
		return err;
	cookie = run(&c, prep(&c, 0, 0));
	status = w->wrong ? wait_locked(c.chan, cookie) : dma_sync_wait(c.chan, cookie);
	end_copy(w, &c);
	return status == DMA_COMPLETE ? 0 : -EIO;
}

static int terminate_atomic(struct wc_work *w)
{
	struct dma_chan *chan = get_chan(w);

	if (!chan)
		return -ENODEV;
	dmaengine_terminate_async(chan);
	if (w->wrong)
		synchronize_locked(chan);
	else
		dmaengine_synchronize(chan);
	dma_release_channel(chan);
	return 0;
}

/* ---- callbacks ---- */

/* The observer probes a callback once it has met it. */
static void let_it_be_probed(void)
{
	msleep(500);
}

static void submit_async(struct dma_async_tx_descriptor *tx)
{
	struct async_submit_ctl submit;

	init_async_submit(&submit, ASYNC_TX_ACK, NULL, NULL, NULL, NULL);
	async_tx_submit(tx->chan, tx, &submit);
}

struct second {
	struct dma_async_tx_descriptor *tx;	/* NULL: nothing to submit */
	struct irq_work work;
};

static void submit_second(void *param)
{
	struct second *s = param;

	if (s->tx)
		submit_async(s->tx);
}

static int run_first(struct copy *c, struct second *s)
{
	struct dma_async_tx_descriptor *tx = prep(c, 0, DMA_PREP_INTERRUPT | DMA_PREP_FENCE);

	if (!tx)
		return -ENOMEM;
	tx->callback = submit_second;
	tx->callback_param = s;
	run(c, tx);
	return 0;
}

static int callback_submit(struct wc_work *w)
{
	struct second s = { };
	struct copy c;
	int err = begin_copy(w, &c);

	if (err)
		return err;
	err = run_first(&c, &s);
	let_it_be_probed();
	s.tx = prep(&c, 0, 0);
	if (!w->wrong) {
		submit_async(s.tx);
		s.tx = NULL;
	}
	err = err ?: run_first(&c, &s);
	dma_async_issue_pending(c.chan);
	end_copy(w, &c);
	return err;
}

static void submit_in_irq(struct irq_work *work)
{
	submit_second(container_of(work, struct second, work));
}

static int async_tx_in_irq(struct wc_work *w)
{
	struct second s = { };
	struct copy c;
	int err = begin_copy(w, &c);

	if (err)
		return err;
	s.tx = prep(&c, 0, 0);
	s.work = IRQ_WORK_INIT_HARD(submit_in_irq);
	if (w->wrong) {
		irq_work_queue(&s.work);
		irq_work_sync(&s.work);
	} else {
		submit_second(&s);
	}
	dma_async_issue_pending(c.chan);
	end_copy(w, &c);
	return 0;
}

static int callback_in_terminate(struct wc_work *w)
{
	struct dma_async_tx_descriptor *tx;
	struct second s = { };
	struct copy c;
	int err = begin_copy(w, &c);

	if (err)
		return err;
	err = run_first(&c, &s);
	let_it_be_probed();
	tx = prep(&c, 0, DMA_PREP_INTERRUPT);
	tx->callback = submit_second;
	tx->callback_param = &s;
	dmaengine_submit(tx);
	w->p->faults.calls_in_terminate = w->wrong;
	dmaengine_terminate_sync(c.chan);
	end_copy(w, &c);
	return err;
}

/* ---- channels and providers ---- */

/* Both channels are held, or the device would not be private any more when the second put comes. */
static int chan_ref_imbalance(struct wc_work *w)
{
	struct dma_chan *a = get_chan(w), *b = a ? get_chan(w) : NULL;

	if (!b) {
		if (a)
			dma_release_channel(a);
		return -ENODEV;
	}
	dma_release_channel(a);
	if (w->wrong)
		dma_release_channel(a);
	dma_release_channel(b);
	return 0;
}

static int unregister_busy(struct wc_work *w)
{
	struct dma_chan *chan = get_chan(w);

	if (!chan)
		return -ENODEV;
	if (w->wrong)
		wc_unregister(w->p);
	dma_release_channel(chan);
	wc_unregister(w->p);
	return 0;
}

/* A provider that was never registered: of no channels, and with a number that nobody has. */
static int unregister_unknown(struct wc_work *w)
{
	static struct dma_device unknown;

	unknown.dev = w->dev;
	unknown.dev_id = 1000;
	INIT_LIST_HEAD(&unknown.channels);
	if (w->wrong)
		dma_async_device_unregister(&unknown);
	wc_unregister(w->p);
	return 0;
}

/* ---- unmap data ---- */

static struct dmaengine_unmap_data *get_unmap_data(struct wc_work *w, int room)
{
	struct dmaengine_unmap_data *u = dmaengine_get_unmap_data(w->dev, room, GFP_KERNEL);

	if (!u)
		return NULL;
	u->len = WC_LEN;
	if (map_both(w, &u->addr[0], &u->addr[1])) {
		dmaengine_unmap_put(u);		/* which has nothing to unmap yet */
		return NULL;
	}
	u->to_cnt = 1;
	u->from_cnt = 1;
	return u;
}

/* Submits a copy with unmap data that counts room for @room addresses. */
static struct dmaengine_unmap_data *submit_unmap_data(struct wc_work *w, struct copy *c, int room)
{
	struct dmaengine_unmap_data *u;
	struct dma_async_tx_descriptor *tx;

	c->chan = get_chan(w);
	if (!c->chan)
		return NULL;
	u = get_unmap_data(w, room);
	if (!u) {
		dma_release_channel(c->chan);
		return NULL;
	}
	c->src = u->addr[0];
	c->dst = u->addr[1];
	tx = prep(c, 0, 0);
	dma_set_unmap(tx, u);
	dmaengine_submit(tx);
	return u;
}

static int unmap_data_ref(struct wc_work *w)
{
	struct copy c;
	struct dmaengine_unmap_data *u = submit_unmap_data(w, &c, 2);

	if (!u)
		return -ENOMEM;
	dma_async_issue_pending(c.chan);
	w->leaves = w->wrong;
	if (!w->wrong)
		dmaengine_unmap_put(u);
	dma_release_channel(c.chan);
	return 0;
}

/* The kernel's smallest unmap data has room for two whatever it is asked for. */
static int unmap_data_count(struct wc_work *w)
{
	struct copy c;
	struct dmaengine_unmap_data *u = submit_unmap_data(w, &c, w->wrong ? 1 : 2);

	if (!u)
		return -ENOMEM;
	dma_async_issue_pending(c.chan);
	dmaengine_unmap_put(u);
	dma_release_channel(c.chan);
	return 0;
}

static int aborted_not_unmapped(struct wc_work *w)
{
	struct copy c;
	struct dmaengine_unmap_data *u = submit_unmap_data(w, &c, 2);

	if (!u)
		return -ENOMEM;
	dmaengine_unmap_put(u);
	w->leaves = w->wrong;
	w->p->faults.keeps_mappings = w->wrong;
	dmaengine_terminate_sync(c.chan);
	dma_release_channel(c.chan);
	return 0;
}

/* ---- memory ---- */

/* As omap-dma did where its probe failed (2e1136acf8a8). A block was handed out, and is back. */
static int leak_pool(struct wc_work *w)
{
	struct dma_pool *pool = dma_pool_create("wrongclient", w->dev, 64, 64, 0);
	dma_addr_t addr;
	void *block;

	if (!pool)
		return -ENOMEM;
	block = dma_pool_alloc(pool, GFP_KERNEL, &addr);
	if (block)
		dma_pool_free(pool, block, addr);
	if (!w->wrong)
		dma_pool_destroy(pool);
	return block ? 0 : -ENOMEM;
}

/* As octeontx2 did, which told a failed map as 0 and then took 0 for an address (d998b0e5afff). */
static int unmap_zero(struct wc_work *w)
{
	if (w->wrong)
		dma_unmap_page(w->dev, 0, WC_LEN, DMA_FROM_DEVICE);
	return 0;
}

/* Memory that has a direction, as a mapping has. */
static int free_pages_direction(struct wc_work *w)
{
	dma_addr_t addr;
	struct page *page = dma_alloc_pages(w->dev, WC_LEN, &addr, DMA_TO_DEVICE, GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	dma_free_pages(w->dev, WC_LEN, page, addr, w->wrong ? DMA_FROM_DEVICE : DMA_TO_DEVICE);
	return 0;
}

static int free_sgt_direction(struct wc_work *w)
{
	struct sg_table *sgt = dma_alloc_noncontiguous(w->dev, WC_LEN, DMA_FROM_DEVICE, GFP_KERNEL,
						       0);

	if (!sgt)
		return -ENOMEM;
	dma_free_noncontiguous(w->dev, WC_LEN, sgt,
			       w->wrong ? DMA_BIDIRECTIONAL : DMA_FROM_DEVICE);
	return 0;
}

/* ---- mapping functions of its own ---- */

static int dma_mask(struct wc_work *w)
{
	dma_addr_t addr;

	wc_maps_too_high = w->wrong;
	addr = dma_map_page(w->dev, w->src, 0, WC_LEN, DMA_TO_DEVICE);
	if (dma_mapping_error(w->dev, addr))
		return -ENOMEM;
	dma_unmap_page(w->dev, addr, WC_LEN, DMA_TO_DEVICE);
	return 0;
}

static int double_free_coherent(struct wc_work *w)
{
	dma_addr_t addr;
	void *memory = dma_alloc_coherent(w->dev, WC_LEN, &addr, GFP_KERNEL);

	if (!memory)
		return -ENOMEM;
	dma_free_coherent(w->dev, WC_LEN, memory, addr);
	if (w->wrong)
		dma_free_coherent(w->dev, WC_LEN, memory, addr);
	return 0;
}

static const struct wc_case cases[] = {
	{ "engine-limits", engine_limits },
	{ "continue-misuse", continue_misuse },
	{ "busy-wait", busy_wait },
	{ "terminate-atomic", terminate_atomic },
	{ "callback-submit", callback_submit },
	{ "async-tx-in-irq", async_tx_in_irq },
	{ "callback-in-terminate", callback_in_terminate },
	{ "chan-ref-imbalance", chan_ref_imbalance },
	{ "unregister-busy", unregister_busy },
	{ "unregister-unknown", unregister_unknown },
	{ "unmap-data-ref", unmap_data_ref },
	{ "unmap-data-count", unmap_data_count },
	{ "aborted-not-unmapped", aborted_not_unmapped },
	{ "leak-pool", leak_pool },
	{ "unmap-zero", unmap_zero },
	{ "free-pages", free_pages_direction },
	{ "free-sgt", free_sgt_direction },
	{ "dma-mask", dma_mask, true },
	{ "double-free-coherent", double_free_coherent, true },
};

const struct wc_case *wc_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (!strcmp(cases[i].name, name))
			return &cases[i];
	return NULL;
}
