// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of a session on a board, each a verb that runs beside us:
 *
 *	PREPARE -> COPY -> RUN -> CLEAN			all went well
 *	RUN -> BACK -> FOLLOW -> CLEAN			the link was lost, not the board
 *	RUN -> BACK -> PSTORE -> FOLLOW -> CLEAN	the board has booted since: it died
 *	RUN -> BACK -> RESET -> BACK -> ...		it does not answer
 *
 * A board is told by its boot_id. What it had sent until then counts in each case.
 */
#include "on_board.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "death.h"

/* A board that has not sent a frame yet loads modules and the observer. */
#define START_TIMEOUT_S	120
#define COPY_S		300
#define CLEAN_S		60
#define SMALL_S		30	/* verbs that do next to nothing */
#define RETRY_S		2
#define WORDS_S		5	/* for the last lines of the console, when the plan is done */
#define MAX_LOSSES	5	/* in a row, without a byte in between */

static void watch(struct on_board *s, const struct child *c)
{
	const int fds[] = { c->out, c->err };

	for (size_t i = 0; i < 2; i++) {
		struct epoll_event e = { .events = EPOLLIN };

		if (fds[i] >= 0)
			epoll_ctl(s->poll, EPOLL_CTL_ADD, fds[i], &e);
	}
}

/* Starts a verb as @c. False: there is no such verb, or no process to be had. */
static bool begin_verb(struct on_board *s, struct child *c, enum board_verb verb,
		       const char *const *words, const struct strbuf *input)
{
	static const char *const names[] = { "prepare", "copy", "start", "console", "reset", "pstore" };
	char **argv = board_command(s->board, verb, words), *note;
	int err = argv ? child_start(c, argv, input) : -EOPNOTSUPP;

	note = xasprintf("-- %s%s%s\n", names[verb], words && *words ? " " : "",
			 words && *words ? *words : "");
	on_board_write(s, s->log, note, strlen(note));
	free(note);
	verb_words_free(argv);
	if (!err)
		watch(s, c);
	return !err;
}

static void begin_console(struct on_board *s)
{
	char *path = on_board_path(s, "console.log"), since[32];
	long long us = death_last_stamp(path);
	const char *const words[] = { since, NULL };

	snprintf(since, sizeof(since), "%lld", us);
	s->no_console = !begin_verb(s, &s->console, BOARD_CONSOLE, us >= 0 ? words : NULL, NULL);
	free(path);
}

/* The session is over as far as the plan goes; the board is left clean, if it answers. */
void on_board_settle(struct on_board *s, enum vm_fate fate)
{
	s->fate = fate;
	on_board_go(s, s->answered ? CLEAN : OVER);
}

void on_board_go(struct on_board *s, enum board_step step)
{
	static const char *const run[] = { "run", NULL }, *const clean[] = { "clean", NULL };
	char at[32];
	const char *const follow[] = { "follow", at, NULL };
	bool begun = true;

	s->step = step;
	s->step_since = on_board_now();
	s->retry_at = 0;
	strbuf_reset(&s->said);
	strbuf_reset(&s->complaint);
	switch (step) {
	case PREPARE:
	case BACK:
		begun = begin_verb(s, &s->main, BOARD_PREPARE, NULL, NULL);
		break;
	case COPY:
		begun = begin_verb(s, &s->main, BOARD_COPY_IN, NULL, &s->package);
		break;
	case RUN:
		begin_console(s);
		s->last_sign = on_board_now();
		begun = begin_verb(s, &s->main, BOARD_START, run, NULL);
		break;
	case FOLLOW:
		snprintf(at, sizeof(at), "%llu", (unsigned long long)s->received);
		s->last_sign = on_board_now();
		begun = begin_verb(s, &s->main, BOARD_START, follow, NULL);
		break;
	case PSTORE:
		if (!begin_verb(s, &s->main, BOARD_PSTORE, NULL, NULL))
			on_board_go(s, FOLLOW);
		return;
	case RESET:
		begun = begin_verb(s, &s->main, BOARD_RESET, NULL, NULL);
		break;
	case CLEAN:
		begun = begin_verb(s, &s->main, BOARD_START, clean, NULL);
		break;
	case LAST_WORDS:
		break;
	case OVER:
		child_end(&s->console);
		break;
	}
	if (!begun && step != OVER) {
		on_board_title(s, "no process can be started", "");
		s->fate = s->fate == VM_RUNNING ? VM_DIED : s->fate;
		s->step = OVER;
	}
}

static void take_boot_id(struct on_board *s)
{
	struct board_facts facts;

	board_facts_read(&facts, strbuf_str(&s->said));
	if (*facts.boot_id) {
		s->rebooted |= s->step == BACK && strcmp(facts.boot_id, s->board->boot_id);
		free(s->board->boot_id);
		s->board->boot_id = xstrdup(facts.boot_id);
	} else if (s->step == BACK) {
		/* Who cannot tell boots apart gets the safe answer: it died. */
		s->rebooted = true;
	}
	board_facts_free(&facts);
}

