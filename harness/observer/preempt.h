/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel preempts, by what it says of itself. */
#ifndef OBSERVER_PREEMPT_H
#define OBSERVER_PREEMPT_H

#include <stdbool.h>

/*
 * @version: uname's; @mode: with PREEMPT_DYNAMIC the kernel's preempt_dynamic_mode, -1: not known.
 * Returns none, voluntary, full, lazy, rt or unknown; @preemptible: tasks are preempted in kernel
 * code, or nobody knows.
 */
const char *preempt_model(const char *version, int mode, bool *preemptible);

#endif /* OBSERVER_PREEMPT_H */
