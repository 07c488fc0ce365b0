/* Tables, JSON and CSV: shapes, widths, and text that means harm. */
#include "base/table.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const struct column id = { .name = "id", .type = COLUMN_NUMBER };
static const struct column when = { .name = "time", .type = COLUMN_TIME };
static const struct column module = { .name = "module", .type = COLUMN_TEXT };
static const struct column loaded = { .name = "loaded", .type = COLUMN_BOOL };
static const struct column *const all[] = { &id, &when, &module, &loaded };

/* What a table writes, collected. */
struct output {
	FILE *to;
	char *text;
	size_t len;
	struct table *table;
	struct error err;
};

static int setup(void **state)
{
	struct output *o = calloc(1, sizeof(*o));

	setenv("TZ", "CET-1", 1);
	tzset();
	assert_non_null(o);
	o->to = open_memstream(&o->text, &o->len);
	assert_non_null(o->to);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	struct output *o = *state;

	if (o->to != NULL)
		fclose(o->to);
	free(o->text);
	free(o);
	return 0;
}

static void begin(struct output *o, enum table_format format, bool color)
{
	assert_int_equal(table_begin(&o->table, o->to, format, "actions", all, ARRAY_SIZE(all),
				     color, &o->err), 0);
}

static void row(struct output *o, int64_t number, int64_t ms, struct bytes text,
		enum table_color color, bool yes)
{
	assert_int_equal(table_row(o->table, &o->err), 0);
	assert_int_equal(table_number(o->table, number, &o->err), 0);
	assert_int_equal(table_number(o->table, ms, &o->err), 0);
	assert_int_equal(table_text(o->table, text, color, &o->err), 0);
	assert_int_equal(table_number(o->table, yes, &o->err), 0);
}

static void empty_row(struct output *o)
{
	assert_int_equal(table_row(o->table, &o->err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		assert_int_equal(table_missing(o->table, &o->err), 0);
}

static const char *finish(struct output *o)
{
	assert_int_equal(table_end(o->table, &o->err), 0);
	fclose(o->to);
	o->to = NULL;
	return o->text;
}

#define TEXT(s) ((struct bytes){ s, sizeof(s) - 1 })
#define STAMP INT64_C(1795457483072)

static void a_table_has_headings_and_aligned_columns(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_TEXT, false);
	row(o, 7, STAMP, TEXT("dummy"), COLOR_NONE, true);
	row(o, 1234, STAMP + 1000, TEXT("nft"), COLOR_NONE, false);
	assert_string_equal(finish(o),
			    "  ID TIME                MODULE LOADED\n"
			    "   7 2026-11-23 19:11:23 dummy  yes\n"
			    "1234 2026-11-23 19:11:24 nft    no\n");
}

static void missing_values_show_in_every_format(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_TEXT, false);
	empty_row(o);
	assert_int_equal(table_end(o->table, &o->err), 0);
	begin(o, TABLE_JSON, false);
	empty_row(o);
	assert_int_equal(table_end(o->table, &o->err), 0);
	begin(o, TABLE_CSV, false);
	empty_row(o);
	assert_string_equal(finish(o),
			    "ID TIME MODULE LOADED\n"
			    " - -    -      -\n"
			    "{\n"
			    "  \"actions\": [\n"
			    "    {\"id\": null, \"time\": null, \"module\": null, "
			    "\"loaded\": null}\n"
			    "  ]\n"
			    "}\n"
			    "id,time,module,loaded\r\n"
			    ",,,\r\n");
}

static void text_without_data_is_missing(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_JSON, false);
	row(o, 1, 0, (struct bytes){ NULL, 0 }, COLOR_BAD, false);
	assert_non_null(strstr(finish(o), "\"module\": null,"));
}

static void empty_text_is_not_missing(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_JSON, false);
	row(o, 1, 0, TEXT(""), COLOR_NONE, false);
	assert_non_null(strstr(finish(o), "\"module\": \"\","));
}

static void json_keeps_types_and_separates_rows(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_JSON, false);
	row(o, INT64_MIN, STAMP, TEXT("a"), COLOR_NONE, true);
	row(o, INT64_MAX, STAMP, TEXT("b"), COLOR_NONE, false);
	assert_string_equal(finish(o),
			    "{\n"
			    "  \"actions\": [\n"
			    "    {\"id\": -9223372036854775808, "
			    "\"time\": \"2026-11-23T18:11:23.072Z\", "
			    "\"module\": \"a\", \"loaded\": true},\n"
			    "    {\"id\": 9223372036854775807, "
			    "\"time\": \"2026-11-23T18:11:23.072Z\", "
			    "\"module\": \"b\", \"loaded\": false}\n"
			    "  ]\n"
			    "}\n");
}

static void decimals_stay_numbers_in_every_format(void **state)
{
	static const struct column share = { .name = "share", .type = COLUMN_NUMBER };
	static const struct column *const only[] = { &share };
	static const enum table_format formats[] = { TABLE_TEXT, TABLE_JSON, TABLE_CSV };
	struct output *o = *state;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		assert_int_equal(table_begin(&o->table, o->to, formats[i], "rows", only, 1, false,
					     &o->err), 0);
		assert_int_equal(table_row(o->table, &o->err), 0);
		assert_int_equal(table_decimal(o->table, TEXT("-1.5"), &o->err), 0);
		assert_int_equal(table_end(o->table, &o->err), 0);
	}
	o->table = NULL;
	assert_string_equal(finish(o),
			    "SHARE\n"
			    " -1.5\n"
			    "{\n  \"rows\": [\n    {\"share\": -1.5}\n  ]\n}\n"
			    "share\r\n-1.5\r\n");
}

