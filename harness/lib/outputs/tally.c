// SPDX-License-Identifier: GPL-2.0-only
/* Finds words for what cells came to. "corrupt" beside "pass" would be taken for a bug of ours. */
#include "tally.h"

#include <stdio.h>

void tally_add(struct tally *t, enum outcome outcome, enum data_state data, uint64_t checks,
	       uint64_t bad, const struct tally_wants *wants)
{
	t->cells++;
	t->outcome[outcome]++;
	t->intact += data == DATA_INTACT;
	t->corrupt += data == DATA_CORRUPT;
	t->spared += data == DATA_INTACT && wants->corrupt;
	t->surprised += data == DATA_CORRUPT && !wants->corrupt;
	t->found += wants->violation && outcome == OUTCOME_PASS;
	t->checks += checks;
	t->bad += bad;
}

void tally_join(struct tally *t, const struct tally *from)
{
	t->cells += from->cells;
	for (int i = 0; i < OUTCOME__COUNT; i++)
		t->outcome[i] += from->outcome[i];
	t->intact += from->intact;
	t->corrupt += from->corrupt;
	t->spared += from->spared;
	t->surprised += from->surprised;
	t->found += from->found;
	t->checks += from->checks;
	t->bad += from->bad;
}

enum outcome tally_worst(const struct tally *t)
{
	enum outcome worst = OUTCOME_PASS;

	if (t->cells && t->outcome[OUTCOME_SKIP] == t->cells)
		return OUTCOME_SKIP;
	for (int i = OUTCOME_INCOMPLETE; i < OUTCOME__COUNT; i++)
		if (t->outcome[i])
			worst = i;
	return worst;
}

static void fail_words(const struct tally *t, char *out, size_t size)
{
	unsigned long long bad = t->bad, checks = t->checks;

	if (t->surprised)
		snprintf(out, size, "fail: corrupt %llu/%llu", bad, checks);
	else if (t->spared)
		snprintf(out, size, "fail: intact");
	else
		snprintf(out, size, "fail");
}

static void pass_words(const struct tally *t, char *out, size_t size)
{
	snprintf(out, size, "%s",
		 t->corrupt ? "corrupt" : t->intact ? "intact" : t->found ? "found" : "ran");
}

static void pass_full_words(const struct tally *t, char *out, size_t size)
{
	unsigned long long bad = t->bad, checks = t->checks;

	if (t->corrupt)
		snprintf(out, size, "corrupt %llu/%llu, as expected", bad, checks);
	else if (t->intact)
		snprintf(out, size, "intact, %llu checked", checks);
	else
		snprintf(out, size, t->found ? "found, as expected" : "as expected");
}

const char *tally_expected(const struct tally *t)
{
	if (tally_worst(t) != OUTCOME_PASS || (t->intact && !t->corrupt))
		return "";
	return t->corrupt ? "corrupt, as expected" : t->found ? "found, as expected" : "";
}

static void words(const struct tally *t, char *out, size_t size,
		  void (*pass)(const struct tally *t, char *out, size_t size))
{
	enum outcome worst = tally_worst(t);

	if (!t->cells)
		snprintf(out, size, "-");
	else if (worst == OUTCOME_FAIL)
		fail_words(t, out, size);
	else if (worst != OUTCOME_PASS)
		snprintf(out, size, "%s", outcome_name(worst));
	else
		pass(t, out, size);
}

void tally_words(const struct tally *t, char *out, size_t size)
{
	words(t, out, size, pass_words);
}

void tally_full_words(const struct tally *t, char *out, size_t size)
{
	words(t, out, size, pass_full_words);
}
