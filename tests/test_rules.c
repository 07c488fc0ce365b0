/*
 * Reading rules: what auditctl and augenrules make of a text. What is said of
 * them here was seen with auditctl 3.0.9, its calls to the kernel replaced.
 */
#include "rules.h"
#include "rules_host.h"
#include "rules_internal.h"
#include "test.h"

#include <stdio.h>

static struct test_host host;

static int set_up(void **state)
{
	(void)state;
	test_host_init(&host, true);
	test_host_folder(&host, "/etc", 1);
	test_host_file(&host, "/etc/passwd", 2, NULL, 0);
	test_host_file(&host, "/etc/group", 3, NULL, 0);
	test_host_file(&host, "/etc/shadow", 4, NULL, 0);
	test_host_absent(&host, "/etc/nothing", true);
	test_host_absent(&host, "/nowhere/at/all", false);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	test_host_release(&host);
	return 0;
}

/* Lines that mean the same, each pair. */
static const char *const same[][2] = {
	{ "-w /usr/bin/kmod -p x -k a", "-a always,exit -F path=/usr/bin/kmod -F perm=x -F key=a" },
	{ "-w /usr/bin/kmod -p x -k a", "-a exit,always -S all -F key=a -F perm=x -F path=/usr/bin/kmod" },
	{ "-w /etc -p wa", "-a always,exit -F dir=/etc -F perm=wa" },
	{ "-w /etc/ -p aw", "-a always,exit -F dir=/etc/ -F perm=wa" },
	{ "-w /etc/passwd", "-w /etc/passwd -p rwxa" },
	{ "-a task,never", "-a never,task" },
	{ "-a always,exit -F arch=b64 -S open -F auid!=unset", "-a always,exit -F arch=b64 -S open -F auid!=-1" },
	{ "-a always,exit -F arch=b64 -S open -F auid!=unset",
	  "-a always,exit -F arch=b64 -S open -F loginuid!=4294967295" },
	{ "-a always,exit -F arch=b64 -S open,close", "-a always,exit -F arch=b64 -S close -S open" },
	{ "-a always,exit -F arch=b64 -S open", "-a always,exit -F arch=x86_64 -S 2" },
	{ "-a always,exit -F arch=b64 -S open -k a -k b", "-a always,exit -F arch=b64 -S open -F key=b -F key=a" },
	{ "-a always,exit -F arch=b64 -S open -F uid=root", "-a always,exit -F arch=b64 -S open -F uid=0" },
	{ "-a always,exit -F arch=b64 -S open -F exit=-EPERM", "-a always,exit -F arch=b64 -S open -F exit=-1" },
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

static struct rule *rule_of(struct ruleset *s, const char *text)
{
	read_rules(s, &host, text);
	if (s->loaded.count != 1)
		fail_msg("%s: %s", text, s->problem_count ? s->problems[0].reason : "no rule");
	return s->loaded.rule[0];
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
		const struct rule *left = rule_of(&a, pair[0]), *right = rule_of(&b, pair[1]);

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
		const char *const *all = i / 2 < ARRAY_SIZE(same) ? same[i / 2]
								  : different[i / 2 - ARRAY_SIZE(same)];
		struct ruleset a, b;
		char text[1024];
		const struct rule *r = rule_of(&a, all[i % 2]);

		rule_print(r, text, sizeof(text));
		assert_true(rule_same(r, rule_of(&b, text)));
		ruleset_release(&a);
		ruleset_release(&b);
	}
}

static void prints_as_auditctl_lists(void **state)
{
	static const char *const texts[][2] = {
		{ "-a exit,always -F path=/usr/bin/kmod -F perm=x -k a -k b", "-w /usr/bin/kmod -p x -k a -k b" },
		{ "-a task,never", "-a never,task" },
		{ "-a exit,never -F exe=/usr/bin/kmod", "-a never,exit -S all -F exe=/usr/bin/kmod" },
		{ "-a always,exit -F arch=b64 -S finit_module,init_module -F auid!=unset -C uid!=euid -k m",
		  "-a always,exit -F arch=b64 -S init_module,finit_module -F auid!=-1 -C uid!=euid -F key=m" },
		{ "-a always,exclude -F msgtype=1300", "-a always,exclude -F msgtype=SYSCALL" },
		{ "-w /etc", "-w /etc/ -p rwxa" },
		{ "-a always,exit -F arch=b64 -S open -F a1&0100", "-a always,exit -F arch=b64 -S open -F a1&0x40" },
	};

	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct ruleset s;
		char text[512];

		rule_print(rule_of(&s, texts[i][0]), text, sizeof(text));
		assert_string_equal(text, texts[i][1]);
		ruleset_release(&s);
	}
}

