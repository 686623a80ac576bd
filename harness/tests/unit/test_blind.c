// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests that a mapping function which no probe covers is found by its name, that its calls make a
 * result incomplete, and that nothing false is concluded from what they did unseen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/judge/evstream.h"
#include "lib/report/report.h"
#include "observer/blind.h"
#include "trace.h"

#define NR(a) (sizeof(a) / sizeof((a)[0]))

/* Catches: a new name that is taken for something else than a mapping function. */
static void test_names(void **state)
{
	static const char *const yes[] = {
		"dma_map_unknown_thing", "dma_iova_try_alloc", "__dma_sync_single_for_cpu",
		"dmam_alloc_attrs", "dma_alloc_noncontiguous", "dma_map_phys", "dma_bulk_unmap",
		"dma_iova_link",
	};
	static const char *const no[] = {
		"dma_set_mask", "dma_max_mapping_size", "dmabuf_map", "dma_mapping_error",
		"dma_sounds_like_syncing", "sync_dma", "dma", "_dma", "", "blk_rq_dma_map_iter_start",
	};

	(void)state;
	for (size_t i = 0; i < NR(yes); i++)
		assert_true(blind_is_mapping_name(yes[i]));
	for (size_t i = 0; i < NR(no); i++)
		assert_false(blind_is_mapping_name(no[i]));
	assert_non_null(blind_known("dma_direct_map_sg"));
	assert_non_null(blind_known("dma_need_unmap"));
	assert_non_null(blind_known("dma_free_from_pool_page"));	/* of 7.3 */
	assert_null(blind_known("dma_need_unmap_too"));
	assert_null(blind_known("dma_map_unknown_thing"));
}

static void note(void *arg, const char *name)
{
	strbuf_addf(arg, "%s ", name);
}

/* Catches: a driver's own static function that is taken for the kernel's API. */
static void test_kallsyms(void **state)
{
	static char text[] =
		"ffffffff81000000 T _text\n"
		"ffffffff81100000 t dma_map_of_a_driver\n"
		"ffffffff81100010 T dma_map_unknown_thing\n"
		"ffffffff81100020 t __pfx_dma_map_unknown_thing\n"
		"ffffffff81100030 W dma_sync_weak\n"
		"ffffffff81100040 D dma_alloc_data\n"
		"ffffffff81100050 T dma_map_other\n"
		"ffffffffc0100000 T dma_map_of_a_module\t[module]\n"
		"a line that is none\n";
	static char *names[] = { "dma_map_of_a_driver", "dma_map_unknown_thing", "dma_sync_weak",
				 "dma_alloc_data", "dma_map_of_a_module" };
	struct strbuf got = STRBUF_INIT;
	FILE *f = fmemopen(text, sizeof(text) - 1, "r");

	(void)state;
	assert_int_equal(blind_global(f, names, NR(names), note, &got), 2);
	assert_string_equal(strbuf_str(&got), "dma_map_unknown_thing dma_sync_weak ");
	fclose(f);
	strbuf_free(&got);
}

/* Catches: false reports about what an unseen call mapped, unmapped, or handed over. */
static void test_held_back(void **state)
{
	static const struct trace_case cases[] = {
		{ "it may have mapped what is unmapped",
		  "DEV A softdma; BLIND A dma_map_new; UNMAP A 1000+1000 to", "" },
		{ "it may have unmapped what is mapped",
		  "DEV A softdma; MAP A 1000+1000 from; BLIND A dma_unmap_new; MAP A 1000+1000 from", "" },
		{ "it may have unmapped a list",
		  "DEV A softdma; SG A l from 1000+200; BLIND A dma_unmap_new; SG A l from 1000+200", "" },
		{ "of an unknown device: of any",
		  "DEV A softdma; MAP A 1000+1000 from; BLIND - dma_unmap_new; MAP A 1000+1000 from", "" },
		{ "what is mapped afterwards is judged",
		  "DEV A softdma; BLIND A dma_map_new; MAP A 1000+1000 from; MAP A 1000+1000 from",
		  "overlap-same-device" },
		{ "another device is judged",
		  "DEV A softdma; DEV B softdma; BLIND A dma_map_new; UNMAP B 1000+1000 to",
		  "unmap-wrong-address" },
		{ "no such call", "DEV A softdma; UNMAP A 1000+1000 to", "unmap-wrong-address" },
	};

	(void)state;
	assert_int_equal(trace_cases(cases, NR(cases)), 0);
}

