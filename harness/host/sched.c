// SPDX-License-Identifier: GPL-2.0-only
/* Gives cells to guests, watches these, and starts another guest for the cells of a dead one. */
#include "sched.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "board/session.h"
#include "boot_file.h"
#include "intake.h"
#include "lib/program/plan.h"
#include "progress.h"

#define TICK_MS		20

/*
 * Some cells have guests of their own. Workloads need more files in the guest, and md keeps what
 * it took. The time when a disk answers depends on the host, so guests with a disk do not repeat
 * exactly. The real drivers are loaded only for the cells that need them. A plugin that
 * watches the CPU makes a guest slower.
 */
enum group_kind {
	GROUP_PROGRAMS, GROUP_WATCHED, GROUP_WORKLOADS, GROUP_DISK, GROUP_DRIVERS,
	GROUP_DRIVERS_WORK, GROUP__COUNT
};
#define NR_GROUPS	(GROUP__COUNT * WORLD__COUNT)

/* Prefixes of the guests' names. */
static const char *const group_prefix[GROUP__COUNT] = {
	"", "watched-", "workloads-", "disk-", "drivers-", "drivers-workloads-"
};

/* The cells of one world and kind, and the guest that works on them. */
struct group {
	struct run *run;
	const struct sched_opts *opts;
	enum world world;
	enum group_kind kind;
	uint32_t *pending;	/* cells to run, in order */
	uint32_t nr_pending;
	unsigned int attempts;
	unsigned int idle_deaths;	/* guests in a row that ended before they began a cell */
	struct vm_opts vm_opts;
	struct session *session;
	struct boot *boot;	/* about @session; moved into run->boots at its end */
	struct intake in;	/* of @boot */
	struct timespec start;
	char *dir;
};

static volatile sig_atomic_t stop_signal;

static void on_signal(int sig)
{
	stop_signal = sig;
}

static void build_plan(struct group *g, struct strbuf *plan)
{
	struct plan_cell *cells = xcalloc(g->nr_pending, sizeof(*cells));

	for (uint32_t i = 0; i < g->nr_pending; i++) {
		const struct cell *cell = &g->run->cells[g->pending[i]];

		cells[i] = (struct plan_cell) {
			.index = g->pending[i],
			.setup = strbuf_str(&cell->setup),
			.setup_len = cell->setup.len,
			.program = (const uint8_t *)strbuf_str(&cell->program),
			.program_len = cell->program.len,
		};
	}
	plan_write(plan, cells, g->nr_pending);
	free(cells);
}

void sched_give_up(struct run *run, const struct boot *boot, bool died_early, const uint32_t *cells,
		   uint32_t nr)
{
	const char *title = boot->title[0] ? boot->title : NULL;

	for (uint32_t i = 0; i < nr; i++) {
		struct cell_result *r = &run->results[cells[i]];

		if (died_early)
			splats_add(&r->splats, WITNESS_BUG, boot->title);
		r->not_run = xasprintf("guest %s: %s%s%s", boot->name, vm_fate_name(boot->fate),
				       title ? ": " : "", title ?: "");
		intake_judge(run, cells[i]);
	}
}

/* Marks the cells that are left as not run, because of @why. */
static void give_up(struct group *g, const char *why)
{
	for (uint32_t i = 0; i < g->nr_pending; i++) {
		struct cell_result *r = &g->run->results[g->pending[i]];

		r->not_run = xstrdup(why);
		intake_judge(g->run, g->pending[i]);
	}
	g->nr_pending = 0;
}

static void keep_boot(struct group *g)
{
	struct run *run = g->run;

	run->boots = xrealloc(run->boots, (run->nr_boots + 1) * sizeof(*run->boots));
	run->boots[run->nr_boots++] = *g->boot;
	free(g->boot);
	g->boot = NULL;
}

