/* The settings that say where records end up, from the files that administrators write. */
#include "rules/auditd_conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

static void write_file(const char *text)
{
	FILE *f;
	int fd;

	strcpy(path, "/tmp/modtrail-auditd-conf-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static struct auditd_conf parse(const char *text)
{
	struct auditd_conf conf;
	struct error err;
	int rc;

	write_file(text);
	rc = auditd_conf_read(&conf, path, &err);
	unlink(path);
	if (rc < 0)
		print_error("%s\n", err.text);
	assert_int_equal(rc, 0);
	return conf;
}

/* The text must be refused, with these words in the message, and leave the defaults. */
static void refuse(const char *text, const char *words)
{
	struct auditd_conf conf;
	struct error err;
	int rc;

	write_file(text);
	rc = auditd_conf_read(&conf, path, &err);
	unlink(path);
	assert_int_equal(rc, ERR_INPUT);
	assert_non_null(strstr(err.text, words));
	assert_non_null(strstr(err.text, path));
	assert_string_equal(conf.log_file, AUDITD_LOG_DEFAULT);
}

static void a_missing_file_gives_the_defaults(void **state)
{
	struct auditd_conf conf;
	struct error err;

	(void)state;
	memset(&conf, 'x', sizeof(conf));
	assert_int_equal(auditd_conf_read(&conf, "/nonexistent/auditd.conf", &err), 0);
	assert_string_equal(conf.log_file, AUDITD_LOG_DEFAULT);
	assert_true(conf.write_logs);
	assert_false(conf.enriched);
	assert_string_equal(conf.name_format, "none");
	assert_string_equal(conf.name, "");
	assert_string_equal(conf.max_log_file_action, "ignore");
	assert_string_equal(conf.space_left_action, "ignore");
	assert_string_equal(conf.admin_space_left_action, "ignore");
	assert_string_equal(conf.disk_full_action, "ignore");
	assert_string_equal(conf.disk_error_action, "syslog");
	assert_int_equal(conf.num_logs, 0);
	assert_int_equal(conf.max_log_file, 0);
}

static void reads_every_setting(void **state)
{
	struct auditd_conf conf = parse("#\n# comment = no\n\nlocal_events = yes\nwrite_logs = no\n"
					"log_file = /srv/log/a.log\nlog_format = ENRICHED\n"
					"num_logs = 5\nname_format = USER\nname = web1\n"
					"max_log_file_action = ROTATE\nspace_left_action = SYSLOG\n"
					"admin_space_left_action = SUSPEND\n"
					"disk_full_action = HALT\ndisk_error_action = SINGLE\n");

	(void)state;
	assert_false(conf.write_logs);
	assert_string_equal(conf.log_file, "/srv/log/a.log");
	assert_true(conf.enriched);
	assert_int_equal(conf.num_logs, 5);
	assert_string_equal(conf.name_format, "user");
	assert_string_equal(conf.name, "web1");
	assert_string_equal(conf.max_log_file_action, "rotate");
	assert_string_equal(conf.space_left_action, "syslog");
	assert_string_equal(conf.admin_space_left_action, "suspend");
	assert_string_equal(conf.disk_full_action, "halt");
	assert_string_equal(conf.disk_error_action, "single");
}

static void keywords_are_taken_in_any_case(void **state)
{
	(void)state;
	assert_string_equal(parse("LOG_FILE = /Srv/A.log\n").log_file, "/Srv/A.log");
}

static void blanks_and_line_ends_do_not_matter(void **state)
{
	(void)state;
	assert_string_equal(parse("\t log_file=/a.log  \r\n").log_file, "/a.log");
	assert_int_equal(parse("num_logs = 9").num_logs, 9);
	assert_int_equal(parse("max_log_file = 4096").max_log_file, 4096);
	assert_true(parse("  # log_format = RAW\nlog_format  =  enriched\n").enriched);
}

static void a_commented_setting_is_none(void **state)
{
	(void)state;
	assert_string_equal(parse("##name = mydomain\n").name, "");
}

static void an_action_may_have_a_program(void **state)
{
	struct auditd_conf conf = parse("space_left_action = EXEC /sbin/page\n");

	(void)state;
	assert_string_equal(conf.space_left_action, "exec");
}

static void a_line_without_equals_is_named(void **state)
{
	(void)state;
	refuse("log_file = /a.log\n\nwrite_logs yes\n", ":3: no '=' in the line");
}

static void a_setting_without_value_is_named(void **state)
{
	(void)state;
	refuse("log_file =\n", ":1: 'log_file' has no value");
}

static void impossible_values_are_named(void **state)
{
	(void)state;
	refuse("write_logs = maybe\n", ":1: invalid value 'maybe' for write_logs");
	refuse("num_logs = -1\n", "invalid value '-1' for num_logs");
	refuse("num_logs = 1000\n", "invalid value '1000' for num_logs");
	refuse("num_logs = 5x\n", "invalid value '5x' for num_logs");
	refuse("max_log_file = 8M\n", "invalid value '8M' for max_log_file");
	refuse("name_format = a-word-too-long-for-it\n", "for name_format");
}

static void a_folder_is_unreadable(void **state)
{
	struct auditd_conf conf;
	struct error err;

	(void)state;
	assert_int_equal(auditd_conf_read(&conf, "/tmp", &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "'/tmp'"));
	assert_string_equal(conf.log_file, AUDITD_LOG_DEFAULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_file_gives_the_defaults),
		cmocka_unit_test(reads_every_setting),
		cmocka_unit_test(keywords_are_taken_in_any_case),
		cmocka_unit_test(blanks_and_line_ends_do_not_matter),
		cmocka_unit_test(a_commented_setting_is_none),
		cmocka_unit_test(an_action_may_have_a_program),
		cmocka_unit_test(a_line_without_equals_is_named),
		cmocka_unit_test(a_setting_without_value_is_named),
		cmocka_unit_test(impossible_values_are_named),
		cmocka_unit_test(a_folder_is_unreadable),
	};

	return cmocka_run_group_tests_name("auditd_conf", tests, NULL, NULL);
}
