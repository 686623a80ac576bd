// SPDX-License-Identifier: GPL-2.0-only
/* Takes the agent's frames into the result of a cell, and names outcomes. */
#include "result.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/le.h"

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[OUTCOME__COUNT] = {
		[OUTCOME_PASS]		= "pass",
		[OUTCOME_SKIP]		= "skip",
		[OUTCOME_INCOMPLETE]	= "incomplete",
		[OUTCOME_FAIL]		= "fail",
		[OUTCOME_HANG]		= "hang",
		[OUTCOME_PANIC]		= "panic",
	};

	return names[outcome];
}

const char *data_name(enum data_state data)
{
	switch (data) {
	case DATA_INTACT:
		return "intact";
	case DATA_CORRUPT:
		return "corrupt";
	default:
		return "unchecked";
	}
}

int outcome_exit_code(const unsigned int count[OUTCOME__COUNT])
{
	static const struct {
		enum outcome outcome;
		int code;
	} order[] = {
		{ OUTCOME_PANIC, 5 },
		{ OUTCOME_HANG, 6 },
		{ OUTCOME_FAIL, 1 },
		{ OUTCOME_INCOMPLETE, 3 },
		{ OUTCOME_PASS, 0 },
		{ OUTCOME_SKIP, 4 },
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (count[order[i].outcome])
			return order[i].code;
	return 3;	/* nothing at all was judged */
}

static void take_records(struct cell_result *r, const struct frame *f)
{
	size_t nr = f->len / sizeof(struct dmt_record);
	const uint8_t *p = f->data;

	if (f->len % sizeof(struct dmt_record)) {
		r->dropped_frame = true;
		return;
	}
	r->records = xrealloc(r->records, (r->nr_records + nr) *
			      sizeof(struct dmt_record));
	for (size_t i = 0; i < nr; i++, p += sizeof(struct dmt_record)) {
		struct dmt_record *to = &r->records[r->nr_records++];

		memcpy(to, p, sizeof(*to));
		to->time_ns = le64toh(to->time_ns);
		to->step = le32toh(to->step);
		to->iteration = le32toh(to->iteration);
		to->status = le32toh(to->status);
		to->cpu = le16toh(to->cpu);
		to->value = le64toh(to->value);
	}
}

/* "=123" */
static bool word_number(const char *s, uint64_t *n)
{
	char *end;

	if (!s)
		return false;
	*n = strtoull(s + 1, &end, 10);
	return !*end && end != s + 1;
}

static bool take_word(struct engine_stats *e, const char *word)
{
#define KEY(member) { #member "=", &e->member }
	const struct {
		const char *key;
		uint64_t *value;
	} keys[] = {
		KEY(submitted), KEY(completed), KEY(errors), KEY(terminated),
		KEY(bytes), KEY(compute_ns), KEY(access_faults), KEY(dropped), KEY(delayed),
		KEY(failed), KEY(early), KEY(copy_align), KEY(xor_align), KEY(max_xor),
		KEY(max_segment), KEY(reads), KEY(nothing),
	};
#undef KEY

	if (!strncmp(word, "name=", 5)) {
		strncpy(e->name, word + 5, sizeof(e->name) - 1);
		return true;
	}
	if (!strncmp(word, "device=", 7)) {
		strncpy(e->device, word + 7, sizeof(e->device) - 1);
		return true;
	}
	if (!strncmp(word, "driver=", 7)) {
		strncpy(e->driver, word + 7, sizeof(e->driver) - 1);
		return true;
	}
	if (!strncmp(word, "translation=", 12)) {
		strncpy(e->translation, word + 12, sizeof(e->translation) - 1);
		e->picked = true;
		return true;
	}
	if (!strncmp(word, "fault_", 6)) {
		uint64_t n;

		if (!word_number(strchr(word, '='), &n))
			return false;
		e->busted += n;
		return true;
	}
	for (int i = 0; i < NR_OPS; i++) {
		size_t n = strlen(op_words[i]);

		if (!strncmp(word, op_words[i], n) && word[n] == '=')
			return word_number(word + n, &e->ops[i]);
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t n = strlen(keys[i].key);

		if (!strncmp(word, keys[i].key, n))
			return word_number(word + n - 1, keys[i].value);
	}
	return true;	/* ignore a counter of a later version */
}

static void take_engine(struct cell_result *r, const struct frame *f)
{
	struct engine_stats *e;
	char *text, *word, *save = NULL;

	if (r->nr_engines == DMT_MAX_ENGINES) {
		r->dropped_frame = true;
		return;
	}
	e = &r->engines[r->nr_engines++];
	text = xmalloc(f->len + 1);
	memcpy(text, f->data, f->len);
	text[f->len] = '\0';
	for (word = strtok_r(text, " \n", &save); word;
	     word = strtok_r(NULL, " \n", &save))
		if (!take_word(e, word))
			r->dropped_frame = true;
	free(text);
}

static void take_observed(struct cell_result *r, const struct frame *f)
{
	static const char off[] = "observer=off";
	char why[256];
	uint32_t type;

	if (f->len < 4) {
		r->dropped_frame = true;
		return;
	}
	type = le32_get(f->data);
	if (type == OBS_CHUNK_META && memmem(f->data + 4, f->len - 4, off, strlen(off))) {
		r->observer_off = true;
		return;
	}
	if (!r->observed)
		r->observed = evstream_new(NULL);
	if (evstream_chunk(r->observed, type, f->data + 4, f->len - 4, why))
		evstream_doubt(r->observed, "%s", why);
}

static void take_stage(struct cell_result *r, const struct frame *f)
{
	char *line = xasprintf("%.*s", (int)f->len, (const char *)f->data);
	enum workload_stage stage;
	uint64_t wrong, of;

	if (stage_read(line, &stage, &wrong, &of))
		r->stages[stage] = (struct stage_result){ true, wrong, of };
	else
		r->dropped_frame = true;
	free(line);
}

static void take_witness(struct cell_result *r, const struct frame *f)
{
	char *line = xasprintf("%.*s", (int)f->len, (const char *)f->data);
	struct witness_state state;
	enum witness which;

	if (witness_read(line, &which, &state))
		r->witnesses[which] = state;
	else
		r->dropped_frame = true;
	free(line);
}

static void end_observed(struct cell_result *r)
{
	if (r->observer_off)
		return;
	if (!r->observed)
		r->observed = evstream_new(NULL);
	evstream_finish(r->observed);
}

static void take_sweep(struct cell_result *r, const struct frame *f)
{
	char *line = xasprintf("%.*s", (int)f->len, (const char *)f->data);

	if (!r->sweep || !sweep_frame(r->sweep, r, line))
		r->dropped_frame = true;
	free(line);
}

/* The result that a frame belongs to: in a sweep that of the current run, or of the whole cell. */
static struct cell_result *whose(struct cell_result *r, const struct frame *f)
{
	bool of_all = f->type == FRAME_SWEEP || f->type == FRAME_WITNESS ||
		      f->type == FRAME_CELL_END;

	return r->sweep && r->sweep->run && !of_all ? r->sweep->run : r;
}

void result_frame(struct cell_result *r, const struct frame *f)
{
	r = whose(r, f);
	switch (f->type) {
	case FRAME_SWEEP:
		take_sweep(r, f);
		break;
	case FRAME_REFUSED:
		free(r->refused);
		r->refused = xasprintf("%.*s", (int)f->len, (const char *)f->data);
		break;
	case FRAME_RECORDS:
		take_records(r, f);
		break;
	case FRAME_SUMS:
		if (f->len != FRAME_SUMS_LEN) {
			r->dropped_frame = true;
			break;
		}
		frame_unpack_sums(&r->sums, f->data);
		r->sums.reason[sizeof(r->sums.reason) - 1] = '\0';
		r->has_sums = true;
		break;
	case FRAME_ENGINE:
		take_engine(r, f);
		break;
	case FRAME_OBSERVED:
		take_observed(r, f);
		break;
	case FRAME_WORKLOAD:
		take_stage(r, f);
		break;
	case FRAME_WITNESS:
		take_witness(r, f);
		break;
	case FRAME_FIO:
		r->fio.len = 0;
		strbuf_add(&r->fio, f->data, f->len);
		break;
	case FRAME_CELL_END:
		if (!r->sweep || !r->sweep->runs)	/* in a sweep the first run ended before */
			end_observed(r);
		r->state = r->refused ? CELL_REFUSED : CELL_RAN;
		break;
	default:
		break;
	}
}

struct splat *splats_add(struct splats *s, enum witness witness, const char *title)
{
	for (unsigned int i = 0; i < s->nr; i++)
		if (!strcmp(s->v[i].title, title)) {
			s->v[i].count++;
			return &s->v[i];
		}
	s->v = xrealloc(s->v, (s->nr + 1) * sizeof(*s->v));
	s->v[s->nr] = (struct splat) { xstrdup(title), witness, 1, 0 };
	return &s->v[s->nr++];
}

void splats_free(struct splats *s)
{
	for (unsigned int i = 0; i < s->nr; i++)
		free(s->v[i].title);
	free(s->v);
	*s = (struct splats) { 0 };
}

void result_again(struct cell_result *r)
{
	struct cell_result fresh = { .state = r->state, .boot = r->boot, .sweep = r->sweep };

	if (r->sweep && r->sweep->run) {
		result_again(r->sweep->run);
		return;
	}
	r->sweep = NULL;
	result_free(r);
	*r = fresh;
}

void result_free(struct cell_result *r)
{
	splats_free(&r->splats);
	free(r->records);
	free(r->refused);
	free(r->not_run);
	free(r->doubt);
	evstream_free(r->observed);
	seen_free(r->seen);
	if (r->rest)
		verdict_free(r->rest);
	free(r->rest);
	strbuf_free(&r->fio);
	sweep_free(r->sweep);
	memset(r, 0, sizeof(*r));
}
