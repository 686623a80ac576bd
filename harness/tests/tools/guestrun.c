// SPDX-License-Identifier: GPL-2.0-only
/*
 * guestrun: boots a guest with programs of the tests and prints their output.
 *
 *   guestrun --dir DIR [--kernel debian:6.12] [--world W] [--smp N] [--seed N]
 *         [--file HOST:NAME]... [--drivers] [--exec "/NAME ARGS"]... [--cell SETUP:INPUT]... [SCENARIO...]
 *
 * The scenarios' cells of that world become the plan, which programs can read at /plan. A cell may
 * also be given as two files, in the form of lib/program/plan.h. Exit 0: every program exited with
 * 0, the plan ended, and the console is clean.
 */
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/witness/console.h"
#include "lib/program/plan.h"
#include "lib/language/suite.h"
#include "host/target.h"
#include "vm/vm.h"

#define MAX_FILES	64

static bool failed_exec;

static void on_frame(void *arg, const struct frame *f)
{
	static const char ok[] = ": exit 0";
	const char *s = (const char *)f->data;

	(void)arg;
	if (f->type != FRAME_LOG && f->type != FRAME_REFUSED && f->type != FRAME_WORKLOAD &&
	    f->type != FRAME_ENGINE && f->type != FRAME_AGAIN)
		return;
	if (f->type == FRAME_AGAIN) {
		printf("again\n");
		return;
	}
	printf("%.*s%s", (int)f->len, s, f->len && s[f->len - 1] == '\n' ? "" : "\n");
	fflush(stdout);
	if (f->len > 5 && !strncmp(s, "exec ", 5) &&
	    (memmem(s, f->len, ": exit ", 7) || memmem(s, f->len, ": signal ", 9)))
		failed_exec |= f->len < sizeof(ok) - 1 ||
			       memcmp(s + f->len - (sizeof(ok) - 1), ok, sizeof(ok) - 1) != 0;
}

/* Adds a cell from "SETUP:INPUT". The memory that is read is never freed. */
static int add_raw_cell(const char *files, struct plan_cell **cells, uint32_t *nr)
{
	struct strbuf setup = STRBUF_INIT, input = STRBUF_INIT;
	char *path = xstrdup(files), *colon = strchr(path, ':');
	int err;

	if (colon)
		*colon = '\0';
	err = strbuf_read_file(&setup, path);
	if (!err && colon)
		err = strbuf_read_file(&input, colon + 1);
	free(path);
	*cells = xrealloc(*cells, (*nr + 1) * sizeof(**cells));
	(*cells)[*nr] = (struct plan_cell) {
		.index = *nr, .setup = strbuf_str(&setup), .setup_len = setup.len,
		.program = (uint8_t *)strbuf_str(&input), .program_len = input.len,
	};
	++*nr;
	return err;
}

static void add_cells(struct suite *suite, enum world world, struct plan_cell **cells,
		      uint32_t *nr)
{
	for (size_t i = 0; i < suite->nr; i++) {
		struct strbuf text = STRBUF_INIT;
		struct scenario *s;
		struct diag diag;

		if (suite_load(suite, i, &s, &text, &diag)) {
			diag_print(&diag, text.s, stderr);
			exit(2);
		}
		strbuf_free(&text);
		for (size_t v = 0; v < scenario_variants(s); v++) {
			const struct compile_opts opts = { .variant = v, .world = world };
			struct cell *cell = xcalloc(1, sizeof(*cell));	/* never freed */

			if (scenario_compile(s, &opts, cell, &diag))
				exit(2);
			*cells = xrealloc(*cells, (*nr + 1) * sizeof(**cells));
			(*cells)[*nr] = (struct plan_cell) {
				.index = *nr, .setup = strbuf_str(&cell->setup),
				.setup_len = cell->setup.len,
				.program = (uint8_t *)cell->program.s,
				.program_len = cell->program.len,
			};
			++*nr;
		}
		scenario_free(s);
	}
}

static int check_console(const char *dir)
{
	struct console_event events[16];
	struct strbuf log = STRBUF_INIT;
	char *path = xasprintf("%s/console.log", dir);
	size_t n;

	strbuf_read_file(&log, path);
	n = console_scan(strbuf_str(&log), log.len, events, 16);
	for (size_t i = 0; i < n; i++)
		printf("console: %s\n", events[i].title);
	strbuf_free(&log);
	free(path);
	return n > 0;
}

