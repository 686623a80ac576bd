// SPDX-License-Identifier: GPL-2.0-only
/* Devices: a model, its place on the bus, and the platform device that its driver binds to. */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmaengine.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "bus.h"
#include "compat.h"
#include "softdma/world.h"

/*
 * Where the models' registers are. The cookies are not canonical addresses, so no 64-bit
 * kernel maps anything there. The physical addresses are beyond the memory of any guest.
 */
#define COOKIE		0x4d4f444500000000UL	/* "MODE" */
#define PHYS		0xf000000000ULL
/*
 * Their addresses in the device tree. Below the kernel's empty root node
 * (drivers/of/empty_root.dts) an address has one cell, 32 bits.
 */
#define TREE		0xe0000000U

static DEFINE_MUTEX(bus_mutex);			/* taken to write the two arrays below */
/*
 * Taken with bus_mutex to change a slot of devices[], and by fsl_device_of(), which looks at other
 * devices than its caller's. A device is freed only after it has left its slot.
 */
static DEFINE_SPINLOCK(slots_lock);
static struct fsl_device *devices[FSL_MAX_DEVICES];
static bool abandoned[FSL_MAX_DEVICES];

const char *const fsl_fault_names[FSL_NR_FAULTS] = {
	[FSL_FAULT_TE] = "te",
	[FSL_FAULT_PE] = "pe",
	[FSL_FAULT_EU] = "eu",
	[FSL_FAULT_LENGTH] = "length",
	[FSL_FAULT_STUCK] = "stuck",
	[FSL_FAULT_LOST_IRQ] = "lost_irq",
	[FSL_FAULT_SPURIOUS_IRQ] = "spurious_irq",
	[FSL_FAULT_SIXTH] = "sixth",
	[FSL_FAULT_NO_DEPS] = "no_deps",
	[FSL_FAULT_FORCE_ACK] = "force_ack",
	[FSL_FAULT_FREE_ACTIVE] = "free_active",
	[FSL_FAULT_HIDE_ERROR] = "hide_error",
};

/* ---- where a device is ---- */

unsigned long fsl_cookie(const struct fsl_device *fd, u32 off)
{
	return COOKIE + fd->id * FSL_STRIDE + fd->kind->base + off;
}

u64 fsl_phys(const struct fsl_device *fd, u32 off)
{
	return PHYS + fd->id * FSL_STRIDE + fd->kind->base + off;
}

u32 fsl_tree_address(const struct fsl_device *fd)
{
	return TREE + fd->id * FSL_STRIDE;
}

unsigned long fsl_tree_cookie(u64 address)
{
	unsigned long cookie = COOKIE + (address - TREE);
	u32 off;

	return address >= TREE && fsl_device_at(cookie, &off) ? cookie : 0;
}

/* The caller holds bus_mutex. */
static void set_slot(int id, struct fsl_device *fd)
{
	spin_lock_irq(&slots_lock);
	/* Pairs with the address dependency of fsl_device_at(), which takes no lock. */
	smp_store_release(&devices[id], fd);
	spin_unlock_irq(&slots_lock);
}

/* Takes no lock: a driver has no cookie of a device that is gone. */
struct fsl_device *fsl_device_at(unsigned long cookie, u32 *off)
{
	unsigned long at = cookie - COOKIE;
	struct fsl_device *fd;

	if (at / FSL_STRIDE >= FSL_MAX_DEVICES)
		return NULL;
	fd = READ_ONCE(devices[at / FSL_STRIDE]);
	if (!fd)
		return NULL;
	*off = at % FSL_STRIDE - fd->kind->base;
	return *off < fd->kind->size ? fd : NULL;
}

/* The device that is found is the caller's own: it stays while its driver is bound. */
struct fsl_device *fsl_device_of(struct device *dev)
{
	struct fsl_device *fd, *found = NULL;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&slots_lock, flags);
	for (i = 0; i < FSL_MAX_DEVICES && !found; i++) {
		fd = devices[i];
		if (fd && &fd->pdev->dev == dev)
			found = fd;
	}
	spin_unlock_irqrestore(&slots_lock, flags);
	return found;
}

/* ---- what the model asks of the bus ---- */

static struct fsl_device *to_device(struct fsl_host *host)
{
	return container_of(host, struct fsl_device, host);
}

