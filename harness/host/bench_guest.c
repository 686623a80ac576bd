// SPDX-License-Identifier: GPL-2.0-only
/* Runs one guest of a benchmark: makes its plan of turns, takes its frames, writes samples. */
#include "bench_guest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "board/session.h"
#include "lib/base/le.h"
#include "lib/base/terminal.h"
#include "lib/program/plan.h"
#include "run_samples.h"

#define TICK_MS		20
#define WARM_UP		1	/* rounds */
#define MAX_SAID	5	/* failures that are printed */

/* One turn of a cell. */
struct turn {
	uint32_t cell;		/* index into bench->cells */
	uint32_t round;		/* 0: warming up */
	unsigned int side;
};

struct guest {
	struct bench *b;
	enum world world;
	struct turn *turns;
	uint32_t nr, at, done;
	struct cell_result result;
	int err;
};

static volatile sig_atomic_t stop_signal;

static void on_signal(int sig)
{
	stop_signal = sig;
}

/* ---- the order of turns ---- */

static void add_turns(struct guest *g, uint32_t first, uint32_t end, uint32_t round)
{
	const struct bench *b = g->b;
	uint32_t nr = end - first;

	/* Each round begins with another cell. The two sides of a cell run one after the other. */
	for (uint32_t i = 0; i < nr; i++)
		for (uint32_t k = 0; k < b->sides; k++)
			g->turns[g->nr++] = (struct turn){ first + (i + round) % nr, round,
							  (k + round / nr) % b->sides };
}

static enum world world_of(const struct bench *b, uint32_t i)
{
	return b->run->cells[b->cells[i].cell].world;
}

static void deal_turns(struct guest *g, enum world world)
{
	struct bench *b = g->b;
	uint32_t first, end;

	g->turns = xcalloc((size_t)b->nr_cells * b->sides * (b->rounds + WARM_UP) + 1,
			   sizeof(*g->turns));
	for (first = 0; first < b->nr_cells; first = end) {
		for (end = first + 1; end < b->nr_cells &&
		     b->cells[end].point == b->cells[first].point; end++)
			;
		for (uint32_t r = 0; r < b->rounds + WARM_UP && world_of(b, first) == world; r++)
			add_turns(g, first, end, r);
	}
}

static void build_plan(const struct guest *g, struct strbuf *plan)
{
	struct plan_cell *cells = xcalloc(g->nr + 1, sizeof(*cells));
	char **setups = xcalloc(g->nr + 1, sizeof(*setups));

	for (uint32_t i = 0; i < g->nr; i++) {
		const struct turn *t = &g->turns[i];
		const struct cell *cell = &g->b->run->cells[g->b->cells[t->cell].cell];

		setups[i] = xasprintf("%s%s", strbuf_str(&cell->setup), g->b->setup[t->side]);
		cells[i] = (struct plan_cell){
			.index = i,
			.setup = setups[i],
			.setup_len = strlen(setups[i]),
			.program = (const uint8_t *)strbuf_str(&cell->program),
			.program_len = cell->program.len,
		};
	}
	plan_write(plan, cells, g->nr);
	for (uint32_t i = 0; i < g->nr; i++)
		free(setups[i]);
	free(setups);
	free(cells);
}

/* ---- what a turn found ---- */

static int put(struct bench *b, struct bench_cell *bc, const struct turn *t, int metric,
	       const double *values, size_t nr)
{
	const struct bench_metric_info *m = &bench_metrics[metric];
	char *name = run_samples_cell(&b->run->cells[bc->cell]);
	const struct series_id id = { m->name, m->unit, name, m->higher };
	struct samples_writer *w = b->w[t->side];
	int *series = &bc->series[t->side][metric];

	if (nr && *series < 0)
		*series = samples_series(w, &id);
	free(name);
	if (!nr)
		return 0;
	return *series < 0 ? *series : samples_values(w, *series, t->round - WARM_UP, values, nr);
}

static int put_found(struct bench *b, const struct turn *t, const struct bench_found *f)
{
	struct bench_cell *bc = &b->cells[t->cell];
	int err = 0;

	for (int m = 0; m < BENCH__NS && !err; m++) {
		double *values = xmalloc(f->nr[m] * sizeof(*values) + 1);

		for (size_t i = 0; i < f->nr[m]; i++)
			values[i] = f->v[m][i];
		err = put(b, bc, t, m, values, f->nr[m]);
		free(values);
	}
	for (int m = BENCH__NS; m < BENCH__COUNT && !err; m++)
		if (f->rates[m - BENCH__NS] > 0)
			err = put(b, bc, t, m, &f->rates[m - BENCH__NS], 1);
	return err;
}

static void fail(struct bench *b, const struct cell *cell, const char *why)
{
	if (b->failed++ < MAX_SAID)
		fprintf(stderr, "  %s: %s\n", cell->id, why);
}

