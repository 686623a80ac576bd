// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture events: prints a recording, one line for each event. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmds.h"
#include "host/recording_arg.h"
#include "lib/base/options.h"
#include "lib/timeline/event_line.h"
#include "lib/judge/recording.h"
#include "lib/timeline/selection.h"

struct events_args {
	const char *file;
	const struct violation *class;
	struct selection selection;
	bool json;
};

enum { OPT_DEVICE = 0x100, OPT_DRIVER, OPT_FROM, OPT_TO, OPT_TYPE };

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "print JSON, an object in each line", 0 },
	{ "class", 'c', "CLASS", 0, "only what the findings of this class are made of: their mappings and descriptors from begin to end, and the calls in which they were found", 0 },
	{ "device", OPT_DEVICE, "NAME", 0, "only of this device", 0 },
	{ "driver", OPT_DRIVER, "NAME", 0, "only of devices of this driver", 0 },
	{ "from", OPT_FROM, "TIME", 0, "only from this time on, after the first event: 0.25, 250ms, 30us", 0 },
	{ "to", OPT_TO, "TIME", 0, "only up to this time", 0 },
	{ "type", OPT_TYPE, "WORD", 0, "only this type, such as map or submit; may be given more than once", 0 },
	{ 0 }
};

static void set_time(struct argp_state *state, const char *option, const char *arg, uint64_t *ns,
		     bool *given)
{
	if (selection_time(arg, ns))
		argp_error(state, "%s=%s: want a time after the first event, such as 0.25, 250ms or 30us",
			   option, arg);
	*given = true;
}

static void set_type(struct argp_state *state, const char *arg, struct selection *s)
{
	int type = event_type(arg);
	const char *near = type < 0 ? event_word_nearest(arg) : NULL;

	if (near)
		argp_error(state, "no type '%s'; did you mean '%s'?", arg, near);
	if (type < 0)
		argp_error(state, "no type '%s'; each line of `dmatorture events` names its own", arg);
	s->types[type] = true;
	s->has_types = true;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct events_args *a = state->input;
	struct selection *s = &a->selection;

	switch (key) {
	case 'j':
		a->json = true;
		return 0;
	case 'c':
		a->class = class_arg(state, arg);
		return 0;
	case OPT_DEVICE:
		s->device = arg;
		return 0;
	case OPT_DRIVER:
		s->driver = arg;
		return 0;
	case OPT_FROM:
		set_time(state, "--from", arg, &s->from_ns, &s->has_from);
		return 0;
	case OPT_TO:
		set_time(state, "--to", arg, &s->to_ns, &s->has_to);
		return 0;
	case OPT_TYPE:
		set_type(state, arg, s);
		return 0;
	default:
		return recording_key(key, arg, state, &a->file);
	}
}

static const struct argp argp = {
	.options = options, .parser = parse_opt, .args_doc = "FILE",
	.doc = "Prints a recording (events.bin) as text: time in seconds after the first event, processor, context, task, type, device, what the call was given, stack and number.\v"
	       "Exit: 0, 2 usage, 3 the recording is not complete.",
};

struct printer {
	const struct events_args *args;
	struct selection *selection;
	struct names names;
	uint64_t start_ns, next;	/* number that is due; 0: nothing was read */
	struct strbuf line;
};

static void print(struct printer *p, const struct obs_event *e)
{
	strbuf_reset(&p->line);
	if (p->args->json)
		event_json(e, &p->names, p->start_ns, &p->line);
	else
		event_text(e, &p->names, p->start_ns, &p->line);
	fputs(strbuf_str(&p->line), stdout);
}

static void take(void *arg, const struct obs_event *e)
{
	const struct obs_event *before;
	struct printer *p = arg;

	if (!p->next)
		p->start_ns = e->time_ns;
	else if (e->seq > p->next && !p->args->json)
		printf("(%llu events are missing here)\n", (unsigned long long)(e->seq - p->next));
	p->next = e->seq + 1;
	names_take(&p->names, e);
	if (!selection_has(p->selection, &p->names, e, p->start_ns, &before))
		return;
	if (before)
		print(p, before);
	print(p, e);
}

/* Judges the recording, and goes back to its beginning. Returns an exit code. */
static int find_parties(const struct events_args *a, FILE *f, struct parties *p)
{
	struct evstream *s = evstream_new(NULL);
	const struct judge *j = evstream_judge(s);
	int code = 0;

	recording_take(f, a->file, s);
	for (size_t i = 0; i < judge_findings(j); i++)
		if (judge_finding(j, i)->class == a->class)
			parties_add(p, judge_finding(j, i));
	evstream_free(s);
	if (fseek(f, 0, SEEK_SET)) {
		fprintf(stderr, "dmatorture: %s: --class reads it twice, so it must be a file: %s\n",
			a->file, strerror(errno));
		code = 2;
	}
	return code;
}

static int print_events(const struct events_args *a, struct selection *sel, FILE *f)
{
	struct printer p = { .args = a, .selection = sel };
	struct evstream *s = evstream_new(NULL);
	char why[256];
	int code = 0;
	bool shown;	/* else it was said what it is instead */

	evstream_listen(s, take, &p);
	/* After --class it is known what is wrong with it. */
	if (a->class)
		shown = !recording_read(f, s, why) || p.next;
	else
		shown = recording_take(f, a->file, s);
	if (evstream_incomplete(s)) {
		if (shown)
			fprintf(stderr, "dmatorture: %s: incomplete: %s\n", a->file,
				evstream_incomplete(s));
		code = 3;
	}
	evstream_free(s);
	names_free(&p.names);
	strbuf_free(&p.line);
	return code;
}

int cmd_events(int argc, char **argv)
{
	struct events_args args = { 0 };
	struct parties parties = { 0 };
	int code = 0;
	FILE *f;

	options_read(&argp, argc, argv, &args);
	f = recording_open(args.file);
	if (!f)
		return 2;
	if (args.class) {
		code = find_parties(&args, f, &parties);
		args.selection.parties = &parties;
	}
	if (!code)
		code = print_events(&args, &args.selection, f);
	fclose(f);
	selection_free(&args.selection);
	parties_free(&parties);
	return code;
}
