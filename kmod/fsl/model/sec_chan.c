// SPDX-License-Identifier: GPL-2.0-only
/* A channel: its fetch FIFO, working on one descriptor after the other, done and error. */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "sec_parts.h"

static bool fault(struct sec *s, enum sec_fault f, const struct sec_chan *c)
{
	return fsl_fault_hits(&s->faults[f], &s->prng, sec_desc_bytes(c));
}

void sec_chan_reset(struct sec_chan *c)
{
	unsigned int index = c->index;

	memset(c, 0, sizeof(*c));
	c->index = index;
}

static u32 header(const struct sec_chan *c)
{
	return sec_be32(c->desc);
}

static void halt(struct sec *s, struct sec_chan *c, u32 errors)
{
	c->state = SEC_HALTED;
	c->errors |= errors;
	s->stats.errors++;
	sec_interrupt(s, SEC_INT_ERR(c->index));
}

/* Does the channel notify? If NT is clear after each descriptor, if set after those with DN. */
static bool notifies(const struct sec_chan *c)
{
	return !(c->cccr_lo & SEC_CCCR_LO_NT) || header(c) & SEC_HDR_DN;
}

/* Writes back the header: its first byte and, with IWSE, the result of the integrity check. */
static u32 write_back(struct sec *s, struct sec_chan *c)
{
	u32 len = c->cccr_lo & SEC_CCCR_LO_IWSE && c->hdr_lo != sec_be32(c->desc + 4) ? 8 : 4;
	u8 *p = sec_reach(s, c->current_desc, len, true);

	if (!p)
		return SEC_ERR_MDTE;
	if (len == 8)
		sec_put_be32(p + 4, c->hdr_lo);
	memcpy(p + 1, c->desc + 1, 3);
	p[0] = SEC_HDR_DONE;
	return 0;
}

static u32 injected(struct sec *s, struct sec_chan *c)
{
	u32 sel = SEC_HDR_SEL0(header(c));

	if (fault(s, SEC_FAULT_EU, c))
		return sec_unit_error(s, sel, SEC_EU_IE);
	if (fault(s, SEC_FAULT_LENGTH, c))
		return sec_unit_error(s, sel, SEC_EU_DSE);
	return 0;
}

static void finish(struct sec *s, struct sec_chan *c)
{
	u32 err = injected(s, c);

	if (!err)
		err = sec_desc_run(s, c);
	/* After an error nothing is written back. */
	if (!err && c->cccr_lo & SEC_CCCR_LO_CDWE && notifies(c))
		err = write_back(s, c);
	if (err) {
		halt(s, c, err);
		return;
	}
	c->state = SEC_IDLE;
	s->stats.descriptors++;
	s->stats.bytes += sec_desc_bytes(c);
	if (c->cccr_lo & SEC_CCCR_LO_CDIE && notifies(c) && !fault(s, SEC_FAULT_LOST_IRQ, c))
		sec_interrupt(s, SEC_INT_DONE(c->index));
}

/*
 * Waits for the descriptor's units, as a unit serves one channel at a time, and reserves
 * them. Returns the time when the descriptor will be done.
 */
static u64 take_units(struct sec *s, const struct sec_chan *c)
{
	int u[2] = { sec_unit_of(SEC_HDR_SEL0(header(c))), sec_unit_of(SEC_HDR_SEL1(header(c))) };
	u64 from = sec_now(s);
	int i;

	for (i = 0; i < 2; i++)
		if (u[i] >= 0 && s->unit[u[i]].free_at > from)
			from = s->unit[u[i]].free_at;
	from += s->cfg.setup_ns + div64_u64(sec_desc_bytes(c) * s->ps_per_byte, 1000);
	if (s->cfg.jitter_ns)
		from += (u64)fsl_draw(&s->prng) * s->cfg.jitter_ns >> 32;
	for (i = 0; i < 2; i++)
		if (u[i] >= 0)
			s->unit[u[i]].free_at = from;
	return from;
}

static u32 fetch(struct sec *s, struct sec_chan *c)
{
	u8 *p;

	c->current_desc = c->fifo[c->first];
	c->first = (c->first + 1) % SEC_FIFO_LEN;
	c->queued--;
	if (!c->current_desc)
		return SEC_ERR_FPZ;
	p = sec_reach(s, c->current_desc, SEC_DESC_SIZE, false);
	if (!p)
		return SEC_ERR_MDTE;
	memcpy(c->desc, p, SEC_DESC_SIZE);
	c->hdr_lo = sec_be32(c->desc + 4);
	c->nr_read[0] = 0;
	c->nr_read[1] = 0;
	return sec_desc_check(s, header(c));
}

