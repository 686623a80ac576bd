// SPDX-License-Identifier: GPL-2.0-only
/* The history's database: opened, added to, queried for series. */
#include "history.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if __has_include(<sqlite3.h>)
#include <sqlite3.h>

/* "DMTH" and a version mark our databases: nothing is written to others. */
#define APPLICATION_ID	0x444d5448
#define SCHEMA_VERSION	1

#define SQLITE_CALLS(X)	\
	X(open_v2) X(close_v2) X(exec) X(errmsg) X(busy_timeout) X(free) X(prepare_v2) X(step) \
	X(reset) X(finalize) X(bind_text) X(bind_double) X(bind_int64) X(column_text) \
	X(column_double) X(column_int64) X(last_insert_rowid) X(changes)

struct history {
	void *lib;
	sqlite3 *db;
	char *error;
#define X(name) __typeof__(&sqlite3_##name) name;
	SQLITE_CALLS(X)
#undef X
};

/* The environment variable DMATORTURE_SQLITE can name another library than the system's. */
static int load_library(struct history *h, char **why)
{
	const char *name = getenv("DMATORTURE_SQLITE");

	name = name && *name ? name : "libsqlite3.so.0";
	h->lib = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!h->lib) {
		*why = xasprintf("no history without SQLite: %s; install libsqlite3-0", dlerror());
		return -ENOSYS;
	}
#define X(call)	\
	h->call = (__typeof__(h->call))dlsym(h->lib, "sqlite3_" #call);			\
	if (!h->call) {									\
		*why = xasprintf("no history: %s has no sqlite3_" #call, name);		\
		return -ENOSYS;								\
	}
	SQLITE_CALLS(X)
#undef X
	return 0;
}

static int say(struct history *h, int rc)
{
	free(h->error);
	h->error = xstrdup(h->db ? h->errmsg(h->db) : "no memory");
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return -EBADMSG;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CANTOPEN:
		return -ENOENT;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return -EACCES;
	default:
		return -EIO;
	}
}

