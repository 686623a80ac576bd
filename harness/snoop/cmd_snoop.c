// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmatorture snoop: runs only the observer and the judge, on the machine where it is started, with
 * any driver. It needs root, but no module of dmatorture.
 */
#include <argp.h>
#include <endian.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/json_write.h"
#include "lib/base/terminal.h"
#include "observer/observer.h"
#include "lib/base/options.h"
#include "lib/judge/recording.h"
#include "lib/report/report.h"
#include "snoop.h"

#define POLL_US		20000
#define EVENTS_A_CHUNK	8192

struct snoop_args {
	struct observer_options observer;
	const char *record;
	unsigned int seconds;	/* 0: until a signal */
	bool quiet;
	bool json;
	bool wait;		/* the device or driver may come later */
};

struct snoop {
	const struct snoop_args *args;
	struct observer *observer;
	struct evstream *stream;
	struct observer_stacks stacks;	/* that events named */
	struct observer_stacks said;	/* of these, described by now */
	FILE *file;
	int file_err;
	struct obs_event *pending;	/* not recorded yet */
	size_t nr_pending;
	size_t told;			/* number of findings that were printed */
	size_t blind_said;		/* bytes of what the observer is blind to */
};

enum { OPT_RECORD = 0x100, OPT_NO_STACKS, OPT_NO_FREES, OPT_SECONDS, OPT_RING, OPT_WAIT, OPT_JSON };

static const struct argp_option options[] = {
	{ "device", 'd', "NAME", 0, "only this device, as in /sys/bus/*/devices", 0 },
	{ "driver", 'D', "NAME", 0, "only devices of this driver", 0 },
	{ "wait", OPT_WAIT, NULL, 0, "start even if the device or driver does not exist yet", 0 },
	{ "record", OPT_RECORD, "FILE", 0, "keep all events, for `dmatorture judge FILE`", 0 },
	{ "seconds", OPT_SECONDS, "N", 0, "stop after N seconds", 0 },
	{ "no-stacks", OPT_NO_STACKS, NULL, 0, "take no stacks: a fifth of the cost", 0 },
	{ "no-frees", OPT_NO_FREES, NULL, 0, "do not watch the freeing of memory", 0 },
	{ "ring", OPT_RING, "BYTES", 0, "size of the ring, a power of two (default 33554432)", 0 },
	{ "json", OPT_JSON, NULL, 0, "print what was found as JSON", 0 },
	{ "quiet", 'q', NULL, 0, "print no counters while it runs", 0 },
	{ 0 }
};

static unsigned long number(struct argp_state *state, const char *what, const char *arg)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 0);

	if (!*arg || *end || *arg == '-' || !n)
		argp_error(state, "--%s=%s: want a number above 0", what, arg);
	return n;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct snoop_args *a = state->input;

	switch (key) {
	case 'd':
		a->observer.device = arg;
		return 0;
	case 'D':
		a->observer.driver = arg;
		return 0;
	case 'q':
		a->quiet = true;
		return 0;
	case OPT_WAIT:
		a->wait = true;
		return 0;
	case OPT_JSON:
		a->json = true;
		return 0;
	case OPT_RECORD:
		a->record = arg;
		return 0;
	case OPT_SECONDS:
		a->seconds = number(state, "seconds", arg);
		return 0;
	case OPT_NO_STACKS:
		a->observer.no_stacks = true;
		return 0;
	case OPT_NO_FREES:
		a->observer.no_frees = true;
		return 0;
	case OPT_RING:
		a->observer.ring_bytes = number(state, "ring", arg);
		if (a->observer.ring_bytes & (a->observer.ring_bytes - 1) ||
		    a->observer.ring_bytes < 4096)
			argp_error(state, "--ring=%s: want a power of two from 4096", arg);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is too much; snoop takes only options", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse_opt, NULL,
	"Watches DMA mappings and dmaengine calls on this machine until Ctrl-C, and reports violations. Exit: 0 nothing, 1 violations, 2 usage, 3 incomplete.",
	NULL, NULL, NULL
};

/* ---- events go both to the judge and to the file ---- */

static void record(struct snoop *s, enum obs_chunk type, const void *data, size_t len)
{
	if (s->file && !s->file_err)
		s->file_err = recording_chunk(s->file, type, data, len);
}

static void chunk(struct snoop *s, enum obs_chunk type, const struct strbuf *sb)
{
	char why[256];

	evstream_chunk(s->stream, type, strbuf_str(sb), sb->len, why);
	record(s, type, strbuf_str(sb), sb->len);
}

