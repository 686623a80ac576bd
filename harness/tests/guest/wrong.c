// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has /wrongclient.ko commit classes of violations: "wrong CLASS...", each by the rules first and then
 * in the wrong way. Prints "wrong: CLASS: done" for each that could be done.
 */
#include <sys/syscall.h>

#include "guest.h"

#define GO "/sys/module/wrongclient/parameters/go"

/* The observer probes the functions of a provider once it has met that. */
static void let_it_be_probed(void)
{
	usleep(3000000);
}

static int go(void)
{
	int fd = open(GO, O_WRONLY);
	int err = fd < 0 || write(fd, "1", 1) != 1 ? -errno : 0;

	close(fd);
	return err;
}

/* Whoever probes the module holds it for a moment. */
static int unload(void)
{
	for (int i = 0; i < 100; i++) {
		if (!syscall(SYS_delete_module, "wrongclient", O_NONBLOCK))
			return 0;
		if (errno != EWOULDBLOCK)
			break;
		usleep(20000);
	}
	return -errno;
}

static int commit(const char *class, int right)
{
	int fd = open("/wrongclient.ko", O_RDONLY), err, gone;
	char params[96];

	snprintf(params, sizeof(params), "case=%s right=%d", class, right);
	if (fd < 0 || syscall(SYS_finit_module, fd, params, 0))
		return -errno;
	close(fd);
	let_it_be_probed();
	err = go();
	gone = unload();
	return err ? err : gone;
}

int main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++) {
		int err = commit(argv[i], 1);

		if (!err)
			err = commit(argv[i], 0);
		printf("wrong: %s: %s\n", argv[i], err ? strerror(-err) : "done");
		bad |= err;
	}
	return bad ? 1 : 0;
}
