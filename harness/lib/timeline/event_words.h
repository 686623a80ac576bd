/* SPDX-License-Identifier: GPL-2.0-only */
/* The types of events as words, and which fields a type has. */
#ifndef HARNESS_TIMELINE_EVENT_WORDS_H
#define HARNESS_TIMELINE_EVENT_WORDS_H

#include <stdint.h>

#include "bpf/events.h"

#define EVENT_TYPES	91	/* one more than the highest enum obs_type */

/* How a field is written. */
enum field_as {
	AS_HEX,
	AS_HEX_IF,	/* only when it is not 0 */
	AS_NUMBER,
	AS_NUMBER_IF,
	AS_SIGNED,
	AS_DIR,		/* enum dma_data_direction */
	AS_ATTRS,	/* DMA_ATTR_*, only when there are some */
	AS_OP,		/* enum obs_op */
	AS_MAP_KIND,
	AS_ALLOC_KIND,
	AS_FREE_KIND,
	AS_SIDE,	/* of PREP_ADDR */
	AS_ACCESS,	/* of CPU_ACCESS */
	AS_NAME,
};

/* From which part of an event. */
enum field_of { OF_OBJ, OF_PHYS, OF_DMA, OF_LEN, OF_DIR, OF_ATTRS, OF_ARG, OF_ARG2 };

struct event_field {
	const char *label;
	enum field_of of;
	enum field_as as;
};

#define EVENT_FIELDS	8

struct event_word {
	const char *word;	/* NULL: no such type */
	struct event_field fields[EVENT_FIELDS];	/* up to one without a label */
};

/* What is known of a type; its word is NULL for one that is not known. */
const struct event_word *event_word(uint16_t type);
/* Returns the type of a word, or -1. */
int event_type(const char *word);
/* The word that is most like a misspelt one, or NULL. */
const char *event_word_nearest(const char *word);

/* The value of a field that has a number. */
uint64_t event_value(const struct obs_event *e, enum field_of of);
/* A value as a word, or NULL when @as is written as a number. @out has 128 bytes. */
const char *event_value_word(enum field_as as, uint64_t value, char *out);

#endif /* HARNESS_TIMELINE_EVENT_WORDS_H */
