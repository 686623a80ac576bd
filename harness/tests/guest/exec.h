/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the executor share: engines, one run with its records, EXPECT(). */
#ifndef EXEC_H
#define EXEC_H

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "guest.h"
#include "lib/base/crc32.h"
#include "program.h"

#define MAX_RECORDS (DMT_MAX_KEPT_RECORDS + 1)

static struct program p;
static uint8_t wire[DMT_MAX_PROGRAM];
static struct dmt_record records[MAX_RECORDS];
static struct dmt_reason reason;
static struct dmt_sums sums;
static uint32_t nr_records;
static int dev;			/* /dev/dmatorture */
static char copy_dev[64], xor_dev[64];
static int failures;

#define EXPECT(cond, ...) do {						\
	if (!(cond)) {							\
		failures++;						\
		printf("  %s:%d: not so: %s: ", __func__, __LINE__, #cond);	\
		printf(__VA_ARGS__);					\
		printf("\n");						\
	}								\
} while (0)

#define EXPECT_EQ(a, b) do {						\
	long long a_ = (a), b_ = (b);					\
	EXPECT(a_ == b_, "%lld, want %lld", a_, b_);			\
} while (0)

static inline int start_engine(const char *name, const char *like, const char *ops,
			       const char *completion, const char *attr, const char *value,
			       char device[64])
{
	char path[256];

	snprintf(path, sizeof(path), SOFTDMA_CONFIGFS "/%s", name);
	if (mkdir(path, 0755) || put_attr(name, "personality", like) || put_attr(name, "ops", ops) ||
	    put_attr(name, "completion", completion) || (attr && put_attr(name, attr, value)) ||
	    put_attr(name, "live", "1"))
		return -1;
	return get_device(name, device);
}

/* Starts a copier and an xorer, with attribute @attr of both set to @value. */
static inline void start_engines(const char *ops, const char *completion, const char *attr,
				 const char *value)
{
	if (start_engine("copy", "fsl-dma", ops, completion, attr, value, copy_dev) ||
	    start_engine("xor", "talitos", ops, completion, attr, value, xor_dev)) {
		printf("  cannot make engines: %s\n", strerror(errno));
		failures++;
	}
}

static inline void stop_engines(void)
{
	if (remove_engine("copy") || remove_engine("xor")) {
		printf("  cannot remove engines: %s\n", strerror(errno));
		failures++;
	}
}

/* Returns a number from an engine's statistics; -1: it has none of that name. */
static inline long counter_of(const char *engine, const char *key)
{
	char path[256], text[512] = "", *at;
	int fd;

	snprintf(path, sizeof(path), SOFTDMA_CONFIGFS "/%s/stats", engine);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		text[0] = '\0';
	close(fd);
	at = strstr(text, key);
	return at && at[strlen(key)] == '=' ? atol(at + strlen(key) + 1) : -1;
}

/* Loads p. Returns 0, or the negative errno of the refusal, with its reason in @reason. */
static inline int load_program(void)
{
	size_t len = emit(&p, wire);
	int err = write(dev, wire, len) == (ssize_t)len ? 0 : -errno;

	memset(&reason, 0, sizeof(reason));
	ioctl(dev, DMT_IOC_REASON, &reason);
	return err;
}

static inline void read_records(void)
{
	ssize_t n;

	nr_records = 0;
	while ((n = read(dev, records + nr_records,
			 sizeof(records[0]) * (MAX_RECORDS - nr_records))) > 0)
		nr_records += n / sizeof(records[0]);
}

/* Runs p, and fills sums and records. */
static inline void run_program(void)
{
	int err = load_program();

	memset(&sums, 0, sizeof(sums));
	EXPECT(!err, "refused: %s", reason.text);
	if (err)
		return;
	EXPECT_EQ(ioctl(dev, DMT_IOC_RUN, &sums), 0);
	read_records();
	EXPECT_EQ(nr_records, sums.records);
}

/* Returns the last record of @step, or a dummy if there is none. */
static inline const struct dmt_record *record_of(uint32_t step)
{
	static const struct dmt_record none = { .status = 0xbadbad, .ctx = 0xee };

	for (uint32_t i = nr_records; i--; )
		if (le32toh(records[i].step) == step)
			return &records[i];
	return &none;
}

static inline int32_t status_of(uint32_t step)
{
	return (int32_t)le32toh(record_of(step)->status);
}

static inline uint64_t value_of(uint32_t step)
{
	return le64toh(record_of(step)->value);
}

static inline uint32_t digest_of_records(void)
{
	uint32_t crc = ~0u;

	for (uint32_t i = 0; i < nr_records; i++) {
		struct dmt_record r = records[i];

		r.time_ns = 0;
		if (le16toh(p.steps[le32toh(r.step)].op) == DMT_STEP_WAIT)
			r.value = 0;
		crc = crc32_update(crc, &r, sizeof(r));
	}
	return ~crc;
}

static inline uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

/* Objects of a program that copies: one transaction that is ready to be prepared. */
struct copy {
	uint32_t from, to, src, dst, tx;
};

static inline struct copy add_copy(uint32_t engine, uint32_t flags)
{
	struct copy c = { .from = add_buffer(&p, 4096, DMT_FILL_RANDOM),
			  .to = add_buffer(&p, 4096, DMT_FILL_ZERO) };

	c.src = map_buffer(&p, engine, DMT_TO_DEVICE, c.from);
	c.dst = map_buffer(&p, engine, DMT_FROM_DEVICE, c.to);
	c.tx = add_tx(&p, engine, flags, on_map(&p, c.dst), on_map(&p, c.src), 1, 4096);
	return c;
}

static inline void map_copy(const struct copy *c)
{
	add_step(&p, DMT_STEP_MAP, c->src);
	add_step(&p, DMT_STEP_MAP, c->dst);
}

static inline void unmap_copy(const struct copy *c)
{
	add_step(&p, DMT_STEP_UNMAP, c->src);
	add_step(&p, DMT_STEP_UNMAP, c->dst);
}

/* Returns the submit step. */
static inline uint32_t go_copy(const struct copy *c)
{
	uint32_t s;

	add_step(&p, DMT_STEP_PREP, c->tx);
	s = add_step(&p, DMT_STEP_SUBMIT, c->tx);
	add_step(&p, DMT_STEP_ISSUE, le32toh(p.txs[c->tx].engine));
	return s;
}

#define THREAD begin_block(&p, DMT_BLOCK_THREAD, 0)
#define PLAIN (DMT_TX_INTERRUPT | DMT_TX_ACK)

struct test {
	const char *name;
	void (*fn)(void);
};

/* Runs the named tests, or all. Returns 0 when every expectation held. */
static inline int run_tests(const char *who, const struct test *tests, int argc, char **argv)
{
	int ran = 0, bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	dev = open("/dev/dmatorture", O_RDWR);
	if (dev < 0) {
		printf("%s: /dev/dmatorture: %s\n", who, strerror(errno));
		return 2;
	}
	for (; tests->name; tests++) {
		bool wanted = argc < 2;

		for (int i = 1; i < argc; i++)
			wanted |= !strcmp(argv[i], tests->name);
		if (!wanted)
			continue;
		failures = 0;
		program_init(&p);
		tests->fn();
		ran++;
		bad += !!failures;
		printf("%s: %s %s\n", who, tests->name, failures ? "FAILED" : "ok");
	}
	printf("%s: %d passed, %d failed\n", who, ran - bad, bad);
	return bad || !ran;
}

#endif /* EXEC_H */
