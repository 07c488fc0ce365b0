#include "parse/sieve.h"

#include "bench.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define ID(serial) "msg=audit(1795456513.347:" serial "): "
#define LOAD(serial) "type=SYSCALL " ID(serial) "arch=c000003e syscall=313 success=yes key=(null)"
#define OTHER(serial) "type=SYSCALL " ID(serial) "arch=c000003e syscall=257 key=(null)"
#define PATH(serial) "type=PATH " ID(serial) "item=0"
#define MODULE(serial) "type=KERN_MODULE " ID(serial) "name=\"x\""
#define TITLE(serial) "type=PROCTITLE " ID(serial) "proctitle=41"

static uint64_t handed_out(const struct bench *b)
{
	return sieve_counts(b->sieve)->events;
}

static void an_event_is_handed_out_once_it_is_complete(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed_line(&b, LOAD("9"));
	bench_feed_line(&b, MODULE("9"));
	assert_int_equal(handed_out(&b), 0);
	bench_feed_line(&b, TITLE("9"));
	assert_int_equal(handed_out(&b), 1);
	assert_int_equal(b.out.event[0].records.count, 3);
	bench_flush(&b);
	assert_int_equal(handed_out(&b), 1);
	assert_int_equal(sieve_counts(b.sieve)->split, 0);
	bench_release(&b);
}

static void records_of_user_space_and_auditd_stand_alone(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed_line(&b, "type=TRUSTED_APP " ID("1") "msg='modtrail run'");
	bench_feed_line(&b, "type=DAEMON_END " ID("1") "op=terminate");
	bench_feed_line(&b, "type=UNKNOWN[1199] " ID("2") "msg='modtrail run'");
	assert_int_equal(handed_out(&b), 3);
	bench_feed_line(&b, "type=CONFIG_CHANGE " ID("3") "op=add_rule");
	bench_feed_line(&b, "type=UNKNOWN[1340] " ID("4") "modtrail");
	assert_int_equal(handed_out(&b), 3);
	assert_int_equal(b.out.count, 3);
	assert_int_equal(sieve_safe(b.sieve), b.window.len - strlen("type=CONFIG_CHANGE " ID("3")
			 "op=add_rule\n" "type=UNKNOWN[1340] " ID("4") "modtrail\n"));
	bench_release(&b);
}

static void what_stands_alone_ends_no_event_that_began_otherwise(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed_line(&b, OTHER("1"));
	bench_feed_line(&b, "type=TRUSTED_APP " ID("1") "msg='modtrail run'");
	assert_int_equal(handed_out(&b), 0);
	assert_int_equal(sieve_safe(b.sieve), 0);
	bench_feed_line(&b, TITLE("1"));
	assert_int_equal(handed_out(&b), 1);
	assert_int_equal(b.out.event[0].records.count, 3);
	bench_release(&b);
}

static void a_late_record_makes_a_fragment_of_its_own(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed_line(&b, LOAD("9"));
	bench_feed_line(&b, TITLE("9"));
	assert_int_equal(sieve_safe(b.sieve), window_end(&b.window));
	bench_feed_line(&b, PATH("9"));
	assert_int_equal(handed_out(&b), 1);
	assert_int_equal(sieve_safe(b.sieve), 0);
	bench_flush(&b);
	assert_int_equal(handed_out(&b), 2);
	bench_flush(&b);
	assert_int_equal(handed_out(&b), 2);
	assert_int_equal(b.out.count, 1);
	assert_int_equal(b.out.event[0].records.count, 3);
	bench_release(&b);
}

static void a_late_reason_brings_the_whole_event(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed_line(&b, OTHER("9"));
	bench_feed_line(&b, TITLE("9"));
	bench_feed_line(&b, OTHER("10"));
	bench_flush(&b);
	assert_int_equal(handed_out(&b), 0);
	bench_feed_line(&b, MODULE("9"));
	bench_flush(&b);
	assert_int_equal(handed_out(&b), 1);
	assert_int_equal(b.out.event[0].records.count, 3);
	bench_release(&b);
}

