// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the real driver talitos on register models.
 *
 *   talitos selftest OPS [MODEL [ATTR=VALUE]]  its algorithms register and pass the kernel's tests
 *   talitos xor OPS                   XOR of any number of sources and any length
 *   talitos busted OPS                planted faults are seen, and nothing else
 *   talitos cycle HOW-MANY            devices and modules are added and removed during work
 */
#include "fsl.h"

/* The number of algorithms that a node's masks allow, and of sources that an XOR can have. */
static const struct {
	const char *model;
	int algorithms, sources;
} models[] = {
	{ "sec2.1", 31, 3 }, { "sec3.0", 39, 6 }, { "sec3.1", 39, 6 }, { "sec3.3", 39, 6 },
};

#define NR_MODELS (sizeof(models) / sizeof(models[0]))

static void see_alg(const char *line, void *arg)
{
	(void)arg;
	if (strstr(line, "alg:") || strstr(line, "talitos") || strstr(line, "fslmodel") ||
	    strstr(line, "softdma"))
		printf("log: %s\n", line);
}

/* Counts the talitos entries in /proc/crypto, and those that passed the self-test. */
static int count_algorithms(int *passed, bool show)
{
	FILE *f = fopen("/proc/crypto", "r");
	char line[256], driver[128] = "";
	int n = 0;

	*passed = 0;
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "driver : %127s", driver) == 1)
			n += !!strstr(driver, "talitos");
		if (!strncmp(line, "selftest", 8) && strstr(driver, "talitos")) {
			bool ok = strstr(line, "passed");

			*passed += ok;
			if (show || !ok)
				printf("  %-44s %s", driver, strchr(line, ':') + 2);
		}
	}
	if (f)
		fclose(f);
	return n;
}

static bool selftest(const char *model, int algorithms, const char *ops, const char *settings)
{
	char device[64];
	int n, passed;
	bool bad;

	log_read(NULL, NULL);
	bad = fsl_start("sec", model, ops, settings, device);
	bad |= log_read(see_alg, NULL);
	n = count_algorithms(&passed, true);
	printf("selftest: %s %s: %d of %d algorithms passed; %lld descriptors, %lld errors, %lld refused, %lld said\n",
	       model, ops, passed, n, fsl_stat("sec", "submitted"), fsl_stat("sec", "errors"),
	       fsl_stat("sec", "access_faults"), fsl_stat("sec", "said"));
	bad |= !n || passed != n || (algorithms && n != algorithms);
	bad |= fsl_stop("sec");
	bad |= log_read(see_alg, NULL);
	return bad || count_algorithms(&passed, false);
}

/* ---- XOR ---- */

#define XOR_ALONE "types=0x200000 "

static bool client_passes(const char *device, const char *what, const char *more)
{
	char said[512];
	bool bad = run_client(device, more, said) || !strstr(said, "PASS ");

	if (bad)
		printf("BAD: %s | %s | %s\n", what, more, *said ? said : "no verdict");
	return !bad;
}

static bool xor_of(const char *model, int sources, const char *ops)
{
	static const char *const modes[] = {
		"", "poll=1", "sync=1", "terminate=5", "handover=1", "coherent=1",
		"threads=8 ops=100 size=512",
	};
	char device[64], what[64], more[128];
	bool bad = fsl_start("sec", model, ops, XOR_ALONE, device);

	snprintf(what, sizeof(what), "%s %s", model, ops);
	for (int n = 1; n <= sources && !bad; n++) {
		snprintf(more, sizeof(more), "sources=%d ops=24 size=65535 context=softirq", n);
		bad |= !client_passes(device, what, more);
		snprintf(more, sizeof(more), "sources=%d ops=48 size=%d", n, 16 << n);
		bad |= !client_passes(device, what, more);
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]) && !bad; i++) {
		snprintf(more, sizeof(more), "ops=32 context=softirq %s", modes[i]);
		bad |= !client_passes(device, what, more);
	}
	/* One source too many is the client's error, and must be refused. */
	snprintf(more, sizeof(more), "sources=%d ops=2 threads=1 expect_refused=2", sources + 1);
	if (sources < 6)
		bad |= !client_passes(device, what, more);
	printf("xor: %s %s: %lld xors, %lld errors, %lld refused, %lld said\n", model, ops,
	       fsl_stat("sec", "xor"), fsl_stat("sec", "errors"), fsl_stat("sec", "access_faults"),
	       fsl_stat("sec", "said"));
	bad |= fsl_stat("sec", "xor") <= 0 || fsl_stat("sec", "errors") ||
	       fsl_stat("sec", "access_faults") || fsl_stat("sec", "said");
	bad |= fsl_stop("sec") || log_read(see_alg, NULL);
	return bad;
}

/* ---- what goes wrong ---- */

static const struct {
	const char *fault, *value, *client;
	const char *says;	/* what the kernel must log; NULL: not checked */
	bool found_out;		/* the client itself says FAIL */
} faults[] = {
	/* faults of the model */
	{ "eu", "1,100,0,3", "expect_errors=3", "DESCBUF", false },
	{ "length", "1,100,0,3", "expect_errors=3", "DESCBUF", false },
	{ "lost_irq", "1,100,0,1", "threads=1 timeout_ms=100 expect_timeouts=-1", NULL, false },
	{ "spurious_irq", "1,100,0,20", "", NULL, false },
	{ "stuck", "1,100,0,1", "threads=1 timeout_ms=100 expect_timeouts=1", "is stuck", false },
	/* faults of the channel above the driver */
	{ "sixth", "1,100,0,-1", "sources=6 expect_wrong=-2", NULL, false },
	{ "no_deps", "1,100,0,-1", "", NULL, false },
	{ "force_ack", "1,100,0,-1", "threads=8 ops=100", NULL, true },
	{ "hide_error", "1,100,0,-1", "expect_wrong=3", "DESCBUF", false },
};

