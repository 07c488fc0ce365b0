/*
 * Remedies as a shell runs them, in a folder that stands for /etc/audit, with tools that only note
 * what they are told: nothing that was in a file of rules is lost, a new rule is where it is loaded,
 * a link stays one, and a second time changes nothing.
 */
#include "test.h"

#include "scratch.h"
#include "verdict/verify.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NEW_RULE "-a always,exit -F arch=b64 -S init_module,finit_module,delete_module -F key=modules"
#define FOLDER_FILE "/rules.d/40-host.rules"
#define LINES 16
#define HOSTS 40	/* of each test, and one for the seed that a failure names */

static char text[8192];

/* Draws from a seed that a failure names. */
static uint64_t state_of_seed;
static unsigned seed;

static unsigned draw(unsigned below)
{
	state_of_seed = state_of_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((state_of_seed >> 33) % below);
}

/* What lines a file may have. Of locks and of the others below it has one at most. */
static const char *const others[] = {
	"", "# a comment with -e 2 in it", "#-e 2", "-w /etc/shadow -p wa -k identity",
	"-a always,exit -F arch=b64 -S execve -F key=a\\b", "-a always,exit -S mount -k e2 ",
	"-b 8192", "-f 1", "\t# x", "-a always,exit -F path=/a'b -F perm=x", "-i", "-e 1",
};
static const char *const locks[] = {
	"-e 2", " -e 2", "-e 2 ", "-e2", "-e  2", "-e 2 # locked", "-f 1 -e 2", "-e 2\r",
};
static const char *const offs[] = {
	"-e 0", "-e 0 # x", "-e  0", " -e 0", "-e\t0", "-e 0\t ", "-e 0\r", "-e0", "-f 1 -e 0", "-e 0 -f 1",
};
static const char *const nevers[] = { "-a task,never", "-a never,task", " -A task,never", "-a  never,task -k x" };

struct host {
	enum loader loader;
	bool locked;
	const char *file;	/* what is loaded: of rules.d or alone */
	char line[LINES][128];
	unsigned count;
	unsigned lock;		/* number of the line that locks, from 1; 0: none */
	bool newline;		/* at the end of the last */
	const char *end;	/* of the others */
	bool link;
};

#define PICK(of) of[draw(ARRAY_SIZE(of))]

static void draw_host(struct host *h, const char *const *special, size_t specials)
{
	unsigned at;

	memset(h, 0, sizeof(*h));
	h->loader = (enum loader)draw(LOADER_COUNT);
	h->locked = draw(2) == 0;
	h->file = h->loader == LOADER_AUGENRULES ? FOLDER_FILE : "/audit.rules";
	h->count = 3 + draw(LINES - 3);
	h->newline = draw(3) > 0;
	h->link = draw(3) == 0;
	h->end = draw(4) == 0 ? "\r" : "";
	for (unsigned i = 0; i < h->count; i++)
		snprintf(h->line[i], sizeof(h->line[i]), "%s%s", PICK(others), h->end);
	if (draw(3) > 0) {
		h->lock = h->count - (draw(2) == 0 ? draw(h->count) : 0);
		snprintf(h->line[h->lock - 1], sizeof(h->line[0]), "%s", PICK(locks));
	}
	at = draw(h->count);
	if (special != NULL && at + 1 != h->lock)
		snprintf(h->line[at], sizeof(h->line[0]), "%s", special[draw((unsigned)specials)]);
	h->newline |= h->line[h->count - 1][0] == '\0';
}

static void put_tool(const char *root, const char *tool, const char *script)
{
	char path[64], full[PATH_MAX];

	snprintf(path, sizeof(path), "/bin/%s", tool);
	scratch_file(root, path, script);
	snprintf(full, sizeof(full), "%s%s", root, path);
	assert_int_equal(chmod(full, 0700), 0);
}

static void put_stub(const char *root, const char *tool)
{
	put_tool(root, tool, "#!/bin/sh\necho \"${0##*/} $*\" >>told\n");
}

