// SPDX-License-Identifier: GPL-2.0-only
/* Splits a suite into parts, and reads and writes plan.json. */
#include "parts.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json_text.h"

static void append(char ***v, size_t *nr, const char *s)
{
	*v = xrealloc(*v, (*nr + 1) * sizeof(**v));
	(*v)[(*nr)++] = xstrdup(s);
}

static struct part *find_part(struct parts *parts, size_t from, bool drivers,
			      const struct cell *cell)
{
	size_t len = strcspn(cell->scenario, "/");

	for (size_t i = from; i < parts->nr; i++) {
		struct part *p = &parts->v[i];

		if (p->world == cell->world && p->drivers == drivers &&
		    strlen(p->group) == len && !strncmp(p->group, cell->scenario, len))
			return p;
	}
	return NULL;
}

void parts_add(struct parts *parts, const char *kernel, bool drivers, const struct cell *cells,
	       size_t nr)
{
	size_t from = parts->nr;

	for (size_t i = 0; i < nr; i++) {
		struct part *p = find_part(parts, from, drivers, &cells[i]);

		if (!p) {
			parts->v = xrealloc(parts->v, (parts->nr + 1) * sizeof(*p));
			p = &parts->v[parts->nr++];
			*p = (struct part) {
				.kernel = xstrdup(kernel),
				.group = xasprintf("%.*s", (int)strcspn(cells[i].scenario, "/"),
						   cells[i].scenario),
				.world = cells[i].world,
				.drivers = drivers,
			};
		}
		if (!p->nr_scenarios ||
		    strcmp(p->scenarios[p->nr_scenarios - 1], cells[i].scenario))
			append(&p->scenarios, &p->nr_scenarios, cells[i].scenario);
		append(&p->cells, &p->nr_cells, cells[i].id);
	}
}

char *part_name(const struct part *p)
{
	return xasprintf("%s %s%s @%s", p->kernel, p->group, p->drivers ? " drivers" : "",
			 world_name(p->world));
}

static json_t *strings(char *const *v, size_t nr)
{
	json_t *a = json_array();

	for (size_t i = 0; i < nr; i++)
		json_array_append_new(a, json_text(v[i]));
	return a;
}

char *parts_json(const struct parts *parts)
{
	json_t *o = json_object(), *list = json_array();

	json_object_set_new(o, "schema", json_text("dmatorture-plan-1"));
	if (parts->has_seed)
		json_object_set_new(o, "seed", json_textf("0x%llx", (unsigned long long)parts->seed));
	if (parts->repeat)
		json_object_set_new(o, "repeat", json_integer(parts->repeat));
	for (size_t i = 0; i < parts->nr; i++) {
		const struct part *p = &parts->v[i];
		char *name = part_name(p);

		json_array_append_new(list, json_pack("{s:i s:o s:o s:o s:o s:o s:o s:o}",
			"number", (int)i + 1, "name", json_text(name), "kernel", json_text(p->kernel),
			"group", json_text(p->group),
			"engines", json_text(p->drivers ? "drivers" : "soft"),
			"world", json_text(world_name(p->world)),
			"scenarios", strings(p->scenarios, p->nr_scenarios),
			"cells", strings(p->cells, p->nr_cells)));
		free(name);
	}
	json_object_set_new(o, "parts", list);
	return json_take(o, JSON_INDENT(1));
}

static int read_strings(char ***v, size_t *nr, const json_t *a)
{
	for (size_t i = 0; i < json_array_size(a); i++) {
		const char *s = json_string_value(json_array_get(a, i));

		if (!s)
			return -EINVAL;
		append(v, nr, s);
	}
	return *nr ? 0 : -EINVAL;
}

static int read_part(struct part *p, const json_t *o)
{
	const char *kernel = json_string_value(json_object_get(o, "kernel"));
	const char *group = json_string_value(json_object_get(o, "group"));
	const char *world = json_string_value(json_object_get(o, "world"));
	const char *engines = json_string_value(json_object_get(o, "engines"));

	if (!kernel || !group || !world || world_parse(world, &p->world) || !engines ||
	    (strcmp(engines, "soft") && strcmp(engines, "drivers")))
		return -EINVAL;
	p->kernel = xstrdup(kernel);
	p->group = xstrdup(group);
	p->drivers = !strcmp(engines, "drivers");
	return read_strings(&p->scenarios, &p->nr_scenarios, json_object_get(o, "scenarios")) ? :
	       read_strings(&p->cells, &p->nr_cells, json_object_get(o, "cells"));
}

static int read_all(struct parts *parts, const json_t *o, char why[256])
{
	const char *schema = json_string_value(json_object_get(o, "schema"));
	const char *seed = json_string_value(json_object_get(o, "seed"));
	const json_t *list = json_object_get(o, "parts");

	if (!schema || strcmp(schema, "dmatorture-plan-1") || !json_array_size(list)) {
		snprintf(why, 256, "no dmatorture-plan-1 with parts");
		return -EINVAL;
	}
	parts->has_seed = seed;
	parts->seed = seed ? strtoull(seed, NULL, 0) : 0;
	parts->repeat = json_integer_value(json_object_get(o, "repeat"));
	parts->v = xcalloc(json_array_size(list), sizeof(*parts->v));
	parts->nr = json_array_size(list);
	for (size_t i = 0; i < parts->nr; i++) {
		if (!read_part(&parts->v[i], json_array_get(list, i)))
			continue;
		snprintf(why, 256, "part %zu lacks a kernel, group, world, engines, scenarios or cells", i + 1);
		return -EINVAL;
	}
	return 0;
}

int parts_read(struct parts *parts, const char *text, char why[256])
{
	json_error_t error;
	json_t *o = json_loads(text, 0, &error);
	int err;

	memset(parts, 0, sizeof(*parts));
	if (!o) {
		snprintf(why, 256, "%d:%d: %.160s", error.line, error.column, error.text);
		return -EINVAL;
	}
	err = read_all(parts, o, why);
	if (err)
		parts_free(parts);
	json_decref(o);
	return err;
}

static void free_strings(char **v, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(v[i]);
	free(v);
}

void parts_free(struct parts *parts)
{
	for (size_t i = 0; i < parts->nr; i++) {
		free(parts->v[i].kernel);
		free(parts->v[i].group);
		free_strings(parts->v[i].scenarios, parts->v[i].nr_scenarios);
		free_strings(parts->v[i].cells, parts->v[i].nr_cells);
	}
	free(parts->v);
	memset(parts, 0, sizeof(*parts));
}
