// SPDX-License-Identifier: GPL-2.0-only
/* The SECs on the bus, with nodes like those in their SoCs' device trees. */
#include <linux/log2.h>
#include <linux/slab.h>

#include "bus.h"
#include "kcrypto.h"
#include "fsl/model/sec.h"

struct sec_device {
	struct sec sec;
	struct sec_crypto crypto;
	struct fsl_node node;
};

static const int fault_kinds[SEC_NR_FAULTS] = {
	[SEC_FAULT_EU] = FSL_FAULT_EU,
	[SEC_FAULT_LENGTH] = FSL_FAULT_LENGTH,
	[SEC_FAULT_LOST_IRQ] = FSL_FAULT_LOST_IRQ,
	[SEC_FAULT_SPURIOUS_IRQ] = FSL_FAULT_SPURIOUS_IRQ,
	[SEC_FAULT_STUCK] = FSL_FAULT_STUCK,
};

/* Faults of the xor channel on top of the driver (talitos_xor.c). */
static const int xor_faults[] = {
	FSL_FAULT_SIXTH, FSL_FAULT_NO_DEPS, FSL_FAULT_FORCE_ACK, FSL_FAULT_FREE_ACTIVE,
	FSL_FAULT_HIDE_ERROR,
};

static void make_node(struct fsl_device *fd, struct sec_device *sd, unsigned int channels)
{
	const struct sec_kind *kind = sd->sec.kind;

	sd->node = (struct fsl_node) {
		.fd = fd,
		.compatible = kind->compatible,
		.size = SEC_SIZE,
		.prop = {
			{ "fsl,num-channels", channels },
			{ "fsl,channel-fifo-len", SEC_FIFO_LEN },
			{ "fsl,exec-units-mask", kind->units },
			{ "fsl,descriptor-types-mask", kind->types & fd->cfg.types },
			{ FSL_PROP_PUBLIC, fd->cfg.public },
		},
		.nr_lines = kind->nr_irqs,
	};
	fd->nodes = &sd->node;
	fd->nr_nodes = 1;
	fd->nr_lines = kind->nr_irqs;
}

static int create(struct fsl_device *fd, enum sec_version version)
{
	const struct sec_config cfg = {
		.version = version,
		.setup_ns = fd->cfg.setup_ns,
		.rate = fd->cfg.rate,
		.jitter_ns = fd->cfg.jitter_ns,
		.seed = fd->cfg.seed,
	};
	unsigned int channels = fd->cfg.channels ?: fd->kind->channels;
	struct sec_device *sd;
	size_t i;
	int err;

	/* The driver picks channels by the low bits of a counter: their number is a power of 2. */
	if (channels > fd->kind->channels || !is_power_of_2(channels) ||
	    !(sec_kinds[version].types & fd->cfg.types))
		return -ERANGE;
	sd = kzalloc(sizeof(*sd), GFP_KERNEL);
	if (!sd)
		return -ENOMEM;
	err = fsl_kcrypto_init(&sd->crypto);
	if (err) {
		kfree(sd);
		return err;
	}
	sec_init(&sd->sec, &cfg, &sd->crypto, &fd->host);
	make_node(fd, sd, channels);
	for (i = 0; i < SEC_NR_FAULTS; i++)
		fd->fault[fault_kinds[i]] = &sd->sec.faults[i];
	for (i = 0; i < ARRAY_SIZE(xor_faults); i++)
		fd->fault[xor_faults[i]] = &fd->cfg.faults[xor_faults[i]];
	fd->model = &sd->sec.model;
	fd->priv = sd;
	return 0;
}

static int create_2_1(struct fsl_device *fd)
{
	return create(fd, SEC_2_1);
}

static int create_3_0(struct fsl_device *fd)
{
	return create(fd, SEC_3_0);
}

static int create_3_1(struct fsl_device *fd)
{
	return create(fd, SEC_3_1);
}

static int create_3_3(struct fsl_device *fd)
{
	return create(fd, SEC_3_3);
}

static void destroy(struct fsl_device *fd)
{
	struct sec_device *sd = fd->priv;

	fsl_kcrypto_exit(&sd->crypto);
	kfree(sd);
}

static void count(struct fsl_device *fd, struct fsl_counts *counts)
{
	const struct sec_stats *s = &((struct sec_device *)fd->priv)->sec.stats;

	counts->submitted = s->descriptors + s->errors;
	counts->completed = s->descriptors;
	counts->errors = s->errors;
	counts->bytes = s->bytes;
	counts->xor = s->xors;
	counts->cipher = s->ciphers + s->aeads;
	counts->digest = s->digests;
}

/* The MPC85xx have it at CCSR + 0x30000. */
#define SEC_KIND(major, minor)							\
const struct fsl_kind fsl_kind_sec_##major##_##minor = {			\
	.name = "sec" #major "." #minor, .driver = "talitos", .base = 0x30000,	\
	.size = SEC_SIZE, .channels = SEC_CHANNELS, .address_bits = 36,		\
	.create = create_##major##_##minor, .destroy = destroy, .count = count,	\
}

SEC_KIND(2, 1);
SEC_KIND(3, 0);
SEC_KIND(3, 1);
SEC_KIND(3, 3);
