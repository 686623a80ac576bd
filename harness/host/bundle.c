// SPDX-License-Identifier: GPL-2.0-only
/* Packs failures into one file that does not say where it was made. */
#include "bundle.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/command.h"
#include "lib/base/json_text.h"
#include "lib/base/tree.h"
#include "lib/base/version.h"
#include "lib/verdict/run.h"
#include "rundir.h"

#define MIN_NAME	4	/* shorter names of users or hosts are words that stand anywhere */

struct making {
	char *run;		/* the run directory */
	char *only;		/* one failure's directory name; NULL: all */
	char *top;		/* .../BUNDLE_DIR, which is filled */
	char *secrets[8];	/* paths and names of this machine */
	size_t nr_secrets;
	bool own_kernel;	/* it is a tree or an image of this machine */
	json_t *cells;		/* ids of the failures that were taken */
	unsigned int failures;
};

static int complain(const char *path, const char *why)
{
	fprintf(stderr, "dmatorture: %s: %s\n", path, why);
	return 3;
}

static void add_secret(struct making *m, const char *s, size_t min)
{
	if (s && strlen(s) >= min && m->nr_secrets < sizeof(m->secrets) / sizeof(m->secrets[0]))
		m->secrets[m->nr_secrets++] = xstrdup(s);
}

/* What must not be in the bundle. A directory as short as "/" or "/tmp" tells nothing. */
static void find_secrets(struct making *m)
{
	char host[256] = "", *cwd = getcwd(NULL, 0), *tree = realpath(tree_dir(), NULL);
	const struct passwd *user = getpwuid(getuid());

	gethostname(host, sizeof(host) - 1);
	/* The longest comes first, as others are the begin of it. */
	add_secret(m, m->run, 6);
	add_secret(m, cwd, 6);
	add_secret(m, tree, 6);
	add_secret(m, getenv("HOME"), 6);
	add_secret(m, host, MIN_NAME);
	if (user && strcmp(user->pw_name, "root"))
		add_secret(m, user->pw_name, MIN_NAME);
	free(cwd);
	free(tree);
}

/*
 * Text in which a path that ends in .dma has only its last two parts, GROUP/NAME.dma, and no other
 * path of this machine is left: reports name the scenario's file.
 */
static void shorten(const struct making *m, const struct strbuf *in, struct strbuf *out)
{
	static const char part[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-@~,=";
	const char *p = strbuf_str(in), *end = p + in->len;

	while (p < end) {
		const char *q = p, *last = p, *before = p;

		/* A path begins with a slash that no part of a word stands before. */
		if (*p != '/' || (p > in->s && strchr(part, p[-1]))) {
			strbuf_addc(out, *p++);
			continue;
		}
		while (q < end && *q == '/') {
			size_t n = strspn(q + 1, part);

			if (!n)
				break;
			before = last;
			last = q;
			q += 1 + n;
		}
		if (q - p > 4 && !memcmp(q - 4, ".dma", 4)) {
			strbuf_add(out, before + 1, q - before - 1);
		} else {
			for (size_t i = 0; i < m->nr_secrets; i++) {
				size_t n = strlen(m->secrets[i]);

				if (*m->secrets[i] == '/' && (size_t)(end - p) >= n &&
				    !memcmp(p, m->secrets[i], n)) {
					strbuf_adds(out, "...");
					p += n;
					goto next;
				}
			}
			strbuf_add(out, p, q > p ? q - p : 1);
			q += q == p;
		}
		p = q;
next:;
	}
}

static int put(const struct making *m, const char *name, const void *data, size_t len)
{
	char *path = xasprintf("%s/%s", m->top, name);
	int err = write_whole(path, data, len);

	if (err)
		fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
	free(path);
	return err;
}

/* Copies a file of the run to the same place. One that is not there is left out, unless @needed. */
static int copy(const struct making *m, const char *name, bool text, bool needed)
{
	struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;
	char *from = xasprintf("%s/%s", m->run, name);
	int err = strbuf_read_file(&in, from);

	if (err == -ENOENT && !needed) {
		err = 0;
	} else if (err) {
		fprintf(stderr, "dmatorture: %s: %s\n", from, strerror(-err));
	} else {
		if (text)
			shorten(m, &in, &out);
		err = text ? put(m, name, strbuf_str(&out), out.len) :
			     put(m, name, strbuf_str(&in), in.len);
	}
	free(from);
	strbuf_free(&in);
	strbuf_free(&out);
	return err;
}

static int copy_below(const struct making *m, const char *dir, const char *file, bool text,
		      bool needed)
{
	char *name = xasprintf("%s/%s", dir, file);
	int err = copy(m, name, text, needed);

	free(name);
	return err;
}

static int take_boot(const struct making *m, const char *boot)
{
	char *dir = xasprintf("boots/%s", boot), *path = xasprintf("%s/%s", m->top, dir);
	int err = 0;

	if (access(path, F_OK)) {
		err = make_below(m->top, dir);
		err = err ? err : copy_below(m, dir, "plan.bin", false, true);
		err = err ? err : copy_below(m, dir, "channel.bin", false, true);
		err = err ? err : copy_below(m, dir, "console.log", true, false);
		err = err ? err : copy_below(m, dir, "boot.json", true, false);
	}
	free(path);
	free(dir);
	return err;
}

static bool is_plain_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}

