#include "test.h"

#include "verdict/detail.h"
#include "verdict/marker_collect.h"

#include <stdio.h>

#define ID "0123456789abcdef"
#define OTHER_ID "fedcba9876543210"

/* One at a time in the whole program: it is large. */
static char detail[DETAIL_MAX];
static struct collected_run g;

static int setup(void **state)
{
	(void)state;
	marker_collect_init(&g, ID);
	return 0;
}

static void add(const char *text, int64_t time_ms, int64_t pid, int64_t uid)
{
	const struct written m = { { text, strlen(text) }, time_ms, pid, uid };

	marker_collect_add(&g, &m);
}

#define BEGIN "op=modtrail-begin v=1 run=" ID " lost=5 enabled=1 daemon=400 probes=1 keys=modules"
#define CLAIM "op=modtrail-claim v=1 run=" ID " cell=exec.rmmod/root claimed=yes expect=recorded"
#define PROBE "op=modtrail-probe v=1 run=" ID " n=1 cell=exec.rmmod/root pid=501"
#define ACTED "op=modtrail-acted v=1 run=" ID " n=1 pid=501 result=0"
#define END "op=modtrail-end v=1 run=" ID " lost=5 enabled=1 daemon=400 acted=1"

static void a_run_is_put_together(void **state)
{
	(void)state;
	add(BEGIN, 10, 500, 0);
	add(CLAIM, 11, 500, 0);
	add("op=modtrail-caveat v=1 run=" ID " text=old%20processes", 11, 500, 0);
	add(PROBE, 12, 500, 0);
	add(ACTED, 14, 500, 0);
	add(END, 20, 500, 0);
	assert_true(g.begun && g.ended);
	assert_int_equal(g.refused, 0);
	assert_int_equal(g.run.begun_ms, 10);
	assert_int_equal(g.run.ended_ms, 20);
	assert_int_equal(g.run.before.lost, 5);
	assert_int_equal(g.run.after.daemon_pid, 400);
	assert_string_equal(g.run.keys, "modules");
	assert_string_equal(g.run.id, ID);
	assert_int_equal(g.claim_count, 1);
	assert_string_equal(g.caveats[0], "old processes");
	assert_int_equal(g.probe_count, 1);
	assert_int_equal(g.probes[0].begun_ms, 12);
	assert_int_equal(g.probes[0].ended_ms, 14);
	assert_int_equal(g.probes[0].result, PROBE_DONE);
}

static void what_another_process_wrote_is_left_out(void **state)
{
	(void)state;
	add(BEGIN, 10, 500, 0);
	add(PROBE, 12, 666, 0);
	add(ACTED, 14, 666, 0);
	add(END, 15, 666, 0);
	assert_int_equal(g.probe_count, 0);
	assert_false(g.ended);
	assert_int_equal(g.refused, 3);
}

static void what_was_not_written_by_root_is_left_out(void **state)
{
	(void)state;
	add(BEGIN, 9, 500, 1000);
	assert_false(g.begun);
	add(BEGIN, 10, 500, 0);
	add(PROBE, 12, 500, NUM_NONE);
	assert_int_equal(g.run.begun_ms, 10);
	assert_int_equal(g.probe_count, 0);
	assert_int_equal(g.refused, 2);
}

static void markers_of_another_run_are_left_out(void **state)
{
	(void)state;
	add(BEGIN, 10, 500, 0);
	add("op=modtrail-end v=1 run=" OTHER_ID " lost=0 enabled=1 daemon=1", 11, 500, 0);
	assert_false(g.ended);
	assert_int_equal(g.refused, 1);
}

static void the_first_of_two_counts(void **state)
{
	(void)state;
	add(BEGIN, 10, 500, 0);
	add(BEGIN, 11, 500, 0);
	add(CLAIM, 11, 500, 0);
	add("op=modtrail-claim v=1 run=" ID " cell=exec.rmmod/root claimed=no expect=silent", 12, 500, 0);
	add(PROBE, 12, 500, 0);
	add("op=modtrail-probe v=1 run=" ID " n=1 cell=exec.rmmod/root pid=777", 13, 500, 0);
	add(ACTED, 14, 500, 0);
	add("op=modtrail-acted v=1 run=" ID " n=1 pid=501 result=2", 99, 500, 0);
	assert_int_equal(g.run.begun_ms, 10);
	assert_true(g.claims[0].claimed);
	assert_int_equal(g.claim_count, 1);
	assert_int_equal(g.probe_count, 1);
	assert_int_equal(g.probes[0].pid, 501);
	assert_int_equal(g.probes[0].ended_ms, 14);
	assert_int_equal(g.refused, 4);
}

