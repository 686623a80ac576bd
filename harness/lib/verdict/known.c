// SPDX-License-Identifier: GPL-2.0-only
/* Reads scenarios/KNOWN-ISSUES and finds the entry that excuses a finding. */
#include "known.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

struct reader {
	struct known_issues *issues;
	const char *file;
	struct diag *diag;
	unsigned int line;
	bool bad;
};

static void fail(struct reader *r, unsigned int col, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void fail(struct reader *r, unsigned int col, const char *fmt, ...)
{
	struct pos pos = { r->line, col };
	va_list ap;

	va_start(ap, fmt);
	diag_verror(r->diag, r->file, pos, fmt, ap);
	va_end(ap);
	r->bad = true;
}

/* Reads "6.12" up to @end, or to the end of the text when that is NULL. */
static bool read_line(struct known_line *line, const char *text, const char *end)
{
	size_t len = end ? (size_t)(end - text) : strlen(text);
	int used = 0;

	return isdigit((unsigned char)text[0]) &&
	       sscanf(text, "%u.%u%n", &line->major, &line->minor, &used) == 2 &&
	       used > 0 && (size_t)used == len;
}

static bool is_after(struct known_line a, struct known_line b)
{
	return a.major > b.major || (a.major == b.major && a.minor > b.minor);
}

static bool covers(const struct known_issue *k, struct known_line line)
{
	for (unsigned int n = 0; n < k->nr_ranges; n++)
		if (!is_after(k->ranges[n].from, line) && !is_after(line, k->ranges[n].to))
			return true;
	return false;
}

static void take_range(struct reader *r, struct known_issue *k, const char *word, unsigned int col)
{
	const char *dots = strstr(word, "..");
	struct known_range range;

	if (!read_line(&range.from, word, dots) ||
	    (dots && dots[2] && !read_line(&range.to, dots + 2, NULL))) {
		fail(r, col, "'%s' is no range of kernels: want such as 6.1..6.12, 7.2.. or 6.12; releases are named in seen",
		     word);
		return;
	}
	if (!dots)
		range.to = range.from;
	else if (!dots[2])
		range.to = (struct known_line) { UINT_MAX, UINT_MAX };
	if (is_after(range.from, range.to))
		fail(r, col, "'%s' ends before it begins", word);
	else if (k->nr_ranges == KNOWN_RANGES)
		fail(r, col, "an issue has at most %d ranges of kernels", KNOWN_RANGES);
	else
		k->ranges[k->nr_ranges++] = range;
}

static void take_seen(struct reader *r, struct known_issue *k, const char *word, unsigned int col)
{
	struct known_seen seen = { .pos = { r->line, col } };
	unsigned int patch;

	if (!isdigit((unsigned char)word[0]) ||
	    sscanf(word, "%u.%u.%u", &seen.line.major, &seen.line.minor, &patch) != 3 ||
	    strlen(word) >= sizeof(seen.release)) {
		fail(r, col, "'%s' is no release: want such as 6.12.117", word);
		return;
	}
	for (unsigned int n = 0; n < k->nr_seen; n++)
		if (!memcmp(&k->seen[n].line, &seen.line, sizeof(seen.line))) {
			fail(r, col, "%u.%u is there twice: only the last one is of use",
			     seen.line.major, seen.line.minor);
			return;
		}
	if (k->nr_seen == KNOWN_SEEN) {
		fail(r, col, "an issue has at most %d releases", KNOWN_SEEN);
		return;
	}
	strcpy(seen.release, word);
	k->seen[k->nr_seen++] = seen;
}

typedef void take_word(struct reader *r, struct known_issue *k, const char *word, unsigned int col);

static void take_words(struct reader *r, struct known_issue *k, char *value, unsigned int col,
		       take_word *take)
{
	char *save = NULL;

	for (char *word = strtok_r(value, " ", &save); word && !r->bad;
	     word = strtok_r(NULL, " ", &save))
		take(r, k, word, col + (word - value));
}

static void take_expires(struct reader *r, struct known_issue *k, const char *value,
			 unsigned int col)
{
	static const char form[] = "dddd-dd-dd";
	size_t i;

	for (i = 0; form[i]; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)value[i]) : value[i] != '-')
			break;
	if (form[i] || value[i])
		fail(r, col, "'%s' is no date: want such as 2027-05-31", value);
	else
		strcpy(k->expires, value);
}

