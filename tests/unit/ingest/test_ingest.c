/*
 * From files into a trail: what is counted, what is kept, and what a second
 * reading changes.
 */
#include "ingest/ingest.h"
#include "scratch.h"
#include "store_fixture.h"
#include "test.h"

#include <stdio.h>

#define ID(serial) "msg=audit(1795456283.072:" serial "): "
#define CALL(serial, auid) \
	"type=SYSCALL " ID(serial) "arch=c000003e syscall=313 success=yes exit=0 a0=4 a1=0 a2=0 " \
	"a3=0 items=0 ppid=117 pid=118 auid=" auid " uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 " \
	"sgid=0 fsgid=0 tty=(none) ses=1 comm=\"insmod\" exe=\"/usr/bin/kmod\" key=\"modules\"\n"
#define NAME(serial) "type=KERN_MODULE " ID(serial) "name=\"dummy\"\n"
#define LOAD(serial) CALL(serial, "0") NAME(serial)
#define OTHER(serial) \
	"type=SYSCALL " ID(serial) "arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=1 " \
	"pid=9 auid=0 uid=0 gid=0 euid=0 comm=\"su\" exe=\"/usr/bin/su\" key=\"other\"\n"
#define EVENTS "SELECT count(*) FROM event"

static const char *const keys[] = { "modules", NULL };

struct reader {
	struct fixture *f;
	struct store *store;
	struct ingest *ingest;
	struct error err;
};

static struct reader reader_of(struct fixture *f, struct ingest_options options)
{
	struct reader r = { .f = f, .store = fixture_open(f, STORE_WRITE) };

	options.store = r.store;
	if (options.keys == NULL)
		options.keys = keys;
	assert_int_equal(ingest_new(&r.ingest, &options, &r.err), 0);
	return r;
}

static void reader_release(struct reader *r)
{
	ingest_free(r->ingest);
	store_close(r->store);
}

static int read_as(struct reader *r, const char *name, bool local)
{
	char path[200];

	snprintf(path, sizeof(path), "%s%s", r->f->folder, name);
	return ingest_source(r->ingest, path, "web", local, &r->err);
}

static void read_log(struct reader *r, const char *name)
{
	if (read_as(r, name, false) != 0)
		fail_msg("%s", r->err.text);
}

static void counts_what_it_read(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });
	const struct ingest_counts *c = ingest_counts(r.ingest);

	scratch_file(f->folder, "/a.log", LOAD("9") LOAD("10"));
	scratch_file(f->folder, "/b.log", LOAD("11"));
	read_log(&r, "/a.log");
	read_log(&r, "/b.log");
	assert_int_equal(c->files, 2);
	assert_int_equal(c->lines, 6);
	assert_int_equal(c->bytes, strlen(LOAD("9") LOAD("10") LOAD("11")));
	assert_int_equal(c->events_new, 3);
	assert_int_equal(c->events_merged, 0);
	assert_rows(r.store, "SELECT name, module FROM event JOIN machine ON machine.id = host_id "
		    "ORDER BY serial", "web|dummy\nweb|dummy\nweb|dummy\n");
	reader_release(&r);
}

static void reading_again_changes_nothing(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->folder, "/a.log", LOAD("9") "nonsense\n" LOAD("10"));
	for (int i = 0; i < 2; i++) {
		struct reader r = reader_of(f, (struct ingest_options){ 0 });

		read_log(&r, "/a.log");
		assert_int_equal(ingest_counts(r.ingest)->events_new, i == 0 ? 2 : 0);
		assert_int_equal(fixture_number(r.store, EVENTS), 2);
		assert_int_equal(fixture_number(r.store, "SELECT sum(count) FROM known_loss"), 1);
		reader_release(&r);
	}
}

static void goes_on_where_it_left_off(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });

	scratch_file(f->folder, "/a.log", LOAD("9"));
	read_log(&r, "/a.log");
	scratch_file(f->folder, "/a.log", LOAD("9") LOAD("10"));
	read_log(&r, "/a.log");
	assert_int_equal(ingest_counts(r.ingest)->events_new, 2);
	assert_int_equal(ingest_counts(r.ingest)->events_merged, 0);
	assert_int_equal(fixture_number(r.store, "SELECT size FROM source"),
			 strlen(LOAD("9") LOAD("10")));
	reader_release(&r);
}