static void acted_must_fit_its_probe(void **state)
{
	(void)state;
	add(BEGIN, 10, 500, 0);
	add(ACTED, 11, 500, 0);
	add(PROBE, 12, 500, 0);
	add("op=modtrail-acted v=1 run=" ID " n=1 pid=502 result=0", 13, 500, 0);
	assert_int_equal(g.probes[0].result, PROBE_PENDING);
	assert_int_equal(g.probes[0].ended_ms, 0);
	assert_int_equal(g.refused, 2);
}

static void without_begin_the_rest_is_kept_all_the_same(void **state)
{
	(void)state;
	add(CLAIM, 11, 500, 0);
	add(END, 20, 500, 0);
	assert_false(g.begun);
	assert_true(g.ended);
	assert_int_equal(g.claim_count, 1);
}

static void more_probes_than_there_is_room_for_are_refused(void **state)
{
	char text[200];

	(void)state;
	for (int n = 1; n <= GATHER_PROBES + 3; n++) {
		snprintf(text, sizeof(text), "op=modtrail-probe v=1 run=" ID
			 " n=%d cell=exec.rmmod/root pid=501", n);
		add(text, n, 500, 0);
	}
	assert_int_equal(g.probe_count, GATHER_PROBES);
	assert_int_equal(g.refused, 3);
}

static void losses_are_read_from_the_state_at_both_ends(void **state)
{
	static const struct { const char *end, *what; } ends[] = {
		{ END, "" },
		{ "op=modtrail-end v=1 run=" ID " lost=17 enabled=1 daemon=400 acted=1", "from 5 to 17" },
		{ "op=modtrail-end v=1 run=" ID " lost=0 enabled=1 daemon=400 acted=1", "from 5 to 0" },
		{ "op=modtrail-end v=1 run=" ID " lost=-1 enabled=1 daemon=400 acted=1", "" },
		{ "op=modtrail-end v=1 run=" ID " lost=5 enabled=1 daemon=401 acted=1", "auditd" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct loss_span loss = { .lost = false };

		marker_collect_init(&g, ID);
		add(BEGIN, 10, 500, 0);
		add(PROBE, 11, 500, 0);
		add(ends[i].end, 20, 500, 0);
		marker_collect_loss(&g, &loss);
		assert_int_equal(loss.lost, ends[i].what[0] != '\0');
		assert_non_null(strstr(detail_text(&loss.facts, detail), ends[i].what));
	}
}

static void a_run_that_was_interrupted_has_lost_nothing(void **state)
{
	struct loss_span loss = { .lost = false };

	(void)state;
	add(BEGIN, 10, 500, 0);
	add("op=modtrail-end v=1 run=" ID " lost=5 enabled=1 daemon=400 acted=0", 20, 500, 0);
	assert_true(g.ended);
	marker_collect_loss(&g, &loss);
	assert_false(loss.lost);
}

static void a_probe_marker_that_is_missing_is_a_loss(void **state)
{
	struct loss_span loss = { .lost = false };

	(void)state;
	add(BEGIN, 10, 500, 0);
	add(END, 20, 500, 0);
	marker_collect_loss(&g, &loss);
	assert_true(loss.lost);
	assert_string_equal(detail_text(&loss.facts, detail), "0 of 1 probe markers arrived");
}

static void a_begin_that_is_missing_is_a_loss(void **state)
{
	struct loss_span loss = { .lost = false };

	(void)state;
	add(PROBE, 11, 500, 0);
	marker_collect_loss(&g, &loss);
	assert_false(loss.lost);
	add(END, 20, 500, 0);
	marker_collect_loss(&g, &loss);
	assert_true(loss.lost);
	assert_string_equal(detail_text(&loss.facts, detail), "the first marker of the run did not arrive");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_run_is_put_together, setup),
		cmocka_unit_test_setup(what_another_process_wrote_is_left_out, setup),
		cmocka_unit_test_setup(what_was_not_written_by_root_is_left_out, setup),
		cmocka_unit_test_setup(markers_of_another_run_are_left_out, setup),
		cmocka_unit_test_setup(the_first_of_two_counts, setup),
		cmocka_unit_test_setup(acted_must_fit_its_probe, setup),
		cmocka_unit_test_setup(without_begin_the_rest_is_kept_all_the_same, setup),
		cmocka_unit_test_setup(more_probes_than_there_is_room_for_are_refused, setup),
		cmocka_unit_test_setup(losses_are_read_from_the_state_at_both_ends, setup),
		cmocka_unit_test_setup(a_run_that_was_interrupted_has_lost_nothing, setup),
		cmocka_unit_test_setup(a_probe_marker_that_is_missing_is_a_loss, setup),
		cmocka_unit_test_setup(a_begin_that_is_missing_is_a_loss, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
