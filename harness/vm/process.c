// SPDX-License-Identifier: GPL-2.0-only
/* QEMU as a process: its start, and how it ended. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"
#include "lib/base/tree.h"

static void log_command(const struct vm_opts *opts, char **argv)
{
	struct strbuf sb = STRBUF_INIT;
	char why[256];

	for (int i = 0; argv[i]; i++)
		strbuf_addf(&sb, "%s'%s'", i ? " " : "", argv[i]);
	strbuf_addc(&sb, '\n');
	vm_write_file(opts, "qemu.log", strbuf_str(&sb), sb.len, why);
	strbuf_free(&sb);
}

/*
 * QEMU with a library of ours that keeps its virtual time the same in each run: see there. With
 * several processors the guest never halts, so that there is nothing to keep (qemu.c).
 */
static void load_steady(const struct vm_opts *opts)
{
	const char *path = tree_build("steady.so");

	/* The loader takes spaces and colons for the end of a name. */
	if (!opts->free_running && opts->smp == 1 && !access(path, R_OK) && !strpbrk(path, " :"))
		setenv("LD_PRELOAD", path, 1);
}

static void child(const struct vm_opts *opts, char **argv, pid_t parent, int cpu)
{
	char *log = vm_in_dir(opts, "qemu.log");
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
	int null = open("/dev/null", O_RDWR);

	/* Ctrl-C is for the harness; and never outlive it. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	vm_stay_on(cpu);
	load_steady(opts);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(fd >= 0 ? fd : null, STDERR_FILENO);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void watch(struct vm *vm, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	if (fd >= 0)
		epoll_ctl(vm->poll, EPOLL_CTL_ADD, fd, &e);
}

static void let_go(struct vm *vm)
{
	if (vm->processor >= 0)
		close(vm->processor);
	vm->processor = -1;
}

int vm_spawn(struct vm *vm, enum qemu_role role, char *why)
{
	char *memory = role == QEMU_BOOT ? NULL : image_path(&vm->image, IMAGE_MEMORY);
	struct qemu_how how = { .role = role, .memory = memory };
	pid_t parent = getpid();
	char **argv;
	int err = qmp_open(&vm->qmp, &how.qmp), cpu = -1;

	if (err) {
		snprintf(why, 256, "a pair of sockets: %s", strerror(-err));
		free(memory);
		return err;
	}
	argv = qemu_argv(vm->opts, &how);
	log_command(vm->opts, argv);
	vm->role = role;
	vm->exited = false;
	vm->lost = 0;
	if (!vm->opts->free_running)
		cpu = vm_take_processor(&vm->processor);
	vm->pid = fork();
	if (!vm->pid)
		child(vm->opts, argv, parent, cpu);
	close(how.qmp);
	qemu_argv_free(argv);
	free(memory);
	if (vm->pid < 0) {
		err = -errno;
		snprintf(why, 256, "fork: %s", strerror(-err));
		vm->pid = 0;
		let_go(vm);
		qmp_close(&vm->qmp);
		return err;
	}
	vm->pidfd = syscall(SYS_pidfd_open, vm->pid, 0);
	watch(vm, vm->pidfd);
	watch(vm, vm->qmp.fd);
	return 0;
}

static void close_process(struct vm *vm)
{
	if (vm->pidfd >= 0)
		close(vm->pidfd);
	vm->pidfd = -1;
	vm->pid = 0;
	let_go(vm);
	qmp_close(&vm->qmp);
	vm->exited = true;
}

bool vm_reap(struct vm *vm)
{
	pid_t got;

	if (!vm->pid)
		return vm->exited;
	got = waitpid(vm->pid, &vm->status, WNOHANG);
	if (!got || (got < 0 && errno == EINTR))
		return false;
	if (got < 0)
		vm->lost = errno;
	close_process(vm);
	return true;
}

void vm_end_process(struct vm *vm)
{
	if (!vm->pid)
		return;
	kill(vm->pid, SIGKILL);
	while (waitpid(vm->pid, &vm->status, 0) < 0 && errno == EINTR)
		;
	close_process(vm);
}
