// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest, from its files to its fate. How it comes to run its plan is start.c's; here its
 * frames are taken in, its time is watched, and its end is explained.
 */
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bpf/events.h"
#include "internal.h"
#include "lib/base/le.h"
#include "lib/judge/recording.h"
#include "lib/witness/console.h"

/* A guest is silent until its agent runs, so it gets more time until then. */
#define BOOT_TIMEOUT_S	120
#define KILL_AFTER_S	3
#define ROOM_AFTER_S	5	/* of silence */
#define READ_S		10	/* for what a dead guest has left */
#define MOST_STARVED	5	/* times the timeout */
#define MAX_EVENTS	64

time_t vm_now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

char *vm_in_dir(const struct vm_opts *opts, const char *name)
{
	return xasprintf("%s/%s", opts->dir, name);
}

int vm_write_file(const struct vm_opts *opts, const char *name, const void *data, size_t len,
		  char *why)
{
	char *path = vm_in_dir(opts, name);
	const char *p = data;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int err = fd < 0 ? -errno : 0;

	while (!err && len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno != EINTR)
			err = -errno;
		if (n > 0) {
			p += n;
			len -= n;
		}
	}
	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	if (err)
		snprintf(why, 256, "%s: %s", path, strerror(-err));
	free(path);
	return err;
}

#define DISK_BYTES	(4LL << 30)	/* 16 disks of 256 MiB, the most that md can be given */

static int make_disk(const struct vm_opts *opts, char *why)
{
	char *path = vm_in_dir(opts, VM_DISK);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), err = 0;

	if (fd < 0 || ftruncate(fd, DISK_BYTES)) {
		err = -errno;
		snprintf(why, 256, "%s: %s", path, strerror(-err));
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return err;
}


static void take_frames(struct vm *vm)
{
	size_t at = 0;

	while (!vm->damaged) {
		struct frame f;
		long n = frame_read(vm->in.s + at, vm->in.len - at, &f);

		if (!n)
			break;
		if (n < 0 || f.seq != vm->next_seq) {
			vm->damaged = true;
			break;
		}
		vm->next_seq++;
		at += n;
		vm->last_sign = vm_now_s();
		vm->hello |= f.type == FRAME_HELLO;
		if (f.type == FRAME_RING)
			leftover_note(&vm->leftover, (const char *)f.data, f.len);
		vm->end |= f.type == FRAME_END;
		vm->fn(vm->arg, &f);
	}
	if (at) {
		memmove(vm->in.s, vm->in.s + at, vm->in.len - at);
		vm->in.len -= at;
	}
}

void vm_read_channel(struct vm *vm)
{
	char buf[65536];
	ssize_t n;

	if (vm->channel < 0) {
		char *path = vm_in_dir(vm->opts, "channel.bin");

		vm->channel = open(path, O_RDONLY | O_CLOEXEC);
		free(path);
		if (vm->channel < 0)
			return;
	}
	while ((n = read(vm->channel, buf, sizeof(buf))) > 0) {
		strbuf_add(&vm->in, buf, n);
		take_frames(vm);
	}
}

/* Is the file system of the results full? */
static bool is_disk_full(const struct vm_opts *opts)
{
	char *path = vm_in_dir(opts, "room");
	char block[4096] = { 1 };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool full = fd < 0 && errno == ENOSPC;

	if (fd >= 0) {
		full = write(fd, block, sizeof(block)) != (ssize_t)sizeof(block);
		close(fd);
	}
	unlink(path);
	free(path);
	return full;
}

/* The worst report on the console gives the title; its kind is the fate of a dead guest. */
static enum console_kind read_console(struct vm *vm)
{
	struct console_event *events = xcalloc(MAX_EVENTS, sizeof(*events));
	enum console_kind worst = CONSOLE_CLEAN;
	struct strbuf log = STRBUF_INIT;
	char *path = vm_in_dir(vm->opts, "console.log");
	size_t n = 0;

	if (!strbuf_read_file(&log, path))
		n = console_scan(strbuf_str(&log), log.len, events, MAX_EVENTS);
	for (size_t i = 0; i < n; i++)
		if (events[i].kind > CONSOLE_SPLAT) {
			worst = events[i].kind;
			snprintf(vm->title, sizeof(vm->title), "%s", events[i].title);
		}
	strbuf_free(&log);
	free(path);
	free(events);
	return worst;
}

static void last_words(struct vm *vm)
{
	struct strbuf log = STRBUF_INIT;
	char *path = vm_in_dir(vm->opts, "qemu.log"), *p;

	strbuf_read_file(&log, path);
	while (log.len && log.s[log.len - 1] == '\n')
		log.s[--log.len] = '\0';
	p = log.len ? strrchr(log.s, '\n') : NULL;
	if (vm->lost)
		snprintf(vm->title, sizeof(vm->title), "how QEMU ended is not known: %s",
			 strerror(vm->lost));
	else if (WIFSIGNALED(vm->status))
		snprintf(vm->title, sizeof(vm->title), "QEMU was killed by signal %d",
			 WTERMSIG(vm->status));
	else if (p)
		snprintf(vm->title, sizeof(vm->title), "%.200s", p + 1);
	else
		snprintf(vm->title, sizeof(vm->title), "QEMU ended with %d before the plan was done",
			 WEXITSTATUS(vm->status));
	strbuf_free(&log);
	free(path);
}

