// SPDX-License-Identifier: GPL-2.0-only
/*
 * The observer: sees every DMA mapping and dmaengine call of the kernel, whoever makes it. It
 * knows nothing about the program under test. The loader decides which of these programs run,
 * according to what the running kernel has.
 */
#include "core.bpf.h"
#include "memory.bpf.h"
#include "mapping.bpf.h"
#include "iova.bpf.h"
#include "sg.bpf.h"
#include "alloc.bpf.h"
#include "engine.bpf.h"
#include "tx.bpf.h"
#include "async.bpf.h"
#include "blind.bpf.h"
#include "init.bpf.h"
#include "seats.bpf.h"

char LICENSE[] SEC("license") = "GPL";
