// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workload crypto: cryptoclient.ko makes talitos encrypt and hash, and compares the results
 * with those of the kernel's own implementation. If asked for, dmaclient.ko keeps the xor
 * channel busy at the same time.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "workload.h"

static const struct algorithm {
	const char *word, *alg, *driver;
	unsigned int keylen;
} algorithms[] = {
	{ "aes-ecb", "ecb(aes)", "ecb-aes-talitos", 16 },
	{ "aes-cbc", "cbc(aes)", "cbc-aes-talitos", 32 },
	{ "aes-ctr", "ctr(aes)", "ctr-aes-talitos", 24 },
	{ "md5", "md5", "md5-talitos", 0 },
	{ "sha1", "sha1", "sha1-talitos", 0 },
	{ "sha256", "sha256", "sha256-talitos", 0 },
	{ "hmac-sha1", "hmac(sha1)", "hmac-sha1-talitos", 20 },
	{ "hmac-sha256", "hmac(sha256)", "hmac-sha256-talitos", 64 },
};

struct found {
	unsigned int ok, wrong, errors;
	unsigned long long bytes;
};

static char *parameters(struct workload *w, const struct algorithm *a)
{
	static const char *const shapes[] = { "apart", "shared", "in-place", "twice" };
	const char *shape = option_text(w, "shape");
	int k = -1;

	for (int i = 0; i < 4; i++)
		if (!strcmp(shape, shapes[i]))
			k = i;
	return xasprintf("alg=%s driver=%s keylen=%u size=%s count=%s threads=%s shape=%d", a->alg,
			 a->driver, a->keylen, option_text(w, "size"), option_text(w, "count"),
			 option_text(w, "threads"), k);
}

/* Starts the client of the xor channel, which works until it is unloaded. */
static int start_xor(struct workload *w)
{
	char *params = xasprintf("devices=%s hold=1 threads=2", w->device);
	int bad = late_load(w, "dmaclient", params);

	free(params);
	return bad;
}

static int stop_xor(struct workload *w, int kmsg)
{
	unsigned int ok, errors, timeouts, wrong;
	char line[512];

	if (late_unload_one("dmaclient"))
		return workload_fail(w, "dmaclient cannot be unloaded");
	if (!kernel_said(kmsg, "dmaclient: ", line, sizeof(line)) ||
	    sscanf(line, "dmaclient: %*s channels=%*u ok=%u errors=%u timeouts=%u wrong=%u", &ok,
		   &errors, &timeouts, &wrong) != 4)
		return workload_fail(w, "dmaclient: no verdict");
	say_text(FRAME_WORKLOAD, "xors wrong=%u checked=%u", errors + timeouts + wrong,
		 ok + errors + timeouts + wrong);
	w->checks += ok + errors + timeouts + wrong;
	w->checks_bad += errors + timeouts + wrong;
	return 0;
}

/* Loads the modules of the kernel's own implementation, where they are not built in. */
static int load_modes(struct workload *w)
{
	static const char *const modes[] = { "ecb", "ctr" };
	int bad = 0;

	for (size_t i = 0; !bad && i < sizeof(modes) / sizeof(modes[0]); i++) {
		char *path = xasprintf("mod/%s.ko", modes[i]);

		if (!access(path, R_OK))
			bad = late_load(w, modes[i], "");
		free(path);
	}
	return bad;
}

static int with_algorithm(struct workload *w, int kmsg, const struct algorithm *a)
{
	char *params = parameters(w, a), line[512];
	bool beside = option_number(w, "beside-xor");
	struct found f;
	int bad = w->why[0] || load_modes(w) || late_load(w, "cryptoclient", params) ||
		  (beside && start_xor(w)) || workload_go(w, "cryptoclient", "requests");

	if (!bad && (!kernel_said(kmsg, "cryptoclient: ", line, sizeof(line)) ||
		     sscanf(line, "cryptoclient: ok=%u wrong=%u errors=%u bytes=%llu", &f.ok,
			    &f.wrong, &f.errors, &f.bytes) != 4))
		bad = workload_fail(w, "cryptoclient %s: no verdict", params);
	free(params);
	if (bad)
		return 1;
	w->checks += f.ok + f.wrong + f.errors;
	w->checks_bad += f.wrong + f.errors;
	say_text(FRAME_WORKLOAD, "requests wrong=%u checked=%u errors=%u bytes=%llu",
		 f.wrong + f.errors, f.ok + f.wrong + f.errors, f.errors, f.bytes);
	if (beside)
		return stop_xor(w, kmsg);
	say_text(FRAME_WORKLOAD, "xors wrong=0 checked=0");
	return 0;
}

int workload_crypto(struct workload *w)
{
	int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), bad = 0;
	const char *word = option_text(w, "algorithm");
	const struct algorithm *a = NULL;

	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (!strcmp(algorithms[i].word, word))
			a = &algorithms[i];
	if (!a)
		bad = workload_fail(w, "no algorithm %s", word);
	else if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		bad = workload_fail(w, "/dev/kmsg cannot be read");
	else
		bad = with_algorithm(w, kmsg, a);
	if (kmsg >= 0)
		close(kmsg);
	return bad;
}
