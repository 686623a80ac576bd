// SPDX-License-Identifier: GPL-2.0-only
/* Prepares a kernel, its modules and the agent, and describes them in env.json. */
#include "target.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/base/command.h"
#include "lib/base/crc32.h"
#include "lib/base/json_text.h"
#include "lib/base/version.h"
#include "lib/base/tree.h"
#include "lib/verdict/run.h"

/* Runs a tool and takes its output without the last newline. Its exit code 2 means -EINVAL. */
static int run_tool(char *const argv[], struct strbuf *out)
{
	int err = command_output(argv, out);

	while (out->len && out->s[out->len - 1] == '\n')
		out->s[--out->len] = '\0';
	return err <= 0 ? err : err == 2 ? -EINVAL : -ENODEV;
}

static char *read_word(const char *dir, const char *name)
{
	struct strbuf sb = STRBUF_INIT;
	char *path = xasprintf("%s/%s", dir, name);

	strbuf_read_file(&sb, path);
	free(path);
	while (sb.len && sb.s[sb.len - 1] == '\n')
		sb.s[--sb.len] = '\0';
	return strbuf_detach(&sb);
}

static char *absolute(const char *path)
{
	char *full = realpath(path, NULL);

	return full ? full : xstrdup(path);
}

/* Of a name without an architecture. */
static char *absolute_spec(const char *kernel, const char *kdir)
{
	const char *colon = strchr(kernel, ':'), *comma = strrchr(kernel, ',');
	char *path, *full, *dir, *spec;

	if (colon && !strncmp(kernel, "with:", 5) && comma) {
		comma = strchr(colon, ',');
		path = xasprintf("%.*s", (int)(comma - colon - 1), colon + 1);
		full = absolute(path);
		dir = absolute_spec(comma + 1, kdir);
		spec = xasprintf("with:%s,%s", full, dir);
		goto out;
	}
	if (!colon || (strncmp(kernel, "tree:", 5) && strncmp(kernel, "image:", 6) &&
		       strncmp(kernel, "kdir:", 5)))
		return xstrdup(kernel);
	path = xasprintf("%.*s", comma ? (int)(comma - colon - 1) : -1, colon + 1);
	full = absolute(path);
	if (!kdir && comma)
		kdir = comma + 1;
	/* A profile is a word, or a file if it has a slash. */
	dir = kdir ? strchr(kdir, '/') || !strncmp(kernel, "image:", 6) ? absolute(kdir) :
	      xstrdup(kdir) : NULL;
	spec = xasprintf("%.*s:%s%s%s", (int)(colon - kernel), kernel, full, dir ? "," : "",
			 dir ? dir : "");
out:
	free(path);
	free(full);
	free(dir);
	return spec;
}

char *target_spec(const char *kernel, const char *kdir, const struct machine *machine)
{
	const char *rest;
	const struct machine *named = machine_of_kernel(kernel, &rest);
	char *spec, *full;

	if (!named)
		return xstrdup(kernel);	/* kernel-setup will refuse it */
	if (rest == kernel && machine)
		named = machine;
	spec = absolute_spec(rest, kdir);
	if (named == machine_default())
		return spec;
	full = xasprintf("%s/%s", named->name, spec);
	free(spec);
	return full;
}

/* Packages and the agent of another architecture; both say first what they download. */
static int prepare_machine(const struct target *t)
{
	char *setup[] = { (char *)tree_path("harness/setup"), (char *)t->machine->name, NULL };
	char *agent[] = { (char *)tree_path("harness/kernels/build-agent"), (char *)t->machine->name,
			  (char *)tree_work(NULL), NULL };
	struct strbuf said = STRBUF_INIT;
	int err;

	if (t->machine == machine_default())
		return 0;
	err = run_tool(setup, &said);
	if (!err)
		err = run_tool(agent, &said);
	if (err)
		fprintf(stderr, "dmatorture: guests of %s could not be prepared\n",
			t->machine->name);
	strbuf_free(&said);
	return err;
}

