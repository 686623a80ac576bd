// SPDX-License-Identifier: GPL-2.0-only
/* Looks in sysfs for the driver or device that snoop is to watch. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/program/words.h"
#include "snoop.h"

struct names {
	char **v;		/* v[nr] is NULL */
	size_t nr;
};

static void add_name(struct names *names, const char *name)
{
	names->v = xrealloc(names->v, (names->nr + 2) * sizeof(*names->v));
	names->v[names->nr++] = xstrdup(name);
	names->v[names->nr] = NULL;
}

/* Adds the names in a directory of sysfs, in which '!' is a slash (kobject_set_name_vargs()). */
static void add_all(struct names *names, const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		add_name(names, e->d_name);
		for (char *c = names->v[names->nr - 1]; *c; c++)
			if (*c == '!')
				*c = '/';
	}
	if (d)
		closedir(d);
}

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->nr; i++)
		if (!strcmp(names->v[i], name))
			return true;
	return false;
}

bool snoop_has(const char *bus_dir, const char *what, const char *name, char near[64])
{
	struct names names = { .nr = 0 };
	DIR *buses = opendir(bus_dir);
	const struct dirent *e;
	const char *best = NULL;
	bool found = !buses;

	while (buses && (e = readdir(buses))) {
		char *path = xasprintf("%s/%s/%s", bus_dir, e->d_name, what);

		if (e->d_name[0] != '.')
			add_all(&names, path);
		free(path);
	}
	if (buses)
		closedir(buses);
	found |= has_name(&names, name);
	if (!found && names.nr)
		best = word_nearest((const char *const *)names.v, name, strlen(name));
	snprintf(near, 64, "%s", best ? best : "");
	for (size_t i = 0; i < names.nr; i++)
		free(names.v[i]);
	free(names.v);
	return found;
}
