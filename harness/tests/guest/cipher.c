// SPDX-License-Identifier: GPL-2.0-only
/*
 * Encrypts and decrypts through AF_ALG, in pieces of all lengths, and compares.
 *
 *   cipher DRIVER ALGORITHM KB	such as virtio_crypto_aes_cbc "cbc(aes)"
 *
 * What DRIVER encrypts must be what ALGORITHM, in software, makes of it, and come back.
 */
#include <errno.h>
#include <linux/if_alg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define IV	16
#define PIECE	32768

static int fail(const char *what)
{
	printf("cipher: %s: %s\n", what, strerror(errno));
	return 1;
}

/* A socket for one operation after the other; -1. */
static int open_cipher(const char *name)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG, .salg_type = "skcipher" };
	static const uint8_t key[16] = "dmatorture's key";
	int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), op = -1;

	snprintf((char *)sa.salg_name, sizeof(sa.salg_name), "%s", name);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) ||
	    setsockopt(fd, SOL_ALG, ALG_SET_KEY, key, sizeof(key)))
		fail(name);
	else
		op = accept(fd, NULL, NULL);
	close(fd);
	return op;
}

/* In pieces of a few hundred bytes, so that the scatterlist has many entries. */
static int operate(int fd, unsigned int what, const uint8_t *in, uint8_t *out, size_t len)
{
	union {
		struct cmsghdr h;
		char room[CMSG_SPACE(4) + CMSG_SPACE(sizeof(struct af_alg_iv) + IV)];
	} control = { 0 };
	struct iovec v[16];
	struct msghdr m = { .msg_control = control.room, .msg_controllen = sizeof(control.room),
			    .msg_iov = v, .msg_iovlen = 16 };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct af_alg_iv *iv;
	size_t got = 0;

	c->cmsg_level = SOL_ALG;
	c->cmsg_type = ALG_SET_OP;
	c->cmsg_len = CMSG_LEN(4);
	memcpy(CMSG_DATA(c), &what, 4);
	c = CMSG_NXTHDR(&m, c);
	c->cmsg_level = SOL_ALG;
	c->cmsg_type = ALG_SET_IV;
	c->cmsg_len = CMSG_LEN(sizeof(*iv) + IV);
	iv = (void *)CMSG_DATA(c);
	iv->ivlen = IV;
	memset(iv->iv, 0x5a, IV);
	for (int i = 0; i < 16; i++)
		v[i] = (struct iovec) { (void *)(in + len / 16 * i), len / 16 };
	if (sendmsg(fd, &m, 0) != (ssize_t)len)
		return fail("sendmsg");
	while (got < len) {
		ssize_t n = read(fd, out + got, len - got);

		if (n <= 0)
			return fail("read");
		got += n;
	}
	return 0;
}

static int round_trip(int one, int other, size_t len, uint8_t *const buf[4])
{
	for (size_t i = 0; i < len; i++)
		buf[0][i] = (i + len) * 2654435761u >> 11;
	if (operate(one, ALG_OP_ENCRYPT, buf[0], buf[1], len) ||
	    operate(other, ALG_OP_ENCRYPT, buf[0], buf[2], len) ||
	    operate(one, ALG_OP_DECRYPT, buf[1], buf[3], len))
		return 1;
	if (memcmp(buf[1], buf[2], len) || memcmp(buf[0], buf[3], len)) {
		printf("cipher: %zu bytes are wrong\n", len);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	size_t todo = argc == 4 ? strtoul(argv[3], NULL, 0) << 10 : 0, len = 256;
	int one, other, bad;
	uint8_t *buf[4];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!todo)
		return 2;
	one = open_cipher(argv[1]);
	other = open_cipher(argv[2]);
	bad = one < 0 || other < 0;
	for (int i = 0; i < 4; i++)
		buf[i] = calloc(1, PIECE);
	while (!bad && todo) {
		bad = round_trip(one, other, len, buf);
		todo -= len < todo ? len : todo;
		len = len + 256 > PIECE ? 256 : len + 256;
	}
	close(one);
	close(other);
	printf("cipher %s: %s\n", argv[1], bad ? "failed" : "done");
	return bad;
}
