// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping domains. A named domain has a parent device, so that a client can see by
 * dev->parent that two engines share it. An unnamed domain belongs to one engine.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "softdma.h"

static DEFINE_MUTEX(domain_mutex);
static LIST_HEAD(domains);
static u64 last_id;

static struct softdma_domain *find_domain(const char *name)
{
	struct softdma_domain *d;

	list_for_each_entry(d, &domains, node)
		if (!strcmp(d->name, name))
			return d;
	return NULL;
}

static struct softdma_domain *new_domain(const char *name)
{
	struct softdma_domain *d = kzalloc(sizeof(*d), GFP_KERNEL);
	char full[SOFTDMA_NAME_MAX + 32];

	if (!d)
		return ERR_PTR(-ENOMEM);
	if (*name) {
		snprintf(full, sizeof(full), "softdma-domain-%s", name);
		d->root = root_device_register(full);
		if (IS_ERR(d->root)) {
			int err = PTR_ERR(d->root);

			kfree(d);
			return ERR_PTR(err);
		}
	}
	strscpy(d->name, name, sizeof(d->name));
	refcount_set(&d->users, 1);
	d->id = ++last_id;
	list_add(&d->node, &domains);
	return d;
}

/*
 * Returns the domain called @name with one more reference, and makes it if there is
 * none; "" always makes a new one. Returns an ERR_PTR when memory is short or the
 * parent device cannot be registered. May sleep.
 */
struct softdma_domain *softdma_domain_get(const char *name)
{
	struct softdma_domain *d;

	mutex_lock(&domain_mutex);
	d = *name ? find_domain(name) : NULL;
	if (d)
		refcount_inc(&d->users);
	else
		d = new_domain(name);
	mutex_unlock(&domain_mutex);
	return d;
}

/* Takes one more reference; the caller has one. Any context. */
void softdma_domain_hold(struct softdma_domain *d)
{
	refcount_inc(&d->users);
}

/* Drops a reference; the last one frees the domain. May sleep. */
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
