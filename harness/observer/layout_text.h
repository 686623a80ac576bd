/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OBSERVER_LAYOUT_TEXT_H
#define OBSERVER_LAYOUT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/layout.h"

/*
 * Takes the layout from the text of an arm64 kernel's vmcoreinfo, lines "KEY=VALUE". 0, or -1 with
 * the reason in @why.
 */
int layout_parse(const char *text, struct obs_layout *l, char why[128]);

#endif /* OBSERVER_LAYOUT_TEXT_H */
