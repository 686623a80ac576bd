/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The personalities of software engines, a row each, for the module and for the harness.
 * Who wants the rows defines PERSONALITY(ID, WORD, FIELDS...) and includes this; it is
 * undefined behind them. ID is the module's enum's, WORD and FIELDS are those of struct
 * softdma_personality. The first row is the default; a new one goes to the end.
 */
/* EloPlus of MPC85xx: BCR of 26 bits, 36 address bits. */
PERSONALITY(FSL_DMA, "fsl-dma", .does = SOFTDMA_DOES_MEMCPY, .max_len = 0x3ffffff,
	    .mask_bits = 36, .align = 1, .model = "eloplus")
/* SEC 3.x, or 2.x with 3 sources: length field of 16 bits. */
PERSONALITY(TALITOS, "talitos", .does = SOFTDMA_DOES_XOR, .max_xor = 6, .max_len = 0xffff,
	    .mask_bits = 36, .align = 1, .model = "sec31", .small = "sec21")
/* No hardware: all that async_tx asks of one device. */
PERSONALITY(RAID, "raid", .does = SOFTDMA_DOES_ALL, .max_xor = 16, .max_len = 0x3ffffff,
	    .mask_bits = 36, .align = 1, .is_public = 1)
/* Elo of MPC83xx: as EloPlus, on a bus of 32 address bits. */
PERSONALITY(FSL_ELO, "fsl-elo", .does = SOFTDMA_DOES_MEMCPY, .max_len = 0x3ffffff,
	    .mask_bits = 32, .align = 1, .model = "elo")
#undef PERSONALITY
