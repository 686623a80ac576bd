// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drains the ring up to a given event. A reader stops at the first record that is reserved and
 * not submitted yet (another processor is still writing it, or was interrupted there), even if
 * there are complete records behind it: so it must read again.
 */
#include "drain.h"

void drain_took(struct drain *d, uint64_t seq)
{
	d->taken++;
	if (seq > d->last)
		d->beyond++;
}

long drain_to(struct drain *d, uint64_t last, const struct drain_ops *ops, void *arg)
{
	long n = 0, got;

	d->last = last;
	d->beyond = 0;	/* what was taken before was before @last */
	for (unsigned int i = 0; ; i++) {
		got = ops->consume(arg);
		if (got < 0) {
			n = got;
			break;
		}
		n += got;
		if (d->taken - d->beyond + ops->lost(arg) >= last || i == DRAIN_TRIES)
			break;
		ops->wait(arg);
	}
	d->last = UINT64_MAX;
	return n;
}
