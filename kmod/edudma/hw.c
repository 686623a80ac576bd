// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's registers, and what it does for a descriptor: chunk by chunk, and for each chunk four
 * transfers. The device tells nobody that an access of it was stopped. So its buffer is filled
 * before it reads, and is looked at afterwards: what it holds then is what the device saw.
 */
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/string.h>

#include "edudma.h"

#define REG_STATUS	0x24	/* of the interrupt */
#define REG_ACK		0x64
#define REG_SRC		0x80
#define REG_DST		0x88
#define REG_COUNT	0x90
#define REG_CMD		0x98

#define CMD_RUN		0x1
#define CMD_FROM_EDU	0x2	/* else: to its buffer */
#define CMD_IRQ		0x4

#define IRQ_DMA		0x100	/* what REG_STATUS has when a transfer has ended */

#define BUFFER		0x40000	/* the device's own address of its buffer */

#define PATIENCE_MS	5000

/* Begins a transfer of @n bytes. Addresses have EDU_MASK_BITS, so one write gives all of one. */
static void transfer(struct edu *edu, dma_addr_t memory, u32 n, bool from_edu)
{
	u32 addr = memory;

	writel(from_edu ? BUFFER : addr, edu->regs + REG_SRC);
	writel(from_edu ? addr : BUFFER, edu->regs + REG_DST);
	writel(n, edu->regs + REG_COUNT);
	writel(CMD_RUN | CMD_IRQ | (from_edu ? CMD_FROM_EDU : 0), edu->regs + REG_CMD);
}

/* Lock held. */
static void begin_phase(struct edu *edu, enum edu_phase phase)
{
	const struct edu_desc *d = edu->active;

	edu->phase = phase;
	switch (phase) {
	case EDU_IDLE:
		break;
	case EDU_SET:
		transfer(edu, edu->own_dma, edu->n, false);
		break;
	case EDU_READ:
		transfer(edu, d->src + edu->at, edu->n, false);
		break;
	case EDU_LOOK:
		memset(edu->own + EDU_CHUNK, 0, edu->n);
		transfer(edu, edu->own_dma + EDU_CHUNK, edu->n, true);
		break;
	case EDU_WRITE:
		transfer(edu, d->dst + edu->at, edu->n, true);
		break;
	}
}

/* Lock held. */
static void begin_chunk(struct edu *edu, u32 at)
{
	edu->at = at;
	edu->n = min_t(u32, edu->active->len - at, EDU_CHUNK);
	begin_phase(edu, EDU_SET);
}

void edu_start(struct edu *edu)
{
	if (edu->phase != EDU_IDLE || edu->gone)
		return;
	edu->active = list_first_entry_or_null(&edu->issued, struct edu_desc, node);
	if (!edu->active)
		return;
	list_del(&edu->active->node);
	begin_chunk(edu, 0);
}

/*
 * Did the device get anything? Where an access is stopped, QEMU gives it zeros; another might leave
 * the buffer as it was. Of memory that holds just that it cannot be told apart.
 */
static void look(struct edu *edu)
{
	const u8 *saw = edu->own + EDU_CHUNK;

	edu->nr_reads++;
	if (!memchr_inv(saw, 0, edu->n) || !memchr_inv(saw, EDU_PRIME, edu->n))
		edu->nr_nothing++;
}

/* Goes on after a transfer. True: a descriptor has ended. Lock held. */
static bool advance(struct edu *edu)
{
	struct edu_desc *d = edu->active;

	if (!d) {	/* terminated meanwhile */
		edu->phase = EDU_IDLE;
		wake_up(&edu->idle);
		edu_start(edu);
		return false;
	}
	if (edu->phase == EDU_LOOK)
		look(edu);
	if (edu->phase != EDU_WRITE) {
		begin_phase(edu, edu->phase + 1);
		return false;
	}
	edu->bytes += edu->n;
	if (edu->at + edu->n < d->len) {
		begin_chunk(edu, edu->at + edu->n);
		return false;
	}
	list_add_tail(&d->node, &edu->done);
	edu->active = NULL;
	edu->phase = EDU_IDLE;
	edu_start(edu);
	return true;
}

irqreturn_t edu_interrupt(int irq, void *data)
{
	struct edu *edu = data;
	u32 status = readl(edu->regs + REG_STATUS);
	bool ended = false;

	if (!status)
		return IRQ_NONE;
	writel(status, edu->regs + REG_ACK);
	spin_lock(&edu->lock);
	if ((status & IRQ_DMA) && edu->phase != EDU_IDLE)
		ended = advance(edu);
	spin_unlock(&edu->lock);
	if (ended)
		tasklet_schedule(&edu->tasklet);
	return IRQ_HANDLED;
}

static bool is_idle(struct edu *edu)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&edu->lock, flags);
	/* What a client has issued since need not be waited for. */
	idle = edu->phase == EDU_IDLE || edu->active;
	spin_unlock_irqrestore(&edu->lock, flags);
	return idle;
}

bool edu_wait_idle(struct edu *edu)
{
	return wait_event_timeout(edu->idle, is_idle(edu), msecs_to_jiffies(PATIENCE_MS));
}
