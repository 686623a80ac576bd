// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules that only some cells need: they are loaded for the cell and unloaded after it. Their
 * files lie below the working directory: the root of a guest, the package on a board.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "workload.h"

#define MAX_LATE	32
#define PATIENCE_MS	5000

static char *late[MAX_LATE];	/* in the order they were loaded */
static unsigned int nr_late;

/* The kernel's name of a module: a '-' in the file's name is a '_' there. The caller frees it. */
static char *kernel_name(const char *name)
{
	char *copy = xstrdup(name);

	for (char *c = copy; *c; c++)
		if (*c == '-')
			*c = '_';
	return copy;
}

/* Is it loaded, or built in? If it is built in, the image has no module of that name. */
static bool is_there(const char *name)
{
	char *kname = kernel_name(name), *path = xasprintf("/sys/module/%s", kname);
	char *ko = xasprintf("mod/%s.ko", name), *builtin = xasprintf("mod/%s.builtin", name);
	bool there = !access(path, F_OK) || (access(ko, F_OK) && !access(builtin, F_OK));

	free(path);
	free(ko);
	free(builtin);
	free(kname);
	return there;
}

static int read_image(const char *name, struct strbuf *image)
{
	char *path = xasprintf("mod/%s.ko", name);
	int err = strbuf_read_file(image, path);

	if (err) {
		free(path);
		path = xasprintf("%s.ko", name);
		err = strbuf_read_file(image, path);
	}
	free(path);
	return err;
}

/*
 * Loads what @image depends on. A dependency that has no file is built in; if it is not, the
 * load of @image will fail.
 */
static int load_depends(struct workload *w, const struct strbuf *image)
{
	static const char key[] = "\0depends=";
	const char *at = memmem(image->s, image->len, key, sizeof(key) - 1);
	char *names = xstrdup(at ? at + sizeof(key) - 1 : ""), *name, *save = NULL;
	int bad = 0;

	for (name = strtok_r(names, ",", &save); name && !bad; name = strtok_r(NULL, ",", &save)) {
		char *path = xasprintf("mod/%s.ko", name);

		if (!access(path, R_OK))
			bad = late_load(w, name, "");
		free(path);
	}
	free(names);
	return bad;
}

int late_load(struct workload *w, const char *name, const char *params)
{
	struct strbuf image = STRBUF_INIT;
	int bad;

	if (is_there(name))
		return 0;
	if (read_image(name, &image) || !image.len || nr_late == MAX_LATE) {
		strbuf_free(&image);
		return workload_fail(w, "the kernel has no module %s", name);
	}
	bad = load_depends(w, &image);
	if (!bad && modules_note(name))
		bad = workload_fail(w, "module %s cannot be noted for unloading", name);
	if (!bad && syscall(SYS_init_module, image.s, image.len, params))
		bad = workload_fail(w, "module %s %s: %s", name, params, strerror(errno));
	else if (!bad)
		late[nr_late++] = kernel_name(name);
	if (!bad)
		observe_modules_come();
	strbuf_free(&image);
	return bad;
}

int late_load_if_any(struct workload *w, const char *name)
{
	char *ko = xasprintf("mod/%s.ko", name);
	bool any = !access(ko, F_OK);

	free(ko);
	return any ? late_load(w, name, "") : 0;
}

/* Waits for users that are about to let go: md frees an array some time after it stopped. */
static int unload(const char *name)
{
	const struct timespec tick = { .tv_nsec = 10000000 };

	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK))
			return 0;
		if (errno != EAGAIN && errno != EBUSY)
			break;
		nanosleep(&tick, NULL);
	}
	return -errno;
}

int late_unload_one(const char *name)
{
	unsigned int kept = 0;
	int err;

	observe_modules_go();
	err = unload(name);
	if (err)
		return err;
	for (unsigned int i = 0; i < nr_late; i++) {
		if (strcmp(late[i], name))
			late[kept++] = late[i];
		else
			free(late[i]);
	}
	nr_late = kept;
	return 0;
}

void late_unload(void)
{
	if (nr_late)
		observe_modules_go();
	while (nr_late) {
		char *name = late[--nr_late];
		int err = unload(name);

		if (err)
			say_text(FRAME_LOG, "module %s cannot be unloaded: %s", name,
				 strerror(-err));
		free(name);
	}
}
