// SPDX-License-Identifier: GPL-2.0-only
/* Reads what a board says of itself, and knows which worlds that allows. */
#include "facts.h"

#include <stdlib.h>
#include <string.h>

static void take(char **field, const char *value)
{
	free(*field);
	*field = xstrdup(value);
}

void board_facts_read(struct board_facts *f, const char *text)
{
	char *copy = xstrdup(text), *line, *save = NULL;

	memset(f, 0, sizeof(*f));
	f->boot_id = xstrdup("");
	f->release = xstrdup("");
	f->machine = xstrdup("");
	strbuf_adds(&f->text, text);
	for (line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, '=');

		line[strcspn(line, "\r")] = '\0';	/* a script may read a serial line */
		if (!value)
			continue;
		*value++ = '\0';
		if (!strcmp(line, "boot_id"))
			take(&f->boot_id, value);
		else if (!strcmp(line, "release"))
			take(&f->release, value);
		else if (!strcmp(line, "machine"))
			take(&f->machine, value);
		else if (!strcmp(line, "missing"))
			strbuf_addf(&f->missing, "%s\n", value);
		else if (!strcmp(line, "without"))
			strbuf_addf(&f->without, "%s\n", value);
		else if (!strcmp(line, "swiotlb"))
			f->bounces = !strcmp(value, "force");
		else if (!strcmp(line, "panic"))
			f->panics_boot = strcmp(value, "0");
		else if (!strcmp(line, "above_4g"))
			f->above_4g = !strcmp(value, "yes");
	}
	free(copy);
}

void board_facts_free(struct board_facts *f)
{
	strbuf_free(&f->text);
	strbuf_free(&f->missing);
	strbuf_free(&f->without);
	free(f->boot_id);
	free(f->release);
	free(f->machine);
	memset(f, 0, sizeof(*f));
}

char *board_facts_no_world(const struct board_facts *f, const struct machine *machine,
			   enum world world)
{
	switch (world) {
	case WORLD_BOUNCE:
		return f->bounces ? NULL :
		       xasprintf("the board was booted without what makes devices bounce: add %s to its boot line",
				 machine->bounce);
	case WORLD_COHERENT:
		return f->bounces ? xstrdup("the board's boot line makes all devices bounce: boot it without swiotlb=force") :
				    NULL;
	case WORLD_BOUNCE32:
		if (f->bounces)
			return xstrdup("the board's boot line makes all devices bounce: boot it without swiotlb=force");
		return f->above_4g ? NULL :
				     xstrdup("the board has no memory above 4 GiB, which this world needs");
	case WORLD_STRICT:
		return NULL;
	default:
		return xstrdup("it is a guest with the bus masters that QEMU has");
	}
}
