/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scenarios/KNOWN-ISSUES: known mistakes in kernels that are tested. An entry with a driver
 * excuses that driver's violations of its classes, on the kernels that it names and until it
 * expires. An entry with a title excuses the kernel's own reports of that title. Other entries
 * are only read by people.
 *
 *   issue NAME
 *       kernels  6.1..6.12 7.2..     the lines it counts for: from 6.1 to 6.12, and from 7.2 on
 *       seen     6.1.192 7.2.13      the last release of a line on which it was seen
 *       expires  2027-05-31          the last day on which it counts
 *       driver   fsl-elo-dma         as the kernel calls it; without it no violation is excused
 *       class    callback-locked, dependency-locked
 *       title    WARNING at lib/x.c:*    excuses the kernel's reports of this title, in all cells
 *       where    ...
 *       what     ...
 *       show     the command that shows it
 */
#ifndef HARNESS_KNOWN_H
#define HARNESS_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/diag.h"
#include "lib/judge/violation.h"

#define KNOWN_RANGES	4
#define KNOWN_SEEN	16

struct known_line {
	unsigned int major, minor;
};

struct known_range {
	struct known_line from, to;	/* both of them too */
};

struct known_seen {
	struct known_line line;
	char release[32];
	struct pos pos;
};

struct known_issue {
	char *name;
	char *driver;			/* NULL: excuses nothing */
	bool classes[V__COUNT];
	char *title;			/* a shell pattern; NULL: excuses no report */
	char *show;			/* the command that shows it, or NULL */
	char *patch;			/* what mends it, in scenarios/findings, or NULL */
	struct known_range ranges[KNOWN_RANGES];
	unsigned int nr_ranges;
	struct known_seen seen[KNOWN_SEEN];
	unsigned int nr_seen;
	char expires[12];		/* "2027-05-31" */
	unsigned int line;
};

struct known_issues {
	struct known_issue *v;
	size_t nr;
};

/*
 * Parses the file's text, which ends with a NUL. Returns 0, or -EINVAL with @diag filled and
 * @issues empty.
 */
int known_parse(struct known_issues *issues, const char *file, const char *text,
		struct diag *diag);
/* All errors of the text, one for each entry, in the order of their lines. Returns how many. */
size_t known_errors(const char *file, const char *text, struct diags *diags);
void known_free(struct known_issues *issues);

/*
 * The issue that excuses violations of @class by @driver on kernel @release, @today
 * ("2026-11-23"), or NULL.
 */
const struct known_issue *known_find(const struct known_issues *issues, enum violation_id class,
				     const char *driver, const char *release, const char *today);

/* The issue that excuses a report of this title, or NULL. */
const struct known_issue *known_title(const struct known_issues *issues, const char *title,
				      const char *release, const char *today);

/* Is it an issue of this kernel, and does it still count on @today, "2026-11-28"? */
bool known_counts(const struct known_issue *k, const char *release, const char *today);

/* Was it seen on a release of this kernel's line? If not, the range alone says that it is there. */
bool known_seen(const struct known_issue *k, const char *release);

/*
 * Does the issue's command run this scenario, on real drivers or not, on that kernel
 * ("debian:6.12")? If such a scenario passes without the excuse, the issue may be mended.
 */
bool known_shows(const struct known_issue *k, const char *scenario, bool drivers,
		 const char *kernel);

#endif /* HARNESS_KNOWN_H */
