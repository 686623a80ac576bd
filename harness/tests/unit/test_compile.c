// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks the cells of every good fixture and every shipped scenario against the uapi, and what a
 * cell says about itself. test_language.c has the small cases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/tree.h"
#include "lib/language/ast.h"
#include "lib/language/scenario.h"
#include "tests/unit/compile_of.h"
#include "tests/unit/validate.h"
#include "uapi/softdma.h"

static void check_cell(const struct scenario *s, struct compile_opts opts, char **last_id)
{
	struct cell cell;
	struct diag d;

	if (scenario_compile(s, &opts, &cell, &d))
		fail_msg("%s:%u:%u: %s", d.file, d.line, d.col, d.text);
	if (!cell.workload)
		validate(cell.program.s, cell.program.len);
	assert_true(!*last_id || strcmp(*last_id, cell.id));
	for (unsigned int i = 0; i < cell.nr_steps; i++)
		assert_null(strchr(cell.step_text[i], '$'));
	for (unsigned int i = 0; i < cell.nr_expects; i++)
		for (unsigned int k = 0; k < cell.expects[i].nr_steps; k++)
			assert_in_range(cell.expects[i].steps[k], 0, cell.nr_steps - 1);
	check_repro(&cell);
	free(*last_id);
	*last_id = strdup(cell.id);
	cell_free(&cell);
}

static void check_all(const char *pattern, size_t at_least)
{
	glob_t g = { 0 };

	assert_int_equal(glob(pattern, 0, NULL, &g), 0);
	assert_true(g.gl_pathc >= at_least);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct strbuf sb = STRBUF_INIT;
		struct scenario *s;
		char *last = NULL;

		assert_int_equal(strbuf_read_file(&sb, g.gl_pathv[i]), 0);
		s = parse(sb.s);
		/* Of those with bus masters one is enough: they are compiled alike. */
		for (int w = 0; w <= WORLD_IOMMU; w++)
			for (size_t v = 0; v < scenario_variants(s); v++)
				check_cell(s, (struct compile_opts){ .variant = v, .world = w },
					   &last);
		free(last);
		scenario_free(s);
		strbuf_free(&sb);
	}
	globfree(&g);
}

/* Catches: a program that the executor refuses; a repro that compiles to another cell. */
static void test_fixtures(void **state)
{
	(void)state;
	check_all(tree_path("harness/tests/fixtures/scenarios/good/*.dma"), 5);
}

static void test_shipped(void **state)
{
	(void)state;
	check_all(tree_path("scenarios/*/*.dma"), 20);
	check_all(tree_path("harness/tests/scenarios/*/*.dma"), 5);
}

/* Catches: a program that differs from run to run; bytes that are never written. */
static void test_deterministic(void **state)
{
	struct cell one, two;

	(void)state;
	compile(HEAD "thread { map m = c b TO_DEVICE unmap m }", (struct compile_opts) { 0 }, &one);
	compile(HEAD "thread { map m = c b TO_DEVICE unmap m }", (struct compile_opts) { 0 }, &two);
	assert_int_equal(one.program.len, two.program.len);
	assert_memory_equal(one.program.s, two.program.s, one.program.len);
	assert_string_equal(one.setup.s,
			    "engine c\nattr personality fsl-dma\nattr ops direct\nattr seed 16\n"
			    "engine x\nattr personality talitos\nattr ops direct\nattr seed 17\n");
	cell_free(&one);
	cell_free(&two);
}

