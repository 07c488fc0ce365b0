/*
 * The predictor against a real kernel: testdata/rules/matrix.tsv is what Debian 12
 * recorded for 66 acts under 15 rule sets, and every cell must be predicted.
 */
#include "rules/predict.h"
#include "rules_host.h"
#include "test.h"

#include <stdio.h>

static const char *const wanted[] = { "modules", NULL };

/* How a stimulus of the matrix starts a program. */
enum program {
	BY_INSMOD, BY_RMMOD, BY_MODPROBE, BY_LSMOD, BY_MODINFO,	/* through the packaged link */
	BY_KMOD,		/* kmod itself under another argv[0], or by descriptor */
	BY_OTHER_LINK,		/* another symbolic link to kmod */
	BY_HARD_LINK,		/* another name of kmod's inode */
	BY_COPY,		/* a copy, in a file or in memory */
	BY_LOADER,		/* "ld.so kmod" */
	BY_BUSYBOX,
	BY_PROBE,		/* a program that calls directly */
	BY_KERNEL,		/* kmod, started by the kernel for an autoload */
};

/*
 * The calls of a stimulus: I, F, D; lower case by the 32-bit entry; '+' with a
 * KERN_MODULE record, '!' failing. An execution comes first, unless the kernel starts
 * the program.
 */
struct stimulus {
	const char *name;
	enum program program;
	const char *calls;
};

static const struct stimulus stimuli[] = {
	{ "modprobe-load", BY_MODPROBE, "F+" },
	{ "modprobe-again", BY_MODPROBE, "" },
	{ "insmod-again", BY_INSMOD, "F+!" },
	{ "modprobe-remove", BY_MODPROBE, "D+" },
	{ "insmod", BY_INSMOD, "F+" },
	{ "rmmod", BY_RMMOD, "D+" },
	{ "modprobe-dep", BY_MODPROBE, "F+F+" },
	{ "delete-in-use", BY_PROBE, "D+!" },
	{ "rmmod-in-use", BY_RMMOD, "" },
	{ "modprobe-remove-dep", BY_MODPROBE, "D+D+" },
	{ "modprobe-missing", BY_MODPROBE, "" },
	{ "insmod-missing", BY_INSMOD, "" },
	{ "rmmod-missing", BY_RMMOD, "" },
	{ "modprobe-blocked", BY_MODPROBE, "" },
	{ "finit", BY_PROBE, "F+" },
	{ "finit-again", BY_PROBE, "F+!" },
	{ "delete", BY_PROBE, "D+" },
	{ "init", BY_PROBE, "I+" },
	{ "init-again", BY_PROBE, "I+!" },
	{ "init-garbage", BY_PROBE, "I!" },
	{ "finit-garbage", BY_PROBE, "F!" },
	{ "finit-badfd", BY_PROBE, "F!" },
	{ "finit-badparam", BY_PROBE, "F+!" },
	{ "delete-missing", BY_PROBE, "D+!" },
	{ "delete-hostile-name", BY_PROBE, "D+!" },
	{ "hostile-name-load", BY_PROBE, "F+" },
	{ "hostile-name-delete", BY_PROBE, "D+" },
	{ "finit-unprivileged", BY_PROBE, "F!" },
	{ "delete-unprivileged", BY_PROBE, "D!" },
	{ "modprobe-unprivileged", BY_MODPROBE, "F!" },
	{ "finit-as-packaged", BY_PROBE, "F!" },
	{ "autoload-socket", BY_KERNEL, "F+F+" },
	{ "autoload-link", BY_KERNEL, "F+" },
	{ "autoload-missing", BY_KERNEL, "" },
	{ "finit-32", BY_PROBE, "f+" },
	{ "delete-32", BY_PROBE, "d+" },
	{ "init-32", BY_PROBE, "i+" },
	{ "delete-missing-32", BY_PROBE, "d+!" },
	{ "finit-int80", BY_PROBE, "f+" },
	{ "delete-int80", BY_PROBE, "d+" },
	{ "insmod-odd-space", BY_INSMOD, "F+" },
	{ "insmod-odd-quote", BY_INSMOD, "F+" },
	{ "insmod-odd-apostrophe", BY_INSMOD, "F+" },
	{ "insmod-odd-utf8", BY_INSMOD, "F+" },
	{ "insmod-odd-ansi", BY_INSMOD, "F+" },
	{ "insmod-odd-newline", BY_INSMOD, "F+" },
	{ "insmod-odd-key", BY_INSMOD, "F+" },
	{ "insmod-odd-cwd", BY_INSMOD, "F+" },
	{ "cron-like", BY_MODPROBE, "F+" },
	{ "cron-like-remove", BY_MODPROBE, "D+" },
	{ "symlink-path", BY_MODPROBE, "F+" },
	{ "kmod-argv0", BY_KMOD, "F+" },
	{ "kmod-new-symlink", BY_OTHER_LINK, "F+" },
	{ "kmod-copied", BY_COPY, "F+" },
	{ "kmod-hardlink", BY_HARD_LINK, "F+" },
	{ "kmod-fexecve", BY_KMOD, "F+" },
	{ "kmod-memfd", BY_COPY, "F+" },
	{ "kmod-ld-so", BY_LOADER, "F+" },
	{ "busybox-insmod", BY_BUSYBOX, "F+" },
	{ "busybox-rmmod", BY_BUSYBOX, "D+" },
	{ "busybox-modprobe", BY_BUSYBOX, "F+" },
	{ "busybox-modprobe-r", BY_BUSYBOX, "D+" },
	{ "lsmod", BY_LSMOD, "" },
	{ "modinfo", BY_MODINFO, "" },
	{ "modprobe-dry-run", BY_MODPROBE, "" },
};

