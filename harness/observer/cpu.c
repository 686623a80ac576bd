// SPDX-License-Identifier: GPL-2.0-only
/* See cpu.h and bpf/cpu.h. */
#include "cpu.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "internal.h"

extern const char cpu_object[], cpu_object_end[];

#define MAX_LINKS_CPU	(CPU_CALL__COUNT * 6)
#define NAMES		8192	/* a power of two */

struct path {
	unsigned int n;
	uint64_t ips[CPU_PATH];
};

struct cpu_watch {
	struct bpf_object *object;
	struct bpf_link *links[MAX_LINKS_CPU];
	unsigned int nr_links;
	volatile struct cpu_mail *mail;
	struct cpu_layout layout;
	volatile struct cpu_out *out;	/* mapped, as are the pages behind it */
	struct path *paths;
	unsigned int nr_paths;
	struct {
		uint64_t ip, function;
	} *names;
};

/* ---- the mail ---- */

/* The plugin sees the last store, to the bell, and answers before the next instruction. */
static bool send(struct cpu_watch *w, enum cpu_mail_kind kind)
{
	uint64_t nonce = 0;

	while (!nonce)
		if (getrandom(&nonce, sizeof(nonce), 0) != sizeof(nonce))
			nonce = 1;
	w->mail->magic = CPU_MAIL_MAGIC;
	w->mail->version = CPU_VERSION;
	w->mail->kind = kind;
	w->mail->nonce = nonce;
	w->mail->answer = 0;
	w->mail->bell[0] = 1;
	return w->mail->answer == ~nonce;
}

static bool send_pages(struct cpu_watch *w, enum cpu_mail_kind kind, const uint64_t *pfn,
		       uint32_t nr)
{
	bool good = true;

	for (uint32_t i = 0, n; i < nr && good; i += n) {
		n = nr - i < CPU_MAIL_MANY ? nr - i : CPU_MAIL_MANY;
		w->mail->first = i;
		w->mail->nr = n;
		w->mail->total = nr;
		for (uint32_t k = 0; k < n; k++)
			w->mail->v[k] = pfn[i + k];
		good = send(w, kind);
	}
	return good;
}

/* Adds the numbers of the pages of @mem. */
static int add_pages(struct strbuf *out, const void *mem, size_t pages)
{
	uint64_t *pfn = xmalloc(pages * sizeof(*pfn));
	int err = pagemap_read(mem, pages, pfn);

	if (!err)
		strbuf_add(out, pfn, pages * sizeof(*pfn));
	free(pfn);
	return err;
}

static int tell_pages(struct cpu_watch *w, const struct observer *o, char *why)
{
	int fd = bpf_map__fd(bpf_object__find_map_by_name(o->object, "ring"));
	size_t bytes = ring_bytes(o);
	/* Behind the reader's page: the writers' position, and the data. */
	void *ring = mmap(NULL, CPU_PAGE + bytes, PROT_READ, MAP_SHARED, fd, CPU_PAGE);
	struct strbuf pfns = STRBUF_INIT, outs = STRBUF_INIT;
	int err = ring == MAP_FAILED ? -errno : 0;

	if (!err)
		err = add_pages(&pfns, ring, 1 + bytes / CPU_PAGE);
	if (!err)
		err = add_pages(&outs, (void *)w->out, CPU_OUT_PAGES);
	if (err) {
		snprintf(why, 256, "where the ring of events is cannot be read: %s", strerror(-err));
	} else if (!send_pages(w, CPU_MAIL_RING, (uint64_t *)pfns.s, pfns.len / 8)) {
		snprintf(why, 256, "no plugin of QEMU answers");
		err = -ENODEV;
	} else if (!send_pages(w, CPU_MAIL_OUT, (uint64_t *)outs.s, outs.len / 8)) {
		snprintf(why, 256, "QEMU's plugin does not take the pages for its reports");
		err = -EPROTO;
	}
	if (ring != MAP_FAILED)
		munmap(ring, CPU_PAGE + bytes);
	strbuf_free(&pfns);
	strbuf_free(&outs);
	return err;
}

