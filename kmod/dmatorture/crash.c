// SPDX-License-Identifier: GPL-2.0-only
/*
 * Planted kernel defects for the harness's own tests: one for each witness to report. rules.c
 * accepts such a step only if the module was loaded with crash=1.
 */
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/poison.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "dmt.h"

#define LEAKED	16	/* objects; kmemleak misses one that a stale register points to */

static DEFINE_SPINLOCK(one);
static DEFINE_SPINLOCK(other);

static void nest(spinlock_t *outer, spinlock_t *inner)
{
	unsigned long flags;

	spin_lock_irqsave(outer, flags);
	spin_lock(inner);
	spin_unlock(inner);
	spin_unlock_irqrestore(outer, flags);
}

static void sleep_in_atomic(void)
{
	preempt_disable();
	might_sleep();		/* it is reported, but nothing sleeps */
	preempt_enable();
}

static void use_after_free(void)
{
	int *p = kzalloc(sizeof(*p) * 16, GFP_ATOMIC);

	if (!p)
		return;
	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	READ_ONCE(*p);
}

static void leak(void)
{
	unsigned int i;

	for (i = 0; i < LEAKED; i++) {
		void *p = kmalloc(192, GFP_ATOMIC);

		OPTIMIZER_HIDE_VAR(p);
	}
}

/* Any context. Does not return from PANIC, OOPS and the hangs. */
void dmt_do_crash(u32 how)
{
	switch (how) {
	case DMT_CRASH_PANIC:
		panic("dmatorture: a crash step asked for a panic");
	case DMT_CRASH_OOPS:
		WRITE_ONCE(*(int *)(POISON_POINTER_DELTA + 0x10), 1);
		break;
	case DMT_CRASH_WARN:
		WARN(1, "dmatorture: a crash step asked for a warning");
		break;
	case DMT_CRASH_HANG:
		preempt_disable();
		for (;;)	/* cpu_relax() is very slow under the instruction clock */
			barrier();
	case DMT_CRASH_HANG_IRQOFF:
		local_irq_disable();
		for (;;)
			cpu_relax();
	case DMT_CRASH_LOCK_ORDER:
		nest(&one, &other);
		nest(&other, &one);
		break;
	case DMT_CRASH_SLEEP:
		sleep_in_atomic();
		break;
	case DMT_CRASH_USE_AFTER_FREE:
		use_after_free();
		break;
	case DMT_CRASH_LEAK:
		leak();
		break;
	}
}
