// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the fates of a guest. QEMU on PATH is a shell script, which runs in the results directory,
 * copies a channel and a console that the test wrote, and ends as the test wants.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "lib/program/plan.h"
#include "vm/vm.h"

struct world_of_test {
	char *dir;		/* all below it */
	struct vm_opts opts;
	struct strbuf channel;	/* what the fake QEMU is to write */
	unsigned int frames;	/* seen */
	char title[256];
	char why[256];
};

static void write_file(const char *dir, const char *name, const void *data, size_t len)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	chmod(path, 0755);
	free(path);
}

static void write_text(const char *dir, const char *name, const char *text)
{
	write_file(dir, name, text, strlen(text));
}

static char *subdir(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	assert_int_equal(mkdir(path, 0777), 0);
	return path;
}

static int setup(void **state)
{
	struct world_of_test *w = xcalloc(1, sizeof(*w));
	static const char agent[20000] = "agent";
	char template[] = "/tmp/test_vm.XXXXXX", *kernel, *modules, *lists, *path;

	w->dir = xstrdup(mkdtemp(template));
	kernel = subdir(w->dir, "kernel");
	lists = subdir(kernel, "modules");
	modules = subdir(w->dir, "own");
	write_text(lists, "modules.order", "a/virtio_console.ko\na/b-dep.ko\na/pvpanic-pci.ko\n");
	write_text(lists, "modules.builtin", "a/virtio_pci.ko\n");
	free(subdir(lists, "a"));
	write_file(lists, "a/virtio_console.ko", "x\0depends=b_dep\0y", 17);
	write_file(lists, "a/b-dep.ko", "x\0depends=\0y", 12);
	write_file(lists, "a/pvpanic-pci.ko", "x\0depends=b_dep,virtio_pci\0y", 28);
	write_file(modules, "softdma.ko", "soft\0depends=\0", 14);
	write_file(modules, "dmatorture.ko", "tort\0depends=\0", 14);
	write_file(w->dir, "agent", agent, sizeof(agent));
	path = xasprintf("%s:%s", w->dir, getenv("PATH"));
	setenv("PATH", path, 1);
	free(path);
	w->opts = (struct vm_opts) {
		.kernel_dir = kernel, .module_dir = modules,
		.agent = xasprintf("%s/agent", w->dir), .dir = subdir(w->dir, "out"),
		.smp = 1, .seed = 1, .timeout_s = 1,
	};
	free(lists);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world_of_test *w = *state;
	char *cmd = xasprintf("rm -rf %s", w->dir), *path = xstrdup(getenv("PATH"));

	setenv("PATH", strchr(path, ':') + 1, 1);
	assert_int_equal(system(cmd), 0);
	free(path);
	free(cmd);
	free((char *)w->opts.kernel_dir);
	free((char *)w->opts.module_dir);
	free((char *)w->opts.agent);
	free((char *)w->opts.dir);
	free(w->dir);
	strbuf_free(&w->channel);
	free(w);
	return 0;
}

static void on_frame(void *arg, const struct frame *f)
{
	struct world_of_test *w = arg;

	assert_int_equal(f->seq, w->frames);
	w->frames++;
}

/* @script: what the fake QEMU does. */
static struct vm *start(struct world_of_test *w, const char *script)
{
	struct strbuf plan = STRBUF_INIT, text = STRBUF_INIT;
	struct vm *vm;
	int err;

	strbuf_addf(&text, "#!/bin/sh\ncd %s || exit 9\n%s\n", w->opts.dir, script);
	write_text(w->dir, "qemu-system-x86_64", text.s);
	write_file(w->opts.dir, "channel.in", strbuf_str(&w->channel), w->channel.len);
	plan_write(&plan, NULL, 0);
	err = vm_start(&vm, &w->opts, plan.s, plan.len, on_frame, w, w->why);
	strbuf_free(&plan);
	strbuf_free(&text);
	if (err) {
		errno = -err;
		return NULL;
	}
	return vm;
}

static enum vm_fate finish(struct world_of_test *w, struct vm *vm)
{
	enum vm_fate fate;

	while ((fate = vm_pump(vm)) == VM_RUNNING)
		poll(&(struct pollfd){ .fd = vm_pidfd(vm), .events = POLLIN }, 1, 20);
	snprintf(w->title, sizeof(w->title), "%s", vm_title(vm));
	vm_free(vm);
	return fate;
}

static void expect(struct world_of_test *w, const char *script, enum vm_fate fate,
		   const char *title)
{
	struct vm *vm = start(w, script);

	assert_non_null(vm);
	assert_string_equal(vm_fate_name(finish(w, vm)), vm_fate_name(fate));
	assert_string_equal(w->title, title);
}

