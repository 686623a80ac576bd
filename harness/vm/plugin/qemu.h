/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is used of QEMU's interface for plugins, declared here because Debian packages QEMU
 * without its header. These functions have been the same from QEMU 4.2 to 10; what differs is the
 * number that a plugin must give: see PLUGIN_API.
 */
#ifndef PLUGIN_QEMU_H
#define PLUGIN_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;

/* The begin of struct qemu_info_t, which grows at its end. */
struct qemu_plugin_info {
	const char *target_name;
	struct {
		int min, cur;
	} version;
};

enum { QEMU_CB_NO_REGS = 0 };
enum { QEMU_MEM_RW = 3 };

typedef void qemu_tb_fn(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void qemu_mem_fn(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *arg);
typedef void qemu_exit_fn(qemu_plugin_id_t id, void *arg);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_tb_fn *fn);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_mem_fn *fn, int flags,
				      int rw, void *arg);
unsigned int qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t info);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t info, uint64_t vaddr);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *addr);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *addr);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_exit_fn *fn, void *arg);

#endif /* PLUGIN_QEMU_H */
