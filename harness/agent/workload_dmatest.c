// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workload dmatest: the kernel's own dmatest.ko on the channels of the cell's engines. It
 * prints a summary line for each thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "workload.h"

struct found {
	unsigned int threads, summaries;	/* threads that were made, and that have ended */
	uint64_t tests, failures, kbs, ns;	/* sums over all threads; ns: of the longest */
	int err;				/* why a thread did not start */
};

static int set(struct workload *w, const char *name, const char *value)
{
	char *path = xasprintf("/sys/module/dmatest/parameters/%s", name);
	int err = write_text(path, value);

	if (err)
		workload_fail(w, "dmatest: %s = %.40s: %s", name, *value == '\n' ? "any" : value,
			      strerror(-err));
	free(path);
	return err;
}

/* Sets dmatest's parameters. It reads them when it gets channels: call this before. */
static int set_all(struct workload *w)
{
	static const struct {
		const char *option, *param;
		bool inverse;
	} same[] = {
		{ "iterations", "iterations", false }, { "threads", "threads_per_chan", false },
		{ "size", "test_buf_size", false }, { "sources", "xor_sources", false },
		{ "sources", "pq_sources", false }, { "draw", "norandom", true },
		{ "verify", "noverify", true },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]) && !err; i++) {
		const char *value = option_text(w, same[i].option);

		if (!*value)
			return -EINVAL;
		if (same[i].inverse)
			value = *value == '0' ? "1" : "0";
		err = set(w, same[i].param, value);
	}
	return err;
}

/* Gives dmatest all channels of the cell's engines, and none of other devices. */
static int take_channels(struct workload *w)
{
	int err = 0;

	for (unsigned int i = 0; i < w->nr_devices && !err; i++) {
		err = set(w, "device", w->devices[i]);
		if (!err)
			err = set(w, "channel", "\n");
	}
	return err;
}

/* "dmatest: dma0chan0-copy0: summary 9 tests, 0 failures 99.50 iops 1592 KB/s (0)" */
static void take_line(const char *line, struct found *f)
{
	const char *at = strstr(line, ": summary ");
	unsigned int tests, failures, threads;
	unsigned long long kbs;
	double iops;
	int err;

	if (at && sscanf(at, ": summary %u tests, %u failures %lf iops %llu KB/s (%d)", &tests,
			 &failures, &iops, &kbs, &err) == 5) {
		uint64_t ns = iops > 0 ? tests * 1e9 / iops : 0;

		f->summaries++;
		f->tests += tests;
		f->failures += failures;
		f->kbs += kbs;
		f->ns = ns > f->ns ? ns : f->ns;
		f->err = err ? err : f->err;
	}
	at = strstr(line, ": Added ");
	if (at && sscanf(at, ": Added %u threads using", &threads) == 1)
		f->threads += threads;
}

/* Reads the kernel's log. Call it often: a failed test logs up to 33 lines, the log is short. */
static void drain(int kmsg, struct found *f)
{
	char line[2048];
	ssize_t n;

	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		line[n > 0 ? n : 0] = '\0';
		if (strstr(line, "dmatest: "))
			take_line(line, f);
	}
}

/* Starts the tests and waits. A read of `run` also releases the channels when all has ended. */
static int run_all(struct workload *w, int kmsg, struct found *f)
{
	const struct timespec tick = { .tv_nsec = 10000000 };
	char word[8] = "Y";
	int err = set(w, "run", "1");

	while (!err && word[0] == 'Y') {
		workload_alive("tests", w->progress());
		nanosleep(&tick, NULL);
		drain(kmsg, f);
		err = read_line("/sys/module/dmatest/parameters/run", word, sizeof(word));
		if (err)
			workload_fail(w, "dmatest: run: %s", strerror(-err));
	}
	drain(kmsg, f);
	return err;
}

static int judge(struct workload *w, const struct found *f)
{
	if (!f->threads)
		return workload_fail(w, "dmatest tests nothing that these engines can do");
	if (f->err)
		return workload_fail(w, "dmatest: a thread could not begin: %s", strerror(-f->err));
	if (f->summaries != f->threads)
		return workload_fail(w, "dmatest: %u threads, and %u have said what came of them",
				     f->threads, f->summaries);
	w->checks = f->tests;
	w->checks_bad = f->failures;
	w->ns = f->ns;
	say_text(FRAME_WORKLOAD, "tests wrong=%llu checked=%llu threads=%u kbs=%llu",
		 (unsigned long long)f->failures, (unsigned long long)f->tests, f->threads,
		 (unsigned long long)f->kbs);
	return 0;
}

int workload_dmatest(struct workload *w)
{
	int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct found f = { 0 };
	int bad;

	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		bad = workload_fail(w, "/dev/kmsg cannot be read");
	else if (!w->nr_devices)
		bad = workload_fail(w, "dmatest wants an engine");
	else
		bad = late_load(w, "dmatest", "") || set_all(w) || take_channels(w) ||
		      run_all(w, kmsg, &f) || judge(w, &f);
	if (kmsg >= 0)
		close(kmsg);
	return bad;
}
