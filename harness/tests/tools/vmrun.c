// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boots one guest and prints its frames as text. Tests of the VM target, of the executor and of the
 * engines use it.
 *
 *   vmrun --kernel-dir D --module-dir M --agent A --dir OUT [...] [PLAN]
 *
 * Without PLAN the plan is empty. Ends with a line "fate: ..."; exit 0 when that
 * is "done", 1 when it is another, 2 for wrong usage.
 */
#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/program/plan.h"
#include "uapi/dmatorture.h"
#include "vm/vm.h"

#define MAX_FILES	32

enum {
	OPT_KERNEL_DIR = 256, OPT_MODULE_DIR, OPT_AGENT, OPT_DIR, OPT_WORLD, OPT_SMP,
	OPT_SEED, OPT_FILE, OPT_EXEC, OPT_APPEND, OPT_TIMEOUT, OPT_FREE, OPT_CRASH,
	OPT_RECORDS,
};

static const struct argp_option options[] = {
	{ "kernel-dir", OPT_KERNEL_DIR, "DIR", 0, "as kernel-setup prints it", 0 },
	{ "module-dir", OPT_MODULE_DIR, "DIR", 0, "build/modules-...", 0 },
	{ "agent", OPT_AGENT, "FILE", 0, "build/agent", 0 },
	{ "dir", OPT_DIR, "DIR", 0, "exists; logs go there", 0 },
	{ "world", OPT_WORLD, "WORLD", 0, "coherent (default), bounce, bounce32, strict, iommu, iommu-lazy, iommu-virtio", 0 },
	{ "smp", OPT_SMP, "N", 0, "processors (1)", 0 },
	{ "seed", OPT_SEED, "N", 0, "of the guest's random numbers (1)", 0 },
	{ "file", OPT_FILE, "HOST:NAME", 0, "HOST becomes /NAME in the guest, executable", 0 },
	{ "exec", OPT_EXEC, "LINE", 0, "run before the plan: a program and words, no shell", 0 },
	{ "append", OPT_APPEND, "TEXT", 0, "more boot line", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0, "without a frame: a hang (60)", 0 },
	{ "free-running", OPT_FREE, NULL, 0, "no fixed instruction clock", 0 },
	{ "crash", OPT_CRASH, NULL, 0, "let crash steps crash", 0 },
	{ "records", OPT_RECORDS, NULL, 0, "print every record", 0 },
	{ 0 },
};

