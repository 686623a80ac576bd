// SPDX-License-Identifier: GPL-2.0-only
/* Reads what the engines are, from the lines that the agent gets (lib/program/plan.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lib/program/personality.h"
#include "lib/program/words.h"

static struct mengine *engine_of(struct mprog *p, const char *name)
{
	for (uint32_t i = 0; i < p->nr_engines; i++)
		if (!strcmp(p->engines[i].name, name))
			return &p->engines[i];
	return NULL;
}

static void take_personality(struct mengine *e, const char *word)
{
	int i = word_index(personality_words, word, strlen(word));
	const struct softdma_personality *like;

	if (i < 0)
		return;
	like = personality_get(i);
	e->max_len = like->max_len;
	e->max_xor = like->max_xor;
	e->mask = like->mask_bits;
}

static void take_domain(struct mprog *p, struct mengine *e, const char *name)
{
	uint32_t domain = DMT_MAX_ENGINES;

	/* The same name gives the same number: that of its letters, above all engines. */
	for (const char *c = name; *c; c++)
		domain = domain * 31 + (unsigned char)*c + DMT_MAX_ENGINES;
	e->domain = domain;
	(void)p;
}

static void take_fault(struct mengine *e, const char *word, const char *value)
{
	int i = word_index(fault_words, word, strlen(word));
	int interval, probability, space, times;

	if (i >= 0 && i < 64 &&
	    sscanf(value, "%d,%d,%d,%d", &interval, &probability, &space, &times) == 4 &&
	    interval && probability && times)
		e->faults |= 1ull << i;
}

static void take_attr(struct mprog *p, struct mengine *e, const char *key, const char *value)
{
	if (!strcmp(key, "personality"))
		take_personality(e, value);
	else if (!strcmp(key, "domain"))
		take_domain(p, e, value);
	else if (!strcmp(key, "mask_bits"))
		e->mask = strtoul(value, NULL, 10);
	else if (!strcmp(key, "max_xor"))
		e->max_xor = strtoul(value, NULL, 10);
	else if (!strcmp(key, "max_len"))
		e->max_len = strtoul(value, NULL, 10);
	else if (!strcmp(key, "ring"))
		e->ring = strtoul(value, NULL, 10);
	else if (!strcmp(key, "setup_ns"))
		e->setup_ns = strtoull(value, NULL, 10);
	else if (!strcmp(key, "rate"))
		e->rate = strtoull(value, NULL, 10);
	else if (!strcmp(key, "completion"))
		e->hardirq = !strcmp(value, "hardirq");
	else if (!strcmp(key, "syncs"))
		e->syncs_told = strcmp(value, "0");
	else if (!strncmp(key, "fault_", 6))
		take_fault(e, key + 6, value);
}

void engines_read(struct mprog *p, const char *setup)
{
	char *copy = xstrdup(setup), *save = NULL;
	struct mengine *e = NULL;

	for (uint32_t i = 0; i < p->nr_engines; i++) {
		p->engines[i].domain = i;
		p->engines[i].setup_ns = 1000;
		p->engines[i].ring = 64;
		p->engines[i].max_len = SOFTDMA_MAX_LEN;
		p->engines[i].max_xor = 16;
		p->engines[i].mask = 64;
		p->engines[i].syncs_told = true;
	}
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char key[64], value[64];

		if (sscanf(line, "engine %63s", key) == 1)
			e = engine_of(p, key);
		else if (e && sscanf(line, "attr %63s %63s", key, value) == 2)
			take_attr(p, e, key, value);
	}
	free(copy);
}