static void say(struct world_of_test *w, unsigned int seq, enum frame_type type)
{
	frame_write(&w->channel, seq, type, "0000", type == FRAME_CELL ? 4 : 0);
}

/* Writes HELLO, then the begin of a cell. */
static void say_begin(struct world_of_test *w)
{
	say(w, 0, FRAME_HELLO);
	say(w, 1, FRAME_CELL);
}

static void test_done(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	say(w, 2, FRAME_END);
	expect(w, "cp channel.in channel.bin", VM_DONE, "");
	assert_int_equal(w->frames, 3);
}

/* The agent sent END, but the guest panicked while it shut down. */
static void test_panic_after_end(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	say(w, 2, FRAME_END);
	expect(w, "cp channel.in channel.bin; echo 'Kernel panic - not syncing: late' > console.log; exit 1",
	       VM_PANIC, "Kernel panic - not syncing: late");
}

static void test_panic_oops_hang(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	expect(w, "cp channel.in channel.bin; echo 'Kernel panic - not syncing: now' > console.log; exit 1",
	       VM_PANIC, "Kernel panic - not syncing: now");
	w->frames = 0;
	expect(w, "cp channel.in channel.bin; { echo 'BUG: kernel NULL pointer dereference, address: 0';\n"
	       "echo 'RIP: 0010:f.cold+0x1/0x2'; echo 'Kernel panic - not syncing: Fatal exception'; } > console.log; exit 1",
	       VM_OOPS, "BUG: kernel NULL pointer dereference in f");
	w->frames = 0;
	expect(w, "cp channel.in channel.bin; { echo 'watchdog: BUG: soft lockup - CPU#0 stuck for 12s! [dmt/0:78]';\n"
	       "echo 'RIP: 0010:g+0x1/0x2'; echo 'Kernel panic - not syncing: softlockup: hung tasks'; } > console.log; exit 1",
	       VM_HANG, "BUG: soft lockup in g");
	assert_int_equal(w->frames, 2);
}

static void test_no_agent(void **state)
{
	struct world_of_test *w = *state;

	expect(w, "echo 'Kernel panic - not syncing: VFS' > console.log", VM_NO_AGENT,
	       "Kernel panic - not syncing: VFS");
	expect(w, "echo 'qemu: no such machine' >&2; exit 1", VM_NO_AGENT, "qemu: no such machine");
}

static void test_died(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	expect(w, "cp channel.in channel.bin; kill -9 $$", VM_DIED, "QEMU was killed by signal 9");
}

/* If QEMU's exit status is lost, the fate must be neither "done" nor "exited with 0". */
static void test_lost_exit(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	say(w, 2, FRAME_END);
	signal(SIGCHLD, SIG_IGN);
	expect(w, "cp channel.in channel.bin", VM_DIED, "how QEMU ended is not known: No child processes");
	signal(SIGCHLD, SIG_DFL);
}

/* No frame comes for timeout_s, and QEMU ignores SIGTERM too. */
static void test_silence(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	expect(w, "trap '' TERM; cp channel.in channel.bin; while :; do sleep 0.1; done", VM_HANG,
	       "no sign of life for 1 s");
}

/* Catches: a guest taken for hung on a busy host, where QEMU had no processor in that time. */
static void test_starved(void **state)
{
	struct world_of_test *w = *state;
	char *script;

	say_begin(w);
	script = xasprintf("mkdir -p $$/task/1 $$/task/2; echo 9 0 1 > $$/task/1/schedstat\n"
			   "head -c %zu channel.in > channel.bin\n"
			   "for i in 1 2 3 4 5; do sleep 0.6; echo 5 $((i * 2))000000000 7 > $$/task/2/schedstat; done\n"
			   "cp channel.in channel.bin", w->channel.len);
	say(w, 2, FRAME_END);
	w->opts.proc = w->opts.dir;
	expect(w, script, VM_DONE, "");
	free(script);
}

/* Catches: a guest that hangs and is never ended, as its host says that it waits. */
static void test_starved_for_ever(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	w->opts.proc = w->opts.dir;
	expect(w, "trap '' TERM; cp channel.in channel.bin; mkdir -p $$/task/1\n"
	       "i=0; while :; do i=$((i + 1)); echo 5 $((i * 4))000000000 7 > $$/task/1/schedstat; sleep 0.5; done",
	       VM_HANG, "no sign of life for 1 s");
}

static void test_lost_frame(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	say(w, 3, FRAME_END);
	expect(w, "cp channel.in channel.bin", VM_CHANNEL, "frame 2 of the result channel is damaged or missing");
	assert_int_equal(w->frames, 2);
}

