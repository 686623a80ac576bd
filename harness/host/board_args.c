// SPDX-License-Identifier: GPL-2.0-only
/* Reads --target and what belongs to it. */
#include "board_args.h"

#include "args.h"

#define DEFAULT_WAIT_S	180

enum {
	OPT_TARGET = 0x400, OPT_RESET, OPT_CONSOLE, OPT_DIRECTORY, OPT_SSH_CONFIG, OPT_WAIT,
	OPT_I_KNOW,
};

static const struct argp_option options[] = {
	{ "target", OPT_TARGET, "TARGET", 0, "what to run on: vm (default), a guest for each world; ssh:[USER@]HOST[:PORT], a board; exec:SCRIPT, a lab's script (harness/board/README.md); local, this machine", 0 },
	{ "reset", OPT_RESET, "CMD", 0, "a shell's command line that resets the board when it does not answer", 0 },
	{ "console", OPT_CONSOLE, "CMD", 0, "a shell's command line that prints the board's console until it is killed, such as of its serial line: only there is a panic seen (default: the kernel's log, over ssh)", 0 },
	{ "board-dir", OPT_DIRECTORY, "DIR", 0, "on the board: where the package is unpacked (default /tmp)", 0 },
	{ "board-wait", OPT_WAIT, "SECONDS", 0, "how long the board may take to answer again after a death or a reset (default 180)", 0 },
	{ "ssh-config", OPT_SSH_CONFIG, "FILE", 0, "for ssh:, instead of ~/.ssh/config", 0 },
	{ "i-know", OPT_I_KNOW, NULL, 0, "with --target local: load modules into this machine's own kernel", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct board_wish *w = state->input;

	switch (key) {
	case OPT_TARGET:
		w->target = arg;
		return 0;
	case OPT_RESET:
		w->reset = arg;
		return 0;
	case OPT_CONSOLE:
		w->console = arg;
		return 0;
	case OPT_DIRECTORY:
		if (*arg != '/')
			argp_failure(state, 2, 0, "--board-dir=%s: want an absolute path, which is the board's", arg);
		w->directory = arg;
		return 0;
	case OPT_WAIT:
		w->wait_s = arg_number(state, "board-wait", arg, 1, 86400);
		return 0;
	case OPT_SSH_CONFIG:
		w->ssh_config = arg;
		return 0;
	case OPT_I_KNOW:
		w->i_know = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp board_argp = { .options = options, .parser = parse_opt };

struct board_wish board_wish_none(void)
{
	return (struct board_wish){ .target = target_vm.name, .wait_s = DEFAULT_WAIT_S };
}
