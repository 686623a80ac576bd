/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of the SEC 2.x and 3.x: registers, descriptor header, pointers.
 *
 * Values are those of the kernel's driver (drivers/crypto/talitos.h) where it has them; those
 * that were written from memory of the chips' reference manuals are marked [M].
 */
#ifndef FSL_SEC_REGS_H
#define FSL_SEC_REGS_H

/* ---- global; 64-bit registers, the high word first ---- */

#define SEC_IMR			0x1008
#define SEC_ISR			0x1010
#define SEC_ICR			0x1018
#define SEC_MCR			0x1030
#define SEC_LO			4	/* the low word of any of them */

#define SEC_INT_DONE(ch)	(1u << (2 * (ch)))
#define SEC_INT_ERR(ch)		(2u << (2 * (ch)))
#define SEC_INT_ITO		0x10000	/* internal time out */
#define SEC_INT_LO_RNGU		0x20000
#define SEC_MCR_SWR		0x1
#define SEC_MCR_RCA(ch)		(1u << (15 - (ch)))
#define SEC_MCR_RCA_ALL		0xf000

/* ---- channels ---- */

#define SEC_CHAN(ch)		(0x100 * ((ch) + 1))	/* while the channel's RCA bit is set */
#define SEC_CHAN_MAPPED		0x1000			/* added while it is clear */

#define SEC_CCCR		0x08
#define SEC_CCCR_CONT		0x2
#define SEC_CCCR_RESET		0x1
#define SEC_CCCR_LO_IWSE	0x80
#define SEC_CCCR_LO_EAE		0x20
#define SEC_CCCR_LO_CDWE	0x10
#define SEC_CCCR_LO_NT		0x04
#define SEC_CCCR_LO_CDIE	0x02
#define SEC_CCPSR		0x10
#define SEC_CDPR		0x40
#define SEC_FF			0x48
#define SEC_DESCBUF		0x80	/* 16 words */
#define SEC_GATHER		0xc0	/* 8 words: the last table entries that were read */
#define SEC_SCATTER		0xe0

/* Errors of a channel, in the low word of CCPSR. */
#define SEC_ERR_DOF		0x8000	/* the fetch FIFO overflowed a second time */
#define SEC_ERR_SOF		0x4000	/* the fetch FIFO overflowed, a descriptor is lost */
#define SEC_ERR_MDTE		0x2000	/* the bus refused an access */
#define SEC_ERR_SGDLZ		0x1000	/* a table entry of length 0 */
#define SEC_ERR_FPZ		0x0800	/* fetch pointer 0 */
#define SEC_ERR_IDH		0x0400	/* illegal descriptor header */
#define SEC_ERR_IEU		0x0200	/* invalid execution unit */
#define SEC_ERR_EU		0x0100	/* see the unit's ISR */
#define SEC_ERR_GB		0x0080	/* data and extent meet inside an entry [M] */
#define SEC_ERR_GRL		0x0040	/* the table's length and the pointer's differ [M] */
#define SEC_ERR_SB		0x0020
#define SEC_ERR_SRL		0x0010

/* ---- execution units ---- */

#define SEC_DEU			0x2000
#define SEC_AESU		0x4000
#define SEC_MDEU		0x6000
#define SEC_AFEU		0x8000
#define SEC_RNGU		0xa000
#define SEC_PKEU		0xc000
#define SEC_KEU			0xe000
#define SEC_CRCU		0xf000
#define SEC_EU_SPAN		0x1000

#define SEC_EUDSR		0x10
#define SEC_EURCR		0x18
#define SEC_EURCR_LO_SR		0x1	/* software reset */
#define SEC_EUSR		0x28
#define SEC_EUSR_LO_RD		0x1	/* reset done */
#define SEC_EUSR_LO_OFL(n)	((u32)(n) << 16)	/* RNGU: output FIFO level */
#define SEC_EUISR		0x30
#define SEC_EUICR		0x38
#define SEC_EU_FIFO		0x800

/* Errors of a unit, low word of EUISR; a bit set in EUICR keeps it silent. */
#define SEC_EU_ICE		0x4000	/* integrity check */
#define SEC_EU_IE		0x1000	/* internal [M] */
#define SEC_EU_CE		0x0400	/* context [M] */
#define SEC_EU_KSE		0x0200	/* key size [M] */
#define SEC_EU_DSE		0x0100	/* data size [M] */
#define SEC_EU_ME		0x0080	/* mode [M] */

/* ---- descriptors: 64 bytes, big endian ---- */

#define SEC_DESC_SIZE		64
#define SEC_DESC_PTRS		7

#define SEC_HDR_SEL0(hdr)	((hdr) >> 28)
#define SEC_HDR_MODE0(hdr)	((hdr) >> 20 & 0xff)
#define SEC_HDR_SEL1(hdr)	((hdr) >> 16 & 0xf)
#define SEC_HDR_MODE1(hdr)	((hdr) >> 8 & 0xff)
#define SEC_HDR_TYPE(hdr)	((hdr) >> 3 & 0x1f)
#define SEC_HDR_IN		0x2	/* inbound */
#define SEC_HDR_DN		0x1	/* done notification */
#define SEC_HDR_DONE		0xff	/* its first byte, written back */
#define SEC_HDR_LO_ICV1_PASS	0x080000
#define SEC_HDR_LO_ICV1_FAIL	0x100000
#define SEC_HDR_LO_ICV1		0x180000

enum sec_unit {		/* SEL0, SEL1; bits of fsl,exec-units-mask */
	SEC_SEL_NONE = 0,
	SEC_SEL_AFEU = 1,
	SEC_SEL_DEU = 2,
	SEC_SEL_MDEU_A = 3,
	SEC_SEL_RNGU = 4,
	SEC_SEL_PKEU = 5,
	SEC_SEL_AESU = 6,
	SEC_SEL_KEU = 7,
	SEC_SEL_CRCU = 8,
	SEC_SEL_MDEU_B = 0xb,
};

enum sec_type {		/* bits of fsl,descriptor-types-mask */
	SEC_TYPE_AESU_CTR = 0,
	SEC_TYPE_IPSEC_ESP = 1,
	SEC_TYPE_NONSNOOP = 2,
	SEC_TYPE_HMAC_SNOOP = 4,
	SEC_TYPE_RAID_XOR = 21,
};

#define SEC_CIPHER_ENCRYPT	0x01
#define SEC_AESU_MODE		0xc6	/* the chaining mode; other bits are reserved here */
#define SEC_AESU_ECB		0x00
#define SEC_AESU_CBC		0x02
#define SEC_AESU_CTR		0x06
#define SEC_AESU_XOR		0xc6	/* [M], the only source for RAID-XOR's mode */
#define SEC_DEU_CBC		0x04
#define SEC_DEU_3DES		0x02
#define SEC_MDEU_CONT		0x80
#define SEC_MDEU_CICV		0x40
#define SEC_MDEU_INIT		0x10
#define SEC_MDEU_HMAC		0x08
#define SEC_MDEU_PAD		0x04
#define SEC_MDEU_ALG		0x03
#define SEC_MDEU_RESERVED	0x20

/* A pointer: be16 length, u8 flags and extent, u8 address bits 32..35, be32 address. */
#define SEC_PTR_JUMP		0x80	/* it points to a link table */
#define SEC_PTR_EXTENT		0x7f
#define SEC_LINK_RETURN		0x02	/* the table's last entry */
#define SEC_LINK_NEXT		0x01	/* address of the table's next part */
#define SEC_LINK_SIZE		8
#define SEC_LINK_LOOPS		64	/* the model follows at most so many NEXT in a row */

#endif
