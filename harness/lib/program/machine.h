/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machines that kernels are run on, one for each architecture. All that the harness knows of
 * an architecture is in this table; what building for it takes is in harness/kernels/arch.
 */
#ifndef HARNESS_MACHINE_H
#define HARNESS_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#include "cell.h"

struct machine {
	const char *name;	/* of the architecture: --arch, "arch NAME" of scenarios, KCIDB's */
	const char *uname;	/* what `uname -m` says there */
	const char *qemu;	/* the program */
	const char *type;	/* -M; NULL: the program's default */
	const char *cpu;	/* -cpu, emulated */
	const char *console;	/* of the boot line */
	const char *bounce;	/* words of the boot line that make all devices bounce */
	const char *panic;	/* device that tells QEMU of a panic; NULL: none with a driver */
	const char *panic_module; /* its driver */
	/* The device with which the agent stops the machine; NULL: guests are never restored. */
	const char *watchdog;
	/*
	 * How `info registers` shows that a processor sleeps. NULL: it does not, and its program
	 * counter behind the instruction @idle_insn does.
	 */
	const char *idle_text;
	const char *idle_pc;	/* what stands before the program counter there */
	unsigned int idle_insn;
	/* How it is started for the worlds with bus masters, from WORLD_IOMMU on. */
	struct machine_iommu {
		const char *type;	/* -M; NULL: the program's default */
		const char *device;	/* the IOMMU; NULL: the type has it */
		const char *boot;	/* words of the boot line; NULL: none */
		const char *module;	/* its driver; NULL: built in */
		const char *config;	/* what a kernel needs; NULL: no such world */
	} iommu[NR_IOMMU_WORLDS];
	bool big_endian;
	unsigned int word_bytes; /* of its kernel: 4 or 8 */
};

/* The one that @name names; NULL: there is none. */
const struct machine *machine_find(const char *name);
/* Number @i of the table; NULL: behind its end. */
const struct machine *machine_at(size_t i);
/* How @m is started for @world; NULL: @world has no bus masters, or @m cannot have that world. */
const struct machine_iommu *machine_iommu(const struct machine *m, enum world world);
/* The one that kernels without an architecture in their names are for. */
const struct machine *machine_default(void);
/* Names of all machines: "x86_64, arm64". */
const char *machine_names(void);

/*
 * The machine of a kernel's name, such as arm64/debian:6.12; *@rest, if @rest is not NULL, is where
 * the name without the architecture begins. NULL: its architecture is not known.
 */
const struct machine *machine_of_kernel(const char *kernel, const char **rest);

#endif /* HARNESS_MACHINE_H */
