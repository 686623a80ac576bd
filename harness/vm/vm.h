/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One guest: restored or booted, watched, ended. Several can run at once; the caller's
 * loop drives them. Nothing here judges.
 */
#ifndef HARNESS_VM_H
#define HARNESS_VM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/program/cell.h"
#include "lib/program/fate.h"
#include "lib/program/frame.h"
#include "lib/program/machine.h"

struct board;

struct vm_opts {
	struct board *board;	/* what a session runs on (board/session.h); NULL: a guest */
	const struct machine *machine; /* that the kernel is for; NULL: machine_default() */
	const char *kernel_dir;	/* as kernels/kernel-setup makes it */
	const char *module_dir;	/* dmatorture.ko, softdma.ko for that kernel */
	const char *agent;	/* path of the static agent */
	const char *dir;	/* exists; console.log, channel.bin, plan.bin,
				 * initrd.img and qemu.log (its command and its
				 * complaints) go there; the initrd is removed
				 * at the end
				 */
	enum world world;	/* decides memory and boot line */
	unsigned int smp;	/* 1.. */
	uint64_t seed; /* of the guest's random numbers from the plan on, and of its start */
	bool free_running;	/* no fixed instruction clock */
	bool kvm;		/* with free_running: vm_kvm_works() said so */
	bool drivers;		/* the real drivers on register models are loaded too */
	bool cpu_xor;		/* dmtcpu.ko and xor.ko are there, not loaded */
	bool crash;		/* let crash steps crash: dmatorture.crash=1 */
	bool boot;		/* no image: a guest of its own boots and goes on */
	const char *append;	/* more boot line, or NULL */
	const char *observer;	/* "off", "no-stacks", ...; NULL: on */
	bool watch_cpu;		/* QEMU's plugin reports the CPU's accesses, if it can be loaded */
	unsigned int timeout_s;	/* so many host seconds without a new frame are a hang; those in
				 * which QEMU waited for a processor do not count
				 */
	const char *proc;	/* where the host tells that; NULL: /proc */
	const char *const *files; /* "HOST:NAME" pairs for the guest's root; NULL-terminated */
	const char *exec;	/* command lines the agent runs before the plan, or NULL */
	const char *const *modules; /* more modules: in the guest, listed in load order in
				  * /modules.late, not loaded; NULL-terminated, or NULL
				  */
	bool disk;		/* an empty disk, /dev/vda; its file is in @dir while it runs */
	const char *const *devices; /* more words of QEMU's command line; likewise */
};

struct vm;

/* vm_pump() calls this for each good frame, in order. */
typedef void (*vm_frame_fn)(void *arg, const struct frame *frame);

/*
 * Writes the plan into opts->dir and starts QEMU: on an image of the booted guest where the
 * cache has one, else it boots, and an image is made of it. The strings of
 * @opts must live as long as the vm. Negative errno, and a line in @why
 * (256 bytes), when it cannot.
 */
int vm_start(struct vm **vm, const struct vm_opts *opts, const void *plan,
	     size_t plan_len, vm_frame_fn fn, void *arg, char *why);

/* Takes in what has come, without waiting. Returns the fate, VM_RUNNING while the guest runs. */
enum vm_fate vm_pump(struct vm *vm);

/* A file descriptor that polls readable when vm_pump() has something to do, for poll(). */
int vm_pidfd(const struct vm *vm);

/* Kills QEMU; the next vm_pump() will return @fate. */
void vm_kill(struct vm *vm, enum vm_fate fate);

/*
 * One line about what went wrong, such as "BUG: kernel NULL pointer dereference, address:
 * 0000000000000000", without times and addresses that change; "" when nothing did. Valid until
 * vm_free().
 */
const char *vm_title(const struct vm *vm);

/* Kills QEMU if it still runs, and frees the vm; files in opts->dir stay. */
void vm_free(struct vm *vm);

/*
 * Has a guest been seen to boot with KVM here? Boots one the first time (10 s at most) and
 * remembers the answer in the cache, keyed by host kernel and QEMU version. A readable /dev/kvm
 * would prove nothing.
 */
bool vm_kvm_works(const struct vm_opts *opts);

/* "tcg-icount", "tcg" or "kvm". */
const char *vm_accel(const struct vm_opts *opts);

#endif /* HARNESS_VM_H */
