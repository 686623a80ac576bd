// SPDX-License-Identifier: GPL-2.0-only
#include "run_samples.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/crc32.h"

static char *arguments_json(int argc, char **argv)
{
	json_t *a = json_array();
	char *text;

	for (int i = 0; i < argc; i++)
		json_array_append_new(a, json_string(argv[i]));
	text = json_dumps(a, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(a);
	return text ? text : xstrdup("[]");
}

int run_samples_about(const struct run *run, const char *config, int argc, char **argv,
		      struct samples_writer *w)
{
	char *machine = samples_machine(), *arguments = arguments_json(argc, argv);
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

static int write_cell(const struct run *run, uint32_t i, struct samples_writer *w)
{
	const struct dmt_sums *sums = &run->results[i].sums;
	const struct series_id id = { "iteration", "ns", run->cells[i].id, false };
	double ns;
	int series;

	if (run->verdicts[i].outcome != OUTCOME_PASS || !run->results[i].has_sums ||
	    !sums->iterations)
		return 0;
	series = samples_series(w, &id);
	if (series < 0)
		return series;
	ns = (double)sums->ns / sums->iterations;
	return samples_values(w, series, 0, &ns, 1);
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
