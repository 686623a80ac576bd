/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Register numbers of the Elo DMA controllers. Values are those of the driver
 * (drivers/dma/fsldma.h), names those of the MPC8349E and MPC8572E reference manuals. [M]:
 * written from memory of these manuals.
 */
#ifndef FSL_ELO_REGS_H
#define FSL_ELO_REGS_H

/* A channel's block has 0x80 bytes; its 64-bit registers have the block's byte order. */
#define ELO_MR		0x00
#define ELO_SR		0x04
#define ELO_CDAR	0x08
#define ELO_SAR		0x10
#define ELO_DAR		0x18
#define ELO_BCR		0x20
#define ELO_NDAR	0x24
#define ELO_CHAN_SIZE	0x80

#define ELO_MR_CS	0x00000001	/* start: 0 -> 1 */
#define ELO_MR_CC	0x00000002	/* continue a chain that has grown */
#define ELO_MR_CTM	0x00000004	/* direct mode */
#define ELO_MR_CA	0x00000008	/* 85xx: abort */
#define ELO_MR_TEM	0x00000008	/* 83xx: transfer errors do not interrupt */
#define ELO_MR_EIE	0x00000040
#define ELO_MR_EOLSIE	0x00000080
#define ELO_MR_EOTIE	0x00000080	/* 83xx */
#define ELO_MR_EOLNIE	0x00000100
#define ELO_MR_EOSIE	0x00000200
#define ELO_MR_EMS_EN	0x00040000	/* an external signal starts it; the model has none */

#define ELO_SR_TE	0x80
#define ELO_SR_CH	0x20
#define ELO_SR_PE	0x10
#define ELO_SR_EOLNI	0x08
#define ELO_SR_CB	0x04
#define ELO_SR_EOSI	0x02
#define ELO_SR_EOLSI	0x01
#define ELO_SR_EOCDI	0x01		/* 83xx: end of chain or direct transfer */
#define ELO_SR_W1C	(ELO_SR_TE | ELO_SR_PE | ELO_SR_EOLNI | ELO_SR_EOSI | ELO_SR_EOLSI)

#define ELO_BCR_MAX	0x03ffffff

/* A link descriptor, 32 bytes at a multiple of 32: u64 source, destination, next; u32 count. */
#define ELO_LINK_SIZE	32
#define ELO_LINK_SRC	0
#define ELO_LINK_DST	8
#define ELO_LINK_NEXT	16
#define ELO_LINK_COUNT	24

#define ELO_NEXT_EOL	0x1
#define ELO_NEXT_EOSIE	0x8
#define ELO_NEXT_MASK	(~0x1fULL)

/*
 * 85xx: the upper word of an address register has attributes, and address bits from 32: up to 35,
 * in elo3 up to 39 (fsldma of 00ff4d68a9ae sets a mask of 40 bits for it). The
 * transaction type of a read or write of local memory is 4, not snooped, or 5, snooped. [M]
 */
#define ELO_ATTR_TYPE(hi)	((hi) >> 16 & 0xf)
#define ELO_ATTR_NO_SNOOP	0x4
#define ELO_ATTR_SNOOP		0x5

#endif
