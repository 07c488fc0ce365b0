/*
 * One field of a rule against one act: what the kernel would say, and where
 * only the kernel knows.
 */
#include "rules/predict_private.h"
#include "rules_host.h"
#include "test.h"

#include <sys/stat.h>

#define INODE_FILE 5000
#define UNSET INT64_C(4294967295)

/* An act whose numbers are all different. */
static struct act an_act(void)
{
	return (struct act){
		.arch = AUDIT_ARCH_X86_64, .call = 313, .auid = 1000, .session = 3, .pid = 4000,
		.ppid = 3999, .personality = 8, .uid = { 10, 11, 12, 13 }, .gid = { 20, 21, 22, 23 },
		.auid_at_fork = UNSET, .groups_known = true, .ended = true, .success = true,
		.exe = "/usr/bin/kmod", .exe_file = { 1, INODE_KMOD }, .lookups_known = true,
		.has_context = true,
	};
}

static struct act an_act_on_a_file(void)
{
	struct act act = an_act();

	act.lookups[0] = (struct lookup){ "/etc/file", { 1, INODE_FILE }, S_IFREG | 0644, 0 };
	act.lookup_count = 1;
	return act;
}

static enum truth match(const struct act *act, uint32_t field, uint32_t op, int64_t value)
{
	const struct rule_field f = { field, op, (uint32_t)value, NULL };

	return field_matches(&f, act, NULL, &test_host.facts, false);
}

static enum truth match_path(const struct act *act, uint32_t field, uint32_t op, const char *path)
{
	const struct rule_field f = { field, op, 0, (char *)path };

	return field_matches(&f, act, NULL, &test_host.facts, false);
}

static enum truth match_at_fork(const struct act *act, uint32_t field, int64_t value)
{
	const struct rule_field f = { field, AUDIT_EQUAL, (uint32_t)value, NULL };

	return field_matches(&f, act, NULL, &test_host.facts, true);
}

static void each_operator_compares(void **state)
{
	static const struct { uint32_t op; int64_t value; enum truth expected; } cases[] = {
		{ AUDIT_EQUAL, 10, TRUE }, { AUDIT_EQUAL, 11, FALSE },
		{ AUDIT_NOT_EQUAL, 10, FALSE }, { AUDIT_NOT_EQUAL, 11, TRUE },
		{ AUDIT_LESS_THAN, 10, FALSE }, { AUDIT_LESS_THAN, 11, TRUE },
		{ AUDIT_LESS_THAN_OR_EQUAL, 9, FALSE }, { AUDIT_LESS_THAN_OR_EQUAL, 10, TRUE },
		{ AUDIT_GREATER_THAN, 10, FALSE }, { AUDIT_GREATER_THAN, 9, TRUE },
		{ AUDIT_GREATER_THAN_OR_EQUAL, 11, FALSE }, { AUDIT_GREATER_THAN_OR_EQUAL, 10, TRUE },
		/* 10 is 1010: a mask asks for any of its bits, a test for all */
		{ AUDIT_BIT_MASK, 3, TRUE }, { AUDIT_BIT_MASK, 5, FALSE },
		{ AUDIT_BIT_TEST, 3, FALSE }, { AUDIT_BIT_TEST, 10, TRUE },
		{ 0, 10, FALSE },
	};
	struct act act = an_act();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (match(&act, AUDIT_UID, cases[i].op, cases[i].value) != cases[i].expected)
			fail_msg("operator %#x %d", cases[i].op, (int)cases[i].value);
}

static void numbers_have_no_sign(void **state)
{
	struct act act = an_act();

	(void)state;
	act.auid = UNSET;
	assert_int_equal(match(&act, AUDIT_LOGINUID, AUDIT_GREATER_THAN, 1000), TRUE);
	act.success = false;
	act.exit = -1;
	assert_int_equal(match(&act, AUDIT_EXIT, AUDIT_GREATER_THAN, 0), TRUE);
	assert_int_equal(match(&act, AUDIT_EXIT, AUDIT_EQUAL, -1), TRUE);
}

