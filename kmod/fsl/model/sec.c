// SPDX-License-Identifier: GPL-2.0-only
/* The SEC's register block: which part each register belongs to, interrupts, master reset. */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "sec_parts.h"

/* As in the SoCs' device trees (arch/powerpc/boot/dts/fsl/pq3-sec*.dtsi). */
const struct sec_kind sec_kinds[SEC_NR_VERSIONS] = {
	[SEC_2_1] = {
		.name = "sec2.1",
		.compatible = "fsl,sec2.1\0fsl,sec2.0\0",
		.units = 0xfe,
		.types = 0x12b0ebf,
		.max_xor = 3,
		.nr_irqs = 1,
	},
	[SEC_3_0] = {
		.name = "sec3.0",
		.compatible = "fsl,sec3.0\0fsl,sec2.4\0fsl,sec2.2\0fsl,sec2.1\0fsl,sec2.0\0",
		.units = 0x9fe,
		.types = 0x3ab0ebf,
		.max_xor = 6,
		.nr_irqs = 2,
	},
	[SEC_3_1] = {
		.name = "sec3.1",
		.compatible = "fsl,sec3.1\0fsl,sec3.0\0fsl,sec2.4\0fsl,sec2.2\0fsl,sec2.1\0fsl,sec2.0\0",
		.units = 0xbfe,
		.types = 0x3ab0ebf,
		.max_xor = 6,
		.nr_irqs = 2,
	},
	[SEC_3_3] = {
		.name = "sec3.3",
		.compatible = "fsl,sec3.3\0fsl,sec3.1\0fsl,sec3.0\0fsl,sec2.4\0fsl,sec2.2\0fsl,sec2.1\0fsl,sec2.0\0",
		.units = 0x97c,
		.types = 0x3a30abf,
		.max_xor = 6,
		.nr_irqs = 2,
	},
};

const char *const sec_fault_names[SEC_NR_FAULTS] = {
	[SEC_FAULT_EU] = "eu",
	[SEC_FAULT_LENGTH] = "length",
	[SEC_FAULT_LOST_IRQ] = "lost_irq",
	[SEC_FAULT_SPURIOUS_IRQ] = "spurious_irq",
	[SEC_FAULT_STUCK] = "stuck",
};

static struct sec *to_sec(struct fsl_model *model)
{
	return (struct sec *)((char *)model - offsetof(struct sec, model));
}

void sec_say(struct sec *s, const char *what)
{
	s->model.host->ops->say(s->model.host, what);
}

/* ---- interrupts ---- */

static bool is_remapped(const struct sec *s, unsigned int ch)
{
	return s->mcr & SEC_MCR_RCA(ch);
}

static void set_level(struct sec *s, unsigned int line, bool level)
{
	if (s->level[line] == level)
		return;
	s->level[line] = level;
	s->model.host->ops->irq(s->model.host, line, level);
}

/* Remapped channels use the second interrupt line, all else uses the first. */
static void update_lines(struct sec *s)
{
	u32 on = s->isr & s->imr, second = 0;
	int i;

	for (i = 0; i < SEC_CHANNELS; i++)
		if (is_remapped(s, i))
			second |= on & (SEC_INT_DONE(i) | SEC_INT_ERR(i));
	set_level(s, 0, (on & ~second) || (s->isr_lo & s->imr_lo));
	if (s->kind->nr_irqs > 1)
		set_level(s, 1, second);
}

/* Sets @bits of ISR; those that IMR masks interrupt when they are unmasked. */
void sec_interrupt(struct sec *s, u32 bits)
{
	s->isr |= bits;
	update_lines(s);
}

/* ---- reset ---- */

static void reset(struct sec *s)
{
	int i;

	for (i = 0; i < SEC_CHANNELS; i++)
		sec_chan_reset(&s->chan[i]);
	memset(s->unit, 0, sizeof(s->unit));
	s->imr = 0;
	s->imr_lo = 0;
	s->isr = 0;
	s->isr_lo = 0;
	s->mcr = 0;
	update_lines(s);
	s->model.host->ops->wake(s->model.host, 0);
}

