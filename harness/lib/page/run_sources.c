// SPDX-License-Identifier: GPL-2.0-only
/* Finds the scenarios of a run, of which its plan/ keeps copies. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/verdict/run.h"
#include "run_page_internal.h"

#define MAX_TEXT	(1u << 18)	/* bytes of a scenario that is shown */

/* The name behind "scenario" at the beginning of a line, or NULL. The caller frees it. */
static char *name_in(const char *text)
{
	for (const char *p = text; p; p = strchr(p, '\n')) {
		size_t n;

		p += *p == '\n';
		if (strncmp(p, "scenario ", 9))
			continue;
		p += 9 + strspn(p + 9, " \t");
		n = strcspn(p, " \t\r\n");
		return n ? xasprintf("%.*s", (int)n, p) : NULL;
	}
	return NULL;
}

static void add(struct run_sources *sources, char *path)
{
	struct strbuf text = STRBUF_INIT;
	char *name = strbuf_read_file(&text, path) ? NULL : name_in(strbuf_str(&text));

	strbuf_free(&text);
	if (!name) {
		free(path);
		return;
	}
	sources->v = xrealloc(sources->v, (sources->nr + 1) * sizeof(*sources->v));
	sources->v[sources->nr++] = (struct run_source_file){ name, path };
}

void run_sources_find(const char *dir, struct run_sources *sources)
{
	char *path = xasprintf("%s/" RUN_PLAN_FILE, dir);
	json_t *plan = json_load_file(path, 0, NULL), *names;

	memset(sources, 0, sizeof(*sources));
	names = json_object_get(plan, "scenarios");
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));

		/* A plan of somebody else's must not lead out of its directory. */
		if (name && *name && !strchr(name, '/'))
			add(sources, xasprintf("%s/" RUN_PLAN_DIR "/%zu/%s", dir, i, name));
	}
	json_decref(plan);
	free(path);
}

void run_sources_free(struct run_sources *sources)
{
	for (size_t i = 0; i < sources->nr; i++) {
		free(sources->v[i].scenario);
		free(sources->v[i].path);
	}
	free(sources->v);
	memset(sources, 0, sizeof(*sources));
}

char *run_sources_text(const struct run_sources *sources, const char *scenario)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < sources->nr; i++) {
		if (strcmp(sources->v[i].scenario, scenario))
			continue;
		if (!strbuf_read_file(&text, sources->v[i].path) && text.len <= MAX_TEXT)
			return strbuf_detach(&text);
		strbuf_free(&text);
		return NULL;
	}
	return NULL;
}
