// SPDX-License-Identifier: GPL-2.0-only
/* Unpacks bundles of others, and says what is different here. */
#include "bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/command.h"
#include "lib/base/version.h"

static int complain(const char *file, const char *why)
{
	fprintf(stderr, "dmatorture: %s: %s\n", file, why);
	return 2;
}

/* Only files and directories below BUNDLE_DIR: an archive of others could have any names. */
static bool is_harmless(char *list)
{
	char *save = NULL;
	bool any = false;

	for (char *line = strtok_r(list, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *name = strstr(line, BUNDLE_DIR "/");

		if ((*line != '-' && *line != 'd') || !name || name == line || name[-1] != ' ' ||
		    strstr(name, "/../") || strstr(name, " -> ") || strstr(name, " link to "))
			return false;
		any = true;
	}
	return any;
}

int bundle_unpack(const char *file, const char *to, json_t **bundle)
{
	char *list[] = { (char *)"tar", (char *)"--zstd", (char *)"-tvf", (char *)file, NULL };
	char *take[] = { (char *)"tar", (char *)"--zstd", (char *)"--no-same-owner", (char *)"--no-same-permissions",
			 (char *)"-C", (char *)to, (char *)"-xf", (char *)file, NULL };
	char *path = xasprintf("%s/" BUNDLE_DIR "/bundle.json", to);
	struct strbuf out = STRBUF_INIT;
	const char *schema;
	int code = 0;

	*bundle = NULL;
	if (access(file, R_OK))
		code = complain(file, strerror(errno));
	else if (command_output(list, &out) || !out.len)
		code = complain(file, "no .tar.zst that can be read");
	else if (!is_harmless(out.s))
		code = complain(file, "no bundle of dmatorture: it has other things than files below " BUNDLE_DIR "/");
	else if (command_output(take, &out))
		code = complain(file, "it could not be unpacked");
	if (!code) {
		*bundle = json_load_file(path, 0, NULL);
		schema = json_string_value(json_object_get(*bundle, "schema"));
		if (!schema || strcmp(schema, BUNDLE_SCHEMA))
			code = complain(file, "no bundle of this version: bundle.json does not say " BUNDLE_SCHEMA);
	}
	strbuf_free(&out);
	free(path);
	return code;
}

static void print_value(const json_t *v)
{
	if (json_is_string(v))
		printf("%s", json_string_value(v));
	else if (json_is_object(v))
		printf("%lld bytes, CRC-32 %s", (long long)json_integer_value(json_object_get(v, "bytes")),
		       json_string_value(json_object_get(v, "crc32")) ?: "?");
	else
		printf("none");
}

static unsigned int differ(const char *what, const json_t *there, const json_t *here)
{
	if (there && here && json_equal((json_t *)there, (json_t *)here))
		return 0;
	printf("differs: %s: ", what);
	print_value(there);
	printf(" there, ");
	print_value(here);
	printf(" here\n");
	return 1;
}

unsigned int bundle_compare(const json_t *bundle, const struct target *t)
{
	json_t *about = target_about(t), *version = json_string(dmatorture_version); /* lint-ok: our own text */
	char *path = xasprintf("%s/config", t->kernel_dir);
	char *argv[] = { (char *)"sha256sum", path, NULL };
	struct strbuf out = STRBUF_INIT;
	unsigned int n = 0;
	json_t *config = NULL, *module;
	const char *name;

	if (!command_output(argv, &out) && out.len > 64)
		config = json_stringn(out.s, 64);	/* lint-ok: digits */
	n += differ("dmatorture", json_object_get(bundle, "dmatorture"), version);
	n += differ("kernel's package", json_object_get(bundle, "kernel_package"),
		    json_object_get(about, "kernel_package"));
	n += differ("kernel's image", json_object_get(bundle, "vmlinuz"), json_object_get(about, "vmlinuz"));
	n += differ("SHA-256 of the kernel's .config", json_object_get(bundle, "config_sha256"), config);
	n += differ("agent", json_object_get(bundle, "agent"), json_object_get(about, "agent"));
	json_object_foreach(json_object_get((json_t *)bundle, "modules"), name, module)
		n += differ(name, module, json_object_get(json_object_get(about, "modules"), name));
	n += differ("QEMU", json_object_get(bundle, "qemu"),
		    json_object_get(json_object_get(about, "host"), "qemu"));
	json_decref(config);
	json_decref(version);
	json_decref(about);
	strbuf_free(&out);
	free(path);
	return n;
}

char *bundle_exact_kernel(const json_t *bundle)
{
	const char *kernel = json_string_value(json_object_get(bundle, "kernel"));
	const char *release = json_string_value(json_object_get(bundle, "release"));
	const char *debian = kernel ? strstr(kernel, "debian:") : NULL;
	size_t n = release ? strspn(release, "0123456789.") : 0;

	if (!debian || !n || strstr(debian, "-rt") || strcspn(debian + 7, "-") >= n)
		return NULL;
	return xasprintf("%.*s%.*s", (int)(debian + 7 - kernel), kernel, (int)n, release);
}