/* Which worlds with bus masters can there not be? */
static void find_worlds(struct target *t)
{
	for (int w = WORLD_IOMMU; w < WORLD__COUNT; w++) {
		const struct machine_iommu *iommu = machine_iommu(t->machine, w);

		if (!iommu)
			t->no_world[w] = xasprintf("there is no world %s for %s", world_name(w),
						   t->machine->name);
		else if (!verdict_has_config(iommu->config, t->config))
			t->no_world[w] = xasprintf("this kernel has no %s, which the world %s needs",
						   iommu->config, world_name(w));
	}
}

int target_prepare(const char *kernel, struct target *t)
{
	char *setup[] = { (char *)tree_path("harness/kernels/kernel-setup"), (char *)kernel, NULL };
	char *build[] = { (char *)tree_path("harness/kernels/build-modules"), (char *)kernel,
			  (char *)tree_work(NULL), NULL };
	struct strbuf out = STRBUF_INIT, said = STRBUF_INIT;
	int err;

	memset(t, 0, sizeof(*t));
	t->machine = machine_of_kernel(kernel, NULL);
	if (!t->machine) {
		fprintf(stderr, "dmatorture: kernel %s: the architecture is none of %s\n", kernel,
			machine_names());
		err = -EINVAL;
		goto out;
	}
	err = prepare_machine(t);
	if (err)
		goto out;
	err = run_tool(setup, &out);
	if (err) {
		fprintf(stderr, "dmatorture: kernel %s could not be set up\n", kernel);
		goto out;
	}
	t->kernel_dir = strbuf_detach(&out);
	err = run_tool(build, &said);
	if (err) {
		fprintf(stderr, "dmatorture: the modules could not be built for %s\n",
			kernel);
		goto out;
	}
	t->kernel = xstrdup(kernel);
	t->module_dir = xasprintf("%s%s", tree_work("modules-"), strrchr(t->kernel_dir, '/') + 1);
	t->agent = t->machine == machine_default() ? xstrdup(tree_build("agent")) :
		   xasprintf("%s/agent", tree_work(t->machine->name));
	t->release = read_word(t->kernel_dir, "release");
	t->config = read_word(t->kernel_dir, "config");
	t->package = read_word(t->kernel_dir, "package");
	find_worlds(t);
	if (access(t->agent, R_OK)) {
		err = -errno;
		fprintf(stderr, "dmatorture: no agent (%s): make programs\n",
			strerror(-err));
	}
out:
	strbuf_free(&out);
	strbuf_free(&said);
	return err;
}

/* If the drivers cannot be built, build-drivers prints a line with the reason and exits 4. */
int target_drivers(struct target *t)
{
	char *build[] = { (char *)tree_path("harness/kernels/build-drivers"), t->kernel,
			  (char *)tree_work(NULL), NULL };
	struct strbuf out = STRBUF_INIT;
	int code = command_output(build, &out);

	while (out.len && out.s[out.len - 1] == '\n')
		out.s[--out.len] = '\0';
	if (code == 4)
		t->no_drivers = strbuf_detach(&out);
	else if (code)
		fprintf(stderr, "dmatorture: the real drivers could not be built for %s\n", t->kernel);
	strbuf_free(&out);
	return code == 4 ? -ENODEV : code < 0 ? code : code ? -EIO : 0;
}

void target_free(struct target *t)
{
	free(t->kernel);
	free(t->kernel_dir);
	free(t->module_dir);
	free(t->agent);
	free(t->release);
	free(t->config);
	free(t->package);
	free(t->no_drivers);
	for (int w = 0; w < WORLD__COUNT; w++)
		free(t->no_world[w]);
	target_free_tools(t);
	memset(t, 0, sizeof(*t));
}

