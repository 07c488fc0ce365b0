/*
 * Rule files and folders as a whole: what arrives in the kernel, in which order.
 */
#include "rules/private.h"
#include "rules_host.h"
#include "scratch.h"
#include "test.h"

#include <stdio.h>
#include <sys/stat.h>

static void stops_at_the_first_refused_line(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "-w /etc/passwd -p x\n# comment\n-w /nowhere/at/all -p x -k a\n"
		   "-w /etc/group -p x\n\n-w /etc/shadow -p x\n");
	assert_int_equal(s.loaded.count, 1);
	assert_int_equal(s.missing.count, 3);
	assert_int_equal(s.problem_count, 3);
	assert_int_equal(s.problems[0].kind, PROBLEM_REJECTED);
	assert_int_equal(s.problems[0].line, 3);
	assert_string_equal(s.problems[0].text, "-w /nowhere/at/all -p x -k a");
	assert_int_equal(s.problems[1].kind, PROBLEM_FALLEN);
	assert_int_equal(s.problems[1].line, 4);
	assert_int_equal(s.problems[2].line, 6);
	assert_true(rule_has_key(s.missing.rule[0], "a"));
	ruleset_release(&s);
}

/* Else it would be blamed for every call that it never meant. */
static void a_refused_rule_means_the_calls_that_it_names(void **state)
{
	static const char *const lines[] = {
		"-a always,exit -F arch=b64 -S init_module,nosuch,delete_module -k a",
		"-a always,exit -F arch=b64 -S nosuch -S init_module -S delete_module -k a",
		"-a always,exit -F arch=b64 -F uid=nosuchuser -S init_module,delete_module -k a",
		"-a always,exit -F arch=b64 --nosuch -S init_module,delete_module -k a -e 2 -D",
	};

	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct ruleset s;
		const struct rule *r;

		read_rules(&s, &test_host, lines[i]);
		assert_int_equal(s.loaded.count, 0);
		assert_int_equal(s.missing.count, 1);
		r = s.missing.rule[0];
		if (!rule_has_call(r, 175) || !rule_has_call(r, 176) || rule_has_call(r, 313) ||
		    !rule_has_key(r, "a"))
			fail_msg("%s", lines[i]);
		/* the first mistake is told, and nothing behind it is done */
		assert_int_equal(s.problem_count, 1);
		assert_non_null(strstr(s.problems[0].reason, "nosuch"));
		assert_int_equal(s.settings.enabled, -1);
		assert_false(s.settings.deletes_all);
		ruleset_release(&s);
	}
}

static void a_refused_rule_that_names_no_call_it_could_have_means_none(void **state)
{
	struct ruleset s;

	(void)state;
	if (!on_x86_64())
		skip();
	read_rules(&s, &test_host, "-a always,exit -F arch=b64 -S nosuch\n"
		   "-a always,exit -F arch=b64 -F nosuch=1\n");
	assert_int_equal(s.missing.count, 2);
	assert_false(rule_has_call(s.missing.rule[0], 175));
	assert_true(rule_has_all_calls(s.missing.rule[1]));
	ruleset_release(&s);
}

static void queries_change_no_rule(void **state)
{
	static const char *const lines[] = {
		"-l", "-l -i", "-l -k modules", "-s", "-s -i", "-m hello", "-t", "-v", "--signal stop",
		"--reset-lost", "--reset_backlog_wait_time_actual", "-q /mnt,/etc", "# -D", "",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct ruleset s;
		char text[128];

		snprintf(text, sizeof(text), "-w /etc/passwd -p x\n%s\n-w /etc/group -p x\n",
			 lines[i]);
		read_rules(&s, &test_host, text);
		if (s.loaded.count != 2 || s.problem_count != 0)
			fail_msg("%s: %s", lines[i], s.problem_count ? s.problems[0].reason : "");
		ruleset_release(&s);
	}
}

