#include "test.h"

#include "scratch.h"
#include "selftest/preflight.h"
#include "store_fixture.h"

#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static struct host_env look(const char *root)
{
	struct host_env s;

	host_env_read(&s, root);
	return s;
}

/* As /proc/PID/stat has it: flags are the 9th field, the start the 22nd. */
static void put_process(const char *root, int pid, const char *name, unsigned flags,
			unsigned long long started)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	snprintf(text, sizeof(text),
		 "%d (%s) S 1 1 1 0 -1 %u 1 2 3 4 5 6 7 8 20 0 1 0 %llu 100 5\n",
		 pid, name, flags, started);
	scratch_file(root, path, text);
}

static void a_host_of_which_nothing_can_be_read_can_do_anything(void **state)
{
	struct host_env s = look(*state);

	assert_string_equal(s.container, "");
	assert_false(s.modules_disabled);
	assert_string_equal(s.lockdown, "");
	assert_false(s.signed_only);
	assert_false(s.audit_at_boot);
	assert_int_equal(s.older.count, 0);
}

static void the_first_namespaces_are_no_container(void **state)
{
	scratch_link(*state, "/proc/self/ns/pid", "pid:[4026531836]");
	scratch_link(*state, "/proc/self/ns/user", "user:[4026531837]");
	assert_string_equal(look(*state).container, "");
}

static void another_pid_namespace_is_a_container(void **state)
{
	scratch_link(*state, "/proc/self/ns/pid", "pid:[4026532201]");
	assert_string_equal(look(*state).container, "a pid namespace of its own");
}

static void another_user_namespace_is_a_container(void **state)
{
	scratch_link(*state, "/proc/self/ns/user", "user:[4026532202]");
	assert_string_equal(look(*state).container, "a user namespace of its own");
}

static void what_container_managers_leave_is_a_sign(void **state)
{
	scratch_file(*state, "/run/systemd/container", "lxc\n");
	assert_string_equal(look(*state).container, "/run/systemd/container");
}

static void docker_and_podman_leave_signs_too(void **state)
{
	scratch_file(*state, "/.dockerenv", "");
	assert_string_equal(look(*state).container, "/.dockerenv");
	scratch_file(*state, "/run/.containerenv", "");
	assert_string_equal(look(*state).container, "/run/.containerenv");
}

static void the_kernel_says_what_it_unpacks_and_who_else_looks(void **state)
{
	scratch_file(*state, "/sys/module/compression", "xz\n");
	scratch_file(*state, "/sys/kernel/security/lsm", "lockdown,yama,tomoyo\n");
	assert_string_equal(look(*state).decompresses, "xz");
	assert_string_equal(look(*state).lsm, "lockdown,yama,tomoyo");
}

static void disabled_modules_are_seen(void **state)
{
	scratch_file(*state, "/proc/sys/kernel/modules_disabled", "0\n");
	assert_false(look(*state).modules_disabled);
	scratch_file(*state, "/proc/sys/kernel/modules_disabled", "1\n");
	assert_true(look(*state).modules_disabled);
}

