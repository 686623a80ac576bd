// SPDX-License-Identifier: GPL-2.0-only
/*
 * Injected faults. The four numbers mean what they mean in lib/fault-inject.c, which is
 * not used because stock kernels have no CONFIG_FAULT_INJECTION and because every choice
 * must come from the engine's seed.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "prng.h"
#include "softdma.h"
#include "world.h"

/* Keys of the attribute stats. The first four names are older than the prefix fault_. */
const char *const softdma_fault_counters[SOFTDMA_NR_FAULTS] = {
	[SOFTDMA_DROP] = "dropped",
	[SOFTDMA_DELAY] = "delayed",
	[SOFTDMA_ERROR] = "failed",
	[SOFTDMA_EARLY] = "early",
	[SOFTDMA_START] = "fault_start",
	[SOFTDMA_COMPLETE] = "fault_complete",
	[SOFTDMA_LOST_DEP] = "fault_lost_dep",
	[SOFTDMA_LOCKED] = "fault_locked",
	[SOFTDMA_LOCKED_DEP] = "fault_locked_dep",
	[SOFTDMA_LATE] = "fault_late",
	[SOFTDMA_SWAP] = "fault_swap",
	[SOFTDMA_INVISIBLE] = "fault_invisible",
	[SOFTDMA_MASKED] = "fault_masked",
	[SOFTDMA_RESIDUE] = "fault_residue",
	[SOFTDMA_LEAK] = "fault_leak",
	[SOFTDMA_RECYCLE] = "fault_recycle",
	[SOFTDMA_DUPLICATE] = "fault_duplicate",
	[SOFTDMA_AFTER] = "fault_after",
	[SOFTDMA_CORRUPT] = "fault_corrupt",
	[SOFTDMA_REFUSE] = "fault_refuse",
	[SOFTDMA_MAP_FAIL] = "fault_map_fail",
	[SOFTDMA_VANISH] = "fault_vanish",
	[SOFTDMA_SUBMIT] = "fault_submit",
};

void softdma_faults_init(struct softdma_faults *faults)
{
	memset(faults, 0, sizeof(*faults));
	spin_lock_init(&faults->lock);
	faults->delay_ns = NSEC_PER_MSEC;
}

/*
 * Parses "interval,probability,space,times" into @fault. Returns 0; -EINVAL or -ERANGE
 * and *@fault is unchanged. Any context.
 */
int softdma_fault_read(struct softdma_fault *fault, const char *s)
{
	char text[64], *rest = text, *word;
	struct softdma_fault f = { 0 };
	int n, err = 0;

	if (strscpy(text, s, sizeof(text)) < 0)
		return -EINVAL;
	for (n = 0; !err && (word = strsep(&rest, ",")); n++) {
		switch (n) {
		case 0:
			err = kstrtou32(word, 10, &f.interval);
			break;
		case 1:
			err = kstrtou32(word, 10, &f.probability);
			break;
		case 2:
			err = kstrtos32(word, 10, &f.space);
			break;
		case 3:
			err = kstrtos32(word, 10, &f.times);
			break;
		default:
			err = -EINVAL;
		}
	}
	if (err)
		return err;
	if (n != 4 || f.probability > 100 || f.space < 0 || f.times < -1)
		return -EINVAL;
	*fault = f;
	return 0;
}
EXPORT_SYMBOL_GPL(softdma_fault_read);

/* The same for fault @kind of an engine. Takes faults->lock. Any context. */
int softdma_fault_parse(struct softdma_faults *faults, int kind, const char *s)
{
	struct softdma_fault f;
	unsigned long flags;
	int err = softdma_fault_read(&f, s);

	if (err)
		return err;
	spin_lock_irqsave(&faults->lock, flags);
	faults->fault[kind] = f;
	spin_unlock_irqrestore(&faults->lock, flags);
	return 0;
}

int softdma_fault_show(struct softdma_faults *faults, int kind, char *page)
{
	const struct softdma_fault *f = &faults->fault[kind];

	return sprintf(page, "%u,%u,%d,%d\n", f->interval, f->probability,
		       f->space, f->times);
}

static bool hits(struct softdma_faults *faults, struct softdma_fault *f, u32 len)
{
	if (!f->times)
		return false;
	if (f->space > 0 && (u32)f->space > len) {
		f->space -= len;
		return false;
	}
	if (f->interval > 1 && ++f->count % f->interval)
		return false;
	if (prng_upto(&faults->prng, 99) >= f->probability)
		return false;
	if (f->times > 0)
		f->times--;
	return true;
}

bool softdma_fault_hits(struct softdma_dev *sd, int kind, u32 len)
{
	struct softdma_faults *faults = &sd->faults;
	struct softdma_fault *f = &faults->fault[kind];
	unsigned long flags;
	bool hit;

	if (!READ_ONCE(f->probability))
		return false;
	spin_lock_irqsave(&faults->lock, flags);
	hit = hits(faults, f, len);
	spin_unlock_irqrestore(&faults->lock, flags);
	if (hit)
		atomic64_inc(&sd->stats.injected[kind]);
	return hit;
}
