#include "store_fixture.h"

#include "sql.h"
#include "trail/private.h"

#include <stdio.h>
#include <string.h>

static struct store *filled(struct fixture *f, const struct event *events, size_t count)
{
	struct store *s = fixture_open(f, STORE_WRITE);

	fixture_add(s, events, count);
	return s;
}

static void refuses(struct store *s, const char *sql, const char *words)
{
	struct query *q = NULL;
	struct error err;

	if (query_open_user(&q, s, sql, &err) != ERR_USAGE)
		fail_msg("was not refused: %s", sql);
	assert_null(q);
	if (strstr(err.text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, err.text);
}

static void takes(struct store *s, const char *sql)
{
	struct query *q;
	struct error err;
	int rc;

	if (query_open_user(&q, s, sql, &err) < 0)
		fail_msg("%s", err.text);
	while ((rc = query_step(q, &err)) == 1)
		;
	if (rc < 0)
		fail_msg("%s", err.text);
	query_close(q);
}

static void assert_columns(struct store *s, const char *view, const char *const *names)
{
	char sql[200];

	for (; *names != NULL; names++) {
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info('%s') "
			 "WHERE name = '%s'", view, *names);
		if (fixture_number(s, sql) != 1)
			fail_msg("%s has no column %s", view, *names);
	}
}

/* As the design names them: analysts rely on these. */
static void views_have_their_columns(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

#define COLUMNS(...) ((const char *const[]){ __VA_ARGS__, NULL })
	assert_columns(s, "activity", COLUMNS("id", "time", "time_ms", "host", "action", "module",
		"outcome", "error", "syscall", "abi", "tool", "command", "exe", "comm", "pid", "ppid",
		"auid", "login", "uid", "session", "tty", "cwd", "origin", "keys", "serial", "selftest"));
	assert_columns(s, "tool_run", COLUMNS("time", "host", "tool", "command", "pid", "auid", "exe",
		"keys", "syscalls", "actions", "selftest"));
	assert_columns(s, "rule_change", COLUMNS("time", "host", "op", "keys", "list", "result",
		"auid", "detail"));
	assert_columns(s, "host", COLUMNS("name", "first_seen", "last_seen", "last_selftest",
		"status"));
	assert_columns(s, "loss", COLUMNS("host", "time", "kind", "count", "detail"));
	assert_columns(s, "selftest", COLUMNS("id", "host", "started", "finished", "probes", "seen",
		"status"));
	assert_columns(s, "coverage", COLUMNS("host", "mechanism", "actor", "claimed",
		"claim_source", "exercised", "seen", "verdict", "stage", "reason", "remedy", "evidence",
		"checked"));
	store_close(s);
}

/* sql/README.md says what each means. */
static void every_column_is_described(void **state)
{
	static const char *const views[] = { "activity", "tool_run", "rule_change", "host", "loss",
					     "command_line", "selftest", "coverage",
					     "coverage_change", "selftest_event" };
	struct store *s = fixture_open(*state, STORE_WRITE);
	static char text[20000];
	FILE *in = fopen("sql/README.md", "r");
	char sql[100], word[100];

	assert_non_null(in);
	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		char *names, *name, *save = NULL;

		snprintf(sql, sizeof(sql), "SELECT name FROM pragma_table_info('%s')", views[i]);
		names = fixture_rows(s, sql);
		for (name = strtok_r(names, "\n", &save); name; name = strtok_r(NULL, "\n", &save)) {
			snprintf(word, sizeof(word), "`%s`", name);
			if (strstr(text, word) == NULL)
				fail_msg("%s.%s is not in sql/README.md", views[i], name);
		}
		free(names);
	}
	store_close(s);
}

