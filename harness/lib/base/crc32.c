// SPDX-License-Identifier: GPL-2.0-only
/* CRC-32 of IEEE 802.3, which is zlib's. */
#include "crc32.h"

#include <zlib.h>

uint32_t crc32_update(uint32_t crc, const void *data, size_t len)
{
	return crc32_z(crc, data, len);
}
