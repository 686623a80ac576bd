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
#include "lib/plan.h"

#define PROBE_S 10

static void ignore(void *arg, const struct frame *frame)
{
	(void)arg;
	(void)frame;
}

static char *cache_dir(void)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *dir = xdg && *xdg ? xasprintf("%s/dmatorture", xdg)
				: xasprintf("%s/.cache/dmatorture", home ? home : "/tmp");

	mkdir(dir, 0777);
	return dir;
}

/* The host kernel and QEMU's binary: a new one of either asks again. */
static char *cache_key(const char *dir)
{
	struct utsname un;
	struct stat st = { 0 };

	uname(&un);
	stat("/usr/bin/qemu-system-x86_64", &st);
	return xasprintf("%s/kvm-%s-%lld", dir, un.release, (long long)st.st_mtime);
}

static bool boots(const struct vm_opts *opts, const char *dir)
{
	struct vm_opts probe = *opts;
	struct strbuf plan = STRBUF_INIT;
	enum vm_fate fate = VM_RUNNING;
	char why[256] = "";
	struct vm *vm;

	plan_write(&plan, NULL, 0);
	probe.dir = dir;
	probe.world = WORLD_COHERENT;
	probe.free_running = probe.kvm = true;
	probe.timeout_s = PROBE_S;
	if (!vm_start(&vm, &probe, plan.s, plan.len, ignore, NULL, why)) {
		for (int i = 0; fate == VM_RUNNING && i < PROBE_S * 20; i++) {
			poll(NULL, 0, 50);
			fate = vm_pump(vm);
		}
		vm_free(vm);
	}
	strbuf_free(&plan);
	return fate == VM_DONE;
}

bool vm_kvm_works(const struct vm_opts *opts)
{
	char *dir, *key, *work;
	struct strbuf said = STRBUF_INIT;
	bool works = false;
	FILE *f;

	if (access("/dev/kvm", R_OK | W_OK))
		return false;
	dir = cache_dir();
	key = cache_key(dir);
	if (!strbuf_read_file(&said, key)) {
		works = !strncmp(strbuf_str(&said), "works", 5);
	} else {
		work = xasprintf("%s/kvm-probe.XXXXXX", dir);
		fprintf(stderr, "  [kvm] does a guest boot with it here? (%d s at most)\n", PROBE_S);
		if (mkdtemp(work)) {
			static const char *const files[] = { "console.log", "channel.bin",
							     "plan.bin", "qemu.log", "room" };

			works = boots(opts, work);
			for (size_t i = 0; i < 5; i++) {
				char *path = xasprintf("%s/%s", work, files[i]);

				unlink(path);
				free(path);
			}
			rmdir(work);
		}
		fprintf(stderr, "  [kvm] %s\n", works ? "it does" : "it does not: plain TCG");
		f = fopen(key, "w");
		if (f) {
			fputs(works ? "works\n" : "does not work\n", f);
			fclose(f);
		}
		free(work);
	}
	strbuf_free(&said);
	free(dir);
	free(key);
	return works;
}