static void json_without_rows_is_an_empty_array(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_JSON, false);
	assert_string_equal(finish(o), "{\n  \"actions\": []\n}\n");
}

static void csv_has_a_heading_and_crlf(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_CSV, false);
	row(o, -7, STAMP, TEXT("a,\"b\""), COLOR_NONE, true);
	assert_string_equal(finish(o),
			    "id,time,module,loaded\r\n"
			    "-7,2026-11-23T18:11:23.072Z,\"a,\"\"b\"\"\",1\r\n");
}

static void json_is_written_as_rows_come(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_JSON, false);
	row(o, 1, 0, TEXT("first"), COLOR_NONE, false);
	fflush(o->to);
	assert_non_null(strstr(o->text, "\"first\""));
	table_free(o->table);
}

static void hostile_text_cannot_steer_the_terminal(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_TEXT, false);
	row(o, 1, 0, TEXT("\033[31mred\n\r\xff\\x41"), COLOR_NONE, false);
	finish(o);
	assert_null(strchr(o->text, '\033'));
	assert_null(strchr(o->text, '\r'));
	assert_null(strchr(o->text, 0xff));
	/* escaped once, by us: the backslash that was there is doubled, ours is not */
	assert_non_null(strstr(o->text, "[31mred\\n"));
	assert_non_null(strstr(o->text, "\\xff\\\\x41 "));
}

static void a_nul_byte_cuts_nothing_off(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_TEXT, false);
	row(o, 1, 0, TEXT("a\0b"), COLOR_NONE, false);
	assert_non_null(strstr(finish(o), "a\\x00b"));
}

/* U+4E2D takes two places on the screen and three bytes. */
static void wide_characters_keep_columns_aligned(void **state)
{
	struct output *o = *state;

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		skip();
	begin(o, TABLE_TEXT, false);
	row(o, 1, 0, TEXT("\xe4\xb8\xad\xe4\xb8\xad"), COLOR_NONE, true);
	row(o, 2, 0, TEXT("\xc3\xa4"), COLOR_NONE, true);
	finish(o);
	setlocale(LC_CTYPE, "C");
	assert_string_equal(o->text,
			    "ID TIME                MODULE LOADED\n"
			    " 1 1970-01-01 01:00:00 \xe4\xb8\xad\xe4\xb8\xad   yes\n"
			    " 2 1970-01-01 01:00:00 \xc3\xa4      yes\n");
}

static void color_is_for_cells_that_ask_and_tables_that_may(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_TEXT, true);
	row(o, 1, 0, TEXT("dummy"), COLOR_BAD, true);
	assert_int_equal(table_end(o->table, &o->err), 0);
	fflush(o->to);
	assert_non_null(strstr(o->text, "\033[31mdummy"));
	rewind(o->to);
	begin(o, TABLE_TEXT, false);
	row(o, 1, 0, TEXT("dummy"), COLOR_BAD, true);
	finish(o);
	assert_null(strchr(o->text, '\033'));
}

static void every_color_is_known_to_the_library(void **state)
{
	struct output *o = *state;

	begin(o, TABLE_TEXT, true);
	for (int color = COLOR_GOOD; color <= COLOR_DIM; color++)
		row(o, color, 0, TEXT("dummy"), color, true);
	finish(o);
	assert_non_null(strstr(o->text, "\033[32mdummy"));
	assert_non_null(strstr(o->text, "\033[33mdummy"));
	assert_non_null(strstr(o->text, "\033[31mdummy"));
	assert_non_null(strstr(o->text, "\033[2mdummy"));
}

static void no_color_is_wanted_where_nobody_looks(void **state)
{
	struct output *o = *state;

	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	assert_false(table_color_wanted(o->to));
}

static void a_full_disk_is_an_error(void **state)
{
	struct output *o = *state;
	FILE *full = fopen("/dev/full", "w");

	if (full == NULL)
		skip();
	assert_int_equal(table_begin(&o->table, full, TABLE_CSV, "actions", all, ARRAY_SIZE(all),
				     false, &o->err), 0);
	row(o, 1, 0, TEXT("dummy"), COLOR_NONE, true);
	assert_int_equal(table_end(o->table, &o->err), ERR_SYSTEM);
	assert_non_null(strstr(o->err.text, "cannot write the output: No space left"));
	fclose(full);
}

static void ending_or_freeing_nothing_is_fine(void **state)
{
	struct output *o = *state;

	assert_int_equal(table_end(NULL, &o->err), 0);
	table_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_table_has_headings_and_aligned_columns),
		TEST(missing_values_show_in_every_format),
		TEST(text_without_data_is_missing),
		TEST(empty_text_is_not_missing),
		TEST(json_keeps_types_and_separates_rows),
		TEST(decimals_stay_numbers_in_every_format),
		TEST(json_without_rows_is_an_empty_array),
		TEST(csv_has_a_heading_and_crlf),
		TEST(json_is_written_as_rows_come),
		TEST(hostile_text_cannot_steer_the_terminal),
		TEST(a_nul_byte_cuts_nothing_off),
		TEST(wide_characters_keep_columns_aligned),
		TEST(color_is_for_cells_that_ask_and_tables_that_may),
		TEST(every_color_is_known_to_the_library),
		TEST(no_color_is_wanted_where_nobody_looks),
		TEST(a_full_disk_is_an_error),
		TEST(ending_or_freeing_nothing_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
