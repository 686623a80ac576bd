// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chains of async_tx operations in the orders of drivers/md/raid5.c. With par.split each
 * operation has ended and is unmapped before the next one is mapped; without it all are
 * submitted and then issued.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "asynctx.h"

static void chain_done(void *param)
{
	complete(&((struct stripe *)param)->done);
}

/* Prepares an operation in the middle of a chain; the next operation acks it. */
static void init_step(struct async_submit_ctl *submit, struct stripe *s,
		      enum async_tx_flags flags)
{
	init_async_submit(submit, flags | ASYNC_TX_FENCE, s->tx, NULL, NULL, s->scribble);
}

static void step_taken(struct stripe *s, struct dma_async_tx_descriptor *tx)
{
	atomic_inc(tx ? &sums.async : &sums.sync);
	s->tx = tx;
	if (!par.split)
		return;
	async_tx_issue_pending_all();
	async_tx_quiesce(&s->tx);
}

/* Ends a chain with an operation that only calls back, as md does after its checks. */
static void last_step(struct stripe *s)
{
	struct async_submit_ctl submit;

	init_async_submit(&submit, ASYNC_TX_ACK, s->tx, chain_done, s, NULL);
	async_trigger_callback(&submit);
	async_tx_issue_pending_all();
}

/* ---- operations ---- */

/* biodrain: copies the data to be written to the first @nr disks into the stripe. */
static void copy_bios(struct stripe *s, unsigned int nr)
{
	struct async_submit_ctl submit;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		init_step(&submit, s, 0);
		step_taken(s, async_memcpy(s->data[i].page, s->bio[i].page, s->off, s->off, s->len,
					   &submit));
		memcpy(s->data[i].model + s->off, s->bio[i].model + s->off, s->len);
	}
}

/* Adds the first @nr disks to P, or (@anew) computes P from them. */
static void xor_parity(struct stripe *s, unsigned int nr, bool anew)
{
	struct async_submit_ctl submit;
	unsigned int i, n = 0;

	if (!anew)
		s->list[n++] = s->p.page;
	for (i = 0; i < nr; i++)
		s->list[n++] = s->data[i].page;
	init_step(&submit, s, anew ? ASYNC_TX_XOR_ZERO_DST : ASYNC_TX_XOR_DROP_DST);
	step_taken(s, async_xor(s->p.page, s->list, s->off, n, s->len, &submit));
}

static void xor_check(struct stripe *s)
{
	struct async_submit_ctl submit;
	unsigned int i;

	s->list[0] = s->p.page;
	for (i = 0; i < s->nr; i++)
		s->list[i + 1] = s->data[i].page;
	init_step(&submit, s, 0);
	step_taken(s, async_xor_val_offs(s->p.page, s->off, s->list, s->offs, s->nr + 1, s->len,
					 &s->xor_result, &submit));
}

/* Makes the arguments of the syndrome calls; without @p or @q, that block is NULL. */
static void list_blocks(struct stripe *s, bool p, bool q)
{
	unsigned int i;

	for (i = 0; i < s->nr; i++)
		s->list[i] = s->data[i].page;
	s->list[s->nr] = p ? s->p.page : NULL;
	s->list[s->nr + 1] = q ? s->q.page : NULL;
}

static void syndrome(struct stripe *s, bool p, bool q)
{
	struct async_submit_ctl submit;

	list_blocks(s, p, q);
	init_step(&submit, s, 0);
	step_taken(s, async_gen_syndrome(s->list, s->offs, s->nr + 2, s->len, &submit));
}

static void syndrome_check(struct stripe *s, bool p, bool q)
{
	struct async_submit_ctl submit;

	list_blocks(s, p, q);
	init_step(&submit, s, 0);
	step_taken(s, async_syndrome_val(s->list, s->offs, s->nr + 2, s->len, &s->pq_result,
					 s->spare, s->off, &submit));
}

/* ---- orders ---- */

/* RAID5 reconstruct-write: all data of the stripe are known. */
static void submit_rcw(struct stripe *s)
{
	copy_bios(s, s->nr);
	xor_parity(s, s->nr, true);
	stripe_model_parity(s);
	s->skip_q = true;
	last_step(s);
}

