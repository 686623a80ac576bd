// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may come next in a state, and what it does. Threads and callbacks go on by a step each.
 * An engine moves the bytes of a descriptor at any moment once it is issued, and completes it when
 * the time that the engine takes may be over.
 */
#include <string.h>

#include "internal.h"

/* ---- time ---- */

/*
 * A timeout is rounded up to ticks, of up to 10 ms, and may take one more. So long may also be what
 * makes the kernel print, on a slow console.
 */
#define TICKS_US	20000u

static uint32_t add_time(uint32_t us, uint64_t more)
{
	return us + more < TIME_CAP ? us + more : TIME_CAP;
}

/* How late it is complete for sure. */
static uint32_t overdue_us(const struct mtx *d)
{
	return d->cost_us + d->cost_us / 2 + 2000;
}

static uint32_t at_most(uint32_t us, uint32_t cap)
{
	return us < cap ? us : cap;
}

/*
 * From here on so much time may have passed for sure, and at most. What is beyond all that anybody
 * asks about is the same, so that there are fewer states.
 */
static void pass(struct turn *t, uint64_t min_us, uint64_t max_us)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		const struct mtx *d = &t->p->txs[i];
		struct tx_state *x = &t->s->txs[i];
		bool waits = x->is == T_SUBMITTED;	/* until it is issued; rule_not_issued() */

		if (!tx_in_flight(x))
			continue;
		x->age_min = at_most(add_time(x->age_min, min_us),
				     waits ? SOON_US : overdue_us(d) + 1);
		x->age_max = at_most(add_time(x->age_max, max_us), waits ? SOON_US : d->cost_us);
	}
}

/* Is it the first of its channel that has not got to @than yet? */
static bool is_first(const struct mprog *p, const struct state *s, uint32_t tx, enum tx_is than)
{
	for (uint32_t i = 0; i < p->nr_txs && on(p, RULE_IN_ORDER); i++)
		if (i != tx && p->txs[i].engine == p->txs[tx].engine &&
		    s->txs[i].order < s->txs[tx].order &&
		    (s->txs[i].is == T_ISSUED || (than == T_DONE && s->txs[i].is == T_MOVED)))
			return false;
	return true;
}

/* ---- waits ---- */

static const struct instr *next_of(const struct mprog *p, const struct state *s, uint32_t strand)
{
	const struct strand *of = &p->strands[strand];

	return s->pc[strand] == NOT_RUNNING || s->pc[strand] >= of->nr ? NULL :
								   &of->code[s->pc[strand]];
}

static uint64_t timeout_us(const struct mprog *p, const struct instr *at)
{
	return 1000ull * (at->arg0 ? at->arg0 : p->wait_ms);
}

/* How long the wait may last if all goes well: what is before it on its channel, and itself. */
static uint64_t cost_before(const struct mprog *p, const struct state *s, uint32_t tx)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < p->nr_txs; i++)
		if (p->txs[i].engine == p->txs[tx].engine && tx_in_flight(&s->txs[i]))
			sum += p->txs[i].cost_us;
	return sum;
}

static bool is_issued(const struct tx_state *x)
{
	return x->is == T_ISSUED || x->is == T_MOVED;
}

/* May the wait time out though something goes on? A planted fault may lose a completion. */
static bool may_time_out(const struct mprog *p, const struct state *s, const struct instr *at)
{
	uint64_t cost = cost_before(p, s, at->obj);

	if (p->engines[p->txs[at->obj].engine].faults && on(p, RULE_FAULTS))
		return true;
	return is_issued(&s->txs[at->obj]) && timeout_us(p, at) < 2 * cost + 2000;
}

/* Of threads of one barrier, all have come. */
static bool all_met(const struct mprog *p, const struct state *s, uint32_t barrier,
		    uint32_t parties)
{
	uint32_t met = 0;

	for (uint32_t i = 0; i < p->nr_strands; i++) {
		const struct instr *at = next_of(p, s, i);

		met += at && at->op == DMT_STEP_BARRIER && at->arg0 == barrier;
	}
	return met >= parties;
}

