// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture reduce: finds the smallest scenario that still shows what a scenario shows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmds.h"
#include "host/args.h"
#include "host/reduce.h"
#include "host/rundir.h"
#include "host/stop.h"
#include "lib/base/options.h"
#include "lib/language/scenario.h"

struct reduce_args {
	const char *kernel, *file, *output;
	unsigned int worlds, jobs, tries;
	enum keep keep;
	enum violation_id class;
};

enum {
	OPT_KEEP = 0x100, OPT_TRIES,
};

static const struct argp_option options[] = {
	{ "keep", OPT_KEEP, "CLASS|outcome", 0, "what it has to show: this class of violations, or the same outcome (default: of a finding of fuzz the disagreement, else the outcome)", 0 },
	{ "kernel", 'k', "KERNEL", 0, "as for run (default debian:6.12)", 0 },
	{ "world", 'w', "WORLD[,...]", 0, "only these of coherent, bounce, bounce32, strict", 0 },
	{ "jobs", 'j', "N", 0, "guests at the same time (default: one for each processor)", 0 },
	{ "tries", OPT_TRIES, "N", 0, "at most about so many candidates (default 5000)", 0 },
	{ "output", 'o', "FILE", 0, "where it is written (default: FILE.dma becomes FILE.reduced.dma)", 0 },
	{ 0 }
};

static void parse_keep(struct argp_state *state, struct reduce_args *a, const char *arg)
{
	const struct violation *v = violation_find(arg);
	const char *near = violation_nearest(arg);

	if (!strcmp(arg, "outcome")) {
		a->keep = KEEP_OUTCOME;
		return;
	}
	if (!v)
		argp_failure(state, 2, 0, "--keep=%s: want 'outcome' or a class of violations%s%s%s", arg,
			     near ? "; did you mean " : "", near ? near : "", near ? "?" :
			     ", as `dmatorture explain` lists them");
	a->keep = KEEP_CLASS;
	a->class = v->id;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct reduce_args *a = state->input;

	switch (key) {
	case 'k':
		a->kernel = arg;
		break;
	case 'w':
		a->worlds |= arg_soft_worlds(state, arg);
		break;
	case 'j':
		a->jobs = arg_number(state, "jobs", arg, 1, 64);
		break;
	case 'o':
		a->output = arg;
		break;
	case OPT_KEEP:
		parse_keep(state, a, arg);
		break;
	case OPT_TRIES:
		a->tries = arg_number(state, "tries", arg, 1, 1000000);
		break;
	case ARGP_KEY_ARG:
		if (a->file)
			argp_error(state, "one FILE at a time");
		a->file = arg;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "want a FILE.dma");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "FILE",
	.doc = "Leaves out of a scenario, or of a program that fuzz has kept, all that it does not need to "
	       "show what it shows.\v"
	       "Exit: 0 reduced, 1 it does not show that, 2 usage or a bad scenario, 3 incomplete.",
};

static char *output_name(const char *file)
{
	size_t len = strlen(file);

	if (len > 4 && !strcmp(file + len - 4, ".dma"))
		len -= 4;
	return xasprintf("%.*s.reduced.dma", (int)len, file);
}

static int write_result(const struct reduction *r, const char *path)
{
	int err = write_whole(path, strbuf_str(&r->text), r->text.len);

	if (err) {
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
		return 3;
	}
	printf("%s: %s\n%u steps of %u, %u tries in %u guest rounds\n", path, r->what,
	       r->steps_after, r->steps_before, r->tries, r->rounds);
	return 0;
}

static int run(const struct reduce_args *a, const struct strbuf *text)
{
	char dir[] = "/tmp/dmatorture-reduce-XXXXXX", *output;
	struct trials trials = {
		.worlds = a->worlds ? a->worlds : WORLDS_DEFAULT, .jobs = a->jobs,
		.timeout_s = 60, .smp = 1, .seed = 1, .observer = "no-stacks",
	};
	struct reduction r = { .trials = &trials, .keep = a->keep, .class = a->class,
			       .max_tries = a->tries };
	int code, err = 0;

	if (!mkdtemp(dir)) {
		fprintf(stderr, "dmatorture: %s: %s\n", dir, strerror(errno));
		return 3;
	}
	stop_catch();
	code = trials_begin(&trials, a->kernel, dir);
	if (!code) {
		err = reduce(&r, a->file, text);
		code = err == -ENOENT ? 1 : err == -EINVAL ? 2 : err ? 3 : 0;
	}
	stop_release();
	output = a->output ? xstrdup(a->output) : output_name(a->file);
	if (r.text.len && write_result(&r, output))
		code = 3;
	if (err == -EINTR)
		fprintf(stderr, "dmatorture: interrupted: it may not be the smallest\n");
	free(output);
	reduction_free(&r);
	trials_end(&trials);
	rmdir(dir);	/* where nothing was begun it is still there */
	return code;
}

/* Before a kernel is got ready for it. A program that fuzz has kept is a scenario too. */
static bool is_scenario(const char *file, const struct strbuf *text)
{
	struct scenario *s;
	struct diag diag;

	if (scenario_parse(file, strbuf_str(text), text->len, &s, &diag)) {
		diag_print(&diag, strbuf_str(text), stderr);
		return false;
	}
	scenario_free(s);
	return true;
}

int cmd_reduce(int argc, char **argv)
{
	struct reduce_args a = {
		.kernel = "debian:6.12", .tries = 5000,
		.jobs = sysconf(_SC_NPROCESSORS_ONLN) > 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 1,
	};
	struct strbuf text = STRBUF_INIT;
	int code = 2, err;

	options_read(&argp, argc, argv, &a);
	err = strbuf_read_file(&text, a.file);
	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", a.file, strerror(-err));
	else if (is_scenario(a.file, &text))
		code = run(&a, &text);
	strbuf_free(&text);
	return code;
}
