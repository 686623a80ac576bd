/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AGENT_DISKS_H
#define AGENT_DISKS_H

#include "workload.h"

#define MAX_DISKS	16

struct disks {
	unsigned int nr;
	uint64_t size;
	const char *name;		/* "ram": they are /dev/ram0... */
	const struct backing *backing;
};

/*
 * Makes the disks that the options disks, disk-size and backing ask for. Returns 0, else
 * w->why is set. Call disks_remove() even if it failed.
 */
int disks_make(struct workload *w, struct disks *d);
void disks_remove(struct disks *d);

#endif /* AGENT_DISKS_H */
