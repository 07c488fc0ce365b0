#include "base/table.h"

#include "base/escape.h"
#include "base/json.h"
#include "base/output.h"
#include "base/timespec.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct table {
	FILE *to;
	enum table_format format;
	const struct column *const *columns;
	size_t count;
	size_t cell;			/* the next one; count between rows */
	struct json json;		/* TABLE_JSON */
	struct libscols_table *text;	/* TABLE_TEXT */
	struct libscols_line *line;	/* its current row */
	size_t *longest;		/* per column: bytes of its longest cell */
	size_t cell_max;		/* places that a cell may take */
};

/* Text that is wrapped to less than this is harder to read than lines that are too long. */
#define WRAP_MIN 16

/*
 * A cell takes no more than so many lines of a terminal: in what is longer nobody finds
 * anything, and libsmartcols takes time for it that grows with the square of its length.
 */
#define CELL_LINES 4
#define WIDTH_MIN 80U		/* of them, should the terminal be narrower */

/* Names that libsmartcols knows. */
static const char *const color_names[] = {
	[COLOR_GOOD] = "green",
	[COLOR_WARN] = "brown",		/* what terminals show as yellow */
	[COLOR_BAD] = "red",
	[COLOR_DIM] = "halfbright",
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "out of memory");
}

static int add_column(struct table *t, const struct column *column, struct error *err)
{
	AUTO(freep) char *heading = NULL;
	bool right = column->type == COLUMN_NUMBER;
	int flags = (right ? SCOLS_FL_RIGHT : 0) | (column->wraps ? SCOLS_FL_WRAP : 0);

	if (escape_shortened(&heading, bytes_of(column->name), t->cell_max) < 0)
		return no_memory(err);
	for (char *p = heading; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	if (scols_table_new_column(t->text, heading, column->width_hint, flags) == NULL)
		return no_memory(err);
	return 0;
}

static int begin_text(struct table *t, bool color, struct error *err)
{
	t->longest = calloc(t->count, sizeof(*t->longest));
	t->text = scols_new_table();
	if (t->longest == NULL || t->text == NULL)
		return no_memory(err);
	scols_table_set_stream(t->text, t->to);
	scols_table_enable_colors(t->text, color);
	/* Cells are escaped already; escaping them again would double backslashes. */
	scols_table_enable_noencoding(t->text, 1);
	/* By itself it looks at standard output, whatever the stream is. */
	if (!isatty(fileno(t->to)))
		scols_table_set_termforce(t->text, SCOLS_TERMFORCE_NEVER);
	else
		t->cell_max = CELL_LINES * MAX(scols_table_get_termwidth(t->text), WIDTH_MIN);
	for (size_t i = 0; i < t->count; i++)
		if (add_column(t, t->columns[i], err) < 0)
			return ERR_NOMEM;
	return 0;
}

static void begin_csv(struct table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (i > 0)
			fputc(',', t->to);
		escape_print(t->to, ESCAPE_CSV, bytes_of(t->columns[i]->name));
	}
	fputs("\r\n", t->to);
}

int table_begin(struct table **out, FILE *to, enum table_format format, const char *name,
		const struct column *const *columns, size_t count, bool color, struct error *err)
{
	AUTO(table_freep) struct table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return no_memory(err);
	t->to = to;
	t->format = format;
	t->columns = columns;
	t->count = count;
	t->cell = count;
	t->cell_max = SIZE_MAX;
	if (format == TABLE_CSV) {
		begin_csv(t);
	} else if (format == TABLE_JSON) {
		json_init(&t->json, to);
		json_begin_object(&t->json, NULL);
		json_begin_array(&t->json, name);
	} else if (begin_text(t, color, err) < 0) {
		return ERR_NOMEM;
	}
	*out = t;
	t = NULL;
	return 0;
}

/* JSON and CSV: what ends a row. */
static void end_row(struct table *t)
{
	if (t->format == TABLE_JSON)
		json_end_object(&t->json);
	else
		fputs("\r\n", t->to);
}

int table_row(struct table *t, struct error *err)
{
	assert(t->cell == t->count);	/* the row before has all its cells */
	t->cell = 0;
	if (t->format == TABLE_JSON) {
		json_begin_row(&t->json, NULL);
	} else if (t->format == TABLE_TEXT) {
		t->line = scols_table_new_line(t->text, NULL);
		if (t->line == NULL)
			return no_memory(err);
	}
	return 0;
}

static const struct column *next_column(struct table *t)
{
	assert(t->cell < t->count);
	if (t->format == TABLE_CSV && t->cell > 0)
		fputc(',', t->to);
	return t->columns[t->cell++];
}

static void finish_cell(struct table *t)
{
	if (t->cell == t->count && t->format != TABLE_TEXT)
		end_row(t);
}

