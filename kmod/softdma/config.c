// SPDX-License-Identifier: GPL-2.0-only
/* The engines' configfs directories; uapi/softdma.h describes every attribute. */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "config.h"

/* ---- attributes that cannot be written while the engine lives ---- */

static ssize_t store_number(struct config_item *item, const char *page, size_t count,
			    u64 min, u64 max, u64 *field)
{
	struct engine *e = to_engine(item);
	u64 n;
	int err = kstrtou64(page, 0, &n);

	if (err)
		return err;
	if (n < min || n > max)
		return -ERANGE;
	mutex_lock(&e->lock);
	if (e->pdev)
		err = -EBUSY;
	else
		*field = n;
	mutex_unlock(&e->lock);
	return err ?: count;
}

#define NUMBER(name, min, max)							\
static u64 *field_##name(struct config_item *item)				\
{										\
	return &to_engine(item)->cfg.name;					\
}										\
static ssize_t engine_##name##_show(struct config_item *item, char *page)	\
{										\
	return sprintf(page, "%llu\n", *field_##name(item));			\
}										\
static ssize_t engine_##name##_store(struct config_item *item,			\
				     const char *page, size_t count)		\
{										\
	return store_number(item, page, count, min, max, field_##name(item));	\
}

NUMBER(channels, 1, SOFTDMA_MAX_CHANNELS)
CONFIGFS_ATTR(engine_, channels);
NUMBER(ring, 2, 4096)
CONFIGFS_ATTR(engine_, ring);
NUMBER(max_pq, 4, SOFTDMA_MAX_SRC)
CONFIGFS_ATTR(engine_, max_pq);
NUMBER(pq_continue, 0, 1)
CONFIGFS_ATTR(engine_, pq_continue);
NUMBER(interrupt, 0, 1)
CONFIGFS_ATTR(engine_, interrupt);
NUMBER(syncs, 0, 1)
CONFIGFS_ATTR(engine_, syncs);
NUMBER(setup_ns, 0, NSEC_PER_SEC)
CONFIGFS_ATTR(engine_, setup_ns);
NUMBER(rate, 0, U64_MAX)
CONFIGFS_ATTR(engine_, rate);
NUMBER(jitter_ns, 0, NSEC_PER_MSEC)
CONFIGFS_ATTR(engine_, jitter_ns);
NUMBER(seed, 0, U64_MAX)
CONFIGFS_ATTR(engine_, seed);

/* Until they are written these follow the personality. */
static struct softdma_config with_defaults(struct config_item *item)
{
	struct softdma_config cfg = to_engine(item)->cfg;

	softdma_config_defaults(&cfg);
	return cfg;
}

#define NUMBER_BY_PERSONALITY(name, min, max)					\
static ssize_t engine_##name##_show(struct config_item *item, char *page)	\
{										\
	return sprintf(page, "%llu\n", with_defaults(item).name);		\
}										\
static ssize_t engine_##name##_store(struct config_item *item,			\
				     const char *page, size_t count)		\
{										\
	return store_number(item, page, count, min, max,			\
			    &to_engine(item)->cfg.name);			\
}

NUMBER_BY_PERSONALITY(mask_bits, 24, 64)
CONFIGFS_ATTR(engine_, mask_bits);
NUMBER_BY_PERSONALITY(max_xor, 3, SOFTDMA_MAX_SRC)
CONFIGFS_ATTR(engine_, max_xor);
NUMBER_BY_PERSONALITY(max_len, 1, SOFTDMA_MAX_LEN)
CONFIGFS_ATTR(engine_, max_len);

