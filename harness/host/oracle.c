// SPDX-License-Identifier: GPL-2.0-only
/* The oracles, and the table of what they except. */
#include "oracle.h"

#include <string.h>

#include "lib/fuzz/draw.h"
#include "surprise.h"

#define IN(world)	(1u << WORLD_##world)
#define DIRECT		(IN(COHERENT) | IN(BOUNCE) | IN(BOUNCE32))

/* Classes that need not be named in these worlds though another one names them, and why. */
static const struct {
	enum violation_id class;
	unsigned int worlds;
	const char *why;
} exceptions[] = {
	{ V_FOREIGN_MAP, DIRECT,
	  "dma-direct gives all engines one translation: the address works, and the judge has a hint" },
};

/*
 * Broken rules that no event shows, or none where the CPU is not watched: data may be corrupt and
 * nothing is named.
 */
static const struct {
	enum wrong wrong;
	bool watched;	/* but it does where the CPU is */
	const char *why;
} unseen[] = {
	{ WRONG_CPU, true, "the CPU's loads and stores are no events" },
	{ WRONG_SYNC_ONE_WAY, false,
	  "the kernel's checker lets drivers sync a BIDIRECTIONAL mapping one way (check_sync, kernel/dma/debug.c), and so does the judge; what the other way would have copied is lost" },
	{ WRONG_NO_SYNC, true, "a sync that is missing would show only where the CPU's accesses do" },
};

/* What is no doubt, whatever the class. */
enum { EXCEPT_OPEN, EXCEPT_SWIOTLB, EXCEPT_LOST, NR_OTHER };

static const struct {
	const char *what;
	unsigned int worlds;
	const char *why;
} others[NR_OTHER] = {
	[EXCEPT_OPEN] = { "a class that the model leaves open", DIRECT | IN(STRICT),
		"harness/model/README.md says where no event tells what is meant: one address of several mappings, what is done after a wrong unmap, an order that differs with the world's own time" },
	[EXCEPT_LOST] = { "the observer lost an event", DIRECT | IN(STRICT),
		"an interrupt came while a probe ran, and with one seed it does so each time; only data, faults and splats of that world are looked at" },
	[EXCEPT_SWIOTLB] = { "swiotlb_bounce warns", IN(BOUNCE) | IN(BOUNCE32),
		"swiotlb checks size and address of an unmap and a sync too; it is right where the program breaks just that, and the judge names something" },
};

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

const char *oracle_letter(enum oracle oracle)
{
	static const char *const letters[ORACLE__COUNT] = { "", "a", "b", "c", "d", "e", "f" };

	return letters[oracle];
}

const char *oracle_text(enum oracle oracle)
{
	static const char *const texts[ORACLE__COUNT] = {
		[ORACLE_NONE] = "",
		[ORACLE_LEGAL] = "a legal program is silent and its data are intact",
		[ORACLE_NAMED] = "where data are corrupt or an access faults, a violation is named",
		[ORACLE_SAME] = "all worlds show the same classes",
		[ORACLE_MODEL] = "the judge names what the model predicts",
		[ORACLE_WHOLE] = "nothing splats, hangs, dies or is incomplete",
		[ORACLE_DEBUG] = "where dma-debug speaks the judge does too",
	};

	return texts[oracle];
}

bool oracle_exception(unsigned int i, const char **class, unsigned int *worlds, const char **why)
{
	if (i < NR(exceptions)) {
		*class = violation_get(exceptions[i].class)->name;
		*worlds = exceptions[i].worlds;
		*why = exceptions[i].why;
		return true;
	}
	i -= NR(exceptions);
	if (i < NR(others)) {
		*class = others[i].what;
		*worlds = others[i].worlds;
		*why = others[i].why;
		return true;
	}
	i -= NR(others);
	if (i >= NR(unseen))
		return false;
	*class = wrong_text(unseen[i].wrong);
	*worlds = WORLDS_ALL;
	*why = unseen[i].why;
	return true;
}

