// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the kernel's own drivers on register models with an ordinary dmaengine client
 * (kmod/clients/dmaclient). Catches a model or a bus that the driver cannot work with, a leak, and
 * a module that can be unloaded while it is in use.
 *
 *   drivers copy direct|strict   every controller: many verified copies
 *   drivers terminate direct     mappings are handed over, and every other time terminated
 *   drivers cycle HOW-MANY       loads and unloads, with copies under way
 *
 * /fslmodel.ko, /dmt_fsldma.ko and /dmaclient.ko are the modules.
 */
#include "fsl.h"

#define DUT	"dut"
#define WARM_UP	20		/* cycles before the measuring begins */
#define LEAK_KB	2048		/* growth allowed over all cycles that follow */

static int load(const char *path, const char *params)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || (syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST))
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* Unloads a module, with retries, as a tracer or an ending thread may hold it for a moment. */
static int unload_soon(const char *name)
{
	int err = unload(name);

	for (int i = 0; i < 100 && err == -EWOULDBLOCK; i++) {
		usleep(10000);
		err = unload(name);
	}
	return err;
}

static int say(const char *what, int err)
{
	printf("drivers: %s: %s\n", what, strerror(-err));
	return 1;
}

static bool client_fails(const char *device, const char *more)
{
	char params[256], said[512];
	bool bad;

	snprintf(params, sizeof(params), "context=softirq trust=1 %s", more);
	bad = run_client(device, params, said) || !strstr(said, "PASS ");
	printf("%s | %s\n", params, *said ? said : "no verdict");
	return bad;
}

static int copy(const char *ops)
{
	static const char *const models[] = { "elo", "eloplus", "elo3" };
	static const char *const modes[] = { "size=4096", "size=131072 ops=16", "sync=1 ops=16" };
	bool bad = false;

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		char device[64];
		int err = fsl_start(DUT, models[i], ops, "", device);

		if (err)
			return say(models[i], err);
		for (size_t k = 0; k < sizeof(modes) / sizeof(modes[0]); k++)
			bad |= client_fails(device, modes[k]);
		printf("%s: %lld links, %lld bytes\n", models[i], fsl_stat(DUT, "memcpy"),
		       fsl_stat(DUT, "bytes"));
		bad |= fsl_stat(DUT, "memcpy") <= 0 || fsl_stat(DUT, "access_faults") ||
		       fsl_stat(DUT, "errors") || fsl_stat(DUT, "said");
		err = fsl_stop(DUT);
		if (err)
			return say("stop", err);
	}
	printf("drivers copy %s: %s\n", ops, bad ? "NOT as expected" : "all as expected");
	return bad;
}

/* The driver loses mappings here. The observer reports that; this program does not check it. */
static int terminate(const char *ops)
{
	char device[64];
	int err = fsl_start(DUT, "eloplus", ops, "", device);
	bool bad;

	if (err)
		return say("eloplus", err);
	bad = client_fails(device, "handover=1 terminate=2 size=4096 threads=1");
	err = fsl_stop(DUT);
	return err ? say("stop", err) : bad;
}

static long slab_kb(void)
{
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");
	long kb = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "SUnreclaim:", 11))
			kb = strtol(line + 11, NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

/* One time in three, the directory is removed while the client holds channels. */
static int one_cycle(unsigned int i)
{
	static const char *const models[] = { "elo", "eloplus", "elo3" };
	char device[64], params[128], path[256];
	int err = load("/fslmodel.ko", "");

	if (!err)
		err = load("/dmt_fsldma.ko", "");
	if (!err)
		err = fsl_start(DUT, models[i % 3], i & 1 ? "strict" : "direct", "", device);
	if (err)
		return say("start", err);
	snprintf(params, sizeof(params), "devices=%s hold=1 trust=1 size=65536", device);
	err = load("/dmaclient.ko", params);
	if (err)
		return say("dmaclient", err);
	usleep(i % 50 * 40);
	fsl_path(path, DUT, "live");
	if (put(path, "0") != -EBUSY)
		return say("live=0 of a device that is held", -EINVAL);
	if (unload("dmt_fsldma") != -EWOULDBLOCK || unload("fslmodel") != -EWOULDBLOCK)
		return say("unload of a module that is in use", -EINVAL);
	fsl_path(path, DUT, NULL);
	if (i % 3 == 0 && rmdir(path))
		return say("rmdir of a device that is held", -errno);
	err = unload_soon("dmaclient");
	if (!err && i % 3 == 1)
		err = fsl_stop(DUT);
	if (!err && i % 3 == 2 && rmdir(path))
		err = -errno;
	if (!err)
		err = unload_soon("dmt_fsldma");
	if (!err)
		err = unload_soon("fslmodel");
	return err ? say("unload", err) : 0;
}

static int cycle(unsigned int total)
{
	long slab = 0, grown;
	int bad = unload_soon("dmt_fsldma") || unload_soon("fslmodel");

	for (unsigned int i = 0; i < total && !bad; i++) {
		bad = one_cycle(i);
		if (i == WARM_UP)
			slab = slab_kb();
	}
	grown = slab_kb() - slab;
	printf("drivers: %u cycles, unreclaimable slab grew by %ld KiB\n", total, grown);
	bad |= total > WARM_UP && grown > LEAK_KB;
	printf("drivers cycle: %s\n", bad ? "NOT as expected" : "all as expected");
	return bad;
}

int main(int argc, char **argv)
{
	int err = load("/fslmodel.ko", "");

	if (!err)
		err = load("/dmt_fsldma.ko", "");
	if (err)
		return say("modules", err);
	log_open();
	if (argc == 3 && !strcmp(argv[1], "copy"))
		return copy(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "terminate"))
		return terminate(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "cycle"))
		return cycle(strtoul(argv[2], NULL, 0));
	return say("usage", -EINVAL);
}
