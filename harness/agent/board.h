/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The agent on a board, where it is one program among others: "agent board ACTION", in the
 * directory of a package (board/README.md). It never mounts, switches nothing off, and loads what
 * the package names and nothing else.
 */
#ifndef AGENT_BOARD_H
#define AGENT_BOARD_H

/* Exit codes of all actions. */
#define BOARD_OK	0
#define BOARD_USAGE	2
#define BOARD_CANNOT	3	/* something is missing; it is said on stderr */
#define BOARD_FULL	5	/* of the plan's process: its channel has no room */
#define BOARD_DIED	4	/* the plan's process ended before the plan; why is on stderr */

/* Files of the directory. */
#define BOARD_PLAN	"plan.bin"
#define BOARD_JOB	"job.txt"	/* lines "seed N", "observer WORD" */
#define BOARD_CHANNEL	"channel.bin"
#define BOARD_LOADED	"loaded"	/* names of modules */
#define BOARD_LOCK	"lock"		/* held as long as a plan runs; has the process's number */
#define BOARD_ENDED	"ended"		/* how its process ended */
#define BOARD_LOG	"agent.log"	/* what it said on standard error */
#define BOARD_MODULES	"modules.load"

int cmd_board(int argc, char **argv);

/* board.c: the actions run and clean. They return one of the codes above. */
int board_run(void);
int board_clean(void);

/*
 * board_all.c: runs each plan below boots/ that has not run yet, with channel and console as files
 * beside it. Returns the worst of the codes.
 */
int board_all(void);

/*
 * Is there still somebody who reads standard output? A connection that ended tells only who writes;
 * whoever waits for something to write would stay on the board for good.
 */
int board_is_read(void);

/*
 * probe.c: prints what the machine is as lines KEY=VALUE, and what is wanting: "missing=TEXT"
 * where no plan can run, "without=TEXT" where one can, but less is seen. Quiet: only says on
 * stderr what is missing. Returns BOARD_OK or BOARD_CANNOT.
 */
int board_probe(int quiet);

/*
 * kmsg.c: prints the kernel's log as a console has it, warnings and worse, until it is killed.
 * Only what is younger than @since, in microseconds since boot; -1: what comes from now on.
 */
int board_console(long long since);

#endif /* AGENT_BOARD_H */
