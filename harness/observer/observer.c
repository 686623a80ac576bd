// SPDX-License-Identifier: GPL-2.0-only
/* The observer's life: load, start, drain, stop. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "early.h"
#include "internal.h"
#include "layout_text.h"

#define RING_BYTES	(32u << 20)

/* The BPF object, which object.S includes in the program. */
extern const char observer_object[], observer_object_end[];

static int be_quiet(enum libbpf_print_level level, const char *format, va_list ap)
{
	(void)level;
	(void)format;
	(void)ap;
	return 0;
}

static struct bpf_map *map_of(const struct observer *o, const char *name)
{
	return bpf_object__find_map_by_name(o->object, name);
}

size_t ring_bytes(const struct observer *o)
{
	return o->options.ring_bytes ?: RING_BYTES;
}

/* What the CPU did between the events that were handed on, and after the last of them. */
static int tell_accesses(struct observer *o)
{
	const struct cpu_record *r;
	int err = 0;

	while (err >= 0 && (r = cpu_watch_next(o->cpu)) && merge_fits(&o->merge, r->after)) {
		struct obs_event e = r->e;

		e.seq = merge_put(&o->merge);
		e.stack = cpu_watch_path(o->cpu, o, r);
		cpu_watch_took(o->cpu);
		if (o->sink)
			err = o->sink(o->sink_arg, &e, 1);
	}
	return err;
}

static int on_events(void *arg, void *data, size_t size)
{
	struct observer *o = arg;
	const struct obs_event *e = data;
	struct obs_event moved;
	int err = 0;

	if (size < sizeof(struct obs_event))
		return 0;
	drain_took(&o->drain, e->seq);
	if (!o->cpu)
		return o->sink ? o->sink(o->sink_arg, e, 1) : 0;
	moved = *e;
	moved.seq = merge_took(&o->merge, e->seq);
	if (o->sink)
		err = o->sink(o->sink_arg, &moved, 1);
	return err < 0 ? err : tell_accesses(o);
}

static void module_goes(struct observer *o, const char *module, uint64_t n)
{
	forget_module(o, module);
	__atomic_fetch_sub(&o->state->stale, n, __ATOMIC_RELEASE);
}

static int on_request(void *arg, void *data, size_t size)
{
	struct observer *o = arg;
	const struct obs_request *r = data;

	if (size < sizeof(*r))
		return 0;
	if (r->func == REQUEST_MODULE_CAME)
		o->module_came = true;
	else if (r->func == REQUEST_MODULE_GOES)
		module_goes(o, r->text, 1);
	else if (r->func == REQUEST_EXPORT)
		blind_export(o, r);
	else if (attach_function(o, r->address, r->func) > 0)
		o->added++;
	return 0;
}

/* ---- start ---- */

static enum obs_paths paths_option(const char *word)
{
	if (!word)
		return OBS_PATHS_ON;
	if (!strcmp(word, "check"))
		return OBS_PATHS_CHECK;
	return strcmp(word, "alike") ? OBS_PATHS_OFF : OBS_PATHS_ALIKE;
}

static int configure(struct observer *o, char *why)
{
	struct bpf_map *rodata = map_of(o, ".rodata.config");
	struct obs_config c = {
		.stacks = !o->options.no_stacks,
		.paths = paths_option(o->options.paths),
		.preemptible = o->preemptible,
		.seats = {
			[OFTEN] = seats_mask(o, OFTEN),
			[RARELY] = seats_mask(o, RARELY),
			[ALONE] = seats_mask(o, ALONE),
		},
		/* A kernel with it also counts in preempt_count what disables interrupts. */
		.hardirq_shift = names_find(o->names, "local_interrupt_disable_state",
					    BTF_KIND_VAR) ? 24 : 16,
		.syncs_caches = has_function(o, "arch_sync_dma_for_device") ||
				has_function(o, "arch_sync_dma_for_cpu"),
		.layout = o->layout,
	};
	size_t size;
	void *init = rodata ? (void *)bpf_map__initial_value(rodata, &size) : NULL;

	if (!init || size < sizeof(c)) {
		snprintf(why, 256, "the BPF object has no configuration");
		return -EINVAL;
	}
	if ((o->options.device && strlen(o->options.device) >= OBS_FILTER_LEN) ||
	    (o->options.driver && strlen(o->options.driver) >= OBS_FILTER_LEN)) {
		snprintf(why, 256, "a device's or driver's name is too long; at most %d bytes",
			 OBS_FILTER_LEN - 1);
		return -EINVAL;
	}
	if (o->options.device)
		strcpy(c.device, o->options.device);
	if (o->options.driver)
		strcpy(c.driver, o->options.driver);
	memcpy(init, &c, sizeof(c));
	return bpf_map__set_max_entries(map_of(o, "ring"), ring_bytes(o));
}

