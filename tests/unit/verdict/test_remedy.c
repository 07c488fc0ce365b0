#include "test.h"

#include "selftest/delivery.h"
#include "verdict/verify.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define AT(name, number) { .kind = PLACE_FILE, .file = name, .line = number }
#define IN_KERNEL(number) { .kind = PLACE_KERNEL, .line = number }
#define NOWHERE { .kind = PLACE_NONE }
#define MODULES "/etc/audit/rules.d/50-modules.rules"
#define LINE3 AT(MODULES, 3)
#define NOTHING { .fault = FAULT_NONE }
#define RULE "-a always,exit -F arch=b64 -S delete_module -F key=modules"

struct mend_case {
	enum verdict verdict;
	enum reason reason;
	enum mechanism mechanism;
	const char *rule;
	struct place place;
	struct facts facts;
	const char *commands;	/* all that must come out, without the comments */
};

#define ADDED "{ echo -i; grep -v '^[[:blank:]]*-[DdW]' /etc/audit/audit.rules; } >/etc/audit/modtrail.load\n" \
	"auditctl -R /etc/audit/modtrail.load; rm -f /etc/audit/modtrail.load\n"
#define LOAD "augenrules\n" ADDED
#define OWN "/etc/audit/rules.d/50-modtrail.rules"
#define APPEND(rule) "[ -s " OWN " ] || echo >" OWN "; grep -qxF -e '" rule \
	"' /etc/audit/rules.d/50-modtrail.rules ||\n\tprintf '%s\\n' '" rule \
	"' >>/etc/audit/rules.d/50-modtrail.rules\naugenrules\nauditctl " rule "\n"
#define CALLS(arch) APPEND("-a always,exit -F arch=" arch \
	" -S init_module,finit_module,delete_module -F key=modules")
#define LEVEL_OUT(level) "sed -i --follow-symlinks -E -e 's/^[[:blank:]]*-e[[:blank:]]*" level \
	"[[:space:]]*(#.*)?$/#&/' -e 's/^([[:blank:]]*([^#[:blank:]].*[[:blank:]])?-e[[:blank:]]*)" level \
	"([[:space:]]|$)/\\11\\3/' "
#define TOOLS(path) APPEND("-a always,exit -F path=" path " -F perm=x -F key=modules")