static void events_under_each_wanted_key_are_kept(void **state)
{
	static const char *const both[] = { "modules", "other", NULL };
	struct fixture *f = *state;

	scratch_file(f->folder, "/a.log", LOAD("9") OTHER("10"));
	for (int i = 0; i < 2; i++) {
		struct reader r = reader_of(f, (struct ingest_options){ .keys = i ? both : keys });

		/* another name: no position is known for another file */
		scratch_file(f->folder, "/b.log", OTHER("11") LOAD("9") OTHER("10"));
		read_log(&r, i ? "/b.log" : "/a.log");
		assert_int_equal(fixture_number(r.store, EVENTS), i ? 3 : 1);
		reader_release(&r);
	}
}

static void without_the_sieve_the_trail_is_the_same(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->folder, "/a.log", LOAD("9") OTHER("10") NAME("11"));
	for (int all = 0; all < 2; all++) {
		struct reader r;

		snprintf(f->path, sizeof(f->path), "%s/%d.db", f->folder, all);
		r = reader_of(f, (struct ingest_options){ .all = all });
		read_log(&r, "/a.log");
		assert_rows(r.store, "SELECT serial, module FROM event ORDER BY serial",
			    "9|dummy\n11|dummy\n");
		reader_release(&r);
	}
}

static void pieces_from_two_files_make_one_event(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });

	scratch_file(f->folder, "/a.log", CALL("9", "0"));
	scratch_file(f->folder, "/b.log", NAME("9"));
	read_log(&r, "/a.log");
	read_log(&r, "/b.log");
	assert_int_equal(ingest_counts(r.ingest)->events_new, 1);
	assert_int_equal(ingest_counts(r.ingest)->events_merged, 1);
	assert_rows(r.store, "SELECT serial, module FROM event", "9|dummy\n");
	reader_release(&r);
}

/* Only of this machine's own log, and never instead of a name that the log has. */
static void login_ids_are_looked_up_for_the_local_log(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });

	scratch_file(f->folder, "/a.log", LOAD("9"));
	scratch_file(f->folder, "/b.log", LOAD("10") CALL("11", "4294967295") NAME("11")
		     CALL("12", "3999999999") NAME("12"));
	read_log(&r, "/a.log");
	assert_int_equal(read_as(&r, "/b.log", true), 0);
	assert_rows(r.store, "SELECT serial, login FROM event ORDER BY serial",
		    "9|-\n10|root\n11|-\n12|-\n");
	reader_release(&r);
}

static void lines_that_are_no_records_are_counted_and_placed(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });
	const struct ingest_counts *c = ingest_counts(r.ingest);
	char place[300];

	scratch_file(f->folder, "/a.log", LOAD("9") "\nnonsense\nmore nonsense\n" LOAD("10"));
	read_log(&r, "/a.log");
	snprintf(place, sizeof(place), "%s/a.log:%zu", f->folder, strlen(LOAD("9")) + 1);
	assert_string_equal(c->first_fault, place);
	assert_int_equal(c->faults[LINE_EMPTY], 1);
	assert_int_equal(c->events_new, 2);
	assert_int_equal(c->lines, 7);
	/* an empty line is no loss */
	assert_rows(r.store, "SELECT kind, count FROM known_loss", "1|2\n");
	reader_release(&r);
}

static void a_fault_is_placed_in_its_own_file(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });
	char place[300];

	scratch_file(f->folder, "/log/audit.log.1", LOAD("9"));
	scratch_file(f->folder, "/log/audit.log", LOAD("10") "nonsense\n");
	read_log(&r, "/log");
	snprintf(place, sizeof(place), "%s/log/audit.log:%zu", f->folder, strlen(LOAD("10")));
	assert_string_equal(ingest_counts(r.ingest)->first_fault, place);
	reader_release(&r);
}

#define OLD "type=EOE msg=audit(1795456000.000:1): \n"