/* In an entry without a driver the classes may have remarks, as only people read them. */
static void take_classes(struct reader *r, struct known_issue *k, char *value, unsigned int col)
{
	char *save = NULL;

	for (char *word = strtok_r(value, ", ", &save); word; word = strtok_r(NULL, ", ", &save)) {
		const struct violation *v = violation_find(word);

		if (v && v->seen) {
			k->classes[v->id] = true;
		} else if (k->driver) {
			const char *near = violation_nearest(word);

			fail(r, col, "'%s' is no class of violation%s%s%s", word,
			     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		}
	}
}

static void end_issue(struct reader *r)
{
	const struct known_issue *k = r->issues->nr ? &r->issues->v[r->issues->nr - 1] : NULL;

	if (!k || r->bad)
		return;
	r->line = k->line;
	if (!k->nr_ranges)
		fail(r, 1, "issue %s names no kernels", k->name);
	else if (!k->nr_seen)
		fail(r, 1, "issue %s has no seen: on which releases was it seen last?", k->name);
	else if (!k->expires[0])
		fail(r, 1, "issue %s has no expires: an excuse ends some day", k->name);
	for (unsigned int n = 0; n < k->nr_seen && !r->bad; n++)
		if (!covers(k, k->seen[n].line)) {
			r->line = k->seen[n].pos.line;
			fail(r, k->seen[n].pos.col, "issue %s was seen on %s, which its kernels do not cover",
			     k->name, k->seen[n].release);
		}
}

static void begin_issue(struct reader *r, const char *name)
{
	struct known_issues *all = r->issues;
	unsigned int line = r->line;

	end_issue(r);
	r->line = line;
	for (size_t i = 0; i < all->nr; i++)
		if (!strcmp(all->v[i].name, name))
			fail(r, 7, "issue %s is there twice", name);
	all->v = xrealloc(all->v, (all->nr + 1) * sizeof(*all->v));
	all->v[all->nr++] = (struct known_issue) { .name = xstrdup(name), .line = r->line };
}

static void take_key(struct reader *r, const char *key, char *value, unsigned int col)
{
	static const char *const read[] = { "where", "what" };
	struct known_issue *k = &r->issues->v[r->issues->nr - 1];

	if (!strcmp(key, "kernels")) {
		take_words(r, k, value, col, take_range);
	} else if (!strcmp(key, "seen")) {
		take_words(r, k, value, col, take_seen);
	} else if (!strcmp(key, "expires")) {
		take_expires(r, k, value, col);
	} else if (!strcmp(key, "driver") && !k->driver) {
		k->driver = xstrdup(value);
	} else if (!strcmp(key, "title") && !k->title) {
		k->title = xstrdup(value);
	} else if (!strcmp(key, "show") && !k->show) {
		k->show = xstrdup(value);
	} else if (!strcmp(key, "patch") && !k->patch) {
		k->patch = xstrdup(value);
	} else if (!strcmp(key, "class")) {
		take_classes(r, k, value, col);
	} else {
		for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++)
			if (!strcmp(key, read[i]))
				return;
		fail(r, 5, "'%s' is no key: there are kernels, seen, expires, driver, class, title, where, what, show and patch",
		     key);
	}
}

static void take_line(struct reader *r, char *line)
{
	size_t indent = strspn(line, " "), len = strlen(line);
	char *value;

	if (len && line[len - 1] == '\r')
		line[len - 1] = '\0';

	if (!line[indent] || line[indent] == '#' || indent > 4)
		return;		/* an empty line, a remark, or the last value goes on */
	line += indent;
	len = strcspn(line, " ");
	value = line + len + strspn(line + len, " ");
	line[len] = '\0';
	if (!indent && !strcmp(line, "issue") && *value)
		begin_issue(r, value);
	else if (!indent || !r->issues->nr)
		fail(r, 1, "want: issue NAME");
	else
		take_key(r, line, value, indent + 1 + (value - line));
}

int known_parse(struct known_issues *issues, const char *file, const char *text,
		struct diag *diag)
{
	struct reader r = { .issues = issues, .file = file, .diag = diag };
	char *copy = xstrdup(text), *next = copy + text_mark(text, strlen(text)), *line;