static void every_named_query_runs(void **state)
{
	struct event events[] = { fixture_exec(1000, 5, 42), fixture_call(1100, 6, 42) };
	struct store *s = filled(*state, events, 2);

	assert_true(ARRAY_SIZE(sql_queries) >= 8);
	for (size_t i = 0; i < ARRAY_SIZE(sql_queries); i++) {
		if (strchr(sql_queries[i].answers, '?') == NULL)
			fail_msg("%s does not say what it answers", sql_queries[i].name);
		takes(s, sql_queries[i].sql);
	}
	store_close(s);
}

static void every_statement_prepares(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	char attach[300];

	/* What those that are about it have: tables, and another trail beside this one. */
	assert_int_equal(store_exec(s, sql_text[sql_prune_begin], &f->err), 0);
	assert_int_equal(store_exec(s, sql_text[sql_apart_begin], &f->err), 0);
	snprintf(attach, sizeof(attach), "ATTACH '%s' AS stored", f->path);
	assert_int_equal(store_exec(s, attach, &f->err), 0);
	for (int id = 0; id < STATEMENT_COUNT; id++) {
		struct query *q;

		if (query_open(&q, s, (enum statement)id, &f->err) < 0)
			fail_msg("%s", f->err.text);
		query_close(q);
	}
	store_close(s);
}

static const char *query_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(sql_queries); i++)
		if (strcmp(sql_queries[i].name, name) == 0)
			return sql_queries[i].sql;
	fail_msg("there is no query %s", name);
	return NULL;
}

static void module_history_takes_a_module(void **state)
{
	struct event events[] = { fixture_call(1000, 5, 42), fixture_call(1100, 6, 42) };
	struct fixture *f = *state;
	struct store *s;
	struct query *q;

	events[1].module = TEXT("loop");
	s = filled(f, events, 2);
	assert_int_equal(query_open_user(&q, s, query_named("module-history"), &f->err), 0);
	query_bind_text(q, "module", "loop");
	assert_int_equal(query_step(q, &f->err), 1);
	assert_memory_equal(query_text(q, 2).data, "loop", 4);
	assert_int_equal(query_step(q, &f->err), 0);
	query_close(q);
	store_close(s);
}

static void actions_have_their_words(void **state)
{
	struct event events[] = { fixture_call(1, 1, 1), fixture_call(2, 2, 2), fixture_call(3, 3, 3), fixture_exec(4, 4, 4),
				  fixture_call(5, 5, 5), fixture_exec(6, 6, 6) };
	struct store *s;

	events[1].call = CALL_DELETE;
	events[1].args[1] = 0xa00;	/* O_NONBLOCK | O_TRUNC */
	events[1].success = false;
	events[1].exit = -2;
	events[2].call = CALL_INIT;
	events[2].abi = ABI_B32;
	events[2].success = false;
	events[2].exit = -524;
	events[4].args[2] = 6;		/* ignore the version, compressed */
	events[4].success = false;
	events[4].exit = -4000;
	events[5].intends = false;	/* lsmod: no action */
	s = filled(*state, events, ARRAY_SIZE(events));
	assert_rows(s, "SELECT serial, action, syscall, abi, outcome, error, flags FROM activity "
		       "ORDER BY serial",
		    "1|load|finit_module|b64|success|-|-\n"
		    "2|unload|delete_module|b64|failure|ENOENT|forced\n"
		    "3|load|init_module|b32|failure|ENOTSUPP|-\n"
		    "4|attempt|-|-|none|-|-\n"
		    "5|load|finit_module|b64|failure|-4000|forced,compressed\n");
	assert_rows(s, "SELECT serial, actions FROM tool_run ORDER BY serial", "4|1\n6|0\n");
	store_close(s);
}

