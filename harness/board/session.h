/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between a run and what it runs on. A target is prepared once; then each session gives
 * it a plan and takes frames, a console and an end. A guest under QEMU (vm) is one kind of target,
 * a board behind ssh or a lab's script another; who runs cells does not know which it has.
 */
#ifndef HARNESS_SESSION_H
#define HARNESS_SESSION_H

#include "vm/vm.h"

struct board;

struct target_kind {
	const char *name;	/* what stands before the colon of --target */
	const char *form;	/* how it is written: "ssh:[USER@]HOST[:PORT]" */
	/*
	 * Before the first session: is it there, is it what was meant, what can it do? Fills the
	 * board's facts. Negative errno and @why (512 bytes). NULL: nothing is to be prepared, as
	 * each session makes its machine.
	 */
	int (*prepare)(struct board *board, const struct vm_opts *opts, char *why);
	/* A session begins; as session_start(). */
	int (*start)(void **state, const struct vm_opts *opts, const void *plan, size_t plan_len,
		     vm_frame_fn fn, void *arg, char *why);
	/* Takes in frames, console and end, without waiting; as session_pump(). */
	enum vm_fate (*pump)(void *state);
	int (*fd)(const void *state);
	void (*kill)(void *state, enum vm_fate fate);
	const char *(*title)(const void *state);
	void (*free)(void *state);
	/* Brings back a machine that does not answer. NULL: it is made anew for each session. */
	int (*reset)(struct board *board, char *why);
};

/* session_vm.c: a guest under QEMU. */
extern const struct target_kind target_vm;

struct session;

/*
 * Begins a session on opts->board, or in a guest where that is NULL. Files go to opts->dir, as
 * vm_start() says; @fn is called for each good frame, in order. The strings of @opts must live as
 * long as the session. Negative errno and @why (256 bytes).
 */
int session_start(struct session **session, const struct vm_opts *opts, const void *plan,
		  size_t plan_len, vm_frame_fn fn, void *arg, char *why);

/* Takes in what has come, without waiting. Returns the fate, VM_RUNNING while it goes on. */
enum vm_fate session_pump(struct session *session);

/* A file descriptor that polls readable when session_pump() has something to do. */
int session_fd(const struct session *session);

/* Ends it early; session_pump() will return @fate when the target has been left as it was found. */
void session_kill(struct session *session, enum vm_fate fate);

/* One line about what went wrong, or "". Valid until session_free(). */
const char *session_title(const struct session *session);

/* Ends it at once if it still goes on; files in opts->dir stay. */
void session_free(struct session *session);

#endif /* HARNESS_SESSION_H */
