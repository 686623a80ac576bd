// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping domains. A named one has a parent device, so that a client can see by
 * dev->parent that two engines share it; an unnamed one belongs to one engine.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "softdma.h"

static DEFINE_MUTEX(domain_mutex);
static LIST_HEAD(domains);

/*
 * The domain called @name, made when it is new; "" always makes a new one. May
 * sleep. An ERR_PTR when there is no memory or no such device can be made.
 */
struct softdma_domain *softdma_domain_get(const char *name)
{
	char full[SOFTDMA_NAME_MAX + 32];
	struct softdma_domain *d;
	struct device *root;

	mutex_lock(&domain_mutex);
	if (*name) {
		list_for_each_entry(d, &domains, node) {
			if (strcmp(d->name, name))
				continue;
			refcount_inc(&d->users);
			goto out;
		}
	}
	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (!d) {
		d = ERR_PTR(-ENOMEM);
		goto out;
	}
	if (*name) {
		snprintf(full, sizeof(full), "softdma-domain-%s", name);
		root = root_device_register(full);
		if (IS_ERR(root)) {
			kfree(d);
			d = ERR_CAST(root);
			goto out;
		}
		d->root = root;
	}
	strscpy(d->name, name, sizeof(d->name));
	refcount_set(&d->users, 1);
	list_add(&d->node, &domains);
out:
	mutex_unlock(&domain_mutex);
	return d;
}

/* May sleep. */
void softdma_domain_put(struct softdma_domain *d)
{
	mutex_lock(&domain_mutex);
	if (refcount_dec_and_test(&d->users)) {
		list_del(&d->node);
		if (d->root)
			root_device_unregister(d->root);
		kfree(d);
	}
	mutex_unlock(&domain_mutex);
}
