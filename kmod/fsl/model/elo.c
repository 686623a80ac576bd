// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Elo DMA controllers. A link moves its bytes when its time is over. When a driver does
 * something that the manuals leave open, the model logs it.
 */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "elo.h"
#include "elo_regs.h"

#define NS_PS	1000
#define S_PS	1000000000000ULL

const struct elo_kind elo_kinds[ELO_NR_VERSIONS] = {
	/* dts/mpc8349*.dts: dma@82a8 */
	[ELO_83XX] = {
		.name = "elo", .compatible = "fsl,elo-dma",
		.channel_compatible = "fsl,elo-dma-channel",
		.channels = 4, .base = 0x8000, .dgsr = { 0x2a8 },
		.channel = { 0x100, 0x180, 0x200, 0x280 },
	},
	/* dts/fsl/pq3-dma-0.dtsi */
	[ELO_PLUS] = {
		.name = "eloplus", .compatible = "fsl,eloplus-dma",
		.address_high = 0xf,
		.channel_compatible = "fsl,eloplus-dma-channel",
		.big_endian = true, .per_channel_irq = true,
		.channels = 4, .base = 0x21000, .dgsr = { 0x300 },
		.channel = { 0x100, 0x180, 0x200, 0x280 },
	},
	/* dts/fsl/elo3-dma-0.dtsi */
	[ELO_3] = {
		.name = "elo3", .compatible = "fsl,elo3-dma",
		.address_high = 0xff,
		.channel_compatible = "fsl,eloplus-dma-channel",
		.big_endian = true, .per_channel_irq = true,
		.channels = 8, .base = 0x100000, .dgsr = { 0x300, 0x600 },
		.channel = { 0x100, 0x180, 0x200, 0x280, 0x400, 0x480, 0x500, 0x580 },
	},
};

const char *const elo_fault_names[ELO_NR_FAULTS] = {
	[ELO_FAULT_TE] = "te",
	[ELO_FAULT_PE] = "pe",
	[ELO_FAULT_STUCK] = "stuck",
	[ELO_FAULT_LOST_IRQ] = "lost_irq",
	[ELO_FAULT_SPURIOUS_IRQ] = "spurious_irq",
};

static struct elo *to_elo(struct fsl_model *model)
{
	return (struct elo *)((char *)model - offsetof(struct elo, model));
}

static bool is_85xx(const struct elo *e)
{
	return e->cfg.version != ELO_83XX;
}

static void say(struct elo *e, const char *what)
{
	e->model.host->ops->say(e->model.host, what);
}

static bool hits(struct elo *e, enum elo_fault kind, u32 len)
{
	return fsl_fault_hits(&e->faults[kind], &e->prng, len);
}

/* ---- interrupts ---- */

/* The status bits that may interrupt, according to the mode register. */
static u32 enabled(const struct elo *e, const struct elo_chan *c)
{
	u32 bits = 0;

	if (!is_85xx(e))
		return (c->mr & ELO_MR_TEM ? 0 : ELO_SR_TE) |
		       (c->mr & ELO_MR_EOTIE ? ELO_SR_EOCDI : 0) |
		       (c->mr & ELO_MR_EOSIE ? ELO_SR_EOSI : 0);
	if (c->mr & ELO_MR_EIE)
		bits |= ELO_SR_TE | ELO_SR_PE;
	if (c->mr & ELO_MR_EOLNIE)
		bits |= ELO_SR_EOLNI;
	if (c->mr & ELO_MR_EOSIE)
		bits |= ELO_SR_EOSI;
	if (c->mr & ELO_MR_EOLSIE)
		bits |= ELO_SR_EOLSI;
	return bits;
}

static void drive(struct elo *e, bool *level, unsigned int line, bool wanted)
{
	if (*level == wanted)
		return;
	*level = wanted;
	e->model.host->ops->irq(e->model.host, line, wanted);
}

static void update_irq(struct elo *e)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < e->cfg.channels; i++) {
		struct elo_chan *c = &e->chan[i];
		bool wanted = c->spurious || c->sr & enabled(e, c) & ~c->unsaid;

		if (e->kind->per_channel_irq)
			drive(e, &c->level, i, wanted);
		any |= wanted;
	}
	if (!e->kind->per_channel_irq)
		drive(e, &e->level, 0, any);
}

static void set_status(struct elo *e, struct elo_chan *c, u32 bits, bool lost)
{
	if (lost)
		c->unsaid |= bits & ~c->sr;
	c->sr |= bits;
	update_irq(e);
}

/* ---- time ---- */

