// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SEC's model as its driver sees it: channels, fetch FIFO, done and error, interrupts.
 * Catches a completion that is lost or told twice, an error without its bit, a channel that
 * goes on where the hardware halts.
 */
#include "sec_bus.h"

static uint8_t *copier(struct bus *b)
{
	uint8_t *d = desc(b, hdr(SEC_TYPE_RAID_XOR, SEC_SEL_AESU, SEC_AESU_XOR));

	set_ptr(b, d, 6, mem(b, 64), 64, 0);
	set_ptr(b, d, 5, mem(b, 64), 64, 0);
	return d;
}

static void done_of_every_channel(void **state)
{
	(void)state;
	for (int ch = 0; ch < SEC_CHANNELS; ch++) {
		struct bus *b = bus_new(SEC_3_0);
		uint8_t *d = copier(b), was[SEC_DESC_SIZE];

		memcpy(was, d, sizeof(was));
		submit(b, ch, d);
		assert_false(is_done(d));
		assert_false(b->line[0]);
		bus_run(b);
		assert_true(is_done(d));
		assert_memory_equal(d + 1, was + 1, sizeof(was) - 1);
		assert_int_equal(rd(b, SEC_ISR), 1u << 2 * ch);
		assert_true(b->line[0]);
		wr(b, SEC_ICR, 1u << 2 * ch);
		assert_int_equal(rd(b, SEC_ISR), 0);
		assert_false(b->line[0]);
		assert_int_equal(b->rises[0], 1);
		bus_free(b);
	}
}