/* Rows of the matrix that are not acts of ours: records that a program writes itself. */
static const char *const user_records[] = { "marker-user", "auditctl-m" };

static const struct {
	const char *path, *real;
	uint64_t link, file;
} programs[] = {
	[BY_INSMOD] = { "/usr/sbin/insmod", "/usr/bin/kmod", INODE_INSMOD, INODE_KMOD },
	[BY_RMMOD] = { "/usr/sbin/rmmod", "/usr/bin/kmod", INODE_RMMOD, INODE_KMOD },
	[BY_MODPROBE] = { "/usr/sbin/modprobe", "/usr/bin/kmod", INODE_MODPROBE, INODE_KMOD },
	[BY_LSMOD] = { "/usr/bin/lsmod", "/usr/bin/kmod", INODE_LSMOD, INODE_KMOD },
	[BY_MODINFO] = { "/usr/sbin/modinfo", "/usr/bin/kmod", INODE_MODINFO, INODE_KMOD },
	[BY_KMOD] = { "/usr/bin/kmod", "/usr/bin/kmod", 0, INODE_KMOD },
	[BY_OTHER_LINK] = { "/tmp/loader", "/usr/bin/kmod", INODE_OTHER_LINK, INODE_KMOD },
	[BY_HARD_LINK] = { "/usr/bin/hard", "/usr/bin/hard", 0, INODE_KMOD },
	[BY_COPY] = { "/tmp/modprobe", "/tmp/modprobe", 0, INODE_COPY },
	[BY_LOADER] = { "/lib64/ld-linux-x86-64.so.2", "/lib64/ld-linux-x86-64.so.2", 0,
			INODE_LOADER + 100 },
	[BY_BUSYBOX] = { "/usr/bin/busybox", "/usr/bin/busybox", 0, INODE_BUSYBOX },
	[BY_PROBE] = { "/lab/probe", "/lab/probe", 0, INODE_PROBE },
	[BY_KERNEL] = { "/usr/sbin/modprobe", "/usr/bin/kmod", INODE_MODPROBE, INODE_KMOD },
};

static struct act act_by(enum program p, int64_t auid, const struct host_facts *host)
{
	struct act act;

	assert_true(act_of_cell(&act, MECHANISM_FINIT_B64, ACTOR_DAEMON, host));
	act.auid = p == BY_KERNEL ? ID_UNSET : auid;
	act.auid_at_fork = act.session = ID_UNKNOWN;
	act.exe = programs[p].real;
	act.exe_file = inode(programs[p].file);
	return act;
}

static struct act exec_act(enum program p, int64_t auid, const struct host_facts *host)
{
	struct act act = act_by(p, auid, host);

	act.exec = true;
	act.call = host->abi[0].execve;
	act.called = programs[p].path;
	act.lookups[act.lookup_count++] =
		(struct lookup){ programs[p].real, inode(programs[p].file), 0100755, 0 };
	if (programs[p].link != 0 && host->tomoyo)
		act.lookups[act.lookup_count++] =
			(struct lookup){ programs[p].path, inode(programs[p].link), 0120777, 0 };
	return act;
}

static struct act call_act(enum program p, char call, bool fails, int64_t auid,
			   const struct host_facts *host)
{
	const struct abi_calls *abi = &host->abi[call >= 'a'];
	struct act act = act_by(p, auid, host);

	act.arch = abi->arch;
	act.call = call == 'I' || call == 'i' ? abi->init_module
		 : call == 'F' || call == 'f' ? abi->finit_module : abi->delete_module;
	act.success = !fails;
	act.exit = fails ? ID_UNKNOWN : 0;
	return act;
}

