// SPDX-License-Identifier: GPL-2.0-only
/* Makes an archive of a run that has not begun: package, plans, and what judging takes. */
#include "pack.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board/package.h"
#include "boot_file.h"
#include "lib/base/json_text.h"
#include "lib/measure/samples.h"
#include "lib/program/plan.h"
#include "run_plan.h"
#include "rundir.h"

/* Cells of one scenario in one world: what one death can cost. */
struct share {
	enum world world;
	const char *scenario;
	uint32_t *cells;
	uint32_t nr;
};

static void free_shares(struct share *shares, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(shares[i].cells);
	free(shares);
}

/* Those that can run; the caller frees them. */
static struct share *deal_out(const struct run *run, size_t *nr)
{
	struct share *shares = xcalloc(run->nr_cells + 1, sizeof(*shares));

	*nr = 0;
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct cell *c = &run->cells[i];
		size_t k = 0;

		if (!verdict_can_run(c, &run->env))
			continue;
		while (k < *nr && (shares[k].world != c->world ||
				   strcmp(shares[k].scenario, c->scenario)))
			k++;
		if (k == *nr) {
			shares[(*nr)++] = (struct share){
				.world = c->world, .scenario = c->scenario,
				.cells = xcalloc(run->nr_cells, sizeof(uint32_t)),
			};
		}
		shares[k].cells[shares[k].nr++] = i;
	}
	return shares;
}

static void build_plan(const struct run *run, const struct share *s, struct strbuf *plan)
{
	struct plan_cell *cells = xcalloc(s->nr, sizeof(*cells));

	for (uint32_t i = 0; i < s->nr; i++) {
		const struct cell *c = &run->cells[s->cells[i]];

		cells[i] = (struct plan_cell){
			.index = s->cells[i],
			.setup = strbuf_str(&c->setup), .setup_len = c->setup.len,
			.program = (const uint8_t *)strbuf_str(&c->program),
			.program_len = c->program.len,
		};
	}
	plan_write(plan, cells, s->nr);
	free(cells);
}

static int write_boot(const struct pack *p, const struct share *s, unsigned int number)
{
	struct run *run = p->run;
	struct boot boot = {
		.name = xasprintf("%s-%u", world_name(s->world), number), .world = s->world,
		.attempt = number, .cells = s->cells, .nr_cells = s->nr, .title = (char *)"",
	};
	char *dir = xasprintf("%s/boots/%s", run->dir, boot.name), why[256] = "";
	struct strbuf plan = STRBUF_INIT;
	int err = mkdir(dir, 0777) ? -errno : 0;

	if (err)
		snprintf(why, sizeof(why), "%.200s: %s", dir, strerror(-err));
	if (!err) {
		build_plan(run, s, &plan);
		err = package_write_plan(dir, p->vm, plan.s, plan.len, why);
	}
	if (!err) {
		err = boot_file_write(run, &boot);
		if (err)
			snprintf(why, sizeof(why), "%.200s/boot.json: %s", dir, strerror(-err));
	}
	if (err)
		fprintf(stderr, "dmatorture: %s\n", why);
	strbuf_free(&plan);
	free(boot.name);
	free(dir);
	return err;
}

/* What a run directory has before its first guest starts. */
static int write_run(const struct pack *p)
{
	const struct board_wish board = { .target = PACK_TARGET };
	json_t *arguments = json_array(), *about = target_about(p->target);
	char *machine = samples_machine();
	const struct run_facts facts = {
		.wish = p->wish, .timeout_s = p->timeout_s, .known = p->known, .about = about,
		.arguments = arguments, .machine = machine, .board = &board,
	};
	int err = make_below(p->run->dir, "boots"), lock;

	json_array_append_new(arguments, json_text("pack"));
	if (!err)
		err = make_below(p->run->dir, "failures");
	if (!err) {
		lock = run_plan_begin(p->run);
		err = lock < 0 ? lock : run_plan_write(p->run, &facts);
		if (lock >= 0)
			close(lock);
	}
	json_decref(arguments);
	json_decref(about);
	free(machine);
	return err;
}

static int write_all(const struct pack *p, struct share *shares, size_t nr)
{
	unsigned int number[WORLD__COUNT] = { 0 };
	char why[256];
	int err = package_write(p->run->dir, p->vm, why);

	if (err)
		fprintf(stderr, "dmatorture: %s\n", why);
	if (!err)
		err = write_run(p);
	for (size_t i = 0; !err && i < nr; i++)
		err = write_boot(p, &shares[i], number[shares[i].world]++);
	return err;
}

static int write_archive(const struct pack *p)
{
	char *top = xasprintf("dmatorture-%s", p->run->release), why[256];
	struct strbuf tar = STRBUF_INIT;
	FILE *f = NULL;
	int err = package_tar(&tar, p->run->dir, top, why);

	if (err) {
		fprintf(stderr, "dmatorture: %s\n", why);
	} else if (!strcmp(p->out, "-")) {
		f = stdout;
		err = fwrite(tar.s, 1, tar.len, f) != tar.len || fflush(f) ? -errno : 0;
	} else {
		err = write_whole(p->out, tar.s, tar.len);
	}
	if (err && tar.len)
		fprintf(stderr, "dmatorture: %s: %s\n", p->out, strerror(-err));
	strbuf_free(&tar);
	free(top);
	return err;
}

int pack_write(const struct pack *p)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/dmatorture-pack.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	struct share *shares;
	size_t nr;
	int err = 0;

	if (!mkdtemp(dir)) {
		err = -errno;
		fprintf(stderr, "dmatorture: %s: %s\n", dir, strerror(-err));
		free(dir);
		return err;
	}
	p->run->dir = dir;
	shares = deal_out(p->run, &nr);
	err = write_all(p, shares, nr);
	if (!err)
		err = write_archive(p);
	if (!err)
		fprintf(stderr, "  [pack] %s: %zu plans for Linux %s; on the board, as root: sh run.sh\n", p->out,
			nr, p->run->release);
	free_shares(shares, nr);
	package_remove(dir);
	p->run->dir = NULL;
	free(dir);
	return err;
}
