/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the driver of QEMU's edu share. */
#ifndef EDUDMA_H
#define EDUDMA_H

#include <linux/atomic.h>
#include <linux/dmaengine.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/*
 * The device has a buffer of 4096 bytes. QEMU 7.2 aborts on a transfer that ends where the buffer
 * ends, so half of it is used.
 */
#define EDU_CHUNK	2048	/* bytes of a transfer at most */
#define EDU_MASK_BITS	28	/* of an address; it cuts others off silently */
#define EDU_MAX_LEN	0x100000	/* bytes of a descriptor; the device needs 200 s for it */
#define EDU_RING	64	/* descriptors */
#define EDU_PRIME	0xa5	/* what its buffer has before it reads */

/* What is done for each chunk of a descriptor, a transfer each, in this order. */
enum edu_phase {
	EDU_IDLE,
	EDU_SET,	/* fills the device's buffer with EDU_PRIME */
	EDU_READ,	/* the source, to the device's buffer */
	EDU_LOOK,	/* the device's buffer, to memory of the driver's */
	EDU_WRITE,	/* the device's buffer, to the destination */
};

struct edu_desc {
	struct dma_async_tx_descriptor tx;
	struct list_head node;
	dma_addr_t dst, src;
	u32 len;
};

struct edu {
	struct pci_dev *pdev;
	void __iomem *regs;
	u8 *own;		/* coherent: EDU_CHUNK bytes of EDU_PRIME, then as much to look at */
	dma_addr_t own_dma;
	struct dma_device ddev;
	struct dma_chan chan;
	struct tasklet_struct tasklet;
	struct work_struct free_work;
	wait_queue_head_t idle;
	spinlock_t lock;	/* protects all fields below; taken with irqs off */
	bool gone;		/* the device was removed */
	enum edu_phase phase;
	struct edu_desc *active;	/* in phases that are not IDLE; NULL: it was terminated */
	u32 at, n;		/* of its chunk: where it begins, how long it is */
	struct edu_desc *ring;
	struct list_head free, prepared, submitted, issued, done, ended;
	u64 nr_submitted, nr_completed, nr_terminated, bytes;
	u64 nr_reads;		/* chunks that were read */
	u64 nr_nothing;		/* those of which nothing came: see edu_stats() */
};

static inline struct edu *to_edu(struct dma_chan *chan)
{
	return container_of(chan, struct edu, chan);
}

/* hw.c: the registers, and the interrupt's work. */

/* Starts with @edu->issued if the device is idle. Lock held. */
void edu_start(struct edu *edu);
irqreturn_t edu_interrupt(int irq, void *data);
/*
 * Waits until the device does nothing more. A transfer cannot be stopped, and takes it 0.1 s. False: it
 * does not end. Sleeps.
 */
bool edu_wait_idle(struct edu *edu);

/* chan.c: the channel. */
void edu_chan_init(struct edu *edu);
/* Drops all that is under way; the clients are not told. Any context. */
void edu_drop_all(struct edu *edu);

#endif
