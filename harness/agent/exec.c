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

/* Sends what @fd gives until its end, by whole lines: whoever prints a frame ends its last line. */
static void send_lines(int fd)
{
	char buf[4096], *end;
	size_t have = 0, sent;
	ssize_t n;

	while ((n = read(fd, buf + have, sizeof(buf) - have)) > 0 || (n < 0 && errno == EINTR)) {
		have += n > 0 ? n : 0;
		end = memrchr(buf, '\n', have);
		sent = end ? (size_t)(end + 1 - buf) : have == sizeof(buf) ? have : 0;
		if (sent)
			send_frame(FRAME_LOG, buf, sent);
		have -= sent;
		memmove(buf, buf + sent, have);
	}
	if (have)
		send_frame(FRAME_LOG, buf, have);
}

void run_command(const char *line)
{
	int fds[2], status;
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
	if (pid > 0)
		send_lines(fds[0]);
	close(fds[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		say_text(FRAME_LOG, "exec %s: exit 127", line);
	else if (WIFSIGNALED(status))
		say_text(FRAME_LOG, "exec %s: signal %d", line, WTERMSIG(status));
	else
		say_text(FRAME_LOG, "exec %s: exit %d", line, WEXITSTATUS(status));
}
