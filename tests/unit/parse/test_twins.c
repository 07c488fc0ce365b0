#include "parse/twins.h"
#include "test.h"

#include <stdio.h>

#define ID "msg=audit(1795456513.347:9): "
#define CALL(pid) "type=SYSCALL " ID "arch=c000003e syscall=313 success=yes exit=0 pid=" pid "\n"
#define RUN "type=SYSCALL " ID "arch=c000003e syscall=59 success=yes exit=0 pid=7\n"
#define OTHER "type=SYSCALL " ID "arch=c000003e syscall=44 success=yes exit=0 pid=8\n"
#define MODULE(name) "type=KERN_MODULE " ID "name=\"" name "\"\n"
#define TITLE(name) "type=PROCTITLE " ID "proctitle=\"" name "\"\n"
#define CHANGE(fields) "type=CONFIG_CHANGE " ID fields "\n"
#define ARGS(fields) "type=EXECVE " ID fields "\n"
#define MARKER(run) "type=TRUSTED_APP " ID "pid=5 uid=0 msg='op=modtrail-begin run=" run "'\n"

static int setup(void **state)
{
	static struct twins t;

	twins_init(&t);
	*state = &t;
	return 0;
}

static int teardown(void **state)
{
	twins_release(*state);
	return 0;
}

static void read_text(struct twins *t, const char *text)
{
	assert_int_equal(twins_add_text(t, (struct bytes){ text, strlen(text) }), 0);
}

/* want: the events, each as its records, with a line "+" behind each. */
static void assert_events(struct twins *t, const char *want)
{
	char text[8192] = "";

	assert_int_equal(twins_part(t), 0);
	for (size_t i = 0; i < t->count; i++) {
		size_t len;
		const char *records = records_text(&t->event[i].set, &len);

		assert_non_null(records);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%.*s+\n", (int)len, records);
	}
	assert_string_equal(text, want);
}

static bool agree(const char *text)
{
	struct records set;
	bool result;

	records_init(&set);
	assert_true(records_add_text(&set, text, strlen(text)) > 0);
	records_sort(&set);
	result = twins_agree(&set);
	records_release(&set);
	return result;
}

static void what_one_event_may_have_agrees(void **state)
{
	(void)state;
	assert_true(agree(CALL("7") MODULE("a") TITLE("x")));
	assert_true(agree(CALL("7") CALL("7") MODULE("a") MODULE("a")));
	assert_true(agree(RUN ARGS("argc=3 a0=\"insmod\"") ARGS("a1=\"x\" a2=\"y\"") TITLE("x")));
	assert_true(agree(OTHER CHANGE("op=remove_rule key=\"a\" list=4 res=1")
			  CHANGE("op=remove_rule key=\"b\" list=4 res=1")));
	assert_true(agree("type=SYSCALL " ID "arch=c0000008 syscall=5307 success=yes pid=9\n" MODULE("a")));
}

static void what_no_kernel_puts_together_does_not(void **state)
{
	(void)state;
	assert_false(agree(CALL("7") CALL("8")));
	assert_false(agree(MODULE("a") MODULE("b")));
	assert_false(agree(TITLE("a") TITLE("b")));
	assert_false(agree(RUN MODULE("a")));
	assert_false(agree(OTHER ARGS("argc=1 a0=\"insmod\"")));
	assert_false(agree(CALL("7") ARGS("argc=1 a0=\"insmod\"")));
	assert_false(agree(CALL("7") CHANGE("op=set res=1")));
	assert_false(agree(RUN ARGS("argc=1 a0=\"insmod\"") ARGS("argc=1 a0=\"rmmod\"")));
	assert_false(agree(CHANGE("op=set res=1") CHANGE("op=add_rule res=1")));
	assert_false(agree(CALL("7") MARKER("1")));
	assert_false(agree(MARKER("1") MARKER("2")));
}

static void each_anchor_has_what_was_read_with_it(void **state)
{
	read_text(*state, CALL("7") MODULE("a") TITLE("x") CALL("8") MODULE("b") TITLE("y"));
	assert_events(*state, CALL("7") MODULE("a") TITLE("x") "+\n" CALL("8") MODULE("b") TITLE("y") "+\n");
}

static void copies_are_one_event(void **state)
{
	read_text(*state, CALL("7") MODULE("a") TITLE("x") CALL("7") MODULE("a") TITLE("x"));
	read_text(*state, "node=b " CALL("7") CALL("7") MODULE("a") MODULE("a"));
	assert_events(*state, "node=b " CALL("7") MODULE("a") TITLE("x") "+\n");
}

static void an_event_within_another_takes_nothing_from_it(void **state)
{
	read_text(*state, CALL("8") CALL("7") MODULE("b") TITLE("y") MODULE("a") TITLE("x"));
	assert_events(*state, CALL("7") MODULE("b") TITLE("y") "+\n" CALL("8") MODULE("a") TITLE("x") "+\n");
}

/* Nobody can tell whose they are: the call of 8 would be without them else. */
static void what_may_be_of_both_is_of_both(void **state)
{
	struct twins *t = *state;

	read_text(t, CALL("8") CALL("7") MODULE("a") TITLE("x"));
	assert_events(t, CALL("7") MODULE("a") TITLE("x") "+\n" CALL("8") MODULE("a") TITLE("x") "+\n");
	assert_int_equal(t->event[0].loose.count, 0);
	assert_int_equal(t->event[1].loose.count, 2);
	assert_true(t->event[1].interrupted);

	read_text(t, CALL("8") MODULE("b") TITLE("y"));
	assert_events(t, CALL("7") MODULE("a") TITLE("x") "+\n" CALL("8") MODULE("b") TITLE("y") "+\n");
}