/* RAID5 read-modify-write: some disks are written; their old data are taken out of P first. */
static void submit_rmw(struct stripe *s)
{
	unsigned int nr = 1 + draw(&s->prng, s->nr - 1);

	xor_parity(s, nr, false);
	copy_bios(s, nr);
	xor_parity(s, nr, false);
	stripe_model_parity(s);
	s->skip_q = true;
	last_step(s);
}

/* RAID5's check of a stripe that is right, or has a wrong byte in the data or in P. */
static void submit_check(struct stripe *s)
{
	unsigned int which = draw(&s->prng, s->nr + 1);
	struct block *b = which == s->nr ? &s->p : &s->data[which % s->nr];

	s->skip_p = true;	/* without an engine, async_xor_val() overwrites P with the sum */
	s->skip_q = true;
	if (which <= s->nr) {
		stripe_spoil(s, b);
		s->xor_expected = SUM_CHECK_P_RESULT;
	}
	xor_check(s);
	last_step(s);
}

/* RAID6 reconstruct-write. */
static void submit_pq(struct stripe *s)
{
	copy_bios(s, s->nr);
	syndrome(s, true, true);
	stripe_model_parity(s);
	last_step(s);
}

/* Computes P or Q alone, as md does for a missing one. */
static void submit_p_or_q(struct stripe *s)
{
	bool p = draw(&s->prng, 1);

	stripe_lose(s, p ? &s->p : &s->q);
	syndrome(s, p, !p);
	last_step(s);
}

static void submit_pq_check(struct stripe *s)
{
	bool p = true, q = true;
	struct block *b = NULL;

	switch (draw(&s->prng, 4)) {
	case 0:
		b = &s->p;
		s->pq_expected = SUM_CHECK_P_RESULT;
		break;
	case 1:
		b = &s->q;
		s->pq_expected = SUM_CHECK_Q_RESULT;
		break;
	case 2:
		b = &s->data[draw(&s->prng, s->nr - 1)];
		s->pq_expected = SUM_CHECK_P_RESULT | SUM_CHECK_Q_RESULT;
		break;
	case 3:		/* P is missing, Q is wrong */
		b = &s->q;
		p = false;
		s->pq_expected = SUM_CHECK_Q_RESULT;
		break;
	}
	if (b)
		stripe_spoil(s, b);
	syndrome_check(s, p, q);
	last_step(s);
}

/* Recovers two missing disks, or one disk and P. */
static void submit_recover(struct stripe *s)
{
	unsigned int a = draw(&s->prng, s->nr - 2), b = a + 1 + draw(&s->prng, s->nr - 2 - a);
	struct async_submit_ctl submit;

	stripe_lose(s, &s->data[a]);
	list_blocks(s, true, true);
	init_step(&submit, s, 0);
	if (draw(&s->prng, 1)) {
		stripe_lose(s, &s->p);
		step_taken(s, async_raid6_datap_recov(s->nr + 2, s->len, a, s->list, s->offs,
						      &submit));
	} else {
		stripe_lose(s, &s->data[b]);
		step_taken(s, async_raid6_2data_recov(s->nr + 2, s->len, a, b, s->list, s->offs,
						      &submit));
	}
	last_step(s);
}

/* Makes each call once; each depends on the one before. */
static void submit_all(struct stripe *s)
{
	copy_bios(s, s->nr);
	xor_parity(s, s->nr, true);
	xor_check(s);
	syndrome(s, true, true);
	syndrome_check(s, true, true);
	stripe_model_parity(s);
	last_step(s);
}

const struct order orders[] = {
	{ "rcw", submit_rcw },
	{ "rmw", submit_rmw },
	{ "p-check", submit_check },
	{ "pq", submit_pq },
	{ "p-or-q", submit_p_or_q },
	{ "pq-check", submit_pq_check },
	{ "recover", submit_recover },
	{ "all", submit_all },
};

const struct order *order_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++)
		if (!strcmp(orders[i].name, name))
			return &orders[i];
	return NULL;
}

const struct order *order_draw(u64 *prng)
{
	return &orders[draw(prng, ARRAY_SIZE(orders) - 1)];
}
