// SPDX-License-Identifier: GPL-2.0-only
/*
 * The real talitos on register models.
 *
 *   talitos selftest OPS [MODEL...]   its algorithms register, and pass the kernel's tests
 *   talitos xor OPS                   XOR of any number of sources and any length
 */
#include "fsl.h"

/* What a node's masks let it register, of what the driver has. */
static const struct {
	const char *model;
	int algorithms;
} models[] = {
	{ "sec2.1", 31 }, { "sec3.0", 39 }, { "sec3.1", 39 }, { "sec3.3", 39 },
};

#define NR_MODELS (sizeof(models) / sizeof(models[0]))

static void see_alg(const char *line, void *arg)
{
	(void)arg;
	if (strstr(line, "alg:") || strstr(line, "talitos") || strstr(line, "fslmodel") ||
	    strstr(line, "softdma"))
		printf("log: %s\n", line);
}

/* Of /proc/crypto's talitos entries: how many, and how many passed. */
static int count_algorithms(int *passed, bool show)
{
	FILE *f = fopen("/proc/crypto", "r");
	char line[256], driver[128] = "";
	int n = 0;

	*passed = 0;
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "driver : %127s", driver) == 1)
			n += !!strstr(driver, "talitos");
		if (!strncmp(line, "selftest", 8) && strstr(driver, "talitos")) {
			bool ok = strstr(line, "passed");

			*passed += ok;
			if (show || !ok)
				printf("  %-44s %s", driver, strchr(line, ':') + 2);
		}
	}
	if (f)
		fclose(f);
	return n;
}

static bool selftest(const char *model, int algorithms, const char *ops)
{
	char device[64];
	int n, passed;
	bool bad;

	log_read(NULL, NULL);
	bad = fsl_start("sec", model, ops, "", device);
	bad |= log_read(see_alg, NULL);
	n = count_algorithms(&passed, true);
	printf("selftest: %s %s: %d of %d algorithms passed; %lld descriptors, %lld errors, %lld refused, %lld said\n",
	       model, ops, passed, n, fsl_stat("sec", "submitted"), fsl_stat("sec", "errors"),
	       fsl_stat("sec", "access_faults"), fsl_stat("sec", "said"));
	bad |= !n || passed != n || (algorithms && n != algorithms);
	bad |= fsl_stop("sec");
	bad |= log_read(see_alg, NULL);
	return bad || count_algorithms(&passed, false);
}

int main(int argc, char **argv)
{
	bool bad = false;

	log_open();
	if (argc > 2 && !strcmp(argv[1], "selftest")) {
		for (size_t i = 0; i < NR_MODELS; i++)
			if (argc == 3 || !strcmp(argv[3], models[i].model))
				bad |= selftest(models[i].model, models[i].algorithms, argv[2]);
	} else {
		return 2;
	}
	printf("talitos %s: %s\n", argv[1], bad ? "FAILED" : "ok");
	return bad;
}
