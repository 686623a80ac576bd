// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real load, under which the observer must report nothing.
 *
 *   load modules              loads the modules that /modules.late lists
 *   load module FILE ARGS     loads one; ARGS: its parameters, separated by commas
 *   load disk DEVICE MB       random direct reads and writes, 4 threads, each
 *                             write read back and compared
 *   load disks BUS/DRIVER MB  the same on each disk of the driver
 *   load read FILE KB         reads, and wants more than one value
 *   load md DEVICE LEVEL N    builds an array of the first N ramdisks
 *   load net A B FRAMES       raw frames in both directions between two connected interfaces
 *   load nets BUS/DRIVER FRAMES   the same between the first two of the driver
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "below.h"

#define DISK_THREADS	4
#define MAX_IO		(128u << 10)

static int fail(const char *what)
{
	printf("load: %s: %s\n", what, strerror(errno));
	return 1;
}

/* ---- modules ---- */

static int load_modules(void)
{
	FILE *f = fopen("/modules.late", "re");
	char line[256];

	if (!f)
		return fail("/modules.late");
	while (fgets(line, sizeof(line), f)) {
		int fd;

		line[strcspn(line, "\n")] = '\0';
		fd = open(line, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			return fail(line);
		close(fd);
	}
	fclose(f);
	return 0;
}

static int load_module(const char *path, char *args)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	for (char *p = args; *p; p++)
		if (*p == ',')
			*p = ' ';
	err = fd < 0 || syscall(SYS_finit_module, fd, args, 0) ? fail(path) : 0;
	if (fd >= 0)
		close(fd);
	return err;
}

/* ---- disks ---- */

struct disk {
	const char *path;
	uint64_t first, bytes;	/* where this thread's part begins, and its size */
	uint64_t budget;	/* bytes to move */
	uint64_t seed;
	int failed;
};

static uint64_t draw(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void fill(uint8_t *buf, size_t len, uint64_t seed)
{
	for (size_t i = 0; i < len; i += 8) {
		uint64_t v = draw(&seed);

		memcpy(buf + i, &v, 8);
	}
}

static void *run_disk(void *arg)
{
	struct disk *d = arg;
	int fd = open(d->path, O_RDWR | O_DIRECT | O_CLOEXEC);
	uint8_t *out, *in;

	d->failed = 1;
	if (fd < 0 || posix_memalign((void **)&out, 4096, MAX_IO) ||
	    posix_memalign((void **)&in, 4096, MAX_IO)) {
		fail(d->path);
		return NULL;
	}
	while (d->budget) {
		size_t len = 4096 << draw(&d->seed) % 6;
		uint64_t at;

		if (len > d->budget)
			len = 4096;
		at = d->first + draw(&d->seed) % (d->bytes / MAX_IO) * MAX_IO;
		fill(out, len, d->seed | 1);
		if (pwrite(fd, out, len, at) != (ssize_t)len ||
		    pread(fd, in, len, at) != (ssize_t)len) {
			fail(d->path);
			return NULL;
		}
		if (memcmp(in, out, len)) {
			printf("load: %s: other data came back\n", d->path);
			return NULL;
		}
		d->budget -= len < d->budget ? len : d->budget;
	}
	d->failed = 0;
	close(fd);
	return NULL;
}

static int load_disk(const char *path, unsigned int mb)
{
	pthread_t threads[DISK_THREADS];
	struct disk d[DISK_THREADS];
	int failed = 0, fd = -1;
	off_t size;

	for (int i = 0; i < 500 && fd < 0; i++) {	/* it may not be probed yet */
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			usleep(10000);
	}
	size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	if (size < (off_t)(DISK_THREADS * MAX_IO))
		return fail(path);
	close(fd);
	for (int i = 0; i < DISK_THREADS; i++) {
		uint64_t part = size / DISK_THREADS / MAX_IO * MAX_IO;

		d[i] = (struct disk) { .path = path, .first = i * part, .bytes = part,
				       .budget = (uint64_t)mb * 1048576 / DISK_THREADS,
				       .seed = 88172645463325252ULL + i };
		pthread_create(&threads[i], NULL, run_disk, &d[i]);
	}
	for (int i = 0; i < DISK_THREADS; i++) {
		pthread_join(threads[i], NULL);
		failed |= d[i].failed;
	}
	return failed;
}

static int load_disks(const char *driver, unsigned int mb)
{
	struct names disks;
	int bad = 0;

	if (!wait_below(driver, "block", "", 1, &disks))
		return 1;
	for (int i = 0; i < disks.nr; i++) {
		char path[80];

		snprintf(path, sizeof(path), "/dev/%s", disks.v[i]);
		bad |= load_disk(path, mb);
	}
	return bad;
}

static int load_read(const char *path, unsigned int kb)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t buf[1024];
	bool vary = false;

	for (unsigned int i = 0; fd >= 0 && i < kb * 1024;) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n <= 0) {
			close(fd);
			return fail(path);
		}
		for (ssize_t k = 1; k < n; k++)
			vary |= buf[k] != buf[0];
		i += n;
	}
	close(fd);
	return fd < 0 ? fail(path) : !vary;
}

