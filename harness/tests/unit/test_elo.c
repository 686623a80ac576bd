// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the registers of the Elo DMA controllers without a kernel. Catches: a model that is more
 * tolerant than the hardware (starts without an edge, does not stop at EOL, swaps no bytes), or
 * stricter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fsl/model/elo.h"
#include "fsl/model/elo_regs.h"

#define BASE	0x512340000ull	/* needs address bits 32 to 35 */
#define BASE83	0x12340000ull	/* the 83xx has none */
#define SIZE	0x40000u
#define SETUP	1000u
#define MODE	(ELO_MR_EIE | ELO_MR_EOLNIE)

struct bus {
	struct elo elo;
	struct fsl_host host;
	uint64_t base, now, wake;
	bool line[8];
	unsigned int rises[8], refused;
	char said[128];
	uint8_t *mem;
};

static struct bus *to_bus(struct fsl_host *host)
{
	return (struct bus *)((char *)host - offsetof(struct bus, host));
}

static void *bus_reach(struct fsl_host *host, u64 addr, u32 len, bool write)
{
	struct bus *b = to_bus(host);

	(void)write;
	assert_true(len > 0);
	if (addr < b->base || addr - b->base > SIZE - len) {
		b->refused++;
		return NULL;
	}
	return b->mem + (addr - b->base);
}

static void bus_irq(struct fsl_host *host, unsigned int line, bool level)
{
	struct bus *b = to_bus(host);

	assert_true(line < (b->elo.kind->per_channel_irq ? b->elo.cfg.channels : 1));
	assert_true(level != b->line[line]);
	b->line[line] = level;
	b->rises[line] += level;
}

static u64 bus_now(struct fsl_host *host)
{
	return to_bus(host)->now;
}

static void bus_wake(struct fsl_host *host, u64 when)
{
	to_bus(host)->wake = when;
}

static void bus_say(struct fsl_host *host, const char *what)
{
	snprintf(to_bus(host)->said, sizeof(to_bus(host)->said), "%s", what);
}

static const struct fsl_host_ops host_ops = {
	bus_reach, bus_irq, bus_now, bus_wake, bus_say
};

static struct bus *bus_new(enum elo_version version, unsigned int channels)
{
	struct bus *b = calloc(1, sizeof(*b));
	const struct elo_config cfg = {
		.version = version, .channels = channels, .setup_ns = SETUP,
		.rate = 1000000000, .seed = 7,
	};

	b->mem = calloc(1, SIZE);
	b->host.ops = &host_ops;
	b->base = version == ELO_83XX ? BASE83 : BASE;
	elo_init(&b->elo, &cfg, &b->host);
	return b;
}

static void bus_free(struct bus *b)
{
	free(b->mem);
	free(b);
}

static u32 rd(struct bus *b, unsigned int chan, u32 reg)
{
	struct fsl_model *m = &b->elo.model;

	return m->ops->read(m, b->elo.kind->channel[chan] + reg);
}

static void wr(struct bus *b, unsigned int chan, u32 reg, u32 value)
{
	struct fsl_model *m = &b->elo.model;

	m->ops->write(m, b->elo.kind->channel[chan] + reg, value);
}

static void wr64(struct bus *b, unsigned int chan, u32 reg, u64 value)
{
	bool big = b->elo.kind->big_endian;

	wr(b, chan, reg + (big ? 0 : 4), value >> 32);
	wr(b, chan, reg + (big ? 4 : 0), value);
}

static u64 rd64(struct bus *b, unsigned int chan, u32 reg)
{
	u64 first = rd(b, chan, reg), second = rd(b, chan, reg + 4);

	return b->elo.kind->big_endian ? first << 32 | second : second << 32 | first;
}

/* Moves the clock to the next time that the model asked for; false: it asked for none. */
static bool tick(struct bus *b)
{
	if (!b->wake)
		return false;
	assert_true(b->wake >= b->now);
	b->now = b->wake;
	b->wake = 0;
	b->elo.model.ops->step(&b->elo.model);
	return true;
}