static const struct mend_case cases[] = {
	{ VERDICT_PROVEN, REASON_NONE, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING, "" },
	{ VERDICT_INAPPLICABLE, REASON_NONE, MECHANISM_FINIT_B32, "", NOWHERE, NOTHING, "" },
	{ VERDICT_UNTESTED, REASON_NONE, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING, "modtrail selftest\n" },
	{ VERDICT_UNTESTED, REASON_FILTERED, MECHANISM_INIT_B64, RULE, LINE3, { .field = "success" }, CALLS("b64") },
	{ VERDICT_STALE, REASON_NONE, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING, "modtrail selftest\n" },
	{ VERDICT_SILENT, REASON_NOT_LOADED, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING,
	  LOAD },
	{ VERDICT_SILENT, REASON_NOT_LOADED, MECHANISM_FINIT_B64, RULE,
	  AT("/etc/audit/audit.rules", 3), NOTHING, ADDED },
	{ VERDICT_SILENT, REASON_IMMUTABLE, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING, "" },
	{ VERDICT_SILENT, REASON_REJECTED_LINE, MECHANISM_FINIT_B64, RULE, LINE3,
	  { .at = AT("/etc/audit/rules.d/40-a b.rules", 7), .text = "unknown system call" },
	  "sed -i --follow-symlinks '7{/^#/!s/^/#/}' '/etc/audit/rules.d/40-a b.rules'\n" LOAD },
	{ VERDICT_SILENT, REASON_REJECTED_LINE, MECHANISM_FINIT_B64, RULE, LINE3,
	  { .at = LINE3, .text = "unknown system call" },
	  "sed -i --follow-symlinks '3{/^#/!s/^/#/}' '/etc/audit/rules.d/50-modules.rules'\n" CALLS("b64") ADDED },
	{ VERDICT_SILENT, REASON_REJECTED_LINE, MECHANISM_FINIT_B64, RULE, LINE3,
	  { .at = LINE3, .field = "-e", .value = "2", .text = "audit is locked" },
	  "sed -i --follow-symlinks -E 's/^[[:blank:]]+(-e[[:blank:]]*2)/\\1/' /etc/audit/rules.d/*.rules\n" LOAD },
	{ VERDICT_UNCOVERED, REASON_SYSCALL_NOT_LISTED, MECHANISM_FINIT_B64, "", NOWHERE, NOTHING,
	  CALLS("b64") },
	{ VERDICT_UNCOVERED, REASON_ABI_NOT_LISTED, MECHANISM_DELETE_B32, "", NOWHERE, NOTHING, CALLS("b32") },
	{ VERDICT_UNCOVERED, REASON_SYSCALL_NOT_LISTED, MECHANISM_RMMOD, "", NOWHERE, NOTHING,
	  TOOLS("/usr/bin/kmod") },
	{ VERDICT_UNCOVERED, REASON_FILTERED, MECHANISM_INIT_B64, RULE, LINE3, { .field = "auid" },
	  CALLS("b64") },
	{ VERDICT_SILENT, REASON_WATCH_ON_SYMLINK, MECHANISM_INSMOD, "-w /sbin/insmod -p x", LINE3,
	  { .path = "/bin/kmod" }, TOOLS("/bin/kmod") },
	{ VERDICT_SILENT, REASON_PATH_MISSING, MECHANISM_INSMOD, "-w /usr/sbin/kmod -p x", LINE3,
	  { .path = "/usr/sbin/kmod" }, TOOLS("/usr/bin/kmod") },
	{ VERDICT_SILENT, REASON_SHADOWED, MECHANISM_FINIT_B64, RULE, LINE3,
	  { .other = "-a never,exit -F exe=/usr/bin/kmod", .at = AT("/etc/audit/rules.d/10-x.rules", 2) },
	  "sed -i --follow-symlinks '2{/^#/!s/^/#/}' '/etc/audit/rules.d/10-x.rules'\n" "augenrules\n"
	  "auditctl -d never,exit -F exe=/usr/bin/kmod\n" },
	{ VERDICT_SILENT, REASON_SHADOWED, MECHANISM_FINIT_B64, RULE, LINE3,
	  { .other = "-a never,exit -S all -F exe=/opt/a$(b) -F uid!=0", .at = IN_KERNEL(1) },
	  "auditctl -d never,exit -S all -F 'exe=/opt/a$(b)' -F 'uid!=0'\n" },
	{ VERDICT_SILENT, REASON_EXCLUDED, MECHANISM_FINIT_B64, RULE, LINE3,
	  { .other = "-a always,exclude -F msgtype=SYSCALL" },
	  "auditctl -d always,exclude -F msgtype=SYSCALL\n" },
	{ VERDICT_SILENT, REASON_TASK_NEVER, MECHANISM_FINIT_B64, RULE, LINE3, { .other = "-a never,task" },
	  "sed -i --follow-symlinks -E 's/^[[:space:]]*-[aA][[:space:]]*(task,never|never,task)/#&/' "
	  "/etc/audit/rules.d/*.rules\naugenrules\nauditctl -d never,task\n" },
	{ VERDICT_BLIND, REASON_AUDIT_OFF, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING,
	  LEVEL_OUT("0") "/etc/audit/rules.d/*.rules\n"
	  "auditctl -e 1\n" },
	{ VERDICT_BLIND, REASON_AUDIT_OFF, MECHANISM_FINIT_B64, RULE, LINE3,
	  { .fault = FAULT_NO_AUDIT }, "" },
	{ VERDICT_MISKEYED, REASON_OTHER_KEY, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING,
	  "sed -i --follow-symlinks '3{/ -k modules$/!s/$/ -k modules/}' '/etc/audit/rules.d/50-modules.rules'\n"
	  "augenrules\nauditctl -d always,exit -F arch=b64 -S delete_module -F key=modules\n"
	  "auditctl " RULE " -k modules\n" },
	{ VERDICT_MISKEYED, REASON_OTHER_KEY, MECHANISM_FINIT_B64, RULE, LINE3,
	  { .other = "-a always,exit -S all -F key=all", .at = AT("/etc/audit/rules.d/10-x.rules", 2) },
	  "sed -i --follow-symlinks '2{/ -k modules$/!s/$/ -k modules/}' '/etc/audit/rules.d/10-x.rules'\n"
	  "augenrules\nauditctl -d always,exit -S all -F key=all\n"
	  "auditctl -a always,exit -S all -F key=all -k modules\n" },
	{ VERDICT_MISKEYED, REASON_OTHER_KEY, MECHANISM_FINIT_B64, "-w /usr/bin/kmod -p x -k m",
	  IN_KERNEL(4), NOTHING, "auditctl -W /usr/bin/kmod -p x -k m\n"
	  "auditctl -w /usr/bin/kmod -p x -k m -k modules\n" },
	{ VERDICT_BLIND, REASON_LOST, MECHANISM_FINIT_B64, RULE, LINE3, { .fault = FAULT_LOST_COUNTER },
	  "printf '%s\\n' '' '-b 16384' '-r 0' >/etc/audit/rules.d/60-modtrail-limits.rules\naugenrules\n"
	  "auditctl -b 16384\nauditctl -r 0\n" },
	{ VERDICT_SILENT, REASON_NO_AUDIT_CONTEXT, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING, "" },
	{ VERDICT_SILENT, REASON_UNEXPLAINED, MECHANISM_FINIT_B64, RULE, LINE3, NOTHING, "" },
};

