/* SPDX-License-Identifier: GPL-2.0-only */
/* Register models in guests: devices through configfs, the client, the kernel's log. */
#ifndef GUEST_FSL_H
#define GUEST_FSL_H

#include <stdarg.h>
#include <stdbool.h>
#include <sys/syscall.h>

#include "guest.h"
#include "uapi/fslmodel.h"

static int kmsg = -1;

static inline void fsl_path(char path[256], const char *name, const char *attr)
{
	snprintf(path, 256, FSLMODEL_CONFIGFS "/%s%s%s", name, attr ? "/" : "", attr ? attr : "");
}

static inline int fsl_set(const char *name, const char *attr, const char *value)
{
	char path[256];
	int err;

	fsl_path(path, name, attr);
	err = put(path, value);
	if (err)
		printf("fsl: %s = %s: %s\n", path, value, strerror(-err));
	return err;
}

static inline int fsl_get(const char *name, const char *attr, char *out, size_t size)
{
	char path[256];
	ssize_t n;
	int fd;

	fsl_path(path, name, attr);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, out, size - 1);
	close(fd);
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return n > 0 ? 0 : -EIO;
}

/* Makes and starts a model. @settings: "attr=value attr=value", or "". Gets its device's name. */
static inline int fsl_start(const char *name, const char *model, const char *ops,
			    const char *settings, char device[64])
{
	char path[256], *copy = strdup(settings), *save = NULL, *s;
	int err;

	fsl_path(path, name, NULL);
	err = mkdir(path, 0755) ? -errno : 0;
	if (!err)
		err = fsl_set(name, "model", model);
	if (!err)
		err = fsl_set(name, "ops", ops);
	for (s = strtok_r(copy, " ", &save); s && !err; s = strtok_r(NULL, " ", &save)) {
		char *value = strchr(s, '=');

		*value++ = '\0';
		err = fsl_set(name, s, value);
	}
	free(copy);
	if (!err)
		err = fsl_set(name, "live", "1");
	return err ? err : fsl_get(name, "device", device, 64);
}

static inline int fsl_stop(const char *name)
{
	char path[256];
	int err = fsl_set(name, "live", "0");

	fsl_path(path, name, NULL);
	if (!err && rmdir(path))
		err = -errno;
	return err;
}

/* Returns the number after KEY= in the model's stats; -1: there is none. */
static inline long long fsl_stat(const char *name, const char *key)
{
	char stats[2048], want[136], *at;

	if (fsl_get(name, "stats", stats, sizeof(stats)))
		return -1;
	snprintf(want, sizeof(want), "%s=", key);
	for (at = stats; (at = strstr(at, want)); at++)
		if (at == stats || at[-1] == ' ')
			return atoll(at + strlen(want));
	return -1;
}

/* ---- the log ---- */

static inline void log_open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	lseek(kmsg, 0, SEEK_END);
}

/*
 * Passes each line that the kernel logged since the last call to @see. Prints lines that no test
 * expects, and returns true if there were any.
 */
static inline bool log_read(void (*see)(const char *line, void *arg), void *arg)
{
	char line[4096];
	bool bad = false;
	ssize_t n;

	for (;;) {
		char *text;

		n = read(kmsg, line, sizeof(line) - 1);
		if (n < 0 && errno == EPIPE)
			continue;
		if (n <= 0)
			return bad;
		line[n] = '\0';
		text = strchr(line, ';');
		if (!text++)
			continue;
		text[strcspn(text, "\n")] = '\0';
		if (see)
			see(text, arg);
		if (strstr(text, "BUG:") || strstr(text, "WARNING:") || strstr(text, "Call Trace")) {
			printf("log: %s\n", text);
			bad = true;
		}
	}
}

/* ---- the client ---- */

static inline void see_verdict(const char *line, void *arg)
{
	if (strstr(line, "dmaclient: ") && (strstr(line, "PASS") || strstr(line, "FAIL")))
		snprintf(arg, 512, "%s", line);
	else if (strstr(line, "dmaclient: wrong"))
		printf("log: %s\n", line);
}

/* Runs dmaclient on @devices, with its last line in @said. Returns true if there is none. */
static inline bool run_client(const char *devices, const char *more, char said[512])
{
	char params[512];
	int fd = open("/dmaclient.ko", O_RDONLY);
	bool bad = log_read(NULL, NULL);

	*said = '\0';
	snprintf(params, sizeof(params), "devices=%s %s", devices, more);
	if (fd < 0 || syscall(SYS_finit_module, fd, params, 0)) {
		printf("client: %s: %s\n", params, strerror(errno));
		return true;
	}
	close(fd);
	bad |= log_read(see_verdict, said);
	syscall(SYS_delete_module, "dmaclient", 0);
	return bad || !*said;
}

#endif