static void actors_have_their_words(void **state)
{
	struct event events[] = { fixture_call(1795456282976, 1, 1), fixture_call(2, 2, 2), fixture_call(3, 3, 3) };
	struct store *s;

	events[0].login = TEXT("ada");
	events[0].user = TEXT("root");
	events[0].keys = TEXT("modules\001other");
	events[1].auid = ID_UNSET;
	events[1].ses = ID_UNSET;
	events[1].tty = (struct bytes){ NULL, 0 };
	events[2].auid = NUM_NONE;
	s = filled(*state, events, ARRAY_SIZE(events));
	assert_rows(s, "SELECT time, auid, login, user, session, tty, keys, origin FROM activity "
		       "ORDER BY serial",
		    "2026-11-23T17:51:22.976Z|1000|ada|root|3|pts0|modules,other|interactive\n"
		    "1970-01-01T00:00:00.002Z|4294967295|unset|-|4294967295|-|modules|service\n"
		    "1970-01-01T00:00:00.003Z|-|-|-|3|pts0|modules|interactive\n");
	assert_rows(s, "SELECT name, first_seen, last_seen, status FROM host",
		    "web|1970-01-01T00:00:00.002Z|2026-11-23T17:51:22.976Z|unknown\n");
	store_close(s);
}

static void rule_changes_have_their_words(void **state)
{
	struct event ev = a_start(1000, 5);
	struct store *s;

	ev.daemon = false;
	ev.kind = EVENT_CONFIG;
	ev.op = TEXT("add_rule");
	ev.keys = TEXT("modules");
	ev.list = 4;
	ev.result = 0;
	ev.detail = TEXT("op=add_rule key=\"modules\" list=4 res=0");
	s = filled(*state, &ev, 1);
	assert_rows(s, "SELECT time, host, op, keys, list, result, auid, detail FROM rule_change",
		    "1970-01-01T00:00:01.000Z|web|add_rule|modules|exit|refused|-|"
		    "op=add_rule key=\"modules\" list=4 res=0\n");
	store_close(s);
}

static void hostile_bytes_survive(void **state)
{
	struct event ev = fixture_call(1000, 5, 42);
	struct store *s;

	ev.module = TEXT("a\0b");
	ev.comm = TEXT("\xff\xfe");
	ev.exe = TEXT("\xed\xa0\x80");		/* a surrogate: no UTF-8 */
	ev.tty = TEXT("");
	ev.keys = TEXT("\xc3\xa4\001\x1b[31m");
	ev.host = TEXT("h'); DROP TABLE event; --");
	s = filled(*state, &ev, 1);
	assert_rows(s, "SELECT module, comm, exe, tty, keys, host FROM activity",
		    "a\\x00b|\\xff\\xfe|\\xed\\xa0\\x80||\\xc3\\xa4,\\x1b[31m|h'); DROP TABLE event; --\n");
	assert_rows(s, "SELECT typeof(module), typeof(comm), typeof(exe), typeof(tty), typeof(keys) "
		       "FROM event", "blob|blob|blob|text|text\n");
	store_close(s);
}

static void command_lines_are_quoted_for_a_shell(void **state)
{
	struct event events[] = { fixture_exec(1, 1, 1), fixture_exec(2, 2, 2), fixture_exec(3, 3, 3), fixture_exec(4, 4, 4),
				  fixture_exec(5, 5, 5) };
	struct store *s;

	events[0].argv = TEXT("insmod\0/tmp/a b.ko\0it's\0\0$(x)\0n=1,2\0");
	events[1].argv = TEXT("unended");
	events[2].argv = (struct bytes){ NULL, 0 };
	events[3].argv = TEXT("\0");
	events[4].argv = TEXT("\xff\0\x80\0");
	s = filled(*state, events, ARRAY_SIZE(events));
	assert_rows(s, "SELECT command FROM tool_run ORDER BY serial",
		    "insmod '/tmp/a b.ko' 'it'\\''s' '' '$(x)' n=1,2\n"
		    "unended\n-\n''\n'\\xff' '\\x80'\n");
	store_close(s);
}

static void a_bound_text_finds_hostile_bytes(void **state)
{
	struct fixture *f = *state;
	struct event ev = fixture_call(1000, 5, 42);
	struct store *s;
	struct query *q;

	ev.module = TEXT("\xff");
	s = filled(f, &ev, 1);
	assert_int_equal(query_open_text(&q, s, "SELECT id FROM activity WHERE module = :module", &f->err), 0);
	query_bind_text(q, ":module", "\xff");
	assert_int_equal(query_step(q, &f->err), 1);
	query_close(q);
	store_close(s);
}