static void wake(struct elo *e)
{
	u64 first = 0;
	unsigned int i;

	for (i = 0; i < e->cfg.channels; i++) {
		const struct elo_chan *c = &e->chan[i];

		if (c->state == ELO_BUSY && (!first || c->when < first))
			first = c->when;
	}
	e->model.host->ops->wake(e->model.host, first);
}

static u64 cost_ns(struct elo *e, u32 len)
{
	u64 ns = e->cfg.setup_ns + div64_u64(len * e->ps_per_byte, NS_PS);

	if (e->cfg.jitter_ns)
		ns += fsl_draw(&e->prng) % (e->cfg.jitter_ns + 1);
	return ns;
}

static void become(struct elo *e, struct elo_chan *c, enum elo_state state)
{
	c->state = state;
	c->sr &= ~(ELO_SR_CB | ELO_SR_CH);
	if (state == ELO_BUSY || state == ELO_STUCK)
		c->sr |= ELO_SR_CB;
	/* Halted: the transfer is not over, and the channel rests. */
	if (state == ELO_HALTED)
		c->sr |= ELO_SR_CB | ELO_SR_CH;
	wake(e);
}

/* ---- links ---- */

static u64 get(const struct elo *e, const u8 *p, unsigned int n)
{
	u64 v = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		v = v << 8 | p[e->kind->big_endian ? i : n - 1 - i];
	return v;
}

/* Takes the bus address from a 64-bit register; false when its attributes are not valid. */
static bool address_of(struct elo *e, u64 reg, u64 *addr)
{
	u32 hi = reg >> 32;

	if (!is_85xx(e)) {
		*addr = (u32)reg;
		if (hi)
			say(e, "an address needs more than the 32 bits that the 83xx has");
		return !hi;
	}
	*addr = (u64)(hi & e->kind->address_high) << 32 | (u32)reg;
	if (ELO_ATTR_TYPE(hi) == ELO_ATTR_SNOOP || ELO_ATTR_TYPE(hi) == ELO_ATTR_NO_SNOOP)
		return true;
	say(e, "a transaction type that is not one of local memory");
	return false;
}

static void fail(struct elo *e, struct elo_chan *c, u32 bit)
{
	e->stats.errors++;
	/* The 83xx has no programming error. */
	if (!is_85xx(e))
		bit = ELO_SR_TE;
	become(e, c, ELO_IDLE);
	set_status(e, c, bit, false);
}

static void begin(struct elo *e, struct elo_chan *c)
{
	if (hits(e, ELO_FAULT_SPURIOUS_IRQ, c->bcr)) {
		c->spurious = true;
		update_irq(e);
	}
	/* A transfer of 0 bytes is a programming error on the 85xx. */
	if (!c->bcr || hits(e, ELO_FAULT_PE, c->bcr)) {
		fail(e, c, ELO_SR_PE);
		return;
	}
	if (hits(e, ELO_FAULT_STUCK, c->bcr)) {
		become(e, c, ELO_STUCK);
		return;
	}
	c->when = e->model.host->ops->now(e->model.host) + cost_ns(e, c->bcr);
	become(e, c, ELO_BUSY);
}

/* Reads the link at CDAR and starts it. */
static void load_link(struct elo *e, struct elo_chan *c)
{
	u64 at = c->cdar & ELO_NEXT_MASK;
	const u8 *link;

	if (is_85xx(e))
		at = (u64)((c->cdar >> 32) & e->kind->address_high) << 32 | (u32)at;
	link = e->model.host->ops->reach(e->model.host, at, ELO_LINK_SIZE, false);
	if (!link) {
		fail(e, c, ELO_SR_TE);
		return;
	}
	c->sar = get(e, link + ELO_LINK_SRC, 8);
	c->dar = get(e, link + ELO_LINK_DST, 8);
	c->ndar = get(e, link + ELO_LINK_NEXT, 8);
	c->bcr = get(e, link + ELO_LINK_COUNT, 4) & ELO_BCR_MAX;
	c->direct = false;
	begin(e, c);
}

static bool move(struct elo *e, struct elo_chan *c)
{
	const struct fsl_host_ops *ops = e->model.host->ops;
	u64 src, dst;
	void *to, *from;

	if (!address_of(e, c->sar, &src) || !address_of(e, c->dar, &dst)) {
		fail(e, c, ELO_SR_PE);
		return false;
	}
	from = ops->reach(e->model.host, src, c->bcr, false);
	to = from ? ops->reach(e->model.host, dst, c->bcr, true) : NULL;
	if (!to || hits(e, ELO_FAULT_TE, c->bcr)) {
		fail(e, c, ELO_SR_TE);
		return false;
	}
	memmove(to, from, c->bcr);
	e->stats.links++;
	e->stats.bytes += c->bcr;
	c->sar += c->bcr;
	c->dar += c->bcr;
	c->bcr = 0;
	return true;
}

