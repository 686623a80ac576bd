// SPDX-License-Identifier: GPL-2.0-only
/* Makes a run directory and writes everything that lies in it. */
#include "rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/json_text.h"
#include "lib/outputs/output.h"

static int write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= n;
	}
	return 0;
}

int write_whole(const char *path, const void *data, size_t len)
{
	char *tmp = xasprintf("%s.new", path);
	int fd, err;

	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		err = -errno;
	} else {
		err = write_all(fd, data, len);
		if (close(fd) && !err)
			err = -errno;
		if (!err && rename(tmp, path))
			err = -errno;
		if (err)
			unlink(tmp);
	}
	free(tmp);
	return err;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) ? -errno : 0;
}

int remove_tree(const char *path)
{
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int make_dir(const char *path)
{
	int err;

	if (!mkdir(path, 0777))
		return 0;
	err = -errno;
	if (err != -EEXIST)
		fprintf(stderr, "dmatorture: cannot make %s: %s; choose another place with --results DIR\n",
			path, strerror(-err));
	return err;
}

static int make_below(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	int err = make_dir(path);

	free(path);
	return err;
}

int rundir_create(const char *base, const char *kernel, char **dir)
{
	char stamp[32], *link, *slug = xstrdup(kernel);
	time_t now = time(NULL);
	struct tm tm;
	int err;

	err = make_dir(base);
	if (err && err != -EEXIST)
		goto out;
	for (char *p = slug; *p; p++)
		if (*p == ':' || *p == '/')
			*p = '-';
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	for (int n = 0; n < 100; n++) {
		*dir = n ? xasprintf("%s/%s-%s.%d", base, stamp, slug, n)
			 : xasprintf("%s/%s-%s", base, stamp, slug);
		err = make_dir(*dir);
		if (err != -EEXIST)
			break;
		free(*dir);	/* another run in this second */
		*dir = NULL;
	}
	if (err)
		goto out;
	err = make_below(*dir, "boots");
	if (!err)
		err = make_below(*dir, "failures");

	/* A convenience; a file system without links loses nothing else. */
	link = xasprintf("%s/latest", base);
	unlink(link);
	if (symlink(strrchr(*dir, '/') + 1, link))
		errno = 0;
	free(link);
out:
	if (err) {
		free(*dir);
		*dir = NULL;
	}
	free(slug);
	return err;
}

static int write_below(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	int err = write_whole(path, text, strlen(text));

	if (err)
		fprintf(stderr, "dmatorture: cannot write %s: %s\n", path,
			strerror(-err));
	free(path);
	return err;
}

/* One console after the other; each guest's own stays in boots/. */
static int write_console(const struct run *run)
{
	struct strbuf all = STRBUF_INIT;
	int err;

	for (uint32_t i = 0; i < run->nr_boots; i++) {
		char *path = xasprintf("%s/boots/%s/console.log", run->dir,
				       run->boots[i].name);

		strbuf_addf(&all, "==== guest %s\n", run->boots[i].name);
		strbuf_read_file(&all, path);	/* none: the header says so */
		strbuf_addc(&all, '\n');
		free(path);
	}
	/* A console may hold zero bytes: keep its length. */
	{
		char *path = xasprintf("%s/console.log", run->dir);

		err = write_whole(path, strbuf_str(&all), all.len);
		if (err)
			fprintf(stderr, "dmatorture: cannot write %s: %s\n",
				path, strerror(-err));
		free(path);
	}
	strbuf_free(&all);
	return err;
}

static char *failure_json(const struct run *run, uint32_t i)
{
	json_t *o = json_pack("{s:o s:o s:i s:o s:o s:o s:i s:o s:b s:b s:o s:o s:b s:b s:b}",
			      "schema", json_text("dmatorture-failure-1"),
			      "cell", json_text(run->cells[i].id),
			      "index", (int)i,
			      "boot", json_text(run->results[i].boot),
			      "world", json_text(world_name(run->cells[i].world)),
			      "kernel", json_text(run->kernel),
			      "smp", (int)run->smp,
			      "accelerator", json_text(run->accel),
			      "free_running", run->free_running,
			      "crash", run->crash,
			      "append", json_text(run->append ? run->append : ""),
			      "observer", json_text(run->observer ? run->observer : "on"),
			      "workload", run->cells[i].workload != WORKLOAD_NONE,
			      "disk", run->cells[i].disk,
			      "drivers", run->cells[i].drivers);

	json_object_set_new(o, "seed", json_textf("0x%llx",
						    (unsigned long long)run->seed));
	return json_take(o, JSON_INDENT(1));
}

static int write_failure(const struct run *run, uint32_t i)
{
	char *slug = cell_slug(run->cells[i].id);
	char *dir = xasprintf("%s/failures/%s", run->dir, slug);
	int err = make_dir(dir);

	if (err == -EEXIST)
		err = 0;
	if (!err)
		err = write_below(dir, "repro.dma", run->cells[i].repro);
	if (!err) {
		char *text = failure_json(run, i);

		err = write_below(dir, "failure.json", text);
		free(text);
	}
	if (!err && run->results[i].observed) {
		char *text = failure_report(run, i), *path = xasprintf("%s/events.bin", dir);

		err = write_below(dir, "report.txt", text);
		/* A guest that died may have said nothing of it. */
		failure_recording(run, i, path);
		free(text);
		free(path);
	}
	free(dir);
	free(slug);
	return err;
}

/* fio/CELL.json: what fio said of itself, json+ with all its latency bins. */
static int write_fio(const struct run *run)
{
	bool made = false;
	int first = 0;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct strbuf *fio = &run->results[i].fio;
		char *slug, *path;
		int err = 0;

		if (!fio->len)
			continue;
		if (!made)
			err = make_below(run->dir, "fio");
		made = true;
		slug = cell_slug(run->cells[i].id);
		path = xasprintf("%s/fio/%s.json", run->dir, slug);
		if (!err)
			err = write_whole(path, fio->s, fio->len);
		if (err)
			fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
		first = first ? first : err;
		free(path);
		free(slug);
	}
	return first;
}

/* What others read: from the bytes of result.json, so that they cannot say anything else. */
static int write_formats(const struct run *run, const char *json, const char *env_json)
{
	static const struct {
		const char *file;
		char *(*text)(const struct output *out);
	} formats[] = {
		{ "ktap.txt", output_ktap },
		{ "junit.xml", output_junit },
		{ "kcidb.json", output_kcidb },
	};
	struct output out = { 0 };
	char why[256];
	int first = output_add(&out, run->dir, json, env_json, why);

	if (first)
		fprintf(stderr, "dmatorture: %s: %s\n", run->dir, why);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		char *text = formats[i].text(&out);
		int err = write_below(run->dir, formats[i].file, text);

		first = first ? first : err;
		free(text);
	}
	output_free(&out);
	return first;
}

int rundir_write(const struct run *run, const char *env_json)
{
	char *json = run_json(run);
	int first = 0, err;

	first = write_below(run->dir, "result.json", json);
	err = write_formats(run, json, env_json);
	first = first ? first : err;
	err = write_below(run->dir, "env.json", env_json);
	first = first ? first : err;
	err = write_console(run);
	first = first ? first : err;
	err = write_fio(run);
	first = first ? first : err;
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		enum outcome o = run->verdicts[i].outcome;

		if (o <= OUTCOME_SKIP || !run->results[i].boot)
			continue;
		err = write_failure(run, i);
		first = first ? first : err;
	}
	free(json);
	return first;
}
