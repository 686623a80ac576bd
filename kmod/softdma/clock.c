// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hardware: it works on the issued descriptors one at a time, paced by an hrtimer,
 * and misbehaves as the engine's faults say.
 */
#include "compat.h"
#include "prng.h"
#include "softdma.h"

void softdma_arm(struct hrtimer *timer, u64 ns)
{
	hrtimer_start(timer, ns_to_ktime(ns), DMT_CLOCK_REL);
}

static u32 delay_ns(const struct softdma_chan *c)
{
	return READ_ONCE(c->sd->faults.delay_ns);
}

/* ---- start ---- */

static u64 cost_ns(struct softdma_chan *c, const struct softdma_desc *d)
{
	const struct softdma_config *cfg = &c->sd->cfg;
	u64 ns = cfg->setup_ns;

	if (cfg->rate)	/* no overflow: len < 2^26, at most 16 sources */
		ns += div64_u64((u64)d->op.len * max(d->op.nr_src, 1U) * NSEC_PER_SEC, cfg->rate);
	if (cfg->jitter_ns)
		ns += prng_upto(&c->prng, cfg->jitter_ns);
	return ns;
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
	if (softdma_fault_hits(c->sd, SOFTDMA_VANISH, d->op.len)) {
		WRITE_ONCE(c->sd->gone, true);
		return;
	}
	list_del_init(&d->node);
	c->active = d;
	c->phase = SOFTDMA_BUSY;
	dmt_hw_start(d->who, d->tx.cookie);
	softdma_arm(&c->timer, cost_ns(c, d));
}

static void issue(struct softdma_chan *c)
{
	list_splice_tail_init(&c->submitted, &c->issued);
	start_next(c);
}

void softdma_issue_pending(struct dma_chan *chan)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	issue(c);
	spin_unlock_irqrestore(&c->lock, flags);
}

dma_cookie_t softdma_tx_submit(struct dma_async_tx_descriptor *tx)
{
	struct softdma_chan *c = to_softdma_chan(tx->chan);
	struct softdma_desc *d = to_softdma_desc(tx);
	dma_cookie_t cookie;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	/*
	 * fsldma does the same while it is suspended. The descriptor stays in the channel
	 * until the channel is released.
	 */
	if (softdma_nth_fails(SOFTDMA_CALL_SUBMIT) ||
	    softdma_fault_hits(c->sd, SOFTDMA_SUBMIT, d->op.len)) {
		spin_unlock_irqrestore(&c->lock, flags);
		return -EBUSY;
	}
	d->told = false;	/* true when this descriptor is submitted again */
	d->result = DMA_TRANS_NOERROR;
	cookie = c->chan.cookie + 1;
	if (cookie < DMA_MIN_COOKIE)
		cookie = DMA_MIN_COOKIE;
	tx->cookie = cookie;
	c->chan.cookie = cookie;
	list_move_tail(&d->node, &c->submitted);
	if (softdma_fault_hits(c->sd, SOFTDMA_START, d->op.len))
		issue(c);
	if (list_empty(&d->tell) && softdma_fault_hits(c->sd, SOFTDMA_COMPLETE, d->op.len)) {
		list_add_tail(&d->tell, &c->late);
		softdma_arm(&c->late_timer, 0);
	}
	spin_unlock_irqrestore(&c->lock, flags);
	atomic64_inc(&c->sd->stats.submitted);
	return cookie;
}

/* ---- end; all are called with the lock held ---- */

/* The hardware has finished with @d. The client will be told, unless it was before. */
static void end(struct softdma_chan *c, struct softdma_desc *d)
{
	list_add_tail(&d->node, &c->ended);
	if (!d->told && list_empty(&d->tell))
		list_add_tail(&d->tell, &c->done);
}

static void withhold(struct softdma_chan *c, struct softdma_desc *d)
{
	list_add_tail(&d->node, &c->lost);
}

static void release_held(struct softdma_chan *c)
{
	struct softdma_desc *d = c->held;

	if (!d)
		return;
	c->held = NULL;
	list_del_init(&d->node);
	end(c, d);
}

static void finish_active(struct softdma_chan *c)
{
	struct softdma_desc *d = c->active;

	c->active = NULL;
	if (!c->held && !list_empty(&c->issued) &&
	    softdma_fault_hits(c->sd, SOFTDMA_SWAP, d->op.len)) {
		c->held = d;
		withhold(c, d);
		return;
	}
	end(c, d);
	release_held(c);
}

static int errno_of(enum dmaengine_tx_result result)
{
	if (result == DMA_TRANS_NOERROR)
		return 0;
	return result == DMA_TRANS_ABORTED ? -EIO : -EFAULT;
}

/* The active descriptor ends and no data are moved. The client is told @result. */
static void fail_active(struct softdma_chan *c, enum dmaengine_tx_result result)
{
	struct softdma_desc *d = c->active;

	d->result = result;
	dmt_hw_done(d->who, d->tx.cookie, -EIO);
	finish_active(c);
}

static void move_active(struct softdma_chan *c)
{
	struct softdma_desc *d = c->active;
	s64 flip = -1;

	if (d->op.len && softdma_fault_hits(c->sd, SOFTDMA_CORRUPT, d->op.len))
		flip = prng_upto(&c->prng, d->op.len - 1);
	d->result = softdma_move(c->sd, &d->op, flip);
	dmt_hw_done(d->who, d->tx.cookie, errno_of(d->result));
}

/* Fault early: it completes now, and its data are moved after the client was told. */
static bool completes_early(struct softdma_chan *c)
{
	struct softdma_desc *d = c->active;

	if (d->told || !list_empty(&d->tell) ||
	    !softdma_fault_hits(c->sd, SOFTDMA_EARLY, d->op.len))
		return false;
	c->late_of = d;
	c->late_cookie = d->tx.cookie;
	c->active = NULL;
	end(c, d);
	release_held(c);
	return true;
}

