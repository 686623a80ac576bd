/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs of steps, a row each: VERB(WORD, STEP, PARSE, PRINT, EMIT). Who includes this
 * defines VERB() before; it is undefined behind the rows.
 *
 *   WORD    in the scenario
 *   STEP    of uapi/steps.h, which says where it may stand; NOP: it makes no step
 *   PARSE   parse_PARSE() reads what follows the word (parse_steps.c)
 *   PRINT   print_PRINT() writes that again (print_steps.c)
 *   EMIT    emit_EMIT() makes steps of it (compile_steps.c, compile_wrong.c)
 *
 * A new verb takes those of one that looks like it. Where none fits its own lie together in
 * step_WORD.c.
 */
VERB("map",		MAP,		map, map, map)
VERB("unmap",		UNMAP,		unmap, unmap, maps)
VERB("mapping_error",	MAPPING_ERROR,	maps, operands, maps)
VERB("sync_for_cpu",	SYNC_CPU,	sync, unmap, sync)
VERB("sync_for_device",	SYNC_DEVICE,	sync, unmap, sync)
VERB("alloc_coherent",	MAP,		alloc_coherent, alloc, map)
VERB("free_coherent",	UNMAP,		free_coherent, unmap, maps)
VERB("alloc_pages",	MAP,		alloc_pages, alloc, map)
VERB("free_pages",	UNMAP,		free_pages, operands, maps)
VERB("pool_alloc",	MAP,		pool_alloc, alloc, map)
VERB("pool_free",	UNMAP,		pool_free, unmap, maps)
VERB("prep",		PREP,		prep, prep, prep)
VERB("submit",		SUBMIT,		submit, unmap, txs)
VERB("issue",		ISSUE,		engines, engines, engines)
VERB("wait",		WAIT,		wait, wait, txs)
VERB("status",		STATUS,		txs, operands, txs)
VERB("ack",		ACK,		txs, operands, txs)
VERB("terminate",	TERMINATE,	engines, engines, engines)
VERB("synchronize",	SYNCHRONIZE,	engines, engines, engines)
VERB("cpu_read",	CPU_READ,	buffers, operands, buffers)
VERB("cpu_write",	CPU_WRITE,	cpu_write, cpu_write, buffers)
VERB("cpu_copy",	CPU_COPY,	cpu_op, cpu_op, cpu_op)
VERB("cpu_xor",		CPU_XOR,	cpu_op, cpu_op, cpu_op)
VERB("check",		CHECK,		check, check, check)
VERB("free",		FREE,		buffers, operands, free)
VERB("forget",		FORGET_MAP,	forget, operands, forget)
VERB("release",		RELEASE,	engines, engines, engines)
VERB("delay",		DELAY,		delay, delay, delay)
VERB("barrier",		BARRIER,	barrier, barrier, barrier)
VERB("crash",		CRASH,		crash, crash, crash)
VERB("on_complete",	NOP,		on_complete, operands, on_complete)
VERB("in",		IN,		in, in, in)
#undef VERB
