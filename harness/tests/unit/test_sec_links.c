// SPDX-License-Identifier: GPL-2.0-only
/*
 * Link tables of the SEC's model, whole and broken. Catches data taken from beside a piece,
 * and tables whose length is wrong that go through.
 */
#include "sec_bus.h"

#define XOR hdr(SEC_TYPE_RAID_XOR, SEC_SEL_AESU, SEC_AESU_XOR)

struct copy {
	struct bus *b;
	uint8_t *d, *src, *dst, *table;
	bool write;		/* the table is the destination's */
};

/* 100 bytes, one side of which goes through a table of up to 8 entries. */
static struct copy start(bool write)
{
	struct copy c = { .b = bus_new(SEC_3_0), .write = write };

	c.d = desc(c.b, XOR);
	c.src = random_mem(c.b, 256, 5);
	c.dst = mem(c.b, 256);
	c.table = mem(c.b, 8 * SEC_LINK_SIZE);
	set_ptr(c.b, c.d, 5, c.src, 100, 0);
	set_ptr(c.b, c.d, 6, c.dst, 100, 0);
	set_ptr(c.b, c.d, write ? 6 : 5, c.table, 100, SEC_PTR_JUMP);
	return c;
}

static uint8_t *data(const struct copy *c)
{
	return c->write ? c->dst : c->src;
}

static void entry(const struct copy *c, int i, uint32_t from, uint32_t len, uint8_t flags)
{
	set_entry(c->b, c->table + i * SEC_LINK_SIZE, data(c) + from, len, flags);
}

/* Ends with @err; of the two errors of that kind, the one of this side. */
static void ends_with(struct copy *c, uint32_t gather, uint32_t scatter)
{
	assert_int_equal(run_desc(c->b, c->d), c->write ? scatter : gather);
	bus_free(c->b);
}

static void three_pieces(void **state)
{
	(void)state;
	for (int w = 0; w < 2; w++) {
		struct copy c = start(w);
		uint8_t want[256] = { 0 };

		entry(&c, 0, 200, 1, 0);
		entry(&c, 1, 7, 60, 0);
		entry(&c, 2, 100, 39, SEC_LINK_RETURN);
		if (w) {
			want[200] = c.src[0];
			memcpy(want + 7, c.src + 1, 60);
			memcpy(want + 100, c.src + 61, 39);
		} else {
			want[0] = c.src[200];
			memcpy(want + 1, c.src + 7, 60);
			memcpy(want + 61, c.src + 100, 39);
		}
		assert_int_equal(run_desc(c.b, c.d), 0);
		assert_memory_equal(c.dst, want, 256);
		/* What was read of the table is in the channel's registers. */
		assert_int_equal(rd(c.b, at(0, (w ? SEC_SCATTER : SEC_GATHER) + 8)), 60 << 16 | 5);
		bus_free(c.b);
	}
}

static void a_table_that_goes_on_elsewhere(void **state)
{
	(void)state;
	for (int w = 0; w < 2; w++) {
		struct copy c = start(w);

		entry(&c, 0, 0, 50, 0);
		set_entry(c.b, c.table + 8, c.table + 40, 0, SEC_LINK_NEXT);
		entry(&c, 2, 200, 50, SEC_LINK_RETURN);		/* not this one */
		entry(&c, 5, 50, 50, SEC_LINK_RETURN);
		assert_int_equal(run_desc(c.b, c.d), 0);
		assert_memory_equal(c.dst, c.src, 100);
		bus_free(c.b);
	}
}

static void tables_without_an_end(void **state)
{
	(void)state;
	for (int w = 0; w < 2; w++) {
		struct copy c = start(w);

		set_entry(c.b, c.table, c.table, 0, SEC_LINK_NEXT);
		assert_int_equal(run_desc(c.b, c.d), w ? SEC_ERR_SRL : SEC_ERR_GRL);
		assert_string_not_equal(c.b->said, "");
		c.b->said[0] = '\0';
		bus_free(c.b);
	}
}

static void return_too_early(void **state)
{
	(void)state;
	for (int w = 0; w < 2; w++) {
		struct copy c = start(w);

		entry(&c, 0, 0, 99, SEC_LINK_RETURN);
		entry(&c, 1, 99, 1, SEC_LINK_RETURN);
		ends_with(&c, SEC_ERR_GRL, SEC_ERR_SRL);
	}
}

