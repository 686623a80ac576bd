// SPDX-License-Identifier: GPL-2.0-only
/* Makes the options of guests from the options of a run. */
#include "run_guests.h"

#include "sched.h"

struct vm_opts run_vm_opts(const struct run *run, const struct target *target,
			   unsigned int timeout_s)
{
	return (struct vm_opts){
		.machine = target->machine,
		.kernel_dir = target->kernel_dir,
		.module_dir = target->module_dir,
		.agent = target->agent,
		.smp = run->smp,
		.seed = run->seed,
		.free_running = run->free_running,
		.crash = run->crash,
		/* Each boot of a free-running guest is a sample; restored ones are all alike. */
		.boot = run->boot || run->free_running,
		.append = run->append,
		.observer = run->observer,
		.watch_cpu = run->watch_cpu,
		.timeout_s = timeout_s,
	};
}

int run_prepare_more(struct run *run, struct target *target)
{
	bool tools = false, drivers = false;
	int err = 0;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct cell *cell = &run->cells[i];

		tools |= cell->workload && !cell->skip;
		drivers |= cell->drivers && !cell->skip;
	}
	if (tools)
		err = target_tools(target);
	if (!err && drivers)
		err = target_drivers(target);
	run->env.no_drivers = target->no_drivers;
	for (int w = 0; w < WORLD__COUNT; w++)
		if (target->no_world[w])
			run->env.no_world[w] = target->no_world[w];
	return target->no_drivers ? 0 : err;
}

void run_guests(struct run *run, const struct target *target, const struct vm_opts *vm,
		unsigned int jobs)
{
	const struct sched_opts opts = {
		.jobs = vm->board ? 1 : jobs,	/* there is one of it */
		.vm = *vm,
		.workload_files = (const char *const *)target->tools,
		.workload_modules = workload_modules,
	};

	sched_run(run, &opts);
}