/* The time that c->active takes is over. Returns the channel's next phase. */
static enum softdma_phase run_active(struct softdma_chan *c)
{
	struct softdma_dev *sd = c->sd;
	u32 len = c->active->op.len;

	if (softdma_fault_hits(sd, SOFTDMA_ERROR, len)) {
		fail_active(c, DMA_TRANS_ABORTED);
		return SOFTDMA_IDLE;
	}
	if (softdma_fault_hits(sd, SOFTDMA_MASKED, len)) {
		fail_active(c, DMA_TRANS_NOERROR);
		return SOFTDMA_IDLE;
	}
	if (completes_early(c))
		return SOFTDMA_MOVES_LATE;
	move_active(c);
	if (softdma_fault_hits(sd, SOFTDMA_DROP, len)) {
		withhold(c, c->active);
		c->active = NULL;
		return SOFTDMA_IDLE;
	}
	if (softdma_fault_hits(sd, SOFTDMA_DELAY, len))
		return SOFTDMA_HELD_BACK;
	finish_active(c);
	return SOFTDMA_IDLE;
}

/* Fault early: moves the data of a descriptor that the client believes to be complete. */
static void move_late(struct softdma_chan *c)
{
	struct softdma_desc *d = c->late_of;

	c->late_of = NULL;
	dmt_hw_done(d->who, c->late_cookie, errno_of(softdma_move(c->sd, &d->op, -1)));
}

/* ---- timers. Hardirq. ---- */

static enum hrtimer_restart hardware_timer(struct hrtimer *timer)
{
	struct softdma_chan *c = container_of(timer, struct softdma_chan, timer);
	unsigned long flags;
	bool finished;

	spin_lock_irqsave(&c->lock, flags);
	/* The channel was terminated and the timer armed again while this waited for the lock. */
	if (hrtimer_is_queued(timer)) {
		spin_unlock_irqrestore(&c->lock, flags);
		return HRTIMER_NORESTART;
	}
	switch (c->phase) {
	case SOFTDMA_BUSY:
		c->phase = run_active(c);
		if (c->phase == SOFTDMA_HELD_BACK)
			softdma_arm(timer, delay_ns(c));
		break;
	case SOFTDMA_HELD_BACK:
		finish_active(c);
		c->phase = SOFTDMA_IDLE;
		break;
	case SOFTDMA_MOVES_LATE:
		move_late(c);
		c->phase = SOFTDMA_IDLE;
		break;
	case SOFTDMA_IDLE:	/* the channel was terminated meanwhile */
		break;
	}
	start_next(c);
	finished = !list_empty(&c->done);
	spin_unlock_irqrestore(&c->lock, flags);
	if (finished)
		softdma_kick(c);
	return HRTIMER_NORESTART;
}

/* Faults complete and late: tells clients although the hardware has finished nothing. */
static enum hrtimer_restart late_timer(struct hrtimer *timer)
{
	struct softdma_chan *c = container_of(timer, struct softdma_chan, late_timer);
	unsigned long flags;
	bool any;

	spin_lock_irqsave(&c->lock, flags);
	list_splice_tail_init(&c->late, &c->done);
	any = !list_empty(&c->done);
	spin_unlock_irqrestore(&c->lock, flags);
	if (any)
		softdma_kick(c);
	return HRTIMER_NORESTART;
}

/* Fault after: moves data a second time. */
static enum hrtimer_restart again_timer(struct hrtimer *timer)
{
	struct softdma_chan *c = container_of(timer, struct softdma_chan, again_timer);
	struct softdma_desc *d;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	d = c->again_of;
	c->again_of = NULL;
	if (d) {
		dmt_hw_start(d->who, c->again_cookie);
		dmt_hw_done(d->who, c->again_cookie, errno_of(softdma_move(c->sd, &d->op, -1)));
	}
	spin_unlock_irqrestore(&c->lock, flags);
	return HRTIMER_NORESTART;
}

/* ---- after the client was told ---- */

static void after_first(struct softdma_chan *c, struct softdma_desc *d)
{
	if (d->result == DMA_TRANS_NOERROR && !c->again_of &&
	    softdma_fault_hits(c->sd, SOFTDMA_AFTER, d->op.len)) {
		c->again_of = d;
		c->again_cookie = d->tx.cookie;
		softdma_arm(&c->again_timer, delay_ns(c));
	}
	if (list_empty(&d->tell) && softdma_fault_hits(c->sd, SOFTDMA_DUPLICATE, d->op.len))
		list_add(&d->tell, &c->done);
}

void softdma_told(struct softdma_chan *c, struct softdma_desc *d, bool first)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	d->telling--;
	if (d->unseen)
		c->chan.completed_cookie = d->unseen;
	d->unseen = 0;
	if (c->late_of == d)
		softdma_arm(&c->timer, delay_ns(c));
	if (first)
		after_first(c, d);
	spin_unlock_irqrestore(&c->lock, flags);
}

void softdma_clock_init(struct softdma_chan *c)
{
	hrtimer_setup(&c->timer, hardware_timer, CLOCK_MONOTONIC, DMT_CLOCK_REL);
	hrtimer_setup(&c->late_timer, late_timer, CLOCK_MONOTONIC, DMT_CLOCK_REL);
	hrtimer_setup(&c->again_timer, again_timer, CLOCK_MONOTONIC, DMT_CLOCK_REL);
}

void softdma_clock_cancel(struct softdma_chan *c)
{
	hrtimer_cancel(&c->timer);
	hrtimer_cancel(&c->late_timer);
	hrtimer_cancel(&c->again_timer);
}
