// SPDX-License-Identifier: GPL-2.0-only
/* The personalities of software engines, from the rows that the module uses too. */
#include "personality.h"

#include "uapi/dmatorture.h"
#include "words.h"

#define PERSONALITY(id, word_, ...) { .word = word_, __VA_ARGS__ },
static const struct softdma_personality personalities[] = {
#include "uapi/personalities.h"
};

#define NR_PERSONALITIES (sizeof(personalities) / sizeof(personalities[0]))

#define PERSONALITY(id, word, ...) word,
const char *const personality_words[] = {
#include "uapi/personalities.h"
	NULL
};

const struct softdma_personality *personality_get(size_t i)
{
	return &personalities[i];
}

bool personality_serves(const struct softdma_personality *p, int cap)
{
	bool raid = p->does == SOFTDMA_DOES_ALL;

	if (cap == CAP_RAID || raid)
		return cap == CAP_RAID && raid;
	return p->does & (cap == DMT_CAP_XOR ? SOFTDMA_DOES_XOR : SOFTDMA_DOES_MEMCPY);
}

void personality_list(char *out, size_t size, int cap)
{
	const char *words[NR_PERSONALITIES + 1];
	size_t n = 0;

	for (size_t i = 0; i < NR_PERSONALITIES; i++)
		if (personality_serves(&personalities[i], cap))
			words[n++] = personalities[i].word;
	words[n] = NULL;
	word_list(out, size, words);
}
