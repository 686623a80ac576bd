/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests of numbers. Include it after cmocka.h and math.h. */
#ifndef TESTS_NEAR_H
#define TESTS_NEAR_H

#define NR(a)		(sizeof(a) / sizeof((a)[0]))

static inline void near(double is, double want, double off)
{
	if (!(fabs(is - want) <= off)) {
		print_error("is %.9g, wanted %.9g +- %g\n", is, want, off);
		fail();
	}
}

#endif /* TESTS_NEAR_H */
