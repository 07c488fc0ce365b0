/*
 * Rules as values: what lines mean, which are refused, how they are printed.
 * What is said of auditctl here was seen with 3.0.9, its calls to the kernel
 * replaced.
 */
#include "rules/rules.h"
#include "rules_host.h"
#include "test.h"

#include <stdio.h>

/* Lines that mean the same, each pair. */
static const char *const same[][2] = {
	{ "-w /usr/bin/kmod -p x -k a", "-a always,exit -F path=/usr/bin/kmod -F perm=x -F key=a" },
	{ "-w /usr/bin/kmod -p x -k a",
	  "-a exit,always -S all -F key=a -F perm=x -F path=/usr/bin/kmod" },
	{ "-w /etc -p wa", "-a always,exit -F dir=/etc -F perm=wa" },
	{ "-w /etc/ -p aw", "-a always,exit -F dir=/etc/ -F perm=wa" },
	{ "-w /etc/passwd", "-w /etc/passwd -p rwxa" },
	{ "-a task,never", "-a never,task" },
	{ "-a always,exit -F arch=b64 -S open -F auid!=unset",
	  "-a always,exit -F arch=b64 -S open -F auid!=-1" },
	{ "-a always,exit -F arch=b64 -S open -F auid!=unset",
	  "-a always,exit -F arch=b64 -S open -F loginuid!=4294967295" },
	{ "-a always,exit -F arch=b64 -S open,close",
	  "-a always,exit -F arch=b64 -S close -S open" },
	{ "-a always,exit -F arch=b64 -S open", "-a always,exit -F arch=x86_64 -S 2" },
	{ "-a always,exit -F arch=b64 -S open -k a -k b",
	  "-a always,exit -F arch=b64 -S open -F key=b -F key=a" },
	{ "-a always,exit -F arch=b64 -S open -F uid=root",
	  "-a always,exit -F arch=b64 -S open -F uid=0" },
	{ "-a always,exit -F arch=b64 -S open -F exit=-EPERM",
	  "-a always,exit -F arch=b64 -S open -F exit=-1" },
	{ "-a always,exit -F arch=b64 -S open", "-A always,exit -F arch=b64 -S open" },
	{ "-a always,exit -F uid=1 -F uid=1", "-a always,exit -F uid=1 -S all" },
	{ "-a always,exclude -F msgtype=SYSCALL", "-a always,exclude -F msgtype=1300" },
};

static const char *const different[][2] = {
	{ "-w /usr/bin/kmod -p x", "-w /usr/bin/kmod -p xa" },
	{ "-w /usr/bin/kmod -p x", "-w /usr/sbin/rmmod -p x" },
	{ "-w /usr/bin/kmod -p x", "-a never,exit -F path=/usr/bin/kmod -F perm=x" },
	{ "-w /usr/bin/kmod -p x -k a", "-w /usr/bin/kmod -p x -k ab" },
	{ "-w /usr/bin/kmod -p x -k a -k b", "-w /usr/bin/kmod -p x -k a" },
	{ "-a always,exit -F arch=b64 -S open", "-a always,exit -F arch=b32 -S open" },
	{ "-a always,exit -F arch=b64 -S open", "-a always,exit -F arch=b64 -S all" },
	{ "-a always,exit -F uid=1 -S all", "-a always,exit -F uid!=1 -S all" },
	{ "-a always,exit -F uid=1 -S all", "-a always,exit -F uid=1 -F gid=1 -S all" },
	{ "-a always,exit -F uid=1 -S all", "-a always,exit -F euid=1 -S all" },
	{ "-a never,task", "-a always,task" },
};

static void finds_a_key_among_empty_ones(void **state)
{
	(void)state;
	assert_true(keys_have("\001a\001", "a"));
	assert_true(keys_have("\001a\001", ""));
	assert_false(keys_have("\001\001", "a"));
	assert_false(keys_have("ab\001b", "a"));
}

static void compares_by_meaning(void **state)
{
	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(same) + ARRAY_SIZE(different); i++) {
		bool expected = i < ARRAY_SIZE(same);
		const char *const *pair = expected ? same[i] : different[i - ARRAY_SIZE(same)];
		struct ruleset a, b;
		const struct rule *left = read_rule(&a, &test_host, pair[0]);
		const struct rule *right = read_rule(&b, &test_host, pair[1]);

		if (rule_same(left, right) != expected || rule_same(right, left) != expected)
			fail_msg("'%s' and '%s'", pair[0], pair[1]);
		assert_ptr_equal(rules_find(&b.loaded, left), expected ? right : NULL);
		ruleset_release(&a);
		ruleset_release(&b);
	}
}

