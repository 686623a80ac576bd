// SPDX-License-Identifier: GPL-2.0-only
/* The workload async_tx: asynctx.ko runs chains of operations and checks their results. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "workload.h"

struct found {
	unsigned int ok, wrong, unseen, timeouts, async, sync;
};

/* asynctx's verdict is its last line. */
static bool read_verdict(int kmsg, struct found *f)
{
	char line[512];

	return kernel_said(kmsg, "asynctx: ", line, sizeof(line)) &&
	       sscanf(line, "asynctx: %*s ok=%u wrong=%u unseen=%u timeouts=%u async=%u sync=%u",
		      &f->ok, &f->wrong, &f->unseen, &f->timeouts, &f->async, &f->sync) == 6;
}

/* The CPU's routines need lengths that are multiples of 512 bytes; engines do not. */
static unsigned int alignment(uint64_t size)
{
	unsigned int align = 512;

	while (size % align)
		align /= 2;
	return align;
}

static char *parameters(struct workload *w)
{
	static const char *const same[] = { "order", "disks", "size", "count", "split", "threads" };
	struct strbuf sb = STRBUF_INIT;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		strbuf_addf(&sb, "%s=%s ", same[i], option_text(w, same[i]));
	strbuf_addf(&sb, "wait=1 align=%u expect_wrong=-1 expect_unseen=-1 expect_timeouts=-1",
		    alignment(option_number(w, "size")));
	return strbuf_detach(&sb);
}

int workload_async(struct workload *w)
{
	int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char *params = parameters(w);
	struct found f;
	int bad = w->why[0];

	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		bad = workload_fail(w, "/dev/kmsg cannot be read");
	if (!bad)
		bad = late_load(w, "asynctx", params);
	bad = bad || workload_go(w, "asynctx", "chains");
	if (!bad && !read_verdict(kmsg, &f))
		bad = workload_fail(w, "asynctx %s: no verdict", params);
	if (!bad) {
		/*
		 * A chain that never ends counts as wrong, and so does a parity check that
		 * reported the wrong result.
		 */
		w->checks = f.ok + f.wrong + f.unseen + f.timeouts;
		w->checks_bad = f.wrong + f.unseen + f.timeouts;
		say_text(FRAME_WORKLOAD,
			 "chains wrong=%llu checked=%llu unseen=%u timeouts=%u async=%u sync=%u",
			 (unsigned long long)w->checks_bad, (unsigned long long)w->checks, f.unseen,
			 f.timeouts, f.async, f.sync);
	}
	if (kmsg >= 0)
		close(kmsg);
	free(params);
	return bad;
}
