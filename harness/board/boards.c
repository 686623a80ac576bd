// SPDX-License-Identifier: GPL-2.0-only
/* Boards: what --target names, verbs that are run to their end, and the first contact. */
#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "lib/base/visible.h"

#define TICK_MS		20
#define PREPARE_S	60
#define COPY_S		300
#define PROBE_S		60

static const struct board_way *const ways[] = { &way_exec, &way_ssh, &way_local };

#define NR_WAYS	(sizeof(ways) / sizeof(ways[0]))

bool board_is_vm(const char *word)
{
	return !strcmp(word, target_vm.name);
}

char **verb_words(const char *const *words)
{
	size_t n = 0;
	char **argv;

	while (words[n])
		n++;
	argv = xcalloc(n + 1, sizeof(*argv));
	for (size_t i = 0; i < n; i++)
		argv[i] = xstrdup(words[i]);
	return argv;
}

void verb_words_free(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

char *board_last_line(const char *text)
{
	struct strbuf sb = STRBUF_INIT;
	size_t len = strlen(text), from;

	while (len && strchr("\r\n", text[len - 1]))
		len--;
	for (from = len; from && text[from - 1] != '\n'; from--)
		;
	visible_add(&sb, text + from, len - from, 0);
	return strbuf_detach(&sb);
}

/* ---- the word of --target ---- */

static void want(char *why, const char *word)
{
	snprintf(why, BOARD_WHY, "--target=%.100s: want %s, %s, %s or %s", word, target_vm.form,
		 way_ssh.form, way_exec.form, way_local.form);
}

/* The path of a script, which must be there and executable. */
static int take_script(struct board *b, const char *path, char *why)
{
	struct stat st;

	if (!*path) {
		snprintf(why, BOARD_WHY, "--target=exec: which script? exec:SCRIPT; its contract is in harness/board/README.md");
		return -EINVAL;
	}
	if (stat(path, &st)) {
		snprintf(why, BOARD_WHY, "--target=exec:%.300s: %s; want the path of a script", path,
			 strerror(errno));
		return -ENOENT;
	}
	if (!S_ISREG(st.st_mode) || access(path, X_OK)) {
		snprintf(why, BOARD_WHY, "--target=exec:%.300s is not executable: chmod +x it, or name the script that is",
			 path);
		return -EACCES;
	}
	/* Not looked for in PATH: a name alone is a file of this directory. */
	b->address = realpath(path, NULL);
	return b->address ? 0 : -errno;
}

/* [USER@]HOST[:PORT], or [USER@][IPV6]:PORT with its brackets. */
static int take_host(struct board *b, const char *word, char *why)
{
	const char *at = strrchr(word, '@'), *host = at ? at + 1 : word, *colon, *end;
	char *rest;
	long port;

	if (*host == '[') {
		end = strchr(host, ']');
		colon = end && end[1] == ':' ? end + 1 : NULL;
		if (!end || (end[1] && !colon)) {
			snprintf(why, BOARD_WHY, "--target=ssh:%.300s: no ']' ends the address; want ssh:[USER@][ADDRESS]:PORT",
				 word);
			return -EINVAL;
		}
	} else {
		end = strchr(host, ':');
		colon = end;
	}
	if (!*host || *word == '-' || *host == '-' || host == end || (at && at == word)) {
		snprintf(why, BOARD_WHY, "--target=ssh:%.300s: no host; want %s", word, way_ssh.form);
		return -EINVAL;
	}
	if (colon) {
		errno = 0;
		port = strtol(colon + 1, &rest, 10);
		if (errno || *rest || rest == colon + 1 || port < 1 || port > 65535) {
			snprintf(why, BOARD_WHY, "--target=ssh:%.300s: '%.20s' is no port; want a number from 1 to 65535",
				 word, colon + 1);
			return -EINVAL;
		}
		b->port = xasprintf("%ld", port);
	}
	if (*host == '[')
		b->address = xasprintf("%.*s%.*s", (int)(host - word), word, (int)(end - host - 1),
				       host + 1);
	else
		b->address = colon ? xasprintf("%.*s", (int)(colon - word), word) : xstrdup(word);
	return 0;
}

static int take_local(struct board *b, char *why)
{
	if (!b->wish.i_know) {
		snprintf(why, BOARD_WHY, "--target=local loads modules into this machine's own kernel, and a defect that they show can take it down: say --i-know as well");
		return -EPERM;
	}
	if (geteuid()) {
		snprintf(why, BOARD_WHY, "--target=local loads modules: run it as root");
		return -EPERM;
	}
	b->address = xstrdup("local");
	return 0;
}

static char *new_dir(const struct board_wish *wish)
{
	const char *base = wish->directory ? wish->directory : "/tmp";
	unsigned long long id = 0;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		id = (unsigned long long)time(NULL) << 20 ^ (unsigned long long)getpid();
	return xasprintf("%s/dmatorture-%016llx", base, id);
}

struct board *board_open(const struct board_wish *wish, char *why)
{
	struct board *b = xcalloc(1, sizeof(*b));
	const char *rest = NULL;
	int err = -EINVAL;

	b->wish = *wish;
	for (size_t i = 0; i < NR_WAYS; i++) {
		size_t n = strlen(ways[i]->name);

		if (strncmp(wish->target, ways[i]->name, n) ||
		    (wish->target[n] != ':' && wish->target[n]))
			continue;
		b->way = ways[i];
		rest = wish->target + n + (wish->target[n] == ':');
	}
	if (!b->way || (b->way == &way_local && *rest))
		want(why, wish->target);
	else if (b->way == &way_exec)
		err = take_script(b, rest, why);
	else if (b->way == &way_ssh)
		err = take_host(b, rest, why);
	else
		err = take_local(b, why);
	if (err) {
		board_close(b);
		return NULL;
	}
	b->dir = new_dir(wish);
	return b;
}

void board_close(struct board *b)
{
	if (!b)
		return;
	board_facts_free(&b->facts);
	free(b->address);
	free(b->port);
	free(b->dir);
	free(b->boot_id);
	free(b->lost);
	free(b->pstore);
	free(b);
}

/* ---- verbs ---- */

char **board_command(const struct board *b, enum board_verb verb, const char *const *words)
{
	const char *own = verb == BOARD_RESET ? b->wish.reset :
			  verb == BOARD_CONSOLE ? b->wish.console : NULL;
	const char *const shell[] = { "sh", "-c", own, NULL };

	return own ? verb_words(shell) : b->way->command(b, verb, words);
}

int board_do(struct board *b, enum board_verb verb, const char *const *words,
	     const struct strbuf *input, struct strbuf *out, struct strbuf *err,
	     unsigned int limit_s)
{
	char **argv = board_command(b, verb, words);
	struct child c = CHILD_NONE;
	struct timespec now;
	bool late = false, stopped = false;
	int bad;

	if (!argv)
		return -EOPNOTSUPP;
	bad = child_start(&c, argv, input);
	verb_words_free(argv);
	if (bad)
		return bad;
	while (!child_step(&c, out, err)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		late |= now.tv_sec - c.since > (time_t)limit_s;
		stopped |= b->stop && b->stop();
		if (late || stopped)
			child_end(&c);
		poll(NULL, 0, TICK_MS);
	}
	return stopped ? -EINTR : late ? -ETIMEDOUT : c.code;
}

/* ---- the first contact ---- */

/* Says in @why what a verb came to; @err is what it said. */
static int failed(const struct board *b, const char *what, int code, const struct strbuf *err,
		  char *why)
{
	const char *advice = b->way->advice ? b->way->advice(b, strbuf_str(err)) : NULL;
	char *line = board_last_line(strbuf_str(err));

	if (code == -EINTR)
		snprintf(why, BOARD_WHY, "interrupted");
	else if (code == -ETIMEDOUT)
		snprintf(why, BOARD_WHY, "%s: %s: it did not end in time", b->wish.target, what);
	else if (code < 0)
		snprintf(why, BOARD_WHY, "%s: %s: %s", b->wish.target, what, strerror(-code));
	else if (*line)
		snprintf(why, BOARD_WHY, "%s: %s: %.200s%s%s", b->wish.target, what, line,
			 advice ? ": " : "", advice ? advice : "");
	else
		snprintf(why, BOARD_WHY, "%s: %s: exit code %d, and not a word on its standard error",
			 b->wish.target, what, code);
	free(line);
	return -EIO;
}

/* The machine and the kernel must be those that the package is built for. */
static int check_kernel(const struct board *b, const struct vm_opts *opts, const char *release,
			char *why)
{
	const struct machine *m = opts->machine ? opts->machine : machine_default();

	if (*b->facts.machine && strcmp(b->facts.machine, m->uname)) {
		snprintf(why, BOARD_WHY, "%s: the board is %s, the kernel that was named is for %s: --arch", b->wish.target,
			 b->facts.machine, m->uname);
		return -EINVAL;
	}
	if (*release && *b->facts.release && strcmp(b->facts.release, release)) {
		snprintf(why, BOARD_WHY, "%s: the board runs the kernel %.100s, the modules are for %.100s: boot that one, or name the board's: --kernel, or kdir:DIR with the directory that it was built in",
			 b->wish.target, b->facts.release, release);
		return -EINVAL;
	}
	return 0;
}

static int probe(struct board *b, const struct vm_opts *opts, char *why)
{
	static const char *const words[] = { "probe", NULL }, *const clean[] = { "clean", NULL };
	struct strbuf tar = STRBUF_INIT, out = STRBUF_INIT, err = STRBUF_INIT;
	int code, bad = package_build(&tar, opts, NULL, 0, why);
	bool (*stop)(void);

	if (bad)
		goto out;
	code = board_do(b, BOARD_COPY_IN, NULL, &tar, NULL, &err, COPY_S);
	if (code) {
		bad = failed(b, "the package could not be copied", code, &err, why);
		if (code < 0)	/* it may be there, or a part of it */
			goto clean;
		goto out;
	}
	strbuf_reset(&err);
	code = board_do(b, BOARD_START, words, NULL, &out, &err, PROBE_S);
	if (code != 0 && code != 3) {
		bad = failed(b, "agent probe", code, &err, why);
	} else {
		board_facts_free(&b->facts);
		board_facts_read(&b->facts, strbuf_str(&out));
		if (b->facts.missing.len) {
			char *line = board_last_line(b->facts.missing.s);

			snprintf(why, BOARD_WHY, "%s: %.400s", b->wish.target, line);
			free(line);
			bad = -ENODEV;
		}
	}
clean:
	strbuf_reset(&err);
	stop = b->stop;
	b->stop = NULL;	/* this must be done */
	code = board_do(b, BOARD_START, clean, NULL, NULL, &err, PROBE_S);
	b->stop = stop;
	if (code && !bad)
		bad = failed(b, "the package could not be removed again", code, &err, why);
out:
	strbuf_free(&tar);
	strbuf_free(&out);
	strbuf_free(&err);
	return bad;
}

int board_prepare(struct board *b, const struct vm_opts *opts, char *why)
{
	struct strbuf out = STRBUF_INIT, err = STRBUF_INIT, release = STRBUF_INIT;
	char *path = xasprintf("%s/release", opts->kernel_dir);
	int code = board_do(b, BOARD_PREPARE, NULL, NULL, &out, &err, PREPARE_S), bad = 0;

	strbuf_read_file(&release, path);
	while (release.len && release.s[release.len - 1] == '\n')
		release.s[--release.len] = '\0';
	if (code) {
		bad = failed(b, "the board does not answer", code, &err, why);
	} else {
		board_facts_read(&b->facts, strbuf_str(&out));
		bad = check_kernel(b, opts, strbuf_str(&release), why);
	}
	if (!bad)
		bad = probe(b, opts, why);
	/* What prepare did not say, probe has said. */
	if (!bad)
		bad = check_kernel(b, opts, strbuf_str(&release), why);
	strbuf_reset(&out);
	if (!bad && !board_do(b, BOARD_PSTORE, NULL, NULL, &out, NULL, PREPARE_S)) {
		free(b->pstore);
		b->pstore = xstrdup(strbuf_str(&out));
	}
	if (!bad) {
		free(b->boot_id);
		b->boot_id = xstrdup(b->facts.boot_id);
	}
	strbuf_free(&out);
	strbuf_free(&err);
	strbuf_free(&release);
	free(path);
	return bad;
}