static void return_missing(void **state)
{
	(void)state;
	for (int w = 0; w < 2; w++) {
		struct copy c = start(w);

		entry(&c, 0, 0, 100, 0);
		ends_with(&c, SEC_ERR_GRL, SEC_ERR_SRL);
	}
}

static void longer_than_the_pointer(void **state)
{
	(void)state;
	for (int w = 0; w < 2; w++) {
		struct copy c = start(w);

		entry(&c, 0, 0, 60, 0);
		entry(&c, 1, 60, 41, SEC_LINK_RETURN);
		ends_with(&c, SEC_ERR_GRL, SEC_ERR_SRL);
	}
}

static void piece_of_length_zero(void **state)
{
	(void)state;
	for (int w = 0; w < 2; w++) {
		struct copy c = start(w);

		entry(&c, 0, 0, 60, 0);
		entry(&c, 1, 60, 0, 0);
		entry(&c, 2, 60, 40, SEC_LINK_RETURN);
		ends_with(&c, SEC_ERR_SGDLZ, SEC_ERR_SGDLZ);
	}
}

static void table_or_piece_not_mapped(void **state)
{
	(void)state;
	for (int w = 0; w < 2; w++)
		for (int piece = 0; piece < 2; piece++) {
			struct copy c = start(w);

			entry(&c, 0, 0, 60, 0);
			entry(&c, 1, 60, 40, SEC_LINK_RETURN);
			if (piece)
				protect(c.b, data(&c) + 99, 1, w);
			else
				protect(c.b, c.table + 8, 8, false);
			ends_with(&c, SEC_ERR_MDTE, SEC_ERR_MDTE);
		}
}

/* ESP: 32 bytes of data, 12 of check value behind them, as the pointer's extent. */
static uint32_t with_extent(uint32_t first, uint32_t second, uint32_t third, bool gather)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *table = mem(b, 3 * SEC_LINK_SIZE), *buf = mem(b, 64);
	uint32_t h = hdr(SEC_TYPE_IPSEC_ESP, SEC_SEL_AESU, SEC_AESU_CBC), err;
	uint8_t *d;

	h |= (uint32_t)SEC_SEL_MDEU_A << 16 | (SEC_MDEU_INIT | SEC_MDEU_HMAC | SEC_MDEU_PAD) << 8;
	h |= gather ? SEC_HDR_IN | SEC_MDEU_CICV << 8 : SEC_CIPHER_ENCRYPT << 20;
	d = desc(b, h);
	wr(b, SEC_MDEU + SEC_EUICR + SEC_LO, SEC_EU_ICE);
	set_ptr(b, d, 0, mem(b, 20), 20, 0);
	set_ptr(b, d, 2, mem(b, 16), 16, 0);
	set_ptr(b, d, 3, mem(b, 16), 16, 0);
	set_ptr(b, d, 4, gather ? table : mem(b, 32), 32, gather ? SEC_PTR_JUMP | 12 : 0);
	set_ptr(b, d, 5, gather ? mem(b, 32) : table, 32, gather ? 0 : SEC_PTR_JUMP | 12);
	set_ptr(b, d, 6, mem(b, 16), 16, 0);
	set_entry(b, table, buf, first, 0);
	set_entry(b, table + 8, buf + first, second, third ? 0 : SEC_LINK_RETURN);
	set_entry(b, table + 16, buf + first + second, third, SEC_LINK_RETURN);
	err = run_desc(b, d);
	bus_free(b);
	return err;
}

static void extents_begin_a_piece(void **state)
{
	(void)state;
	assert_int_equal(with_extent(32, 12, 0, false), 0);
	assert_int_equal(with_extent(20, 12, 12, false), 0);
	assert_int_equal(with_extent(32, 5, 7, true), 0);
	assert_int_equal(with_extent(20, 24, 0, false), SEC_ERR_SB);
	assert_int_equal(with_extent(20, 24, 0, true), SEC_ERR_GB);
	assert_int_equal(with_extent(32, 11, 0, false), SEC_ERR_SRL);
	assert_int_equal(with_extent(32, 11, 0, true), SEC_ERR_GRL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_pieces),
		cmocka_unit_test(a_table_that_goes_on_elsewhere),
		cmocka_unit_test(tables_without_an_end),
		cmocka_unit_test(return_too_early),
		cmocka_unit_test(return_missing),
		cmocka_unit_test(longer_than_the_pointer),
		cmocka_unit_test(piece_of_length_zero),
		cmocka_unit_test(table_or_piece_not_mapped),
		cmocka_unit_test(extents_begin_a_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
