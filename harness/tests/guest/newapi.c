// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads /newapi.ko (kmod/clients/newapi), which exports a mapping function that no observer knows,
 * and has it called: "newapi CALLS". The module is loaded twice, so that its function is found again.
 */
#include <sys/syscall.h>

#include "guest.h"

static int cycle(const char *calls)
{
	int fd = open("/newapi.ko", O_RDONLY), err;

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		return -errno;
	close(fd);
	usleep(500000);		/* the observer looks at new modules 50 times a second */
	err = put("/sys/module/newapi/parameters/calls", calls);
	usleep(500000);
	return syscall(SYS_delete_module, "newapi", 0) ? -errno : err;
}

int main(int argc, char **argv)
{
	const char *calls = argc > 1 ? argv[1] : "0";
	int err = cycle(calls);

	if (!err)
		err = cycle(calls);
	printf("newapi: %s\n", err ? strerror(-err) : "called");
	return err ? 1 : 0;
}
