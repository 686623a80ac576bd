// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's memory, as this process has it. QEMU's interface does not tell where that is, so it
 * is found: a page of the guest with a random number in it, whose place in the guest's memory is
 * known, is looked for in the mappings of this process.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugin.h"

#define FOUR_GIB	(4ull << 30)
#define STEP		(2ull << 20)	/* QEMU aligns a guest's memory to this, or maps a file */
#define MOST		(64ull << 30)	/* more than that beside it, and it is something else */

static struct {
	uint64_t bytes, low;
	uint8_t *base;
} guest;

int guest_init(uint64_t bytes, uint64_t low)
{
	if (!bytes || bytes % CPU_PAGE || low % CPU_PAGE || low > bytes)
		return -EINVAL;
	guest.bytes = bytes;
	guest.low = low;
	guest.base = NULL;
	return 0;
}

uint64_t guest_bytes(void)
{
	return guest.bytes;
}

uint64_t guest_ram_of(uint64_t phys)
{
	if (phys < guest.low)
		return phys;
	if (phys < FOUR_GIB || phys - FOUR_GIB >= guest.bytes - guest.low)
		return NOWHERE;
	return phys - FOUR_GIB + guest.low;
}

uint64_t guest_phys_of(uint64_t ram)
{
	return ram < guest.low ? ram : ram - guest.low + FOUR_GIB;
}

void *guest_at(uint64_t ram)
{
	return guest.base && ram < guest.bytes ? guest.base + ram : NULL;
}

/* It looks at memory of which it knows nothing. */
__attribute__((no_sanitize("address"))) static bool is_mail(const struct cpu_mail *mail)
{
	return mail->magic == CPU_MAIL_MAGIC && mail->nonce;
}

/* The mail in a mapping of this process from @first to @end, if that has the guest's memory. */
static struct cpu_mail *look_in(uint8_t *first, const uint8_t *end, uint64_t ram)
{
	uint64_t up = -(uintptr_t)first & (STEP - 1);

	if ((uint64_t)(end - first) < guest.bytes || (uint64_t)(end - first) - guest.bytes > MOST)
		return NULL;
	if (is_mail((struct cpu_mail *)(first + ram))) {
		guest.base = first;
		return (struct cpu_mail *)(first + ram);
	}
	for (uint8_t *base = first + up; (uint64_t)(end - base) >= guest.bytes && base < end;
	     base += STEP)
		if (is_mail((struct cpu_mail *)(base + ram))) {
			guest.base = base;
			return (struct cpu_mail *)(base + ram);
		}
	return NULL;
}

struct cpu_mail *guest_mail(uint64_t ram)
{
	struct cpu_mail *mail = NULL;
	char line[512];
	FILE *maps;

	if (ram >= guest.bytes || ram % CPU_PAGE)
		return NULL;
	if (guest.base)
		return is_mail(guest_at(ram)) ? guest_at(ram) : NULL;
	maps = fopen("/proc/self/maps", "re");
	while (maps && !mail && fgets(line, sizeof(line), maps)) {
		unsigned long long first, end;
		char rights[5] = "";

		if (sscanf(line, "%llx-%llx %4s", &first, &end, rights) == 3 &&
		    rights[0] == 'r' && rights[1] == 'w')
			mail = look_in((uint8_t *)(uintptr_t)first, (uint8_t *)(uintptr_t)end, ram);
	}
	if (maps)
		fclose(maps);
	return mail;
}