static void the_lockdown_in_brackets_counts(void **state)
{
	scratch_file(*state, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	assert_string_equal(look(*state).lockdown, "integrity");
}

static void a_lockdown_without_brackets_is_unknown(void **state)
{
	scratch_file(*state, "/sys/kernel/security/lockdown", "none integrity\n");
	assert_string_equal(look(*state).lockdown, "");
}

static void enforced_signatures_are_seen(void **state)
{
	scratch_file(*state, "/sys/module/module/parameters/sig_enforce", "N\n");
	assert_false(look(*state).signed_only);
	scratch_file(*state, "/sys/module/module/parameters/sig_enforce", "Y\n");
	assert_true(look(*state).signed_only);
}

static void a_seccomp_filter_is_seen(void **state)
{
	scratch_file(*state, "/proc/self/status", "Name:\tx\nNoNewPrivs:\t0\nSeccomp:\t0\n");
	assert_false(look(*state).filtered);
	scratch_file(*state, "/proc/self/status", "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n");
	assert_true(look(*state).filtered);
}

static void the_own_login_id_is_known(void **state)
{
	assert_int_equal(look(*state).login, NUM_NONE);
	scratch_file(*state, "/proc/self/loginuid", "4294967295");
	assert_int_equal(look(*state).login, ID_UNSET);
	scratch_file(*state, "/proc/self/loginuid", "0");
	assert_int_equal(look(*state).login, 0);
}

static void audit_on_the_command_line_is_a_whole_word(void **state)
{
	scratch_file(*state, "/proc/cmdline", "quiet xaudit=1 audit=10\n");
	assert_false(look(*state).audit_at_boot);
	scratch_file(*state, "/proc/cmdline", "quiet audit=1\n");
	assert_true(look(*state).audit_at_boot);
	scratch_file(*state, "/proc/cmdline", "audit=on quiet\n");
	assert_true(look(*state).audit_at_boot);
}

static void processes_from_before_the_daemon_are_named_once(void **state)
{
	put_process(*state, 1, "systemd", 0, 10);
	put_process(*state, 200, "systemd-udevd", 0, 20);
	put_process(*state, 201, "systemd-udevd", 0, 30);
	put_process(*state, 300, "auditd", 0, 40);
	put_process(*state, 400, "cron", 0, 50);
	assert_int_equal(look(*state).older.count, 3);
	assert_non_null(strstr(look(*state).older.names, "systemd-udevd"));
	assert_null(strstr(strstr(look(*state).older.names, "systemd-udevd") + 1, "systemd-udevd"));
	assert_null(strstr(look(*state).older.names, "cron"));
	assert_null(strstr(look(*state).older.names, "auditd"));
}

static void journald_begins_auditing_too(void **state)
{
	put_process(*state, 200, "systemd-journal", 0, 20);
	put_process(*state, 250, "sshd", 0, 30);
	put_process(*state, 300, "auditd", 0, 40);
	assert_int_equal(look(*state).older.count, 0);
}

static void threads_of_the_kernel_are_not_told(void **state)
{
	put_process(*state, 2, "kthreadd", 0x00200000, 1);
	put_process(*state, 300, "auditd", 0, 40);
	assert_int_equal(look(*state).older.count, 0);
}

static void with_audit_from_the_boot_no_process_is_older(void **state)
{
	scratch_file(*state, "/proc/cmdline", "audit=1\n");
	put_process(*state, 1, "systemd", 0, 10);
	put_process(*state, 300, "auditd", 0, 40);
	assert_int_equal(look(*state).older.count, 0);
}

static void a_process_may_have_any_name(void **state)
{
	put_process(*state, 1, "a) S 1 1 (b", 0, 10);
	put_process(*state, 300, "auditd", 0, 40);
	assert_int_equal(look(*state).older.count, 1);
	assert_string_equal(look(*state).older.names, "a) S 1 1 (b");
}

static void the_list_of_names_is_bounded(void **state)
{
	unsigned commas = 0;
	struct host_env s;
	char name[16];

	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		put_process(*state, 1000 + i, name, 0, 10);
	}
	put_process(*state, 300, "auditd", 0, 40);
	s = look(*state);
	assert_int_equal(s.older.count, 50);
	for (const char *p = s.older.names; *p != '\0'; p++)
		commas += *p == ',';
	assert_int_equal(commas, PROCESSES_NAMED - 1);
}

static void names_that_do_not_fit_are_counted_and_not_cut(void **state)
{
	static const char long_name[] = "a-name-of-thirty-one-bytes-a--";
	struct host_env s;
	char name[64];

	for (int i = 10; i < 10 + PROCESSES_NAMED; i++) {
		snprintf(name, sizeof(name), "%s%d", long_name, i);
		name[31] = '\0';
		name[0] = (char)('a' + i - 10);
		put_process(*state, 1000 + i, name, 0, 10);
	}
	put_process(*state, 300, "auditd", 0, 40);
	s = look(*state);
	assert_int_equal(s.older.count, PROCESSES_NAMED);
	assert_true(strlen(s.older.names) > sizeof(s.older.names) - 34);
	assert_int_equal((strlen(s.older.names) + 2) % 33, 0);
}

static void what_is_no_process_is_passed_over(void **state)
{
	scratch_file(*state, "/proc/200/stat", "");
	scratch_file(*state, "/proc/201/stat", "201 systemd S 1 1 1\n");
	scratch_file(*state, "/proc/202/stat", "202 ) S 1 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 7 (\n");
	scratch_file(*state, "/proc/203/stat", "203 (systemd) S 1 1 1 0 -1 0 1 2\n");
	scratch_file(*state, "/proc/cpuinfo/stat", "1 (cpu) S 1 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 1\n");
	scratch_file(*state, "/proc/204/comm", "no stat\n");
	put_process(*state, 205, "cron", 0, 10);
	put_process(*state, 300, "auditd", 0, 40);
	assert_int_equal(look(*state).older.count, 1);
	assert_string_equal(look(*state).older.names, "cron");
}

static void without_a_daemon_none_is_older(void **state)
{
	put_process(*state, 205, "cron", 0, 10);
	assert_int_equal(look(*state).older.count, 0);
}