unsigned long fsl_enter(struct fsl_device *fd)
	__acquires(&fd->lock)
{
	unsigned long flags;

	spin_lock_irqsave(&fd->lock, flags);
	return flags;
}

void fsl_leave(struct fsl_device *fd, unsigned long flags)
	__releases(&fd->lock)
{
	if (fd->reaching) {
		fd->reaching = false;
		softdma_world_unlock(&fd->pdev->dev, fd->world_flags);
	}
	spin_unlock_irqrestore(&fd->lock, flags);
}

static void *host_reach(struct fsl_host *host, u64 addr, u32 len, bool write)
{
	struct fsl_device *fd = to_device(host);
	const char *why = NULL;
	void *p;

	if (!fd->reaching) {
		fd->world_flags = softdma_world_lock(&fd->pdev->dev);
		fd->reaching = true;
	}
	p = softdma_world_reach(&fd->pdev->dev, addr, len, write, &why);
	if (!p && atomic64_inc_return(&fd->access_faults) <= FSL_SAY_LINES)
		pr_info("fslmodel %s: fault: %s of %u bytes at 0x%llx: %s\n",
			dev_name(&fd->pdev->dev), write ? "write" : "read", len, addr, why);
	return p;
}

static void host_irq(struct fsl_host *host, unsigned int line, bool level)
{
	struct fsl_device *fd = to_device(host);

	if (!WARN_ON_ONCE(line >= fd->nr_lines))
		fsl_line_set(fd, line, level);
}

static u64 host_now(struct fsl_host *host)
{
	return ktime_get_ns();
}

static void host_wake(struct fsl_host *host, u64 when)
{
	struct fsl_device *fd = to_device(host);

	/* If the timer's handler runs already, it will find that nothing is due. */
	if (!when)
		hrtimer_try_to_cancel(&fd->timer);
	else
		hrtimer_start(&fd->timer, ns_to_ktime(when), DMT_CLOCK_ABS);
}

static void host_say(struct fsl_host *host, const char *what)
{
	struct fsl_device *fd = to_device(host);

	if (atomic64_inc_return(&fd->said) <= FSL_SAY_LINES)
		pr_info("fslmodel %s: %s\n", dev_name(&fd->pdev->dev), what);
}

static const struct fsl_host_ops host_ops = {
	.reach = host_reach,
	.irq = host_irq,
	.now = host_now,
	.wake = host_wake,
	.say = host_say,
};

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct fsl_device *fd = container_of(timer, struct fsl_device, timer);
	unsigned long flags = fsl_enter(fd);

	fd->model->ops->step(fd->model);
	fsl_leave(fd, flags);
	return HRTIMER_NORESTART;
}

/* ---- life ---- */

static int check_faults(struct fsl_device *fd)
{
	int i;

	for (i = 0; i < FSL_NR_FAULTS; i++) {
		struct fsl_fault *f = &fd->cfg.faults[i];

		if (!fd->fault[i] && f->probability)
			return -EOPNOTSUPP;
		if (!fd->fault[i])
			continue;
		*fd->fault[i] = *f;
		fd->fault[i]->hits = 0;
	}
	return 0;
}

/* Without CONFIG_OF the node is our own memory, which is freed before the device is. */
static void forget_node(struct fsl_device *fd)
{
	of_node_put(fd->pdev->dev.of_node);
	fd->pdev->dev.of_node = NULL;
}

static int add_platform_device(struct fsl_device *fd)
{
	struct resource res = DEFINE_RES_MEM(fsl_phys(fd, 0), fd->kind->size);
	unsigned int bits;
	int err;

	err = platform_device_add_resources(fd->pdev, &res, 1);
	if (err)
		return err;
	/* The release function of the device puts this reference. */
	fd->pdev->dev.of_node = of_node_get(fd->np);
	bits = min_t(u64, fd->cfg.mask_bits, fd->kind->address_bits);
	if (bits < 64)	/* whatever mask the driver sets */
		fd->pdev->dev.bus_dma_limit = DMA_BIT_MASK(bits);
	err = platform_device_add(fd->pdev);
	if (err)
		return err;
	/* platform_device_add() succeeds even when no driver probes, or the probe fails. */
	if (!fd->pdev->dev.driver) {
		forget_node(fd);
		platform_device_del(fd->pdev);
		return -ENXIO;
	}
	compat_show_syncs(&fd->pdev->dev);
	return 0;
}