static void done_as_configured(void **state)
{
	static const struct {
		uint32_t cccr;
		bool dn, written, told;
	} c[] = {
		{ SEC_CCCR_LO_CDWE | SEC_CCCR_LO_CDIE, false, true, true },
		{ SEC_CCCR_LO_CDIE, true, false, true },
		{ SEC_CCCR_LO_CDWE, true, true, false },
		{ 0, true, false, false },
		{ SEC_CCCR_LO_CDWE | SEC_CCCR_LO_CDIE | SEC_CCCR_LO_NT, false, false, false },
		{ SEC_CCCR_LO_CDWE | SEC_CCCR_LO_CDIE | SEC_CCCR_LO_NT, true, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(*c); i++) {
		struct bus *b = bus_new(SEC_3_0);
		uint8_t *d = copier(b);

		d[3] = (d[3] & ~SEC_HDR_DN) | c[i].dn;
		wr(b, at(1, SEC_CCCR + SEC_LO), c[i].cccr | SEC_CCCR_LO_EAE);
		submit(b, 1, d);
		bus_run(b);
		assert_int_equal(b->sec.stats.descriptors, 1);
		assert_int_equal(is_done(d), c[i].written);
		assert_int_equal(b->line[0], c[i].told);
		bus_free(b);
	}
}

/* The driver masks done interrupts while it looks: what comes then must not be lost. */
static void masked_waits(void **state)
{
	struct bus *b = bus_new(SEC_2_1);
	uint32_t imr = rd(b, SEC_IMR);

	(void)state;
	wr(b, SEC_IMR, imr & ~0x55u);
	submit(b, 2, copier(b));
	bus_run(b);
	assert_false(b->line[0]);
	assert_int_equal(rd(b, SEC_ISR), 0);
	wr(b, SEC_IMR, imr);
	assert_true(b->line[0]);
	assert_int_equal(rd(b, SEC_ISR), 0x10);
	bus_free(b);
}

static void two_lines(void **state)
{
	struct bus *b = bus_new(SEC_3_1);
	uint8_t *d = copier(b), *bad;

	(void)state;
	wr(b, SEC_MCR, SEC_MCR_RCA(1) | SEC_MCR_RCA(3));
	assert_int_equal(rd(b, SEC_MCR), 0x5000);
	/* Channel 3 without the 0x1000, channel 2 with it. */
	wr(b, SEC_CHAN(3) + SEC_FF, bus_addr(b, d) >> 32);
	wr(b, SEC_CHAN(3) + SEC_FF + SEC_LO, bus_addr(b, d));
	bus_run(b);
	assert_true(is_done(d));
	assert_true(b->line[1]);
	assert_false(b->line[0]);
	assert_int_equal(rd(b, SEC_ISR), 0x40);
	d = copier(b);
	submit(b, 2, d);
	bus_run(b);
	assert_true(b->line[0]);
	assert_int_equal(rd(b, SEC_ISR), 0x50);
	wr(b, SEC_ICR, 0x40);
	assert_false(b->line[1]);
	assert_true(b->line[0]);
	/* Its errors as well. */
	bad = desc(b, hdr(31, SEC_SEL_AESU, 0));
	wr(b, SEC_CHAN(1) + SEC_FF, bus_addr(b, bad) >> 32);
	wr(b, SEC_CHAN(1) + SEC_FF + SEC_LO, bus_addr(b, bad));
	assert_true(b->line[1]);
	assert_string_equal(b->said, "");
	/* The place where it was is no channel any more. */
	assert_int_equal(rd(b, at(1, SEC_CCPSR + SEC_LO)), 0);
	assert_string_not_equal(b->said, "");
	b->said[0] = '\0';
	bus_free(b);
}

static void one_line_only(void **state)
{
	struct bus *b = bus_new(SEC_2_1);

	(void)state;
	wr(b, SEC_MCR, SEC_MCR_RCA(1) | SEC_MCR_RCA(3));
	assert_int_equal(rd(b, SEC_MCR), 0);
	submit(b, 1, copier(b));
	bus_run(b);
	assert_true(b->line[0]);
	bus_free(b);
}

static void in_order_and_no_more_than_fit(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *d[SEC_FIFO_LEN + 3];

	(void)state;
	for (size_t i = 0; i < sizeof(d) / sizeof(*d); i++)
		d[i] = copier(b);
	/* One is being worked on, the others wait. */
	for (int i = 0; i < SEC_FIFO_LEN + 1; i++)
		submit(b, 0, d[i]);
	assert_int_equal(rd(b, at(0, SEC_CCPSR + SEC_LO)), 0);
	assert_false(b->line[0]);
	submit(b, 0, d[SEC_FIFO_LEN + 1]);
	assert_int_equal(rd(b, at(0, SEC_CCPSR + SEC_LO)), SEC_ERR_SOF);
	assert_int_equal(rd(b, SEC_ISR), SEC_INT_ERR(0));
	submit(b, 0, d[SEC_FIFO_LEN + 2]);
	assert_int_equal(rd(b, at(0, SEC_CCPSR + SEC_LO)), SEC_ERR_SOF | SEC_ERR_DOF);
	wr(b, at(0, SEC_CCCR), SEC_CCCR_CONT);
	assert_int_equal(rd(b, at(0, SEC_CCPSR + SEC_LO)), 0);
	for (int i = 0; i < SEC_FIFO_LEN + 1; i++) {
		assert_false(is_done(d[i]));
		b->now = b->wake;
		b->sec.model.ops->step(&b->sec.model);
		assert_true(is_done(d[i]));
	}
	bus_run(b);
	assert_false(is_done(d[SEC_FIFO_LEN + 1]));
	assert_int_equal(b->sec.stats.descriptors, SEC_FIFO_LEN + 1);
	bus_free(b);
}

static void errors_of_the_fetch(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *d = copier(b);

	(void)state;
	assert_int_equal(run_desc(b, NULL), SEC_ERR_FPZ);
	resume(b, 0);
	protect(b, d + SEC_DESC_SIZE - 1, 1, false);
	assert_int_equal(run_desc(b, d), SEC_ERR_MDTE);
	resume(b, 0);
	b->nr_holes = 0;
	protect(b, d, 4, true);		/* the header cannot be written back */
	submit(b, 0, d);
	bus_run(b);
	assert_int_equal(rd(b, at(0, SEC_CCPSR + SEC_LO)), SEC_ERR_MDTE);
	assert_int_equal(rd(b, SEC_ISR), SEC_INT_ERR(0));
	bus_free(b);
}

/* Every type and unit: done, or the error that the hardware has for it. */
static void every_header(void **state)
{
	(void)state;
	for (int v = 0; v < SEC_NR_VERSIONS; v++)
		for (uint32_t type = 0; type < 32; type++)
			for (uint32_t sel = 0; sel < 16; sel++) {
				struct bus *b = bus_new(v);
				bool has_type = sec_kinds[v].types >> type & 1;
				bool has_unit = sec_kinds[v].units >> sel & 1;
				uint32_t err;

				err = run_desc(b, desc(b, hdr(type, sel, 0)));
				if (!has_type)
					assert_int_equal(err, SEC_ERR_IDH);
				else if (err != SEC_ERR_IDH && !has_unit)
					assert_int_equal(err, SEC_ERR_IEU);
				else
					assert_int_not_equal(err, 0);	/* no pointers */
				b->said[0] = '\0';
				bus_free(b);
			}
}

static void halted_until_it_continues(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *bad = copier(b), *next = copier(b), *other = copier(b);

	(void)state;
	set_ptr(b, bad, 5, b->mem + 4096, 63, 0);
	submit(b, 0, bad);
	submit(b, 0, next);
	submit(b, 1, other);
	bus_run(b);
	assert_false(is_done(bad));
	assert_false(is_done(next));
	assert_true(is_done(other));
	assert_int_equal(rd(b, SEC_ISR), SEC_INT_ERR(0) | SEC_INT_DONE(1));
	assert_int_equal(rd(b, at(0, SEC_CDPR)), bus_addr(b, bad) >> 32);
	assert_int_equal(rd(b, at(0, SEC_CDPR + SEC_LO)), (uint32_t)bus_addr(b, bad));
	assert_int_equal(rd(b, at(0, SEC_DESCBUF)), hdr(21, 6, 0xc6));
	assert_int_equal(rd(b, at(0, SEC_DESCBUF + 4 * 12)), 63 << 16 | 5);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_DSE);
	assert_int_equal(rd(b, SEC_AESU + SEC_EUISR + SEC_LO), 0);
	assert_true(is_done(next));
	assert_false(is_done(bad));
	bus_free(b);
}