/* Feeds records of no interest until about len bytes have passed. */
static void pass_bytes(struct bench *b, size_t len)
{
	uint64_t end = window_end(&b->window) + len;
	char text[256];

	while (window_end(&b->window) + 100 < end) {
		snprintf(text, sizeof(text), "type=CWD msg=audit(5.000:%llu): cwd=\"/\"",
			 (unsigned long long)window_end(&b->window));
		bench_feed_line(b, text);
	}
}

static void an_event_that_leaves_the_window_is_handed_out_and_counted(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed_line(&b, LOAD("9"));
	bench_feed_line(&b, OTHER("10"));
	pass_bytes(&b, WINDOW_KEEP - 1000);
	bench_feed_line(&b, PATH("9"));
	assert_int_equal(handed_out(&b), 0);
	assert_int_equal(sieve_safe(b.sieve), 0);
	pass_bytes(&b, 2000);
	assert_int_equal(handed_out(&b), 1);
	assert_int_equal(b.out.event[0].records.count, 2);
	assert_int_equal(sieve_counts(b.sieve)->split, 1);
	assert_true(sieve_safe(b.sieve) > 0);

	/* Forgotten: another line of it is an event like any other. */
	bench_feed_line(&b, PATH("9"));
	bench_flush(&b);
	assert_int_equal(handed_out(&b), 1);
	bench_release(&b);
}

/* The event of a line leaves right behind it, and the next line has the same id. */
static void an_event_that_has_left_gets_no_more_lines(void **state)
{
	static const char lines[] = PATH("9") "\n" "type=PATH " ID("9") "item=1\n";
	struct bench b;

	(void)state;
	bench_init(&b, true);
	bench_feed_line(&b, LOAD("9"));
	pass_bytes(&b, WINDOW_KEEP - window_end(&b.window));
	while (window_end(&b.window) < WINDOW_KEEP)
		bench_feed(&b, "\n", 1);
	assert_int_equal(window_end(&b.window), WINDOW_KEEP);
	bench_feed(&b, lines, sizeof(lines) - 1);
	bench_flush(&b);
	assert_int_equal(b.out.event[0].records.count, 3);
	bench_release(&b);
}

static int count_records(void *arg, const struct fragment *fragment, struct error *err)
{
	(void)err;
	assert_true(fragment->count > 0 && fragment->count <= SIEVE_RECORDS_MAX);
	*(uint64_t *)arg += fragment->count;
	return 0;
}

/* Feeds count lines of a format with a number in it; returns how many records came out. */
static uint64_t records_out(const char *prefix, unsigned step, unsigned count,
			    struct sieve_counts *counts)
{
	uint64_t records = 0;
	struct sieve_options options = { .keys = bench_keys, .emit = count_records, .arg = &records };
	struct bench b = { .sieve = sieve_new(&options) };
	char text[128];

	assert_int_equal(window_init(&b.window), 0);
	for (unsigned i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "type=KERN_MODULE msg=audit(%s%u):", prefix, i * step);
		bench_feed_line(&b, text);
	}
	bench_flush(&b);
	*counts = *sieve_counts(b.sieve);
	bench_release(&b);
	return records;
}

static void many_open_events_lose_no_record(void **state)
{
	struct sieve_counts counts;

	(void)state;
	assert_int_equal(records_out("1.000:", 1, 200000, &counts), 200000);
	assert_int_equal(counts.events, 200000);
	assert_int_equal(counts.lines, 200000);
	assert_int_equal(records_out("1.000:", 65536, 50000, &counts), 50000);
}

static void many_lines_of_one_event_lose_no_record(void **state)
{
	struct sieve_counts counts;

	(void)state;
	assert_int_equal(records_out("1.000:7", 0, 100000, &counts), 100000);
	assert_in_range(counts.events, 100000 / SIEVE_RECORDS_MAX, 30);
	assert_true(counts.split >= counts.events - 1);
}

