/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_CRC32_H
#define HARNESS_CRC32_H

#include <stddef.h>
#include <stdint.h>

/*
 * The CRC-32 of IEEE 802.3 (reflected, polynomial 0xedb88320). Start with 0;
 * feed the result back to go on. crc32("123456789") is 0xcbf43926.
 */
uint32_t crc32_update(uint32_t crc, const void *data, size_t len);

#endif /* HARNESS_CRC32_H */
