// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the nth allocation of a session fail. It uses the kernel's fail_nth, a counter of a
 * task, and hands it from the task that loads and runs a program to the program's threads and
 * back, so that one count goes over all of them. failslab and fail_page_alloc decide which
 * allocations count.
 *
 * A thread that waits gives the counter away, so that another thread can have it meanwhile.
 */
#include <linux/atomic.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "dmt.h"

#ifdef CONFIG_FAULT_INJECTION

static atomic_t fail_nth = ATOMIC_INIT(0);	/* 0: off, or used up, or a task has it now */

void dmt_fail_take(void)
{
	int n;

	if (!in_task() || !atomic_read(&fail_nth))
		return;
	n = atomic_xchg(&fail_nth, 0);
	if (n)
		WRITE_ONCE(current->fail_nth, n);
}

void dmt_fail_give(void)
{
	int n;

	if (!in_task())
		return;
	n = READ_ONCE(current->fail_nth);
	if (!n)
		return;
	WRITE_ONCE(current->fail_nth, 0);
	atomic_set(&fail_nth, n);
}

static int set_nth(const char *text, const struct kernel_param *kp)
{
	unsigned int n;
	int err = kstrtouint(text, 10, &n);

	if (!err)
		atomic_set(&fail_nth, n & INT_MAX);
	return err;
}

static int get_nth(char *page, const struct kernel_param *kp)
{
	return sprintf(page, "%d\n", atomic_read(&fail_nth));
}

static const struct kernel_param_ops nth_ops = {
	.set = set_nth,
	.get = get_nth,
};

module_param_cb(fail_nth, &nth_ops, NULL, 0600);
MODULE_PARM_DESC(fail_nth, "the Nth allocation that a session makes from now on fails; reads 0 when it has");

#endif
