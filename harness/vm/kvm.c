// SPDX-License-Identifier: GPL-2.0-only
/* Whether KVM works here: only a guest that was seen to boot proves it. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "internal.h"
#include "lib/base/cache.h"
#include "lib/program/plan.h"

#define PROBE_S 10

static void ignore(void *arg, const struct frame *frame)
{
	(void)arg;
	(void)frame;
}

/* The host kernel and QEMU's binary: a new one of either asks again. */
static char *cache_key(const char *dir, const char *qemu)
{
	char *program = xasprintf("/usr/bin/%s", qemu);
	struct utsname un;
	struct stat st = { 0 };

	uname(&un);
	stat(program, &st);
	free(program);
	return xasprintf("%s/kvm-%s-%lld", dir, un.release, (long long)st.st_mtime);
}

/* Tries a guest. Returns 0, or a negative errno when none could be started. */
static int boot_guest(const struct vm_opts *opts, const char *dir, bool *works)
{
	struct vm_opts probe = *opts;
	struct strbuf plan = STRBUF_INIT;
	enum vm_fate fate = VM_RUNNING;
	char why[256] = "";
	struct vm *vm;
	int err;

	plan_write(&plan, NULL, 0);
	probe.dir = dir;
	probe.world = WORLD_COHERENT;
	probe.free_running = probe.kvm = probe.boot = true;
	probe.timeout_s = PROBE_S;
	err = vm_start(&vm, &probe, plan.s, plan.len, ignore, NULL, why);
	strbuf_free(&plan);
	if (err)
		return err;
	for (int i = 0; fate == VM_RUNNING && i < PROBE_S * 20; i++) {
		poll(NULL, 0, 50);
		fate = vm_pump(vm);
	}
	vm_free(vm);
	*works = fate == VM_DONE;
	return 0;
}

static int ask_guest(const struct vm_opts *opts, const char *dir, bool *works)
{
	static const char *const files[] = {
		"console.log", "channel.bin", "plan.bin", "qemu.log", "initrd.img",
	};
	char *work = xasprintf("%s/kvm-probe.XXXXXX", dir);
	int err = mkdtemp(work) ? boot_guest(opts, work, works) : -errno;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *path = xasprintf("%s/%s", work, files[i]);

		unlink(path);
		free(path);
	}
	rmdir(work);
	free(work);
	return err;
}

bool vm_kvm_works(const struct vm_opts *opts)
{
	const struct machine *m = vm_machine(opts);
	struct strbuf said = STRBUF_INIT;
	bool works = false;
	struct utsname un;
	char *dir, *key;
	FILE *f;

	if (uname(&un) || strcmp(un.machine, m->uname))
		return false;
	if (access("/dev/kvm", R_OK | W_OK))
		return false;
	dir = cache_dir("");
	key = cache_key(dir, m->qemu);
	if (!strbuf_read_file(&said, key)) {
		works = !strncmp(strbuf_str(&said), "works", 5);
	} else {
		fprintf(stderr, "  [kvm] does a guest boot with it here? (%d s at most)\n", PROBE_S);
		/* Remember the answer, but not a failure to get one. */
		f = ask_guest(opts, dir, &works) ? NULL : fopen(key, "w");
		fprintf(stderr, "  [kvm] %s\n", works ? "it does" : "it does not: plain TCG");
		if (f) {
			fputs(works ? "works\n" : "does not work\n", f);
			fclose(f);
		}
	}
	strbuf_free(&said);
	free(dir);
	free(key);
	return works;
}