/* What the matrix would show, and the first reason for silence. */
struct shown {
	char text[64];
	bool unknown;
	bool miskeyed;
};

static void show(struct shown *out, const char *word)
{
	size_t len = strlen(out->text);
	const char *last = strrchr(out->text, ' ');

	last = last ? last + 1 : out->text;
	if (len > 0 && strcmp(last, word) == 0)
		snprintf(out->text + len, sizeof(out->text) - len, " x2");
	else
		snprintf(out->text + len, sizeof(out->text) - len, "%s%s", len ? " " : "", word);
}

static void predict_stimulus(struct shown *out, const struct stimulus *s, const struct rules *rules,
			     int64_t auid, const struct host_facts *host)
{
	struct prediction p;
	struct act act;

	*out = (struct shown){ "", false, false };
	act = exec_act(s->program, auid, host);
	if (s->program != BY_KERNEL) {
		predict(&p, rules, &act, host, wanted);
		out->unknown |= p.outcome == OUTCOME_UNKNOWN;
		out->miskeyed |= p.outcome == OUTCOME_RECORDED && !p.wanted;
		if (p.outcome == OUTCOME_RECORDED)
			show(out, "X");
	}
	for (const char *c = s->calls; *c != '\0';) {
		char word[8] = { *c };
		bool named = c[1] == '+', fails = c[1 + named] == '!';

		act = call_act(s->program, *c, fails, auid, host);
		predict(&p, rules, &act, host, wanted);
		out->unknown |= p.outcome == OUTCOME_UNKNOWN;
		out->miskeyed |= p.outcome == OUTCOME_RECORDED && !p.wanted;
		snprintf(word + 1, sizeof(word) - 1, "%s%s", named && !p.nameless ? "+k" : "",
			 fails ? "!" : "");
		if (p.outcome == OUTCOME_RECORDED)
			show(out, word);
		c += 1 + named + fails;
	}
	if (out->text[0] == '\0')
		strcpy(out->text, "-");
}

static const struct stimulus *find_stimulus(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(stimuli); i++)
		if (strcmp(stimuli[i].name, name) == 0)
			return &stimuli[i];
	for (size_t i = 0; i < ARRAY_SIZE(user_records); i++)
		if (strcmp(user_records[i], name) == 0)
			return NULL;
	fail_msg("the matrix has a stimulus that the test does not know: %s", name);
	return NULL;
}

/* Reads the matrix; calls check for each cell and returns their number. */
typedef void check_fn(const char *set, const struct stimulus *s, const char *cell);

static unsigned each_cell(check_fn *check)
{
	FILE *in = fopen("testdata/rules/matrix.tsv", "r");
	char head[1024], line[1024], *set[20] = { NULL }, *rest, *word;
	size_t sets = 0;
	unsigned cells = 0;

	assert_non_null(in);
	assert_non_null(fgets(head, sizeof(head), in));
	for (rest = head; (word = strsep(&rest, "\t\n")) != NULL && sets < ARRAY_SIZE(set);)
		set[sets++] = word;
	while (fgets(line, sizeof(line), in) != NULL) {
		const struct stimulus *s;
		size_t column = 1;

		rest = line;
		if ((s = find_stimulus(strsep(&rest, "\t\n"))) == NULL)
			continue;
		for (; (word = strsep(&rest, "\t\n")) != NULL && *word != '\0'; cells++)
			check(set[column++], s, word);
	}
	fclose(in);
	return cells;
}

static void read_set(struct ruleset *s, struct test_host *h, const char *set)
{
	char path[128];

	snprintf(path, sizeof(path), "testdata/rules/%s.rules", set);
	read_rule_file(s, h, path);
}

static int64_t auid_of(const char *set)
{
	return strcmp(set, "r04-stig-1000") == 0 ? 1000 : ID_UNSET;
}

static void check_cell(const char *set, const struct stimulus *s, const char *cell)
{
	struct test_host h;
	struct ruleset rules;
	struct shown shown;

	test_host_init(&h, true);
	read_set(&rules, &h, set);
	predict_stimulus(&shown, s, &rules.loaded, auid_of(set), &h.facts);
	if (shown.unknown || strcmp(shown.text, cell) != 0)
		fail_msg("%s under %s: the kernel recorded '%s', predicted '%s'%s", s->name, set,
			 cell, shown.text, shown.unknown ? " (unknown)" : "");
	ruleset_release(&rules);
	test_host_release(&h);
}

