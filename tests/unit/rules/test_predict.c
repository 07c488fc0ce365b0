/*
 * Each reason of the predictor, and what tells it from the others.
 */
#include "rules/predict.h"
#include "rules_host.h"
#include "test.h"

#include <stdio.h>

static const char *const wanted[] = { "modules", NULL };

/* One cell under a rule text. */
struct judged {
	struct prediction p;
	struct ruleset rules;
	struct test_host h;
	const struct rule *claim;
};

static uint32_t field_of(const struct prediction *p)
{
	return p->field ? p->field->field : 0;
}

static void judge_on(struct judged *j, const char *text, enum mechanism m, enum actor a)
{
	struct act act;

	read_rules(&j->rules, &j->h, text);
	assert_true(act_of_cell(&act, m, a, &j->h.facts));
	predict(&j->p, &j->rules.loaded, &act, &j->h.facts, wanted);
	j->claim = rules_claim(&j->rules.loaded, m, a, &j->h.facts);
}

static void judge(struct judged *j, const char *text, enum mechanism m, enum actor a, bool tomoyo)
{
	test_host_init(&j->h, tomoyo);
	test_host_absent(&j->h, "/usr/local/bin/kmod", true);
	test_host_folder(&j->h, "/usr/sbin", INODE_FOLDER);
	test_host_folder(&j->h, "/usr/bin", INODE_FOLDER + 1);
	judge_on(j, text, m, a);
}

static void judged_release(struct judged *j)
{
	ruleset_release(&j->rules);
	test_host_release(&j->h);
}

#define CALLS "-S init_module,finit_module,delete_module -F key=modules\n"
#define CALLS64 "-a always,exit -F arch=b64 " CALLS
#define CALLS32 "-a always,exit -F arch=b32 " CALLS
#define STIG "-F auid>=1000 -F auid!=unset -k modules\n"

