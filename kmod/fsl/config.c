// SPDX-License-Identifier: GPL-2.0-only
/* The devices' configfs directories; uapi/fslmodel.h describes every attribute. */
#include <linux/configfs.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "bus.h"
#include "softdma/softdma.h"
#include "softdma/world.h"

struct item {
	struct config_item item;
	struct mutex lock;		/* protects all fields below */
	struct fsl_config cfg;
	struct fsl_device *fd;		/* NULL: not live */
};

static struct item *to_item(struct config_item *item)
{
	return container_of(item, struct item, item);
}

/* ---- attributes that cannot be written while the device is live ---- */

static ssize_t store_number(struct item *it, const char *page, size_t count, u64 min, u64 max,
			    u64 *to)
{
	u64 n;
	int err = kstrtou64(page, 0, &n);

	if (!err && (n < min || n > max))
		err = -ERANGE;
	mutex_lock(&it->lock);
	if (!err && it->fd)
		err = -EBUSY;
	if (!err)
		*to = n;
	mutex_unlock(&it->lock);
	return err ?: count;
}

#define NUMBER(name, min, max)							\
static ssize_t fsl_##name##_show(struct config_item *item, char *page)		\
{										\
	return sprintf(page, "%llu\n", to_item(item)->cfg.name);		\
}										\
static ssize_t fsl_##name##_store(struct config_item *item, const char *page,	\
				  size_t count)					\
{										\
	struct item *it = to_item(item);					\
										\
	return store_number(it, page, count, min, max, &it->cfg.name);		\
}										\
CONFIGFS_ATTR(fsl_, name)

NUMBER(mask_bits, 24, 64);
NUMBER(channels, 0, 8);
NUMBER(types, 0, U32_MAX);
NUMBER(public, 0, 1);
NUMBER(setup_ns, 0, NSEC_PER_SEC);
NUMBER(rate, 0, U64_MAX);
NUMBER(jitter_ns, 0, NSEC_PER_MSEC);
NUMBER(seed, 0, U64_MAX);

static ssize_t fsl_model_show(struct config_item *item, char *page)
{
	return sprintf(page, "%s\n", to_item(item)->cfg.kind->name);
}

static ssize_t fsl_model_store(struct config_item *item, const char *page, size_t count)
{
	const struct fsl_kind *kind = fsl_kind_find(page, strcspn(page, "\n"));
	struct item *it = to_item(item);
	int err = kind ? 0 : -EINVAL;

	mutex_lock(&it->lock);
	if (!err && it->fd)
		err = -EBUSY;
	if (!err)
		it->cfg.kind = kind;
	mutex_unlock(&it->lock);
	return err ?: count;
}
CONFIGFS_ATTR(fsl_, model);

static ssize_t fsl_ops_show(struct config_item *item, char *page)
{
	return sprintf(page, "%s\n", to_item(item)->cfg.strict ? "strict" : "direct");
}

static ssize_t fsl_ops_store(struct config_item *item, const char *page, size_t count)
{
	struct item *it = to_item(item);
	bool strict = sysfs_streq(page, "strict");
	int err = strict || sysfs_streq(page, "direct") ? 0 : -EINVAL;

	mutex_lock(&it->lock);
	if (!err && it->fd)
		err = -EBUSY;
	if (!err)
		it->cfg.strict = strict;
	mutex_unlock(&it->lock);
	return err ?: count;
}
CONFIGFS_ATTR(fsl_, ops);

static ssize_t fsl_domain_show(struct config_item *item, char *page)
{
	return sprintf(page, "%s\n", to_item(item)->cfg.domain);
}

static ssize_t fsl_domain_store(struct config_item *item, const char *page, size_t count)
{
	struct item *it = to_item(item);
	size_t len = strcspn(page, "\n"), i;
	int err = 0;

	if (len > FSLMODEL_NAME_MAX)
		return -ENAMETOOLONG;
	for (i = 0; i < len; i++)	/* it becomes a device's name */
		if (!isalnum(page[i]) && page[i] != '-' && page[i] != '_')
			return -EINVAL;
	mutex_lock(&it->lock);
	if (it->fd)
		err = -EBUSY;
	else
		strscpy(it->cfg.domain, page, len + 1);
	mutex_unlock(&it->lock);
	return err ?: count;
}
CONFIGFS_ATTR(fsl_, domain);

