// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workload md: a RAID5 or RAID6 array on disks in memory. fio writes and verifies, the
 * parity is checked, a disk fails, the data read then are compared with those read before, the
 * disk is rebuilt, and all is compared and checked again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "disks.h"
#include "workload.h"

#define ARRAY		"/dev/md0"
#define ATTRS		"/sys/block/md0/md/"
#define JOB		"/job.fio"
#define FIO_OUTPUT	"/fio.txt"
#define BLOCK		4096u
#define READ_BLOCKS	256u	/* blocks per read */
#define FAILS		1u	/* number of the disk that fails */
#define PATIENCE_S	600	/* seconds of the guest's time */

struct md {
	struct workload *w;
	struct disks disks;
	uint64_t *before;	/* the sum of each block before a disk failed */
	size_t blocks;
};

static int tool_failed(struct md *md, const char *what)
{
	char said[160];

	tool_said(said, sizeof(said));
	return workload_fail(md->w, "%s: %s", what, said);
}

/* ---- attributes ---- */

static int get(struct md *md, const char *attr, char value[64])
{
	char *path = xasprintf(ATTRS "%s", attr);
	int err = read_line(path, value, 64);

	free(path);
	return err ? workload_fail(md->w, "md: %s: %s", attr, strerror(-err)) : 0;
}

static int put(struct md *md, const char *attr, const char *value)
{
	char *path = xasprintf(ATTRS "%s", attr);
	int err = write_text(path, value);

	free(path);
	return err ? workload_fail(md->w, "md: %s = %s: %s", attr, value, strerror(-err)) : 0;
}

static int put_disk(struct md *md, const char *state)
{
	char *attr = xasprintf("dev-%s%u/state", md->disks.name, FAILS);
	int bad = put(md, attr, state);

	free(attr);
	return bad;
}

/* Waits until md does nothing in the background. */
static int wait_idle(struct md *md, const char *stage)
{
	const struct timespec tick = { .tv_nsec = 50000000 };
	char action[64] = "", done[64];

	for (int i = 0; i < PATIENCE_S * 20; i++) {
		if (get(md, "sync_action", action))
			return 1;
		if (!strcmp(action, "idle"))
			return 0;
		if (!get(md, "sync_completed", done))
			workload_alive(stage, strtoull(done, NULL, 10));
		nanosleep(&tick, NULL);
	}
	return workload_fail(md->w, "md: %s does not end", action);
}

/* ---- the array ---- */

static int put_options(struct md *md)
{
	static const char *const attrs[][2] = {
		{ "stripe-cache", "stripe_cache_size" }, { "group-threads", "group_thread_cnt" },
		{ "skip-copy", "skip_copy" }, { "rmw-level", "rmw_level" },
	};

	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		if (put(md, attrs[i][1], option_text(md->w, attrs[i][0])))
			return 1;
	return 0;
}

static int create(struct md *md)
{
	char level[32], disks[32], chunk[48], disk[MAX_DISKS][16];
	const char *args[11 + MAX_DISKS + 1] = {
		"/mdadm", "--create", ARRAY, "--run", "--quiet", "--metadata=1.2", "--bitmap=none",
		/* The disks are all zeroes, so data and parity are in sync. */
		"--assume-clean", level, disks, chunk,
	};

	snprintf(level, sizeof(level), "--level=%.16s", option_text(md->w, "level"));
	snprintf(disks, sizeof(disks), "--raid-devices=%u", md->disks.nr);
	snprintf(chunk, sizeof(chunk), "--chunk=%lluK",
		 (unsigned long long)option_number(md->w, "chunk") / 1024);
	for (unsigned int i = 0; i < md->disks.nr; i++) {
		snprintf(disk[i], sizeof(disk[i]), "/dev/%s%u", md->disks.name, i);
		args[11 + i] = disk[i];
	}
	if (md->w->why[0])
		return 1;
	if (tool_run(args, NULL))
		return tool_failed(md, "mdadm --create");
	return put_options(md);
}

static void stop(void)
{
	static const char *const args[] = { "/mdadm", "--quiet", "--stop", ARRAY, NULL };
	char said[160];

	if (access(ATTRS, F_OK) || !tool_run(args, NULL))
		return;
	tool_said(said, sizeof(said));
	say_text(FRAME_LOG, "mdadm --stop: %s", said);
}

/* ---- what is on it ---- */

/* A hash of a block. As the factor is odd, a single word that differs changes it. */
static uint64_t sum_block(const uint64_t *block)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < BLOCK / sizeof(*block); i++)
		sum = sum * 0x9e3779b97f4a7c15ULL + block[i];
	return sum;
}

static int sum_blocks(struct md *md, int fd, const char *stage, uint64_t *sums, size_t blocks)
{
	static uint64_t buf[READ_BLOCKS][BLOCK / sizeof(uint64_t)] __attribute__((aligned(BLOCK)));

	for (size_t at = 0, n; at < blocks; at += n) {
		n = blocks - at < READ_BLOCKS ? blocks - at : READ_BLOCKS;
		if (pread(fd, buf, n * BLOCK, (off_t)at * BLOCK) != (ssize_t)(n * BLOCK))
			return workload_fail(md->w, ARRAY ", block %zu: %s", at, strerror(errno));
		for (size_t i = 0; i < n; i++)
			sums[at + i] = sum_block(buf[i]);
		workload_alive(stage, at);
	}
	return 0;
}

/*
 * Reads the array and returns the sums of its blocks, or NULL on failure. It bypasses the page
 * cache: disks, bounce buffers and a cached copy of the array do not fit in the guest's memory.
 */