static void refuses_what_stands_beside_an_option_that_stands_alone(void **state)
{
	static const char *const lines[][2] = {
		{ "-l -k", "stands alone" }, { "-l modules -k a", "stands alone" },
		{ "-s -l", "stands alone" }, { "-m hello you", "-m stands alone" },
		{ "-m a\tb", "control character" }, { "-D -k", "-D stands alone" },
		{ "-D -p x", "-D stands alone" }, { "-D -k a b", "-D stands alone" },
		{ "-h", "-h is an error" },
		{ "-q /mnt", "-q /mnt: expected" }, { "-q /mnt,", "expected" },
		{ "-q /mnt,/a,/b", "expected" }, { "-v hello", "no option" },
		{ "-c -w /etc/passwd", "no option" },
		{ "-a always,exit -S open -q /mnt,/etc", "-q cannot be part" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct ruleset s;

		read_rules(&s, &test_host, lines[i][0]);
		if (s.problem_count == 0)
			fail_msg("accepted: %s", lines[i][0]);
		if (strstr(s.problems[s.problem_count - 1].reason, lines[i][1]) == NULL)
			fail_msg("%s: %s", lines[i][0], s.problems[s.problem_count - 1].reason);
		assert_int_equal(s.loaded.count, 0);
		ruleset_release(&s);
	}
}

/* auditctl looks at the rule last, and by then it has done something else. */
static void a_rule_is_not_sent_if_something_else_was_asked_for(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "-w /etc/passwd -p x -e 1\n-w /etc/group -p x -i\n"
		   "-w /etc/shadow -p x --reset-lost\n");
	assert_int_equal(s.loaded.count, 1);	/* but -e is no such thing */
	assert_int_equal(s.loaded.rule[0]->line, 1);
	assert_int_equal(s.settings.enabled, 1);
	assert_true(s.settings.ignore);
	ruleset_release(&s);
}

static void goes_on_after_i_or_c(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "-i\n-w /nowhere/at/all -p x\n-w /etc/group -p x\n");
	assert_int_equal(s.loaded.count, 1);
	assert_int_equal(s.problem_count, 1);
	assert_true(s.settings.ignore && !s.settings.report);
	ruleset_release(&s);
	read_rules(&s, &test_host, "-w /nowhere/at/all -p x\n-c\n-w /etc/group -p x\n");
	assert_int_equal(s.loaded.count, 0);
	ruleset_release(&s);
}

static void stops_at_a_rule_that_exists(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "-w /etc/passwd -p x\n-w /etc/group -p x\n"
		   "-a always,exit -F path=/etc/passwd -F perm=x\n-w /etc/shadow -p x\n");
	assert_int_equal(s.loaded.count, 2);
	assert_int_equal(s.problems[0].kind, PROBLEM_REJECTED);
	assert_non_null(strstr(s.problems[0].reason, "exists already: line 1"));
	ruleset_release(&s);
}

/* The kernel compares fields in their order, and never those of -A. */
static void tells_of_duplicates_that_the_kernel_accepts(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "-w /etc/passwd -p x\n-a always,exit -F perm=x -F path=/etc/passwd\n"
		   "-A always,exit -F path=/etc/passwd -F perm=x\n");
	assert_int_equal(s.loaded.count, 3);
	assert_int_equal(s.problem_count, 2);
	assert_int_equal(s.problems[0].kind, PROBLEM_DUPLICATE);
	assert_int_equal(s.problems[1].kind, PROBLEM_DUPLICATE);
	assert_int_equal(s.loaded.rule[0]->line, 3);
	ruleset_release(&s);
}

static void deletes_rules(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "-w /etc/passwd -p x -k aa\n-w /etc/group -p x -k b\n-w /etc/shadow -p x\n"
		   "-W /etc/shadow -p x\n-D -k a\n");
	assert_int_equal(s.problem_count, 0);
	assert_int_equal(s.loaded.count, 1);
	assert_int_equal(s.loaded.rule[0]->line, 2);
	assert_false(s.settings.deletes_all);
	ruleset_release(&s);
	read_rules(&s, &test_host, "-w /etc/passwd -p x\n-D\n");
	assert_int_equal(s.loaded.count, 0);
	assert_true(s.settings.deletes_all);
	ruleset_release(&s);
}