static void put(struct bus *b, u32 at, u64 value, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		b->mem[at + i] = value >> 8 * (b->elo.kind->big_endian ? n - 1 - i : i);
}

static u64 snooped(struct bus *b, u32 at)
{
	u64 addr = b->base + at;

	return b->elo.cfg.version == ELO_83XX ? addr : addr | (u64)ELO_ATTR_SNOOP << 48;
}

/* Writes a link at @at: @len bytes from @src to @dst; if @next is 0, it is the last. */
static void link_at(struct bus *b, u32 at, u32 src, u32 dst, u32 len, u32 next)
{
	put(b, at + ELO_LINK_SRC, snooped(b, src), 8);
	put(b, at + ELO_LINK_DST, snooped(b, dst), 8);
	put(b, at + ELO_LINK_NEXT, next ? b->base + next : ELO_NEXT_EOL, 8);
	put(b, at + ELO_LINK_COUNT, len, 4);
}

static void fill(struct bus *b, u32 at, u32 len, unsigned int seed)
{
	for (u32 i = 0; i < len; i++)
		b->mem[at + i] = seed + i * 7;
}

static u32 enable_bits(struct bus *b)
{
	return b->elo.cfg.version == ELO_83XX ? ELO_MR_EOTIE : MODE;
}

static void start(struct bus *b, unsigned int chan, u32 link)
{
	wr(b, chan, ELO_MR, enable_bits(b));
	wr64(b, chan, ELO_CDAR, (b->base + link) | 0x10);	/* the driver's SNEN */
	wr(b, chan, ELO_MR, enable_bits(b) | ELO_MR_CS);
}

static u32 done_bit(struct bus *b)
{
	return b->elo.cfg.version == ELO_83XX ? ELO_SR_EOCDI : ELO_SR_EOLNI;
}

/* One link, on each channel of each version; registers, bytes, time, interrupt. */
static void test_one_link(void **state)
{
	(void)state;
	for (int v = 0; v < ELO_NR_VERSIONS; v++)
		for (unsigned int chan = 0; chan < elo_kinds[v].channels; chan++) {
			struct bus *b = bus_new(v, 8);
			unsigned int line = elo_kinds[v].per_channel_irq ? chan : 0;

			assert_int_equal(b->elo.cfg.channels, elo_kinds[v].channels);
			fill(b, 0x1000, 500, 3);
			link_at(b, 0x40, 0x1000, 0x2000, 500, 0);
			start(b, chan, 0x40);
			assert_int_equal(rd(b, chan, ELO_SR), ELO_SR_CB);
			assert_int_equal(rd(b, chan, ELO_BCR), 500);
			assert_true(rd64(b, chan, ELO_CDAR) == ((b->base + 0x40) | 0x10));
			assert_int_equal(b->wake, SETUP + 500);
			assert_int_equal(b->mem[0x2000], 0);	/* not before its time */
			assert_true(tick(b));
			assert_memory_equal(b->mem + 0x1000, b->mem + 0x2000, 500);
			assert_int_equal(b->mem[0x2000 + 500], 0);
			assert_int_equal(rd(b, chan, ELO_BCR), 0);
			assert_true(rd(b, chan, ELO_SR) & done_bit(b));
			assert_false(rd(b, chan, ELO_SR) & ELO_SR_CB);
			assert_true(b->line[line]);
			assert_int_equal(b->rises[line], 1);
			wr(b, chan, ELO_SR, rd(b, chan, ELO_SR));
			assert_int_equal(rd(b, chan, ELO_SR), 0);
			assert_false(b->line[line]);
			assert_false(tick(b));
			assert_string_equal(b->said, "");
			bus_free(b);
		}
}

/*
 * The attributes of an address hold its bits from 32: up to 35, in elo3 up to 39. Catches: a model
 * that takes fewer bits than the driver's mask says, so that a transfer above 64 GiB is to a place
 * below, and one that takes more than the registers have.
 */