static bool is_blocked(const struct mprog *p, const struct state *s, const struct instr *at)
{
	if (at->op == DMT_STEP_WAIT)
		return !tx_is_settled(p, s, at->obj);
	return at->op == DMT_STEP_BARRIER && !all_met(p, s, at->arg0, at->arg1);
}

/* While all wait time passes: up to the first timeout. Else steps are what takes time. */
static uint64_t idle_us(const struct mprog *p, const struct state *s)
{
	uint64_t idle = UINT64_MAX;

	for (uint32_t i = 0; i < p->nr_strands; i++) {
		const struct instr *at = next_of(p, s, i);

		if (at && !is_blocked(p, s, at))
			return 0;
		if (at && at->op == DMT_STEP_WAIT && timeout_us(p, at) < idle)
			idle = timeout_us(p, at);
	}
	return idle == UINT64_MAX ? TIME_CAP : idle;
}

/* ---- choices ---- */

struct list {
	struct choice *v;
	uint32_t nr;
};

static void add(struct list *l, int what, uint32_t who, uint32_t step, bool fails)
{
	if (l->nr < MAX_CHOICES)
		l->v[l->nr++] = (struct choice) {
			{ .what = what, .who = who, .step = step }, fails
		};
}

/* Is it so late that it is complete for sure? Only where nobody else uses the channel. */
static bool is_overdue(const struct mprog *p, const struct state *s, uint32_t tx)
{
	const struct tx_state *x = &s->txs[tx];

	return is_issued(x) && x->age_min > overdue_us(&p->txs[tx]) &&
	       is_first(p, s, tx, T_DONE) && !p->shared[p->txs[tx].engine] &&
	       !(p->engines[p->txs[tx].engine].faults && on(p, RULE_FAULTS));
}

static void add_tx(const struct mprog *p, const struct state *s, uint32_t tx, uint64_t idle,
		   struct list *l)
{
	const struct tx_state *x = &s->txs[tx];
	bool planted = p->engines[p->txs[tx].engine].faults && on(p, RULE_FAULTS);

	if ((x->is == T_ISSUED && is_first(p, s, tx, T_MOVED)) || x->flags & X_LINGERS)
		add(l, MODEL_TURN_MOVES, tx, NONE, false);
	if (x->is == T_MOVED && is_first(p, s, tx, T_DONE) &&
	    x->age_max + idle >= p->txs[tx].cost_us) {
		add(l, MODEL_TURN_COMPLETES, tx, NONE, false);
		if (planted)
			add(l, MODEL_TURN_COMPLETES, tx, NONE, true);
	}
}

static void add_strand(const struct mprog *p, const struct state *s, uint32_t strand,
		       struct list *l)
{
	const struct instr *at = next_of(p, s, strand);

	if (!at)
		return;
	if (!is_blocked(p, s, at))
		add(l, MODEL_TURN_STEP, strand, at->step, false);
	else if (at->op == DMT_STEP_WAIT && may_time_out(p, s, at))
		add(l, MODEL_TURN_TIMEOUT, strand, at->step, false);
}

/* Nothing goes on: the waits time out, the shortest first. */
static void add_timeouts(const struct mprog *p, const struct state *s, struct list *l)
{
	uint64_t first = UINT64_MAX;

	for (uint32_t i = 0; i < p->nr_strands; i++) {
		const struct instr *at = next_of(p, s, i);

		if (at && at->op == DMT_STEP_WAIT && timeout_us(p, at) < first)
			first = timeout_us(p, at);
	}
	for (uint32_t i = 0; i < p->nr_strands; i++) {
		const struct instr *at = next_of(p, s, i);

		if (at && at->op == DMT_STEP_WAIT && timeout_us(p, at) == first)
			add(l, MODEL_TURN_TIMEOUT, i, at->step, false);
	}
}