static void reset_of_a_channel(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *d[3], *other = copier(b);

	(void)state;
	submit(b, 1, other);
	for (int i = 0; i < 3; i++)
		submit(b, 0, d[i] = copier(b));
	wr(b, at(0, SEC_CCCR), SEC_CCCR_RESET);
	assert_int_equal(rd(b, at(0, SEC_CCCR)), 0);
	assert_int_equal(rd(b, at(0, SEC_CCCR + SEC_LO)), 0);
	bus_run(b);
	for (int i = 0; i < 3; i++)
		assert_false(is_done(d[i]));
	assert_true(is_done(other));
	wr(b, SEC_ICR, 0xff);
	bus_enable(b);
	assert_int_equal(run_desc(b, d[1]), 0);
	bus_free(b);
}

static void master_reset(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *d = copier(b);

	(void)state;
	wr(b, SEC_MCR, SEC_MCR_RCA(1));
	submit(b, 0, copier(b));
	bus_run(b);
	assert_true(b->line[0]);
	submit(b, 0, d);
	wr(b, SEC_MCR, rd(b, SEC_MCR) | SEC_MCR_SWR);
	assert_int_equal(rd(b, SEC_MCR), 0);
	assert_int_equal(rd(b, SEC_IMR), 0);
	assert_false(b->line[0]);
	assert_int_equal(b->wake, 0);
	bus_enable(b);
	bus_run(b);
	assert_false(is_done(d));
	assert_int_equal(run_desc(b, d), 0);
	bus_free(b);
}

static void addresses_of_32_bits(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *d = copier(b);

	(void)state;
	wr(b, at(0, SEC_CCCR + SEC_LO), SEC_CCCR_LO_CDWE | SEC_CCCR_LO_CDIE);
	submit(b, 0, d);
	bus_run(b);
	assert_int_equal(rd(b, at(0, SEC_CDPR)), 0);
	assert_int_equal(rd(b, at(0, SEC_CCPSR + SEC_LO)), SEC_ERR_MDTE);
	assert_int_equal(b->refused, 1);
	bus_free(b);
}

static void time_passes(void **state)
{
	const struct sec_config cfg = { .version = SEC_3_0, .setup_ns = 500, .rate = 125000000 };
	struct bus *b = bus_new_with(&cfg);
	uint8_t *d[3] = { copier(b), copier(b), desc(b, 0) };
	uint64_t from = b->now;

	(void)state;
	put32(d[2], hdr(SEC_TYPE_NONSNOOP, SEC_SEL_MDEU_A, SEC_MDEU_INIT | SEC_MDEU_PAD));
	set_ptr(b, d[2], 3, mem(b, 108), 108, 0);
	set_ptr(b, d[2], 5, mem(b, 20), 20, 0);
	/* AESU does one after the other, MDEU its own beside them: 128 bytes at 8 ns. */
	for (int i = 0; i < 3; i++)
		submit(b, i, d[i]);
	assert_int_equal(b->wake, from + 1524);
	b->now = from + 1523;
	b->sec.model.ops->step(&b->sec.model);
	assert_false(is_done(d[0]));
	b->now++;
	b->sec.model.ops->step(&b->sec.model);
	assert_true(is_done(d[0]));
	assert_true(is_done(d[2]));
	assert_false(is_done(d[1]));
	assert_int_equal(b->wake, from + 3048);
	bus_run(b);
	assert_true(is_done(d[1]));
	assert_int_equal(b->sec.stats.bytes, 3 * 128);
	bus_free(b);
}

static struct fsl_fault once(void)
{
	return (struct fsl_fault) { .interval = 1, .probability = 100, .times = 1 };
}

