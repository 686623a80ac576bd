/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bus that register models sit on: kinds of hardware, and the devices of these kinds.
 * uapi/fslmodel.h describes what the user sees.
 */
#ifndef FSL_BUS_H
#define FSL_BUS_H

#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/spinlock.h>

#include "fault.h"
#include "model.h"
#include "uapi/fslmodel.h"

#define FSL_MAX_DEVICES	16
#define FSL_STRIDE	0x200000UL	/* bytes from one device's registers to the next's */
#define FSL_MAX_LINES	8
#define FSL_MAX_PROPS	6
#define FSL_PROP_PUBLIC	"dmatorture,public"	/* a SEC node's property for talitos_xor.c */
#define FSL_SAY_LINES	5	/* access faults, and complaints, that a device prints */

/* The faults of all models, and of the xor channel on top of talitos. */
enum fsl_fault_kind {
	FSL_FAULT_TE,
	FSL_FAULT_PE,
	FSL_FAULT_EU,
	FSL_FAULT_LENGTH,
	FSL_FAULT_STUCK,
	FSL_FAULT_LOST_IRQ,
	FSL_FAULT_SPURIOUS_IRQ,
	FSL_FAULT_SIXTH,
	FSL_FAULT_NO_DEPS,
	FSL_FAULT_FORCE_ACK,
	FSL_FAULT_FREE_ACTIVE,
	FSL_FAULT_HIDE_ERROR,
	FSL_NR_FAULTS
};

extern const char *const fsl_fault_names[FSL_NR_FAULTS];

/*
 * A device tree node: the parts of it that the drivers read. With CONFIG_OF, nodes on the
 * kernel's device tree are made from these (overlay.c); without it the drivers see these.
 */
struct fsl_node {
	struct device_node np;		/* without CONFIG_OF: the handle that a driver gets */
	struct fsl_device *fd;
	const char *compatible;		/* strings, each with its NUL; "" ends the list */
	u32 reg, size;			/* its registers: offset in the block, bytes */
	struct {
		const char *name;
		u32 value;
	} prop[FSL_MAX_PROPS];		/* a NULL name ends the list */
	unsigned int line, nr_lines;	/* its interrupts: the first line, how many */
};

struct fsl_config {
	const struct fsl_kind *kind;
	u32 strict;
	char domain[FSLMODEL_NAME_MAX + 1];
	u64 mask_bits, channels, types, public, setup_ns, rate, jitter_ns, seed;
	struct fsl_fault faults[FSL_NR_FAULTS];
};

struct fsl_line {
	struct fsl_device *fd;
	struct irq_work work;
	unsigned int virq;
	bool level, masked;
};

/* The numbers in the attribute stats, besides those of faults. */
struct fsl_counts {
	u64 submitted, completed, errors, bytes;
	u64 memcpy, xor, cipher, digest;
};

struct fsl_device {
	struct fsl_host host;
	struct fsl_config cfg;
	const struct fsl_kind *kind;
	struct fsl_model *model;
	void *priv;			/* belongs to the kind */
	int id;
	struct platform_device *pdev;
	struct fsl_node *nodes;		/* the node of the device, then those of its children */
	unsigned int nr_nodes;
	struct device_node *np;		/* the first node, as the driver sees it */
	struct device_node *soc;	/* CONFIG_OF: the interrupt parent, else NULL */
	int overlay;			/* CONFIG_OF: the id of the overlay's changeset */
	struct irq_domain *irqs;
	struct fsl_line line[FSL_MAX_LINES];
	unsigned int nr_lines;
	struct hrtimer timer;
	spinlock_t lock;		/* serialises all calls of the model */
	bool reaching;			/* the world is locked until the model returns */
	unsigned long world_flags;
	struct fsl_fault *fault[FSL_NR_FAULTS];	/* in the model or in cfg; NULL: not possible */
	u64 prng;			/* for the faults that are in cfg */
	atomic64_t access_faults, said;
};

/* A kind of hardware: a value of the attribute `model`. */
struct fsl_kind {
	const char *name;
	const char *driver;		/* the platform driver's name */
	u32 base, size;			/* register block: offset in its SoC, bytes */
	unsigned int channels;		/* the maximum, and the default */
	unsigned int address_bits;	/* the hardware reaches no more, whatever mask is set */
	/*
	 * Makes the model, its nodes and their interrupt lines, and sets fd->fault[] for each
	 * fault that the kind can do. Returns 0 or a negative errno. May sleep. destroy()
	 * undoes it.
	 */
	int (*create)(struct fsl_device *fd);
	void (*destroy)(struct fsl_device *fd);
	/* Fills in @counts. Call it with the lock held. */
	void (*count)(struct fsl_device *fd, struct fsl_counts *counts);
};

/* Defined in kind_*.c */
extern const struct fsl_kind fsl_kind_elo, fsl_kind_eloplus, fsl_kind_elo3;
extern const struct fsl_kind fsl_kind_sec_2_1, fsl_kind_sec_3_0, fsl_kind_sec_3_1,
	fsl_kind_sec_3_3;
const struct fsl_kind *fsl_kind_find(const char *name, size_t len);

/* bus.c: these three may sleep. */
/* Returns a device whose driver has probed, or an ERR_PTR (-ENXIO: no driver took it). */
struct fsl_device *fsl_device_add(const struct fsl_config *cfg);
/* Returns 0, or -EBUSY while a client holds one of its channels. */
int fsl_device_remove(struct fsl_device *fd);
/* Removes it now if no client holds a channel, else when the module is unloaded. */
void fsl_device_abandon(struct fsl_device *fd);
void fsl_bus_exit(void);
/* Returns the device whose platform device is @dev, or NULL. Any context. */
struct fsl_device *fsl_device_of(struct device *dev);
/* The device with a register at @cookie (mmio.c), or NULL; *@off is its offset in the block. */
struct fsl_device *fsl_device_at(unsigned long cookie, u32 *off);
unsigned long fsl_cookie(const struct fsl_device *fd, u32 off);
u64 fsl_phys(const struct fsl_device *fd, u32 off);
/* The device tree address of the SoC that holds @fd. */
u32 fsl_tree_address(const struct fsl_device *fd);
/* The cookie of such an address; 0: no device has a register there. */
unsigned long fsl_tree_cookie(u64 address);

/* Call these around every call of the model; they take and release fd->lock. Any context. */
unsigned long fsl_enter(struct fsl_device *fd);
void fsl_leave(struct fsl_device *fd, unsigned long flags);

/* overlay.c: puts fd->nodes on the kernel's device tree. Both may sleep. */
#ifdef CONFIG_OF
int fsl_overlay_add(struct fsl_device *fd);
void fsl_overlay_remove(struct fsl_device *fd);
#else
static inline int fsl_overlay_add(struct fsl_device *fd)
{
	fd->np = &fd->nodes[0].np;
	return 0;
}

static inline void fsl_overlay_remove(struct fsl_device *fd)
{
}
#endif

/* irq.c */
int fsl_irqs_add(struct fsl_device *fd);
void fsl_irqs_remove(struct fsl_device *fd);
void fsl_line_set(struct fsl_device *fd, unsigned int line, bool level);

/* config.c */
int fsl_config_init(void);
void fsl_config_exit(void);

#endif