static void make_host(const struct host *h, const char *root)
{
	static const char *const tools[] = { "auditctl", "augenrules", "systemctl", "service", "kill",
					     "pidof", "modtrail", "reboot" };
	char all[LINES * 130] = "", target[PATH_MAX];

	for (unsigned i = 0; i < h->count; i++)
		sprintf(all + strlen(all), "%s%s", h->line[i], i + 1 < h->count || h->newline ? "\n" : "");
	scratch_file(root, "/elsewhere/managed", all);
	scratch_file(root, FOLDER_FILE, "-w /etc/passwd -p wa\n");
	snprintf(target, sizeof(target), "%s%s", root, h->file);
	(void)unlink(target);
	if (h->link)
		scratch_link(root, h->file, h->file[1] == 'r' ? "../elsewhere/managed" : "elsewhere/managed");
	else
		scratch_file(root, h->file, all);
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
		put_stub(root, tools[i]);
}

/* Paths of the host lead into our folder, those of redirections, too. */
static void write_script(const char *root)
{
	char path[PATH_MAX];
	const char *rest = text, *at;
	FILE *script;

	snprintf(path, sizeof(path), "%s/script", root);
	script = fopen(path, "w");
	assert_non_null(script);
	while ((at = strstr(rest, "/etc/audit/")) != NULL) {
		fprintf(script, "%.*s./", (int)(at - rest), rest);
		rest = at + strlen("/etc/audit/");
	}
	fputs(rest, script);
	assert_int_equal(fclose(script), 0);
}

static void run_in_shell(const char *root)
{
	char command[3 * PATH_MAX];

	snprintf(command, sizeof(command), "cd %s && PATH=%s/bin:$PATH && export PATH && "
		 "[ \"$(command -v auditctl)\" = %s/bin/auditctl ] && sh ./script >/dev/null 2>complaints",
		 root, root, root);
	assert_int_not_equal(system(command), -1);
}

static void read_back(const char *root, const char *path, char *out, size_t size)
{
	char full[PATH_MAX];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	out[0] = '\0';
	if ((f = fopen(full, "r")) == NULL)
		return;
	out[fread(out, 1, size - 1, f)] = '\0';
	fclose(f);
}

static void remedy(const struct host *h, enum reason reason, unsigned line, const char *field)
{
	struct claim claim = { .claimed = true, .place = { .kind = PLACE_FILE, .line = line } };
	struct judged j = { .cell = { MECHANISM_FINIT_B64, ACTOR_ROOT }, .claimed = true,
			    .verdict = VERDICT_SILENT, .reason = reason, .claim = &claim,
			    .loader = h->loader, .locked = h->locked };

	snprintf(claim.place.file, sizeof(claim.place.file), "/etc/audit%s", h->file);
	j.facts.at = claim.place;
	snprintf(j.facts.other, sizeof(j.facts.other), "-a never,exit");
	snprintf(j.facts.field, sizeof(j.facts.field), "%s", field);
	(void)remedy_text(&j, "modules", text, sizeof(text));
}

/* The file's lines in order, with what may have become of each. Returns those that are not as they were. */
static unsigned hold_lines(const struct host *h, const char *now, const char *root)
{
	unsigned changed = 0;

	for (unsigned i = 0; i < h->count; i++) {
		const char *old = h->line[i];
		size_t len = strlen(old);
		bool found = false;

		for (; !found && *now != '\0'; now += strcspn(now, "\n"), now += *now == '\n') {
			size_t have = strcspn(now, "\n");
			bool commented = *now == '#' && have == len + 1 && memcmp(now + 1, old, len) == 0;
			/* "-e 0" beside other options, and a line that is given a key */
			bool level = have == len && strstr(old, "-e") != NULL && memcmp(now, old, 2) == 0;
			bool key = have > len && memcmp(now, old, len) == 0 &&
				   strncmp(now + len, " -k modules", 11) == 0;

			if (have == len && memcmp(now, old, len) == 0)
				found = true;
			else if (commented || level || key)
				changed++, found = true;
			else if (*old == ' ' && strncmp(now, old + 1, len - 1) == 0)
				changed++, found = true;	/* a blank in front of -e 2 */
		}
		if (!found)
			fail_msg("seed %u: line %u '%s' is lost in %s by: %s", seed, i + 1, old, root, text);
	}
	return changed;
}

