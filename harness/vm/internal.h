/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_VM_INTERNAL_H
#define HARNESS_VM_INTERNAL_H

#include <sys/types.h>
#include <time.h>

#include "image.h"
#include "leftover.h"
#include "lib/base/strbuf.h"
#include "modules.h"
#include "qmp.h"
#include "vm.h"

#define VM_DISK	"disk.img"	/* in the guest's directory, sparse */
#define VM_JOB	"job.txt"	/* likewise: seed and commands, for the agent */
#define VM_FILES "files.cpio"	/* likewise: opts->files, for the agent */

/*
 * initramfs.c: the whole image for @opts, the same bytes for the same inputs. Negative errno
 * and @why (256 bytes) when a file is missing.
 */
int initramfs_build(struct strbuf *out, const struct vm_opts *opts, char *why);

/* The same for a cpio of those of opts->files that are not in that image. */
int vm_files(struct strbuf *out, const struct vm_opts *opts, char *why);

/* What a QEMU is for: a guest of a run may need two of them, one after the other. */
enum qemu_role {
	QEMU_BOOT,	/* boots, pauses, goes on with the plan */
	QEMU_SAVE,	/* boots, pauses, is saved, ends */
	QEMU_RESTORE,	/* restores, goes on with the plan */
};

struct qemu_how {
	enum qemu_role role;
	const char *memory;	/* the file of the guest's memory; NULL: none */
	int qmp;		/* file descriptor of its control channel */
};

/* qemu.c: the machine of @opts, never NULL. */
const struct machine *vm_machine(const struct vm_opts *opts);

/* start.c: can the guest be stopped when it is booted, and go on as if nothing had been? */
bool vm_pauses(const struct vm_opts *opts);

/* plugin.c: the plugin that watches the CPU of such a guest; NULL: none can, or none is wanted. */
const char *vm_plugin(const struct vm_opts *opts);

/*
 * key.c: appends the text that distinguishes guests, as far as they differ before they are saved:
 * QEMU and its command line, kernel, @initrd; but not the directory, random seed and commands.
 */
void vm_key(struct strbuf *key, const struct vm_opts *opts, const struct strbuf *initrd);

/* qemu.c: argv for @opts, NULL-terminated; qemu_argv_free() frees all. */
char **qemu_argv(const struct vm_opts *opts, const struct qemu_how *how);
void qemu_argv_free(char **argv);

enum vm_phase {
	PHASE_WAIT,	/* for the image: another harness makes it */
	PHASE_BOOT,	/* until the agent pauses the machine */
	PHASE_SAVE,
	PHASE_RESTORE,
	PHASE_RUN,	/* the plan */
};

struct vm {
	const struct vm_opts *opts;
	vm_frame_fn fn;
	void *arg;
	enum vm_phase phase;
	enum qemu_role role;
	bool has_image;		/* @image is open: the guest comes from it, or makes it */
	unsigned int restores;	/* tried */
	time_t waits_since;	/* for the image; 0: not at all */
	struct image image;
	struct strbuf initrd;
	pid_t pid;		/* of QEMU; 0: there is none */
	int pidfd;
	int processor;		/* lock of vm_take_processor(); -1: none */
	int poll;		/* epoll: of pidfd and control channel */
	struct qmp qmp;
	int channel;		/* -1 until QEMU made the file */
	struct strbuf in;	/* of the channel, not yet taken */
	uint32_t next_seq;
	bool hello, end, damaged, exited, killed;
	bool panicked;		/* and QEMU is told to end */
	struct leftover leftover;
	time_t read_since;	/* the leftover; 0: it is not being read */
	int lost;		/* errno of waitpid(): @status is unknown */
	int status;		/* of QEMU */
	enum vm_fate fate, kill_fate;
	time_t last_sign, killed_at, looked_for_room;
	time_t waited_sign;	/* the last_sign to which waited_s belongs */
	uint64_t waited_s;	/* for a processor, until then or some seconds later */
	char title[256];
};

/* vm.c: takes in what the channel has. */
void vm_read_channel(struct vm *vm);
time_t vm_now_s(void);
/* vm.c: the guest is dead. Reads what it has left, then ends QEMU. */
void vm_bury(struct vm *vm);
/* vm.c: tells QEMU to end, or kills it when it was to be killed. */
void vm_end(struct vm *vm);
/*
 * starved.c: the seconds that the thread of @pid that waited longest has waited for a processor
 * since it began; 0 where the host does not tell. @proc: where /proc is.
 */
uint64_t vm_waited_s(const char *proc, pid_t pid);
char *vm_in_dir(const struct vm_opts *opts, const char *name);
int vm_write_file(const struct vm_opts *opts, const char *name, const void *data, size_t len,
		  char *why);

/*
 * start.c: the way from nothing to PHASE_RUN. Begin: 0, or a negative errno and @why. Step:
 * what is to be done now; does not wait. Exited: QEMU has ended before PHASE_RUN; true when
 * this is not the guest's end.
 */
int vm_begin(struct vm *vm, char *why);
void vm_step(struct vm *vm);
bool vm_exited_early(struct vm *vm);

/*
 * processor.c: takes the processor of the host that the fewest guests of this user run on, as long
 * as @lock is open. -1, and @lock too, when there is none to be had: the guest may run on any.
 */
int vm_take_processor(int *lock);
/* The calling thread, and all that it starts, runs on @cpu only. -1: nothing changes. */
void vm_stay_on(int cpu);

/* process.c: QEMU as a process. */
int vm_spawn(struct vm *vm, enum qemu_role role, char *why);
/* Collects @vm->status; true when QEMU has ended. */
bool vm_reap(struct vm *vm);
/* Kills QEMU if it runs, and waits for it. */
void vm_end_process(struct vm *vm);

#endif /* HARNESS_VM_INTERNAL_H */
