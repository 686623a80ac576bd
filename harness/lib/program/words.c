// SPDX-License-Identifier: GPL-2.0-only
/* The words of the uapi's numbers, and the nearest word to a mistyped one. */
#include "words.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const char *const cap_words[] = { "memcpy", "xor", "raid", NULL };
const char *const op_words[] = { "memcpy", "xor", "xor_val", "pq", "pq_val", "interrupt", NULL };
const char *const dir_words[] = { "BIDIRECTIONAL", "TO_DEVICE", "FROM_DEVICE", NULL };
const char *const kind_words[] = { "page", "single", "sg", "resource", NULL };
const char *const memory_words[] = { "pages", "kmalloc", "vmalloc", "stack", "rodata", "cache", NULL };
const char *const wrong_words[] = { "as", "size", "dir", "at", "again", "kind", "nents", "low", NULL };
const char *const attr_words[] = { "SKIP_CPU_SYNC", "WEAK_ORDERING", "NO_WARN", NULL };
const char *const txflag_words[] = { "INTERRUPT", "ACK", "FENCE", "CALLBACK", NULL };
const char *const fill_words[] = { "zero", "random", "fill", NULL };
const char *const ctx_words[] = { "task", "softirq", "hardirq", "workqueue", "atomic", NULL };
const char *const crash_words[] = {
	"panic", "oops", "warn", "hang", "hang_irqoff", "lock_order", "sleep", "use_after_free", "leak",
	NULL
};
const char *const completion_words[] = { "hardirq", "softirq", "threaded", "workqueue", NULL };
const char *const fate_words[] = { "panic", "oops", "hang", "splat", NULL };
const char *const witness_words[] = {
	"dma-debug", "kasan", "kfence", "ubsan", "lockdep", "atomic", "kmemleak", "iommu",
	"rcu", "warn", "bug", NULL
};
const char *const fault_words[] = {
	"drop", "delay", "error", "early", "start", "complete", "lost_dep", "locked", "locked_dep",
	"late", "swap", "invisible", "masked", "residue", "leak", "recycle", "duplicate", "after",
	"corrupt", "refuse", "map_fail", "vanish", "submit",
	"te", "pe", "eu", "length", "stuck", "lost_irq", "spurious_irq",
	"sixth", "no_deps", "force_ack", "free_active", "hide_error", NULL
};
const char *const engines_words[] = { "soft", "drivers", NULL };
/* The values of fslmodel's attribute model, without the dot in sec2.1 and the like. */
const char *const model_words[] = {
	"elo", "eloplus", "elo3", "sec21", "sec30", "sec31", "sec33", NULL
};
const char *const data_words[] = { "intact", "corrupt", NULL };

int word_index(const char *const *words, const char *s, size_t len)
{
	for (int i = 0; words[i]; i++)
		if (strlen(words[i]) == len && !memcmp(words[i], s, len))
			return i;
	return -1;
}

void word_list(char *out, size_t size, const char *const *words)
{
	size_t n = 0;

	*out = '\0';
	for (int i = 0; words[i] && n < size; i++)
		n += snprintf(out + n, size - n, "%s%s",
			      !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
}

#define MAX_WORD 64

static size_t min3(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* Levenshtein distance. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t row[MAX_WORD + 1];

	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diag = row[0];

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t up = row[j];

			row[j] = min3(up + 1, row[j - 1] + 1, diag + (a[i - 1] != b[j - 1]));
			diag = up;
		}
	}
	return row[nb];
}

const char *word_nearest(const char *const *words, const char *s, size_t len)
{
	const char *best = NULL;
	size_t least = len / 3 + 1;

	if (len > MAX_WORD)
		return NULL;
	for (int i = 0; words[i]; i++) {
		size_t n = strlen(words[i]);
		size_t d = n <= MAX_WORD ? distance(s, len, words[i], n) : SIZE_MAX;

		if (d <= least && d < len) {
			least = d;
			best = words[i];
			if (!d)
				break;
			least--;
		}
	}
	return best;
}

