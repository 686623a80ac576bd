// SPDX-License-Identifier: GPL-2.0-only
/* Runs programs that the harness's tests put into the guest. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

#define MAX_WORDS 64

static void child(const char *line, int out)
{
	char *words[MAX_WORDS + 1], *copy = xstrdup(line), *save = NULL, *w;
	int n = 0;

	for (w = strtok_r(copy, " ", &save); w && n < MAX_WORDS; w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	words[n] = NULL;
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	if (n)
		execv(words[0], words);
	dprintf(out, "%s: %s\n", line, strerror(errno));
	_exit(127);
}

void run_command(const char *line)
{
	char buf[4096];
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	say_text(FRAME_LOG, "exec %s", line);
	if (pipe(fds)) {
		say_text(FRAME_LOG, "exec %s: %s", line, strerror(errno));
		return;
	}
	pid = fork();
	if (!pid) {
		close(fds[0]);
		child(line, fds[1]);
	}
	close(fds[1]);
	while (pid > 0 && ((n = read(fds[0], buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			send_frame(FRAME_LOG, buf, n);
	close(fds[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		say_text(FRAME_LOG, "exec %s: exit 127", line);
	else if (WIFSIGNALED(status))
		say_text(FRAME_LOG, "exec %s: signal %d", line, WTERMSIG(status));
	else
		say_text(FRAME_LOG, "exec %s: exit %d", line, WEXITSTATUS(status));
}
