#include "test.h"

#include "selftest/delivery.h"

#include <errno.h>

static const struct auditd_conf conf = {
	.log_file = "/var/log/audit/audit.log", .write_logs = true,
	.space_left = "75", .admin_space_left = "50",
	.space_left_action = "syslog", .admin_space_left_action = "suspend",
	.disk_full_action = "suspend", .disk_error_action = "suspend",
};

/* A healthy host whose log grew. */
static struct delivery_facts healthy(void)
{
	return (struct delivery_facts){
		.before = { .enabled = 1, .daemon_pid = 99 },
		.after = { .enabled = 1, .daemon_pid = 99 },
		.conf = &conf,
		.log_before = { .dev = 1, .ino = 7, .size = 1000, .free_mib = 500,
				.all_mib = 1000 },
		.log_after = { .dev = 1, .ino = 7, .size = 2000, .free_mib = 500,
			       .all_mib = 1000 },
	};
}

static struct facts assert_explained(const struct delivery_facts *f, enum reason reason,
				     enum delivery_fault fault)
{
	struct delivery_state p;

	delivery_explain(&p, f);
	assert_true(p.known);
	assert_int_equal(p.reason, reason);
	assert_int_equal(p.facts.fault, fault);
	return p.facts;
}

static void audit_that_is_off_comes_first(void **state)
{
	struct delivery_facts f = healthy();

	(void)state;
	f.after.enabled = 0;
	f.after.daemon_pid = 0;
	f.after.lost = 5;
	assert_explained(&f, REASON_AUDIT_OFF, FAULT_SWITCHED_OFF);
	assert_true(delivery_is_dead(&f));
}

static void a_kernel_without_audit_is_told_from_one_that_is_switched_off(void **state)
{
	struct delivery_facts f = healthy();

	(void)state;
	f.after = (struct kernel_status){ .absent = true };
	assert_explained(&f, REASON_AUDIT_OFF, FAULT_NO_AUDIT);
	assert_true(delivery_is_dead(&f));
}

static void without_a_daemon_nothing_is_logged(void **state)
{
	struct delivery_facts f = healthy();

	(void)state;
	f.after.daemon_pid = 0;
	assert_explained(&f, REASON_NOT_LOGGED, FAULT_NO_DAEMON);
	assert_true(delivery_is_dead(&f));
}

static void a_daemon_may_be_told_to_write_no_log(void **state)
{
	struct delivery_facts f = healthy();
	struct auditd_conf c = conf;

	(void)state;
	c.write_logs = false;
	f.conf = &c;
	assert_explained(&f, REASON_NOT_LOGGED, FAULT_WRITE_LOGS);
	assert_true(delivery_is_dead(&f));
}

static void low_space_suspends_the_daemon(void **state)
{
	struct delivery_facts f = healthy();
	struct facts told;

	(void)state;
	f.log_after.free_mib = 50;
	told = assert_explained(&f, REASON_NOT_LOGGED, FAULT_ADMIN_SPACE_LEFT);
	assert_int_equal(told.amount[0], 50);
	assert_string_equal(told.path, conf.log_file);
	assert_string_equal(told.text, "suspend");
	assert_false(delivery_is_dead(&f));
}

static void a_limit_may_be_a_share_of_the_disk(void **state)
{
	struct delivery_facts f = healthy();
	struct auditd_conf c = conf;

	(void)state;
	strcpy(c.admin_space_left, "50%");
	f.conf = &c;
	assert_explained(&f, REASON_NOT_LOGGED, FAULT_ADMIN_SPACE_LEFT);
	f.log_after.free_mib = 501;
	assert_explained(&f, REASON_UNEXPLAINED, FAULT_MARKERS_ASTRAY);
}

static void low_space_that_only_warns_explains_nothing(void **state)
{
	struct delivery_facts f = healthy();

	(void)state;
	f.log_after.free_mib = 60;
	assert_explained(&f, REASON_UNEXPLAINED, FAULT_MARKERS_ASTRAY);
}

