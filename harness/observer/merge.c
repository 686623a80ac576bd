// SPDX-License-Identifier: GPL-2.0-only
/* See merge.h. */
#include "merge.h"

static unsigned int lowest(const struct merge *m)
{
	unsigned int at = 0;

	for (unsigned int i = 1; i < m->nr; i++)
		if (m->early[i] < m->early[at])
			at = i;
	return at;
}

/* Takes those that came early and are due now. */
static void absorb(struct merge *m)
{
	while (m->nr) {
		unsigned int at = lowest(m);

		if (m->early[at] > m->next)
			break;
		m->next = m->early[at] + 1;
		m->early[at] = m->early[--m->nr];
	}
}

uint64_t merge_took(struct merge *m, uint64_t seq)
{
	if (seq > m->next) {
		if (m->nr == MERGE_EARLY) {
			m->next = m->early[lowest(m)];
			absorb(m);
		}
		m->early[m->nr++] = seq;
	} else if (seq == m->next) {
		m->next++;
	}
	absorb(m);
	return seq + m->shift;
}

bool merge_fits(const struct merge *m, uint64_t after)
{
	return !m->nr && after < m->next;
}

uint64_t merge_put(struct merge *m)
{
	return m->next - 1 + ++m->shift;
}

void merge_skip(struct merge *m, uint64_t last)
{
	while (m->nr && m->early[lowest(m)] <= last) {
		m->next = m->early[lowest(m)];
		absorb(m);
	}
	if (last >= m->next)
		m->next = last + 1;
}
