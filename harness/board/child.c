// SPDX-License-Identifier: GPL-2.0-only
/* Programs with pipes to them, of which none ever makes us wait. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_AFTER_S	3
#define MAX_READS	64	/* in one step, so that others have their turn */

static time_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void become(char **argv, int in, int out, int err, pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

int child_start(struct child *c, char **argv, const struct strbuf *input)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 }, bad = 0;
	pid_t parent = getpid();

	*c = (struct child)CHILD_NONE;
	if (input ? pipe2(in, O_CLOEXEC) : (in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
		bad = -errno;
	if (!bad && (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)))
		bad = -errno;
	if (!bad) {
		c->since = now_s();
		c->pid = fork();
		if (!c->pid)
			become(argv, in[0], out[1], err[1], parent);
		if (c->pid < 0)
			bad = -errno;
		else
			setpgid(c->pid, c->pid);	/* whoever is first */
	}
	shut(&in[0]);
	shut(&out[1]);
	shut(&err[1]);
	c->in = in[1];
	c->out = out[0];
	c->err = err[0];
	c->input = input;
	if (bad) {
		c->pid = 0;
		shut(&c->in);
		shut(&c->out);
		shut(&c->err);
		return bad;
	}
	for (int i = 0; i < 3; i++) {
		int fd = i == 0 ? c->in : i == 1 ? c->out : c->err;

		if (fd >= 0)
			fcntl(fd, F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static void give(struct child *c)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction old;

	if (c->in < 0)
		return;
	/* That it reads no more is its affair, and no reason for us to die. */
	sigaction(SIGPIPE, &ignore, &old);
	while (c->in >= 0) {
		ssize_t n;

		if (c->written == c->input->len) {
			shut(&c->in);
			break;
		}
		n = write(c->in, c->input->s + c->written, c->input->len - c->written);
		if (n > 0)
			c->written += n;
		else if (n < 0 && errno == EAGAIN)
			break;
		else if (n < 0 && errno != EINTR)
			shut(&c->in);	/* it does not want more */
	}
	sigaction(SIGPIPE, &old, NULL);
}

static void take(int *fd, struct strbuf *to)
{
	char buf[65536];

	for (int i = 0; *fd >= 0 && i < MAX_READS; i++) {
		ssize_t n = read(*fd, buf, sizeof(buf));

		if (n > 0 && to)
			strbuf_add(to, buf, n);
		else if (n < 0 && errno == EAGAIN)
			return;
		else if (n == 0 || (n < 0 && errno != EINTR))
			shut(fd);
	}
}

static bool reap(struct child *c)
{
	int status;
	pid_t got;

	if (!c->pid)
		return true;
	got = waitpid(c->pid, &status, WNOHANG);
	if (!got || (got < 0 && errno == EINTR))
		return false;
	c->code = got < 0 ? 127 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	c->pid = 0;
	return true;
}

bool child_step(struct child *c, struct strbuf *out, struct strbuf *err)
{
	bool ended = reap(c);	/* before the last look at the pipes: nothing is missed */

	give(c);
	take(&c->out, out);
	take(&c->err, err);
	if (!ended) {
		if (c->told_to_end && now_s() - c->told_to_end > KILL_AFTER_S)
			kill(-c->pid, SIGKILL);
		return false;
	}
	/* What it started may hold the pipes still. That is not waited for. */
	shut(&c->in);
	shut(&c->out);
	shut(&c->err);
	return true;
}

bool child_runs(const struct child *c)
{
	return c->pid > 0;
}

void child_end(struct child *c)
{
	if (!c->pid || c->told_to_end)
		return;
	c->told_to_end = now_s();
	kill(-c->pid, SIGTERM);
}

void child_kill(struct child *c)
{
	if (c->pid) {
		kill(-c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	c->pid = 0;
	shut(&c->in);
	shut(&c->out);
	shut(&c->err);
}
