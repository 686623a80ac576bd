// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes JUnit. The format has no official specification, so this follows the strictest schema in
 * use, Jenkins' junit-10.xsd (xunit-plugin). harness/tests/junit.xsd describes the same.
 */
#include "output.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/visible.h"

/* XML 1.0 cannot express most control characters, U+FFFE and U+FFFF: they become \xNN. */
static void add_text(struct strbuf *sb, const char *s)
{
	char *text = visible(s, VISIBLE_LINES);

	markup_add(sb, text);
	free(text);
}

static void add_attr(struct strbuf *sb, const char *name, const char *value)
{
	strbuf_addf(sb, " %s=\"", name);
	add_text(sb, value);
	strbuf_addc(sb, '"');
}

static void add_seconds(struct strbuf *sb, uint64_t ns)
{
	strbuf_addf(sb, " time=\"%llu.%06llu\"", (unsigned long long)(ns / 1000000000),
		    (unsigned long long)(ns / 1000 % 1000000));
}

struct sums {
	size_t tests, failures, errors, skipped;
	uint64_t ns;
};

static const char *element_of(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_PASS:
		return NULL;
	case OUTCOME_SKIP:
		return "skipped";
	case OUTCOME_FAIL:
		return "failure";
	default:
		return "error";
	}
}

static void sum_cell(struct sums *s, const struct out_cell *c)
{
	const char *element = element_of(c->outcome);

	s->tests++;
	s->ns += c->ns;
	if (element) {
		s->failures += !strcmp(element, "failure");
		s->errors += !strcmp(element, "error");
		s->skipped += !strcmp(element, "skipped");
	}
}

static bool same_suite(const struct out_cell *a, const struct out_cell *b)
{
	size_t n = strcspn(a->scenario, "/");

	return a->run == b->run && a->drivers == b->drivers && !strcmp(a->world, b->world) &&
	       n == strcspn(b->scenario, "/") && !strncmp(a->scenario, b->scenario, n);
}

/* Adds the titles of splats, as the messages may only summarise them. */
static void add_splats(struct strbuf *sb, const struct out_cell *c)
{
	const json_t *splats = json_object_get(c->json, "splats");

	if (!json_array_size(splats))
		return;
	strbuf_adds(sb, "   <system-err>");
	for (size_t i = 0; i < json_array_size(splats); i++) {
		const char *s = json_string_value(json_array_get(splats, i));

		add_text(sb, s ? s : "");
		strbuf_adds(sb, "&#10;");
	}
	strbuf_adds(sb, "</system-err>\n");
}

static void add_case(struct strbuf *sb, const struct out_cell *c)
{
	const char *element = element_of(c->outcome);
	char *class = xstrdup(c->scenario);

	if (strchr(class, '/'))
		*strchr(class, '/') = '.';
	strbuf_adds(sb, "  <testcase");
	add_attr(sb, "classname", class);
	add_attr(sb, "name", out_variant(c));
	if (c->timed)
		add_seconds(sb, c->ns);
	free(class);
	if (!element) {
		strbuf_adds(sb, "/>\n");
		return;
	}
	strbuf_addf(sb, ">\n   <%s", element);
	add_attr(sb, "type", outcome_name(c->outcome));
	add_attr(sb, "message", c->nr_messages ? c->messages[0] : outcome_name(c->outcome));
	strbuf_addc(sb, '>');
	for (size_t i = 1; i < c->nr_messages; i++) {
		add_text(sb, c->messages[i]);
		strbuf_adds(sb, "&#10;");
	}
	strbuf_addf(sb, "</%s>\n", element);
	add_splats(sb, c);
	strbuf_adds(sb, "  </testcase>\n");
}

static void add_property(struct strbuf *sb, const char *name, const char *value)
{
	strbuf_adds(sb, "   <property");
	add_attr(sb, "name", name);
	add_attr(sb, "value", value);
	strbuf_adds(sb, "/>\n");
}

/* Adds the suite of @run that begins with the run's cell @first. */
static void add_suite(struct strbuf *sb, const struct out_run *run, size_t first)
{
	const struct out_cell *c = &run->cells[first];
	char *group = out_group(c), *name;
	struct sums s = { 0 };

	for (size_t i = first; i < run->nr; i++)
		if (same_suite(c, &run->cells[i]))
			sum_cell(&s, &run->cells[i]);
	name = xasprintf("%s %s%s @%s", run->kernel, group, c->drivers ? " drivers" : "", c->world);
	strbuf_adds(sb, " <testsuite");
	add_attr(sb, "name", name);
	strbuf_addf(sb, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		    s.tests, s.failures, s.errors, s.skipped);
	add_seconds(sb, s.ns);
	if (run->ended)
		add_attr(sb, "timestamp", run->ended);
	strbuf_adds(sb, ">\n  <properties>\n");
	add_property(sb, "kernel", run->release);
	add_property(sb, "accelerator", run->accel);
	add_property(sb, "clock", "the guest's");
	strbuf_adds(sb, "  </properties>\n");
	for (size_t i = first; i < run->nr; i++)
		if (same_suite(c, &run->cells[i]))
			add_case(sb, &run->cells[i]);
	strbuf_adds(sb, " </testsuite>\n");
	free(group);
	free(name);
}

static bool begins_suite(const struct out_run *run, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_suite(&run->cells[k], &run->cells[i]))
			return false;
	return true;
}

char *output_junit(const struct output *out)
{
	struct strbuf sb = STRBUF_INIT;
	struct sums s = { 0 };

	for (size_t r = 0; r < out->nr; r++)
		for (size_t i = 0; i < out->runs[r].nr; i++)
			sum_cell(&s, &out->runs[r].cells[i]);
	strbuf_adds(&sb, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dmatorture\"");
	strbuf_addf(&sb, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", s.tests, s.failures, s.errors);
	add_seconds(&sb, s.ns);
	strbuf_adds(&sb, ">\n");
	for (size_t r = 0; r < out->nr; r++)
		for (size_t i = 0; i < out->runs[r].nr; i++)
			if (begins_suite(&out->runs[r], i))
				add_suite(&sb, &out->runs[r], i);
	strbuf_adds(&sb, "</testsuites>\n");
	return strbuf_detach(&sb);
}
