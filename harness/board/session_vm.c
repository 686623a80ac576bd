// SPDX-License-Identifier: GPL-2.0-only
/* A guest under QEMU as a target. Each session boots or restores its own. */
#include "session.h"

static int start(void **state, const struct vm_opts *opts, const void *plan, size_t plan_len,
		 vm_frame_fn fn, void *arg, char *why)
{
	struct vm *vm;
	int err = vm_start(&vm, opts, plan, plan_len, fn, arg, why);

	*state = vm;
	return err;
}

static enum vm_fate pump(void *state)
{
	return vm_pump(state);
}

static int fd(const void *state)
{
	return vm_pidfd(state);
}

static void end(void *state, enum vm_fate fate)
{
	vm_kill(state, fate);
}

static const char *title(const void *state)
{
	return vm_title(state);
}

static void release(void *state)
{
	vm_free(state);
}

const struct target_kind target_vm = {
	.name = "vm", .form = "vm",
	.start = start, .pump = pump, .fd = fd, .kill = end, .title = title, .free = release,
};
