// SPDX-License-Identifier: GPL-2.0-only
/* Tests that all errors of a scenario are told, and nothing that only follows from one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/language/errors.h"

#define HEAD	"scenario t/x \"a test\"\nengine c memcpy like fsl-dma\nbuffer a 4K random\n"

/* "4:5 7:1": the places of all errors. */
static void places(const char *text, char *out, size_t room)
{
	struct diags diags = { 0 };
	/* A copy without a NUL: reading beyond the end shows under ASan. */
	size_t len = strlen(text), at = 0, nr;
	char *copy = malloc(len ? len : 1);

	memcpy(copy, text, len);
	nr = scenario_errors("t.dma", copy, len, &diags);
	assert_int_equal(nr, diags.nr);
	out[0] = '\0';
	for (size_t i = 0; i < diags.nr; i++)
		at += snprintf(out + at, room - at, "%s%u:%u", i ? " " : "", diags.v[i].line,
			       diags.v[i].col);
	diags_free(&diags);
	free(copy);
}

/* Catches: an error that is not told, one that only follows from another, one told twice. */
static void test_places(void **state)
{
	static const struct {
		const char *text, *at;
	} table[] = {
		{ HEAD "thread { }", "" },
		/* each statement of a thread, and of the top level */
		{ HEAD "thread {\nmapp m = c a TO_DEVICE\nmap n = c a TO_DEVIC\nwaitt t\n}\nsed 1", "5:1 6:13 7:1 9:1" },
		/* what the compiler says, behind what the parser says */
		{ HEAD "buffer b 4Q zero\nthread {\nmap m = d a TO_DEVICE\nwait t\n}", "4:10 6:9 7:6" },
		/* a name that stood in what is wrong is not missing */
		{ HEAD "thread {\nmap m = c a TO_DEVIC\nunmap m\n}\nexpect early-map m", "5:13" },
		{ HEAD "engine x xor like fsl-dma\nthread {\nmap m = x a TO_DEVICE\nunmap m\n}", "4:8" },
		{ HEAD "buffer d 5M zero\nthread {\nmap m = c d TO_DEVICE\nprep t = c memcpy m <- m\nwait t\n}", "4:10" },
		{ HEAD "param p = \nbuffer d $p zero\nthread { }", "5:1" },
		/* a block goes as a whole with its first line */
		{ HEAD "thread {\non_complete t {\nmapp\n}\nissue z\n}", "5:13 6:1 8:7" },
		{ HEAD "thread {\nin irq {\ndelay 1us\n}\ndelay 5\n}", "5:4 8:7" },
		/* without the brace nothing behind it can be understood */
		{ HEAD "thread\nmap m = c a TO_DEVICE\nmapp\n}", "5:1" },
		{ HEAD "thread {\nmapp m\n", "5:1 6:1" },
		/* rules about the whole are told only when all else is right */
		{ "scenario t/x \"a test\"\nengine c memcpy like talitos\nthread { }", "2:8" },
		{ "scenario t/x \"a test\"\nbuffer a 4Q zero\nthread { }", "2:10" },
		{ "scenario t/x \"a test\"\nbuffer a 4K zero\nthread { }", "3:11" },
		{ HEAD "thread {\nbarrier x\nbarrier x\n}\nthread { barrier x }", "8:8" },
		/* the header */
		{ "scenario t\n\"a test\"\nengine c memcpy like fsl-dma\nthread { dellay 1us }", "2:1 4:10" },
		{ "", "1:1" },
		{ HEAD "}\nthread { }\nsed 1", "4:1 6:1" },
		/* only with one value of a parameter, only in one of two */
		{ HEAD "param n = 1 2 9\nbuffer d[$n] 4K zero\nthread { map m = c d[1] TO_DEVICE }", "6:22" },
		{ HEAD "thread { }\nexpect data intact\nexpect data corrupt\nexpect wait t EIO", "6:8 7:13" },
	};
	char at[256];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		places(table[i].text, at, sizeof(at));
		if (strcmp(at, table[i].at))
			fail_msg("%s\n%s, wanted %s", table[i].text, at, table[i].at);
	}
}

/* Catches: a bad file that is read again and again, and a thousand errors on a screen. */
static void test_many(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct diags diags = { 0 };

	(void)state;
	strbuf_adds(&text, HEAD "thread {\n");
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&text, "mapp m\n");
	strbuf_adds(&text, "}\n");
	assert_int_equal(scenario_errors("t.dma", text.s, text.len, &diags), 20);
	assert_int_equal(diags.v[0].line, 5);
	assert_int_equal(diags.v[19].line, 24);
	diags_free(&diags);
	strbuf_free(&text);
}

/* Catches: a file of another system that is refused, or whose columns are wrong. */
static void test_other_ends(void **state)
{
	char at[64];

	(void)state;
	places("\xef\xbb\xbfscenario t/x \"a test\"\r\nengine c memcpy like fsl-dma\r\n"
	       "link https://a.b/c\r\n# a remark\r\nthread {\r\n}\r\n", at, sizeof(at));
	assert_string_equal(at, "");
	places("\xef\xbb\xbfscenario t \"a test\"\r\nengine c memcpy like fsl-dma\r\nthread {\r\ndelay 5\r\n}\r\n",
	       at, sizeof(at));
	assert_string_equal(at, "1:12 4:7");
}

/* Catches: a keyword of the top level in a thread of which only the step's name is doubted. */
static void test_top_level(void **state)
{
	static const char text[] = HEAD "thread {\nrepeat 5\n}\n";
	struct scenario *s;
	struct diag diag;

	(void)state;
	assert_int_not_equal(scenario_parse("t.dma", text, strlen(text), &s, &diag), 0);
	assert_non_null(strstr(diag.text, "'repeat' is said of the whole scenario: it stands at the top level"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_other_ends),
		cmocka_unit_test(test_top_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
