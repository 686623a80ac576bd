// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU that sees each load and store of a guest, and reports those of memory that is
 * mapped for a device: see bpf/cpu.h. It needs TCG, and a guest of x86-64.
 *
 *   -plugin FILE,ram=BYTES,low=BYTES	the guest's memory, and how much of it is below its hole
 *   -plugin FILE,probe=on		to see whether it can be loaded: ends QEMU with 0 at once
 *
 * A guest makes some 100 million accesses in a second, so the way to "this is not watched" is
 * short: has an event come? is anything mapped? is this line? Physical addresses decide, as a page
 * may be seen at several virtual ones. That of the kernel's mapping of all memory is a
 * subtraction; others are asked of QEMU, only while something is mapped.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"
#include "qemu.h"

#define EXPORT __attribute__((visibility("default")))

/* The interface that it is made for: QEMU 7.2 wants 1 at most, and later ones 2 at least. */
#ifndef PLUGIN_API
#define PLUGIN_API 1
#endif

EXPORT int qemu_plugin_version = PLUGIN_API;

#define LINE_SHIFT	6
#define NEAR		128	/* bytes of code that are one piece of a path */
#define ENGINE		63	/* number of an engine's work in context_enter() */

struct path {
	uint64_t last;
	unsigned int at;
	uint64_t v[CPU_PATH];
};

static struct path paths[CPU_MAX_CPUS];
static struct {
	uint64_t page_offset, marks, engine_marks;
	uint64_t mail;		/* ram of the page that the last mail came from */
	bool layout;
	bool phys;		/* QEMU tells physical addresses, and no places in memory */
	uint64_t low;
} g;

/* Threads of QEMU run processors at the same time where the instruction clock is not fixed. */
static atomic_flag busy = ATOMIC_FLAG_INIT;

static void lock(void)
{
	while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
		;
}

static void unlock(void)
{
	atomic_flag_clear_explicit(&busy, memory_order_release);
}

/*
 * QEMU 7.2 gives the place in its own list of memories, later ones the guest's physical address.
 * Above the hole the two differ, and some values are possible for one of them only.
 */
static uint64_t ram_of(uint64_t said)
{
	if (said < g.low)
		return said;
	if (said < 4ull << 30)
		g.phys = false;
	else if (said >= guest_bytes())
		g.phys = true;
	return g.phys ? guest_ram_of(said) : said < guest_bytes() ? said : NOWHERE;
}

static uint64_t ask_ram(qemu_plugin_meminfo_t info, uint64_t vaddr)
{
	const struct qemu_plugin_hwaddr *addr = qemu_plugin_get_hwaddr(info, vaddr);

	if (!addr || qemu_plugin_hwaddr_is_io(addr))
		return NOWHERE;
	return ram_of(qemu_plugin_hwaddr_phys_addr(addr));
}

/* ---- what the guest says ---- */

static void forget(void)
{
	watch_reset();
	out_reset();
	context_reset();
	g.marks = g.engine_marks = 0;
	g.layout = false;
}

static bool take_pages(const struct cpu_mail *mail)
{
	bool good = mail->nr <= CPU_MAIL_MANY;

	if (!mail->first && mail->kind == CPU_MAIL_RING)
		forget();
	for (uint32_t i = 0; i < mail->nr && good; i++)
		good = mail->kind == CPU_MAIL_RING ?
			       watch_ring_page(mail->first + i, mail->v[i], mail->total) :
			       out_page(mail->first + i, mail->v[i], mail->total);
	return good;
}

static bool take_layout(const struct cpu_mail *mail)
{
	if (!context_layout(&mail->layout))
		return false;
	g.page_offset = mail->layout.page_offset;
	g.marks = mail->layout.marks;
	g.engine_marks = mail->layout.engine_marks;
	g.layout = true;
	return true;
}

static bool take_mail(const struct cpu_mail *mail)
{
	if (mail->version != CPU_VERSION)
		return false;
	switch (mail->kind) {
	case CPU_MAIL_RING:
	case CPU_MAIL_OUT:
		return take_pages(mail);
	case CPU_MAIL_LAYOUT:
		return take_layout(mail);
	case CPU_MAIL_GO:
		return g.layout && out_ready() && watch_begin();
	case CPU_MAIL_FLUSH:
		if (watch.producer)
			out_flush();
		return watch.producer;
	case CPU_MAIL_STOP:
		forget();
		return true;
	default:
		return false;
	}
}

static void on_bell(qemu_plugin_meminfo_t info, uint64_t vaddr)
{
	uint64_t ram = ask_ram(info, vaddr);
	struct cpu_mail *mail = ram == NOWHERE ? NULL : guest_mail(ram & ~(CPU_PAGE - 1ull));

	if (mail)
		mail->answer = take_mail(mail) ? ~mail->nonce : 0;
}