/* The place of a line in a text; NULL: it is not there. */
static const char *find_line(const char *in, const char *line)
{
	size_t len = strlen(line);

	for (; *in != '\0'; in += strcspn(in, "\n"), in += *in == '\n')
		if (strcspn(in, "\n") == len && memcmp(in, line, len) == 0)
			return in;
	return NULL;
}

static void assert_still_link(const struct host *h, const char *root)
{
	char full[PATH_MAX];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", root, h->file);
	assert_int_equal(lstat(full, &st), 0);
	if (S_ISLNK(st.st_mode) != h->link)
		fail_msg("seed %u: no link any more, by: %s", seed, text);
}

/* Tools that would lose rules, or cannot do anything, were not run. */
static void assert_told(const struct host *h, const char *root)
{
	char told[4096];

	read_back(root, "/told", told, sizeof(told));
	if (h->loader != LOADER_AUGENRULES && strstr(told, "augenrules") != NULL)
		fail_msg("seed %u: augenrules was run by: %s", seed, text);
	if (h->locked && strstr(told, "auditctl") != NULL)
		fail_msg("seed %u: the kernel is locked, and was asked by: %s", seed, text);
	if (h->locked && (strncmp(text, "# ", 2) != 0 || strstr(text, "reboot") == NULL ||
			  strstr(text, "reboot") > strchr(text, '\n')))
		fail_msg("seed %u: the first line does not say reboot: %s", seed, text);
}

/* Runs it twice; after holds the file then. */
static void run_twice(const struct host *h, const char *root, char *after, size_t size)
{
	char own[2][4096], again[8192], full[PATH_MAX];

	write_script(root);
	run_in_shell(root);
	read_back(root, h->file, after, size);
	read_back(root, "/rules.d/50-modtrail.rules", own[0], sizeof(own[0]));
	assert_still_link(h, root);
	assert_told(h, root);
	run_in_shell(root);
	read_back(root, h->file, again, sizeof(again));
	read_back(root, "/rules.d/50-modtrail.rules", own[1], sizeof(own[1]));
	if (strcmp(after, again) != 0 || strcmp(own[0], own[1]) != 0)
		fail_msg("seed %u: another time changes more:\n%s\n=>\n%s\nby %s", seed, after, again, text);
	snprintf(full, sizeof(full), "%s/audit.rules", root);
	if (h->loader == LOADER_AUGENRULES && access(full, F_OK) == 0)
		fail_msg("seed %u: audit.rules is augenrules' own, not of: %s", seed, text);
}

static const char *lock_in(const struct host *h, const char *after)
{
	return h->lock == 0 ? NULL : find_line(after, h->line[h->lock - 1]);
}

static void assert_new_rule(const struct host *h, const char *root, const char *after)
{
	char own[4096];
	const char *rule = find_line(after, NEW_RULE), *lock = lock_in(h, after);

	if (h->loader == LOADER_UNKNOWN) {
		assert_null(rule);
		return;
	}
	if (h->loader == LOADER_AUGENRULES) {
		read_back(root, "/rules.d/50-modtrail.rules", own, sizeof(own));
		assert_non_null(find_line(own, NEW_RULE));
		if (own[0] != '\n')
			fail_msg("the first line is joined with the last of the file before: %s", own);
		return;
	}
	if (rule == NULL || (lock != NULL && rule > lock))
		fail_msg("seed %u: the rule is not in front of -e 2:\n%s\nby %s", seed, after, text);
	assert_null(find_line(rule + 1, NEW_RULE));
}

typedef void (*one_fn)(const char *root);