static int load(struct observer *o, char *why)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "dmatorture");
	int err;

	o->object = bpf_object__open_mem(observer_object, observer_object_end - observer_object,
					 &opts);
	if (!o->object) {
		snprintf(why, 256, "the BPF object cannot be read: %s", strerror(errno));
		return -errno;
	}
	choose_programs(o);
	err = configure(o, why);
	if (err)
		return err;
	err = bpf_object__load(o->object);
	if (err)
		snprintf(why, 256, "the kernel refuses the BPF programs: %s%s", strerror(-err),
			 err == -EPERM ? " (are you root?)" : "");
	return err;
}

/* Where the observer's programs do not know the layout by themselves: bpf/arch.bpf.h. */
static int find_layout(struct observer *o, const struct early *early, char *why)
{
#ifdef __x86_64__
	(void)o, (void)early, (void)why;
	return 0;
#else
	char *text = early_vmcoreinfo(early), what[128];
	int err = layout_parse(text ? text : "", &o->layout, what);

	if (err)
		snprintf(why, 256, "where this kernel has its memory is not known: %s", what);
	free(text);
	return err ? -ENOTSUP : 0;
#endif
}

static int ask_early(struct observer *o, char *why)
{
	struct early *early = early_open();
	int err;

	find_preemption(o, early);
	o->fentry = early_fentry(early);
	err = find_layout(o, early, why);
	early_close(early);
	return err;
}

static int open_object(struct observer *o, char *why)
{
	int handlers[NAMES_HANDLERS], err;

	o->btf = btf__load_vmlinux_btf();
	if (!o->btf) {
		snprintf(why, 256, "no BTF: %s (the kernel needs CONFIG_DEBUG_INFO_BTF)",
			 strerror(errno));
		return -errno;
	}
	o->names = names_open(o->btf);
	err = ask_early(o, why);
	if (err)
		return err;
	names_answer(o->names, handlers);
	err = load(o, why);
	names_answer_no_more(handlers);
	return err;
}

static int open_rings(struct observer *o, char *why)
{
	o->state = mmap(NULL, sizeof(*o->state), PROT_READ | PROT_WRITE, MAP_SHARED,
			bpf_map__fd(map_of(o, ".data.state")), 0);
	o->seat_counts = mmap(NULL, SEATS_SHARDS * SEATS__COUNT * sizeof(*o->seat_counts),
			      PROT_READ, MAP_SHARED, bpf_map__fd(map_of(o, ".data.seats")), 0);
	o->stacks_fd = bpf_map__fd(map_of(o, "stacks"));
	o->watched_fd = bpf_map__fd(map_of(o, "watched"));
	o->blind_fd = bpf_map__fd(map_of(o, "blind_names"));
	o->name_fd = bpf_program__fd(bpf_object__find_program_by_name(o->object, "name_address"));
	o->missed_fd = bpf_program__fd(bpf_object__find_program_by_name(o->object, "count_missed"));
	o->find_fd = bpf_program__fd(bpf_object__find_program_by_name(o->object, "find_address"));
	o->ring = ring_buffer__new(bpf_map__fd(map_of(o, "ring")), on_events, o, NULL);
	o->requests = ring_buffer__new(bpf_map__fd(map_of(o, "requests")), on_request, o, NULL);
	if (o->state == MAP_FAILED || o->seat_counts == MAP_FAILED || !o->ring || !o->requests) {
		snprintf(why, 256, "the ring cannot be opened: %s", strerror(errno));
		return -EIO;
	}
	memset(o->state->base, 0xff, sizeof(o->state->base));
	return seats_fill(o);
}

static int run_program(const struct observer *o, const char *name, void *ctx, size_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = ctx, .ctx_size_in = size);
	struct bpf_program *prog = bpf_object__find_program_by_name(o->object, name);

	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -errno : 0;
}

/*
 * Finds what each kind of probe adds to preempt_count. It probes a system call that it makes, at
 * entry and return, and the kernel's test function for fentry: no lock is held there.
 */
static void calibrate(struct observer *o)
{
#ifdef __x86_64__
	static const char symbol[] = "__x64_sys_getppid";
#else
	static const char symbol[] = "__arm64_sys_getppid";
#endif
	unsigned int before = o->nr_links;
	struct bpf_program *entry, *ret, *fentry, *tracepoint;

	entry = bpf_object__find_program_by_name(o->object, "calibrate_entry");
	ret = bpf_object__find_program_by_name(o->object, "calibrate_return");
	fentry = bpf_object__find_program_by_name(o->object, "calibrate_fentry");
	tracepoint = bpf_object__find_program_by_name(o->object, "calibrate_tracepoint");
	if (bpf_program__autoload(tracepoint))
		attach_program(o, tracepoint);
	if (bpf_program__autoload(fentry) && attach_program(o, fentry) >= 0)
		run_program(o, "calibrate_fentry", NULL, 0);
	if (attach_symbol(o, entry, symbol, false) >= 0 && attach_symbol(o, ret, symbol, true) >= 0)
		syscall(SYS_getppid);
	/* A program runs with preemption disabled in one way or another: is that counted? */
	for (int i = 0; i < WAY__COUNT; i++)
		if (o->state->preempt_count[i]) {
			o->state->base[i] = (o->state->preempt_count[i] - 1) & 0xff;
			o->counts_locks |= o->state->base[i] > 0;
		}
	while (o->nr_links > before)
		drop_link(o, o->links[--o->nr_links]);
}

