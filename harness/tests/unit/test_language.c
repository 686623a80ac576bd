// SPDX-License-Identifier: GPL-2.0-only
/* Tests the language: messages about bad scenarios, and what good ones compile to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cell_of.h"
#include "lib/base/le.h"
#include "lib/language/scenario.h"
#include "uapi/dmatorture.h"

#define HEAD	"scenario t/x \"a test\"\nengine c memcpy like fsl-dma\nengine x xor like talitos\n" \
		"buffer a 4K random\nbuffer b[3] 4K zero\n"
/* Lines of the body count from 6. */
#define BODY(steps) HEAD "thread {\n" steps "\n}\n"

/* Catches: an error at the wrong place, or one that does not say what would be right. */
static void test_errors(void **state)
{
	static const struct {
		const char *text;
		unsigned int line, col;
		const char *says;
	} table[] = {
		{ "", 1, 1, "begins with: scenario GROUP/NAME" },
		{ "scenario x \"t\"", 1, 12, "want '/'" },
		{ "scenario a/b", 1, 13, "title" },
		{ "scenario a/b \"never ends", 1, 14, "close it with" },
		{ "scenario a/b \"t\" \x01", 1, 18, "begins nothing" },
		{ "scenario a/b \"t\"\nengin c memcpy like fsl-dma", 2, 1, "did you mean 'engine'" },
		{ "scenario a/b \"t\"\nengine c memcpy like talitos", 2, 8, "memcpy engines are like fsl-dma" },
		{ "scenario a/b \"t\"\nengine c memcpy like fsl-dma", 2, 29, "needs a thread" },
		{ HEAD "buffer a 4K zero", 6, 8, "declared twice" },
		{ HEAD "buffer d 5M zero thread { }", 6, 10, "want 1 to 4194304" },
		{ HEAD "buffer d 4Q zero thread { }", 6, 10, "sizes end in K, M, G" },
		{ HEAD "buffer d[1 - 2] 4K zero thread { }", 6, 12, "less than zero" },
		{ HEAD "buffer d $nope zero", 6, 11, "no param 'nope'" },
		{ HEAD "wait-timeout 5 thread { }", 6, 14, "give it a unit" },
		{ BODY("map m = c a TO_DEV"), 7, 13, "did you mean 'TO_DEVICE'" },
		{ BODY("map m = d a TO_DEVICE"), 7, 9, "there is no engine 'd'" },
		{ BODY("map m = c aa TO_DEVICE"), 7, 11, "did you mean 'a'" },
		{ BODY("map m = c a[0] TO_DEVICE"), 7, 11, "not an array" },
		{ BODY("map m = c b[3] TO_DEVICE"), 7, 13, "want 0 to 2" },
		{ BODY("map m = c a@4K+1 TO_DEVICE"), 7, 13, "want 0 to 4095" },
		{ BODY("map m = c a@1K+4K TO_DEVICE"), 7, 16, "want 1 to 3072" },
		{ BODY("map m = c a TO_DEVICE map m = c a TO_DEVICE"), 7, 23, "made twice" },
		{ BODY("unmap m"), 7, 7, "there is no map 'm'" },
		{ BODY("map m = c a TO_DEVICE prep t = c xor m <- m"), 7, 32, "does memcpy, not xor" },
		{ BODY("map m = c b TO_DEVICE prep t = c memcpy m <- m"), 7, 41, "a destination is one" },
		{ BODY("map m = c a TO_DEVICE map n = c a@0+1K TO_DEVICE prep t = c memcpy m <- n"), 7, 73, "must be one length" },
		{ BODY("map m = c b TO_DEVICE map d = c a FROM_DEVICE prep t = c memcpy d <- m"), 7, 70, "memcpy takes one" },
		{ BODY("map m = c a TO_DEVICE prep t = c memcpy m <- m after t"), 7, 54, "no other transaction" },
		{ BODY("map m = c a TO_DEVICE prep t = c memcpy m <- m flags none on_complete t { }"), 7, 71, "INTERRUPT" },
		{ BODY("map m = c a TO_DEVICE prep t = c memcpy m <- m on_complete t { wait t }"), 7, 64, "directly in a thread" },
		{ BODY("in atomic { synchronize c }"), 7, 13, "may sleep" },
		{ BODY("in irq { }"), 7, 4, "task, softirq, hardirq" },
		{ BODY("in atomic { delay 2ms }"), 7, 19, "want 0ns to 1ms" },
		{ BODY("check a == b"), 0, 0, NULL },	/* right: the xor of all of b */
		{ BODY("check b == a"), 7, 7, "a check is of one" },
		{ BODY("check a == a@0+1K"), 7, 12, "what is checked 4096" },
		{ BODY("barrier"), 8, 1, "the barrier's name" },
		{ BODY("wait t"), 7, 6, "no transaction 't'" },
		{ HEAD "thread {", 6, 9, "a '}' is missing" },
		{ HEAD "thread { }\nexpect wait t EIO", 7, 13, "no step 'wait t'" },
		{ HEAD "thread { }\nexpect fault z", 7, 14, "no engine 'z'" },
		{ HEAD "thread { }\nexpect data intact\nexpect data corrupt in strict", 8, 8, "contradicts line 7" },
		{ HEAD "thread { }\nexpect data maybe", 7, 13, "intact or corrupt" },
		{ HEAD "thread { }\nexpect data intact kernel 6.6", 7, 27, "kernel >= 6.6" },
		{ HEAD "engine f memcpy like fsl-dma fault drop 1,101,0,1", 6, 43, "percent" },
		{ HEAD "engine f memcpy like fsl-dma completion never thread { }", 6, 41, "hardirq, softirq" },
		{ HEAD "engine f xor like fsl-elo thread { }", 6, 8, "xor engines are like talitos" },
		{ HEAD "engine f memcpy like raid thread { }", 6, 8, "memcpy engines are like fsl-dma" },
		{ HEAD "engine f memcpy like fsl-elo board p2020 thread { }", 6, 36, "no board has an engine like fsl-elo" },
		{ HEAD "engine f xor like talitos sources 7 thread { }", 6, 35, "want 3 to 6" },
		{ HEAD "threads 65 thread { }", 6, 9, "want 1 to 64" },
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct scenario *s = NULL;
		struct diag diag;
		int err = scenario_parse("f", table[i].text, strlen(table[i].text), &s, &diag);

		if (!table[i].says) {
			assert_int_equal(err, 0);
			scenario_free(s);
			continue;
		}
		if (!err || diag.line != table[i].line || diag.col != table[i].col ||
		    !strstr(diag.text, table[i].says))
			print_error("%zu: wanted %u:%u: %s\ngot %u:%u: %s\nof: %s\n", i, table[i].line,
				 table[i].col, table[i].says, diag.line, diag.col, diag.text,
				 table[i].text), wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void compile(const char *text, size_t variant, enum world world, struct cell *cell)
{
	cell_of("f", text, variant, world, cell);
}

static const struct dmt_header *header(const struct cell *cell)
{
	const struct dmt_header *h = (const void *)cell->program.s;

	assert_int_equal(le32toh(h->magic), DMT_MAGIC);
	assert_int_equal(le32toh(h->total_size), cell->program.len);
	return h;
}

static const void *entry(const struct cell *cell, const struct dmt_table *t, uint32_t i)
{
	assert_true(i < le32toh(t->count));
	return cell->program.s + le32toh(t->offset) + i * le32toh(t->entry_size);
}

/* Catches: arrays that lose elements, wrong sources, steps in the wrong order. */
static void test_program(void **state)
{
	static const char text[] = HEAD
		"thread { map m = x b TO_DEVICE map d = x a FROM_DEVICE\n"
		"prep t = x xor d <- m on_complete t { unmap m d }\n"
		"submit t issue x wait t timeout 7ms check a == b }";
	static const uint16_t ops[] = {
		DMT_STEP_MAP, DMT_STEP_MAP, DMT_STEP_MAP, DMT_STEP_MAP, DMT_STEP_PREP,
		DMT_STEP_SUBMIT, DMT_STEP_ISSUE, DMT_STEP_WAIT, DMT_STEP_CHECK,
		DMT_STEP_UNMAP, DMT_STEP_UNMAP, DMT_STEP_UNMAP, DMT_STEP_UNMAP,
	};
	const struct dmt_header *h;
	const struct dmt_step *s;
	const struct dmt_tx *tx;
	struct cell cell;

	(void)state;
	compile(text, 0, WORLD_STRICT, &cell);
	h = header(&cell);
	assert_int_equal(le32toh(h->buffers.count), 4);
	assert_int_equal(le32toh(h->maps.count), 4);
	assert_int_equal(le32toh(h->blocks.count), 2);
	assert_int_equal(le32toh(h->steps.count), sizeof(ops) / sizeof(ops[0]));
	assert_int_equal(cell.nr_steps, sizeof(ops) / sizeof(ops[0]));
	for (uint32_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		s = entry(&cell, &h->steps, i);
		assert_int_equal(le16toh(s->op), ops[i]);
	}
	tx = entry(&cell, &h->txs, 0);
	assert_int_equal(le32toh(tx->nr_src), 3);
	assert_int_equal(le32toh(tx->len), 4096);
	assert_int_equal(le32toh(tx->callback), 1);
	s = entry(&cell, &h->steps, 7);
	assert_int_equal(le32toh(s->arg0), 7);
	s = entry(&cell, &h->steps, 8);
	assert_int_equal(le32toh(s->arg1), 3);
	assert_string_equal(cell.step_text[1], "map m[1] = x b[1] TO_DEVICE");
	assert_non_null(strstr(cell.setup.s, "engine x\nattr personality talitos\nattr ops strict\n"));
	cell_free(&cell);
}

/* Catches: parameters in the wrong order, worlds that change nothing. */
static void test_variants(void **state)
{
	static const char text[] =
		"scenario t/x \"a test\" param size = 4K 8K param n = 1 2 3\n"
		"engine c memcpy like fsl-dma mask 40 buffer a[$n - 1] ($size / 2) zero thread { }";
	const struct dmt_buffer *buffer;
	struct scenario *s;
	struct diag diag;
	struct cell cell;

	(void)state;
	assert_int_equal(scenario_parse("f", text, strlen(text), &s, &diag), 0);
	assert_int_equal(scenario_variants(s), 6);
	scenario_free(s);
	compile(text, 5, WORLD_BOUNCE32, &cell);
	assert_string_equal(cell.id, "t/x size=8K n=3 @bounce32");
	assert_int_equal(le32toh(header(&cell)->buffers.count), 2);
	buffer = entry(&cell, &header(&cell)->buffers, 1);
	assert_int_equal(le32toh(buffer->size), 4096);
	assert_non_null(strstr(cell.setup.s, "\nattr mask_bits 32\n"));
	assert_null(strstr(cell.setup.s, "mask_bits 40"));
	cell_free(&cell);
	compile(text, 0, WORLD_COHERENT, &cell);
	assert_int_equal(le32toh(header(&cell)->buffers.count), 0);
	cell_free(&cell);
}

/* Catches: instances that share buffers; barriers that wait for threads of another instance. */
static void test_instances(void **state)
{
	static const char text[] = HEAD "threads 3\n"
		"thread one { barrier go } thread two { barrier go check a == a }";
	const struct dmt_header *h;
	const struct dmt_step *s;
	struct cell cell;

	(void)state;
	compile(text, 0, WORLD_COHERENT, &cell);
	h = header(&cell);
	assert_int_equal(le32toh(h->buffers.count), 12);
	assert_int_equal(le32toh(h->blocks.count), 6);
	assert_int_equal(le32toh(h->nr_barriers), 3);
	for (uint32_t i = 0; i < 9; i++) {
		s = entry(&cell, &h->steps, i);
		if (le16toh(s->op) != DMT_STEP_BARRIER)
			continue;
		assert_int_equal(le32toh(s->arg0), i / 3);
		assert_int_equal(le32toh(s->arg1), 2);
	}
	cell_free(&cell);
}

/* Catches: a repro that compiles to another cell. */
static void test_repro(void **state)
{
	static const char text[] = "scenario t/x \"a test\" param n = 1 2 repeat 9\n"
		"engine c memcpy like fsl-dma buffer a[$n] 4K zero thread { cpu_read a }";
	struct compile_opts opts = { .variant = 1,
				     .world = WORLD_STRICT,
				     .has_seed = true,
				     .seed = 77 };
	struct cell cell, again;
	struct scenario *s;
	struct diag diag;

	(void)state;
	assert_int_equal(scenario_parse("f", text, strlen(text), &s, &diag), 0);
	assert_int_equal(scenario_compile(s, &opts, &cell, &diag), 0);
	scenario_free(s);
	assert_int_equal(scenario_parse("f", cell.repro, strlen(cell.repro), &s, &diag), 0);
	assert_int_equal(scenario_variants(s), 1);
	assert_int_equal(scenario_worlds(s), 1u << WORLD_STRICT);
	opts = (struct compile_opts) { .world = WORLD_STRICT };
	assert_int_equal(scenario_compile(s, &opts, &again, &diag), 0);
	scenario_free(s);
	assert_string_equal(cell.id, again.id);
	/* The same program, except for the line numbers of its steps. */
	assert_int_equal(cell.seed, again.seed);
	assert_int_equal(cell.repeat, again.repeat);
	assert_int_equal(cell.program.len, again.program.len);
	assert_string_equal(cell.setup.s, again.setup.s);
	cell_free(&cell);
	cell_free(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_instances),
		cmocka_unit_test(test_repro),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