static int describe(struct cpu_watch *w, const struct observer *o)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(w->object, "describe");
	struct cpu_layout l = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &l, .ctx_size_in = sizeof(l));
	int err = bpf_prog_test_run_opts(bpf_program__fd(prog), &opts);

	l.hardirq_shift = names_find(o->names, "local_interrupt_disable_state",
				     BTF_KIND_VAR) ? 24 : 16;
	w->layout = l;
	return err;
}

static bool tell_layout(struct cpu_watch *w)
{
	memcpy((void *)&w->mail->layout, &w->layout, sizeof(w->layout));
	return send(w, CPU_MAIL_LAYOUT);
}

void cpu_watch_again(struct cpu_watch *w)
{
	struct bpf_program *prog;
	struct cpu_layout l = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &l, .ctx_size_in = sizeof(l));

	if (!w)
		return;
	prog = bpf_object__find_program_by_name(w->object, "describe");
	if (bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ||
	    l.engine_marks == w->layout.engine_marks)
		return;
	w->layout.engine_marks = l.engine_marks;
	tell_layout(w);
}

/* ---- life ---- */

static void choose(struct cpu_watch *w, const struct observer *o)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, w->object) {
		const char *function = strchr(bpf_program__section_name(prog), '/');

		bpf_program__set_autoload(prog, !function || has_function(o, function + 1));
	}
}

static int attach(struct cpu_watch *w)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, w->object) {
		struct bpf_link *link;

		if (!strchr(bpf_program__section_name(prog), '/') || !bpf_program__autoload(prog))
			continue;
		link = bpf_program__attach_trace(prog);
		if (!link)
			return -errno;
		w->links[w->nr_links++] = link;
	}
	return 0;
}

static int load(struct cpu_watch *w, const struct observer *o, char *why)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "dmt_cpu");
	int handlers[NAMES_HANDLERS], err = 0;

	if (!o->fentry) {
		snprintf(why, 256, "fentry programs do not attach on this kernel");
		return -ENOTSUP;
	}
	names_answer(o->names, handlers);
	w->object = bpf_object__open_mem(cpu_object, cpu_object_end - cpu_object, &opts);
	if (w->object) {
		choose(w, o);
		err = bpf_object__load(w->object);
	} else {
		err = -errno;
	}
	names_answer_no_more(handlers);
	if (!err)
		err = attach(w);
	if (!err)
		err = describe(w, o);
	if (err)
		snprintf(why, 256, "the kernel refuses the BPF programs of the watch: %s",
			 strerror(-err));
	return err;
}

static int map_all(struct cpu_watch *w, char *why)
{
	int err = 0;

	w->mail = mmap((void *)CPU_MAIL_AT, CPU_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_LOCKED, -1, 0);
	if (w->mail == MAP_FAILED) {
		err = -errno;
		w->mail = NULL;
		snprintf(why, 256, "the page for QEMU's plugin: %s", strerror(-err));
	}
	return err;
}

/* A guest without the plugin shall not load anything for it. */
static int ask(struct cpu_watch *w, char *why)
{
	if (map_all(w, why))
		return -ENOMEM;
	if (!send(w, CPU_MAIL_STOP)) {
		snprintf(why, 256, "no plugin of QEMU answers");
		return -ENODEV;
	}
	return 0;
}

