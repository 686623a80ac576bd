// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a KCIDB report, I/O schema 5.3 (kcidb-io, kcidb_io/schema/v05_03.py). No value in it may
 * be null, and additional keys are allowed only below "misc".
 */
#include "output.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/json_text.h"
#include "lib/program/machine.h"

#define MAX_EXCERPT	16384	/* characters; the code counts bytes, which are never fewer */

/*
 * Paths of tests are words of [a-zA-Z0-9_-] with dots between them: "order/legacy size=4K
 * @bounce" becomes "order.legacy.bounce.size_4K".
 */
static void add_word(struct strbuf *sb, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		strbuf_addc(sb, s[i] == '-' || s[i] == '_' || (s[i] >= '0' && s[i] <= '9') ||
			    ((s[i] | 32) >= 'a' && (s[i] | 32) <= 'z') ? s[i] : '_');
}

char *out_path(const struct out_cell *cell)
{
	const char *slash = strchr(cell->scenario, '/'), *rest = out_variant(cell);
	struct strbuf sb = STRBUF_INIT;

	if (cell->drivers)
		strbuf_adds(&sb, "drivers.");
	if (slash) {
		add_word(&sb, cell->scenario, slash - cell->scenario);
		strbuf_addc(&sb, '.');
	}
	add_word(&sb, slash ? slash + 1 : cell->scenario,
		 strlen(slash ? slash + 1 : cell->scenario));
	strbuf_addc(&sb, '.');
	add_word(&sb, cell->world, strlen(cell->world));
	for (; *rest && *rest != '@'; rest += strcspn(rest, " "), rest += strspn(rest, " ")) {
		strbuf_addc(&sb, '.');
		add_word(&sb, rest, strcspn(rest, " "));
	}
	return strbuf_detach(&sb);
}

static const char *status_of(const struct out_cell *c)
{
	switch (c->outcome) {
	case OUTCOME_PASS:
		return "PASS";
	case OUTCOME_SKIP:
		return "SKIP";
	case OUTCOME_INCOMPLETE:	/* ERROR: it was begun; MISS: it was not */
		return json_is_string(json_object_get(c->json, "boot")) ? "ERROR" : "MISS";
	default:
		return "FAIL";
	}
}

static void add_lines(struct strbuf *sb, const json_t *strings)
{
	for (size_t i = 0; i < json_array_size(strings); i++) {
		const char *s = json_string_value(json_array_get(strings, i));

		if (s)
			strbuf_addf(sb, "%s\n", s);
	}
}

static char *excerpt(const struct out_cell *c)
{
	struct strbuf sb = STRBUF_INIT;

	for (size_t i = 0; i < c->nr_messages; i++)
		strbuf_addf(&sb, "%s\n", c->messages[i]);
	add_lines(&sb, json_object_get(c->json, "splats"));
	if (sb.len > MAX_EXCERPT) {
		sb.len = MAX_EXCERPT;
		while (sb.len && ((unsigned char)sb.s[sb.len] & 0xc0) == 0x80)
			sb.len--;	/* do not cut within a character */
		sb.s[sb.len] = '\0';
	}
	return strbuf_detach(&sb);
}

static void set_if(json_t *o, const char *key, const json_t *value)
{
	if (value && !json_is_null(value))
		json_object_set(o, key, (json_t *)value);
}

static json_t *test_json(const struct out_cell *c, const char *origin, const char *run)
{
	char *path = out_path(c), *text = excerpt(c);
	json_t *o = json_object(), *misc = json_object(), *where = json_object();

	json_object_set_new(o, "id", json_textf("%s:%s.%s", origin, run, path));
	json_object_set_new(o, "origin", json_text(origin));
	json_object_set_new(o, "build_id", json_textf("%s:%s", origin, run));
	json_object_set_new(o, "path", json_textf("dmatorture.%s", path));
	json_object_set_new(o, "status", json_text(status_of(c)));
	if (c->timed)
		json_object_set_new(o, "duration", json_real(c->ns / 1e9));
	if (*text)
		json_object_set_new(o, "log_excerpt", json_again(text));
	json_object_set_new(where, "comment", json_textf(strcmp(c->run->accel, "board") ? "QEMU guest under %s" : "%s", c->run->accel));
	json_object_set_new(o, "environment", where);
	json_object_set_new(misc, "cell", json_again(c->id));
	json_object_set_new(misc, "outcome", json_text(outcome_name(c->outcome)));
	set_if(misc, "seed", json_object_get(c->json, "seed"));
	set_if(misc, "params", json_object_get(c->json, "params"));
	set_if(misc, "violations", json_object_get(c->json, "violations"));
	json_object_set_new(o, "misc", misc);
	free(path);
	free(text);
	return o;
}

/*
 * Makes a name that no other run of the same origin has: from the time when the run ended, and a
 * checksum of its files, which include measurements that never are the same twice.
 */
static char *run_name(const struct out_run *run)
{
	char *env = run->env ? json_take(json_incref(run->env), JSON_COMPACT) : NULL;
	char *result = json_take(json_incref(run->result), JSON_COMPACT), *name;
	uint32_t crc = 0;

	if (env)
		crc = crc32_update(crc, env, strlen(env));
	crc = crc32_update(crc, result, strlen(result));
	name = xasprintf("%s-%08x", run->ended ? run->ended : "undated", crc);
	free(env);
	free(result);
	return name;
}

static const struct machine *machine_of(const struct out_run *run)
{
	const struct machine *m = run->kernel ? machine_of_kernel(run->kernel, NULL) : NULL;

	return m ? m : machine_default();
}

/* The kernel is a distribution's package: its release is known, but not its checkout. */
static void add_run(json_t *checkouts, json_t *builds, json_t *tests, const struct out_run *run,
		    const char *origin)
{
	const char *package = json_string_value(json_object_get(run->env, "kernel_package"));
	char *name = run_name(run);
	json_t *build = json_pack("{s:o s:o s:o s:o s:o s:o}",
				  "id", json_textf("%s:%s", origin, name), "origin", json_text(origin),
				  "checkout_id", json_textf("%s:%s", origin, name),
				  "architecture", json_text(machine_of(run)->name),
				  "config_name", json_again(run->kernel),
				  "status", json_text("PASS"));

	json_array_append_new(checkouts, json_pack("{s:o s:o s:o s:b}",
		"id", json_textf("%s:%s", origin, name), "origin", json_text(origin),
		"comment", json_again(run->release), "valid", 1));
	if (package && *package)
		json_object_set_new(build, "comment", json_again(package));
	json_array_append_new(builds, build);
	for (size_t i = 0; i < run->nr; i++)
		json_array_append_new(tests, test_json(&run->cells[i], origin, name));
	free(name);
}

char *output_kcidb(const struct output *out)
{
	const char *origin = out->origin ? out->origin : "dmatorture";
	json_t *o = json_pack("{s:{s:i s:i} s:[] s:[] s:[]}", "version", "major", 5, "minor", 3,
			      "checkouts", "builds", "tests");

	for (size_t r = 0; r < out->nr; r++)
		add_run(json_object_get(o, "checkouts"), json_object_get(o, "builds"),
			json_object_get(o, "tests"), &out->runs[r], origin);
	return json_take(o, JSON_INDENT(1));
}
