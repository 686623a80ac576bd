// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs commands while `snoop` watches: "quiet SNOOP-OPTIONS -- COMMAND -- COMMAND ...". Ends snoop
 * with SIGINT after the last command. The exit code is snoop's if all commands succeeded.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 64

static FILE *said;	/* what snoop says on standard error after that it watches */

static int run(char **words)
{
	int status, code;
	pid_t pid = fork();

	if (!pid) {
		execv(words[0], words);
		perror(words[0]);
		_exit(127);
	}
	code = waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 127;
	if (code)
		printf("quiet: %s %s: exit %d\n", words[0], words[1] ? words[1] : "", code);
	return code;
}

/* Starts snoop, and waits until it reports on standard error that it watches. */
static pid_t start_snoop(char **words)
{
	int fds[2];
	char c;
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		execv("/init", words);
		_exit(127);
	}
	close(fds[1]);
	while (read(fds[0], &c, 1) == 1 && c != '\n')
		putchar(c);
	putchar('\n');
	said = fdopen(fds[0], "r");
	return pid;
}

int main(int argc, char **argv)
{
	char *snoop[MAX_WORDS] = { (char *)"/init", (char *)"snoop", (char *)"--quiet" };
	char *words[MAX_WORDS];
	int i = 1, n = 3, failed = 0, status, c;
	pid_t pid;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (; i < argc && strcmp(argv[i], "--") && n < MAX_WORDS - 1; i++)
		snoop[n++] = argv[i];
	pid = start_snoop(snoop);
	while (pid > 0 && i < argc) {
		for (n = 0, i++; i < argc && strcmp(argv[i], "--") && n < MAX_WORDS - 1; i++)
			words[n++] = argv[i];
		words[n] = NULL;
		failed |= n && run(words);
	}
	if (pid <= 0 || kill(pid, SIGINT) || waitpid(pid, &status, 0) != pid)
		return 127;
	while (said && (c = getc(said)) != EOF)
		putchar(c);
	printf("quiet: snoop %s %d\n", WIFEXITED(status) ? "exit" : "signal",
	       WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return failed ? 9 : WIFEXITED(status) ? WEXITSTATUS(status) : 8;
}