unsigned int oracle_exception_lost(void)
{
	return NR(exceptions) + EXCEPT_LOST;
}

static void names_of(const struct trial_seen *s, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (int id = 0; id < V__COUNT && n < size; id++)
		if (s->classes[id])
			n += snprintf(out + n, size - n, "%s%s", n ? "," : "",
				      violation_get(id)->name);
}

static bool names_any(const struct trial_seen *s)
{
	for (int id = 0; id < V__COUNT; id++)
		if (s->classes[id])
			return true;
	return false;
}

static bool say(struct doubt *d, enum oracle oracle, const char *key, enum world w,
		const char *what)
{
	d->oracle = oracle;
	snprintf(d->key, sizeof(d->key), "%s %.100s", oracle_letter(oracle), key);
	snprintf(d->what, sizeof(d->what), "in %s: %.250s", world_name(w), what);
	return true;
}

/* These break what swiotlb looks at: it knows each of its slots' sizes. */
static bool swiotlb_warns(const struct trial_seen *s, uint32_t wrongs, enum world w)
{
	uint32_t sizes = 1u << WRONG_UNMAP_OTHERWISE | 1u << WRONG_SYNC_OTHERWISE;

	return others[EXCEPT_SWIOTLB].worlds >> w & 1 && wrongs & sizes && names_any(s) &&
	       s->said && strstr(s->said, " swiotlb_bounce");
}

static bool ask_whole(const struct trial_seen *s, uint32_t wrongs, enum world w, struct doubt *d)
{
	const char *said = s->said ? s->said : "";

	if (!s->ran || s->outcome == OUTCOME_INCOMPLETE || s->outcome == OUTCOME_HANG ||
	    s->outcome == OUTCOME_SKIP)
		return say(d, ORACLE_WHOLE, s->ran ? outcome_name(s->outcome) : "not run", w, said);
	if (!s->splat || s->dma_debug)
		return false;
	if (!swiotlb_warns(s, wrongs, w))
		return say(d, ORACLE_WHOLE, said, w, said);
	d->excused |= 1u << (NR(exceptions) + EXCEPT_SWIOTLB);
	return false;
}

/* What is true of a world whatever the observer missed. */
static bool ask_lost(const struct trial_seen *s, uint32_t wrongs, enum world w, struct doubt *d)
{
	const char *said = s->said ? s->said : "";

	if (s->splat && !s->dma_debug && !swiotlb_warns(s, wrongs, w))
		return say(d, ORACLE_WHOLE, said, w, said);
	if (!wrongs && (s->fault || s->data == DATA_CORRUPT))
		return say(d, ORACLE_LEGAL, s->fault ? "fault" : "corrupt", w, said);
	d->excused |= 1u << oracle_exception_lost();
	return false;
}

static bool ask_legal(const struct trial_seen *s, enum world w, struct doubt *d)
{
	char names[160];

	names_of(s, names, sizeof(names));
	if (names[0])
		return say(d, ORACLE_LEGAL, names, w, names);
	if (s->outcome != OUTCOME_PASS)
		return say(d, ORACLE_LEGAL, s->fault ? "fault" : s->data == DATA_CORRUPT ? "corrupt" :
			   "step", w, s->said ? s->said : "");
	return false;
}

bool oracle_unseen(uint32_t wrongs)
{
	for (size_t i = 0; i < NR(unseen); i++)
		if (wrongs >> unseen[i].wrong & 1)
			return true;
	return false;
}

static bool ask_named(const struct trial_seen *s, uint32_t wrongs, enum world w, struct doubt *d)
{
	if ((s->data != DATA_CORRUPT && !s->fault) || names_any(s))
		return false;
	for (size_t i = 0; i < NR(unseen); i++)
		if (wrongs >> unseen[i].wrong & 1 && !(s->watched && unseen[i].watched)) {
			d->excused |= 1u << (NR(exceptions) + NR(others) + i);
			return false;
		}
	return say(d, ORACLE_NAMED, s->fault ? "fault" : "corrupt", w,
		   s->fault ? "an access fault, and nothing is named" :
		   "corrupt data, and nothing is named");
}

