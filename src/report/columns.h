/*
 * What the commands that read a trail share.
 */
#ifndef MODTRAIL_REPORT_COLUMNS_H
#define MODTRAIL_REPORT_COLUMNS_H

#include "base/table.h"
#include "trail/store.h"

#include <stdint.h>

/* For AUTO. */
static inline void store_closep(struct store **s)
{
	store_close(*s);
}

static inline void query_closep(struct query **q)
{
	query_close(*q);
}

static inline void table_freep(struct table **t)
{
	table_free(*t);
}

/* The place of a column that our own SQL has. */
int query_column(const struct query *q, const char *name);

/*
 * Colours for people's eyes: red for what failed; what did not happen, or what
 * nobody did, steps back. COLOR_NONE for everything else.
 */
enum table_color value_color(const char *column, struct bytes value);

/* Fills the next cell of t, which is of the given column, from a column of q. */
must_check int print_cell(struct table *t, const struct column *column, const struct query *q,
			  int from, struct error *err);

/* One action's or one row's columns as members of a JSON object. */
struct json;
void json_cell(struct json *j, const struct column *column, const struct query *q, int from);

/* The columns of the view activity, in the order of JSON and CSV. */
extern const struct column activity_columns[];
extern const size_t activity_column_count;
#define ACTIVITY_COLUMNS_MAX 64

#endif
