#include "base/json.h"

#include "base/escape.h"
#include "base/timespec.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

void json_init(struct json *j, FILE *to)
{
	*j = (struct json){ .to = to };
}

static bool on_one_line(const struct json *j)
{
	return j->inline_depth != 0 && j->depth >= j->inline_depth;
}

static void put_newline(struct json *j)
{
	fputc('\n', j->to);
	for (unsigned i = 0; i < j->depth; i++)
		fputs("  ", j->to);
}

static void put_string(struct json *j, const char *text)
{
	escape_print(j->to, ESCAPE_JSON, (struct bytes){ text, strlen(text) });
}

/* What stands before a value: a comma, a place, its key. */
static void put_key(struct json *j, const char *key)
{
	if (j->begun)
		fputs(on_one_line(j) ? ", " : ",", j->to);
	if (j->depth > 0 && !on_one_line(j))
		put_newline(j);
	if (key != NULL) {
		put_string(j, key);
		fputs(": ", j->to);
	}
	j->begun = true;
}

static void begin(struct json *j, const char *key, char bracket)
{
	put_key(j, key);
	fputc(bracket, j->to);
	j->depth++;
	j->begun = false;
}

static void end(struct json *j, char bracket)
{
	bool one_line = on_one_line(j);

	assert(j->depth > 0);
	if (j->depth == j->inline_depth)
		j->inline_depth = 0;
	j->depth--;
	if (j->begun && !one_line)
		put_newline(j);
	fputc(bracket, j->to);
	j->begun = true;
	if (j->depth == 0)
		fputc('\n', j->to);
}

void json_begin_object(struct json *j, const char *key)
{
	begin(j, key, '{');
}

void json_begin_array(struct json *j, const char *key)
{
	begin(j, key, '[');
}

void json_begin_row(struct json *j, const char *key)
{
	begin(j, key, '{');
	if (j->inline_depth == 0)
		j->inline_depth = j->depth;
}

void json_end_object(struct json *j)
{
	end(j, '}');
}

void json_end_array(struct json *j)
{
	end(j, ']');
}

void json_text(struct json *j, const char *key, struct bytes value)
{
	put_key(j, key);
	if (value.data == NULL)
		fputs("null", j->to);
	else
		escape_print(j->to, ESCAPE_JSON, value);
}

void json_string(struct json *j, const char *key, const char *value)
{
	json_text(j, key, (struct bytes){ value, value ? strlen(value) : 0 });
}

void json_number(struct json *j, const char *key, int64_t value)
{
	put_key(j, key);
	fprintf(j->to, "%" PRId64, value);
}

void json_decimal(struct json *j, const char *key, struct bytes digits)
{
	put_key(j, key);
	fwrite(digits.data, 1, digits.len, j->to);
}

void json_bool(struct json *j, const char *key, bool value)
{
	put_key(j, key);
	fputs(value ? "true" : "false", j->to);
}

void json_null(struct json *j, const char *key)
{
	put_key(j, key);
	fputs("null", j->to);
}

void json_time(struct json *j, const char *key, int64_t ms)
{
	char text[TIME_TEXT];

	json_string(j, key, time_utc(ms, text));
}
