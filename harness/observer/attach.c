// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching the programs. Functions of providers are known by address only, and they may be in
 * modules that can go at any moment. So they get kprobes, which do not hold a module; fentry and
 * kprobe.multi would.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

static int keep_link(struct observer *o, struct bpf_link *link)
{
	unsigned int i = 0;

	if (!link)
		return -errno;
	while (i < o->nr_links && o->links[i])
		i++;
	if (i == MAX_LINKS) {
		drop_link(o, link);
		return -ENOSPC;
	}
	o->links[i] = link;
	if (i == o->nr_links)
		o->nr_links++;
	return i;
}

/* Attaches a kprobe to @symbol, or to @address if @symbol is NULL. */
static struct bpf_link *attach_kprobe(struct observer *o, struct bpf_program *prog,
				      const char *symbol, uint64_t address, bool ret,
				      uint64_t cookie)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = o->kprobe_type,
		.config = ret ? 1ULL << o->retprobe_bit : 0,
		.kprobe_func = (uintptr_t)symbol,
		.config2 = symbol ? 0 : address,
	};
	LIBBPF_OPTS(bpf_perf_event_opts, opts, .bpf_cookie = cookie);
	struct bpf_link *link;
	int fd;

	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return NULL;
	link = bpf_program__attach_perf_event_opts(prog, fd, &opts);
	if (!link)
		close(fd);
	else if (ret)
		watch_return(o, link, fd);
	return link;
}

int attach_symbol(struct observer *o, struct bpf_program *prog, const char *symbol, bool ret)
{
	return keep_link(o, attach_kprobe(o, prog, symbol, 0, ret, 0));
}

int attach_blind(struct observer *o, struct bpf_program *prog, const char *symbol, uint64_t address,
		 uint64_t cookie, struct bpf_link **link)
{
	*link = attach_kprobe(o, prog, symbol, address, false, cookie);
	return *link ? 0 : -errno;
}

static bool is_return(const struct bpf_program *prog)
{
	return !strncmp(bpf_program__section_name(prog), "kretprobe", 9);
}

int attach_one(struct observer *o, struct bpf_program *prog)
{
	const char *section = bpf_program__section_name(prog);

	if (section[0] == 'k')
		return attach_symbol(o, prog, strchr(section, '/') + 1, is_return(prog));
	return keep_link(o, section[0] == 'f' ? bpf_program__attach_trace(prog) :
						bpf_program__attach(prog));
}

int attach_program(struct observer *o, struct bpf_program *prog)
{
	return seats_of(o, prog) ? attach_seats(o, prog) : attach_one(o, prog);
}

void drop_links(struct observer *o, unsigned int down_to)
{
	while (o->nr_links > down_to)
		drop_link(o, o->links[--o->nr_links]);
}

/* Attaches the programs of a way. Returns the slot of the last link, or a negative errno. */
static int attach_way(struct observer *o, const char *programs, const char **way)
{
	unsigned int before = o->nr_links;
	struct bpf_program *prog[MAX_PARTS + 1];
	int slot = 0, n = 0;

	programs_of(o, programs, prog);
	*way = way_of(prog[0]);
	while (prog[n])
		n++;
	/* The return first: an entry without one would be left over. */
	for (int i = n - 1; i >= 0 && slot >= 0; i--)
		slot = bpf_program__autoload(prog[i]) ? attach_program(o, prog[i]) : -ENOENT;
	if (slot < 0)
		drop_links(o, before);
	return slot;
}

/* Finds the address of "symbol" or "module:symbol"; 0: it does not exist. */
static uint64_t find_address(const struct observer *o, const char *what)
{
	struct obs_name name = { .address = 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &name, .ctx_size_in = sizeof(name));

	snprintf(name.text, sizeof(name.text), "%s", what);
	return bpf_prog_test_run_opts(o->find_fd, &opts) ? 0 : name.address;
}

/* Finds the function that begins at @address, and its module. False: none begins there. */
static bool find_name(const struct observer *o, uint64_t address, char symbol[120],
		      char module[56])
{
	char name[120], *open, *close, *plus;

	observer_name(o, address, name);
	open = strchr(name, '[');
	close = open ? strchr(open, ']') : NULL;
	if (close)
		snprintf(module, 56, "%.*s", (int)(close - open - 1), open + 1);
	plus = strchr(name, '+');
	snprintf(symbol, 120, "%.*s", (int)(plus ? plus - name : 0), name);
	return plus && !strncmp(plus, "+0x0/", 5);
}

