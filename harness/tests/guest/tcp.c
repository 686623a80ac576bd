// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP between two interfaces of a driver that are connected: segments in pieces, pages of a file
 * (sendfile), whatever the driver offloads. Each has a network namespace, or the packets would
 * never leave the machine.
 *
 *   tcp BUS/DRIVER MB		one way by write, back by sendfile; what comes is compared
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "below.h"

#define PORT	5001
#define PIECE	65536

static int fail(const char *what)
{
	printf("tcp: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Byte @i of the stream. */
static uint8_t byte_at(uint64_t i)
{
	return (i * 2654435761u) >> 13;
}

static int bring_up(const char *name, const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr(address) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { 0 };
	int bad;

	snprintf(ifr.ifr_name, IFNAMSIZ, "%.15s", name);
	memcpy(&ifr.ifr_addr, &in, sizeof(in));
	bad = fd < 0 || ioctl(fd, SIOCSIFADDR, &ifr);
	in.sin_addr.s_addr = inet_addr("255.255.255.0");
	memcpy(&ifr.ifr_netmask, &in, sizeof(in));
	bad = bad || ioctl(fd, SIOCSIFNETMASK, &ifr);
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	bad = bad || ioctl(fd, SIOCSIFFLAGS, &ifr);
	if (bad)
		fail(name);
	close(fd);
	return bad;
}

/* Moves an interface to the network namespace of @pid. */
static int move(const char *name, pid_t pid)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
		struct rtattr a;
		uint32_t pid;
	} m = {
		.h = { .nlmsg_len = sizeof(m), .nlmsg_type = RTM_NEWLINK,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.i = { .ifi_index = if_nametoindex(name) },
		.a = { .rta_len = RTA_LENGTH(4), .rta_type = IFLA_NET_NS_PID },
		.pid = pid,
	};
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		uint8_t rest[256];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), bad = 0;

	if (fd < 0 || send(fd, &m, sizeof(m), 0) < 0 || recv(fd, &answer, sizeof(answer), 0) < 0) {
		bad = fail("netlink");
	} else if (answer.e.error) {
		errno = -answer.e.error;
		bad = fail(name);
	}
	close(fd);
	return bad;
}

/* Takes @bytes and compares them. */
static int take(int fd, uint64_t bytes)
{
	static uint8_t buf[PIECE];
	uint64_t at = 0;

	while (at < bytes) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n <= 0)
			return fail("read");
		for (ssize_t i = 0; i < n; i++)
			if (buf[i] != byte_at(at + i)) {
				printf("tcp: byte %llu is wrong\n", (unsigned long long)at + i);
				return 1;
			}
		at += n;
	}
	return 0;
}

static int give(int fd, uint64_t bytes)
{
	static uint8_t buf[PIECE];
	uint64_t at = 0;

	while (at < bytes) {
		size_t len = 1 + at * 7919 % sizeof(buf);
		ssize_t n;

		if (len > bytes - at)
			len = bytes - at;
		for (size_t i = 0; i < len; i++)
			buf[i] = byte_at(at + i);
		n = write(fd, buf, len);
		if (n <= 0)
			return fail("write");
		at += n;
	}
	return 0;
}

/* The same from the page cache: the driver maps pages of the file. */
static int give_file(int fd, uint64_t bytes)
{
	int file = open("/tmp/tcp.file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	off_t at = 0;
	int bad = file < 0 ? fail("/tmp/tcp.file") : give(file, bytes);

	while (!bad && (uint64_t)at < bytes)
		if (sendfile(fd, file, &at, bytes - at) <= 0)
			bad = fail("sendfile");
	close(file);
	unlink("/tmp/tcp.file");
	return bad;
}

static int serve(const char *name, uint64_t bytes)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, peer, bad;

	if (bring_up(name, "10.9.0.2"))
		return 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) || listen(fd, 1))
		return fail("listen");
	peer = accept(fd, NULL, NULL);
	if (peer < 0)
		return fail("accept");
	bad = take(peer, bytes) || give_file(peer, bytes);
	close(peer);
	close(fd);
	return bad;
}

/* The other side may have no link yet. */
static int call(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(PORT),
				  .sin_addr.s_addr = inet_addr("10.9.0.2") };

	for (int i = 0; i < 100; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd >= 0 && !connect(fd, (struct sockaddr *)&in, sizeof(in)))
			return fd;
		close(fd);
		usleep(200000);
	}
	return -1;
}

static int client(const char *name, uint64_t bytes)
{
	int fd, bad;

	if (bring_up(name, "10.9.0.1"))
		return 1;
	fd = call();
	if (fd < 0)
		return fail("connect");
	bad = give(fd, bytes) || take(fd, bytes);
	close(fd);
	return bad;
}

int main(int argc, char **argv)
{
	uint64_t bytes = argc == 3 ? strtoull(argv[2], NULL, 0) << 20 : 0;
	int here[2], there[2], bad, status = 1;
	struct names nics;
	pid_t pid;
	char c = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!bytes)
		return 2;
	if (!wait_below(argv[1], "net", "", 2, &nics) || pipe(here) || pipe(there))
		return 1;
	pid = fork();
	if (!pid) {
		/* says that it has a namespace, waits for its interface */
		if (unshare(CLONE_NEWNET))
			_exit(fail("unshare"));
		if (write(here[1], "x", 1) != 1 || read(there[0], &c, 1) != 1)
			_exit(1);
		_exit(serve(nics.v[1], bytes));
	}
	bad = pid < 0 || read(here[0], &c, 1) != 1 || move(nics.v[1], pid) ||
	      write(there[1], "x", 1) != 1 || client(nics.v[0], bytes);
	close(there[1]);
	if (bad && pid > 0)
		kill(pid, SIGKILL);
	if (pid > 0 && waitpid(pid, &status, 0) == pid)
		bad |= status != 0;
	/* the kernel gives the interface back some time after its namespace has gone */
	bad |= !wait_below(argv[1], "net", "", 2, &nics);
	printf("tcp %s: %s\n", argv[1], bad ? "failed" : "done");
	return bad;
}
