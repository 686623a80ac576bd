// SPDX-License-Identifier: GPL-2.0-only
/*
 * The observer: sees every DMA mapping and dmaengine call of the kernel, whoever
 * makes it. Which of these programs run is decided by the loader, by what the
 * running kernel has; it knows nothing of the program under test.
 */
#include "core.bpf.h"
#include "memory.bpf.h"
#include "mapping.bpf.h"
#include "sg.bpf.h"
#include "alloc.bpf.h"
#include "engine.bpf.h"
#include "tx.bpf.h"
#include "async.bpf.h"
#include "init.bpf.h"

char LICENSE[] SEC("license") = "GPL";
