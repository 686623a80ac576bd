/* SPDX-License-Identifier: GPL-2.0-only */
/* machine.c: what the emulated machine offers to the agent beside devices with a driver. */
#ifndef AGENT_MACHINE_H
#define AGENT_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* Within so much of the guest's time QEMU stops the machine. */
#define MACHINE_PAUSE_S	2

/*
 * QEMU is to stop the machine MACHINE_PAUSE_S from now. The guest has to be asleep then: a
 * processor that runs would go on for as long as the host takes to stop it. When the machine
 * goes on, it may be in another QEMU, which restored it from an image. Negative errno when
 * ports cannot be reached.
 */
int machine_pause(void);

/*
 * idle.c: sleeps until the one processor that is up has had next to nothing to do for half a
 * second, at most two minutes. The kernel tests its ciphers in a thread, which a fast boot
 * overtakes.
 */
void machine_wait_idle(void);

/*
 * fw_cfg, QEMU's small files for firmware: selects item @key; reads the next @len bytes of
 * it, zeros behind its end. The answer is there at once, whatever the host does. Negative
 * errno when there is no access to it.
 */
int machine_fwcfg_select(uint16_t key);
void machine_fwcfg_bytes(void *out, size_t len);

#endif /* AGENT_MACHINE_H */
