#include "store_fixture.h"
#include "test.h"

#include "sql.h"
#include "verdict/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ACTIVITY "SELECT id, time, host, action, module, outcome, tool, command, keys, origin FROM activity " \
	"ORDER BY id"
#define VERDICTS "SELECT host, mechanism, actor, verdict, stage, claimed, claim_source, expected, probes, " \
	"replace(reason, 'process-too-old', 'no-audit-context'), rule, place, detail, since, "
#define ORDERED " FROM coverage ORDER BY 1, 2, 3"
#define WITH_REMEDIES VERDICTS "replace(replace(remedy, char(10), '/'), char(9), ' ')" ORDERED
#define WITHOUT_REMEDIES VERDICTS "remedy IS NULL" ORDERED	/* this program may know better ones */
#define CHANGES "SELECT host, mechanism, actor, since, verdict, selftest, " \
	"replace(reason, 'process-too-old', 'no-audit-context') FROM coverage_change ORDER BY 1, 2, 3"
#define LOSSES "SELECT host, time, kind, count, detail, until FROM loss ORDER BY time_ms, kind, count"

#define NOW INT64_C(1795456300000)
#define DAY (INT64_C(24) * 3600 * 1000)

/* Makes the trail of a dump. */
static void restore(const struct fixture *f, const char *dump)
{
	char command[300];

	snprintf(command, sizeof(command), "sqlite3 '%s' <%s >/dev/null", f->path, dump);
	assert_int_equal(system(command), 0);
}

/* What the old program's own view says. */
static char *rows_before(const struct fixture *f, const char *sql)
{
	static char text[65536];
	char command[800];
	FILE *out;

	snprintf(command, sizeof(command), "sqlite3 -nullvalue - '%s' \"%s\"", f->path, sql);
	out = popen(command, "r");
	assert_non_null(out);
	text[fread(text, 1, sizeof(text) - 1, out)] = '\0';
	assert_int_equal(pclose(out), 0);
	return text;
}

static void says_what_it_said(struct fixture *f, const char *dump, const char *sql)
{
	struct store *s;
	char *before;

	restore(f, dump);
	before = rows_before(f, sql);
	assert_true(strlen(before) > 100);
	s = fixture_open(f, STORE_WRITE);
	assert_rows(s, sql, before);
	assert_int_equal(fixture_number(s, "SELECT user_version FROM pragma_user_version"),
			 ARRAY_SIZE(sql_migrations));
	store_close(s);
}

static void a_trail_of_version_1_says_what_it_said(void **state)
{
	says_what_it_said(*state, "testdata/db/0001.sql", ACTIVITY);
}

static void a_trail_of_version_2_says_what_it_said(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	says_what_it_said(f, "testdata/db/0002.sql", ACTIVITY);
	s = fixture_open(f, STORE_READ);
	assert_rows(s, "SELECT host, actor, verdict, reason FROM coverage "
		    "WHERE mechanism = 'delete_module.b64' AND host <> 'old' ORDER BY host, actor",
		    "web1|daemon|proven|-\nweb1|root|proven|-\n"
		    "web2|daemon|silent|shadowed\nweb2|root|silent|shadowed\n");
	assert_rows(s, "SELECT id, host, status FROM selftest ORDER BY id",
		    "0000000000000001|web1|ok\n0000000000000002|web2|ok\n"
		    "0000000000000003|web2|critical\n");
	store_close(s);
}

static void a_trail_of_version_4_says_what_it_said(void **state)
{
	says_what_it_said(*state, "testdata/db/0004.sql", LOSSES);
}

static void judge_all(struct store *s, int64_t now_ms)
{
	const struct judging how = { .now_ms = now_ms, .max_age_ms = MAX_AGE_DEFAULT };
	struct error err;

	if (store_begin(s, &err) < 0 || judge(s, &how, &err) < 0 || store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
}

/* Its markers and notes tell in words what is told in fields since. */
static void a_trail_of_version_6_says_what_it_said(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	char *before;

	says_what_it_said(f, "testdata/db/0006.sql", CHANGES);
	assert_int_equal(unlink(f->path), 0);
	says_what_it_said(f, "testdata/db/0006.sql", WITH_REMEDIES);
	before = rows_before(f, WITHOUT_REMEDIES);
	s = fixture_open(f, STORE_WRITE);
	judge_all(s, NOW);
	assert_rows(s, WITHOUT_REMEDIES, before);
	store_close(s);
}

/* Its table of events is made anew, and what points there stays; and so is that of losses. */
static void a_trail_of_version_7_says_what_it_said(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	says_what_it_said(f, "testdata/db/0007.sql", ACTIVITY);
	assert_int_equal(unlink(f->path), 0);
	says_what_it_said(f, "testdata/db/0007.sql", LOSSES);
	s = fixture_open(f, STORE_READ);
	assert_rows(s, "SELECT count(*), sum(twin) FROM event JOIN record ON event_id = id", "19|0\n");
	assert_rows(s, "SELECT count(*) FROM pragma_foreign_key_check", "0\n");
	assert_rows(s, "SELECT before_ms, seed IS NOT NULL FROM horizon", "1795456283000|1\n");
	store_close(s);
}

/* A word needs no step of its own. */
static void a_trail_that_lacks_words_is_given_them(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);

	store_close(s);
	rows_before(f, "DELETE FROM word WHERE kind = 'reason' AND number = 17");
	s = fixture_open(f, STORE_WRITE);
	assert_rows(s, "SELECT word FROM word WHERE kind = 'reason' AND number = 17", "unexplained\n");
	store_close(s);
}

