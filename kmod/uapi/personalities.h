/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The personalities of software engines, one row each, for the module and for the harness.
 * Define PERSONALITY(ID, WORD, FIELDS...) before you include this file; the file undefines
 * it. ID names the module's enum value; WORD and FIELDS initialise struct
 * softdma_personality. The first row is the default. Add new rows at the end.
 */
/* EloPlus of the MPC85xx: its byte count register has 26 bits; 36 address bits. */
PERSONALITY(FSL_DMA, "fsl-dma", .does = SOFTDMA_DOES_MEMCPY, .max_len = 0x3ffffff,
	    .mask_bits = 36, .align = 1, .model = "eloplus")
/* SEC 3.x, or with at most 3 sources SEC 2.x: the length field has 16 bits. */
PERSONALITY(TALITOS, "talitos", .does = SOFTDMA_DOES_XOR, .max_xor = 6, .max_len = 0xffff,
	    .mask_bits = 36, .align = 1, .model = "sec31", .small = "sec21")
/* Like no real hardware: has all that async_tx asks for from one device. */
PERSONALITY(RAID, "raid", .does = SOFTDMA_DOES_ALL, .max_xor = 16, .max_len = 0x3ffffff,
	    .mask_bits = 36, .align = 1, .is_public = 1)
/* Elo of the MPC83xx: like EloPlus, on a bus with 32 address bits. */
PERSONALITY(FSL_ELO, "fsl-elo", .does = SOFTDMA_DOES_MEMCPY, .max_len = 0x3ffffff,
	    .mask_bits = 32, .align = 1, .model = "elo")
#undef PERSONALITY
