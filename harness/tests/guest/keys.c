// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waits for input events of a driver's devices, and sends them LED events. Whoever runs the guest
 * types.
 *
 *   keys BUS/DRIVER EVENTS
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>

#include "below.h"

static int open_devices(const struct names *names, struct pollfd *fds)
{
	for (int i = 0; i < names->nr; i++) {
		char path[80];

		snprintf(path, sizeof(path), "/dev/input/%s", names->v[i]);
		fds[i] = (struct pollfd) { .fd = open(path, O_RDWR | O_CLOEXEC), .events = POLLIN };
		if (fds[i].fd < 0) {
			printf("keys: %s: %s\n", path, strerror(errno));
			return 1;
		}
	}
	return 0;
}

/* A device that has no LED drops it. */
static void blink(int fd, int on)
{
	const struct input_event led[2] = {
		{ .type = EV_LED, .code = LED_CAPSL, .value = on },
		{ .type = EV_SYN, .code = SYN_REPORT },
	};

	if (write(fd, led, sizeof(led)) < 0)
		printf("keys: LED: %s\n", strerror(errno));
}

int main(int argc, char **argv)
{
	unsigned long want = argc == 3 ? strtoul(argv[2], NULL, 0) : 0, got = 0;
	struct pollfd fds[BELOW_MAX];
	struct names names;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!want)
		return 2;
	if (!wait_below(argv[1], "input", "event", 1, &names) || open_devices(&names, fds))
		return 1;
	printf("keys: type\n");
	/* Time here says nothing of the host's: whoever started the guest has the limit. */
	while (got < want && poll(fds, names.nr, -1) > 0)
		for (int i = 0; i < names.nr; i++) {
			struct input_event e[16];
			ssize_t n = fds[i].revents ? read(fds[i].fd, e, sizeof(e)) : 0;

			got += n > 0 ? n / sizeof(e[0]) : 0;
			if (n > 0)
				blink(fds[i].fd, got & 1);
		}
	for (int i = 0; i < names.nr; i++)
		close(fds[i].fd);
	printf("keys %s, %d devices, %lu events: done\n", argv[1], names.nr, got);
	return 0;
}