/* Every number of the act, and the field that asks for it. */
static const struct { uint32_t field; int64_t value; } numbers[] = {
	{ AUDIT_ARCH, AUDIT_ARCH_X86_64 }, { AUDIT_UID, 10 }, { AUDIT_EUID, 11 },
	{ AUDIT_SUID, 12 }, { AUDIT_FSUID, 13 }, { AUDIT_GID, 20 }, { AUDIT_EGID, 21 },
	{ AUDIT_SGID, 22 }, { AUDIT_FSGID, 23 }, { AUDIT_LOGINUID, 1000 }, { AUDIT_SESSIONID, 3 },
	{ AUDIT_PID, 4000 }, { AUDIT_PPID, 3999 }, { AUDIT_PERS, 8 }, { AUDIT_EXIT, 0 },
};

static void each_field_asks_for_its_own_number(void **state)
{
	struct act act = an_act();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		assert_int_equal(match(&act, numbers[i].field, AUDIT_EQUAL, numbers[i].value), TRUE);
		assert_int_equal(match(&act, numbers[i].field, AUDIT_NOT_EQUAL, numbers[i].value),
				 FALSE);
	}
}

static void a_number_that_is_not_known_may_match(void **state)
{
	struct act act = an_act();

	(void)state;
	act.auid = act.session = act.pid = act.ppid = act.personality = act.exit = ID_UNKNOWN;
	for (size_t i = 0; i < ID_KINDS; i++)
		act.uid[i] = act.gid[i] = ID_UNKNOWN;
	for (size_t i = 1; i < ARRAY_SIZE(numbers); i++)
		assert_int_equal(match(&act, numbers[i].field, AUDIT_NOT_EQUAL, 1), MAYBE);
	assert_int_equal(match(&act, AUDIT_LOGINUID_SET, AUDIT_EQUAL, 1), MAYBE);
	/* a success has no error number, whichever result it had */
	assert_int_equal(match(&act, AUDIT_EXIT, AUDIT_EQUAL, -1), FALSE);
	act.success = false;
	assert_int_equal(match(&act, AUDIT_EXIT, AUDIT_EQUAL, -1), MAYBE);
}

static void a_call_that_has_not_ended_may_end_in_any_way(void **state)
{
	struct act act = an_act();

	(void)state;
	act.ended = false;
	assert_int_equal(match(&act, AUDIT_EXIT, AUDIT_EQUAL, 0), MAYBE);
	assert_int_equal(match(&act, AUDIT_SUCCESS, AUDIT_EQUAL, 1), MAYBE);
}

static void a_group_may_be_one_of_those_that_are_not_known(void **state)
{
	struct act act = an_act();

	(void)state;
	act.groups_known = false;
	assert_int_equal(match(&act, AUDIT_GID, AUDIT_EQUAL, 20), TRUE);
	assert_int_equal(match(&act, AUDIT_GID, AUDIT_EQUAL, 27), MAYBE);
	assert_int_equal(match(&act, AUDIT_EGID, AUDIT_NOT_EQUAL, 27), MAYBE);
	assert_int_equal(match(&act, AUDIT_EGID, AUDIT_NOT_EQUAL, 21), FALSE);
	/* only equality asks for membership, and only of these two */
	assert_int_equal(match(&act, AUDIT_GID, AUDIT_LESS_THAN, 5), FALSE);
	assert_int_equal(match(&act, AUDIT_SGID, AUDIT_EQUAL, 27), FALSE);
}

static void unset_asks_whether_there_is_a_login_id(void **state)
{
	struct act act = an_act();

	(void)state;
	assert_int_equal(match(&act, AUDIT_LOGINUID_SET, AUDIT_EQUAL, 1), TRUE);
	assert_int_equal(match(&act, AUDIT_LOGINUID_SET, AUDIT_EQUAL, 0), FALSE);
	act.auid = UNSET;
	assert_int_equal(match(&act, AUDIT_LOGINUID_SET, AUDIT_EQUAL, 1), FALSE);
	assert_int_equal(match(&act, AUDIT_LOGINUID_SET, AUDIT_NOT_EQUAL, 1), TRUE);
}

