// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of a guest: brings the machine up, runs the plan, powers off. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent.h"
#include "lib/base/version.h"
#include "snoop/snoop.h"

#define PORT_NAME	"dmatorture.0"
#define PORT_TRIES	500

static void mount_all(void)
{
	static const struct {
		const char *type, *where;
		bool needed;
	} mounts[] = {
		{ "proc", "/proc", true },
		{ "sysfs", "/sys", true },
		{ "devtmpfs", "/dev", true },
		{ "debugfs", "/sys/kernel/debug", false },
		{ "configfs", "/sys/kernel/config", false },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL) &&
		    mounts[i].needed && errno != EBUSY)
			fprintf(stderr, "dmatorture agent: mount %s: %s\n", mounts[i].where,
				strerror(errno));
}

/* Lines "PATH [PARAMETERS]". Errors are kept for the channel, opened later. */
static void load_modules(struct strbuf *errors)
{
	struct strbuf list = STRBUF_INIT;
	char *line, *save = NULL;

	strbuf_read_file(&list, "/modules.load");
	for (line = strtok_r(list.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *params = strchr(line, ' ');
		int fd;

		if (params)
			*params++ = '\0';
		fd = open(line, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, params ? params : "", 0) &&
			       errno != EEXIST))
			strbuf_addf(errors, "module %s: %s\n", line, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	strbuf_free(&list);
}

/* The virtio-serial port of our name; it appears when its driver has probed. */
static int find_port(void)
{
	for (int i = 0; i < PORT_TRIES; i++) {
		DIR *d = opendir("/sys/class/virtio-ports");
		struct dirent *e;

		while (d && (e = readdir(d))) {
			char *path = xasprintf("/sys/class/virtio-ports/%s/name", e->d_name);
			struct strbuf name = STRBUF_INIT;
			int fd = -1;

			if (e->d_name[0] != '.' && !strbuf_read_file(&name, path) &&
			    !strncmp(strbuf_str(&name), PORT_NAME, strlen(PORT_NAME))) {
				free(path);
				path = xasprintf("/dev/%s", e->d_name);
				fd = open(path, O_WRONLY | O_CLOEXEC);
			}
			free(path);
			strbuf_free(&name);
			if (fd >= 0) {
				closedir(d);
				return fd;
			}
		}
		if (d)
			closedir(d);
		usleep(10000);
	}
	return -1;
}

/*
 * The boot line says maxcpus=1: under a fixed instruction clock 6.1 never gets
 * past "x86: Booting SMP configuration", while bringing processors up later works
 * on both kernels.
 */
static void bring_up_cpus(struct strbuf *errors)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	for (long i = 1; i < cpus; i++) {
		char *path = xasprintf("/sys/devices/system/cpu/cpu%ld/online", i);
		int fd = open(path, O_WRONLY | O_CLOEXEC);

		if (fd < 0 || (write(fd, "1", 1) != 1 && errno != EEXIST))
			strbuf_addf(errors, "%s: %s\n", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		free(path);
	}
}

/* dmatorture_param=MODULE.NAME=VALUE on the boot line: for the harness's own tests. */
static void set_param(struct strbuf *errors)
{
	const char *wish = getenv("dmatorture_param");
	char module[32], name[32], value[64], *path;
	int err;

	if (!wish)
		return;
	if (sscanf(wish, "%31[^.].%31[^=]=%63s", module, name, value) != 3) {
		strbuf_addf(errors, "dmatorture_param=%s: want MODULE.NAME=VALUE\n", wish);
		return;
	}
	path = xasprintf("/sys/module/%s/parameters/%s", module, name);
	err = write_text(path, value);
	if (err)
		strbuf_addf(errors, "%s = %s: %s\n", path, value, strerror(-err));
	free(path);
}

static void say_hello(const struct strbuf *errors)
{
	struct utsname un;
	struct sysinfo si;

	uname(&un);
	sysinfo(&si);
	say_text(FRAME_HELLO, "agent=1\nrelease=%s\ncpus=%ld\nmem_kb=%lu\n", un.release,
		 sysconf(_SC_NPROCESSORS_ONLN), si.totalram / 1024 * si.mem_unit);
	if (errors->len) {
		say_text(FRAME_LOG, "%s", strbuf_str(errors));
		fprintf(stderr, "dmatorture agent: %s", strbuf_str(errors));
	}
}

static void run_exec(void)
{
	struct strbuf list = STRBUF_INIT;
	char *line, *save = NULL;

	if (!strbuf_read_file(&list, "/exec") && list.len)
		for (line = strtok_r(list.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
			run_command(line);
	strbuf_free(&list);
}

static void run_plan(void)
{
	struct strbuf plan = STRBUF_INIT;
	struct plan_cell *cells;
	uint32_t nr;

	strbuf_read_file(&plan, "/plan");
	if (plan_read(strbuf_str(&plan), plan.len, &cells, &nr)) {
		say_text(FRAME_LOG, "the plan is damaged");
		fprintf(stderr, "dmatorture agent: the plan is damaged\n");
	} else {
		for (uint32_t i = 0; i < nr; i++)
			if (!run_cell(&cells[i]) && i + 1 < nr) {
				send_frame(FRAME_FRESH, "", 0);
				break;
			}
		perf_say();
		free(cells);
		witness_leaks();
		send_frame(FRAME_END, "", 0);
	}
	strbuf_free(&plan);
}

/* What it does as a guest's first process would wreck a machine that somebody works on. */
static int usage(void)
{
	fputs("usage: agent snoop [OPTION...]\n"
	      "       agent --version\n"
	      "The agent does the rest only as a guest's first process: it mounts file systems, brings\n"
	      "processors up, runs a plan and powers the machine off. This process is not the first:\n"
	      "nothing was done.\n", stderr);
	return 2;
}

/*
 * Without ACPI there is nothing that switches a machine off, and it would halt for good. A
 * reset ends the guest as well: QEMU is told not to start it again.
 */
static void leave(void)
{
	sync();
	reboot(access("/sys/firmware/acpi", F_OK) ? RB_AUTOBOOT : RB_POWER_OFF);
}

int main(int argc, char **argv)
{
	struct strbuf errors = STRBUF_INIT;
	int port;

	if (argc == 2 && !strcmp(argv[1], "--version"))
		return printf("dmatorture agent %s\n", dmatorture_version) < 0;
	if (argc > 1 && !strcmp(argv[1], "snoop"))
		return cmd_snoop(argc - 1, argv + 1);
	if (getpid() != 1)
		return usage();
	mount_all();
	bring_up_cpus(&errors);
	load_modules(&errors);
	set_param(&errors);
	mount("configfs", "/sys/kernel/config", "configfs", 0, NULL); /* may be a module */
	observe_start(&errors);
	port = find_port();
	if (port < 0) {
		fprintf(stderr, "dmatorture agent: no port " PORT_NAME "\n%s", strbuf_str(&errors));
	} else {
		channel_open(port);
		say_hello(&errors);
		run_exec();
		run_plan();
	}
	leave();
	return 1;
}