static uint64_t *read_all(struct md *md, const char *stage, size_t *blocks)
{
	int fd = open(ARRAY, O_RDONLY | O_DIRECT | O_CLOEXEC);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	uint64_t *sums;

	if (end <= 0) {
		workload_fail(md->w, ARRAY " cannot be read: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	*blocks = end / BLOCK;
	sums = xcalloc(*blocks, sizeof(*sums));
	if (sum_blocks(md, fd, stage, sums, *blocks)) {
		free(sums);
		sums = NULL;
	}
	close(fd);
	return sums;
}

/* ---- stages ---- */

static void checked(struct md *md, bool bad)
{
	md->w->checks++;
	md->w->checks_bad += bad;
}

static void fio_alive(void)
{
	unsigned long long reads = 0, writes = 0;
	char line[256];

	if (!read_line("/sys/block/md0/stat", line, sizeof(line)) &&
	    sscanf(line, "%llu %*u %*u %*u %llu", &reads, &writes) == 2)
		workload_alive("fio", reads + writes);
}

static void send_file(enum frame_type type, const char *path)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_read_file(&sb, path);
	if (sb.len)
		send_frame(type, sb.s, sb.len > FRAME_MAX ? FRAME_MAX : sb.len);
	strbuf_free(&sb);
}

static int fio(struct md *md)
{
	static const char *const args[] = {
		"/fio", "--output=" FIO_OUTPUT, "--output-format=json+", JOB, NULL
	};
	FILE *f = fopen(JOB, "we");
	int code;

	if (!f || fwrite(md->w->file, 1, md->w->file_len, f) != md->w->file_len)
		workload_fail(md->w, JOB ": %s", strerror(errno));
	if (f && fclose(f))
		workload_fail(md->w, JOB ": %s", strerror(errno));
	unlink(FIO_OUTPUT);
	code = md->w->why[0] ? -1 : tool_run(args, fio_alive);
	if (code < 0)
		return md->w->why[0] ? 1 : tool_failed(md, "fio");
	if (code)
		send_file(FRAME_LOG, TOOL_OUTPUT);
	say_text(FRAME_WORKLOAD, "fio exit=%d", code);
	send_file(FRAME_FIO, FIO_OUTPUT);
	checked(md, code);
	return 0;
}

/* Lets md compare the parity with the data. *@bad: there are mismatches. */
static int check(struct md *md, const char *stage, bool *bad)
{
	char mismatches[64];

	if (put(md, "sync_action", "check") || wait_idle(md, stage) ||
	    get(md, "mismatch_cnt", mismatches))
		return 1;
	say_text(FRAME_WORKLOAD, "%s mismatches=%s", stage, mismatches);
	*bad = strcmp(mismatches, "0");
	return 0;
}

static int parity(struct md *md)
{
	bool bad;

	if (check(md, "parity", &bad))
		return 1;
	checked(md, bad);
	return 0;
}

static int keep(struct md *md)
{
	md->before = read_all(md, "read", &md->blocks);
	return !md->before;
}

static int compare(struct md *md, const char *stage)
{
	size_t blocks, wrong = 0;
	uint64_t *now = read_all(md, stage, &blocks);

	if (now && blocks != md->blocks)
		workload_fail(md->w, ARRAY " has another size than before");
	for (size_t i = 0; !md->w->why[0] && i < blocks; i++)
		wrong += md->before[i] != now[i];
	free(now);
	if (md->w->why[0])
		return 1;
	say_text(FRAME_WORKLOAD, "%s wrong=%zu blocks=%zu", stage, wrong, blocks);
	checked(md, wrong);
	return 0;
}

static int fail_disk(struct md *md)
{
	return put_disk(md, "faulty") || compare(md, "degraded");
}

static int rebuild(struct md *md)
{
	char disk[32], degraded[64];
	const char *const zero[] = { "/mdadm", "--quiet", "--zero-superblock", disk, NULL };
	const char *const add[] = { "/mdadm", ARRAY, "--quiet", "--add", disk, NULL };

	snprintf(disk, sizeof(disk), "/dev/%s%u", md->disks.name, FAILS);
	if (put_disk(md, "remove"))
		return 1;
	if (tool_run(zero, NULL) || tool_run(add, NULL))
		return tool_failed(md, "mdadm --add");
	if (wait_idle(md, "rebuild") || get(md, "degraded", degraded))
		return 1;
	if (strcmp(degraded, "0"))
		return workload_fail(md->w, "md: after the rebuild %s disks are missing", degraded);
	return compare(md, "rebuilt");
}

/*
 * Checks after the rebuild. As a rebuild makes parity of whatever data there are, this does
 * not show data that were lost before.
 */
static int recheck(struct md *md)
{
	bool bad;

	return check(md, "recheck", &bad);
}

int workload_md(struct workload *w)
{
	struct md md = { .w = w };
	int bad;

	mkdir("/run", 0755);	/* mdadm's map */
	/*
	 * Until about 6.14 raid456's libcrc32c requests the crc32c algorithm by name, which
	 * nothing in the guest would load; since then it is a function.
	 */
	bad = late_load_if_any(w, "crc32c_generic") || late_load(w, "raid456", "") ||
	      disks_make(w, &md.disks) || create(&md) || fio(&md) || parity(&md) || keep(&md) ||
	      fail_disk(&md) || rebuild(&md) || recheck(&md);
	stop();
	disks_remove(&md.disks);
	free(md.before);
	return bad;
}
