// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests images of guests: what distinguishes them, when one is trusted, and who may make, use and
 * remove one. Locks of two descriptors of one process exclude each other like those of two
 * processes.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "vm/internal.h"

#define MEMORY_BYTES	(1 << 20)

static char *top;

static int setup(void **state)
{
	char template[] = "/tmp/test_image.XXXXXX";

	(void)state;
	top = xstrdup(mkdtemp(template));
	setenv("XDG_CACHE_HOME", top, 1);
	return 0;
}

static int teardown(void **state)
{
	char *cmd = xasprintf("rm -rf %s", top);

	(void)state;
	assert_int_equal(system(cmd), 0);
	free(cmd);
	free(top);
	return 0;
}

static void put(const char *dir, const char *name, off_t at, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_RDWR | O_CREAT, 0666);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
	close(fd);
	free(path);
}

static enum image_state look(struct image *im, const char *key)
{
	char why[256];

	assert_int_equal(image_open(im, key, why), 0);
	return image_look(im, why);
}

/* Makes the files of a guest that QEMU has saved: memory with holes. */
static void fill(const struct image *im)
{
	char *path = image_path(im, IMAGE_MEMORY);

	put(im->dir, IMAGE_MEMORY, 0, "first page");
	put(im->dir, IMAGE_MEMORY, 300000, "another");
	assert_int_equal(truncate(path, MEMORY_BYTES), 0);
	put(im->dir, IMAGE_STATE, 0, "state");
	put(im->dir, IMAGE_CONSOLE, 0, "a line\n");
	put(im->dir, IMAGE_CHANNEL, 0, "frame");
	free(path);
}

static void make(const char *key)
{
	struct image im;
	char why[256];

	assert_int_equal(look(&im, key), IMAGE_MAKE);
	fill(&im);
	assert_int_equal(image_finish(&im, why), 0);
	image_close(&im);
}

static void expect(const char *key, enum image_state state)
{
	struct image im;

	assert_int_equal(look(&im, key), state);
	image_close(&im);
}

static void test_made_once_used_by_many(void **state)
{
	struct image a, b;

	(void)state;
	make("key");
	assert_int_equal(look(&a, "key"), IMAGE_GOOD);
	assert_int_equal(look(&b, "key"), IMAGE_GOOD);
	image_close(&a);
	image_close(&b);
	expect("key", IMAGE_GOOD);
	expect("another key", IMAGE_MAKE);
}

static void test_one_makes_others_wait(void **state)
{
	struct image a, b;
	char why[256];

	(void)state;
	assert_int_equal(look(&a, "key"), IMAGE_MAKE);
	assert_int_equal(look(&b, "key"), IMAGE_BUSY);
	fill(&a);
	assert_int_equal(image_look(&b, why), IMAGE_BUSY);
	assert_int_equal(image_finish(&a, why), 0);
	assert_int_equal(image_look(&b, why), IMAGE_GOOD);
	image_close(&b);
	image_close(&a);
}

/* If the maker gave up or was killed, what it left is removed, not used. */
static void test_unfinished(void **state)
{
	struct image a, b;
	char why[256];

	(void)state;
	assert_int_equal(look(&a, "key"), IMAGE_MAKE);
	fill(&a);
	close(a.lock);	/* as the kernel does with a killed process */
	a.lock = -1;
	assert_int_equal(look(&b, "key"), IMAGE_MAKE);
	put(b.dir, IMAGE_STATE, 0, "new");
	image_close(&a);
	assert_int_equal(access(b.dir, F_OK), 0);
	fill(&b);
	assert_int_equal(image_finish(&b, why), 0);
	image_close(&b);
	expect("key", IMAGE_GOOD);
}

static void test_given_up_is_removed(void **state)
{
	struct image im;
	char *dir;

	(void)state;
	assert_int_equal(look(&im, "key"), IMAGE_MAKE);
	fill(&im);
	dir = xstrdup(im.dir);
	image_close(&im);
	assert_int_not_equal(access(dir, F_OK), 0);
	free(dir);
}

