// SPDX-License-Identifier: GPL-2.0-only
/* Copies and xors by the CPU: what a client does without an engine. */
#include <linux/mutex.h>
#include <linux/string.h>

#include "dmt.h"

#define MAX_BLOCKS	4	/* MAX_XOR_BLOCKS: sources that xor_blocks() takes at once */

static DEFINE_MUTEX(xor_lock);
static dmt_xor_fn *xor_fn;
static struct module *xor_owner;

void dmt_set_xor(dmt_xor_fn *fn, struct module *owner)
{
	mutex_lock(&xor_lock);
	xor_fn = fn;
	xor_owner = owner;
	mutex_unlock(&xor_lock);
}
EXPORT_SYMBOL_GPL(dmt_set_xor);

int dmt_cpu_get(struct loader *l, struct prog *p, u32 step)
{
	if (p->xor)
		return 0;
	mutex_lock(&xor_lock);
	if (xor_fn && try_module_get(xor_owner)) {
		p->xor = xor_fn;
		p->xor_owner = xor_owner;
	}
	mutex_unlock(&xor_lock);
	return p->xor ? 0 : dmt_refuse(l, dmt_step_at(l, step),
				       "step %u: no xor_blocks; load dmtcpu.ko", step);
}

void dmt_cpu_put(struct prog *p)
{
	if (p->xor)
		module_put(p->xor_owner);
	p->xor = NULL;
}

/* This and dmt_cpu_xor() may sleep. */
int dmt_cpu_copy(struct prog *p, const struct step *s)
{
	const u8 *src = dmt_operand_mem(p, &p->operands[s->arg0]);
	u8 *dst = dmt_operand_mem(p, &p->operands[s->obj]);

	if (!src || !dst)
		return -ENXIO;
	memcpy(dst, src, p->operands[s->obj].len);
	return 0;
}

/* The same as do_sync_xor_offs() in crypto/async_tx/async_xor.c with ASYNC_TX_XOR_ZERO_DST. */
int dmt_cpu_xor(struct prog *p, const struct step *s)
{
	u8 *dst = dmt_operand_mem(p, &p->operands[s->obj]);
	u32 len = p->operands[s->obj].len, done = 0;

	if (!dst)
		return -ENXIO;
	memset(dst, 0, len);
	while (done < s->arg1) {
		u32 n = min(s->arg1 - done, (u32)MAX_BLOCKS), i;
		void *src[MAX_BLOCKS];

		for (i = 0; i < n; i++) {
			src[i] = dmt_operand_mem(p, &p->operands[s->arg0 + done + i]);
			if (!src[i])
				return -ENXIO;
		}
		p->xor(n, len, dst, src);
		done += n;
	}
	return 0;
}
