// SPDX-License-Identifier: GPL-2.0-only
/* Judges a guest as a whole. */
#include <stdlib.h>

#include "run.h"
#include "verdict_internal.h"

static void judge_leaks(const struct run *run, const struct boot *boot, enum outcome *outcome,
			struct strbuf *why)
{
	for (unsigned int i = 0; i < boot->leaks.nr; i++) {
		const struct splat *s = &boot->leaks.v[i];
		const struct known_issue *k =
			known_title(run->env.known, s->title, run->env.release, run->env.today);

		if (!k)
			*outcome = OUTCOME_PANIC;
		if (why)
			strbuf_addf(why, "%s%s%s%s (%u times)\n", k ? "known issue " : "",
				    k ? k->name : "", k ? ": " : "", s->title, s->count);
	}
}

enum outcome boot_judge(const struct run *run, const struct boot *boot, struct strbuf *why)
{
	enum outcome outcome = OUTCOME_PASS;

	/*
	 * One that died has its verdict in the cell that it died in; one that was stopped may
	 * have ended all of its cells.
	 */
	if ((boot->fate == VM_DONE || boot->fate == VM_INTERRUPTED) &&
	    verdict_has_config(witness_symbol(WITNESS_KMEMLEAK), run->env.config) &&
	    !boot->kmemleak.ran) {
		outcome = OUTCOME_INCOMPLETE;
		if (why)
			strbuf_addf(why, "kmemleak did not run: %s\n", boot->kmemleak.said ?
				    boot->kmemleak.why : "the guest says nothing of it");
	}
	judge_leaks(run, boot, &outcome, why);
	return outcome;
}

void boot_free(struct boot *boot)
{
	free(boot->name);
	free(boot->cells);
	free(boot->title);
	splats_free(&boot->leaks);
}

int run_exit_code(const struct run *run)
{
	unsigned int count[OUTCOME__COUNT];

	run_count(run, count);
	for (uint32_t i = 0; i < run->nr_boots; i++) {
		enum outcome outcome = boot_judge(run, &run->boots[i], NULL);

		if (outcome != OUTCOME_PASS)
			count[outcome]++;
	}
	return outcome_exit_code(count);
}