#define CASE(text_, mechanism_, actor_, outcome_, reason_, line_, claimed_, ...) \
	{ .text = text_, .mechanism = MECHANISM_##mechanism_, .actor = ACTOR_##actor_, \
	  .outcome = OUTCOME_##outcome_, .reason = REASON_##reason_, .line = line_, \
	  .claimed = claimed_, ##__VA_ARGS__ }

/* Each reason, with the line of the rule that is named for it (0: none). */
static const struct {
	const char *text;
	enum mechanism mechanism;
	enum actor actor;
	enum outcome outcome;
	enum reason reason;
	unsigned line;		/* of the deciding rule */
	bool claimed;
	bool tomoyo;
	uint32_t field;
} cases[] = {
	CASE(CALLS64,
	     FINIT_B64, DAEMON, RECORDED, NONE, 1, true),
	CASE("-a always,exit -F arch=b64 -S init_module,delete_module -k modules\n",
	     FINIT_B64, DAEMON, SILENT, SYSCALL_NOT_LISTED, 1, false),
	CASE("",
	     FINIT_B64, DAEMON, SILENT, SYSCALL_NOT_LISTED, 0, false),
	CASE(CALLS64,
	     INSMOD, DAEMON, SILENT, SYSCALL_NOT_LISTED, 0, false),
	CASE("-a always,exit -F arch=b64 -S all -F auid>=1000 -F auid!=unset -k all\n",
	     INSMOD, DAEMON, SILENT, SYSCALL_NOT_LISTED, 0, false),
	CASE(CALLS64,
	     DELETE_B32, DAEMON, SILENT, ABI_NOT_LISTED, 1, false),
	CASE(CALLS32,
	     FINIT_B64, DAEMON, SILENT, ABI_NOT_LISTED, 1, false),
	CASE("-w /usr/sbin/insmod -p x -k modules\n",
	     INSMOD, ROOT, SILENT, WATCH_ON_SYMLINK, 1, true, .field = AUDIT_WATCH),
	CASE("-w /usr/sbin/insmod -p x -k modules\n",
	     INSMOD, ROOT, RECORDED, NONE, 1, true, .tomoyo = true),
	CASE("-w /usr/sbin/insmod -p x -k modules\n",
	     RMMOD, ROOT, SILENT, SYSCALL_NOT_LISTED, 0, false, .tomoyo = true),
	CASE("-w /usr/local/bin/kmod -p x -k modules\n",
	     RMMOD, ROOT, SILENT, PATH_MISSING, 1, true, .field = AUDIT_WATCH),
	CASE("-w /usr/bin/kmod -p wa -k modules\n",
	     RMMOD, ROOT, SILENT, SYSCALL_NOT_LISTED, 0, false),
	CASE("-w /usr/sbin/ -p x -k modules\n",
	     RMMOD, ROOT, SILENT, WATCH_ON_SYMLINK, 1, true, .field = AUDIT_DIR),
	CASE("-w /usr/sbin/ -p x -k modules\n",
	     RMMOD, ROOT, RECORDED, NONE, 1, true, .tomoyo = true),
	CASE("-w /usr/bin -p x -k modules\n",
	     RMMOD, ROOT, RECORDED, NONE, 1, true),
	CASE("-a always,exit -F arch=b64 -S finit_module " STIG,
	     FINIT_B64, LOGIN, RECORDED, NONE, 1, true),
	CASE("-a always,exit -F arch=b64 -S finit_module " STIG,
	     FINIT_B64, DAEMON, SILENT, FILTERED, 1, false, .field = AUDIT_LOGINUID),
	CASE("-a always,exit -F arch=b64 -S finit_module " STIG,
	     FINIT_B64, ROOT, SILENT, FILTERED, 1, false, .field = AUDIT_LOGINUID),
	CASE("-a always,exit -F path=/usr/bin/kmod -F perm=x " STIG,
	     MODPROBE, ROOT, SILENT, FILTERED, 1, false, .field = AUDIT_LOGINUID),
	CASE("-a always,exit -F arch=b64 -S finit_module -F success=0 -k modules\n",
	     FINIT_B64, ROOT, SILENT, FILTERED, 1, true, .field = AUDIT_SUCCESS),
	CASE("-a always,exit -F arch=b64 -S finit_module -F exit=-EPERM -k modules\n",
	     FINIT_B64, ROOT, SILENT, FILTERED, 1, true, .field = AUDIT_EXIT),
	CASE("-a always,exit -F arch=b64 -S finit_module -F exe=/usr/sbin/insmod -k modules\n",
	     FINIT_B64, ROOT, SILENT, FILTERED, 1, true, .tomoyo = true, .field = AUDIT_EXE),
	CASE("-a always,exit -F arch=b64 -S finit_module -F exe!=/usr/bin/kmod -k modules\n",
	     FINIT_B64, ROOT, SILENT, FILTERED, 1, true, .tomoyo = true, .field = AUDIT_EXE),
	CASE("-a always,exit -F arch=b64 -S finit_module -C uid!=euid -k modules\n",
	     FINIT_B64, ROOT, SILENT, FILTERED, 1, true, .field = AUDIT_FIELD_COMPARE),
	CASE("-a always,exit -F arch=b64 -S finit_module -C auid!=uid -k modules\n",
	     FINIT_B64, LOGIN, RECORDED, NONE, 1, true),
	CASE("-a never,exit -F exe=/usr/bin/kmod\n" CALLS64,
	     FINIT_B64, ROOT, SILENT, SHADOWED, 1, true),
	CASE(CALLS64 "-a never,exit -F exe=/usr/bin/kmod\n",
	     FINIT_B64, ROOT, RECORDED, NONE, 1, true),
	CASE(CALLS64 "-A never,exit -F exe=/usr/bin/kmod\n",
	     FINIT_B64, ROOT, SILENT, SHADOWED, 2, true),
	CASE("-a never,exit -F exe=/usr/bin/kmod\n",
	     FINIT_B64, ROOT, SILENT, SYSCALL_NOT_LISTED, 0, false),
	CASE("-a task,never\n" CALLS64,
	     FINIT_B64, ROOT, SILENT, TASK_NEVER, 1, true),
	CASE("-a never,task -F uid=1000\n" CALLS64,
	     FINIT_B64, ROOT, RECORDED, NONE, 2, true),
	CASE("-a never,task -F auid=1000\n" CALLS64,
	     FINIT_B64, LOGIN, UNKNOWN, NONE, 1, true, .field = AUDIT_LOGINUID),
	CASE(CALLS64 "-a always,exclude -F msgtype=SYSCALL\n",
	     FINIT_B64, ROOT, SILENT, EXCLUDED, 2, true),
	CASE(CALLS64 "-a never,exclude -F msgtype=SYSCALL -F auid=0\n",
	     FINIT_B64, ROOT, SILENT, EXCLUDED, 2, true),
	CASE(CALLS64 "-a always,exclude -F msgtype=SYSCALL -F auid=0\n",
	     FINIT_B64, DAEMON, RECORDED, NONE, 1, true),
	CASE(CALLS64 "-a always,exclude -F msgtype>=KERN_MODULE\n",
	     FINIT_B64, DAEMON, RECORDED, NONE, 1, true),
	CASE("-a always,exit -F arch=b32 -S all -k 32bit-abi\n" CALLS32,
	     FINIT_B32, DAEMON, RECORDED, OTHER_KEY, 1, true),
	CASE("-a always,exit -F arch=b64 -S finit_module -F a2=4 -k modules\n",
	     FINIT_B64, DAEMON, UNKNOWN, NONE, 1, true, .field = AUDIT_ARG2),
	CASE("-a always,exit -F arch=b64 -S finit_module -F pid=1 -k modules\n",
	     FINIT_B64, DAEMON, UNKNOWN, NONE, 1, true, .field = AUDIT_PID),
	CASE("-a always,exit -F arch=b64 -S finit_module -F subj_type=x -k modules\n",
	     FINIT_B64, DAEMON, UNKNOWN, NONE, 1, true, .field = AUDIT_SUBJ_TYPE),
	/* a key counts as a whole */
	CASE("-a always,exit -F arch=b64 -S finit_module -k modules-wa\n",
	     FINIT_B64, ROOT, RECORDED, OTHER_KEY, 1, true),
	/* an unset login id is the largest of all */
	CASE("-a always,exit -F arch=b64 -S finit_module -F auid>=1000 -k modules\n",
	     FINIT_B64, DAEMON, RECORDED, NONE, 1, true),
	/* the module calls ask for no permission and look up no file */
	CASE("-a always,exit -F arch=b64 -S finit_module -F perm=x -k modules\n",
	     FINIT_B64, ROOT, SILENT, FILTERED, 1, true, .field = AUDIT_PERM),
	CASE("-a always,exit -F arch=b64 -S finit_module -F path=/usr/bin/kmod -k modules\n",
	     FINIT_B64, ROOT, SILENT, FILTERED, 1, true, .field = AUDIT_WATCH),
	/* of several rules that fail, the nearest is named */
	CASE("-a always,exit -F arch=b64 -S finit_module -F auid=7 -F success=0\n"
	     "-a always,exit -F arch=b64 -S finit_module -F euid=7\n",
	     FINIT_B64, ROOT, SILENT, FILTERED, 2, false, .field = AUDIT_EUID),
	/* the field that is known decides */
	CASE("-a always,exit -F arch=b64 -S finit_module -F pid=1 -F auid=7 -k modules\n",
	     FINIT_B64, DAEMON, SILENT, FILTERED, 1, false, .field = AUDIT_LOGINUID),
	/* the unknown rule would change nothing */
	CASE("-a always,exit -F arch=b64 -S finit_module -F pid=1 -k modules\n" CALLS64,
	     FINIT_B64, DAEMON, RECORDED, NONE, 2, true),
	CASE("-a never,exit -F arch=b64 -S finit_module -F pid=1\n" CALLS64,
	     FINIT_B64, DAEMON, UNKNOWN, NONE, 1, true, .field = AUDIT_PID),
	/* file rules win over the others only if they stand before them */
	CASE("-a always,exit -F arch=b64 -S execve -k all\n-w /usr/bin/kmod -p x -k modules\n",
	     RMMOD, ROOT, RECORDED, OTHER_KEY, 1, true),
	CASE("-w /usr/bin/kmod -p x -k modules\n-a always,exit -F arch=b64 -S execve -k all\n",
	     RMMOD, ROOT, RECORDED, NONE, 1, true),
	/* of two file rules, the one of the file that was looked up first */
	CASE("-a never,exit -F path=/usr/sbin/rmmod -F perm=x\n-w /usr/bin/kmod -p x -k modules\n",
	     RMMOD, ROOT, RECORDED, NONE, 2, true, .tomoyo = true),
	/* a rule without a key keeps the key of the one that matched before */
	CASE("-a always,exit -F path=/usr/bin/kmod -F perm=x\n"
	       "-a always,exit -F arch=b64 -S execve -k modules\n",
	     RMMOD, ROOT, RECORDED, NONE, 1, true),
};

static void gives_the_reason(void **state)
{
	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct judged j;

		judge(&j, cases[i].text, cases[i].mechanism, cases[i].actor, cases[i].tomoyo);
		if (j.p.outcome != cases[i].outcome || j.p.reason != cases[i].reason ||
		    (j.p.rule ? j.p.rule->line : 0) != cases[i].line ||
		    field_of(&j.p) != cases[i].field || (j.claim != NULL) != cases[i].claimed)
			fail_msg("%zu: %s: %s by %s: outcome %d, reason '%s', rule %u, field %u, "
				 "claimed %d; problems %zu", i, cases[i].text,
				 mechanism_names[cases[i].mechanism], actor_names[cases[i].actor],
				 j.p.outcome, reason_names[j.p.reason],
				 j.p.rule ? j.p.rule->line : 0, field_of(&j.p),
				 j.claim != NULL, j.rules.problem_count);
		judged_release(&j);
	}
}

