// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who runs on a processor: a task or an interrupt, read where the kernel keeps it. And which of
 * them are inside a call of the mapping API, or are an engine at work: what these touch is not
 * the driver's doing.
 */
#include "plugin.h"

#define MAX_INSIDE	256
#define PF_KTHREAD	0x00200000

static struct {
	struct cpu_layout layout;
	struct {
		uint64_t key, what;	/* what: a bit for each number */
	} inside[MAX_INSIDE];
	unsigned int nr;
} c;

void context_reset(void)
{
	c.nr = 0;
	c.layout.nr_cpus = 0;
}

/* Where a virtual address of the mapping of all memory is. */
static void *at(uint64_t virt, unsigned int bytes)
{
	uint64_t ram = guest_ram_of(virt - c.layout.page_offset);

	return ram == NOWHERE || virt % bytes ? NULL : guest_at(ram);
}

bool context_layout(const struct cpu_layout *l)
{
	c.layout = *l;
	if (!l->nr_cpus || l->nr_cpus > CPU_MAX_CPUS || l->hardirq_shift > 24)
		return false;
	for (unsigned int i = 0; i < l->nr_cpus; i++)
		if (!at(l->preempt_count[i], 4) || !at(l->current[i], 8))
			return false;
	return true;
}

/* As level_of() in bpf/core.bpf.h. */
static uint8_t level_of(uint32_t count)
{
	uint32_t irq = count >> c.layout.hardirq_shift;

	if (irq & (c.layout.hardirq_shift == 16 ? 0xf0 : 0x10))
		return OBS_NMI;
	if (irq & 0x0f)
		return OBS_HARDIRQ;
	return count & 0x100 ? OBS_SOFTIRQ : OBS_TASK;
}

struct context context_of(unsigned int cpu)
{
	struct context who = { 0 };
	const uint32_t *count, *pid, *flags;
	const uint64_t *current;
	uint64_t task;

	if (cpu >= c.layout.nr_cpus)
		return who;
	count = at(c.layout.preempt_count[cpu], 4);
	current = at(c.layout.current[cpu], 8);
	if (!count || !current)		/* context_layout() has seen to it */
		return who;
	who.level = level_of(*count);
	task = *current;
	pid = at(task + c.layout.pid_at, 4);
	flags = at(task + c.layout.flags_at, 4);
	who.task = pid ? *pid : 0;
	who.flags = flags && *flags & PF_KTHREAD ? OBS_F_KTHREAD : 0;
	who.key = who.level == OBS_TASK ? task : (uint64_t)cpu << 8 | who.level;
	return who;
}

void context_enter(const struct context *who, unsigned int what)
{
	unsigned int i = 0;

	while (i < c.nr && c.inside[i].key != who->key)
		i++;
	/* More tasks than that inside the API at a time: the oldest is stuck there. */
	if (i == MAX_INSIDE)
		i = 0;
	if (i == c.nr || c.inside[i].key != who->key)
		c.inside[i].what = 0;
	if (i == c.nr)
		c.nr++;
	c.inside[i].key = who->key;
	c.inside[i].what |= 1ull << what;
}

void context_leave(const struct context *who, unsigned int what)
{
	for (unsigned int i = 0; i < c.nr; i++) {
		if (c.inside[i].key != who->key)
			continue;
		c.inside[i].what &= ~(1ull << what);
		if (!c.inside[i].what)
			c.inside[i] = c.inside[--c.nr];
		return;
	}
}

bool context_inside(const struct context *who)
{
	for (unsigned int i = 0; i < c.nr; i++)
		if (c.inside[i].key == who->key)
			return true;
	return false;
}