struct observer *observer_start(const struct observer_options *options, char *why)
{
	struct observer *o = calloc(1, sizeof(*o));

	if (!o) {
		snprintf(why, 256, "out of memory");
		return NULL;
	}
	o->options = *options;
	o->drain = (struct drain)DRAIN_INIT;
	if (options->quiet_libbpf)
		libbpf_set_print(be_quiet);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	if (open_object(o, why) || open_rings(o, why) || attach_all(o, why)) {
		observer_stop(o);
		return NULL;
	}
	calibrate(o);
	if (run_program(o, "init", NULL, 0)) {
		snprintf(why, 256, "the providers cannot be listed: %s", strerror(errno));
		observer_stop(o);
		return NULL;
	}
	blind_start(o);
	observer_settle(o);
	return o;
}

void observer_stop(struct observer *o)
{
	if (!o)
		return;
	cpu_watch_stop(o->cpu);
	blind_stop(o);
	forget_functions(o);
	while (o->nr_links)
		drop_link(o, o->links[--o->nr_links]);
	if (o->state && o->state != MAP_FAILED)
		munmap(o->state, sizeof(*o->state));
	if (o->seat_counts && o->seat_counts != MAP_FAILED)
		munmap((void *)o->seat_counts, SEATS_SHARDS * SEATS__COUNT *
					       sizeof(*o->seat_counts));
	ring_buffer__free(o->ring);
	ring_buffer__free(o->requests);
	bpf_object__close(o->object);
	names_close(o->names);
	btf__free(o->btf);
	free(o->returns);
	free(o->alone);
	strbuf_free(&o->late);
	strbuf_free(&o->gone);
	free(o);
}

/* ---- use ---- */

/*
 * Hits that found no seat free: nobody ran, so nobody can say where it was. The loss goes into the
 * stream as soon as it is known. A hit that is on its way from one seat to the next looks like a
 * lost one, so it has to be seen twice.
 */
static int tell_lost(struct observer *o)
{
	uint64_t seen = lost_in_seats(o), sure = seen < o->seats_seen ? seen : o->seats_seen;
	struct obs_event e = { .type = OBS_LOST, .stack = -1, .arg = 2 };
	struct timespec now;

	o->seats_seen = seen;
	if (sure <= o->seats_told)
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &now);
	e.seq = __atomic_add_fetch(&o->state->seq, 1, __ATOMIC_ACQ_REL);
	e.time_ns = now.tv_sec * 1000000000ull + now.tv_nsec;
	e.len = sure - o->seats_told;
	o->seats_told = sure;
	return on_events(o, &e, sizeof(e));
}

long observer_drain(struct observer *o, int (*sink)(void *arg, const struct obs_event *e,
						    size_t n), void *arg)
{
	long n;

	o->sink = sink;
	o->sink_arg = arg;
	cpu_watch_flush(o->cpu);
	n = ring_buffer__consume(o->ring);
	if (n >= 0) {
		int err = tell_lost(o);

		if (err >= 0 && o->cpu)
			err = tell_accesses(o);
		if (err < 0)
			return err;
	}
	return n;
}

static long consume(void *arg)
{
	return ring_buffer__consume(((struct observer *)arg)->ring);
}

static uint64_t lost(void *arg)
{
	return ((const struct observer *)arg)->state->lost_ring;
}

static void wait_a_little(void *arg)
{
	(void)arg;
	usleep(1000);
}

long observer_drain_to(struct observer *o, uint64_t last,
		       int (*sink)(void *arg, const struct obs_event *e, size_t n), void *arg)
{
	static const struct drain_ops ops = { consume, lost, wait_a_little };
	long n;

	o->sink = sink;
	o->sink_arg = arg;
	if (!o->cpu)
		return drain_to(&o->drain, last, &ops, o);
	last -= o->merge.shift;
	cpu_watch_flush(o->cpu);
	n = drain_to(&o->drain, last, &ops, o);
	if (n >= 0) {
		merge_skip(&o->merge, last);
		tell_accesses(o);
	}
	return n;
}