static void test_damaged_frame(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	w->channel.s[w->channel.len - 1] ^= 1;
	say(w, 2, FRAME_END);
	/* it is ended at once, not only after it has been silent for timeout_s */
	expect(w, "cp channel.in channel.bin; exec sleep 60", VM_CHANNEL,
	       "frame 1 of the result channel is damaged or missing");
	assert_int_equal(w->frames, 1);
}

/* A damaged length that is too large makes the reader wait for data that never come. */
static void test_cut_frame(void **state)
{
	struct world_of_test *w = *state;

	say_begin(w);
	w->channel.len -= 2;
	expect(w, "cp channel.in channel.bin", VM_CHANNEL, "frame 1 of the result channel is damaged or missing");
}

static void test_interrupted(void **state)
{
	struct world_of_test *w = *state;
	struct vm *vm;

	say_begin(w);
	vm = start(w, "cp channel.in channel.bin; exec sleep 60");
	while (!w->frames)
		assert_int_equal(vm_pump(vm), VM_RUNNING);
	vm_kill(vm, VM_INTERRUPTED);
	assert_int_equal(finish(w, vm), VM_INTERRUPTED);
	assert_int_equal(w->frames, 2);
}

/* Mounts a small file system over the results directory; needs root. */
static void test_disk_full(void **state)
{
	struct world_of_test *w = *state;
	enum vm_fate fate;
	struct vm *vm;
	char *fill;

	if (mount("none", w->opts.dir, "tmpfs", 0, "size=64k"))
		skip();
	say_begin(w);
	say(w, 2, FRAME_END);
	vm = start(w, "cp channel.in channel.bin; head -c 1000000 /dev/zero > console.log");
	fate = vm ? finish(w, vm) : VM_RUNNING;
	/* and it is full again when the next guest should start */
	fill = xasprintf("cd %s; rm -f console.log; head -c 1000000 /dev/zero > fill 2>/dev/null",
			 w->opts.dir);
	assert_int_not_equal(system(fill), 0);
	free(fill);
	strbuf_reset(&w->channel);	/* the file system has no room for it */
	vm = start(w, ":");
	umount(w->opts.dir);
	assert_string_equal(vm_fate_name(fate), "disk-full");
	assert_null(vm);
	assert_int_equal(errno, ENOSPC);
}

static void test_missing_files(void **state)
{
	struct world_of_test *w = *state;
	struct vm_opts was = w->opts;

	w->opts.agent = "/nowhere/agent";
	assert_null(start(w, ":"));
	assert_non_null(strstr(w->why, "/nowhere/agent"));
	w->opts = was;
	w->opts.kernel_dir = "/nowhere";
	assert_null(start(w, ":"));
	assert_non_null(strstr(w->why, "/nowhere/modules/modules.order"));
	w->opts = was;
	w->opts.files = (const char *const[]){ "no-colon", NULL };
	assert_null(start(w, ":"));
	assert_string_equal(w->why, "'no-colon' is not HOST:NAME");
	w->opts = was;
}

/* The initramfs has what it must have, in an order that can be loaded. */
static void test_image(void **state)
{
	struct world_of_test *w = *state;
	struct strbuf list = STRBUF_INIT, a = STRBUF_INIT, b = STRBUF_INIT;
	char *path = xasprintf("%s/image", w->opts.dir);

	w->opts.crash = true;
	expect(w, "cp initrd.img image", VM_NO_AGENT, "QEMU ended with 0 before the plan was done");
	assert_int_equal(strbuf_read_file(&a, path), 0);
	strbuf_addf(&list, "/mod/b_dep.ko\n/mod/virtio_console.ko\n/mod/pvpanic_pci.ko\n"
		    "/mod/softdma.ko\n/mod/dmatorture.ko crash=1\n");
	assert_non_null(memmem(a.s, a.len, list.s, list.len));
	/* no path of the host */
	assert_null(memmem(a.s, a.len, w->dir, strlen(w->dir)));
	/* the same again, a second later */
	sleep(1);
	expect(w, "cp initrd.img image", VM_NO_AGENT, "QEMU ended with 0 before the plan was done");
	assert_int_equal(strbuf_read_file(&b, path), 0);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.s, b.s, a.len);
	free(path);
	strbuf_free(&list);
	strbuf_free(&a);
	strbuf_free(&b);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_done),
		T(test_panic_after_end),
		T(test_panic_oops_hang),
		T(test_no_agent),
		T(test_died),
		T(test_lost_exit),
		T(test_silence),
		T(test_starved),
		T(test_starved_for_ever),
		T(test_lost_frame),
		T(test_damaged_frame),
		T(test_cut_frame),
		T(test_interrupted),
		T(test_disk_full),
		T(test_missing_files),
		T(test_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
