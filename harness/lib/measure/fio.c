// SPDX-License-Identifier: GPL-2.0-only
/* Reads bandwidth and latencies from the JSON that fio prints. */
#include "fio.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

#define MAX_IOS		1000000		/* kept for a direction, 8 MB: enough for any percentile */

static const char *const words[FIO__DIRS] = { "read", "write" };

/* fio's bins are an object that maps a latency in ns to the number of I/Os that had it. */
static void add_bins(struct fio_figures *f, int dir, const json_t *bins)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)bins, key, value) {
		json_int_t n = json_integer_value(value);
		double ns = strtod(key, NULL);

		if (n <= 0 || n > MAX_IOS - (json_int_t)f->nr[dir])
			continue;
		f->ns[dir] = xrealloc(f->ns[dir], (f->nr[dir] + n) * sizeof(double));
		while (n--)
			f->ns[dir][f->nr[dir]++] = ns;
	}
}

static void add_job(struct fio_figures *f, const json_t *job)
{
	for (int dir = 0; dir < FIO__DIRS; dir++) {
		const json_t *side = json_object_get(job, words[dir]);
		const json_t *clat = json_object_get(side, "clat_ns");

		if (!json_integer_value(json_object_get(side, "total_ios")))
			continue;
		f->bytes_per_s[dir] += json_number_value(json_object_get(side, "bw_bytes"));
		add_bins(f, dir, json_object_get(clat, "bins"));
	}
}

int fio_parse(const char *text, size_t len, struct fio_figures *f)
{
	json_t *root = json_loadb(text, len, JSON_DISABLE_EOF_CHECK, NULL);
	const json_t *jobs = json_object_get(root, "jobs");
	const json_t *job;
	size_t i;

	memset(f, 0, sizeof(*f));
	if (!json_is_array(jobs)) {
		json_decref(root);
		return -EBADMSG;
	}
	json_array_foreach(jobs, i, job)
		add_job(f, job);
	json_decref(root);
	return 0;
}

void fio_free(struct fio_figures *f)
{
	for (int dir = 0; dir < FIO__DIRS; dir++)
		free(f->ns[dir]);
	memset(f, 0, sizeof(*f));
}