static void in_many_hosts(one_fn one)
{
	const char *given = getenv("REMEDY_SEED");
	unsigned first = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);

	print_message("# REMEDY_SEED=%u\n", first);
	for (seed = first; seed < first + (given ? 1 : HOSTS); seed++) {
		void *root;

		state_of_seed = seed;
		(void)draw(2);
		assert_int_equal(scratch_setup(&root), 0);
		one(root);
		assert_int_equal(scratch_teardown(&root), 0);
	}
}

static void add_rule(const char *root)
{
	static const enum reason reasons[] = { REASON_SYSCALL_NOT_LISTED, REASON_ABI_NOT_LISTED,
					       REASON_FILTERED };
	char after[8192];
	struct host h;

	draw_host(&h, NULL, 0);
	make_host(&h, root);
	remedy(&h, PICK(reasons), 1, "auid");
	run_twice(&h, root, after, sizeof(after));
	assert_int_equal(hold_lines(&h, after, root), 0);
	assert_new_rule(&h, root, after);
}

static void a_rule_is_added_where_it_is_loaded(void **state)
{
	(void)state;
	in_many_hosts(add_rule);
}

/* A line that is named is left out, and no other. */
static void leave_out(const char *root)
{
	static const enum reason reasons[] = { REASON_REJECTED_LINE, REASON_SHADOWED, REASON_EXCLUDED };
	enum reason reason = PICK(reasons);
	char after[8192], commented[140];
	struct host h;
	unsigned line;

	draw_host(&h, NULL, 0);
	line = h.lock > 1 ? 1 + draw(h.lock - 1) : h.lock == 1 ? 1 : 1 + draw(h.count);
	make_host(&h, root);
	remedy(&h, reason, line, "");
	run_twice(&h, root, after, sizeof(after));
	if (h.loader == LOADER_UNKNOWN || h.line[line - 1][0] == '#') {
		assert_int_equal(hold_lines(&h, after, root), 0);
		return;
	}
	assert_int_equal(hold_lines(&h, after, root), 1);
	snprintf(commented, sizeof(commented), "#%s", h.line[line - 1]);
	assert_non_null(find_line(after, commented));
	if (reason == REASON_REJECTED_LINE)
		assert_new_rule(&h, root, after);
}

static void a_line_is_left_out_and_no_other(void **state)
{
	(void)state;
	in_many_hosts(leave_out);
}

/* What stands behind it is loaded by the next boot. */
static void put_lock_last(const char *root)
{
	char after[8192];
	const char *lock;
	struct host h;

	draw_host(&h, NULL, 0);
	h.loader = LOADER_AUDITCTL;
	h.file = "/audit.rules";
	h.lock = 1 + draw(h.count - 1);
	for (unsigned i = 0; i < h.count; i++)
		if (strstr(h.line[i], "-e") != NULL && h.line[i][0] != '#')
			h.line[i][0] = '\0';
	snprintf(h.line[h.lock - 1], sizeof(h.line[0]), "%s", locks[draw(6)]);
	h.newline |= h.line[h.count - 1][0] == '\0';
	make_host(&h, root);
	remedy(&h, REASON_REJECTED_LINE, h.lock + 1, "-e");
	run_twice(&h, root, after, sizeof(after));
	assert_int_equal(hold_lines(&h, after, root), 1);
	lock = find_line(after, "-e 2");
	if (lock == NULL || strcmp(lock, "-e 2\n") != 0)
		fail_msg("seed %u: -e 2 is not last in:\n%s\nby %s", seed, after, text);
}

static void a_lock_with_rules_behind_it_goes_to_the_end(void **state)
{
	(void)state;
	in_many_hosts(put_lock_last);
}

static bool is_one_of(const char *line, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(line, list[i]) == 0)
			return true;
	return false;
}