static enum vm_fate find_fate(struct vm *vm)
{
	enum console_kind kind = read_console(vm);
	bool is_clean = !vm->lost && WIFEXITED(vm->status) && !WEXITSTATUS(vm->status) &&
			!vm->panicked;

	if (vm->killed && vm->kill_fate != VM_HANG && vm->kill_fate != VM_CHANNEL)
		return vm->kill_fate;
	/* Check this even if all frames came, as the console may have been cut. */
	if (is_disk_full(vm->opts)) {
		snprintf(vm->title, sizeof(vm->title), "no room for the results");
		return VM_DISK_FULL;
	}
	/* A panic that ends QEMU by a reset looks clean, and may have cut a frame. */
	if (vm->damaged || (is_clean && vm->in.len && kind <= CONSOLE_SPLAT)) {
		snprintf(vm->title, sizeof(vm->title),
			 "frame %u of the result channel is damaged or missing", vm->next_seq);
		return VM_CHANNEL;
	}
	if (vm->end && is_clean)
		return VM_DONE;
	if (!vm->hello) {
		if (!vm->title[0])
			last_words(vm);
		return VM_NO_AGENT;
	}
	switch (kind) {
	case CONSOLE_OOPS:
		return VM_OOPS;
	case CONSOLE_HANG:
		return VM_HANG;
	case CONSOLE_PANIC:
		return VM_PANIC;
	default:
		break;
	}
	if (vm->killed) {
		snprintf(vm->title, sizeof(vm->title), "no sign of life for %u s",
			 vm->opts->timeout_s);
		return VM_HANG;
	}
	last_words(vm);
	return VM_DIED;
}

/* A guest whose records find no room waits for ever. Looks once a second. */
static bool waits_for_room(struct vm *vm, time_t silent)
{
	if (silent < ROOM_AFTER_S || vm->looked_for_room == vm_now_s())
		return false;
	vm->looked_for_room = vm_now_s();
	return is_disk_full(vm->opts);
}

/*
 * Of @silent seconds, those in which QEMU waited for a processor. The first look after a sign of
 * life is when the guest has been silent for a little: looking costs nothing while it talks.
 */
static time_t starved(struct vm *vm, time_t silent, time_t limit)
{
	const char *proc = vm->opts->proc ? vm->opts->proc : "/proc";
	time_t waited;

	if (!vm->pid || silent < 1)
		return 0;
	if (vm->waited_sign != vm->last_sign) {
		vm->waited_sign = vm->last_sign;
		vm->waited_s = vm_waited_s(proc, vm->pid);
	}
	/* Not for ever, whatever the host says. */
	if (silent <= limit || silent > MOST_STARVED * limit)
		return 0;
	waited = vm_waited_s(proc, vm->pid) - vm->waited_s;
	return waited < silent ? waited : silent;
}

static void check_time(struct vm *vm)
{
	time_t silent = vm_now_s() - vm->last_sign;
	time_t limit = vm->opts->timeout_s;

	if (vm->read_since) {
		if (vm_now_s() - vm->read_since > READ_S)
			vm_end(vm);
		return;
	}
	if (!vm->hello && limit < BOOT_TIMEOUT_S)
		limit = BOOT_TIMEOUT_S;
	if (vm->killed || vm->panicked) {
		if (vm->pid && vm_now_s() - vm->killed_at > KILL_AFTER_S)
			kill(vm->pid, SIGKILL);
		return;
	}
	if (silent - starved(vm, silent, limit) > limit) {
		if (!vm->hello)
			snprintf(vm->title, sizeof(vm->title), "no sign of life for %ld s after start",
				 (long)silent);
		vm->killed = true;
		vm->kill_fate = VM_HANG;
		vm_bury(vm);
	} else if (vm->damaged) {
		vm_kill(vm, VM_CHANNEL);
	} else if (vm->pid && waits_for_room(vm, silent)) {
		snprintf(vm->title, sizeof(vm->title), "no room for the results");
		vm_kill(vm, VM_DISK_FULL);
	}
}

void vm_end(struct vm *vm)
{
	vm->read_since = 0;
	vm->killed_at = vm_now_s();
	if (!vm->pid)
		vm->exited = true;
	else if (vm->panicked)
		qmp_send(&vm->qmp, "{\"execute\":\"quit\"}\n", -1);
	else
		kill(vm->pid, SIGTERM);
}

void vm_bury(struct vm *vm)
{
	/* Nothing in it may change any more. A guest that has panicked is stopped already. */
	qmp_send(&vm->qmp, "{\"execute\":\"stop\"}\n", -1);
	vm->read_since = vm_now_s();
	if (vm->phase != PHASE_RUN || !vm->pid ||
	    !leftover_begin(&vm->leftover, &vm->qmp, vm->opts->dir))
		vm_end(vm);
}