static void a_trail_takes_words_that_are_not_known_yet(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	restore(f, "testdata/db/0006.sql");
	s = fixture_open(f, STORE_WRITE);
	store_close(s);
	rows_before(f, "UPDATE cell SET reason = 99, stage = 99, expect = 99, verdict = 99; "
		    "UPDATE cell_change SET verdict = 99, reason = 99; UPDATE note SET reason = 99");
}

/* They were 'ok' by the view that the old program made. */
static void a_host_of_an_old_trail_that_was_never_tested_is_not_ok(void **state)
{
	struct fixture *f = *state;
	char *before;
	struct store *s;

	restore(f, "testdata/db/0002.sql");
	before = rows_before(f, "DELETE FROM cell; SELECT DISTINCT status FROM host");
	assert_string_equal(before, "ok\n");
	s = fixture_open(f, STORE_WRITE);
	assert_rows(s, "SELECT DISTINCT status FROM host", "unknown\n");
	store_close(s);
}

static void runs_of_an_old_trail_are_judged_anew(void **state)
{
	struct store *s;

	restore(*state, "testdata/db/0002.sql");
	s = fixture_open(*state, STORE_WRITE);
	judge_all(s, NOW);
	assert_rows(s, "SELECT id, host, status FROM selftest ORDER BY id",
		    "0000000000000001|web1|ok\n0000000000000002|web2|ok\n"
		    "0000000000000003|web2|critical\n");
	store_close(s);
}

#define SCHEMA "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
#define WORDS_ONLY "SELECT kind, number, word, severity FROM word ORDER BY 1, 2"
#define WORDS "SELECT kind, number, word FROM word UNION ALL SELECT 'errno', number, name FROM errno " \
	"UNION ALL SELECT 'trail', application_id, user_version FROM pragma_application_id, " \
	"pragma_user_version UNION ALL SELECT 'file', page_size, journal_mode FROM pragma_page_size, " \
	"pragma_journal_mode ORDER BY 1, 2"

/* What the query returns, as text. The caller frees it. */
static char *all_of(struct store *s, const char *sql)
{
	struct error err;
	struct query *q;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(query_open_text(&q, s, sql, &err), 0);
	while (query_step(q, &err) == 1)
		for (int i = 0; i < query_columns(q); i++) {
			struct bytes value = query_text(q, i);

			fprintf(out, "%.*s\n", (int)value.len, value.data ? value.data : "-");
		}
	query_close(q);
	fclose(out);
	return text;
}

static void an_old_trail_is_made_to_what_a_new_one_is(void **state)
{
	static const char *const dumps[] = { "testdata/db/0001.sql", "testdata/db/0002.sql",
					     "testdata/db/0004.sql", "testdata/db/0006.sql",
					     "testdata/db/0007.sql" };
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	char *schema = all_of(s, SCHEMA), *words = all_of(s, WORDS_ONLY);

	store_close(s);
	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++) {
		char *upgraded;

		assert_int_equal(unlink(f->path), 0);
		restore(f, dumps[i]);
		s = fixture_open(f, STORE_WRITE);
		upgraded = all_of(s, SCHEMA);
		assert_string_equal(upgraded, schema);
		free(upgraded);
		upgraded = all_of(s, WORDS_ONLY);
		assert_string_equal(upgraded, words);
		free(upgraded);
		store_close(s);
	}
	free(schema);
	free(words);
}

/* Such a file is filled step by step; a new trail is written as it was made by the build. */
static void an_empty_file_is_made_to_what_a_new_trail_is(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	char *schema = all_of(s, SCHEMA), *words = all_of(s, WORDS), *filled;

	store_close(s);
	assert_int_equal(unlink(f->path), 0);
	fclose(fopen(f->path, "w"));
	s = fixture_open(f, STORE_WRITE);
	filled = all_of(s, SCHEMA);
	assert_string_equal(filled, schema);
	free(filled);
	filled = all_of(s, WORDS);
	assert_string_equal(filled, words);
	free(filled);
	store_close(s);
	free(schema);
	free(words);
}

static void markers_of_a_trail_of_version_1_are_found(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	restore(f, "testdata/db/0001.sql");
	s = fixture_open(f, STORE_WRITE);
	judge_all(s, NOW + 2 * DAY);	/* when it was run */
	assert_rows(s, "SELECT mechanism, actor, verdict FROM coverage "
		    "WHERE host = 'web1' AND verdict <> 'inapplicable'",
		    "delete_module.b64|daemon|proven\ndelete_module.b64|root|proven\n");
	assert_rows(s, "SELECT DISTINCT selftest FROM activity WHERE host = 'web1'",
		    "0000000000000001\n");
	store_close(s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_trail_of_version_1_says_what_it_said),
		TEST(a_trail_of_version_2_says_what_it_said),
		TEST(a_trail_of_version_4_says_what_it_said),
		TEST(a_trail_of_version_6_says_what_it_said),
		TEST(a_trail_of_version_7_says_what_it_said),
		TEST(a_trail_that_lacks_words_is_given_them),
		TEST(a_trail_takes_words_that_are_not_known_yet),
		TEST(a_host_of_an_old_trail_that_was_never_tested_is_not_ok),
		TEST(runs_of_an_old_trail_are_judged_anew),
		TEST(an_old_trail_is_made_to_what_a_new_one_is),
		TEST(an_empty_file_is_made_to_what_a_new_trail_is),
		TEST(markers_of_a_trail_of_version_1_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
