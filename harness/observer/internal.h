/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the observer's loader share. */
#ifndef BPF_INTERNAL_H
#define BPF_INTERNAL_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "blind.h"
#include "cpu.h"
#include "drain.h"
#include "merge.h"
#include "observer.h"
#include "bpf/seats.h"
#include "bpf/shared.h"

#define MAX_PROBES	64
#define MAX_LINKS	640
#define MAX_WAYS	6

struct probe_state {
	const char *way;	/* how it is attached; NULL: it is not */
	char why[80];		/* why it is not */
	char module[56];	/* LATE: the function's module; "": the kernel itself */
	int link;		/* the last of its links */
};

struct observer {
	struct observer_options options;
	struct bpf_object *object;
	struct obs_state *state;	/* mapped */
	struct btf *btf;
	struct names *names;		/* of btf */
	struct ring_buffer *ring, *requests;
	int stacks_fd, watched_fd;
	uint64_t wrong_paths;		/* of the state, at the mark */
	int name_fd, find_fd;
	unsigned int kprobe_type, retprobe_bit;
	const char *preemption;		/* none, voluntary, full, lazy, rt, unknown */
	bool preemptible;
	bool fentry;		/* such programs attach on this kernel */
	bool counts_locks;	/* preempt_count tells whether a spinlock is held */
	struct obs_layout layout;
	const struct seat_count *seat_counts;	/* mapped: [SEATS_SHARDS][SEATS__COUNT] */
	struct probe_state probes[MAX_PROBES];
	struct bpf_link *links[MAX_LINKS];	/* of probe_table; NULL: the module went */
	unsigned int nr_links;
	struct function {		/* met at run time */
		uint64_t address;	/* 0: its module is not there now */
		enum obs_func func;
		char symbol[120];
		char module[56];	/* "": of the kernel itself */
		struct bpf_link *entry, *exit;
	} *functions;
	unsigned int nr_functions;
	struct blind {			/* mapping functions that no probe covers */
		char name[56];
		char module[56];	/* "": of the kernel itself */
		uint64_t address;
		struct bpf_link *link;	/* NULL: it is not there, or */
		int err;		/* why its calls are not counted */
	} blind[OBS_MAX_BLIND];
	unsigned int nr_blind;
	bool blind_more;		/* than OBS_MAX_BLIND */
	int blind_fd;
	struct strbuf late;		/* lines about probes that failed at run time */
	struct strbuf gone;		/* the same because the module had gone; since the mark */
	int (*sink)(void *arg, const struct obs_event *e, size_t n);
	void *sink_arg;
	struct drain drain;
	struct cpu_watch *cpu;		/* NULL: nothing watches the CPU, */
	bool cpu_asked;			/* though it was asked for: */
	char cpu_why[256];
	struct merge merge;		/* with what it reports */
	struct {			/* the probes of returns, and their perf events */
		struct bpf_link *link;
		int fd;
	} *returns;
	unsigned int nr_returns;
	int missed_fd;
	uint64_t missed_before;		/* by probes of returns that are gone */
	bool returns_counted, drops_counted;
	struct bpf_program *bodies[SEATS__COUNT], *seats[SEATS__COUNT][SEATS_MAX];
	struct bpf_program **alone;	/* neither a body nor a seat */
	unsigned int nr_alone;
	uint64_t seats_seen, seats_told;	/* hits without a seat */
	bool module_came;
	int added;
};

/* names.c: the kernel's BTF by name; @btf must stay as long. */
struct names;
struct names *names_open(const struct btf *btf);
void names_close(struct names *n);
/* The id of a type, of BTF_KIND_FUNC, _TYPEDEF or _VAR; 0: there is none. */
uint32_t names_find(const struct names *n, const char *name, uint32_t kind);
/*
 * libbpf asks @n, not itself, where fentry and fexit programs are attached: of objects that are
 * opened and loaded between the two calls. Attach these programs with bpf_program__attach_trace().
 */
#define NAMES_HANDLERS 2
void names_answer(const struct names *n, int handlers[NAMES_HANDLERS]);
void names_answer_no_more(const int handlers[NAMES_HANDLERS]);

/* observer.c: the size of the ring's data. */
size_t ring_bytes(const struct observer *o);

/*
 * pagemap.c: the numbers of @pages pages of memory, from @mem on, in @pfn. Needs CAP_SYS_ADMIN.
 * -EACCES without it, and where a page is not there.
 */
