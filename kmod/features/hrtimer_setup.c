// SPDX-License-Identifier: GPL-2.0-only
/* 6.13, "hrtimers: Introduce hrtimer_setup() to replace hrtimer_init()" */
#include <linux/hrtimer.h>

void feature(struct hrtimer *t);

void feature(struct hrtimer *t)
{
	hrtimer_setup(t, NULL, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}
