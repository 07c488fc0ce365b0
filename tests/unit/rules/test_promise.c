#include "test.h"

#include "rules/promise.h"
#include "rules_host.h"

#define CALLS "-a always,exit -F arch=b64 -S init_module,finit_module,delete_module"

static const char *const wanted[] = { "modules", NULL };

/* Makes the claim of a cell on a host with these files and this kernel list. */
static struct claim make_by(const bool *by_kmod, enum mechanism mechanism, enum actor actor,
			    const char *files, const char *kernel, int enabled)
{
	struct ruleset on_disk, loaded;
	struct test_host h;
	struct claim claim;

	test_host_init(&h, false);
	test_host_file(&h, "/lab/stim", INODE_PROBE, NULL, 0);
	h.facts.audit_enabled = enabled;
	read_rules(&on_disk, &h, files);
	read_rules(&loaded, &h, kernel);
	claim_make(&claim, (struct cell){ mechanism, actor },
		   &(struct claim_source){ &on_disk, &loaded, &h.facts, wanted, by_kmod,
					   inode(INODE_PROBE) });
	ruleset_release(&on_disk);
	ruleset_release(&loaded);
	test_host_release(&h);
	return claim;
}

static struct claim make(enum mechanism mechanism, enum actor actor, const char *files,
			 const char *kernel, int enabled)
{
	return make_by(NULL, mechanism, actor, files, kernel, enabled);
}

static void a_loaded_rule_is_expected_to_record_and_named_by_its_file(void **state)
{
	static const char rules[] = "-D\n" CALLS " -k modules\n";
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_DAEMON, rules, rules, 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.expect, EXPECT_RECORDED);
	assert_int_equal(c.reason, REASON_NONE);
	assert_int_equal(c.place.kind, PLACE_FILE);
	assert_string_equal(c.place.file, "test.rules");
	assert_int_equal(c.place.line, 2);
	assert_non_null(strstr(c.rule, "finit_module"));
}

static void what_no_rule_names_is_not_claimed(void **state)
{
	static const char rules[] = "-a always,exit -F arch=b64 -S init_module -k modules\n";
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_DAEMON, rules, rules, 1);

	(void)state;
	assert_false(c.claimed);
	assert_int_equal(c.expect, EXPECT_SILENT);
	assert_int_equal(c.reason, REASON_SYSCALL_NOT_LISTED);
}

static void a_rule_that_is_only_on_disk_is_not_loaded(void **state)
{
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT, CALLS " -k modules\n", "", 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.expect, EXPECT_SILENT);
	assert_int_equal(c.reason, REASON_NOT_LOADED);
	assert_int_equal(c.place.kind, PLACE_FILE);
	assert_string_equal(c.place.file, "test.rules");
	assert_int_equal(c.place.line, 1);
}

static void a_locked_kernel_waits_for_a_boot(void **state)
{
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT, CALLS " -k modules\n", "", 2);

	(void)state;
	assert_int_equal(c.reason, REASON_IMMUTABLE);
}

static void a_rule_below_a_refused_line_says_which(void **state)
{
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT,
			      "-w no/absolute/path -p x -k x\n" CALLS " -k modules\n", "", 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.reason, REASON_REJECTED_LINE);
	assert_int_equal(c.place.kind, PLACE_FILE);
	assert_string_equal(c.place.file, "test.rules");
	assert_int_equal(c.place.line, 2);
	assert_int_equal(c.facts.at.kind, PLACE_FILE);
	assert_string_equal(c.facts.at.file, "test.rules");
	assert_int_equal(c.facts.at.line, 1);
	assert_true(c.facts.text[0] != '\0');
}

static void a_rule_behind_a_lock_says_so(void **state)
{
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT,
			      "-e 2\n-w /etc/shadow -p wa\n" CALLS " -k modules\n", "", 2);

	(void)state;
	assert_int_equal(c.reason, REASON_REJECTED_LINE);
	assert_int_equal(c.facts.at.line, 2);
	assert_string_equal(c.facts.field, "-e");
	assert_string_equal(c.facts.value, "2");
}