static void test_address_bits(void **state)
{
	static const struct {
		enum elo_version version;
		uint64_t base;
		bool reaches;
	} cases[] = {
		{ ELO_3, 1ull << 37 | 0x12340000, true },
		{ ELO_3, 1ull << 39 | 0x12340000, true },
		{ ELO_PLUS, 1ull << 35 | 0x12340000, true },
		{ ELO_PLUS, 1ull << 37 | 0x12340000, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bus *b = bus_new(cases[i].version, 1);

		b->base = cases[i].base;
		fill(b, 0x1000, 100, 3);
		wr64(b, 0, ELO_SAR, snooped(b, 0x1000));
		wr64(b, 0, ELO_DAR, snooped(b, 0x2000));
		wr(b, 0, ELO_BCR, 100);
		wr(b, 0, ELO_MR, MODE | ELO_MR_CTM | ELO_MR_CS);
		while (tick(b))
			;
		assert_int_equal(!b->refused, cases[i].reaches);
		assert_int_equal(!memcmp(b->mem + 0x1000, b->mem + 0x2000, 100), cases[i].reaches);
		bus_free(b);
	}
}

/* Catches: a status bit that is cleared by writing 0, or together with others. */
static void test_write_one_to_clear(void **state)
{
	struct bus *b = bus_new(ELO_PLUS, 1);

	(void)state;
	link_at(b, 0x40, 0x1000, 0x2000, 4, 0);
	start(b, 0, 0x40);
	tick(b);
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_EOLNI | ELO_SR_EOLSI);
	wr(b, 0, ELO_SR, 0);
	wr(b, 0, ELO_SR, ELO_SR_TE | ELO_SR_CB);
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_EOLNI | ELO_SR_EOLSI);
	wr(b, 0, ELO_SR, ELO_SR_EOLSI);
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_EOLNI);
	assert_true(b->line[0]);
	wr(b, 0, ELO_SR, ELO_SR_EOLNI);
	assert_false(b->line[0]);
	bus_free(b);
}

/* Catches: a start by level. The 85xx's driver must clear CS; the 83xx clears it itself. */
static void test_start_edge(void **state)
{
	(void)state;
	for (int v = 0; v < ELO_NR_VERSIONS; v++) {
		struct bus *b = bus_new(v, 1);
		u32 mode = enable_bits(b) | ELO_MR_CS;

		link_at(b, 0x40, 0x1000, 0x2000, 4, 0);
		start(b, 0, 0x40);
		tick(b);
		assert_int_equal(!!(rd(b, 0, ELO_MR) & ELO_MR_CS), v != ELO_83XX);
		wr(b, 0, ELO_SR, ELO_SR_W1C);
		wr(b, 0, ELO_MR, mode);
		assert_int_equal(tick(b), v == ELO_83XX);
		wr(b, 0, ELO_SR, ELO_SR_W1C);
		wr(b, 0, ELO_MR, mode & ~ELO_MR_CS);
		wr(b, 0, ELO_MR, mode);
		assert_true(tick(b));
		bus_free(b);
	}
}

/* Chains: order, CDAR while the chain runs, the end only at EOL, one interrupt. */
static void test_chain(void **state)
{
	(void)state;
	for (int v = 0; v < ELO_NR_VERSIONS; v++) {
		struct bus *b = bus_new(v, 2);

		for (u32 i = 0; i < 5; i++) {
			fill(b, 0x1000 + i * 0x100, 0x100, i);
			link_at(b, 0x40 + i * 0x20, 0x1000 + i * 0x100, 0x8000 + i * 0x100, 0x100,
				i < 4 ? 0x60 + i * 0x20 : 0);
		}
		start(b, 1, 0x40);
		for (u32 i = 0; i < 5; i++) {
			assert_true((rd64(b, 1, ELO_CDAR) & ELO_NEXT_MASK) ==
				    b->base + 0x40 + i * 0x20);
			assert_int_equal(rd(b, 1, ELO_SR), ELO_SR_CB);
			assert_true(tick(b));
		}
		assert_false(tick(b));
		assert_true((rd64(b, 1, ELO_CDAR) & ELO_NEXT_MASK) == b->base + 0x40 + 4 * 0x20);
		assert_memory_equal(b->mem + 0x1000, b->mem + 0x8000, 0x500);
		assert_int_equal(b->rises[elo_kinds[v].per_channel_irq ? 1 : 0], 1);
		assert_int_equal(b->elo.stats.links, 5);
		assert_int_equal(b->elo.stats.chains, 1);
		bus_free(b);
	}
}

