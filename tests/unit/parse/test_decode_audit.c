/* Decode: what audit says of itself, and what user space says. */
#include "decoding.h"

#define SENDTO B64 "syscall=44 success=yes exit=1076 a0=3" IDS \
	"comm=\"auditctl\" exe=\"/usr/sbin/auditctl\" key=%s\n"
#define CHANGE "type=CONFIG_CHANGE" ID

static const struct event *changed(struct decoding *f, const char *record, const char *call_key)
{
	char text[2048];

	snprintf(text, sizeof(text), "%s\n" SENDTO TITLE, record, call_key);
	return decoded(f, text);
}

static void a_rule_change_names_rule_and_author(void **state)
{
	const struct event *ev = changed(*state, CHANGE "auid=4294967295 ses=4294967295"
		" subj=unconfined op=add_rule key=\"modules\" list=4 res=1", "(null)");

	assert_int_equal(ev->kind, EVENT_CONFIG);
	assert_true(ev->has_syscall);
	EXPECT(ev->op, "add_rule");
	EXPECT(ev->keys, "modules");
	assert_int_equal(ev->list, 4);
	assert_int_equal(ev->result, 1);
	assert_int_equal(ev->pid, 109);
	assert_int_equal(ev->auid, ID_UNSET);
	EXPECT(ev->exe, "/usr/sbin/auditctl");
	EXPECT(ev->detail, "auid=4294967295 ses=4294967295 subj=unconfined op=add_rule"
	       " key=\"modules\" list=4 res=1");
}

