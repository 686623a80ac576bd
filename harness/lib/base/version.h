/* SPDX-License-Identifier: GPL-2.0-only */
/* Which version of dmatorture this is. */
#ifndef HARNESS_VERSION_H
#define HARNESS_VERSION_H

/* Of one size: the layout of the agent, and so of guests, does not depend on the text. */
#define DMATORTURE_VERSION_SIZE	64

/*
 * As harness/version prints it: "0.2-g0123456789", "-dirty" behind it when files were
 * changed; of the agent "0.2-s0123456789", a checksum of its sources. The Makefile writes the
 * file that defines it.
 */
extern const char dmatorture_version[DMATORTURE_VERSION_SIZE];

#endif /* HARNESS_VERSION_H */
