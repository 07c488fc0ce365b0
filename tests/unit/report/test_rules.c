/*
 * What "modtrail rules" says of a rule set, beside the predictions themselves.
 */
#include "report/rules.h"
#include "rules_host.h"
#include "test.h"

#include <glob.h>
#include <stdio.h>

static struct rules_view view;
static char told[4096];

static void remember(void *arg, const char *kind, const char *file, unsigned line,
		     const char *text, const char *reason)
{
	size_t len = strlen(told);

	(void)arg;
	(void)file;
	(void)text;
	snprintf(told + len, sizeof(told) - len, "%u %s: %s\n", line, kind, reason);
}

static void look(const char *text, bool tomoyo)
{
	struct test_host h;

	test_host_init(&h, tomoyo);
	view = (struct rules_view){ .host = h.facts, .keys = { .key = { "modules" } } };
	read_rules(&view.set, &h, text);
	view.paths = h.paths;
	view.host.paths = &view.paths;
	rules_view_cells(&view);
	told[0] = '\0';
	tell_problems(&view, remember, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	ruleset_release(&view.set);
	paths_release(&view.paths);
	return 0;
}

#define CALLS "-a always,exit -F arch=b64 -S init_module,finit_module,delete_module -k modules\n"

static void names_watches_on_links_with_their_target(void **state)
{
	(void)state;
	look("-w /usr/sbin/rmmod -p x\n-w /usr/bin/kmod -p x\n", false);
	assert_string_equal(told, "1 watch-on-symlink: '/usr/sbin/rmmod' is a symbolic link to "
			    "'/usr/bin/kmod', and the watch holds the link: execution goes past "
			    "it\n");
	tear_down(state);
	look("-w /usr/sbin/rmmod -p x\n", true);
	assert_non_null(strstr(told, "only because TOMOYO"));
	tear_down(state);
	look("-w /usr/sbin/rmmod -p wa\n", false);
	assert_string_equal(told, "");
}

static void names_programs_that_are_links_or_missing(void **state)
{
	(void)state;
	look("-a always,exit -F exe=/usr/sbin/rmmod\n-w /etc/nothing -p r\n", true);
	assert_string_equal(told, "1 exe-on-symlink: exe never is a symbolic link: "
			    "'/usr/sbin/rmmod' leads to '/usr/bin/kmod'\n"
			    "2 path-missing: '/etc/nothing' does not exist\n");
}

static void names_a_rule_that_hides_others_once(void **state)
{
	(void)state;
	look("-a never,exit -F exe=/usr/bin/kmod\n" CALLS, true);
	assert_string_equal(told, "1 shadows: stands before line 2 of test.rules and hides it\n");
}

static void tells_refused_lines_first(void **state)
{
	(void)state;
	look("-w /etc/nothing -p x\n-S open\n" CALLS, true);
	assert_string_equal(told, "2 rejected: -S needs a list before it, as in -a always,exit\n"
			    "3 fallen: never reached: auditctl stops at line 2 of test.rules\n"
			    "1 path-missing: '/etc/nothing' does not exist\n");
}

static void cells_of_fallen_rules_are_claimed_and_rejected(void **state)
{
	const struct promise *c = &view.cells[MECHANISM_FINIT_B64][ACTOR_ROOT];

	(void)state;
	if (!on_x86_64())
		skip();
	look("-S open\n" CALLS, true);
	assert_true(c->claimed);
	assert_int_equal(c->absent->line, 2);
	assert_int_equal(c->p.reason, REASON_REJECTED_LINE);
	assert_string_equal(fires_word(c), "no");
}

static void cells_show_the_rule_that_decides(void **state)
{
	const struct promise *c = &view.cells[MECHANISM_FINIT_B64][ACTOR_ROOT];

	(void)state;
	if (!on_x86_64())
		skip();
	look("-a never,exit -F exe=/usr/bin/kmod\n" CALLS, true);
	assert_int_equal(rule_shown(c)->line, 1);
	assert_int_equal(c->claim->line, 2);
	assert_null(c->absent);
	tear_down(state);
	look(CALLS, true);
	assert_int_equal(rule_shown(c)->line, 1);
	assert_string_equal(fires_word(c), "yes");
	assert_null(view.cells[MECHANISM_RMMOD][ACTOR_ROOT].claim);
	tear_down(state);
	look("-a task,never\n" CALLS, true);
	view.host.abi[1].arch = 0;
	rules_view_cells(&view);
	assert_string_equal(fires_word(&view.cells[MECHANISM_FINIT_B32][ACTOR_ROOT]), "-");
}

/* What is read from a file is shown as a self-test would claim it, were it loaded. */
static void assert_agree(const struct promise *shown, const struct claim *claim, const char *path)
{
	static const enum expect expects[] = {
		[OUTCOME_RECORDED] = EXPECT_RECORDED, [OUTCOME_SILENT] = EXPECT_SILENT,
		[OUTCOME_UNKNOWN] = EXPECT_UNKNOWN,
	};
	char cell[CELL_TEXT];

	if ((shown->possible ? expects[shown->p.outcome] : EXPECT_INAPPLICABLE) != claim->expect ||
	    shown->p.reason != claim->reason || shown->claimed != claim->claimed)
		fail_msg("%s, %s: rules %s (%s), self-test %s (%s)", path, cell_text(claim->cell, cell),
			 fires_word(shown), reason_names[shown->p.reason],
			 expect_names[claim->expect], reason_names[claim->reason]);
}

static void rules_and_the_claims_of_a_self_test_agree(void **state)
{
	glob_t found;

	if (!on_x86_64())
		skip();
	assert_int_equal(glob("testdata/rules/*.rules", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct test_host h;
		struct claim claim;

		test_host_init(&h, i % 2);
		view = (struct rules_view){ .host = h.facts, .keys = { .key = { "modules" } } };
		read_rule_file(&view.set, &h, found.gl_pathv[i]);
		view.paths = h.paths;
		view.host.paths = &view.paths;
		rules_view_cells(&view);
		for (size_t c = 0; c < CELLS; c++) {
			claim_make(&claim, view.cells[c / ACTOR_COUNT][c % ACTOR_COUNT].cell,
				   &(struct claim_source){ &view.set, &view.set, &view.host,
							   view.keys.key, NULL, { 0, 0 } });
			assert_agree(&view.cells[c / ACTOR_COUNT][c % ACTOR_COUNT], &claim,
				     found.gl_pathv[i]);
		}
		tear_down(state);
	}
	globfree(&found);
	look("", true);	/* to be torn down */
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_watches_on_links_with_their_target),
		TEST(names_programs_that_are_links_or_missing),
		TEST(names_a_rule_that_hides_others_once),
		TEST(tells_refused_lines_first),
		TEST(cells_of_fallen_rules_are_claimed_and_rejected),
		TEST(cells_show_the_rule_that_decides),
		TEST(rules_and_the_claims_of_a_self_test_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
