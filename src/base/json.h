/*
 * Writes JSON, one value after the other, with the commas and the escaping.
 * Objects and arrays nest; a key is given inside an object and NULL inside an
 * array. Errors stay in the stream (ferror).
 */
#ifndef MODTRAIL_BASE_JSON_H
#define MODTRAIL_BASE_JSON_H

#include "base/util.h"

#include <stdbool.h>
#include <stdio.h>

struct json {
	FILE *to;
	unsigned depth;
	unsigned inline_depth;	/* from this depth on everything is on one line; 0: nowhere */
	bool begun;		/* the innermost object or array has a value already */
};

/* The outermost value follows; json_end() of it ends with a newline. */
void json_init(struct json *j, FILE *to);

void json_begin_object(struct json *j, const char *key);
void json_begin_array(struct json *j, const char *key);
/* An object on one line, with all that is in it. */
void json_begin_row(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_end_array(struct json *j);

/* data NULL: null. Invalid UTF-8 becomes U+FFFD. */
void json_text(struct json *j, const char *key, struct bytes value);
/* A string of our own, or NULL for null. */
void json_string(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, int64_t value);
/* A number spelt as JSON allows it: "1.5". */
void json_decimal(struct json *j, const char *key, struct bytes digits);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
/* Milliseconds since 1970 as RFC 3339, UTC. */
void json_time(struct json *j, const char *key, int64_t ms);

#endif
