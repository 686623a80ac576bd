// SPDX-License-Identifier: GPL-2.0-only
/* The words of the language, and help for those that are misspelt. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ast.h"

/* A new step is a line here, one in parse_steps.c's table and one in emit.c. */
const struct verb_info verbs[VERB__COUNT] = {
	[VERB_MAP]	     = { "map", DMT_STEP_MAP, NAMES_BUFFER, false, false },
	[VERB_UNMAP]	     = { "unmap", DMT_STEP_UNMAP, NAMES_MAP, false, false },
	[VERB_MAPPING_ERROR] = { "mapping_error", DMT_STEP_MAPPING_ERROR, NAMES_MAP, false, false },
	[VERB_SYNC_CPU]	     = { "sync_for_cpu", DMT_STEP_SYNC_CPU, NAMES_MAP, false, false },
	[VERB_SYNC_DEVICE]   = { "sync_for_device", DMT_STEP_SYNC_DEVICE, NAMES_MAP, false, false },
	[VERB_PREP]	     = { "prep", DMT_STEP_PREP, NAMES_MAP, false, false },
	[VERB_SUBMIT]	     = { "submit", DMT_STEP_SUBMIT, NAMES_TX, false, false },
	[VERB_ISSUE]	     = { "issue", DMT_STEP_ISSUE, NAMES_ENGINE, false, false },
	[VERB_WAIT]	     = { "wait", DMT_STEP_WAIT, NAMES_TX, true, true },
	[VERB_STATUS]	     = { "status", DMT_STEP_STATUS, NAMES_TX, false, false },
	[VERB_ACK]	     = { "ack", DMT_STEP_ACK, NAMES_TX, false, false },
	[VERB_TERMINATE]     = { "terminate", DMT_STEP_TERMINATE, NAMES_ENGINE, false, false },
	[VERB_SYNCHRONIZE]   = { "synchronize", DMT_STEP_SYNCHRONIZE, NAMES_ENGINE, false, true },
	[VERB_CPU_READ]	     = { "cpu_read", DMT_STEP_CPU_READ, NAMES_BUFFER, false, false },
	[VERB_CPU_WRITE]     = { "cpu_write", DMT_STEP_CPU_WRITE, NAMES_BUFFER, false, false },
	[VERB_CHECK]	     = { "check", DMT_STEP_CHECK, NAMES_BUFFER, false, false },
	[VERB_DELAY]	     = { "delay", DMT_STEP_DELAY, NAMES_NONE, false, false },
	[VERB_BARRIER]	     = { "barrier", DMT_STEP_BARRIER, NAMES_NONE, true, true },
	[VERB_CRASH]	     = { "crash", DMT_STEP_CRASH, NAMES_NONE, false, false },
	[VERB_ON_COMPLETE]   = { "on_complete", -1, NAMES_TX, true, false },
	[VERB_IN]	     = { "in", DMT_STEP_IN, NAMES_NONE, true, true },
};

const struct engine_opt_info engine_opts[ENG__COUNT] = {
	[ENG_COMPLETION]  = { "completion", "completion", 'w', 0, 0 },
	[ENG_DOMAIN]	  = { "domain", "domain", 'w', 0, 0 },
	[ENG_SOURCES]	  = { "sources", "max_xor", 'n', 1, 6 },
	[ENG_MASK]	  = { "mask", "mask_bits", 'n', 24, 64 },
	[ENG_CHANNELS]	  = { "channels", "channels", 'n', 1, 8 },
	[ENG_CHANNEL]	  = { "channel", NULL, 'n', 0, 7 },
	[ENG_RING]	  = { "ring", "ring", 'n', 2, 4096 },
	[ENG_SETUP]	  = { "setup", "setup_ns", 't', 0, 1000000000 },
	[ENG_RATE]	  = { "rate", "rate", 's', 0, 1ULL << 40 },
	[ENG_JITTER]	  = { "jitter", "jitter_ns", 't', 0, 1000000 },
	[ENG_FAULT_DELAY] = { "fault_delay", "fault_delay_ns", 't', 0, 1000000000 },
	[ENG_MAX_LEN]	  = { "max_len", "max_len", 's', 1, 0x3ffffff },
};

const char *const fault_words[] = { "drop", "delay", "error", "early", NULL };
const char *const personality_words[] = { "fsl-dma", "talitos", NULL };
const char *const cap_words[] = { "memcpy", "xor", NULL };
const char *const dir_words[] = { "BIDIRECTIONAL", "TO_DEVICE", "FROM_DEVICE", NULL };
const char *const kind_words[] = { "page", "single", "sg", NULL };
const char *const attr_words[] = { "SKIP_CPU_SYNC", "WEAK_ORDERING", "NO_WARN", NULL };
const char *const txflag_words[] = { "INTERRUPT", "ACK", "FENCE", NULL };
const char *const fill_words[] = { "zero", "random", "fill", NULL };
const char *const ctx_words[] = { "task", "softirq", "hardirq", "workqueue", "atomic", NULL };
const char *const crash_words[] = { "panic", "oops", "warn", "hang", "hang_irqoff", NULL };
const char *const completion_words[] = { "hardirq", "softirq", "threaded", "workqueue", NULL };
const char *const fate_words[] = { "panic", "oops", "hang", "splat", NULL };

static const char *const worlds[] = { "coherent", "bounce", "bounce32", "strict", NULL };

const char *world_name(enum world world)
{
	return world < WORLD__COUNT ? worlds[world] : NULL;
}

int world_parse(const char *name, enum world *world)
{
	int i = word_index(worlds, name, strlen(name));

	if (i < 0)
		return -1;
	*world = i;
	return 0;
}

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

#define MAX_WORD 32

static size_t min3(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* Levenshtein's distance. */
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

bool ast_error(struct diag *diag, const char *file, struct pos pos,
	       const char *fmt, ...)
{
	va_list ap;

	if (diag->text[0])
		return false;
	snprintf(diag->file, sizeof(diag->file), "%s", file);
	diag->line = pos.line;
	diag->col = pos.col;
	va_start(ap, fmt);
	vsnprintf(diag->text, sizeof(diag->text), fmt, ap);
	va_end(ap);
	return false;
}

void diag_print(const struct diag *diag, const char *source, FILE *out)
{
	const char *line = source;
	int len;

	fprintf(out, "%s:", diag->file);
	if (diag->line)
		fprintf(out, "%u:", diag->line);
	if (diag->col)
		fprintf(out, "%u:", diag->col);
	fprintf(out, " error: %s\n", diag->text);
	if (!source || !diag->line)
		return;
	for (unsigned int i = 1; i < diag->line && line; i++) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line)
		return;
	len = (int)strcspn(line, "\n");
	fprintf(out, "%5u | %.*s\n      | ", diag->line, len, line);
	for (int i = 0; i + 1 < (int)diag->col && i < len; i++)
		fputc(line[i] == '\t' ? '\t' : ' ', out);
	fprintf(out, "^\n");
}
