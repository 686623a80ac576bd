// SPDX-License-Identifier: GPL-2.0-only
/* The execution units' own registers: errors, their masks, resets; random numbers. */
#include "sec_parts.h"

int sec_unit_of(u32 sel)
{
	switch (sel) {
	case SEC_SEL_DEU:
		return SEC_U_DEU;
	case SEC_SEL_AESU:
		return SEC_U_AESU;
	case SEC_SEL_MDEU_A:
	case SEC_SEL_MDEU_B:
		return SEC_U_MDEU;
	default:
		return -1;
	}
}

u32 sec_unit_error(struct sec *s, u32 sel, u32 bits)
{
	s->unit[sec_unit_of(sel)].isr |= bits;
	return SEC_ERR_EU;
}

static int unit_at(u32 base)
{
	switch (base) {
	case SEC_DEU:
		return SEC_U_DEU;
	case SEC_AESU:
		return SEC_U_AESU;
	case SEC_MDEU:
		return SEC_U_MDEU;
	case SEC_RNGU:
		return SEC_U_RNGU;
	default:
		return -1;
	}
}

/* Units that the model has registers for but does not compute with; they read as 0. */
static bool is_other(u32 base)
{
	return base == SEC_AFEU || base == SEC_PKEU || base == SEC_KEU || base == SEC_CRCU;
}

u32 sec_unit_read(struct sec *s, u32 off)
{
	u32 base = off & ~(SEC_EU_SPAN - 1);
	int u = unit_at(base);

	if (u < 0) {
		if (!is_other(base))
			sec_say(s, "read of a register that it does not have");
		return 0;
	}
	switch (off - base) {
	case SEC_EUSR + SEC_LO:
		return SEC_EUSR_LO_RD | (u == SEC_U_RNGU ? SEC_EUSR_LO_OFL(16) : 0);
	case SEC_EUISR + SEC_LO:
		return s->unit[u].isr;
	case SEC_EUICR + SEC_LO:
		return s->unit[u].icr;
	case SEC_EU_FIFO:
	case SEC_EU_FIFO + SEC_LO:
		return u == SEC_U_RNGU ? fsl_draw(&s->prng) : 0;
	default:
		return 0;
	}
}

void sec_unit_write(struct sec *s, u32 off, u32 value)
{
	u32 base = off & ~(SEC_EU_SPAN - 1);
	int u = unit_at(base);

	if (u < 0) {
		if (!is_other(base))
			sec_say(s, "write to a register that it does not have");
		return;
	}
	switch (off - base) {
	case SEC_EURCR + SEC_LO:
		if (value & SEC_EURCR_LO_SR) {
			s->unit[u].isr = 0;
			s->unit[u].icr = 0;
		}
		break;
	case SEC_EUICR + SEC_LO:
		s->unit[u].icr = value;
		break;
	}
}
