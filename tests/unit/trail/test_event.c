#include "store_fixture.h"

#include "trail/private.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT "SELECT count(*) FROM event"

static void must(int rc, const struct error *err)
{
	if (rc < 0)
		fail_msg("%s", err->text);
}

static void add_says_whether_an_event_is_new(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event ev = fixture_call(1000, 5, 42);

	must(store_begin(s, &f->err), &f->err);
	assert_int_equal(store_add(s, &ev, &f->err), 1);
	ev.exit = -2;
	assert_int_equal(store_add(s, &ev, &f->err), 0);
	must(store_commit(s, &f->err), &f->err);
	assert_rows(s, "SELECT exit FROM event", "0\n");
	store_close(s);
}

static void identity_is_host_time_serial_and_daemon(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event events[] = {
		fixture_call(1000, 5, 42), fixture_call(1000, 6, 42), fixture_call(1001, 5, 42),
		fixture_call(1000, 5, 42),
		a_start(1000, 5),
	};

	events[3].host = TEXT("db");
	fixture_add(s, events, ARRAY_SIZE(events));
	assert_int_equal(fixture_number(s, COUNT), 5);
	store_close(s);
}

static void records_come_back_as_they_were(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event ev = fixture_call(1000, 5, 42), other = fixture_call(1000, 6, 42);
	const struct store_twin *known;

	ev.raw = TEXT("line\0with\xff\x1d" "bytes\nline two\n");
	fixture_add(s, &ev, 1);
	assert_int_equal(store_twins(s, &ev, &known, &f->err), 1);
	assert_int_equal(known->raw.len, ev.raw.len);
	assert_memory_equal(known->raw.data, ev.raw.data, ev.raw.len);
	assert_int_equal(store_twins(s, &other, &known, &f->err), 0);
	other = ev;
	other.host = TEXT("elsewhere");
	assert_int_equal(store_twins(s, &other, &known, &f->err), 0);
	store_close(s);
}

/* Else it would be lost without a word: an event that is known is passed over. */
static void what_no_event_can_be_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event ev = fixture_call(1000, 5, 70);

	ev.kind = (enum event_kind)8;
	must(store_begin(s, &f->err), &f->err);
	assert_int_equal(store_add(s, &ev, &f->err), ERR_TRAIL);
	assert_non_null(strstr(f->err.text, "CHECK constraint failed"));
	store_rollback(s);
	store_close(s);
}

static bool has_temporary_file(void)
{
	DIR *folder = opendir("/proc/self/fd");
	bool found = false;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char target[200] = "";

		if (readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1) > 0)
			found |= strstr(target, "etilqs") != NULL;
	}
	closedir(folder);
	return found;
}

/* As SQLite would if it had to be able to take one statement back: twice the time for adding. */
static void adding_events_puts_no_pages_aside(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);

	must(store_begin(s, &f->err), &f->err);
	for (int i = 0; i < 6400; i++) {
		int n = i * 7919 % 30011;	/* everywhere in the indexes */

		must(store_add(s, (struct event[]){ fixture_call(1000 + n, 5, n) }, &f->err), &f->err);
	}
	assert_false(has_temporary_file());
	must(store_commit(s, &f->err), &f->err);
	store_close(s);
}

static void other_events_under_a_key_are_in_a_view(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event keyed = fixture_call(1000, 5, 42), run = fixture_call(1001, 6, 43);

	keyed.kind = EVENT_KEYED;
	keyed.call = CALL_NONE;
	keyed.syscall = TEXT("openat");
	keyed.path = TEXT("a,b");
	run.kind = EVENT_EXEC;
	run.call = CALL_NONE;
	run.success = false;
	run.exit = -13;
	run.intends = true;
	run.tool = TEXT("rmmod");
	run.argv = TEXT("/sbin/rmmod\0");
	fixture_add(s, (struct event[]){ keyed, run }, 2);
	assert_rows(s, "SELECT syscall, success, error, pid, path FROM keyed_event",
		    "openat|1|-|42|a,b\n");
	assert_rows(s, "SELECT action, outcome, error, tool, command, syscall FROM activity",
		    "attempt|failure|EACCES|rmmod|/sbin/rmmod|-\n");
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM tool_run"), 0);
	store_close(s);
}

