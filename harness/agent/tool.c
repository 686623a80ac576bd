// SPDX-License-Identifier: GPL-2.0-only
/* Runs programs of the distribution, which harness/kernels/tools-setup put into the guest. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "workload.h"

#define MAX_WORDS	40

static void child(const char *const *args)
{
	const char *argv[MAX_WORDS] = { "/ld.so", "--library-path", "/" };
	int out = open(TOOL_OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0600), n = 3;

	while (*args && n < MAX_WORDS - 1)
		argv[n++] = *args++;
	if (out >= 0) {
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
	}
	setenv("MDADM_NO_UDEV", "1", 1);
	execv(argv[0], (char **)argv);
	perror(argv[0]);
	_exit(127);
}

int tool_run(const char *const *args, void (*alive)(void))
{
	const struct timespec tick = { .tv_nsec = 50000000 };
	pid_t pid = fork(), got = 0;
	int status = 0;

	if (!pid)
		child(args);
	while (pid > 0 && !got) {
		got = waitpid(pid, &status, WNOHANG);
		if (got)
			break;
		nanosleep(&tick, NULL);
		if (alive)
			alive();
	}
	if (got <= 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127)
		return -1;
	return WEXITSTATUS(status);
}

void tool_said(char *out, size_t size)
{
	struct strbuf sb = STRBUF_INIT;
	const char *line;

	strbuf_read_file(&sb, TOOL_OUTPUT);
	while (sb.len && sb.s[sb.len - 1] == '\n')
		sb.s[--sb.len] = '\0';
	line = strrchr(strbuf_str(&sb), '\n');
	snprintf(out, size, "%s", line ? line + 1 : strbuf_str(&sb));
	strbuf_free(&sb);
}
