// SPDX-License-Identifier: GPL-2.0-only
/* What is said of the machine, and the plan's cells, one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent.h"

void say_hello(const struct strbuf *errors)
{
	struct utsname un;
	struct sysinfo si;

	uname(&un);
	sysinfo(&si);
	say_text(FRAME_HELLO, "agent=1\nrelease=%s\ncpus=%ld\nmem_kb=%lu\n", un.release,
		 sysconf(_SC_NPROCESSORS_ONLN), si.totalram / 1024 * si.mem_unit);
	if (errors->len) {
		say_text(FRAME_LOG, "%s", strbuf_str(errors));
		fprintf(stderr, "dmatorture agent: %s", strbuf_str(errors));
	}
}

int run_plan(const struct strbuf *plan)
{
	struct plan_cell *cells;
	uint32_t nr;
	int err = plan_read(strbuf_str(plan), plan->len, &cells, &nr);

	if (err) {
		say_text(FRAME_LOG, "the plan is damaged");
		fprintf(stderr, "dmatorture agent: the plan is damaged\n");
		return err;
	}
	for (uint32_t i = 0; i < nr; i++)
		if (!run_cell(&cells[i]) && i + 1 < nr) {
			send_frame(FRAME_FRESH, "", 0);
			break;
		}
	cells_done();
	perf_say();
	free(cells);
	witness_leaks();
	send_frame(FRAME_END, "", 0);
	return 0;
}