static void a_query_gives_names_types_and_values(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct query *q;

	assert_int_equal(query_open_text(&q, s, "SELECT :n AS n, :t AS t, NULL AS missing, x'' AS empty, "
					   ":unbound AS u", &f->err), 0);
	query_bind_int(q, "n", -7);
	query_bind_text(q, "t", "word");
	assert_int_equal(query_step(q, &f->err), 1);
	assert_int_equal(query_columns(q), 5);
	assert_string_equal(query_name(q, 2), "missing");
	assert_true(query_is_number(q, 0) && !query_is_number(q, 1) && !query_is_number(q, 2));
	assert_true(query_is_null(q, 2) && query_is_null(q, 4) && !query_is_null(q, 3));
	assert_int_equal(query_int(q, 0), -7);
	assert_memory_equal(query_text(q, 0).data, "-7", 2);
	assert_memory_equal(query_text(q, 1).data, "word", 4);
	assert_null(query_text(q, 2).data);
	assert_non_null(query_text(q, 3).data);
	assert_int_equal(query_text(q, 3).len, 0);
	assert_int_equal(query_step(q, &f->err), 0);
	query_close(q);
	store_close(s);
}

static void a_user_may_read(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	takes(s, "SELECT * FROM activity");
	takes(s, "SELECT 1; -- and a comment\n ; /* another */");
	takes(s, "WITH a AS (SELECT count(*) FROM event) SELECT * FROM a");
	takes(s, "EXPLAIN QUERY PLAN SELECT * FROM activity");
	takes(s, "PRAGMA table_info(event)");
	store_close(s);
}

static void a_user_may_not_write(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	refuses(s, "DELETE FROM event", "it would write");
	refuses(s, "INSERT INTO machine (name) VALUES ('x') RETURNING id", "it would write");
	refuses(s, "DROP VIEW activity", "it would write");
	refuses(s, "CREATE TEMP TABLE t (x)", "it would write");
	refuses(s, "VACUUM INTO '/tmp/copy'", "it would");
	refuses(s, "PRAGMA user_version = 7", "this PRAGMA");
	refuses(s, "PRAGMA query_only = 0", "this PRAGMA");
	refuses(s, "ATTACH '/tmp/other' AS other", "another database");
	refuses(s, "BEGIN IMMEDIATE", "a transaction");
	refuses(s, "SAVEPOINT a", "a transaction");
	refuses(s, "SELECT load_extension('x')", "load code");
	assert_int_equal(fixture_number(s, "SELECT user_version FROM pragma_user_version"),
			 ARRAY_SIZE(sql_migrations));
	store_close(s);
}

static void a_user_may_run_one_statement(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	refuses(s, "SELECT 1; SELECT 2", "more than one statement");
	refuses(s, "SELECT 1; DELETE FROM event", "more than one statement");
	refuses(s, "SELECT 1; nonsense", "more than one statement");
	refuses(s, "", "nothing to run");
	refuses(s, "-- only a comment", "nothing to run");
	store_close(s);
}

static void a_user_is_told_what_is_wrong(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	refuses(s, "SELEC 1", "syntax error");
	refuses(s, "SELECT * FROM actions", "no such table: actions: expected one SELECT over the views");
	store_close(s);
}

