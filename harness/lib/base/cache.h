/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_CACHE_H
#define HARNESS_CACHE_H

/*
 * The directory "@name" of the user's cache ("": the cache itself), made if need be:
 * $XDG_CACHE_HOME/dmatorture/@name, or below $HOME/.cache. The caller frees it. That it could
 * not be made shows when it is used.
 */
char *cache_dir(const char *name);

#endif /* HARNESS_CACHE_H */
