/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the SEC's model share. Call all functions with the bus's lock held. */
#ifndef FSL_SEC_PARTS_H
#define FSL_SEC_PARTS_H

#include "sec.h"

static inline u32 sec_be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static inline void sec_put_be32(u8 *p, u32 v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

static inline u32 sec_min(u32 a, u32 b)
{
	return a < b ? a : b;
}

static inline void *sec_reach(struct sec *s, u64 addr, u32 len, bool write)
{
	return s->model.host->ops->reach(s->model.host, addr, len, write);
}

static inline u64 sec_now(struct sec *s)
{
	return s->model.host->ops->now(s->model.host);
}

/* sec.c */
void sec_interrupt(struct sec *s, u32 bits);
void sec_say(struct sec *s, const char *what);

/* sec_chan.c */
void sec_chan_reset(struct sec_chan *c);
u32 sec_chan_read(struct sec *s, struct sec_chan *c, u32 off);
void sec_chan_write(struct sec *s, struct sec_chan *c, u32 off, u32 value);
/* Ends the descriptors that are due, starts those that can start, asks for the next wake. */
void sec_run(struct sec *s);

/* sec_unit.c */
u32 sec_unit_read(struct sec *s, u32 off);
void sec_unit_write(struct sec *s, u32 off, u32 value);
int sec_unit_of(u32 sel);	/* enum sec_unit_index; -1: the model computes nothing for it */
/* Sets the error @bits of the unit @sel, SEL0 or SEL1 of a header; returns SEC_ERR_EU. */
u32 sec_unit_error(struct sec *s, u32 sel, u32 bits);

/*
 * sec_desc.c. From here on, functions that return u32 return error bits of CCPSR, 0: no error.
 * Exceptions are sec_desc_bytes() (a number of bytes) and sec_hash_context().
 */
u32 sec_desc_check(struct sec *s, u32 hdr);
u32 sec_desc_bytes(const struct sec_chan *c);
u32 sec_desc_run(struct sec *s, struct sec_chan *c);

struct sec_ptr {
	u16 len;
	u8 extent;
	bool jump;
	u64 addr;
};

struct sec_ptr sec_ptr(const struct sec_chan *c, unsigned int i);

/* sec_stream.c: the bytes that a pointer leads to, in the order of its link table. */
struct sec_stream {
	struct sec *s;
	struct sec_chan *c;
	bool write;
	bool table;
	u64 next;	/* address of the table's next entry, or of the data */
	u32 left;	/* bytes that follow */
	u32 data_left;	/* of these, bytes before the extent; 0: no extent follows */
	bool last;	/* the current entry has RETURN */
	u8 *at;		/* the current piece */
	u32 run;	/* bytes that follow in it */
};

void sec_open(struct sec_stream *st, struct sec *s, struct sec_chan *c, struct sec_ptr p,
	      bool write);
u32 sec_get(struct sec_stream *st, u8 *to, u32 n);
u32 sec_put(struct sec_stream *st, const u8 *from, u32 n);
/* Returns an error unless the link table was as long as the pointer said. */
u32 sec_close(struct sec_stream *st);
/* Read or write all bytes of @p. The caller has checked that they fit in @to or @from. */
u32 sec_get_all(struct sec *s, struct sec_chan *c, struct sec_ptr p, u8 *to);
u32 sec_put_all(struct sec *s, struct sec_chan *c, struct sec_ptr p, const u8 *from);

/* sec_cipher.c: AESU and DEU */
struct sec_cipher {
	struct sec *s;
	u32 sel;
	u8 mode;		/* SEC_AESU_*; DEU's as well */
	bool encrypt;
	u32 block;		/* bytes */
	u8 iv[16];
};

u32 sec_cipher_start(struct sec_cipher *ci, struct sec *s, struct sec_chan *c, u32 sel, u8 mode,
		     struct sec_ptr iv, struct sec_ptr key);
void sec_cipher_blocks(struct sec_cipher *ci, u8 *data, u32 n);
u32 sec_cipher_finish(struct sec_cipher *ci, struct sec_chan *c, struct sec_ptr iv);

/* sec_mdeu.c */
u32 sec_hash_start(struct sec *s, struct sec_chan *c, u32 sel, u8 mode, struct sec_ptr context,
		   struct sec_ptr key);
void sec_hash_update(struct sec *s, const u8 *data, u32 n);
u32 sec_hash_finish(struct sec *s, u32 sel, u8 mode);
/* Copies what the context registers hold to @out; returns their size in bytes. */
u32 sec_hash_context(const struct sec *s, u8 out[72]);

#endif
