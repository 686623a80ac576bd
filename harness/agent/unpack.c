// SPDX-License-Identifier: GPL-2.0-only
/* Unpacks the files that come along with a job: the regular files of a newc cpio. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unpack.h"

#include "lib/base/strbuf.h"

#define HEADER	110	/* a magic of 6 digits, 13 fields of 8 hexadecimal digits */

enum field { MODE = 1, SIZE = 6, NAME_LEN = 11 };

static size_t field(const char *header, enum field nr)
{
	char digits[9] = "";

	memcpy(digits, header + 6 + 8 * nr, 8);
	return strtoul(digits, NULL, 16);
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static int write_new(const char *root, const char *name, unsigned int mode, const char *data,
		     size_t len)
{
	char *path = xasprintf("%s/%s", root, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode & 0777), err = 0;

	if (fd < 0)
		err = -errno;
	while (!err && len) {
		ssize_t n = write(fd, data, len);

		if (n < 0) {
			err = -errno;
		} else {
			data += n;
			len -= n;
		}
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return err;
}

int unpack(const char *root, const char *cpio, size_t len)
{
	int err = 0;

	for (size_t at = 0; !err; ) {
		const char *header = cpio + at, *name = header + HEADER;
		size_t name_len, size, data;

		if (len - at < HEADER || memcmp(header, "070701", 6))
			return -EBADMSG;
		name_len = field(header, NAME_LEN);
		size = field(header, SIZE);
		data = at + padded(HEADER + name_len);
		if (!name_len || data > len || size > len - data || name[name_len - 1])
			return -EBADMSG;
		if (!strcmp(name, "TRAILER!!!"))
			return 0;
		if (S_ISREG(field(header, MODE)))
			err = write_new(root, name, field(header, MODE), cpio + data, size);
		at = data + padded(size);
		if (at > len)
			return -EBADMSG;
	}
	return err;
}
