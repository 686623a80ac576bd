// SPDX-License-Identifier: GPL-2.0-only
/* The verbs as lines for a shell: on a board behind ssh, or on this machine itself. */
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "lib/base/shell.h"

#define KEEPALIVE_S	"5"	/* so often ssh asks, and after three questions without answer it ends */

/* sh run.sh WORDS in the package's directory */
static char *start_line(const char *dir, const char *const *words)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_addf(&sb, "cd %s && exec sh run.sh", dir);
	for (; words && *words; words++) {
		char *word = shell_word(*words);

		strbuf_addf(&sb, " %s", word);
		free(word);
	}
	return strbuf_detach(&sb);
}

/* Only tools that the smallest busybox has. NULL: there is no such verb. The caller frees it. */
static char *line_of(const struct board *b, enum board_verb verb, const char *const *words)
{
	static const char *const console[] = { "console", NULL };
	char *dir = shell_word(b->dir), *line = NULL;

	switch (verb) {
	case BOARD_PREPARE:
		line = xstrdup("echo boot_id=$(cat /proc/sys/kernel/random/boot_id); "
			       "echo release=$(uname -r); echo machine=$(uname -m)");
		break;
	case BOARD_COPY_IN:
		/* Nobody else's directory is used, and nothing stays of one that found no room. */
		line = xasprintf("umask 077; mkdir %s || exit 1; tar -x -f - -C %s && exit 0; "
				 "rm -rf %s; exit 1", dir, dir, dir);
		break;
	case BOARD_START:
		line = start_line(dir, words);
		break;
	case BOARD_CONSOLE:
		if (words && *words) {
			const char *since[] = { "console", *words, NULL };

			line = start_line(dir, since);
		} else {
			line = start_line(dir, console);
		}
		break;
	case BOARD_PSTORE:
		/* A line "== NAME" before each: death.c tells old records from new ones. */
		line = xstrdup("cd /sys/fs/pstore 2>/dev/null || exit 0; for f in dmesg-* console-*; do "
			       "[ -f \"$f\" ] && { echo \"== $f\"; cat \"$f\"; echo; }; done; true");
		break;
	case BOARD_RESET:
		break;
	}
	free(dir);
	return line;
}

static char **on_this(const struct board *b, enum board_verb verb, const char *const *words)
{
	char *line = line_of(b, verb, words), **argv = NULL;

	if (line) {
		const char *const all[] = { "sh", "-c", line, NULL };

		argv = verb_words(all);
	}
	free(line);
	return argv;
}

static char **over_ssh(const struct board *b, enum board_verb verb, const char *const *words)
{
	char *line = line_of(b, verb, words), **argv = NULL;

	if (line) {
		/* BatchMode: nobody sits there to answer a question. */
		const char *all[24] = {
			"ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
			"-o", "ServerAliveInterval=" KEEPALIVE_S, "-o", "ServerAliveCountMax=3",
		};
		size_t n = 10;

		if (b->wish.ssh_config) {
			all[n++] = "-F";
			all[n++] = b->wish.ssh_config;
		}
		if (b->port) {
			all[n++] = "-p";
			all[n++] = b->port;
		}
		all[n++] = "--";
		all[n++] = b->address;
		all[n++] = line;
		argv = verb_words(all);
	}
	free(line);
	return argv;
}

static const char *ssh_advice(const struct board *b, const char *said)
{
	(void)b;
	if (strstr(said, "Could not resolve"))
		return "no host of that name: ssh:[USER@]HOST[:PORT], where HOST is what ssh(1) takes";
	if (strstr(said, "Permission denied"))
		return "the board refuses every key that ssh has for it: put a public key into its authorized_keys, and try `ssh HOST true`";
	if (strstr(said, "Host key verification failed") || strstr(said, "No matching host key"))
		return "the board's host key is not known, or has changed: log in once by hand with ssh, which asks about it";
	if (strstr(said, "Connection refused") || strstr(said, "timed out") ||
	    strstr(said, "No route to host"))
		return "nothing answers there: is the board up, is its ssh server, and is that the port?";
	return NULL;
}

const struct board_way way_ssh = {
	.name = "ssh", .form = "ssh:[USER@]HOST[:PORT]", .command = over_ssh, .lost = 255,
	.advice = ssh_advice,
};

const struct board_way way_local = {
	.name = "local", .form = "local", .command = on_this, .lost = -1,
};
