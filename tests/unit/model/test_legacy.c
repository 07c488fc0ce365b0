/* What older programs wrote in words. */
#include "model/legacy.h"
#include "test.h"

#include <stdio.h>

#define RULE "-a always,exit -S delete_module -F key=modules"

static struct claim told(enum reason reason, const char *rule, const char *where, const char *detail)
{
	struct claim c = { .expect = EXPECT_SILENT, .reason = reason };

	snprintf(c.rule, sizeof(c.rule), "%s", rule);
	legacy_claim(&c, where, detail);
	return c;
}

static void assert_place(const struct place *p, enum place_kind kind, const char *file, int64_t line)
{
	assert_int_equal(p->kind, kind);
	assert_string_equal(p->file, file);
	assert_int_equal(p->line, line);
}

static void places_are_lines_or_the_kernels(void **state)
{
	static const char *const no_place[] = { "", "kernel", "a:", "a:0", "a:x", "a:3x", ":" };
	struct claim c = told(REASON_NOT_LOADED, RULE, "/etc/a:b/5.rules:3", "");

	(void)state;
	assert_place(&c.place, PLACE_FILE, "/etc/a:b/5.rules", 3);
	c = told(REASON_NOT_LOADED, RULE, "kernel:2", "");
	assert_place(&c.place, PLACE_KERNEL, "", 2);
	for (size_t i = 0; i < ARRAY_SIZE(no_place); i++) {
		c = told(REASON_NOT_LOADED, RULE, no_place[i], "");
		assert_place(&c.place, PLACE_NONE, "", 0);
	}
}

static void each_reason_has_its_detail(void **state)
{
	struct claim c = told(REASON_SHADOWED, RULE, "", "-a never,exit -F exe=/x @ y @ /r.d/1 2.rules:7");

	(void)state;
	assert_string_equal(c.facts.other, "-a never,exit -F exe=/x @ y");
	assert_place(&c.facts.at, PLACE_FILE, "/r.d/1 2.rules", 7);
	c = told(REASON_EXCLUDED, RULE, "", "-a always,exclude -F msgtype=SYSCALL");
	assert_string_equal(c.facts.other, "-a always,exclude -F msgtype=SYSCALL");
	assert_place(&c.facts.at, PLACE_NONE, "", 0);
	c = told(REASON_REJECTED_LINE, RULE, "", "/r.d/1.rules:7: unknown: x");
	assert_place(&c.facts.at, PLACE_FILE, "/r.d/1.rules", 7);
	assert_string_equal(c.facts.text, "unknown: x");
	c = told(REASON_WATCH_ON_SYMLINK, RULE, "", "/usr/bin/kmod");
	assert_string_equal(c.facts.path, "/usr/bin/kmod");
	c = told(REASON_FILTERED, RULE, "", "auid");
	assert_string_equal(c.facts.field, "auid");
	assert_int_equal(c.asks, ASKS_ANY);
	c = told(REASON_FILTERED, RULE, "", "exit");
	assert_int_equal(c.asks, ASKS_FAILURE);
}

static void a_rule_tells_by_its_text_what_it_asks(void **state)
{
	static const struct { const char *fields; enum asks asks; bool program; } rules[] = {
		{ "", ASKS_ANY, false }, { " -F success=1", ASKS_SUCCESS, false },
		{ " -F exit>=0", ASKS_SUCCESS, false }, { " -F success=0", ASKS_FAILURE, false },
		{ " -F exit=-2", ASKS_FAILURE, false }, { " -F exe=/usr/bin/kmod", ASKS_ANY, true },
		{ " -F key=success=0", ASKS_ANY, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		char rule[RUN_RULE];
		struct claim c;

		snprintf(rule, sizeof(rule), "%s%s", RULE, rules[i].fields);
		c = told(REASON_NONE, rule, "", "");
		assert_int_equal(c.asks, rules[i].asks);
		assert_int_equal(c.by_program, rules[i].program);
	}
}

static void notes_tell_the_fault_and_keep_their_words(void **state)
{
	static const struct { const char *detail; enum delivery_fault fault; } notes[] = {
		{ "the kernel was booted with audit=0, or has no audit", FAULT_NO_AUDIT },
		{ "auditd writes no log (write_logs = no)", FAULT_WRITE_LOGS },
		{ "3 MiB are free for /l, so auditd has stopped writing (admin_space_left_action = halt)",
		  FAULT_ADMIN_SPACE_LEFT },
		{ "/l did not grow, though the kernel took the markers: auditd (pid 9) is suspended, "
		  "hangs, or writes elsewhere", FAULT_LOG_STANDS_STILL },
		{ "/srv/workspace/audit.log: No such file or directory", FAULT_NONE },
		{ "", FAULT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		struct delivery_state delivery = { .known = true, .reason = REASON_NOT_LOGGED };

		legacy_note(&delivery, notes[i].detail);
		assert_int_equal(delivery.facts.fault, notes[i].fault);
		assert_string_equal(delivery.facts.text, notes[i].detail);
		assert_int_equal(delivery.facts.verbatim, notes[i].detail[0] != '\0');
	}
}

static enum loader loader_of(const char *first, const char *second)
{
	struct claim claims[2] = { 0 };

	snprintf(claims[0].place.file, sizeof(claims[0].place.file), "%s", first);
	snprintf(claims[1].place.file, sizeof(claims[1].place.file), "%s", second);
	return legacy_loader(claims, 2);
}

static void places_tell_what_loads_the_rules(void **state)
{
	(void)state;
	assert_int_equal(loader_of("/etc/audit/audit.rules", ""), LOADER_AUDITCTL);
	assert_int_equal(loader_of("/etc/audit/audit.rules", "/etc/audit/rules.d/1.rules"), LOADER_AUGENRULES);
	assert_int_equal(loader_of("", "/etc/audit/rules.d/1.rules"), LOADER_AUGENRULES);
	assert_int_equal(loader_of("", ""), LOADER_UNKNOWN);
	assert_int_equal(loader_of("/etc/audit/audit.rules.prev", "/srv/rules.d/1.rules"), LOADER_UNKNOWN);
	assert_int_equal(legacy_loader(NULL, 0), LOADER_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_lines_or_the_kernels),
		cmocka_unit_test(each_reason_has_its_detail),
		cmocka_unit_test(a_rule_tells_by_its_text_what_it_asks),
		cmocka_unit_test(notes_tell_the_fault_and_keep_their_words),
		cmocka_unit_test(places_tell_what_loads_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
