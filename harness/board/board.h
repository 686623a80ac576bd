/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A board: hardware, or anything else that runs a kernel which the harness does not start. It is
 * reached in one of three ways, each of which can do the same few verbs: a lab's own script, ssh,
 * or this very machine. board/README.md has the contract of the verbs.
 */
#ifndef HARNESS_BOARD_H
#define HARNESS_BOARD_H

#include <stdbool.h>

#include "facts.h"
#include "session.h"

#define BOARD_WHY	512	/* bytes of a reason */

enum board_verb {
	BOARD_PREPARE,	/* wait until it answers; print boot_id=, release=, machine= */
	BOARD_COPY_IN,	/* unpack the tar archive of standard input into a new directory */
	BOARD_START,	/* sh run.sh WORDS in that directory; streams and exit code are its */
	BOARD_CONSOLE,	/* print what the kernel says, until killed */
	BOARD_RESET,	/* reset it, whatever state it is in */
	BOARD_PSTORE,	/* print what the kernel kept of its last panic */
};

/* What the user says about a board. */
struct board_wish {
	const char *target;	/* the word of --target */
	const char *reset;	/* command line for the shell, or NULL */
	const char *console;	/* the same: it prints the console, until it is killed */
	const char *directory;	/* on the board, for the package's directory; NULL: /tmp */
	const char *ssh_config;	/* file for ssh -F, or NULL */
	unsigned int wait_s;	/* so long a board may take to answer after a death or a reset */
	bool i_know;		/* with "local": the consent */
};

/* How verbs become commands. */
struct board_way {
	const char *name, *form;
	/*
	 * The command of a verb and its @words (NULL-terminated, or NULL), as argv for execvp(),
	 * which the caller frees with verb_words_free(). NULL: there is no such verb here.
	 */
	char **(*command)(const struct board *board, enum board_verb verb,
			  const char *const *words);
	/* Can a lost connection be told from a command that failed? Then this is its exit code. */
	int lost;
	/* What to do about a first contact that failed with these words on stderr. */
	const char *(*advice)(const struct board *board, const char *said);
};

struct board {
	struct board_wish wish;
	const struct board_way *way;
	char *address;		/* "root@board"; path of the script */
	char *port;		/* or NULL */
	char *dir;		/* of the package, on the board */
	struct board_facts facts;	/* of board_prepare() */
	bool (*stop)(void);	/* does the user want to stop? NULL: never while it is prepared */
	char *boot_id;		/* of the boot that was seen last */
	char *pstore;		/* what it kept of earlier deaths; NULL: that is not known */
	char *lost;		/* why it cannot be used any more, or NULL */
};

extern const struct board_way way_exec, way_ssh, way_local;

/* Is @word "vm", the guest that needs no board? */
bool board_is_vm(const char *word);

/*
 * Reads the word of --target and looks at what can be looked at here: is the script executable?
 * The strings of @wish must live as long as the board. Returns NULL with a line in @why (BOARD_WHY
 * bytes) that says what would be right.
 */
struct board *board_open(const struct board_wish *wish, char *why);
void board_close(struct board *board);

/* Words of commands: an argv of copies of @words, and its end. */
char **verb_words(const char *const *words);
void verb_words_free(char **argv);
/* The command of a verb: the user's own, where there is one, or the way's. */
char **board_command(const struct board *board, enum board_verb verb, const char *const *words);

/*
 * The first contact: is it there, can it be written to, which kernel is it, what does it lack?
 * Leaves it as it was. Returns 0, or a negative errno with @why (BOARD_WHY bytes).
 */
int board_prepare(struct board *board, const struct vm_opts *opts, char *why);

/*
 * Runs a verb to its end: at most @limit_s seconds, and not longer than until the user wants to
 * stop. What it says goes to @out and @err, if these are not NULL; @input: bytes for its standard
 * input, or NULL. Returns its exit code, or a negative errno: -ETIMEDOUT, -EINTR, -EOPNOTSUPP.
 */
int board_do(struct board *board, enum board_verb verb, const char *const *words,
	     const struct strbuf *input, struct strbuf *out, struct strbuf *err,
	     unsigned int limit_s);

/* The last line of @text, without what would disturb a terminal. The caller frees it. */
char *board_last_line(const char *text);

/* session_board.c */
extern const struct target_kind target_board;

/*
 * package.c: a tar archive of all that @opts wants on a board: agent, modules, run.sh, and, where
 * @plan is not NULL, the plan and its job. The same bytes for the same inputs. Negative errno and
 * @why (256 bytes).
 */
int package_build(struct strbuf *tar, const struct vm_opts *opts, const void *plan, size_t plan_len,
		  char *why);

#endif /* HARNESS_BOARD_H */