static void cuts_what_does_not_fit(void **state)
{
	struct ruleset s;
	char text[8];

	(void)state;
	rule_print(rule_of(&s, "-a never,task"), text, sizeof(text));
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

		read_rules(&s, &host, refused[i][0]);
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
	struct ruleset s;
	char line[512];

	(void)state;
	snprintf(line, sizeof(line), "-w /etc/passwd -p x -k %0256d", 0);
	assert_int_equal(strlen(rule_field_of(rule_of(&s, line), AUDIT_FILTERKEY)->text), 256);
	ruleset_release(&s);
	snprintf(line, sizeof(line), "-w /etc/passwd -p x -k %0256d -k a", 0);
	read_rules(&s, &host, line);
	assert_int_equal(s.loaded.count, 0);
	ruleset_release(&s);
}

static void accepts_odd_but_good_lines(void **state)
{
	static const char *const lines[] = {
		"   -w  /etc/passwd   -p  x  ", "-w/etc/passwd -px", "-w /etc/nothing -p x",
		"-a always,exit -F arch=b64 -F arch=b32 -S open", "-a always,exit -F exe!=/etc/passwd",
		"-a always,exit -F key=", "-a never,filesystem -F fstype=tracefs",
		"-a always,user -F uid=0", "-w /etc/passwd -F auid=1", "-w /etc/passwd -S open -p x",
		"-a always,exit -F path=/etc/passwd -F key=x", "-a always,exit -S 1999",
		"-a always,exit -F sessionid=unset -S all -F saddr_fam=inet",
	};

	(void)state;
	if (!on_x86_64())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct ruleset s;

		(void)rule_of(&s, lines[i]);
		ruleset_release(&s);
	}
}

static void takes_a_backslash_for_a_blank_in_a_word(void **state)
{
	struct ruleset s;

	(void)state;
	assert_string_equal(rule_field_of(rule_of(&s, "-w /etc/my\\ own\\\\file -p x"), AUDIT_WATCH)->text,
			    "/etc/my own\\file");
	ruleset_release(&s);
}

static void stops_at_the_first_refused_line(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &host, "-w /etc/passwd -p x\n# comment\n-w /nowhere/at/all -p x -k a\n"
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

static void goes_on_after_i_or_c(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &host, "-i\n-w /nowhere/at/all -p x\n-w /etc/group -p x\n");
	assert_int_equal(s.loaded.count, 1);
	assert_int_equal(s.problem_count, 1);
	assert_true(s.settings.ignore && !s.settings.report);
	ruleset_release(&s);
	read_rules(&s, &host, "-w /nowhere/at/all -p x\n-c\n-w /etc/group -p x\n");
	assert_int_equal(s.loaded.count, 0);
	ruleset_release(&s);
}

static void stops_at_a_rule_that_exists(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &host, "-w /etc/passwd -p x\n-w /etc/group -p x\n"
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
	read_rules(&s, &host, "-w /etc/passwd -p x\n-a always,exit -F perm=x -F path=/etc/passwd\n"
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
	read_rules(&s, &host, "-w /etc/passwd -p x -k aa\n-w /etc/group -p x -k b\n-w /etc/shadow -p x\n"
		   "-W /etc/shadow -p x\n-D -k a\n");
	assert_int_equal(s.problem_count, 0);
	assert_int_equal(s.loaded.count, 1);
	assert_int_equal(s.loaded.rule[0]->line, 2);
	assert_false(s.settings.deletes_all);
	ruleset_release(&s);
	read_rules(&s, &host, "-w /etc/passwd -p x\n-D\n");
	assert_int_equal(s.loaded.count, 0);
	assert_true(s.settings.deletes_all);
	ruleset_release(&s);
}

static void nothing_changes_after_e_2(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &host, "-w /etc/passwd -p x\n-e 2\n-w /etc/group -p x\n");
	assert_int_equal(s.loaded.count, 1);
	assert_int_equal(s.settings.enabled, 2);
	assert_non_null(strstr(s.problems[0].reason, "locked by -e 2 in line 2"));
	ruleset_release(&s);
}