static void take_out(const char *root, enum reason reason, const char *const *list, size_t count)
{
	char after[8192];
	struct host h;
	unsigned there = 0;

	draw_host(&h, list, count);
	if (reason == REASON_AUDIT_OFF)
		h.locked = false;
	make_host(&h, root);
	for (unsigned i = 0; i < h.count; i++)
		there += is_one_of(h.line[i], list, count);
	remedy(&h, reason, 1, "");
	run_twice(&h, root, after, sizeof(after));
	if (h.loader == LOADER_UNKNOWN && reason == REASON_TASK_NEVER)
		there = 0;
	assert_int_equal(hold_lines(&h, after, root), there);
	for (size_t i = 0; there > 0 && i < count; i++)
		if (find_line(after, list[i]) != NULL)
			fail_msg("seed %u: '%s' is left by %s", seed, list[i], text);
}

static void switch_on(const char *root)
{
	take_out(root, REASON_AUDIT_OFF, offs, ARRAY_SIZE(offs));
}

static void audit_is_not_switched_off_again_however_it_is_written(void **state)
{
	(void)state;
	in_many_hosts(switch_on);
}

static void take_never(const char *root)
{
	take_out(root, REASON_TASK_NEVER, nevers, ARRAY_SIZE(nevers));
}

static void task_never_is_taken_out_however_it_is_written(void **state)
{
	(void)state;
	in_many_hosts(take_never);
}

/* Every other reason: nothing is lost. */
static void any_reason(const char *root)
{
	static const enum reason reasons[] = { REASON_NOT_LOADED, REASON_OTHER_KEY, REASON_LOST,
					       REASON_PATH_MISSING, REASON_WATCH_ON_SYMLINK };
	char after[8192];
	struct host h;

	draw_host(&h, NULL, 0);
	make_host(&h, root);
	remedy(&h, PICK(reasons), 1, "");
	run_twice(&h, root, after, sizeof(after));
	(void)hold_lines(&h, after, root);
}

static void no_remedy_loses_a_line(void **state)
{
	(void)state;
	in_many_hosts(any_reason);
}

/* An auditctl whose kernel is a file: it refuses a rule that is there, and one that says so. */
static const char auditctl[] =
	"#!/bin/sh\n"
	"add() { case $1 in *refused*) return 1;; esac; ! grep -qxFe \"$1\" kernel && echo \"$1\" >>kernel; }\n"
	"drop() { grep -vxFe \"$1\" -e \"$2\" kernel >left; mv left kernel; }\n"
	"one() { case $1 in\n"
	"	-D*) : >kernel;;\n"
	"	-[aAw]\\ *) add \"$1\";;\n"
	"	-d\\ *) drop \"-a ${1#-d }\" \"-A ${1#-d }\";;\n"
	"	-W\\ *) drop \"-w ${1#-W }\" none;;\n"
	"esac; }\n"
	"[ \"$1\" = -R ] || { one \"$*\"; exit; }\n"
	"while IFS= read -r line || [ -n \"$line\" ]; do\n"
	"	[ \"$line\" != -i ] || ignore=1\n"
	"	one \"$line\" || [ -n \"$ignore\" ] || exit 1\n"
	"done <\"$2\"\n";
static const char augenrules[] =
	"#!/bin/sh\ncat rules.d/*.rules >audit.rules\n[ \"$1\" != --load ] || auditctl -R ./audit.rules\n";

#define AT_RUNTIME "-w /etc/hosts -p wa -k runtime"
#define ABOVE "-a never,exit"
#define REFUSED "-a always,exit -S refused"
#define BEHIND "-w /etc/group -p wa -k behind"

static bool mends_kernel(enum reason reason)
{
	return reason == REASON_FILTERED || reason == REASON_SYSCALL_NOT_LISTED;
}

/*
 * A host whose files have a line that is refused, and whose kernel has what is above that, and rules
 * that are in no file. Only the rule that decides first goes, or has one more key.
 */