struct wanted {
	const char *says;
	bool seen, unit;	/* @says was seen; the unit's name was seen */
};

static void see_wanted(const char *line, void *arg)
{
	struct wanted *w = arg;

	w->seen |= w->says && strstr(line, w->says);
	w->unit |= strstr(line, "AESUISR") != NULL;
}

/* run_client() reads the log for the verdict; @w gets the other lines. */
static bool client_says(const char *device, const char *more, char said[512], struct wanted *w)
{
	int own = kmsg, copy = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	bool bad;

	lseek(copy, 0, SEEK_END);
	bad = run_client(device, more, said);
	kmsg = copy;
	log_read(see_wanted, w);
	close(copy);
	kmsg = own;
	return bad;
}

static bool with_fault(size_t i, const char *ops)
{
	char device[64], settings[128], more[128], said[512];
	struct wanted w = { .says = faults[i].says };
	long long hits;
	bool bad, eu = !strcmp(faults[i].fault, "hide_error");

	snprintf(settings, sizeof(settings), XOR_ALONE "fault_%s=%s%s", faults[i].fault,
		 faults[i].value, eu ? " fault_eu=1,100,0,3" : "");
	snprintf(more, sizeof(more), "ops=20 %s", faults[i].client);
	bad = fsl_start("sec", "sec3.0", ops, settings, device);
	bad |= client_says(device, more, said, &w) ||
	       !strstr(said, faults[i].found_out ? "FAIL " : "PASS ");
	snprintf(settings, sizeof(settings), "fault_%s", faults[i].fault);
	hits = fsl_stat("sec", settings);
	bad |= hits <= 0 || (w.says && !w.seen);
	printf("%s: %s %s: %lld times, %s| %s\n", bad ? "BAD" : "ok", faults[i].fault, ops, hits,
	       !w.says ? "" : !w.seen ? "the driver says NOTHING " : w.unit ? "the driver says so, and names the unit " :
	       "the driver says so, and names no unit ",
	       said);
	bad |= fsl_stop("sec") || log_read(NULL, NULL);
	return bad;
}

static bool busted(const char *ops)
{
	bool bad = false;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		bad |= with_fault(i, ops);
	return bad;
}

/* ---- coming and going ---- */

static int unload(const char *name)
{
	int err;

	for (int i = 0; i < 200; i++) {
		err = syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
		if (err != -EWOULDBLOCK && err != -EBUSY)
			break;
		usleep(10000);
	}
	return err;
}

static int load(const char *path, const char *params)
{
	int fd = open(path, O_RDONLY), err = 0;

	if (fd < 0 || syscall(SYS_finit_module, fd, params, 0))
		err = -errno;
	close(fd);
	return err;
}

/* The @i-th cycle: removes only the device, or the module too, while a client may use it. */
static bool one_cycle(int i)
{
	const char *ops = i & 1 ? "strict" : "direct";
	char device[64], params[128];
	int held, err;

	err = load("/mod/dmt_talitos.ko", "");
	if (!err)
		err = fsl_start("sec", models[i % NR_MODELS].model, ops, i % 10 ? XOR_ALONE : "", device);
	if (err)
		return true;
	snprintf(params, sizeof(params), "devices=%s hold=1 threads=4 size=4096", device);
	err = load("/dmaclient.ko", params);
	usleep(3000);
	held = syscall(SYS_delete_module, "dmt_talitos", O_NONBLOCK) ? -errno : 0;
	if (err || held != -EWOULDBLOCK) {
		printf("cycle: client %d, unload under it %d\n", err, held);
		return true;
	}
	err = unload("dmaclient");
	/* In half of the cycles, the driver is unloaded before its device is removed. */
	if (!err && i % 4 < 2)
		err = fsl_stop("sec");
	if (!err)
		err = unload("dmt_talitos");
	if (!err && i % 4 >= 2)
		err = fsl_stop("sec");
	if (err)
		printf("cycle %d: %s\n", i, strerror(-err));
	return err;
}

static bool cycle(int times)
{
	bool bad = unload("dmt_talitos");
	int i;

	for (i = 0; i < times && !bad; i++)
		bad |= one_cycle(i) || log_read(NULL, NULL);
	printf("cycle: %d of %d\n", i, times);
	return bad || i < times;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	bool bad = false;

	log_open();
	if (!strcmp(what, "selftest")) {
		for (size_t i = 0; i < NR_MODELS; i++)
			if (argc == 3 || !strcmp(argv[3], models[i].model))
				bad |= selftest(models[i].model, models[i].algorithms, argv[2],
						argc > 4 ? argv[4] : "");
	} else if (!strcmp(what, "xor")) {
		for (size_t i = 0; i < NR_MODELS; i++)
			if (argc == 3 || !strcmp(argv[3], models[i].model))
				bad |= xor_of(models[i].model, models[i].sources, argv[2]);
	} else if (!strcmp(what, "busted")) {
		bad = busted(argv[2]);
	} else if (!strcmp(what, "cycle")) {
		bad = cycle(atoi(argv[2]));
	} else {
		return 2;
	}
	printf("talitos %s: %s\n", what, bad ? "FAILED" : "ok");
	return bad;
}
