// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workload md: an array of RAID5 or RAID6 of disks in memory. fio writes and verifies,
 * the parity is checked, a disk fails, what is read then is compared with what was read
 * before, the disk is rebuilt, and all is compared and checked again.
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
#define READ_SIZE	(1u << 20)
#define FAILS		1u	/* the disk that does */
#define PATIENCE_S	600	/* of the guest's time */

struct md {
	struct workload *w;
	struct disks disks;
	uint8_t *before;	/* all that was on it when no disk had failed */
	size_t size;
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

/* Until md does nothing in the background. */
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
		/* Zeroes everywhere are in sync. */
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

/* All of it past the page cache; NULL: cannot. */
static uint8_t *read_all(struct md *md, const char *stage, size_t *size)
{
	int fd = open(ARRAY, O_RDONLY | O_DIRECT | O_CLOEXEC);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	uint8_t *all = NULL;

	if (end <= 0 || posix_memalign((void **)&all, BLOCK, end)) {
		workload_fail(md->w, "%s cannot be read: %s", ARRAY, strerror(errno));
		all = NULL;
	}
	for (off_t at = 0; all && at < end; at += READ_SIZE) {
		size_t n = end - at < READ_SIZE ? end - at : READ_SIZE;

		if (pread(fd, all + at, n, at) != (ssize_t)n) {
			workload_fail(md->w, "%s, byte %lld: %s", ARRAY, (long long)at,
				      strerror(errno));
			free(all);
			all = NULL;
		}
		workload_alive(stage, at);
	}
	if (fd >= 0)
		close(fd);
	*size = end;
	return all;
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

/* Parity against data. */
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
	md->before = read_all(md, "read", &md->size);
	return !md->before;
}

static int compare(struct md *md, const char *stage)
{
	size_t size, wrong = 0;
	uint8_t *now = read_all(md, stage, &size);

	if (now && size != md->size)
		workload_fail(md->w, "%s has another size than before", ARRAY);
	for (size_t at = 0; now && at < size && !md->w->why[0]; at += BLOCK)
		wrong += memcmp(md->before + at, now + at, BLOCK) != 0;
	free(now);
	if (md->w->why[0])
		return 1;
	say_text(FRAME_WORKLOAD, "%s wrong=%zu blocks=%zu", stage, wrong, size / BLOCK);
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

/* A rebuild makes parity of whatever data there are: nothing tells any more what was lost. */
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
	/* raid456's checksums ask for it by another name, which nothing here would load. */
	bad = late_load(w, "crc32c_generic", "") || late_load(w, "raid456", "") ||
	      disks_make(w, &md.disks) || create(&md) || fio(&md) || parity(&md) || keep(&md) ||
	      fail_disk(&md) || rebuild(&md) || recheck(&md);
	stop();
	disks_remove(&md.disks);
	free(md.before);
	return bad;
}
