// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where data went wrong: the first check that failed, and whose access to the byte it was last. The
 * records say in which order steps ended, and the program which bytes each of them wrote.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "verdict_steps.h"

/* One byte of one of the program's buffers. */
struct place {
	uint32_t buffer;
	uint64_t at;
};

/* Copies entry @i of the program's table whose description is at @table of its header. */
static bool get(const struct cell *cell, size_t table, uint32_t i, void *to, size_t size)
{
	const char *p = strbuf_str(&cell->program);
	struct dmt_table t;
	uint64_t at;

	if (cell->program.len < sizeof(struct dmt_header))
		return false;
	memcpy(&t, p + table, sizeof(t));
	at = le32toh(t.offset) + (uint64_t)i * le32toh(t.entry_size);
	if (i >= le32toh(t.count) || at + size > cell->program.len)
		return false;
	memcpy(to, p + at, size);
	return true;
}

#define GET(cell, table, i, to) get(cell, offsetof(struct dmt_header, table), i, to, sizeof(*(to)))

/* Is the place in the @len bytes from @off on of an operand on a buffer? */
static bool covers(const struct cell *cell, uint32_t operand, uint64_t off, uint64_t len,
		   const struct place *place)
{
	struct dmt_operand o;
	uint64_t first;

	if (!GET(cell, operands, operand, &o) || le32toh(o.on) != DMT_ON_BUFFER ||
	    le32toh(o.obj) != place->buffer)
		return false;
	first = le32toh(o.off) + off;
	return place->at >= first && place->at - first < len;
}

static uint32_t length(const struct cell *cell, uint32_t operand)
{
	struct dmt_operand o;

	return GET(cell, operands, operand, &o) ? le32toh(o.len) : 0;
}

static bool map_covers(const struct cell *cell, uint32_t map, const struct place *place)
{
	struct dmt_map m;

	if (!GET(cell, maps, map, &m) || le32toh(m.dir) == DMT_TO_DEVICE)
		return false;
	for (uint32_t i = 0; i < le32toh(m.nr_operands); i++) {
		uint32_t operand = le32toh(m.first_operand) + i;

		if (covers(cell, operand, 0, length(cell, operand), place))
			return true;
	}
	return false;
}

/* Does the transaction's destination have the place? */
static bool tx_covers(const struct cell *cell, uint32_t tx, const struct place *place)
{
	struct dmt_operand o;
	struct dmt_map m;
	struct dmt_tx t;

	return GET(cell, txs, tx, &t) && GET(cell, operands, le32toh(t.dst), &o) &&
	       le32toh(o.on) == DMT_ON_MAP && GET(cell, maps, le32toh(o.obj), &m) &&
	       le32toh(o.entry) < le32toh(m.nr_operands) &&
	       covers(cell, le32toh(m.first_operand) + le32toh(o.entry), le32toh(o.off),
		      le32toh(t.len), place);
}

/* Who writes to the place in the step, or NULL. */
static const char *writer(const struct cell *cell, const struct dmt_step *s,
			  const struct place *place)
{
	bool bounced = cell->world == WORLD_BOUNCE || cell->world == WORLD_BOUNCE32;
	uint32_t obj = le32toh(s->obj);
	struct dmt_operand o;

	switch (le16toh(s->op)) {
	case DMT_STEP_CPU_WRITE:
	case DMT_STEP_CPU_COPY:
	case DMT_STEP_CPU_XOR:
		return covers(cell, obj, 0, length(cell, obj), place) ? "the CPU" : NULL;
	case DMT_STEP_SUBMIT:
	case DMT_STEP_WAIT:
		return tx_covers(cell, obj, place) ? "this transaction" : NULL;
	case DMT_STEP_UNMAP:
		return bounced && map_covers(cell, obj, place) ?
		       "the bounce buffer, copied back" : NULL;
	case DMT_STEP_SYNC_CPU:
		return bounced && GET(cell, operands, obj, &o) &&
		       map_covers(cell, le32toh(o.obj), place) ?
		       "the bounce buffer, copied back" : NULL;
	default:
		return NULL;
	}
}

static void add_last(const struct cell *cell, const struct cell_result *r, size_t check,
		     const struct place *place, struct strbuf *out)
{
	for (size_t i = check; i--;) {
		const struct dmt_record *rec = &r->records[i];
		struct dmt_step step;
		const char *who;

		if (rec->iteration != r->records[check].iteration)
			break;
		if (rec->status || !verdict_program_step(cell, rec->step, &step))
			continue;
		who = writer(cell, &step, place);
		if (!who)
			continue;
		strbuf_addf(out, "last written by %s:\n step ", who);
		verdict_add_step(cell, rec->step, out);
		strbuf_addc(out, '\n');
		return;
	}
	strbuf_adds(out, "last written by nobody: no step of this iteration did\n");
}

static void add_bytes(struct strbuf *out, const char *what, const uint8_t *bytes, uint32_t n)
{
	strbuf_addf(out, " %s", what);
	for (uint32_t i = 0; i < n; i++)
		strbuf_addf(out, " %02x", bytes[i]);
	strbuf_addc(out, '\n');
}

/* Finds the record of the check whose bytes the executor kept. */
static bool find_check(const struct cell_result *r, size_t *check)
{
	for (size_t i = 0; i < r->nr_records; i++) {
		const struct dmt_record *rec = &r->records[i];

		if (rec->step == r->sums.wrong_step && (int32_t)rec->status == -EILSEQ &&
		    rec->value >> 32 == r->sums.wrong_offset) {
			*check = i;
			return true;
		}
	}
	return false;
}

void verdict_wrong_data(const struct cell *cell, const struct cell_result *r, struct strbuf *out)
{
	const struct dmt_sums *s = &r->sums;
	struct dmt_operand o;
	struct dmt_step step;
	uint32_t n;
	size_t i;

	if (!r->has_sums || !s->checks_bad || !verdict_program_step(cell, s->wrong_step, &step) ||
	    le16toh(step.op) != DMT_STEP_CHECK || !GET(cell, operands, le32toh(step.obj), &o) ||
	    s->wrong_offset >= le32toh(o.len))
		return;
	n = le32toh(o.len) - s->wrong_offset;
	n = n < DMT_WRONG_BYTES ? n : DMT_WRONG_BYTES;
	strbuf_adds(out, "wrong data, found first by:\n step ");
	verdict_add_step(cell, s->wrong_step, out);
	if (find_check(r, &i))
		strbuf_addf(out, "\n in iteration %u, %u of %u bytes, the first at offset %u:\n",
			    r->records[i].iteration, (uint32_t)r->records[i].value,
			    le32toh(o.len), s->wrong_offset);
	else
		strbuf_addf(out, "\n the first wrong byte at offset %u:\n", s->wrong_offset);
	add_bytes(out, "wanted", s->wanted, n);
	add_bytes(out, "found ", s->found, n);
	if (find_check(r, &i)) {
		const struct place place = { le32toh(o.obj), le32toh(o.off) + s->wrong_offset };

		add_last(cell, r, i, &place, out);
	}
	strbuf_addc(out, '\n');
}