/* The event before it was open, so its bytes are read again, and the fault behind it. */
static void a_fault_that_is_met_again_is_one_loss(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 2; i++) {
		struct reader r = reader_of(f, (struct ingest_options){ 0 });

		scratch_file(f->folder, "/a.log", i ? OLD LOAD("9") "nonsense\n" LOAD("10")
			     "more nonsense\n" : OLD LOAD("9") "nonsense\n");
		read_log(&r, "/a.log");
		assert_int_equal(fixture_number(r.store, "SELECT sum(count) FROM known_loss"), i + 1);
		reader_release(&r);
	}
}

static void a_line_that_is_too_long_costs_itself_alone(void **state)
{
	enum { LONG = 1 << 19 };
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });
	char *text = malloc(LONG + 2000);

	assert_non_null(text);
	strcpy(text, LOAD("9"));
	memset(text + strlen(LOAD("9")), 'x', LONG);
	strcpy(text + strlen(LOAD("9")) + LONG, "\n" LOAD("10"));
	scratch_file(f->folder, "/a.log", text);
	free(text);
	read_log(&r, "/a.log");
	assert_int_equal(ingest_counts(r.ingest)->too_long, 1);
	assert_int_equal(ingest_counts(r.ingest)->events_new, 2);
	assert_rows(r.store, "SELECT kind, what, count FROM known_loss", "1|line too long|1\n");
	reader_release(&r);
}

static void records_beyond_the_bounds_are_counted(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	fputs(LOAD("9"), to);
	for (int i = 0; i < 8200; i++)
		fprintf(to, "type=PATH " ID("9") "item=%d name=\"/%d\"\n", i, i);
	fputs(LOAD("10"), to);
	fclose(to);
	scratch_file(f->folder, "/a.log", text);
	free(text);
	read_log(&r, "/a.log");
	assert_int_equal(ingest_counts(r.ingest)->records_dropped, 8200 + 2 - 8192);
	assert_int_equal(ingest_counts(r.ingest)->events_new, 2);
	reader_release(&r);
}

static void the_files_of_a_set_are_read_whatever_the_others_are(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });

	scratch_file(f->folder, "/log/audit.log.2.zst", "\x28\xb5\x2f\xfd, and that is no frame");
	scratch_file(f->folder, "/log/audit.log.1", LOAD("9"));
	scratch_file(f->folder, "/log/audit.log", LOAD("10"));
	assert_int_equal(read_as(&r, "/log", false), ERR_INPUT);
	assert_non_null(strstr(r.err.text, "audit.log.2.zst"));
	assert_null(strstr(r.err.text, "files could not be read"));
	assert_int_equal(fixture_number(r.store, EVENTS), 2);
	scratch_file(f->folder, "/log/audit.log.3.zst", "\x28\xb5\x2f\xfd, nor is this");
	assert_int_equal(read_as(&r, "/log", false), ERR_INPUT);
	assert_non_null(strstr(r.err.text, "2 files could not be read, the first"));
	reader_release(&r);
}

static void what_holds_no_record_is_refused_and_leaves_no_trace(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });

	scratch_file(f->folder, "/empty", "");
	scratch_file(f->folder, "/passwd", "root:x:0:0:root:/root:/bin/bash\n");
	assert_int_equal(read_as(&r, "/nosuch", false), ERR_INPUT);
	assert_int_equal(read_as(&r, "/empty", false), ERR_INPUT);
	assert_non_null(strstr(r.err.text, "is empty"));
	assert_int_equal(read_as(&r, "/passwd", false), ERR_INPUT);
	assert_non_null(strstr(r.err.text, "no audit log"));
	assert_int_equal(fixture_number(r.store, "SELECT count(*) FROM source"), 0);
	assert_int_equal(fixture_number(r.store, "SELECT count(*) FROM known_loss"), 0);
	reader_release(&r);
}