static char text[4096];
static enum loader loader = LOADER_AUGENRULES;	/* of the host that is mended */
static bool locked;

static const char *remedy(const struct mend_case *c, const char *key)
{
	struct claim claim = { .claimed = true };
	struct judged j = { .cell = { c->mechanism, ACTOR_ROOT }, .claimed = true,
			    .verdict = c->verdict, .reason = c->reason, .claim = &claim,
			    .loader = loader, .locked = locked };
	size_t len;

	snprintf(claim.rule, sizeof(claim.rule), "%s", c->rule);
	claim.place = c->place;
	j.facts = c->facts;
	len = remedy_text(&j, key, text, sizeof(text));
	assert_int_equal(len, strlen(text));
	return text;
}

/* The lines that are no comments. */
static const char *commands_of(const char *from)
{
	static char out[4096];
	size_t len = 0;

	while (*from != '\0') {
		size_t line = strcspn(from, "\n");

		line += from[line] == '\n';
		if (*from != '#') {
			memcpy(out + len, from, line);
			len += line;
		}
		from += line;
	}
	out[len] = '\0';
	return out;
}

static void every_reason_has_its_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(commands_of(remedy(&cases[i], "modules")), cases[i].commands);
}

/* Redirections, which a shell follows by itself, lead into our folder, too. */
static void print_script(FILE *script, const char *remedy)
{
	const char *at;

	while ((at = strstr(remedy, "/etc/audit/")) != NULL) {
		fwrite(remedy, 1, (size_t)(at - remedy), script);
		fputs("./", script);
		remedy = at + strlen("/etc/audit/");
	}
	fputs(remedy, script);
}

#define ALONE "/etc/audit/audit.rules"
#define LOCK "^([[:blank:]]*([^#[:blank:]].*[[:blank:]])?-e[[:blank:]]*)2"
#define LINE_ALONE(line) "touch " ALONE "; grep -qxF -e '" line "' " ALONE " ||\n\tif grep -qE '" LOCK "' " ALONE \
	"; then\n\t\tsed -i --follow-symlinks -E -e '0,/" LOCK "/{//i\\' -e '" line "' -e '}' " ALONE \
	"\n\telse sed -i --follow-symlinks '$a\\' " ALONE " && printf '%s\\n' '" line "' >>" ALONE "; fi\n"
#define CALL "-a always,exit -F arch=b64 -S init_module,finit_module,delete_module -F key=modules"
#define CALLS_ALONE LINE_ALONE(CALL) "auditctl " CALL "\n"