/* ---- md: without a superblock there is no resync, so that only the load does I/O ---- */

static int load_md(const char *path, int level, int disks)
{
	mdu_array_info_t info = {
		.major_version = 0, .minor_version = 90, .level = level, .nr_disks = disks,
		.raid_disks = disks, .not_persistent = 1, .state = 1, .active_disks = disks,
		.working_disks = disks, .layout = 2, .chunk_size = 65536,
	};
	struct stat st;
	int fd;

	if (mknod(path, S_IFBLK | 0600, makedev(MD_MAJOR, 0)) && errno != EEXIST)
		return fail(path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return fail(path);
	if (stat("/dev/ram0", &st))
		return fail("/dev/ram0");
	info.size = 4096;	/* KiB of each disk */
	if (ioctl(fd, SET_ARRAY_INFO, &info))
		return fail("SET_ARRAY_INFO");
	for (int i = 0; i < disks; i++) {
		mdu_disk_info_t disk = { .number = i, .major = major(st.st_rdev),
					 .minor = minor(st.st_rdev) + i, .raid_disk = i,
					 .state = 1 << 1 | 1 << 2 };

		if (ioctl(fd, ADD_NEW_DISK, &disk))
			return fail("ADD_NEW_DISK");
	}
	if (ioctl(fd, RUN_ARRAY, NULL))
		return fail("RUN_ARRAY");
	close(fd);
	return 0;
}

/* ---- net ---- */

static int open_wire(const char *name, struct sockaddr_ll *to)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htobe16(ETH_P_ALL));

	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	for (int i = 0; i < 500 && ioctl(fd, SIOCGIFFLAGS, &ifr); i++)
		usleep(10000);
	ifr.ifr_flags |= IFF_UP | IFF_PROMISC;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr) || ioctl(fd, SIOCGIFINDEX, &ifr))
		return -1;
	*to = (struct sockaddr_ll) { .sll_family = AF_PACKET, .sll_protocol = htobe16(ETH_P_ALL),
				     .sll_ifindex = ifr.ifr_ifindex };
	if (bind(fd, (struct sockaddr *)to, sizeof(*to)))
		return -1;
	return fd;
}

static unsigned int take_all(int fd)
{
	static uint8_t frame[2048];
	unsigned int n = 0;

	while (recv(fd, frame, sizeof(frame), MSG_DONTWAIT) > 0)
		n++;
	return n;
}

static int load_net(const char *a, const char *b, unsigned int frames)
{
	struct sockaddr_ll to[2];
	int fd[2] = { open_wire(a, &to[0]), open_wire(b, &to[1]) };
	unsigned int sent = 0, got = 0;
	uint64_t seed = 2463534242u;
	uint8_t frame[1514];

	if (fd[0] < 0 || fd[1] < 0)
		return fail("an interface");
	sleep(3);		/* e1000e reports its link only after some time */
	memset(frame, 0xff, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;	/* local experimental */
	while (sent < frames) {
		size_t len = 60 + draw(&seed) % (sizeof(frame) - 60);
		int i = sent & 1;

		if (sendto(fd[i], frame, len, 0, (struct sockaddr *)&to[i], sizeof(to[i])) > 0)
			sent++;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != ENETDOWN)
			return fail("sendto");
		got += take_all(fd[0]) + take_all(fd[1]);
	}
	sleep(1);
	got += take_all(fd[0]) + take_all(fd[1]);
	printf("load: net: %u frames sent, %u seen\n", sent, got);
	return got < frames / 2;
}

static int load_nets(const char *driver, unsigned int frames)
{
	struct names nics;

	return !wait_below(driver, "net", "", 2, &nics) || load_net(nics.v[0], nics.v[1], frames);
}

int main(int argc, char **argv)
{
	int err = 2;

	if (argc == 2 && !strcmp(argv[1], "modules"))
		err = load_modules();
	else if (argc == 4 && !strcmp(argv[1], "module"))
		err = load_module(argv[2], argv[3]);
	else if (argc == 4 && !strcmp(argv[1], "disk"))
		err = load_disk(argv[2], strtoul(argv[3], NULL, 0));
	else if (argc == 4 && !strcmp(argv[1], "disks"))
		err = load_disks(argv[2], strtoul(argv[3], NULL, 0));
	else if (argc == 4 && !strcmp(argv[1], "read"))
		err = load_read(argv[2], strtoul(argv[3], NULL, 0));
	else if (argc == 4 && !strcmp(argv[1], "nets"))
		err = load_nets(argv[2], strtoul(argv[3], NULL, 0));
	else if (argc == 5 && !strcmp(argv[1], "md"))
		err = load_md(argv[2], strtol(argv[3], NULL, 0), strtol(argv[4], NULL, 0));
	else if (argc == 5 && !strcmp(argv[1], "net"))
		err = load_net(argv[2], argv[3], strtoul(argv[4], NULL, 0));
	printf("load %s: %s\n", argc > 1 ? argv[1] : "", err ? "failed" : "done");
	return err;
}
