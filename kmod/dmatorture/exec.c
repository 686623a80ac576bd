// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each step does: exec_NAME() of its row in uapi/steps.h. The program was checked, so no
 * index is looked at again. A status is the contract's, @value too.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "dmt.h"

/* Not wait_event_hrtimeout(): that adds the timer slack. */
static void sleep_ns(struct dmt_run *run, u32 ns)
{
	ktime_t t = ns_to_ktime(ns);
	DEFINE_WAIT(wait);

	prepare_to_wait(&run->aborted, &wait, TASK_IDLE);
	if (!dmt_aborted(run))
		schedule_hrtimeout(&t, HRTIMER_MODE_REL);
	finish_wait(&run->aborted, &wait);
}

/* Apart, as issue() and crash() are: dmt_exec_step() has no frame of its own then. */
static noinline int delay(struct exec *x, u32 from, u32 to)
{
	u32 ns = from;

	/* Below 2^30 + 1 values: no 64-bit division, 32-bit machines have none. */
	if (to > from)
		ns += (dmt_random(&x->prng) >> 32) * (to - from + 1) >> 32;
	if (x->atomic) {
		ndelay(ns % NSEC_PER_USEC);
		udelay(ns / NSEC_PER_USEC);
	} else if (ns) {
		sleep_ns(x->run, ns);
	}
	return 0;
}

static noinline int issue(const struct eng *e)
{
	if (e->first->released)
		return -ENXIO;
	dma_async_issue_pending(e->chan);
	return 0;
}

static noinline int crash(u32 how)
{
	dmt_do_crash(how);
	return 0;
}

#define EXEC(name, call)							\
static __always_inline int							\
exec_##name(struct exec *x, struct prog *p, const struct step *s, u64 *value)	\
{										\
	return call;								\
}

EXEC(NOP, 0)
EXEC(MAP, dmt_map(x, &p->maps[s->obj], value))
EXEC(UNMAP, dmt_unmap(x, &p->maps[s->obj], s->arg0, s->arg1))
EXEC(MAPPING_ERROR, dmt_mapping_error(x, &p->maps[s->obj], value))
EXEC(SYNC_CPU, dmt_sync(x, s, true))
EXEC(SYNC_DEVICE, dmt_sync(x, s, false))
EXEC(PREP, dmt_tx_prep(x, &p->txs[s->obj]))
EXEC(SUBMIT, s->arg0 ? dmt_tx_submit_again(x, &p->txs[s->obj], value) :
		       dmt_tx_submit(x, &p->txs[s->obj], s - p->steps, value))
EXEC(ISSUE, issue(&p->engines[s->obj]))
EXEC(WAIT, dmt_tx_wait(x, &p->txs[s->obj], s->arg0, value))
EXEC(STATUS, dmt_tx_status(&p->txs[s->obj], value))
EXEC(TERMINATE, dmt_tx_terminate(x->run, x, &p->engines[s->obj]))
EXEC(SYNCHRONIZE, dmt_tx_synchronize(&p->engines[s->obj]))
EXEC(ACK, dmt_tx_ack(&p->txs[s->obj]))
EXEC(CPU_READ, dmt_cpu_read(p, &p->operands[s->obj], value))
EXEC(CPU_WRITE, dmt_cpu_write(x, &p->operands[s->obj], s->arg0, s->arg1))
EXEC(CHECK, dmt_check(x, s, value))
EXEC(DELAY, delay(x, s->arg0, s->arg1))
EXEC(BARRIER, dmt_barrier(&x->run->barriers[s->arg0], x->run))
EXEC(IN, dmt_exec_in(x, &p->blocks[s->obj]))
EXEC(CRASH, crash(s->arg0))
EXEC(FREE, dmt_buf_give_back(p, s->obj))
EXEC(FORGET_MAP, dmt_forget_map(&p->maps[s->obj]))
EXEC(FORGET_TX, dmt_tx_forget(&p->txs[s->obj]))
EXEC(RELEASE, dmt_release_channel(x->run, &p->engines[s->obj]))
EXEC(CPU_COPY, dmt_cpu_copy(p, s))
EXEC(CPU_XOR, dmt_cpu_xor(p, s))

#define STEP(name, ...)								\
	case DMT_STEP_##name: {							\
		status = exec_##name(x, p, s, value);				\
		break;								\
	}

int dmt_exec_step(struct exec *x, const struct step *s, u64 *value)
{
	struct prog *p = x->run->p;
	int status = 0;

	switch (s->op) {
#include "uapi/steps.h"
	}
	return status;
}