static void faults_of_a_unit(void **state)
{
	static const struct { enum sec_fault fault; uint32_t says; } f[] = {
		{ SEC_FAULT_EU, SEC_EU_IE }, { SEC_FAULT_LENGTH, SEC_EU_DSE },
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct bus *b = bus_new(SEC_3_0);
		uint8_t *d = copier(b);

		b->sec.faults[f[i].fault] = once();
		assert_int_equal(run_desc(b, d), SEC_ERR_EU);
		assert_int_equal(resume(b, SEC_AESU), f[i].says);
		assert_int_equal(run_desc(b, d), 0);
		assert_int_equal(b->sec.faults[f[i].fault].hits, 1);
		bus_free(b);
	}
}

static void faults_of_interrupts(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *d = copier(b);

	(void)state;
	b->sec.faults[SEC_FAULT_LOST_IRQ] = once();
	submit(b, 0, d);
	bus_run(b);
	assert_true(is_done(d));
	assert_false(b->line[0]);
	assert_int_equal(run_desc(b, copier(b)), 0);	/* the next one tells */
	d = copier(b);
	b->sec.faults[SEC_FAULT_SPURIOUS_IRQ] = once();
	submit(b, 0, d);
	assert_true(b->line[0]);
	assert_int_equal(rd(b, SEC_ISR), SEC_INT_DONE(0));
	assert_false(is_done(d));
	wr(b, SEC_ICR, SEC_INT_DONE(0));
	bus_run(b);
	assert_true(is_done(d));
	assert_true(b->line[0]);
	bus_free(b);
}

static void stuck_until_reset(void **state)
{
	const struct sec_config cfg = { .version = SEC_3_0, .setup_ns = 500, .timeout_ns = 9000 };
	struct bus *b = bus_new_with(&cfg);
	uint8_t *d = copier(b), *other = copier(b);
	uint64_t from = b->now;

	(void)state;
	b->sec.faults[SEC_FAULT_STUCK] = once();
	submit(b, 0, d);
	submit(b, 0, other);
	bus_run(b);
	assert_int_equal(b->now, from + 9000);
	assert_int_equal(rd(b, SEC_ISR), SEC_INT_ITO);
	assert_true(b->line[0]);
	wr(b, at(0, SEC_CCCR), SEC_CCCR_CONT);		/* that does not help */
	bus_run(b);
	assert_false(is_done(other));
	wr(b, SEC_MCR, SEC_MCR_SWR);
	assert_false(b->line[0]);
	bus_enable(b);
	assert_int_equal(run_desc(b, d), 0);
	bus_free(b);
}

static void random_numbers(void **state)
{
	struct bus *b = bus_new(SEC_2_1);
	uint32_t a, c;

	(void)state;
	wr(b, SEC_RNGU + SEC_EURCR + SEC_LO, SEC_EURCR_LO_SR);
	assert_int_equal(rd(b, SEC_RNGU + SEC_EUSR + SEC_LO) & SEC_EUSR_LO_RD, SEC_EUSR_LO_RD);
	assert_int_not_equal(rd(b, SEC_RNGU + SEC_EUSR + SEC_LO) & 0xff0000, 0);
	rd(b, SEC_RNGU + SEC_EU_FIFO);
	a = rd(b, SEC_RNGU + SEC_EU_FIFO + SEC_LO);
	c = rd(b, SEC_RNGU + SEC_EU_FIFO + SEC_LO);
	assert_int_not_equal(a, c);
	bus_free(b);
}

static void what_no_one_has(void **state)
{
	const uint32_t off[] = { 0x0, 0x1000, 0x1048, at(3, 0x20), 0x1500, 0x3000 };
	struct bus *b = bus_new(SEC_3_0);

	(void)state;
	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++) {
		assert_int_equal(rd(b, off[i]), 0);
		assert_string_not_equal(b->said, "");
		b->said[0] = '\0';
		wr(b, off[i], ~0u);
		assert_string_not_equal(b->said, "");
		b->said[0] = '\0';
	}
	bus_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(done_of_every_channel),
		cmocka_unit_test(done_as_configured),
		cmocka_unit_test(masked_waits),
		cmocka_unit_test(two_lines),
		cmocka_unit_test(one_line_only),
		cmocka_unit_test(in_order_and_no_more_than_fit),
		cmocka_unit_test(errors_of_the_fetch),
		cmocka_unit_test(every_header),
		cmocka_unit_test(halted_until_it_continues),
		cmocka_unit_test(reset_of_a_channel),
		cmocka_unit_test(master_reset),
		cmocka_unit_test(addresses_of_32_bits),
		cmocka_unit_test(time_passes),
		cmocka_unit_test(faults_of_a_unit),
		cmocka_unit_test(faults_of_interrupts),
		cmocka_unit_test(stuck_until_reset),
		cmocka_unit_test(random_numbers),
		cmocka_unit_test(what_no_one_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
