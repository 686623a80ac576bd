/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One file to send: the failures of a run, packed so that they can be repeated elsewhere. A bundle
 * is a .tar.zst of one directory, BUNDLE_DIR, that has of a run directory what its failures need:
 *
 *   bundle.json           schema dmatorture-bundle-1: dmatorture's version, the kernel's name,
 *                         release, package and the SHA-256 of its .config, checksums of what was
 *                         booted, QEMU
 *   config                the kernel's .config
 *   result.json           the verdicts of the cells that failed
 *   failures/NAME/        as in the run: scenario, recording, report, timeline
 *   boots/NAME/           their guests': plan, channel, console
 *
 * Nothing in it names the machine that it comes from: what could is left out or shortened, and a
 * bundle in which a path or a name of this machine is found nevertheless is not made.
 */
#ifndef HARNESS_BUNDLE_H
#define HARNESS_BUNDLE_H

#include <jansson.h>

#include "target.h"

#define BUNDLE_DIR	"dmatorture-bundle"
#define BUNDLE_SCHEMA	"dmatorture-bundle-1"
/* The kernel of a bundle that was built here and has no name elsewhere. */
#define BUNDLE_OWN_KERNEL "own"

/*
 * Packs the failure or the run in @dir into @file. Returns 0, or an exit code, 2 or 3, with a line
 * on stderr; then there is no @file.
 */
int bundle_make(const char *dir, const char *file);

/*
 * Unpacks @file below the directory @to, which exists, after a look at the names in it. *@bundle:
 * its bundle.json, which the caller drops. Returns 0, or 2 with a line on stderr.
 */
int bundle_unpack(const char *file, const char *to, json_t **bundle);

/*
 * Prints what differs between the bundle's guests and those that @target gives. Returns how many
 * things do.
 */
unsigned int bundle_compare(const json_t *bundle, const struct target *target);

/* The kernel's word with the very release: "debian:6.12.117" for debian:6.12; NULL: there is none. */
char *bundle_exact_kernel(const json_t *bundle);

#endif /* HARNESS_BUNDLE_H */
