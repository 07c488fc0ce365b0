/* What is told of a trail that this program did not write. */
#include "report/verdict.h"
#include "scene.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

static const struct verdict_query everything = { .all = true };

/* Changes a judged trail from outside, and tells of it. */
static int tell_changed(struct fixture *f, const char *sql, struct error *err)
{
	struct store *s = fixture_open(f, STORE_WRITE);
	FILE *out = fopen("/dev/null", "w");
	struct scene run;
	char command[300];
	int rc;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	store_close(s);
	snprintf(command, sizeof(command), "sqlite3 '%s' \"%s\"", f->path, sql);
	assert_int_equal(system(command), 0);
	s = fixture_open(f, STORE_READ);
	rc = report_text(out, s, &everything, err);
	store_close(s);
	fclose(out);
	return rc;
}

static void words_of_a_newer_program_are_no_words(void **state)
{
	static const char *const changes[] = {
		"UPDATE cell SET verdict = 99", "UPDATE cell SET reason = 99",
		"UPDATE cell SET stage = 99", "UPDATE cell SET expect = 99",
		"UPDATE cell SET mechanism = 99", "UPDATE cell SET actor = 99",
		"UPDATE cell SET claim_source = 99",
	};
	struct fixture *f = *state;
	struct error err = { "" };

	assert_int_equal(tell_changed(f, "SELECT 1", &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		fixture_teardown(state);
		fixture_setup(state);
		f = *state;
		if (tell_changed(f, changes[i], &err) != ERR_TRAIL)
			fail_msg("was told: %s", changes[i]);
		assert_non_null(strstr(err.text, "newer modtrail"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_of_a_newer_program_are_no_words, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
