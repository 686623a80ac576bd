// SPDX-License-Identifier: GPL-2.0-only
/* How long cells usually take here: one line a kernel, world and scenario, "SECONDS KERNEL WORLD NAME". */
#include "usual.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/cache.h"
#include "rundir.h"

struct entry {
	char *key;		/* "debian:6.12 strict order/legacy" */
	double seconds;
	double sum;		/* of the run that is kept */
	unsigned int nr;
};

struct usual {
	struct entry *v;	/* sorted by key */
	size_t nr;
};

static char *file_path(void)
{
	const char *named = getenv("DMATORTURE_USUAL_TIMES");
	char *dir = named ? NULL : cache_dir("");
	char *path = named ? xstrdup(named) : xasprintf("%s/usual-times", dir);

	free(dir);
	return path;
}

static size_t find(const struct usual *u, const char *key, bool *found)
{
	size_t lo = 0, hi = u->nr;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int n = strcmp(key, u->v[mid].key);

		if (!n) {
			*found = true;
			return mid;
		}
		if (n < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	*found = false;
	return lo;
}

static struct entry *get(struct usual *u, const char *key)
{
	bool found;
	size_t i = find(u, key, &found);

	if (found)
		return &u->v[i];
	u->v = xrealloc(u->v, (u->nr + 1) * sizeof(*u->v));
	memmove(&u->v[i + 1], &u->v[i], (u->nr++ - i) * sizeof(*u->v));
	u->v[i] = (struct entry){ .key = xstrdup(key), .seconds = -1 };
	return &u->v[i];
}

struct usual *usual_load(void)
{
	struct usual *u = xcalloc(1, sizeof(*u));
	struct strbuf text = STRBUF_INIT;
	char *path = file_path(), *save = NULL;

	if (!strbuf_read_file(&text, path) && text.len)
		for (char *line = strtok_r(text.s, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			char *end;
			double seconds = strtod(line, &end);

			if (end > line && *end == ' ' && seconds >= 0 && seconds < 1e6)
				get(u, end + 1)->seconds = seconds;
		}
	strbuf_free(&text);
	free(path);
	return u;
}

void usual_free(struct usual *u)
{
	for (size_t i = 0; i < u->nr; i++)
		free(u->v[i].key);
	free(u->v);
	free(u);
}

static char *key_of(const char *kernel, const char *scenario, enum world world)
{
	return xasprintf("%s %s %s", kernel, world_name(world), scenario);
}

double usual_cell(const struct usual *u, const char *kernel, const char *scenario,
		  enum world world)
{
	char *key = key_of(kernel, scenario, world);
	bool found;
	size_t i = find(u, key, &found);

	free(key);
	return found ? u->v[i].seconds : -1;
}

static void note(struct usual *u, const struct run *run, uint32_t i)
{
	const struct cell *cell = &run->cells[i];
	struct entry *e;
	char *key;

	if (run->results[i].wall_s <= 0 || cell->sweep)
		return;
	key = key_of(run->kernel, cell->scenario, cell->world);
	e = get(u, key);
	e->sum += run->results[i].wall_s;
	e->nr++;
	free(key);
}

void usual_keep(const struct run *run)
{
	struct strbuf text = STRBUF_INIT;
	struct usual *u;
	char *path;

	if (run->free_running || run->watch_cpu || run->append || run->smp != 1 ||
	    (run->observer && strcmp(run->observer, "on")))
		return;
	u = usual_load();
	for (uint32_t i = 0; i < run->nr_cells; i++)
		note(u, run, i);
	for (size_t i = 0; i < u->nr; i++) {
		struct entry *e = &u->v[i];
		double mean = e->nr ? e->sum / e->nr : e->seconds;

		strbuf_addf(&text, "%.4f %s\n", e->seconds < 0 ? mean : (e->seconds + mean) / 2, e->key);
	}
	path = file_path();
	write_whole(path, strbuf_str(&text), text.len);
	free(path);
	strbuf_free(&text);
	usual_free(u);
}
