// SPDX-License-Identifier: GPL-2.0-only
/* QEMU's fw_cfg: how plan and seed come to a guest that may have been restored. */
#include "fwcfg.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define KEY_SIGNATURE	0x00
#define KEY_DIRECTORY	0x19

/* All of it big endian, as in QEMU's docs/specs/fw_cfg. */
struct fwcfg_file {
	uint32_t size;
	uint16_t key;
	uint16_t reserved;
	char name[56];
};

/* The directory is read anew each time: another QEMU has other keys and sizes. */
static int find(const char *name, struct fwcfg_file *file)
{
	char signature[4];
	uint32_t nr;
	int err = machine_fwcfg_select(KEY_SIGNATURE);

	if (err)
		return err;
	machine_fwcfg_bytes(signature, sizeof(signature));
	if (memcmp(signature, "QEMU", sizeof(signature)))
		return -ENODEV;
	machine_fwcfg_select(KEY_DIRECTORY);
	machine_fwcfg_bytes(&nr, sizeof(nr));
	for (nr = be32toh(nr); nr; nr--) {
		machine_fwcfg_bytes(file, sizeof(*file));
		if (!strncmp(file->name, name, sizeof(file->name)))
			return 0;
	}
	return -ENOENT;
}

int fwcfg_read(const char *name, struct strbuf *out)
{
	struct fwcfg_file file;
	int err = find(name, &file);
	uint32_t size;
	char *data;

	if (err)
		return err;
	size = be32toh(file.size);
	data = xmalloc(size + 1);
	machine_fwcfg_select(be16toh(file.key));
	machine_fwcfg_bytes(data, size);
	strbuf_add(out, data, size);
	free(data);
	return 0;
}