/* Catches: options that do not override the file; engines that share a random seed. */
static void test_options(void **state)
{
	static const char text[] = HEAD "seed 5 repeat 9 timeout 20s wait-timeout 250ms\n"
				   "allow foreign-map thread { }";
	struct compile_opts opts = { .world = WORLD_STRICT };
	struct cell cell;
	struct wire w;

	(void)state;
	compile(text, opts, &cell);
	wire_open(&w, cell.program.s, cell.program.len);
	assert_true(le64toh(w.h->seed) == 5);
	assert_int_equal(le32toh(w.h->repeat), 9);
	assert_int_equal(le32toh(w.h->timeout_ms), 20000);
	assert_int_equal(le32toh(w.h->wait_ms), 250);
	assert_int_equal(le32toh(w.h->flags), DMT_F_FOREIGN_MAP);
	assert_false(cell.skip_foreign);
	assert_non_null(strstr(cell.setup.s, "attr ops strict\nattr seed 80\n"));
	assert_non_null(strstr(cell.setup.s, "attr ops strict\nattr seed 81\n"));
	cell_free(&cell);

	opts = (struct compile_opts) { .has_seed = true, .seed = UINT64_MAX, .repeat = 3 };
	compile(text, opts, &cell);
	wire_open(&w, cell.program.s, cell.program.len);
	assert_true(le64toh(w.h->seed) == UINT64_MAX);
	assert_int_equal(le32toh(w.h->repeat), 3);
	check_repro(&cell);
	cell_free(&cell);

	opts = (struct compile_opts) { .has_seed = true };
	compile(HEAD "thread { }", opts, &cell);
	assert_true(cell.seed == 0);
	assert_int_equal(cell.repeat, 1);
	assert_true(cell.skip_foreign);
	cell_free(&cell);
}

/* Catches: attributes under a wrong name or in a wrong unit, world or fault lost. */
static void test_setup(void **state)
{
	static const char text[] = "scenario t/x \"t\" param p = 50\n"
		"engine c memcpy like fsl-dma domain d completion threaded mask 40 channels 3 channel 2\n"
		"ring 16 setup 2us rate 1M jitter 3us fault_delay 1ms max_len 64K\n"
		"fault early 1,$p,0,2 fault drop 3,100,4K,-1\n"
		"engine x xor like talitos sources 3 mask 24 thread { }";
	struct cell cell;
	struct wire w;

	(void)state;
	compile(text, (struct compile_opts) { .world = WORLD_BOUNCE32 }, &cell);
	assert_string_equal(cell.setup.s,
		"engine c\nattr personality fsl-dma\nattr ops direct\nattr seed 16\n"
		"attr completion threaded\nattr domain d\nattr mask_bits 32\nattr channels 3\n"
		"attr ring 16\nattr setup_ns 2000\nattr rate 1048576\nattr jitter_ns 3000\n"
		"attr fault_delay_ns 1000000\nattr max_len 65536\n"
		"attr fault_drop 3,100,4096,-1\nattr fault_early 1,50,0,2\n"
		"engine x\nattr personality talitos\nattr ops direct\nattr seed 17\n"
		"attr max_xor 3\nattr mask_bits 24\n");
	wire_open(&w, cell.program.s, cell.program.len);
	assert_string_equal(w.engines[0].name, "c");
	assert_int_equal(le32toh(w.engines[0].channel), 2);
	assert_int_equal(le32toh(w.engines[1].channel), 0);
	assert_int_equal(le32toh(w.engines[1].cap), DMT_CAP_XOR);
	assert_string_equal(cell.engine_names[1], "x");
	cell_free(&cell);
	compile(text, (struct compile_opts) { .world = WORLD_BOUNCE }, &cell);
	assert_non_null(strstr(cell.setup.s, "attr mask_bits 40\n"));
	cell_free(&cell);
	compile(HEAD "thread { }", (struct compile_opts) { .world = WORLD_BOUNCE32 }, &cell);
	assert_non_null(strstr(cell.setup.s, "engine c\nattr personality fsl-dma\nattr ops direct\nattr seed 16\nattr mask_bits 32\n"));
	cell_free(&cell);
}

