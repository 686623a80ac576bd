// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which memory is watched: all that a live streaming mapping has, as the observer's events say,
 * which are read in its ring in the guest's memory. What may be done with it, the judge decides.
 * The layout of the ring is the kernel's, kernel/bpf/ringbuf.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

#define BUSY		(1u << 31)	/* BPF_RINGBUF_BUSY_BIT */
#define DISCARDED	(1u << 30)	/* BPF_RINGBUF_DISCARD_BIT */
#define HEADER		8		/* BPF_RINGBUF_HDR_SZ */
#define MAX_PAGES	(65536 + 1)
#define MAX_HELD	64
#define BUCKETS		4096
#define LINE_SHIFT	6
#define ATTR_MMIO	(1u << 10)

struct range {
	struct range *next;		/* of its bucket, or free */
	uint64_t dev, dma, obj;		/* obj: its scatterlist, or that of a link; 0 */
	uint64_t phys, len;
	uint32_t dir;
};

struct watch_fast watch;

static struct {
	uint64_t *ram;			/* of each page */
	uint32_t nr, total;
	uint64_t next;			/* position of the first record that was not looked at */
	uint64_t held[MAX_HELD];	/* positions of those that were being written then */
	unsigned int nr_held;
	uint64_t last, time;
	struct range *buckets[BUCKETS], *free;
} w;

int watch_init(void)
{
	watch.lines = calloc(guest_bytes() >> LINE_SHIFT, sizeof(*watch.lines));
	w.ram = calloc(MAX_PAGES, sizeof(*w.ram));
	return watch.lines && w.ram ? 0 : -ENOMEM;
}

/* ---- ranges ---- */

static void count_lines(uint64_t phys, uint64_t len, int by)
{
	uint64_t first = phys >> LINE_SHIFT, last = (phys + len - 1) >> LINE_SHIFT;

	for (uint64_t line = first; line <= last; line++) {
		uint64_t ram = guest_ram_of(line << LINE_SHIFT);

		if (ram != NOWHERE)
			watch.lines[ram >> LINE_SHIFT] += by;
	}
}

static struct range **bucket(uint64_t dev, uint64_t dma)
{
	return &w.buckets[((dev ^ dma * 0x9e3779b97f4a7c15ull) >> 20) % BUCKETS];
}

static void add(const struct obs_event *e)
{
	struct range *r = w.free, **head = bucket(e->dev, e->dma);

	/* What is larger than the memory is nonsense, and the judge will say so. */
	if (!e->len || e->len > guest_bytes() || e->phys + e->len < e->phys ||
	    e->attrs & ATTR_MMIO)
		return;
	if (r)
		w.free = r->next;
	else
		r = malloc(sizeof(*r));
	if (!r)
		abort();
	*r = (struct range){ .next = *head, .dev = e->dev, .dma = e->dma, .obj = e->obj,
			     .phys = e->phys, .len = e->len, .dir = e->dir };
	*head = r;
	watch.live++;
	count_lines(r->phys, r->len, 1);
}

static void drop(struct range **at)
{
	struct range *r = *at;

	count_lines(r->phys, r->len, -1);
	*at = r->next;
	r->next = w.free;
	w.free = r;
	watch.live--;
}

/* The mapping with this direction, if an address has several. */
static void drop_one(const struct obs_event *e)
{
	struct range **found = NULL;

	for (struct range **r = bucket(e->dev, e->dma); *r; r = &(*r)->next)
		if ((*r)->dev == e->dev && (*r)->dma == e->dma &&
		    (!found || (*r)->dir == e->dir))
			found = r;
	if (found)
		drop(found);
}

typedef bool match_fn(const struct range *r, const struct obs_event *e);

static bool in_list(const struct range *r, const struct obs_event *e)
{
	return r->dev == e->dev && r->obj == e->obj;
}

/* of IOVA_FREE */
static bool in_iova(const struct range *r, const struct obs_event *e)
{
	return r->dev == e->dev && r->dma - e->dma < e->arg;
}

