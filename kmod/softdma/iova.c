// SPDX-License-Identifier: GPL-2.0-only
/* The strict world's tree of mappings: addresses dealt, found, taken back. */
#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

#include "iova.h"

/*
 * The strict world's IOVA allocator. It hands out rising addresses, so that a stale one
 * does not soon become valid again. Devices whose mask reaches that far get addresses
 * above HIGH, where no guest has memory: if such an IOVA is used as a physical address,
 * there is nothing at it.
 */
#define LOW	((u64)SZ_1M)
#define HIGH	((u64)SZ_2G * 16)

struct region {
	u64 first;
	u64 last;
	u64 next;		/* where the next search begins; page aligned */
};

static DEFINE_SPINLOCK(lock);
static struct rb_root mappings = RB_ROOT;	/* by iova, disjoint */
static struct region low = { LOW, HIGH - 1, LOW };
static struct region high = { HIGH, U64_MAX / 2, HIGH };

unsigned long softdma_iova_lock(void)
	__acquires(&lock)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	return flags;
}

void softdma_iova_unlock(unsigned long flags)
	__releases(&lock)
{
	spin_unlock_irqrestore(&lock, flags);
}

/* The first mapping that ends above @addr, or NULL. */
static struct softdma_mapping *find_above(u64 addr)
{
	struct rb_node *n = mappings.rb_node;
	struct softdma_mapping *best = NULL;

	while (n) {
		struct softdma_mapping *m = rb_entry(n, struct softdma_mapping, node);

		if (m->iova + m->size > addr) {
			best = m;
			n = n->rb_left;
		} else {
			n = n->rb_right;
		}
	}
	return best;
}

struct softdma_mapping *softdma_iova_find(u64 iova)
{
	struct softdma_mapping *m = find_above(iova);

	return m && m->iova <= iova ? m : NULL;
}

static void insert(struct softdma_mapping *new)
{
	struct rb_node **p = &mappings.rb_node, *parent = NULL;

	while (*p) {
		parent = *p;
		if (new->iova < rb_entry(parent, struct softdma_mapping, node)->iova)
			p = &parent->rb_left;
		else
			p = &parent->rb_right;
	}
	rb_link_node(&new->node, parent, p);
	rb_insert_color(&new->node, &mappings);
}

void softdma_iova_remove(struct softdma_mapping *m)
{
	rb_erase(&m->node, &mappings);
}

/*
 * Returns the address of a free range of @span bytes (a multiple of the page size; its
 * last page is the guard behind the mapping), or 0.
 */
static u64 alloc_range(struct region *r, u64 span, u64 mask)
{
	u64 last = min(r->last, mask), at = r->next;
	bool wrapped = false;

	for (;;) {
		struct softdma_mapping *m;

		if (at > last || last - at < span - 1) {
			if (wrapped)
				return 0;
			wrapped = true;
			at = r->first;
			continue;
		}
		m = find_above(at);
		if (!m || m->iova >= at + span) {
			r->next = at + span;
			return at;
		}
		at = PAGE_ALIGN(m->iova + m->size) + PAGE_SIZE;
	}
}

int softdma_iova_add(struct softdma_mapping *m, u64 mask)
{
	struct region *r = mask >= 2 * HIGH - 1 ? &high : &low;
	u64 in_page = offset_in_page(m->phys);
	unsigned long flags = softdma_iova_lock();
	u64 at = alloc_range(r, PAGE_ALIGN(in_page + m->size) + PAGE_SIZE, mask);

	if (at) {
		m->iova = at + in_page;
		insert(m);
	}
	softdma_iova_unlock(flags);
	return at ? 0 : -ENOSPC;
}

void *softdma_iova_access(u64 domain_id, u64 iova, u32 len, bool write,
			  const char **why)
{
	struct softdma_mapping *m = softdma_iova_find(iova);

	if (!m)
		*why = "no mapping there";
	else if (m->domain_id != domain_id)
		*why = "mapped in another domain";
	else if (m->size - (iova - m->iova) < len)
		*why = "beyond the end of the mapping";
	else if (write && m->dir == DMA_TO_DEVICE)
		*why = "mapped TO_DEVICE";
	else if (!write && m->dir == DMA_FROM_DEVICE)
		*why = "mapped FROM_DEVICE";
	else
		return m->shadow + (iova - m->iova);
	return NULL;
}

static struct softdma_mapping *take_any(struct device *dev)
{
	unsigned long flags = softdma_iova_lock();
	struct softdma_mapping *m = NULL;
	struct rb_node *n;

	for (n = rb_first(&mappings); n; n = rb_next(n)) {
		if (rb_entry(n, struct softdma_mapping, node)->dev != dev)
			continue;
		m = rb_entry(n, struct softdma_mapping, node);
		softdma_iova_remove(m);
		break;
	}
	softdma_iova_unlock(flags);
	return m;
}

static atomic_t never_unmapped = ATOMIC_INIT(0);

static int get_never_unmapped(char *page, const struct kernel_param *kp)
{
	return sprintf(page, "%u\n", atomic_read(&never_unmapped));
}

static const struct kernel_param_ops never_unmapped_ops = { .get = get_never_unmapped };

module_param_cb(never_unmapped, &never_unmapped_ops, NULL, 0444);
MODULE_PARM_DESC(never_unmapped, "strict world: how many mappings were left when the last client of their engine had gone");

void softdma_forget_mappings(struct device *dev)
{
	struct softdma_mapping *m;
	unsigned int n = 0;

	while ((m = take_any(dev))) {
		softdma_mapping_free(m);
		n++;
	}
	atomic_add(n, &never_unmapped);
	if (n)
		pr_warn("softdma %s: %u mappings were never unmapped\n", dev_name(dev), n);
}

bool softdma_no_mappings(void)
{
	return RB_EMPTY_ROOT(&mappings);
}
