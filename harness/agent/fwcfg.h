/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AGENT_FWCFG_H
#define AGENT_FWCFG_H

#include "lib/base/strbuf.h"

/*
 * Appends the file @name of QEMU's fw_cfg to @out: what this QEMU has, not what the one had
 * that the guest was booted in. 0; -ENOENT when there is none of that name, -ENODEV when
 * there is no fw_cfg, another negative errno when it cannot be reached.
 */
int fwcfg_read(const char *name, struct strbuf *out);

#endif /* AGENT_FWCFG_H */
