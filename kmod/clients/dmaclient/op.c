// SPDX-License-Identifier: GPL-2.0-only
/* One operation: its buffers, mappings and the check of its result. */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "client.h"

static size_t room(void)
{
	return par.size + 3 * GUARD;
}

u32 draw(u64 *prng, u32 max)
{
	*prng = *prng * 6364136223846793005ULL + 1442695040888963407ULL;
	return ((*prng >> 32) * ((u64)max + 1)) >> 32;
}

static void fill(u8 *p, size_t n, u64 *prng)
{
	while (n--)
		*p++ = draw(prng, 255);
}

int op_alloc(struct op *op)
{
	unsigned int i;

	op->flights = kcalloc(FLIGHTS, sizeof(*op->flights), GFP_KERNEL);
	if (!op->flights)
		return -ENOMEM;
	for (i = 0; i < FLIGHTS; i++)
		spin_lock_init(&op->flights[i].lock);
	for (i = 0; i < MAX_SOURCES; i++) {
		op->src[i].mem = kmalloc(room(), GFP_KERNEL);
		if (!op->src[i].mem)
			return -ENOMEM;
	}
	op->dst.mem = kmalloc(room(), GFP_KERNEL);
	return op->dst.mem ? 0 : -ENOMEM;
}

void op_free(struct op *op)
{
	unsigned int i;

	for (i = 0; i < MAX_SOURCES; i++)
		kfree(op->src[i].mem);
	kfree(op->dst.mem);
	kfree(op->flights);
}

void op_fill_sources(struct op *op, u64 *prng)
{
	unsigned int i;

	for (i = 0; i < op->nr_src; i++)
		fill(op->src[i].mem + op->off, op->len, prng);
}

void op_fill(struct channel *c, struct op *op, u64 *prng)
{
	op->nr_src = c->max_src == 1 ? 1 : 2 + draw(prng, c->max_src - 2);
	if (par.sources && c->max_src > 1)
		op->nr_src = par.sources;
	op->len = 1 + draw(prng, par.size - 1);
	op->off = GUARD + draw(prng, GUARD - 1);
	op->use_sg = draw(prng, 3) == 0;
	op->old = draw(prng, 255);
	op_fill_sources(op, prng);
	memset(op->dst.mem, op->old, room());
}

static void note_where(struct device *dev, const struct buffer *b, unsigned int off)
{
	phys_addr_t phys = virt_to_phys(b->mem + off);

	if (phys >= SZ_4G)
		atomic_inc(&sums.high);
	if (b->dma != phys)
		atomic_inc(&sums.bounced);
}

static int map(struct device *dev, struct op *op, struct buffer *b,
	       enum dma_data_direction dir)
{
	b->dir = dir;
	b->dma = dma_map_single(dev, b->mem + op->off, op->len, dir);
	if (dma_mapping_error(dev, b->dma))
		return -EIO;
	note_where(dev, b, op->off);
	return 0;
}

static void unmap(struct device *dev, struct op *op, struct buffer *b)
{
	dma_unmap_single(dev, b->dma, op->len, b->dir);
}

static int map_sources_sg(struct device *dev, struct op *op,
			  enum dma_data_direction dir)
{
	unsigned int i;
	int n;

	sg_init_table(op->sg, op->nr_src);
	for (i = 0; i < op->nr_src; i++)
		sg_set_buf(&op->sg[i], op->src[i].mem + op->off, op->len);
	n = dma_map_sg(dev, op->sg, op->nr_src, dir);
	if (n != op->nr_src) {
		if (n)
			dma_unmap_sg(dev, op->sg, op->nr_src, dir);
		return -EIO;
	}
	for (i = 0; i < op->nr_src; i++) {
		op->src[i].dma = sg_dma_address(&op->sg[i]);
		op->src[i].dir = dir;
		note_where(dev, &op->src[i], op->off);
	}
	return 0;
}

static void unmap_sources(struct device *dev, struct op *op, unsigned int nr)
{
	if (op->use_sg)
		dma_unmap_sg(dev, op->sg, op->nr_src, op->src[0].dir);
	else
		while (nr--)
			unmap(dev, op, &op->src[nr]);
}

static int map_streaming(struct channel *c, struct op *op)
{
	enum dma_data_direction in = par.swap ? DMA_FROM_DEVICE : DMA_TO_DEVICE;
	enum dma_data_direction out = par.swap ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
	unsigned int i = op->nr_src;
	int err;

	if (op->use_sg) {
		err = map_sources_sg(c->map_dev, op, in);
		if (err)
			return err;
	} else {
		for (i = 0; i < op->nr_src; i++) {
			err = map(c->map_dev, op, &op->src[i], in);
			if (err)
				goto err_sources;
		}
	}
	err = map(c->map_dev, op, &op->dst, out);
	if (!err)
		return 0;
err_sources:
	unmap_sources(c->map_dev, op, i);
	return err;
}

