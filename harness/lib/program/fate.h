/* SPDX-License-Identifier: GPL-2.0-only */
/* How a guest, or a board, ended. */
#ifndef HARNESS_FATE_H
#define HARNESS_FATE_H

enum vm_fate {
	VM_RUNNING,
	VM_DONE,	/* FRAME_END came and QEMU exited */
	VM_PANIC,	/* a panic that is not one of the following */
	VM_OOPS,	/* died of an oops (oops=panic is on the boot line) */
	VM_HANG,	/* soft lockup, hung task, or no frame for timeout_s */
	VM_DIED,	/* QEMU gone (killed, refused to start) without a panic */
	VM_NO_AGENT,	/* ended before the agent's HELLO */
	VM_CHANNEL,	/* the channel is damaged: bad checksum, lost frame */
	VM_DISK_FULL,	/* the results directory has no room */
	VM_INTERRUPTED,	/* vm_kill(), because the user asked for it */
};

/* "running", "done", "panic", ...: stable, part of result.json. */
const char *vm_fate_name(enum vm_fate fate);

#endif /* HARNESS_FATE_H */
