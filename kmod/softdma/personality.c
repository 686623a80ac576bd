// SPDX-License-Identifier: GPL-2.0-only
/* The table of personalities, and the defaults that they give an engine's attributes. */
#include <linux/build_bug.h>
#include <linux/log2.h>

#include "softdma.h"

#define PERSONALITY(id, word_, ...)						\
	[SOFTDMA_##id] = { .word = word_, __VA_ARGS__ },
const struct softdma_personality softdma_personalities[SOFTDMA_NR_PERSONALITIES] = {
#include "uapi/personalities.h"
};

static_assert(SOFTDMA_DOES_ALL == BIT(SOFTDMA_NR_OPS) - 1);

const struct softdma_personality *softdma_personality(const struct softdma_config *cfg)
{
	return &softdma_personalities[cfg->personality];
}

void softdma_config_defaults(struct softdma_config *cfg)
{
	const struct softdma_personality *is = softdma_personality(cfg);

	cfg->max_xor = cfg->max_xor ?: is->max_xor;
	cfg->max_len = cfg->max_len ?: is->max_len;
	cfg->mask_bits = cfg->mask_bits ?: is->mask_bits;
	cfg->align = cfg->align ?: ilog2(is->align) + 1;
	if (cfg->access == SOFTDMA_BY_PERSONALITY)
		cfg->access = is->is_public ? SOFTDMA_PUBLIC : SOFTDMA_PRIVATE;
}
