// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parties by number: a mapping is that of the event that made it. A finding does not tell the
 * number of a descriptor's event, but its address and time.
 */
#include "parties.h"

#include <stdlib.h>

#include "lib/base/strbuf.h"

enum party_kind { PARTY_MAP, PARTY_TX, PARTY_EVENT };

struct party {
	struct table_node node;
	enum party_kind kind;
	uint64_t a, b;
};

static uint64_t key_of(enum party_kind kind, uint64_t a, uint64_t b)
{
	return table_mix(table_mix(a, b), kind);
}

static bool has(const struct parties *p, enum party_kind kind, uint64_t a, uint64_t b)
{
	struct table_node *n = table_first(&p->table, key_of(kind, a, b));

	for (; n; n = table_next(n)) {
		const struct party *at = table_entry(n, struct party, node);

		if (at->kind == kind && at->a == a && at->b == b)
			return true;
	}
	return false;
}

static void add(struct parties *p, enum party_kind kind, uint64_t a, uint64_t b)
{
	struct party *at;

	if (has(p, kind, a, b))
		return;
	at = xcalloc(1, sizeof(*at));
	at->kind = kind;
	at->a = a;
	at->b = b;
	table_add(&p->table, &at->node, key_of(kind, a, b));
}

static void add_tx(struct parties *p, const struct finding_tx *tx)
{
	uint64_t ns = tx->prep_ns ? tx->prep_ns : tx->submit_ns;

	if (tx->has_desc && ns)
		add(p, PARTY_TX, tx->desc, ns);
}

void parties_add(struct parties *p, const struct finding *f)
{
	add(p, PARTY_EVENT, f->seq, 0);
	if (f->has_map)
		add(p, PARTY_MAP, f->map.seq, 0);
	if (f->has_other)
		add(p, PARTY_MAP, f->other.seq, 0);
	if (f->has_tx)
		add_tx(p, &f->tx);
	if (f->has_other_tx)
		add_tx(p, &f->other_tx);
	if (f->in_callback)
		add_tx(p, &f->callback);
}

bool parties_have(const struct parties *p, const struct bar *bar)
{
	switch (bar->kind) {
	case BAR_MAP:
	case BAR_ALLOC:
		return has(p, PARTY_MAP, bar->seq, 0);
	case BAR_LENT:
		return has(p, PARTY_MAP, bar->of, 0);
	case BAR_TX:
		return has(p, PARTY_TX, bar->obj, bar->from_ns) ||
		       (bar->submit_ns && has(p, PARTY_TX, bar->obj, bar->submit_ns));
	case BAR_CALLBACK:
		return bar->of && has(p, PARTY_TX, bar->of_obj, bar->of_ns);
	}
	return false;
}

bool parties_found_in(const struct parties *p, uint64_t seq)
{
	return has(p, PARTY_EVENT, seq, 0);
}

static void free_party(struct table_node *n)
{
	free(table_entry(n, struct party, node));
}

void parties_free(struct parties *p)
{
	table_drain(&p->table, free_party);
}
