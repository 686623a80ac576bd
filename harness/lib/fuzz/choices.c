// SPDX-License-Identifier: GPL-2.0-only
/* Draws numbers, from a given sequence or at random, and remembers them. */
#include "choices.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void choices_init(struct choices *c, const uint32_t *given, uint32_t nr, bool random,
		  uint64_t seed)
{
	*c = (struct choices) { .given = given, .nr_given = nr, .random = random,
				.rng.state = seed };
}

void choices_free(struct choices *c)
{
	free(c->v);
	free(c->spans);
	*c = (struct choices) { 0 };
}

uint32_t choose(struct choices *c, uint32_t below)
{
	uint32_t n = 0;

	if (c->nr == CHOICES_MAX)
		return 0;
	if (c->nr < c->nr_given)
		n = c->given[c->nr] < below ? c->given[c->nr] : below - 1;
	else if (c->random)
		n = rng_below(&c->rng, below);
	if (!(c->nr & (c->nr - 1)))	/* 0 or a power of two: full */
		c->v = xrealloc(c->v, (c->nr ? c->nr * 2 : 1) * sizeof(*c->v));
	c->v[c->nr++] = n;
	return n;
}

bool choose_rarely(struct choices *c, uint32_t of)
{
	return choose(c, of) == of - 1;
}

void choices_begin(struct choices *c)
{
	if (c->depth < sizeof(c->open) / sizeof(c->open[0]))
		c->open[c->depth] = c->nr;
	c->depth++;
}

void choices_end(struct choices *c)
{
	if (!c->depth || --c->depth >= sizeof(c->open) / sizeof(c->open[0]))
		return;
	if (!(c->nr_spans & (c->nr_spans - 1)))
		c->spans = xrealloc(c->spans, (c->nr_spans ? c->nr_spans * 2 : 1) *
				    sizeof(*c->spans));
	c->spans[c->nr_spans++] = (struct choice_span) { c->open[c->depth], c->nr };
}

void choices_print(const uint32_t *v, uint32_t nr, struct strbuf *out)
{
	for (uint32_t i = 0; i < nr; i++)
		strbuf_addf(out, "%s%u", i ? " " : "", v[i]);
}

int choices_parse(const char *text, uint32_t **v, uint32_t *nr, size_t *at)
{
	const char *p = text;

	*v = NULL;
	*nr = 0;
	while (*p && *p != '\n') {
		unsigned long n;
		char *end;

		if (*p == ' ') {
			p++;
			continue;
		}
		errno = 0;
		n = strtoul(p, &end, 10);
		if (!isdigit((unsigned char)*p) || errno || n > UINT32_MAX ||
		    *nr == CHOICES_MAX || (*end && *end != ' ' && *end != '\n')) {
			free(*v);
			*v = NULL;
			*at = p - text;
			return -EINVAL;
		}
		if (!(*nr & (*nr - 1)))
			*v = xrealloc(*v, (*nr ? *nr * 2 : 1) * sizeof(**v));
		(*v)[(*nr)++] = n;
		p = end;
	}
	return 0;
}
