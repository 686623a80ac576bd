/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON of any bytes. For text that is not UTF-8 jansson returns NULL, and a value that is NULL
 * is silently left out; the functions here never return NULL. All our strings and documents
 * are made here; harness/tests/lint checks that.
 *
 * A byte that is not UTF-8 becomes \xNN in the string, and a backslash before such an escape
 * becomes \x5c (visible.h, VISIBLE_EXACT), so that different texts give different strings and
 * visible_undo() restores the bytes.
 */
#ifndef HARNESS_JSON_TEXT_H
#define HARNESS_JSON_TEXT_H

#include <jansson.h>

/* Makes a JSON string; JSON null for NULL. */
json_t *json_text(const char *s);
json_t *json_textf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Makes a JSON string of one that was read from a document: it is UTF-8 and stays as it is. */
json_t *json_again(const char *s);
/* Sets a key that is not a literal. Takes over the reference to @value. */
void json_put(json_t *object, const char *key, json_t *value);
/*
 * Writes the document with jansson's @flags and drops the reference to it. Characters that
 * control a terminal are written as \uNNNN. The caller frees the text.
 */
char *json_take(json_t *document, size_t flags);

#endif /* HARNESS_JSON_TEXT_H */
