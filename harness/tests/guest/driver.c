// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drivers come and go:
 *
 *   driver load NAME MODULE...       loads modules, and before each what it depends on
 *   driver rebind BUS/DRIVER         takes each of the driver's devices from it and gives it back
 *   driver configure VENDOR:PRODUCT N COUNT   sets the configuration of that many USB devices
 *   driver unload MODULE...          unloads them, the last first
 *
 * A MODULE is "name", "name:parameter:parameter", or "?name": on kernels that have it. NAME only
 * says in the output what comes.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "below.h"
#include "lib/base/strbuf.h"

#define PATIENCE_MS	20000

static int fail(const char *what)
{
	printf("driver: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Compares module names, in which '-' and '_' are the same; @len of @a. */
static bool same_name(const char *a, size_t len, const char *b)
{
	for (size_t i = 0; i < len; i++)
		if (a[i] != b[i] && !(a[i] && b[i] && strchr("-_", a[i]) && strchr("-_", b[i])))
			return false;
	return !b[len];
}

/* The kernel's name of a module has no '-'. */
static void kernel_name(const char *module, char name[64])
{
	snprintf(name, 64, "%.*s", (int)strcspn(module, ":"), module);
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
}

/* The file of a module in /mod, "NAME.ko"; false: it is built in, or there is none. */
static bool find_image(const char *name, char path[PATH_MAX])
{
	const struct dirent *e;
	DIR *d = opendir("/mod");
	bool found = false;

	while (d && !found && (e = readdir(d))) {
		const char *dot = strrchr(e->d_name, '.');

		if (dot && !strcmp(dot, ".ko") && same_name(e->d_name, dot - e->d_name, name)) {
			snprintf(path, PATH_MAX, "/mod/%s", e->d_name);
			found = true;
		}
	}
	if (d)
		closedir(d);
	return found;
}

static int load(const char *module);

static int load_depends(const struct strbuf *image)
{
	static const char key[] = "\0depends=";
	const char *at = memmem(image->s, image->len, key, sizeof(key) - 1);
	char *names = xstrdup(at ? at + sizeof(key) - 1 : ""), *name, *save = NULL;
	int bad = 0;

	for (name = strtok_r(names, ",", &save); name && !bad; name = strtok_r(NULL, ",", &save))
		bad = load(name);
	free(names);
	return bad;
}

static int load(const char *module)
{
	char name[64], path[PATH_MAX], *params = xstrdup(strchr(module, ':') ?: "");
	struct strbuf image = STRBUF_INIT;
	int bad;

	for (char *c = params; *c; c++)
		if (*c == ':')
			*c = ' ';
	kernel_name(module, name);
	snprintf(path, sizeof(path), "/sys/module/%s", name);
	if (!access(path, F_OK) || !find_image(name, path)) {
		free(params);
		return 0;	/* what needs it fails if it is not built in */
	}
	bad = strbuf_read_file(&image, path) ? fail(path) : load_depends(&image);
	if (!bad && syscall(SYS_init_module, image.s, image.len, params) && errno != EEXIST)
		bad = fail(module);
	strbuf_free(&image);
	free(params);
	return bad;
}

static int unload(const char *module)
{
	char name[64], path[PATH_MAX];

	kernel_name(module + (*module == '?'), name);
	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	if (access(path, F_OK))
		return 0;	/* built in, or not there */
	for (int ms = 0; ms < PATIENCE_MS; ms += 50) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK))
			return 0;
		if (errno != EAGAIN && errno != EBUSY)
			break;
		usleep(50000);
	}
	return fail(module);
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int bad = fd < 0 || write(fd, text, strlen(text)) < 0 ? fail(path) : 0;

	if (fd >= 0)
		close(fd);
	return bad;
}

static int tell(const char *driver, const char *file, const char *device)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/bus/%.*s/drivers%s/%s", (int)strcspn(driver, "/"),
		 driver, strchr(driver, '/'), file);
	return put(path, device);
}

/* Some have several interfaces of a device, which come and go with the first of them. */
static bool is_bound(const char *driver, const char *device)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/bus/%.*s/devices/%s/driver", (int)strcspn(driver, "/"),
		 driver, device);
	return !access(path, F_OK);
}

static int rebind(const char *driver)
{
	struct names devices;
	int bad = 0;

	devices_of(driver, &devices);
	if (!devices.nr) {
		printf("driver: %s has no device\n", driver);
		return 1;
	}
	for (int i = 0; i < devices.nr; i++)
		if (is_bound(driver, devices.v[i]))
			bad |= tell(driver, "unbind", devices.v[i]);
	for (int i = 0; i < devices.nr; i++)
		if (!is_bound(driver, devices.v[i]))
			bad |= tell(driver, "bind", devices.v[i]);
	return bad;
}

/* Is that USB device a "VENDOR:PRODUCT"? */
static bool has_id(const char *device, const char *id)
{
	static const char *const files[] = { "idVendor", "idProduct" };
	char path[PATH_MAX], text[8];

	for (int i = 0; i < 2; i++) {
		int fd;
		ssize_t n;

		snprintf(path, sizeof(path), "/sys/bus/usb/devices/%s/%s", device, files[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text));
		close(fd);
		if (n < 4 || memcmp(text, id + 5 * i, 4))
			return false;
	}
	return true;
}

static int configure(const char *id, const char *value, int count)
{
	struct names found;
	int bad = 0;

	for (int i = 0; i < 600; i++) {
		DIR *d = opendir("/sys/bus/usb/devices");
		const struct dirent *e;

		found.nr = 0;
		while (d && (e = readdir(d)))
			if (has_id(e->d_name, id))
				names_add(&found, e->d_name);
		if (d)
			closedir(d);
		if (found.nr >= count)
			break;
		usleep(100000);
	}
	for (int i = 0; i < found.nr; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "/sys/bus/usb/devices/%s/bConfigurationValue",
			 found.v[i]);
		bad |= put(path, value);
	}
	return bad || found.nr < count;
}

int main(int argc, char **argv)
{
	int bad = argc < 3;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!bad && !strcmp(argv[1], "load"))
		for (int i = 3; i < argc && !bad; i++)
			bad = load(argv[i] + (*argv[i] == '?'));
	else if (argc == 5 && !strcmp(argv[1], "configure") && strlen(argv[2]) == 9)
		bad = configure(argv[2], argv[3], atoi(argv[4]));
	else if (argc == 3 && !strcmp(argv[1], "rebind") && strchr(argv[2], '/'))
		bad = rebind(argv[2]);
	else if (!bad && !strcmp(argv[1], "unload"))
		for (int i = argc - 1; i > 1; i--)
			bad |= unload(argv[i]);
	else
		bad = 2;
	printf("driver %s %s: %s\n", argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "",
	       bad ? "failed" : "done");
	return bad;
}