/* Where augenrules would make that file anew. */
static const struct mend_case alone[] = {
	{ VERDICT_SILENT, REASON_NOT_LOADED, MECHANISM_FINIT_B64, RULE, AT(ALONE, 3), NOTHING, ADDED },
	{ VERDICT_SILENT, REASON_REJECTED_LINE, MECHANISM_FINIT_B64, RULE, AT(ALONE, 3),
	  { .at = AT(ALONE, 2), .text = "unknown system call" }, "sed -i --follow-symlinks '2{/^#/!s/^/#/}' '" ALONE "'\n" ADDED },
	{ VERDICT_SILENT, REASON_REJECTED_LINE, MECHANISM_FINIT_B64, RULE, AT(ALONE, 3),
	  { .at = AT(ALONE, 3), .text = "unknown system call" }, "sed -i --follow-symlinks '3{/^#/!s/^/#/}' '" ALONE "'\n" CALLS_ALONE ADDED },
	{ VERDICT_SILENT, REASON_REJECTED_LINE, MECHANISM_FINIT_B64, RULE, IN_KERNEL(2), NOTHING, ADDED },
	{ VERDICT_SILENT, REASON_REJECTED_LINE, MECHANISM_FINIT_B64, RULE, AT(ALONE, 3),
	  { .at = AT(ALONE, 3), .field = "-e", .value = "2", .text = "audit is locked" },
	  "[ \"$(sed -n '$p' " ALONE ")\" = '-e 2' ] || {\n\t" LEVEL_OUT("2") "-e '$a\\' " ALONE
	  " &&\n\tprintf '%s\\n' '-e 2' >>" ALONE "; }\n" ADDED },
	{ VERDICT_UNCOVERED, REASON_SYSCALL_NOT_LISTED, MECHANISM_FINIT_B64, RULE, IN_KERNEL(2), NOTHING,
	  CALLS_ALONE },
	{ VERDICT_SILENT, REASON_SHADOWED, MECHANISM_FINIT_B64, RULE, AT(ALONE, 3),
	  { .other = "-a never,exit", .at = AT(ALONE, 2) }, "sed -i --follow-symlinks '2{/^#/!s/^/#/}' '" ALONE "'\n"
	  "auditctl -d never,exit\n" },
	{ VERDICT_SILENT, REASON_SHADOWED, MECHANISM_FINIT_B64, RULE, AT(ALONE, 3), NOTHING, "" },
	{ VERDICT_SILENT, REASON_TASK_NEVER, MECHANISM_FINIT_B64, RULE, IN_KERNEL(2), { .other = "-a never,task" },
	  "sed -i --follow-symlinks -E 's/^[[:space:]]*-[aA][[:space:]]*(task,never|never,task)/#&/' " ALONE "\n"
	  "auditctl -d never,task\n" },
	{ VERDICT_BLIND, REASON_AUDIT_OFF, MECHANISM_FINIT_B64, RULE, AT(ALONE, 3), NOTHING,
	  LEVEL_OUT("0") ALONE "\n"
	  "auditctl -e 1\n" },
	{ VERDICT_BLIND, REASON_LOST, MECHANISM_FINIT_B64, RULE, AT(ALONE, 3), { .fault = FAULT_LOST_COUNTER },
	  LINE_ALONE("-b 16384") LINE_ALONE("-r 0") "auditctl -b 16384\nauditctl -r 0\n" },
};

static void rules_that_augenrules_would_lose_are_mended_where_they_are(void **state)
{
	(void)state;
	loader = LOADER_AUDITCTL;
	for (size_t i = 0; i < ARRAY_SIZE(alone); i++)
		assert_string_equal(commands_of(remedy(&alone[i], "modules")), alone[i].commands);
	loader = LOADER_AUGENRULES;
}

/* What an old run does not tell is not guessed. */
static void rules_are_left_alone_where_nothing_tells_how_they_are_loaded(void **state)
{
	(void)state;
	loader = LOADER_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *commands = commands_of(remedy(&cases[i], "modules"));

		assert_null(strstr(commands, "augenrules"));
		assert_null(strstr(commands, "auditctl -R"));
		assert_null(strstr(commands, ">"));
		if (cases[i].verdict == VERDICT_UNCOVERED || cases[i].reason == REASON_NOT_LOADED)
			assert_string_equal(commands, "modtrail selftest\n");
	}
	loader = LOADER_AUGENRULES;
}

/* With a command, or with a comment that leads to none. */
static void assert_ends(const char *told)
{
	static const char *const leads[] = { " and\n", " then\n" };
	size_t len = strlen(told);

	for (size_t i = 0; i < ARRAY_SIZE(leads); i++)
		if (len > strlen(leads[i]) && strcmp(told + len - strlen(leads[i]), leads[i]) == 0)
			fail_msg("it ends in the middle: %s", told);
}