/* Each kind of damage is found before use, and the next user makes the image again. */
static void test_damaged(void **state)
{
	static const struct {
		const char *name, *text;
		off_t at, size;
	} damages[] = {
		{ IMAGE_MEMORY, "X", 300001, -1 },	/* one byte */
		{ IMAGE_MEMORY, "X", 500000, -1 },	/* in a hole */
		{ IMAGE_MEMORY, NULL, 0, MEMORY_BYTES - 4096 },	/* of zeros */
		{ IMAGE_MEMORY, NULL, 0, 0 },
		{ IMAGE_STATE, NULL, 0, 3 },
		{ IMAGE_STATE, "X", 1, -1 },
		{ IMAGE_CONSOLE, NULL, 0, 0 },
		{ IMAGE_CHANNEL, "X", 0, -1 },
		{ "complete", NULL, 0, 10 },
		{ "complete", "another key\n", 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct image im;
		char *path;

		make("key");
		assert_int_equal(look(&im, "key"), IMAGE_GOOD);
		path = image_path(&im, damages[i].name);
		image_close(&im);
		if (damages[i].text)
			put(top, path + strlen(top) + 1, damages[i].at, damages[i].text);
		else
			assert_int_equal(truncate(path, damages[i].size), 0);
		assert_int_equal(look(&im, "key"), IMAGE_MAKE);
		assert_int_not_equal(access(path, F_OK), 0);
		image_close(&im);
		free(path);
	}
}

/* Holes and zeros are the same content, as a copy may have lost the holes. */
static void test_holes_do_not_matter(void **state)
{
	struct image im;
	char *path, *cmd;

	(void)state;
	make("key");
	assert_int_equal(look(&im, "key"), IMAGE_GOOD);
	path = image_path(&im, IMAGE_MEMORY);
	cmd = xasprintf("cp --sparse=never %s %s/m && cp %s/m %s", path, top, top, path);
	image_close(&im);
	assert_int_equal(system(cmd), 0);
	expect("key", IMAGE_GOOD);
	free(path);
	free(cmd);
}

static void test_distrusted(void **state)
{
	struct image a, b;
	char why[256];

	(void)state;
	make("key");
	assert_int_equal(look(&a, "key"), IMAGE_GOOD);
	assert_int_equal(look(&b, "key"), IMAGE_GOOD);
	image_distrust(&a);
	/* not while another uses it */
	assert_int_equal(image_look(&a, why), IMAGE_BUSY);
	image_close(&b);
	assert_int_equal(image_look(&a, why), IMAGE_MAKE);
	image_close(&a);
}

static void test_no_cache(void **state)
{
	struct image im;
	char why[256] = "";

	(void)state;
	setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
	assert_true(image_open(&im, "key", why) < 0);
	assert_non_null(strstr(why, "/proc/nowhere/dmatorture/guests"));
}

/* ---- pruning ---- */

static char *dir_of(const char *key)
{
	struct image im;
	char why[256], *dir;

	assert_int_equal(image_open(&im, key, why), 0);
	dir = xstrdup(im.dir);
	free(im.base);
	free(im.dir);
	free(im.key);
	return dir;
}

static void used_at(const char *key, time_t when)
{
	const struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };
	char *dir = dir_of(key), *path = xasprintf("%s/complete", dir);

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	free(path);
	free(dir);
}

static bool is_there(const char *key)
{
	char *dir = dir_of(key);
	bool there = !access(dir, F_OK);

	free(dir);
	return there;
}

static void prune(uint64_t limit)
{
	char *base = xasprintf("%s/dmatorture/guests", top);

	image_prune(base, limit);
	free(base);
}

static uint64_t bytes_of(const char *key)
{
	static const char *const files[] = { "memory", "state", "console.log", "channel.bin", "complete" };
	char *dir = dir_of(key);
	uint64_t sum = 0;

	for (size_t i = 0; i < 5; i++) {
		char *path = xasprintf("%s/%s", dir, files[i]);
		struct stat st;

		assert_int_equal(stat(path, &st), 0);
		sum += st.st_blocks * 512;
		free(path);
	}
	free(dir);
	return sum;
}

static void test_prune_oldest_first(void **state)
{
	uint64_t one;

	(void)state;
	make("a");
	make("b");
	make("c");
	used_at("a", 3000);
	used_at("b", 1000);
	used_at("c", 2000);
	one = bytes_of("a");
	prune(3 * one);
	assert_true(is_there("a") && is_there("b") && is_there("c"));
	prune(3 * one - 1);
	assert_true(is_there("a") && !is_there("b") && is_there("c"));
	prune(one);
	assert_true(is_there("a") && !is_there("c"));
	expect("a", IMAGE_GOOD);
}

