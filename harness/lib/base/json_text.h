/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON of any bytes. jansson makes no string of what is no UTF-8 and returns NULL, and
 * a value that is NULL is silently left out: these never return NULL. All strings and
 * documents of ours are made here; harness/tests/lint keeps it so.
 *
 * A byte that is no UTF-8 is \xNN in the string, and a backslash before such an escape is
 * \x5c (visible.h, VISIBLE_EXACT): different texts give different strings, and
 * visible_undo() brings the bytes back.
 */
#ifndef HARNESS_JSON_TEXT_H
#define HARNESS_JSON_TEXT_H

#include <jansson.h>

/* A string; null for NULL. */
json_t *json_text(const char *s);
json_t *json_textf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Of a string in a document that was read: it has been made UTF-8 before, and stays as it is. */
json_t *json_again(const char *s);
/* For a key that is no literal. @value is taken. */
void json_put(json_t *object, const char *key, json_t *value);
/*
 * The document, which is taken, with jansson's @flags. Characters that steer a terminal are
 * written as \uNNNN. The caller frees it.
 */
char *json_take(json_t *document, size_t flags);

#endif /* HARNESS_JSON_TEXT_H */