/* In a trail that somebody else has made. */
static void plant(struct fixture *f, const char *sql)
{
	sqlite3 *db;

	store_close(fixture_open(f, STORE_WRITE));
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_planted_trigger_does_not_run(void **state)
{
	struct fixture *f = *state;
	struct event ev = fixture_call(1000, 1, 100);
	struct store *s;

	plant(f, "CREATE TRIGGER planted AFTER INSERT ON event BEGIN DELETE FROM event; END");
	s = fixture_open(f, STORE_WRITE);
	fixture_add(s, &ev, 1);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM event"), 1);
	store_close(s);
}

static void a_planted_view_runs_nothing_but_plain_functions(void **state)
{
	static const char sql[] = "SELECT x FROM planted";
	struct fixture *f = *state;
	struct query *q;
	struct store *s;

	plant(f, "CREATE VIEW planted AS SELECT load_extension('/nosuch') AS x;"
		 "CREATE VIEW other AS SELECT name AS x FROM pragma_table_info('event')");
	for (enum store_mode mode = STORE_READ; mode <= STORE_WRITE; mode++) {
		s = fixture_open(f, mode);
		assert_int_equal(query_open_text(&q, s, sql, &f->err), ERR_TRAIL);
		assert_non_null(strstr(f->err.text, "unsafe use of load_extension"));
		assert_int_equal(query_open_user(&q, s, sql, &f->err), ERR_USAGE);
		assert_int_equal(query_open_text(&q, s, "SELECT x FROM other", &f->err), ERR_TRAIL);
		assert_non_null(strstr(f->err.text, "unsafe use of virtual table"));
		store_close(s);
	}
}

static void a_reader_cannot_write(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	struct query *q;

	store_close(fixture_open(f, STORE_WRITE));
	s = fixture_open(f, STORE_READ);
	assert_int_equal(query_open_text(&q, s, "INSERT INTO machine (name) VALUES ('x')", &f->err), 0);
	assert_int_equal(query_step(q, &f->err), ERR_TRAIL);
	query_close(q);
	store_close(s);
}

static void views_work_in_the_plain_shell(void **state)
{
	struct fixture *f = *state;
	struct event events[] = { fixture_exec(1000, 5, 42), fixture_call(1100, 6, 42) };
	char command[300], line[200] = "";
	FILE *in;

	store_close(filled(f, events, 2));
	snprintf(command, sizeof(command), "sqlite3 -readonly '%s' 'SELECT a.command, h.status, t.actions "
		 "FROM activity AS a, host AS h, tool_run AS t'", f->path);
	in = popen(command, "r");
	assert_non_null(in);
	assert_non_null(fgets(line, sizeof(line), in));
	assert_int_equal(pclose(in), 0);
	assert_string_equal(line, "modprobe dummy|unknown|1\n");
}

/* The plan of a report's query: along an index, in its order. */
static void reports_use_indexes(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	char *plan = fixture_rows(s, "EXPLAIN QUERY PLAN SELECT * FROM activity WHERE host = 'web' "
				     "AND time_ms >= 5 ORDER BY time_ms DESC LIMIT 50");

	assert_non_null(strstr(plan, "(host_id=? AND time_ms>?)"));
	assert_null(strstr(plan, "TEMP B-TREE"));
	free(plan);
	plan = fixture_rows(s, "EXPLAIN QUERY PLAN SELECT * FROM activity ORDER BY time_ms DESC "
			       "LIMIT 50");
	assert_non_null(strstr(plan, "event_time"));
	assert_null(strstr(plan, "TEMP B-TREE"));
	free(plan);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(views_have_their_columns),
		TEST(every_column_is_described),
		TEST(every_named_query_runs),
		TEST(every_statement_prepares),
		TEST(module_history_takes_a_module),
		TEST(actions_have_their_words),
		TEST(actors_have_their_words),
		TEST(rule_changes_have_their_words),
		TEST(hostile_bytes_survive),
		TEST(command_lines_are_quoted_for_a_shell),
		TEST(a_bound_text_finds_hostile_bytes),
		TEST(a_query_gives_names_types_and_values),
		TEST(a_user_may_read),
		TEST(a_user_may_not_write),
		TEST(a_user_may_run_one_statement),
		TEST(a_user_is_told_what_is_wrong),
		TEST(a_planted_trigger_does_not_run),
		TEST(a_planted_view_runs_nothing_but_plain_functions),
		TEST(a_reader_cannot_write),
		TEST(views_work_in_the_plain_shell),
		TEST(reports_use_indexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
