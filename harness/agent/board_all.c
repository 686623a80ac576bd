// SPDX-License-Identifier: GPL-2.0-only
/*
 * All plans of a package, one after the other, on a board that nobody drives from outside: what
 * they say stays in files of the package, which is a run directory for `dmatorture recover`.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "board.h"

#define BOOTS		"boots"
#define FACTS		"probe.txt"
#define LAST_LINES_NS	300000000	/* for the console, when a plan is done */

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int open_new(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		fprintf(stderr, "dmatorture agent: %s: %s\n", path, strerror(errno));
	return fd;
}

/* Copies boots/@boot/@name to @name, where the plan's process looks for it. */
static bool take(const char *boot, const char *name)
{
	char *from = xasprintf(BOOTS "/%s/%s", boot, name);
	struct strbuf sb = STRBUF_INIT;
	int err = strbuf_read_file(&sb, from), fd = err ? -1 : open_new(name);
	bool good = fd >= 0 && write(fd, strbuf_str(&sb), sb.len) == (ssize_t)sb.len;

	if (err)
		fprintf(stderr, "dmatorture agent: %s: %s\n", from, strerror(-err));
	if (fd >= 0)
		close(fd);
	strbuf_free(&sb);
	free(from);
	return good;
}

/* A process whose standard output is boots/@boot/@name: it calls @fn, whose value is its code. */
static pid_t into_file(const char *boot, const char *name, int (*fn)(void))
{
	char *path = xasprintf(BOOTS "/%s/%s", boot, name);
	int fd = open_new(path);
	pid_t pid = -1;

	free(path);
	if (fd < 0)
		return -1;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		dup2(fd, STDOUT_FILENO);
		_exit(fn());
	}
	close(fd);
	return pid;
}

static int console(void)
{
	return board_console(-1);
}

/* Runs the plan of one boot. Returns an exit code of board.h. */
static int run_boot(const char *boot)
{
	const struct timespec last = { .tv_nsec = LAST_LINES_NS };
	int status = 0, code = BOARD_CANNOT;
	pid_t log, plan;

	unlink(BOARD_CHANNEL);
	unlink(BOARD_ENDED);
	unlink(BOARD_LOG);
	if (!take(boot, BOARD_PLAN) || !take(boot, BOARD_JOB))
		return BOARD_CANNOT;
	log = into_file(boot, "console.log", console);
	plan = log < 0 ? -1 : into_file(boot, BOARD_CHANNEL, board_run);
	if (plan > 0) {
		while (waitpid(plan, &status, 0) < 0 && errno == EINTR)
			;
		code = WIFEXITED(status) ? WEXITSTATUS(status) : BOARD_DIED;
	}
	nanosleep(&last, NULL);
	if (log > 0) {
		kill(log, SIGTERM);
		waitpid(log, NULL, 0);
	}
	if (board_clean())
		code = BOARD_CANNOT;
	unlink(BOARD_CHANNEL);
	return code;
}

/* What the board is, for those who read the results. */
static int keep_facts(void)
{
	int fd = open_new(FACTS), old = dup(STDOUT_FILENO), code;

	if (fd < 0)
		return BOARD_CANNOT;
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	code = board_probe(0);
	fflush(stdout);
	dup2(old, STDOUT_FILENO);
	close(fd);
	close(old);
	return code ? board_probe(1) : BOARD_OK;
}

int board_all(void)
{
	struct dirent **names;
	int code = keep_facts(), worst = code, n;

	if (code)
		return code;
	n = scandir(BOOTS, &names, visible, versionsort);
	if (n <= 0) {
		fprintf(stderr, "dmatorture agent: " BOOTS ": this package has no plans\n");
		return BOARD_CANNOT;
	}
	for (int i = 0; i < n; i++) {
		char *done = xasprintf(BOOTS "/%s/" BOARD_CHANNEL, names[i]->d_name);

		if (!access(done, F_OK)) {
			printf("%d/%d %s: it has run before\n", i + 1, n, names[i]->d_name);
		} else {
			printf("%d/%d %s\n", i + 1, n, names[i]->d_name);
			fflush(stdout);
			code = run_boot(names[i]->d_name);
			worst = code > worst ? code : worst;
		}
		free(done);
		free(names[i]);
	}
	free(names);
	printf("done: take this directory to where dmatorture is, and: dmatorture recover DIR\n");
	return worst;
}
