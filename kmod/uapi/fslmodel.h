/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between the harness and fslmodel.ko: register models of Freescale hardware
 * under the kernel's own drivers.
 *
 * A device is a directory below /sys/kernel/config/fslmodel/, used in the same way as one
 * of softdma's (uapi/softdma.h): load its driver (dmt_fsldma.ko or dmt_talitos.ko), write
 * the attributes, then 1 to `live`. The model, its interrupts and a platform device with a
 * made-up device tree node come up, and the driver probes; -ENXIO: no driver took it.
 * Writing 0 to `live` takes all that away; it gives -EBUSY while a client holds a channel.
 * rmdir always works: a device whose channels are held goes when the module does.
 *
 *   model        elo (MPC83xx, little endian) | eloplus | elo3 (MPC85xx, big endian) |
 *                sec2.1 | sec3.0 | sec3.1 | sec3.3               (eloplus)
 *   ops          direct | strict, as in softdma                  (direct)
 *   domain       name; shared with softdma's engines of that domain ("")
 *   mask_bits    24..64; below 36 it limits what the bus in front of the device can
 *                address (bus_dma_limit); the drivers ask for 36  (36)
 *   channels     1..8, not more than the model has; 0: all it has (0)
 *   types        SEC: mask of the model's descriptor types that its node offers. With
 *                0x200000 it offers XOR only, so that the driver registers no algorithm
 *                (and the kernel tests none)                      (0xffffffff)
 *   public       SEC: 0 | 1; 1: the xor channel is public: async_tx takes it, and
 *                dma_request_channel() with a filter does not find it. fsldma's channels
 *                are always public                                (0)
 *   setup_ns     fixed cost of a link or a descriptor, 0..1000000000 (1000)
 *   rate         bytes per second; 0: the size costs nothing     (0)
 *   jitter_ns    0..1000000: up to so much is added to a link's cost (0)
 *   seed         64 bits, seed of all random choices             (1)
 *   fault_WORD   "interval,probability,space,times", the numbers of the kernel's
 *                fault-inject. A model that cannot do a fault refuses to be made live
 *                with it (-EOPNOTSUPP)
 *   live, device, stats    as in softdma
 *
 * Faults of the Elo: te, pe (a link ends in a transfer or programming error), stuck (a link
 * never ends), lost_irq, spurious_irq. Of the SEC: eu, length (the unit reports an internal
 * error or a length error), stuck, lost_irq, spurious_irq. Of the xor channel on top of
 * talitos: sixth (the sixth source is dropped), no_deps (dependencies are not run),
 * force_ack (descriptors are acked for the client), free_active (active descriptors are
 * freed on release), hide_error (an error is reported as success).
 *
 * stats: submitted= completed= errors= bytes= access_faults= said= (how often the driver did
 * what the manual forbids) memcpy= xor= cipher= digest= fault_WORD=
 */
#ifndef _UAPI_FSLMODEL_H
#define _UAPI_FSLMODEL_H

#define FSLMODEL_CONFIGFS	"/sys/kernel/config/fslmodel"
#define FSLMODEL_NAME_MAX	31

#endif /* _UAPI_FSLMODEL_H */
