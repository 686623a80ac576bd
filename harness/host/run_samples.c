// SPDX-License-Identifier: GPL-2.0-only
/* Writes the samples of a run: the guest's time of passed cells, and what fio measured. */
#include "run_samples.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/crc32.h"
#include "lib/base/json_text.h"
#include "lib/measure/fio.h"

static char *arguments_json(int argc, char **argv)
{
	json_t *a = json_array();

	for (int i = 0; i < argc; i++)
		json_array_append_new(a, json_text(argv[i]));
	return json_take(a, JSON_COMPACT | JSON_ENSURE_ASCII);
}

int run_samples_about(const struct run *run, const char *config, int argc, char **argv,
		      struct samples_writer *w)
{
	char *machine = run->machine ? xstrdup(run->machine) : samples_machine();
	char *arguments = arguments_json(argc, argv);
	char hash[16], stamp[32];
	const struct samples_about about[] = {
		{ (char *)ABOUT_MACHINE, machine },
		{ (char *)ABOUT_RELEASE, run->release },
		{ (char *)ABOUT_CONFIG, hash },
		{ (char *)ABOUT_ACCEL, (char *)run->accel },
		{ (char *)ABOUT_TIME, stamp },
		{ (char *)ABOUT_ARGUMENTS, arguments },
	};
	time_t now = time(NULL);
	struct tm tm;
	int err = 0;

	snprintf(hash, sizeof(hash), "%08x", crc32_update(0, config, strlen(config)));
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	for (size_t i = 0; i < sizeof(about) / sizeof(about[0]) && !err; i++)
		err = samples_about(w, about[i].key, about[i].value);
	free(machine);
	free(arguments);
	return err;
}

char *run_samples_cell(const struct cell *cell)
{
	const char *world = strstr(cell->id, " @");

	if (!cell->drivers || !world)
		return xstrdup(cell->id);
	return xasprintf("%.*s engines=drivers%s", (int)(world - cell->id), cell->id, world);
}

/* Writes one series of a cell. */
static int write_series(const struct cell *cell, struct series_id id, const double *values,
			size_t nr, struct samples_writer *w)
{
	char *name = run_samples_cell(cell);
	int series;

	id.cell = name;
	series = samples_series(w, &id);
	free(name);
	return series < 0 ? series : samples_values(w, series, 0, values, nr);
}

/* Writes what fio measured on md, in the guest's time. */
static int write_fio(const struct cell *cell, const struct strbuf *text, struct samples_writer *w)
{
	static const char *const rates[FIO__DIRS] = { "fio-read", "fio-write" };
	static const char *const latencies[FIO__DIRS] = { "fio-read-latency", "fio-write-latency" };
	struct fio_figures f;
	int err = 0;

	if (!text->len || fio_parse(text->s, text->len, &f))
		return 0;
	for (int dir = 0; dir < FIO__DIRS && !err; dir++) {
		if (!f.nr[dir])
			continue;
		err = write_series(cell, (struct series_id){ rates[dir], "B/s", NULL, true },
				   &f.bytes_per_s[dir], 1, w);
		if (!err)
			err = write_series(cell, (struct series_id){ latencies[dir], "ns", NULL, false },
					   f.ns[dir], f.nr[dir], w);
	}
	fio_free(&f);
	return err;
}

static int write_cell(const struct run *run, uint32_t i, struct samples_writer *w)
{
	const struct cell_result *r = &run->results[i];
	int err = 0;

	if (run->cells[i].sweep || run->verdicts[i].outcome != OUTCOME_PASS)
		return 0;
	if (r->has_sums && r->sums.iterations) {
		double ns = (double)r->sums.ns / r->sums.iterations;

		err = write_series(&run->cells[i],
				   (struct series_id){ "iteration", "ns", NULL, false }, &ns, 1, w);
	}
	return err ? err : write_fio(&run->cells[i], &r->fio, w);
}

int run_samples_write(const struct run *run, const char *config, int argc, char **argv)
{
	char *path = xasprintf("%s/" SAMPLES_FILE, run->dir);
	struct samples_writer *w = NULL;
	int err = samples_open(path, &w);

	if (!err)
		err = run_samples_about(run, config, argc, argv, w);
	for (uint32_t i = 0; i < run->nr_cells && !err; i++)
		err = write_cell(run, i, w);
	if (!err && !run->interrupted && !run->disk_full)
		err = samples_end(w);
	if (err)
		fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
	samples_close(w);
	free(path);
	return err;
}