static void every_form_of_change_is_read(void **state)
{
	static const struct { const char *fields, *op, *keys; int64_t list, result; } cases[] = {
		{ "auid=0 ses=1 op=remove_rule key=\"x\" list=4 res=1", "remove_rule", "x", 4, 1 },
		{ "auid=0 ses=1 op=add_rule key=(null) list=4 res=0", "add_rule", NULL, 4, 0 },
		{ "auid=0 ses=1 op=add_rule key=61202262 list=1 res=1", "add_rule", "a \"b", 1, 1 },
		{ "auid=0 ses=1 op=add_rule key=6D6F64756C65730173746967 list=5 res=1", "add_rule",
		  "modules\001stig", 5, 1 },
		{ "op=set audit_enabled=0 old=1 auid=0 ses=1 res=1", "set", NULL, NUM_NONE, 1 },
		{ "op=set audit_rate_limit=5 old=0 auid=0 ses=1 res=0", "set", NULL, NUM_NONE, 0 },
		{ "pid=191 uid=0 auid=0 ses=1 op=add_rule audit_enabled=2 res=0", "add_rule", NULL,
		  NUM_NONE, 0 },
		/* as kernels up to 3.x wrote it */
		{ "auid=0 ses=2 op=\"add rule\" key=\"stig\" list=4 res=1", "add_rule", "stig", 4, 1 },
		{ "op=\"remove rule\" dir=\"/lib/modules\" key=(null) list=4 res=1 auid=0", "remove_rule",
		  NULL, 4, 1 },
		{ "auid=0 ses=7 op=\"updated rules\" path=\"/sbin/rmmod\" key=\"m\" list=4 res=1",
		  "updated_rules", "m", 4, 1 },
		{ "auid=0 op=\"add rule", "add_rule", NULL, NUM_NONE, NUM_NONE },
		{ "audit_enabled=1 old=0 auid=0 ses=1 res=1", NULL, NULL, NUM_NONE, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char record[512];
		const struct event *ev;

		snprintf(record, sizeof(record), CHANGE "%s", cases[i].fields);
		ev = changed(*state, record, "(null)");
		assert_int_equal(ev->kind, EVENT_CONFIG);
		if (cases[i].op != NULL)
			EXPECT_TEXT(ev->op, cases[i].op);
		else
			EXPECT_NONE(ev->op);
		if (cases[i].keys != NULL)
			EXPECT_TEXT(ev->keys, cases[i].keys);
		else
			EXPECT_NONE(ev->keys);
		assert_int_equal(ev->list, cases[i].list);
		assert_int_equal(ev->result, cases[i].result);
		assert_int_equal(ev->auid, 0);
		EXPECT_TEXT(ev->detail, cases[i].fields);
	}
}

static void the_keyless_form_has_a_pid_of_its_own(void **state)
{
	const struct event *ev = decoded(*state, CHANGE "pid=191 uid=7 auid=1000 ses=3"
		" subj=unconfined op=add_rule audit_enabled=2 res=0\n");

	assert_int_equal(ev->kind, EVENT_CONFIG);
	assert_false(ev->has_syscall);
	assert_int_equal(ev->pid, 191);
	assert_int_equal(ev->uid, 7);
	assert_int_equal(ev->auid, 1000);
	assert_int_equal(ev->ses, 3);
}

static void the_key_of_the_changing_call_is_not_the_rules(void **state)
{
	EXPECT(changed(*state, CHANGE "op=add_rule key=\"other\"", "\"modules\"")->keys, "other");
	EXPECT_NONE(changed(*state, CHANGE "op=add_rule key=(null)", "\"modules\"")->keys);
}

static void several_changes_of_one_call_are_all_told(void **state)
{
	const struct event *ev = changed(*state,
		CHANGE "op=updated_rules path=\"/a\" key=\"x\" list=4 res=1\n"
		CHANGE "op=updated_rules path=\"/b\" key=\"y\" list=4 res=1", "(null)");

	assert_int_equal(ev->keys.len, 3);
	assert_non_null(memmem(ev->detail.data, ev->detail.len, "\"/a\"", 4));
	assert_non_null(memmem(ev->detail.data, ev->detail.len, "\"/b\"", 4));
}

static void a_detail_leaves_the_enriched_half_out(void **state)
{
	const struct event *ev = decoded(*state,
		CHANGE "auid=1000 op=add_rule key=\"x\" list=4 res=1\x1d" "AUID=\"alice\"\n");

	EXPECT(ev->detail, "auid=1000 op=add_rule key=\"x\" list=4 res=1");
	EXPECT(ev->login, "alice");
}

static void the_daemons_own_records_are_told_apart(void **state)
{
	const struct event *ev = decoded(*state, "type=DAEMON_START" ID "op=start ver=3.0.9"
		" format=raw kernel=6.1.0 auid=4294967295 pid=86 uid=0 ses=4294967295 subj=u "
		" res=success\n");

	assert_int_equal(ev->kind, EVENT_DAEMON);
	assert_true(ev->daemon);
	EXPECT(ev->op, "start");
	assert_int_equal(ev->pid, 86);
	assert_int_equal(ev->result, 1);
	assert_int_equal(memcmp(ev->detail.data, "op=start ver=3.0.9", 18), 0);

	ev = decoded(*state, "type=DAEMON_ROTATE" ID "op=rotate-logs auid=0 uid=0 pid=1"
		" res=failed\n");
	assert_int_equal(ev->kind, EVENT_DAEMON);
	EXPECT(ev->op, "rotate-logs");
	assert_int_equal(ev->result, 0);
}

static void a_daemon_record_without_op_has_it_from_its_type(void **state)
{
	EXPECT(decoded(*state, "type=DAEMON_START" ID "auditd start, ver=1.0 auid=0 pid=2"
		" res=success\n")->op,
	       "start");
	EXPECT(decoded(*state, "type=DAEMON_END" ID "auditd normal halt, sending auid=0"
		" pid=1\n")->op,
	       "terminate");
	EXPECT(decoded(*state, "type=DAEMON_ABORT" ID "auditd error halt, auid=0 pid=9 res=failed\n")->op,
	       "error-halt");
	EXPECT(decoded(*state, "type=DAEMON_ROTATE" ID "auditd error getting usr1 info - no change,"
		" sending auid=? pid=? subj=? res=failed\n")->op,
	       "rotate-logs");
}

static void a_daemon_record_of_an_unknown_type_is_kept(void **state)
{
	const struct event *ev = decoded(*state, "type=DAEMON_NEWS" ID "op=something pid=5\n");

	assert_int_equal(ev->kind, EVENT_DAEMON);
	EXPECT(ev->op, "something");
	assert_int_equal(ev->pid, 5);
}

static void the_kernels_start_of_audit_is_no_daemons(void **state)
{
	const struct event *ev = decoded(*state,
		"type=KERNEL msg=audit(0.000:1): state=initialized audit_enabled=0 res=1\n");

	assert_int_equal(ev->kind, EVENT_DAEMON);
	assert_false(ev->daemon);
	EXPECT(ev->op, "initialized");
	assert_int_equal(ev->time_ms, 0);
	assert_int_equal(ev->serial, 1);
}

#define USER_ID " msg=audit(1795456630.072:18): "
#define USER USER_ID "pid=127 uid=0 auid=1000 ses=2 subj=unconfined msg='"
#define SENDER " exe=\"/lab/mark\" hostname=? addr=? terminal=? res=success'\n"

static void a_marker_is_what_a_selftest_says(void **state)
{
	const struct event *ev = decoded(*state, "type=TRUSTED_APP" USER "op=modtrail-run"
		" id=0123abcd"
		" key=\"modules\" pid=1 auid=7" SENDER);

	assert_int_equal(ev->kind, EVENT_MARKER);
	EXPECT(ev->op, "modtrail-run");
	EXPECT(ev->detail, "op=modtrail-run id=0123abcd key=\"modules\" pid=1 auid=7");
	assert_int_equal(ev->pid, 127);
	assert_int_equal(ev->uid, 0);
	assert_int_equal(ev->auid, 1000);
	assert_int_equal(ev->ses, 2);
	EXPECT_NONE(ev->keys);
	EXPECT_NONE(ev->exe);
	assert_false(ev->has_syscall);
}

static void a_marker_keeps_raw_bytes_and_odd_ends(void **state)
{
	EXPECT(decoded(*state, "type=TRUSTED_APP" USER "op=modtrail-x a' exe=\"/b\""
		" \x1b[31m\xc3\xbc" SENDER)
	       ->detail, "op=modtrail-x a' exe=\"/b\" \x1b[31m\xc3\xbc");
	EXPECT(decoded(*state, "type=TRUSTED_APP" USER "op=modtrail-x"
		" a=1'\n")->detail, "op=modtrail-x a=1");
	EXPECT(decoded(*state, "type=TRUSTED_APP" USER "op=modtrail-x")->detail, "op=modtrail-x");
	EXPECT(decoded(*state, "type=TRUSTED_APP" USER "op=modtrail-")->op, "modtrail-");
}

static void a_marker_cannot_name_its_sender(void **state)
{
	const struct event *ev = decoded(*state,
		"type=TRUSTED_APP" USER "op=modtrail-x \x1d" "AUID=\"root\"" SENDER);

	assert_int_equal(ev->kind, EVENT_MARKER);
	EXPECT_NONE(ev->login);

	ev = decoded(*state, "type=TRUSTED_APP" USER "op=modtrail-x '\x1d" "AUID=\"root\""
		" exe=\"/m\" res=success'"
		"\x1d" "UID=\"root\" AUID=\"alice\"\n");
	EXPECT(ev->login, "alice");
}

static void an_event_has_one_marker(void **state)
{
	const struct event *ev = decoded(*state, "type=TRUSTED_APP" USER "op=modtrail-a x=1" SENDER
		"type=TRUSTED_APP" USER_ID "pid=9 uid=0 msg='op=modtrail-b x=2" SENDER);

	EXPECT_TEXT(ev->detail, ev->pid == 9 ? "op=modtrail-b x=2" : "op=modtrail-a x=1");
}

static void a_sender_cannot_fill_in_what_the_kernel_left_out(void **state)
{
	const struct event *ev = decoded(*state, "type=TRUSTED_APP" USER_ID
		"pid=127 msg='op=modtrail-x ses=9 auid=1000" SENDER);

	assert_int_equal(ev->kind, EVENT_MARKER);
	assert_int_equal(ev->pid, 127);
	assert_int_equal(ev->ses, NUM_NONE);
	assert_int_equal(ev->auid, NUM_NONE);
}

static void user_records_are_never_module_events(void **state)
{
	static const char *const records[] = {
		"type=USER" USER "op=modtrail-run id=1" SENDER,
		"type=TRUSTED_APP" USER "op=lab-marker id=0123abcd key=\"modules\"" SENDER,
		"type=TRUSTED_APP" USER " op=modtrail-run" SENDER,
		"type=TRUSTED_APP" USER "text=op=modtrail-run" SENDER,
		"type=TRUSTED_APP" USER "op=a' res=success' msg='op=modtrail-run x=" SENDER,
		"type=TRUSTED_APP" USER "op=a' res=success' type=SYSCALL msg=audit(1.000:1):"
			" key=\"modules\" x="
			SENDER,
		"type=TRUSTED_APP" USER "op=a type=SYSCALL msg=audit(1795000000.000:9):"
			" arch=c000003e"
			" syscall=313 success=yes key=\"modules\"" SENDER,
		"type=USER" USER "arch=c000003e syscall=313 success=yes key=\"modules\""
			" name=\"dummy\"" SENDER,
		"type=USYS_CONFIG" USER "op=add_rule key=\"modules\" list=4 res=1" SENDER,
		"type=UNKNOWN[1199]" USER "arch=c000003e syscall=59 comm=\"insmod\"" SENDER,
		"type=USER_CMD" USER "cwd=\"/\" cmd=696E736D6F64" SENDER,
		"type=TRUSTED_APP" USER SENDER,
	};

	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		const struct event *ev = decoded(*state, records[i]);

		print_message("  %zu\n", i);
		assert_int_equal(ev->kind, EVENT_NONE);
		EXPECT_NONE(ev->keys);
		EXPECT_NONE(ev->module);
	}
}

