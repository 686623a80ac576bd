// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests an engine that cannot be terminated. The executor waits for a transaction that completes
 * late. Of one that never completes, only the memory, the channel and the session are lost. After
 * that the executor cannot be unloaded, so this must be the last program of a guest.
 *
 *   execlost
 */
#include <sys/syscall.h>

#include "exec.h"

/* Loads the executor again, with a parameter as for engines that cannot terminate. */
static int reload(void)
{
	int fd;

	close(dev);
	if (syscall(SYS_delete_module, "dmatorture", O_NONBLOCK))
		return -errno;
	fd = open("/mod/dmatorture.ko", O_RDONLY);
	if (fd < 0 || syscall(SYS_finit_module, fd, "no_terminate=1", 0))
		return -errno;
	close(fd);
	dev = open("/dev/dmatorture", O_RDWR);
	return dev < 0 ? -errno : 0;
}

static void build_one_copy(uint32_t delay_ns)
{
	struct copy c;

	program_init(&p);
	c = add_copy(add_engine(&p, DMT_CAP_MEMCPY, copy_dev, 0), PLAIN);
	THREAD;
	map_copy(&c);
	go_copy(&c);
	add_step3(&p, DMT_STEP_DELAY, 0, delay_ns, delay_ns);
}

/* The completion comes 20 ms after the thread has ended. */
static void test_late(void)
{
	EXPECT_EQ(reload(), 0);
	start_engines("strict", "softirq", NULL, NULL);
	put_attr("copy", "fault_delay_ns", "20000000");
	put_attr("copy", "fault_delay", "1,100,0,-1");
	build_one_copy(0);
	p.h.repeat = htole32(5);
	run_program();
	EXPECT_EQ(sums.status, 0);
	EXPECT_EQ(sums.iterations, 5);
	EXPECT_EQ(sums.leftover_txs, 5);
	EXPECT_EQ(sums.leftover_maps, 10);
	stop_engines();
}

/* It never comes. */
static void test_lost(void)
{
	struct dmt_sums other;

	start_engines("strict", "softirq", "channels", "2");
	put_attr("copy", "fault_drop", "1,100,0,1");
	build_one_copy(0);
	p.h.repeat = htole32(5);
	run_program();
	EXPECT_EQ(sums.status, -EIO);
	EXPECT(strstr(sums.reason, "given up"), "reason: %s", sums.reason);
	EXPECT_EQ(sums.iterations, 0);
	EXPECT_EQ(sums.leftover_maps, 0);
	EXPECT_EQ(sums.records, 6);
	EXPECT_EQ(load_program(), -EIO);
	EXPECT_EQ(reason.error, -EIO);
	EXPECT(reason.text[0], "no reason");
	EXPECT_EQ(ioctl(dev, DMT_IOC_RUN, &other) ? -errno : 0, -EIO);

	/* The next session must use another channel, and then it works. */
	close(dev);
	EXPECT_EQ(syscall(SYS_delete_module, "dmatorture", O_NONBLOCK) ? -errno : 0, -EAGAIN);
	dev = open("/dev/dmatorture", O_RDWR);
	run_program();
	EXPECT_EQ(sums.status, -ENODEV);
	p.engines[0].channel = htole32(1);
	run_program();
	EXPECT_EQ(sums.status, 0);
	EXPECT_EQ(sums.iterations, 5);
}

static const struct test tests[] = {
	{ "late", test_late },
	{ "lost", test_lost },
	{ }
};

int main(int argc, char **argv)
{
	return run_tests("execlost", tests, argc, argv);
}