static void predicts_every_cell_of_the_matrix(void **state)
{
	(void)state;
	assert_int_equal(each_cell(check_cell), 15 * ARRAY_SIZE(stimuli));
}

/* Rule sets that recorded exactly what r03-modern did, or nothing at all. */
static void compare_with_modern(const char *set, bool silent, bool keyed, bool named)
{
	struct test_host h;
	struct ruleset rules, modern;

	test_host_init(&h, true);
	read_set(&rules, &h, set);
	read_set(&modern, &h, "r03-modern");
	h.facts.audit_enabled = rules.settings.enabled == 0 ? 0 : 1;
	for (size_t i = 0; i < ARRAY_SIZE(stimuli); i++) {
		struct shown shown, expected;
		char *k;

		predict_stimulus(&shown, &stimuli[i], &rules.loaded, ID_UNSET, &h.facts);
		h.facts.audit_enabled = 1;
		predict_stimulus(&expected, &stimuli[i], &modern.loaded, ID_UNSET, &h.facts);
		h.facts.audit_enabled = rules.settings.enabled == 0 ? 0 : 1;
		while (!named && (k = strstr(expected.text, "+k")) != NULL)
			memmove(k, k + 2, strlen(k + 2) + 1);
		assert_false(shown.unknown);
		assert_string_equal(shown.text, silent ? "-" : expected.text);
		assert_int_equal(shown.miskeyed, !keyed && strcmp(shown.text, "-") != 0);
	}
	ruleset_release(&modern);
	ruleset_release(&rules);
	test_host_release(&h);
}

static void predicts_sets_that_equal_another(void **state)
{
	(void)state;
	compare_with_modern("r03c-audit1", false, true, true);
	compare_with_modern("r08-two-keys", false, true, true);
	compare_with_modern("r09d-never-last", false, true, true);
	compare_with_modern("r11c-exclude-config-change", false, true, true);
	compare_with_modern("r14-other-key", false, false, true);
	compare_with_modern("r14b-no-key", false, false, true);
	compare_with_modern("r11-exclude-kern-module", false, true, false);
}

static void predicts_sets_that_record_nothing(void **state)
{
	(void)state;
	compare_with_modern("r04-stig-unset", true, true, true);
	compare_with_modern("r05-task-never", true, true, true);
	compare_with_modern("r10-disabled", true, true, true);
	compare_with_modern("r11b-exclude-syscall", true, true, true);
}

static void predicts_the_same_from_the_kernels_list(void **state)
{
	static const char *const sets[] = { "r01-seed", "r03-modern", "r04-stig-unset",
		"r05-task-never", "r08-two-keys", "r09-shadow-exe", "r11b-exclude-syscall",
		"r13-success" };

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(sets); n++) {
		struct test_host h;
		struct ruleset rules, list;
		char path[128];

		test_host_init(&h, true);
		read_set(&rules, &h, sets[n]);
		snprintf(path, sizeof(path), "testdata/rules/%s.list", sets[n]);
		read_rule_file(&list, &h, path);
		for (size_t i = 0; i < ARRAY_SIZE(stimuli); i++) {
			struct shown a, b;

			predict_stimulus(&a, &stimuli[i], &rules.loaded, ID_UNSET, &h.facts);
			predict_stimulus(&b, &stimuli[i], &list.loaded, ID_UNSET, &h.facts);
			assert_string_equal(a.text, b.text);
		}
		ruleset_release(&list);
		ruleset_release(&rules);
		test_host_release(&h);
	}
}

static void watches_on_links_need_tomoyo(void **state)
{
	struct test_host h;
	struct ruleset rules, seed;

	(void)state;
	test_host_init(&h, false);
	read_set(&rules, &h, "r30-watches-no-tomoyo");
	read_set(&seed, &h, "r01-seed");
	for (size_t i = 0; i < ARRAY_SIZE(stimuli); i++) {
		struct shown shown;

		predict_stimulus(&shown, &stimuli[i], &rules.loaded, ID_UNSET, &h.facts);
		assert_string_equal(shown.text, "-");
		predict_stimulus(&shown, &stimuli[i], &seed.loaded, ID_UNSET, &h.facts);
		assert_null(strpbrk(shown.text, "XFf"));
	}
	ruleset_release(&seed);
	ruleset_release(&rules);
	test_host_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(predicts_every_cell_of_the_matrix),
		cmocka_unit_test(predicts_sets_that_equal_another),
		cmocka_unit_test(predicts_sets_that_record_nothing),
		cmocka_unit_test(predicts_the_same_from_the_kernels_list),
		cmocka_unit_test(watches_on_links_need_tomoyo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
