// SPDX-License-Identifier: GPL-2.0-only
/*
 * The actions on a board. A plan runs in a process of its own, which writes frames into a file and
 * nothing to the network: a link that stalls or breaks does not hold it up, and who comes back
 * reads on. Another process, the keeper, waits for its end, whatever that is, and leaves the
 * machine as it was found.
 */
#include "board.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "uapi/softdma.h"

#define FSLMODEL_CONFIGFS	"/sys/kernel/config/fslmodel"
#define NUM_ERRORS	"/sys/kernel/debug/dma-api/num_errors"
#define TICK_MS		10
#define STOP_MS		10000	/* for a plan that is told to stop, then for one that is killed */
/* What was read more than this before may be given back to the file system. */
#define KEEP_BYTES	(16ll << 20)

static void sleep_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* -EWOULDBLOCK: a plan runs here. */
static int take_lock(void)
{
	int fd = open(BOARD_LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600), err = 0;

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB))
		err = -errno;
	if (err)
		close(fd);
	return err ? err : fd;
}

/* Does a plan run in this directory? */
static bool is_running(void)
{
	int fd = open(BOARD_LOCK, O_RDWR | O_CLOEXEC);
	bool running = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	return running;
}

/* Lines of the job: the observer's word is in the environment, as a guest's boot line has it. */
static void take_job(void)
{
	struct strbuf job = STRBUF_INIT;
	char *line, *save = NULL;

	strbuf_read_file(&job, BOARD_JOB);
	unsetenv("dmatorture_observer");
	for (line = strtok_r(job.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, "observer ", 9))
			setenv("dmatorture_observer", line + 9, 1);
	strbuf_free(&job);
}

