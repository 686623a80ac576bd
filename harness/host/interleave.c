// SPDX-License-Identifier: GPL-2.0-only
/* Runs two command lines in turns, A then B each round, and collects what each measured. */
#include "interleave.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/command.h"

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

/*
 * Catches the signals that ask for a stop. The child, which is in the same process group, gets
 * them too; it keeps its results and ends.
 */
static void catch_signals(void)
{
	const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
}

/* Returns the verb, or NULL if it is not one that runs guests and prints where its results are. */
static const char *verb_of(const char *name)
{
	static const char *const verbs[] = { "run", "bench" };
	const char *verb = strrchr(name, ' ');

	for (size_t i = 0; verb && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verb + 1, verbs[i]))
			return verbs[i];
	return NULL;
}

/* Makes the command line again, with another directory for results. */
static char **command_of(const struct interleaved *side, const char *self)
{
	size_t nr = 0, n = 0;
	char **argv;

	while (side->argv[nr])
		nr++;
	argv = xcalloc(nr + 5, sizeof(*argv));
	argv[n++] = (char *)self;
	argv[n++] = (char *)verb_of(side->argv[0]);
	argv[n++] = (char *)"--results";
	argv[n++] = side->dir;
	for (char **a = side->argv + 1; *a; a++) {
		if (!strcmp(*a, "--results")) {
			if (!*++a)
				break;
		} else if (strncmp(*a, "--results=", 10)) {
			argv[n++] = *a;
		}
	}
	return argv;
}

static char *last_results(const char *said)
{
	const char *at = NULL;

	for (const char *p = said; (p = strstr(p, "results: ")); p++)
		if (p == said || p[-1] == '\n')
			at = p + strlen("results: ");
	return at ? strndup(at, strcspn(at, "\n")) : NULL;
}

static void give_up(struct interleaved *side, char *why)
{
	if (side->samples->incomplete)
		free(why);
	else
		side->samples->incomplete = why;
}

static void run_once(struct interleaved *side, const char *self)
{
	struct strbuf said = STRBUF_INIT;
	char **argv = command_of(side, self), *dir;
	int code = command_output(argv, &said);

	dir = last_results(strbuf_str(&said));
	if (dir) {
		char why[256] = "";
		int err = samples_load(dir, side->samples, why);

		if (err)
			give_up(side, xasprintf("%s: " SAMPLES_FILE ": %s", dir, why));
	}
	/* Exit code 1: a scenario failed, but the others were measured. */
	if (code > 1 || code < 0 || !dir)
		give_up(side, xasprintf("%s: a run of it ended with exit code %d", side->what, code));
	free(dir);
	free(argv);
	strbuf_free(&said);
}

static int make_dirs(struct interleaved sides[2], const char *results)
{
	time_t now = time(NULL);
	char stamp[32], *base;
	struct tm tm;
	int err = 0;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	base = xasprintf("%s/compare-%s-%d", results, stamp, (int)getpid());
	for (int i = 0; i < 2; i++)
		sides[i].dir = xasprintf("%s/%c", base, "ab"[i]);
	if ((mkdir(results, 0777) && errno != EEXIST) || mkdir(base, 0777) ||
	    mkdir(sides[0].dir, 0777) || mkdir(sides[1].dir, 0777)) {
		err = -errno;
		fprintf(stderr, "dmatorture: cannot make directories in %s: %s; choose another place with --results DIR\n",
			base, strerror(-err));
	}
	free(base);
	return err;
}

int interleave(struct interleaved sides[2], unsigned int rounds, const char *results)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int err = 0;

	if (n < 0)
		return -errno;
	self[n] = '\0';
	for (int i = 0; i < 2; i++) {
		if (verb_of(sides[i].argv[0]))
			continue;
		fprintf(stderr, "dmatorture: %s was made by '%s'; only what run or bench made can be run again\n",
			sides[i].what, sides[i].argv[0]);
		return -EINVAL;
	}
	err = make_dirs(sides, results);
	if (err)
		return err;
	catch_signals();
	for (unsigned int k = 0; k < 2 * rounds && !interrupted; k++) {
		fprintf(stderr, "  [compare] round %u of %u: %c\n", k / 2 + 1, rounds, "AB"[k % 2]);
		run_once(&sides[k % 2], self);
		if (interrupted)
			give_up(&sides[k % 2], xasprintf("interrupted in round %u of %u", k / 2 + 1,
							 rounds));
		if (sides[k % 2].samples->incomplete)
			break;
	}
	fprintf(stderr, "  [compare] the runs: %s and %s\n", sides[0].dir, sides[1].dir);
	return 0;
}
