/*
 * What the commands that read a trail share.
 */
#ifndef MODTRAIL_REPORT_COLUMNS_H
#define MODTRAIL_REPORT_COLUMNS_H

#include "base/table.h"
#include "trail/store.h"

#include <stdint.h>

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
