// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the engines with an ordinary dmaengine client (kmod/clients/dmaclient), in every completion
 * context, with direct and strict mappings. Catches a provider that breaks a rule of dmaengine:
 * cookies, contexts, terminate, synchronize, acks.
 *
 *   clients          /dmaclient.ko is the client
 */
#include <sys/syscall.h>

#include "guest.h"

static int kmsg;

/* The client's last line since it was loaded. */
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

static int run_client(const char *devices, const char *more)
{
	char params[512], said[512];
	int fd = open("/dmaclient.ko", O_RDONLY), bad;

	snprintf(params, sizeof(params), "devices=%s %s", devices, more);
	verdict(said, sizeof(said));	/* skip older lines */
	if (fd < 0 || syscall(SYS_finit_module, fd, params, 0)) {
		printf("clients: %s: %s\n", params, strerror(errno));
		return 1;
	}
	close(fd);
	bad = verdict(said, sizeof(said));
	printf("%s | %s\n", params, *said ? said : "no verdict");
	syscall(SYS_delete_module, "dmaclient", 0);
	return bad;
}

static int with_engines(const char *ops, const char *completion, const char *fault,
			const char *value, const char *more)
{
	char copy[64], xor[64], both[160];
	int bad;

	/* These can be set only before make_engine() starts the engines. */
	if (mkdir(SOFTDMA_CONFIGFS "/copy", 0755) || mkdir(SOFTDMA_CONFIGFS "/xor", 0755) ||
	    put_attr("copy", "completion", completion) || put_attr("xor", "completion", completion) ||
	    put_attr("copy", "channels", "2") || put_attr("xor", "personality", "talitos") ||
	    put_attr("copy", "ops", ops) || put_attr("xor", "ops", ops) ||
	    (fault && put_attr("copy", fault, value)) ||
	    put_attr("copy", "live", "1") || put_attr("xor", "live", "1") ||
	    get_device("copy", copy) || get_device("xor", xor)) {
		printf("clients: engines: %s\n", strerror(errno));
		return 1;
	}
	/* Only the copier has the fault, and then the client uses only the copier. */
	snprintf(both, sizeof(both), fault ? "%s" : "%s,%s", copy, xor);
	bad = run_client(both, more);
	return remove_engine("copy") || remove_engine("xor") || bad;
}

int main(void)
{
	static const char *const contexts[] = { "hardirq", "softirq", "threaded", "workqueue" };
	static const char *const worlds[] = { "direct", "strict" };
	static const char *const modes[] = {
		"", "poll=1", "sync=1", "terminate=5", "handover=1", "coherent=1", "size=65535",
	};
	int bad = 0;

	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	for (size_t w = 0; w < 2; w++)
		for (size_t c = 0; c < 4; c++) {
			char more[128];

			for (size_t m = 0; m < sizeof(modes) / sizeof(modes[0]); m++) {
				snprintf(more, sizeof(more), "ops=24 context=%s %s", contexts[c], modes[m]);
				bad |= with_engines(worlds[w], contexts[c], NULL, NULL, more);
			}
			bad |= with_engines(worlds[w], contexts[c], "fault_drop", "1,100,0,3",
					    "ops=24 timeout_ms=50 expect_timeouts=-2");
			bad |= with_engines(worlds[w], contexts[c], "fault_error", "10,100,0,-1",
					    "ops=24 expect_errors=-2");
			bad |= with_engines(worlds[w], contexts[c], "fault_delay", "5,100,0,-1", "ops=24");
		}
	/* Test the client itself: it must see this error. */
	if (!with_engines("direct", "softirq", "fault_error", "10,100,0,-1", "ops=24")) {
		printf("clients: the client passes an engine that fails\n");
		bad = 1;
	}
	return bad;
}
