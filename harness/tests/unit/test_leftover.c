// SPDX-License-Identifier: GPL-2.0-only
/* Events that a dead guest has left in its ring: a stand-in for QEMU answers from an array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpf/events.h"
#include "vm/leftover.h"

#define PAGE	4096u
#define RING	(4 * PAGE)
#define RECORD	(8 + sizeof(struct obs_event))	/* a multiple of 8 */
#define BUSY	0x80000000u
#define DISCARD	0x40000000u

static char dir[] = "/tmp/test_leftover.XXXXXX";

/* Reader's page 5, writers' page 9, data in pages 2, 3 and 7, 8 of a small memory. */
static const char place[] = "page 4096 bytes 16384\n5 1\n9 1\n2 2\n7 2\n";
static uint8_t memory[16 * PAGE];

static uint8_t *data_at(uint64_t position)
{
	static const unsigned int pages[] = { 2, 3, 7, 8 };

	position %= RING;
	return memory + pages[position / PAGE] * PAGE + position % PAGE;
}

/* Writes a record byte by byte, as it may cross pages that are no neighbours. */
static uint64_t put(uint64_t at, uint64_t seq, uint32_t flags)
{
	struct obs_event e = { .seq = seq };
	uint8_t record[RECORD] = { 0 };
	uint32_t head = sizeof(e) | flags;

	memcpy(record, &head, 4);
	memcpy(record + 8, &e, sizeof(e));
	for (size_t i = 0; i < RECORD; i++)
		*data_at(at + i) = record[i];
	return at + RECORD;
}

static void positions(uint64_t reader, uint64_t writer)
{
	memcpy(memory + 5 * PAGE, &reader, 8);
	memcpy(memory + 9 * PAGE, &writer, 8);
}

/* Does what one command asks for. Returns false when there is none. */
static bool serve(int fd, bool refuse)
{
	static char buf[65536];
	static size_t len;
	ssize_t got = recv(fd, buf + len, sizeof(buf) - len, MSG_DONTWAIT);
	json_t *msg, *args;
	const char *name;
	char *eol;

	if (got > 0)
		len += got;
	eol = memchr(buf, '\n', len);
	if (!eol)
		return false;
	msg = json_loadb(buf, eol - buf, 0, NULL);
	len -= eol + 1 - buf;
	memmove(buf, eol + 1, len);
	assert_non_null(msg);
	assert_string_equal(json_string_value(json_object_get(msg, "execute")), "pmemsave");
	assert_string_equal(json_string_value(json_object_get(msg, "id")), LEFTOVER_ID);
	args = json_object_get(msg, "arguments");
	name = json_string_value(json_object_get(args, "filename"));
	if (!refuse) {
		json_int_t val = json_integer_value(json_object_get(args, "val"));
		json_int_t size = json_integer_value(json_object_get(args, "size"));
		int out = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		assert_true(val >= 0 && size > 0 && val + size <= (json_int_t)sizeof(memory));
		assert_int_equal(write(out, memory + val, size), size);
		close(out);
	}
	json_decref(msg);
	return true;
}

