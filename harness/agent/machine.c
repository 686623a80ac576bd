// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ports of the machine on x86. By hand: the kernel's driver of fw_cfg remembers the files
 * of the QEMU that it was booted in, and its driver of the watchdog would keep it quiet.
 */
#include <errno.h>
#include <string.h>

#include "machine.h"

#ifdef __x86_64__
#include <sys/io.h>

#define FWCFG_SELECT	0x510
#define FWCFG_DATA	0x511
/* ib700's watchdog, which QEMU's -action watchdog=pause makes a stop clock */
#define WATCHDOG	0x443
#define WATCHDOG_2S	14	/* 30 s less 2 s for each */

int machine_pause(void)
{
	if (ioperm(WATCHDOG, 1, 1))
		return -errno;
	outb(WATCHDOG_2S, WATCHDOG);
	return 0;
}

int machine_fwcfg_select(uint16_t key)
{
	if (ioperm(FWCFG_SELECT, 2, 1))
		return -errno;
	outw(key, FWCFG_SELECT);
	return 0;
}

void machine_fwcfg_bytes(void *out, size_t len)
{
	insb(FWCFG_DATA, out, len);
}
#else

int machine_pause(void)
{
	return -ENOSYS;
}

int machine_fwcfg_select(uint16_t key)
{
	(void)key;
	return -ENOSYS;
}

void machine_fwcfg_bytes(void *out, size_t len)
{
	memset(out, 0, len);
}
#endif