static void keep_kernel(const char *root)
{
	static const enum reason reasons[] = {
		REASON_NOT_LOADED, REASON_REJECTED_LINE, REASON_FILTERED, REASON_SYSCALL_NOT_LISTED,
		REASON_SHADOWED, REASON_EXCLUDED, REASON_TASK_NEVER, REASON_OTHER_KEY, REASON_LOST,
		REASON_PATH_MISSING,
	};
	enum reason reason = PICK(reasons);
	bool ruled = draw(2) == 0;
	struct host h = { .loader = draw(2) == 0 ? LOADER_AUGENRULES : LOADER_AUDITCTL, .newline = true,
			  .count = 4, .line = { "-b 8192", ABOVE, REFUSED, BEHIND } };
	char kernel[4096];

	h.file = h.loader == LOADER_AUGENRULES ? FOLDER_FILE : "/audit.rules";
	if (ruled)
		snprintf(h.line[0], sizeof(h.line[0]), "-D");
	make_host(&h, root);
	scratch_file(root, "/kernel", ABOVE "\n" AT_RUNTIME "\n");
	put_tool(root, "auditctl", auditctl);
	put_tool(root, "augenrules", augenrules);
	remedy(&h, reason, reason == REASON_REJECTED_LINE ? 3 : 2, "");
	write_script(root);
	for (int i = 0; i < 2; i++) {
		run_in_shell(root);
		read_back(root, "/kernel", kernel, sizeof(kernel));
		if (find_line(kernel, AT_RUNTIME) == NULL)
			fail_msg("seed %u: the kernel lost a rule by: %s", seed, text);
		if (find_line(kernel, ABOVE) == NULL && find_line(kernel, ABOVE " -k modules") == NULL &&
		    reason != REASON_SHADOWED && reason != REASON_EXCLUDED && reason != REASON_TASK_NEVER)
			fail_msg("seed %u: the kernel lost a rule of a file by: %s", seed, text);
		if ((reason == REASON_NOT_LOADED || reason == REASON_REJECTED_LINE) &&
		    find_line(kernel, BEHIND) == NULL)
			fail_msg("seed %u: what is behind the line is not loaded by: %s", seed, text);
		if ((mends_kernel(reason) || reason == REASON_REJECTED_LINE) && find_line(kernel, NEW_RULE) == NULL)
			fail_msg("seed %u: the rule is not loaded by: %s", seed, text);
		if (reason == REASON_SHADOWED && find_line(kernel, ABOVE) != NULL)
			fail_msg("seed %u: the rule that decides first is left by: %s", seed, text);
	}
}

static void no_remedy_takes_rules_out_of_the_kernel(void **state)
{
	(void)state;
	in_many_hosts(keep_kernel);
}

/* What a line may say is nothing to sed, either. */
static void a_path_is_added_as_it_is(void **state)
{
	struct host h = { .loader = LOADER_AUDITCTL, .file = "/audit.rules", .count = 2, .lock = 2,
			  .line = { "-D", "-e 2" }, .newline = true };
	struct judged j = { .cell = { MECHANISM_INSMOD, ACTOR_ROOT }, .verdict = VERDICT_SILENT,
			    .reason = REASON_WATCH_ON_SYMLINK, .loader = LOADER_AUDITCTL,
			    .facts.path = "/opt/a\\n'b/&$(c)" };
	char after[8192];

	make_host(&h, *state);
	(void)remedy_text(&j, "modules", text, sizeof(text));
	run_twice(&h, *state, after, sizeof(after));
	assert_string_equal(after, "-D\n-a always,exit -F path=/opt/a\\n'b/&$(c) -F perm=x -F key=modules\n"
			    "-e 2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_added_where_it_is_loaded),
		cmocka_unit_test(a_line_is_left_out_and_no_other),
		cmocka_unit_test(a_lock_with_rules_behind_it_goes_to_the_end),
		cmocka_unit_test(audit_is_not_switched_off_again_however_it_is_written),
		cmocka_unit_test(task_never_is_taken_out_however_it_is_written),
		cmocka_unit_test(no_remedy_loses_a_line),
		cmocka_unit_test(no_remedy_takes_rules_out_of_the_kernel),
		cmocka_unit_test_setup_teardown(a_path_is_added_as_it_is, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