/* Catches: a second personality of one capability that has no name, or is taken for the first. */
static void test_personalities(void **state)
{
	char list[80];
	struct cell cell;

	(void)state;
	compile("scenario t/x \"t\" engine c memcpy like fsl-elo engine x xor like talitos thread { }",
		(struct compile_opts) { .world = WORLD_BOUNCE32 }, &cell);
	/* The bus of c has 32 address bits, so its mask is not set. */
	assert_string_equal(cell.setup.s,
		"engine c\nattr personality fsl-elo\nattr ops direct\nattr seed 16\n"
		"engine x\nattr personality talitos\nattr ops direct\nattr seed 17\nattr mask_bits 32\n");
	assert_non_null(strstr(cell.repro, "engine c memcpy like fsl-elo\n"));
	cell_free(&cell);
	personality_list(list, sizeof(list), DMT_CAP_MEMCPY);
	assert_non_null(strstr(list, "fsl-dma"));
	assert_non_null(strstr(list, "fsl-elo"));
	assert_null(strstr(list, "talitos"));
	personality_list(list, sizeof(list), DMT_CAP_XOR);
	assert_non_null(strstr(list, "talitos"));
	assert_null(strstr(list, "fsl-elo"));
	personality_list(list, sizeof(list), CAP_RAID);
	assert_string_equal(list, "raid");
	for (size_t i = 0; personality_words[i]; i++) {
		const struct softdma_personality *is = personality_get(i);

		/* Catches: a row that the module's attributes would not take. */
		assert_string_equal(is->word, personality_words[i]);
		assert_true(is->does && !(is->does & ~SOFTDMA_DOES_ALL));
		assert_int_equal(!is->max_xor,
				 !(is->does & (SOFTDMA_DOES_XOR | SOFTDMA_DOES_XOR_VAL)));
		assert_true(!is->max_xor || (is->max_xor >= 3 && is->max_xor <= 16));
		assert_in_range(is->max_len, 1, SOFTDMA_MAX_LEN);
		assert_in_range(is->mask_bits, 24, 64);
		assert_true(is->align && is->align <= 64 && !(is->align & (is->align - 1)));
		assert_true(!is->model ||
			    word_index(model_words, is->model, strlen(is->model)) >= 0);
		assert_true(!is->small ||
			    word_index(model_words, is->small, strlen(is->small)) >= 0);
	}
}

/*
 * Catches: chains of one thread that run one after the other, share a buffer or wait for
 * another's transaction.
 */
static void test_depth(void **state)
{
	static const char text[] = "scenario t/x \"t\" threads 2 depth 3\n"
		"engine c memcpy like fsl-dma buffer a 4K random buffer b 4K zero\n"
		"thread { map m = c a TO_DEVICE map n = c b FROM_DEVICE prep t = c memcpy n <- m\n"
		"submit t issue c wait t unmap m n check b == a }";
	struct cell cell;
	struct wire w;

	(void)state;
	compile(text, (struct compile_opts) { .timed = true, .repeat = 7 }, &cell);
	wire_open(&w, cell.program.s, cell.program.len);
	assert_int_equal(le32toh(w.h->flags), DMT_F_TIMED);
	assert_int_equal(le32toh(w.h->keep_first), 7);
	assert_int_equal(le32toh(w.h->blocks.count), 2);
	assert_int_equal(le32toh(w.h->buffers.count), 12);
	for (uint32_t k = 0; k < 2; k++) {
		static const int ops[] = { DMT_STEP_MAP,    DMT_STEP_MAP,   DMT_STEP_PREP,
					   DMT_STEP_SUBMIT, DMT_STEP_ISSUE, DMT_STEP_WAIT,
					   DMT_STEP_UNMAP };

		for (uint32_t i = 0; i < 7 * 3; i++) {
			const struct dmt_step *s = &w.steps[k * 27 + i + (i >= 20)];

			/* unmap m n is two steps of each chain */
			assert_int_equal(le16toh(s->op), ops[i / 3]);
			if (ops[i / 3] == DMT_STEP_WAIT)
				assert_int_equal(le32toh(s->obj), k * 3 + i % 3);
		}
	}
	for (uint32_t t = 0; t < 6; t++) {
		const struct dmt_operand *o = &w.operands[le32toh(w.txs[t].dst)];
		const struct dmt_map *m = &w.maps[le32toh(o->obj)];

		assert_int_equal(le32toh(w.operands[le32toh(m->first_operand)].obj), 2 * t + 1);
	}
	cell_free(&cell);
	compile(text, (struct compile_opts) { 0 }, &cell);
	check_repro(&cell);
	cell_free(&cell);
}

