/* SPDX-License-Identifier: GPL-2.0-only */
/* What the devices and channels of a recording are called, as its events tell. */
#ifndef HARNESS_TIMELINE_NAMES_H
#define HARNESS_TIMELINE_NAMES_H

#include <stdint.h>

#include "bpf/events.h"
#include "lib/base/table.h"

/* Zero it before the first event. */
struct names {
	struct table devs, chans;
};

/* Learns from an event; call it with each, in order. */
void names_take(struct names *n, const struct obs_event *e);
/*
 * The name and the driver of the device at an address, as they are now; "" when they were not
 * told. They hold until the next names_take(), and are of a file: escape them.
 */
const char *names_device(const struct names *n, uint64_t dev);
const char *names_driver(const struct names *n, uint64_t dev);
/* The device of a channel, or 0; @id: its number, or NULL. */
uint64_t names_channel(const struct names *n, uint64_t chan, uint32_t *id);
/* The device that an event is about: its own, else that of its channel; 0: none. */
uint64_t names_of(const struct names *n, const struct obs_event *e);
void names_free(struct names *n);

#endif /* HARNESS_TIMELINE_NAMES_H */
