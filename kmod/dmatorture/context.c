// SPDX-License-Identifier: GPL-2.0-only
/* IN steps: run a block in a given context and wait for its end. */
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/workqueue.h>

#include "dmt.h"

struct errand {
	struct exec x;
	const struct block *block;
	struct completion done;
	struct tasklet_struct tasklet;
	struct irq_work irq;
	struct work_struct work;
};

static void run_errand(struct errand *e)
{
	dmt_exec_block(&e->x, e->block);
	complete(&e->done);
}

static void in_softirq_fn(struct tasklet_struct *t)
{
	run_errand(from_tasklet(((struct errand *)NULL), t, tasklet));
}

static void in_hardirq_fn(struct irq_work *w)
{
	run_errand(container_of(w, struct errand, irq));
}

static void in_work_fn(struct work_struct *w)
{
	run_errand(container_of(w, struct errand, work));
}

static void run_atomic(struct exec *x, const struct block *b)
{
	unsigned long flags;

	spin_lock_irqsave(&x->run->atomic_lock, flags);
	dmt_exec_block(x, b);
	spin_unlock_irqrestore(&x->run->atomic_lock, flags);
}

/* Sleeps. The errand is on the stack, so each case waits until nothing uses it any more. */
int dmt_exec_in(struct exec *x, const struct block *b)
{
	struct errand e = { .x = *x, .block = b };

	init_completion(&e.done);
	e.x.atomic = true;
	switch (b->ctx) {
	case DMT_CTX_SOFTIRQ:
		tasklet_setup(&e.tasklet, in_softirq_fn);
		tasklet_schedule(&e.tasklet);
		wait_for_completion(&e.done);
		tasklet_kill(&e.tasklet);
		break;
	case DMT_CTX_HARDIRQ:
		e.irq = IRQ_WORK_INIT_HARD(in_hardirq_fn);
		irq_work_queue(&e.irq);
		wait_for_completion(&e.done);
		irq_work_sync(&e.irq);
		break;
	case DMT_CTX_WORKQUEUE:
		e.x.atomic = false;
		INIT_WORK_ONSTACK(&e.work, in_work_fn);
		queue_work(system_unbound_wq, &e.work);
		flush_work(&e.work);
		destroy_work_on_stack(&e.work);
		break;
	case DMT_CTX_ATOMIC:
		run_atomic(&e.x, b);
		break;
	default:
		e.x.atomic = false;
		dmt_exec_block(&e.x, b);
	}
	x->prng = e.x.prng;
	return 0;
}