/* Catches: a board's figures for the wrong engine, or that override the scenario's. */
static void test_board(void **state)
{
	static const char text[] = "scenario t/x \"t\" param b = p1020 none\n"
		"engine c memcpy like fsl-dma board $b engine x xor like talitos board $b rate 5\n"
		"thread { }";
	struct cell cell;

	(void)state;
	compile(text, (struct compile_opts) { 0 }, &cell);
	assert_non_null(strstr(cell.setup.s, "engine c\nattr personality fsl-dma\nattr ops direct\n"
			"attr seed 16\nattr setup_ns 300\nattr rate 330000000\nengine x\n"));
	assert_non_null(strstr(cell.setup.s, "attr rate 5\nattr setup_ns 1200\n"));
	cell_free(&cell);
	compile(text, (struct compile_opts) { .variant = 1 }, &cell);
	assert_non_null(strstr(cell.setup.s, "attr setup_ns 0\nattr rate 0\n"));
	cell_free(&cell);
}

/* Catches: an xor of the CPU that leaves a source out. */
static void test_cpu_ops(void **state)
{
	static const char text[] = "scenario t/x \"t\" engine c memcpy like fsl-dma\n"
		"buffer a[3] 4K random buffer b 4K zero buffer d 4K zero\n"
		"thread { cpu_copy b <- a[1] cpu_xor d <- b a }";
	struct cell cell;
	struct wire w;

	(void)state;
	compile(text, (struct compile_opts) { 0 }, &cell);
	wire_open(&w, cell.program.s, cell.program.len);
	assert_int_equal(le16toh(w.steps[0].op), DMT_STEP_CPU_COPY);
	assert_int_equal(le32toh(w.operands[le32toh(w.steps[0].arg0)].obj), 1);
	assert_int_equal(le32toh(w.steps[0].arg1), 1);
	assert_int_equal(le16toh(w.steps[1].op), DMT_STEP_CPU_XOR);
	assert_int_equal(le32toh(w.operands[le32toh(w.steps[1].obj)].obj), 4);
	assert_int_equal(le32toh(w.steps[1].arg1), 4);
	cell_free(&cell);
}

/* Catches: a fault that has another name in the engine than in the language. */
static void test_fault_words(void **state)
{
	unsigned int n = 0;

	(void)state;
	for (const char *const *w = fault_words; *w; w++, n++) {
		char text[160], attr[64];
		struct cell cell;

		snprintf(text, sizeof(text), "scenario t/x \"t\" %s engine c memcpy like fsl-dma fault %s 2,50,4K,-1 thread { }",
			 n < NR_SOFT_FAULTS ? "" : "engines drivers", *w);
		snprintf(attr, sizeof(attr), "attr fault_%s 2,50,4096,-1\n", *w);
		compile(text, (struct compile_opts) { .world = WORLD_STRICT }, &cell);
		assert_non_null(strstr(cell.setup.s, attr));
		cell_free(&cell);
	}
	assert_int_equal(n, NR_FAULTS);
}

