// SPDX-License-Identifier: GPL-2.0-only
/* Errors in an input: kept with their place, printed with the line they are in. */
#include "diag.h"

#include <stdlib.h>
#include <string.h>

#include "strbuf.h"

size_t text_mark(const char *text, size_t len)
{
	return len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
}

bool diag_verror(struct diag *diag, const char *file, struct pos pos,
		 const char *fmt, va_list ap)
{
	if (diag->text[0])
		return false;
	snprintf(diag->file, sizeof(diag->file), "%s", file);
	diag->line = pos.line;
	diag->col = pos.col;
	vsnprintf(diag->text, sizeof(diag->text), fmt, ap);
	return false;
}

bool diag_error(struct diag *diag, const char *file, struct pos pos,
		const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_verror(diag, file, pos, fmt, ap);
	va_end(ap);
	return false;
}

static const char *find_line(const char *source, unsigned int nr)
{
	const char *line = source;

	while (line && --nr) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return line;
}

#define MAX_SHOWN 160

void diag_print(const struct diag *diag, const char *source, FILE *out)
{
	const char *line;
	size_t len;

	fprintf(out, "%s:", diag->file);
	if (diag->line)
		fprintf(out, "%u:", diag->line);
	if (diag->col)
		fprintf(out, "%u:", diag->col);
	fprintf(out, " error: %s\n", diag->text);

	line = source && diag->line ? find_line(source, diag->line) : NULL;
	if (!line)
		return;
	if (diag->line == 1)
		line += text_mark(line, strnlen(line, 3));
	len = strcspn(line, "\n");
	if (len && line[len - 1] == '\r')
		len--;
	if (diag->col > MAX_SHOWN)
		return;
	fprintf(out, "%5u | ", diag->line);
	/* The file may hold escape sequences: print nothing that controls a terminal. */
	for (size_t i = 0; i < len && i < MAX_SHOWN; i++)
		fputc(line[i] == '\t' || (line[i] >= ' ' && line[i] <= '~') ? line[i] : '?', out);
	fprintf(out, "\n");
	if (!diag->col)
		return;
	fprintf(out, "      | ");
	for (size_t i = 0; i + 1 < diag->col; i++)
		fputc(i < len && line[i] == '\t' ? '\t' : ' ', out);
	fprintf(out, "^\n");
}

void diag_lacks(struct diag *diag, const char *name)
{
	if (!diag->text[0])
		snprintf(diag->lacks, sizeof(diag->lacks), "%s", name);
}

static bool is_before(const struct diag *a, const struct diag *b)
{
	return a->line != b->line ? a->line < b->line : a->col < b->col;
}

bool diags_add(struct diags *diags, const struct diag *diag)
{
	size_t i;

	for (i = 0; i < diags->nr; i++)
		if (diags->v[i].line == diag->line && diags->v[i].col == diag->col &&
		    !strcmp(diags->v[i].text, diag->text))
			return false;
	diags->v = xrealloc(diags->v, (diags->nr + 1) * sizeof(*diags->v));
	for (i = diags->nr++; i && is_before(diag, &diags->v[i - 1]); i--)
		diags->v[i] = diags->v[i - 1];
	diags->v[i] = *diag;
	return true;
}

void diags_print(const struct diags *diags, const char *source, FILE *out)
{
	for (size_t i = 0; i < diags->nr; i++)
		diag_print(&diags->v[i], source, out);
}

void diags_free(struct diags *diags)
{
	free(diags->v);
	*diags = (struct diags){ 0 };
}