static void prints_what_it_can_read_again(void **state)
{
	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < 2 * (ARRAY_SIZE(same) + ARRAY_SIZE(different)); i++) {
		bool first = i / 2 < ARRAY_SIZE(same);
		const char *const *all = first ? same[i / 2] : different[i / 2 - ARRAY_SIZE(same)];
		struct ruleset a, b;
		char text[1024];
		const struct rule *r = read_rule(&a, &test_host, all[i % 2]);

		rule_print(r, text, sizeof(text));
		assert_true(rule_same(r, read_rule(&b, &test_host, text)));
		ruleset_release(&a);
		ruleset_release(&b);
	}
}

static void prints_as_auditctl_lists(void **state)
{
	static const char *const texts[][2] = {
		{ "-a exit,always -F path=/usr/bin/kmod -F perm=x -k a -k b",
		  "-w /usr/bin/kmod -p x -k a -k b" },
		{ "-a task,never", "-a never,task" },
		{ "-a exit,always -F path=/etc/passwd",
		  "-a always,exit -S all -F path=/etc/passwd" },
		{ "-a exit,never -F exe=/usr/bin/kmod",
		  "-a never,exit -S all -F exe=/usr/bin/kmod" },
		{ "-a always,exit -F arch=b64 -S finit_module,open -F auid!=unset -k m",
		  "-a always,exit -F arch=b64 -S open,finit_module -F auid!=-1 -F key=m" },
		{ "-a always,exit -S all -C uid!=euid", "-a always,exit -S all -C uid!=euid" },
		{ "-a always,exclude -F msgtype=1300", "-a always,exclude -F msgtype=SYSCALL" },
		{ "-w /etc", "-w /etc/ -p rwxa" },
		{ "-a always,exit -F arch=b64 -S open -F a1&0100",
		  "-a always,exit -F arch=b64 -S open -F a1&0x40" },
	};

	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct ruleset s;
		char text[512];

		rule_print(read_rule(&s, &test_host, texts[i][0]), text, sizeof(text));
		assert_string_equal(text, texts[i][1]);
		ruleset_release(&s);
	}
}

static void cuts_what_does_not_fit(void **state)
{
	struct ruleset s;
	char text[8];

	(void)state;
	rule_print(read_rule(&s, &test_host, "-a never,task"), text, sizeof(text));
	assert_string_equal(text, "-a neve");
	ruleset_release(&s);
}