/* Catches: a scenario that needs what only software engines can do, and still runs on drivers. */
static void test_drivers(void **state)
{
	static const struct {
		const char *engine, *setup, *skip;
	} cases[] = {
		{ "memcpy like fsl-dma", "model c\nattr model eloplus\nattr ops direct\n", NULL },
		{ "memcpy like fsl-dma model elo3 channels 8", "attr model elo3\n", NULL },
		{ "memcpy like fsl-elo", "model c\nattr model elo\n", NULL },
		{ "memcpy like fsl-elo model elo3", "attr model elo3\n", NULL },
		{ "xor like talitos", "attr model sec3.1\n", NULL },
		{ "xor like talitos sources 4", "attr model sec3.1\n", NULL },
		{ "xor like talitos sources 3", "attr model sec2.1\n", NULL },
		{ "memcpy like fsl-dma completion softirq", "attr model eloplus\n", NULL },
		{ "memcpy like fsl-dma completion hardirq", "",
		  "engine c: fsldma and talitos complete in a tasklet, nowhere else" },
		{ "memcpy like fsl-dma ring 4", "", "engine c: its driver has no say in ring" },
		{ "xor like talitos fault drop 1,100,0,1", "",
		  "engine c: only softdma has the fault drop" },
		{ "xor like talitos fault eu 1,100,0,1", "attr fault_eu 1,100,0,1\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[200];
		struct cell cell;

		snprintf(text, sizeof(text), "scenario t/x \"t\" engines drivers engine c %s thread { }",
			 cases[i].engine);
		compile(text, (struct compile_opts) { .world = WORLD_COHERENT }, &cell);
		assert_true(cell.drivers);
		if (cases[i].skip)
			assert_string_equal(cell.skip, cases[i].skip);
		else
			assert_null(cell.skip);
		assert_non_null(strstr(cell.setup.s, cases[i].setup));
		assert_null(strstr(cell.setup.s, "personality"));
		assert_non_null(strstr(cell.repro, "engines drivers\n"));
		cell_free(&cell);
	}
}

/* Catches: a report that does not say which element, instance or value it was. */
static void test_step_text(void **state)
{
	static const char *const want[] = {
		"map m[0]#2 = c b[0]#2@0+4K TO_DEVICE", "map m[1]#2 = c b[1]#2@0+4K TO_DEVICE",
		"map m[2]#2 = c b[2]#2@0+4K TO_DEVICE", "map one#2 = c b[2]#2 FROM_DEVICE single",
		"map all#2 = x b#2 TO_DEVICE sg", "sync_for_cpu m[0]#2@0+2K",
		"sync_for_cpu m[1]#2@0+2K", "sync_for_cpu m[2]#2@0+2K", "sync_for_cpu m[1]#2",
		"sync_for_cpu all#2", "prep t#2 = c memcpy one#2 <- m[2]#2",
		"wait t#2 timeout 7ms", "issue c", "cpu_write b[0]#2 fill 0x10",
		"cpu_write b[1]#2 fill 0x10", "cpu_write b[2]#2 fill 0x10",
		"check a#2@0+2K == b[2]#2@0+2K", "delay 3us..4us", "barrier go#2", "unmap all#2",
	};
	struct compile_opts opts = { .variant = 1 };
	struct cell cell;

	(void)state;
	compile(HEAD "param n = 2 3 param d = 3us param size = 4K threads 2\n"
		"thread { map m = c b@0+$size TO_DEVICE map one = c b[$n - 1] FROM_DEVICE single\n"
		"map all = x b TO_DEVICE sg\n"
		"sync_for_cpu m@0+($size / 2) m[$n - 2] all\n"
		"prep t = c memcpy one <- m[$n - 1] wait t timeout 7ms issue c cpu_write b fill 0x10\n"
		"check a@0+($size / 2) == b[$n - 1]@0+($size / 2) delay $d..($d + 1us) barrier go unmap all }",
		opts, &cell);
	assert_int_equal(cell.nr_steps, 2 * sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(cell.step_text[cell.nr_steps / 2 + i], want[i]);
	assert_string_equal(cell.step_text[3], "map one#1 = c b[2]#1 FROM_DEVICE single");
	cell_free(&cell);
}

/* Catches: a destination among the sources; an entry or a parent of another transaction. */
static void test_operands(void **state)
{
	struct cell cell;
	struct wire w;
	const struct dmt_tx *t;

	(void)state;
	compile(HEAD "thread { map d = c a FROM_DEVICE map s = x b TO_DEVICE sg map o = x a FROM_DEVICE\n"
		"map e = c b TO_DEVICE prep t = c memcpy d@0+16 <- e[2]@32+16\n"
		"prep u = x xor o@8+4 <- s[1]@4+4 s[0]@0+4 flags ACK FENCE after t\n"
		"check a@1+2 == b[2]@3+2 ^ b[1]@4+2 }", (struct compile_opts) { 0 }, &cell);
	wire_open(&w, cell.program.s, cell.program.len);
	assert_int_equal(w.nr_txs, 2);
#define OPERAND(i, obj_, entry_, off_, len_) do {				\
	const struct dmt_operand *o_ = &w.operands[i];				\
										\
	assert_int_equal(le32toh(o_->obj), obj_);				\
	assert_int_equal(le32toh(o_->entry), entry_);				\
	assert_int_equal(le32toh(o_->off), off_);				\
	assert_int_equal(le32toh(o_->len), len_);				\
} while (0)
	t = &w.txs[0];
	OPERAND(le32toh(t->dst), 0, 0, 0, 16);
	assert_int_equal(le32toh(t->nr_src), 1);
	OPERAND(le32toh(t->first_src), 5, 0, 32, 16);
	assert_int_equal(le32toh(t->flags), DMT_TX_INTERRUPT | DMT_TX_ACK);
	assert_int_equal(le32toh(t->depend), DMT_NONE);
	t = &w.txs[1];
	OPERAND(le32toh(t->dst), 2, 0, 8, 4);
	assert_int_equal(le32toh(t->nr_src), 2);
	OPERAND(le32toh(t->first_src), 1, 1, 4, 4);
	OPERAND(le32toh(t->first_src) + 1, 1, 0, 0, 4);
	assert_int_equal(le32toh(t->flags), DMT_TX_ACK | DMT_TX_FENCE);
	assert_int_equal(le32toh(t->depend), 0);
	assert_int_equal(le32toh(t->len), 4);
	assert_int_equal(le16toh(w.steps[w.nr_steps - 1].op), DMT_STEP_CHECK);
	OPERAND(le32toh(w.steps[w.nr_steps - 1].obj), 0, 0, 1, 2);
	OPERAND(le32toh(w.steps[w.nr_steps - 1].arg0), 3, 0, 3, 2);
	OPERAND(le32toh(w.steps[w.nr_steps - 1].arg0) + 1, 2, 0, 4, 2);
	cell_free(&cell);
}

/* Catches: an expectation about other steps than it names; a forgotten instance. */
static void test_expect_steps(void **state)
{
	struct cell cell;

	(void)state;
	compile(HEAD "threads 2 thread { map m = c b TO_DEVICE unmap m unmap m[1] map o = c a TO_DEVICE unmap o }\n"
		"expect unmap m ENXIO in bounce expect unmap m[1] EIO kernel >= 6.6\n"
		"expect outcome hang arch arm64 expect fault x config CONFIG_X expect injected c in bounce32",
		(struct compile_opts) { 0 }, &cell);
	assert_int_equal(cell.nr_steps, 18);
	assert_int_equal(cell.expects[0].kind, EXPECT_STATUS);
	assert_int_equal(cell.expects[0].err, ENXIO);
	assert_int_equal(cell.expects[0].line, 7);
	assert_int_equal(cell.expects[0].worlds, 1u << WORLD_BOUNCE | 1u << WORLD_BOUNCE32);
	assert_int_equal(cell.expects[0].nr_steps, 8);
	assert_memory_equal(cell.expects[0].steps,
			    ((uint32_t[]) { 3, 4, 5, 6, 12, 13, 14, 15 }), 8 * sizeof(uint32_t));
	assert_string_equal(cell.expects[0].text, "expect unmap m ENXIO in bounce");
	assert_int_equal(cell.expects[1].nr_steps, 4);
	assert_memory_equal(cell.expects[1].steps, ((uint32_t[]) { 4, 6, 13, 15 }),
			    4 * sizeof(uint32_t));
	assert_string_equal(cell.expects[1].kernel.op, ">=");
	assert_int_equal(cell.expects[1].kernel.major, 6);
	assert_int_equal(cell.expects[1].kernel.minor, 6);
	assert_string_equal(cell.expects[2].fate, "hang");
	assert_string_equal(cell.expects[2].arch, "arm64");
	assert_string_equal(cell.expects[3].engine, "x");
	assert_string_equal(cell.expects[3].config, "CONFIG_X");
	assert_int_equal(cell.expects[4].kind, EXPECT_INJECTED);
	assert_int_equal(cell.expects[4].worlds, 1u << WORLD_BOUNCE32);
	cell_free(&cell);
}

static void check_violation(const struct expect *e, const char *class, enum expect_on on,
			    const uint32_t *objects, unsigned int nr_objects,
			    const uint32_t *steps, unsigned int nr_steps)
{
	assert_int_equal(e->kind, EXPECT_VIOLATION);
	assert_string_equal(e->class, class);
	assert_int_equal(e->on, on);
	assert_int_equal(e->nr_objects, nr_objects);
	if (nr_objects)
		assert_memory_equal(e->objects, objects, nr_objects * sizeof(*objects));
	assert_int_equal(e->nr_steps, nr_steps);
	if (nr_steps)
		assert_memory_equal(e->steps, steps, nr_steps * sizeof(*steps));
}

/* Catches: a violation expected of another object than is named. */
static void test_expect_violations(void **state)
{
#define LIST(...) ((uint32_t[]) { __VA_ARGS__ }), sizeof((uint32_t[]) { __VA_ARGS__ }) / 4
	struct cell cell;

	(void)state;
	compile(HEAD "threads 2 thread { map m = c b TO_DEVICE map o = c a FROM_DEVICE prep t = c memcpy o <- m[0] submit t unmap m o }\n"
		"expect early-map m in bounce expect early-map m[1] expect foreign-submit t\n"
		"expect release-active x kernel >= 6.6 expect leak expect unmap-active o",
		(struct compile_opts) { 0 }, &cell);
	assert_int_equal(cell.nr_steps, 20);
	check_violation(&cell.expects[0], "early-map", EXPECT_ON_MAP, LIST(0, 1, 2, 4, 5, 6),
			LIST(0, 1, 2, 10, 11, 12));
	assert_int_equal(cell.expects[0].worlds, 1u << WORLD_BOUNCE | 1u << WORLD_BOUNCE32);
	assert_string_equal(cell.expects[0].text, "expect early-map m in bounce");
	check_violation(&cell.expects[1], "early-map", EXPECT_ON_MAP, LIST(1, 5), LIST(1, 11));
	check_violation(&cell.expects[2], "foreign-submit", EXPECT_ON_TX, LIST(0, 1), LIST(5, 15));
	check_violation(&cell.expects[3], "release-active", EXPECT_ON_ENGINE, LIST(1), NULL, 0);
	assert_int_equal(cell.expects[3].kernel.minor, 6);
	check_violation(&cell.expects[4], "leak", EXPECT_ON_ANY, NULL, 0, NULL, 0);
	check_violation(&cell.expects[5], "unmap-active", EXPECT_ON_MAP, LIST(3, 7), LIST(3, 13));
	cell_free(&cell);
#undef LIST
}

static bool contradict(const char *expects)
{
	char *text = xasprintf("%s thread { }\n%s", HEAD, expects);
	struct scenario *s;
	struct diag d;
	bool bad = scenario_parse("f", text, strlen(text), &s, &d);

	if (bad)
		assert_non_null(strstr(d.text, "contradicts line 7"));
	scenario_free(s);
	free(text);
	return bad;
}

/* Catches: a contradiction that is not seen; expectations that do not conflict, refused. */
static void test_contradictions(void **state)
{
	static const char *const bad[][2] = {
		{ "", "" }, { "", "in strict" }, { "in bounce", "in bounce32" },
		{ "kernel >= 6.6", "kernel > 6.1" }, { "kernel == 6.6", "kernel <= 6.6" },
		{ "arch arm64", "config CONFIG_X" }, { "config CONFIG_X", "config CONFIG_Y" },
		{ "in strict arch arm64", "kernel < 6.9" },
	};
	static const char *const good[][2] = {
		{ "in coherent", "in bounce" }, { "in bounce32", "in strict" },
		{ "kernel >= 6.6", "kernel < 6.6" }, { "kernel == 6.6", "kernel == 6.12" },
		{ "kernel <= 6.1", "kernel > 6.1" }, { "arch arm64", "arch x86_64" },
		{ "in bounce arch arm64", "in strict arch arm64" },
	};
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (int swap = 0; swap < 2; swap++) {
			text = xasprintf("expect data intact %s expect data corrupt %s",
					 bad[i][swap], bad[i][!swap]);
			if (!contradict(text))
				fail_msg("not seen: %s", text);
			free(text);
		}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		for (int swap = 0; swap < 2; swap++) {
			text = xasprintf("expect data intact %s expect data corrupt %s",
					 good[i][swap], good[i][!swap]);
			if (contradict(text))
				fail_msg("no contradiction: %s", text);
			free(text);
		}
}

/* Does a program with @times times @step fit? If not, the message must contain @says. */
static bool fits(const char *step, unsigned int times, const char *says)
{
	struct strbuf text = STRBUF_INIT;
	struct scenario *s;
	struct cell cell;
	struct diag d;
	int err;

	strbuf_adds(&text, HEAD "buffer w[1000] 1 zero thread { map m = c a TO_DEVICE\n");
	while (times--)
		strbuf_addf(&text, "%s\n", step);
	strbuf_adds(&text, "}");
	err = scenario_parse("f", text.s, text.len, &s, &d);
	if (!err) {
		assert_int_equal(scenario_compile(s, &(struct compile_opts) { 0 }, &cell, &d), 0);
		validate(cell.program.s, cell.program.len);
		cell_free(&cell);
	} else if (!strstr(d.text, says)) {
		fail_msg("%u:%u: %s", d.line, d.col, d.text);
	}
	scenario_free(s);
	strbuf_free(&text);
	return !err;
}

/* Catches: limits of the uapi that are off by one; memory allocated before they are checked. */
static void test_limits(void **state)
{
	(void)state;
	assert_true(fits("ack t", 0, ""));
	assert_true(fits("unmap m m m m m m m m m m m m m m m m m m m m m m m m m m m", 600, ""));
	assert_true(fits("delay 0 unmap m m m m m m m m m m m m m m", 1092, ""));
	assert_false(fits("delay 0 unmap m m m m m m m m m m m m m m", 1093, "more than 16384 steps"));
	assert_true(fits("cpu_read w", 16, ""));
	assert_false(fits("cpu_read w", 17, "more than 16384 operands"));
	assert_true(fits("in task { }", 1023, ""));
	assert_false(fits("in task { }", 1024, "more than 1024 blocks"));
}

static bool parses(const char *format, int n)
{
	char *rest = xasprintf(format, n, n), *text = xasprintf("%s%s", HEAD, rest);
	struct scenario *s;
	struct diag d;
	int err = scenario_parse("f", text, strlen(text), &s, &d);

	scenario_free(s);
	free(text);
	free(rest);
	return !err;
}

/* Catches: other limits that are off by one. */
static void test_more_limits(void **state)
{
	static const struct {
		const char *format;
		int most;
	} table[] = {
		{ "buffer d[%d] 1 zero thread { }", DMT_MAX_BUFFERS - 4 },
		{ "buffer d %d zero thread { }", DMT_MAX_BUFFER_SIZE },
		{ "buffer d[15] 4M zero buffer e[%d] 4K zero thread { }", 1020 - 15 },
		{ "buffer d[15] 4M zero buffer e[%d] 2 zero offset 4095 thread { }", 510 },
		{ "buffer d[%d] 1 zero thread { map m = c d TO_DEVICE sg }", DMT_MAX_SG },
		{ "buffer d[%d] 4K zero thread { map o = x a FROM_DEVICE map m = x d TO_DEVICE prep t = x xor o <- m }",
		  DMT_MAX_SOURCES },
		{ "buffer d[%d] 4K zero thread { check a == d }", DMT_MAX_SOURCES },
		{ "threads %d thread { barrier one }", DMT_MAX_BARRIERS },
		{ "threads %d thread { barrier one barrier two }", DMT_MAX_BARRIERS / 2 },
		{ "threads %d thread { } thread { }", DMT_MAX_THREADS / 2 },
		{ "thread { delay %dns }", DMT_MAX_DELAY_NS },
		{ "thread { in atomic { delay %dns } }", DMT_MAX_ATOMIC_DELAY_NS },
		{ "thread { in workqueue { delay %dns } }", DMT_MAX_DELAY_NS },
		{ "repeat %d thread { }", DMT_MAX_REPEAT },
		{ "timeout %dms thread { }", DMT_MAX_TIMEOUT_MS },
		{ "buffer d 1 zero offset %d thread { }", 4095 },
		{ "buffer d 1 fill %d thread { }", 255 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!parses(table[i].format, table[i].most))
			fail_msg("%s: %d refused", table[i].format, table[i].most);
		if (parses(table[i].format, table[i].most + 1))
			fail_msg("%s: %d taken", table[i].format, table[i].most + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_setup), cmocka_unit_test(test_personalities),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_board),
		cmocka_unit_test(test_cpu_ops),
		cmocka_unit_test(test_fault_words),
		cmocka_unit_test(test_drivers),
		cmocka_unit_test(test_step_text),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_expect_steps),
		cmocka_unit_test(test_expect_violations),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_more_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