static void a_last_line_without_newline_waits_for_the_next_time(void **state)
{
	struct fixture *f = *state;
	struct reader r = reader_of(f, (struct ingest_options){ 0 });
	const struct ingest_counts *c = ingest_counts(r.ingest);

	scratch_file(f->folder, "/a.log", LOAD("9") "type=SYSC");
	scratch_file(f->folder, "/b.log", LOAD("10") "type");
	read_log(&r, "/a.log");
	read_log(&r, "/b.log");
	assert_int_equal(c->tails, 2);
	assert_int_equal(c->tail_bytes, strlen("type=SYSC" "type"));
	assert_non_null(strstr(c->first_tail, "/a.log"));
	assert_int_equal(c->lines, 4);
	reader_release(&r);
}

/* What the tests below are told on the way. */
struct progress {
	unsigned calls;
	uint64_t bytes, lines;
	int64_t remaining;
	bool goes_on;			/* does not stop whoever tells */
	volatile sig_atomic_t stop;
};

static void on_progress(void *arg, const struct ingest_counts *counts, int64_t remaining)
{
	struct progress *p = arg;

	p->calls++;
	p->bytes = counts->bytes;
	p->lines = counts->lines;
	p->remaining = remaining;
	p->stop = !p->goes_on;
}

static void tells_how_far_it_is(void **state)
{
	struct fixture *f = *state;
	struct progress p = { 0 };
	struct reader r = reader_of(f, (struct ingest_options){ .progress = on_progress, .arg = &p });

	scratch_file(f->folder, "/a.log", LOAD("9"));
	read_log(&r, "/a.log");
	assert_true(p.calls > 0);
	assert_int_equal(p.bytes, strlen(LOAD("9")));
	assert_int_equal(p.lines, 2);
	assert_int_equal(p.remaining, 0);
	reader_release(&r);
}

static void a_stop_keeps_what_was_read_and_leaves_the_rest(void **state)
{
	struct fixture *f = *state;
	struct progress p = { 0 };
	struct reader r = reader_of(f, (struct ingest_options){ .progress = on_progress, .arg = &p,
							       .stop = &p.stop });

	scratch_file(f->folder, "/log/audit.log.1", LOAD("9"));
	scratch_file(f->folder, "/log/audit.log", LOAD("10"));
	read_log(&r, "/log");
	assert_int_equal(p.calls, 1);
	assert_rows(r.store, "SELECT serial FROM event", "9\n");
	/* and once it is set, nothing is begun */
	read_log(&r, "/log");
	assert_int_equal(fixture_number(r.store, EVENTS), 1);
	p.stop = 0;
	p.goes_on = true;		/* on a slow machine it is told more than once */
	read_log(&r, "/log");
	assert_int_equal(fixture_number(r.store, EVENTS), 2);
	reader_release(&r);
}

static void following_ends_with_a_stop_and_has_put_all_down(void **state)
{
	struct fixture *f = *state;
	struct progress p = { 0 };
	struct reader r = reader_of(f, (struct ingest_options){ .progress = on_progress, .arg = &p,
							       .stop = &p.stop, .follow = true });

	scratch_file(f->folder, "/a.log", LOAD("9"));
	read_log(&r, "/a.log");
	assert_int_equal(fixture_number(r.store, EVENTS), 1);
	assert_int_equal(fixture_number(r.store, "SELECT size FROM source"), strlen(LOAD("9")));
	reader_release(&r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(counts_what_it_read),
		TEST(reading_again_changes_nothing),
		TEST(goes_on_where_it_left_off),
		TEST(events_under_each_wanted_key_are_kept),
		TEST(without_the_sieve_the_trail_is_the_same),
		TEST(pieces_from_two_files_make_one_event),
		TEST(login_ids_are_looked_up_for_the_local_log),
		TEST(lines_that_are_no_records_are_counted_and_placed),
		TEST(a_fault_is_placed_in_its_own_file),
		TEST(a_fault_that_is_met_again_is_one_loss),
		TEST(a_line_that_is_too_long_costs_itself_alone),
		TEST(records_beyond_the_bounds_are_counted),
		TEST(the_files_of_a_set_are_read_whatever_the_others_are),
		TEST(what_holds_no_record_is_refused_and_leaves_no_trace),
		TEST(a_last_line_without_newline_waits_for_the_next_time),
		TEST(tells_how_far_it_is),
		TEST(a_stop_keeps_what_was_read_and_leaves_the_rest),
		TEST(following_ends_with_a_stop_and_has_put_all_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