/* The process of the plan. Its exit code: one of board.h. */
static int run(void)
{
	struct strbuf errors = STRBUF_INIT, plan = STRBUF_INIT;
	int channel = open(BOARD_CHANNEL, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	int err = channel < 0 ? -errno : 0;

	if (err) {
		fprintf(stderr, "dmatorture agent: " BOARD_CHANNEL ": %s\n", strerror(-err));
		return BOARD_CANNOT;
	}
	err = strbuf_read_file(&plan, BOARD_PLAN);
	if (err) {
		fprintf(stderr, "dmatorture agent: " BOARD_PLAN ": %s\n", strerror(-err));
		return BOARD_CANNOT;
	}
	channel_open(channel);
	channel_sync();
	take_job();
	if (modules_load(BOARD_MODULES, BOARD_LOADED, &errors)) {
		fputs(strbuf_str(&errors), stderr);
		return BOARD_CANNOT;
	}
	observe_start(&errors);
	say_hello(&errors);
	err = run_plan(&plan);
	/* Who reads the console knows by this that nothing more comes: board/death.c. */
	write_text("/dev/kmsg", "<4>dmatorture: the plan is done\n");
	strbuf_free(&errors);
	strbuf_free(&plan);
	return err ? BOARD_CANNOT : BOARD_OK;
}

/* Engines of a plan whose process is gone. Only ours can be there: the module was loaded for it. */
static void remove_engines(const char *configfs)
{
	DIR *d = opendir(configfs);
	const struct dirent *e;

	while (d && (e = readdir(d))) {
		char *path = xasprintf("%s/%s", configfs, e->d_name);

		if (e->d_name[0] != '.' && rmdir(path) && errno != ENOTDIR)
			fprintf(stderr, "dmatorture agent: %s: %s\n", path, strerror(errno));
		free(path);
	}
	if (d)
		closedir(d);
}

static int leave_clean(void)
{
	if (access(BOARD_LOADED, F_OK))
		return 0;
	remove_engines(SOFTDMA_CONFIGFS);
	remove_engines(FSLMODEL_CONFIGFS);
	return modules_unload(BOARD_LOADED);
}

#define RUNS	"it runs\n"

static void note_begin(void)
{
	int fd = open(BOARD_ENDED, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd >= 0) {
		dprintf(fd, RUNS);
		close(fd);
	}
}

static void note_end(int status)
{
	int fd = open(BOARD_ENDED, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	/* keep() has made it, so that there is room for it in a full file system. */
	if (WIFSIGNALED(status))
		dprintf(fd, "signal %d\n", WTERMSIG(status));
	else
		dprintf(fd, "exit %d\n", WEXITSTATUS(status));
	fsync(fd);
	close(fd);
}

static pid_t plan_process;

static void on_stop(int sig)
{
	(void)sig;
	if (plan_process > 0)
		kill(plan_process, SIGKILL);
}

/*
 * Not of the session that began it: that one may end at any time. The plan's process must not have
 * the lock, which is the keeper's; a child shares it, so it is the last thing to be let go.
 */
static void keep(int lock)
{
	struct sigaction stop = { .sa_handler = on_stop };
	char errors[16] = "";
	int status = 0;

	setsid();
	if (ftruncate(lock, 0) || dprintf(lock, "%d\n", (int)getpid()) < 0)	/* for clean() */
		_exit(BOARD_CANNOT);
	signal(SIGHUP, SIG_IGN);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	note_begin();
	read_line(NUM_ERRORS, errors, sizeof(errors));
	plan_process = fork();
	if (!plan_process) {
		close(lock);
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		_exit(run());
	}
	while (plan_process > 0 && waitpid(plan_process, &status, 0) < 0 && errno == EINTR)
		;
	if (errors[0])
		write_text(NUM_ERRORS, errors);
	leave_clean();
	note_end(plan_process < 0 ? BOARD_CANNOT << 8 : status);
	close(lock);
}

/* ---- what comes of it ---- */

static bool write_all(const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

/* What the plan had to say. */
static void show_log(void)
{
	struct strbuf log = STRBUF_INIT;

	strbuf_read_file(&log, BOARD_LOG);
	fputs(strbuf_str(&log), stderr);
	strbuf_free(&log);
}

int board_is_read(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) <= 0 || !(out.revents & (POLLERR | POLLHUP));
}

/* How the plan's process ended, as an exit code; why is said on stderr. */
static int how_ended(void)
{
	char line[64] = "";
	int n;

	if (read_line(BOARD_ENDED, line, sizeof(line)) < 0 ||
	    !strncmp(line, RUNS, strlen(RUNS) - 1)) {
		fprintf(stderr, "dmatorture agent: nobody saw the plan's process end\n");
		return BOARD_DIED;
	}
	if (strcmp(line, "exit 0"))
		show_log();
	if (sscanf(line, "exit %d", &n) == 1 && (n == BOARD_OK || n == BOARD_CANNOT))
		return n;
	if (sscanf(line, "exit %d", &n) == 1 && n == BOARD_FULL) {
		char cwd[4096] = "?";

		fprintf(stderr, "dmatorture agent: %s: No space left on device\n",
			getcwd(cwd, sizeof(cwd)) ? cwd : "?");
		return BOARD_DIED;
	}
	fprintf(stderr, "dmatorture agent: the plan's process ended with %s\n", line);
	return BOARD_DIED;
}

/* Prints the channel from byte @at on until the plan has ended. */
static int follow(long long at)
{
	static char buf[65536];
	int fd = -1;
	ssize_t n;

	for (;;) {
		/* Ask first: what is written until the end of the plan is then found below. */
		bool running = is_running();

		if (fd < 0)
			fd = open(BOARD_CHANNEL, O_RDWR | O_CLOEXEC);
		while (fd >= 0 && (n = pread(fd, buf, sizeof(buf), at)) > 0) {
			if (!write_all(buf, n))
				return BOARD_DIED;
			at += n;
		}
		/* Memory, on most boards: what has long been read makes room. */
		if (fd >= 0 && at > KEEP_BYTES)
			fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
				  at - KEEP_BYTES);
		if (!running)
			break;
		if (!board_is_read())
			return BOARD_DIED;
		sleep_ms(TICK_MS);
	}
	if (fd >= 0)
		close(fd);
	return how_ended();
}

int board_run(void)
{
	int lock, code = board_probe(1);
	pid_t pid;

	if (code)
		return code;
	lock = take_lock();
	if (lock < 0) {
		fprintf(stderr, "dmatorture agent: " BOARD_LOCK ": %s\n",
			lock == -EWOULDBLOCK ? "a plan runs here already" : strerror(-lock));
		return BOARD_CANNOT;
	}
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		int log = open(BOARD_LOG, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

		/* Who follows the end of the session's streams must not wait for the plan's. */
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(log >= 0 ? log : null, STDERR_FILENO);
		keep(lock);
		_exit(0);
	}
	close(lock);
	if (pid < 0) {
		perror("dmatorture agent: fork");
		return BOARD_CANNOT;
	}
	return follow(0);
}

static bool wait_for_end(void)
{
	for (int ms = 0; ms < STOP_MS && is_running(); ms += TICK_MS)
		sleep_ms(TICK_MS);
	return !is_running();
}

/* Ends the plan if it runs, and what it left. */
int board_clean(void)
{
	char line[32] = "";
	long pid;

	if (is_running() && read_line(BOARD_LOCK, line, sizeof(line)) >= 0) {
		pid = strtol(line, NULL, 10);
		if (pid > 1)
			kill(pid, SIGTERM);
		if (!wait_for_end()) {
			fprintf(stderr, "dmatorture agent: process %ld, which keeps the plan, does not end\n",
				pid);
			return BOARD_CANNOT;
		}
	}
	return leave_clean() ? BOARD_CANNOT : BOARD_OK;
}

/* ---- the command line ---- */

static int usage(void)
{
	fputs("usage: agent board probe            what this machine is, and what it lacks\n"
	      "       agent board run              run plan.bin, print its frames\n"
	      "       agent board follow BYTE      print the frames of the plan from that byte on\n"
	      "       agent board console [USEC]   print the kernel's log from then on (default: now)\n"
	      "       agent board all              run each plan below boots/, keep what it says there\n"
	      "       agent board clean            end the plan, unload what was loaded for it\n"
	      "All of it in the directory of a package: run.sh there goes to it.\n", stderr);
	return BOARD_USAGE;
}

/* A number that is all of @word; false: it is none. */
static bool number(const char *word, long long *n)
{
	char *end;

	errno = 0;
	*n = strtoll(word, &end, 10);
	return *word && !*end && !errno && *n >= 0;
}

int cmd_board(int argc, char **argv)
{
	const char *action = argc > 1 ? argv[1] : "";
	long long n = -1;

	if (argc > 3 || (argc == 3 && !number(argv[2], &n)))
		return usage();
	signal(SIGPIPE, SIG_IGN);
	if (argc == 2 && !strcmp(action, "probe"))
		return board_probe(0);
	if (argc == 2 && !strcmp(action, "run"))
		return board_run();
	if (argc == 3 && !strcmp(action, "follow"))
		return follow(n);
	if (!strcmp(action, "console"))
		return board_console(n);
	if (argc == 2 && !strcmp(action, "all"))
		return board_all();
	if (argc == 2 && !strcmp(action, "clean"))
		return board_clean();
	return usage();
}
