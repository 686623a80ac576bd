// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loaded into QEMU (LD_PRELOAD), for a guest whose virtual time is to be the same in each run.
 *
 * With "-icount sleep=off" QEMU's main loop moves the virtual clock to the next timer whenever all
 * processors are halted (icount_start_warp_timer(), seen with QEMU 7.2). The thread of a processor
 * marks it as halted first, and adds the instructions that it has executed to the clock afterwards;
 * for neither does it hold the lock that the main loop holds then. If it loses its host processor
 * between the two, the clock moves from a time that is too early, and the guest's timer comes too
 * late by these instructions. On a host with ten runnable threads for two processors that was seen
 * in one of twelve boots of 24 s.
 *
 * So the main loop, when it has slept and has taken the lock again, waits here until the thread of
 * the processor executes nothing: that thread then waits for the lock or to be woken, and the clock
 * is right. It takes the lock for each access to a device and at each of its timers, so it is not
 * waited for long.
 *
 * A QEMU that does not have the function which tells such a thread is left as it is.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WAIT_NS		50000000	/* at a time */
#define WAITS		20		/* then it goes on; nothing may ever stop it for good */

typedef int lock_fn(pthread_mutex_t *lock);
typedef int ppoll_fn(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
		     const sigset_t *signals);
typedef void jump_fn(sigjmp_buf to, int value);
typedef bool tell_fn(void);

static tell_fn *in_vcpu;		/* is this a thread that executes the guest? */
static tell_fn *all_idle;
static pthread_mutex_t *_Atomic big;	/* the lock that the main loop gives back while it sleeps */
static atomic_int executing;		/* the guest; a futex */
static __thread bool is_main, slept;
static __thread pthread_mutex_t *given_back;	/* the last one */
static bool guard = true, slow;

/* dlsym() gives a pointer to data, which ISO C does not convert. */
static void *next(const char *name, void **found)
{
	if (!*found)
		*found = dlsym(RTLD_NEXT, name);
	return *found;
}

#define NEXT(type, name) ({ static void *found_; (type *)next(name, &found_); })

/* DMATORTURE_STEADY is for the test that shows what happens without: see 20-guest.bats. */
static void __attribute__((constructor)) start(void)
{
	const char *how = getenv("DMATORTURE_STEADY");

	in_vcpu = (tell_fn *)dlsym(RTLD_DEFAULT, "qemu_in_vcpu_thread");
	all_idle = (tell_fn *)dlsym(RTLD_DEFAULT, "all_cpu_threads_idle");
	is_main = in_vcpu;
	slow = how && all_idle;
	guard = !how || *how != '0';
	unsetenv("LD_PRELOAD");
}

static void wait_until_still(void)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };

	for (int i = 0; i < WAITS && atomic_load(&executing); i++)
		syscall(SYS_futex, &executing, FUTEX_WAIT_PRIVATE, 1, &t, NULL, 0);
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *signals)
{
	if (is_main) {
		big = given_back;
		slept = true;
	}
	return NEXT(ppoll_fn, "ppoll")(fds, n, timeout, signals);
}

int pthread_mutex_lock(pthread_mutex_t *lock)
{
	lock_fn *take = NEXT(lock_fn, "pthread_mutex_lock");
	int err;

	if (!in_vcpu || lock != big)
		return take(lock);
	if (!is_main) {
		if (in_vcpu() && atomic_exchange(&executing, 0))
			syscall(SYS_futex, &executing, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
		return take(lock);
	}
	err = take(lock);
	if (!err && slept && guard)
		wait_until_still();
	slept = false;
	return err;
}

int pthread_mutex_unlock(pthread_mutex_t *lock)
{
	given_back = lock;
	if (in_vcpu && lock == big && !is_main && in_vcpu())
		atomic_store(&executing, 1);
	return NEXT(lock_fn, "pthread_mutex_unlock")(lock);
}

/* How a thread comes back from a halt, between the two steps. For the test it takes long here. */
static void between(void)
{
	if (slow && in_vcpu() && atomic_load(&executing) && all_idle())
		usleep(500);
}

void siglongjmp(sigjmp_buf to, int value)
{
	between();
	NEXT(jump_fn, "siglongjmp")(to, value);
	__builtin_unreachable();
}

void __longjmp_chk(sigjmp_buf to, int value) __attribute__((noreturn));
void __longjmp_chk(sigjmp_buf to, int value)
{
	between();
	NEXT(jump_fn, "__longjmp_chk")(to, value);
	__builtin_unreachable();
}