static void free_device(struct fsl_device *fd)
{
	hrtimer_cancel(&fd->timer);
	fsl_irqs_remove(fd);
	fsl_overlay_remove(fd);
	set_slot(fd->id, NULL);
	abandoned[fd->id] = false;
	if (fd->model)
		fd->kind->destroy(fd);
	if (fd->pdev) {
		softdma_world_leave(fd->pdev);
		platform_device_put(fd->pdev);
	}
	kfree(fd);
}

static void remove_device(struct fsl_device *fd)
{
	platform_device_del(fd->pdev);
	forget_node(fd);
	free_device(fd);
}

/* dma<i>chan<j> is a child of its provider's device. */
static int is_held(struct device *dev, void *unused)
{
	const struct dma_chan_dev *d;

	if (!dev->class || strcmp(dev->class->name, "dma"))
		return 0;
	d = container_of(dev, struct dma_chan_dev, device);
	return d->chan && d->chan->client_count > 0;
}

/* Lock held. */
static void clear_abandoned(void)
{
	unsigned int i;

	for (i = 0; i < FSL_MAX_DEVICES; i++)
		if (abandoned[i] && !device_for_each_child(&devices[i]->pdev->dev, NULL, is_held))
			remove_device(devices[i]);
}

static int new_device(const struct fsl_config *cfg, struct fsl_device **out)
{
	struct fsl_device *fd;
	int id = 0;

	while (id < FSL_MAX_DEVICES && devices[id])
		id++;
	if (id == FSL_MAX_DEVICES)
		return -ENOSPC;
	fd = kzalloc(sizeof(*fd), GFP_KERNEL);
	if (!fd)
		return -ENOMEM;
	fd->cfg = *cfg;
	fd->kind = cfg->kind;
	fd->id = id;
	fd->host.ops = &host_ops;
	fd->prng = cfg->seed ?: 1;
	spin_lock_init(&fd->lock);
	hrtimer_setup(&fd->timer, on_timer, CLOCK_MONOTONIC, DMT_CLOCK_ABS);
	*out = fd;
	return 0;
}

static int bring_up(struct fsl_device *fd)
{
	struct platform_device *pdev = platform_device_alloc(fd->kind->driver, fd->id);
	int err;

	if (!pdev)
		return -ENOMEM;
	err = softdma_world_join(pdev, fd->cfg.domain, fd->cfg.strict);
	if (err) {
		platform_device_put(pdev);
		return err;
	}
	fd->pdev = pdev;
	err = fd->kind->create(fd);
	if (!err)
		err = check_faults(fd);
	if (!err)
		err = fsl_overlay_add(fd);
	if (!err)
		err = fsl_irqs_add(fd);
	if (err)
		return err;
	set_slot(fd->id, fd);
	return add_platform_device(fd);
}

struct fsl_device *fsl_device_add(const struct fsl_config *cfg)
{
	struct fsl_device *fd;
	int err;

	mutex_lock(&bus_mutex);
	clear_abandoned();
	err = new_device(cfg, &fd);
	if (!err) {
		err = bring_up(fd);
		if (err)
			free_device(fd);
	}
	mutex_unlock(&bus_mutex);
	return err ? ERR_PTR(err) : fd;
}

int fsl_device_remove(struct fsl_device *fd)
{
	int err = 0;

	mutex_lock(&bus_mutex);
	if (device_for_each_child(&fd->pdev->dev, NULL, is_held))
		err = -EBUSY;
	else
		remove_device(fd);
	mutex_unlock(&bus_mutex);
	return err;
}

void fsl_device_abandon(struct fsl_device *fd)
{
	mutex_lock(&bus_mutex);
	abandoned[fd->id] = true;
	clear_abandoned();
	mutex_unlock(&bus_mutex);
}

/*
 * No client is left: a client holds a reference to the driver's module, which uses symbols
 * of this one.
 */
void fsl_bus_exit(void)
{
	mutex_lock(&bus_mutex);
	clear_abandoned();
	mutex_unlock(&bus_mutex);
}