static void a_marker_that_imitates_a_call_stays_a_marker(void **state)
{
	const struct event *ev = decoded(*state, "type=TRUSTED_APP" USER
		"op=modtrail-x arch=c000003e syscall=313 success=yes key=\"modules\""
			" comm=\"x\"" SENDER);

	assert_int_equal(ev->kind, EVENT_MARKER);
	assert_int_equal(ev->call, CALL_NONE);
	EXPECT_NONE(ev->comm);
	EXPECT_NONE(ev->keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DECODING_TEST(a_rule_change_names_rule_and_author),
		DECODING_TEST(every_form_of_change_is_read),
		DECODING_TEST(the_keyless_form_has_a_pid_of_its_own),
		DECODING_TEST(the_key_of_the_changing_call_is_not_the_rules),
		DECODING_TEST(several_changes_of_one_call_are_all_told),
		DECODING_TEST(a_detail_leaves_the_enriched_half_out),
		DECODING_TEST(the_daemons_own_records_are_told_apart),
		DECODING_TEST(a_daemon_record_without_op_has_it_from_its_type),
		DECODING_TEST(a_daemon_record_of_an_unknown_type_is_kept),
		DECODING_TEST(the_kernels_start_of_audit_is_no_daemons),
		DECODING_TEST(a_marker_is_what_a_selftest_says),
		DECODING_TEST(a_marker_keeps_raw_bytes_and_odd_ends),
		DECODING_TEST(a_marker_cannot_name_its_sender),
		DECODING_TEST(an_event_has_one_marker),
		DECODING_TEST(a_sender_cannot_fill_in_what_the_kernel_left_out),
		DECODING_TEST(user_records_are_never_module_events),
		DECODING_TEST(a_marker_that_imitates_a_call_stays_a_marker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