void vm_kill(struct vm *vm, enum vm_fate fate)
{
	if (vm->fate != VM_RUNNING || vm->killed)
		return;
	vm->killed = true;
	vm->kill_fate = fate;
	vm_end(vm);
}

const char *vm_title(const struct vm *vm)
{
	return vm->title;
}

/* What the agent reads when it goes on. */
static int write_job(const struct vm_opts *opts, char *why)
{
	char *exec = xstrdup(opts->exec ? opts->exec : ""), *line, *save = NULL;
	struct strbuf job = STRBUF_INIT;
	int err;

	strbuf_addf(&job, "seed %llu\n", (unsigned long long)opts->seed);
	if (opts->watch_cpu)
		strbuf_adds(&job, "watch cpu\n");
	for (line = strtok_r(exec, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		strbuf_addf(&job, "exec %s\n", line);
	err = vm_write_file(opts, VM_JOB, job.s, job.len, why);
	strbuf_free(&job);
	free(exec);
	return err;
}

static int write_files(const struct vm_opts *opts, char *why)
{
	struct strbuf cpio = STRBUF_INIT;
	int err = vm_files(&cpio, opts, why);

	if (!err)
		err = vm_write_file(opts, VM_FILES, cpio.s, cpio.len, why);
	strbuf_free(&cpio);
	return err;
}

int vm_start(struct vm **out, const struct vm_opts *opts, const void *plan,
	     size_t plan_len, vm_frame_fn fn, void *arg, char *why)
{
	struct vm *vm = xcalloc(1, sizeof(*vm));
	int err;

	*out = NULL;
	vm->opts = opts;
	vm->fn = fn;
	vm->arg = arg;
	vm->pidfd = vm->processor = vm->channel = vm->qmp.fd = vm->image.lock = -1;
	vm->poll = epoll_create1(EPOLL_CLOEXEC);
	vm->fate = VM_RUNNING;
	vm->last_sign = vm_now_s();
	err = initramfs_build(&vm->initrd, opts, why);
	if (!err)
		err = vm_write_file(opts, "plan.bin", plan, plan_len, why);
	if (!err)
		err = write_job(opts, why);
	if (!err)
		err = write_files(opts, why);
	if (!err && opts->disk)
		err = make_disk(opts, why);
	if (!err)
		err = vm_begin(vm, why);
	if (err)
		vm_free(vm);
	else
		*out = vm;
	return err;
}

#define EVENTS_A_FRAME	4096

/*
 * The events of the ring become frames, as the agent would have sent them: who reads the channel
 * later finds them too. Not behind a frame that was cut.
 */
static void add_leftover(struct vm *vm)
{
	const struct strbuf *events = &vm->leftover.events;
	size_t most = EVENTS_A_FRAME * sizeof(struct obs_event);
	struct strbuf frames = STRBUF_INIT, chunk = STRBUF_INIT;
	char *path = vm_in_dir(vm->opts, "channel.bin");
	int fd = -1;

	if (events->len && !vm->in.len && !vm->damaged)
		fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	for (size_t at = 0; fd >= 0 && at < events->len; at += most) {
		strbuf_reset(&chunk);
		le32_add(&chunk, OBS_CHUNK_EVENTS);
		strbuf_add(&chunk, events->s + at,
			   events->len - at < most ? events->len - at : most);
		frame_write(&frames, vm->next_seq + at / most, FRAME_OBSERVED, chunk.s, chunk.len);
	}
	if (fd >= 0 && write(fd, frames.s, frames.len) == (ssize_t)frames.len)
		vm_read_channel(vm);
	if (fd >= 0)
		close(fd);
	strbuf_free(&chunk);
	strbuf_free(&frames);
	free(path);
}

enum vm_fate vm_pump(struct vm *vm)
{
	bool exited;

	if (vm->fate != VM_RUNNING)
		return vm->fate;
	exited = vm_reap(vm) && vm->phase != PHASE_WAIT;
	if (exited && vm_exited_early(vm))
		return VM_RUNNING;
	vm_read_channel(vm);	/* after the wait: nothing is missed */
	if (!exited && (!vm->killed || vm->read_since))
		vm_step(vm);
	if (!vm->exited || (vm->phase == PHASE_WAIT && !vm->killed)) {
		check_time(vm);
		return VM_RUNNING;
	}
	add_leftover(vm);
	vm->fate = find_fate(vm);
	return vm->fate;
}

int vm_pidfd(const struct vm *vm)
{
	return vm->poll;
}

void vm_free(struct vm *vm)
{
	static const char *const files[] = { "initrd.img", VM_JOB, VM_FILES, VM_DISK };

	if (!vm)
		return;
	vm_end_process(vm);
	qmp_close(&vm->qmp);
	leftover_free(&vm->leftover, vm->opts->dir);
	if (vm->has_image)
		image_close(&vm->image);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *path = vm_in_dir(vm->opts, files[i]);

		unlink(path);
		free(path);
	}
	if (vm->poll >= 0)
		close(vm->poll);
	if (vm->channel >= 0)
		close(vm->channel);
	strbuf_free(&vm->in);
	strbuf_free(&vm->initrd);
	free(vm);
}