static void start_guest(struct group *g)
{
	struct strbuf plan = STRBUF_INIT;
	char why[256] = "";
	int err;

	g->boot = xcalloc(1, sizeof(*g->boot));
	g->boot->world = g->world;
	g->boot->attempt = g->attempts++;
	g->boot->kind = g->kind;
	g->boot->name = xasprintf("%s%s-%u", group_prefix[g->kind], world_name(g->world), g->boot->attempt);
	g->boot->cells = xmalloc(g->nr_pending * sizeof(uint32_t));
	memcpy(g->boot->cells, g->pending, g->nr_pending * sizeof(uint32_t));
	g->boot->nr_cells = g->nr_pending;
	g->boot->title = xstrdup("");
	intake_begin(&g->in, g->run, g->boot);
	clock_gettime(CLOCK_MONOTONIC, &g->start);

	free(g->dir);
	g->dir = xasprintf("%s/boots/%s", g->run->dir, g->boot->name);
	g->vm_opts = g->opts->vm;
	g->vm_opts.world = g->world;
	g->vm_opts.dir = g->dir;
	g->vm_opts.drivers = g->kind == GROUP_DRIVERS || g->kind == GROUP_DRIVERS_WORK;
	for (uint32_t i = 0; i < g->nr_pending; i++) {
		g->vm_opts.cpu_xor |= g->run->cells[g->pending[i]].cpu_xor;
		g->vm_opts.watch_cpu |= g->run->cells[g->pending[i]].watch_cpu;
	}
	if (g->kind != GROUP_PROGRAMS && g->kind != GROUP_WATCHED && g->kind != GROUP_DRIVERS) {
		g->vm_opts.files = g->opts->workload_files;
		g->vm_opts.modules = g->opts->workload_modules;
		g->vm_opts.disk = g->kind == GROUP_DISK;
	}
	build_plan(g, &plan);
	if (mkdir(g->dir, 0777) && errno != EEXIST) {
		err = -errno;
		snprintf(why, sizeof(why), "%s: %s", g->dir, strerror(-err));
	} else if ((err = boot_file_write(g->run, g->boot))) {
		snprintf(why, sizeof(why), "%s/boot.json: %s", g->dir, strerror(-err));
	} else {
		err = session_start(&g->session, &g->vm_opts, plan.s, plan.len, intake_frame,
				    &g->in, why);
	}
	strbuf_free(&plan);
	if (!err) {
		progress_boot(g->run, g->boot);
		return;
	}
	if (err == -ENOSPC)
		g->run->disk_full = true;
	g->boot->fate = err == -ENOSPC ? VM_DISK_FULL : VM_DIED;
	free(g->boot->title);
	g->boot->title = xstrdup(why);
	progress_fate(g->run, g->boot);
	give_up(g, why);
	keep_boot(g);
}

static bool is_settled(const struct cell_result *r)
{
	return r->state != CELL_NOT_RUN;
}

static void end_guest(struct group *g, enum vm_fate fate)
{
	struct run *run = g->run;
	struct timespec now;
	uint32_t left = 0;
	bool died_early;
	int err;

	clock_gettime(CLOCK_MONOTONIC, &now);
	g->boot->wall_s = now.tv_sec - g->start.tv_sec +
			  (now.tv_nsec - g->start.tv_nsec) / 1e9;
	g->boot->fate = fate;
	free(g->boot->title);
	g->boot->title = xstrdup(session_title(g->session));
	session_free(g->session);
	g->session = NULL;
	if (fate != VM_DONE)
		progress_fate(g->run, g->boot);
	err = boot_file_write(run, g->boot);
	if (err)
		fprintf(stderr, "dmatorture: %s/boot.json: %s\n", g->dir, strerror(-err));

	died_early = intake_end(&g->in, g->dir);
	for (uint32_t i = 0; i < g->nr_pending; i++)
		if (!is_settled(&run->results[g->pending[i]]))
			g->pending[left++] = g->pending[i];
	g->nr_pending = left;
	g->idle_deaths = g->in.begun ? 0 : g->idle_deaths + 1;

	if (fate == VM_DISK_FULL)
		run->disk_full = true;
	if (g->nr_pending &&
	    (g->idle_deaths >= SCHED_IDLE_DEATHS || (fate == VM_DONE && !g->in.fresh))) {
		sched_give_up(run, g->boot, died_early, g->pending, g->nr_pending);
		g->nr_pending = 0;
	}
	keep_boot(g);
}