static void a_full_disk_suspends_the_daemon(void **state)
{
	struct delivery_facts f = healthy();
	struct auditd_conf c = conf;

	(void)state;
	strcpy(c.admin_space_left_action, "syslog");
	f.conf = &c;
	f.log_after.free_mib = 0;
	assert_explained(&f, REASON_NOT_LOGGED, FAULT_DISK_FULL);
}

static void a_log_that_is_as_large_as_it_may_be_suspends_the_daemon(void **state)
{
	struct delivery_facts f = healthy();
	struct auditd_conf c = conf;
	struct facts told;

	(void)state;
	strcpy(c.max_log_file_action, "suspend");
	c.max_log_file = 8;
	f.conf = &c;
	f.log_after.size = 8 * 1024 * 1024;
	told = assert_explained(&f, REASON_NOT_LOGGED, FAULT_MAX_LOG_FILE);
	assert_int_equal(told.amount[0], 8);
	assert_string_equal(told.text, "suspend");
	f.log_after.size--;
	assert_explained(&f, REASON_UNEXPLAINED, FAULT_MARKERS_ASTRAY);
	f.log_after.size++;
	strcpy(c.max_log_file_action, "rotate");
	assert_explained(&f, REASON_UNEXPLAINED, FAULT_MARKERS_ASTRAY);
	strcpy(c.max_log_file_action, "suspend");
	c.max_log_file = 0;
	assert_explained(&f, REASON_UNEXPLAINED, FAULT_MARKERS_ASTRAY);
}

static void a_log_that_is_missing_is_named(void **state)
{
	struct delivery_facts f = healthy();
	struct facts told;

	(void)state;
	f.log_after = (struct delivery_log){ .error = ENOENT, .free_mib = -1, .all_mib = -1 };
	told = assert_explained(&f, REASON_NOT_LOGGED, FAULT_LOG_MISSING);
	assert_int_equal(told.amount[0], ENOENT);
	assert_string_equal(told.path, conf.log_file);
}

static void what_the_kernel_lost_is_counted(void **state)
{
	struct delivery_facts f = healthy();
	struct facts told;

	(void)state;
	f.before.lost = 10;
	f.after.lost = 42;
	f.log_after.size = f.log_before.size;
	f.after.rate_limit = 10;
	f.after.backlog_limit = 64;
	told = assert_explained(&f, REASON_LOST, FAULT_RECORDS_LOST);
	assert_int_equal(told.amount[0], 32);
	assert_int_equal(told.amount[1], 10);
	assert_int_equal(told.amount[2], 64);
}

static void a_log_that_stands_still_means_a_suspended_daemon(void **state)
{
	struct delivery_facts f = healthy();

	(void)state;
	f.log_after.size = f.log_before.size;
	assert_explained(&f, REASON_NOT_LOGGED, FAULT_LOG_STANDS_STILL);
}

static void a_rotated_log_has_grown(void **state)
{
	struct delivery_facts f = healthy();

	(void)state;
	f.log_after.size = f.log_before.size;
	f.log_after.ino++;
	assert_explained(&f, REASON_UNEXPLAINED, FAULT_MARKERS_ASTRAY);
	assert_false(delivery_is_dead(&f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audit_that_is_off_comes_first),
		cmocka_unit_test(a_kernel_without_audit_is_told_from_one_that_is_switched_off),
		cmocka_unit_test(without_a_daemon_nothing_is_logged),
		cmocka_unit_test(a_daemon_may_be_told_to_write_no_log),
		cmocka_unit_test(low_space_suspends_the_daemon),
		cmocka_unit_test(a_limit_may_be_a_share_of_the_disk),
		cmocka_unit_test(low_space_that_only_warns_explains_nothing),
		cmocka_unit_test(a_full_disk_suspends_the_daemon),
		cmocka_unit_test(a_log_that_is_as_large_as_it_may_be_suspends_the_daemon),
		cmocka_unit_test(a_log_that_is_missing_is_named),
		cmocka_unit_test(what_the_kernel_lost_is_counted),
		cmocka_unit_test(a_log_that_stands_still_means_a_suspended_daemon),
		cmocka_unit_test(a_rotated_log_has_grown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