/* of MEM_FREE: who gets this memory next knows nothing of the mapping */
static bool in_memory(const struct range *r, const struct obs_event *e)
{
	return r->phys < e->phys + e->len && e->phys < r->phys + r->len;
}

static void drop_all(match_fn *match, const struct obs_event *e)
{
	for (int i = 0; i < BUCKETS && watch.live; i++)
		for (struct range **r = &w.buckets[i]; *r; )
			if (match(*r, e))
				drop(r);
			else
				r = &(*r)->next;
}

/* The pieces of a list have their list's pointer; a list's mappings have one bucket each. */
static void take_event(const struct obs_event *e)
{
	switch (e->type) {
	case OBS_MAP:
		if (!(e->flags & OBS_F_FAILED) && e->arg != OBS_MAP_RESOURCE)
			add(e);
		break;
	case OBS_MAP_SG_ENTRY:
		add(e);
		break;
	case OBS_UNMAP:
		drop_one(e);
		break;
	case OBS_UNMAP_SG:
		drop_all(in_list, e);
		break;
	case OBS_IOVA_FREE:
		drop_all(in_iova, e);
		break;
	case OBS_MEM_FREE:
		drop_all(in_memory, e);
		break;
	default:
		break;
	}
	w.last = e->seq;
	w.time = e->time_ns;
}

/* ---- the ring ---- */

bool watch_ring_page(uint32_t index, uint64_t pfn, uint32_t total)
{
	uint64_t ram = guest_ram_of(pfn * CPU_PAGE);

	if (index != w.nr || index >= total || total > MAX_PAGES || ram == NOWHERE)
		return false;
	w.total = total;
	w.ram[w.nr++] = ram;
	return true;
}

static uint64_t ring_bytes(void)
{
	return (uint64_t)(w.total - 1) * CPU_PAGE;
}

static void copy(void *to, uint64_t pos, size_t len)
{
	while (len) {
		uint64_t at = pos % ring_bytes();
		size_t n = CPU_PAGE - at % CPU_PAGE;

		if (n > len)
			n = len;
		memcpy(to, (uint8_t *)guest_at(w.ram[1 + at / CPU_PAGE]) + at % CPU_PAGE, n);
		to = (uint8_t *)to + n;
		pos += n;
		len -= n;
	}
}

static void read_record(uint64_t pos, uint32_t head)
{
	struct obs_event e;

	if (head & DISCARDED || (head & ~BUSY) < sizeof(e))
		return;
	copy(&e, pos + HEADER, sizeof(e));
	take_event(&e);
}

bool watch_begin(void)
{
	if (w.nr < 2 || w.nr != w.total || ring_bytes() & (ring_bytes() - 1))
		return false;
	watch.producer = guest_at(w.ram[0]);
	watch.seen = w.next = *watch.producer;
	return true;
}

bool watch_take(void)
{
	uint64_t end = *watch.producer;
	unsigned int kept = 0, held = w.nr_held;
	uint64_t before = w.last;
	uint32_t head;

	for (unsigned int i = 0; i < held; i++) {
		copy(&head, w.held[i], sizeof(head));
		if (head & BUSY)
			w.held[kept++] = w.held[i];
		else
			read_record(w.held[i], head);
	}
	w.nr_held = kept;
	while (end - w.next >= HEADER && end - w.next <= ring_bytes()) {
		copy(&head, w.next, sizeof(head));
		if (!(head & BUSY))
			read_record(w.next, head);
		else if (w.nr_held < MAX_HELD)
			w.held[w.nr_held++] = w.next;
		else
			break;
		w.next += ((head & ~(BUSY | DISCARDED)) + HEADER + 7) & ~7ull;
	}
	watch.seen = end;
	watch.held = w.nr_held;
	return w.last != before;
}

uint64_t watch_last(void)
{
	return w.last;
}

uint64_t watch_time(void)
{
	return w.time;
}

void watch_reset(void)
{
	struct obs_event none = { 0 };

	watch.producer = NULL;
	none.len = ~0ull;
	drop_all(in_memory, &none);
	w.nr = w.total = 0;
	w.nr_held = 0;
	watch.held = false;
	w.last = w.time = 0;
}