static void end_of_chain(struct elo *e, struct elo_chan *c)
{
	bool lost = hits(e, ELO_FAULT_LOST_IRQ, 0);

	e->stats.chains++;
	if (!is_85xx(e))
		c->mr &= ~ELO_MR_CS;	/* on the 85xx the driver clears it */
	become(e, c, ELO_IDLE);
	if (!is_85xx(e))
		set_status(e, c, ELO_SR_EOCDI, lost);
	else
		set_status(e, c, ELO_SR_EOLNI | ELO_SR_EOLSI, lost);
}

static void end_link(struct elo *e, struct elo_chan *c)
{
	bool segment = c->mr & ELO_MR_EOSIE || (!c->direct && c->ndar & ELO_NEXT_EOSIE);

	if (!move(e, c))
		return;
	if (segment)
		set_status(e, c, ELO_SR_EOSI, false);
	if (c->direct || c->ndar & ELO_NEXT_EOL) {
		end_of_chain(e, c);
		return;
	}
	c->cdar = c->ndar & ~(u64)(ELO_NEXT_EOL | ELO_NEXT_EOSIE);
	load_link(e, c);
}

static void step(struct fsl_model *model)
{
	struct elo *e = to_elo(model);
	u64 now = e->model.host->ops->now(e->model.host);
	unsigned int i;

	for (i = 0; i < e->cfg.channels; i++)
		if (e->chan[i].state == ELO_BUSY && e->chan[i].when <= now)
			end_link(e, &e->chan[i]);
	wake(e);
}

/* ---- mode ---- */

static void start(struct elo *e, struct elo_chan *c)
{
	if (c->mr & ELO_MR_EMS_EN) {
		say(e, "told to wait for a signal of another device, which does not exist");
		return;
	}
	if (c->mr & ELO_MR_CTM) {
		c->direct = true;
		begin(e, c);
	} else {
		load_link(e, c);
	}
}

static void resume(struct elo *e, struct elo_chan *c)
{
	c->when = e->model.host->ops->now(e->model.host) + c->left;
	become(e, c, ELO_BUSY);
}

static void halt(struct elo *e, struct elo_chan *c)
{
	u64 now = e->model.host->ops->now(e->model.host);

	c->left = c->when > now ? c->when - now : 0;
	become(e, c, ELO_HALTED);
}

/* Continues a chain that ended at EOL and whose last link has a next one now. */
static void go_on(struct elo *e, struct elo_chan *c)
{
	u64 at = c->cdar & ELO_NEXT_MASK;
	const u8 *link;

	c->mr &= ~ELO_MR_CC;
	if (c->state != ELO_IDLE)
		return;
	if (is_85xx(e))
		at = (u64)((c->cdar >> 32) & e->kind->address_high) << 32 | (u32)at;
	link = e->model.host->ops->reach(e->model.host, at, ELO_LINK_SIZE, false);
	if (!link) {
		fail(e, c, ELO_SR_TE);
		return;
	}
	c->ndar = get(e, link + ELO_LINK_NEXT, 8);
	if (c->ndar & ELO_NEXT_EOL)
		return;
	c->cdar = c->ndar & ~(u64)ELO_NEXT_EOSIE;
	load_link(e, c);
}

static void write_mr(struct elo *e, struct elo_chan *c, u32 value)
{
	u32 rising = value & ~c->mr, falling = ~value & c->mr;

	c->mr = value;
	if (is_85xx(e) && value & ELO_MR_CA && c->state != ELO_IDLE) {
		e->stats.aborts++;
		c->mr &= ~ELO_MR_CS;
		become(e, c, ELO_IDLE);
	} else if (rising & ELO_MR_CS && c->state == ELO_HALTED) {
		resume(e, c);
	} else if (rising & ELO_MR_CS && c->state == ELO_IDLE && !(c->sr & ELO_SR_TE)) {
		start(e, c);
	} else if (rising & ELO_MR_CS && c->state == ELO_IDLE) {
		say(e, "started with a transfer error that was not cleared");
	} else if (rising & ELO_MR_CS) {
		say(e, "started while it is busy");
	} else if (falling & ELO_MR_CS && c->state == ELO_BUSY) {
		halt(e, c);
	}
	if (value & ELO_MR_CC)
		go_on(e, c);
	update_irq(e);
}

