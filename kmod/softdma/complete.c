// SPDX-License-Identifier: GPL-2.0-only
/* Completion: telling the client, in the context the engine was made for. */
#include <linux/err.h>

#include "softdma.h"

/*
 * The client's side of one descriptor, no locks held: the mappings that were
 * handed over with it, its callback, its dependants.
 */
static void tell_client(struct softdma_desc *d)
{
	struct dma_async_tx_descriptor *tx = &d->tx;
	struct dmaengine_result result = {
		.result = d->result,
		.residue = d->result == DMA_TRANS_NOERROR ? 0 : d->op.len,
	};

	dma_descriptor_unmap(tx);
	/* Without DMA_PREP_INTERRUPT the client asked not to be told. */
	if (tx->flags & DMA_PREP_INTERRUPT) {
		if (tx->callback_result)
			tx->callback_result(tx->callback_param, &result);
		else if (tx->callback)
			tx->callback(tx->callback_param);
	}
	dma_run_dependencies(tx);
}

/* Takes the next finished descriptor; its cookie is complete from here on. */
static struct softdma_desc *take_done(struct softdma_chan *c)
{
	struct softdma_desc *d;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	d = list_first_entry_or_null(&c->done, struct softdma_desc, node);
	if (d) {
		list_move_tail(&d->node, &c->completed);
		if (d->result != DMA_TRANS_NOERROR)
			c->errors[c->nr_errors++ % SOFTDMA_ERROR_COOKIES] = d->tx.cookie;
		c->chan.completed_cookie = d->tx.cookie;
	}
	spin_unlock_irqrestore(&c->lock, flags);
	if (!d)
		return NULL;
	if (d->result == DMA_TRANS_NOERROR)
		atomic64_inc(&c->sd->stats.completed);
	else
		atomic64_inc(&c->sd->stats.errors);
	return d;
}

static void complete_done(struct softdma_chan *c)
{
	struct softdma_desc *d;

	while ((d = take_done(c))) {
		tell_client(d);
		softdma_told(c, d);
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
	case SOFTDMA_HARDIRQ:	/* in the timer: the caller waited for it */
		break;
	case SOFTDMA_SOFTIRQ:
		tasklet_kill(&c->tasklet);
		/* Scheduling it has no effect while it is being killed. */
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