/* A remedy that changes rules: first of all it says that they wait for a boot, and asks the kernel nothing. */
static void a_locked_kernel_is_told_of_first(void **state)
{
	(void)state;
	locked = true;
	for (int l = 0; l < LOADER_COUNT; l++) {
		loader = (enum loader)l;
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			const char *told = remedy(&cases[i], "modules");
			bool changes = strstr(told, "rules") != NULL && strstr(told, "sed") != NULL;

			assert_ends(told);
			assert_null(strstr(commands_of(told), "auditctl"));
			assert_null(strstr(commands_of(told), "--load"));
			if (changes || cases[i].verdict == VERDICT_UNCOVERED)
				assert_int_equal(strncmp(told, "# the kernel's rules are locked (-e 2): reboot", 46), 0);
		}
	}
	locked = false;
	loader = LOADER_AUGENRULES;
}

#define CONF "/etc/audit/auditd.conf"
#define START "systemctl start auditd || service auditd start\n"
#define ROOM "kill -USR2 $(pidof auditd)\n"

/* A host whose markers did not arrive: what is the matter with it, and what mends that. */
struct delivery_case {
	struct kernel_status after;
	struct auditd_conf conf;
	struct delivery_log log;
	const char *commands;
};
#define RUNS .enabled = 1, .daemon_pid = 9
#define WRITES .log_file = "/srv/workspace/audit.log", .write_logs = true
#define LIES .free_mib = 500, .all_mib = 1000
static const struct delivery_case deliveries[] = {
	{ { .absent = true }, { WRITES }, { LIES }, "" },
	{ { .enabled = 0 }, { WRITES }, { LIES },
	  LEVEL_OUT("0") "/etc/audit/rules.d/*.rules\n"
	  "auditctl -e 1\n" },
	{ { .enabled = 1 }, { WRITES }, { LIES }, START },
	{ { RUNS }, { .log_file = "/l" }, { LIES },
	  "sed -i --follow-symlinks -E 's/^[[:space:]]*write_logs[[:space:]]*=.*/write_logs = yes/' " CONF
	  "\nkill -HUP $(pidof auditd)\n" },
	{ { RUNS }, { WRITES, .disk_full_action = "suspend" }, { .all_mib = 1000 }, ROOM },
	{ { RUNS }, { WRITES, .admin_space_left = "50", .admin_space_left_action = "halt" },
	  { .free_mib = 40 }, ROOM },
	{ { RUNS }, { WRITES, .space_left = "75", .space_left_action = "single" },
	  { .free_mib = 60 }, ROOM },
	{ { RUNS }, { WRITES, .max_log_file = 1, .max_log_file_action = "suspend" },
	  { LIES, .size = 1 << 20 },
	  "sed -i --follow-symlinks -E 's/^[[:space:]]*max_log_file_action[[:space:]]*=.*/"
	  "max_log_file_action = ROTATE/I' " CONF "\nkill -HUP $(pidof auditd)\n" ROOM },
	/* There is "space" in its name, and room on its disk. */
	{ { RUNS }, { WRITES }, { LIES, .error = ENOENT }, START },
	{ { RUNS, .lost = 7 }, { WRITES }, { LIES },
	  "printf '%s\\n' '' '-b 16384' '-r 0' >/etc/audit/rules.d/60-modtrail-limits.rules\naugenrules\n"
	  "auditctl -b 16384\nauditctl -r 0\n" },
	{ { RUNS }, { WRITES }, { LIES }, ROOM },	/* it stands still */
	{ { RUNS }, { WRITES }, { LIES, .size = 9 }, "" },
};

static void every_fault_of_the_delivery_has_its_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(deliveries); i++) {
		const struct delivery_case *c = &deliveries[i];
		const struct delivery_facts f = { .after = c->after, .conf = &c->conf,
					      .log_before = { LIES }, .log_after = c->log };
		struct delivery_state delivery;
		struct mend_case mend = { VERDICT_BLIND, REASON_NONE, MECHANISM_FINIT_B64, RULE,
					  LINE3, NOTHING, "" };

		delivery_explain(&delivery, &f);
		mend.reason = delivery.reason;
		mend.facts = delivery.facts;
		assert_string_equal(commands_of(remedy(&mend, "modules")), c->commands);
	}
}

