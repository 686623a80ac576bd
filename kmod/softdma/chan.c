// SPDX-License-Identifier: GPL-2.0-only
/*
 * A channel: an ordinary dmaengine provider, one descriptor at a time, timed by
 * an hrtimer that stands for the hardware.
 *
 * free -> prepared -> submitted -> issued -> active -> done -> completed -> free
 *
 * A completed descriptor is recycled once the client was told and has acked it.
 * dmaengine's own cookie and callback helpers are private to drivers/dma.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "prng.h"
#include "softdma.h"

static struct softdma_desc *to_desc(struct dma_async_tx_descriptor *tx)
{
	return container_of(tx, struct softdma_desc, tx);
}

static dma_cookie_t softdma_tx_submit(struct dma_async_tx_descriptor *tx)
{
	struct softdma_chan *c = to_softdma_chan(tx->chan);
	dma_cookie_t cookie;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	to_desc(tx)->called = false;	/* or it was submitted before */
	cookie = c->chan.cookie + 1;
	if (cookie < DMA_MIN_COOKIE)
		cookie = DMA_MIN_COOKIE;
	tx->cookie = cookie;
	c->chan.cookie = cookie;
	list_move_tail(&to_desc(tx)->node, &c->submitted);
	spin_unlock_irqrestore(&c->lock, flags);
	atomic64_inc(&c->sd->stats.submitted);
	return cookie;
}

static u64 cost_ns(struct softdma_chan *c, const struct softdma_desc *d)
{
	const struct softdma_config *cfg = &c->sd->cfg;
	u64 ns = cfg->setup_ns;

	if (cfg->rate)
		ns += div64_u64((u64)d->op.len * NSEC_PER_SEC, cfg->rate);
	if (cfg->jitter_ns)
		ns += prng_upto(&c->prng, cfg->jitter_ns);
	return ns;
}

static void arm(struct softdma_chan *c, u64 ns)
{
	hrtimer_start(&c->timer, ns_to_ktime(ns), HRTIMER_MODE_REL_HARD);
}

/* The hardware takes the next descriptor. Lock held. */
static void start_next(struct softdma_chan *c)
{
	struct softdma_desc *d;

	if (c->phase != SOFTDMA_IDLE || READ_ONCE(c->sd->gone))
		return;
	d = list_first_entry_or_null(&c->issued, struct softdma_desc, node);
	if (!d)
		return;
	list_del_init(&d->node);
	c->active = d;
	c->phase = SOFTDMA_BUSY;
	dmt_hw_start(&d->tx, d->tx.cookie);
	arm(c, cost_ns(c, d));
}

static void finish_active(struct softdma_chan *c)
{
	list_add_tail(&c->active->node, &c->done);
	c->active = NULL;
}

static void say_done(struct softdma_desc *d)
{
	int error = 0;

	if (d->result != DMA_TRANS_NOERROR)
		error = d->result == DMA_TRANS_ABORTED ? -EIO : -EFAULT;
	dmt_hw_done(&d->tx, d->tx.cookie, error);
}

/* The time of c->active is over. Returns the next phase. */
static enum softdma_phase run_active(struct softdma_chan *c)
{
	struct softdma_desc *d = c->active;
	struct softdma_dev *sd = c->sd;
	u32 len = d->op.len;

	if (softdma_fault_hits(sd, SOFTDMA_ERROR, len)) {
		d->result = DMA_TRANS_ABORTED;
		say_done(d);
		finish_active(c);
		return SOFTDMA_IDLE;
	}
	if (softdma_fault_hits(sd, SOFTDMA_EARLY, len)) {
		c->late_of = d;
		c->late_cookie = d->tx.cookie;
		finish_active(c);
		return SOFTDMA_LATE;
	}
	d->result = softdma_move(sd, &d->op);
	say_done(d);
	if (softdma_fault_hits(sd, SOFTDMA_DROP, len)) {
		list_add_tail(&d->node, &c->lost);
		c->active = NULL;
		return SOFTDMA_IDLE;
	}
	if (softdma_fault_hits(sd, SOFTDMA_DELAY, len))
		return SOFTDMA_HELD_BACK;
	finish_active(c);
	return SOFTDMA_IDLE;
}

