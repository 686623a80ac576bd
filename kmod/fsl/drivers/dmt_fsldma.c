// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own driver of the Elo controllers, as the tree under test has it: the name
 * is found in its drivers/dma (harness/kernels/build-drivers).
 */
#include "fsldma.c"
