// SPDX-License-Identifier: GPL-2.0-only
/* Hands a session to the kind of target that it is on. */
#include "session.h"

#include <stdlib.h>

#include "board.h"

struct session {
	const struct target_kind *kind;
	void *state;
};

int session_start(struct session **session, const struct vm_opts *opts, const void *plan,
		  size_t plan_len, vm_frame_fn fn, void *arg, char *why)
{
	struct session *s = xcalloc(1, sizeof(*s));
	int err;

	s->kind = opts->board ? &target_board : &target_vm;
	err = s->kind->start(&s->state, opts, plan, plan_len, fn, arg, why);
	if (err) {
		free(s);
		s = NULL;
	}
	*session = s;
	return err;
}

enum vm_fate session_pump(struct session *session)
{
	return session->kind->pump(session->state);
}

int session_fd(const struct session *session)
{
	return session->kind->fd(session->state);
}

void session_kill(struct session *session, enum vm_fate fate)
{
	session->kind->kill(session->state, fate);
}

const char *session_title(const struct session *session)
{
	return session->kind->title(session->state);
}

void session_free(struct session *session)
{
	if (!session)
		return;
	session->kind->free(session->state);
	free(session);
}