static void a_filter_is_named_by_its_field(void **state)
{
	static const char rules[] = CALLS " -F auid>=1000 -F auid!=unset -k modules\n";
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT, rules, rules, 1);

	(void)state;
	assert_false(c.claimed);	/* it does not mean this actor */
	assert_int_equal(c.expect, EXPECT_SILENT);
	assert_int_equal(c.reason, REASON_FILTERED);
	assert_string_equal(c.facts.field, "auid");
	assert_string_equal(c.facts.value, ">=1000");
}

static void the_rule_that_shadows_is_named_with_its_place(void **state)
{
	static const char rules[] = "-a never,exit -F arch=b64 -S finit_module\n"
				    CALLS " -k modules\n";
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT, rules, rules, 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.reason, REASON_SHADOWED);
	assert_int_equal(c.place.kind, PLACE_FILE);
	assert_string_equal(c.place.file, "test.rules");
	assert_int_equal(c.place.line, 2);
	assert_non_null(strstr(c.facts.other, "-a never,exit"));
	assert_string_equal(c.facts.at.file, "test.rules");
	assert_int_equal(c.facts.at.line, 1);
}

static void a_dead_watch_says_where_the_link_leads(void **state)
{
	static const char rules[] = "-w /usr/sbin/insmod -p x -k modules\n";
	struct claim c = make(MECHANISM_INSMOD, ACTOR_ROOT, rules, rules, 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.reason, REASON_WATCH_ON_SYMLINK);
	assert_string_equal(c.facts.path, "/usr/bin/kmod");
}

static void another_key_is_recorded_all_the_same(void **state)
{
	static const char rules[] = CALLS " -k kernel_modules\n";
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT, rules, rules, 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.expect, EXPECT_RECORDED);
	assert_int_equal(c.reason, REASON_OTHER_KEY);
	assert_non_null(strstr(c.facts.other, "kernel_modules"));
}

static void audit_that_is_off_is_the_reason_whatever_the_rules_say(void **state)
{
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT, CALLS " -k modules\n", "", 0);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.expect, EXPECT_SILENT);
	assert_int_equal(c.reason, REASON_AUDIT_OFF);
}

static void a_rule_that_only_the_kernel_holds_is_the_kernels(void **state)
{
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_ROOT, "", CALLS " -k modules\n", 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.expect, EXPECT_RECORDED);
}

static void an_entry_that_a_host_lacks_is_inapplicable(void **state)
{
	struct ruleset none;
	struct test_host h;
	struct claim c;

	(void)state;
	test_host_init(&h, false);
	h.facts.abi[1].arch = 0;
	read_rules(&none, &h, "");
	claim_make(&c, (struct cell){ MECHANISM_FINIT_B32, ACTOR_ROOT },
		   &(struct claim_source){ &none, &none, &h.facts, wanted, NULL, { 0, 0 } });
	assert_int_equal(c.expect, EXPECT_INAPPLICABLE);
	assert_false(c.claimed);
	ruleset_release(&none);
	test_host_release(&h);
}

static void a_rule_in_the_kernel_that_fails_and_one_on_disk_that_would_not(void **state)
{
	struct claim c = make(MECHANISM_FINIT_B64, ACTOR_DAEMON, CALLS " -k modules\n",
			      CALLS " -F success=0 -k modules\n", 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.reason, REASON_NOT_LOADED);
	assert_int_equal(c.place.kind, PLACE_FILE);
	assert_string_equal(c.place.file, "test.rules");
	assert_int_equal(c.place.line, 1);
	assert_null(strstr(c.rule, "success"));
}

#define ANY_CALLS(arch) "-a always,exit -F arch=" arch " -S init_module,finit_module,delete_module"
static const bool no_call[MECHANISM_COUNT], loads_by_finit[MECHANISM_COUNT] = {
	[MECHANISM_FINIT_B64] = true, [MECHANISM_DELETE_B64] = true,
};