static void says_what_a_never_rule_hides(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, "-a never,exit -F exe=/usr/bin/kmod\n-w /etc/passwd -p wa\n" CALLS64,
	      MECHANISM_FINIT_B64, ACTOR_ROOT, true);
	assert_int_equal(j.p.reason, REASON_SHADOWED);
	assert_int_equal(j.p.shadowed->line, 3);
	judged_release(&j);
}

static void says_when_only_the_name_is_lost(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, CALLS64 "-a always,exclude -F msgtype=KERN_MODULE\n", MECHANISM_FINIT_B64,
	      ACTOR_ROOT, true);
	assert_int_equal(j.p.outcome, OUTCOME_RECORDED);
	assert_true(j.p.nameless);
	judged_release(&j);
}

static void knows_processes_without_context_and_audit_off(void **state)
{
	struct test_host h;
	struct ruleset rules;
	struct prediction p;
	struct act act;

	(void)state;
	test_host_init(&h, true);
	read_rules(&rules, &h, CALLS64);
	assert_true(act_of_cell(&act, MECHANISM_FINIT_B64, ACTOR_ROOT, &h.facts));
	act.has_context = false;
	predict(&p, &rules.loaded, &act, &h.facts, wanted);
	assert_int_equal(p.reason, REASON_NO_AUDIT_CONTEXT);
	h.facts.audit_enabled = 0;
	predict(&p, &rules.loaded, &act, &h.facts, wanted);
	assert_int_equal(p.reason, REASON_AUDIT_OFF);
	ruleset_release(&rules);
	test_host_release(&h);
}

