// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAID XOR of the SEC's model. Catches a source that is left out, lengths that are cut, and
 * what the hardware cannot do giving zeros in the place of an error.
 */
#include "sec_bus.h"

#define XOR hdr(SEC_TYPE_RAID_XOR, SEC_SEL_AESU, SEC_AESU_XOR)

struct xor {
	uint8_t *d, *dst, *src[SEC_MAX_XOR];
	unsigned int nr;
	uint32_t len;
};

static void make(struct bus *b, struct xor *x, unsigned int nr, uint32_t len)
{
	*x = (struct xor) { .nr = nr, .len = len };
	x->d = desc(b, XOR);
	/* What lies behind must stay as it is. */
	x->dst = memset(mem(b, len + 16), 0xa5, len + 16);
	set_ptr(b, x->d, 6, x->dst, len, 0);
	for (unsigned int i = 0; i < nr; i++) {
		x->src[i] = random_mem(b, len + 1, 7 * nr + i) + (i & 1);
		set_ptr(b, x->d, 5 - i, x->src[i], len, 0);
	}
}

static void verify(const struct xor *x)
{
	for (uint32_t i = 0; i < x->len; i++) {
		uint8_t want = 0;

		for (unsigned int k = 0; k < x->nr; k++)
			want ^= x->src[k][i];
		assert_int_equal(x->dst[i], want);
	}
	for (int i = 0; i < 16; i++)
		assert_int_equal(x->dst[x->len + i], 0xa5);
}

static void every_count_and_length(void **state)
{
	static const uint32_t lengths[] = { 1, 7, 255, 256, 257, 511, 4096, 65535 };

	(void)state;
	for (int v = 0; v < SEC_NR_VERSIONS; v++)
		for (unsigned int nr = 1; nr <= sec_kinds[v].max_xor; nr++)
			for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
				struct bus *b = bus_new(v);
				struct xor x;

				make(b, &x, nr, lengths[i]);
				assert_int_equal(run_desc(b, x.d), 0);
				verify(&x);
				assert_int_equal(b->sec.stats.xors, 1);
				assert_int_equal(b->longest, lengths[i] > 64 ? lengths[i] : 64);
				bus_free(b);
			}
}

/* The 2.x have three sources: a fourth is not taken for nothing. */
static void more_than_it_has(void **state)
{
	struct bus *b = bus_new(SEC_2_1);
	struct xor x;

	(void)state;
	make(b, &x, 4, 64);
	assert_int_equal(run_desc(b, x.d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_DSE);
	assert_int_equal(x.dst[0], 0xa5);
	bus_free(b);
}

static void lengths_that_differ(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	struct xor x;

	(void)state;
	make(b, &x, 3, 100);
	set_ptr(b, x.d, 4, x.src[1], 99, 0);
	assert_int_equal(run_desc(b, x.d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_DSE);
	make(b, &x, 0, 100);			/* no source */
	assert_int_equal(run_desc(b, x.d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_DSE);
	make(b, &x, 2, 100);			/* no destination */
	set_ptr(b, x.d, 6, NULL, 0, 0);
	assert_int_equal(run_desc(b, x.d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_DSE);
	bus_free(b);
}

static void another_mode(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	struct xor x;

	(void)state;
	make(b, &x, 2, 64);
	put32(x.d, hdr(SEC_TYPE_RAID_XOR, SEC_SEL_AESU, SEC_AESU_CBC));
	assert_int_equal(run_desc(b, x.d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_ME);
	put32(x.d, hdr(SEC_TYPE_RAID_XOR, SEC_SEL_MDEU_A, 0));
	assert_int_equal(run_desc(b, x.d), SEC_ERR_IEU);
	resume(b, 0);
	put32(x.d, hdr(SEC_TYPE_NONSNOOP, SEC_SEL_AESU, SEC_AESU_XOR));
	assert_int_equal(run_desc(b, x.d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_ME);
	bus_free(b);
}

static void in_place_and_twice_the_same(void **state)
{
	struct bus *b = bus_new(SEC_3_3);
	uint8_t want[1000];
	struct xor x;

	(void)state;
	make(b, &x, 2, 1000);
	for (int i = 0; i < 1000; i++)
		want[i] = x.src[0][i] ^ x.src[1][i];
	set_ptr(b, x.d, 6, x.src[0], 1000, 0);
	assert_int_equal(run_desc(b, x.d), 0);
	assert_memory_equal(x.src[0], want, 1000);
	make(b, &x, 1, 1000);
	set_ptr(b, x.d, 4, x.src[0], 1000, 0);
	assert_int_equal(run_desc(b, x.d), 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(x.dst[i], 0);
	bus_free(b);
}

static void refused_by_the_bus(void **state)
{
	struct bus *b;
	struct xor x;

	(void)state;
	for (int i = 0; i < 4; i++) {
		b = bus_new(SEC_3_1);
		make(b, &x, 3, 300);
		/* The last byte is enough. */
		if (i < 3)
			protect(b, x.src[i] + 299, 1, false);
		else
			protect(b, x.dst + 299, 1, true);
		assert_int_equal(run_desc(b, x.d), SEC_ERR_MDTE);
		assert_int_equal(b->refused, 1);
		assert_int_equal(x.dst[299], 0xa5);
		bus_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_count_and_length),
		cmocka_unit_test(more_than_it_has),
		cmocka_unit_test(lengths_that_differ),
		cmocka_unit_test(another_mode),
		cmocka_unit_test(in_place_and_twice_the_same),
		cmocka_unit_test(refused_by_the_bus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
