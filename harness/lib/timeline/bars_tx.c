// SPDX-License-Identifier: GPL-2.0-only
/* Descriptors from prep to callback, and callbacks while they run. */
#include "bars_internal.h"
#include "lib/report/report_words.h"

#define MAX_NESTED	8	/* callbacks of a context; then the end of the oldest is missing */

static void add(struct table *t, struct table_node *n, bool *in, uint64_t key)
{
	if (!*in)
		table_add(t, n, key);
	*in = true;
}

static struct bar *find_tx(const struct bars *b, uint64_t desc)
{
	struct table_node *n = desc ? table_first(&b->txs, desc) : NULL;

	return n ? table_entry(n, struct bar, by_obj) : NULL;
}

static struct bar *begin_tx(struct bars *b, const struct obs_event *e, const char *word)
{
	struct bar *tx = find_tx(b, e->obj);

	if (tx)
		bar_end(b, tx, true);
	tx = bar_begin(b, BAR_TX, word, e);
	tx->obj = e->obj;
	tx->chan = e->arg2;
	add(&b->txs, &tx->by_obj, &tx->in_obj, tx->obj);
	return tx;
}

static void prep(struct bars *b, const struct obs_event *e)
{
	if (e->obj && !(e->flags & OBS_F_FAILED))
		begin_tx(b, e, report_op(e->dir))->len = e->len;
}

static void submit(struct bars *b, const struct obs_event *e)
{
	struct bar *tx = find_tx(b, e->obj);
	int32_t cookie = e->type == OBS_SUBMIT ? (int32_t)e->arg : 0;

	if (!e->obj)
		return;
	if (!tx) {
		/* A callback may have come between SUBMIT_ENTER and SUBMIT: it has ended then. */
		if (e->type == OBS_SUBMIT)
			return;
		tx = begin_tx(b, e, "operation");
	}
	bar_touch(b, tx);
	if (e->flags & OBS_F_FAILED || cookie < 0)
		return;
	tx->cookie = cookie ? cookie : tx->cookie;
	if (tx->submit_ns && e->type == OBS_SUBMIT)
		return;
	tx->submit_ns = e->time_ns;
	tx->func = e->dma;
	tx->param = e->phys;
	add(&b->chans, &tx->by_chan, &tx->in_chan, tx->chan);
	add(&b->unissued, &tx->unissued, &tx->in_unissued, tx->chan);
	if (tx->func)
		add(&b->calls, &tx->by_call, &tx->in_call, table_mix(tx->func, tx->param));
}

static void issue(struct bars *b, const struct obs_event *e)
{
	struct table_node *n;

	while ((n = table_first(&b->unissued, e->arg2))) {
		struct bar *tx = table_entry(n, struct bar, unissued);

		tx->issue_ns = e->time_ns;
		table_del(&b->unissued, n);
		tx->in_unissued = false;
		bar_touch(b, tx);
	}
}

static bool is_over(const struct bar *tx, int32_t completed)
{
	return tx->cookie > 0 && completed > 0 && tx->cookie - completed <= 0 && !tx->func;
}

/* Ends the descriptors of a channel: all, or those without a callback up to @completed. */
static void end_of_chan(struct bars *b, uint64_t chan, bool all, int32_t completed)
{
	struct table_node *n = table_first(&b->chans, chan);

	while (n) {
		struct bar *tx = table_entry(n, struct bar, by_chan);

		n = table_next(n);
		if (all || is_over(tx, completed))
			bar_end(b, tx, true);
	}
}

static void hardware(struct bars *b, const struct obs_event *e)
{
	struct bar *tx = find_tx(b, e->obj);

	if (!tx)
		return;
	bar_touch(b, tx);
	if (e->type == OBS_HW_START) {
		tx->start_ns = e->time_ns;
		return;
	}
	tx->done_ns = e->time_ns;
	if (!tx->func || e->type == OBS_HW_DROP)
		bar_end(b, tx, true);
}

void bars_engine(struct bars *b, const struct obs_event *e)
{
	struct bar *tx;

	switch (e->type) {
	case OBS_PREP:
		prep(b, e);
		break;
	case OBS_SUBMIT_ENTER:
	case OBS_SUBMIT:
		submit(b, e);
		break;
	case OBS_ISSUE:
		issue(b, e);
		break;
	case OBS_STATUS:
		end_of_chan(b, e->arg2, false, (int32_t)e->phys);
		break;
	case OBS_COOKIE:
		end_of_chan(b, e->arg2, false, (int32_t)e->arg);
		break;
	case OBS_TERMINATE:
		if (!(e->flags & OBS_F_FAILED))
			end_of_chan(b, e->arg2, true, 0);
		break;
	case OBS_HW_START:
	case OBS_HW_DONE:
	case OBS_HW_DROP:
		hardware(b, e);
		break;
	default:
		tx = find_tx(b, e->obj);
		if (tx)
			bar_touch(b, tx);
	}
}

/* ---- callbacks ---- */

static bool same_context(const struct bar *bar, const struct obs_event *e)
{
	if (bar->level != e->level)
		return false;
	return e->level == OBS_TASK ? bar->task == e->task : bar->cpu == e->cpu;
}

/* The oldest descriptor with this callback. */
static struct bar *find_called(const struct bars *b, const struct obs_event *e)
{
	struct table_node *n = table_first(&b->calls, table_mix(e->dma, e->phys));
	struct bar *found = NULL;

	for (; n; n = table_next(n)) {
		struct bar *tx = table_entry(n, struct bar, by_call);

		if (tx->func == e->dma && tx->param == e->phys && (!found || tx->seq < found->seq))
			found = tx;
	}
	return found;
}

static void end_nested(struct bars *b, const struct obs_event *e)
{
	struct bar *oldest = NULL;
	unsigned int nr = 0;

	for (struct bar *bar = b->running; bar; bar = bar->next)
		if (same_context(bar, e)) {
			oldest = bar;
			nr++;
		}
	if (nr >= MAX_NESTED)
		bar_end(b, oldest, false);
}

static void enter(struct bars *b, const struct obs_event *e)
{
	struct bar *tx = e->type == OBS_CB_ENTER ? find_called(b, e) : find_tx(b, e->obj), *bar;

	end_nested(b, e);
	bar = bar_begin(b, BAR_CALLBACK,
			e->type == OBS_CB_ENTER ? "callback" : "dependencies", e);
	bar->func = e->dma;
	bar->param = e->phys;
	bar->obj = e->obj;
	bar->next = b->running;
	b->running = bar;
	if (!tx)
		return;
	bar->of = tx->seq;
	bar->dev = tx->dev;
	bar->chan = tx->chan;
	bar->of_obj = tx->obj;
	bar->of_ns = tx->from_ns;
	bar_touch(b, tx);
	if (e->type == OBS_RUN_DEPS)
		return;
	tx->call_ns = e->time_ns;
	bar_end(b, tx, true);
}

static void leave(struct bars *b, const struct obs_event *e)
{
	for (struct bar *bar = b->running; bar; bar = bar->next)
		if (same_context(bar, e) && bar->func == e->dma && bar->param == e->phys &&
		    bar->obj == e->obj) {
			bar_end(b, bar, true);
			return;
		}
}

void bars_context(struct bars *b, const struct obs_event *e)
{
	if (e->type == OBS_CB_ENTER || e->type == OBS_RUN_DEPS)
		enter(b, e);
	else
		leave(b, e);
}
