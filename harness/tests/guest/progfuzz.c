// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feeds the executor mutated programs. They are made from the programs of /plan, which are real and
 * have every kind of step. Catches a validator that accepts an index, a length or a context that
 * harms the kernel (the caller checks the console), and refusals without a reason.
 *
 *   progfuzz [HOW-MANY [SEED [strict|direct]]]
 */
#include <stdbool.h>

#include "guest.h"

static uint64_t rng;

static uint32_t rnd(uint32_t below)
{
	rng = rng * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)((rng >> 33) % below);
}

static uint32_t interesting(void)
{
	static const uint32_t words[] = {
		0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 63, 64, 65, 255, 4095, 4096, 4097,
		65535, 65536, 0x100000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	};

	return words[rnd(sizeof(words) / sizeof(words[0]))];
}

static void set32(uint8_t *p, uint32_t n)
{
	n = htole32(n);
	memcpy(p, &n, 4);
}

/* A random word of one of the program's tables, which are found through its header. */
static uint8_t *table_word(uint8_t *p, uint32_t len)
{
	struct dmt_header *h = (void *)p;
	const struct dmt_table *t = &h->engines + rnd(7);
	uint32_t size = le32toh(t->count) * le32toh(t->entry_size);
	uint32_t at = le32toh(t->offset);

	if (size < 4 || at > len || len - at < size)
		return p + rnd(len / 4) * 4;
	return p + at + rnd(size / 4) * 4;
}

static uint32_t mutate(uint8_t *p, uint32_t len)
{
	for (uint32_t n = 1 + rnd(4); n; n--) {
		switch (rnd(10)) {
		case 0:
			p[rnd(len)] ^= 1u << rnd(8);
			break;
		case 1:
			set32(p + rnd(len / 4) * 4, interesting());
			break;
		case 2:
		case 3:
		case 4:
			set32(table_word(p, len), interesting());
			break;
		case 5:
		case 6:
			set32(table_word(p, len), rnd(40));
			break;
		case 7:
			memcpy(table_word(p, len), table_word(p, len), 4);
			break;
		case 8:		/* two steps change places */
			memmove(table_word(p, len), table_word(p, len), 4);
			break;
		default:
			if (rnd(8))
				break;
			len = sizeof(struct dmt_header) / 2 + rnd(len);
			if (rnd(2))
				set32(p + 8, len);
			return len;
		}
	}
	return len;
}

/* Entry @i of a table; NULL beyond the end of the table or of the program. */
static void *entry(uint8_t *p, uint32_t len, const struct dmt_table *t, uint32_t i, size_t known)
{
	uint64_t at = le32toh(t->offset) + (uint64_t)i * le32toh(t->entry_size);

	return i < le32toh(t->count) && at + known <= len ? p + at : NULL;
}

/*
 * dma_free_coherent() rightly warns when interrupts are off, and the caller expects a clean
 * console. So a program with coherent memory gets no block that turns interrupts off.
 */
static void keep_irqs_on(uint8_t *p, uint32_t len)
{
	struct dmt_header *h = (void *)p;
	struct dmt_block *b;
	struct dmt_map *m;
	bool coherent = false;

	if (len < sizeof(*h))
		return;
	for (uint32_t i = 0; (m = entry(p, len, &h->maps, i, sizeof(*m))); i++)
		coherent |= le32toh(m->kind) == DMT_MAP_COHERENT;
	for (uint32_t i = 0; coherent && (b = entry(p, len, &h->blocks, i, sizeof(*b))); i++)
		if (le32toh(b->ctx) == DMT_CTX_HARDIRQ || le32toh(b->ctx) == DMT_CTX_ATOMIC)
			b->ctx = htole32(DMT_CTX_SOFTIRQ);
}

int main(int argc, char **argv)
{
	uint32_t total = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000, accepted = 0, refused = 0;
	const char *ops = argc > 3 ? argv[3] : "strict";
	uint32_t ran = 0, silent = 0, nr;
	char copy[64], xor[64];
	struct plan_cell *cells;
	uint8_t *p = malloc(DMT_MAX_PROGRAM * 2);
	size_t len;
	void *plan;
	int fd, err;

	rng = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	plan = read_whole("/plan", &len);
	if (!plan || plan_read(plan, len, &cells, &nr) || !nr) {
		printf("progfuzz: no programs in /plan\n");
		return 2;
	}
	err = make_engine("fuzz-copy", "fsl-dma", ops, copy);
	if (!err)
		err = make_engine("fuzz-xor", "talitos", ops, xor);
	fd = open("/dev/dmatorture", O_RDWR);
	if (err || fd < 0) {
		printf("progfuzz: engines or executor: %s\n", strerror(err ? -err : errno));
		return 2;
	}
	for (uint32_t i = 0; i < total; i++) {
		const struct plan_cell *c = &cells[rnd(nr)];
		struct dmt_header *h = (void *)p;
		struct dmt_reason reason = { 0 };
		struct dmt_sums sums;
		uint32_t n = c->program_len;

		memset(p, 0, n * 2);
		memcpy(p, c->program, n);
		set_devices(p, copy, xor);
		h->repeat = htole32(1 + rnd(2));
		h->timeout_ms = htole32(50);
		h->wait_ms = htole32(8);
		n = mutate(p, n);
		keep_irqs_on(p, n);
		if (write(fd, p, n) == (ssize_t)n) {
			struct dmt_record r[64];

			accepted++;
			if (rnd(4))
				continue;
			ran++;
			/* A mutated program must still end in reasonable time. */
			if (le32toh(h->repeat) > 100 || le32toh(h->timeout_ms) > 1000)
				continue;
			if (!ioctl(fd, DMT_IOC_RUN, &sums))
				while (read(fd, r, sizeof(r)) > 0)
					;
			continue;
		}
		refused++;
		ioctl(fd, DMT_IOC_REASON, &reason);
		if (errno != EFBIG && (!reason.error || !reason.text[0]))
			silent++;
	}
	close(fd);
	err = remove_engine("fuzz-copy");
	if (!err)
		err = remove_engine("fuzz-xor");
	printf("progfuzz: %u fed, %u accepted, %u refused (%u without a reason), %u run%s\n",
	       total, accepted, refused, silent, ran, err ? ", engines cannot be removed" : "");
	return err || silent || !accepted || !refused || !ran;
}
