// SPDX-License-Identifier: GPL-2.0-only
/* Where the user's cache is. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "strbuf.h"

char *cache_dir(const char *name)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *base = xdg && *xdg ? xstrdup(xdg) : xasprintf("%s/.cache", home ? home : "/tmp");
	char *top = xasprintf("%s/dmatorture", base), *dir;

	mkdir(base, 0777);
	mkdir(top, 0777);
	free(base);
	if (!*name)
		return top;
	dir = xasprintf("%s/%s", top, name);
	mkdir(dir, 0777);
	free(top);
	return dir;
}
