// SPDX-License-Identifier: GPL-2.0-only
/* Operations on samples that were read. */
#include "samples.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/base/crc32.h"

const char *samples_get(const struct samples *s, const char *key)
{
	for (size_t i = 0; i < s->nr_about; i++)
		if (!strcmp(s->about[i].key, key))
			return s->about[i].value;
	return "";
}

const struct samples_series *samples_find(const struct samples *s, const char *metric,
					  const char *unit, const char *cell)
{
	for (size_t i = 0; i < s->nr_series; i++)
		if (!strcmp(s->series[i].metric, metric) && !strcmp(s->series[i].unit, unit) &&
		    !strcmp(s->series[i].cell, cell))
			return &s->series[i];
	return NULL;
}

const char *samples_world(const char *cell)
{
	const char *at = strrchr(cell, '@');

	return at ? at + 1 : "";
}

static size_t nr_values(const struct samples_round *round)
{
	size_t nr = round->nr;

	for (uint32_t i = 0; round->hist && i < HIST_BUCKETS; i++)
		nr += !!round->hist->n[i];
	return nr;
}

static size_t put_values(const struct samples_round *round, double *values, uint64_t *times)
{
	size_t nr = 0;

	for (; nr < round->nr; nr++) {
		values[nr] = round->values[nr];
		times[nr] = 1;
	}
	for (uint32_t i = 0; round->hist && i < HIST_BUCKETS; i++) {
		if (!round->hist->n[i])
			continue;
		values[nr] = hist_value(i);
		times[nr++] = round->hist->n[i];
	}
	/* Minimum and maximum are known exactly, not only by their buckets. */
	if (round->hist && nr > round->nr) {
		values[nr - 1] = round->hist->max;
		if (nr - round->nr > 1)
			values[round->nr] = round->hist->min;
	}
	return nr;
}

void samples_dist(const struct samples_series *series, const struct samples_round *round,
		  struct dist *d)
{
	size_t nr = 0, put = 0;
	uint64_t *times;
	double *values;

	for (size_t i = 0; i < series->nr_rounds; i++)
		if (!round || round == &series->rounds[i])
			nr += nr_values(&series->rounds[i]);
	values = xmalloc(nr * sizeof(*values) + 1);
	times = xmalloc(nr * sizeof(*times) + 1);
	for (size_t i = 0; i < series->nr_rounds; i++)
		if (!round || round == &series->rounds[i])
			put += put_values(&series->rounds[i], values + put, times + put);
	dist_of_weighted(d, values, times, put);
	free(values);
	free(times);
}

static void processor_model(struct strbuf *out)
{
	struct strbuf cpuinfo = STRBUF_INIT;
	const char *model;

	strbuf_read_file(&cpuinfo, "/proc/cpuinfo");
	model = strstr(strbuf_str(&cpuinfo), "model name");
	if (model)
		strbuf_add(out, model, strcspn(model, "\n"));
	strbuf_free(&cpuinfo);
}

char *samples_machine(void)
{
	struct strbuf sb = STRBUF_INIT;
	struct utsname un;
	struct sysinfo si;
	char *hash;

	uname(&un);
	sysinfo(&si);
	processor_model(&sb);
	/* Rounded to GiB, as what firmware and kernel reserve differs between boots. */
	strbuf_addf(&sb, " %s %ld %llu", un.machine, sysconf(_SC_NPROCESSORS_CONF),
		    ((unsigned long long)si.totalram * si.mem_unit + (1 << 29)) >> 30);
	hash = xasprintf("%08x", crc32_update(0, sb.s, sb.len));
	strbuf_free(&sb);
	return hash;
}

static int copy_round(const struct samples_round *round, int series, struct samples_writer *w)
{
	int err = 0;

	if (round->nr)
		err = samples_values(w, series, round->boot, round->values, round->nr);
	if (!err && round->hist)
		err = samples_counts(w, series, round->boot, round->hist);
	return err;
}

int samples_copy(const struct samples *s, struct samples_writer *w)
{
	int err = 0;

	for (size_t i = 0; i < s->nr_about && !err; i++)
		if (strcmp(s->about[i].key, ABOUT_BOOT))
			err = samples_about(w, s->about[i].key, s->about[i].value);
	for (size_t i = 0; i < s->nr_series && !err; i++) {
		const struct samples_series *from = &s->series[i];
		const struct series_id id = { from->metric, from->unit, from->cell, from->higher };
		int series = samples_series(w, &id);

		err = series < 0 ? series : 0;
		for (size_t k = 0; k < from->nr_rounds && !err; k++)
			err = copy_round(&from->rounds[k], series, w);
	}
	if (!err && !s->incomplete)
		err = samples_end(w);
	return err;
}

double samples_figure(const struct samples_series *series, const struct samples_round *round,
		      double part)
{
	struct dist values;
	double figure;

	samples_dist(series, round, &values);
	figure = dist_quantile(&values, part);
	dist_free(&values);
	return figure;
}

const struct samples_round *samples_same_round(const struct samples_series *series, uint32_t round)
{
	for (size_t i = 0; i < series->nr_rounds; i++)
		if (series->rounds[i].round == round)
			return &series->rounds[i];
	return NULL;
}
