// SPDX-License-Identifier: GPL-2.0-only
/* Writes the script for gnuplot, with quoting and styles, and runs gnuplot once for all plots. */
#include "plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/command.h"
#include "lib/base/visible.h"
#include "plot_internal.h"

#define MAX_NAME	64	/* of a file, before its number and suffix */

/*
 * Inside single quotes only two things are special to gnuplot: a quote, which is written twice,
 * and the end of the line.
 */
void plot_quote(struct strbuf *out, const char *s)
{
	char *text = visible(s, 0);

	strbuf_addc(out, '\'');
	for (const char *p = text; *p; p++) {
		if (*p == '\'')
			strbuf_addc(out, '\'');
		strbuf_addc(out, *p);
	}
	strbuf_addc(out, '\'');
	free(text);
}

static bool is_taken(const struct plots *plots, const char *name)
{
	for (size_t i = 0; i < plots->nr; i++)
		if (!strcmp(plots->v[i].name, name))
			return true;
	return false;
}

/* Makes a file name of @name that no other plot has. Frees @name. */
static char *file_name(const struct plots *plots, char *name)
{
	char *file;

	for (char *c = name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", *c))
			*c = '_';
	file = xasprintf("%.*s", MAX_NAME, name);
	for (size_t n = plots->nr; is_taken(plots, file); n++) {
		free(file);
		file = xasprintf("%.*s_%zu", MAX_NAME, name, n);
	}
	free(name);
	return file;
}

struct plot *plot_new(struct plots *plots, char *name, char *title, int width, int height)
{
	struct plot *p;

	name = file_name(plots, name);
	plots->v = xrealloc(plots->v, (plots->nr + 1) * sizeof(*plots->v));
	p = &plots->v[plots->nr++];
	*p = (struct plot){ .name = name, .title = title, .width = width, .height = height };
	strbuf_adds(&p->body, "set title ");
	plot_quote(&p->body, title);
	strbuf_adds(&p->body, "\n");
	return p;
}

void plots_free(struct plots *plots)
{
	for (size_t i = 0; i < plots->nr; i++) {
		free(plots->v[i].name);
		free(plots->v[i].title);
		strbuf_free(&plots->v[i].body);
	}
	free(plots->v);
	memset(plots, 0, sizeof(*plots));
}

static void add_styles(struct strbuf *out)
{
	static const struct {
		const char *rgb;
		int point, dash;
	} styles[] = {		/* PLOT_LEGACY... */
		{ "#0072B2", 7, 1 }, { "#D55E00", 5, 2 }, { "#009E73", 9, 4 }, { "#000000", 13, 3 },
		{ "#777777", 7, 1 }, { "#0072B2", 11, 1 }, { "#D55E00", 9, 1 }, { "#E69F00", 4, 1 },
	};

	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		strbuf_addf(out, "set style line %zu lc rgb ", i + 1);
		plot_quote(out, styles[i].rgb);
		strbuf_addf(out, " lw 2 pt %d ps 0.9 dt %d\n", styles[i].point, styles[i].dash);
	}
	strbuf_adds(out, "set grid lc rgb '#bbbbbb' lw 0.5 dt 1\nset border lc rgb '#444444'\n"
		    "set tics textcolor rgb '#222222'\n"
		    "set tmargin 5\nset key at screen 0.5, screen 0.985 center top horizontal samplen 3 maxrows 1\n");
}

static void add_output(struct strbuf *out, const char *dir, const struct plot *p, bool svg)
{
	char *file = xasprintf("%s/%s.%s", dir, p->name, svg ? "svg" : "png");

	if (svg) {
		strbuf_addf(out, "set terminal svg size %d,%d dynamic font 'sans-serif,17' background 'white' name ",
			    p->width, p->height);
		plot_quote(out, p->name);
		strbuf_adds(out, "\n");
	} else {
		strbuf_addf(out, "set terminal pngcairo size %d,%d font 'DejaVu Sans,16' fontscale 0.9 background 'white'\n",
			    p->width * 3 / 2, p->height * 3 / 2);
	}
	strbuf_adds(out, "set output ");
	plot_quote(out, file);
	strbuf_adds(out, "\n");
	free(file);
}

static int write_script(const char *path, const struct strbuf *script)
{
	FILE *f = fopen(path, "w");
	int err = 0;

	if (!f)
		return -errno;
	if (fwrite(script->s, 1, script->len, f) != script->len)
		err = -EIO;
	return fclose(f) && !err ? -errno : err;
}

int plots_draw(const struct plots *plots, const char *dir)
{
	char *path = xasprintf("%s/plots.gp", dir);
	char *argv[] = { (char *)"gnuplot", path, NULL };
	struct strbuf script = STRBUF_INIT, said = STRBUF_INIT;
	int err;

	strbuf_adds(&script, "# drawn again by: gnuplot plots.gp\n");
	for (size_t i = 0; i < plots->nr; i++)
		for (int svg = 0; svg < 2; svg++) {
			strbuf_adds(&script, "reset\nset encoding utf8\n");
			add_output(&script, dir, &plots->v[i], svg);
			strbuf_adds(&script, "set termoption noenhanced\n");
			add_styles(&script);
			if (svg == 1 && plots->v[i].of_orders)
				strbuf_adds(&script, "unset key\nset tmargin 2.5\n");
			strbuf_add(&script, plots->v[i].body.s, plots->v[i].body.len);
			strbuf_adds(&script, "unset output\n");
		}
	err = write_script(path, &script);
	if (!err && plots->nr) {
		err = command_output(argv, &said);
		err = err == 127 ? -ENOENT : err > 0 ? -EIO : err;
	}
	strbuf_free(&script);
	strbuf_free(&said);
	free(path);
	return err;
}