/* Lines that are refused, and a word of the reason. */
static const char *const refused[][2] = {
	{ "-a always,exit -S nosuch", "'nosuch' is unknown" },
	{ "-a always,exit -F arch=b64 -S open,nosuch", "unknown" },
	{ "-a always,exit -S open -F arch=b64", "before -S" },
	{ "-a always,exit -F nosuch=1", "unknown field" },
	{ "-a always,exit -F uid=nosuchuser", "unknown" },
	{ "-a always,exit -F auid>=UID_MIN -S all", "unknown" },
	{ "-a always,exit -F uid", "operator" },
	{ "-a always,exit -F uid=", "value" },
	{ "-a always,exit -F success=yes", "number" },
	{ "-a always,exit -F perm=q", "r, w, x and a" },
	{ "-a always,exit -F key=x", "needs a watch" },
	{ "-a always,exit -k x", "-k needs" },
	{ "-F uid=1", "list before" },
	{ "x y -D", "-D stands alone" },
	{ "-S open", "list before" },
	{ "-a always,nolist", "no list and action" },
	{ "-a always,EXIT", "no list and action" },
	{ "-a always", "no list and action" },
	{ "-a possible,exit", "no list and action" },
	{ "-a always,task -S open", "task list takes no" },
	{ "-a always,exclude -S open", "exclude list takes no" },
	{ "-a always,exclude -F euid=1", "exclude list" },
	{ "-a always,exclude -F exe=/usr/bin/kmod -F key=x", "no key" },
	{ "-a always,exit -F msgtype=SYSCALL", "exclude and user" },
	{ "-a always,task -F path=/etc/passwd", "exit list only" },
	{ "-a always,filesystem -F uid=1", "filesystem list" },
	{ "-a always,exit -F fstype=tracefs", "filesystem list" },
	{ "-a always,exit -C uid!=nosuch", "-C" },
	{ "-a always,exit -F path=relative", "start with '/'" },
	{ "-a always,exit -F path=/etc/", "ends with '/'" },
	{ "-a always,exit -F path!=/etc/passwd", "operator" },
	{ "-a always,exit -F path=/etc/passwd -F dir=/etc", "only one of" },
	{ "-a always,exit -F exe>=/usr/bin/kmod", "operator" },
	{ "-a always,exit -F uid!=-1", "only auid" },
	{ "-a always,exit -F auid>=unset", "equal or not" },
	{ "-a always,exit -F uid&1", "operator" },
	{ "-a always,entry -S open", "" },
	{ "-w relative", "start with '/'" },
	{ "-w /nowhere/at/all -p x", "folder" },
	{ "-a always,exit -F dir=/etc/nothing", "does not exist" },
	{ "-w /etc/passwd -p z", "r, w, x and a" },
	{ "-w /etc/passwd -p rwxar", "too long" },
	{ "-p x -w /etc/passwd", "-p needs" },
	{ "-w /etc/passwd -w /etc/group", "cannot follow" },
	{ "-W /etc/passwd -p wa", "no such rule" },
	{ "-d always,exit -F uid=1", "no such rule" },
	{ "-e 3", "0, 1 or 2" },
	{ "-b many", "number" },
	{ "-R other.rules", "nested" },
	{ "-Z", "unknown" },
	{ "--nosuch", "unknown" },
	{ "-w", "lacks its value" },
	{ "hello", "no option" },
	{ "-a always,exit -F uid=1 hello", "no option" },
	{ "\t-w /etc/passwd", "no option" },
	{ "-w /etc/passwd\t-p x", "" },
	{ "-w /etc/passwd -p x\r", "r, w, x and a" },
	{ "-w /etc/passwd -k \"a b\"", "no option" },
	{ "-i -w /etc/passwd", "no option" },
};

static void refuses_what_auditctl_or_the_kernel_refuses(void **state)
{
	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct ruleset s;

		read_rules(&s, &test_host, refused[i][0]);
		if (s.problem_count == 0 ||
		    s.problems[s.problem_count - 1].kind != PROBLEM_REJECTED || s.loaded.count != 0)
			fail_msg("accepted: %s", refused[i][0]);
		if (strstr(s.problems[s.problem_count - 1].reason, refused[i][1]) == NULL)
			fail_msg("%s: %s", refused[i][0], s.problems[s.problem_count - 1].reason);
		ruleset_release(&s);
	}
}

static void refuses_keys_that_are_too_long(void **state)
{
	const struct rule_field *key;
	struct ruleset s;
	char line[512];

	(void)state;
	snprintf(line, sizeof(line), "-w /etc/passwd -p x -k %0256d", 0);
	key = rule_field_of(read_rule(&s, &test_host, line), AUDIT_FILTERKEY);
	assert_int_equal(strlen(key->text), 256);
	ruleset_release(&s);
	snprintf(line, sizeof(line), "-w /etc/passwd -p x -k %0256d -k a", 0);
	read_rules(&s, &test_host, line);
	assert_int_equal(s.loaded.count, 0);
	ruleset_release(&s);
}

static void accepts_odd_but_good_lines(void **state)
{
	static const char *const lines[] = {
		"   -w  /etc/passwd   -p  x  ", "-w/etc/passwd -px", "-w /etc/nothing -p x",
		"-a always,exit -F arch=b64 -F arch=b32 -S open",
		"-a always,exit -F exe!=/etc/passwd",
		"-a always,exit -F key=", "-a never,filesystem -F fstype=tracefs",
		"-a always,user -F uid=0", "-w /etc/passwd -F auid=1",
		"-w /etc/passwd -S open -p x",
		"-a always,exit -F path=/etc/passwd -F key=x", "-a always,exit -S 1999",
		"-a always,exit -F sessionid=unset -S all -F saddr_fam=inet",
	};

	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct ruleset s;

		(void)read_rule(&s, &test_host, lines[i]);
		ruleset_release(&s);
	}
}