static int take_failure(struct making *m, const char *name)
{
	char *dir = xasprintf("failures/%s", name), *path = xasprintf("%s/%s/failure.json", m->run, dir);
	json_t *o = json_load_file(path, 0, NULL);
	const char *boot = json_string_value(json_object_get(o, "boot"));
	char *text, *file;
	int err = -EINVAL;

	if (!boot || !is_plain_name(boot)) {
		complain(path, "no failure.json of ours");
	} else {
		if (m->own_kernel)
			json_object_set_new(o, "kernel", json_text(BUNDLE_OWN_KERNEL));
		json_array_append(m->cells, json_object_get(o, "cell"));
		err = make_below(m->top, dir);
		text = json_take(json_incref(o), JSON_INDENT(1));
		file = xasprintf("%s/failure.json", dir);
		err = err ? err : put(m, file, text, strlen(text));
		err = err ? err : copy_below(m, dir, "repro.dma", true, true);
		err = err ? err : copy_below(m, dir, "report.txt", true, false);
		err = err ? err : copy_below(m, dir, "events.bin", false, false);
		err = err ? err : copy_below(m, dir, "timeline.svg", true, false);
		err = err ? err : take_boot(m, boot);
		free(text);
		free(file);
		m->failures++;
	}
	json_decref(o);
	free(path);
	free(dir);
	return err;
}

static int take_failures(struct making *m)
{
	char *path = xasprintf("%s/failures", m->run);
	struct dirent **names = NULL;
	int n, err = 0;

	if (m->only) {
		err = take_failure(m, m->only);
	} else {
		n = scandir(path, &names, NULL, alphasort);
		for (int i = 0; i < n; i++) {
			if (!err && is_plain_name(names[i]->d_name))
				err = take_failure(m, names[i]->d_name);
			free(names[i]);
		}
		free(names);
	}
	if (!err && !m->failures) {
		complain(m->run, "no failures: a bundle is made of cells that failed");
		err = -ENOENT;
	}
	free(path);
	return err;
}

static bool was_taken(const struct making *m, const json_t *cell)
{
	const json_t *id = json_object_get(cell, "id");

	for (size_t i = 0; i < json_array_size(m->cells); i++)
		if (json_equal(json_array_get(m->cells, i), (json_t *)id))
			return true;
	return false;
}

/* result.json with the cells that were taken. */
static int put_result(struct making *m, json_t *result)
{
	json_t *all = json_object_get(result, "cells"), *cells = json_array();
	struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;
	char *text;
	int err;

	for (size_t i = 0; i < json_array_size(all); i++)
		if (was_taken(m, json_array_get(all, i)))
			json_array_append(cells, json_array_get(all, i));
	json_object_set_new(result, "cells", cells);
	/* They are of the whole run. */
	json_object_del(result, "outcomes");
	json_object_del(result, "exit_code");
	if (m->own_kernel)
		json_object_set_new(result, "kernel", json_text(BUNDLE_OWN_KERNEL));
	text = json_take(json_incref(result), JSON_INDENT(1));
	strbuf_adds(&in, text);
	shorten(m, &in, &out);
	err = put(m, "result.json", strbuf_str(&out), out.len);
	strbuf_free(&in);
	strbuf_free(&out);
	free(text);
	return err;
}

static char *sha256(const char *path)
{
	char *argv[] = { (char *)"sha256sum", (char *)path, NULL };
	struct strbuf out = STRBUF_INIT;

	if (command_output(argv, &out) || out.len < 64)
		strbuf_reset(&out);
	else
		out.s[64] = '\0';
	return strbuf_detach(&out);
}

static int put_about(struct making *m, const json_t *result, const json_t *env)
{
	static const char *const kept[] = { "kernel_package", "vmlinuz", "agent", "modules" };
	char *config = xasprintf("%s/" RUN_PLAN_DIR "/config", m->run), *text;
	char *ours = xasprintf("%s/config", m->top), *hash;
	struct strbuf in = STRBUF_INIT;
	json_t *o = json_object();
	int err;

	/* The plan has it without its last newline. */
	err = strbuf_read_file(&in, config);
	if (!err && in.len && in.s[in.len - 1] != '\n')
		strbuf_addc(&in, '\n');
	err = err ? err : put(m, "config", strbuf_str(&in), in.len);
	hash = sha256(ours);
	json_object_set_new(o, "schema", json_text(BUNDLE_SCHEMA));
	json_object_set(o, "dmatorture", json_object_get(env, "dmatorture"));
	json_object_set_new(o, "kernel", m->own_kernel ? json_text(BUNDLE_OWN_KERNEL) :
			    json_incref(json_object_get(result, "kernel")));
	json_object_set(o, "release", json_object_get(result, "release"));
	json_object_set_new(o, "config_sha256", json_text(hash));
	json_object_set(o, "qemu", json_object_get(json_object_get(env, "host"), "qemu"));
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (json_object_get(env, kept[i]))
			json_object_set(o, kept[i], json_object_get(env, kept[i]));
	json_object_set(o, "cells", m->cells);
	text = json_take(json_incref(o), JSON_INDENT(1));
	err = err ? err : put(m, "bundle.json", text, strlen(text));
	free(ours);
	strbuf_free(&in);
	json_decref(o);
	free(config);
	free(hash);
	free(text);
	return err;
}

