// SPDX-License-Identifier: GPL-2.0-only
/* 6.2, 9b13df3fb64e ("timers: Rename del_timer_sync() to timer_delete_sync()") */
#include <linux/timer.h>

int feature(struct timer_list *t);

int feature(struct timer_list *t)
{
	return timer_delete_sync(t);
}