/* Notes the module of a function that is probed by its name. */
static void note_module(const struct observer *o, const struct probe *p, struct probe_state *s)
{
	struct bpf_program *prog[MAX_PARTS + 1];
	const char *section;
	char symbol[120];

	programs_of(o, p->ways[0], prog);
	section = bpf_program__section_name(prog[0]);
	if (section[0] == 'k')
		find_name(o, find_address(o, strchr(section, '/') + 1), symbol, s->module);
}

/* Has it only ways that this kernel has not? */
static bool needs_fentry(const struct observer *o, const struct probe *p)
{
	if (o->fentry)
		return false;
	for (int k = 0; k < MAX_WAYS && p->ways[k]; k++) {
		struct bpf_program *prog[MAX_PARTS + 1];

		programs_of(o, p->ways[k], prog);
		if (strcmp(way_of(prog[0]), "fentry"))
			return false;
	}
	return true;
}

static void attach_probe(struct observer *o, unsigned int i)
{
	const struct probe *p = &probe_table[i];
	struct probe_state *s = &o->probes[i];
	int err = -ENOENT;

	if (is_part(o, p)) {
		s->way = "with the other mappings";
		return;
	}
	for (int k = 0; k < MAX_WAYS && p->ways[k]; k++) {
		const char *way = NULL;
		int e = attach_way(o, p->ways[k], &way);

		if (e >= 0) {
			s->way = way;
			s->link = e;
			if (p->need == PROBE_LATE)
				note_module(o, p, s);
			return;
		}
		if (e != -ENOENT)
			err = e;
	}
	snprintf(s->why, sizeof(s->why), "%s", err != -ENOENT ? strerror(-err) :
		 needs_fentry(o, p) ? "fentry programs do not attach on this kernel" :
				      "this kernel has no such function");
}

static int read_number(const char *path, const char *format, unsigned int *n)
{
	FILE *f = fopen(path, "re");
	int got;

	if (!f)
		return -errno;
	got = fscanf(f, format, n);
	fclose(f);
	return got == 1 ? 0 : -EINVAL;
}

#define PMU "/sys/bus/event_source/devices/kprobe/"

int attach_all(struct observer *o, char *why)
{
	if (read_number(PMU "type", "%u", &o->kprobe_type) ||
	    read_number(PMU "format/retprobe", "config:%u", &o->retprobe_bit)) {
		snprintf(why, 256, "this kernel has no kprobes for BPF (" PMU ")");
		return -ENOTSUP;
	}
	for (unsigned int i = 0; i < nr_probes; i++)
		attach_probe(o, i);
	return 0;
}

int attach_late(struct observer *o)
{
	bool back;
	int n = 0;

	for (unsigned int i = 0; i < nr_probes; i++) {
		if (probe_table[i].need != PROBE_LATE || o->probes[i].way)
			continue;
		back = o->probes[i].module[0];
		attach_probe(o, i);
		n += o->probes[i].way && !back;
	}
	return n;
}

static const struct {
	const char *entry, *exit, *what;
} functions[FUNC__COUNT] = {
	[FUNC_ALLOC_CHAN]	= { "op_alloc_chan", NULL, "device_alloc_chan_resources" },
	[FUNC_FREE_CHAN]	= { "op_free_chan", NULL, "device_free_chan_resources" },
	[FUNC_PREP_MEMCPY]	= { "op_prep_memcpy", "op_prep_exit", "device_prep_dma_memcpy" },
	[FUNC_PREP_XOR]		= { "op_prep_xor", "op_prep_exit", "device_prep_dma_xor" },
	[FUNC_PREP_XOR_VAL]	= { "op_prep_xor_val", "op_prep_exit", "device_prep_dma_xor_val" },
	[FUNC_PREP_PQ]		= { "op_prep_pq", "op_prep_exit", "device_prep_dma_pq" },
	[FUNC_PREP_PQ_VAL]	= { "op_prep_pq_val", "op_prep_exit", "device_prep_dma_pq_val" },
	[FUNC_PREP_MEMSET]	= { "op_prep_memset", "op_prep_exit", "device_prep_dma_memset" },
	[FUNC_PREP_INTERRUPT]	= { "op_prep_interrupt", "op_prep_exit",
				    "device_prep_dma_interrupt" },
	[FUNC_PREP_SLAVE_SG]	= { "op_prep_slave_sg", "op_prep_exit", "device_prep_slave_sg" },
	[FUNC_PREP_CYCLIC]	= { "op_prep_cyclic", "op_prep_exit", "device_prep_dma_cyclic" },
	[FUNC_TERMINATE]	= { "op_terminate", "op_terminate_exit", "device_terminate_all" },
	[FUNC_SYNCHRONIZE]	= { "op_synchronize", "op_synchronize_exit", "device_synchronize" },
	[FUNC_STATUS]		= { "op_status", "op_status_exit", "device_tx_status" },
	[FUNC_ISSUE]		= { "op_issue", NULL, "device_issue_pending" },
	[FUNC_SUBMIT]		= { "op_submit", "op_submit_exit", "tx_submit" },
	[FUNC_CALLBACK]		= { "op_callback", "op_callback_exit", "callback" },
	[FUNC_CALLBACK_RESULT]	= { "op_callback_result", "op_callback_exit", "callback_result" },
};