/* What its client takes for done. */
static void move_late(struct softdma_chan *c)
{
	struct softdma_desc *d = c->late_of;

	c->late_of = NULL;
	dmt_hw_done(&d->tx, c->late_cookie,
		    softdma_move(c->sd, &d->op) == DMA_TRANS_NOERROR ? 0 : -EFAULT);
}

/* The hardware's clock. Hardirq. */
static enum hrtimer_restart softdma_timer(struct hrtimer *timer)
{
	struct softdma_chan *c = container_of(timer, struct softdma_chan, timer);
	unsigned long flags;
	bool finished;

	spin_lock_irqsave(&c->lock, flags);
	/* Terminated and armed anew while this waited for the lock. */
	if (hrtimer_is_queued(timer)) {
		spin_unlock_irqrestore(&c->lock, flags);
		return HRTIMER_NORESTART;
	}
	switch (c->phase) {
	case SOFTDMA_BUSY:
		c->phase = run_active(c);
		if (c->phase == SOFTDMA_HELD_BACK)
			arm(c, READ_ONCE(c->sd->faults.delay_ns));
		break;
	case SOFTDMA_HELD_BACK:
		finish_active(c);
		c->phase = SOFTDMA_IDLE;
		break;
	case SOFTDMA_LATE:
		move_late(c);
		c->phase = SOFTDMA_IDLE;
		break;
	case SOFTDMA_IDLE:	/* terminated meanwhile */
		break;
	}
	start_next(c);
	finished = !list_empty(&c->done);
	spin_unlock_irqrestore(&c->lock, flags);
	if (finished)
		softdma_kick(c);
	return HRTIMER_NORESTART;
}

void softdma_told(struct softdma_chan *c, struct softdma_desc *d)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	d->called = true;
	if (c->late_of == d)
		arm(c, READ_ONCE(c->sd->faults.delay_ns));
	spin_unlock_irqrestore(&c->lock, flags);
}

static void softdma_issue_pending(struct dma_chan *chan)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	list_splice_tail_init(&c->submitted, &c->issued);
	start_next(c);
	spin_unlock_irqrestore(&c->lock, flags);
}

/* Recycles what the client was told of and has acked; not before it was moved. Lock held. */
static void reap(struct softdma_chan *c)
{
	struct softdma_desc *d, *next;

	list_for_each_entry_safe(d, next, &c->completed, node)
		if (d->called && d != c->late_of && async_tx_test_ack(&d->tx))
			list_move_tail(&d->node, &c->free);
}

static struct softdma_desc *get_desc(struct softdma_chan *c, unsigned long tx_flags)
{
	struct softdma_desc *d = NULL;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	if (!READ_ONCE(c->sd->gone)) {
		if (list_empty(&c->free))
			reap(c);
		d = list_first_entry_or_null(&c->free, struct softdma_desc, node);
	}
	if (d)
		list_move_tail(&d->node, &c->prepared);
	spin_unlock_irqrestore(&c->lock, flags);
	if (!d)
		return NULL;

	memset(&d->tx, 0, sizeof(d->tx));
	dma_async_tx_descriptor_init(&d->tx, &c->chan);
	d->tx.tx_submit = softdma_tx_submit;
	d->tx.flags = tx_flags;
	d->tx.cookie = -EBUSY;
	d->result = DMA_TRANS_NOERROR;
	d->called = false;
	return d;
}

static bool fits(const struct softdma_chan *c, size_t len)
{
	return len && len <= c->sd->cfg.max_len;
}

static struct dma_async_tx_descriptor *
softdma_prep_memcpy(struct dma_chan *chan, dma_addr_t dst, dma_addr_t src,
		    size_t len, unsigned long flags)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	struct softdma_desc *d;

	if (!fits(c, len))
		return NULL;
	d = get_desc(c, flags);
	if (!d)
		return NULL;
	d->op = (struct softdma_op) { .dst = dst, .src = { src }, .nr_src = 1, .len = len };
	return &d->tx;
}

