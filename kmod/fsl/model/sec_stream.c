// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bytes that a descriptor's pointer leads to: at its address, or gathered or scattered by
 * a link table. Each access to memory is as long as one piece.
 */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "sec_parts.h"

static struct sec_ptr parse(const struct sec_chan *c, const u8 *p)
{
	struct sec_ptr ptr = {
		.len = p[0] << 8 | p[1],
		.extent = p[2] & SEC_PTR_EXTENT,
		.jump = p[2] & SEC_PTR_JUMP,
		.addr = sec_be32(p + 4),
	};

	/* EPTR has the address bits 32 to 35. */
	if (c->cccr_lo & SEC_CCCR_LO_EAE)
		ptr.addr |= (u64)(p[3] & 0xf) << 32;
	return ptr;
}

struct sec_ptr sec_ptr(const struct sec_chan *c, unsigned int i)
{
	return parse(c, c->desc + 8 + 8 * i);
}

void sec_open(struct sec_stream *st, struct sec *s, struct sec_chan *c, struct sec_ptr p,
	      bool write)
{
	*st = (struct sec_stream) {
		.s = s,
		.c = c,
		.write = write,
		.table = p.jump,
		.next = p.addr,
		.left = (u32)p.len + p.extent,
		.data_left = p.extent ? p.len : 0,
	};
}

static u32 length_error(const struct sec_stream *st)
{
	return st->write ? SEC_ERR_SRL : SEC_ERR_GRL;
}

/* Reads the next entry that has data, following entries that lead to other tables. */
static u32 next_entry(struct sec_stream *st, u8 entry[SEC_LINK_SIZE])
{
	struct sec_chan *c = st->c;
	unsigned int loops;

	for (loops = 0; loops < SEC_LINK_LOOPS; loops++) {
		u8 *p = sec_reach(st->s, st->next, SEC_LINK_SIZE, false);

		if (!p)
			return SEC_ERR_MDTE;
		memcpy(entry, p, SEC_LINK_SIZE);
		memcpy(c->table[st->write] + c->nr_read[st->write]++ % 4 * SEC_LINK_SIZE, entry,
		       SEC_LINK_SIZE);
		if (!(entry[2] & SEC_LINK_NEXT)) {
			st->next += SEC_LINK_SIZE;
			return 0;
		}
		st->next = parse(c, entry).addr;
	}
	sec_say(st->s, "too many link tables in a row without data");
	return length_error(st);
}

static u32 next_piece(struct sec_stream *st)
{
	u8 entry[SEC_LINK_SIZE];
	struct sec_ptr piece = { .len = 0 };
	u32 len = st->left;
	u32 err;

	if (st->table) {
		if (st->last)
			return length_error(st);
		err = next_entry(st, entry);
		if (err)
			return err;
		piece = parse(st->c, entry);
		len = piece.len;
		st->last = entry[2] & SEC_LINK_RETURN;
		if (!len)
			return SEC_ERR_SGDLZ;
		if (len > st->left)
			return length_error(st);
		if (st->data_left && len > st->data_left)
			return st->write ? SEC_ERR_SB : SEC_ERR_GB;
		st->data_left -= sec_min(len, st->data_left);
	} else {
		piece.addr = st->next;
	}
	st->at = sec_reach(st->s, piece.addr, len, st->write);
	if (!st->at)
		return SEC_ERR_MDTE;
	st->run = len;
	return 0;
}

static u32 move(struct sec_stream *st, u8 *to, const u8 *from, u32 n)
{
	while (n) {
		u32 part, err;

		if (n > st->left)
			return length_error(st);
		if (!st->run) {
			err = next_piece(st);
			if (err)
				return err;
		}
		part = sec_min(n, st->run);
		if (st->write) {
			memcpy(st->at, from, part);
			from += part;
		} else {
			memcpy(to, st->at, part);
			to += part;
		}
		st->at += part;
		st->run -= part;
		st->left -= part;
		n -= part;
	}
	return 0;
}

u32 sec_get(struct sec_stream *st, u8 *to, u32 n)
{
	return move(st, to, NULL, n);
}

u32 sec_put(struct sec_stream *st, const u8 *from, u32 n)
{
	return move(st, NULL, from, n);
}

u32 sec_close(struct sec_stream *st)
{
	if (st->table && st->at && (st->left || !st->last))
		return length_error(st);
	return 0;
}

u32 sec_get_all(struct sec *s, struct sec_chan *c, struct sec_ptr p, u8 *to)
{
	struct sec_stream st;
	u32 err;

	sec_open(&st, s, c, p, false);
	err = sec_get(&st, to, st.left);
	return err ? err : sec_close(&st);
}

u32 sec_put_all(struct sec *s, struct sec_chan *c, struct sec_ptr p, const u8 *from)
{
	struct sec_stream st;
	u32 err;

	sec_open(&st, s, c, p, true);
	err = sec_put(&st, from, st.left);
	return err ? err : sec_close(&st);
}
