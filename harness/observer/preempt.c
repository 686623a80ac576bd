// SPDX-License-Identifier: GPL-2.0-only
/* What a kernel preempts, by its version's text and its preempt_dynamic_mode. */
#include <string.h>

#include "preempt.h"

/* kernel/sched/core.c: preempt_dynamic_mode */
static const struct {
	const char *name;
	bool preemptible;
} modes[] = {
	{ "none", false }, { "voluntary", false }, { "full", true }, { "lazy", true },
};

const char *preempt_model(const char *version, int mode, bool *preemptible)
{
	*preemptible = true;
	if (strstr(version, "PREEMPT_RT"))
		return "rt";
	if (strstr(version, "PREEMPT_DYNAMIC")) {
		if (mode < 0 || mode >= (int)(sizeof(modes) / sizeof(modes[0])))
			return "unknown";
		*preemptible = modes[mode].preemptible;
		return modes[mode].name;
	}
	if (strstr(version, "PREEMPT_LAZY"))
		return "lazy";
	if (strstr(version, "PREEMPT"))
		return "full";
	*preemptible = false;
	return "none";
}