/* ---- faults, which can be written at any time ---- */

static ssize_t store_fault(struct item *it, int kind, const char *page, size_t count)
{
	struct softdma_fault f;
	struct fsl_fault *to;
	unsigned long flags;
	int err = softdma_fault_read(&f, page);

	if (err)
		return err;
	mutex_lock(&it->lock);
	to = it->fd ? it->fd->fault[kind] : &it->cfg.faults[kind];
	if (!to) {
		err = -EOPNOTSUPP;
	} else {
		flags = it->fd ? fsl_enter(it->fd) : 0;
		*to = (struct fsl_fault) { f.interval, f.probability, f.space, f.times, 0, to->hits };
		if (it->fd)
			fsl_leave(it->fd, flags);
		it->cfg.faults[kind] = *to;
	}
	mutex_unlock(&it->lock);
	return err ?: count;
}

static ssize_t show_fault(struct item *it, int kind, char *page)
{
	const struct fsl_fault *f = &it->cfg.faults[kind];

	return sprintf(page, "%u,%u,%d,%d\n", f->interval, f->probability, f->space, f->times);
}

#define FAULT(word, kind)							\
static ssize_t fsl_fault_##word##_show(struct config_item *item, char *page)	\
{										\
	return show_fault(to_item(item), FSL_FAULT_##kind, page);		\
}										\
static ssize_t fsl_fault_##word##_store(struct config_item *item,		\
					const char *page, size_t count)		\
{										\
	return store_fault(to_item(item), FSL_FAULT_##kind, page, count);	\
}										\
CONFIGFS_ATTR(fsl_, fault_##word)

FAULT(te, TE);
FAULT(pe, PE);
FAULT(eu, EU);
FAULT(length, LENGTH);
FAULT(stuck, STUCK);
FAULT(lost_irq, LOST_IRQ);
FAULT(spurious_irq, SPURIOUS_IRQ);
FAULT(sixth, SIXTH);
FAULT(no_deps, NO_DEPS);
FAULT(force_ack, FORCE_ACK);
FAULT(free_active, FREE_ACTIVE);
FAULT(hide_error, HIDE_ERROR);

/* ---- life ---- */

static ssize_t fsl_live_show(struct config_item *item, char *page)
{
	return sprintf(page, "%d\n", !!to_item(item)->fd);
}

static int make_live(struct item *it)
{
	struct fsl_device *fd = fsl_device_add(&it->cfg);

	if (IS_ERR(fd))
		return PTR_ERR(fd);
	it->fd = fd;
	return 0;
}

static int make_dead(struct item *it)
{
	int err = fsl_device_remove(it->fd);

	if (!err)
		it->fd = NULL;
	return err;
}

static ssize_t fsl_live_store(struct config_item *item, const char *page, size_t count)
{
	struct item *it = to_item(item);
	bool live;
	int err = kstrtobool(page, &live);

	if (err)
		return err;
	mutex_lock(&it->lock);
	if (live && !it->fd)
		err = make_live(it);
	else if (!live && it->fd)
		err = make_dead(it);
	mutex_unlock(&it->lock);
	return err ?: count;
}
CONFIGFS_ATTR(fsl_, live);

static ssize_t fsl_device_show(struct config_item *item, char *page)
{
	struct item *it = to_item(item);
	int n;

	mutex_lock(&it->lock);
	n = sprintf(page, "%s\n", it->fd ? dev_name(&it->fd->pdev->dev) : "");
	mutex_unlock(&it->lock);
	return n;
}
CONFIGFS_ATTR_RO(fsl_, device);

static int print_stats(struct fsl_device *fd, char *page)
{
	struct fsl_counts c = { 0 };
	u64 hits[FSL_NR_FAULTS] = { 0 };
	unsigned long flags = fsl_enter(fd);
	int n, i;

	fd->kind->count(fd, &c);
	for (i = 0; i < FSL_NR_FAULTS; i++)
		if (fd->fault[i])
			hits[i] = fd->fault[i]->hits;
	fsl_leave(fd, flags);
	n = sprintf(page, "submitted=%llu completed=%llu errors=%llu terminated=0 bytes=%llu access_faults=%lld said=%lld",
		    c.submitted, c.completed, c.errors, c.bytes,
		    atomic64_read(&fd->access_faults), atomic64_read(&fd->said));
	n += sprintf(page + n, " memcpy=%llu xor=%llu cipher=%llu digest=%llu", c.memcpy, c.xor,
		     c.cipher, c.digest);
	for (i = 0; i < FSL_NR_FAULTS; i++)
		n += sprintf(page + n, " fault_%s=%llu", fsl_fault_names[i], hits[i]);
	return n + sprintf(page + n, "\n");
}

static ssize_t fsl_stats_show(struct config_item *item, char *page)
{
	struct item *it = to_item(item);
	int n = 0;

	mutex_lock(&it->lock);
	if (it->fd)
		n = print_stats(it->fd, page);
	mutex_unlock(&it->lock);
	return n;
}
CONFIGFS_ATTR_RO(fsl_, stats);

static struct configfs_attribute *item_attrs[] = {
	&fsl_attr_model,
	&fsl_attr_ops,
	&fsl_attr_domain,
	&fsl_attr_mask_bits,
	&fsl_attr_channels,
	&fsl_attr_types,
	&fsl_attr_public,
	&fsl_attr_setup_ns,
	&fsl_attr_rate,
	&fsl_attr_jitter_ns,
	&fsl_attr_seed,
	&fsl_attr_live,
	&fsl_attr_device,
	&fsl_attr_stats,
	&fsl_attr_fault_te,
	&fsl_attr_fault_pe,
	&fsl_attr_fault_eu,
	&fsl_attr_fault_length,
	&fsl_attr_fault_stuck,
	&fsl_attr_fault_lost_irq,
	&fsl_attr_fault_spurious_irq,
	&fsl_attr_fault_sixth,
	&fsl_attr_fault_no_deps,
	&fsl_attr_fault_force_ack,
	&fsl_attr_fault_free_active,
	&fsl_attr_fault_hide_error,
	NULL
};

/* rmdir cannot be refused, even when a client holds a channel. */
static void let_go(struct item *it)
{
	if (it->fd)
		fsl_device_abandon(it->fd);
	it->fd = NULL;
}

static void item_release(struct config_item *item)
{
	struct item *it = to_item(item);

	let_go(it);
	mutex_destroy(&it->lock);
	kfree(it);
}

static struct configfs_item_operations item_ops = {
	.release = item_release,
};

static const struct config_item_type item_type = {
	.ct_owner = THIS_MODULE,
	.ct_item_ops = &item_ops,
	.ct_attrs = item_attrs,
};

static struct config_item *make_item(struct config_group *group, const char *name)
{
	struct item *it;

	if (strlen(name) > FSLMODEL_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	it = kzalloc(sizeof(*it), GFP_KERNEL);
	if (!it)
		return ERR_PTR(-ENOMEM);
	mutex_init(&it->lock);
	it->cfg = (struct fsl_config) {
		.kind = &fsl_kind_eloplus, .mask_bits = 36, .types = U32_MAX,
		.setup_ns = 1000, .seed = 1,
	};
	config_item_init_type_name(&it->item, name, &item_type);
	return &it->item;
}

static void drop_item(struct config_group *group, struct config_item *item)
{
	struct item *it = to_item(item);

	/* Do it now: the item's release runs only when the last open file is closed. */
	mutex_lock(&it->lock);
	let_go(it);
	mutex_unlock(&it->lock);
	config_item_put(item);
}

static struct configfs_group_operations root_ops = {
	.make_item = make_item,
	.drop_item = drop_item,
};

static const struct config_item_type root_type = {
	.ct_owner = THIS_MODULE,
	.ct_group_ops = &root_ops,
};

static struct configfs_subsystem subsys = {
	.su_group = {
		.cg_item = {
			.ci_namebuf = "fslmodel",
			.ci_type = &root_type,
		},
	},
};

int fsl_config_init(void)
{
	config_group_init(&subsys.su_group);
	mutex_init(&subsys.su_mutex);
	return configfs_register_subsystem(&subsys);
}

void fsl_config_exit(void)
{
	configfs_unregister_subsystem(&subsys);
}