static json_t *fingerprint(const char *dir, const char *name)
{
	struct strbuf sb = STRBUF_INIT;
	char *path = *dir ? xasprintf("%s/%s", dir, name) : xstrdup(name);
	json_t *o;

	strbuf_read_file(&sb, path);
	o = json_pack("{s:i s:o}", "bytes", (int)sb.len, "crc32",
		      json_textf("%08x", crc32_update(0, strbuf_str(&sb), sb.len)));
	strbuf_free(&sb);
	free(path);
	return o;
}

static json_t *host_json(const struct target *t)
{
	char *qemu[] = { (char *)t->machine->qemu, "--version", NULL };
	struct strbuf out = STRBUF_INIT;
	struct sysinfo si;
	struct utsname un;
	json_t *o;

	uname(&un);
	sysinfo(&si);
	run_tool(qemu, &out);
	if (out.s && strchr(out.s, '\n'))
		*strchr(out.s, '\n') = '\0';
	o = json_pack("{s:o s:o s:i s:I s:o}",
		      "kernel", json_text(un.release), "machine", json_text(un.machine),
		      "cpus", (int)sysconf(_SC_NPROCESSORS_ONLN),
		      "memory_mb", (json_int_t)(si.totalram / 1048576 * si.mem_unit),
		      "qemu", json_text(strbuf_str(&out)));
	strbuf_free(&out);
	return o;
}

/* Every module of ours that was built for the kernel: a guest can hold any of them. */
static json_t *modules_json(const char *dir)
{
	char *pattern = xasprintf("%s/*.ko", dir);
	json_t *o = json_object();
	glob_t g = { 0 };

	glob(pattern, 0, NULL, &g);	/* in the order of their names */
	for (size_t i = 0; i < g.gl_pathc; i++)
		json_put(o, strrchr(g.gl_pathv[i], '/') + 1, fingerprint("", g.gl_pathv[i]));
	globfree(&g);
	free(pattern);
	return o;
}

json_t *target_about(const struct target *t)
{
	json_t *o = json_object();

	json_object_set_new(o, "host", host_json(t));
	json_object_set_new(o, "kernel_package", json_text(t->package));
	json_object_set_new(o, "vmlinuz", fingerprint(t->kernel_dir, "vmlinuz"));
	json_object_set_new(o, "agent", fingerprint("", t->agent));
	json_object_set_new(o, "modules", modules_json(t->module_dir));
	return o;
}

void env_stamp(char stamp[32], time_t when)
{
	struct tm tm;

	strftime(stamp, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
}

char *env_json(const json_t *about, const struct run *run, const json_t *arguments,
	       const char *ended, double wall_s, bool recovered)
{
	json_t *o = json_object(), *boots = json_object();

	for (uint32_t i = 0; i < run->nr_boots; i++)
		json_put(boots, run->boots[i].name, json_real(run->boots[i].wall_s));
	json_object_set_new(o, "schema", json_text("dmatorture-env-1"));
	json_object_set_new(o, "dmatorture", json_text(dmatorture_version));
	json_object_set_new(o, "ended", json_text(ended));
	json_object_set_new(o, "arguments", json_deep_copy(arguments));
	json_object_set_new(o, "wall_s", json_real(wall_s));
	json_object_set_new(o, "boot_wall_s", boots);
	if (recovered)
		json_object_set_new(o, "recovered", json_true());
	json_object_update(o, (json_t *)about);
	return json_take(o, JSON_INDENT(1));
}

char *target_env_json(const struct target *t, const struct run *run, int argc, char **argv,
		      double wall_s)
{
	json_t *about = target_about(t), *args = json_array();
	char stamp[32], *text;

	for (int i = 0; i < argc; i++)
		json_array_append_new(args, json_text(argv[i]));
	env_stamp(stamp, time(NULL));
	text = env_json(about, run, args, stamp, wall_s, false);
	json_decref(args);
	json_decref(about);
	return text;
}
