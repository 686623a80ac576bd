// SPDX-License-Identifier: GPL-2.0-only
/* The faults' configfs attributes; they may be written at any time. */
#include <linux/kernel.h>
#include <linux/module.h>

#include "config.h"

static ssize_t store_fault(struct engine *e, int kind, const char *page, size_t count)
{
	struct softdma_dev *sd;
	int err;

	mutex_lock(&e->lock);
	err = softdma_fault_parse(&e->faults, kind, page);
	sd = live_dev(e);
	if (!err && sd)
		err = softdma_fault_parse(&sd->faults, kind, page);
	mutex_unlock(&e->lock);
	return err ?: count;
}

#define FAULT(name, kind)							\
static ssize_t engine_fault_##name##_show(struct config_item *item, char *page)	\
{										\
	return softdma_fault_show(&to_engine(item)->faults, SOFTDMA_##kind, page); \
}										\
static ssize_t engine_fault_##name##_store(struct config_item *item,		\
					   const char *page, size_t count)	\
{										\
	return store_fault(to_engine(item), SOFTDMA_##kind, page, count);	\
}										\
CONFIGFS_ATTR(engine_, fault_##name)

FAULT(drop, DROP);
FAULT(delay, DELAY);
FAULT(error, ERROR);
FAULT(early, EARLY);
FAULT(start, START);
FAULT(complete, COMPLETE);
FAULT(lost_dep, LOST_DEP);
FAULT(locked, LOCKED);
FAULT(locked_dep, LOCKED_DEP);
FAULT(late, LATE);
FAULT(swap, SWAP);
FAULT(invisible, INVISIBLE);
FAULT(masked, MASKED);
FAULT(residue, RESIDUE);
FAULT(leak, LEAK);
FAULT(recycle, RECYCLE);
FAULT(duplicate, DUPLICATE);
FAULT(after, AFTER);
FAULT(corrupt, CORRUPT);
FAULT(refuse, REFUSE);
FAULT(map_fail, MAP_FAIL);
FAULT(vanish, VANISH);
FAULT(submit, SUBMIT);

struct configfs_attribute *const softdma_fault_attrs[SOFTDMA_NR_FAULTS] = {
	[SOFTDMA_DROP] = &engine_attr_fault_drop,
	[SOFTDMA_DELAY] = &engine_attr_fault_delay,
	[SOFTDMA_ERROR] = &engine_attr_fault_error,
	[SOFTDMA_EARLY] = &engine_attr_fault_early,
	[SOFTDMA_START] = &engine_attr_fault_start,
	[SOFTDMA_COMPLETE] = &engine_attr_fault_complete,
	[SOFTDMA_LOST_DEP] = &engine_attr_fault_lost_dep,
	[SOFTDMA_LOCKED] = &engine_attr_fault_locked,
	[SOFTDMA_LOCKED_DEP] = &engine_attr_fault_locked_dep,
	[SOFTDMA_LATE] = &engine_attr_fault_late,
	[SOFTDMA_SWAP] = &engine_attr_fault_swap,
	[SOFTDMA_INVISIBLE] = &engine_attr_fault_invisible,
	[SOFTDMA_MASKED] = &engine_attr_fault_masked,
	[SOFTDMA_RESIDUE] = &engine_attr_fault_residue,
	[SOFTDMA_LEAK] = &engine_attr_fault_leak,
	[SOFTDMA_RECYCLE] = &engine_attr_fault_recycle,
	[SOFTDMA_DUPLICATE] = &engine_attr_fault_duplicate,
	[SOFTDMA_AFTER] = &engine_attr_fault_after,
	[SOFTDMA_CORRUPT] = &engine_attr_fault_corrupt,
	[SOFTDMA_REFUSE] = &engine_attr_fault_refuse,
	[SOFTDMA_MAP_FAIL] = &engine_attr_fault_map_fail,
	[SOFTDMA_VANISH] = &engine_attr_fault_vanish,
	[SOFTDMA_SUBMIT] = &engine_attr_fault_submit,
};

static ssize_t engine_fault_delay_ns_show(struct config_item *item, char *page)
{
	return sprintf(page, "%u\n", to_engine(item)->faults.delay_ns);
}

static ssize_t engine_fault_delay_ns_store(struct config_item *item,
					   const char *page, size_t count)
{
	struct engine *e = to_engine(item);
	struct softdma_dev *sd;
	u32 ns;
	int err = kstrtou32(page, 0, &ns);

	if (err)
		return err;
	if (ns > NSEC_PER_SEC)
		return -ERANGE;
	mutex_lock(&e->lock);
	e->faults.delay_ns = ns;
	sd = live_dev(e);
	if (sd)
		WRITE_ONCE(sd->faults.delay_ns, ns);
	mutex_unlock(&e->lock);
	return count;
}

struct configfs_attribute softdma_fault_delay_attr = {
	.ca_name = "fault_delay_ns",
	.ca_mode = 0644,
	.ca_owner = THIS_MODULE,
	.show = engine_fault_delay_ns_show,
	.store = engine_fault_delay_ns_store,
};