static void nothing_changes_after_e_2(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "-w /etc/passwd -p x\n-e 2\n-w /etc/group -p x\n");
	assert_int_equal(s.loaded.count, 1);
	assert_int_equal(s.settings.enabled, 2);
	assert_non_null(strstr(s.problems[0].reason, "locked by -e 2 in line 2"));
	ruleset_release(&s);
}

static void reads_the_settings(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "-D\n-b 8192 -f 2\n-r 0x10\n--backlog_wait_time 60000\n-e 1\n"
		   "--loginuid-immutable\n-b 100\n");
	assert_int_equal(s.problem_count, 0);
	assert_int_equal(s.settings.backlog, 100);
	assert_int_equal(s.settings.failure, 2);
	assert_int_equal(s.settings.rate, 16);
	assert_int_equal(s.settings.backlog_wait, 60000);
	assert_int_equal(s.settings.enabled, 1);
	assert_true(s.settings.loginuid_immutable && s.settings.deletes_all);
	ruleset_release(&s);
	read_rules(&s, &test_host, "");
	assert_int_equal(s.settings.enabled, -1);
	ruleset_release(&s);
}

static void warns_of_what_is_hardly_meant(void **state)
{
	static const char *const lines[][2] = {
		{ "-a always,exit -S open", "arch" },
		{ "-w /etc/*.conf -p x", "wildcards" },
		{ "-w /etc/../etc/passwd -p x", "relative" },
		{ "-w /etc/passwd -p x -k modules\r", "DOS" },
		{ "-a exit,possible", "passed over" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct ruleset s;

		read_rules(&s, &test_host, lines[i][0]);
		assert_int_equal(s.problem_count, 1);
		assert_int_equal(s.problems[0].kind, PROBLEM_WARNING);
		assert_non_null(strstr(s.problems[0].reason, lines[i][1]));
		ruleset_release(&s);
	}
}

static void refuses_lines_longer_than_auditctl_reads(void **state)
{
	struct ruleset s;
	char line[8000];

	(void)state;
	memset(line, ' ', sizeof(line));
	memcpy(line, "-w /etc/passwd -p x", 19);
	strcpy(line + 7000, "\n-w /etc/group -p x\n");
	read_rules(&s, &test_host, line);
	assert_int_equal(s.loaded.count, 0);
	assert_non_null(strstr(s.problems[0].reason, "longer"));
	ruleset_release(&s);
}

static void reads_the_kernels_list_as_text(void **state)
{
	static const char *const sets[] = { "r01-seed", "r03-modern", "r04-stig-unset", "r05-task-never",
					    "r08-two-keys", "r09-shadow-exe", "r11b-exclude-syscall",
					    "r13-success" };

	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t n = 0; n < ARRAY_SIZE(sets); n++) {
		struct ruleset files, list;
		char path[128];

		snprintf(path, sizeof(path), "testdata/rules/%s.rules", sets[n]);
		read_rule_file(&files, &test_host, path);
		snprintf(path, sizeof(path), "testdata/rules/%s.list", sets[n]);
		read_rule_file(&list, &test_host, path);
		assert_int_equal(list.loaded.count, files.loaded.count);
		for (size_t i = 0; i < files.loaded.count; i++)
			assert_non_null(rules_find(&list.loaded, files.loaded.rule[i]));
		ruleset_release(&list);
		ruleset_release(&files);
	}
}

static void no_rules_is_an_empty_list(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &test_host, "No rules\n");
	assert_int_equal(s.loaded.count + s.problem_count, 0);
	ruleset_release(&s);
}

