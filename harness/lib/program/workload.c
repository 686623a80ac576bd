// SPDX-License-Identifier: GPL-2.0-only
/* The workloads that exist, with their options and stages. */
#include <stdlib.h>
#include <string.h>

#include "workload.h"
#include "words.h"

const char *const workload_words[WORKLOAD__COUNT + 1] = {
	"", "md", "async_tx", "crypto", "dmatest", NULL
};
const char *const stage_words[STAGE__COUNT + 1] = {
	"fio", "parity", "degraded", "rebuilt", "recheck", "chains", "requests", "xors",
	"tests", NULL
};

static const char *const levels[] = { "5", "6", NULL };
static const char *const backings[] = { "brd", "null_blk", "loop", BACKING_VIRTIO, NULL };
static const char *const orders[] = {
	"rcw", "rmw", "p-check", "pq", "p-or-q", "pq-check", "recover", "all", NULL
};

static const char *const algorithms[] = {
	"aes-ecb", "aes-cbc", "aes-ctr", "md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256", NULL
};
static const char *const shapes[] = { "apart", "shared", "in-place", "twice", "drawn", NULL };

static const struct workload_opt none[] = { { NULL, 0, 0, 0, NULL, NULL } };

/* The defaults are md's own, except for the disks, which are small enough for a guest. */
static const struct workload_opt md_opts[] = {
	{ "level", 'w', 0, 0, "5", levels },
	{ "disks", 'n', 3, 16, "4", NULL },
	{ "disk-size", 's', 4 << 20, 256 << 20, "9M", NULL },
	{ "chunk", 's', 4096, 1 << 20, "64K", NULL },
	{ "backing", 'w', 0, 0, "brd", backings },
	{ "stripe-cache", 'n', 17, 32768, "256", NULL },
	{ "group-threads", 'n', 0, 16, "0", NULL },
	{ "skip-copy", 'n', 0, 1, "0", NULL },
	{ "rmw-level", 'n', 0, 1, "1", NULL },
	{ "fio", 'f', 0, 0, NULL, NULL },
	{ NULL, 0, 0, 0, NULL, NULL }
};

static const struct workload_opt async_opts[] = {
	{ "order", 'w', 0, 0, "all", orders },
	{ "disks", 'n', 2, 16, "4", NULL },
	{ "size", 's', 1, 65536, "4K", NULL },
	{ "count", 'n', 1, 10000, "16", NULL },
	{ "split", 'n', 0, 1, "0", NULL },
	{ "threads", 'n', 1, 8, "1", NULL },
	{ NULL, 0, 0, 0, NULL, NULL }
};

static const struct workload_opt crypto_opts[] = {
	{ "algorithm", 'w', 0, 0, "aes-cbc", algorithms },
	{ "shape", 'w', 0, 0, "drawn", shapes },
	{ "size", 's', 16, 16384, "4K", NULL },
	{ "count", 'n', 1, 100000, "64", NULL },
	{ "threads", 'n', 1, 8, "1", NULL },
	{ "beside-xor", 'n', 0, 1, "0", NULL },
	{ NULL, 0, 0, 0, NULL, NULL }
};

/* These are dmatest.ko's parameters. With verify and draw off it measures. */
static const struct workload_opt dmatest_opts[] = {
	{ "iterations", 'n', 1, 1000000, "20", NULL },
	{ "threads", 'n', 1, 16, "1", NULL },
	{ "size", 's', 64, 1 << 20, "16K", NULL },
	{ "sources", 'n', 3, 15, "3", NULL },
	{ "draw", 'n', 0, 1, "1", NULL },
	{ "verify", 'n', 0, 1, "1", NULL },
	{ NULL, 0, 0, 0, NULL, NULL }
};

const struct workload_opt *workload_opts(enum workload_kind kind)
{
	static const struct workload_opt *const opts[WORKLOAD__COUNT] = {
		[WORKLOAD_NONE] = none, [WORKLOAD_MD] = md_opts,
		[WORKLOAD_ASYNC_TX] = async_opts, [WORKLOAD_CRYPTO] = crypto_opts,
		[WORKLOAD_DMATEST] = dmatest_opts,
	};

	return opts[kind];
}

enum workload_kind stage_kind(enum workload_stage stage)
{
	if (stage == STAGE_REQUESTS || stage == STAGE_XORS)
		return WORKLOAD_CRYPTO;
	if (stage == STAGE_TESTS)
		return WORKLOAD_DMATEST;
	return stage == STAGE_CHAINS ? WORKLOAD_ASYNC_TX : WORKLOAD_MD;
}

/* Finds "@key=NUMBER" in @line. */
static bool number_of(const char *line, const char *key, uint64_t *out)
{
	const char *at = line;
	size_t n = strlen(key);
	char *end;

	while (*key && (at = strchr(at, ' '))) {
		at++;
		if (strncmp(at, key, n) || at[n] != '=')
			continue;
		*out = strtoull(at + n + 1, &end, 10);
		return end != at + n + 1 && (!*end || *end == ' ');
	}
	return false;
}

bool stage_read(const char *line, enum workload_stage *stage, uint64_t *wrong, uint64_t *of)
{
	static const struct {
		const char *wrong, *of;
	} keys[STAGE__COUNT] = {
		[STAGE_FIO] = { "exit", "" }, [STAGE_PARITY] = { "mismatches", "" },
		[STAGE_DEGRADED] = { "wrong", "blocks" }, [STAGE_REBUILT] = { "wrong", "blocks" },
		[STAGE_RECHECK] = { "mismatches", "" }, [STAGE_CHAINS] = { "wrong", "checked" },
		[STAGE_REQUESTS] = { "wrong", "checked" }, [STAGE_XORS] = { "wrong", "checked" },
		[STAGE_TESTS] = { "wrong", "checked" },
	};
	int i = word_index(stage_words, line, strcspn(line, " "));
	uint64_t unseen;

	if (i < 0 || !number_of(line, keys[i].wrong, wrong))
		return false;
	/* A parity check that reported the wrong result counts as wrong too. */
	if (i == STAGE_CHAINS && number_of(line, "unseen", &unseen))
		*wrong += unseen;
	*stage = i;
	*of = 0;
	number_of(line, keys[i].of, of);
	return true;
}
