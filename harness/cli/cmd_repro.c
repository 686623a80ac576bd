// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmatorture repro RUN/failures/NAME: boots the same guest with the same plan and compares, byte
 * for byte, what it sends about the cell.
 */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board/session.h"
#include "host/args.h"
#include "cmds.h"
#include "lib/base/options.h"
#include "lib/base/le.h"
#include "lib/base/visible.h"
#include "lib/verdict/result.h"
#include "host/repro_board.h"
#include "host/rundir.h"
#include "host/bundle.h"
#include "host/stop.h"
#include "host/target.h"
#include "lib/program/frame_file.h"

struct repro {
	json_t *bundle;		/* it came in one; or NULL */
	char *unpacked;		/* where that was unpacked */
	char *run_dir;
	json_t *failure;
	uint32_t index;
	const char *boot, *kernel, *cell;
	enum world world;
	uint64_t seed;
};

enum { OPT_TRIES = 0x100, OPT_CELL };

static const struct argp_option options[] = {
	{ "timeout", 't', "SECONDS", 0, "as for run", 0 },
	{ "tries", OPT_TRIES, "N", 0, "on a board: run it until it fails, at most N times (default 20)", 0 },
	{ "kernel", 'k', "KERNEL", 0, "of a bundle: this kernel, not the one that it names", 0 },
	{ "cell", OPT_CELL, "NAME", 0, "of a bundle of several failures: which one, as in its failures/", 0 },
	{ 0 }
};

struct repro_args {
	const char *path, *kernel, *name;
	unsigned int timeout_s, tries;
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct repro_args *a = state->input;

	switch (key) {
	case 't':
		a->timeout_s = arg_number(state, "timeout", arg, 1, 86400);
		return 0;
	case 'k':
		a->kernel = arg;
		return 0;
	case OPT_CELL:
		a->name = arg;
		return 0;
	case OPT_TRIES:
		a->tries = arg_number(state, "tries", arg, 1, 1000000);
		return 0;
	case ARGP_KEY_ARG:
		if (a->path)
			argp_error(state, "one failure at a time");
		a->path = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->path)
			argp_error(state, "which failure? RUN/failures/NAME");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "RUN/failures/NAME|BUNDLE",
	.doc = "Runs a failure again, in the same guest, and says whether it came out identical."
	       " On a board it is run until it fails again. Of a bundle (dmatorture bundle) it fetches the kernel"
	       " and says what differs from the machine that it comes from.\v"
	       "Exit: 0 identical, or failed again, 1 different, or passed each time, 3 could not be run.",
};

