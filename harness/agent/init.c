// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of a guest: brings the machine up, stops for an image to be made of it, goes on with
 * a plan, powers off.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/random.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "board.h"
#include "lib/base/version.h"
#include "fwcfg.h"
#include "unpack.h"
#include "lib/base/rng.h"
#include "machine.h"
#include "snoop/snoop.h"

#define PORT_NAME	"dmatorture.0"
#define PORT_TRIES	500
#define TICK_NS		20000000	/* of the slowest kernel (HZ=100), twice */
#define DELAY_NS	10000000	/* at most, before the first cell, by the seed */

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

static void run_exec(char *lines)
{
	char *line, *save = NULL;

	for (line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, "exec ", 5))
			run_command(line + 5);
}

/* The harness says when it will not stop the machine: there the processors poll. */
static bool will_pause(void)
{
	return !getenv("dmatorture_no_pause");
}

/* All that depends on neither plan nor seed: what an image holds. */
static int get_ready(struct strbuf *errors)
{
	int port;

	mount_all();
	if (!will_pause())
		bring_up_cpus(errors);
	modules_load("/modules.load", NULL, errors);
	set_param(errors);
	mount("configfs", "/sys/kernel/config", "configfs", 0, NULL); /* may be a module */
	observe_start(errors);
	port = find_port();
	if (port < 0)
		fprintf(stderr, "dmatorture agent: no port " PORT_NAME "\n%s", strbuf_str(errors));
	return port;
}

/*
 * What is run and how: lines "seed N" and "exec COMMAND". The seed has to act here: all
 * guests of an image have its random numbers, and its moment.
 */
static void take_seed(const char *job)
{
	unsigned long long seed;
	struct timespec pause = { 0 };
	struct rng rng;
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	if (sscanf(job, "seed %llu", &seed) != 1)
		return;
	if (fd >= 0) {
		if (write(fd, &seed, sizeof(seed)) == sizeof(seed))
			ioctl(fd, RNDRESEEDCRNG);
		close(fd);
	}
	rng.state = seed;
	pause.tv_nsec = rng_below(&rng, DELAY_NS);
	nanosleep(&pause, NULL);
}

static int read_job(struct strbuf *plan, struct strbuf *job, struct strbuf *files)
{
	int err = fwcfg_read("opt/dmatorture/plan", plan);

	if (!err)
		err = fwcfg_read("opt/dmatorture/job", job);
	if (!err)
		err = fwcfg_read("opt/dmatorture/files", files);
	if (err)
		fprintf(stderr, "dmatorture agent: the plan cannot be read: %s\n", strerror(-err));
	return err;
}

/* For programs that the tests send along. */
static void keep_plan(const struct strbuf *plan)
{
	int fd = open("/plan", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, plan->s, plan->len) != (ssize_t)plan->len)
		perror("dmatorture agent: /plan");
	if (fd >= 0)
		close(fd);
}

static void sleep_until(long long ns)
{
	const struct timespec until = { ns / 1000000000, ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

/*
 * QEMU stops the machine while all of it sleeps, which is the only state in which its clock
 * cannot tell how long QEMU takes to stop: a sleeping guest's clock goes from timer to timer.
 * (When a processor is stopped at work, QEMU's threads race, and the clock may jump to the next
 * timer or not.) Nor may a tick of the kernel be due just then.
 */
static void pause_here(struct strbuf *errors)
{
	struct timespec now;
	long long at;
	int err;

	send_frame(FRAME_READY, "", 0);
	machine_wait_idle();
	clock_gettime(CLOCK_MONOTONIC, &now);
	at = now.tv_sec * 1000000000ll + now.tv_nsec;
	at += TICK_NS - at % TICK_NS + TICK_NS / 40;
	sleep_until(at);
	err = machine_pause();
	if (err)
		strbuf_addf(errors, "the machine cannot be paused: %s\n", strerror(-err));
	else
		sleep_until(at + (MACHINE_PAUSE_S + 1) * 1000000000ll);
}

static void do_job(struct strbuf *errors)
{
	struct strbuf plan = STRBUF_INIT, job = STRBUF_INIT, files = STRBUF_INIT;
	int err;

	if (will_pause()) {
		pause_here(errors);
		bring_up_cpus(errors);	/* one is easier put to sleep than several */
	}
	if (!read_job(&plan, &job, &files)) {
		err = unpack("", strbuf_str(&files), files.len);
		if (err)
			strbuf_addf(errors, "the files that came along: %s\n", strerror(-err));
		take_seed(strbuf_str(&job));
		say_hello(errors);
		if (strstr(strbuf_str(&job), "\nexec "))
			keep_plan(&plan);
		if (strstr(strbuf_str(&job), "\nwatch cpu\n"))
			observe_cpu();
		run_exec(job.s);
		run_plan(&plan);
	}
	strbuf_free(&plan);
	strbuf_free(&job);
	strbuf_free(&files);
}

/* What it does as a guest's first process would wreck a machine that somebody works on. */
static int usage(void)
{
	fputs("usage: agent snoop [OPTION...]\n"
	      "       agent probe                  what this machine is, and what it lacks\n"
	      "       agent board ACTION           on a board, in the directory of a package\n"
	      "       agent --version\n"
	      "The agent does the rest only as a guest's first process: it mounts file systems, brings\n"
	      "processors up, runs a plan and powers the machine off. This process is not the first:\n"
	      "nothing was done.\n", stderr);
	return 2;
}

#define PSCI	"/sys/firmware/devicetree/base/psci"

/*
 * Without ACPI and PSCI there is nothing that switches a machine off, and it would halt for good. A
 * reset ends the guest as well: QEMU is told not to start it again.
 */
static void leave(void)
{
	sync();
	reboot(access("/sys/firmware/acpi", F_OK) && access(PSCI, F_OK) ? RB_AUTOBOOT : RB_POWER_OFF);
}

int main(int argc, char **argv)
{
	struct strbuf errors = STRBUF_INIT;
	int port;

	if (argc == 2 && !strcmp(argv[1], "--version"))
		return printf("dmatorture agent %s\n", dmatorture_version) < 0;
	if (argc == 2 && !strcmp(argv[1], "probe"))
		return board_probe(0);
	if (argc > 1 && !strcmp(argv[1], "board"))
		return cmd_board(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "snoop"))
		return cmd_snoop(argc - 1, argv + 1);
	if (getpid() != 1)
		return usage();
	port = get_ready(&errors);
	if (port >= 0) {
		channel_open(port);
		observe_say_place();
		do_job(&errors);
	}
	leave();
	return 1;
}
