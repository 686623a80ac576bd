/* SPDX-License-Identifier: GPL-2.0-only */
/* The SEC model's primitives in the kernel. */
#ifndef FSL_KCRYPTO_H
#define FSL_KCRYPTO_H

#include "fsl/model/sec_crypto.h"

/* Fills @x in. -ENOENT: the kernel lacks one. Both may sleep; what @x does needs no sleep. */
int fsl_kcrypto_init(struct sec_crypto *x);
void fsl_kcrypto_exit(struct sec_crypto *x);

#endif