	*issues = (struct known_issues) { 0 };
	memset(diag, 0, sizeof(*diag));
	while (!r.bad && (line = strsep(&next, "\n"))) {
		r.line++;
		take_line(&r, line);
	}
	end_issue(&r);
	free(copy);
	if (!r.bad)
		return 0;
	known_free(issues);
	return -EINVAL;
}

/* Blanks the entry that line @nr is in: up to the next line that is not indented. */
static void blank_entry(char *text, unsigned int nr)
{
	char *from = text, *p = text;

	for (unsigned int line = 1; *p && line <= nr; line++) {
		if (!strchr(" #\n", *p))
			from = p;
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	while (*p && strchr(" #\n", *p)) {
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	for (; from < p; from++)
		if (*from != '\n')
			*from = ' ';
}

size_t known_errors(const char *file, const char *text, struct diags *diags)
{
	struct known_issues issues;
	char *copy = xstrdup(text);
	struct diag diag;

	while (known_parse(&issues, file, copy, &diag) && diags_add(diags, &diag))
		blank_entry(copy, diag.line);
	known_free(&issues);
	free(copy);
	return diags->nr;
}

void known_free(struct known_issues *issues)
{
	for (size_t i = 0; i < issues->nr; i++) {
		free(issues->v[i].name);
		free(issues->v[i].driver);
		free(issues->v[i].title);
		free(issues->v[i].show);
		free(issues->v[i].patch);
	}
	free(issues->v);
	*issues = (struct known_issues) { 0 };
}

bool known_counts(const struct known_issue *k, const char *release, const char *today)
{
	struct known_line line;

	return release && sscanf(release, "%u.%u", &line.major, &line.minor) == 2 &&
	       strcmp(today, k->expires) <= 0 && covers(k, line);
}

bool known_seen(const struct known_issue *k, const char *release)
{
	struct known_line line;

	if (!release || sscanf(release, "%u.%u", &line.major, &line.minor) != 2)
		return false;
	for (unsigned int n = 0; n < k->nr_seen; n++)
		if (k->seen[n].line.major == line.major && k->seen[n].line.minor == line.minor)
			return true;
	return false;
}

const struct known_issue *known_find(const struct known_issues *issues, enum violation_id class,
				     const char *driver, const char *release, const char *today)
{
	for (size_t i = 0; issues && i < issues->nr; i++) {
		const struct known_issue *k = &issues->v[i];

		if (k->driver && !strcmp(k->driver, driver) && k->classes[class] &&
		    known_counts(k, release, today))
			return k;
	}
	return NULL;
}

const struct known_issue *known_title(const struct known_issues *issues, const char *title,
				      const char *release, const char *today)
{
	for (size_t i = 0; issues && i < issues->nr; i++) {
		const struct known_issue *k = &issues->v[i];

		if (k->title && !fnmatch(k->title, title, 0) && known_counts(k, release, today))
			return k;
	}
	return NULL;
}

/* Does an argument of `dmatorture run` name this scenario: as a group "order/", or a pattern? */
static bool names(const char *word, const char *scenario)
{
	size_t n = strlen(word);

	return word[n - 1] == '/' ? !strncmp(word, scenario, n) : !fnmatch(word, scenario, 0);
}

bool known_shows(const struct known_issue *k, const char *scenario, bool drivers,
		 const char *kernel)
{
	static const char verb[] = "dmatorture run ";
	const char *command = k->show ? strstr(k->show, verb) : NULL;
	const char *on = "";
	char *words, *save = NULL;
	bool named = false, engines = false;

	if (!command)
		return false;
	words = xstrdup(command + strlen(verb));
	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (!strcmp(w, "--kernel"))
			on = strtok_r(NULL, " ", &save);
		else if (!strcmp(w, "--engines"))
			engines = !strcmp(strtok_r(NULL, " ", &save) ?: "", "drivers");
		else if (w[0] != '-')
			named |= names(w, scenario);
	}
	/* A scenario of drivers/ runs on real drivers even without --engines. */
	named = named && (drivers || !engines) && (!on || !*on || !strcmp(on, kernel));
	free(words);
	return named;
}
