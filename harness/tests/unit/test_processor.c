// SPDX-License-Identifier: GPL-2.0-only
/* Tests which processor of the host a guest gets. Locks are as in test_image.c. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "vm/internal.h"

static char *top;
static cpu_set_t before;

static int setup(void **state)
{
	char template[] = "/tmp/test_processor.XXXXXX";

	(void)state;
	top = xstrdup(mkdtemp(template));
	setenv("XDG_CACHE_HOME", top, 1);
	return sched_getaffinity(0, sizeof(before), &before);
}

static int teardown(void **state)
{
	char *cmd = xasprintf("rm -rf %s", top);

	(void)state;
	sched_setaffinity(0, sizeof(before), &before);
	assert_int_equal(system(cmd), 0);
	free(cmd);
	free(top);
	return 0;
}

/* Catches guests that share a processor while another one has none. */
static void test_spread(void **state)
{
	unsigned int nr = CPU_COUNT(&before), used[CPU_SETSIZE] = { 0 };
	int lock[2 * CPU_SETSIZE];

	(void)state;
	for (unsigned int i = 0; i < 2 * nr; i++) {
		int cpu = vm_take_processor(&lock[i]);

		assert_in_range(cpu, 0, CPU_SETSIZE - 1);
		assert_true(CPU_ISSET(cpu, &before));
		assert_int_equal(used[cpu]++, i / nr);
	}
	for (unsigned int i = 0; i < 2 * nr; i++)
		close(lock[i]);
}

/* Catches one that stays taken after its guest. */
static void test_given_back(void **state)
{
	int a, b, c, cpu = vm_take_processor(&a), other;

	(void)state;
	other = vm_take_processor(&b);
	close(a);
	assert_int_equal(vm_take_processor(&c), cpu);
	assert_in_range(other, 0, CPU_SETSIZE - 1);
	close(b);
	close(c);
}

/* Catches a guest outside the processors that the harness may use, and one that is not bound. */
static void test_stays(void **state)
{
	cpu_set_t now;
	int lock, cpu, last = -1;

	(void)state;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &before))
			last = i;
	vm_stay_on(last);
	assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
	assert_int_equal(CPU_COUNT(&now), 1);
	cpu = vm_take_processor(&lock);
	assert_int_equal(cpu, last);
	close(lock);
	vm_stay_on(-1);
	assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
	assert_true(CPU_ISSET(last, &now));
}

/* Without a cache the guest runs, on any. */
static void test_no_place(void **state)
{
	int lock;

	(void)state;
	setenv("XDG_CACHE_HOME", "/dev/null", 1);
	assert_int_equal(vm_take_processor(&lock), -1);
	assert_int_equal(lock, -1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_spread), T(test_given_back), T(test_stays), T(test_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
