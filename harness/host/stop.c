// SPDX-License-Identifier: GPL-2.0-only
/* Catches the signals that ask a verb to stop. */
#include "stop.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

#define NR_SIGNALS	(sizeof(signals) / sizeof(signals[0]))

static volatile sig_atomic_t wanted;
static struct sigaction old[NR_SIGNALS];

static void on_signal(int sig)
{
	wanted = sig;
}

void stop_catch(void)
{
	const struct sigaction sa = { .sa_handler = on_signal };

	wanted = 0;
	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &sa, &old[i]);
}

bool stop_wanted(void)
{
	return wanted;
}

void stop_release(void)
{
	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &old[i], NULL);
}
