/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AGENT_UNPACK_H
#define AGENT_UNPACK_H

#include <stddef.h>

/*
 * Writes the regular files of a newc cpio, as the harness makes it, below @root ("" is /). Files
 * that are there are overwritten; directories are not made. 0, -EBADMSG when the cpio is damaged
 * or has no end, or a negative errno of the first file that cannot be written.
 */
int unpack(const char *root, const char *cpio, size_t len);

#endif /* AGENT_UNPACK_H */