struct args {
	struct vm_opts vm;
	const char *files[MAX_FILES + 1];
	unsigned int nr_files;
	struct strbuf exec;
	const char *plan;
	bool records;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_KERNEL_DIR:
		a->vm.kernel_dir = arg;
		break;
	case OPT_MODULE_DIR:
		a->vm.module_dir = arg;
		break;
	case OPT_AGENT:
		a->vm.agent = arg;
		break;
	case OPT_DIR:
		a->vm.dir = arg;
		break;
	case OPT_SMP:
		a->vm.smp = strtoul(arg, NULL, 0);
		break;
	case OPT_SEED:
		a->vm.seed = strtoull(arg, NULL, 0);
		break;
	case OPT_APPEND:
		a->vm.append = arg;
		break;
	case OPT_TIMEOUT:
		a->vm.timeout_s = strtoul(arg, NULL, 0);
		break;
	case OPT_FREE:
		a->vm.free_running = true;
		break;
	case OPT_CRASH:
		a->vm.crash = true;
		break;
	case OPT_RECORDS:
		a->records = true;
		break;
	case OPT_WORLD:
		if (world_parse(arg, &a->vm.world))
			argp_error(state, "no world '%s'", arg);
		break;
	case OPT_FILE:
		if (a->nr_files == MAX_FILES)
			argp_error(state, "more than %d files", MAX_FILES);
		a->files[a->nr_files++] = arg;
		break;
	case OPT_EXEC:
		strbuf_addf(&a->exec, "%s\n", arg);
		break;
	case ARGP_KEY_ARG:
		if (a->plan)
			argp_usage(state);
		a->plan = arg;
		break;
	case ARGP_KEY_END:
		if (!a->vm.kernel_dir || !a->vm.module_dir || !a->vm.agent || !a->vm.dir ||
		    !a->vm.smp)
			argp_error(state, "kernel-dir, module-dir, agent and dir are needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void print_records(const struct frame *f, bool all)
{
	const size_t size = sizeof(struct dmt_record);

	printf("records: %zu\n", f->len / size);
	for (uint32_t at = 0; all && at + size <= f->len; at += size) {
		struct dmt_record rec;

		memcpy(&rec, f->data + at, sizeof(rec));
		printf("  step %u iteration %u status %d cpu %u thread %u ctx %u value 0x%llx at %llu\n",
		       le32toh(rec.step), le32toh(rec.iteration), (int)le32toh(rec.status),
		       le16toh(rec.cpu), rec.thread, rec.ctx,
		       (unsigned long long)le64toh(rec.value),
		       (unsigned long long)le64toh(rec.time_ns));
	}
}

static void print_sums(const struct frame *f)
{
	struct dmt_sums s;

	if (f->len != FRAME_SUMS_LEN) {
		printf("sums: of %u bytes?\n", f->len);
		return;
	}
	frame_unpack_sums(&s, f->data);
	printf("sums: status=%d iterations=%u ns=%llu steps=%llu steps_failed=%llu checks=%llu checks_bad=%llu "
	       "maps=%llu maps_bounced=%llu records=%u records_lost=%u digest=%08x leftover_maps=%u leftover_txs=%u%s%.120s\n",
	       s.status, s.iterations, (unsigned long long)s.ns, (unsigned long long)s.steps,
	       (unsigned long long)s.steps_failed, (unsigned long long)s.checks,
	       (unsigned long long)s.checks_bad, (unsigned long long)s.maps,
	       (unsigned long long)s.maps_bounced, s.records, s.records_lost, s.digest,
	       s.leftover_maps, s.leftover_txs, s.reason[0] ? " reason=" : "", s.reason);
}

static void on_frame(void *arg, const struct frame *f)
{
	static const char *const names[] = {
		[FRAME_HELLO] = "hello", [FRAME_CELL] = "cell", [FRAME_REFUSED] = "refused",
		[FRAME_ENGINE] = "engine", [FRAME_CELL_END] = "cell-end", [FRAME_LOG] = "log",
		[FRAME_END] = "end",
	};
	const struct args *a = arg;

	switch (f->type) {
	case FRAME_CELL:
	case FRAME_CELL_END:
		printf("%s: %u\n", names[f->type], f->len == 4 ? le32_get(f->data) : UINT32_MAX);
		break;
	case FRAME_RECORDS:
		print_records(f, a->records);
		break;
	case FRAME_SUMS:
		print_sums(f);
		break;
	case FRAME_HELLO:
	case FRAME_REFUSED:
	case FRAME_ENGINE:
	case FRAME_LOG:
	case FRAME_END:
		printf("%s: %.*s%s", names[f->type], (int)f->len, (const char *)f->data,
		       f->len && f->data[f->len - 1] == '\n' ? "" : "\n");
		break;
	default:
		printf("frame %u: %u bytes\n", f->type, f->len);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct argp argp = { options, parse, "[PLAN]", NULL, NULL, NULL, NULL };
	struct args a = { .vm = { .smp = 1, .seed = 1, .timeout_s = 60 } };
	struct strbuf plan = STRBUF_INIT;
	enum vm_fate fate;
	char why[256] = "";
	struct vm *vm;
	int err = 0;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	a.vm.files = a.files;
	a.vm.exec = a.exec.len ? a.exec.s : NULL;
	if (a.plan)
		err = strbuf_read_file(&plan, a.plan);
	else
		plan_write(&plan, NULL, 0);
	if (err) {
		fprintf(stderr, "vmrun: %s: %s\n", a.plan, strerror(-err));
		return 2;
	}
	err = vm_start(&vm, &a.vm, plan.s, plan.len, on_frame, &a, why);
	strbuf_free(&plan);
	if (err) {
		fprintf(stderr, "vmrun: %s\n", why);
		strbuf_free(&a.exec);
		return 2;
	}
	while ((fate = vm_pump(vm)) == VM_RUNNING)
		poll(&(struct pollfd){ .fd = vm_pidfd(vm), .events = POLLIN }, 1, 20);
	printf("fate: %s%s%s\n", vm_fate_name(fate), vm_title(vm)[0] ? ": " : "", vm_title(vm));
	vm_free(vm);
	strbuf_free(&a.exec);
	return fate != VM_DONE;
}
