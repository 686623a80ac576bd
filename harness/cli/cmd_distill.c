// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture distill: makes a scenario of what a recording has around a finding. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmds.h"
#include "host/args.h"
#include "host/distill.h"
#include "host/recording_arg.h"
#include "lib/base/options.h"
#include "lib/judge/recording.h"
#include "lib/language/scenario.h"
#include "model/model.h"

struct distill_args {
	const char *file, *name;
	const struct violation *class;
	uint64_t around;
};

enum { OPT_AROUND = 0x100, OPT_AS };

static const struct argp_option options[] = {
	{ "around", OPT_AROUND, "N", 0, "the finding of event N, or the first one after it; `dmatorture judge` tells the numbers (default: the first finding)", 0 },
	{ "class", 'c', "CLASS", 0, "only findings of this class", 0 },
	{ "as", OPT_AS, "GROUP/NAME", 0, "the scenario's name (default distilled/CLASS)", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct distill_args *a = state->input;

	switch (key) {
	case OPT_AROUND:
		a->around = arg_number(state, "around", arg, 1, UINT64_MAX);
		return 0;
	case 'c':
		a->class = class_arg(state, arg);
		return 0;
	case OPT_AS:
		a->name = arg;
		return 0;
	default:
		return recording_key(key, arg, state, &a->file);
	}
}

static const struct argp argp = {
	.options = options, .parser = parse_opt, .args_doc = "FILE",
	.doc = "Prints a scenario that does on software engines what the devices of one finding of a recording (events.bin) did with its mappings and descriptors, up to the finding.\v"
	       "Each entry of a scatterlist becomes a mapping of its own, and only memcpy and xor are operations. "
	       "Exit: 0, 1 nothing of the finding can be replayed, 2 usage, 3 the recording is not complete (what there is is printed).",
};

/* The first finding that is asked for, by its event. */
static const struct finding *choose(const struct judge *j, const struct distill_args *a)
{
	const struct finding *best = NULL;

	for (size_t i = 0; i < judge_findings(j); i++) {
		const struct finding *f = judge_finding(j, i);

		if (f->seq >= a->around && (!a->class || f->class == a->class) &&
		    (!best || f->seq < best->seq))
			best = f;
	}
	return best;
}

/* An engine may meet a fault, which ends what waits for it. */
static void allow_faults(const struct prediction *p, const struct distilled *d, enum world world,
			 struct strbuf *out)
{
	for (unsigned int e = 0; e < d->nr_devices; e++) {
		if (p->faults[e] == MODEL_NEVER)
			continue;
		strbuf_addf(out, "expect fault d%u in %s sometimes\n", e, world_name(world));
		for (size_t i = 0; i < d->nr_txs; i++)
			if (d->txs[i].wanted && d->txs[i].submitted && d->txs[i].dev == e)
				strbuf_addf(out, "expect wait t%zu EIO in %s sometimes\n", i,
					    world_name(world));
	}
}

/* Classes that are named too, by the model: of what is replayed, or because the rest is not. */
static void allow(const struct scenario *s, const struct distilled *d, struct strbuf *out)
{
	bool found[V__COUNT] = { false };

	for (int w = 0; w < WORLD__COUNT; w++) {
		const struct compile_opts opts = { .world = w };
		struct prediction p;
		struct diag diag;
		struct cell cell;

		if (scenario_compile(s, &opts, &cell, &diag))
			continue;
		if (!model_predict(&cell, NULL, &p)) {
			for (size_t k = 0; k < p.nr_claims; k++)
				found[violation_find(p.claims[k].class)->id] |= !p.claims[k].unseen;
			allow_faults(&p, d, w, out);
			prediction_free(&p);
		}
		cell_free(&cell);
	}
	for (int id = 0; id < V__COUNT; id++)
		if (found[id] && violation_get(id) != d->finding->class)
			strbuf_addf(out, "allow %s\n", violation_get(id)->name);
}

static int print(struct distilled *d, const struct distill_args *a)
{
	char *name = a->name ? xstrdup(a->name) :
			       xasprintf("distilled/%.31s", d->finding->class->name);
	struct strbuf out = STRBUF_INIT;
	struct scenario *s = NULL;
	const char *why = NULL;
	struct diag diag;
	int code = 1;

	if (distill_choose(d)) {
		fprintf(stderr, "dmatorture: %s: the finding of event %llu has no mapping and no memcpy or xor that was seen from its beginning: %s\n",
			a->file, (unsigned long long)d->finding->seq, d->finding->what);
	} else if (distill_text(d, name, &out, &why)) {
		fprintf(stderr, "dmatorture: %s: %s\n", a->file, why);
	} else if (scenario_parse("distilled.dma", strbuf_str(&out), out.len, &s, &diag)) {
		fprintf(stderr, "dmatorture: %s: what this finding's devices did is no scenario: %s\n",
			a->file, diag.text);
	} else {
		allow(s, d, &out);
		fputs(strbuf_str(&out), stdout);
		code = 0;
	}
	if (d->left_out)
		fprintf(stderr, "dmatorture: %s: operations that are neither memcpy nor xor were left out\n",
			a->file);
	scenario_free(s);
	strbuf_free(&out);
	free(name);
	return code;
}

/* The recording is read once to judge it, and once more for the finding's events. */
static int distill(const void *args, FILE *f)
{
	const struct distill_args *a = args;
	struct evstream *s = evstream_new(NULL), *again = evstream_new(NULL);
	const struct finding *found;
	struct distilled d = { 0 };
	char why[256];
	int code = 3;

	if (!recording_take(f, a->file, s))
		goto out;
	found = choose(evstream_judge(s), a);
	if (!found) {
		fprintf(stderr, "dmatorture: %s: no finding%s%s from event %llu on; `dmatorture judge` lists them\n",
			a->file, a->class ? " of " : "", a->class ? a->class->name : "",
			(unsigned long long)a->around);
		code = 2;
		goto out;
	}
	if (fseek(f, 0, SEEK_SET)) {
		fprintf(stderr, "dmatorture: %s: it is read twice, so it must be a file: %s\n", a->file,
			strerror(errno));
		code = 2;
		goto out;
	}
	distill_begin(&d, found);
	evstream_listen(again, distill_event, &d);
	recording_read(f, again, why);	/* what is wrong with it was said */
	code = print(&d, a);
	if (!code && evstream_incomplete(s)) {
		fprintf(stderr, "dmatorture: %s: incomplete: %s\n", a->file, evstream_incomplete(s));
		code = 3;
	}
	distill_free(&d);
out:
	evstream_free(again);
	evstream_free(s);
	return code;
}

int cmd_distill(int argc, char **argv)
{
	struct distill_args args = { .around = 1 };

	options_read(&argp, argc, argv, &args);
	return recording_use(args.file, distill, &args);
}
