// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the engine personality raid as a channel of the kernel's own async_tx, with the client
 * kmod/clients/asynctx: every operation is compared with the CPU's result. Catches an engine that
 * computes wrong results for some number of disks, size or offset, or in some world, and one that
 * async_tx does not take.
 *
 *   raid direct|strict [bounce]  operations and limits; chains whose parts overlap have wrong
 *                             results in a world that bounces, and only there
 *   raid faults               engines that fail, and what async_tx reports to its client
 *   raid one direct|strict ATTR=VALUE... : PARAM...
 *                             one engine with these attributes, and one run of the client
 *
 * /asynctx.ko is the client; /modules.late lists the kernel's modules.
 */
#include <stdbool.h>

#include "raid.h"

static int kmsg;
static const char *world;	/* the engine's DMA ops */
static bool bounces;

/* Unloads the modules that use channels. Others stay, as one of them measures when it is loaded. */
static int unload_async_tx(void)
{
	static const char *const names[] = {
		"async_raid6_recov", "async_pq", "async_xor", "async_memcpy", "async_tx",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (syscall(SYS_delete_module, names[i], O_NONBLOCK) && errno != ENOENT) {
			printf("raid: unload %s: %s\n", names[i], strerror(errno));
			return -errno;
		}
	return 0;
}

/* Reads the client's verdict since it was loaded. */
static bool passed(char *out, size_t size)
{
	char line[2048];
	ssize_t n;

	*out = '\0';
	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0) {
		char *text;

		line[n] = '\0';
		text = strstr(line, "asynctx: ");
		if (text && (strstr(text, "PASS") || strstr(text, "FAIL")))
			snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
	}
	return strstr(out, "PASS ");
}

static int client(const char *params)
{
	char said[512];
	bool ok;
	int err;

	passed(said, sizeof(said));	/* skip older lines */
	err = load("/asynctx.ko", params);
	ok = !err && passed(said, sizeof(said));
	printf("%s | %s\n", params, err ? strerror(-err) : *said ? said : "no verdict");
	syscall(SYS_delete_module, "asynctx", O_NONBLOCK);
	return !ok;
}

/* Starts an engine; async_tx uses it when this returns. */
static int start(const struct attr *attrs)
{
	int err = start_engine(world, attrs);

	if (!err) {
		err = load_late(NULL, NULL);
		if (err)
			printf("raid: modules: %s\n", strerror(-err));
	}
	return err;
}

static int stop(void)
{
	return unload_async_tx() || remove_engine("raid");
}

/* Did each kind of operation run? In a split chain there is no interrupt descriptor. */
static int each_kind_ran(bool interrupt)
{
	static const char *const kinds[] = {
		"memcpy", "xor", "xor_val", "pq", "pq_val", "interrupt"
	};
	int bad = count("access_faults") != 0;

	say_counts();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) - !interrupt; i++)
		if (count(kinds[i]) <= 0) {
			printf("raid: no %s on the engine\n", kinds[i]);
			bad = 1;
		}
	return bad;
}

/*
 * async_tx maps an operation while the one before it is still in flight. @overlap: that happens in
 * this order, so the result is wrong if data are in a bounce buffer meanwhile.
 */
static int chain(const char *order, bool overlap, const char *more)
{
	char params[256];

	snprintf(params, sizeof(params), "order=%s count=16 %s%s", order, more,
		 overlap && bounces ? " expect_wrong=-2 expect_unseen=-1" : "");
	return client(params);
}

static int legacy_orders(void)
{
	int bad = 0;

	bad |= chain("rcw", true, "");
	bad |= chain("rmw", true, "");
	bad |= chain("pq", true, "");
	bad |= chain("all", true, "");
	bad |= chain("recover", true, "disks=6");
	/* Nothing overlaps: there is one operation, or all of them only read. */
	bad |= chain("p-check", false, "");
	bad |= chain("p-or-q", false, "");
	bad |= chain("pq-check", false, "");
	return bad;
}

static int split_orders(const char *more)
{
	static const char *const orders[] = {
		"rcw", "rmw", "p-check", "pq", "p-or-q", "pq-check", "all"
	};
	char params[256];
	int bad = 0;

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		snprintf(params, sizeof(params), "order=%s split=1 count=24 vary=1 %s", orders[i], more);
		bad |= client(params);
	}
	return bad;
}

static int operations(void)
{
	static const struct attr no_continue[] = {
		{ "max_pq", "5" }, { "pq_continue", "0" }, { "max_xor", "3" }, { 0 }
	};
	static const struct attr channels[] = {
		{ "max_pq", "4" }, { "channels", "4" }, { "completion", "hardirq" }, { 0 }
	};
	static const struct attr aligned[] = { { "align", "64" }, { 0 } };
	static const struct attr private[] = { { "public", "0" }, { 0 } };
	int bad = 0;

	bad |= start(NULL) || legacy_orders() || split_orders("disks=16 size=4096 align=1") ||
	       split_orders("disks=5 size=65536 align=4") || each_kind_ran(true);
	bad |= stop();
	bad |= start(no_continue) || split_orders("disks=16 size=4096 align=1") || each_kind_ran(false);
	bad |= stop();
	bad |= start(channels) || split_orders("disks=9 threads=4 size=8192 align=1");
	bad |= stop();
	bad |= start(aligned) || split_orders("disks=6 size=4096 align=64") || each_kind_ran(false);
	bad |= stop();
	/* async_tx does not take this engine, so the CPU works; also tests the client itself. */
	bad |= start(private) || client("count=64 vary=1 disks=12") || count("memcpy");
	bad |= stop();
	return bad;
}