static int compare_boots(const void *a, const void *b)
{
	const struct boot *x = a, *y = b;

	if (x->world != y->world)
		return x->world < y->world ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

void sched_sort_boots(struct run *run)
{
	if (run->nr_boots)
		qsort(run->boots, run->nr_boots, sizeof(*run->boots), compare_boots);
}

static enum group_kind kind_of(const struct cell *cell)
{
	if (cell->drivers)
		return cell->workload ? GROUP_DRIVERS_WORK : GROUP_DRIVERS;
	if (cell->watch_cpu && !cell->disk && !cell->workload)
		return GROUP_WATCHED;
	return cell->disk ? GROUP_DISK : cell->workload ? GROUP_WORKLOADS : GROUP_PROGRAMS;
}

static bool is_later(const struct run *run, uint32_t i)
{
	return run->first && !run->first[i];
}

static void deal_out(struct run *run, const struct sched_opts *opts,
		     struct group groups[NR_GROUPS])
{
	for (int k = 0; k < NR_GROUPS; k++) {
		struct group *g = &groups[k];

		*g = (struct group) { .run = run, .opts = opts, .world = k % WORLD__COUNT,
				      .kind = k / WORLD__COUNT };
		g->pending = xcalloc(run->nr_cells, sizeof(uint32_t));
		/* In a resumed run, do not use the name of an earlier guest again. */
		for (uint32_t i = 0; i < run->nr_boots; i++)
			if (run->boots[i].world == g->world && run->boots[i].kind == (int)g->kind &&
			    run->boots[i].attempt >= g->attempts)
				g->attempts = run->boots[i].attempt + 1;
		for (int later = 0; later < 2; later++)
			for (uint32_t i = 0; i < run->nr_cells; i++)
				if (run->cells[i].world == g->world &&
				    kind_of(&run->cells[i]) == g->kind &&
				    !is_settled(&run->results[i]) && is_later(run, i) == later &&
				    verdict_can_run(&run->cells[i], &run->env))
					g->pending[g->nr_pending++] = i;
	}
}

/* Is @a the one of both to begin with? */
static bool is_before(const struct group *a, const struct group *b)
{
	bool later_a = is_later(a->run, a->pending[0]), later_b = is_later(b->run, b->pending[0]);

	return later_a != later_b ? later_b : a->nr_pending > b->nr_pending;
}

/*
 * Takes a group first in which a cell is to be first, else the largest, as the guest that ends
 * last decides how long a run takes.
 */
static struct group *next_group(struct group groups[NR_GROUPS])
{
	struct group *best = NULL;

	for (int w = 0; w < NR_GROUPS; w++)
		if (!groups[w].session && groups[w].nr_pending &&
		    (!best || is_before(&groups[w], best)))
			best = &groups[w];
	return best;
}

static void stop_all(struct run *run, struct group groups[NR_GROUPS])
{
	enum vm_fate fate = run->disk_full ? VM_DISK_FULL : VM_INTERRUPTED;
	const char *why = run->disk_full ? "the disk is full" :
			  run->stopped ? "stopped at the first cell that was not as expected: --fail-fast" :
			  "interrupted";

	for (int w = 0; w < NR_GROUPS; w++) {
		struct group *g = &groups[w];

		if (g->session) {
			session_kill(g->session, fate);
			while (session_pump(g->session) == VM_RUNNING)
				poll(NULL, 0, TICK_MS);
			end_guest(g, fate);
		}
		give_up(g, why);
	}
}

static unsigned int pump_all(struct group groups[NR_GROUPS])
{
	unsigned int running = 0;

	for (int w = 0; w < NR_GROUPS; w++) {
		enum vm_fate fate;

		if (!groups[w].session)
			continue;
		fate = session_pump(groups[w].session);
		if (fate == VM_RUNNING)
			running++;
		else
			end_guest(&groups[w], fate);
	}
	return running;
}

static void wait_some(struct group groups[NR_GROUPS])
{
	struct pollfd fds[NR_GROUPS];
	nfds_t n = 0;

	for (int w = 0; w < NR_GROUPS; w++)
		if (groups[w].session)
			fds[n++] = (struct pollfd) {
				.fd = session_fd(groups[w].session), .events = POLLIN };
	poll(fds, n, TICK_MS);
}

int sched_run(struct run *run, const struct sched_opts *opts)
{
	const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal }, old[3];
	struct group groups[NR_GROUPS];
	unsigned int running = 0;

	stop_signal = 0;
	for (int i = 0; i < 3; i++)
		sigaction(signals[i], &sa, &old[i]);
	deal_out(run, opts, groups);
	for (uint32_t i = 0; i < run->nr_cells; i++)
		intake_judge(run, i);
	progress_begin(run);

	for (;;) {
		struct group *g;

		while (running < opts->jobs && (g = next_group(groups))) {
			start_guest(g);
			running += g->session != NULL;
		}
		if (!running)
			break;
		wait_some(groups);
		running = pump_all(groups);
		progress_tick(run);
		run->interrupted = stop_signal;
		if (run->interrupted || run->disk_full || run->stopped)
			break;
	}
	stop_all(run, groups);
	progress_end();

	sched_sort_boots(run);
	for (int w = 0; w < NR_GROUPS; w++) {
		free(groups[w].pending);
		free(groups[w].dir);
	}
	for (int i = 0; i < 3; i++)
		sigaction(signals[i], &old[i], NULL);
	return 0;
}