/* ---- registers ---- */

/* Is @off a word of the 64-bit register @reg? *@high: the high word, in the block's order. */
static bool is_word(const struct elo *e, u32 off, u32 reg, bool *high)
{
	if (off != reg && off != reg + 4)
		return false;
	*high = (off == reg) == e->kind->big_endian;
	return true;
}

static u64 *wide(struct elo_chan *c, const struct elo *e, u32 off, bool *high)
{
	if (is_word(e, off, ELO_CDAR, high))
		return &c->cdar;
	if (is_word(e, off, ELO_SAR, high))
		return &c->sar;
	if (is_word(e, off, ELO_DAR, high))
		return &c->dar;
	if (is_word(e, off, ELO_NDAR, high))
		return &c->ndar;
	return NULL;
}

static struct elo_chan *chan_at(struct elo *e, u32 *off)
{
	unsigned int i;

	for (i = 0; i < e->cfg.channels; i++)
		if (*off >= e->kind->channel[i] && *off - e->kind->channel[i] < ELO_CHAN_SIZE) {
			*off -= e->kind->channel[i];
			return &e->chan[i];
		}
	return NULL;
}

static u32 read_sr(struct elo *e, struct elo_chan *c)
{
	c->spurious = false;
	update_irq(e);
	return c->sr;
}

/* A general status register: one byte for each of four channels, the first in the top byte. */
static bool read_dgsr(struct elo *e, u32 off, u32 *value)
{
	unsigned int i, n;

	for (n = 0; n < 2; n++) {
		if (!e->kind->dgsr[n] || off != e->kind->dgsr[n])
			continue;
		*value = 0;
		for (i = 4 * n; i < 4 * n + 4; i++)
			*value = *value << 8 | (i < e->cfg.channels ? read_sr(e, &e->chan[i]) : 0);
		return true;
	}
	return false;
}

static u32 elo_read(struct fsl_model *model, u32 off)
{
	struct elo *e = to_elo(model);
	u32 value, at = off;
	struct elo_chan *c;
	bool high;
	u64 *reg;

	if (read_dgsr(e, off, &value))
		return value;
	c = chan_at(e, &at);
	if (!c) {
		say(e, "read where there is no register");
		return 0;
	}
	if (at == ELO_MR)
		return c->mr;
	if (at == ELO_SR)
		return read_sr(e, c);
	if (at == ELO_BCR)
		return c->bcr;
	reg = wide(c, e, at, &high);
	if (reg)
		return high ? *reg >> 32 : *reg;
	say(e, "read where there is no register");
	return 0;
}

static void elo_write(struct fsl_model *model, u32 off, u32 value)
{
	struct elo *e = to_elo(model);
	struct elo_chan *c = chan_at(e, &off);
	bool high;
	u64 *reg;

	if (!c) {
		say(e, "write where there is no register");
		return;
	}
	if (off == ELO_MR) {
		write_mr(e, c, value);
		return;
	}
	if (off == ELO_SR) {
		c->sr &= ~(value & ELO_SR_W1C);
		c->unsaid &= c->sr;
		update_irq(e);
		return;
	}
	if (c->state == ELO_BUSY || c->state == ELO_STUCK)
		say(e, "an address or count is written while the channel is busy");
	if (off == ELO_BCR) {
		c->bcr = value & ELO_BCR_MAX;
		return;
	}
	reg = wide(c, e, off, &high);
	if (!reg)
		say(e, "write where there is no register");
	else if (high)
		*reg = (u64)value << 32 | (u32)*reg;
	else
		*reg = (*reg & ~0xffffffffULL) | value;
}

static const struct fsl_model_ops ops = {
	.read = elo_read,
	.write = elo_write,
	.step = step,
};

void elo_init(struct elo *e, const struct elo_config *cfg, struct fsl_host *host)
{
	const struct elo_kind *kind = &elo_kinds[cfg->version];
	unsigned int i;

	e->cfg = *cfg;
	e->kind = kind;
	if (e->cfg.channels > kind->channels)
		e->cfg.channels = kind->channels;
	e->model = (struct fsl_model) { &ops, host, kind->big_endian };
	e->prng = cfg->seed ? cfg->seed : 1;
	e->ps_per_byte = cfg->rate ? div64_u64(S_PS, cfg->rate) : 0;
	e->level = false;
	memset(&e->stats, 0, sizeof(e->stats));
	memset(e->chan, 0, sizeof(e->chan));
	for (i = 0; i < ELO_MAX_CHANNELS; i++)
		e->chan[i].index = i;
}