/* ---- each access ---- */

static void on_mark(unsigned int cpu, uint64_t at)
{
	struct context who = context_of(cpu);
	uint64_t leave = offsetof(struct cpu_marks, leave);

	out_flush();
	if (at < leave)
		context_enter(&who, at / 8);
	else
		context_leave(&who, (at - leave) / 8);
}

static void on_engine_mark(unsigned int cpu, uint64_t at)
{
	struct context who = context_of(cpu);

	out_flush();
	if (at < 8)
		context_enter(&who, ENGINE);
	else
		context_leave(&who, ENGINE);
}

static void report(unsigned int cpu, uint64_t pc, uint64_t ram, unsigned int size, bool store)
{
	struct access a = { .cpu = cpu, .pc = pc, .ram = ram, .size = size, .store = store,
			    .who = context_of(cpu), .path = paths[cpu % CPU_MAX_CPUS].v,
			    .path_at = paths[cpu % CPU_MAX_CPUS].at };

	if (!context_inside(&a.who))
		out_access(&a);
}

/* Something may be new, or this may be a mark: the slower way. */
static void look(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr)
{
	lock();
	if (vaddr - CPU_MAIL_AT < CPU_PAGE) {
		if (qemu_plugin_mem_is_store(info) &&
		    vaddr - CPU_MAIL_AT == offsetof(struct cpu_mail, bell))
			on_bell(info, vaddr);
	} else if (watch.producer) {
		if (watch_take())
			out_flush();
		if (qemu_plugin_mem_is_store(info)) {
			if (vaddr - g.marks < sizeof(struct cpu_marks))
				on_mark(cpu, vaddr - g.marks);
			else if (vaddr - g.engine_marks < sizeof(struct cpu_engine_marks))
				on_engine_mark(cpu, vaddr - g.engine_marks);
		}
	}
	unlock();
}

/* A piece of code that it was in just before is no news: so a loop does not fill the path. */
static void go_on(struct path *p, uint64_t pc)
{
	if (pc - p->v[(p->at - 1) % CPU_PATH] + NEAR >= 2 * NEAR)
		p->v[++p->at % CPU_PATH] = pc;
	p->last = pc;
}

static void on_access(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *arg)
{
	struct path *p = &paths[cpu % CPU_MAX_CPUS];
	uint64_t pc = (uintptr_t)arg, ram;
	unsigned int size;

	if (pc - p->last + NEAR >= 2 * NEAR)
		go_on(p, pc);
	if (!watch.producer) {
		if (vaddr - CPU_MAIL_AT < CPU_PAGE)
			look(cpu, info, vaddr);
		return;
	}
	if (*watch.producer != watch.seen || watch.held ||
	    vaddr - g.marks < sizeof(struct cpu_marks) ||
	    vaddr - g.engine_marks < sizeof(struct cpu_engine_marks) ||
	    vaddr - CPU_MAIL_AT < CPU_PAGE)
		look(cpu, info, vaddr);
	if (!watch.live)
		return;
	ram = vaddr - g.page_offset;
	if (ram >= g.low)
		ram = ram < 1ull << 46 ? guest_ram_of(ram) : ask_ram(info, vaddr);
	if (ram >= guest_bytes())
		return;
	size = 1u << qemu_plugin_mem_size_shift(info);
	if (size > CPU_PAGE - ram % CPU_PAGE)	/* the rest is on a page of its own */
		size = CPU_PAGE - ram % CPU_PAGE;
	if (!watch.lines[ram >> LINE_SHIFT] && !watch.lines[(ram + size - 1) >> LINE_SHIFT])
		return;
	lock();
	report(cpu, pc, ram, size, qemu_plugin_mem_is_store(info));
	unlock();
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_CB_NO_REGS, QEMU_MEM_RW,
						 (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
	}
}

/* 0 when it is not said. */
static uint64_t number_of(int argc, char **argv, const char *name)
{
	size_t len = strlen(name);

	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], name, len) && argv[i][len] == '=')
			return strtoull(argv[i] + len + 1, NULL, 0);
	return 0;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info, int argc,
			       char **argv);

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info, int argc,
			       char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "probe=", 6))
			_Exit(0);
	g.low = number_of(argc, argv, "low");
	g.phys = PLUGIN_API > 1;
	if (guest_init(number_of(argc, argv, "ram"), g.low) || watch_init()) {
		fprintf(stderr, "dmatorture plugin: want ram=BYTES,low=BYTES, whole pages\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