/* The board does not answer any more, and nothing can be done about it. */
static void give_up(struct on_board *s, const char *why)
{
	enum vm_fate fate = death_kind(s->opts->dir, s->title, sizeof(s->title));

	s->answered = false;
	free(s->board->lost);
	s->board->lost = xasprintf("the board cannot be used any more: %s", why);
	on_board_title(s, why, "");
	if (s->fate != VM_RUNNING)	/* the plan's end was seen before */
		fate = s->fate;
	on_board_settle(s, fate == VM_RUNNING ? VM_DIED : fate);
}

static bool can_reset(const struct on_board *s)
{
	char **argv;

	if (s->was_reset || s->killed)
		return false;
	argv = board_command(s->board, BOARD_RESET, NULL);
	verb_words_free(argv);
	return argv;
}

static void no_answer(struct on_board *s)
{
	if (can_reset(s)) {
		s->was_reset = true;
		on_board_go(s, RESET);
		return;
	}
	give_up(s, s->was_reset ? "it was reset, and does not answer" :
		   "it does not answer: a hang, or a broken network (with --reset CMD it would be reset)");
}

/*
 * A plan hangs in the kernel, or a module cannot be unloaded: only a reset helps. Else the board
 * is no place for the rest of the run.
 */
static void not_clean(struct on_board *s, const char *why)
{
	if (can_reset(s)) {
		s->was_reset = true;
		s->answered = false;
		on_board_go(s, RESET);
		return;
	}
	fprintf(stderr, "dmatorture: %s: the board is not as it was found: %s\n",
		s->board->wish.target, why);
	free(s->board->lost);
	s->board->lost = xasprintf("the board cannot be used any more, it is not as it was found: %s", why);
	on_board_go(s, OVER);
}

/* The plan's end was not seen. What is known of the kernel's death decides. */
static void settle_death(struct on_board *s)
{
	enum vm_fate fate;

	if (s->fate != VM_RUNNING) {	/* it was reset only to be clean again */
		on_board_settle(s, s->fate);
		return;
	}
	fate = death_kind(s->opts->dir, s->title, sizeof(s->title));
	if (s->end && !s->rebooted) {
		on_board_settle(s, VM_DONE);
	} else if (fate != VM_RUNNING) {
		on_board_settle(s, fate);
	} else if (s->hung || s->was_reset) {
		char what[80];

		snprintf(what, sizeof(what), "no sign of life for %u s", s->hung ? s->opts->timeout_s :
			 s->board->wish.wait_s);
		on_board_title(s, what, "");
		on_board_settle(s, VM_HANG);
	} else {
		/*
		 * A kernel that panics boots again if it was told to. Where it was not, something
		 * else has reset the board.
		 */
		on_board_title(s, s->board->facts.panics_boot ?
			       "the board booted again, and neither console nor pstore has a word of why" :
			       "the board was reset, and not by a panic: kernel.panic is 0 there", "");
		on_board_settle(s, s->board->facts.panics_boot ? VM_PANIC : VM_DIED);
	}
}

static void back(struct on_board *s)
{
	s->answered = true;
	if (s->rebooted) {
		child_end(&s->console);
		on_board_go(s, PSTORE);
		return;
	}
	if (s->hung) {
		settle_death(s);
		return;
	}
	if (!child_runs(&s->console))
		begin_console(s);
	on_board_go(s, FOLLOW);
}

/* RUN or FOLLOW has ended with @code. */
static void channel_ended(struct on_board *s, int code)
{
	char *line = board_last_line(strbuf_str(&s->complaint));

	if (s->rebooted) {	/* what was left on its disk is taken */
		settle_death(s);
	} else if (s->end && !code) {
		on_board_go(s, LAST_WORDS);
	} else if (code == 3 && !s->hello) {
		on_board_title(s, *line ? line : "the agent did not start", "");
		on_board_settle(s, VM_NO_AGENT);
	} else if (code == 4 || (code == 3 && s->hello)) {
		on_board_title(s, *line ? line : "the agent ended before its plan", "");
		on_board_settle(s, VM_DIED);
	} else {
		s->losses = s->received > s->at_loss ? 1 : s->losses + 1;
		s->at_loss = s->received;
		if (s->losses >= MAX_LOSSES) {
			on_board_title(s, "the connection is lost again and again", line);
			on_board_settle(s, VM_DIED);
		} else {
			s->answered = false;
			on_board_go(s, BACK);
		}
	}
	free(line);
}

static void keep_pstore(struct on_board *s)
{
	int fd = s->said.len ? on_board_open(s, "pstore.log") : -1;

	if (fd < 0)
		return;
	on_board_write(s, fd, s->said.s, s->said.len);
	close(fd);
	death_from_pstore(s->opts->dir, s->board->pstore, strbuf_str(&s->said), s->console_log);
	free(s->board->pstore);
	s->board->pstore = xstrdup(strbuf_str(&s->said));
}

