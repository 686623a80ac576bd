// SPDX-License-Identifier: GPL-2.0-only
/* The Elo controllers on the bus, with nodes like those in their SoCs' device trees. */
#include <linux/slab.h>

#include "bus.h"
#include "fsl/model/elo.h"
#include "fsl/model/elo_regs.h"

/* A channel's node has what fsldma reads: registers, an interrupt, compatible. */
struct elo_device {
	struct elo elo;
	struct fsl_node nodes[1 + ELO_MAX_CHANNELS];
	char compatible[2][40];
};

static const int fault_kinds[ELO_NR_FAULTS] = {
	[ELO_FAULT_TE] = FSL_FAULT_TE,
	[ELO_FAULT_PE] = FSL_FAULT_PE,
	[ELO_FAULT_STUCK] = FSL_FAULT_STUCK,
	[ELO_FAULT_LOST_IRQ] = FSL_FAULT_LOST_IRQ,
	[ELO_FAULT_SPURIOUS_IRQ] = FSL_FAULT_SPURIOUS_IRQ,
};

/* The buffer ends in two NULs: one ends the string, the other the list of strings. */
static void make_nodes(struct fsl_device *fd, struct elo_device *ed)
{
	const struct elo_kind *kind = ed->elo.kind;
	unsigned int i, n = ed->elo.cfg.channels;

	strscpy(ed->compatible[0], kind->compatible, sizeof(ed->compatible[0]) - 1);
	strscpy(ed->compatible[1], kind->channel_compatible, sizeof(ed->compatible[1]) - 1);
	ed->nodes[0] = (struct fsl_node) {
		.fd = fd, .compatible = ed->compatible[0], .reg = kind->dgsr[0], .size = 4,
		.nr_lines = !kind->per_channel_irq,
	};
	for (i = 0; i < n; i++)
		ed->nodes[1 + i] = (struct fsl_node) {
			.fd = fd, .compatible = ed->compatible[1],
			.reg = kind->channel[i], .size = ELO_CHAN_SIZE,
			.line = i, .nr_lines = kind->per_channel_irq,
		};
	fd->nodes = ed->nodes;
	fd->nr_nodes = 1 + n;
	fd->nr_lines = kind->per_channel_irq ? n : 1;
}

static int create(struct fsl_device *fd, enum elo_version version)
{
	const struct elo_config cfg = {
		.version = version,
		.channels = fd->cfg.channels ?: fd->kind->channels,
		.setup_ns = fd->cfg.setup_ns,
		.rate = fd->cfg.rate,
		.jitter_ns = fd->cfg.jitter_ns,
		.seed = fd->cfg.seed,
	};
	struct elo_device *ed;
	int i;

	if (cfg.channels > fd->kind->channels)
		return -ERANGE;
	ed = kzalloc(sizeof(*ed), GFP_KERNEL);
	if (!ed)
		return -ENOMEM;
	elo_init(&ed->elo, &cfg, &fd->host);
	make_nodes(fd, ed);
	for (i = 0; i < ELO_NR_FAULTS; i++)
		fd->fault[fault_kinds[i]] = &ed->elo.faults[i];
	fd->model = &ed->elo.model;
	fd->priv = ed;
	return 0;
}

static int create_elo(struct fsl_device *fd)
{
	return create(fd, ELO_83XX);
}

static int create_eloplus(struct fsl_device *fd)
{
	return create(fd, ELO_PLUS);
}

static int create_elo3(struct fsl_device *fd)
{
	return create(fd, ELO_3);
}

static void destroy(struct fsl_device *fd)
{
	kfree(fd->priv);
}

static void count(struct fsl_device *fd, struct fsl_counts *counts)
{
	const struct elo_stats *s = &((struct elo_device *)fd->priv)->elo.stats;

	counts->submitted = s->links + s->errors;
	counts->completed = s->links;
	counts->errors = s->errors;
	counts->bytes = s->bytes;
	counts->memcpy = s->links;
}

#define ELO_KIND(word, nr_channels, at, bits)					\
const struct fsl_kind fsl_kind_##word = {					\
	.name = #word, .driver = "fsl-elo-dma", .base = at, .size = ELO_SIZE,	\
	.channels = nr_channels, .address_bits = bits,				\
	.create = create_##word, .destroy = destroy, .count = count,		\
}

ELO_KIND(elo, 4, 0x8000, 32);
ELO_KIND(eloplus, 4, 0x21000, 36);
ELO_KIND(elo3, 8, 0x100000, 40);