int pagemap_read(const void *mem, size_t pages, uint64_t *pfn);

/* preemption.c: sets o->preemption, o->preemptible. */
struct early;
void find_preemption(struct observer *o, const struct early *early);

/* presence.c: chooses the programs that this kernel can run. Call it before the load. */
void choose_programs(struct observer *o);

/* attach.c */
int attach_all(struct observer *o, char *why);
/* Attaches probes whose function came later. Returns how many were attached for the first time. */
int attach_late(struct observer *o);
/* Probes a function. Returns 1, 0 when it was probed already, or a negative errno. */
int attach_function(struct observer *o, uint64_t address, enum obs_func func);
/* Probes functions of modules that went and came back. */
void attach_again(struct observer *o);
/*
 * A module has gone: so have the probes of its functions, which are remembered by name. NULL: one
 * or more that nobody knows, so it is done for all.
 */
void forget_module(struct observer *o, const char *module);
void forget_functions(struct observer *o);
/* Attaches a program. Returns the slot of its link, or a negative errno. */
int attach_program(struct observer *o, struct bpf_program *prog);
int attach_symbol(struct observer *o, struct bpf_program *prog, const char *symbol, bool ret);
/* The same without its seats. */
int attach_one(struct observer *o, struct bpf_program *prog);
void drop_links(struct observer *o, unsigned int down_to);

/*
 * seats.c: find first, which puts all seats off; choose before the load; fill before any is
 * attached. seats_of() is 0 for a program without seats.
 */
void seats_choose(const struct observer *o, const struct bpf_program *prog, bool can);
void seats_find(struct observer *o);
int seats_fill(const struct observer *o);
unsigned int seats_of(const struct observer *o, const struct bpf_program *prog);
unsigned int seats_mask(const struct observer *o, enum seat_calls calls);
/* Attaches the seats of a body. Returns the slot of the last, or a negative errno. */
int attach_seats(struct observer *o, const struct bpf_program *body);
/* Hits that found no seat free; those of a program without seats that was running already. */
uint64_t lost_in_seats(const struct observer *o);
uint64_t lost_without_seats(const struct observer *o);

/*
 * Attaches a program to @symbol or, if that is NULL, to @address, with @cookie. Returns 0 or a
 * negative errno.
 */
int attach_blind(struct observer *o, struct bpf_program *prog, const char *symbol, uint64_t address,
		 uint64_t cookie, struct bpf_link **link);

/* blind.c: looks for mapping functions of the kernel that no probe covers. Call it once. */
void blind_start(struct observer *o);
/* A module exports a function; the same for one whose module goes, NULL: one that nobody knows. */
void blind_export(struct observer *o, const struct obs_request *r);
void blind_forget(struct observer *o, const char *module);
void blind_stop(struct observer *o);

/* missed.c: @fd is the perf event of @link, a return's. drop_link() for each link that goes. */
void watch_return(struct observer *o, struct bpf_link *link, int fd);
void drop_link(struct observer *o, struct bpf_link *link);
uint64_t count_returns_missed(const struct observer *o);
/* Lines "NAME counted" and "NAME not countable: REASON". */
void say_missed(const struct observer *o, struct strbuf *out);

/* stacks.c: appends a line if, since the mark, a fingerprint stood for two paths. */
void say_paths(const struct observer *o, struct strbuf *out);

/* probes.c: the table */
struct probe {
	const char *name;
	enum { PROBE_VITAL, PROBE_WANTED, PROBE_LATE } need;
	/* Programs, the preferred one first; "A+B": both or neither. */
	const char *ways[MAX_WAYS];
};

extern const struct probe probe_table[];
extern const unsigned int nr_probes;

/* Gets the programs of a way such as "entry+return", in that order; NULL ends the array. */
#define MAX_PARTS 2
void programs_of(const struct observer *o, const char *way,
		 struct bpf_program *prog[MAX_PARTS + 1]);

/* Is what this probe would see already seen by another one on this kernel? */
bool is_part(const struct observer *o, const struct probe *p);

/* Does the kernel have a function of this name? */
bool has_function(const struct observer *o, const char *name);

/* "tracepoint", "fentry" or "kprobe" */
const char *way_of(const struct bpf_program *prog);

#endif /* BPF_INTERNAL_H */
