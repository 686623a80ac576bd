// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and unloads both modules many times, while chains run, engines are removed under them, and
 * modules are unloaded at the wrong moment. Catches a leak (slab growth), a module that can be
 * unloaded while it is in use, and, on the console, code that runs after its module was unloaded.
 *
 *   modcycle [HOW-MANY [MS]]	MS: how long engines exist before they are used; they are
 *				used for a tenth of that
 */
#include <sys/syscall.h>
#include <sys/wait.h>

#include "guest.h"

#define WARM_UP	50		/* cycles before the measuring begins */
#define LEAK_KB	2048		/* growth allowed over all cycles that follow */

static long meminfo(const char *key)
{
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");
	long kb = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			kb = strtol(line + strlen(key), NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

static int die(const char *what, int err)
{
	printf("modcycle: %s: %s\n", what, strerror(-err));
	return 1;
}

/* Runs in the child: runs chains until the engines are gone or the time is over. */
static int client(uint8_t *program, uint32_t len, int ready, int go)
{
	char x;
	struct dmt_sums sums;
	int fd = open("/dev/dmatorture", O_RDWR);

	if (fd < 0 || write(fd, program, len) != (ssize_t)len)
		return 1;
	if (write(ready, "x", 1) != 1)
		return 1;
	if (ioctl(fd, DMT_IOC_RUN, &sums))
		return 1;
	/* Keep the executor in use until the parent has tried to unload it. */
	if (read(go, &x, 1) != 1)
		return 1;
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	uint32_t total = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000, nr, refusals = 0;
	uint32_t pause_ms = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	struct plan_cell *cells;
	long slab = 0, grown;
	size_t len;
	void *plan = read_whole("/plan", &len);
	int err;

	if (!plan || plan_read(plan, len, &cells, &nr) || !nr)
		return die("no programs in /plan", -EINVAL);
	err = unload_idle("dmatorture");
	if (!err)
		err = unload_idle("softdma");
	if (err)
		return die("first unload", err);

	for (uint32_t i = 0; i < total; i++) {
		const struct plan_cell *c = &cells[i % nr];
		uint8_t *program = malloc(c->program_len);
		struct dmt_header *h = (void *)program;
		char copy[64], xor[64], x;
		int ready[2], go[2], status;
		pid_t pid;

		memcpy(program, c->program, c->program_len);
		err = load_module("/mod/softdma.ko");
		if (!err)
			err = load_module("/mod/dmatorture.ko");
		if (!err)
			err = make_engine("copy", "fsl-dma", i & 1 ? "strict" : "direct", copy);
		if (!err)
			err = make_engine("xor", "talitos", i & 1 ? "strict" : "direct", xor);
		if (err)
			return die("load and make engines", err);
		set_devices(program, copy, xor);
		h->repeat = htole32(50);
		h->timeout_ms = htole32(100);
		h->wait_ms = htole32(10);
		usleep(pause_ms * 1000);
		if (pipe(ready) || pipe(go))
			return die("pipe", -errno);
		pid = fork();
		if (!pid)
			_exit(client(program, c->program_len, ready[1], go[0]));
		if (read(ready[0], &x, 1) != 1)
			return die("the client", -EIO);

		/* Both modules are in use, so neither can be unloaded. */
		refusals += unload_module("softdma") == -EWOULDBLOCK;
		refusals += unload_module("dmatorture") == -EWOULDBLOCK;
		if (write(go[1], "x", 1) != 1)
			return die("the client", -EIO);
		usleep(pause_ms * 100);
		if (i % 3 == 0)
			usleep(i % 200 * 5);	/* remove engines at various moments */
		if (i % 3 == 1)
			put_attr("copy", "live", "0");
		err = remove_engine("copy");
		if (!err)
			err = remove_engine("xor");
		if (err)
			return die("remove engines", err);
		if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
			return die("the client failed", -EIO);
		err = unload_idle("dmatorture");
		if (!err)
			err = unload_idle("softdma");
		if (err)
			return die("unload", err);
		close(ready[0]);
		close(ready[1]);
		close(go[0]);
		close(go[1]);
		free(program);
		if (i == WARM_UP)
			slab = meminfo("SUnreclaim:");
	}
	grown = meminfo("SUnreclaim:") - slab;
	printf("modcycle: %u cycles, %u early unloads refused, unreclaimable slab grew by %ld KiB\n",
	       total, refusals, grown);
	err = load_module("/mod/softdma.ko");
	if (!err)
		err = load_module("/mod/dmatorture.ko");
	return err || refusals != 2 * total || (total > WARM_UP && grown > LEAK_KB);
}
