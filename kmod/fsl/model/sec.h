/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SEC, Freescale's security engine 2.1 to 3.3 ("talitos"), as registers.
 *
 * What it computes: AES in ECB, CBC and CTR, DES and 3DES in ECB and CBC, MD5 and the SHA
 * family with HMAC, a cipher with HMAC over it, RAID XOR, random numbers. Whatever else a
 * descriptor asks for ends in the channel error that the hardware has for it.
 */
#ifndef FSL_SEC_H
#define FSL_SEC_H

#include "fsl/fault.h"
#include "fsl/model.h"
#include "sec_crypto.h"
#include "sec_regs.h"

#define SEC_CHANNELS	4
#define SEC_FIFO_LEN	24	/* fsl,channel-fifo-len of every node */
#define SEC_SIZE	0x10000	/* bytes of the register block */
#define SEC_MAX_XOR	6

enum sec_version { SEC_2_1, SEC_3_0, SEC_3_1, SEC_3_3, SEC_NR_VERSIONS };

/* What the device tree says about a SEC. */
struct sec_kind {
	const char *name;	/* sec2.1, ... */
	const char *compatible;	/* strings, each with its NUL; "" ends the list */
	u32 units;		/* fsl,exec-units-mask */
	u32 types;		/* fsl,descriptor-types-mask */
	u32 max_xor;
	u32 nr_irqs;
};

extern const struct sec_kind sec_kinds[SEC_NR_VERSIONS];

enum sec_fault {
	SEC_FAULT_EU,		/* the unit reports an internal error */
	SEC_FAULT_LENGTH,	/* the unit reports that the data have a wrong length */
	SEC_FAULT_LOST_IRQ,	/* a descriptor is done without an interrupt */
	SEC_FAULT_SPURIOUS_IRQ,	/* a done interrupt when a descriptor starts */
	SEC_FAULT_STUCK,	/* a descriptor never ends; a channel reset ends it */
	SEC_NR_FAULTS
};

extern const char *const sec_fault_names[SEC_NR_FAULTS];

struct sec_config {
	enum sec_version version;
	u32 setup_ns;		/* fixed cost of a descriptor */
	u64 rate;		/* bytes per second, summed over its pointers; 0: no cost by size */
	u32 jitter_ns;		/* up to so much is added to each descriptor, drawn evenly */
	u64 timeout_ns;		/* a stuck channel times out (ITO) after this; 0: never */
	u64 seed;		/* of faults, jitter and the RNG unit */
};

struct sec_stats {
	u64 descriptors, errors, bytes;
	u64 ciphers, digests, aeads, xors;
};

enum sec_chan_state { SEC_IDLE, SEC_BUSY, SEC_HALTED, SEC_STUCK };

struct sec_chan {
	enum sec_chan_state state;
	unsigned int index;
	u32 cccr_lo;
	u32 errors;		/* low word of CCPSR */
	u64 current_desc;	/* CDPR */
	u64 when;		/* BUSY: time when it is done; STUCK: when it times out, 0: never */
	u32 ff_high;		/* high word that was written; the low word starts the fetch */
	u64 fifo[SEC_FIFO_LEN];
	unsigned int first, queued;
	u8 desc[SEC_DESC_SIZE];
	u8 table[2][4 * SEC_LINK_SIZE];	/* gather, scatter: the entries that were read last */
	unsigned int nr_read[2];
	u32 hdr_lo;		/* low word of the header that is written back */
};

/* The digest that MDEU works on. */
struct sec_hash {
	u64 bytes;
	u8 state[64];		/* aligned to 8 */
	enum sec_digest digest;
	u8 partial[128];
	u32 fill;
	u8 key[128];
};

enum sec_unit_index { SEC_U_DEU, SEC_U_AESU, SEC_U_MDEU, SEC_U_RNGU, SEC_NR_UNITS };

struct sec {
	struct fsl_model model;
	struct sec_config cfg;
	const struct sec_kind *kind;
	const struct sec_crypto *crypto;
	struct fsl_fault faults[SEC_NR_FAULTS];
	struct sec_stats stats;
	u64 prng;
	u64 ps_per_byte;

	u32 imr, imr_lo, isr, isr_lo, mcr;
	bool level[2];
	struct {
		u32 isr, icr;	/* low words */
		u64 free_at;
	} unit[SEC_NR_UNITS];
	struct sec_chan chan[SEC_CHANNELS];

	struct sec_hash hash;
	u64 chunk[2][32];
};

/* Resets the SEC and sets it up. @s must be zeroed or a SEC already; its faults stay. */
void sec_init(struct sec *s, const struct sec_config *cfg, const struct sec_crypto *crypto,
	      struct fsl_host *host);

#endif