/* More events and lines in a window than the rings begin with, numbered from within a ring. */
static void thousands_of_open_events_are_brought_together(void **state)
{
	enum { EARLIER = 7000, EVENTS = 6000 };
	struct bench b;
	char line[512];

	(void)state;
	bench_init(&b, false);
	for (int i = 0; i < EARLIER; i++) {
		snprintf(line, sizeof(line), "type=CWD " ID("1%d") "cwd=\"%0256d\"", i, i);
		bench_feed_line(&b, line);
	}
	for (int part = 0; part < 2; part++)
		for (int i = 0; i < EVENTS; i++) {
			snprintf(line, sizeof(line), part == 0 ? "type=KERN_MODULE " ID("%d") "name=\"x\""
							       : "type=PROCTITLE " ID("%d") "proctitle=41",
				 i);
			bench_feed_line(&b, line);
		}
	assert_int_equal(b.out.count, EVENTS);
	for (size_t i = 0; i < b.out.count; i++)
		assert_int_equal(b.out.event[i].records.count, 2);
	assert_int_equal(handed_out(&b), EVENTS);
	assert_int_equal(sieve_counts(b.sieve)->split, 0);
	bench_release(&b);
}

static void events_of_equal_numbers_are_told_apart(void **state)
{
	static const char *const heads[] = {
		"type=KERN_MODULE msg=audit(1.000:5): 0", "node=a type=KERN_MODULE msg=audit(1.000:5): 1",
		"node=b type=KERN_MODULE msg=audit(1.000:5): 2", "type=KERN_MODULE msg=audit(1.001:5): 3",
		"type=KERN_MODULE msg=audit(1.000:6): 4", "type=DAEMON_ROTATE msg=audit(1.000:5): 5",
		"node=aa type=KERN_MODULE msg=audit(1.000:5): 6",
	};
	struct bench b;

	(void)state;
	bench_init(&b, false);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
			bench_feed_line(&b, heads[i]);
	bench_flush(&b);
	assert_int_equal(b.out.count, ARRAY_SIZE(heads));
	assert_int_equal(handed_out(&b), ARRAY_SIZE(heads) + 1);
	bench_release(&b);
}

static void lines_of_any_length_pass(void **state)
{
	size_t len = WINDOW_LINE_MAX - 1;
	AUTO(freep) char *text = malloc(len);
	struct bench b;

	(void)state;
	assert_non_null(text);
	memset(text, 'm', len);
	memcpy(text, MODULE("9"), strlen(MODULE("9")));
	text[len - 1] = '\n';
	bench_init(&b, false);
	for (int i = 0; i < 6; i++) {
		text[strlen(MODULE("9"))] = (char)('0' + i);
		bench_feed(&b, text, len);
	}
	bench_flush(&b);
	assert_int_equal(handed_out(&b), 2);
	bench_release(&b);
}

static void lines_that_are_no_records_are_counted_with_their_place(void **state)
{
	static const char text[] = "hello\n" TITLE("1") "\n\n----\n"
		"type=CWD msg=audit(x): \n" "type=CWD " ID("1") "\0\0\n" "hello\n";
	const struct sieve_counts *counts;
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed(&b, text, sizeof(text) - 1);
	counts = sieve_counts(b.sieve);
	assert_int_equal(counts->lines, 7);
	assert_int_equal(counts->faults[LINE_OK], 0);
	assert_int_equal(counts->faults[LINE_NO_RECORD], 2);
	assert_int_equal(counts->first_fault[LINE_NO_RECORD], 0);
	assert_int_equal(counts->faults[LINE_EMPTY], 2);
	assert_int_equal(counts->first_fault[LINE_EMPTY], 6 + strlen(TITLE("1")) + 1);
	assert_int_equal(counts->faults[LINE_BAD_ID], 1);
	assert_int_equal(counts->faults[LINE_NUL], 1);
	bench_release(&b);
}

static int refuse(void *arg, const struct fragment *fragment, struct error *err)
{
	(void)arg;
	(void)fragment;
	return error_set(err, ERR_TRAIL, "no");
}

static void what_emit_returns_stops_the_feed(void **state)
{
	static const char text[] = "type=DAEMON_END " ID("1") "\n" TITLE("2") "\n";
	struct sieve_options options = { .keys = bench_keys, .emit = refuse };
	struct window w = { .data = (char *)text, .len = sizeof(text) - 1 };
	struct sieve *s = sieve_new(&options);
	struct error err;

	(void)state;
	assert_int_equal(sieve_feed(s, &w, 0, w.len, &err), ERR_TRAIL);
	assert_string_equal(err.text, "no");
	assert_int_equal(sieve_counts(s)->lines, 1);
	sieve_free(s);
}

