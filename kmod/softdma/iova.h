/* SPDX-License-Identifier: GPL-2.0-only */
/* The strict world's addresses: one tree of all live mappings of all domains. */
#ifndef SOFTDMA_IOVA_H
#define SOFTDMA_IOVA_H

#include <linux/dma-direction.h>
#include <linux/rbtree.h>
#include <linux/types.h>

struct device;

struct softdma_mapping {
	struct rb_node node;
	u64 iova;
	size_t size;		/* bytes, 1.. */
	u64 domain_id;
	struct device *dev;	/* that made it */
	enum dma_data_direction dir;
	phys_addr_t phys;
	u8 *shadow;		/* what the device sees */
	bool coherent;		/* shadow is the CPU's memory */
};

/* What is found stays while this is held. Any context; irqs are off then. */
unsigned long softdma_iova_lock(void);
void softdma_iova_unlock(unsigned long flags);

/* The live mapping that covers @iova, or NULL. Lock held. */
struct softdma_mapping *softdma_iova_find(u64 iova);
/* Takes a mapping that was found out of the tree. Lock held. */
void softdma_iova_remove(struct softdma_mapping *m);
/*
 * Gives @m an address up to @mask, with the offset in its page that @m->phys
 * has, and makes it live. -ENOSPC when no range is free. Any context.
 */
int softdma_iova_add(struct softdma_mapping *m, u64 mask);

/*
 * The device's bytes at @iova, if an access of @len bytes by a device of that
 * domain is legal; else NULL and *@why. Lock held.
 */
void *softdma_iova_access(u64 domain_id, u64 iova, u32 len, bool write,
			  const char **why);

/* Frees what clients of @dev forgot to unmap, and says so. No client is left. */
void softdma_forget_mappings(struct device *dev);
bool softdma_no_mappings(void);

/* strict.c */
void softdma_mapping_free(struct softdma_mapping *m);

#endif
