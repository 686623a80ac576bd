// SPDX-License-Identifier: GPL-2.0-only
/*
 * With CONFIG_OF, the nodes of a device are put on the kernel's device tree as an overlay.
 * It is laid out like the SoCs' files: a bus with its ranges, the block, its channels. This
 * file writes the flattened tree, because all of it depends on the device's attributes. The
 * bus is its own interrupt parent, so that no phandle is needed.
 *
 * Format: Devicetree Specification 0.4, chapter 5.
 */
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bus.h"
#include "compat.h"

#define FDT_MAGIC	0xd00dfeed
#define FDT_VERSION	17
#define FDT_COMPATIBLE	16
#define FDT_BEGIN_NODE	1
#define FDT_END_NODE	2
#define FDT_PROP	3
#define FDT_END		9

#define HEADER_LEN	40
#define RESERVED_LEN	16	/* the map of reserved memory: only its end entry */
#define STRUCT_MAX	6144
#define STRINGS_MAX	512

struct tree {
	u8 *structure, *strings;
	u32 len, strings_len;
	bool full;
};

static void put_bytes(struct tree *t, const void *data, u32 len)
{
	u32 padded = ALIGN(len, 4);

	if (t->len + padded > STRUCT_MAX) {
		t->full = true;
		return;
	}
	memcpy(t->structure + t->len, data, len);
	memset(t->structure + t->len + len, 0, padded - len);
	t->len += padded;
}

static void put_cell(struct tree *t, u32 value)
{
	__be32 cell = cpu_to_be32(value);

	put_bytes(t, &cell, sizeof(cell));
}

static void begin_node(struct tree *t, const char *name)
{
	put_cell(t, FDT_BEGIN_NODE);
	put_bytes(t, name, strlen(name) + 1);
}

static void end_node(struct tree *t)
{
	put_cell(t, FDT_END_NODE);
}

static u32 string_offset(struct tree *t, const char *name)
{
	u32 at = t->strings_len, len = strlen(name) + 1;

	if (at + len > STRINGS_MAX) {
		t->full = true;
		return 0;
	}
	memcpy(t->strings + at, name, len);
	t->strings_len += len;
	return at;
}

static void put_prop(struct tree *t, const char *name, const void *data, u32 len)
{
	put_cell(t, FDT_PROP);
	put_cell(t, len);
	put_cell(t, string_offset(t, name));
	put_bytes(t, data, len);
}

static void put_cells(struct tree *t, const char *name, const u32 *cells, unsigned int n)
{
	__be32 be[8];
	unsigned int i;

	for (i = 0; i < n && i < ARRAY_SIZE(be); i++)
		be[i] = cpu_to_be32(cells[i]);
	put_prop(t, name, be, n * sizeof(*be));
}

static void put_u32(struct tree *t, const char *name, u32 value)
{
	put_cells(t, name, &value, 1);
}

static u32 list_len(const char *strings)
{
	const char *end = strings;

	while (*end)
		end += strlen(end) + 1;
	return end - strings;
}

/* @base is added to the node's register offsets. */
static void put_node(struct tree *t, const struct fsl_node *n, u32 base)
{
	u32 reg[2] = { base + n->reg, n->size }, lines[FSL_MAX_LINES];
	unsigned int i;

	put_prop(t, "compatible", n->compatible, list_len(n->compatible));
	put_cells(t, "reg", reg, 2);
	for (i = 0; i < n->nr_lines && i < FSL_MAX_LINES; i++)
		lines[i] = n->line + i;
	if (n->nr_lines)
		put_cells(t, "interrupts", lines, n->nr_lines);
	for (i = 0; i < FSL_MAX_PROPS && n->prop[i].name; i++)
		put_u32(t, n->prop[i].name, n->prop[i].value);
}