/* Looks through every file for what must not leave this machine. */
static int search(const struct making *m, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *de;
	int err = d ? 0 : -errno;

	while (d && !err && (de = readdir(d))) {
		char *path = xasprintf("%s/%s", dir, de->d_name);
		struct strbuf text = STRBUF_INIT;
		struct stat st;

		if (!is_plain_name(de->d_name) || lstat(path, &st)) {
			;
		} else if (S_ISDIR(st.st_mode)) {
			err = search(m, path);
		} else if (!(err = strbuf_read_file(&text, path))) {
			for (size_t i = 0; i < m->nr_secrets && !err; i++) {
				const char *s = m->secrets[i];

				if (!memmem(strbuf_str(&text), text.len, s, strlen(s)))
					continue;
				fprintf(stderr, "dmatorture: %s would say \"%s\", which is of this machine: no bundle was made\n",
					path + strlen(m->top) - strlen(BUNDLE_DIR), s);
				err = -EPERM;
			}
		}
		strbuf_free(&text);
		free(path);
	}
	if (d)
		closedir(d);
	return err;
}

/* The same files give the same bytes: no names of owners, no times. */
static int archive(const char *above, const char *file)
{
	char *argv[] = {
		(char *)"tar", (char *)"--sort=name", (char *)"--owner=0", (char *)"--group=0",
		(char *)"--numeric-owner", (char *)"--mtime=@0", (char *)"--mode=u=rwX,go=rX",
		(char *)"--zstd", (char *)"-C", (char *)above, (char *)"-cf", (char *)file,
		(char *)BUNDLE_DIR, NULL
	};
	struct strbuf out = STRBUF_INIT;
	int code = command_output(argv, &out);

	strbuf_free(&out);
	if (code)
		unlink(file);
	return code ? -EIO : 0;
}

static int fill(struct making *m)
{
	char *path = xasprintf("%s/result.json", m->run), *env_path = xasprintf("%s/env.json", m->run);
	json_t *result = json_load_file(path, 0, NULL), *env = json_load_file(env_path, 0, NULL);
	const char *kernel = json_string_value(json_object_get(result, "kernel"));
	int err = -EINVAL;

	if (!kernel || !env) {
		complain(m->run, "no run that has ended: result.json or env.json is not there or no JSON");
	} else {
		m->own_kernel = strchr(kernel, '/') && strncmp(kernel, "arm64/debian:", 13);
		m->cells = json_array();
		err = make_below(m->top, "failures");
		err = err ? err : make_below(m->top, "boots");
		err = err ? err : take_failures(m);
		err = err ? err : put_result(m, result);
		err = err ? err : put_about(m, result, env);
	}
	json_decref(m->cells);
	json_decref(result);
	json_decref(env);
	free(path);
	free(env_path);
	return err;
}

/* RUN, or RUN/failures/NAME. */
static int find_run(struct making *m, const char *dir)
{
	char *failure = xasprintf("%s/failure.json", dir);
	bool one = !access(failure, F_OK);

	free(failure);
	m->run = realpath(dir, NULL);
	if (!m->run) {
		fprintf(stderr, "dmatorture: %s: %s: want a run directory, or RUN/failures/NAME\n", dir,
			strerror(errno));
		return 2;
	}
	if (one) {
		char *slash = strrchr(m->run, '/');

		*slash = '\0';
		m->only = xstrdup(slash + 1);
		slash = strrchr(m->run, '/');
		if (slash)
			*slash = '\0';
	}
	return 0;
}

int bundle_make(const char *dir, const char *file)
{
	char *work = xstrdup("/tmp/dmatorture-bundle.XXXXXX");
	struct making m = { 0 };
	int code = find_run(&m, dir), err;

	if (!code && !mkdtemp(work))
		code = complain(work, strerror(errno));
	if (!code) {
		m.top = xasprintf("%s/" BUNDLE_DIR, work);
		find_secrets(&m);
		err = make_below(work, BUNDLE_DIR);
		err = err ? err : fill(&m);
		err = err ? err : search(&m, m.top);
		err = err ? err : archive(work, file);
		code = !err ? 0 : err == -EINVAL || err == -ENOENT ? 2 : 3;
		if (!code)
			printf("%s: %u failure%s\n", file, m.failures, m.failures == 1 ? "" : "s");
		remove_tree(work);
	}
	for (size_t i = 0; i < m.nr_secrets; i++)
		free(m.secrets[i]);
	free(m.top);
	free(m.run);
	free(m.only);
	free(work);
	return code;
}