/* All ids are the same but one: exactly the comparisons with that one fail. */
static void each_comparison_is_about_its_own_two_ids(void **state)
{
	enum { UID = 0, GID = 4, AUID = 8, IDS };
	static const struct { uint32_t value; int left, right; } cases[] = {
		{ AUDIT_COMPARE_UID_TO_AUID, UID + ID_REAL, AUID },
		{ AUDIT_COMPARE_UID_TO_EUID, UID + ID_REAL, UID + ID_EFFECTIVE },
		{ AUDIT_COMPARE_UID_TO_FSUID, UID + ID_REAL, UID + ID_FILE_SYSTEM },
		{ AUDIT_COMPARE_UID_TO_SUID, UID + ID_REAL, UID + ID_SAVED },
		{ AUDIT_COMPARE_AUID_TO_FSUID, AUID, UID + ID_FILE_SYSTEM },
		{ AUDIT_COMPARE_AUID_TO_SUID, AUID, UID + ID_SAVED },
		{ AUDIT_COMPARE_AUID_TO_EUID, AUID, UID + ID_EFFECTIVE },
		{ AUDIT_COMPARE_EUID_TO_SUID, UID + ID_EFFECTIVE, UID + ID_SAVED },
		{ AUDIT_COMPARE_EUID_TO_FSUID, UID + ID_EFFECTIVE, UID + ID_FILE_SYSTEM },
		{ AUDIT_COMPARE_SUID_TO_FSUID, UID + ID_SAVED, UID + ID_FILE_SYSTEM },
		{ AUDIT_COMPARE_GID_TO_EGID, GID + ID_REAL, GID + ID_EFFECTIVE },
		{ AUDIT_COMPARE_GID_TO_FSGID, GID + ID_REAL, GID + ID_FILE_SYSTEM },
		{ AUDIT_COMPARE_GID_TO_SGID, GID + ID_REAL, GID + ID_SAVED },
		{ AUDIT_COMPARE_EGID_TO_FSGID, GID + ID_EFFECTIVE, GID + ID_FILE_SYSTEM },
		{ AUDIT_COMPARE_EGID_TO_SGID, GID + ID_EFFECTIVE, GID + ID_SAVED },
		{ AUDIT_COMPARE_SGID_TO_FSGID, GID + ID_SAVED, GID + ID_FILE_SYSTEM },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases) * IDS; i++) {
		size_t c = i / IDS;
		int odd = (int)(i % IDS);
		bool differ = odd == cases[c].left || odd == cases[c].right;
		struct act act = an_act();

		for (int n = 0; n < ID_KINDS; n++) {
			act.uid[n] = UID + n == odd ? 7 : 5;
			act.gid[n] = GID + n == odd ? 7 : 5;
		}
		act.auid = odd == AUID ? 7 : 5;
		if (match(&act, AUDIT_FIELD_COMPARE, AUDIT_EQUAL, cases[c].value) !=
			    (differ ? FALSE : TRUE) ||
		    match(&act, AUDIT_FIELD_COMPARE, AUDIT_NOT_EQUAL, cases[c].value) !=
			    (differ ? TRUE : FALSE))
			fail_msg("comparison %u, id %d", cases[c].value, odd);
	}
}

static void comparisons_of_what_is_not_known_may_match(void **state)
{
	struct act act = an_act(), on_file = an_act_on_a_file();

	(void)state;
	act.auid = ID_UNKNOWN;
	assert_int_equal(match(&act, AUDIT_FIELD_COMPARE, AUDIT_EQUAL, AUDIT_COMPARE_UID_TO_AUID),
			 MAYBE);
	assert_int_equal(match(&act, AUDIT_FIELD_COMPARE, AUDIT_EQUAL, AUDIT_COMPARE_AUID_TO_EUID),
			 MAYBE);
	assert_int_equal(match(&act, AUDIT_FIELD_COMPARE, AUDIT_EQUAL, 1000), MAYBE);
	/* the owner of a file: of none, if none was looked up */
	assert_int_equal(match(&act, AUDIT_FIELD_COMPARE, AUDIT_EQUAL,
			       AUDIT_COMPARE_FSGID_TO_OBJ_GID), FALSE);
	assert_int_equal(match(&on_file, AUDIT_FIELD_COMPARE, AUDIT_EQUAL,
			       AUDIT_COMPARE_UID_TO_OBJ_UID), MAYBE);
}