static void asks_for_success_and_failure(void **state)
{
	static const struct { const char *field; bool on_success, on_failure; } asks[] = {
		{ "success=1", true, false }, { "success=0", false, true },
		{ "success!=1", false, true }, { "success!=0", true, false },
		{ "exit=-EPERM", false, true }, { "exit!=-EPERM", true, false },
	};

	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < 2 * ARRAY_SIZE(asks); i++) {
		bool fails = i % 2;
		struct test_host h;
		struct ruleset rules;
		struct prediction p;
		struct act act;
		char text[128];

		test_host_init(&h, true);
		snprintf(text, sizeof(text), "-a always,exit -F arch=b64 -S finit_module -F %s",
			 asks[i / 2].field);
		read_rules(&rules, &h, text);
		assert_true(act_of_cell(&act, MECHANISM_FINIT_B64, ACTOR_ROOT, &h.facts));
		act.success = !fails;
		act.exit = fails ? -1 : 0;
		predict(&p, &rules.loaded, &act, &h.facts, wanted);
		assert_int_equal(p.outcome == OUTCOME_RECORDED,
				 fails ? asks[i / 2].on_failure : asks[i / 2].on_success);
		ruleset_release(&rules);
		test_host_release(&h);
	}
}

static void a_rule_asks_for_what_it_would_record(void **state)
{
	static const struct { const char *fields; enum asks asks; } rules[] = {
		{ "", ASKS_ANY }, { "-F auid=0", ASKS_ANY }, { "-F exit!=-EPERM", ASKS_ANY },
		{ "-F success=1", ASKS_SUCCESS }, { "-F success!=0", ASKS_SUCCESS },
		{ "-F exit=0", ASKS_SUCCESS }, { "-F success=0", ASKS_FAILURE },
		{ "-F success!=1", ASKS_FAILURE }, { "-F exit=-EPERM", ASKS_FAILURE },
		{ "-F exit!=0", ASKS_FAILURE }, { "-F exit<0", ASKS_FAILURE },
		/* The kernel compares without a sign: every failure is larger. */
		{ "-F exit>=0", ASKS_ANY }, { "-F exit>-1", ASKS_FAILURE },
		{ "-F key=success=0", ASKS_ANY },
	};
	struct test_host h;

	(void)state;
	test_host_init(&h, true);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		struct ruleset set;
		char text[128];

		snprintf(text, sizeof(text), "-a always,exit -F arch=b64 -S finit_module %s",
			 rules[i].fields);
		if (rule_asks(read_rule(&set, &h, text)) != rules[i].asks)
			fail_msg("%s", text);
		ruleset_release(&set);
	}
	test_host_release(&h);
}