/* Gives a cell of a table for people its text, which must be printable. Takes text. */
static int set_cell(struct table *t, char *text, enum table_color color, struct error *err)
{
	struct libscols_cell *cell = scols_line_get_cell(t->line, t->cell - 1);

	t->longest[t->cell - 1] = MAX(t->longest[t->cell - 1], strlen(text));
	if (scols_cell_refer_data(cell, text) < 0) {
		free(text);
		return no_memory(err);
	}
	if (color != COLOR_NONE && scols_cell_set_color(cell, color_names[color]) < 0)
		return no_memory(err);
	return 0;
}

int table_text(struct table *t, struct bytes value, enum table_color color, struct error *err)
{
	const struct column *column;
	char *text;

	if (value.data == NULL)
		return table_missing(t, err);
	column = next_column(t);
	if (t->format == TABLE_TEXT) {
		if (escape_shortened(&text, value, t->cell_max) < 0)
			return no_memory(err);
		return set_cell(t, text, color, err);
	}
	if (t->format == TABLE_JSON)
		json_text(&t->json, column->name, value);
	else
		escape_print(t->to, ESCAPE_CSV, value);
	finish_cell(t);
	return 0;
}

static void json_value(struct table *t, const struct column *column, int64_t value)
{
	if (column->type == COLUMN_TIME)
		json_time(&t->json, column->name, value);
	else if (column->type == COLUMN_BOOL)
		json_bool(&t->json, column->name, value != 0);
	else
		json_number(&t->json, column->name, value);
}

int table_number(struct table *t, int64_t value, struct error *err)
{
	const struct column *column = next_column(t);
	char text[TIME_TEXT], *copy;

	if (t->format == TABLE_JSON) {
		json_value(t, column, value);
		finish_cell(t);
		return 0;
	}
	if (column->type == COLUMN_TIME)
		t->format == TABLE_CSV ? time_utc(value, text) : time_local(value, text);
	else if (column->type == COLUMN_BOOL && t->format == TABLE_TEXT)
		strcpy(text, value ? "yes" : "no");
	else
		snprintf(text, sizeof(text), "%" PRId64, value);
	if (t->format == TABLE_CSV) {
		fputs(text, t->to);
		finish_cell(t);
		return 0;
	}
	copy = strdup(text);
	if (copy == NULL)
		return no_memory(err);
	return set_cell(t, copy, COLOR_NONE, err);
}

int table_decimal(struct table *t, struct bytes digits, struct error *err)
{
	const struct column *column = next_column(t);
	char *copy;

	if (t->format == TABLE_TEXT) {
		copy = strndup(digits.data, digits.len);
		if (copy == NULL)
			return no_memory(err);
		return set_cell(t, copy, COLOR_NONE, err);
	}
	if (t->format == TABLE_JSON)
		json_decimal(&t->json, column->name, digits);
	else
		fwrite(digits.data, 1, digits.len, t->to);
	finish_cell(t);
	return 0;
}

int table_missing(struct table *t, struct error *err)
{
	const struct column *column = next_column(t);
	char *dash;

	if (t->format == TABLE_TEXT) {
		dash = strdup("-");
		if (dash == NULL)
			return no_memory(err);
		return set_cell(t, dash, COLOR_NONE, err);
	}
	if (t->format == TABLE_JSON)
		json_null(&t->json, column->name);
	finish_cell(t);
	return 0;
}

/* Did the last print leave too little room for a column that wraps? */
static bool is_squeezed(const struct table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		size_t width = scols_column_get_width(scols_table_get_column(t->text, i));

		if (t->columns[i]->wraps && width < MIN(t->longest[i], WRAP_MIN))
			return true;
	}
	return false;
}

/* A terminal may be too narrow for the columns; only a trial shows it. */
static int print_text(struct table *t)
{
	AUTO(freep) char *trial = NULL;

	if (isatty(fileno(t->to))) {
		if (scols_print_table_to_string(t->text, &trial) < 0)
			return -1;
		if (is_squeezed(t))
			scols_table_set_termforce(t->text, SCOLS_TERMFORCE_NEVER);
	}
	return scols_print_table(t->text);
}

int table_end(struct table *table, struct error *err)
{
	AUTO(table_freep) struct table *t = table;
	int rc = 0;

	if (t == NULL)
		return 0;
	assert(t->cell == t->count);
	if (t->format == TABLE_JSON) {
		json_end_array(&t->json);
		json_end_object(&t->json);
	} else if (t->format == TABLE_TEXT) {
		rc = print_text(t);
	}
	if (rc < 0 && !ferror(t->to))
		return no_memory(err);
	return output_flush(t->to, NULL, err);
}

void table_free(struct table *t)
{
	if (t == NULL)
		return;
	scols_unref_table(t->text);
	free(t->longest);
	free(t);
}

bool table_color_wanted(FILE *to)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no_color != NULL && *no_color != '\0')
		return false;
	return term != NULL && strcmp(term, "dumb") != 0 && isatty(fileno(to));
}