static void fields_of_files_are_false_where_no_file_was_looked_up(void **state)
{
	static const uint32_t fields[] = { AUDIT_DEVMAJOR, AUDIT_DEVMINOR, AUDIT_OBJ_UID,
					   AUDIT_OBJ_GID, AUDIT_OBJ_USER, AUDIT_OBJ_TYPE,
					   AUDIT_OBJ_LEV_HIGH, AUDIT_INODE, AUDIT_FILETYPE };
	struct act act = an_act();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		act.lookups_known = true;
		assert_int_equal(match(&act, fields[i], AUDIT_EQUAL, 1), FALSE);
		act.lookups_known = false;
		assert_int_equal(match(&act, fields[i], AUDIT_EQUAL, 1), MAYBE);
	}
}

static void any_file_that_was_looked_up_may_have_the_inode(void **state)
{
	struct act act = an_act_on_a_file();

	(void)state;
	act.lookups[act.lookup_count++] = (struct lookup){ .file = { 1, INODE_FILE + 1 } };
	assert_int_equal(match(&act, AUDIT_INODE, AUDIT_EQUAL, INODE_FILE), TRUE);
	assert_int_equal(match(&act, AUDIT_INODE, AUDIT_EQUAL, INODE_FILE + 1), TRUE);
	assert_int_equal(match(&act, AUDIT_INODE, AUDIT_EQUAL, INODE_FILE + 2), FALSE);
	assert_int_equal(match(&act, AUDIT_INODE, AUDIT_NOT_EQUAL, INODE_FILE), TRUE);
	act.lookups[1].file.ino = 0;
	assert_int_equal(match(&act, AUDIT_INODE, AUDIT_EQUAL, INODE_FILE + 2), MAYBE);
}

static void a_rule_found_by_a_file_asks_for_that_file_alone(void **state)
{
	const struct rule_field f = { AUDIT_INODE, AUDIT_EQUAL, INODE_FILE, NULL };
	struct act act = an_act_on_a_file();
	const struct lookup other = { .file = { 1, INODE_FILE + 1 } }, unknown = { .mode = 0 };

	(void)state;
	assert_int_equal(field_matches(&f, &act, &act.lookups[0], &test_host.facts, false), TRUE);
	assert_int_equal(field_matches(&f, &act, &other, &test_host.facts, false), FALSE);
	assert_int_equal(field_matches(&f, &act, &unknown, &test_host.facts, false), MAYBE);
}

static void the_type_of_any_file_may_match(void **state)
{
	struct act act = an_act_on_a_file();

	(void)state;
	assert_int_equal(match(&act, AUDIT_FILETYPE, AUDIT_EQUAL, S_IFREG), TRUE);
	assert_int_equal(match(&act, AUDIT_FILETYPE, AUDIT_EQUAL, S_IFLNK), FALSE);
	act.lookups[act.lookup_count++] = (struct lookup){ .mode = 0 };
	assert_int_equal(match(&act, AUDIT_FILETYPE, AUDIT_EQUAL, S_IFLNK), MAYBE);
}

static enum truth watch(const char *path, const struct lookup *name)
{
	const struct rule_field f = { AUDIT_WATCH, AUDIT_EQUAL, 0, (char *)path };
	struct act act = an_act();

	return field_matches(&f, &act, name, &test_host.facts, false);
}

static void a_watch_holds_the_name_and_not_what_it_leads_to(void **state)
{
	const struct lookup link = { .file = { 1, INODE_RMMOD } }, kmod = { .file = { 1, INODE_KMOD } };
	const struct lookup unknown = { .mode = 0 };

	(void)state;
	assert_int_equal(watch("/usr/sbin/rmmod", &link), TRUE);
	assert_int_equal(watch("/usr/sbin/rmmod", &kmod), FALSE);
	assert_int_equal(watch("/usr/sbin/rmmod", NULL), FALSE);
	assert_int_equal(watch("/usr/sbin/rmmod", &unknown), MAYBE);
	assert_int_equal(watch("/not/asked/for", &link), MAYBE);
	assert_int_equal(watch("/etc/nothing", &link), FALSE);
}