int observer_fd(const struct observer *o)
{
	return ring_buffer__epoll_fd(o->ring);
}

/* Each record of the ring has a header of 8 bytes. */
void observer_mark(struct observer *o)
{
	uint64_t quarter = ring_bytes(o) / 4 / (sizeof(struct obs_event) + 8), n = 1;

	while (n * 2 <= quarter)
		n *= 2;
	o->gone.len = 0;
	o->wrong_paths = o->state->wrong_paths;
	o->state->wake_mask = 0;
	o->state->marked = o->state->seq;
	o->state->wake_mask = n - 1;
}

/* Of modules whose coming or going did not fit among the requests nothing is known but that. */
static void take_lost_modules(struct observer *o)
{
	uint64_t came = __atomic_exchange_n(&o->state->came_lost, 0, __ATOMIC_ACQUIRE);
	uint64_t gone = __atomic_exchange_n(&o->state->goes_lost, 0, __ATOMIC_ACQUIRE);

	if (gone)
		module_goes(o, NULL, gone);
	o->module_came |= came || gone;
}

static int forget(void *arg, const struct obs_event *e, size_t n)
{
	(void)arg, (void)e, (void)n;
	return 0;
}

void observer_watch_cpu(struct observer *o)
{
	o->cpu_asked = true;
	observer_drain_to(o, o->state->seq, forget, NULL);
	o->merge = (struct merge){ .next = o->state->seq + 1 };
	o->cpu = cpu_watch_start(o, o->cpu_why);
}

int observer_settle(struct observer *o)
{
	o->added = 0;
	ring_buffer__consume(o->requests);
	take_lost_modules(o);
	if (o->module_came) {
		o->module_came = false;
		cpu_watch_again(o->cpu);
		o->added += attach_late(o);
		attach_again(o);
	}
	return o->added;
}

uint64_t observer_events(const struct observer *o)
{
	return o->state->seq + o->merge.shift;
}

void observer_count_quickly(const struct observer *o, struct observer_counts *c)
{
	const struct obs_state *s = o->state;

	c->events = s->seq + o->merge.shift;
	c->lost = s->lost_ring + s->lost_table + s->lost_probe + s->asked_lost +
		  cpu_watch_lost(o->cpu);
	c->lost_stacks = s->lost_stack;
	c->unwatched = s->unwatched;
}

void observer_count(const struct observer *o, struct observer_counts *c)
{
	observer_count_quickly(o, c);
	c->lost += lost_without_seats(o) + lost_in_seats(o) + count_returns_missed(o);
}

void observer_probes(const struct observer *o, struct strbuf *out)
{
	strbuf_addf(out, "preemption %s\n", o->preemption);
	if (!o->counts_locks)
		strbuf_addf(out, "locked missing: this kernel does not count the spinlocks that are held\n");
	for (unsigned int i = 0; i < nr_probes; i++) {
		const struct probe_state *s = &o->probes[i];

		strbuf_addf(out, s->way ? "%s %s\n" : "%s missing: %s\n", probe_table[i].name,
			    s->way ? s->way : s->why);
	}
	if (o->cpu_asked)
		strbuf_addf(out, o->cpu ? "cpu_access plugin\n" : "cpu_access missing: %s\n", o->cpu_why);
	say_missed(o, out);
	say_paths(o, out);
	observer_blind(o, out);
	strbuf_add(out, strbuf_str(&o->late), o->late.len);
	strbuf_add(out, strbuf_str(&o->gone), o->gone.len);
}

const char *observer_missing(const struct observer *o)
{
	for (unsigned int i = 0; i < nr_probes; i++)
		if (probe_table[i].need == PROBE_VITAL && !o->probes[i].way)
			return probe_table[i].name;
	return NULL;
}

unsigned int observer_stack(const struct observer *o, int32_t id, uint64_t *ips, unsigned int max)
{
	uint64_t stack[OBS_STACK_DEPTH];
	uint32_t key = id;
	unsigned int n = 0;

	if (id >= OBS_STACKS)
		return cpu_watch_stack(o->cpu, id, ips, max);
	if (id < 0 || bpf_map_lookup_elem(o->stacks_fd, &key, stack))
		return 0;
	while (n < OBS_STACK_DEPTH && n < max && stack[n]) {
		ips[n] = stack[n];
		n++;
	}
	return n;
}

void observer_name(const struct observer *o, uint64_t address, char *out)
{
	struct obs_name name = { .address = address };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &name, .ctx_size_in = sizeof(name));

	if (bpf_prog_test_run_opts(o->name_fd, &opts) || !name.text[0])
		snprintf(name.text, sizeof(name.text), "0x%llx", (unsigned long long)address);
	name.text[sizeof(name.text) - 1] = '\0';
	memcpy(out, name.text, sizeof(name.text));
}