static struct dma_async_tx_descriptor *
softdma_prep_xor(struct dma_chan *chan, dma_addr_t dst, dma_addr_t *src,
		 unsigned int nr_src, size_t len, unsigned long flags)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	struct softdma_desc *d;

	if (!fits(c, len) || !nr_src || nr_src > c->sd->cfg.max_xor)
		return NULL;
	d = get_desc(c, flags);
	if (!d)
		return NULL;
	d->op = (struct softdma_op) { .dst = dst, .nr_src = nr_src, .len = len };
	memcpy(d->op.src, src, nr_src * sizeof(*src));
	return &d->tx;
}

static bool has_failed(const struct softdma_chan *c, dma_cookie_t cookie)
{
	unsigned int i, n = min_t(unsigned int, c->nr_errors, SOFTDMA_ERROR_COOKIES);

	for (i = 0; i < n; i++)
		if (c->errors[i] == cookie)
			return true;
	return false;
}

static const struct softdma_desc *find_cookie(const struct list_head *list,
					      dma_cookie_t cookie)
{
	const struct softdma_desc *d;

	list_for_each_entry(d, list, node)
		if (d->tx.cookie == cookie)
			return d;
	return NULL;
}

/* Bytes of @cookie still to be moved: all or nothing, a descriptor is one step. */
static u32 residue_of(const struct softdma_chan *c, dma_cookie_t cookie)
{
	const struct softdma_desc *d = c->active;

	if (d && d->tx.cookie == cookie)
		return c->phase == SOFTDMA_HELD_BACK ? 0 : d->op.len;
	d = find_cookie(&c->issued, cookie);
	if (!d)
		d = find_cookie(&c->submitted, cookie);
	return d ? d->op.len : 0;
}

/* Any context. */
static enum dma_status softdma_tx_status(struct dma_chan *chan, dma_cookie_t cookie,
					 struct dma_tx_state *state)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	dma_cookie_t used, complete;
	enum dma_status status;
	unsigned long flags;
	u32 residue = 0;

	spin_lock_irqsave(&c->lock, flags);
	used = chan->cookie;
	complete = chan->completed_cookie;
	status = dma_async_is_complete(cookie, complete, used);
	if (status != DMA_COMPLETE)
		residue = residue_of(c, cookie);
	else if (has_failed(c, cookie))
		status = DMA_ERROR;
	else if (find_cookie(&c->lost, cookie))
		status = DMA_IN_PROGRESS;	/* though a later one completed */
	spin_unlock_irqrestore(&c->lock, flags);

	if (state) {
		state->last = complete;
		state->used = used;
		state->residue = residue;
		state->in_flight_bytes = 0;
	}
	return status;
}

static void say_dropped(const struct list_head *list)
{
	struct softdma_desc *d;

	list_for_each_entry(d, list, node)
		dmt_hw_drop(&d->tx, d->tx.cookie);
}

/* The hardware stops. Lock held. */
static void stop_engine(struct softdma_chan *c, struct list_head *dropped)
{
	if (c->active) {
		if (c->phase == SOFTDMA_BUSY)
			dmt_hw_drop(&c->active->tx, c->active->tx.cookie);
		list_add_tail(&c->active->node, dropped);
	}
	if (c->late_of)
		dmt_hw_drop(&c->late_of->tx, c->late_cookie);
	say_dropped(&c->issued);
	say_dropped(&c->submitted);
	c->active = NULL;
	c->late_of = NULL;
	c->phase = SOFTDMA_IDLE;	/* a timer that still fires finds nothing */
	hrtimer_try_to_cancel(&c->timer);
}

void softdma_drop_all(struct softdma_chan *c)
{
	struct softdma_desc *d;
	unsigned long flags;
	LIST_HEAD(dropped);
	u64 n = 0;

	spin_lock_irqsave(&c->lock, flags);
	stop_engine(c, &dropped);
	list_splice_tail_init(&c->done, &dropped);
	list_splice_tail_init(&c->issued, &dropped);
	list_splice_tail_init(&c->submitted, &dropped);
	list_splice_tail_init(&c->lost, &dropped);
	spin_unlock_irqrestore(&c->lock, flags);

	list_for_each_entry(d, &dropped, node) {
		dma_descriptor_unmap(&d->tx);
		d->called = true;
		n++;
	}
	atomic64_add(n, &c->sd->stats.terminated);
	spin_lock_irqsave(&c->lock, flags);
	list_splice_tail(&dropped, &c->completed);	/* until they are acked */
	spin_unlock_irqrestore(&c->lock, flags);
}

