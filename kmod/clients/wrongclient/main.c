// SPDX-License-Identifier: GPL-2.0-only
/*
 * wrongclient: commits a class of violation that no scenario commits, once, or (right=1) does the same
 * by the rules. It is for tests of the observer and the judge. It makes a platform device and a driver
 * of it, both named after class and manner ("wrong-busy-wait"), so that a report says which case it is
 * about. Write `go` once the observer had time to probe what registered.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "compat.h"
#include "wrongclient.h"

static char *what = "";
module_param_named(case, what, charp, 0444);
MODULE_PARM_DESC(case, "the class");
static bool right;
module_param(right, bool, 0444);
MODULE_PARM_DESC(right, "by the rules");

static const struct wc_case *the_case;
static struct wc_work work;
static struct platform_device *pdev;
static char name[64];
static bool done;	/* descriptors are there for one time; the lock of parameters protects it */

static int go_set(const char *value, const struct kernel_param *kp)
{
	int err;

	/* The parameter is there until the module has been left: what is used here must stay, too. */
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	err = !work.dev ? -ENODEV : done ? -EALREADY : 0;
	if (!err) {
		done = true;
		if (!the_case->own_ops)
			err = wc_warm_up(&work);
		err = err ?: the_case->run(&work);
	}
	module_put(THIS_MODULE);
	return err;
}

static const struct kernel_param_ops go_ops = { .set = go_set };
module_param_cb(go, &go_ops, NULL, 0200);
MODULE_PARM_DESC(go, "write: do it, once; its error is the case's");

static void put_pages(void)
{
	if (work.src && !work.leaves)
		__free_page(work.src);
	if (work.dst && !work.leaves)
		__free_page(work.dst);
}

static int wrongclient_probe(struct platform_device *p)
{
	int err;

	if (the_case->own_ops)
		set_dma_ops(&p->dev, &wc_ops);
	err = dma_coerce_mask_and_coherent(&p->dev, DMA_BIT_MASK(the_case->own_ops ? 32 : 64));
	if (err)
		return err;
	work.src = alloc_page(GFP_KERNEL | __GFP_ZERO);
	work.dst = alloc_page(GFP_KERNEL | __GFP_ZERO);
	work.p = kzalloc(sizeof(*work.p), GFP_KERNEL);
	work.wrong = !right;
	err = work.src && work.dst && work.p ? wc_register(work.p, &p->dev) : -ENOMEM;
	if (!err)
		work.dev = &p->dev;
	return err;
}

static COMPAT_REMOVE_T wrongclient_remove(struct platform_device *p)
{
	wc_unregister(work.p);
	return COMPAT_REMOVED;
}

static struct platform_driver wrongclient_driver = {
	.driver = { .name = name, .suppress_bind_attrs = true,
		    .probe_type = PROBE_FORCE_SYNCHRONOUS },
	.probe = wrongclient_probe,
	.remove = wrongclient_remove,
};

static int __init wrongclient_init(void)
{
	int err;

	the_case = wc_find(what);
	if (!the_case)
		return -EINVAL;
	snprintf(name, sizeof(name), "%s-%s", right ? "right" : "wrong", what);
	pdev = platform_device_register_simple(name, PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	err = platform_driver_register(&wrongclient_driver);
	if (err)
		platform_device_unregister(pdev);
	return err;
}

/*
 * Frees what the probe had got, also one that failed. The provider goes after its driver, as dmaengine
 * looks at it until the driver has gone.
 */
static void __exit wrongclient_exit(void)
{
	platform_driver_unregister(&wrongclient_driver);
	platform_device_unregister(pdev);
	put_pages();
	kfree(work.p);
}

module_init(wrongclient_init);
module_exit(wrongclient_exit);
MODULE_DESCRIPTION("classes of violations that no scenario commits, for tests");
MODULE_LICENSE("GPL");