static void a_folder_holds_what_is_below_it(void **state)
{
	struct act act = an_act_on_a_file();

	(void)state;
	test_host_folder(&test_host, "/", INODE_FOLDER + 20);
	test_host_folder(&test_host, "/etc/", INODE_FOLDER + 10);
	test_host_folder(&test_host, "/et", INODE_FOLDER + 21);
	assert_int_equal(match_path(&act, AUDIT_DIR, AUDIT_EQUAL, "/etc"), TRUE);
	assert_int_equal(match_path(&act, AUDIT_DIR, AUDIT_EQUAL, "/etc/"), TRUE);
	assert_int_equal(match_path(&act, AUDIT_DIR, AUDIT_EQUAL, "/"), TRUE);
	assert_int_equal(match_path(&act, AUDIT_DIR, AUDIT_EQUAL, "/et"), FALSE);
	assert_int_equal(match_path(&act, AUDIT_DIR, AUDIT_EQUAL, "/not/asked/for"), MAYBE);
	act.lookups[0].place = "/etc";
	assert_int_equal(match_path(&act, AUDIT_DIR, AUDIT_EQUAL, "/etc"), TRUE);
	act.lookups_known = false;
	assert_int_equal(match_path(&act, AUDIT_DIR, AUDIT_EQUAL, "/et"), MAYBE);
	assert_int_equal(match_path(&act, AUDIT_DIR, AUDIT_EQUAL, "/nowhere/at/all"), FALSE);
}

static void exe_is_the_running_file_by_its_name(void **state)
{
	struct act act = an_act();

	(void)state;
	assert_int_equal(match_path(&act, AUDIT_EXE, AUDIT_EQUAL, "/usr/bin/kmod"), TRUE);
	assert_int_equal(match_path(&act, AUDIT_EXE, AUDIT_NOT_EQUAL, "/usr/bin/kmod"), FALSE);
	assert_int_equal(match_path(&act, AUDIT_EXE, AUDIT_EQUAL, "/usr/sbin/rmmod"), FALSE);
	assert_int_equal(match_path(&act, AUDIT_EXE, AUDIT_NOT_EQUAL, "/etc/nothing"), TRUE);
	assert_int_equal(match_path(&act, AUDIT_EXE, AUDIT_NOT_EQUAL, "/not/asked/for"), MAYBE);
	act.exe_file.ino = 0;
	assert_int_equal(match_path(&act, AUDIT_EXE, AUDIT_NOT_EQUAL, "/usr/bin/kmod"), MAYBE);
}

static void only_execution_asks_for_a_permission(void **state)
{
	struct act act = an_act();

	(void)state;
	assert_int_equal(match(&act, AUDIT_PERM, AUDIT_EQUAL, AUDIT_PERM_EXEC), FALSE);
	act.exec = true;
	assert_int_equal(match(&act, AUDIT_PERM, AUDIT_EQUAL, AUDIT_PERM_EXEC | AUDIT_PERM_READ),
			 TRUE);
	assert_int_equal(match(&act, AUDIT_PERM, AUDIT_EQUAL, AUDIT_PERM_WRITE), FALSE);
}

static void what_no_act_of_ours_has_never_matches(void **state)
{
	struct act act = an_act();

	(void)state;
	assert_int_equal(match(&act, AUDIT_SADDR_FAM, AUDIT_EQUAL, 2), FALSE);
	assert_int_equal(match(&act, AUDIT_MSGTYPE, AUDIT_EQUAL, 1300), FALSE);
	assert_int_equal(match(&act, AUDIT_FILTERKEY, AUDIT_EQUAL, 0), TRUE);
	assert_int_equal(match(&act, AUDIT_ARG0, AUDIT_EQUAL, 0), MAYBE);
	assert_int_equal(match(&act, AUDIT_SUBJ_TYPE, AUDIT_EQUAL, 0), MAYBE);
	assert_int_equal(match(&act, 250, AUDIT_EQUAL, 0), MAYBE);
}

