/* No privilege is needed: the children keep the login id that the test has, and load nothing. */
#include "test.h"

#include "model/selftest_run.h"
#include "scratch.h"
#include "selftest/probe.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* NUM_NONE on a kernel without login ids: then nothing has to be set, either. */
static int64_t login(void)
{
	FILE *f = fopen("/proc/self/loginuid", "re");
	int64_t auid = NUM_NONE;

	if (f == NULL)
		return auid;
	if (fscanf(f, "%" SCNd64, &auid) != 1)
		auid = NUM_NONE;
	fclose(f);
	return auid;
}

static void start(struct probe_child *child, const struct probe_action *action)
{
	struct error err = { "" };

	if (probe_start(child, action, login(), &err) < 0)
		fail_msg("%s", err.text);
}

static void the_pid_is_that_of_the_tool(void **state)
{
	char file[PATH_MAX], expected[32], said[32];
	const struct probe_action action = { .argument = { "/bin/sh", "-c", "echo $$ > $0", file } };
	struct probe_child child;
	struct error err;
	FILE *f;

	snprintf(file, sizeof(file), "%s/pid", (const char *)*state);
	start(&child, &action);
	snprintf(expected, sizeof(expected), "%d\n", (int)child.pid);
	assert_int_equal(probe_act(&child, NULL, &err), 0);
	f = fopen(file, "re");
	assert_non_null(f);
	assert_non_null(fgets(said, sizeof(said), f));
	fclose(f);
	assert_string_equal(said, expected);
}

static void it_does_not_act_before_it_is_told_to(void **state)
{
	char file[PATH_MAX];
	const struct probe_action action = { .argument = { "/bin/sh", "-c", ": > $0", file } };
	struct probe_child child;
	pid_t pid;

	snprintf(file, sizeof(file), "%s/acted", (const char *)*state);
	start(&child, &action);
	pid = child.pid;
	probe_abandon(&child);
	assert_int_equal(access(file, F_OK), -1);
	assert_int_equal(waitpid(pid, NULL, 0), -1);	/* nothing is left to wait for */
}

static void the_exit_status_of_a_tool_comes_back_with_its_complaint(void **state)
{
	const struct probe_action action = {
		.argument = { "/bin/sh", "-c", "echo no >&2; echo more >&2; exit 3" },
	};
	struct probe_child child;
	struct error err;

	(void)state;
	start(&child, &action);
	assert_int_equal(probe_act(&child, NULL, &err), 3);
	assert_string_equal(child.said, "no");
}

static void a_tool_that_talks_without_end_is_not_held_up(void **state)
{
	const struct probe_action action = { .argument = { "/bin/sh", "-c",
		"i=0; while [ $i -lt 3000 ]; do echo a line of some forty bytes, again and again; "
		"i=$((i+1)); done >&2" } };
	struct probe_child child;
	struct error err;

	(void)state;
	start(&child, &action);
	assert_int_equal(probe_act(&child, NULL, &err), 0);
}

static void a_tool_that_is_not_there_is_skipped(void **state)
{
	const struct probe_action action = { .argument = { "/nonexistent/modprobe", "x" } };
	struct probe_child child;
	struct error err = { "" };

	(void)state;
	start(&child, &action);
	assert_int_equal(probe_act(&child, NULL, &err), PROBE_SKIPPED);
	assert_non_null(strstr(err.text, "cannot run /nonexistent/modprobe"));
}

static void a_stop_ends_the_act(void **state)
{
	const struct probe_action action = { .argument = { "/bin/sleep", "600" } };
	const volatile sig_atomic_t stop = 1;
	struct probe_child child;
	struct error err = { "" };
	pid_t pid;

	(void)state;
	start(&child, &action);
	pid = child.pid;
	alarm(PROBE_LIMIT_MS / 2000);	/* well before it would be ended in any case */
	assert_int_equal(probe_act(&child, &stop, &err), PROBE_SKIPPED);
	alarm(0);
	assert_string_equal(err.text, "interrupted");
	assert_int_equal(kill(pid, 0), -1);
}

static volatile sig_atomic_t stop_soon;

static void on_alarm(int signal_number)
{
	stop_soon = signal_number;
}

