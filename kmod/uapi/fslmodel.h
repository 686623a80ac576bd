/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between the harness and fslmodel.ko: register models of Freescale hardware
 * under the kernel's own drivers.
 *
 * A device is a directory below /sys/kernel/config/fslmodel/, used as one of softdma's
 * (uapi/softdma.h): write its attributes, then 1 to `live`. The model, its interrupts and a
 * platform device with a made-up device tree node come up, and the driver (dmt_fsldma.ko,
 * dmt_talitos.ko, to be loaded before) probes. -ENXIO: no driver took it. 0 to `live` takes
 * all that away; -EBUSY while someone holds a channel. rmdir always works: what is held
 * goes when the module does.
 *
 *   model        elo (MPC83xx, little endian) | eloplus | elo3 (MPC85xx, big endian) |
 *                sec2.1 | sec3.0 | sec3.1 | sec3.3               (eloplus)
 *   ops          direct | strict, as softdma's                   (direct)
 *   domain       name; shared with softdma's engines of that name ("")
 *   mask_bits    24..64: less than 36 is what the bus in front of the device can address
 *                (bus_dma_limit); the drivers ask for 36          (36)
 *   channels     0: as many as the model has; else 1..8, not more than it has (0)
 *   types        SEC: which descriptor types of the model its node has, a mask; 0x200000
 *                leaves XOR alone, and no algorithm to be registered and tested (0xffffffff)
 *   public       SEC: 0 | 1, the xor channel is for all: async_tx takes it, and who asks for
 *                one with a filter does not get it. fsldma's always are (0)
 *   setup_ns     of a link or a descriptor, 0..1000000000        (1000)
 *   rate         bytes per second; 0: no cost by size            (0)
 *   jitter_ns    0..1000000, of links                            (0)
 *   seed         64 bits                                         (1)
 *   fault_WORD   "interval,probability,space,times", as the kernel's fault-inject has them;
 *                a model refuses what it cannot do (-EOPNOTSUPP), which shows when it is
 *                made live
 *   live, device, stats    as softdma's
 *
 * Faults, of the Elo: te, pe (a link ends in a transfer or programming error), stuck (it
 * never ends), lost_irq, spurious_irq. Of the SEC: eu, length (the unit reports an internal
 * error, or one of the length), stuck, lost_irq, spurious_irq. Of the xor channel on top of
 * talitos: sixth (the sixth source is dropped), no_deps (dependencies are not run),
 * force_ack (it is acked for its client), free_active (what is active is freed on release),
 * hide_error (an error is reported as success).
 *
 * stats: submitted= completed= errors= bytes= access_faults= said= (what the driver did that
 * the manual does not allow) memcpy= xor= cipher= digest= fault_WORD=
 */
#ifndef _UAPI_FSLMODEL_H
#define _UAPI_FSLMODEL_H

#define FSLMODEL_CONFIGFS	"/sys/kernel/config/fslmodel"
#define FSLMODEL_NAME_MAX	31

#endif /* _UAPI_FSLMODEL_H */
