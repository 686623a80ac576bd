// SPDX-License-Identifier: GPL-2.0-only
/* Words for a shell's command line. */
#include "shell.h"

#include <string.h>

#include "strbuf.h"

char *shell_word(const char *word)
{
	struct strbuf sb = STRBUF_INIT;
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-+=./:,@%";

	if (*word && !word[strspn(word, plain)])
		return xstrdup(word);
	strbuf_addc(&sb, '\'');
	for (; *word; word++)
		if (*word == '\'')
			strbuf_adds(&sb, "'\\''");
		else
			strbuf_addc(&sb, *word);
	strbuf_addc(&sb, '\'');
	return strbuf_detach(&sb);
}