static void merges_a_folder_as_augenrules_does(void **state)
{
	static const char *const order[] = { "/etc/group", "/etc/passwd", "/etc/shadow" };
	struct ruleset s;

	(void)state;
	read_rule_file(&s, &test_host, "testdata/rules/merge");
	assert_int_equal(s.loaded.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(rule_field_of(s.loaded.rule[i], AUDIT_WATCH)->text, order[i]);
	assert_string_equal(s.loaded.rule[0]->file, "testdata/rules/merge/9-early.rules");
	assert_int_equal(s.loaded.rule[0]->line, 3);
	/* of several -b and -e, the last file's count; -e comes behind all rules */
	assert_int_equal(s.settings.backlog, 100);
	assert_int_equal(s.settings.failure, 2);
	assert_int_equal(s.settings.enabled, 1);
	assert_true(s.settings.deletes_all);
	ruleset_release(&s);
}

#define MADE "## This file is automatically generated from /etc/audit/rules.d\n"
#define A_RULE "-w /etc/passwd -p x\n"
#define OTHER_RULE "-w /etc/group -p x\n"

/* "-": there is no such file. Its folder is there. */
static const struct { const char *in_folder, *in_file; bool merged, folder; } homes[] = {
	{ A_RULE, MADE A_RULE, true, true },
	{ A_RULE, "-", true, true },
	{ A_RULE, A_RULE, true, true },
	{ A_RULE, MADE A_RULE OTHER_RULE, true, true },		/* taken out of the folder */
	{ A_RULE, A_RULE OTHER_RULE, false, false },
	{ A_RULE "-w /nowhere/at/all -p x\n" OTHER_RULE, A_RULE OTHER_RULE, true, true },
	{ "-D\n-b 8192\n", A_RULE, false, false },		/* as Debian's folder comes */
	{ "-D\n-b 8192\n", MADE A_RULE, false, false },
	{ "-D\n-b 8192\n", MADE "-D\n-b 8192\n", true, true },
	{ "-", A_RULE, false, false },
	{ "-", MADE A_RULE, false, false },
	{ "-", "-w /nowhere/at/all -p x\n", false, false },
	{ "-", "-D\n", true, false },
	{ "-", "-", true, false },
};

static void augenrules_is_not_for_rules_that_it_would_lose(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(homes); i++) {
		char folder[100], file[100];
		struct rules_home home;
		struct error err;
		void *root;

		assert_int_equal(scratch_setup(&root), 0);
		snprintf(folder, sizeof(folder), "%s/rules.d", (const char *)root);
		snprintf(file, sizeof(file), "%s/audit.rules", (const char *)root);
		assert_int_equal(mkdir(folder, 0755), 0);
		if (*homes[i].in_folder != '-' || homes[i].in_folder[1] != '\0')
			scratch_file(root, "/rules.d/a.rules", homes[i].in_folder);
		if (*homes[i].in_file != '-' || homes[i].in_file[1] != '\0')
			scratch_file(root, "/audit.rules", homes[i].in_file);
		assert_int_equal(rules_find_home(&home, folder, file, &test_host.paths, &err), 0);
		if (home.merged != homes[i].merged ||
		    strcmp(home.path, homes[i].folder ? folder : file) != 0)
			fail_msg("case %zu: %s, %s", i, home.path, home.merged ? "merged" : "alone");
		scratch_teardown(&root);
	}
}

static void tells_what_augenrules_makes_of_odd_files(void **state)
{
	static const char *const reasons[][2] = {
		{ "/1 a.rules", "a blank in its name" }, { "/2.rules", "does not end with a newline" },
		{ "/4.rules", "depends on the awk" }, { "/4.rules", "depends on the awk" },
	};
	struct ruleset s;
	void *root;

	(void)state;
	assert_int_equal(scratch_setup(&root), 0);
	scratch_file(root, "/1 a.rules", "-w /etc/nothing -p x\n");
	scratch_file(root, "/2.rules", "-w /etc/passwd -p x");
	scratch_file(root, "/3.rules", " -k joined\n-w /etc/group -p x\n");
	scratch_file(root, "/4.rules", " -b 100\n-D \n-w /etc/shadow -p x\n");
	scratch_file(root, "/.hidden.rules", "-w /etc/nothing -p x\n");
	scratch_file(root, "/5.rules.save", "-w /etc/nothing -p x\n");
	read_rule_file(&s, &test_host, root);
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		assert_int_equal(s.problems[i].kind, PROBLEM_WARNING);
		assert_non_null(strstr(s.problems[i].file, reasons[i][0]));
		assert_non_null(strstr(s.problems[i].reason, reasons[i][1]));
	}
	assert_int_equal(s.problem_count, ARRAY_SIZE(reasons));
	/* where it stands, the -D deletes what is before it */
	assert_int_equal(s.loaded.count, 1);
	assert_string_equal(s.loaded.rule[0]->text, "-w /etc/shadow -p x");
	ruleset_release(&s);
	assert_int_equal(scratch_teardown(&root), 0);
}