static void takes_a_backslash_for_a_blank_in_a_word(void **state)
{
	struct ruleset s;
	struct rule *r;

	(void)state;
	r = read_rule(&s, &test_host, "-w /etc/my\\ own\\\\file -p x");
	assert_string_equal(rule_field_of(r, AUDIT_WATCH)->text, "/etc/my own\\file");
	ruleset_release(&s);
}

/* One rule in the kernel's form, as netlink carries it. */
union wire {
	struct audit_rule_data data;
	char bytes[sizeof(struct audit_rule_data) + 64];
};

static void reads_what_the_kernel_sends(void **state)
{
	union wire w = { .data = {
		.flags = AUDIT_FILTER_EXIT, .action = AUDIT_ALWAYS, .field_count = 3,
		.fields = { AUDIT_WATCH, AUDIT_PERM, AUDIT_FILTERKEY }, .values = { 13, 1, 7 },
		.fieldflags = { AUDIT_EQUAL, AUDIT_EQUAL, AUDIT_EQUAL }, .buflen = 20,
	} };
	struct paths *paths = &test_host.paths;
	struct ruleset s, text;
	struct error err = { "" };
	struct rule *r;

	(void)state;
	memset(w.data.mask, 0xff, sizeof(w.data.mask));
	memcpy(w.data.buf, "/usr/bin/kmodmodules", 20);
	ruleset_init(&s);
	assert_int_equal(rules_add_data(&s, &w.data, sizeof(w.data) + 20, paths, &err), 0);
	assert_string_equal(s.loaded.rule[0]->text, "-w /usr/bin/kmod -p x -k modules");
	assert_string_equal(s.loaded.rule[0]->file, RULES_KERNEL);
	assert_int_equal(s.loaded.rule[0]->line, 1);
	r = read_rule(&text, &test_host, "-w /usr/bin/kmod -p x -k modules");
	assert_true(rule_same(s.loaded.rule[0], r));
	/* a rule whose text is longer than what came */
	assert_int_equal(rules_add_data(&s, &w.data, sizeof(w.data) + 19, paths, &err),
			 ERR_SYSTEM);
	assert_int_equal(rules_add_data(&s, &w.data, 100, paths, &err), ERR_SYSTEM);
	assert_int_equal(s.loaded.count, 1);
	ruleset_release(&text);
	ruleset_release(&s);
}

static void finds_keys_whole(void **state)
{
	(void)state;
	assert_true(keys_have("modules", "modules"));
	assert_true(keys_have("a\1modules\1b", "modules"));
	assert_true(keys_have("a\1b", "b"));
	assert_false(keys_have("lib-modules", "modules"));
	assert_false(keys_have("modules-wa", "modules"));
	assert_false(keys_have("a\1modules-wa", "modules"));
	assert_false(keys_have(NULL, "modules"));
}

static void knows_the_calls_of_machines(void **state)
{
	struct abi_calls abi[2];

	(void)state;
	assert_true(rules_machine(abi, "x86_64"));
	assert_int_equal(abi[0].arch, AUDIT_ARCH_X86_64);
	assert_int_equal(abi[0].finit_module, 313);
	assert_int_equal(abi[0].execveat, 322);
	assert_int_equal(abi[1].arch, AUDIT_ARCH_I386);
	assert_int_equal(abi[1].init_module, 128);
	assert_int_equal(abi[1].delete_module, 129);
	assert_true(rules_machine(abi, "aarch64"));
	assert_int_equal(abi[0].delete_module, 106);
	assert_false(rules_machine(abi, "pdp11"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_host, tear_down_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_a_key_among_empty_ones),
		TEST(compares_by_meaning),
		TEST(prints_what_it_can_read_again),
		TEST(prints_as_auditctl_lists),
		TEST(cuts_what_does_not_fit),
		TEST(refuses_what_auditctl_or_the_kernel_refuses),
		TEST(refuses_keys_that_are_too_long),
		TEST(accepts_odd_but_good_lines),
		TEST(takes_a_backslash_for_a_blank_in_a_word),
		TEST(reads_what_the_kernel_sends),
		TEST(finds_keys_whole),
		TEST(knows_the_calls_of_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
