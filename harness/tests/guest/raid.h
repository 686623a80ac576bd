/* SPDX-License-Identifier: GPL-2.0-only */
/* What the guests' programs for async_tx and md share: modules, the raid engine. */
#ifndef RAID_H
#define RAID_H

#include <sys/syscall.h>

#include "guest.h"

struct attr {
	const char *name, *value;
};

/* Loads a module. Returns 0, also if it was loaded already, or a negative errno. */
static inline int load(const char *path, const char *params)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || (syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST))
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

/* Loads all modules of /modules.late, and gives @params to the one called @name. */
static inline int load_late(const char *name, const char *params)
{
	FILE *f = fopen("/modules.late", "re");
	char line[256];
	int err = f ? 0 : -errno;

	while (!err && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		err = load(line, name && strstr(line, name) ? params : "");
	}
	if (f)
		fclose(f);
	return err;
}

/* Returns a counter of the engine "raid"; -1: it has none of that name. */
static inline long count(const char *key)
{
	char stats[1024] = "", want[64], *at;
	int fd = open(SOFTDMA_CONFIGFS "/raid/stats", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (read(fd, stats, sizeof(stats) - 1) < 0)
		stats[0] = '\0';
	close(fd);
	snprintf(want, sizeof(want), " %s=", key);
	at = strstr(stats, want);
	return at ? atol(at + strlen(want)) : -1;
}

static inline void say_counts(void)
{
	printf("raid: memcpy=%ld xor=%ld xor_val=%ld pq=%ld pq_val=%ld interrupt=%ld access_faults=%ld\n",
	       count("memcpy"), count("xor"), count("xor_val"), count("pq"), count("pq_val"),
	       count("interrupt"), count("access_faults"));
}

/* Starts the engine "raid", for async_tx, loaded or not yet. @attrs ends with a NULL. */
static inline int start_engine(const char *ops, const struct attr *attrs)
{
	int err = mkdir(SOFTDMA_CONFIGFS "/raid", 0755) ? -errno : 0;

	if (!err)
		err = put_attr("raid", "personality", "raid");
	if (!err)
		err = put_attr("raid", "ring", "256");
	if (!err)
		err = put_attr("raid", "ops", ops);
	for (const struct attr *a = attrs; !err && a && a->name; a++)
		err = put_attr("raid", a->name, a->value);
	if (!err)
		err = put_attr("raid", "live", "1");
	if (err)
		printf("raid: engine: %s\n", strerror(-err));
	return err;
}

#endif /* RAID_H */
