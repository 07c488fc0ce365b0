/*
 * Rows to a table for people (libsmartcols), or to JSON or CSV for programs.
 * The only includer of libsmartcols.h.
 *
 * JSON is one object {"NAME": [ {column: value, ...}, ... ]}; numbers stay
 * numbers, missing values are null. CSV has a header line (RFC 4180, CRLF).
 * JSON and CSV are written row by row, because a report may have millions;
 * a table needs all rows to know its widths. On a terminal a cell that would
 * fill many lines is shortened to its beginning; anywhere else all are whole.
 */
#ifndef MODTRAIL_BASE_TABLE_H
#define MODTRAIL_BASE_TABLE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

enum table_format { TABLE_TEXT, TABLE_JSON, TABLE_CSV };

enum column_type {
	COLUMN_TEXT,
	COLUMN_NUMBER,		/* right-aligned; a JSON number */
	COLUMN_TIME,		/* milliseconds: local time in tables, RFC 3339 UTC elsewhere */
	COLUMN_BOOL,		/* 0 or 1: yes/no in tables, true/false in JSON, 1/0 in CSV */
};

struct column {
	const char *name;	/* lower case; the heading is its upper case */
	enum column_type type;
	double width_hint;	/* libsmartcols: 0 to 1 of the terminal, above 1 characters */
	bool wraps;		/* may be wrapped on a narrow terminal */
	const char *help;	/* one line for --list-columns */
};

enum table_color { COLOR_NONE, COLOR_GOOD, COLOR_WARN, COLOR_BAD, COLOR_DIM };

struct table;

/*
 * name: the key of the array in JSON. columns: borrowed until table_end().
 * color: whether cells may be coloured (see table_color_wanted()).
 */
must_check int table_begin(struct table **out, FILE *to, enum table_format format, const char *name,
			   const struct column *const *columns, size_t count, bool color,
			   struct error *err);

/*
 * A row is begun, then filled cell by cell in the order of the columns. NULL
 * data is a missing value.
 */
must_check int table_row(struct table *t, struct error *err);
must_check int table_text(struct table *t, struct bytes value, enum table_color color,
			  struct error *err);
must_check int table_number(struct table *t, int64_t value, struct error *err);
/* A number that is no integer, spelt as JSON allows: "1.5", "-2.0e+99". */
must_check int table_decimal(struct table *t, struct bytes digits, struct error *err);
must_check int table_missing(struct table *t, struct error *err);

/* Prints what is left, flushes (base/output.h), and frees t, also on error. Accepts NULL. */
int table_end(struct table *t, struct error *err);
void table_free(struct table *t);

/* Is to a terminal, and is NO_COLOR (no-color.org) unset and TERM not dumb? */
bool table_color_wanted(FILE *to);

/* For AUTO. */
static inline void table_freep(struct table **t)
{
	table_free(*t);
}

#endif
