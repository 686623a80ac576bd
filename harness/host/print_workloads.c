// SPDX-License-Identifier: GPL-2.0-only
/* Prints the results of workloads in words: their numbers, and why data are wrong. */
#include <stdio.h>
#include <string.h>

#include "print_workloads.h"

static void print_part(const struct stage_result *s, const char *what, const char *unit)
{
	printf(", %s %llu%s", what, (unsigned long long)s->wrong, unit);
	if (s->of)
		printf(" of %llu", (unsigned long long)s->of);
}

static void print_md(const struct stage_result *s)
{
	printf("fio %s", s[STAGE_FIO].wrong ? "reads other than it wrote" : "verified");
	print_part(&s[STAGE_PARITY], "check:", " sectors of wrong parity");
	if (s[STAGE_DEGRADED].ran)
		print_part(&s[STAGE_DEGRADED], "a disk failed: wrong blocks", "");
	if (s[STAGE_REBUILT].ran)
		print_part(&s[STAGE_REBUILT], "rebuilt: wrong blocks", "");
	if (s[STAGE_RECHECK].ran)
		print_part(&s[STAGE_RECHECK], "check again:", "");
	printf("\n");
}

static void print_crypto(const struct stage_result *s)
{
	printf("%llu of %llu requests wrong", (unsigned long long)s[STAGE_REQUESTS].wrong,
	       (unsigned long long)s[STAGE_REQUESTS].of);
	if (s[STAGE_XORS].ran)
		print_part(&s[STAGE_XORS], "beside them xors wrong", "");
	printf("\n");
}

static void print_dmatest(const struct stage_result *s)
{
	printf("%llu of %llu tests of dmatest failed\n", (unsigned long long)s[STAGE_TESTS].wrong,
	       (unsigned long long)s[STAGE_TESTS].of);
}

static void print_ops(const struct cell_result *r)
{
	for (unsigned int i = 0; i < r->nr_engines; i++) {
		printf("      %s:", r->engines[i].name);
		for (int k = 0; k < NR_OPS; k++)
			if (r->engines[i].ops[k])
				printf(" %llu %s", (unsigned long long)r->engines[i].ops[k], op_words[k]);
		printf("\n");
	}
}

void print_workloads(const struct run *run)
{
	bool lost = false;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct cell *c = &run->cells[i];
		const struct cell_result *r = &run->results[i];

		if (!c->workload || r->state != CELL_RAN)
			continue;
		printf("  %s: ", c->id);
		if (c->workload == WORKLOAD_MD)
			print_md(r->stages);
		else if (c->workload == WORKLOAD_CRYPTO)
			print_crypto(r->stages);
		else if (c->workload == WORKLOAD_DMATEST)
			print_dmatest(r->stages);
		else
			printf("%llu of %llu chains wrong\n",
			       (unsigned long long)r->stages[STAGE_CHAINS].wrong,
			       (unsigned long long)r->stages[STAGE_CHAINS].of);
		if (c->workload == WORKLOAD_MD)
			print_ops(r);
		lost |= c->world != WORLD_COHERENT && c->workload != WORKLOAD_DMATEST &&
			c->nr_engines && r->sums.checks_bad;
	}
	if (lost)
		printf("\n"
		       "  Why: async_tx maps the page that a copy is to fill for the next operation before the\n"
		       "  copy has run (async_xor and async_gen_syndrome map in raid_run_ops; raid5 issues at\n"
		       "  its end). Where a mapping is a copy of the memory, the xor reads the bytes of before:\n"
		       "  the parity is wrong, silently, until a disk fails and is rebuilt from it. `early-map`\n"
		       "  is what the judge calls it (dmatorture explain early-map).\n");
}