static void flush(struct snoop *s)
{
	if (s->nr_pending)
		record(s, OBS_CHUNK_EVENTS, s->pending, s->nr_pending * sizeof(*s->pending));
	s->nr_pending = 0;
}

static int take(void *arg, const struct obs_event *e, size_t n)
{
	struct snoop *s = arg;

	evstream_events(s->stream, e, n);
	observer_note_stacks(&s->stacks, e, n);
	for (size_t i = 0; s->file && i < n; i++) {
		s->pending[s->nr_pending++] = e[i];
		if (s->nr_pending == EVENTS_A_CHUNK)
			flush(s);
	}
	return 0;
}

static void say_blind(struct snoop *s)
{
	struct strbuf blind = STRBUF_INIT;

	observer_blind(s->observer, &blind);
	if (blind.len > s->blind_said)
		fputs(strbuf_str(&blind) + s->blind_said, stderr);
	s->blind_said = blind.len;
	strbuf_free(&blind);
}

static void begin(struct snoop *s)
{
	struct strbuf meta = STRBUF_INIT, probes = STRBUF_INIT;
	const char *missing = observer_missing(s->observer);

	observer_meta(&meta);
	strbuf_adds(&meta, "first_seq=1\n");
	if (missing)
		strbuf_addf(&meta, "missing=%s\n", missing);
	observer_probes(s->observer, &probes);
	chunk(s, OBS_CHUNK_META, &meta);
	chunk(s, OBS_CHUNK_PROBES, &probes);
	strbuf_free(&meta);
	strbuf_free(&probes);
}

/*
 * Names what stacks are new. Not only at the end: a module that has gone by then has taken its
 * names with it, and its addresses may be those of another one.
 */
static void say_stacks(struct snoop *s)
{
	struct strbuf stacks = STRBUF_INIT, symbols = STRBUF_INIT;
	struct observer_stacks new;
	bool any = false;

	for (size_t i = 0; i < sizeof(new.bits); i++) {
		new.bits[i] = s->stacks.bits[i] & ~s->said.bits[i];
		any |= new.bits[i] != 0;
	}
	if (!any)
		return;
	s->said = s->stacks;
	observer_describe_stacks(s->observer, &new, &stacks, &symbols);
	chunk(s, OBS_CHUNK_STACKS, &stacks);
	chunk(s, OBS_CHUNK_SYMBOLS, &symbols);
	strbuf_free(&stacks);
	strbuf_free(&symbols);
}

static void end(struct snoop *s)
{
	struct strbuf last = STRBUF_INIT;
	struct observer_counts n;
	uint64_t words[2];

	/* Count before the ring is drained, as later events do not belong to this recording. */
	observer_count(s->observer, &n);
	observer_drain_to(s->observer, n.events, take, s);
	flush(s);
	say_stacks(s);
	words[0] = htole64(n.events);
	words[1] = htole64(n.lost);
	strbuf_add(&last, words, sizeof(words));
	chunk(s, OBS_CHUNK_END, &last);
	evstream_finish(s->stream);
	strbuf_free(&last);
}

/* ---- while it runs ---- */

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	stop = sig;
}

static void announce(struct snoop *s)
{
	const struct judge *j = evstream_judge(s->stream);

	for (; s->told < judge_findings(j); s->told++) {
		const struct finding *f = judge_finding(j, s->told);

		terminal_control(stderr, TERMINAL_WIPE);
		fprintf(stderr, "%s: %s\n", f->class->name, f->what);
	}
}

static void show_counters(struct snoop *s)
{
	const struct judge_counters *n = judge_counters(evstream_judge(s->stream));
	struct observer_counts c;

	observer_count(s->observer, &c);
	terminal_control(stderr, TERMINAL_WIPE);
	fprintf(stderr, "%llu events, %llu maps, %llu live, %llu transactions, %zu findings, %llu lost",
		(unsigned long long)n->events, (unsigned long long)n->maps,
		(unsigned long long)n->live, (unsigned long long)n->txs,
		judge_findings(evstream_judge(s->stream)), (unsigned long long)c.lost);
}

static void watch(struct snoop *s)
{
	bool live = !s->args->quiet && terminal_is_live(STDERR_FILENO);
	struct sigaction sa = { .sa_handler = on_signal };
	struct timespec start;
	unsigned int shown = 0;

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!stop && !s->file_err &&
	       (!s->args->seconds || seconds_since(&start) < s->args->seconds)) {
		observer_drain(s->observer, take, s);
		say_stacks(s);
		if (observer_settle(s->observer))
			say_blind(s);
		if (live && seconds_since(&start) > shown) {
			announce(s);
			show_counters(s);
			shown++;
		}
		usleep(POLL_US);
	}
	if (live)
		terminal_control(stderr, TERMINAL_WIPE);
}