static char *doubt_of(const char *trace, const char *probes)
{
	struct evstream *s = evstream_new(NULL);
	struct trace t = { .keep_log = true };
	const char *doubt;
	uint64_t end[2];
	char why[256], *copy;

	trace_play(&t, trace);
	end[0] = t.ctx.seq;
	end[1] = 0;
	evstream_events(s, t.log, t.nr_log);
	assert_int_equal(evstream_chunk(s, OBS_CHUNK_PROBES, probes, strlen(probes), why), 0);
	assert_int_equal(evstream_chunk(s, OBS_CHUNK_END, end, sizeof(end), why), 0);
	evstream_finish(s);
	doubt = evstream_incomplete(s);
	copy = xstrdup(doubt ? doubt : "");
	evstream_free(s);
	free(t.log);
	return copy;
}

/* Catches: a pass although mappings were made by functions that nobody watched. */
static void test_incomplete(void **state)
{
	static const struct { const char *trace, *probes, *want; } cases[] = {
		{ "DEV A x; BLIND A dma_map_new; BLIND A dma_map_new; BLIND A dma_map; BLIND - dma_\033x",
		  "", "blind to dma_map_new, dma_map, dma_?x: no probe covers it, and it was called 4 times" },
		{ "DEV A x; MAP A 1000+1000 to", "blind to dma_map_new: no probe covers it; a result in which it was called is incomplete\n", "" },
		{ "DEV A x; MAP A 1000+1000 to", "blind to dma_map_new: missing: no \033 probe\n",
		  "blind to dma_map_new: missing: no ? probe" },
	};

	(void)state;
	for (size_t i = 0; i < NR(cases); i++) {
		char *got = doubt_of(cases[i].trace, cases[i].probes);

		assert_string_equal(got, cases[i].want);
		free(got);
	}
}

/* How often the judge did not know whether a spinlock was held. */
static unsigned long long locks_unknown(const char *trace, const char *probes, char **classes)
{
	struct evstream *s = evstream_new(NULL);
	struct trace t = { .keep_log = true };
	unsigned long long n;
	char why[256];

	trace_play(&t, trace);
	assert_int_equal(evstream_chunk(s, OBS_CHUNK_PROBES, probes, strlen(probes), why), 0);
	evstream_events(s, t.log, t.nr_log);
	evstream_finish(s);
	n = judge_counters(evstream_judge(s))->unknown[UNKNOWN_LOCKS];
	*classes = trace_classes(evstream_judge(s));
	evstream_free(s);
	free(t.log);
	return n;
}

/* Catches: a kernel that counts no spinlocks, which is taken for one on which none is held. */
static void test_locks(void **state)
{
	static const char probes[] = "locked missing: this kernel does not count them\n";
	static const char callback[] = "DEV A softdma; CHAN c A; GET c 1; MAP A 1000+1000 to; MAP A 2000+1000 from;"
		"PREP t c memcpy 2000+1000 < 1000+1000; SUBMIT t 2; ISSUE c; @level=1 CB t; CBX t; @level=0;"
		"UNMAP A 1000+1000 to; UNMAP A 2000+1000 from; PUT c 1";
	static const char hardirq[] = "DEV A softdma; CHAN c A; GET c 1; MAP A 1000+1000 to; MAP A 2000+1000 from;"
		"PREP t c memcpy 2000+1000 < 1000+1000; SUBMIT t 2; ISSUE c; @level=2 CB t; CBX t; @level=0;"
		"UNMAP A 1000+1000 to; UNMAP A 2000+1000 from; PUT c 1";
	char *classes;

	(void)state;
	assert_int_equal(locks_unknown(callback, "", &classes), 0);
	assert_string_equal(classes, "");
	free(classes);
	assert_int_equal(locks_unknown(callback, probes, &classes), 1);
	assert_string_equal(classes, "");
	free(classes);
	/* what needs no lock to be wrong is found as ever, and nothing is unknown about it */
	assert_int_equal(locks_unknown(hardirq, probes, &classes), 0);
	assert_string_equal(classes, "callback-hardirq");
	free(classes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_kallsyms),
		cmocka_unit_test(test_held_back), cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