static int exec(struct history *h, const char *sql)
{
	int rc = h->exec(h->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : say(h, rc);
}

static int one_number(struct history *h, const char *sql, int64_t *n)
{
	sqlite3_stmt *st = NULL;
	int rc = h->prepare_v2(h->db, sql, -1, &st, NULL), err = 0;

	if (rc == SQLITE_OK)
		rc = h->step(st);
	if (rc == SQLITE_ROW)
		*n = h->column_int64(st, 0);
	else
		err = say(h, rc);
	h->finalize(st);
	return err;
}

static const char schema[] =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE run (id INTEGER PRIMARY KEY, machine TEXT NOT NULL, release TEXT NOT NULL,"
	" config TEXT NOT NULL, accelerator TEXT NOT NULL, time TEXT NOT NULL, dir TEXT NOT NULL,"
	" UNIQUE (machine, release, config, accelerator, time, dir));"
	"CREATE TABLE point (run INTEGER NOT NULL REFERENCES run (id), world TEXT NOT NULL,"
	" cell TEXT NOT NULL, metric TEXT NOT NULL, unit TEXT NOT NULL, higher INTEGER NOT NULL,"
	" n INTEGER NOT NULL, p50 REAL NOT NULL, p90 REAL NOT NULL, p99 REAL NOT NULL,"
	" p999 REAL NOT NULL, max REAL NOT NULL, UNIQUE (run, cell, metric, unit));"
	"CREATE INDEX point_metric ON point (metric, cell);"
	"PRAGMA application_id = 1145918536;"
	"PRAGMA user_version = 1;"
	"COMMIT;";

static int prepare_schema(struct history *h)
{
	int64_t id = 0, version = 0, tables = 0;
	int err;

	_Static_assert(APPLICATION_ID == 1145918536 && SCHEMA_VERSION == 1, "as in the schema");
	err = one_number(h, "PRAGMA application_id", &id);
	if (!err)
		err = one_number(h, "PRAGMA user_version", &version);
	if (!err)
		err = one_number(h, "SELECT count(*) FROM sqlite_master", &tables);
	if (err)
		return err;
	if (!tables && !id)
		return exec(h, schema);
	if (id == APPLICATION_ID && version == SCHEMA_VERSION)
		return 0;
	free(h->error);
	h->error = id == APPLICATION_ID
		? xasprintf("its version is %lld; this program knows %d", (long long)version, SCHEMA_VERSION)
		: xstrdup("a database of something else");
	return -EBADMSG;
}

int history_open(const char *path, struct history **result, char **why)
{
	struct history *h = xcalloc(1, sizeof(*h));
	int err, rc;

	*why = NULL;
	err = load_library(h, why);
	if (!err) {
		rc = h->open_v2(path, &h->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
		err = rc == SQLITE_OK ? 0 : say(h, rc);
		if (!err) {
			h->busy_timeout(h->db, 10000);
			err = prepare_schema(h);
		}
		if (err)
			*why = xasprintf("%s: %s", path, h->error);
	}
	if (err)
		history_close(h);
	else
		*result = h;
	return err;
}

void history_close(struct history *h)
{
	if (!h)
		return;
	if (h->db)
		h->close_v2(h->db);
	if (h->lib)
		dlclose(h->lib);
	free(h->error);
	free(h);
}

const char *history_error(const struct history *h)
{
	return h->error ? h->error : "";
}

/* ---- adding ---- */

static int bind_texts(struct history *h, sqlite3_stmt *st, const char *const *texts, int nr)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < nr && rc == SQLITE_OK; i++)
		rc = h->bind_text(st, i + 1, texts[i], -1, SQLITE_TRANSIENT);
	return rc;
}

static int insert_run(struct history *h, const struct samples *s, const char *dir)
{
	const char *const texts[] = {
		samples_get(s, ABOUT_MACHINE), samples_get(s, ABOUT_RELEASE),
		samples_get(s, ABOUT_CONFIG), samples_get(s, ABOUT_ACCEL),
		samples_get(s, ABOUT_TIME), dir,
	};
	sqlite3_stmt *st = NULL;
	int rc, err = 0;

	rc = h->prepare_v2(h->db, "INSERT OR IGNORE INTO run (machine, release, config, accelerator, time, dir) VALUES (?,?,?,?,?,?)",
			   -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = bind_texts(h, st, texts, 6);
	if (rc == SQLITE_OK)
		rc = h->step(st);
	if (rc != SQLITE_DONE)
		err = say(h, rc);
	h->finalize(st);
	return err ? err : h->changes(h->db) ? 0 : 1;
}

static int insert_point(struct history *h, sqlite3_stmt *st, int64_t run,
			const struct samples_series *series)
{
	static const double parts[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	const char *const texts[] = {
		samples_world(series->cell), series->cell, series->metric, series->unit,
	};
	struct dist d;
	int rc;

	samples_dist(series, NULL, &d);
	if (!d.total) {
		dist_free(&d);
		return 0;
	}
	h->reset(st);
	rc = bind_texts(h, st, texts, 4);
	if (rc == SQLITE_OK)
		rc = h->bind_int64(st, 5, run);
	if (rc == SQLITE_OK)
		rc = h->bind_int64(st, 6, series->higher);
	if (rc == SQLITE_OK)
		rc = h->bind_int64(st, 7, d.total);
	for (int i = 0; i < 5 && rc == SQLITE_OK; i++)
		rc = h->bind_double(st, 8 + i, dist_quantile(&d, parts[i]));
	if (rc == SQLITE_OK)
		rc = h->step(st);
	dist_free(&d);
	return rc == SQLITE_DONE ? 0 : say(h, rc);
}

static int insert_points(struct history *h, const struct samples *s)
{
	int64_t run = h->last_insert_rowid(h->db);
	sqlite3_stmt *st = NULL;
	int rc, err;

	rc = h->prepare_v2(h->db, "INSERT INTO point (world, cell, metric, unit, run, higher, n, p50, p90, p99, p999, max) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
			   -1, &st, NULL);
	err = rc == SQLITE_OK ? 0 : say(h, rc);
	for (size_t i = 0; i < s->nr_series && !err; i++)
		err = insert_point(h, st, run, &s->series[i]);
	h->finalize(st);
	return err;
}

int history_add(struct history *h, const struct samples *s, const char *dir)
{
	int err, there;

	if (s->incomplete || s->mixed) {
		free(h->error);
		h->error = xstrdup(s->incomplete ? s->incomplete : s->mixed);
		return -EINVAL;
	}
	err = exec(h, "BEGIN IMMEDIATE");
	if (err)
		return err;
	there = insert_run(h, s, dir);
	err = there < 0 ? there : 0;
	if (!there)
		err = insert_points(h, s);
	if (!err)
		err = exec(h, "COMMIT");
	if (err)
		h->exec(h->db, "ROLLBACK", NULL, NULL, NULL);
	return err ? err : there;
}

/* ---- asking ---- */

#define COLUMNS	"run.machine, run.release, run.config, run.accelerator, point.world, point.cell, point.metric, point.unit, run.time, run.dir"

static char *text_of(struct history *h, sqlite3_stmt *st, int i)
{
	const char *text = (const char *)h->column_text(st, i);

	return xstrdup(text ? text : "");
}

static void take_point(struct history *h, sqlite3_stmt *st, struct history_point *p)
{
	char **texts[] = { &p->machine, &p->release, &p->config, &p->accel, &p->world, &p->cell,
			   &p->metric, &p->unit, &p->time, &p->dir };
	double *numbers[] = { &p->p50, &p->p90, &p->p99, &p->p999, &p->max };

	for (int i = 0; i < 10; i++)
		*texts[i] = text_of(h, st, i);
	p->higher = h->column_int64(st, 10);
	p->nr = h->column_int64(st, 11);
	for (int i = 0; i < 5; i++)
		*numbers[i] = h->column_double(st, 12 + i);
}

int history_points(struct history *h, const struct history_filter *f,
		   struct history_point **points, size_t *nr)
{
	static const char sql[] = "SELECT " COLUMNS ", point.higher, point.n, p50, p90, p99, p999, max"
		" FROM point JOIN run ON run.id = point.run"
		" WHERE (?1 IS NULL OR metric = ?1) AND (?2 IS NULL OR machine = ?2)"
		" AND (?3 IS NULL OR release = ?3) AND (?4 IS NULL OR config = ?4)"
		" AND (?5 IS NULL OR accelerator = ?5) AND (?6 IS NULL OR world = ?6)"
		" AND (?7 IS NULL OR cell GLOB ?7)"
		" ORDER BY machine, accelerator, cell, metric, unit, time, run.id";
	const char *const texts[] = { f->metric, f->machine, f->release, f->config, f->accel,
				      f->world, f->cell };
	sqlite3_stmt *st = NULL;
	int rc, err = 0;

	*points = NULL;
	*nr = 0;
	rc = h->prepare_v2(h->db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = bind_texts(h, st, texts, 7);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = h->step(st);
		if (rc != SQLITE_ROW)
			break;
		*points = xrealloc(*points, (*nr + 1) * sizeof(**points));
		take_point(h, st, &(*points)[(*nr)++]);
	}
	if (rc != SQLITE_DONE)
		err = say(h, rc);
	h->finalize(st);
	return err;
}

#else /* no <sqlite3.h> */

struct history { char unused; };

int history_open(const char *path, struct history **h, char **why)
{
	(void)path;
	(void)h;
	*why = xstrdup("this dmatorture was built without SQLite; install libsqlite3-dev and build again");
	return -ENOSYS;
}

void history_close(struct history *h)
{
	(void)h;
}

const char *history_error(const struct history *h)
{
	(void)h;
	return "";
}

int history_add(struct history *h, const struct samples *s, const char *dir)
{
	(void)h;
	(void)s;
	(void)dir;
	return -ENOSYS;
}

int history_points(struct history *h, const struct history_filter *f,
		   struct history_point **points, size_t *nr)
{
	(void)h;
	(void)f;
	*points = NULL;
	*nr = 0;
	return -ENOSYS;
}

#endif

void history_free_points(struct history_point *points, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct history_point *p = &points[i];
		char *texts[] = { p->machine, p->release, p->config, p->accel, p->world, p->cell,
				  p->metric, p->unit, p->time, p->dir };

		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			free(texts[k]);
	}
	free(points);
}

bool history_same_series(const struct history_point *a, const struct history_point *b)
{
	return !strcmp(a->machine, b->machine) && !strcmp(a->accel, b->accel) &&
	       !strcmp(a->cell, b->cell) && !strcmp(a->metric, b->metric) &&
	       !strcmp(a->unit, b->unit);
}
