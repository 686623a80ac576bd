/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A recording in the Trace Event Format (Google's document of that name, its JSON Object Format),
 * which ui.perfetto.dev and chrome://tracing open. A process is a device, or the CPU's contexts; a
 * thread is a row of bars that do not overlap, or a thread or interrupt.
 */
#ifndef HARNESS_TIMELINE_PERFETTO_H
#define HARNESS_TIMELINE_PERFETTO_H

#include <stdio.h>

#include "lib/judge/evstream.h"

/*
 * Reads the recording @file from its beginning and writes @out. @judged has its findings. Returns
 * 0 or a negative errno; what is wrong with the recording is not said again.
 */
int perfetto_write(FILE *file, const struct evstream *judged, FILE *out);

#endif /* HARNESS_TIMELINE_PERFETTO_H */
