// SPDX-License-Identifier: GPL-2.0-only
/*
 * What perf stat and perf record would say about the time in which cells run: counters, and
 * the functions that took most of it. This uses the system call, because the program perf
 * needs the libraries of two interpreters.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent.h"
#include "lib/base/strbuf.h"

#define MAX_CPUS	8
#define RING_PAGES	64			/* a power of two */
#define PERIOD_NS	250000
#define MAX_SHOWN	25

static const struct counter {
	const char *name;
	uint32_t type;
	uint64_t config;
} counters[] = {
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
	{ "branch-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES },
	{ "cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK },
	{ "context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES },
	{ "page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS },
};

#define NR_COUNTERS	(sizeof(counters) / sizeof(counters[0]))

struct ring {
	int fd;
	struct perf_event_mmap_page *page;
};

static struct {
	bool opened;
	long cpus;
	int fds[NR_COUNTERS][MAX_CPUS];		/* -1: this counter does not exist */
	int errors[NR_COUNTERS];
	struct ring rings[MAX_CPUS];
	int ring_error;
	uint64_t *ips;				/* of all samples; 0: not in the kernel */
	size_t nr_ips;
	uint64_t lost;
} perf;

static int event_open(struct perf_event_attr *attr, int cpu)
{
	attr->size = sizeof(*attr);
	attr->disabled = 1;
	return syscall(SYS_perf_event_open, attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static void open_counters(int cpu)
{
	for (size_t i = 0; i < NR_COUNTERS; i++) {
		struct perf_event_attr attr = { .type = counters[i].type,
						.config = counters[i].config };

		perf.fds[i][cpu] = event_open(&attr, cpu);
		if (perf.fds[i][cpu] < 0)
			perf.errors[i] = errno;
	}
}

static void open_ring(int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = PERIOD_NS, .sample_type = PERF_SAMPLE_IP,
	};
	struct ring *r = &perf.rings[cpu];
	void *page;

	r->fd = event_open(&attr, cpu);
	if (r->fd < 0) {
		perf.ring_error = errno;
		return;
	}
	page = mmap(NULL, (RING_PAGES + 1) * sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
		    MAP_SHARED, r->fd, 0);
	if (page == MAP_FAILED)
		perf.ring_error = errno;
	else
		r->page = page;
}

static void switch_all(unsigned long how)
{
	for (long c = 0; c < perf.cpus; c++) {
		for (size_t i = 0; i < NR_COUNTERS; i++)
			if (perf.fds[i][c] >= 0)
				ioctl(perf.fds[i][c], how, 0);
		if (perf.rings[c].page)
			ioctl(perf.rings[c].fd, how, 0);
	}
}

void perf_begin(void)
{
	if (!perf.opened) {
		perf.opened = true;
		perf.cpus = sysconf(_SC_NPROCESSORS_ONLN);
		if (perf.cpus > MAX_CPUS)
			perf.cpus = MAX_CPUS;
		for (long c = 0; c < perf.cpus; c++) {
			open_counters(c);
			open_ring(c);
		}
	}
	switch_all(PERF_EVENT_IOC_ENABLE);
}

/* ---- samples ---- */

static void add_ip(uint64_t ip)
{
	if (!(perf.nr_ips & (perf.nr_ips - 1)))
		perf.ips =
			xrealloc(perf.ips, (perf.nr_ips ? perf.nr_ips * 2 : 1) * sizeof(*perf.ips));
	perf.ips[perf.nr_ips++] = ip;
}

/*
 * The 8 bytes at offset @at. Records wrap at the ring's end; as they are multiples of 8 bytes,
 * words do not.
 */
static uint64_t word_at(const struct ring *r, uint64_t at)
{
	size_t size = RING_PAGES * sysconf(_SC_PAGESIZE);
	uint64_t word;

	memcpy(&word, (const char *)r->page + sysconf(_SC_PAGESIZE) + at % size, sizeof(word));
	return word;
}

static void drain(struct ring *r)
{
	uint64_t head, tail;

	if (!r->page)
		return;
	head = atomic_load_explicit((_Atomic uint64_t *)&r->page->data_head, memory_order_acquire);
	tail = r->page->data_tail;
	while (tail < head) {
		uint64_t word = word_at(r, tail);
		struct perf_event_header h;

		memcpy(&h, &word, sizeof(h));
		if (!h.size)
			break;
		if (h.type == PERF_RECORD_SAMPLE)
			add_ip((h.misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_KERNEL ?
			       word_at(r, tail + 8) : 0);
		else if (h.type == PERF_RECORD_LOST)
			perf.lost += word_at(r, tail + 16);
		tail += h.size;
	}
	atomic_store_explicit((_Atomic uint64_t *)&r->page->data_tail, head, memory_order_release);
}

void perf_end(void)
{
	switch_all(PERF_EVENT_IOC_DISABLE);
	for (long c = 0; c < perf.cpus; c++)
		drain(&perf.rings[c]);
}

/* ---- functions ---- */

struct function {
	uint64_t at;
	const char *name;
	int len;		/* of the name, the module's included */
	uint64_t hits;
};

static int by_address(const void *a, const void *b)
{
	uint64_t x = ((const struct function *)a)->at, y = ((const struct function *)b)->at;

	return (x > y) - (x < y);
}

static int by_hits(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	if (x->hits != y->hits)
		return x->hits < y->hits ? 1 : -1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Reads lines "ffffffff81000000 T name\t[module]". The names point into @text. */
static size_t read_functions(const char *text, struct function **functions)
{
	struct function *v = NULL;
	size_t nr = 0;

	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		char *end;
		uint64_t at = strtoull(p, &end, 16);

		if (!at || end == p || end[0] != ' ' || !strchr("tTwW", end[1]))
			continue;
		if (!(nr & (nr - 1)))
			v = xrealloc(v, (nr ? nr * 2 : 1) * sizeof(*v));
		v[nr++] = (struct function){ .at = at, .name = end + 3,
					     .len = (int)strcspn(end + 3, "\n") };
	}
	if (nr)
		qsort(v, nr, sizeof(*v), by_address);
	*functions = v;
	return nr;
}

static void hit(struct function *v, size_t nr, uint64_t ip)
{
	size_t low = 0, high = nr;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (v[mid].at <= ip)
			low = mid;
		else
			high = mid;
	}
	if (nr && v[low].at <= ip)
		v[low].hits++;
}

static void add_function(struct strbuf *out, const struct function *f)
{
	strbuf_addf(out, "%6.2f %%  ", f->hits * 100.0 / perf.nr_ips);
	for (int i = 0; i < f->len; i++)
		strbuf_addc(out, f->name[i] == '\t' ? ' ' : f->name[i]);
	strbuf_addc(out, '\n');
}

static void add_functions(struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	struct function *v;
	uint64_t user = 0;
	size_t nr;

	if (perf.ring_error) {
		strbuf_addf(out, "no hot functions: %s\n", strerror(perf.ring_error));
		return;
	}
	strbuf_read_file(&text, "/proc/kallsyms");
	nr = read_functions(strbuf_str(&text), &v);
	for (size_t i = 0; i < perf.nr_ips; i++)
		if (perf.ips[i])
			hit(v, nr, perf.ips[i]);
		else
			user++;
	if (nr)
		qsort(v, nr, sizeof(*v), by_hits);
	strbuf_addf(out, "%zu samples of the software clock, one every %d us of a processor; %llu lost\n"
		    "(its interrupt waits while interrupts are off: what runs then is told as what\n"
		    "enables them again)\n", perf.nr_ips, PERIOD_NS / 1000, (unsigned long long)perf.lost);
	for (size_t i = 0; i < nr && i < MAX_SHOWN && v[i].hits; i++)
		add_function(out, &v[i]);
	if (user)
		strbuf_addf(out, "%6.2f %%  (outside of the kernel)\n", user * 100.0 / perf.nr_ips);
	free(v);
	strbuf_free(&text);
}

static void add_counter(struct strbuf *out, size_t i)
{
	uint64_t sum = 0, n;
	bool there = false;

	for (long c = 0; c < perf.cpus; c++)
		if (perf.fds[i][c] >= 0 && read(perf.fds[i][c], &n, sizeof(n)) == sizeof(n)) {
			sum += n;
			there = true;
		}
	if (there)
		strbuf_addf(out, "%13llu  %s%s\n", (unsigned long long)sum, counters[i].name,
			    counters[i].config == PERF_COUNT_SW_CPU_CLOCK &&
			    counters[i].type == PERF_TYPE_SOFTWARE ? ", ns" : "");
	else
		strbuf_addf(out, "%13s  %s: %s\n", "not counted", counters[i].name,
			    perf.errors[i] == ENOENT || perf.errors[i] == EOPNOTSUPP ?
			    "no such counter in this processor (TCG has none)" :
			    strerror(perf.errors[i]));
}

void perf_say(void)
{
	struct strbuf out = STRBUF_INIT;

	if (!perf.opened)
		return;
	for (size_t i = 0; i < NR_COUNTERS; i++)
		add_counter(&out, i);
	strbuf_addc(&out, '\n');
	add_functions(&out);
	send_frame(FRAME_PERF, out.s, out.len);
	strbuf_free(&out);
}
