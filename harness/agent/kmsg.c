// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's log, live, in the form of a console. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "board.h"

#define RECORD_MAX	8192	/* a read() gives one record, and fails when it does not fit */
#define LOOK_MS		1000	/* so often it looks whether somebody reads */
#define LEVEL		5	/* as loglevel=5 of guests: what is below it is shown */

/* "LEVEL,SEQ,USEC,FLAGS;TEXT\n KEY=VALUE\n" (Documentation/ABI/testing/dev-kmsg). */
static void print_record(char *record, long long since)
{
	unsigned int prio;
	long long us;
	char *text = strchr(record, ';'), *end;

	if (!text || sscanf(record, "%u,%*u,%lld", &prio, &us) != 2 || (prio & 7) >= LEVEL ||
	    us <= since)
		return;
	end = strchr(text, '\n');
	if (end)
		*end = '\0';
	printf("[%5lld.%06lld] %s\n", us / 1000000, us % 1000000, text + 1);
}

int board_console(long long since)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[RECORD_MAX];

	if (fd < 0) {
		perror("dmatorture agent: /dev/kmsg");
		return BOARD_CANNOT;
	}
	if (since < 0)
		lseek(fd, 0, SEEK_END);
	while (board_is_read()) {
		struct pollfd log = { .fd = fd, .events = POLLIN };
		ssize_t n = read(fd, record, sizeof(record) - 1);

		if (n < 0 && errno == EPIPE) {
			printf("dmatorture agent: lines of the kernel's log were lost\n");
		} else if (n < 0 && errno == EAGAIN) {
			poll(&log, 1, LOOK_MS);
		} else if (n < 0 && errno != EINTR) {
			perror("dmatorture agent: /dev/kmsg");
			return BOARD_CANNOT;
		} else if (n > 0) {
			record[n] = '\0';
			print_record(record, since);
		}
		if (fflush(stdout))
			break;
	}
	close(fd);
	return BOARD_OK;
}
