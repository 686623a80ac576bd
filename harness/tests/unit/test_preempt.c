// SPDX-License-Identifier: GPL-2.0-only
/* Tests what the observer concludes about preemption (harness/observer/preempt.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <cmocka.h>

#include "observer/preempt.h"

static void is(const char *version, int mode, const char *model, bool preemptible)
{
	bool p;

	assert_string_equal(preempt_model(version, mode, &p), model);
	assert_int_equal(p, preemptible);
}

/* Catches: too few seats, because the mode of a kernel with PREEMPT_DYNAMIC was read wrongly. */
static void dynamic(void **state)
{
	static const char v[] = "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1 (2026-05-01)";

	(void)state;
	is(v, 0, "none", false);
	is(v, 1, "voluntary", false);
	is(v, 2, "full", true);
	is(v, 3, "lazy", true);
}

/* Catches: a mode that is not known, which is taken for one that preempts nothing. */
static void unknown(void **state)
{
	(void)state;
	is("#1 SMP PREEMPT_DYNAMIC", -1, "unknown", true);
	is("#1 SMP PREEMPT_DYNAMIC", 4, "unknown", true);
}

/* Catches: PREEMPT_RT taken for PREEMPT, and a kernel without preemption that pays for seats. */
static void fixed(void **state)
{
	(void)state;
	is("#1 SMP PREEMPT_RT Debian 6.12.118-1", -1, "rt", true);
	is("#1 SMP PREEMPT_RT PREEMPT_DYNAMIC", 0, "rt", true);
	is("#1 SMP PREEMPT_LAZY", -1, "lazy", true);
	is("#1 SMP PREEMPT Mon", -1, "full", true);
	is("#1 SMP Mon", -1, "none", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dynamic),
		cmocka_unit_test(unknown),
		cmocka_unit_test(fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
