// SPDX-License-Identifier: GPL-2.0-only
/* The names of fates, as results have them. */
#include "fate.h"

const char *vm_fate_name(enum vm_fate fate)
{
	static const char *const names[] = {
		[VM_RUNNING]	 = "running",
		[VM_DONE]	 = "done",
		[VM_PANIC]	 = "panic",
		[VM_OOPS]	 = "oops",
		[VM_HANG]	 = "hang",
		[VM_DIED]	 = "died",
		[VM_NO_AGENT]	 = "no-agent",
		[VM_CHANNEL]	 = "channel-damaged",
		[VM_DISK_FULL]	 = "disk-full",
		[VM_INTERRUPTED] = "interrupted",
	};

	return names[fate];
}