static int count_files(void)
{
	DIR *d = opendir(dir);
	int n = 0;

	for (struct dirent *e; d && (e = readdir(d)); )
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* Reads all that is left. Returns how many events. */
static size_t read_all(bool refuse)
{
	struct leftover l = { 0 };
	struct qmp q = { .fd = -1 };
	size_t n = 0;
	int theirs;
	bool done = false;

	assert_int_equal(leftover_note(&l, place, strlen(place)), 0);
	assert_int_equal(qmp_open(&q, &theirs), 0);
	if (leftover_begin(&l, &q, dir)) {
		while (!done && serve(theirs, refuse))
			done = leftover_answer(&l, &q, dir, refuse);
		assert_true(done);
		assert_false(serve(theirs, refuse));
	}
	n = l.events.len / sizeof(struct obs_event);
	for (size_t i = 0; i < n; i++) {
		struct obs_event e;

		memcpy(&e, l.events.s + i * sizeof(e), sizeof(e));
		assert_int_equal(e.seq, i + 1);
	}
	assert_false(leftover_begin(&l, &q, dir));	/* once */
	qmp_close(&q);
	close(theirs);
	leftover_free(&l, dir);
	return n;
}

/* Catches: events of pages in the wrong order, or cut at the ring's end. */
static void what_was_not_read_is_found(void **state)
{
	uint64_t from = 3 * RING - 5 * RECORD - 40, at = from;

	(void)state;
	from -= from % 8;
	at = from;
	for (uint64_t i = 1; i <= 60; i++)
		at = put(at, i, 0);
	positions(from, at);
	assert_int_equal(read_all(false), 60);
	positions(at, at);
	assert_int_equal(read_all(false), 0);
}

/* Catches: records that were being written, whose bytes are old ones. */
static void busy_and_discarded_are_left_out(void **state)
{
	uint64_t at = 0;

	(void)state;
	at = put(at, 1, 0);
	at = put(at, 77, BUSY);
	at = put(at, 78, DISCARD);
	at = put(at, 2, 0);
	positions(0, at);
	assert_int_equal(read_all(false), 2);
}

/* Catches: a read beyond what there is, for positions or lengths that are nonsense. */
static void nonsense_is_nothing(void **state)
{
	uint32_t huge = 0x3fffffff;

	(void)state;
	positions(8, 8 + RING + 8);
	assert_int_equal(read_all(false), 0);
	positions(RING, 0);
	assert_int_equal(read_all(false), 0);
	put(0, 1, 0);
	memcpy(data_at(RECORD), &huge, 4);
	positions(0, 4 * RECORD);
	assert_int_equal(read_all(false), 1);
	positions(0, RECORD);
	assert_int_equal(read_all(true), 0);
}

/* Catches: pages that stay beside the results when QEMU is killed while it writes them. */
static void what_is_given_up_is_removed(void **state)
{
	struct leftover l = { 0 };
	struct qmp q = { .fd = -1 };
	int theirs;

	(void)state;
	positions(0, RECORD);
	assert_int_equal(leftover_note(&l, place, strlen(place)), 0);
	assert_int_equal(qmp_open(&q, &theirs), 0);
	assert_true(leftover_begin(&l, &q, dir));
	assert_true(serve(theirs, false));
	assert_false(leftover_answer(&l, &q, dir, false));
	assert_true(serve(theirs, false));	/* and the answer never comes */
	leftover_free(&l, dir);
	assert_int_equal(count_files(), 0);
	qmp_close(&q);
	close(theirs);
}

static void bad_places(void **state)
{
	static const char *const bad[] = {
		"", "page 4096\n", "page 4096 bytes 0\n", "page 0 bytes 4096\n5 1\n9 1\n",
		"page 4096 bytes 12288\n5 1\n9 1\n2 3\n", "page 4096 bytes 4096\n5 1\n9 1\n",
		"page 4096 bytes 4096\n5 1\n9 1\n2 2\n", "page 4096 bytes 4096\n5 1\n9 1\nx y\n",
		"page 4096 bytes 4096\n5 1\n9 1\n2 18446744073709551615\n", "page 4096 bytes 4294967295\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct leftover l = { 0 };

		if (leftover_note(&l, bad[i], strlen(bad[i])) != -EBADMSG)
			fail_msg("taken: %s", bad[i]);
		assert_false(leftover_begin(&l, NULL, dir));
		leftover_free(&l, dir);
	}
}

static int make_dir(void **state)
{
	(void)state;
	return !mkdtemp(dir);
}

/* Fails when a file was left there. */
static int drop_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_read_is_found),
		cmocka_unit_test(busy_and_discarded_are_left_out),
		cmocka_unit_test(nonsense_is_nothing),
		cmocka_unit_test(what_is_given_up_is_removed),
		cmocka_unit_test(bad_places),
	};

	_Static_assert(RECORD % 8 == 0, "records of the ring begin at multiples of 8");
	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
