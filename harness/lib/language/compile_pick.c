// SPDX-License-Identifier: GPL-2.0-only
/*
 * Engines that are there already, and are picked by the executor: in the worlds with an IOMMU the
 * guest's bus masters do the copies. If a scenario asks for something that only a software engine
 * can do, the cell is a skip, with the reason.
 */
#include <endian.h>
#include <string.h>

#include "compiler.h"

#define MASTER		"edudma"	/* kmod/edudma: the name of its driver */
/* What harness/vm/qemu.c gives a guest: each in a mapping domain of its own, and two in one. */
#define MASTERS_APART	4
#define MASTERS_TOGETHER 2

/* The device is so slow, a fifth of a second for a KiB, that its waits get this much longer. */
#define SLOWER		300

bool is_picked(const struct compiler *c, const struct engine *e)
{
	return e->on || (world_has_masters(c->opts->world) && e->cap == DMT_CAP_MEMCPY);
}

uint64_t slower(const struct compiler *c, uint64_t ns, uint64_t max)
{
	if (!world_has_masters(c->opts->world))
		return ns;
	return ns > max / SLOWER ? max : ns * SLOWER;
}

/* The number of the domain that @e shares with others: the first engine's that names it, plus 1. */
static uint32_t group_of(struct compiler *c, const struct engine *e)
{
	const char *domain;
	uint32_t n = 1;

	if (!e->opts[ENG_DOMAIN])
		return 0;
	domain = eval_word(&c->env, e->opts[ENG_DOMAIN]);
	for (const struct engine *o = c->s->engines; o != e; o = o->next, n++)
		if (o->opts[ENG_DOMAIN] && !strcmp(eval_word(&c->env, o->opts[ENG_DOMAIN]), domain))
			break;
	return n;
}

void pick_engine(struct compiler *c, const struct engine *e, struct dmt_engine *w)
{
	bool masters = world_has_masters(c->opts->world);
	const char *want = !e->on ? MASTER : strcmp(e->on, "any") ? e->on : "";

	snprintf(w->device, sizeof(w->device), "%s", want);
	w->pick = htole32(DMT_PICK_FREE | (masters ? DMT_PICK_APART : 0));
	w->group = htole32(group_of(c, e));
	w->channel = 0;
}

static void skip(struct cell *cell, const char *name, const char *why, const char *what)
{
	if (!cell->skip)
		cell->skip = xasprintf("%s%s%s%s%s", *name ? "engine " : "", name, *name ? ": " : "", why,
				       what);
}

static void check_opt(struct compiler *c, const struct engine *e, enum engine_opt opt,
		      struct cell *cell)
{
	switch (opt) {
	case ENG_COMPLETION:
		if (strcmp(eval_word(&c->env, e->opts[opt]), "softirq"))
			skip(cell, e->name, "a real engine completes where its driver does", "");
		break;
	case ENG_DOMAIN:	/* the executor looks for it */
	case ENG_SETUP:		/* it takes its own time */
	case ENG_RATE:
	case ENG_JITTER:
	case ENG_BOARD:
	case ENG_MODEL:
		break;
	default:
		skip(cell, e->name, "a real engine has no say in ", engine_opts[opt].word);
	}
}

static void check_engine(struct compiler *c, const struct engine *e, struct cell *cell)
{
	for (int i = 0; i < ENG__COUNT; i++)
		if (e->opts[i])
			check_opt(c, e, i, cell);
	for (int i = 0; i < NR_FAULTS; i++)
		if (e->faults[i].interval)
			skip(cell, e->name, "only softdma has the fault ", fault_words[i]);
}

/* Does the guest have so many? */
static void check_number(struct compiler *c, struct cell *cell)
{
	uint32_t apart = 0, together = 0, masters = 0, group = 0;

	for (uint32_t i = 0; i < c->nr_engines; i++) {
		const struct dmt_engine *w = &c->engines[i];

		if (!(le32toh(w->pick) & DMT_PICK_FREE))
			continue;
		masters++;
		if (!w->group)
			apart++;
		else if (!group || group == le32toh(w->group))
			together++;
		else
			apart += 2 * MASTERS_APART;	/* there is one such pair */
		group = group ? group : le32toh(w->group);
	}
	if (!masters)
		skip(cell, "", "no engine of it copies, so none is a bus master", "");
	else if (apart + (together == 1) > MASTERS_APART || together > MASTERS_TOGETHER)
		skip(cell, "", "it wants more bus masters than the guest has", "");
}

/* What an IOMMU's own books would not survive. */
static void check_steps(struct compiler *c, struct cell *cell)
{
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++) {
			const struct dmt_step *s = &c->blocks[i].steps[k].wire;
			uint32_t how = le32toh(s->arg0);

			if (le16toh(s->op) == DMT_STEP_UNMAP && how != DMT_WRONG_NOTHING &&
			    how != DMT_WRONG_DIR)
				skip(cell, "", "behind an IOMMU a wrong unmap takes the address of another mapping",
				     "");
		}
}

static bool has_software(const struct compiler *c)
{
	for (const struct engine *e = c->s->engines; e; e = e->next)
		if (!is_picked(c, e))
			return true;
	return false;
}

/* Worlds that software makes for software. */
static void check_world(struct compiler *c, struct cell *cell, const struct engine *e)
{
	if (c->opts->world == WORLD_STRICT)
		skip(cell, e->name, "only software engines have the mappings of the world strict", "");
	if (c->opts->world == WORLD_BOUNCE32)
		skip(cell, e->name, "how far a real engine reaches cannot be chosen", "");
}

static void check_masters(struct compiler *c, struct cell *cell)
{
	if (c->s->allow_foreign && has_software(c))
		skip(cell, "", "a software engine knows no IOMMU, and would take an address of its domain for memory",
		     "");
	check_number(c, cell);
	check_steps(c, cell);
	strbuf_addf(&cell->setup, "rebind %s\n", MASTER);
}

void check_picks(struct compiler *c, struct cell *cell)
{
	bool masters = world_has_masters(c->opts->world), any = masters;

	for (const struct engine *e = c->s->engines; e && !failed(c); e = e->next) {
		if (!is_picked(c, e))
			continue;
		any = true;
		cell->real |= e->on != NULL;
		check_engine(c, e, cell);
		check_world(c, cell, e);
	}
	if (any && c->s->workload)
		skip(cell, "", "workloads take public channels, and those of real engines are private", "");
	if (any && cell->drivers)
		skip(cell, "", "register models take the place of software engines alone", "");
	if (masters)
		check_masters(c, cell);
}
