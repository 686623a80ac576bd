// SPDX-License-Identifier: GPL-2.0-only
/* Tests the JSON that the agent writes, which has no library for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "lib/base/json_text.h"
#include "lib/base/json_write.h"

/* Catches: a missing or an extra comma, a nesting that does not close, a number that is none. */
static void test_shape(void **state)
{
	struct strbuf out = STRBUF_INIT;
	json_t *o;

	(void)state;
	json_open(&out, NULL, '{');
	json_write_number(&out, "big", UINT64_MAX / 4);
	json_open(&out, "list", '[');
	for (int i = 0; i < 2; i++) {
		json_open(&out, NULL, '{');
		json_write_text(&out, "a", NULL);
		json_open(&out, "none", '[');
		json_close(&out, ']');
		json_write_real(&out, "x", i ? 1.5 : NAN);
		json_close(&out, '}');
	}
	json_close(&out, ']');
	json_write_text(&out, "last", "");
	json_close(&out, '}');
	o = json_loads(out.s, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(o);
	assert_int_equal(json_integer_value(json_object_get(o, "big")), UINT64_MAX / 4);
	assert_int_equal(json_array_size(json_object_get(o, "list")), 2);
	assert_string_equal(json_string_value(json_object_get(o, "last")), "");
	json_decref(o);
	strbuf_free(&out);
}

/* Catches: a byte that makes the document unreadable, or that reads as something else. */
static void test_any_bytes(void **state)
{
	(void)state;
	for (int c = 1; c < 256; c++) {
		const char text[] = { 'a', (char)c, '"', '\\', 'x', (char)c, 0 };
		json_t *same = json_text(text), *o;
		struct strbuf out = STRBUF_INIT;

		json_open(&out, NULL, '[');
		json_write_text(&out, NULL, text);
		json_close(&out, ']');
		o = json_loads(out.s, 0, NULL);
		assert_non_null(o);
		assert_true(json_equal(json_array_get(o, 0), same));
		json_decref(o);
		json_decref(same);
		strbuf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