static void test_prune_spares_what_is_used(void **state)
{
	struct image used, made, abandoned;
	char *foreign = xasprintf("%s/dmatorture/guests/notes", top);

	(void)state;
	make("used");
	assert_int_equal(look(&used, "used"), IMAGE_GOOD);
	assert_int_equal(look(&made, "made"), IMAGE_MAKE);
	fill(&made);
	assert_int_equal(look(&abandoned, "abandoned"), IMAGE_MAKE);
	fill(&abandoned);
	close(abandoned.lock);
	abandoned.lock = -1;
	assert_int_equal(mkdir(foreign, 0777), 0);
	prune(0);
	assert_true(is_there("used") && is_there("made") && !is_there("abandoned"));
	assert_int_equal(access(foreign, F_OK), 0);
	image_close(&used);
	image_close(&made);
	image_close(&abandoned);
	prune(0);
	assert_false(is_there("used"));
	free(foreign);
}

static void test_limit(void **state)
{
	(void)state;
	unsetenv("DMATORTURE_IMAGES_MB");
	assert_int_equal(image_limit(), 4096ull << 20);
	setenv("DMATORTURE_IMAGES_MB", "100", 1);
	assert_int_equal(image_limit(), 100ull << 20);
	setenv("DMATORTURE_IMAGES_MB", "many", 1);
	assert_int_equal(image_limit(), 4096ull << 20);
	unsetenv("DMATORTURE_IMAGES_MB");
}

/* ---- the key ---- */

static char *key_of(const struct vm_opts *opts, const char *initrd)
{
	struct strbuf key = STRBUF_INIT, image = STRBUF_INIT;

	strbuf_adds(&image, initrd);
	vm_key(&key, opts, &image);
	strbuf_free(&image);
	return strbuf_detach(&key);
}

static void expect_key(const struct vm_opts *opts, const char *initrd, const char *base, bool same)
{
	char *key = key_of(opts, initrd);

	assert_true(!strcmp(key, base) == same);
	free(key);
}

/* Each of these must change the key, or an old guest would be used. */
static void test_key(void **state)
{
	const struct vm_opts was = { .kernel_dir = top, .dir = "/a", .smp = 1, .seed = 1 };
	struct vm_opts o = was;
	char *key, *path;

	(void)state;
	path = xasprintf("%s:%s", top, getenv("PATH"));
	setenv("PATH", path, 1);
	put(top, "qemu-system-x86_64", 0, "x");
	put(top, "vmlinuz", 0, "kernel 1");
	key = key_of(&was, "initrd");
	/* not in the key: what the guest gets only after it was saved */
	o.dir = "/b";
	o.seed = 2;
	o.exec = "/x y";
	o.timeout_s = 9;
	o.files = (const char *const[]){ "/x:y", NULL };
	o.modules = (const char *const[]){ NULL };
	expect_key(&o, "initrd", key, true);
	/* modules, agent, tools */
	expect_key(&was, "initre", key, false);
	o = was;
	o.world = WORLD_BOUNCE;
	expect_key(&o, "initrd", key, false);
	o.world = WORLD_BOUNCE32;
	expect_key(&o, "initrd", key, false);
	o = was;
	o.smp = 2;
	expect_key(&o, "initrd", key, false);
	o = was;
	o.free_running = true;
	expect_key(&o, "initrd", key, false);
	o = was;
	o.append = "x";
	expect_key(&o, "initrd", key, false);
	o = was;
	o.observer = "off";
	expect_key(&o, "initrd", key, false);
	o = was;
	o.disk = true;
	expect_key(&o, "initrd", key, false);
	o = was;
	o.modules = (const char *const[]){ "brd", NULL };	/* more memory */
	expect_key(&o, "initrd", key, false);
	put(top, "vmlinuz", 0, "kernel 2");
	expect_key(&was, "initrd", key, false);
	put(top, "vmlinuz", 0, "kernel 1");
	expect_key(&was, "initrd", key, true);
	put(top, "qemu-system-x86_64", 0, "another");
	expect_key(&was, "initrd", key, false);
	setenv("PATH", strchr(path, ':') + 1, 1);
	free(path);
	free(key);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_made_once_used_by_many), T(test_one_makes_others_wait), T(test_unfinished),
		T(test_given_up_is_removed), T(test_damaged), T(test_holes_do_not_matter),
		T(test_distrusted), T(test_no_cache), T(test_prune_oldest_first),
		T(test_prune_spares_what_is_used), T(test_limit), T(test_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
