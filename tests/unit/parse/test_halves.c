#include "test.h"

#include "parse/halves.h"

#include <stdio.h>

#define HEAD " msg=audit(1.000:1): "
#define CALL "SYSCALL" HEAD
#define CALL_NAMES "ARCH=x86_64 SYSCALL=finit_module AUID=\"alice\" UID=\"root\" FSGID=\"domain users\""
#define USER "TRUSTED_APP" HEAD "pid=1 uid=0 auid=0 msg='"

static void assert_halves(const char *record, const char *raw, const char *names)
{
	char text[600];
	struct halves h;
	struct record_head line;

	snprintf(text, sizeof(text), "type=%s", record);
	assert_int_equal(record_head_parse(&line, text, strlen(text)), LINE_OK);
	h = record_halves(&line);
	if (!bytes_are(h.raw, raw) || !bytes_are(h.names, names))
		fail_msg("%s:\n'%.*s' and '%.*s'", record, (int)h.raw.len, h.raw.data,
			 (int)h.names.len, h.names.data);
}

static const char *const separators[] = {
	"\x1d", "", "#035", " ", "^]", "\xef\xbf\xbd", "\\x1d", "\\u001d", "<GS>",
	"#029", "%035", "_", "?", ".", "\t", "#29", "#x1d", "%1D", "&#29;", "&#x1d;", "\xe2\x90\x9d",
	"\\^]", "\\035", "{29}", "  ", " , ", " | ", " #035 ", "#035 ", "\t", " \t", "        ",
};

/* What collectors put behind a line. */
static const char *const blanks[] = { " ", "\t", "\r", " \r", "  \t " };

/* The same halves, whatever became of the separator between them. */
static void a_lost_separator_is_found_again(void **state)
{
	static const struct { const char *head, *raw, *names; } records[] = {
		{ CALL, "arch=c000003e syscall=313 ses=3 subj=unconfined key=\"modules\"", CALL_NAMES },
		{ CALL, "arch=c000003e syscall=313 subj=unconfined key=(null)", CALL_NAMES },
		{ CALL, "arch=c000003e subj=unconfined key=6D6F64756C6573016175646974", CALL_NAMES },
		{ CALL, "arch=c000003e subj=unconfined key=6D6F64756C65016F", CALL_NAMES },
		{ CALL, "arch=c000003e key=\"modules\"", "ARCH=x86_64 AUID=unknown(1003)" },
		{ "CONFIG_CHANGE" HEAD, "auid=0 ses=1 op=add_rule key=\"modules\" list=4 res=1",
		  "AUID=\"root\"" },
		{ "CONFIG_CHANGE" HEAD, "auid=0 op=add_rule key=\"#035\" list=4 res=1", "AUID=\"root\"" },
		{ "DAEMON_START" HEAD, "op=start auid=0 pid=86 uid=0 res=success", "AUID=\"a\" UID=\"root\"" },
		{ "PATH" HEAD, "item=0 name=\"/x\" nametype=NORMAL cap_frootid=0", "OUID=\"r\" OGID=\"r\"" },
		{ "SOCKADDR" HEAD, "saddr=1000", "SADDR={ saddr_fam=netlink nlnk-fam=16 }" },
		{ "LOGIN" HEAD, "pid=1 uid=0 res=1", "UID=\"root\" OLD-AUID=\"unset\" AUID=\"alice\"" },
		{ USER, "op=modtrail-x exe=\"/x\" res=success'", "UID=\"root\" AUID=\"unset\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		for (size_t s = 0; s < ARRAY_SIZE(separators); s++) {
			const char *fields = strstr(records[i].head, "): ") + 3;
			char record[400], raw[300];

			snprintf(raw, sizeof(raw), "%s%s", fields, records[i].raw);
			snprintf(record, sizeof(record), "%s%s%s%s", records[i].head, records[i].raw,
				 separators[s], records[i].names);
			assert_halves(record, raw, records[i].names);
			for (size_t b = 0; b < ARRAY_SIZE(blanks); b++) {
				char ended[410];

				snprintf(ended, sizeof(ended), "%s%s", record, blanks[b]);
				assert_halves(ended, raw, records[i].names);
			}
		}
}

static void a_record_without_names_is_whole(void **state)
{
	static const char *const records[] = {
		CALL "arch=c000003e syscall=313 key=\"modules\"",
		CALL "arch=c000003e key=(null)",
		"KERN_MODULE" HEAD "name=\"dummy\"",
		"PROCTITLE" HEAD "proctitle=41524348",
		"X" HEAD "\"",
		"X" HEAD "}",
		"X" HEAD "=\"\"",
		"X" HEAD "AUID",
		"X" HEAD,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		assert_halves(records[i], strstr(records[i], "):") + 3, "");
}

/* What others may choose: a key, a name, an argument, a message. */
static void text_of_others_is_no_name(void **state)
{
	static const char *const records[] = {
		CALL "arch=c000003e key=\"AUID=alice\"",
		CALL "arch=c000003e key=\"x#035AUID=alice\"",
		CALL "arch=c000003e key=\"AUID=\"",
		CALL "arch=c000003e comm=\"UID=\" exe=\"ARCH=b\" key=\"ARCH=x86_64\"",
		"KERN_MODULE" HEAD "name=\"#035AUID=root\"",
		"EXECVE" HEAD "argc=2 a0=\"x\" a1=\"UID=root\"",
		USER "op=modtrail-x #035UID=\"root\" AUID=\"eve\"'",
		USER "op=modtrail-x UID=\"root\" AUID=\"eve\" res=success'",
		USER "op=x '#035UID=\"eve\"' res=success'",
		USER "op=x' y UID=\"root\"",	/* the kernel ends it with a quote */
		USER "op=x'#0350#035#035UID=\"root\"",
		CALL "arch=c000003e key=\"modules\" x AUID=\"eve\"",
		CALL "arch=c000003e key=\"modules\"x AUID=\"eve\"",
		CALL "arch=c000003e key=\"modules\" xAUID=\"eve\"",
		CALL "arch=c000003e key=\"modules\"\t0\tAUID=\"eve\"",
		CALL "arch=c000003e key=\"modules\" # # AUID=\"eve\"",
		CALL "arch=c000003e key=\"modules\"         AUID=\"eve\"",
		CALL "arch=c000003e key=\"AUID=eve\"  ",
		USER "op=x' y UID=\"root\" ",
		USER "op=modtrail-x UID=\"root\" AUID=\"eve\"' ",
		CALL "arch=c000003e key=\"modules\"#035#035#035AUID=\"eve\"",
		USER "op=modtrail-x '\x1dUID=\"eve\"'",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		assert_halves(records[i], strstr(records[i], "): ") + 3, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_separator_is_found_again),
		cmocka_unit_test(a_record_without_names_is_whole),
		cmocka_unit_test(text_of_others_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