static struct buffer *nth(struct op *op, unsigned int i)
{
	return i < op->nr_src ? &op->src[i] : &op->dst;
}

static void unmap_coherent(struct channel *c, struct op *op, unsigned int nr)
{
	while (nr--)
		dma_free_coherent(c->map_dev, op->len, op->coherent[nr], nth(op, nr)->dma);
}

static int map_coherent(struct channel *c, struct op *op)
{
	unsigned int i;

	for (i = 0; i <= op->nr_src; i++) {
		struct buffer *b = nth(op, i);

		op->coherent[i] = dma_alloc_coherent(c->map_dev, op->len, &b->dma, GFP_KERNEL);
		if (!op->coherent[i]) {
			unmap_coherent(c, op, i);
			return -EIO;
		}
		memcpy(op->coherent[i], b->mem + op->off, op->len);
	}
	return 0;
}

/* Maps with an unmap object, which the provider undoes on completion or termination. */
static int map_handover(struct channel *c, struct op *op)
{
	struct dmaengine_unmap_data *u;
	unsigned int i;

	/* Without it dmaengine has no pool for more than two addresses, and would BUG(). */
	if (op->nr_src > 1 && !IS_ENABLED(CONFIG_DMA_ENGINE_RAID))
		return -EIO;
	u = dmaengine_get_unmap_data(c->map_dev, op->nr_src + 1, GFP_KERNEL);
	if (!u)
		return -EIO;
	u->len = op->len;
	for (i = 0; i <= op->nr_src; i++) {
		struct buffer *b = nth(op, i);
		u8 *p = b->mem + op->off;

		u->addr[i] = dma_map_page(c->map_dev, virt_to_page(p), offset_in_page(p), op->len,
					  i < op->nr_src ? DMA_TO_DEVICE : DMA_FROM_DEVICE);
		if (dma_mapping_error(c->map_dev, u->addr[i])) {
			dmaengine_unmap_put(u);
			return -EIO;
		}
		b->dma = u->addr[i];
		if (i < op->nr_src)
			u->to_cnt++;
		else
			u->from_cnt++;
	}
	op->handed = u;
	return 0;
}

int op_map(struct channel *c, struct op *op)
{
	if (par.coherent)
		return map_coherent(c, op);
	if (par.handover)
		return map_handover(c, op);
	return map_streaming(c, op);
}

dma_cookie_t op_submit(struct op *op, struct dma_async_tx_descriptor *tx)
{
	if (op->handed)
		dma_set_unmap(tx, op->handed);
	return dmaengine_submit(tx);
}

void op_hand_over(struct op *op)
{
	if (op->handed)
		dmaengine_unmap_put(op->handed);
	op->handed = NULL;
}

void op_unmap(struct channel *c, struct op *op)
{
	if (par.coherent) {
		memcpy(op->dst.mem + op->off, op->coherent[op->nr_src], op->len);
		unmap_coherent(c, op, op->nr_src + 1);
	} else if (par.handover) {
		op_hand_over(op);	/* if it was never submitted */
	} else {
		unmap(c->map_dev, op, &op->dst);
		unmap_sources(c->map_dev, op, op->nr_src);
	}
}

struct dma_async_tx_descriptor *op_prep(struct channel *c, struct op *op,
					unsigned long flags)
{
	struct dma_device *dd = c->chan->device;
	dma_addr_t src[MAX_SOURCES];
	unsigned int i;

	if (c->max_src == 1)
		return dd->device_prep_dma_memcpy(c->chan, op->dst.dma,
						  op->src[0].dma, op->len, flags);
	for (i = 0; i < op->nr_src; i++)
		src[i] = op->src[i].dma;
	return dd->device_prep_dma_xor(c->chan, op->dst.dma, src, op->nr_src,
				       op->len, flags);
}

bool op_untouched(const struct op *op)
{
	return !memchr_inv(op->dst.mem, op->old, room());
}

static bool guards_intact(const struct op *op)
{
	size_t end = op->off + op->len;

	return !memchr_inv(op->dst.mem, op->old, op->off) &&
	       !memchr_inv(op->dst.mem + end, op->old, room() - end);
}

void op_verify(const struct op *op)
{
	unsigned int i, k;

	for (i = op->off; i < op->off + op->len; i++) {
		u8 want = 0;

		for (k = 0; k < op->nr_src; k++)
			want ^= op->src[k].mem[i];
		if (want != op->dst.mem[i])
			break;
	}
	if (i == op->off + op->len && guards_intact(op)) {
		atomic_inc(&sums.ok);
		return;
	}
	if (atomic_inc_return(&sums.wrong) == 1)
		pr_info("dmaclient: wrong data: %u sources, offset %u, byte %u of %u\n",
			op->nr_src, op->off, i - op->off, op->len);
}