/* MR[CC]: a chain that ended at EOL goes on if a link was appended to its last one. */
static void test_continue(void **state)
{
	struct bus *b = bus_new(ELO_PLUS, 1);

	(void)state;
	fill(b, 0x1000, 0x200, 9);
	link_at(b, 0x40, 0x1000, 0x2000, 0x100, 0);
	link_at(b, 0x80, 0x1100, 0x2100, 0x100, 0);
	start(b, 0, 0x40);
	tick(b);
	wr(b, 0, ELO_SR, ELO_SR_W1C);
	wr(b, 0, ELO_MR, MODE | ELO_MR_CS | ELO_MR_CC);	/* nothing was appended yet */
	assert_false(tick(b));
	put(b, 0x40 + ELO_LINK_NEXT, b->base + 0x80, 8);
	wr(b, 0, ELO_MR, MODE | ELO_MR_CS | ELO_MR_CC);
	assert_false(rd(b, 0, ELO_MR) & ELO_MR_CC);
	assert_true(tick(b));
	assert_memory_equal(b->mem + 0x1000, b->mem + 0x2000, 0x200);
	bus_free(b);
}

static void test_segment_interrupt(void **state)
{
	struct bus *b = bus_new(ELO_3, 1);

	(void)state;
	link_at(b, 0x40, 0x1000, 0x2000, 4, 0x60);
	link_at(b, 0x60, 0x1000, 0x2000, 4, 0);
	put(b, 0x40 + ELO_LINK_NEXT, (b->base + 0x60) | ELO_NEXT_EOSIE, 8);
	start(b, 0, 0x40);
	tick(b);
	assert_true(rd(b, 0, ELO_SR) & ELO_SR_EOSI);
	assert_true(rd(b, 0, ELO_SR) & ELO_SR_CB);
	assert_false(b->line[0]);		/* MR[EOSIE] is not set: the bit alone */
	wr(b, 0, ELO_MR, rd(b, 0, ELO_MR) | ELO_MR_EOSIE);
	assert_true(b->line[0]);
	bus_free(b);
}

static void test_direct(void **state)
{
	struct bus *b = bus_new(ELO_PLUS, 1);

	(void)state;
	fill(b, 0x1000, 64, 1);
	wr64(b, 0, ELO_SAR, snooped(b, 0x1000));
	wr64(b, 0, ELO_DAR, snooped(b, 0x2000));
	wr(b, 0, ELO_BCR, 64);
	wr(b, 0, ELO_MR, MODE | ELO_MR_CTM | ELO_MR_CS);
	assert_true(tick(b));
	assert_memory_equal(b->mem + 0x1000, b->mem + 0x2000, 64);
	assert_true(rd(b, 0, ELO_SR) & ELO_SR_EOLNI);
	bus_free(b);
}

static void test_halt_and_abort(void **state)
{
	struct bus *b = bus_new(ELO_PLUS, 1);

	(void)state;
	fill(b, 0x1000, 1000, 1);
	link_at(b, 0x40, 0x1000, 0x2000, 1000, 0);
	start(b, 0, 0x40);
	b->now += 500;
	wr(b, 0, ELO_MR, MODE);			/* CS cleared: halted */
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_CB | ELO_SR_CH);
	assert_false(tick(b));
	b->now += 100000;
	wr(b, 0, ELO_MR, MODE | ELO_MR_CS);	/* goes on with what was left */
	assert_int_equal(b->wake, b->now + SETUP + 1000 - 500);
	assert_true(tick(b));
	assert_memory_equal(b->mem + 0x1000, b->mem + 0x2000, 1000);
	wr(b, 0, ELO_SR, ELO_SR_W1C);

	memset(b->mem + 0x2000, 0, 1000);
	wr(b, 0, ELO_MR, MODE);
	start(b, 0, 0x40);
	wr(b, 0, ELO_MR, MODE | ELO_MR_CS | ELO_MR_CA);
	assert_int_equal(rd(b, 0, ELO_SR), 0);
	assert_false(tick(b));
	assert_int_equal(b->mem[0x2001], 0);	/* nothing was written */
	assert_int_equal(b->elo.stats.aborts, 1);
	bus_free(b);
}