static void what_is_kept_from_kmod_is_kept_from_the_calls_that_kmod_makes(void **state)
{
	static const char rules[] = "-a never,exit -F exe=/usr/bin/kmod\n" ANY_CALLS("b64")
				    " -k modules\n" ANY_CALLS("b32") " -k modules\n";
	static const struct { enum mechanism m; enum expect expect; } cells[] = {
		{ MECHANISM_FINIT_B64, EXPECT_SILENT }, { MECHANISM_DELETE_B64, EXPECT_SILENT },
		{ MECHANISM_INIT_B64, EXPECT_RECORDED }, { MECHANISM_FINIT_B32, EXPECT_RECORDED },
		{ MECHANISM_DELETE_B32, EXPECT_RECORDED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		struct claim c = make_by(loads_by_finit, cells[i].m, ACTOR_ROOT, rules, rules, 1);

		assert_int_equal(c.expect, cells[i].expect);
		assert_int_equal(c.reason, c.expect == EXPECT_SILENT ? REASON_SHADOWED : REASON_NONE);
		assert_int_equal(c.scope, c.expect == EXPECT_SILENT ? SCOPE_KMOD : SCOPE_OTHERS);
	}
	assert_int_equal(make_by(no_call, MECHANISM_FINIT_B64, ACTOR_ROOT, rules, rules, 1).expect,
			 EXPECT_RECORDED);
}

static void a_rule_for_kmod_does_not_record_others(void **state)
{
	static const char rules[] = CALLS " -F exe=/usr/bin/kmod -k modules\n";
	struct claim c = make_by(loads_by_finit, MECHANISM_FINIT_B64, ACTOR_ROOT, rules, rules, 1);

	(void)state;
	assert_true(c.claimed);
	assert_int_equal(c.expect, EXPECT_SILENT);
	assert_int_equal(c.reason, REASON_FILTERED);
	assert_int_equal(c.scope, SCOPE_OTHERS);
	assert_string_equal(c.facts.field, "exe");
	assert_string_equal(c.facts.value, "=/usr/bin/kmod");
	assert_true(c.by_program);
}

/* Whoever wants a green report names modtrail in a rule. */
static void a_rule_for_the_self_test_records_nobody_else(void **state)
{
	static const char named[] = "-a always,exit -S all -F exe=/lab/stim -k modules\n";
	static const char both[] = CALLS " -k modules\n-a always,exit -S all -F exe=/lab/stim "
				   "-k modules\n";
	struct claim c = make_by(no_call, MECHANISM_FINIT_B64, ACTOR_ROOT, named, named, 1);

	(void)state;
	assert_int_equal(c.expect, EXPECT_SILENT);
	assert_int_equal(c.scope, SCOPE_NOT_OURS);
	c = make_by(no_call, MECHANISM_FINIT_B64, ACTOR_ROOT, both, both, 1);
	assert_int_equal(c.expect, EXPECT_RECORDED);
	assert_int_equal(c.scope, SCOPE_OTHERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loaded_rule_is_expected_to_record_and_named_by_its_file),
		cmocka_unit_test(what_no_rule_names_is_not_claimed),
		cmocka_unit_test(a_rule_that_is_only_on_disk_is_not_loaded),
		cmocka_unit_test(a_locked_kernel_waits_for_a_boot),
		cmocka_unit_test(a_rule_below_a_refused_line_says_which),
		cmocka_unit_test(a_rule_behind_a_lock_says_so),
		cmocka_unit_test(a_filter_is_named_by_its_field),
		cmocka_unit_test(the_rule_that_shadows_is_named_with_its_place),
		cmocka_unit_test(a_dead_watch_says_where_the_link_leads),
		cmocka_unit_test(another_key_is_recorded_all_the_same),
		cmocka_unit_test(audit_that_is_off_is_the_reason_whatever_the_rules_say),
		cmocka_unit_test(a_rule_that_only_the_kernel_holds_is_the_kernels),
		cmocka_unit_test(an_entry_that_a_host_lacks_is_inapplicable),
		cmocka_unit_test(a_rule_in_the_kernel_that_fails_and_one_on_disk_that_would_not),
		cmocka_unit_test(what_is_kept_from_kmod_is_kept_from_the_calls_that_kmod_makes),
		cmocka_unit_test(a_rule_for_kmod_does_not_record_others),
		cmocka_unit_test(a_rule_for_the_self_test_records_nobody_else),
	};

	/* b64 means something else on other machines. */
	return on_x86_64() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
