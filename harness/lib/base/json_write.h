/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes JSON into a strbuf, for the agent, which is linked without a JSON library. Members and
 * elements come one after the other; commas are added. What has jansson uses json_text.h.
 */
#ifndef HARNESS_JSON_WRITE_H
#define HARNESS_JSON_WRITE_H

#include <stdint.h>

#include "strbuf.h"

/* @key is a literal of letters, or NULL in an array and at the top. */
void json_open(struct strbuf *out, const char *key, char brace);	/* '{' or '[' */
void json_close(struct strbuf *out, char brace);			/* '}' or ']' */
/* Any bytes, made visible as in json_text(); NULL: null. */
void json_write_text(struct strbuf *out, const char *key, const char *text);
void json_write_number(struct strbuf *out, const char *key, uint64_t n);
/* Three decimals; what is no number is null. */
void json_write_real(struct strbuf *out, const char *key, double x);

#endif /* HARNESS_JSON_WRITE_H */
