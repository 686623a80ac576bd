// SPDX-License-Identifier: GPL-2.0-only
/* QEMU's control channel: lines of JSON, and file descriptors beside them. */
#include "qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int qmp_open(struct qmp *q, int *theirs)
{
	int fds[2];

	*q = (struct qmp) { .fd = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return -errno;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	fcntl(fds[1], F_SETFD, 0);
	q->fd = fds[0];
	*theirs = fds[1];
	return 0;
}

void qmp_close(struct qmp *q)
{
	if (q->fd >= 0)
		close(q->fd);
	q->fd = -1;
	strbuf_free(&q->in);
}

void qmp_send(struct qmp *q, const char *command, int pass)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { (char *)command, strlen(command) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (pass >= 0) {
		struct cmsghdr *c;

		msg.msg_control = control.buf;
		msg.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass, sizeof(int));
	}
	/* Commands are shorter than any socket's buffer: all or nothing. */
	while (q->fd >= 0 && sendmsg(q->fd, &msg, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

static void receive(struct qmp *q)
{
	char buf[4096];
	ssize_t n;

	while (q->fd >= 0 && ((n = read(q->fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			strbuf_add(&q->in, buf, n);
}

json_t *qmp_next(struct qmp *q)
{
	json_t *msg = NULL;
	char *eol;

	receive(q);
	while (!msg && q->in.len && (eol = memchr(q->in.s, '\n', q->in.len))) {
		size_t n = eol + 1 - q->in.s;

		msg = json_loadb(q->in.s, n, 0, NULL);
		memmove(q->in.s, q->in.s + n, q->in.len - n);
		q->in.len -= n;
	}
	return msg;
}

int qmp_is_event(const json_t *msg, const char *name)
{
	const char *event = json_string_value(json_object_get(msg, "event"));

	return event && !strcmp(event, name);
}

const char *qmp_migration(const json_t *msg)
{
	if (!qmp_is_event(msg, "MIGRATION"))
		return NULL;
	return json_string_value(json_object_get(json_object_get(msg, "data"), "status"));
}

int qmp_is_answer(const json_t *msg, const char *id)
{
	const char *is = json_string_value(json_object_get(msg, "id"));

	return is && !strcmp(is, id);
}

const char *qmp_error(const json_t *msg)
{
	return json_string_value(json_object_get(json_object_get(msg, "error"), "desc"));
}