static void begin(struct sec *s, struct sec_chan *c)
{
	u32 err = fetch(s, c);

	if (err) {
		halt(s, c, err);
		return;
	}
	if (fault(s, SEC_FAULT_SPURIOUS_IRQ, c))
		sec_interrupt(s, SEC_INT_DONE(c->index));
	if (fault(s, SEC_FAULT_STUCK, c)) {
		c->state = SEC_STUCK;
		c->when = s->cfg.timeout_ns ? sec_now(s) + s->cfg.timeout_ns : 0;
		return;
	}
	c->state = SEC_BUSY;
	c->when = take_units(s, c);
}

static bool is_due(const struct sec_chan *c, u64 now)
{
	return (c->state == SEC_BUSY || (c->state == SEC_STUCK && c->when)) && c->when <= now;
}

static void run_chan(struct sec *s, struct sec_chan *c)
{
	if (is_due(c, sec_now(s))) {
		if (c->state == SEC_BUSY) {
			finish(s, c);
		} else {
			c->when = 0;
			sec_interrupt(s, SEC_INT_ITO);
		}
	}
	while (c->state == SEC_IDLE && c->queued)
		begin(s, c);
}

void sec_run(struct sec *s)
{
	u64 next = 0;
	int i;

	for (i = 0; i < SEC_CHANNELS; i++) {
		struct sec_chan *c = &s->chan[i];

		run_chan(s, c);
		if ((c->state == SEC_BUSY || c->state == SEC_STUCK) && c->when &&
		    (!next || c->when < next))
			next = c->when;
	}
	s->model.host->ops->wake(s->model.host, next);
}

/* ---- registers ---- */

static void push(struct sec *s, struct sec_chan *c, u32 low)
{
	u64 addr = low;

	if (c->cccr_lo & SEC_CCCR_LO_EAE)
		addr |= (u64)(c->ff_high & 0xf) << 32;
	c->ff_high = 0;
	if (c->queued == SEC_FIFO_LEN) {
		c->errors |= c->errors & SEC_ERR_SOF ? SEC_ERR_DOF : SEC_ERR_SOF;
		s->stats.errors++;
		sec_interrupt(s, SEC_INT_ERR(c->index));
		return;
	}
	c->fifo[(c->first + c->queued++) % SEC_FIFO_LEN] = addr;
	sec_run(s);
}

/* CONT clears the error that halted the channel; it goes on with the next descriptor. */
static void resume(struct sec *s, struct sec_chan *c)
{
	int u[2] = { sec_unit_of(SEC_HDR_SEL0(header(c))), sec_unit_of(SEC_HDR_SEL1(header(c))) };
	int i;

	if (c->errors & SEC_ERR_EU)
		for (i = 0; i < 2; i++)
			if (u[i] >= 0)
				s->unit[u[i]].isr = 0;
	c->errors = 0;
	if (c->state == SEC_HALTED)
		c->state = SEC_IDLE;
	sec_run(s);
}

u32 sec_chan_read(struct sec *s, struct sec_chan *c, u32 off)
{
	if (off >= SEC_DESCBUF && off < SEC_DESCBUF + SEC_DESC_SIZE)
		return sec_be32(c->desc + off - SEC_DESCBUF);
	if (off >= SEC_GATHER && off < SEC_GATHER + sizeof(c->table[0]))
		return sec_be32(c->table[0] + off - SEC_GATHER);
	if (off >= SEC_SCATTER && off < SEC_SCATTER + sizeof(c->table[1]))
		return sec_be32(c->table[1] + off - SEC_SCATTER);
	switch (off) {
	case SEC_CCCR:		/* CONT and RESET clear themselves */
	case SEC_CCPSR:
	case SEC_FF:
	case SEC_FF + SEC_LO:
		return 0;
	case SEC_CCCR + SEC_LO:
		return c->cccr_lo;
	case SEC_CCPSR + SEC_LO:
		return c->errors;
	case SEC_CDPR:
		return c->current_desc >> 32;
	case SEC_CDPR + SEC_LO:
		return c->current_desc;
	default:
		sec_say(s, "read of a register that no channel has");
		return 0;
	}
}

void sec_chan_write(struct sec *s, struct sec_chan *c, u32 off, u32 value)
{
	switch (off) {
	case SEC_CCCR:
		if (value & SEC_CCCR_RESET) {
			sec_chan_reset(c);
			sec_run(s);
		} else if (value & SEC_CCCR_CONT) {
			resume(s, c);
		}
		break;
	case SEC_CCCR + SEC_LO:
		c->cccr_lo = value;
		break;
	case SEC_CCPSR + SEC_LO:
		c->errors &= ~value;
		break;
	case SEC_FF:
		c->ff_high = value;
		break;
	case SEC_FF + SEC_LO:
		push(s, c, value);
		break;
	default:
		sec_say(s, "write to a register that no channel has, or may not be written");
	}
}