/* A line that goes on with one that is no record is of no event, whatever came before. */
static void a_bad_id_twice_is_bad_twice(void **state)
{
	static const char text[] =
		LOAD("9") "\n" PATH("9") "\n" "type=CWD msg=audit(99999999999999.347:9): \n"
		"type=PATH msg=audit(99999999999999.347:9): item=1\n" TITLE("9") "\n";
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed(&b, text, sizeof(text) - 1);
	assert_int_equal(sieve_counts(b.sieve)->faults[LINE_BAD_ID], 2);
	assert_int_equal(b.out.count, 1);
	assert_int_equal(b.out.event[0].records.count, 3);
	bench_release(&b);
}

static void a_torn_line_is_none_of_the_event_before(void **state)
{
	static const char text[] = LOAD("9") "\n" "type=PATH " ID("9") "name=\0\n" TITLE("9") "\n";
	struct bench b;

	(void)state;
	bench_init(&b, false);
	bench_feed(&b, text, sizeof(text) - 1);
	assert_int_equal(sieve_counts(b.sieve)->faults[LINE_NUL], 1);
	assert_int_equal(b.out.event[0].records.count, 2);
	bench_release(&b);
}

static uint64_t joined_in(const char *text, bool all, size_t part)
{
	struct bench b;
	uint64_t count;

	bench_init(&b, all);
	bench_feed_in_parts(&b, text, strlen(text), part);
	bench_flush(&b);
	count = sieve_counts(b.sieve)->faults[LINE_JOINED];
	if (count > 0)
		assert_true(sieve_counts(b.sieve)->first_fault[LINE_JOINED] < strlen(text));
	bench_release(&b);
	return count;
}

/* The same with every event wanted, and wherever a feed ends. */
static void expect_joined(const char *text, uint64_t count)
{
	for (size_t part = 0; part < 300; part += 50) {
		assert_int_equal(joined_in(text, false, part), count);
		assert_int_equal(joined_in(text, true, part), count);
	}
}

static void records_behind_the_first_of_a_line_are_counted(void **state)
{
	(void)state;
	expect_joined(LOAD("9") "\n" PATH("9") "\n" TITLE("9") "\n", 0);
	expect_joined(LOAD("9") " type=KERN_MODULE " ID("9") "name=\"x\"\n" TITLE("10") "\n", 1);
	expect_joined("type=AVC " ID("9") "avc: denied " LOAD("9") "\n", 1);
	expect_joined("node=a " LOAD("9") " node=a " TITLE("9") "\nnode=a " PATH("9") " node=a " PATH("9") "\n",
		      2);
	/* One behind a line of the same event; of another event; a torn line. */
	expect_joined(LOAD("9") "\n" PATH("9") " " TITLE("9") "\n", 1);
	expect_joined(PATH("8") " " PATH("8") "\n" LOAD("9") " " LOAD("10") "\n", 1);
	expect_joined("type=SYSCALL " ID("9") "arch=c0type=SYSCALL " ID("10") "arch=c000003e\n", 1);
	/* What the sender of a user record wrote is its own. */
	expect_joined("type=USER_CMD " ID("9") "pid=1 msg='x type=PATH " ID("9") "'\n", 0);
}

/* The search for line ends began in the middle of a line, at what looks like a record. */
static void what_a_line_ends_with_says_nothing_of_the_next(void **state)
{
	static const char text[] = "type=PATH " ID("8") "name=" OTHER("9") "\n" PATH("9") "\n"
				   TITLE("9") "\n" TITLE("8") "\n";
	struct collected_run out = { 0 };
	struct sieve_options options = { .all = true, .keys = bench_keys, .emit = gather_fragment,
					 .arg = &out };
	struct window w = { .data = (char *)text, .len = sizeof(text) - 1 };
	struct sieve *s = sieve_new(&options);
	static struct newline_index newlines;
	struct error err;

	(void)state;
	w.newlines_at = strlen("type=PATH " ID("8") "name=");
	w.newlines = &newlines;
	newline_index_build(&newlines, text + w.newlines_at, w.len - w.newlines_at);
	assert_int_equal(newlines.more[1], CONTINUATION_MORE);
	assert_int_equal(sieve_feed(s, &w, 0, w.len, &err), 0);
	assert_int_equal(sieve_flush(s, &w, &err), 0);
	assert_int_equal(out.count, 2);
	assert_int_equal(out.event[0].records.count, 2);
	assert_int_equal(out.event[1].records.count, 2);
	sieve_free(s);
	gathered_release(&out);
}

