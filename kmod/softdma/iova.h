/* SPDX-License-Identifier: GPL-2.0-only */
/* The strict world's IOVAs: one tree holds all live mappings of all domains. */
#ifndef SOFTDMA_IOVA_H
#define SOFTDMA_IOVA_H

#include <linux/dma-direction.h>
#include <linux/rbtree.h>
#include <linux/types.h>

struct device;

struct softdma_mapping {
	struct rb_node node;
	u64 iova;
	size_t size;		/* bytes, at least 1 */
	u64 domain_id;
	struct device *dev;	/* the device it was mapped for */
	enum dma_data_direction dir;
	phys_addr_t phys;
	u8 *shadow;		/* the bytes that the device sees */
	bool coherent;		/* a coherent allocation: the CPU uses shadow itself */
	void *pages;		/* memory of dma_alloc_pages(), which ends with its free */
};

/* While this lock is held, no mapping goes away. Any context; irqs are off while held. */
unsigned long softdma_iova_lock(void);
void softdma_iova_unlock(unsigned long flags);

/* Returns the live mapping that covers @iova, or NULL. Lock held. */
struct softdma_mapping *softdma_iova_find(u64 iova);
/* Takes @m out of the tree. Lock held. */
void softdma_iova_remove(struct softdma_mapping *m);
/*
 * Gives @m an IOVA not above @mask, with the same offset in its page as @m->phys, and
 * makes the mapping live. Returns 0, or -ENOSPC when no range is free. Takes the lock.
 * Any context.
 */
int softdma_iova_add(struct softdma_mapping *m, u64 mask);

/*
 * Returns the device's bytes at @iova if a device of that domain may access @len bytes
 * there; else NULL, with the reason in *@why. Lock held.
 */
void *softdma_iova_access(u64 domain_id, u64 iova, u32 len, bool write,
			  const char **why);

/*
 * Frees the mappings that clients of @dev never unmapped, and logs how many. Call it when
 * no client is left.
 */
void softdma_forget_mappings(struct device *dev);
/* Are there no live mappings at all? Call it when nothing else runs. */
bool softdma_no_mappings(void);

/* strict.c */
void softdma_mapping_free(struct softdma_mapping *m);

#endif