static void end_turn(struct guest *g)
{
	const struct turn *t = &g->turns[g->at];
	const struct cell *cell = &g->b->run->cells[g->b->cells[t->cell].cell];
	struct bench_found found = { 0 };
	struct verdict v = { 0 };

	g->done++;
	verdict_judge(&v, cell, &g->result, &g->b->run->env);
	if (v.outcome != OUTCOME_PASS)
		fail(g->b, cell, v.nr_messages ? v.messages[0] : outcome_name(v.outcome));
	else if (g->result.sums.records_lost || g->result.sums.iterations != cell->repeat ||
		 bench_find(cell, &g->result, &found))
		fail(g->b, cell, "its records are not whole");
	else if (t->round >= WARM_UP && !g->err)
		g->err = put_found(g->b, t, &found);
	bench_found_free(&found);
	verdict_free(&v);
}

static void on_frame(void *arg, const struct frame *f)
{
	struct guest *g = arg;
	uint32_t i;

	if (f->type == FRAME_PERF) {
		strbuf_addf(&g->b->perf, "%s%s, %s:\n\n", g->b->perf.len ? "\n" : "",
			    world_name(g->world), g->b->run->accel);
		strbuf_add(&g->b->perf, f->data, f->len);
		return;
	}
	if (f->type != FRAME_CELL && f->type != FRAME_CELL_END) {
		if (g->at < g->nr)
			result_frame(&g->result, f);
		return;
	}
	i = f->len == 4 ? le32_get(f->data) : UINT32_MAX;
	if (i >= g->nr)
		return;
	if (f->type == FRAME_CELL) {
		result_free(&g->result);
		g->at = i;
		g->result.state = CELL_BEGUN;
	} else if (i == g->at) {
		result_frame(&g->result, f);
		end_turn(g);
		result_free(&g->result);
		g->at = UINT32_MAX;
	}
}

/* ---- the guest ---- */

static void tick(const struct guest *g)
{
	static time_t last;
	time_t now = time(NULL);

	if (!terminal_is_live(STDERR_FILENO) || now == last)
		return;
	last = now;
	terminal_control(stderr, TERMINAL_WIPE);
	fprintf(stderr, "  [%u/%u] %.60s", g->done, g->nr, g->at < g->nr ?
		g->b->run->cells[g->b->cells[g->turns[g->at].cell].cell].id : "booting");
	if (g->done == g->nr)
		terminal_control(stderr, TERMINAL_WIPE);
	fflush(stderr);
}

static enum vm_fate watch(struct guest *g, struct session *session)
{
	enum vm_fate fate;

	while ((fate = session_pump(session)) == VM_RUNNING) {
		struct pollfd fd = { .fd = session_fd(session), .events = POLLIN };

		if (stop_signal)
			session_kill(session, VM_INTERRUPTED);
		else if (g->err)
			session_kill(session, g->err == -ENOSPC ? VM_DISK_FULL : VM_CHANNEL);
		tick(g);
		poll(&fd, 1, TICK_MS);
	}
	return fate;
}

static int run_guest(struct guest *g, const struct vm_opts *opts)
{
	struct strbuf plan = STRBUF_INIT;
	struct bench *b = g->b;
	struct session *session = NULL;
	char why[256] = "";
	int err = 0;

	build_plan(g, &plan);
	if (mkdir(opts->dir, 0777) && errno != EEXIST) {
		err = -errno;
		snprintf(why, sizeof(why), "%s: %s", opts->dir, strerror(-err));
	} else {
		err = session_start(&session, opts, plan.s, plan.len, on_frame, g, why);
	}
	strbuf_free(&plan);
	if (err) {
		fprintf(stderr, "dmatorture: %s\n", why);
		return err;
	}
	b->fate = watch(g, session);
	snprintf(b->title, sizeof(b->title), "%s", session_title(session));
	session_free(session);
	if (b->fate == VM_DONE && g->done != g->nr)
		b->fate = VM_DIED;
	return g->err;
}

int bench_guest(struct bench *b, enum world world, const struct vm_opts *opts)
{
	const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal }, old[3];
	struct guest g = { .b = b, .world = world, .at = UINT32_MAX };
	int err = 0;

	deal_turns(&g, world);
	stop_signal = 0;
	for (int i = 0; i < 3; i++)
		sigaction(signals[i], &sa, &old[i]);
	if (g.nr) {
		fprintf(stderr, "  [boot] %s %s (%s): %u turns\n", b->run->release, world_name(world),
			b->run->accel, g.nr);
		g.at = UINT32_MAX;
		err = run_guest(&g, opts);
	}
	for (int i = 0; i < 3; i++)
		sigaction(signals[i], &old[i], NULL);
	result_free(&g.result);
	free(g.turns);
	return err;
}
