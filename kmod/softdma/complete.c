// SPDX-License-Identifier: GPL-2.0-only
/* Completion: telling the client, in the context the engine was made for. */
#include <linux/err.h>

#include "softdma.h"

static void call_client(struct softdma_desc *d)
{
	struct dma_async_tx_descriptor *tx = &d->tx;
	struct dmaengine_result result = {
		.result = d->result,
		.residue = d->result == DMA_TRANS_NOERROR ? 0 : d->op.len,
	};

	if (tx->callback_result)
		tx->callback_result(tx->callback_param, &result);
	else
		tx->callback(tx->callback_param);
}

/*
 * A broken provider would hold its channel's lock here, and a client that calls the
 * provider from its callback would deadlock. told_lock is taken nowhere else, so the
 * fault is visible (a spinlock is held) and the client goes on.
 */
static void call_client_locked(struct softdma_chan *c, struct softdma_desc *d)
{
	spin_lock(&c->told_lock);
	call_client(d);
	spin_unlock(&c->told_lock);
}

static void run_dependencies_locked(struct softdma_chan *c, struct softdma_desc *d)
{
	spin_lock(&c->told_lock);
	dma_run_dependencies(&d->tx);
	spin_unlock(&c->told_lock);
}

/*
 * Ends one descriptor on the client's side: undoes the mappings that were handed over
 * with it, calls the callback, submits the dependants. Call it without locks.
 */
static void tell_client(struct softdma_chan *c, struct softdma_desc *d)
{
	struct softdma_dev *sd = c->sd;
	u32 len = d->op.len;

	dma_descriptor_unmap(&d->tx);
	if (softdma_has_callback(&d->tx)) {
		if (softdma_fault_hits(sd, SOFTDMA_LOCKED, len))
			call_client_locked(c, d);
		else
			call_client(d);
	}
	if (softdma_fault_hits(sd, SOFTDMA_LOST_DEP, len))
		return;
	if (softdma_fault_hits(sd, SOFTDMA_LOCKED_DEP, len))
		run_dependencies_locked(c, d);
	else
		dma_run_dependencies(&d->tx);
}

/* Completes the cookie of @d; with fault invisible only after the callback. Lock held. */
static void complete_cookie(struct softdma_chan *c, struct softdma_desc *d)
{
	dma_cookie_t cookie = d->tx.cookie;

	if (d->result != DMA_TRANS_NOERROR)
		c->errors[c->nr_errors++ % SOFTDMA_ERROR_COOKIES] = cookie;
	if (softdma_fault_hits(c->sd, SOFTDMA_INVISIBLE, d->op.len))
		d->unseen = cookie;
	else
		c->chan.completed_cookie = cookie;
}

/* Takes the next descriptor whose client must be told; *@first: it was not told before. */
static struct softdma_desc *take_done(struct softdma_chan *c, bool *first)
{
	struct softdma_desc *d;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	d = list_first_entry_or_null(&c->done, struct softdma_desc, tell);
	if (d) {
		list_del_init(&d->tell);
		*first = !d->told;
		d->told = true;
		d->telling++;
		if (*first)
			complete_cookie(c, d);
	}
	spin_unlock_irqrestore(&c->lock, flags);
	return d;
}

static void count(struct softdma_chan *c, const struct softdma_desc *d)
{
	if (d->result == DMA_TRANS_NOERROR)
		atomic64_inc(&c->sd->stats.completed);
	else
		atomic64_inc(&c->sd->stats.errors);
}

static void complete_done(struct softdma_chan *c)
{
	struct softdma_desc *d;
	bool first;

	while ((d = take_done(c, &first))) {
		if (first)
			count(c, d);
		tell_client(c, d);
		softdma_told(c, d, first);
	}
}

static void complete_tasklet(struct tasklet_struct *t)
{
	complete_done(container_of(t, struct softdma_chan, tasklet));
}

static void complete_work(struct work_struct *work)
{
	complete_done(container_of(work, struct softdma_chan, work));
}

static void complete_kwork(struct kthread_work *work)
{
	complete_done(container_of(work, struct softdma_chan, kwork));
}

void softdma_kick(struct softdma_chan *c)
{
	switch (c->sd->cfg.completion) {
	case SOFTDMA_HARDIRQ:
		complete_done(c);
		break;
	case SOFTDMA_SOFTIRQ:
		tasklet_schedule(&c->tasklet);
		break;
	case SOFTDMA_THREADED:
		kthread_queue_work(c->worker, &c->kwork);
		break;
	case SOFTDMA_WORKQUEUE:
		queue_work(system_highpri_wq, &c->work);
		break;
	}
}

static bool any_done(struct softdma_chan *c)
{
	unsigned long flags;
	bool any;

	spin_lock_irqsave(&c->lock, flags);
	any = !list_empty(&c->done);
	spin_unlock_irqrestore(&c->lock, flags);
	return any;
}

void softdma_complete_sync(struct softdma_chan *c)
{
	switch (c->sd->cfg.completion) {
	case SOFTDMA_HARDIRQ:	/* runs in the timer, which the caller has waited for */
		break;
	case SOFTDMA_SOFTIRQ:
		tasklet_kill(&c->tasklet);
		/* A tasklet_schedule() during tasklet_kill() has no effect: repeat it. */
		if (any_done(c))
			tasklet_schedule(&c->tasklet);
		break;
	case SOFTDMA_THREADED:
		kthread_flush_worker(c->worker);
		break;
	case SOFTDMA_WORKQUEUE:
		flush_work(&c->work);
		break;
	}
}

int softdma_complete_init(struct softdma_chan *c)
{
	tasklet_setup(&c->tasklet, complete_tasklet);
	INIT_WORK(&c->work, complete_work);
	kthread_init_work(&c->kwork, complete_kwork);
	if (c->sd->cfg.completion != SOFTDMA_THREADED)
		return 0;
	c->worker = kthread_create_worker(0, "softdma/%s", dev_name(c->sd->dev));
	if (IS_ERR(c->worker)) {
		int err = PTR_ERR(c->worker);

		c->worker = NULL;
		return err;
	}
	return 0;
}

void softdma_complete_exit(struct softdma_chan *c)
{
	tasklet_kill(&c->tasklet);
	cancel_work_sync(&c->work);
	if (c->worker)
		kthread_destroy_worker(c->worker);
	c->worker = NULL;
}
