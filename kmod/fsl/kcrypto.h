/* SPDX-License-Identifier: GPL-2.0-only */
/* The SEC model's primitives in the kernel. */
#ifndef FSL_KCRYPTO_H
#define FSL_KCRYPTO_H

#include "fsl/model/sec_crypto.h"

/*
 * Fills in @x. Returns 0 or a negative errno; -ENOENT when the kernel lacks one of the
 * algorithms. Both functions may sleep; the functions in @x do not.
 */
int fsl_kcrypto_init(struct sec_crypto *x);
void fsl_kcrypto_exit(struct sec_crypto *x);

#endif