static int map_out(struct cpu_watch *w, char *why)
{
	int fd = bpf_map__fd(bpf_object__find_map_by_name(w->object, "cpu_out"));
	void *out = mmap(NULL, CPU_OUT_PAGES * CPU_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	int err = 0;

	if (out == MAP_FAILED) {
		err = -errno;
		snprintf(why, 256, "the pages for reports: %s", strerror(-err));
	} else {
		w->out = out;
		memset(out, 0, CPU_OUT_PAGES * CPU_PAGE);
	}
	return err;
}

struct cpu_watch *cpu_watch_start(const struct observer *o, char *why)
{
	struct cpu_watch *w = xcalloc(1, sizeof(*w));
	int err = ask(w, why);

	if (!err)
		err = load(w, o, why);
	if (!err)
		err = map_out(w, why);
	if (!err)
		err = tell_pages(w, o, why);
	if (!err && !(tell_layout(w) && send(w, CPU_MAIL_GO))) {
		snprintf(why, 256, "QEMU's plugin does not understand where this kernel has its memory");
		err = -EPROTO;
	}
	if (err) {
		cpu_watch_stop(w);
		return NULL;
	}
	w->paths = xcalloc(CPU_PATHS, sizeof(*w->paths));
	w->names = xcalloc(NAMES, sizeof(*w->names));
	return w;
}

void cpu_watch_stop(struct cpu_watch *w)
{
	if (!w)
		return;
	if (w->mail)
		send(w, CPU_MAIL_STOP);
	while (w->nr_links)
		bpf_link__destroy(w->links[--w->nr_links]);
	bpf_object__close(w->object);
	if (w->out)
		munmap((void *)w->out, CPU_OUT_PAGES * CPU_PAGE);
	if (w->mail)
		munmap((void *)w->mail, CPU_PAGE);
	free(w->paths);
	free(w->names);
	free(w);
}

/* ---- records ---- */

const struct cpu_record *cpu_watch_next(struct cpu_watch *w)
{
	uint64_t room = (CPU_OUT_PAGES - 1) * CPU_PER_PAGE, at = w->out->tail % room;

	if (w->out->head == w->out->tail)
		return NULL;
	return (const struct cpu_record *)((const char *)w->out +
		CPU_PAGE * (1 + at / CPU_PER_PAGE)) + at % CPU_PER_PAGE;
}

void cpu_watch_took(struct cpu_watch *w)
{
	w->out->tail++;
}

void cpu_watch_flush(struct cpu_watch *w)
{
	if (w)
		send(w, CPU_MAIL_FLUSH);
}

uint64_t cpu_watch_lost(const struct cpu_watch *w)
{
	return w ? w->out->lost : 0;
}

/* ---- paths ---- */

/* The begin of the function that @ip is in; @ip itself when it is in none. */
static uint64_t function_of(struct cpu_watch *w, const struct observer *o, uint64_t ip)
{
	unsigned int at = (ip * 0x9e3779b97f4a7c15ull) >> 51;
	char name[120], *plus;

	_Static_assert(NAMES == 1 << (64 - 51), "the hash fills the table");
	if (w->names[at].ip == ip)
		return w->names[at].function;
	observer_name(o, ip, name);
	plus = strrchr(name, '+');
	w->names[at].ip = ip;
	w->names[at].function = ip - (plus ? strtoull(plus + 1, NULL, 0) : 0);
	return w->names[at].function;
}

/* The instruction, then where the processor came from, once for each stay in a function. */
int32_t cpu_watch_path(struct cpu_watch *w, const struct observer *o, const struct cpu_record *r)
{
	uint64_t last = function_of(w, o, r->e.obj);
	struct path path = { .n = 1, .ips = { r->e.obj } };
	unsigned int i;

	for (i = 0; i < r->nr && i < CPU_PATH && path.n < CPU_PATH; i++) {
		uint64_t function = r->path[i] ? function_of(w, o, r->path[i]) : last;

		if (function != last)
			path.ips[path.n++] = r->path[i];
		last = function;
	}
	for (i = 0; i < w->nr_paths; i++)
		if (w->paths[i].n == path.n &&
		    !memcmp(w->paths[i].ips, path.ips, path.n * sizeof(path.ips[0])))
			return OBS_STACKS + i;
	if (w->nr_paths == CPU_PATHS)
		return -1;
	w->paths[w->nr_paths++] = path;
	return OBS_STACKS + i;
}

unsigned int cpu_watch_stack(const struct cpu_watch *w, int32_t id, uint64_t *ips,
			     unsigned int max)
{
	const struct path *path;
	unsigned int n;

	if (!w || id < OBS_STACKS || (unsigned int)id - OBS_STACKS >= w->nr_paths)
		return 0;
	path = &w->paths[id - OBS_STACKS];
	n = path->n < max ? path->n : max;
	memcpy(ips, path->ips, n * sizeof(*ips));
	return n;
}

void cpu_watch_forget_paths(struct cpu_watch *w)
{
	if (w)
		w->nr_paths = 0;
}
