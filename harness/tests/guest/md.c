// SPDX-License-Identifier: GPL-2.0-only
/*
 * md RAID5 or RAID6 of disks in memory: fio writes and verifies, the parity is checked, a disk
 * fails, what is read then is compared with what was read before, the disk is rebuilt, and
 * all is compared and checked again. Says what was found; 0: it came to the end.
 *
 *   md [NAME=VALUE]...   level=5 disks=4 chunk=64 (KiB) disk_mb=9 backing=brd|null_blk
 *                        engine=none|direct|strict
 *                        raid.ATTR=VALUE  of the engine, in softdma's words
 *                        md.ATTR=VALUE    of the array, below /sys/block/md0/md
 *
 * In the root directory: fio, mdadm and their libraries (harness/vm/tools-setup), job.fio,
 * and /modules.late with the backing's module and raid456.
 */
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>

#include "raid.h"

#define MD		"/sys/block/md0/md/"
#define BLOCK		4096u
#define READ_SIZE	(1u << 20)
#define MAX_DISKS	16
#define MAX_ATTRS	16
#define MAX_ARGS	32
#define NULLB		"/sys/kernel/config/nullb/"
#define PATIENCE_S	600	/* of the guest's time */

static struct {
	const char *level, *disks, *chunk, *disk_mb, *backing, *engine;
	struct attr raid[MAX_ATTRS + 1], md[MAX_ATTRS + 1];
} opt = { "5", "4", "64", "9", "brd", "none", { { 0 } }, { { 0 } } };

static int failed(const char *what, int err)
{
	printf("md: %s: %s\n", what, strerror(err < 0 ? -err : err));
	return 1;
}

/* ---- programs ---- */

