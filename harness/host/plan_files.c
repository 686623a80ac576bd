// SPDX-License-Identifier: GPL-2.0-only
/* Writes a plan as files: Slurm's batch scripts, LAVA's jobs. */
#include "plan_files.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rundir.h"

#include "lib/base/tree.h"

#define CI "harness/board/ci"

struct fill {
	const char *word;	/* "@PARTS@" */
	const char *text;
};

/* Replaces the words in a template. An unknown @WORD@ stays: it may be meant for someone else. */
static void fill_in(struct strbuf *out, const char *s, const struct fill *fills)
{
	while (*s) {
		const struct fill *f = fills;

		while (f->word && strncmp(s, f->word, strlen(f->word)))
			f++;
		if (f->word) {
			strbuf_adds(out, f->text);
			s += strlen(f->word);
		} else {
			strbuf_addc(out, *s++);
		}
	}
}

static int said(const char *path, int err)
{
	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
	return err;
}

static int make_dir(const char *dir)
{
	return said(dir, mkdir(dir, 0777) && errno != EEXIST ? -errno : 0);
}

static int write_file(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	int err = write_whole(path, text, strlen(text));

	said(path, err);
	free(path);
	return err;
}

static int from_template(const char *dir, const char *name, const char *template,
			 const struct fill *fills)
{
	struct strbuf text = STRBUF_INIT, filled = STRBUF_INIT;
	int err = strbuf_read_file(&text, template);

	said(template, err);
	if (!err) {
		fill_in(&filled, strbuf_str(&text), fills);
		err = write_file(dir, name, strbuf_str(&filled));
	}
	strbuf_free(&text);
	strbuf_free(&filled);
	return err;
}

int plan_slurm(const struct parts *parts, const char *dir)
{
	static const char *const names[] = { "part.sbatch", "merge.sbatch", "submit" };
	char self[PATH_MAX] = "dmatorture", nr[32], *text;
	const struct fill fills[] = { { "@PARTS@", nr }, { "@DMATORTURE@", self }, { NULL, NULL } };
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int err = make_dir(dir);

	if (n > 0)
		self[n] = '\0';
	snprintf(nr, sizeof(nr), "%zu", parts->nr);
	if (err)
		return err;
	text = parts_json(parts);
	err = write_file(dir, "plan.json", text);
	free(text);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !err; i++) {
		char *template = xasprintf("%s/" CI "/slurm/%s", tree_dir(), names[i]);
		char *path = xasprintf("%s/%s", dir, names[i]);

		err = from_template(dir, names[i], template, fills);
		if (!err && chmod(path, 0777 & ~0022))
			err = said(path, -errno);
		free(template);
		free(path);
	}
	return err;
}

/* Returns the arguments that run a part without plan.json, as a job of LAVA is a single file. */
static char *arguments(const struct parts *parts, const struct part *p)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_addf(&sb, "--kernel %s --world %s", p->kernel, world_name(p->world));
	if (p->drivers)
		strbuf_adds(&sb, " --engines drivers");
	if (parts->has_seed)
		strbuf_addf(&sb, " --seed %llu", (unsigned long long)parts->seed);
	if (parts->repeat)
		strbuf_addf(&sb, " --repeat %u", parts->repeat);
	for (size_t i = 0; i < p->nr_scenarios; i++)
		strbuf_addf(&sb, " %s", p->scenarios[i]);
	return strbuf_detach(&sb);
}

int plan_lava(const struct parts *parts, const char *dir, const char *template)
{
	int err = make_dir(dir);

	for (size_t i = 0; i < parts->nr && !err; i++) {
		const struct part *p = &parts->v[i];
		char *name = part_name(p), *args = arguments(parts, p), file[32], number[24],
		     nr[24], cells[24];
		const struct fill fills[] = {
			{ "@NAME@", name }, { "@NUMBER@", number }, { "@PARTS@", nr },
			{ "@KERNEL@", p->kernel }, { "@WORLD@", world_name(p->world) },
			{ "@CELLS@", cells }, { "@ARGUMENTS@", args }, { NULL, NULL },
		};

		snprintf(file, sizeof(file), "part-%zu.yaml", i + 1);
		snprintf(number, sizeof(number), "%zu", i + 1);
		snprintf(nr, sizeof(nr), "%zu", parts->nr);
		snprintf(cells, sizeof(cells), "%zu", p->nr_cells);
		err = from_template(dir, file, template ? template : tree_path(CI "/lava-job.yaml"), fills);
		free(name);
		free(args);
	}
	return err;
}
