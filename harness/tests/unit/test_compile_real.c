// SPDX-License-Identifier: GPL-2.0-only
/* Checks cells of engines that are real: bus masters behind an IOMMU, channels of a board. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "lib/language/scenario.h"
#include "tests/unit/compile_of.h"

/*
 * Catches: copies that software does in a world with bus masters; two masters that get one domain
 * without being asked to, or two although they share; what only software can do run by a device
 * that cannot; and waits that end long before such a device has done anything.
 */
static void test_masters(void **state)
{
	static const struct {
		const char *engines, *skip;
	} table[] = {
		{ "engine c memcpy like fsl-dma", NULL },
		{ "engine c memcpy like fsl-dma setup 1ms jitter 2us completion softirq", NULL },
		{ "engine c memcpy like fsl-dma fault drop 1,100,0,1", "engine c: only softdma has the fault drop" },
		{ "engine c memcpy like fsl-dma completion hardirq",
		  "engine c: a real engine completes where its driver does" },
		{ "engine c memcpy like fsl-dma ring 4", "engine c: a real engine has no say in ring" },
		{ "engine c memcpy like fsl-dma engine e memcpy like fsl-dma engine f memcpy like fsl-dma "
		  "engine g memcpy like fsl-dma engine h memcpy like fsl-dma",
		  "it wants more bus masters than the guest has" },
		{ "engine c memcpy like fsl-dma domain d engine e memcpy like fsl-dma domain d "
		  "engine f memcpy like fsl-dma domain d", "it wants more bus masters than the guest has" },
		{ "engine c xor like talitos", "no engine of it copies, so none is a bus master" },
	};
	const struct compile_opts opts = { .world = WORLD_IOMMU };
	struct cell cell, soft;
	struct wire w;
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		snprintf(text, sizeof(text), "scenario t/x \"a test\"\n%s\nbuffer a 4K random\n"
			 "thread { map m = c a TO_DEVICE unmap m }", table[i].engines);
		compile(text, opts, &cell);
		if (table[i].skip)
			assert_string_equal(cell.skip, table[i].skip);
		else
			assert_null(cell.skip);
		cell_free(&cell);
	}
	compile(HEAD "thread { map m = c a TO_DEVICE unmap m again }", opts, &cell);
	assert_string_equal(cell.skip, "behind an IOMMU a wrong unmap takes the address of another mapping");
	cell_free(&cell);

	snprintf(text, sizeof(text), "scenario t/x \"a test\"\nengine c memcpy like fsl-dma domain d "
		 "engine e memcpy like fsl-dma domain d engine f memcpy like fsl-dma engine x xor like talitos\n"
		 "buffer a 4K random\nthread { map m = c a TO_DEVICE unmap m }");
	compile(text, opts, &cell);
	wire_open(&w, cell.program.s, cell.program.len);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(w.engines[i].device, "edudma");
		assert_int_equal(le32toh(w.engines[i].pick), DMT_PICK_FREE | DMT_PICK_APART);
	}
	assert_int_equal(le32toh(w.engines[0].group), 1);
	assert_int_equal(le32toh(w.engines[1].group), 1);
	assert_int_equal(w.engines[2].group, 0);
	assert_int_equal(w.engines[3].pick, 0);
	assert_null(strstr(cell.setup.s, "engine c"));
	assert_non_null(strstr(cell.setup.s, "engine x"));
	assert_non_null(strstr(cell.setup.s, "rebind edudma\n"));
	compile(text, (struct compile_opts){ .world = WORLD_STRICT }, &soft);
	assert_null(strstr(soft.setup.s, "rebind"));
	assert_true(le32toh(((struct dmt_header *)cell.program.s)->wait_ms) >=
		    100 * le32toh(((struct dmt_header *)soft.program.s)->wait_ms));
	cell_free(&cell);
	cell_free(&soft);
}

/* Catches: another engine than the one that is named; a real engine in a world of software. */
static void test_real(void **state)
{
	static const char text[] = "scenario t/x \"a test\"\nengine c memcpy on 0000:00:10.0\n"
		"engine d memcpy on any domain p engine e xor on fd500000.dma domain p\n"
		"buffer a 4K random\nthread { map m = c a TO_DEVICE unmap m }";
	static const char *const want[] = { "0000:00:10.0", "", "fd500000.dma" };
	struct cell cell;
	struct wire w;

	(void)state;
	compile(text, (struct compile_opts){ .world = WORLD_COHERENT }, &cell);
	assert_null(cell.skip);
	assert_true(cell.real);
	assert_int_equal(cell.setup.len, 0);
	wire_open(&w, cell.program.s, cell.program.len);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(w.engines[i].device, want[i]);
		assert_int_equal(le32toh(w.engines[i].pick), DMT_PICK_FREE);
		assert_int_equal(le32toh(w.engines[i].group), i ? 2 : 0);
	}
	check_repro(&cell);
	cell_free(&cell);
	compile(text, (struct compile_opts){ .world = WORLD_STRICT }, &cell);
	assert_string_equal(cell.skip, "engine c: only software engines have the mappings of the world strict");
	cell_free(&cell);
	compile(text, (struct compile_opts){ .world = WORLD_COHERENT, .drivers = true }, &cell);
	assert_string_equal(cell.skip, "register models take the place of software engines alone");
	cell_free(&cell);
}

/* Catches: guests with bus masters in a run that names no world, of scenarios that name none. */
static void test_default_worlds(void **state)
{
	struct scenario *none = parse(HEAD "thread { }"), *some = parse(HEAD "worlds iommu strict thread { }");

	(void)state;
	assert_int_equal(scenario_worlds(none), WORLDS_DEFAULT);
	assert_int_equal(scenario_allows(none), WORLDS_ALL);
	assert_int_equal(scenario_worlds(some), 1u << WORLD_IOMMU | 1u << WORLD_STRICT);
	assert_int_equal(scenario_allows(some), scenario_worlds(some));
	scenario_free(none);
	scenario_free(some);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masters),
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_default_worlds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