/* -161 is EKEYREJECTED on MIPS, and means nothing elsewhere; -38 is EIDRM there. */
static void an_error_has_its_name_on_its_machine(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	static const struct { int64_t arch, exit; } calls[] = {
		{ 0xc000003e, -38 }, { 0xc0000008, -38 }, { 0x40000008, -22 }, { 0xc0009026, -129 },
		{ 0xc00000b7, -129 }, { NUM_NONE, -129 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct event call = fixture_call(1000, (uint64_t)i + 5, 42);

		call.success = false;
		call.arch = calls[i].arch;
		call.exit = calls[i].exit;
		fixture_add(s, &call, 1);
	}
	assert_rows(s, "SELECT error FROM activity ORDER BY serial",
		    "ENOSYS\n-38\nEINVAL\n-129\nEKEYREJECTED\nEKEYREJECTED\n");
	store_close(s);
}

static void replace_changes_fields_and_records(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event piece = fixture_call(1000, 5, NUM_NONE), whole = fixture_call(1000, 5, 42);
	const struct store_twin *known;

	piece.kind = EVENT_MODULE;
	piece.call = CALL_NONE;
	piece.has_syscall = false;
	piece.raw = TEXT("KERN_MODULE\n");
	fixture_add(s, &piece, 1);
	assert_rows(s, "SELECT action, module, outcome, syscall, error, origin FROM activity",
		    "unknown|dummy|unknown|-|-|unknown\n");
	must(store_begin(s, &f->err), &f->err);
	must(store_replace(s, &whole, &f->err), &f->err);
	must(store_commit(s, &f->err), &f->err);
	assert_rows(s, "SELECT action, module, pid, origin FROM activity",
		    "load|dummy|42|interactive\n");
	assert_int_equal(store_twins(s, &whole, &known, &f->err), 1);
	assert_memory_equal(known->raw.data, whole.raw.data, whole.raw.len);
	store_close(s);
}

static void rollback_keeps_nothing(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event ev = fixture_call(1000, 5, 42);

	must(store_begin(s, &f->err), &f->err);
	assert_int_equal(store_add(s, &ev, &f->err), 1);
	store_rollback(s);
	assert_int_equal(fixture_number(s, COUNT), 0);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM machine"), 0);

	/* The host was of that transaction, too: it is made anew. */
	fixture_add(s, &ev, 1);
	assert_rows(s, "SELECT host FROM activity", "web\n");
	store_close(s);
}

/* Adds until it fails, at most max events. Returns what the last add said. */
static int add_until_full(struct store *s, int max, struct error *err)
{
	static char raw[4000];

	memset(raw, 'x', sizeof(raw));
	for (int i = 0; i < max; i++) {
		struct event ev = fixture_call(2000 + i, (uint64_t)i, 42);
		int rc;

		ev.raw = (struct bytes){ raw, sizeof(raw) };
		if ((rc = store_add(s, &ev, err)) < 0)
			return rc;
	}
	return 0;
}

static void limit_pages(struct store *s, int more)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %lld",
		 (long long)fixture_number(s, "PRAGMA page_count") + more);
	assert_int_equal(sqlite3_exec(s->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void a_full_disk_costs_the_transaction_and_no_more(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event ev = fixture_call(1000, 5, 42);

	fixture_add(s, &ev, 1);
	ev.serial = 6;
	limit_pages(s, 20);
	must(store_begin(s, &f->err), &f->err);
	assert_int_equal(add_until_full(s, 1000, &f->err), ERR_TRAIL);
	assert_non_null(strstr(f->err.text, "make room"));
	assert_int_equal(store_add(s, &ev, &f->err), ERR_TRAIL);
	assert_int_equal(store_commit(s, &f->err), ERR_TRAIL);
	assert_int_equal(fixture_number(s, COUNT), 1);

	limit_pages(s, 1000000);
	must(store_begin(s, &f->err), &f->err);
	assert_int_equal(add_until_full(s, 100, &f->err), 0);
	must(store_commit(s, &f->err), &f->err);
	assert_int_equal(fixture_number(s, COUNT), 101);
	store_close(s);
}

/* Some errors leave the transaction open, and a later write would succeed. */
static void a_failed_write_cannot_be_committed(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct store_loss bad = { .host = "web", .kind = LOSS_KERNEL, .until_ms = NUM_NONE, .place = "p", .what = "w",
				  .count = -1 };
	struct event ev = fixture_call(1000, 5, 42);

	must(store_begin(s, &f->err), &f->err);
	assert_int_equal(store_add_loss(s, &bad, &f->err), ERR_TRAIL);
	assert_int_equal(store_add(s, &ev, &f->err), 1);
	assert_int_equal(store_commit(s, &f->err), ERR_TRAIL);
	assert_int_equal(fixture_number(s, COUNT), 0);
	store_close(s);
}

static void a_write_error_is_said_and_leaves_the_trail_whole(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event ev = fixture_call(1000, 5, 42);
	struct rlimit before, small = { 1 << 20, RLIM_INFINITY };
	int rc;

	fixture_add(s, &ev, 1);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	must(store_begin(s, &f->err), &f->err);
	rc = add_until_full(s, 1000, &f->err);
	if (rc == 0)
		rc = store_commit(s, &f->err);
	else
		store_rollback(s);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(rc, ERR_TRAIL);
	assert_non_null(strstr(f->err.text, "cannot read or write trail"));
	store_close(s);
	s = fixture_open(f, STORE_READ);
	assert_int_equal(fixture_number(s, COUNT), 1);
	assert_rows(s, "SELECT * FROM pragma_integrity_check", "ok\n");
	store_close(s);
}

/* A child that adds count events on a host of its own, one in a transaction. */
static pid_t fork_writer(struct fixture *f, int number, int count)
{
	pid_t child = fork();
	struct store *s;

	if (child != 0)
		return child;
	s = fixture_open(f, STORE_WRITE);
	for (int i = 0; i < count; i++) {
		struct event ev = fixture_call(1000 + i, (uint64_t)(number * 1000 + i), 42);

		fixture_add(s, &ev, 1);
	}
	store_close(s);
	_exit(0);
}

static void several_may_create_and_write_at_once(void **state)
{
	struct fixture *f = *state;
	pid_t child[4];
	struct store *s;
	int status;

	for (int i = 0; i < 4; i++)
		child[i] = fork_writer(f, i, 50);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	s = fixture_open(f, STORE_READ);
	assert_int_equal(fixture_number(s, COUNT), 200);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM machine"), 1);
	store_close(s);
}

static void a_reader_sees_one_state_while_others_write(void **state)
{
	struct fixture *f = *state;
	struct store *writer = fixture_open(f, STORE_WRITE), *reader;
	struct event first[] = { fixture_call(1000, 1, 42), fixture_call(1001, 2, 42) };
	struct event later = fixture_call(1002, 3, 42);
	struct query *q;

	fixture_add(writer, first, 2);
	reader = fixture_open(f, STORE_READ);
	must(query_open_text(&q, reader, "SELECT id FROM event", &f->err), &f->err);
	assert_int_equal(query_step(q, &f->err), 1);
	fixture_add(writer, &later, 1);
	assert_int_equal(fixture_number(writer, COUNT), 3);
	assert_int_equal(fixture_number(reader, COUNT), 2);
	query_close(q);
	assert_int_equal(fixture_number(reader, COUNT), 3);
	store_close(reader);
	store_close(writer);
}

static void a_killed_writer_leaves_whole_transactions(void **state)
{
	struct fixture *f = *state;
	struct event ev = fixture_call(1000, 5, 42);
	struct store *s;
	pid_t child;

	store_close(fixture_open(f, STORE_WRITE));
	child = fork();
	if (child == 0) {
		s = fixture_open(f, STORE_WRITE);
		fixture_add(s, &ev, 1);
		if (store_begin(s, &f->err) < 0 || add_until_full(s, 5000, &f->err) < 0)
			_exit(1);
		raise(SIGKILL);		/* 20 MB are written by now, more than fits into memory */
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	s = fixture_open(f, STORE_WRITE);
	assert_int_equal(fixture_number(s, COUNT), 1);
	assert_rows(s, "SELECT * FROM pragma_integrity_check", "ok\n");
	fixture_add(s, &(struct event){ 0 }, 0);
	store_close(s);
}

static void put_source(struct store *s, uint64_t head, uint64_t offset, uint64_t tail)
{
	struct error err;
	struct store_source source = {
		.host = "web", .path = "/var/log/audit/audit.log", .checkpoint = { head, offset, tail },
		.size = (int64_t)offset, .updated_ms = 1,
	};

	must(store_begin(s, &err), &err);
	must(store_put_source(s, &source, &err), &err);
	must(store_commit(s, &err), &err);
}

static void lookup_finds_the_last_position_of_a_file(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	uint64_t head = UINT64_C(0xfedcba9876543210);
	struct checkpoint found[3];

	put_source(s, head, 4000, UINT64_MAX);
	put_source(s, head + 1, 9000, 7);
	assert_int_equal(store_lookup(s, "web", head, found, 3, &f->err), 1);
	assert_true(found[0].head == head && found[0].offset == 4000 && found[0].tail == UINT64_MAX);
	put_source(s, head, 3000, 8);
	assert_int_equal(store_lookup(s, "web", head, found, 3, &f->err), 1);
	assert_true(found[0].offset == 3000 && found[0].tail == 8);
	assert_int_equal(store_lookup(s, "web", head, found, 0, &f->err), 0);
	store_close(s);
}

static void lookup_finds_nothing_for_others(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct checkpoint found[3];

	put_source(s, 1, 4000, 5);
	put_source(s, 2, 0, 0);
	assert_int_equal(store_lookup(s, "web", 2, found, 3, &f->err), 0);
	assert_int_equal(store_lookup(s, "web", 3, found, 3, &f->err), 0);
	assert_int_equal(store_lookup(s, "db", 1, found, 3, &f->err), 0);
	store_close(s);
}

static void add_loss(struct store *s, uint64_t head, const char *place, int64_t time_ms,
		     int64_t count)
{
	struct error err;
	struct store_loss loss = { .host = "web", .head = head, .kind = LOSS_PARSER_DROP, .until_ms = NUM_NONE, .what = "line too long",
				   .place = place, .time_ms = time_ms, .count = count };

	must(store_begin(s, &err), &err);
	must(store_add_loss(s, &loss, &err), &err);
	must(store_commit(s, &err), &err);
}

static void a_loss_that_goes_on_keeps_its_first_place(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);

	add_loss(s, 1, "a.log:7", 1000, 2);
	add_loss(s, 1, "a.log:9", 5000, 3);
	add_loss(s, 2, "b.log:1", 2000, 1);
	assert_rows(s, "SELECT time, kind, count, detail FROM loss ORDER BY place",
		    "1970-01-01T00:00:01.000Z|parser drop|5|line too long (a.log:7)\n"
		    "1970-01-01T00:00:02.000Z|parser drop|1|line too long (b.log:1)\n");
	assert_rows(s, "SELECT name, status, losses FROM host", "web|no events|2\n");
	store_close(s);
}

static void a_file_that_is_counted_anew_is_not_counted_twice(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);

	add_loss(s, 1, "a.log:7", 1000, 2);
	add_loss(s, 2, "b.log:1", 2000, 1);
	must(store_begin(s, &f->err), &f->err);
	must(store_forget_losses(s, "web", 1, &f->err), &f->err);
	must(store_commit(s, &f->err), &f->err);
	assert_rows(s, "SELECT place FROM loss", "b.log:1\n");
	add_loss(s, 1, "copy.log:7", 9000, 2);
	assert_rows(s, "SELECT time, count, place FROM loss ORDER BY time",
		    "1970-01-01T00:00:01.000Z|2|copy.log:7\n"
		    "1970-01-01T00:00:02.000Z|1|b.log:1\n");
	store_close(s);
}

static void the_size_of_a_file_is_what_was_put_last(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);

	assert_int_equal(store_source_size(s, "web", 1, &f->err), 0);
	put_source(s, 1, 4000, 5);
	assert_int_equal(store_source_size(s, "web", 1, &f->err), 4000);
	assert_int_equal(store_source_size(s, "db", 1, &f->err), 0);
	store_close(s);
}