static void write_mcr(struct sec *s, u32 value)
{
	if (value & SEC_MCR_SWR)
		reset(s);
	else
		s->mcr = s->kind->nr_irqs > 1 ? value & SEC_MCR_RCA_ALL : 0;
	update_lines(s);
}

/* ---- registers ---- */

/*
 * The channel that the register at @off belongs to, or NULL if it is no channel's. *@off
 * becomes the register's offset in the channel.
 */
static struct sec_chan *chan_at(struct sec *s, u32 *off)
{
	bool mapped = *off & SEC_CHAN_MAPPED;
	u32 in = *off & ~SEC_CHAN_MAPPED;
	unsigned int i;

	for (i = 0; i < SEC_CHANNELS; i++) {
		if (in < SEC_CHAN(i) || in >= SEC_CHAN(i + 1) || mapped == is_remapped(s, i))
			continue;
		*off = in - SEC_CHAN(i);
		return &s->chan[i];
	}
	return NULL;
}

static bool is_unit(u32 off)
{
	return off >= SEC_DEU;
}

static u32 sec_read(struct fsl_model *model, u32 off)
{
	struct sec *s = to_sec(model);
	struct sec_chan *c;

	if (is_unit(off))
		return sec_unit_read(s, off);
	c = chan_at(s, &off);
	if (c)
		return sec_chan_read(s, c, off);
	switch (off) {
	case SEC_IMR:
		return s->imr;
	case SEC_IMR + SEC_LO:
		return s->imr_lo;
	case SEC_ISR:
		return s->isr & s->imr;
	case SEC_ISR + SEC_LO:
		return s->isr_lo & s->imr_lo;
	case SEC_ICR:
	case SEC_ICR + SEC_LO:
	case SEC_MCR + SEC_LO:
		return 0;
	case SEC_MCR:
		return s->mcr;
	default:
		sec_say(s, "read of a register that it does not have");
		return 0;
	}
}

static void sec_write(struct fsl_model *model, u32 off, u32 value)
{
	struct sec *s = to_sec(model);
	struct sec_chan *c;

	if (is_unit(off)) {
		sec_unit_write(s, off, value);
		return;
	}
	c = chan_at(s, &off);
	if (c) {
		sec_chan_write(s, c, off, value);
		return;
	}
	switch (off) {
	case SEC_IMR:
		s->imr = value;
		break;
	case SEC_IMR + SEC_LO:
		s->imr_lo = value;
		break;
	case SEC_ICR:
		s->isr &= ~value;
		break;
	case SEC_ICR + SEC_LO:
		s->isr_lo &= ~value;
		break;
	case SEC_MCR:
		write_mcr(s, value);
		return;
	case SEC_MCR + SEC_LO:
		return;
	default:
		sec_say(s, "write to a register that it does not have");
		return;
	}
	update_lines(s);
}

static void sec_step(struct fsl_model *model)
{
	sec_run(to_sec(model));
}

static const struct fsl_model_ops sec_ops = {
	.read = sec_read,
	.write = sec_write,
	.step = sec_step,
};

void sec_init(struct sec *s, const struct sec_config *cfg, const struct sec_crypto *crypto,
	      struct fsl_host *host)
{
	int i;

	s->model = (struct fsl_model) { .ops = &sec_ops, .host = host, .big_endian = true };
	s->cfg = *cfg;
	s->kind = &sec_kinds[cfg->version];
	s->crypto = crypto;
	s->prng = cfg->seed ? cfg->seed : 1;
	s->ps_per_byte = cfg->rate ? div64_u64(1000000000000ULL, cfg->rate) : 0;
	memset(&s->stats, 0, sizeof(s->stats));
	s->level[0] = false;
	s->level[1] = false;
	for (i = 0; i < SEC_CHANNELS; i++)
		s->chan[i].index = i;
	reset(s);
}
