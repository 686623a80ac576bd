// SPDX-License-Identifier: GPL-2.0-only
/* The modules that the harness sends along: loaded in their order, unloaded in the other. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"

#define OWN		"own/"	/* ours: on a board, one that is there already is somebody's */
#define PATIENCE_MS	5000
#define TICK_MS		10

static const char *noting;	/* the file of modules_load(), or NULL */

/* "own/softdma.ko" is the module softdma; the kernel has '_' for '-'. The caller frees it. */
static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	char *name = xasprintf("%.*s", (int)strcspn(base, "."), base);

	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

/*
 * Adds a line and has it on the disk: who finds the file after a crash of the machine, or of this
 * program, must find all that may be loaded. Not what is there already: it is not ours to unload.
 */
static int add_note(const char *note, const char *path)
{
	char *name = name_of(path), *there = xasprintf("/sys/module/%s/initstate", name);
	int fd, err = 0;

	if (access(there, F_OK)) {
		fd = open(note, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (fd < 0 || dprintf(fd, "%s\n", name) < 0 || fsync(fd))
			err = -errno;
		if (fd >= 0)
			close(fd);
	} else if (!strncmp(path, OWN, strlen(OWN))) {
		err = -EEXIST;
	}
	free(there);
	free(name);
	return err;
}

int modules_note(const char *name)
{
	return noting ? add_note(noting, name) : 0;
}

static int load(const char *path, const char *params, const char *note, struct strbuf *errors)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = fd < 0 ? -errno : 0;

	if (!err && note)
		err = add_note(note, path);
	if (!err && syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST)
		err = -errno;
	if (err == -EEXIST)
		strbuf_addf(errors, "module %s is loaded already, and not by this run: rmmod it first\n",
			    path);
	else if (err)
		strbuf_addf(errors, "module %s: %s\n", path, strerror(-err));
	if (fd >= 0)
		close(fd);
	return err;
}

int modules_load(const char *list, const char *note, struct strbuf *errors)
{
	struct strbuf text = STRBUF_INIT;
	char *line, *save = NULL;
	int first = 0;

	noting = note;
	strbuf_read_file(&text, list);
	for (line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *params = strchr(line, ' ');
		int err;

		if (params)
			*params++ = '\0';
		err = load(line, params ? params : "", note, errors);
		first = first ? first : err;
		if (err && note)
			break;
	}
	strbuf_free(&text);
	return first;
}

static int unload(const char *name)
{
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000 };

	for (int ms = 0; ms < PATIENCE_MS; ms += TICK_MS) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK) || errno == ENOENT)
			return 0;
		if (errno != EAGAIN && errno != EBUSY)
			break;
		nanosleep(&tick, NULL);
	}
	return -errno;
}

int modules_unload(const char *note)
{
	struct strbuf text = STRBUF_INIT;
	int first = 0;

	if (strbuf_read_file(&text, note))
		return 0;	/* nothing was loaded */
	while (text.len) {
		char *line;
		int err;

		text.s[--text.len] = '\0';	/* the newline of the last line */
		line = strrchr(text.s, '\n');
		line = line ? line + 1 : text.s;
		err = unload(line);
		if (err)
			fprintf(stderr, "dmatorture agent: module %s stays loaded: %s\n", line,
				strerror(-err));
		first = first ? first : err;
		text.len = line - text.s;
	}
	strbuf_free(&text);
	if (!first)
		unlink(note);
	return first;
}
