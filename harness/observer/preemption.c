// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the running kernel whether it preempts tasks in kernel code. There a BPF program is
 * interrupted by other tasks, and needs more seats (seats.c).
 */
#include <string.h>
#include <sys/utsname.h>

#include "early.h"
#include "internal.h"
#include "preempt.h"

void find_preemption(struct observer *o, const struct early *early)
{
	struct utsname u;
	int mode = -1;

	if (uname(&u))
		u.version[0] = '\0';
	if (strstr(u.version, "PREEMPT_DYNAMIC"))
		mode = early_variable(early, "preempt_dynamic_mode");
	o->preemption = preempt_model(u.version, mode, &o->preemptible);
}