/* As `dmatorture judge --json` calls it, without addresses and stacks. */
static void result_json(const struct snoop *s, const struct report_group *groups, size_t nr,
			struct strbuf *out)
{
	const struct judge_counters *n = judge_counters(evstream_judge(s->stream));

	json_open(out, NULL, '{');
	json_write_text(out, "release", evstream_release(s->stream));
	json_write_text(out, "incomplete", evstream_incomplete(s->stream));
	json_write_number(out, "events", n->events);
	json_write_number(out, "lost", n->lost);
	json_write_number(out, "mappings", n->maps);
	json_write_number(out, "descriptors", n->txs);
	json_open(out, "findings", '[');
	for (size_t i = 0; i < nr; i++) {
		const struct finding *f = groups[i].first;

		json_open(out, NULL, '{');
		json_write_text(out, "class", f->class->name);
		json_write_text(out, "code", f->class->code);
		json_write_text(out, "title", groups[i].title);
		json_write_number(out, "count", groups[i].count);
		json_write_text(out, "detail", f->detail);
		json_write_text(out, "device", f->device);
		json_write_text(out, "driver", f->driver);
		if (groups[i].follows)
			json_write_text(out, "follows", groups[groups[i].follows - 1].title);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
	strbuf_addc(out, '\n');
}

static void result_text(const struct snoop *s, const struct report_group *groups, size_t nr,
			struct strbuf *out)
{
	for (size_t i = 0; i < nr; i++) {
		if (groups[i].follows)
			continue;
		report_text(s->stream, groups, nr, i, NULL, NULL, out);
		strbuf_addc(out, '\n');
	}
	report_list(groups, nr, out);
	report_summary(s->stream, out);
}

static int print_result(const struct snoop *s)
{
	struct strbuf out = STRBUF_INIT;
	struct report_group *groups;
	size_t nr;
	int code;

	groups = report_groups(s->stream, NULL, &nr);
	(s->args->json ? result_json : result_text)(s, groups, nr, &out);
	fputs(strbuf_str(&out), stdout);
	code = evstream_incomplete(s->stream) ? 3 : nr ? 1 : 0;
	free(groups);
	strbuf_free(&out);
	return code;
}

/* Refuses a name that does not exist, as a mistyped one would never show a violation. */
static bool is_there(const char *option, const char *what, const char *name)
{
	char near[64];

	if (!name || snoop_has("/sys/bus", what, name, near))
		return true;
	fprintf(stderr, "dmatorture: --%s=%s: not in /sys/bus/*/%s; ", option, name, what);
	if (near[0])
		fprintf(stderr, "did you mean '%s'? ", near);
	fprintf(stderr, "With --wait it may come later\n");
	return false;
}

static int snoop(struct snoop *s)
{
	int code;

	begin(s);
	fprintf(stderr, "dmatorture: watching; Ctrl-C ends it\n");
	say_blind(s);
	watch(s);
	end(s);
	code = print_result(s);
	if (s->file && fclose(s->file) && !s->file_err)
		s->file_err = -errno;
	s->file = NULL;
	if (s->file_err) {
		fprintf(stderr, "dmatorture: %s: %s; the recording is not whole\n",
			s->args->record, strerror(-s->file_err));
		code = 3;
	}
	return code;
}

int cmd_snoop(int argc, char **argv)
{
	struct snoop_args args = { .observer.quiet_libbpf = true };
	struct snoop s = { .args = &args };
	char why[256] = "";
	int code = 3;

	terminal_guard();
	options_read(&argp, argc, argv, &args);
	if (!args.wait && (!is_there("device", "devices", args.observer.device) ||
			   !is_there("driver", "drivers", args.observer.driver)))
		return 2;
	if (args.record) {
		s.file = fopen(args.record, "we");
		if (!s.file) {
			fprintf(stderr, "dmatorture: %s: %s\n", args.record, strerror(errno));
			return 2;
		}
		s.file_err = recording_begin(s.file, recording_here());
		s.pending = malloc(EVENTS_A_CHUNK * sizeof(*s.pending));
	}
	s.stream = evstream_new(NULL);
	s.observer = observer_start(&args.observer, why);
	if (s.observer && (!s.file || s.pending))
		code = snoop(&s);
	else
		fprintf(stderr, "dmatorture: the observer cannot run here: %s\n", why);
	observer_stop(s.observer);
	evstream_free(s.stream);
	if (s.file)
		fclose(s.file);
	free(s.pending);
	return code;
}
