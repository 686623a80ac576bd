// SPDX-License-Identifier: GPL-2.0-only
/* 7.3: hrtimer_callback_running() moved there from <linux/hrtimer.h>. */
#include <linux/hrtimer_bases.h>

int feature(void);

int feature(void)
{
	return 0;
}