static bool anyone_runs(const struct mprog *p, const struct state *s)
{
	for (uint32_t i = 0; i < p->nr_strands; i++)
		if (next_of(p, s, i))
			return true;
	return false;
}

uint32_t choices(const struct mprog *p, const struct state *s, struct choice *out)
{
	struct list l = { .v = out };
	uint64_t idle;

	/* The executor ends what is still in flight when all threads have ended. */
	if (!anyone_runs(p, s))
		return 0;
	idle = idle_us(p, s);
	for (uint32_t i = 0; i < p->nr_txs; i++)
		if (is_overdue(p, s, i)) {
			bool moved = s->txs[i].is == T_MOVED;

			add(&l, moved ? MODEL_TURN_COMPLETES : MODEL_TURN_MOVES, i, NONE, false);
			return l.nr;
		}
	for (uint32_t i = 0; i < p->nr_strands; i++)
		add_strand(p, s, i, &l);
	for (uint32_t i = 0; i < p->nr_txs; i++)
		add_tx(p, s, i, idle, &l);
	if (!l.nr)
		add_timeouts(p, s, &l);
	return l.nr;
}

/* ---- turns ---- */

/* NULL where the number is none of an operand: the step has none. */
static const struct use *operand_of(const struct mprog *p, uint32_t i)
{
	return i < p->nr_operands ? &p->operands[i] : NULL;
}

static void do_step(struct turn *t, const struct instr *at)
{
	const struct mprog *p = t->p;
	const struct use *obj = operand_of(p, at->obj), *from = operand_of(p, at->arg0);

	switch (at->op) {
	case DMT_STEP_MAP:
		return step_map(t, at->obj);
	case DMT_STEP_UNMAP:
		return step_unmap(t, at->obj, at->arg0, at->arg1);
	case DMT_STEP_MAPPING_ERROR:
		t->s->maps[at->obj].flags |= M_ASKED;
		return;
	case DMT_STEP_SYNC_CPU:
	case DMT_STEP_SYNC_DEVICE:
		return step_sync(t, obj, at->arg0, at->arg1, at->op == DMT_STEP_SYNC_CPU);
	case DMT_STEP_PREP:
		return step_prep(t, at->obj);
	case DMT_STEP_SUBMIT:
		return step_submit(t, at->obj, at->arg0);
	case DMT_STEP_ISSUE:
		return step_issue(t, at->obj);
	case DMT_STEP_WAIT:
	case DMT_STEP_STATUS:
		return step_status(t, at->obj);
	case DMT_STEP_TERMINATE:
		return step_terminate(t, at->obj);
	case DMT_STEP_SYNCHRONIZE:
		return step_synchronize(t, at->obj);
	case DMT_STEP_ACK:
		return step_ack(t, at->obj);
	case DMT_STEP_CPU_READ:
		return rules_cpu(t, &obj->span, false);
	case DMT_STEP_CPU_WRITE:
		return memory_write(t, &obj->span, at->arg0, at->arg1, at->obj);
	case DMT_STEP_CPU_COPY:
		return memory_xor(t, &obj->span, from, 1);
	case DMT_STEP_CPU_XOR:
		return memory_xor(t, &obj->span, from, at->arg1);
	case DMT_STEP_CHECK:
		return memory_check(t, &obj->span, from, at->arg1);
	case DMT_STEP_FREE:
		return step_free(t, at->obj);
	case DMT_STEP_FORGET_MAP:
		return step_forget_map(t, at->obj);
	case DMT_STEP_FORGET_TX:
		return step_forget_tx(t, at->obj);
	case DMT_STEP_RELEASE:
		return step_release(t, at->obj);
	}
}

/* The strand goes on behind its step; a callback that has ended is over. */
static void advance(struct turn *t, uint32_t strand)
{
	const struct strand *of = &t->p->strands[strand];

	if (++t->s->pc[strand] < of->nr)
		return;
	t->s->pc[strand] = NOT_RUNNING;
	if (of->tx != NONE)
		t->s->txs[of->tx].flags &= ~X_BACK;
}