/* Runs a program of the distribution; its exit code, -1: it could not run or was killed. */
static int run(const char *const *args)
{
	const char *argv[MAX_ARGS] = { "/ld.so", "--library-path", "/" };
	int status, n = 3;
	pid_t pid;

	while (*args && n < MAX_ARGS - 1)
		argv[n++] = *args++;
	pid = fork();
	if (!pid) {
		setenv("MDADM_NO_UDEV", "1", 1);
		execv(argv[0], (char **)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* ---- the disks ---- */

static bool is_null_blk(void)
{
	return !strcmp(opt.backing, "null_blk");
}

static const char *disk_name(void)
{
	return is_null_blk() ? "nullb" : "ram";
}

static int make_null_blk(int i)
{
	const struct attr attrs[] = {
		{ "size", opt.disk_mb }, { "memory_backed", "1" }, { "power", "1" }
	};
	char path[128];
	int err;

	snprintf(path, sizeof(path), NULLB "nullb%d", i);
	err = mkdir(path, 0755) ? -errno : 0;
	for (int a = 0; !err && a < 3; a++) {
		snprintf(path, sizeof(path), NULLB "nullb%d/%s", i, attrs[a].name);
		err = put(path, attrs[a].value);
	}
	return err;
}

/* All modules, and the disks. Negative errno. */
static int load_backing(void)
{
	char params[64];
	int err;

	if (atoi(opt.disks) > MAX_DISKS)
		return -EINVAL;
	snprintf(params, sizeof(params), "rd_nr=%d rd_size=%d", MAX_DISKS, atoi(opt.disk_mb) * 1024);
	err = is_null_blk() ? load_late("/null_blk.ko", "nr_devices=0") : load_late("/brd.ko", params);
	for (int i = 0; !err && is_null_blk() && i < atoi(opt.disks); i++)
		err = make_null_blk(i);
	return err;
}

/* ---- the array ---- */

static int get_md(const char *attr, char *out, size_t size)
{
	char path[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), MD "%s", attr);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, out, size - 1);
	if (fd >= 0)
		close(fd);
	out[n < 0 ? 0 : n] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return n < 0;
}

static int put_md(const char *attr, const char *value)
{
	char path[256];
	int err;

	snprintf(path, sizeof(path), MD "%s", attr);
	err = put(path, value);
	return err ? failed(path, err) : 0;
}

/* Until md does nothing in the background. */
static int wait_idle(void)
{
	const struct timespec tick = { .tv_nsec = 50000000 };
	char action[32];

	for (int i = 0; i < PATIENCE_S * 20; i++) {
		if (get_md("sync_action", action, sizeof(action)))
			return failed("sync_action", errno);
		if (!strcmp(action, "idle"))
			return 0;
		nanosleep(&tick, NULL);
	}
	return failed(action, ETIMEDOUT);
}

static int create(void)
{
	char level[16], disks[24], chunk[16], disk[MAX_DISKS][16];
	const char *args[MAX_ARGS] = {
		"/mdadm", "--create", "/dev/md0", "--run", "--quiet", "--metadata=1.2", "--bitmap=none",
		/* Zeroes everywhere are in sync. */
		"--assume-clean", level, disks, chunk,
	};
	int n = 0, nr = atoi(opt.disks);

	snprintf(level, sizeof(level), "--level=%s", opt.level);
	snprintf(disks, sizeof(disks), "--raid-devices=%s", opt.disks);
	snprintf(chunk, sizeof(chunk), "--chunk=%s", opt.chunk);
	while (args[n])
		n++;
	for (int i = 0; i < nr; i++) {
		snprintf(disk[i], sizeof(disk[i]), "/dev/%s%d", disk_name(), i);
		args[n++] = disk[i];
	}
	if (run(args))
		return failed("mdadm --create", EIO);
	for (const struct attr *a = opt.md; a->name; a++)
		if (put_md(a->name, a->value))
			return 1;
	printf("md: level %s of %s disks\n", opt.level, opt.disks);
	return 0;
}

static int check(void)
{
	char mismatches[32];

	if (put_md("sync_action", "check") || wait_idle() ||
	    get_md("mismatch_cnt", mismatches, sizeof(mismatches)))
		return 1;
	printf("md: mismatches: %s\n", mismatches);
	return 0;
}

static int put_disk(const char *state)
{
	char path[64];

	snprintf(path, sizeof(path), "dev-%s1/state", disk_name());
	return put_md(path, state);
}

static int rebuild(void)
{
	char disk[24], degraded[16];
	const char *const zero[] = { "/mdadm", "--zero-superblock", disk, NULL };
	const char *const add[] = { "/mdadm", "/dev/md0", "--quiet", "--add", disk, NULL };

	snprintf(disk, sizeof(disk), "/dev/%s1", disk_name());
	if (put_disk("remove") || run(zero) || run(add) || wait_idle() ||
	    get_md("degraded", degraded, sizeof(degraded)))
		return failed("rebuild", EIO);
	printf("md: rebuilt, %s disks are missing\n", degraded);
	return 0;
}

/* ---- what is on it ---- */

/* All of /dev/md0 past the page cache; NULL: cannot. */
static uint8_t *read_all(size_t *size)
{
	int fd = open("/dev/md0", O_RDONLY | O_DIRECT | O_CLOEXEC);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	uint8_t *all = NULL;

	if (end > 0 && posix_memalign((void **)&all, BLOCK, end))
		all = NULL;
	for (off_t at = 0; all && at < end; at += READ_SIZE) {
		size_t n = end - at < READ_SIZE ? end - at : READ_SIZE;

		if (pread(fd, all + at, n, at) != (ssize_t)n) {
			failed("/dev/md0", errno);
			free(all);
			all = NULL;
		}
	}
	if (fd >= 0)
		close(fd);
	*size = end;
	return all;
}

static int compare(const uint8_t *before, size_t size, const char *when)
{
	size_t now_size, wrong = 0;
	uint8_t *now = read_all(&now_size);

	if (!now || now_size != size)
		return 1;
	for (size_t at = 0; at < size; at += BLOCK)
		wrong += memcmp(before + at, now + at, BLOCK) != 0;
	free(now);
	printf("md: wrong %s: %zu of %zu blocks\n", when, wrong, size / BLOCK);
	return 0;
}

static int life(void)
{
	static const char *const fio[] = {
		"/fio", "--output=/fio.txt", "--output-format=json+", "/job.fio", NULL
	};
	static const char *const stop[] = { "/mdadm", "--quiet", "--stop", "/dev/md0", NULL };
	uint8_t *before;
	size_t size;
	int bad;

	if (create())
		return 1;
	printf("md: fio: %d\n", run(fio));
	if (check())
		return 1;
	say_counts();
	before = read_all(&size);
	if (!before)
		return 1;
	bad = put_disk("faulty") || compare(before, size, "after a failure") || rebuild() ||
	      compare(before, size, "after the rebuild") || check() || run(stop);
	say_counts();
	free(before);
	return bad;
}

/* ---- options ---- */

static int add_attr(struct attr *attrs, const char *name, const char *value)
{
	for (int i = 0; i < MAX_ATTRS; i++)
		if (!attrs[i].name) {
			attrs[i] = (struct attr){ name, value };
			return 0;
		}
	return 1;
}

static int take_option(char *word)
{
	const struct {
		const char *name;
		const char **value;
	} names[] = {
		{ "level", &opt.level }, { "disks", &opt.disks }, { "chunk", &opt.chunk },
		{ "disk_mb", &opt.disk_mb }, { "backing", &opt.backing },
		{ "engine", &opt.engine },
	};
	char *value = strchr(word, '=');

	if (!value)
		return 1;
	*value++ = '\0';
	if (!strncmp(word, "raid.", 5))
		return add_attr(opt.raid, word + 5, value);
	if (!strncmp(word, "md.", 3))
		return add_attr(opt.md, word + 3, value);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].name, word)) {
			*names[i].value = value;
			return 0;
		}
	return 1;
}

int main(int argc, char **argv)
{
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++)
		if (take_option(argv[i])) {
			printf("md: what is %s?\n", argv[i]);
			return 2;
		}
	mkdir("/run", 0755);	/* mdadm's map */
	if (strcmp(opt.engine, "none") && start_engine(opt.engine, opt.raid))
		return 1;
	err = load_backing();
	return err ? failed("modules", err) : life();
}