static int note_count(void *arg, const struct fragment *fragment, struct error *err)
{
	(void)err;
	*(size_t *)arg = fragment->count;
	return 0;
}

static void the_fragment_behind_a_flush_is_whole(void **state)
{
	static const char text[] = OTHER("9") "\n" MODULE("9") "\n" TITLE("9") "\n";
	size_t first = strlen(OTHER("9") "\n" MODULE("9") "\n"), count = 0;
	struct sieve_options options = { .keys = bench_keys, .emit = note_count, .arg = &count };
	struct window w = { .data = (char *)text, .len = sizeof(text) - 1 };
	struct sieve *s = sieve_new(&options);
	struct error err;

	(void)state;
	assert_int_equal(sieve_feed(s, &w, 0, first, &err), 0);
	assert_int_equal(sieve_flush(s, &w, &err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(sieve_flush(s, &w, &err), 0);
	assert_int_equal(sieve_counts(s)->events, 1);
	assert_int_equal(sieve_feed(s, &w, first, w.len - first, &err), 0);
	assert_int_equal(count, 3);
	assert_int_equal(sieve_counts(s)->events, 2);
	sieve_free(s);
}

static void rests_are_handed_out_at_the_start_only(void **state)
{
	static const char text[] = PATH("8") "\n" TITLE("8") "\n";
	size_t count = 0, len = sizeof(text) - 1;
	struct sieve_options options = {
		.rests = true, .keys = bench_keys, .emit = note_count, .arg = &count,
	};
	struct window near = { .data = (char *)text, .len = len };
	struct window far = { .data = (char *)text, .base = SIEVE_RESTS, .len = len };
	struct sieve *s = sieve_new(&options);
	struct error err;

	(void)state;
	assert_int_equal(sieve_feed(s, &near, 0, len, &err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(sieve_counts(s)->events, 1);
	sieve_free(s);

	s = sieve_new(&options);
	assert_int_equal(sieve_feed(s, &far, SIEVE_RESTS, len, &err), 0);
	assert_int_equal(sieve_counts(s)->events, 0);
	sieve_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_handed_out_once_it_is_complete),
		cmocka_unit_test(records_of_user_space_and_auditd_stand_alone),
		cmocka_unit_test(what_stands_alone_ends_no_event_that_began_otherwise),
		cmocka_unit_test(a_late_record_makes_a_fragment_of_its_own),
		cmocka_unit_test(a_late_reason_brings_the_whole_event),
		cmocka_unit_test(the_fragment_behind_a_flush_is_whole),
		cmocka_unit_test(rests_are_handed_out_at_the_start_only),
		cmocka_unit_test(an_event_that_leaves_the_window_is_handed_out_and_counted),
		cmocka_unit_test(an_event_that_has_left_gets_no_more_lines),
		cmocka_unit_test(many_open_events_lose_no_record),
		cmocka_unit_test(many_lines_of_one_event_lose_no_record),
		cmocka_unit_test(thousands_of_open_events_are_brought_together),
		cmocka_unit_test(events_of_equal_numbers_are_told_apart),
		cmocka_unit_test(lines_of_any_length_pass),
		cmocka_unit_test(lines_that_are_no_records_are_counted_with_their_place),
		cmocka_unit_test(a_bad_id_twice_is_bad_twice),
		cmocka_unit_test(a_torn_line_is_none_of_the_event_before),
		cmocka_unit_test(records_behind_the_first_of_a_line_are_counted),
		cmocka_unit_test(what_a_line_ends_with_says_nothing_of_the_next),
		cmocka_unit_test(what_emit_returns_stops_the_feed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