static void put_block(struct tree *t, const struct fsl_device *fd)
{
	const struct fsl_node *n = fd->nodes;
	u32 ranges[3] = { 0, fd->kind->base, fd->kind->size };
	char name[32];
	unsigned int i;

	snprintf(name, sizeof(name), "%s@%x", fd->nr_nodes > 1 ? "dma" : "crypto",
		 fd->kind->base + n->reg);
	begin_node(t, name);
	put_node(t, n, fd->kind->base);
	if (fd->nr_nodes > 1) {
		put_u32(t, "#address-cells", 1);
		put_u32(t, "#size-cells", 1);
		put_cells(t, "ranges", ranges, 3);
	}
	for (i = 1; i < fd->nr_nodes; i++) {
		snprintf(name, sizeof(name), "dma-channel@%x", n[i].reg);
		begin_node(t, name);
		put_node(t, &n[i], 0);
		end_node(t);
	}
	end_node(t);
}

static void bus_name(const struct fsl_device *fd, char name[32])
{
	snprintf(name, 32, "soc-fslmodel%d", fd->id);
}

/* /fragment@0/__overlay__/soc-fslmodel0/dma@21300/dma-channel@0 */
static void put_tree(struct tree *t, const struct fsl_device *fd)
{
	u32 ranges[3] = { 0, fsl_tree_address(fd), FSL_STRIDE };
	char name[32];

	bus_name(fd, name);
	begin_node(t, "");
	begin_node(t, "fragment@0");
	put_prop(t, "target-path", "/", 2);
	begin_node(t, "__overlay__");
	begin_node(t, name);
	put_u32(t, "#address-cells", 1);
	put_u32(t, "#size-cells", 1);
	put_cells(t, "ranges", ranges, 3);
	put_prop(t, "interrupt-controller", "", 0);
	put_u32(t, "#interrupt-cells", 1);
	put_block(t, fd);
	end_node(t);
	end_node(t);
	end_node(t);
	end_node(t);
	put_cell(t, FDT_END);
}

static void put_header(u8 *out, const struct tree *t)
{
	const u32 at = HEADER_LEN + RESERVED_LEN;
	const u32 words[HEADER_LEN / 4] = {
		FDT_MAGIC, at + t->len + t->strings_len, at, at + t->len, HEADER_LEN,
		FDT_VERSION, FDT_COMPATIBLE, 0, t->strings_len, t->len,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		put_unaligned_be32(words[i], out + 4 * i);
}

/* The kernel copies the blob, so it is freed here. */
static int apply(struct fsl_device *fd, const struct tree *t)
{
	const u32 at = HEADER_LEN + RESERVED_LEN, size = at + t->len + t->strings_len;
	u8 *blob = kzalloc(size, GFP_KERNEL);
	int err;

	if (!blob)
		return -ENOMEM;
	put_header(blob, t);
	memcpy(blob + at, t->structure, t->len);
	memcpy(blob + at + t->len, t->strings, t->strings_len);
	err = compat_overlay_apply(blob, size, &fd->overlay);
	/* If it failed half-way, the same id removes what was applied. */
	if (err && fd->overlay)
		of_overlay_remove(&fd->overlay);
	kfree(blob);
	return err;
}

int fsl_overlay_add(struct fsl_device *fd)
{
	struct tree t = { .len = 0 };
	char path[40] = "/";
	int err;

	t.structure = kzalloc(STRUCT_MAX + STRINGS_MAX, GFP_KERNEL);
	if (!t.structure)
		return -ENOMEM;
	t.strings = t.structure + STRUCT_MAX;
	put_tree(&t, fd);
	err = t.full ? -ENOSPC : apply(fd, &t);
	kfree(t.structure);
	if (err)
		return err;
	bus_name(fd, path + 1);
	fd->soc = of_find_node_by_path(path);
	fd->np = fd->soc ? of_get_next_child(fd->soc, NULL) : NULL;
	return fd->np ? 0 : -ENOENT;
}

void fsl_overlay_remove(struct fsl_device *fd)
{
	of_node_put(fd->np);
	of_node_put(fd->soc);
	fd->np = NULL;
	fd->soc = NULL;
	if (fd->overlay)
		of_overlay_remove(&fd->overlay);
}