static void meet(struct turn *t, uint32_t barrier)
{
	for (uint32_t i = 0; i < t->p->nr_strands; i++) {
		const struct instr *at = next_of(t->p, t->s, i);

		if (at && at->op == DMT_STEP_BARRIER && at->arg0 == barrier)
			advance(t, i);
	}
}

/* Does the kernel say something about the step? */
static bool prints(const struct instr *at)
{
	return (at->op == DMT_STEP_UNMAP || at->op == DMT_STEP_SYNC_CPU ||
		at->op == DMT_STEP_SYNC_DEVICE) && (at->arg0 || at->ctx != DMT_CTX_TASK);
}

/*
 * How long it may take until the strand's next step. Threads share a processor, so another one may
 * have it for a whole slice; a step in another context waits until that comes.
 */
static uint64_t step_us(const struct turn *t, uint32_t strand)
{
	const struct instr *next = next_of(t->p, t->s, strand);
	unsigned int threads = 0;

	for (uint32_t i = 0; i < t->p->nr_strands; i++)
		threads += t->p->strands[i].tx == NONE;
	if (threads > 1)
		return SLICE_US;
	return next && next->ctx != DMT_CTX_TASK ? ELSEWHERE_US : STEP_US;
}

static void take_step(struct turn *t, uint32_t strand)
{
	const struct instr *at = next_of(t->p, t->s, strand);

	if (!at)
		return;
	t->at = at;
	t->strand = strand;
	if (at->op == DMT_STEP_BARRIER) {
		meet(t, at->arg0);
		pass(t, 0, step_us(t, strand));
		return;
	}
	do_step(t, at);
	advance(t, strand);
	if (at->op == DMT_STEP_DELAY)
		pass(t, at->arg0 / 1000, at->arg1 / 1000 + step_us(t, strand));
	else
		pass(t, 0, prints(at) ? TICKS_US : step_us(t, strand));
}

static void move(struct turn *t, uint32_t tx)
{
	struct tx_state *x = &t->s->txs[tx];

	memory_move(t, tx);
	if (t->fault)	/* softdma prints it */
		pass(t, 0, TICKS_US);
	if (x->flags & X_LINGERS)
		x->flags &= ~X_LINGERS;
	else
		x->is = T_MOVED;
}

/* The engine begins the next one when this one is over. */
static void complete(struct turn *t, uint32_t tx, bool fails)
{
	uint64_t idle = idle_us(t->p, t->s);
	const struct tx_state *x = &t->s->txs[tx];
	uint32_t cost = t->p->txs[tx].cost_us;

	if (idle)
		pass(t, x->age_min < cost && x->age_max < cost ? cost - x->age_max : 0,
		     x->age_max < 2 * cost + STEP_US ? 2 * cost + STEP_US - x->age_max : 0);
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		struct tx_state *o = &t->s->txs[i];

		if (i != tx && t->p->txs[i].engine == t->p->txs[tx].engine && is_issued(o) &&
		    o->order > x->order)
			o->age_min = o->age_max = 0;
	}
	tx_complete(t, tx, fails);
}

void take_turn(struct turn *t, const struct choice *c)
{
	const struct instr *at;

	t->at = NULL;
	t->strand = 0;
	switch (c->turn.what) {
	case MODEL_TURN_STEP:
		take_step(t, c->turn.who);
		break;
	case MODEL_TURN_MOVES:
		move(t, c->turn.who);
		break;
	case MODEL_TURN_COMPLETES:
		complete(t, c->turn.who, c->fails);
		break;
	case MODEL_TURN_TIMEOUT:
		at = next_of(t->p, t->s, c->turn.who);
		if (!at)
			return;
		advance(t, c->turn.who);
		pass(t, timeout_us(t->p, at), timeout_us(t->p, at) + TICKS_US);
		break;
	}
}

void take_end(struct turn *t)
{
	t->at = NULL;
	t->strand = 0;
	rules_end_txs(t);
	rules_end_maps(t);
}
