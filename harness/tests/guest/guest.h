/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs that run in guests share: engines, programs of /plan. */
#ifndef GUEST_H
#define GUEST_H

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/program/plan.h"
#include "uapi/dmatorture.h"
#include "uapi/softdma.h"

static inline int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* Loads a module; 0 or a negative errno. */
static inline int load_module(const char *path)
{
	int fd = open(path, O_RDONLY), err = 0;

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static inline int unload_module(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* Unloads a module, with retries: a tracer, or a release under way, holds it for a moment. */
static inline int unload_idle(const char *name)
{
	int err = unload_module(name);

	for (int i = 0; i < 100 && err == -EWOULDBLOCK; i++) {
		usleep(10000);
		err = unload_module(name);
	}
	return err;
}

static inline int put_attr(const char *engine, const char *attr, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), SOFTDMA_CONFIGFS "/%s/%s", engine, attr);
	return put(path, value);
}

/* Gets the name of a running engine's device. */
static inline int get_device(const char *name, char device[64])
{
	char path[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), SOFTDMA_CONFIGFS "/%s/device", name);
	memset(device, 0, 64);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, device, 63);
	close(fd);
	device[strcspn(device, "\n")] = '\0';
	return n > 0 ? 0 : -EIO;
}

/* Makes and starts an engine, and gets its device's name. */
static inline int make_engine(const char *name, const char *like, const char *ops, char device[64])
{
	char path[256];
	int err;

	snprintf(path, sizeof(path), SOFTDMA_CONFIGFS "/%s", name);
	if (mkdir(path, 0755))
		return -errno;
	err = put_attr(name, "personality", like);
	if (!err)
		err = put_attr(name, "ops", ops);
	if (!err)
		err = put_attr(name, "live", "1");
	return err ? err : get_device(name, device);
}

static inline int remove_engine(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), SOFTDMA_CONFIGFS "/%s", name);
	return rmdir(path) ? -errno : 0;
}

/* Gives every engine of @program a device: @copy to copiers, @xor to the others. */
static inline void set_devices(uint8_t *program, const char *copy, const char *xor)
{
	struct dmt_header *h = (void *)program;
	struct dmt_engine *e = (void *)(program + le32toh(h->engines.offset));

	for (uint32_t i = 0; i < le32toh(h->engines.count); i++)
		strcpy(e[i].device, le32toh(e[i].cap) == DMT_CAP_XOR ? xor : copy);
}

static inline void *read_whole(const char *path, size_t *len)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	char *p;

	if (fd < 0 || fstat(fd, &st))
		return NULL;
	p = malloc(st.st_size + 1);
	*len = 0;
	while (p && *len < (size_t)st.st_size) {
		ssize_t n = read(fd, p + *len, st.st_size - *len);

		if (n <= 0)
			break;
		*len += n;
	}
	close(fd);
	return p;
}

#endif /* GUEST_H */
