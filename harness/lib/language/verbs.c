// SPDX-License-Identifier: GPL-2.0-only
/* The table of step verbs, and the search in it. */
#include "verbs.h"

#define VERB(word, step, where, parse, print, emit) \
	{ word, DMT_STEP_##step, where, parse_##parse, print_##print, emit_##emit }

const struct verb verbs[] = {
	VERB("map",		MAP,		ANYWHERE,  map, map, map),
	VERB("unmap",		UNMAP,		ANYWHERE,  unmap, unmap, maps),
	VERB("mapping_error",	MAPPING_ERROR,	ANYWHERE,  maps, operands, maps),
	VERB("sync_for_cpu",	SYNC_CPU,	ANYWHERE,  sync, unmap, sync),
	VERB("sync_for_device",	SYNC_DEVICE,	ANYWHERE,  sync, unmap, sync),
	VERB("alloc_coherent",	MAP,		ANYWHERE,  alloc_coherent, alloc, map),
	VERB("free_coherent",	UNMAP,		ANYWHERE,  free_coherent, operands, maps),
	VERB("alloc_pages",	MAP,		ANYWHERE,  alloc_pages, alloc, map),
	VERB("free_pages",	UNMAP,		ANYWHERE,  free_pages, operands, maps),
	VERB("pool_alloc",	MAP,		ANYWHERE,  pool_alloc, alloc, map),
	VERB("pool_free",	UNMAP,		ANYWHERE,  pool_free, operands, maps),
	VERB("prep",		PREP,		ANYWHERE,  prep, prep, prep),
	VERB("submit",		SUBMIT,		ANYWHERE,  submit, unmap, txs),
	VERB("issue",		ISSUE,		ANYWHERE,  engines, engines, engines),
	VERB("wait",		WAIT,		IN_THREAD, wait, wait, txs),
	VERB("status",		STATUS,		ANYWHERE,  txs, operands, txs),
	VERB("ack",		ACK,		ANYWHERE,  txs, operands, txs),
	VERB("terminate",	TERMINATE,	ANYWHERE,  engines, engines, engines),
	VERB("synchronize",	SYNCHRONIZE,	MAY_SLEEP, engines, engines, engines),
	VERB("cpu_read",	CPU_READ,	ANYWHERE,  buffers, operands, buffers),
	VERB("cpu_write",	CPU_WRITE,	ANYWHERE,  cpu_write, cpu_write, buffers),
	VERB("cpu_copy",	CPU_COPY,	MAY_SLEEP, cpu_op, cpu_op, cpu_op),
	VERB("cpu_xor",		CPU_XOR,	MAY_SLEEP, cpu_op, cpu_op, cpu_op),
	VERB("check",		CHECK,		ANYWHERE,  check, check, check),
	VERB("free",		FREE,		MAY_SLEEP, buffers, operands, free),
	VERB("forget",		FORGET_MAP,	ANYWHERE,  forget, operands, forget),
	VERB("release",		RELEASE,	MAY_SLEEP, engines, engines, engines),
	VERB("delay",		DELAY,		ANYWHERE,  delay, delay, delay),
	VERB("barrier",		BARRIER,	IN_THREAD, barrier, barrier, barrier),
	VERB("crash",		CRASH,		ANYWHERE,  crash, crash, crash),
	VERB("on_complete",	NOP,		IN_THREAD, on_complete, operands, on_complete),
	VERB("in",		IN,		IN_THREAD, in, in, in),
};

const size_t nr_verbs = sizeof(verbs) / sizeof(verbs[0]);

const struct verb *find_verb(const struct token *t)
{
	if (t->kind == TOK_WORD)
		for (size_t i = 0; i < nr_verbs; i++)
			if (token_is(t, verbs[i].word))
				return &verbs[i];
	return NULL;
}

const char *nearest_verb(const struct token *t)
{
	const char *words[sizeof(verbs) / sizeof(verbs[0]) + 1];

	if (t->kind != TOK_WORD)
		return NULL;
	for (size_t i = 0; i < nr_verbs; i++)
		words[i] = verbs[i].word;
	words[nr_verbs] = NULL;
	return word_nearest(words, t->s, t->len);
}
