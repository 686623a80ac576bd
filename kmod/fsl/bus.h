/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bus that register models sit on: what a kind of hardware gives it, and what a device
 * of it is. See uapi/fslmodel.h for what the user sees.
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
#define FSL_STRIDE	0x200000UL	/* of their registers */
#define FSL_MAX_LINES	8
#define FSL_MAX_PROPS	6
#define FSL_PROP_PUBLIC	"dmatorture,public"	/* of a SEC, for talitos_xor.c */
#define FSL_SAY_LINES	5	/* of a device, of each sort */

/* Words of faults, of all models and of what runs on top of their drivers. */
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
 * A device tree node, as far as drivers look at one. Where the kernel has a device tree, the
 * nodes on it are made from these (overlay.c); elsewhere these are what drivers see.
 */
struct fsl_node {
	struct device_node np;		/* without CONFIG_OF: all that a driver has of it */
	struct fsl_device *fd;
	const char *compatible;		/* strings, each with its NUL; "" ends them */
	u32 reg, size;			/* of its registers, from the block's start */
	struct {
		const char *name;
		u32 value;
	} prop[FSL_MAX_PROPS];		/* a NULL name ends them */
	unsigned int line, nr_lines;	/* its interrupts: the first, how many */
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

/* What stats says besides faults. */
struct fsl_counts {
	u64 submitted, completed, errors, bytes;
	u64 memcpy, xor, cipher, digest;
};

struct fsl_device {
	struct fsl_host host;
	struct fsl_config cfg;
	const struct fsl_kind *kind;
	struct fsl_model *model;
	void *priv;			/* of the kind */
	int id;
	struct platform_device *pdev;
	struct fsl_node *nodes;		/* the device's, then its children's */
	unsigned int nr_nodes;
	struct device_node *np;		/* what its driver sees of the first */
	struct device_node *soc;	/* CONFIG_OF: the interrupt parent, else NULL */
	int overlay;			/* CONFIG_OF: its changeset's id */
	struct irq_domain *irqs;
	struct fsl_line line[FSL_MAX_LINES];
	unsigned int nr_lines;
	struct hrtimer timer;
	spinlock_t lock;		/* the model's */
	bool reaching;			/* the world is locked until the model returns */
	unsigned long world_flags;
	struct fsl_fault *fault[FSL_NR_FAULTS];	/* the model's, or cfg's own */
	u64 prng;			/* of cfg's own */
	atomic64_t access_faults, said;
};

/* A sort of hardware: what the attribute `model` can be. */
struct fsl_kind {
	const char *name;
	const char *driver;		/* the platform driver's name */
	u32 base, size;			/* of the register block; base: within its SoC */
	unsigned int channels;		/* at most, and the default */
	unsigned int address_bits;	/* what it can reach, whatever mask its driver sets */
	/*
	 * Makes model, nodes and their lines; sets fd->fault of what it can do wrong. May
	 * sleep; undone by destroy.
	 */
	int (*create)(struct fsl_device *fd);
	void (*destroy)(struct fsl_device *fd);
	/* Lock held. */
	void (*count)(struct fsl_device *fd, struct fsl_counts *counts);
};

/* By FSL_KINDS' order; kind_*.c */
extern const struct fsl_kind fsl_kind_elo, fsl_kind_eloplus, fsl_kind_elo3;
extern const struct fsl_kind fsl_kind_sec_2_1, fsl_kind_sec_3_0, fsl_kind_sec_3_1,
	fsl_kind_sec_3_3;
const struct fsl_kind *fsl_kind_find(const char *name, size_t len);

/* bus.c: a live device, or an ERR_PTR. All may sleep. */
struct fsl_device *fsl_device_add(const struct fsl_config *cfg);
/* -EBUSY while a client holds one of its channels. */
int fsl_device_remove(struct fsl_device *fd);
/* The same, later: now if it can be, else when the module goes. */
void fsl_device_abandon(struct fsl_device *fd);
void fsl_bus_exit(void);
struct fsl_device *fsl_device_of(struct device *dev);
/* The device whose registers are at @cookie (mmio.c), its offset in the block. */
struct fsl_device *fsl_device_at(unsigned long cookie, u32 *off);
unsigned long fsl_cookie(const struct fsl_device *fd, u32 off);
u64 fsl_phys(const struct fsl_device *fd, u32 off);
/* Where its SoC begins in the device tree; the cookie of such an address, 0: it is none's. */
u32 fsl_tree_address(const struct fsl_device *fd);
unsigned long fsl_tree_cookie(u64 address);

/* Around calls of the model. Any context. */
unsigned long fsl_enter(struct fsl_device *fd);
void fsl_leave(struct fsl_device *fd, unsigned long flags);

/* overlay.c: fd->nodes on the kernel's device tree. May sleep. */
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
