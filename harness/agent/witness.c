// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the console does not tell about the kernel's own witnesses: dma-debug's error counter
 * (it prints only some of its errors), whether dma-debug and lockdep are still on, and what
 * kmemleak finds at a guest's end. Nothing is sent about witnesses that a kernel does not have.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"

#define DMA_API		"/sys/kernel/debug/dma-api"
#define LOCKDEP		"/proc/lockdep_stats"
#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define WARN_ONCE	"/sys/kernel/debug/clear_warn_once"

/* Reports of a cell that are printed, 3 KB each on a slow console; the rest is only counted. */
#define NUM_ERRORS	"10"
/* kmemleak calls only objects of this age a leak (mm/kmemleak.c: MSECS_MIN_AGE). */
#define MIN_AGE_S	5

static uint64_t errors_before, entries_before;

static bool read_number(const char *path, uint64_t *n)
{
	char line[64];

	if (read_line(path, line, sizeof(line)) < 0)
		return false;
	*n = strtoull(line, NULL, 10);
	return true;
}

uint64_t witness_live_entries(void)
{
	uint64_t total = 0, unused = 0;

	if (!read_number(DMA_API "/nr_total_entries", &total) ||
	    !read_number(DMA_API "/num_free_entries", &unused))
		return 0;
	return total - unused;
}

/*
 * What the kernel says only once it says again in each cell: WARN_ONCE(), WARN_ON_ONCE(),
 * pr_warn_once() and printk_once() of the kernel itself, WARN_ON_ONCE() of modules. The rest of a
 * module is out of reach (kernel/panic.c: only the section .data.once of the kernel is cleared).
 */
void witness_begin(void)
{
	write_text(WARN_ONCE, "1");
	entries_before = witness_live_entries();
	read_number(DMA_API "/error_count", &errors_before);
	write_text(DMA_API "/num_errors", NUM_ERRORS);
}

/* dma-debug turns itself off for good when it has no memory for its entries. */
static void say_dma_debug(void)
{
	char disabled[8] = "", filter[64] = "";
	uint64_t now;

	if (access(DMA_API, F_OK))
		return;
	if (read_line(DMA_API "/disabled", disabled, sizeof(disabled)) < 0 ||
	    !read_number(DMA_API "/error_count", &now)) {
		say_text(FRAME_WITNESS, "name=dma-debug ran=0 why=its files in debugfs cannot be read");
		return;
	}
	if (disabled[0] != 'N') {
		say_text(FRAME_WITNESS, "name=dma-debug ran=0 why=it has disabled itself");
		return;
	}
	read_line(DMA_API "/driver_filter", filter, sizeof(filter));
	filter[strcspn(filter, " \n")] = '\0';
	say_text(FRAME_WITNESS, "name=dma-debug ran=1 reports=%" PRIu64 "%s%s", now - errors_before,
		 filter[0] ? " filter=" : "", filter);
}

/* True when lockdep is off: after its first report, or when its tables are full. */
static bool say_lockdep(void)
{
	static const char key[] = "debug_locks:";
	struct strbuf stats = STRBUF_INIT;
	const char *on;
	bool off;

	if (strbuf_read_file(&stats, LOCKDEP))
		return false;
	on = strstr(strbuf_str(&stats), key);
	off = !on || strtol(on + strlen(key), NULL, 10) != 1;
	strbuf_free(&stats);
	say_text(FRAME_WITNESS, off ? "name=lockdep ran=0 why=it has turned itself off"
				    : "name=lockdep ran=1");
	return off;
}

/*
 * A mapping that dma-debug still takes for live would spoil the next cell: when a page is mapped
 * again at the same address, a second unmap of it would find the entry of this cell.
 */
bool witness_end(void)
{
	say_dma_debug();
	return say_lockdep() || witness_live_entries() > entries_before;
}

/* Is it a function of the allocator? A leak's title names the function that called it. */
static bool allocates(const char *function)
{
	static const char *const prefixes[] = {
		"kmalloc", "__kmalloc", "kmem_cache_alloc", "__kmem_cache_alloc", "kmemleak_alloc",
		"slab_post_alloc", "krealloc", "kvmalloc", "__kvmalloc", "kvrealloc", "kmemdup",
		"kstrdup", "kasprintf", "kvasprintf", "__alloc_", "alloc_pages", "vmalloc",
		"__vmalloc", "vzalloc", "devm_kmalloc", "pcpu_alloc", "__get_free_pages",
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(function, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

/*
 * Parses "unreferenced object 0x... (size 64):", other lines, "backtrace...:", then
 * "[<...>] f+0x1/0x2 [m]". Sends a frame for each object, without what changes from run to
 * run. Returns how many.
 */
static uint64_t say_leaks(char *text)
{
	char *save = NULL, *size = NULL;
	bool wanted = false;
	uint64_t n = 0;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *at, function[80];

		if (!strncmp(line, "unreferenced object", 19)) {
			at = strstr(line, "(size ");
			size = at ? at + 6 : NULL;
			wanted = size;
			n++;
			continue;
		}
		at = strstr(line, "+0x");
		if (!wanted || !at)
			continue;
		*at = '\0';
		at = strrchr(line, ' ');
		snprintf(function, sizeof(function), "%s", at ? at + 1 : line);
		if (allocates(function))
			continue;
		say_text(FRAME_LEAK, "kmemleak: %.*s bytes of %s are unreferenced",
			 (int)strcspn(size, ")"), size, function);
		wanted = false;
	}
	return n;
}

void witness_leaks(void)
{
	const struct timespec age = { .tv_sec = MIN_AGE_S + 1 };
	struct strbuf found = STRBUF_INIT;
	uint64_t n;
	int err;

	if (access(KMEMLEAK, F_OK))
		return;
	/* What the console says from here on belongs to no cell. */
	write_text("/dev/kmsg", "<4>dmatorture: cell -1\n");
	nanosleep(&age, NULL);
	/* Scan twice: kmemleak does not report an object that changed since the last scan. */
	err = write_text(KMEMLEAK, "scan");
	if (!err)
		err = write_text(KMEMLEAK, "scan");
	if (!err)
		err = strbuf_read_file(&found, KMEMLEAK);
	if (err) {
		say_text(FRAME_WITNESS, "name=kmemleak ran=0 why=the scan failed: %s", strerror(-err));
	} else {
		if (found.len)
			fprintf(stderr, "dmatorture agent: %s\n", strbuf_str(&found));
		n = found.len ? say_leaks(found.s) : 0;
		say_text(FRAME_WITNESS, "name=kmemleak ran=1 reports=%" PRIu64, n);
	}
	strbuf_free(&found);
}