static void reads_the_settings(void **state)
{
	struct ruleset s;

	(void)state;
	read_rules(&s, &host, "-D\n-b 8192 -f 2\n-r 0x10\n--backlog_wait_time 60000\n-e 1\n"
		   "--loginuid-immutable\n-b 100\n");
	assert_int_equal(s.problem_count, 0);
	assert_int_equal(s.settings.backlog, 100);
	assert_int_equal(s.settings.failure, 2);
	assert_int_equal(s.settings.rate, 16);
	assert_int_equal(s.settings.backlog_wait, 60000);
	assert_int_equal(s.settings.enabled, 1);
	assert_true(s.settings.loginuid_immutable && s.settings.deletes_all);
	ruleset_release(&s);
	read_rules(&s, &host, "");
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

		read_rules(&s, &host, lines[i][0]);
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
	read_rules(&s, &host, line);
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
		read_rule_file(&files, &host, path);
		snprintf(path, sizeof(path), "testdata/rules/%s.list", sets[n]);
		read_rule_file(&list, &host, path);
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
	read_rules(&s, &host, "No rules\n");
	assert_int_equal(s.loaded.count + s.problem_count, 0);
	ruleset_release(&s);
}

static void merges_a_folder_as_augenrules_does(void **state)
{
	static const char *const order[] = { "/etc/group", "/etc/passwd", "/etc/shadow" };
	struct ruleset s;

	(void)state;
	read_rule_file(&s, &host, "testdata/rules/merge");
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
	assert_int_equal(rules_read(&s, "testdata/rules/nosuch.rules", &host.paths, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "nosuch.rules"));
	ruleset_release(&s);
}

/* One rule in the kernel's form, as netlink carries it. */
struct wire {
	struct audit_rule_data data;
	char text[64];
};

static void reads_what_the_kernel_sends(void **state)
{
	struct wire w = { .data = { .flags = AUDIT_FILTER_EXIT, .action = AUDIT_ALWAYS, .field_count = 3,
		.fields = { AUDIT_WATCH, AUDIT_PERM, AUDIT_FILTERKEY }, .values = { 13, 1, 7 },
		.fieldflags = { AUDIT_EQUAL, AUDIT_EQUAL, AUDIT_EQUAL }, .buflen = 20 } };
	struct ruleset s, text;
	struct error err = { "" };

	(void)state;
	memset(w.data.mask, 0xff, sizeof(w.data.mask));
	memcpy((char *)&w + sizeof(w.data), "/usr/bin/kmodmodules", 20);
	ruleset_init(&s);
	assert_int_equal(rules_add_data(&s, &w.data, sizeof(w.data) + 20, &host.paths, &err), 0);
	assert_string_equal(s.loaded.rule[0]->text, "-w /usr/bin/kmod -p x -k modules");
	assert_string_equal(s.loaded.rule[0]->file, RULES_KERNEL);
	assert_int_equal(s.loaded.rule[0]->line, 1);
	assert_true(rule_same(s.loaded.rule[0], rule_of(&text, "-w /usr/bin/kmod -p x -k modules")));
	/* a rule whose text is longer than what came */
	assert_int_equal(rules_add_data(&s, &w.data, sizeof(w.data) + 19, &host.paths, &err), ERR_SYSTEM);
	assert_int_equal(rules_add_data(&s, &w.data, 100, &host.paths, &err), ERR_SYSTEM);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(compares_by_meaning),
		TEST(prints_what_it_can_read_again),
		TEST(prints_as_auditctl_lists),
		TEST(cuts_what_does_not_fit),
		TEST(refuses_what_auditctl_or_the_kernel_refuses),
		TEST(refuses_keys_that_are_too_long),
		TEST(accepts_odd_but_good_lines),
		TEST(takes_a_backslash_for_a_blank_in_a_word),
		TEST(stops_at_the_first_refused_line),
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
		TEST(sorts_names_as_ls_v_does),
		TEST(names_what_cannot_be_read),
		TEST(reads_what_the_kernel_sends),
		TEST(finds_keys_whole),
		TEST(knows_the_calls_of_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
