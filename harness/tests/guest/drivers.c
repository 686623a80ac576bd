// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own drivers on register models under an ordinary dmaengine client
 * (kmod/dmaclient). Catches a model or a bus that the driver cannot work with, a leak, and
 * a module that goes while it is in use.
 *
 *   drivers copy direct|strict   every controller: many verified copies
 *   drivers terminate direct      handed-over mappings, and every other time terminated
 *   drivers cycle HOW-MANY       loads and unloads, with copies under way
 *
 * /fslmodel.ko, /dmt_fsldma.ko and /dmaclient.ko are the modules.
 */
#include "raid.h"
#include "uapi/fslmodel.h"

#define WARM_UP	20		/* cycles before the measuring begins */
#define LEAK_KB	2048		/* over all cycles that follow */

static int kmsg;

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* Something holds it for a moment: a tracer, a thread that ends. */
static int unload_soon(const char *name)
{
	int err = unload(name);

	for (int i = 0; i < 100 && err == -EWOULDBLOCK; i++) {
		usleep(10000);
		err = unload(name);
	}
	return err;
}

/* dmaclient's last line since it was asked before. */
static int verdict(char *out, size_t size)
{
	char line[2048];
	ssize_t n;

	*out = '\0';
	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0) {
		char *text;

		line[n] = '\0';
		text = strstr(line, "dmaclient: ");
		if (text && (strstr(text, "PASS") || strstr(text, "FAIL")))
			snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
	}
	return !strstr(out, "PASS ");
}

static int put_model(const char *attr, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), FSLMODEL_CONFIGFS "/dut/%s", attr);
	return put(path, value);
}

static int make_model(const char *model, const char *ops, char device[64])
{
	int err = mkdir(FSLMODEL_CONFIGFS "/dut", 0755) ? -errno : 0, fd;
	ssize_t n;

	if (!err)
		err = put_model("model", model);
	if (!err)
		err = put_model("ops", ops);
	if (!err)
		err = put_model("live", "1");
	if (err)
		return err;
	fd = open(FSLMODEL_CONFIGFS "/dut/device", O_RDONLY);
	memset(device, 0, 64);
	n = fd < 0 ? -1 : read(fd, device, 63);
	close(fd);
	device[strcspn(device, "\n")] = '\0';
	return n > 0 ? 0 : -EIO;
}

static int say(const char *what, int err)
{
	printf("drivers: %s: %s\n", what, strerror(-err));
	return 1;
}

static int run_client(const char *device, const char *more)
{
	char params[256], said[512];
	int err, bad;

	snprintf(params, sizeof(params), "devices=%s context=softirq trust=1 %s", device, more);
	verdict(said, sizeof(said));
	err = load("/dmaclient.ko", params);
	if (err)
		return say(params, err);
	bad = verdict(said, sizeof(said));
	printf("%s | %s\n", params, *said ? said : "no verdict");
	unload_soon("dmaclient");
	return bad;
}

static int copy(const char *ops)
{
	static const char *const models[] = { "elo", "eloplus", "elo3" };
	static const char *const modes[] = { "size=4096", "size=131072 ops=16", "sync=1 ops=16" };
	int bad = 0, err;

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		char device[64], stats[1024] = "";
		int fd;

		err = make_model(models[i], ops, device);
		if (err)
			return say(models[i], err);
		for (size_t k = 0; k < sizeof(modes) / sizeof(modes[0]); k++)
			bad |= run_client(device, modes[k]);
		fd = open(FSLMODEL_CONFIGFS "/dut/stats", O_RDONLY);
		if (fd < 0 || read(fd, stats, sizeof(stats) - 1) <= 0)
			bad = 1;
		close(fd);
		printf("%s: %.*s\n", models[i], (int)strcspn(stats, "\n"), stats);
		bad |= !strstr(stats, " access_faults=0 ") || !strstr(stats, " errors=0 ");
		if (rmdir(FSLMODEL_CONFIGFS "/dut"))
			return say("rmdir", -errno);
	}
	printf("drivers copy %s: %s\n", ops, bad ? "NOT as expected" : "all as expected");
	return bad;
}

/* What is made of it is for who watches: the driver forgets mappings. */
static int terminate(const char *ops)
{
	char device[64];
	int err = make_model("eloplus", ops, device), bad;

	if (err)
		return say("eloplus", err);
	bad = run_client(device, "handover=1 terminate=2 size=4096 threads=1");
	if (rmdir(FSLMODEL_CONFIGFS "/dut"))
		return say("rmdir", -errno);
	return bad;
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

/* One in three times the directory goes while the client holds channels. */
static int one_cycle(unsigned int i)
{
	static const char *const models[] = { "elo", "eloplus", "elo3" };
	char device[64], params[128];
	int err = load("/fslmodel.ko", "");

	if (!err)
		err = load("/dmt_fsldma.ko", "");
	if (!err)
		err = make_model(models[i % 3], i & 1 ? "strict" : "direct", device);
	if (err)
		return say("make", err);
	snprintf(params, sizeof(params), "devices=%s hold=1 trust=1 size=65536", device);
	err = load("/dmaclient.ko", params);
	if (err)
		return say("dmaclient", err);
	usleep(i % 50 * 40);
	if (put_model("live", "0") != -EBUSY)
		return say("live=0 of a device that is held", -EINVAL);
	if (unload("dmt_fsldma") != -EWOULDBLOCK || unload("fslmodel") != -EWOULDBLOCK)
		return say("unload of a module that is in use", -EINVAL);
	if (i % 3 == 0 && rmdir(FSLMODEL_CONFIGFS "/dut"))
		return say("rmdir of a device that is held", -errno);
	err = unload_soon("dmaclient");
	if (err)
		return say("unload dmaclient", err);
	if (i % 3 == 1)
		err = put_model("live", "0");
	if (i % 3 && !err && rmdir(FSLMODEL_CONFIGFS "/dut"))
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
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		return say("/dev/kmsg", -errno);
	if (argc == 3 && !strcmp(argv[1], "copy"))
		return copy(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "terminate"))
		return terminate(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "cycle"))
		return cycle(strtoul(argv[2], NULL, 0));
	return say("usage", -EINVAL);
}
