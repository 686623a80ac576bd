// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hits that the kernel does not tell a program of. A kprobe that is hit in another one is seen by
 * fe_missed; a return without a free instance is read of the kernel, here; a kprobe that is hit
 * while another BPF program runs on its CPU is counted as that program's recursion from 6.7 on,
 * and nowhere before.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "internal.h"

static uint64_t read_missed(const struct observer *o, int fd, struct obs_missed *m)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = m, .ctx_size_in = sizeof(*m));

	*m = (struct obs_missed){ .fd = fd };
	return bpf_prog_test_run_opts(o->missed_fd, &opts) || !m->known ? 0 : m->missed;
}

void watch_return(struct observer *o, struct bpf_link *link, int fd)
{
	struct obs_missed m;

	o->returns = xrealloc(o->returns, (o->nr_returns + 1) * sizeof(*o->returns));
	o->returns[o->nr_returns].link = link;
	o->returns[o->nr_returns++].fd = fd;
	read_missed(o, fd, &m);
	o->returns_counted = m.known;
	o->drops_counted = m.drops_counted;
}

void drop_link(struct observer *o, struct bpf_link *link)
{
	struct obs_missed m;

	for (unsigned int i = 0; link && i < o->nr_returns; i++)
		if (o->returns[i].link == link) {
			o->missed_before += read_missed(o, o->returns[i].fd, &m);
			o->returns[i] = o->returns[--o->nr_returns];
			break;
		}
	bpf_link__destroy(link);
}

uint64_t count_returns_missed(const struct observer *o)
{
	uint64_t n = o->missed_before;
	struct obs_missed m;

	for (unsigned int i = 0; i < o->nr_returns; i++)
		n += read_missed(o, o->returns[i].fd, &m);
	return n;
}

void say_missed(const struct observer *o, struct strbuf *out)
{
	if (o->drops_counted)
		strbuf_adds(out, "kprobe_in_bpf counted\n");
	else
		strbuf_adds(out, "kprobe_in_bpf not countable: a kprobe that is hit while another BPF program runs on its CPU is not run, and kernels before 6.7 do not count it\n");
	if (o->returns_counted)
		strbuf_addf(out, "kretprobe_instance counted: %" PRIu64 " missed\n",
			    count_returns_missed(o));
	else
		strbuf_adds(out, "kretprobe_instance not countable: this kernel's structures do not tell how many returns found none\n");
}
