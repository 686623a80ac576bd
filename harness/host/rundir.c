// SPDX-License-Identifier: GPL-2.0-only
/* Makes the run directory before the first guest, and fills it when the last one has ended. */
#include "rundir.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/outputs/output.h"
#include "lib/page/run_page.h"

int whole_begin(struct whole *w, const char *path)
{
	int err;

	w->tmp = xasprintf("%s.new", path);
	w->path = xstrdup(path);
	w->f = fopen(w->tmp, "we");
	if (w->f)
		return 0;
	err = -errno;
	free(w->tmp);
	free(w->path);
	return err;
}

int whole_end(struct whole *w, int err)
{
	errno = 0;
	if ((fflush(w->f) || ferror(w->f)) && !err)
		err = errno ? -errno : -EIO;
	if (fclose(w->f) && !err)
		err = -errno;
	if (!err && rename(w->tmp, w->path))
		err = -errno;
	if (err)
		unlink(w->tmp);
	free(w->tmp);
	free(w->path);
	return err;
}

int write_whole(const char *path, const void *data, size_t len)
{
	struct whole w;
	int err = whole_begin(&w, path);

	if (err)
		return err;
	errno = 0;
	if (len && fwrite(data, len, 1, w.f) != 1)
		err = errno ? -errno : -EIO;
	return whole_end(&w, err);
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

int make_below(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	int err = make_dir(path);

	free(path);
	return err == -EEXIST ? 0 : err;
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

	/* The link is only a convenience, so a file system without links is no error. */
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

int write_below(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	int err = write_whole(path, text, strlen(text));

	if (err)
		fprintf(stderr, "dmatorture: cannot write %s: %s\n", path,
			strerror(-err));
	free(path);
	return err;
}

/* Writes all consoles into one file; each guest's own file stays in boots/. */
static int write_console(const struct run *run)
{
	struct strbuf all = STRBUF_INIT;
	int err;

	for (uint32_t i = 0; i < run->nr_boots; i++) {
		char *path = xasprintf("%s/boots/%s/console.log", run->dir,
				       run->boots[i].name);

		strbuf_addf(&all, "==== guest %s\n", run->boots[i].name);
		strbuf_read_file(&all, path);	/* if there is none, only the header is written */
		strbuf_addc(&all, '\n');
		free(path);
	}
	/* A console may contain zero bytes, so write by length. */
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

/* Writes fio/CELL.json: fio's output in its format json+, with all latency bins. */
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

/* Writes the other formats from the cells of result.json, so that all of them agree. */
static int write_formats(const struct run *run, const struct output *out)
{
	static const struct {
		const char *file;
		char *(*text)(const struct output *out);
	} formats[] = {
		{ "ktap.txt", output_ktap },
		{ "junit.xml", output_junit },
		{ "kcidb.json", output_kcidb },
	};
	int first = 0;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		char *text = formats[i].text(out);
		int err = write_below(run->dir, formats[i].file, text);

		first = first ? first : err;
		free(text);
	}
	return first;
}

static int write_result(const struct run *run, struct output *out, const char *env_json)
{
	char *path = xasprintf("%s/result.json", run->dir), why[256] = "";
	struct whole w;
	int err = whole_begin(&w, path);

	if (!err) {
		err = run_json_write(run, w.f, out, env_json, why);
		if (!err)
			*why = '\0';
		err = whole_end(&w, err);
	}
	if (err)
		fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, *why ? why : strerror(-err));
	free(path);
	return err;
}

int run_page_write(const struct run_page *page, const char *dir)
{
	struct strbuf html = STRBUF_INIT;
	int err = run_page_html(page, &html), other;

	if (err)
		fprintf(stderr, "dmatorture: a plot cannot be read: %s\n", strerror(-err));
	other = write_below(dir, "report.html", strbuf_str(&html));
	strbuf_free(&html);
	return err ? err : other;
}

/* The page reads the failures, so they must be there. */
static int write_page(const struct run *run, const struct output *out)
{
	char *dir = xasprintf("%s/" RUN_REPORT_DIR, run->dir);
	struct run_page page = { .run = out->runs };
	int err = out->nr ? make_below(run->dir, RUN_REPORT_DIR) : 0;

	if (out->nr && !err)
		err = run_page_write(&page, dir);
	free(dir);
	return err;
}

int rundir_write(const struct run *run, const char *env_json)
{
	struct output out = { 0 };
	int first, err;

	first = write_result(run, &out, env_json);
	err = write_formats(run, &out);
	first = first ? first : err;
	err = write_below(run->dir, "env.json", env_json);
	first = first ? first : err;
	err = write_console(run);
	first = first ? first : err;
	err = write_fio(run);
	first = first ? first : err;
	err = failures_write(run);
	first = first ? first : err;
	err = write_page(run, &out);
	output_free(&out);
	return first ? first : err;
}