void softdma_wait_idle(struct softdma_chan *c)
{
	/* Not hrtimer_cancel(): another client may have issued anew. */
	while (hrtimer_callback_running(&c->timer))
		cpu_relax();
	softdma_complete_sync(c);
}

static int softdma_terminate_all(struct dma_chan *chan)
{
	softdma_drop_all(to_softdma_chan(chan));
	return 0;
}

static void softdma_synchronize(struct dma_chan *chan)
{
	softdma_wait_idle(to_softdma_chan(chan));
}

static int softdma_alloc_chan_resources(struct dma_chan *chan)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	u32 i, n = c->sd->cfg.ring;
	struct softdma_desc *ring;

	/* Not -ENODEV: dmaengine would take the device off its list, twice. */
	if (READ_ONCE(c->sd->gone))
		return -ESHUTDOWN;
	ring = kvcalloc(n, sizeof(*ring), GFP_KERNEL);
	if (!ring)
		return -ENOMEM;
	c->ring = ring;
	for (i = 0; i < n; i++)
		list_add_tail(&ring[i].node, &c->free);
	chan->cookie = DMA_MIN_COOKIE;
	chan->completed_cookie = DMA_MIN_COOKIE;
	c->nr_errors = 0;
	return n;
}

static void softdma_free_chan_resources(struct dma_chan *chan)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	struct softdma_desc *d;

	softdma_drop_all(c);
	hrtimer_cancel(&c->timer);
	softdma_complete_sync(c);
	/* Prepared and never submitted: the client's mistake, not to be a leak. */
	list_for_each_entry(d, &c->prepared, node)
		dma_descriptor_unmap(&d->tx);
	INIT_LIST_HEAD(&c->free);
	INIT_LIST_HEAD(&c->prepared);
	INIT_LIST_HEAD(&c->completed);
	kvfree(c->ring);
	c->ring = NULL;
}

int softdma_chan_init(struct softdma_dev *sd, struct softdma_chan *c)
{
	c->sd = sd;
	c->chan.device = &sd->ddev;
	c->prng = sd->cfg.seed + (c - sd->chans);
	c->phase = SOFTDMA_IDLE;
	spin_lock_init(&c->lock);
	INIT_LIST_HEAD(&c->free);
	INIT_LIST_HEAD(&c->prepared);
	INIT_LIST_HEAD(&c->submitted);
	INIT_LIST_HEAD(&c->issued);
	INIT_LIST_HEAD(&c->done);
	INIT_LIST_HEAD(&c->completed);
	INIT_LIST_HEAD(&c->lost);
	hrtimer_init(&c->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	c->timer.function = softdma_timer;
	return softdma_complete_init(c);
}

void softdma_chan_exit(struct softdma_chan *c)
{
	hrtimer_cancel(&c->timer);
	softdma_complete_exit(c);
}

void softdma_set_ops(struct softdma_dev *sd)
{
	struct dma_device *dd = &sd->ddev;

	/* Never a public channel: async_tx and net would take it from tests. */
	dma_cap_set(DMA_PRIVATE, dd->cap_mask);
	if (sd->cfg.personality == SOFTDMA_TALITOS) {
		dma_cap_set(DMA_XOR, dd->cap_mask);
		dd->max_xor = sd->cfg.max_xor;
		dd->device_prep_dma_xor = softdma_prep_xor;
	} else {
		dma_cap_set(DMA_MEMCPY, dd->cap_mask);
		dd->device_prep_dma_memcpy = softdma_prep_memcpy;
	}
	dd->directions = BIT(DMA_MEM_TO_MEM);
	dd->residue_granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	dd->device_alloc_chan_resources = softdma_alloc_chan_resources;
	dd->device_free_chan_resources = softdma_free_chan_resources;
	dd->device_issue_pending = softdma_issue_pending;
	dd->device_tx_status = softdma_tx_status;
	dd->device_terminate_all = softdma_terminate_all;
	dd->device_synchronize = softdma_synchronize;
}
