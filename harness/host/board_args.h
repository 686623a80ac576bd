/* SPDX-License-Identifier: GPL-2.0-only */
/* The options that name a target, for each verb that runs cells. */
#ifndef HARNESS_BOARD_ARGS_H
#define HARNESS_BOARD_ARGS_H

#include <argp.h>

#include "board/board.h"

/* A child of a verb's argp, whose input is a struct board_wish that board_wish_none() has made. */
extern const struct argp board_argp;
struct board_wish board_wish_none(void);

#endif /* HARNESS_BOARD_ARGS_H */