/* Is it a guest's name as sched.c makes them? It becomes a part of a path, so check it. */
static bool is_boot_name(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

/* Loads RUN/failures/NAME, which may also be written RUN/NAME. */
static int load_failure(struct repro *r, const char *path)
{
	char *dir = realpath(path, NULL), *file, *slash;
	const char *world, *seed;
	json_error_t err;

	if (!dir) {
		char *copy = xstrdup(path), *name = strrchr(copy, '/');

		if (name) {
			char *full;

			*name++ = '\0';
			full = xasprintf("%s/failures/%s", copy, name);
			dir = realpath(full, NULL);
			free(full);
		}
		free(copy);
	}
	if (!dir) {
		fprintf(stderr, "dmatorture: no failure '%s'; look into RUN/failures/\n", path);
		return 2;
	}
	file = xasprintf("%s/failure.json", dir);
	r->failure = json_load_file(file, 0, &err);
	if (!r->failure || json_unpack(r->failure, "{s:s s:i s:s s:s s:s s:s}", "cell", &r->cell,
				       "index", &r->index, "boot", &r->boot, "world", &world,
				       "kernel", &r->kernel, "seed", &seed) ||
	    world_parse(world, &r->world) || !is_boot_name(r->boot)) {
		fprintf(stderr, "dmatorture: %s: no failure.json of ours: %s\n", file,
			!r->failure ? err.text : "it lacks a cell, index, boot, world, kernel or seed, or one makes no sense");
		free(file);
		free(dir);
		return 2;
	}
	r->seed = strtoull(seed, NULL, 0);
	for (int i = 0; i < 2; i++) {
		slash = strrchr(dir, '/');
		if (slash)
			*slash = '\0';
	}
	r->run_dir = dir;
	free(file);
	return 0;
}

/* The frames of one cell, concatenated. */
struct cell_frames {
	uint32_t index;
	bool inside, ended;
	struct strbuf bytes;
	uint32_t digest;
	bool has_digest;
};

static void on_frame(void *arg, const struct frame *f)
{
	struct cell_frames *c = arg;
	bool edge = (f->type == FRAME_CELL || f->type == FRAME_CELL_END) && f->len == 4;

	if (edge && le32_get(f->data) == c->index) {
		c->inside = f->type == FRAME_CELL;
		c->ended |= f->type == FRAME_CELL_END;
		return;
	}
	if (!c->inside)
		return;
	le32_add(&c->bytes, f->type);
	strbuf_add(&c->bytes, f->data, f->len);
	if (f->type == FRAME_SUMS && f->len == FRAME_SUMS_LEN) {
		struct dmt_sums sums;

		frame_unpack_sums(&sums, f->data);
		c->digest = sums.digest;
		c->has_digest = true;
	}
}

static int frames_of_file(const char *path, struct cell_frames *c)
{
	struct frame_file ff;
	struct frame f;
	int n = frame_file_open(&ff, path);

	if (n)
		return n;
	while ((n = frame_file_next(&ff, &f)) > 0)
		on_frame(c, &f);
	frame_file_close(&ff);
	return n;
}

static enum vm_fate boot_again(const struct vm_opts *opts, const struct strbuf *plan,
			       struct cell_frames *c, char *title)
{
	enum vm_fate fate;
	struct session *session;

	title[0] = '\0';
	if (session_start(&session, opts, plan->s, plan->len, on_frame, c, title))
		return VM_DIED;
	while ((fate = session_pump(session)) == VM_RUNNING && !c->ended && !stop_wanted())
		poll(NULL, 0, 20);
	snprintf(title, 256, "%s", session_title(session));
	session_free(session);
	return fate;
}

static int compare(const struct repro *r, const struct cell_frames *was,
		   const struct cell_frames *is, enum vm_fate fate, const char *title)
{
	bool same = was->ended == is->ended && was->bytes.len == is->bytes.len &&
		    (!was->bytes.len || !memcmp(was->bytes.s, is->bytes.s, was->bytes.len));

	printf("%s\n", r->cell);
	if (was->has_digest)
		printf("    then: digest 0x%08x\n", was->digest);
	else
		printf("    then: the guest ended in it\n");
	if (is->has_digest)
		printf("    now:  digest 0x%08x\n", is->digest);
	else
		printf("    now:  the guest ended in it: %s%s%s\n", vm_fate_name(fate),
		       *title ? ": " : "", title);
	printf("%s\n", same ? "identical" : "different");
	return same ? 0 : 1;
}

/* The bundle's kernel: by its name, then by its release, as the name's may be newer here. */
static int prepare(const struct repro *r, struct target *target)
{
	int err = target_prepare(r->kernel, target);
	const char *package = json_string_value(json_object_get(r->bundle, "kernel_package"));
	char *exact = r->bundle ? bundle_exact_kernel(r->bundle) : NULL;

	if (exact && (err || (package && strcmp(package, target->package))) &&
	    strcmp(exact, r->kernel)) {
		struct target other;

		if (!err)
			printf("%s is %s here: fetching %s\n", r->kernel, target->package, exact);
		if (!target_prepare(exact, &other)) {
			target_free(target);
			*target = other;
			err = 0;
		} else {
			target_free(&other);
		}
	}
	free(exact);
	if (!err && r->bundle && !bundle_compare(r->bundle, target))
		printf("kernel, modules, agent and QEMU are the same here\n");
	return err;
}

static int repro(struct repro *r, unsigned int timeout_s)
{
	struct cell_frames was = { .index = r->index }, is = { .index = r->index };
	char *boot = xasprintf("%s/boots/%s", r->run_dir, r->boot);
	char *channel = xasprintf("%s/channel.bin", boot), *plan_path = xasprintf("%s/plan.bin", boot);
	char *dir = xasprintf("%s/repro.XXXXXX", r->run_dir);
	struct strbuf plan = STRBUF_INIT;
	struct target target = { 0 };
	char title[256], *line;
	int code = 3, err, smp = 1, free_running = 0, crash = 0, workload = 0, disk = 0,
	    drivers = 0, watch_cpu = 0;
	const char *append = "", *observer = "on";

	json_unpack(r->failure, "{s:i s:b s?b s?s s?s s?b s?b s?b s?b}", "smp", &smp, "free_running", &free_running,
		    "crash", &crash, "append", &append,
		    "observer", &observer, "workload", &workload, "disk", &disk,
		    "drivers", &drivers, "watch_cpu", &watch_cpu);
	line = xstrdup(append);
	visible_undo(line);
	if (frames_of_file(channel, &was) || strbuf_read_file(&plan, plan_path)) {
		fprintf(stderr, "dmatorture: %s: the guest's files are gone\n", boot);
	} else if (!prepare(r, &target) && !(workload && target_tools(&target)) &&
		   !(drivers && target_drivers(&target))) {
		const struct vm_opts opts = {
			.files = (const char *const *)target.tools,
			.modules = workload ? workload_modules : NULL,
			.machine = target.machine,
			.kernel_dir = target.kernel_dir, .module_dir = target.module_dir,
			.agent = target.agent, .dir = dir, .world = r->world, .smp = smp,
			.seed = r->seed, .free_running = free_running, .crash = crash,
			.disk = disk, .drivers = drivers,
			.append = *line ? line : NULL,
			.observer = observer, .timeout_s = timeout_s,
			.watch_cpu = watch_cpu,
		};

		if (disk)
			printf("a guest with a disk is not repeatable; trying all the same\n");
		if (free_running)
			printf("a free-running guest is not repeatable; trying all the same\n");
		if (!mkdtemp(dir)) {
			fprintf(stderr, "dmatorture: %s: %s\n", dir, strerror(errno));
		} else {
			enum vm_fate fate;

			stop_catch();
			fate = boot_again(&opts, &plan, &is, title);
			if (stop_wanted() && !is.ended)
				fprintf(stderr, "dmatorture: interrupted\n");
			else
				code = compare(r, &was, &is, fate, title);
			err = remove_tree(dir);
			if (err)
				fprintf(stderr, "dmatorture: %s cannot be removed: %s\n", dir, strerror(errno));
			stop_release();
		}
	}
	free(line);
	target_free(&target);
	strbuf_free(&plan);
	strbuf_free(&was.bytes);
	strbuf_free(&is.bytes);
	free(boot);
	free(channel);
	free(plan_path);
	free(dir);
	return code;
}

static bool is_bundle(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* The failure of a bundle that is to be repeated, or NULL with a line on stderr. Caller frees. */
static char *choose(const char *dir, const char *name)
{
	char *below = xasprintf("%s/failures", dir), *path = NULL;
	struct dirent **v = NULL;
	int n = scandir(below, &v, NULL, alphasort), nr = 0;
	const char *one = name;

	for (int i = 0; i < n; i++)
		if (v[i]->d_name[0] != '.' && ++nr && !name)
			one = v[i]->d_name;
	if (one && (name || nr == 1)) {
		path = xasprintf("%s/%s", below, one);
	} else {
		fprintf(stderr, "dmatorture: the bundle has %d failures; --cell NAME says which:\n", nr);
		for (int i = 0; i < n; i++)
			if (v[i]->d_name[0] != '.')
				fprintf(stderr, "    %s\n", v[i]->d_name);
	}
	for (int i = 0; i < n; i++)
		free(v[i]);
	free(v);
	free(below);
	return path;
}

/* Unpacks the bundle and loads its failure. Returns an exit code. */
static int load_bundle(struct repro *r, const struct repro_args *args)
{
	char *dir, *failure = NULL;
	int code;

	r->unpacked = xstrdup("/tmp/dmatorture-repro.XXXXXX");
	if (!mkdtemp(r->unpacked)) {
		fprintf(stderr, "dmatorture: %s: %s\n", r->unpacked, strerror(errno));
		free(r->unpacked);
		r->unpacked = NULL;
		return 3;
	}
	code = bundle_unpack(args->path, r->unpacked, &r->bundle);
	dir = xasprintf("%s/" BUNDLE_DIR, r->unpacked);
	if (!code) {
		failure = choose(dir, args->name);
		code = failure ? load_failure(r, failure) : 2;
	}
	if (!code && args->kernel) {
		r->kernel = args->kernel;
	} else if (!code && !strcmp(r->kernel, BUNDLE_OWN_KERNEL)) {
		fprintf(stderr, "dmatorture: the bundle's kernel, %s, was built by its sender: its .config has the SHA-256 %s; name one with --kernel tree:PATH or image:PATH\n",
			json_string_value(json_object_get(r->bundle, "release")) ?: "?",
			json_string_value(json_object_get(r->bundle, "config_sha256")) ?: "?");
		code = 2;
	}
	free(failure);
	free(dir);
	return code;
}

int cmd_repro(int argc, char **argv)
{
	struct repro_args args = { .timeout_s = 60, .tries = 20 };
	struct repro r = { 0 };
	int code;

	options_read(&argp, argc, argv, &args);
	if (is_bundle(args.path)) {
		code = load_bundle(&r, &args);
	} else if (args.kernel || args.name) {
		fprintf(stderr, "dmatorture: --kernel and --cell are for bundles: a failure's own directory says both\n");
		code = 2;
	} else {
		code = load_failure(&r, args.path);
	}
	if (!code && !r.bundle && repro_is_of_board(r.run_dir))
		code = repro_on_board(r.run_dir, r.index, args.tries, args.timeout_s);
	else if (!code)
		code = repro(&r, args.timeout_s);
	json_decref(r.failure);
	json_decref(r.bundle);
	free(r.run_dir);
	if (r.unpacked)
		remove_tree(r.unpacked);
	free(r.unpacked);
	return code;
}
