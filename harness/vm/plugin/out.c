// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is reported, as records in pages of the guest. A loop that goes through memory makes one
 * record: each access waits a little for the next one. All that wait go out, in their
 * order, before an event of the observer's is taken in: so each record lies between two events.
 */
#include <string.h>

#include "plugin.h"

#define MAX_RUNS 16
#define NEAR	256		/* bytes of code of one loop, whose instructions take turns */

struct run {
	uint64_t key;
	uint64_t ram, end;
	struct cpu_record r;
};

static struct {
	uint64_t ram[CPU_OUT_PAGES];
	uint32_t nr, total;
	struct run runs[MAX_RUNS];
	unsigned int nr_runs;
} out;

void out_reset(void)
{
	out.nr = out.total = 0;
	out.nr_runs = 0;
}

bool out_page(uint32_t index, uint64_t pfn, uint32_t total)
{
	uint64_t ram = guest_ram_of(pfn * CPU_PAGE);

	if (index != out.nr || index >= total || total > CPU_OUT_PAGES || ram == NOWHERE)
		return false;
	out.total = total;
	out.ram[out.nr++] = ram;
	return true;
}

bool out_ready(void)
{
	return out.nr >= 2 && out.nr == out.total;
}

static void put(const struct cpu_record *r)
{
	struct cpu_out *head = guest_at(out.ram[0]);
	uint64_t room = (out.nr - 1) * CPU_PER_PAGE, at = head->head % room;
	struct cpu_record *page = guest_at(out.ram[1 + at / CPU_PER_PAGE]);

	if (head->head - head->tail >= room) {
		head->lost++;
		return;
	}
	page[at % CPU_PER_PAGE] = *r;
	head->head++;
}

void out_flush(void)
{
	for (unsigned int i = 0; i < out.nr_runs; i++) {
		struct run *run = &out.runs[i];

		run->r.e.phys = guest_phys_of(run->ram);
		run->r.e.len = run->end - run->ram;
		put(&run->r);
	}
	out.nr_runs = 0;
}

/* Does it, from the same loop, go on where @run ended, or is it there once more? */
static bool goes_on(const struct run *run, const struct access *a)
{
	return a->pc - run->r.e.obj + NEAR < 2 * NEAR && run->r.e.dir == a->store &&
	       run->key == a->who.key && run->r.e.cpu == a->cpu &&
	       a->ram <= run->end && a->ram + a->size >= run->ram;
}

static void begin(struct run *run, const struct access *a)
{
	*run = (struct run){ .key = a->who.key, .ram = a->ram, .end = a->ram + a->size };
	run->r.after = watch_last();
	run->r.e.time_ns = watch_time();
	run->r.e.type = OBS_CPU_ACCESS;
	run->r.e.cpu = a->cpu;
	run->r.e.level = a->who.level;
	run->r.e.flags = a->who.flags;
	run->r.e.task = a->who.task;
	run->r.e.stack = -1;
	run->r.e.obj = a->pc;
	run->r.e.dir = a->store;
	for (unsigned int i = 0; i < CPU_PATH; i++)
		run->r.path[i] = a->path[(a->path_at - i) % CPU_PATH];
	run->r.nr = CPU_PATH;
}

void out_access(const struct access *a)
{
	struct cpu_out *head = guest_at(out.ram[0]);
	struct run *run = NULL;

	head->accesses++;
	for (unsigned int i = 0; i < out.nr_runs && !run; i++)
		if (goes_on(&out.runs[i], a))
			run = &out.runs[i];
	if (!run) {
		if (out.nr_runs == MAX_RUNS)
			out_flush();
		run = &out.runs[out.nr_runs++];
		begin(run, a);
	}
	if (a->ram < run->ram)
		run->ram = a->ram;
	if (a->ram + a->size > run->end)
		run->end = a->ram + a->size;
	run->r.e.arg++;
}