int main(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "kernel", required_argument, NULL, 'k' }, { "world", required_argument, NULL, 'w' },
		{ "smp", required_argument, NULL, 'p' }, { "seed", required_argument, NULL, 's' },
		{ "dir", required_argument, NULL, 'd' }, { "file", required_argument, NULL, 'f' },
		{ "exec", required_argument, NULL, 'x' }, { "append", required_argument, NULL, 'a' },
		{ "timeout", required_argument, NULL, 't' },
		{ "module", required_argument, NULL, 'm' }, { "qemu", required_argument, NULL, 'q' },
		{ "observer", required_argument, NULL, 'o' },
		{ "drivers", no_argument, NULL, 'D' },
		{ "cell", required_argument, NULL, 'c' }, { 0 }
	};
	struct vm_opts opts = { .smp = 1, .seed = 1, .timeout_s = 120 };
	const char *files[MAX_FILES + 1] = { NULL }, *modules[MAX_FILES + 1] = { NULL };
	const char *devices[MAX_FILES + 1] = { NULL }, *kernel = "debian:6.12";
	struct strbuf exec = STRBUF_INIT, plan = STRBUF_INIT;
	struct plan_cell *cells = NULL;
	struct target target;
	struct suite suite;
	enum vm_fate fate;
	struct vm *vm;
	uint32_t nr = 0, nr_files = 0, nr_modules = 0, nr_devices = 0;
	char why[256] = "";
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		switch (c) {
		case 'k':
			kernel = optarg;
			break;
		case 'w':
			if (world_parse(optarg, &opts.world))
				return 2;
			break;
		case 'p':
			opts.smp = strtoul(optarg, NULL, 0);
			break;
		case 's':
			opts.seed = strtoull(optarg, NULL, 0);
			break;
		case 'd':
			opts.dir = optarg;
			break;
		case 'f':
			if (nr_files < MAX_FILES)
				files[nr_files++] = optarg;
			break;
		case 'x':
			strbuf_addf(&exec, "%s\n", optarg);
			break;
		case 'a':
			opts.append = optarg;
			break;
		case 'm':
			if (nr_modules < MAX_FILES)
				modules[nr_modules++] = optarg;
			break;
		case 'q':	/* a line of words */
			for (char *w = strtok(optarg, " "); w && nr_devices < MAX_FILES;
			     w = strtok(NULL, " "))
				devices[nr_devices++] = w;
			break;
		case 'o':
			opts.observer = optarg;
			break;
		case 'D':
			opts.drivers = true;
			break;
		case 'c':
			if (add_raw_cell(optarg, &cells, &nr)) {
				fprintf(stderr, "guestrun: %s cannot be read\n", optarg);
				return 2;
			}
			break;
		case 't':
			opts.timeout_s = strtoul(optarg, NULL, 0);
			break;
		default:
			return 2;
		}
	}
	if (!opts.dir || target_prepare(kernel, &target))
		return 2;
	mkdir(opts.dir, 0777);
	if (optind < argc) {
		if (suite_select(&suite, NULL, argv + optind, argc - optind))
			return 2;
		add_cells(&suite, opts.world, &cells, &nr);
	}
	plan_write(&plan, cells, nr);
	opts.machine = target.machine;
	opts.kernel_dir = target.kernel_dir;
	opts.module_dir = target.module_dir;
	opts.agent = target.agent;
	opts.files = files;
	opts.modules = modules;
	opts.devices = devices;
	opts.exec = exec.len ? exec.s : NULL;
	if (vm_start(&vm, &opts, plan.s, plan.len, on_frame, NULL, why)) {
		fprintf(stderr, "guestrun: %s\n", why);
		return 3;
	}
	while ((fate = vm_pump(vm)) == VM_RUNNING)
		poll(NULL, 0, 20);
	printf("guest: %s%s%s\n", vm_fate_name(fate), vm_title(vm)[0] ? ": " : "", vm_title(vm));
	vm_free(vm);
	return check_console(opts.dir) || fate != VM_DONE || failed_exec;
}