/* Reports a probe that failed at run time: what it would have seen is unknown. */
static int report_late(struct observer *o, uint64_t address, const char *what, int err)
{
	char name[120];

	observer_name(o, address, name);
	strbuf_addf(strchr(name, '+') ? &o->late : &o->gone, "%s:%s missing: %s\n", what, name,
		    strerror(-err));
	return err;
}

static struct bpf_link *attach_at(struct observer *o, const char *prog, uint64_t address, bool ret)
{
	return attach_kprobe(o, bpf_object__find_program_by_name(o->object, prog), NULL, address,
			     ret, 0);
}

static void detach_function(struct observer *o, struct function *f)
{
	drop_link(o, f->entry);
	drop_link(o, f->exit);
	f->entry = NULL;
	f->exit = NULL;
	if (f->address)
		bpf_map_delete_elem(o->watched_fd, &f->address);
	f->address = 0;
}

/* Probes @f, which is at @address. Returns 1 or a negative errno. */
static int probe_function(struct observer *o, struct function *f, uint64_t address)
{
	uint32_t on = 1;
	int err = 0;

	f->address = address;
	/* The return first: an entry without one would be left over. */
	if (functions[f->func].exit) {
		f->exit = attach_at(o, functions[f->func].exit, address, true);
		err = f->exit ? 0 : -errno;
	}
	if (!err) {
		f->entry = attach_at(o, functions[f->func].entry, address, false);
		err = f->entry ? 0 : -errno;
	}
	if (err) {
		detach_function(o, f);
		return report_late(o, address, functions[f->func].what, err);
	}
	bpf_map_update_elem(o->watched_fd, &address, &on, BPF_ANY);
	return 1;
}

int attach_function(struct observer *o, uint64_t address, enum obs_func func)
{
	struct function f = { .func = func }, *all;
	int err;

	if (func <= 0 || func >= FUNC__COUNT)
		return -EINVAL;
	for (unsigned int i = 0; i < o->nr_functions; i++)
		if (o->functions[i].address == address)
			return 0;	/* asked for twice */
	if (!find_name(o, address, f.symbol, f.module))
		f.symbol[0] = '\0';
	for (unsigned int i = 0; i < o->nr_functions; i++)
		if (f.symbol[0] && !o->functions[i].address && o->functions[i].func == func &&
		    !strcmp(o->functions[i].symbol, f.symbol) &&
		    !strcmp(o->functions[i].module, f.module))
			return probe_function(o, &o->functions[i], address);
	all = realloc(o->functions, (o->nr_functions + 1) * sizeof(f));
	if (!all)
		return report_late(o, address, functions[func].what, -ENOMEM);
	o->functions = all;
	err = probe_function(o, &f, address);
	if (err > 0)
		o->functions[o->nr_functions++] = f;
	return err;
}

void attach_again(struct observer *o)
{
	for (unsigned int i = 0; i < o->nr_functions; i++) {
		struct function *f = &o->functions[i];
		char name[sizeof(f->module) + sizeof(f->symbol)];
		uint64_t address;

		if (f->address)
			continue;
		snprintf(name, sizeof(name), "%s:%s", f->module, f->symbol);
		address = find_address(o, name);
		if (address)
			probe_function(o, f, address);
	}
}

static bool is_of(const char *mine, const char *module)
{
	return module ? !strcmp(mine, module) : mine[0];
}

void forget_module(struct observer *o, const char *module)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < o->nr_functions; i++) {
		struct function *f = &o->functions[i];

		if (is_of(f->module, module))
			detach_function(o, f);
		if (f->address || f->symbol[0])
			o->functions[kept++] = *f;
	}
	o->nr_functions = kept;
	blind_forget(o, module);
	for (unsigned int i = 0; i < nr_probes; i++) {
		struct probe_state *s = &o->probes[i];

		if (probe_table[i].need != PROBE_LATE || !s->way || !is_of(s->module, module))
			continue;
		drop_link(o, o->links[s->link]);
		o->links[s->link] = NULL;
		s->way = NULL;
	}
}

void forget_functions(struct observer *o)
{
	for (unsigned int i = 0; i < o->nr_functions; i++)
		detach_function(o, &o->functions[i]);
	free(o->functions);
	o->functions = NULL;
	o->nr_functions = 0;
}