/* An address that no mapping has, in a link or as a link. */
static void test_transfer_error(void **state)
{
	static const struct {
		u64 src, dst, link;
	} cases[] = {
		{ SIZE, 0x2000, 0x40 }, { 0x1000, SIZE - 2, 0x40 }, { 0x1000, 0x2000, SIZE },
	};

	(void)state;
	for (int v = 0; v < ELO_NR_VERSIONS; v++)
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct bus *b = bus_new(v, 1);

			link_at(b, 0x40, cases[i].src, cases[i].dst, 4, 0);
			memset(b->mem + 0x2000, 0xaa, 4);
			start(b, 0, cases[i].link);
			tick(b);
			assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_TE);
			assert_true(b->line[0]);
			assert_int_equal(b->refused, 1);
			assert_int_equal(b->mem[0x2000], 0xaa);
			wr(b, 0, ELO_SR, ELO_SR_TE);
			assert_false(b->line[0]);
			bus_free(b);
		}
}

/* Errors that only the 85xx has: a null transfer, and a transaction type other than memory. */
static void test_programming_error(void **state)
{
	struct bus *b = bus_new(ELO_PLUS, 1);

	(void)state;
	link_at(b, 0x40, 0x1000, 0x2000, 0, 0);
	start(b, 0, 0x40);
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_PE);
	assert_int_equal(rd(b, 0, ELO_BCR), 0);
	wr(b, 0, ELO_SR, ELO_SR_PE);
	link_at(b, 0x40, 0x1000, 0x2000, 4, 0);
	put(b, 0x40 + ELO_LINK_SRC, b->base + 0x1000, 8);	/* no attributes */
	wr(b, 0, ELO_MR, MODE);
	start(b, 0, 0x40);
	tick(b);
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_PE);
	assert_string_equal(b->said, "a transaction type that is not one of local memory");
	bus_free(b);
}

/* Catches: a model that works although the driver uses the wrong byte order. */
static void test_endianness(void **state)
{
	(void)state;
	for (int v = 0; v < ELO_NR_VERSIONS; v++) {
		struct bus *b = bus_new(v, 1);

		link_at(b, 0x40, 0x1000, 0x2000, 4, 0);
		for (int i = 0; i < 8; i += 2) {	/* the link's words in the other order */
			uint8_t *p = b->mem + 0x40 + 8 * (i / 2), t;

			for (int k = 0; k < 4; k++) {
				t = p[k];
				p[k] = p[7 - k];
				p[7 - k] = t;
			}
		}
		start(b, 0, 0x40);
		tick(b);
		assert_false(rd(b, 0, ELO_SR) & done_bit(b));
		bus_free(b);
	}
}

static void test_dgsr(void **state)
{
	struct bus *b = bus_new(ELO_3, 8);
	struct fsl_model *m = &b->elo.model;

	(void)state;
	link_at(b, 0x40, 0x1000, 0x2000, 4, 0);
	start(b, 1, 0x40);
	start(b, 6, 0x40);
	assert_int_equal(m->ops->read(m, 0x300), 0x00040000);
	assert_int_equal(m->ops->read(m, 0x600), 0x00000400);
	tick(b);
	assert_int_equal(m->ops->read(m, 0x300), 0x00090000);
	assert_int_equal(m->ops->read(m, 0x600), 0x00000900);
	assert_true(b->line[1] && b->line[6] && !b->line[0]);
	bus_free(b);

	b = bus_new(ELO_83XX, 4);	/* one line for all */
	m = &b->elo.model;
	link_at(b, 0x40, 0x1000, 0x2000, 4, 0);
	start(b, 3, 0x40);
	start(b, 0, 0x40);
	tick(b);
	assert_int_equal(b->rises[0], 1);
	wr(b, 3, ELO_SR, ELO_SR_W1C);
	assert_true(b->line[0]);
	wr(b, 0, ELO_SR, ELO_SR_W1C);
	assert_false(b->line[0]);
	bus_free(b);
}