static void a_host_of_a_transaction_that_was_rolled_back_is_new_again(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event ev = fixture_call(1100, 6, 42);

	assert_int_equal(store_begin(s, &f->err), 0);
	assert_int_equal(store_add(s, &ev, &f->err), 1);
	store_rollback(s);
	fixture_add(s, &ev, 1);
	assert_rows(s, "SELECT host, serial FROM activity", "web|6\n");
	store_close(s);
}

static void many_hosts_with_names_of_any_length_are_told_apart(void **state)
{
	enum { HOSTS = 600, LONGEST = 300 };
	struct store *s = fixture_open(*state, STORE_WRITE);
	char names[HOSTS][LONGEST + 1];
	struct event events[HOSTS];

	for (int i = 0; i < HOSTS; i++) {
		events[i] = fixture_call(1100, 6, 42);
		events[i].host = (struct bytes){ names[i], (size_t)snprintf(names[i], sizeof(names[i]),
			"%0*d", i % LONGEST + 1, i) };
	}
	fixture_add(s, events, HOSTS);
	fixture_add(s, events, HOSTS);
	assert_rows(s, "SELECT count(*), count(DISTINCT host) FROM activity", "600|600\n");
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(add_says_whether_an_event_is_new),
		TEST(identity_is_host_time_serial_and_daemon),
		TEST(records_come_back_as_they_were),
		TEST(what_no_event_can_be_is_an_error),
		TEST(adding_events_puts_no_pages_aside),
		TEST(other_events_under_a_key_are_in_a_view),
		TEST(an_error_has_its_name_on_its_machine),
		TEST(replace_changes_fields_and_records),
		TEST(rollback_keeps_nothing),
		TEST(a_full_disk_costs_the_transaction_and_no_more),
		TEST(a_failed_write_cannot_be_committed),
		TEST(a_write_error_is_said_and_leaves_the_trail_whole),
		TEST(several_may_create_and_write_at_once),
		TEST(a_reader_sees_one_state_while_others_write),
		TEST(a_killed_writer_leaves_whole_transactions),
		TEST(lookup_finds_the_last_position_of_a_file),
		TEST(lookup_finds_nothing_for_others),
		TEST(a_loss_that_goes_on_keeps_its_first_place),
		TEST(a_file_that_is_counted_anew_is_not_counted_twice),
		TEST(the_size_of_a_file_is_what_was_put_last),
		TEST(a_host_of_a_transaction_that_was_rolled_back_is_new_again),
		TEST(many_hosts_with_names_of_any_length_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
