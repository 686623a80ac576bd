// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Elo controllers' driver, unmodified from the kernel tree under test. The include finds
 * it in that tree's drivers/dma (harness/kernels/build-drivers).
 */
#include "fsldma.c"