static void what_falls_short_always_has_words(void **state)
{
	(void)state;
	for (int i = 0; i < REASON_COUNT * LOADER_COUNT * 2; i++) {
		const struct mend_case c = { VERDICT_SILENT, (enum reason)(i % REASON_COUNT),
					     MECHANISM_FINIT_B64, "", NOWHERE, NOTHING, "" };

		loader = (enum loader)(i / REASON_COUNT % LOADER_COUNT);
		locked = i / REASON_COUNT / LOADER_COUNT != 0;
		assert_true(strlen(remedy(&c, "modules")) > 10);
		assert_int_equal(text[strlen(text) - 1], '\n');
		assert_ends(text);
	}
	locked = false;
	loader = LOADER_AUGENRULES;
}

static void a_cell_that_nothing_claims_and_nobody_tried_needs_nothing(void **state)
{
	const struct judged j = { .verdict = VERDICT_UNTESTED };

	(void)state;
	assert_int_equal(remedy_text(&j, "modules", text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

/* Runs the remedy in a shell whose commands do nothing. */
static void run_harmlessly(const char *folder)
{
	char command[8192];
	FILE *script;

	snprintf(command, sizeof(command), "%s/script", folder);
	script = fopen(command, "w");
	assert_non_null(script);
	fprintf(script, "cd %s && mkdir -p rules.d || exit\nPATH=/nowhere\nprintf() { :; }\n", folder);
	print_script(script, text);
	fclose(script);
	snprintf(command, sizeof(command), "bash %s/script >/dev/null 2>&1", folder);
	assert_int_not_equal(system(command), -1);
}

static void hostile_rules_run_nothing_in_a_shell(void **state)
{
	static const struct facts hostile[] = {
		{ .other = "-a never,exit -F exe=/x';>owned;' -F key=$(>owned)", .at = IN_KERNEL(1) },
		{ .other = "-a never,exit -F exe=/x`>owned`&>owned|>owned", .at = IN_KERNEL(1) },
		{ .other = "-a never,exit -F exe=/x\n>owned\n", .at = IN_KERNEL(1) },
		{ .other = "-a never,exit", .at = AT("/etc/audit/rules.d/';>owned;'", 3) },
		{ .at = AT("/etc/audit/rules.d/';>owned;'\n>owned\n", 3), .text = "refused\n>owned" },
		{ .path = "/bin/kmod';>owned;$(>owned)'" },
		{ .path = "\n>owned\n", .field = "\n>owned\n", .fault = FAULT_LOG_MISSING },
		{ .text = "\n>owned\n", .path = "\n>owned\n", .fault = FAULT_DISK_FULL },
		{ .text = "\n>owned\n", .verbatim = true },
		{ .other = "\n>owned\n" },
	};
	char folder[] = "/tmp/modtrail-remedy-XXXXXX", path[100];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/owned", folder);
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++)
		for (int reason = 1; reason < REASON_COUNT; reason++) {
			struct mend_case c = { VERDICT_SILENT, (enum reason)reason, MECHANISM_INSMOD,
					       "-w /x';>owned;'$(>owned) -p x", IN_KERNEL(1),
					       hostile[i], "" };

			loader = (enum loader)(i % LOADER_COUNT);
			remedy(&c, "modules';>owned;'");
			run_harmlessly(folder);
			if (access(path, F_OK) == 0)
				fail_msg("%zu was run by: %s", i, text);
		}
	snprintf(path, sizeof(path), "rm -r %s", folder);
	assert_int_equal(system(path), 0);
	loader = LOADER_AUGENRULES;
}

static void a_remedy_that_does_not_fit_is_cut(void **state)
{
	const struct judged j = { .verdict = VERDICT_UNCOVERED, .reason = REASON_SYSCALL_NOT_LISTED };

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(remedy_text(&j, "modules", text, 20), 19);
	assert_int_equal(text[19], '\0');
	assert_int_equal(text[20], 'x');
	assert_int_equal(remedy_text(&j, "modules", text, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_its_commands),
		cmocka_unit_test(every_fault_of_the_delivery_has_its_commands),
		cmocka_unit_test(rules_that_augenrules_would_lose_are_mended_where_they_are),
		cmocka_unit_test(rules_are_left_alone_where_nothing_tells_how_they_are_loaded),
		cmocka_unit_test(a_locked_kernel_is_told_of_first),
		cmocka_unit_test(what_falls_short_always_has_words),
		cmocka_unit_test(a_cell_that_nothing_claims_and_nobody_tried_needs_nothing),
		cmocka_unit_test(hostile_rules_run_nothing_in_a_shell),
		cmocka_unit_test(a_remedy_that_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
