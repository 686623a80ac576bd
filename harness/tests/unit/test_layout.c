// SPDX-License-Identifier: GPL-2.0-only
/* Tests the arithmetic of arm64's addresses (bpf/layout.h) and where its figures come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "observer/layout_text.h"

/* Lines of Debian's 6.12.117+deb12-arm64 under -M virt, which has 48 bits. */
#define TEXT_52								\
	"OSRELEASE=6.12.117+deb12-arm64\nBUILD-ID=x\nPAGESIZE=4096\n"	\
	"SYMBOL(init_uts_ns)=ffffb5a2\nSIZE(page)=64\n" "NUMBER(VA_BITS)=52\n" \
	"NUMBER(MODULES_VADDR)=0xffff800000000000\n"			\
	"NUMBER(VMEMMAP_START)=0xffffc1ffc0000000\n" "NUMBER(VMEMMAP_END)=0xffffffffc0000000\n" \
	"NUMBER(kimage_voffset)=0xffff7fff40200000\n" "NUMBER(PHYS_OFFSET)=0xfff1000040000000\n"

#define TEXT_48								\
	"PAGESIZE=4096\n" "NUMBER(VA_BITS)=48\n" "NUMBER(VMEMMAP_START)=0xfffffc0000000000\n" \
	"NUMBER(PHYS_OFFSET)=0x40000000"

#define REST	"NUMBER(PHYS_OFFSET)=0\n" "NUMBER(VMEMMAP_START)=0\n"

#define PAGE	64	/* bytes of struct page */

static struct obs_layout parsed(const char *text)
{
	struct obs_layout l;
	char why[128] = "";

	if (layout_parse(text, &l, why))
		fail_msg("%s", why);
	return l;
}

static void refused(const char *text, const char *with)
{
	struct obs_layout l;
	char why[128] = "";

	assert_int_equal(layout_parse(text, &l, why), -1);
	if (!strstr(why, with))
		fail_msg("\"%s\" does not say \"%s\"", why, with);
}

/* Catches: memory that does not begin at 0, or a struct page that is another one's. */
static void is_linear(void **state)
{
	struct obs_layout l = parsed(TEXT_48);

	(void)state;
	assert_int_equal(l.page_offset, 0xffff000000000000ull);
	assert_int_equal(layout_virt_to_phys(&l, 0xffff000000000000ull), 0x40000000);
	assert_int_equal(layout_virt_to_phys(&l, 0xffff000012345678ull), 0x52345678);
	assert_int_equal(layout_page_to_phys(&l, 0xfffffc0000000000ull, PAGE), 0x40000000);
	assert_int_equal(layout_page_to_phys(&l, 0xfffffc0000000000ull + 3 * PAGE, PAGE),
			 0x40003000);
	/* kernels without memory cgroups have 56 bytes */
	assert_int_equal(layout_page_to_phys(&l, 0xfffffc0000000000ull + 3 * 56, 56), 0x40003000);
}

/* Catches: an image's or a vmalloc'ed address that is taken for linear: it would meet a mapping. */
static void is_not_linear(void **state)
{
	struct obs_layout l = parsed(TEXT_48);

	(void)state;
	assert_int_equal(layout_virt_to_phys(&l, 0xffff800000000000ull), 0);
	assert_int_equal(layout_virt_to_phys(&l, 0xffff800081234000ull), 0);
	assert_int_equal(layout_virt_to_phys(&l, 0), 0);
	assert_int_equal(layout_virt_to_phys(&l, 0xfffe000000000000ull), 0);
}

/*
 * Catches: a kernel for 52 bits on a processor with 48, whose PHYS_OFFSET lies far below its
 * memory: the linear mapping begins at 0xffff... all the same.
 */
static void has_48_of_52(void **state)
{
	struct obs_layout l = parsed(TEXT_52);
	uint64_t first = 0xffff000000000000ull;
	uint64_t phys = layout_virt_to_phys(&l, first);

	(void)state;
	assert_int_equal(phys, 0x40000000);
	assert_int_equal(layout_virt_to_phys(&l, 0xffff7fffffffffffull), 0x80003fffffffull);
	/* the image lies behind it */
	assert_int_equal(layout_virt_to_phys(&l, 0xffff800080000000ull), 0);
	assert_int_equal(layout_page_to_phys(&l, layout_phys_to_page(&l, phys, PAGE), PAGE), phys);
}

/* Catches: a struct page computed from physical memory that is not the one that has it. */
static void is_there_and_back(void **state)
{
	const char *texts[] = { TEXT_48, TEXT_52 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct obs_layout l = parsed(texts[i]);

		for (uint64_t phys = 0x40000000; phys < 0x180000000; phys += 0x1235000) {
			uint64_t page = layout_phys_to_page(&l, phys, PAGE);

			assert_int_equal(layout_page_to_phys(&l, page, PAGE), phys);
		}
	}
}

/* Catches: a figure that is guessed where the kernel does not tell it, and pages of 64 KiB. */
static void is_refused(void **state)
{
	(void)state;
	refused("", "does not tell PAGESIZE");
	refused("PAGESIZE=4096\n" "NUMBER(VA_BITS)=48\n", "does not tell NUMBER(PHYS_OFFSET)");
	refused("PAGESIZE=4096\n" "NUMBER(VA_BITS)=x\n" REST,
		"does not tell NUMBER(VA_BITS)");
	refused("PAGESIZE=65536\n" "NUMBER(VA_BITS)=48\n" REST,
		"pages of 65536 bytes");
	refused("PAGESIZE=4096\n" "NUMBER(VA_BITS)=64\n" REST,
		"of 64 bits");
	/* a line that only contains the key */
	refused("XPAGESIZE=4096\n", "does not tell PAGESIZE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_linear),
		cmocka_unit_test(is_not_linear),
		cmocka_unit_test(has_48_of_52),
		cmocka_unit_test(is_there_and_back),
		cmocka_unit_test(is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