static struct bus *with_fault(enum elo_fault kind, s32 times)
{
	struct bus *b = bus_new(ELO_PLUS, 1);

	b->elo.faults[kind] = (struct fsl_fault) { 1, 100, 0, times, 0, 0 };
	fill(b, 0x1000, 64, 5);
	link_at(b, 0x40, 0x1000, 0x2000, 64, 0);
	start(b, 0, 0x40);
	return b;
}

static void test_faults(void **state)
{
	struct bus *b = with_fault(ELO_FAULT_TE, 1);

	(void)state;
	tick(b);
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_TE);
	assert_int_equal(b->mem[0x2001], 0);
	assert_int_equal(b->elo.faults[ELO_FAULT_TE].hits, 1);
	bus_free(b);

	b = with_fault(ELO_FAULT_PE, 1);
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_PE);
	assert_int_equal(rd(b, 0, ELO_BCR), 64);
	bus_free(b);

	b = with_fault(ELO_FAULT_STUCK, 1);
	assert_false(tick(b));
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_CB);
	wr(b, 0, ELO_MR, MODE);			/* no halt gets it out of there */
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_CB);
	wr(b, 0, ELO_MR, MODE | ELO_MR_CA);
	assert_int_equal(rd(b, 0, ELO_SR), 0);
	bus_free(b);

	b = with_fault(ELO_FAULT_LOST_IRQ, 1);
	tick(b);
	assert_memory_equal(b->mem + 0x1000, b->mem + 0x2000, 64);
	assert_true(rd(b, 0, ELO_SR) & ELO_SR_EOLNI);
	assert_false(b->line[0]);
	wr(b, 0, ELO_SR, ELO_SR_W1C);
	wr(b, 0, ELO_MR, MODE);
	start(b, 0, 0x40);			/* the next one is as ever */
	tick(b);
	assert_true(b->line[0]);
	bus_free(b);

	b = with_fault(ELO_FAULT_SPURIOUS_IRQ, 1);
	assert_true(b->line[0]);
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_CB);	/* no bit says why */
	assert_false(b->line[0]);
	tick(b);
	assert_true(rd(b, 0, ELO_SR) & ELO_SR_EOLNI);
	bus_free(b);
}

static void test_what_is_said(void **state)
{
	struct bus *b = bus_new(ELO_PLUS, 1);

	(void)state;
	link_at(b, 0x40, 0x1000, 0x2000, 64, 0);
	start(b, 0, 0x40);
	wr64(b, 0, ELO_CDAR, 0);
	assert_string_equal(b->said, "an address or count is written while the channel is busy");
	assert_int_equal(rd(b, 0, 0x30), 0);
	assert_string_equal(b->said, "read where there is no register");
	bus_free(b);

	b = bus_new(ELO_83XX, 1);
	link_at(b, 0x40, 0x1000, 0x2000, 64, 0);
	put(b, 0x40 + ELO_LINK_SRC, BASE + 0x1000, 8);
	start(b, 0, 0x40);
	tick(b);
	assert_string_equal(b->said, "an address needs more than the 32 bits that the 83xx has");
	assert_int_equal(rd(b, 0, ELO_SR), ELO_SR_TE);
	bus_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_link),
		cmocka_unit_test(test_address_bits),
		cmocka_unit_test(test_write_one_to_clear),
		cmocka_unit_test(test_start_edge),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_continue),
		cmocka_unit_test(test_segment_interrupt),
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_halt_and_abort),
		cmocka_unit_test(test_transfer_error),
		cmocka_unit_test(test_programming_error),
		cmocka_unit_test(test_endianness),
		cmocka_unit_test(test_dgsr),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_what_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
