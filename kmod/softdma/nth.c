// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the nth call fail and no other, counted over all engines: a sweep over all calls
 * of a program needs that. An engine's faults cannot express it, as each engine counts
 * for itself and the space of map_fail is counted in bytes.
 */
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "softdma.h"

static const char *const words[SOFTDMA_NR_CALLS] = {
	[SOFTDMA_NO_CALL] = "off",
	[SOFTDMA_CALL_MAP] = "map",
	[SOFTDMA_CALL_PREP] = "prep",
	[SOFTDMA_CALL_SUBMIT] = "submit",
};

static DEFINE_SPINLOCK(lock);
static enum softdma_call nth_call;	/* these three are protected by the lock */
static u32 nth, nr_calls;

bool softdma_nth_fails(enum softdma_call call)
{
	unsigned long flags;
	bool fails;

	if (READ_ONCE(nth_call) != call)
		return false;
	spin_lock_irqsave(&lock, flags);
	fails = nth_call == call && ++nr_calls == nth;
	spin_unlock_irqrestore(&lock, flags);
	return fails;
}

static int parse(const char *text, enum softdma_call *call, u32 *n)
{
	char copy[32], *rest = copy, *word;
	int i;

	if (strscpy(copy, text, sizeof(copy)) < 0)
		return -EINVAL;
	word = strsep(&rest, " ");
	i = __sysfs_match_string(words, SOFTDMA_NR_CALLS, word);
	if (i < 0)
		return i;
	*call = i;
	*n = 0;
	if (i == SOFTDMA_NO_CALL)
		return rest ? -EINVAL : 0;
	return rest ? kstrtou32(rest, 10, n) : -EINVAL;
}

static int set_nth(const char *text, const struct kernel_param *kp)
{
	enum softdma_call call;
	unsigned long flags;
	u32 n;
	int err = parse(text, &call, &n);

	if (err)
		return err;
	spin_lock_irqsave(&lock, flags);
	WRITE_ONCE(nth_call, call);
	nth = n;
	nr_calls = 0;
	spin_unlock_irqrestore(&lock, flags);
	return 0;
}

static int get_nth(char *page, const struct kernel_param *kp)
{
	unsigned long flags;
	int n;

	spin_lock_irqsave(&lock, flags);
	n = sprintf(page, "%s %u %u\n", words[nth_call], nth, nr_calls);
	spin_unlock_irqrestore(&lock, flags);
	return n;
}

static const struct kernel_param_ops nth_ops = {
	.set = set_nth,
	.get = get_nth,
};

module_param_cb(fail_nth, &nth_ops, NULL, 0644);
MODULE_PARM_DESC(fail_nth, "\"map|prep|submit N\": the Nth such call from now on fails, counted over all engines; \"off\": none");