static void what_a_tool_has_started_ends_with_it(void **state)
{
	const struct probe_action action = { .argument = { "/bin/sh", "-c", "sleep 600 & wait" } };
	struct probe_child child;
	struct error err;
	int tell[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(tell), 0);
	start(&child, &action);
	close(tell[1]);
	signal(SIGALRM, on_alarm);
	alarm(1);
	assert_int_equal(probe_act(&child, &stop_soon, &err), PROBE_SKIPPED);
	signal(SIGALRM, SIG_DFL);
	alarm(30);
	assert_int_equal(read(tell[0], &byte, 1), 0);	/* waits for the end of all who hold it */
	alarm(0);
	close(tell[0]);
}

static void a_tool_that_is_killed_is_skipped(void **state)
{
	const struct probe_action action = { .argument = { "/bin/sh", "-c", "kill -9 $$" } };
	struct probe_child child;
	struct error err = { "" };

	(void)state;
	start(&child, &action);
	assert_int_equal(probe_act(&child, NULL, &err), PROBE_SKIPPED);
	assert_string_equal(err.text, "it was killed");
}

static void signals_are_as_a_tool_expects_them(void **state)
{
	const struct probe_action action = { .argument = { "/bin/sh", "-c", "kill -TERM $$; exit 0" } };
	struct probe_child child;
	struct error err = { "" };

	(void)state;
	signal(SIGTERM, SIG_IGN);
	start(&child, &action);
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(probe_act(&child, NULL, &err), PROBE_SKIPPED);
}

/* A tool that was let go, and its parent is killed: nobody may be left. */
static void children_die_with_their_parent(void **state)
{
	const struct probe_action action = { .argument = { "/bin/sleep", "600" } };
	struct probe_child child;
	int tell[2];
	char byte;
	pid_t parent;

	(void)state;
	assert_int_equal(pipe(tell), 0);
	if ((parent = fork()) == 0) {
		struct error err;

		/* The child keeps this end open as long as it lives. */
		close(tell[0]);
		if (probe_start(&child, &action, login(), &err) < 0)
			_exit(1);
		(void)!write(child.go, "!", 1);
		raise(SIGKILL);
	}
	close(tell[1]);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	alarm(30);	/* the tool would sleep on */
	assert_int_equal(read(tell[0], &byte, 1), 0);	/* waits for the end of all who hold it */
	alarm(0);
	close(tell[0]);
}

static void a_call_in_vain_says_why(void **state)
{
	const struct probe_action action = {
		.call = CALL_DELETE, .abi = ABI_B64, .number = SYS_delete_module,
		.name = "modtrail_0123456789abcdef",
	};
	struct probe_child child;
	struct error err;
	int result;

	(void)state;
	start(&child, &action);
	result = probe_act(&child, NULL, &err);
	/* Without privilege, without modules, and as meant. */
	assert_true(result == EPERM || result == ENOSYS || result == ENOENT);
}

static void no_call_in_vain_succeeds(void **state)
{
	/* valgrind wants the nonce to be an address. */
	const struct probe_action deeds[] = {
		{ .call = CALL_FINIT, .abi = ABI_B64, .number = SYS_finit_module,
		  .nonce = (uintptr_t)"" },
		{ .call = CALL_INIT, .abi = ABI_B64, .number = SYS_init_module,
		  .nonce = (uintptr_t)"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(deeds); i++)
		assert_int_not_equal(probe_call(&deeds[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_pid_is_that_of_the_tool, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(it_does_not_act_before_it_is_told_to, scratch_setup,
						scratch_teardown),
		cmocka_unit_test(the_exit_status_of_a_tool_comes_back_with_its_complaint),
		cmocka_unit_test(a_tool_that_talks_without_end_is_not_held_up),
		cmocka_unit_test(a_tool_that_is_not_there_is_skipped),
		cmocka_unit_test(a_stop_ends_the_act),
		cmocka_unit_test(what_a_tool_has_started_ends_with_it),
		cmocka_unit_test(a_tool_that_is_killed_is_skipped),
		cmocka_unit_test(signals_are_as_a_tool_expects_them),
		cmocka_unit_test(children_die_with_their_parent),
		cmocka_unit_test(a_call_in_vain_says_why),
		cmocka_unit_test(no_call_in_vain_succeeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