/*
 * Need this world not name what another one does? Returns a bit for the exception, or 0. @sure: the
 * model says that it must be named in some world.
 */
static unsigned int may_lack(const struct trial *t, enum violation_id class, enum world w,
			     bool sure)
{
	uint8_t foreseen = t->seen[w].foreseen[class];

	for (size_t i = 0; i < NR(exceptions); i++)
		if (exceptions[i].class == class && exceptions[i].worlds >> w & 1)
			return 1u << i;
	if (foreseen == MODEL_MUST || (foreseen == MODEL_NEVER && sure))
		return 0;
	return 1u << (NR(exceptions) + EXCEPT_OPEN);
}

static bool must_somewhere(const struct trial *t, unsigned int worlds, enum violation_id class)
{
	for (int w = 0; w < WORLD__COUNT; w++)
		if (worlds >> w & 1 && t->seen[w].foreseen[class] == MODEL_MUST)
			return true;
	return false;
}

static bool ask_same(const struct trial *t, unsigned int worlds, struct doubt *d)
{
	for (int id = 0; id < V__COUNT; id++) {
		bool sure = must_somewhere(t, worlds, id);
		unsigned int excused = 0;
		int in = -1, not = -1;
		char what[200];

		for (int w = 0; w < WORLD__COUNT; w++) {
			if (!(worlds >> w & 1))
				continue;
			if (t->seen[w].classes[id])
				in = w;
			else if (may_lack(t, id, w, sure))
				excused |= may_lack(t, id, w, sure);
			else
				not = w;
		}
		if (in < 0)
			continue;
		d->excused |= excused;
		if (not < 0)
			continue;
		snprintf(what, sizeof(what), "%s, which %s does not name", violation_get(id)->name,
			 world_name(not));
		return say(d, ORACLE_SAME, violation_get(id)->name, in, what);
	}
	return false;
}

/* Objects have other numbers in each program: the same words about others are the same doubt. */
static bool ask_model(const char *surprise, enum world w, struct doubt *d)
{
	char key[100];
	size_t n = 0;

	for (const char *p = surprise; *p && n < sizeof(key) - 1; p++)
		if (*p < '0' || *p > '9')
			key[n++] = *p;
	key[n] = '\0';
	return say(d, ORACLE_MODEL, key, w, surprise);
}

bool oracle_ask(const struct trial *t, uint32_t wrongs, unsigned int worlds, struct doubt *d)
{
	*d = (struct doubt) { 0 };
	if (t->refused)
		return say(d, ORACLE_WHOLE, "refused", 0, t->refused);
	for (int w = 0; w < WORLD__COUNT; w++) {
		const struct trial_seen *s = &t->seen[w];

		if (!(worlds >> w & 1) || !s->lost || !s->ran || s->outcome == OUTCOME_HANG)
			continue;
		if (ask_lost(s, wrongs, w, d))
			return true;
		worlds &= ~(1u << w);
	}
	for (int w = 0; w < WORLD__COUNT; w++)
		if (worlds >> w & 1 && ask_whole(&t->seen[w], wrongs, w, d))
			return true;
	for (int w = 0; w < WORLD__COUNT; w++)
		if (worlds >> w & 1 && ((!wrongs && ask_legal(&t->seen[w], w, d)) ||
					ask_named(&t->seen[w], wrongs, w, d)))
			return true;
	for (int w = 0; w < WORLD__COUNT; w++)
		if (worlds >> w & 1 && t->seen[w].dma_debug && !names_any(&t->seen[w]))
			return say(d, ORACLE_DEBUG, "dma-debug", w, t->seen[w].said ? t->seen[w].said : "");
	/* The model says of which object, so it is asked before the worlds are compared. */
	for (int w = 0; w < WORLD__COUNT; w++)
		if (worlds >> w & 1 && t->seen[w].surprise)
			return ask_model(t->seen[w].surprise, w, d);
	return ask_same(t, worlds, d);
}