void on_board_ended(struct on_board *s)
{
	int code = s->main.code;
	char *line = board_last_line(strbuf_str(&s->complaint));

	switch (s->step) {
	case PREPARE:
	case BACK:
		if (!code) {
			take_boot_id(s);
			s->answered = true;
			if (s->step == BACK)
				back(s);
			else
				on_board_go(s, COPY);
		} else {
			s->retry_at = on_board_now() + RETRY_S;
		}
		break;
	case COPY:
		if (!code) {
			on_board_go(s, RUN);
			break;
		}
		/* It has left nothing, as the contract says. */
		on_board_title(s, "the package could not be copied to the board", line);
		s->fate = VM_NO_AGENT;
		on_board_go(s, OVER);
		break;
	case RUN:
	case FOLLOW:
		channel_ended(s, code);
		break;
	case PSTORE:
		keep_pstore(s);
		on_board_go(s, FOLLOW);
		break;
	case RESET:
		if (!code) {
			on_board_go(s, BACK);
			break;
		}
		on_board_title(s, "the reset failed", line);
		give_up(s, "it does not answer, and the reset failed");
		break;
	case CLEAN:
		/* After a boot the directory may be gone, and nothing is loaded. */
		if (code && !s->rebooted)
			not_clean(s, *line ? line : "clean failed");
		else
			on_board_go(s, OVER);
		break;
	case LAST_WORDS:
	case OVER:
		break;
	}
	free(line);
}

/* ---- time ---- */

static unsigned int limit_of(const struct on_board *s)
{
	switch (s->step) {
	case COPY:
		return COPY_S;
	case RUN:
	case FOLLOW:
		return !s->hello && s->opts->timeout_s < START_TIMEOUT_S ? START_TIMEOUT_S :
									  s->opts->timeout_s;
	case CLEAN:
		return CLEAN_S;
	case RESET:
		return s->board->wish.wait_s;
	default:
		return SMALL_S;
	}
}

static void out_of_time(struct on_board *s)
{
	child_kill(&s->main);
	switch (s->step) {
	case RUN:
	case FOLLOW:
		s->hung = true;
		s->answered = false;
		on_board_go(s, BACK);
		break;
	case COPY:
		on_board_title(s, "the package could not be copied to the board: it took too long", "");
		on_board_settle(s, VM_NO_AGENT);
		break;
	case PREPARE:
	case BACK:
		s->retry_at = on_board_now() + RETRY_S;
		break;
	case PSTORE:
		on_board_go(s, FOLLOW);
		break;
	case RESET:
		give_up(s, "it does not answer, and the reset does not end");
		break;
	case CLEAN:
		not_clean(s, "the plan cannot be ended there");
		break;
	case LAST_WORDS:
	case OVER:
		break;
	}
}

/* Tries again, or sees that it is no use. True when nothing runs meanwhile. */
bool on_board_between(struct on_board *s)
{
	const char *word;
	char *line;

	if (!s->retry_at)
		return false;
	if (s->killed) {
		on_board_go(s, OVER);
	} else if (on_board_now() - s->step_since > (time_t)s->board->wish.wait_s) {
		line = board_last_line(strbuf_str(&s->complaint));
		word = *line ? line : "prepare failed";
		if (s->step == BACK) {
			no_answer(s);
		} else if (can_reset(s)) {
			s->was_reset = true;
			on_board_go(s, RESET);
		} else {
			on_board_title(s, "the board does not answer", word);
			give_up(s, "it does not answer");
		}
		free(line);
	} else if (on_board_now() >= s->retry_at) {
		time_t since = s->step_since;

		on_board_go(s, s->step);
		s->step_since = since;
	}
	return s->retry_at;
}

void on_board_time(struct on_board *s)
{
	time_t since = on_board_is_channel(s) ? s->last_sign : s->main.since;

	if (s->step == LAST_WORDS) {
		char *path = on_board_path(s, "console.log");

		if (death_has_last_words(path) || !child_runs(&s->console) ||
		    on_board_now() - s->step_since > WORDS_S)
			on_board_settle(s, VM_DONE);
		free(path);
	} else if (s->damaged && on_board_is_channel(s)) {
		child_kill(&s->main);
		snprintf(s->title, sizeof(s->title),
			 "frame %u of the result channel is damaged or missing", s->next_seq);
		on_board_settle(s, VM_CHANNEL);
	} else if (s->disk_full && s->step < CLEAN) {
		child_kill(&s->main);
		snprintf(s->title, sizeof(s->title), "no room for the results");
		on_board_settle(s, VM_DISK_FULL);
	} else if (child_runs(&s->main) && on_board_now() - since > (time_t)limit_of(s)) {
		out_of_time(s);
	}
}