static void a_span_of_time_has_its_processes(void **state)
{
	static const struct tick_span spans[] = { { 15, 20 }, { 40, 40 } };
	struct processes found;

	put_process(*state, 200, "early", 0, 14);
	put_process(*state, 201, "first", 0, 15);
	put_process(*state, 202, "last", 0, 20);
	put_process(*state, 203, "between", 0, 21);
	put_process(*state, 204, "alone", 0, 40);
	processes_started(&found, *state, spans, 2);
	assert_int_equal(found.count, 3);
	assert_non_null(strstr(found.names, "first"));
	assert_non_null(strstr(found.names, "last"));
	assert_non_null(strstr(found.names, "alone"));
	processes_started(&found, *state, spans, 0);
	assert_int_equal(found.count, 0);
	assert_string_equal(found.names, "");
}

static void a_root_that_is_too_long_says_nothing(void **state)
{
	static char root[5000];

	(void)state;
	memset(root, '/', sizeof(root) - 1);
	assert_string_equal(look(root).container, "");
	assert_int_equal(look(root).older.count, 0);
	assert_false(look(root).audit_at_boot);
}

static void a_self_test_needs_root(void **state)
{
	struct preflight s;
	struct error err = { "" };

	(void)state;
	fixture_drop_rights();
	assert_int_equal(preflight_read(&s, &err), ERR_SYSTEM);
	fixture_regain_rights();
	assert_non_null(strstr(err.text, "needs root"));
	preflight_release(&s);
}

static void pretend(int signal_number)
{
	(void)signal_number;
	_exit(0);
}

/* As a kernel without that entry does: a signal ends who uses it. */
static void refuse_the_32_bit_entry(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRAP) < 0 ||
	    seccomp_load(filter) < 0)
		_exit(2);
	seccomp_release(filter);
}

static void no_handler_that_is_inherited_sees_who_tries_the_32_bit_entry(void **state)
{
	int status;
	pid_t child;

	(void)state;
	if (getenv("UNDER_VALGRIND") != NULL)
		skip();
	if ((child = fork()) == 0) {
		signal(SIGSEGV, pretend);
		signal(SIGSYS, pretend);
		refuse_the_32_bit_entry();
		_exit(preflight_has_entry32() ? 1 : 42);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 42 << 8);
}

static bool slowly;

static void take_time(void)
{
	if (slowly)
		usleep(200000);
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static void a_signal_meanwhile_changes_no_answer(void **state)
{
	struct sigaction interrupts = { .sa_handler = on_alarm };	/* no SA_RESTART */
	const struct itimerval soon = { .it_value = { .tv_usec = 50000 } };
	bool has;

	(void)state;
	if (getenv("UNDER_VALGRIND") != NULL)
		skip();
	has = preflight_has_entry32();
	assert_int_equal(pthread_atfork(NULL, NULL, take_time), 0);
	sigaction(SIGALRM, &interrupts, NULL);
	slowly = true;
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_true(preflight_has_entry32() == has);
	slowly = false;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	signal(SIGALRM, SIG_DFL);
}

/* Whatever the answer is: a kernel that has no such entry kills who tries it. */
static void trying_the_32_bit_entry_harms_nobody(void **state)
{
	bool first;

	(void)state;
	if (getenv("UNDER_VALGRIND") != NULL)
		skip();		/* has no such entry, and ends who tries it by itself */
	first = preflight_has_entry32();
	assert_true(preflight_has_entry32() == first);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* no child is left behind */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_host_of_which_nothing_can_be_read_can_do_anything),
		TEST(the_first_namespaces_are_no_container),
		TEST(another_pid_namespace_is_a_container),
		TEST(another_user_namespace_is_a_container),
		TEST(what_container_managers_leave_is_a_sign),
		TEST(docker_and_podman_leave_signs_too),
		TEST(the_kernel_says_what_it_unpacks_and_who_else_looks),
		TEST(disabled_modules_are_seen),
		TEST(the_lockdown_in_brackets_counts),
		TEST(a_lockdown_without_brackets_is_unknown),
		TEST(enforced_signatures_are_seen),
		TEST(a_seccomp_filter_is_seen),
		TEST(the_own_login_id_is_known),
		TEST(audit_on_the_command_line_is_a_whole_word),
		TEST(processes_from_before_the_daemon_are_named_once),
		TEST(journald_begins_auditing_too),
		TEST(threads_of_the_kernel_are_not_told),
		TEST(with_audit_from_the_boot_no_process_is_older),
		TEST(a_process_may_have_any_name),
		TEST(the_list_of_names_is_bounded),
		TEST(names_that_do_not_fit_are_counted_and_not_cut),
		TEST(what_is_no_process_is_passed_over),
		TEST(without_a_daemon_none_is_older),
		TEST(a_span_of_time_has_its_processes),
		TEST(a_root_that_is_too_long_says_nothing),
		TEST(a_self_test_needs_root),
		TEST(no_handler_that_is_inherited_sees_who_tries_the_32_bit_entry),
		TEST(a_signal_meanwhile_changes_no_answer),
		TEST(trying_the_32_bit_entry_harms_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