static void a_line_that_is_joined_has_the_next_files_words(void **state)
{
	struct ruleset s;
	void *root;

	(void)state;
	assert_int_equal(scratch_setup(&root), 0);
	scratch_file(root, "/1.rules", "-w /etc/passwd -p x");
	scratch_file(root, "/2.rules", " -k joined\n-w /etc/group -p x\n");
	read_rule_file(&s, &test_host, root);
	assert_int_equal(s.loaded.count, 2);
	assert_true(rule_has_key(s.loaded.rule[0], "joined"));
	assert_non_null(strstr(s.loaded.rule[0]->file, "/1.rules"));
	ruleset_release(&s);
	assert_int_equal(scratch_teardown(&root), 0);
}

static void sorts_names_as_ls_v_does(void **state)
{
	static const char *const names[] = { "1.rules", "2.rules", "10-a.rules", "10-b.rules", "10.rules",
					     "010.rules", "100.rules", "a~.rules", "a.rules", "a1.rules",
					     "a01b.rules", "a2.rules", "a10.rules", "b.rules" };
	static const char *const sorted[][2] = {
		{ "9-early.rules", "10-first.rules" }, { "1.rules", "1-a.rules" },
		{ "a.rules", "a1.rules" }, { "a2.rules", "a10.rules" }, { "a~.rules", "a.rules" },
		{ "A.rules", "a.rules" }, { "a.rules", "a-b.rules" }, { "a-b.rules", "a_b.rules" },
		{ "01.rules", "1.rules" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		if (natural_order(sorted[i][0], sorted[i][1]) >= 0 ||
		    natural_order(sorted[i][1], sorted[i][0]) <= 0)
			fail_msg("%s, %s", sorted[i][0], sorted[i][1]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(natural_order(names[i], names[i]), 0);
}

static void names_what_cannot_be_read(void **state)
{
	struct error err = { "" };
	struct ruleset s;

	(void)state;
	ruleset_init(&s);
	assert_int_equal(rules_read(&s, "testdata/rules/nosuch.rules", &test_host.paths, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "nosuch.rules"));
	ruleset_release(&s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_host, tear_down_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stops_at_the_first_refused_line),
		TEST(a_refused_rule_means_the_calls_that_it_names),
		TEST(a_refused_rule_that_names_no_call_it_could_have_means_none),
		TEST(queries_change_no_rule),
		TEST(refuses_what_stands_beside_an_option_that_stands_alone),
		TEST(a_rule_is_not_sent_if_something_else_was_asked_for),
		TEST(goes_on_after_i_or_c),
		TEST(stops_at_a_rule_that_exists),
		TEST(tells_of_duplicates_that_the_kernel_accepts),
		TEST(deletes_rules),
		TEST(nothing_changes_after_e_2),
		TEST(reads_the_settings),
		TEST(warns_of_what_is_hardly_meant),
		TEST(refuses_lines_longer_than_auditctl_reads),
		TEST(reads_the_kernels_list_as_text),
		TEST(no_rules_is_an_empty_list),
		TEST(merges_a_folder_as_augenrules_does),
		TEST(augenrules_is_not_for_rules_that_it_would_lose),
		TEST(tells_what_augenrules_makes_of_odd_files),
		TEST(a_line_that_is_joined_has_the_next_files_words),
		TEST(sorts_names_as_ls_v_does),
		TEST(names_what_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
