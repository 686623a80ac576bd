// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests each fault of an engine with an ordinary dmaengine client: the fault happens, the client
 * sees what it should, and the kernel survives. Catches a fault that never happens, one that
 * happens without being asked for, and one that harms more than the client.
 *
 *   busted           /dmaclient.ko is the client
 */
#include <stdbool.h>
#include <sys/syscall.h>

#include "guest.h"

enum worlds { BOTH, STRICT_ONLY };
enum client { PASSES, FAILS, EITHER };	/* the client's verdict on the engine */

static const struct {
	const char *fault, *value;
	const char *client;
	enum client says;
	enum worlds worlds;
} faults[] = {
	{ "start", "1,100,0,-1", "", PASSES, BOTH },
	{ "complete", "1,100,0,5", "expect_wrong=-2", PASSES, BOTH },
	{ "lost_dep", "1,100,0,-1", "", PASSES, BOTH },
	{ "locked", "1,100,0,-1", "", PASSES, BOTH },
	{ "locked_dep", "1,100,0,-1", "", PASSES, BOTH },
	{ "late", "1,100,0,-1", "terminate=3", FAILS, BOTH },
	{ "swap", "1,100,0,5", "", PASSES, BOTH },
	{ "invisible", "1,100,0,5", "", FAILS, BOTH },
	{ "masked", "1,100,0,5", "expect_wrong=-2", PASSES, BOTH },
	{ "residue", "1,100,0,-1", "poll=1", FAILS, BOTH },
	{ "leak", "1,100,0,-1", "handover=1 terminate=3 expect_wrong=-1", PASSES, BOTH },
	{ "recycle", "1,100,0,3", "timeout_ms=50 expect_timeouts=-2", EITHER, BOTH },
	{ "duplicate", "1,100,0,5", "", FAILS, BOTH },
	{ "after", "1,100,0,5", "expect_wrong=-1", PASSES, BOTH },
	{ "corrupt", "1,100,0,5", "expect_wrong=-2", PASSES, BOTH },
	{ "refuse", "1,100,0,5", "", PASSES, BOTH },
	{ "map_fail", "1,100,0,5", "expect_refused=-2", PASSES, STRICT_ONLY },
	{ "vanish", "1,100,16384,1", "timeout_ms=50 expect_timeouts=-2 expect_refused=-2", PASSES, BOTH },
};

#define NR_FAULTS (sizeof(faults) / sizeof(faults[0]))

static int kmsg;

/* Reads the client's last line since it was loaded. False: the kernel reported a problem. */
static bool read_log(char verdict[512])
{
	char line[2048];
	bool clean = true;
	ssize_t n;

	*verdict = '\0';
	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0) {
		char *text;

		line[n] = '\0';
		text = strstr(line, "dmaclient: ");
		if (text && (strstr(text, "PASS") || strstr(text, "FAIL")))
			snprintf(verdict, 512, "%.*s", (int)strcspn(text, "\n"), text);
		if (strstr(line, "BUG:") || strstr(line, "WARNING:") || strstr(line, "Call Trace") ||
		    strstr(line, "never unmapped")) {
			printf("busted: %s", line);
			clean = false;
		}
	}
	return clean;
}

static int run_client(const char *device, const char *more, char verdict[512])
{
	char params[512];
	int fd = open("/dmaclient.ko", O_RDONLY);

	snprintf(params, sizeof(params), "devices=%s ops=24 %s", device, more);
	if (fd < 0 || syscall(SYS_finit_module, fd, params, 0)) {
		printf("busted: %s: %s\n", params, strerror(errno));
		return 1;
	}
	close(fd);
	syscall(SYS_delete_module, "dmaclient", 0);
	return !read_log(verdict);
}

/* How often @fault happened; with NULL, how often any fault happened. */
static long counted(const char *stats, const char *fault)
{
	char key[64];
	const char *at;
	long sum = 0;

	if (!fault) {
		for (size_t i = 0; i < NR_FAULTS; i++)
			sum += counted(stats, faults[i].fault);
		return sum;
	}
	snprintf(key, sizeof(key), " fault_%s=", fault);
	at = strstr(stats, key);
	return at ? atol(at + strlen(key)) : -1;
}

static int read_stats(char stats[1024])
{
	int fd = open(SOFTDMA_CONFIGFS "/copy/stats", O_RDONLY);
	ssize_t n = read(fd, stats, 1023);

	close(fd);
	stats[n > 0 ? n : 0] = '\0';
	return n <= 0;
}

static int start(const char *ops, const char *completion, const char *fault, const char *value,
		 char device[64])
{
	char attr[64];

	snprintf(attr, sizeof(attr), "fault_%s", fault ? fault : "");
	if (mkdir(SOFTDMA_CONFIGFS "/copy", 0755) || put_attr("copy", "completion", completion) ||
	    put_attr("copy", "ops", ops) || put_attr("copy", "setup_ns", "2000000") ||
	    put_attr("copy", "fault_delay_ns", "20000") ||
	    (fault && put_attr("copy", attr, value)) || put_attr("copy", "live", "1") ||
	    get_device("copy", device)) {
		printf("busted: engine, fault %s: %s\n", fault ? fault : "none", strerror(errno));
		return 1;
	}
	return 0;
}

/* Runs the client with fault @i; NR_FAULTS: without a fault. */
static int with_fault(size_t i, const char *ops, const char *completion, const char *client)
{
	const char *fault = i < NR_FAULTS ? faults[i].fault : NULL;
	enum client says = i < NR_FAULTS ? faults[i].says : PASSES;
	char device[64], verdict[512] = "", stats[1024];
	int bad;

	if (start(ops, completion, fault, fault ? faults[i].value : NULL, device))
		return 1;
	bad = run_client(device, client, verdict) || read_stats(stats);
	bad |= says != EITHER && (strstr(verdict, "PASS ") ? PASSES : FAILS) != says;
	bad |= fault ? counted(stats, fault) <= 0 || counted(stats, NULL) != counted(stats, fault)
		     : counted(stats, NULL) != 0;
	printf("%s: %s %s %s: %ld times, %s\n", bad ? "BAD" : "ok", fault ? fault : "none", ops,
	       completion, counted(stats, fault), *verdict ? verdict : "no verdict");
	bad |= remove_engine("copy") != 0;
	return bad | !read_log(verdict);
}

int main(void)
{
	static const char *const contexts[] = { "hardirq", "softirq", "threaded", "workqueue" };
	static const char *const modes[] = { "", "terminate=3", "handover=1 terminate=3", "poll=1" };
	int bad = 0;

	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	lseek(kmsg, 0, SEEK_END);
	for (int w = 0; w < 2; w++)
		for (size_t c = 0; c < 4; c++) {
			const char *ops = w ? "strict" : "direct";

			for (size_t i = 0; i < NR_FAULTS; i++)
				if (w || faults[i].worlds == BOTH)
					bad |= with_fault(i, ops, contexts[c], faults[i].client);
			for (size_t m = 0; m < sizeof(modes) / sizeof(modes[0]); m++)
				bad |= with_fault(NR_FAULTS, ops, contexts[c], modes[m]);
		}
	printf("busted: %s\n", bad ? "FAILED" : "all as expected");
	return bad;
}
