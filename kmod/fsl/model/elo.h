/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Elo DMA controllers as registers: elo (MPC83xx, little endian), eloplus and elo3
 * (MPC85xx and QorIQ, big endian).
 */
#ifndef FSL_ELO_H
#define FSL_ELO_H

#include "fsl/fault.h"
#include "fsl/model.h"

#define ELO_MAX_CHANNELS	8
#define ELO_SIZE		0x1000	/* bytes of the register block */

enum elo_version { ELO_83XX, ELO_PLUS, ELO_3, ELO_NR_VERSIONS };

/* What the device tree says about a controller. Offsets count from the block's start. */
struct elo_kind {
	const char *name;
	const char *compatible, *channel_compatible;
	bool big_endian, per_channel_irq;
	u32 address_high;		/* bits 32 and up of an address in its attributes */
	unsigned int channels;		/* the maximum */
	u32 base;			/* the block's offset in its SoC */
	u32 dgsr[2];			/* general status registers; 0: there is no second one */
	u16 channel[ELO_MAX_CHANNELS];
};

extern const struct elo_kind elo_kinds[ELO_NR_VERSIONS];

enum elo_fault {
	ELO_FAULT_TE,		/* a link ends in a transfer error, nothing is written */
	ELO_FAULT_PE,		/* ... in a programming error */
	ELO_FAULT_STUCK,	/* a link never ends; on the 85xx an abort ends it */
	ELO_FAULT_LOST_IRQ,	/* the end of a chain does not interrupt */
	ELO_FAULT_SPURIOUS_IRQ,	/* an interrupt without a status bit when a link starts */
	ELO_NR_FAULTS
};

extern const char *const elo_fault_names[ELO_NR_FAULTS];

struct elo_config {
	enum elo_version version;
	unsigned int channels;	/* elo3: 1..8, elo and eloplus: 1..4 */
	u32 setup_ns;		/* fixed cost of a link */
	u64 rate;		/* bytes per second; 0: the size costs nothing */
	u32 jitter_ns;		/* up to so much is added to each link, drawn evenly */
	u64 seed;
};

struct elo_stats {
	u64 links, bytes, chains, errors, aborts;
};

enum elo_state { ELO_IDLE, ELO_BUSY, ELO_HALTED, ELO_STUCK };

struct elo_chan {
	enum elo_state state;
	unsigned int index;
	u32 mr, sr, bcr;
	u64 cdar, sar, dar, ndar;
	u64 when;		/* BUSY: the time when the link ends */
	u64 left;		/* HALTED: ns that the link still takes */
	u32 unsaid;		/* bits of sr that do not interrupt, by fault lost_irq */
	bool spurious, level, direct;
};

struct elo {
	struct fsl_model model;
	struct elo_config cfg;
	const struct elo_kind *kind;
	struct fsl_fault faults[ELO_NR_FAULTS];
	struct elo_stats stats;
	u64 prng, ps_per_byte;
	bool level;		/* of the controller's interrupt line */
	struct elo_chan chan[ELO_MAX_CHANNELS];
};

/*
 * Resets the controller and sets it up. @e->faults stay as they are. Channels beyond what the
 * kind has are left out.
 */
void elo_init(struct elo *e, const struct elo_config *cfg, struct fsl_host *host);

#endif
