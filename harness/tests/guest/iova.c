// SPDX-License-Identifier: GPL-2.0-only
/* Loads /iovaclient.ko with case=NAME and unloads it: "iova NAME...". */
#include <sys/syscall.h>

#include "guest.h"

static int cycle(const char *name)
{
	int fd = open("/iovaclient.ko", O_RDONLY);
	char params[64];

	snprintf(params, sizeof(params), "case=%s", name);
	if (fd < 0 || syscall(SYS_finit_module, fd, params, 0))
		return -errno;
	close(fd);
	return syscall(SYS_delete_module, "iovaclient", 0) ? -errno : 0;
}

int main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++) {
		int err = cycle(argv[i]);

		printf("iova: %s: %s\n", argv[i], err ? strerror(-err) : "done");
		bad |= err;
	}
	return bad ? 1 : 0;
}
