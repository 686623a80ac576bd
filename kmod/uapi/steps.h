/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The types of steps, a row each, for the executor and for the harness. Who wants the rows
 * defines STEP(NAME, NUMBER, OBJECT, FLAGS, MAX0, MAX1) and includes this; it is undefined
 * behind them. uapi/dmatorture.h makes enum dmt_step_op of them and tells the other words.
 *
 *   NUMBER     on the wire: its row's place, from 0 on; never changed, never used again
 *   OBJECT     enum dmt_object: what the step's obj is an index of
 *   FLAGS      DMT_IN_THREAD and the like, or 0
 *   MAX0, MAX1 the largest arg0 and arg1; what else they must keep is the executor's
 *              rules.c, of each step that has such rules
 *
 * An argument that is not named in a row is 0.
 */
STEP(NOP, 0, DMT_NO_OBJECT, 0, 0, 0)
STEP(MAP, 1, DMT_A_MAP, DMT_MOVES, 0, 0)
/* arg0 enum dmt_wrong, arg1 as it says; so of the syncs */
STEP(UNMAP, 2, DMT_A_MAP, DMT_MOVES, DMT_WRONG__COUNT - 1, DMT_ANY)
STEP(MAPPING_ERROR, 3, DMT_A_MAP, 0, 0, 0)
STEP(SYNC_CPU, 4, DMT_OF_A_MAP, DMT_MOVES, DMT_WRONG__COUNT - 1, DMT_ANY)
STEP(SYNC_DEVICE, 5, DMT_OF_A_MAP, DMT_MOVES, DMT_WRONG__COUNT - 1, DMT_ANY)
STEP(PREP, 6, DMT_A_TX, 0, 0, 0)
/* arg0 1: again, the descriptor that has completed; the tx is without DMT_TX_ACK */
STEP(SUBMIT, 7, DMT_A_TX, 0, 1, 0)
STEP(ISSUE, 8, DMT_AN_ENGINE, 0, 0, 0)
/* arg0 timeout in ms, 0: wait_ms */
STEP(WAIT, 9, DMT_A_TX, DMT_IN_THREAD | DMT_WAITS | DMT_VALUE, DMT_MAX_TIMEOUT_MS, 0)
/* value = enum dma_status | residue << 32 */
STEP(STATUS, 10, DMT_A_TX, DMT_VALUE, 0, 0)
/* dmaengine_terminate_async */
STEP(TERMINATE, 11, DMT_AN_ENGINE, 0, 0, 0)
/* dmaengine_synchronize */
STEP(SYNCHRONIZE, 12, DMT_AN_ENGINE, DMT_MAY_SLEEP, 0, 0)
/* async_tx_ack */
STEP(ACK, 13, DMT_A_TX, 0, 0, 0)
/* value = crc32 */
STEP(CPU_READ, 14, DMT_OF_A_BUFFER, DMT_MOVES | DMT_VALUE | DMT_ASIDE, 0, 0)
/* arg0 fill, arg1 value; not to rodata */
STEP(CPU_WRITE, 15, DMT_OF_A_BUFFER, DMT_MOVES | DMT_ASIDE, DMT_FILL__COUNT - 1, DMT_ANY)
/*
 * arg0 first source operand (DMT_ON_BUFFER), arg1 how many: is it the xor of these? value =
 * wrong bytes | offset of the first << 32
 */
STEP(CHECK, 16, DMT_OF_A_BUFFER, DMT_SOURCES | DMT_MOVES | DMT_VALUE | DMT_ASIDE, DMT_ANY, DMT_ANY)
/* arg0 min ns, arg1 max ns, drawn from the seed */
STEP(DELAY, 17, DMT_NO_OBJECT, DMT_WAITS | DMT_ASIDE, DMT_MAX_DELAY_NS, DMT_MAX_DELAY_NS)
/* arg0 barrier, arg1 parties: number of THREAD blocks with steps on it */
STEP(BARRIER, 18, DMT_NO_OBJECT, DMT_IN_THREAD | DMT_WAITS | DMT_ASIDE, DMT_ANY, DMT_MAX_THREADS)
/* a block of kind CONTEXT */
STEP(IN, 19, DMT_A_BLOCK, DMT_IN_THREAD | DMT_WAITS, 0, 0)
/* arg0 enum dmt_crash; refused unless the module was loaded with crash=1 */
STEP(CRASH, 20, DMT_NO_OBJECT, 0, DMT_CRASH__COUNT - 1, 0)
/* gives its memory back, mapped or not; there is new memory in the next iteration */
STEP(FREE, 21, DMT_A_BUFFER, DMT_MAY_SLEEP, 0, 0)
/* it is never unmapped */
STEP(FORGET_MAP, 22, DMT_A_MAP, 0, 0, 0)
/* prepared, it is never submitted */
STEP(FORGET_TX, 23, DMT_A_TX, 0, 0, 0)
/* dma_release_channel; the next iteration requests it again */
STEP(RELEASE, 24, DMT_AN_ENGINE, DMT_MAY_SLEEP, 0, 0)
/* arg0 a source operand (DMT_ON_BUFFER), arg1 1: memcpy, what a client without an engine does */
STEP(CPU_COPY, 25, DMT_OF_A_BUFFER, DMT_SOURCES | DMT_MAY_SLEEP, DMT_ANY, 1)
/*
 * The same with arg1 sources: zeroed, then the kernel's xor_blocks, as async_xor does without
 * an engine; dmtcpu.ko has to be loaded. Lengths multiples of DMT_XOR_ALIGN, PAGES buffers,
 * at multiples of it in them
 */
STEP(CPU_XOR, 26, DMT_OF_A_BUFFER, DMT_SOURCES | DMT_MAY_SLEEP, DMT_ANY, DMT_ANY)
#undef STEP
