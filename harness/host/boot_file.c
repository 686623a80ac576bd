// SPDX-License-Identifier: GPL-2.0-only
/* Writes what is known about a guest before and after it ran, and reads it to recover a run. */
#include "boot_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json_text.h"
#include "rundir.h"

#define SCHEMA	"dmatorture-boot-1"

static char *file_of(const struct run *run, const char *name)
{
	return xasprintf("%s/boots/%s/boot.json", run->dir, name);
}

int boot_file_write(const struct run *run, const struct boot *boot)
{
	json_t *cells = json_array(), *o;
	char *path = file_of(run, boot->name), *text;
	int err;

	for (uint32_t i = 0; i < boot->nr_cells; i++)
		json_array_append_new(cells, json_integer(boot->cells[i]));
	o = json_pack("{s:o s:o s:o s:i s:i s:o s:o s:f s:o}", "schema", json_text(SCHEMA), "name",
		      json_text(boot->name), "world", json_text(world_name(boot->world)), "kind",
		      boot->kind, "attempt", (int)boot->attempt, "fate",
		      json_text(vm_fate_name(boot->fate)), "title",
		      json_text(boot->title ? boot->title : ""), "wall_s", boot->wall_s, "cells",
		      cells);
	text = json_take(o, JSON_INDENT(1));
	err = write_whole(path, text, strlen(text));
	free(text);
	free(path);
	return err;
}

static int fate_parse(const char *name, enum vm_fate *fate)
{
	for (int f = VM_RUNNING; f <= VM_INTERRUPTED; f++)
		if (!strcmp(vm_fate_name(f), name)) {
			*fate = f;
			return 0;
		}
	return -EINVAL;
}

/* Takes the file's content. False: it is not valid, or cannot be of this run. */
static bool take(const struct run *run, const char *name, const json_t *o, struct boot *boot)
{
	const char *schema, *is, *world, *fate, *title;
	json_t *cells;
	int attempt;

	if (json_unpack((json_t *)o, "{s:s s:s s:s s:i s:i s:s s:s s:F s:o}", "schema", &schema,
			"name", &is, "world", &world, "kind", &boot->kind, "attempt", &attempt, "fate", &fate,
			"title", &title, "wall_s", &boot->wall_s, "cells", &cells))
		return false;
	if (strcmp(schema, SCHEMA) || strcmp(is, name) || world_parse(world, &boot->world) ||
	    fate_parse(fate, &boot->fate) || !json_is_array(cells) || attempt < 0)
		return false;
	boot->attempt = attempt;
	boot->name = xstrdup(name);
	boot->title = xstrdup(title);
	boot->nr_cells = json_array_size(cells);
	boot->cells = xcalloc(boot->nr_cells, sizeof(*boot->cells));
	for (uint32_t i = 0; i < boot->nr_cells; i++) {
		const json_t *n = json_array_get(cells, i);

		if (!json_is_integer(n) || json_integer_value(n) < 0 ||
		    json_integer_value(n) >= run->nr_cells)
			return false;
		boot->cells[i] = json_integer_value(n);
	}
	return true;
}

int boot_file_read(const struct run *run, const char *name, struct boot *boot, char why[256])
{
	char *path = file_of(run, name);
	struct strbuf text = STRBUF_INIT;
	json_error_t error;
	json_t *o = NULL;
	int err = strbuf_read_file(&text, path);

	memset(boot, 0, sizeof(*boot));
	free(path);
	if (!err) {
		o = json_loads(strbuf_str(&text), 0, &error);
		if (!o) {
			snprintf(why, 256, "boot.json:%d:%d: %.160s", error.line, error.column, error.text);
			err = -EBADMSG;
		} else if (!take(run, name, o, boot)) {
			snprintf(why, 256, "boot.json is no " SCHEMA " of this run");
			boot_free(boot);
			memset(boot, 0, sizeof(*boot));
			err = -EBADMSG;
		}
	}
	json_decref(o);
	strbuf_free(&text);
	return err;
}