static void a_pause_ends_an_event(void **state)
{
	read_text(*state, CALL("7") "\n" CALL("8") MODULE("a"));
	assert_events(*state, CALL("7") "+\n" CALL("8") MODULE("a") "+\n");
}

static void a_name_that_is_forged_in_the_midst_does_not_hide_the_other(void **state)
{
	read_text(*state, CALL("7") MODULE("f") MODULE("a") TITLE("x"));
	assert_events(*state, CALL("7") MODULE("a") TITLE("x") "+\n" CALL("7") MODULE("f") TITLE("x") "+\n");
}

static void what_was_read_apart_goes_where_it_may(void **state)
{
	struct twins *t = *state;

	read_text(t, MODULE("a") TITLE("x"));
	read_text(t, CALL("7"));
	assert_events(t, CALL("7") MODULE("a") TITLE("x") "+\n");
	assert_int_equal(t->event[0].loose.count, 2);
	read_text(t, CALL("8") MODULE("b") TITLE("y"));
	read_text(t, MODULE("c"));
	assert_events(t, CALL("7") MODULE("a") TITLE("x") "+\n" CALL("7") MODULE("c") TITLE("x") "+\n"
		      CALL("8") MODULE("b") TITLE("y") "+\n");
}

static void what_fits_nowhere_is_an_event(void **state)
{
	read_text(*state, CALL("7") MODULE("a") TITLE("x"));
	read_text(*state, MODULE("b"));
	read_text(*state, CHANGE("op=set res=1"));
	assert_events(*state, CALL("7") MODULE("a") TITLE("x") "+\n" CHANGE("op=set res=1") "+\n"
		      MODULE("b") "+\n");
}

static void changes_of_one_call_stay_together(void **state)
{
	read_text(*state, CHANGE("op=remove_rule key=\"a\" list=4 res=1")
		  CHANGE("op=remove_rule key=\"b\" list=4 res=1") OTHER TITLE("x"));
	read_text(*state, CHANGE("op=set res=1"));
	assert_events(*state, CHANGE("op=remove_rule key=\"a\" list=4 res=1")
		      CHANGE("op=remove_rule key=\"b\" list=4 res=1") OTHER TITLE("x") "+\n"
		      CHANGE("op=set res=1") "+\n");
}

static void a_record_that_was_cut_short_is_the_whole_one(void **state)
{
	read_text(*state, "type=SYSCALL " ID "arch=c000003e syscall=313 succ\n" MODULE("a"));
	read_text(*state, CALL("7"));
	assert_events(*state, CALL("7") MODULE("a") "+\n");
}

static void markers_are_alone(void **state)
{
	read_text(*state, MARKER("1") MARKER("2") CALL("7"));
	assert_events(*state, CALL("7") "+\n" MARKER("1") "+\n" MARKER("2") "+\n");
}

/* As the store does: what an event was is added again. */
static void what_was_kept_goes_on_as_it_was(void **state)
{
	struct twins *t = *state, kept;

	twins_init(&kept);
	read_text(&kept, CALL("8") CALL("7") MODULE("a") TITLE("x"));
	read_text(&kept, MODULE("b"));
	assert_int_equal(twins_part(&kept), 0);
	for (size_t i = 0; i < kept.count; i++) {
		struct bytes set, loose;

		set.data = records_text(&kept.event[i].set, &set.len);
		loose.data = records_text(&kept.event[i].loose, &loose.len);
		assert_int_equal(twins_add_event(t, set, loose, kept.event[i].interrupted), 0);
	}
	read_text(t, CALL("8") MODULE("b") TITLE("y"));
	assert_events(t, CALL("7") MODULE("a") TITLE("x") "+\n" CALL("8") MODULE("b") TITLE("y") "+\n");
	twins_release(&kept);
}

static void there_is_a_bound(void **state)
{
	struct twins *t = *state;
	char text[200];

	for (int i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "type=SYSCALL " ID "arch=c000003e syscall=313 pid=%d \n", i);
		read_text(t, text);
	}
	assert_int_equal(twins_part(t), 0);
	assert_int_equal(t->count, TWINS_MAX);
	assert_int_equal(t->left_out, 300 - TWINS_MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_one_event_may_have_agrees),
		TEST(what_no_kernel_puts_together_does_not),
		TEST(each_anchor_has_what_was_read_with_it),
		TEST(copies_are_one_event),
		TEST(an_event_within_another_takes_nothing_from_it),
		TEST(what_may_be_of_both_is_of_both),
		TEST(a_pause_ends_an_event),
		TEST(a_name_that_is_forged_in_the_midst_does_not_hide_the_other),
		TEST(what_was_read_apart_goes_where_it_may),
		TEST(what_fits_nowhere_is_an_event),
		TEST(changes_of_one_call_stay_together),
		TEST(a_record_that_was_cut_short_is_the_whole_one),
		TEST(markers_are_alone),
		TEST(what_was_kept_goes_on_as_it_was),
		TEST(there_is_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