#define PERSONALITY(id, word, ...)						\
	[SOFTDMA_##id] = word,
static const char *const words_of_personality[] = {
#include "uapi/personalities.h"
};

/* In these two "" stands for the personality's value. */
static const char *const words_of_align[] = { "", "1", "2", "4", "8", "16", "32", "64" };
static const char *const words_of_access[] = { "", "0", "1" };	/* enum softdma_access */
static const char *const words_of_ops[] = { "direct", "strict" };
static const char *const words_of_completion[] = {
	"hardirq", "softirq", "threaded", "workqueue"
};

static ssize_t store_word(struct config_item *item, const char *page, size_t count,
			  const char *const *words, size_t nr, u32 *field)
{
	int i = __sysfs_match_string(words, nr, page), err = 0;
	struct engine *e = to_engine(item);

	if (i < 0)
		return i;
	mutex_lock(&e->lock);
	if (e->pdev)
		err = -EBUSY;
	else
		*field = i;
	mutex_unlock(&e->lock);
	return err ?: count;
}

#define WORD(attr, name)							\
static ssize_t engine_##attr##_show(struct config_item *item, char *page)	\
{										\
	return sprintf(page, "%s\n", words_of_##name[with_defaults(item).name]);	\
}										\
static ssize_t engine_##attr##_store(struct config_item *item,			\
				     const char *page, size_t count)		\
{										\
	return store_word(item, page, count, words_of_##name,			\
			  ARRAY_SIZE(words_of_##name), &to_engine(item)->cfg.name);	\
}

WORD(personality, personality)
CONFIGFS_ATTR(engine_, personality);
WORD(align, align)
CONFIGFS_ATTR(engine_, align);
WORD(completion, completion)
CONFIGFS_ATTR(engine_, completion);
WORD(ops, ops)
CONFIGFS_ATTR(engine_, ops);

WORD(public, access)
CONFIGFS_ATTR(engine_, public);

static ssize_t engine_domain_show(struct config_item *item, char *page)
{
	return sprintf(page, "%s\n", to_engine(item)->cfg.domain);
}

static ssize_t engine_domain_store(struct config_item *item, const char *page,
				   size_t count)
{
	struct engine *e = to_engine(item);
	size_t len = strcspn(page, "\n"), i;
	int err = 0;

	if (len > SOFTDMA_NAME_MAX)
		return -ENAMETOOLONG;
	for (i = 0; i < len; i++)	/* it becomes a device's name */
		if (!isalnum(page[i]) && page[i] != '-' && page[i] != '_')
			return -EINVAL;
	mutex_lock(&e->lock);
	if (e->pdev)
		err = -EBUSY;
	else
		strscpy(e->cfg.domain, page, len + 1);
	mutex_unlock(&e->lock);
	return err ?: count;
}
CONFIGFS_ATTR(engine_, domain);

/* ---- life ---- */

static int make_live(struct engine *e)
{
	struct platform_device *pdev;

	if (e->cfg.max_xor > softdma_personality(&e->cfg)->max_xor)
		return -ERANGE;
	pdev = softdma_device_add(&e->cfg, &e->faults);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	e->pdev = pdev;
	return 0;
}

static void make_dead(struct engine *e)
{
	if (e->pdev)
		softdma_device_remove(e->pdev);
	e->pdev = NULL;
}

static ssize_t engine_live_show(struct config_item *item, char *page)
{
	return sprintf(page, "%d\n", !!to_engine(item)->pdev);
}

static ssize_t engine_live_store(struct config_item *item, const char *page,
				 size_t count)
{
	struct engine *e = to_engine(item);
	bool live;
	int err = kstrtobool(page, &live);

	if (err)
		return err;
	mutex_lock(&e->lock);
	if (live && !e->pdev)
		err = make_live(e);
	else if (!live)
		make_dead(e);
	mutex_unlock(&e->lock);
	return err ?: count;
}
CONFIGFS_ATTR(engine_, live);

static ssize_t engine_device_show(struct config_item *item, char *page)
{
	struct engine *e = to_engine(item);
	int n;

	mutex_lock(&e->lock);
	n = sprintf(page, "%s\n", e->pdev ? dev_name(&e->pdev->dev) : "");
	mutex_unlock(&e->lock);
	return n;
}
CONFIGFS_ATTR_RO(engine_, device);

static const char *const op_counters[SOFTDMA_NR_OPS] = {
	[SOFTDMA_MEMCPY] = "memcpy",
	[SOFTDMA_XOR] = "xor",
	[SOFTDMA_XOR_VAL] = "xor_val",
	[SOFTDMA_PQ] = "pq",
	[SOFTDMA_PQ_VAL] = "pq_val",
	[SOFTDMA_INTERRUPT] = "interrupt",
};

static ssize_t engine_stats_show(struct config_item *item, char *page)
{
	struct engine *e = to_engine(item);
	struct softdma_stats *s;
	int n = 0, i;

	mutex_lock(&e->lock);
	if (live_dev(e)) {
		s = &live_dev(e)->stats;
		n = sprintf(page, "submitted=%lld completed=%lld errors=%lld",
			    atomic64_read(&s->submitted), atomic64_read(&s->completed),
			    atomic64_read(&s->errors));
		n += sprintf(page + n, " terminated=%lld bytes=%lld compute_ns=%lld access_faults=%lld",
			     atomic64_read(&s->terminated), atomic64_read(&s->bytes),
			     atomic64_read(&s->compute_ns),
			     atomic64_read(&s->access_faults));
		for (i = 0; i < SOFTDMA_NR_OPS; i++)
			n += sprintf(page + n, " %s=%lld", op_counters[i], atomic64_read(&s->ops[i]));
		for (i = 0; i < SOFTDMA_NR_FAULTS; i++)
			n += sprintf(page + n, " %s=%lld", softdma_fault_counters[i],
				     atomic64_read(&s->injected[i]));
		n += sprintf(page + n, "\n");
	}
	mutex_unlock(&e->lock);
	return n;
}
CONFIGFS_ATTR_RO(engine_, stats);

static struct configfs_attribute *const plain_attrs[] = {
	&engine_attr_personality,
	&engine_attr_completion,
	&engine_attr_ops,
	&engine_attr_domain,
	&engine_attr_mask_bits,
	&engine_attr_channels,
	&engine_attr_ring,
	&engine_attr_max_xor,
	&engine_attr_max_pq,
	&engine_attr_pq_continue,
	&engine_attr_align,
	&engine_attr_public,
	&engine_attr_interrupt,
	&engine_attr_syncs,
	&engine_attr_max_len,
	&engine_attr_setup_ns,
	&engine_attr_rate,
	&engine_attr_jitter_ns,
	&engine_attr_seed,
	&engine_attr_live,
	&engine_attr_device,
	&engine_attr_stats,
};

/* Filled at init: plain_attrs, the faults' attributes, NULL. */
static struct configfs_attribute *engine_attrs[ARRAY_SIZE(plain_attrs) + SOFTDMA_NR_FAULTS + 2];

static void engine_release(struct config_item *item)
{
	struct engine *e = to_engine(item);

	make_dead(e);
	mutex_destroy(&e->lock);
	kfree(e);
}

static struct configfs_item_operations engine_ops = {
	.release = engine_release,
};

static const struct config_item_type engine_type = {
	.ct_owner = THIS_MODULE,
	.ct_item_ops = &engine_ops,
	.ct_attrs = engine_attrs,
};

static struct config_item *make_engine(struct config_group *group, const char *name)
{
	struct engine *e;

	if (strlen(name) > SOFTDMA_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	e = kzalloc(sizeof(*e), GFP_KERNEL);
	if (!e)
		return ERR_PTR(-ENOMEM);
	mutex_init(&e->lock);
	softdma_faults_init(&e->faults);
	e->cfg = (struct softdma_config) {
		.personality = SOFTDMA_FSL_DMA,
		.completion = SOFTDMA_SOFTIRQ,
		.channels = 1,
		.ring = 64,
		.max_pq = SOFTDMA_MAX_SRC,
		.pq_continue = 1,
		.syncs = 1,
		.setup_ns = 1000,
		.seed = 1,
	};
	config_item_init_type_name(&e->item, name, &engine_type);
	return &e->item;
}

static void drop_engine(struct config_group *group, struct config_item *item)
{
	struct engine *e = to_engine(item);

	/* Do it now: engine_release() runs only when the last open file is closed. */
	mutex_lock(&e->lock);
	make_dead(e);
	mutex_unlock(&e->lock);
	config_item_put(item);
}

static struct configfs_group_operations root_ops = {
	.make_item = make_engine,
	.drop_item = drop_engine,
};

static const struct config_item_type root_type = {
	.ct_owner = THIS_MODULE,
	.ct_group_ops = &root_ops,
};

static struct configfs_subsystem softdma_subsys = {
	.su_group = {
		.cg_item = {
			.ci_namebuf = "softdma",
			.ci_type = &root_type,
		},
	},
};

int softdma_config_init(void)
{
	struct configfs_attribute **a = engine_attrs;

	memcpy(a, plain_attrs, sizeof(plain_attrs));
	a += ARRAY_SIZE(plain_attrs);
	memcpy(a, softdma_fault_attrs, sizeof(softdma_fault_attrs));
	a[SOFTDMA_NR_FAULTS] = &softdma_fault_delay_attr;
	config_group_init(&softdma_subsys.su_group);
	mutex_init(&softdma_subsys.su_mutex);
	return configfs_register_subsystem(&softdma_subsys);
}

void softdma_config_exit(void)
{
	configfs_unregister_subsystem(&softdma_subsys);
}
