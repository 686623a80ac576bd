// SPDX-License-Identifier: GPL-2.0-only
/* Recordings, and classes of violations, as words of a command line. */
#include "recording_arg.h"

#include <errno.h>
#include <string.h>

#include "lib/judge/recording.h"

const struct violation *class_arg(struct argp_state *state, const char *name)
{
	const struct violation *class = violation_find(name);
	const char *near;

	if (class)
		return class;
	near = violation_nearest(name);
	if (near)
		argp_error(state, "no class '%s'; did you mean '%s'?", name, near);
	argp_error(state, "no class '%s'; `dmatorture explain` lists them", name);
	return NULL;
}

error_t recording_key(int key, char *arg, struct argp_state *state, const char **file)
{
	switch (key) {
	case ARGP_KEY_ARG:
		if (*file)
			argp_error(state, "one recording at a time");
		*file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which recording?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

FILE *recording_open(const char *path)
{
	FILE *f = fopen(path, "rbe");

	if (!f)
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(errno));
	return f;
}

int recording_use(const char *path, int (*use)(const void *args, FILE *f), const void *args)
{
	FILE *f = recording_open(path);
	int code;

	if (!f)
		return 2;
	code = use(args, f);
	fclose(f);
	return code;
}

bool recording_take(FILE *f, const char *path, struct evstream *s)
{
	char why[256];

	if (!recording_read(f, s, why))
		return true;
	fprintf(stderr, "dmatorture: %s: %s\n", path, why);
	return judge_counters(evstream_judge(s))->events != 0;
}