static void hides_names_by_file_system(void **state)
{
	struct test_host h;
	struct ruleset rules;
	struct prediction p;
	struct act act;

	(void)state;
	test_host_init(&h, true);
	read_rules(&rules, &h, "-a never,filesystem -F fstype=tracefs\n"
		   "-w /usr/bin/kmod -p x -k modules\n");
	assert_true(act_of_cell(&act, MECHANISM_INSMOD, ACTOR_ROOT, &h.facts));
	predict(&p, &rules.loaded, &act, &h.facts, wanted);
	assert_int_equal(p.outcome, OUTCOME_RECORDED);
	act.lookups[0].file_system = act.lookups[1].file_system = 0x74726163;
	predict(&p, &rules.loaded, &act, &h.facts, wanted);
	assert_int_equal(p.reason, REASON_FILTERED);
	assert_int_equal(field_of(&p), AUDIT_FSTYPE);
	assert_int_equal(p.rule->line, 1);
	ruleset_release(&rules);
	test_host_release(&h);
}

static void cells_without_entry_or_tool_are_inapplicable(void **state)
{
	struct test_host h;
	struct paths none;
	struct act act;

	(void)state;
	test_host_init(&h, true);
	assert_true(act_of_cell(&act, MECHANISM_FINIT_B32, ACTOR_ROOT, &h.facts));
	h.facts.abi[1].arch = 0;
	assert_false(act_of_cell(&act, MECHANISM_FINIT_B32, ACTOR_ROOT, &h.facts));
	paths_init(&none, false);
	h.facts.paths = &none;
	assert_false(act_of_cell(&act, MECHANISM_RMMOD, ACTOR_ROOT, &h.facts));
	assert_true(act_of_cell(&act, MECHANISM_FINIT_B64, ACTOR_ROOT, &h.facts));
	test_host_release(&h);
}

static void tells_why_a_rule_is_not_in_the_kernel(void **state)
{
	struct test_host h;
	struct ruleset files, kernel;

	(void)state;
	test_host_init(&h, true);
	read_rule_file(&files, &h, "testdata/rules/r27-broken-rule.rules");
	assert_int_equal(files.loaded.count, 3);
	assert_int_equal(files.missing.count, 3);
	read_rules(&kernel, &h, "-w /usr/sbin/insmod -p x -k modules\n");
	assert_int_equal(rule_absence(files.loaded.rule[0], &files, &kernel.loaded, 1),
			 REASON_NONE);
	assert_int_equal(rule_absence(files.loaded.rule[1], &files, &kernel.loaded, 1),
			 REASON_NOT_LOADED);
	assert_int_equal(rule_absence(files.loaded.rule[1], &files, &kernel.loaded, 2),
			 REASON_IMMUTABLE);
	assert_int_equal(rule_absence(files.missing.rule[2], &files, &kernel.loaded, 1),
			 REASON_REJECTED_LINE);
	ruleset_release(&kernel);
	ruleset_release(&files);
	test_host_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_reason),
		cmocka_unit_test(says_what_a_never_rule_hides),
		cmocka_unit_test(says_when_only_the_name_is_lost),
		cmocka_unit_test(knows_processes_without_context_and_audit_off),
		cmocka_unit_test(asks_for_success_and_failure),
		cmocka_unit_test(a_rule_asks_for_what_it_would_record),
		cmocka_unit_test(hides_names_by_file_system),
		cmocka_unit_test(cells_without_entry_or_tool_are_inapplicable),
		cmocka_unit_test(tells_why_a_rule_is_not_in_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