static void at_fork_there_is_no_system_call_yet(void **state)
{
	struct act act = an_act_on_a_file();

	(void)state;
	assert_int_equal(match_at_fork(&act, AUDIT_FILTERKEY, 0), TRUE);
	assert_int_equal(match_at_fork(&act, AUDIT_UID, 10), TRUE);
	assert_int_equal(match_at_fork(&act, AUDIT_EXIT, 0), FALSE);
	assert_int_equal(match_at_fork(&act, AUDIT_INODE, INODE_FILE), FALSE);
	assert_int_equal(match_at_fork(&act, AUDIT_ARCH, AUDIT_ARCH_X86_64), FALSE);
	assert_int_equal(match_at_fork(&act, AUDIT_EXE, 0), MAYBE);
	assert_int_equal(match_at_fork(&act, AUDIT_PERS, 8), MAYBE);
	assert_int_equal(match_at_fork(&act, AUDIT_FIELD_COMPARE, AUDIT_COMPARE_UID_TO_EUID), MAYBE);
	assert_int_equal(match_at_fork(&act, AUDIT_SUBJ_USER, 0), MAYBE);
	/* the login id may have been set since */
	assert_int_equal(match_at_fork(&act, AUDIT_LOGINUID, 1000), FALSE);
	assert_int_equal(match_at_fork(&act, AUDIT_LOGINUID, UNSET), TRUE);
}

static void the_first_field_that_fails_outweighs_those_that_may_match(void **state)
{
	struct rule_field fields[] = { { AUDIT_ARG0, AUDIT_EQUAL, 1, NULL },
				       { AUDIT_ARG1, AUDIT_EQUAL, 1, NULL },
				       { AUDIT_PERS, AUDIT_EQUAL, 8, NULL },
				       { AUDIT_UID, AUDIT_EQUAL, 1, NULL },
				       { AUDIT_EUID, AUDIT_EQUAL, 1, NULL } };
	struct rule r = { .fields = fields, .field_count = ARRAY_SIZE(fields) };
	struct act act = an_act();
	const struct rule_field *field;

	(void)state;
	assert_int_equal(rule_matches(&r, &act, NULL, &test_host.facts, false, &field), FALSE);
	assert_int_equal(field->field, AUDIT_UID);
	r.field_count = 3;
	assert_int_equal(rule_matches(&r, &act, NULL, &test_host.facts, false, &field), MAYBE);
	assert_int_equal(field->field, AUDIT_ARG0);
	r.fields += 2;
	r.field_count = 1;
	assert_int_equal(rule_matches(&r, &act, NULL, &test_host.facts, false, &field), TRUE);
	assert_null(field);
}

static void rules_with_a_path_or_one_inode_are_found_by_files(void **state)
{
	struct rule_field field = { AUDIT_WATCH, AUDIT_EQUAL, 0, NULL };
	const struct rule r = { .fields = &field, .field_count = 1 };

	(void)state;
	assert_true(is_file_rule(&r));
	field.field = AUDIT_INODE;
	assert_true(is_file_rule(&r));
	field.op = AUDIT_NOT_EQUAL;
	assert_false(is_file_rule(&r));
	field = (struct rule_field){ AUDIT_DIR, AUDIT_EQUAL, 0, NULL };
	assert_false(is_file_rule(&r));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_host, tear_down_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_operator_compares),
		TEST(numbers_have_no_sign),
		TEST(each_field_asks_for_its_own_number),
		TEST(a_number_that_is_not_known_may_match),
		TEST(a_call_that_has_not_ended_may_end_in_any_way),
		TEST(a_group_may_be_one_of_those_that_are_not_known),
		TEST(unset_asks_whether_there_is_a_login_id),
		TEST(each_comparison_is_about_its_own_two_ids),
		TEST(comparisons_of_what_is_not_known_may_match),
		TEST(fields_of_files_are_false_where_no_file_was_looked_up),
		TEST(any_file_that_was_looked_up_may_have_the_inode),
		TEST(a_rule_found_by_a_file_asks_for_that_file_alone),
		TEST(the_type_of_any_file_may_match),
		TEST(a_watch_holds_the_name_and_not_what_it_leads_to),
		TEST(a_folder_holds_what_is_below_it),
		TEST(exe_is_the_running_file_by_its_name),
		TEST(only_execution_asks_for_a_permission),
		TEST(what_no_act_of_ours_has_never_matches),
		TEST(at_fork_there_is_no_system_call_yet),
		TEST(the_first_field_that_fails_outweighs_those_that_may_match),
		TEST(rules_with_a_path_or_one_inode_are_found_by_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
