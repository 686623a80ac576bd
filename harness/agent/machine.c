// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ports of the machine on x86, registers in memory elsewhere. By hand: the kernel's driver
 * of fw_cfg remembers the files of the QEMU that it was booted in, and its driver of the watchdog
 * would keep it quiet.
 */
#include <errno.h>
#include <string.h>

#include "machine.h"

#ifdef __x86_64__
#include <sys/io.h>

#define FWCFG_SELECT	0x510
#define FWCFG_DATA	0x511
/* ib700's watchdog, which QEMU's -action watchdog=pause makes a stop clock */
#define WATCHDOG	0x443
#define WATCHDOG_2S	14	/* 30 s less 2 s for each */

int machine_pause(void)
{
	if (ioperm(WATCHDOG, 1, 1))
		return -errno;
	outb(WATCHDOG_2S, WATCHDOG);
	return 0;
}

int machine_fwcfg_select(uint16_t key)
{
	if (ioperm(FWCFG_SELECT, 2, 1))
		return -errno;
	outw(key, FWCFG_SELECT);
	return 0;
}

void machine_fwcfg_bytes(void *out, size_t len)
{
	insb(FWCFG_DATA, out, len);
}
#else
#include <dirent.h>
#include <endian.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/strbuf.h"

/*
 * fw_cfg in memory (Documentation/devicetree/bindings/firmware/qemu,fw-cfg-mmio.yaml): the data
 * register of 8 bytes, and behind it that of the selector, big endian.
 */
#define TREE		"/sys/firmware/devicetree/base"
#define FWCFG_DATA	0
#define FWCFG_SELECT	8

static volatile uint8_t *fwcfg;

/* Where the device tree has it; 0: nowhere. The root's addresses have two cells. */
static uint64_t find_fwcfg(void)
{
	DIR *d = opendir(TREE);
	struct dirent *e;
	uint64_t at = 0;

	while (d && !at && (e = readdir(d))) {
		struct strbuf reg = STRBUF_INIT;
		char *path = xasprintf(TREE "/%s/reg", e->d_name);

		if (!strncmp(e->d_name, "fw-cfg@", 7) && !strbuf_read_file(&reg, path) &&
		    reg.len >= sizeof(at)) {
			memcpy(&at, reg.s, sizeof(at));
			at = be64toh(at);
		}
		strbuf_free(&reg);
		free(path);
	}
	if (d)
		closedir(d);
	return at;
}

static int map_fwcfg(void)
{
	uint64_t at = find_fwcfg();
	long page = sysconf(_SC_PAGESIZE);
	void *map;
	int fd, err = 0;

	if (!at)
		return -ENODEV;
	fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at & -page);
	if (map == MAP_FAILED)
		err = -errno;
	else
		fwcfg = (volatile uint8_t *)map + (at & (page - 1));
	close(fd);
	return err;
}

/*
 * The watchdog of Intel's 6300ESB, which QEMU has as a PCI device for any machine, and -action
 * watchdog=pause makes a stop clock. It counts down twice, and acts after the second time.
 */
#define PCI		"/sys/bus/pci/devices"
#define ESB_VENDOR	"0x8086"
#define ESB_DEVICE	"0x25ab"
#define ESB_CONFIG	0x60	/* of the configuration space, 16 bits */
#define ESB_NO_INT	0x11	/* no interrupt after the first time */
#define ESB_LOCK	0x68	/* 8 bits */
#define ESB_ENABLE	0x02
#define ESB_TIMER1	0x00	/* registers: 32 bits, in units of 983 us */
#define ESB_TIMER2	0x04
#define ESB_RELOAD	0x0c	/* 16 bits: these two words let a timer be written once */

static bool is_word(const char *dir, const char *name, const char *word)
{
	char *path = xasprintf(PCI "/%s/%s", dir, name);
	struct strbuf sb = STRBUF_INIT;
	bool is = !strbuf_read_file(&sb, path) && !strncmp(strbuf_str(&sb), word, strlen(word));

	strbuf_free(&sb);
	free(path);
	return is;
}

/* Its directory, which the caller frees; NULL: there is none. */
static char *find_watchdog(void)
{
	DIR *d = opendir(PCI);
	struct dirent *e;
	char *found = NULL;

	while (d && !found && (e = readdir(d)))
		if (is_word(e->d_name, "vendor", ESB_VENDOR) && is_word(e->d_name, "device", ESB_DEVICE))
			found = xasprintf(PCI "/%s", e->d_name);
	if (d)
		closedir(d);
	return found;
}

static int open_in(const char *dir, const char *name, int flags)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, flags | O_CLOEXEC);

	free(path);
	return fd < 0 ? -errno : fd;
}

/* The registers; NULL: they cannot be reached. */
static volatile uint8_t *map_watchdog(const char *dir)
{
	char *path = xasprintf("%s/resource", dir);
	struct strbuf lines = STRBUF_INIT;
	int enable = open_in(dir, "enable", O_WRONLY), fd = open_in(dir, "resource0", O_RDWR);
	long page = sysconf(_SC_PAGESIZE);
	void *map = MAP_FAILED;
	uint64_t at = 0;

	/* The first line has the first address: registers are smaller than a page. */
	if (!strbuf_read_file(&lines, path))
		at = strtoull(strbuf_str(&lines), NULL, 16);
	if (enable >= 0 && write(enable, "1", 1) == 1 && fd >= 0 && at)
		map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (enable >= 0)
		close(enable);
	if (fd >= 0)
		close(fd);
	strbuf_free(&lines);
	free(path);
	return map == MAP_FAILED ? NULL : (volatile uint8_t *)map + (at & (page - 1));
}

static void set_timer(volatile uint8_t *esb, unsigned int timer, uint32_t units)
{
	*(volatile uint16_t *)(esb + ESB_RELOAD) = htole16(0x80);
	*(volatile uint16_t *)(esb + ESB_RELOAD) = htole16(0x86);
	*(volatile uint32_t *)(esb + timer) = htole32(units);
}

int machine_pause(void)
{
	const uint16_t config = htole16(ESB_NO_INT);
	const uint8_t enable = ESB_ENABLE;
	char *dir = find_watchdog();
	volatile uint8_t *esb = dir ? map_watchdog(dir) : NULL;
	int fd = dir ? open_in(dir, "config", O_WRONLY) : -ENODEV, err = 0;

	if (esb && fd >= 0) {
		set_timer(esb, ESB_TIMER1, 1000);
		set_timer(esb, ESB_TIMER2, 1000);
		if (pwrite(fd, &config, 2, ESB_CONFIG) != 2 ||
		    pwrite(fd, &enable, 1, ESB_LOCK) != 1)
			err = -EIO;
	} else {
		err = fd < 0 ? fd : -ENODEV;
	}
	if (fd >= 0)
		close(fd);
	free(dir);
	return err;
}

int machine_fwcfg_select(uint16_t key)
{
	int err = fwcfg ? 0 : map_fwcfg();

	if (!err)
		*(volatile uint16_t *)(fwcfg + FWCFG_SELECT) = htobe16(key);
	return err;
}

/* The register gives the next bytes in their order, as many as it is read in. */
void machine_fwcfg_bytes(void *out, size_t len)
{
	uint8_t *p = out;

	for (; len >= 8; p += 8, len -= 8) {
		uint64_t word = *(volatile uint64_t *)(fwcfg + FWCFG_DATA);

		memcpy(p, &word, 8);
	}
	while (len--)
		*p++ = *(fwcfg + FWCFG_DATA);
}
#endif
