// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes the bus masters from their driver while they copy, and unloads the driver at the wrong
 * moment. Catches a driver that can be unloaded while a client has its channel, memory that is used
 * after the driver's remove, and, on the console, an interrupt or a tasklet that comes after it.
 *
 *   mastercycle [HOW-MANY]
 */
#include <dirent.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "guest.h"

#define DRIVER	"/sys/bus/pci/drivers/edudma"
#define CHANNELS "/sys/class/dma"

static int die(const char *what, int err)
{
	printf("mastercycle: %s: %s\n", what, strerror(-err));
	return 1;
}

/* Finds a channel that somebody has, and the name of its device. */
static bool in_use(char device[64])
{
	DIR *d = opendir(CHANNELS);
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d))) {
		char path[512], text[8] = "", *real, *slash;
		int fd;

		snprintf(path, sizeof(path), CHANNELS "/%s/in_use", e->d_name);
		fd = e->d_name[0] == '.' ? -1 : open(path, O_RDONLY);
		if (fd < 0)
			continue;
		found = read(fd, text, sizeof(text) - 1) > 0 && atoi(text) > 0;
		close(fd);
		snprintf(path, sizeof(path), CHANNELS "/%s/device", e->d_name);
		real = found ? realpath(path, NULL) : NULL;
		slash = real ? strrchr(real, '/') : NULL;
		if (slash)
			snprintf(device, 64, "%s", slash + 1);
		free(real);
	}
	if (d)
		closedir(d);
	return found;
}

/* Runs in the child: copies until the device is gone or the time is over. */
static int client(const struct plan_cell *c)
{
	uint8_t *program = malloc(c->program_len);
	struct dmt_header *h = (void *)program;
	struct dmt_sums sums;
	int fd = open("/dev/dmatorture", O_RDWR);

	memcpy(program, c->program, c->program_len);
	h->repeat = htole32(1000);
	h->timeout_ms = htole32(3000);
	h->wait_ms = htole32(2000);
	if (fd < 0 || write(fd, program, c->program_len) != (ssize_t)c->program_len)
		return 1;
	if (ioctl(fd, DMT_IOC_RUN, &sums))
		return 1;
	/* Nothing may be lost: an engine that has gone gives its descriptors back. */
	return sums.status != -ETIMEDOUT && sums.status != 0;
}

int main(int argc, char **argv)
{
	uint32_t total = argc > 1 ? strtoul(argv[1], NULL, 0) : 20, nr, refused = 0;
	struct plan_cell *cells;
	size_t len;
	void *plan = read_whole("/plan", &len);
	int err;

	if (!plan || plan_read(plan, len, &cells, &nr) || !nr)
		return die("no programs in /plan", -EINVAL);
	for (uint32_t i = 0; i < total; i++) {
		char device[64] = "";
		int status;
		pid_t pid = fork();

		if (!pid)
			_exit(client(&cells[i % nr]));
		for (int k = 0; k < 1000 && !in_use(device); k++)
			usleep(1000);
		if (!device[0])
			return die("nobody takes a channel", -ETIMEDOUT);
		usleep(i * 37 % 500 * 1000);	/* at various moments of a copy */
		refused += unload_module("edudma") == -EWOULDBLOCK;
		if (i & 1) {
			err = put(DRIVER "/unbind", device);
			if (!err)
				err = put(DRIVER "/bind", device);
			if (err)
				return die("unbind and bind", err);
		}
		if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
			return die("the client failed", -EIO);
		err = unload_idle("edudma");
		if (!err)
			err = load_module("/mod/edudma.ko");
		if (err)
			return die("unload and load", err);
	}
	printf("mastercycle: %u cycles, %u early unloads refused\n", total, refused);
	return refused != total;
}