/*
 * An engine is removed while async_tx uses it: the CPU takes over. dmaengine makes the engine
 * private, so async_tx skips it when it drops its references, and they are never dropped.
 */
static int removed(void)
{
	int bad;

	world = "direct";
	bad = start(NULL) || client("count=16") || remove_engine("raid") ||
	      client("count=16 order=rcw") || client("count=16 order=pq-check") ||
	      unload_async_tx();
	syscall(SYS_delete_module, "dmatorture", O_NONBLOCK);
	if (!syscall(SYS_delete_module, "softdma", O_NONBLOCK)) {
		printf("raid: softdma went: dmaengine has learnt to put what it got\n");
		bad = 1;
	}
	return bad;
}

/*
 * Chains that are submitted as a whole. An operation for which async_tx itself waits must not fail,
 * as it panics then, and an engine must not refuse everything, as it asks for ever. Tests of that
 * need a guest each.
 */
static int faults(void)
{
	static const struct {
		const char *world;
		struct attr fault;
		const char *params;
	} of[] = {
		/* The error is lost, as callbacks of async_tx get no result. */
		{ "direct", { "fault_error", "3,100,0,-1" }, "order=rcw expect_wrong=-2" },
		{ "direct", { "fault_error", "3,100,0,-1" }, "order=pq expect_wrong=-2" },
		/* A check that did not run reports no mismatch. */
		{ "direct", { "fault_error", "3,100,0,-1" }, "order=p-check expect_unseen=-2" },
		{ "direct", { "fault_error", "3,100,0,-1" }, "order=pq-check expect_unseen=-2" },
		{ "direct", { "fault_masked", "3,100,0,-1" }, "order=rcw expect_wrong=-2" },
		{ "direct", { "fault_corrupt", "5,100,0,-1" }, "order=pq expect_wrong=-2" },
		{ "direct", { "fault_corrupt", "3,100,0,-1" }, "order=p-check expect_unseen=-2" },
		{ "direct", { "fault_corrupt", "3,100,0,-1" }, "order=pq-check expect_unseen=-2" },
		{ "direct", { "fault_delay", "2,100,0,-1" }, "order=all" },
		{ "direct", { "fault_delay", "2,100,0,-1" }, "order=all split=1" },
		{ "direct", { "fault_refuse", "5,100,0,-1" }, "order=all" },
		/*
		 * async_memcpy then copies with the CPU into what it has mapped FROM_DEVICE, and
		 * unmaps that afterwards, even if operations run one at a time.
		 */
		{ "direct", { "fault_refuse", "3,100,0,-1" }, "order=rcw split=1" },
		{ "strict", { "fault_refuse", "3,100,0,-1" }, "order=rcw split=1 expect_wrong=-2" },
		/* Nothing waits for a completion in the middle of a chain, so it may be lost. */
		{ "direct", { "fault_drop", "7,100,0,2" }, "order=rcw" },
		/* async_tx does not check maps: the engine gets the error as an address. */
		{ "strict", { "fault_map_fail", "9,100,0,-1" }, "order=rcw expect_wrong=-2" },
	};
	int bad = 0;

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		const struct attr attrs[] = { of[i].fault, { 0 } };
		char params[256];

		world = of[i].world;
		snprintf(params, sizeof(params), "count=16 %s", of[i].params);
		printf("%s=%s ", of[i].fault.name, of[i].fault.value);
		bad |= start(attrs) || client(params);
		bad |= stop();
	}
	return removed() || bad;
}

/* Takes attributes "NAME=VALUE"... up to ":", then the client's parameters. */
static int one(char **argv)
{
	struct attr attrs[16] = { 0 };
	char params[512] = "";
	int n = 0, bad;

	for (; *argv && strcmp(*argv, ":") && n < 15; argv++) {
		char *value = strchr(*argv, '=');

		if (!value)
			return 2;
		*value++ = '\0';
		attrs[n++] = (struct attr){ *argv, value };
	}
	while (*argv && *++argv)
		snprintf(params + strlen(params), sizeof(params) - strlen(params), "%s ", *argv);
	bad = start(attrs) || client(params);
	say_counts();
	return bad;
}

int main(int argc, char **argv)
{
	int bad;

	if (argc < 2)
		return 2;
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(argv[1], "faults")) {
		bad = faults();
	} else if (!strcmp(argv[1], "one") && argc > 3) {
		world = argv[2];
		bad = one(argv + 3);
	} else {
		world = argv[1];
		bounces = !strcmp(world, "strict") || argc > 2;
		bad = operations();
	}
	printf("raid %s: %s\n", argv[1], bad ? "not as expected" : "all as expected");
	return bad;
}
