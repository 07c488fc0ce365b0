/* Decode: calls, values, hosts and hostile records. */
#include "decoding.h"

#include <malloc.h>

static void a_load_has_the_facts_of_its_syscall(void **state)
{
	const struct event *ev = decoded(*state, FINIT MODPROBE
		"type=KERN_MODULE" ID "name=\"dummy\"\n" TITLE);

	assert_int_equal(ev->kind, EVENT_CALL);
	assert_int_equal(ev->call, CALL_FINIT);
	assert_int_equal(ev->abi, ABI_B64);
	assert_true(ev->has_syscall && ev->success);
	assert_int_equal(ev->exit, 0);
	assert_int_equal(ev->args[0], 3);
	assert_int_equal(ev->args[1], 0x55d5d45a24a0);
	assert_int_equal(ev->args[3], 3);
	assert_int_equal(ev->time_ms, 1795456283072);
	assert_int_equal(ev->serial, 9);
	assert_false(ev->daemon);
	assert_int_equal(ev->ppid, 108);
	assert_int_equal(ev->pid, 109);
	assert_int_equal(ev->auid, ID_UNSET);
	assert_int_equal(ev->ses, ID_UNSET);
	assert_int_equal(ev->uid, 0);
	assert_int_equal(ev->euid, 0);
	assert_int_equal(ev->gid, 0);
	EXPECT_NONE(ev->tty);
	EXPECT(ev->comm, "modprobe");
	EXPECT(ev->exe, "/usr/bin/kmod");
	EXPECT(ev->keys, "modules");
	EXPECT(ev->module, "dummy");
	assert_int_equal(ev->module_source, NAME_KERNEL);
	EXPECT_NONE(ev->login);
	EXPECT_NONE(ev->user);
}

static void what_is_not_given_is_not_made_up(void **state)
{
	const struct event *ev = decoded(*state, B64 "syscall=313 success=no\n");

	assert_int_equal(ev->kind, EVENT_CALL);
	assert_int_equal(ev->pid, NUM_NONE);
	assert_int_equal(ev->auid, NUM_NONE);
	assert_int_equal(ev->ses, NUM_NONE);
	assert_int_equal(ev->list, NUM_NONE);
	assert_int_equal(ev->result, NUM_NONE);
	EXPECT_NONE(ev->comm);
	EXPECT_NONE(ev->keys);
	EXPECT_NONE(ev->argv);
	EXPECT_NONE(ev->module);
	EXPECT_NONE(ev->op);
	EXPECT_NONE(ev->detail);
}

static void calls_are_known_by_number_and_architecture(void **state)
{
	static const struct { const char *record; enum module_call call; enum abi abi; } cases[] = {
		{ B64 "syscall=175 success=yes exit=0" IDS STIM, CALL_INIT, ABI_B64 },
		{ B64 "syscall=313 success=yes exit=0" IDS STIM, CALL_FINIT, ABI_B64 },
		{ B64 "syscall=176 success=yes exit=0" IDS STIM, CALL_DELETE, ABI_B64 },
		{ B32 "syscall=128 success=yes exit=0" IDS STIM, CALL_INIT, ABI_B32 },
		{ B32 "syscall=350 success=yes exit=0" IDS STIM, CALL_FINIT, ABI_B32 },
		{ B32 "syscall=129 success=yes exit=0" IDS STIM, CALL_DELETE, ABI_B32 },
		{ B64 "syscall=1073742137 success=yes exit=0" IDS STIM, CALL_FINIT, ABI_X32 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct event *ev = decoded(*state, cases[i].record);

		assert_int_equal(ev->kind, EVENT_CALL);
		assert_int_equal(ev->call, cases[i].call);
		assert_int_equal(ev->abi, cases[i].abi);
	}
	/* The same numbers mean something else elsewhere. */
	assert_int_equal(decoded(*state, B32 "syscall=176" IDS STIM)->kind, EVENT_KEYED);
}

#define REFUSED B64 "syscall=313 success=no exit=-129 a0=3 a1=1 a2=0 a3=0" IDS MODPROBE

static void a_question_mark_is_no_name_of_a_module(void **state)
{
	const struct event *ev = decoded(*state, REFUSED "type=KERN_MODULE" ID "name=\"?\"\n" TITLE);

	assert_int_equal(ev->kind, EVENT_CALL);
	EXPECT_NONE(ev->module);
	assert_int_equal(ev->module_source, NAME_NONE);
	ev = decoded(*state, "type=KERN_MODULE" ID "name=\"?\"\n");
	assert_int_equal(ev->kind, EVENT_MODULE);
	EXPECT_NONE(ev->module);
	/* What was loaded has a name, and this one may be it. */
	EXPECT(decoded(*state, FINIT MODPROBE "type=KERN_MODULE" ID "name=\"?\"\n")->module, "?");
	EXPECT(decoded(*state, REFUSED "type=KERN_MODULE" ID "name=\"??\"\n")->module, "??");
}

/* As an auditd older than its kernel writes them. */
static void types_may_be_written_as_their_numbers(void **state)
{
	const struct event *ev = decoded(*state, FINIT MODPROBE
		"type=UNKNOWN[1330]" ID "name=\"vfat\"\n"
		"type=UNKNOWN[1327]" ID "proctitle=2F7362696E2F696E736D6F6400766661742E6B6F\n");

	assert_int_equal(ev->kind, EVENT_CALL);
	EXPECT(ev->module, "vfat");
	assert_int_equal(ev->module_source, NAME_KERNEL);
	EXPECT(ev->argv, "/sbin/insmod\0vfat.ko\0");
	assert_true(ev->argv_stale);

	ev = decoded(*state, "type=UNKNOWN[1300]" ID "arch=c000003e syscall=59 success=yes exit=0 a0=1"
		" items=2" IDS "comm=\"rmmod\" exe=\"/usr/bin/kmod\" key=\"modules\"\n"
		"type=UNKNOWN[1309]" ID "argc=2 a0=\"rmmod\" a1=\"vfat\"\n"
		"type=UNKNOWN[1307]" ID "cwd=\"/srv\"\n");
	assert_int_equal(ev->kind, EVENT_EXEC);
	EXPECT(ev->module, "vfat");
	EXPECT(ev->cwd, "/srv");

	ev = decoded(*state, "type=UNKNOWN[1305]" ID "auid=0 ses=1 op=remove_rule key=\"modules\" list=4 res=1\n");
	assert_int_equal(ev->kind, EVENT_CONFIG);
	EXPECT(ev->op, "remove_rule");
}

static void a_failed_call_keeps_its_error(void **state)
{
	const struct event *ev = decoded(*state,
		B64 "syscall=176 success=no exit=-2 a0=7ffd a1=800 a2=0 a3=0" IDS STIM
		"type=KERN_MODULE" ID "name=\"nosuchmod\"\n");

	assert_int_equal(ev->kind, EVENT_CALL);
	assert_false(ev->success);
	assert_int_equal(ev->exit, -2);
	assert_int_equal(ev->args[1], 0x800);
	EXPECT(ev->module, "nosuchmod");
}

static void a_refused_call_has_no_module(void **state)
{
	const struct event *ev = decoded(*state,
		B64 "syscall=313 success=no exit=-1 a0=3 a1=55 a2=0 a3=3" IDS MODPROBE TITLE);

	assert_int_equal(ev->kind, EVENT_CALL);
	assert_int_equal(ev->exit, -1);
	EXPECT_NONE(ev->module);
	assert_int_equal(ev->module_source, NAME_NONE);
}

static void a_call_matters_under_any_key_and_none(void **state)
{
	static const char *const keys[] = { "\"modules\"", "\"access\"", "(null)", "61202262" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		char text[1024];

		snprintf(text, sizeof(text), FINIT "comm=\"x\" exe=\"/x\" key=%s\n", keys[i]);
		assert_int_equal(decoded(*state, text)->kind, EVENT_CALL);
	}
}

static void hex_is_undone_in_what_users_name(void **state)
{
	const struct event *ev = decoded(*state, FINIT
		"comm=\"memfd:anon\" exe=2F6D656D66643A616E6F6E202864656C6574656429 key=(null)\n"
		"type=KERN_MODULE" ID "name=6E6F20737563680A6E616D653D227822201B5B33316D\n"
		"type=CWD" ID "cwd=2F746D702F6F646420646972\n");

	EXPECT(ev->exe, "/memfd:anon (deleted)");
	EXPECT(ev->module, "no such\nname=\"x\" \x1b[31m");
	EXPECT(ev->cwd, "/tmp/odd dir");
}

static void quoted_text_stands_for_itself(void **state)
{
	const struct event *ev = decoded(*state, FINIT
		"comm=\"ABCD\" exe=\"\" subj=u key=(null)\n"
		"type=KERN_MODULE" ID "name=\"?\"\n"
		"type=CWD" ID "cwd=\"(null)\"\n");

	EXPECT(ev->comm, "ABCD");
	EXPECT(ev->exe, "");
	EXPECT(ev->module, "?");
	EXPECT(ev->cwd, "(null)");
	EXPECT_NONE(ev->keys);
}

static void the_first_of_a_repeated_field_counts(void **state)
{
	const struct event *ev = decoded(*state, FINIT STIM
		"type=KERN_MODULE" ID "name=\"dummy\" name=\"other\"\n");

	EXPECT(ev->module, "dummy");
}

/* Two records run into one line: what the first one was, and what the sieve has seen. */
static void the_first_call_of_a_torn_line_counts(void **state)
{
	const struct event *ev = decoded(*state, B64 "syscall=44 success=yes ses=429"
		"arch=c000003e syscall=313 success=yes exit=0" IDS "key=\"other\"\n");

	assert_int_equal(ev->kind, EVENT_NONE);
}

static void words_that_are_no_hex_stay_as_they_are(void **state)
{
	const struct event *ev = decoded(*state,
		B64 "syscall=313 success=yes exit=0 tty=ad ses=3 comm=odd exe=ABC\n");

	EXPECT(ev->tty, "ad");
	EXPECT(ev->comm, "odd");
	EXPECT(ev->exe, "ABC");
}

static void all_keys_of_an_event_are_kept(void **state)
{
	EXPECT(decoded(*state, FINIT "comm=\"x\" exe=\"/x\" key=6D6F64756C65730173746967\n")->keys,
	       "modules\001stig");
	EXPECT(decoded(*state, FINIT "comm=\"x\" exe=\"/x\" key=6120226201ABCD016D6F64\n")->keys,
	       "a \"b\001\xab\xcd\001mod");
	EXPECT(decoded(*state, FINIT "comm=\"x\" exe=\"/x\" key=61202262\n")->keys, "a \"b");
}

static void a_wanted_key_is_matched_whole(void **state)
{
#define OPENAT B64 "syscall=257 success=yes exit=3" IDS "comm=\"vi\" exe=\"/usr/bin/vi\" key="
	static const struct { const char *record; enum event_kind kind; } cases[] = {
		{ OPENAT "\"modules\"\n", EVENT_KEYED },
		{ OPENAT "\"modules-load\"\n", EVENT_NONE },
		{ OPENAT "\"module\"\n", EVENT_NONE },
		{ OPENAT "\"my-modules\"\n", EVENT_NONE },
		{ OPENAT "(null)\n", EVENT_NONE },
		{ OPENAT "78016D6F64756C6573\n", EVENT_KEYED },		/* x, modules */
		{ OPENAT "7801737469670179\n", EVENT_KEYED },		/* x, stig, y */
		{ OPENAT "78016D6F64756C657379\n", EVENT_NONE },	/* x, modulesy */
	};
#undef OPENAT

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(decoded(*state, cases[i].record)->kind, cases[i].kind);
}

static void enriched_names_are_taken_and_fields_not_disturbed(void **state)
{
	const struct event *ev = decoded(*state, B64 "syscall=313 success=yes exit=0 pid=1"
		" auid=1000 uid=0 comm=\"modprobe\" exe=\"/usr/bin/kmod\" key=\"modules\"\x1d" "ARCH=b64"
		" OUID=\"wrong\" AUID=\"alice\" UID=\"root\" GID=\"root\"\n"
		"type=PATH" ID "item=0 name=\"/x\"\x1d" "OUID=\"root\" AUID=\"wrong\"\n");

	EXPECT(ev->login, "alice");
	EXPECT(ev->user, "root");
	EXPECT(ev->keys, "modules");
	assert_int_equal(ev->auid, 1000);
}

static void an_unset_login_keeps_its_word(void **state)
{
	EXPECT(decoded(*state, FINIT "comm=\"x\" exe=\"/x\" key=(null)\x1d" "AUID=\"unset\""
		" UID=\"root\"\n")
	       ->login, "unset");
	EXPECT(decoded(*state, FINIT "comm=\"x\" exe=\"/x\" key=(null)\x1d" "AUID=unknown(1003)\n")
	       ->login, "unknown(1003)");
}

static void a_node_is_the_host(void **state)
{
	EXPECT(decoded(*state, FINIT STIM)->host, "thishost");
	EXPECT(decoded(*state, "node=labhost " FINIT STIM)->host, "labhost");
}

static void a_node_with_a_blank_does_not_hide_the_event(void **state)
{
	const struct event *ev = decoded(*state, "node=my host " FINIT STIM
		"node=my host type=KERN_MODULE" ID "name=\"dummy\"\n");

	EXPECT(ev->host, "my host");
	assert_int_equal(ev->kind, EVENT_CALL);
	EXPECT(ev->module, "dummy");
}

static void other_records_of_an_event_change_nothing(void **state)
{
	const struct event *ev = decoded(*state,
		"type=LOGIN" ID "pid=7 uid=7 subj=u old-auid=4294967295 auid=1000 ses=1 res=1\n"
		"type=AVC" ID "avc:  denied  { module_load } pid=8 comm=\"evil\" key=\"stig\"\n"
		"type=SOCKADDR" ID "saddr=100000000000000000000000\n"
		FINIT MODPROBE "type=KERN_MODULE" ID "name=\"dummy\"\n" TITLE);

	assert_int_equal(ev->kind, EVENT_CALL);
	assert_int_equal(ev->pid, 109);
	EXPECT(ev->keys, "modules");
	EXPECT(ev->comm, "modprobe");
	EXPECT(ev->module, "dummy");
	EXPECT_NONE(ev->login);
}

static void a_module_without_its_syscall_is_kept(void **state)
{
	const struct event *ev = decoded(*state, "type=KERN_MODULE" ID "name=\"dummy\"\n" TITLE);

	assert_int_equal(ev->kind, EVENT_MODULE);
	assert_false(ev->has_syscall);
	EXPECT(ev->module, "dummy");
	assert_int_equal(ev->pid, NUM_NONE);
	EXPECT(ev->argv, "modprobe\0dummy\0");
}

static void a_module_on_an_unknown_machine_is_kept(void **state)
{
	const struct event *ev = decoded(*state, "type=SYSCALL" ID "arch=c0001234 syscall=5"
		" success=yes exit=0"
		IDS STIM "type=KERN_MODULE" ID "name=\"dummy\"\n");

	assert_int_equal(ev->kind, EVENT_MODULE);
	assert_true(ev->has_syscall);
	assert_int_equal(ev->pid, 109);
}

/* Which one is first is the business of parse/records.c. */
static void of_two_syscall_records_only_one_counts(void **state)
{
	const struct event *ev = decoded(*state, FINIT MODPROBE
		B64 "syscall=176 success=no exit=-1 pid=6 auid=5 comm=\"z\" key=\"other\"\n");
	bool load = ev->call == CALL_FINIT;

	assert_int_equal(ev->kind, EVENT_CALL);
	assert_int_equal(ev->pid, load ? 109 : 6);
	assert_int_equal(ev->success, load);
	assert_int_equal(ev->auid, load ? ID_UNSET : 5);
	assert_int_equal(ev->keys.len, load ? 7 : 5);
}

static void numbers_that_are_none_are_not_given(void **state)
{
	const struct event *ev = decoded(*state, B64 "syscall=313 success=yes exit=x pid=12a"
		" uid=99999999999"
		" gid=-5 euid= auid=-1 ses=unset\n");

	assert_int_equal(ev->pid, NUM_NONE);
	assert_int_equal(ev->uid, NUM_NONE);
	assert_int_equal(ev->gid, NUM_NONE);
	assert_int_equal(ev->euid, NUM_NONE);
	assert_int_equal(ev->auid, ID_UNSET);
	assert_int_equal(ev->ses, ID_UNSET);
	assert_int_equal(ev->exit, 0);
}

static void the_records_come_with_the_event(void **state)
{
	const struct event *ev = decoded(*state, "node=a " FINIT STIM
		"node=a type=KERN_MODULE" ID "name=\"dummy\"\n");

	assert_int_equal(ev->records, 2);
	assert_memory_equal(ev->raw.data, "node=a type=SYSCALL", 19);
	assert_int_equal(ev->raw.data[ev->raw.len - 1], '\n');
	assert_non_null(memmem(ev->raw.data, ev->raw.len, "KERN_MODULE", 11));
}

static void one_event_leaves_nothing_to_the_next(void **state)
{
	const struct event *ev;

	decoded(*state, FINIT MODPROBE "type=KERN_MODULE" ID "name=\"dummy\"\n" TITLE);
	ev = decoded(*state, "type=SYSCALL msg=audit(1795456283.072:10): arch=c000003e"
		" syscall=176 success=no\n");
	assert_int_equal(ev->call, CALL_DELETE);
	assert_int_equal(ev->pid, NUM_NONE);
	EXPECT_NONE(ev->module);
	EXPECT_NONE(ev->keys);
	EXPECT_NONE(ev->argv);
	EXPECT_NONE(ev->comm);

	/* An event without its end, then an older one. */
	decoded(*state, FINIT MODPROBE);
	ev = decoded(*state, "type=SYSCALL msg=audit(1095456283.072:5): arch=c000003e syscall=1\n");
	assert_int_equal(ev->kind, EVENT_NONE);
	assert_int_equal(ev->serial, 5);
}

static void records_without_facts_are_nothing(void **state)
{
	assert_int_equal(decoded(*state, "type=PATH" ID "name=\"/bin/kmod\"\n")->kind, EVENT_NONE);
	assert_int_equal(decoded(*state, "type=SYSCALL" ID "\n")->kind, EVENT_NONE);
	assert_int_equal(decoded(*state, "type=SYSCALL" ID "arch\n")->kind, EVENT_NONE);
	assert_int_equal(decoded(*state, TITLE)->kind, EVENT_NONE);
}

/* libauparse alone takes the first second of 1970 for no time, and the next for a part of arch=. */
static void ids_that_libauparse_cannot_read_do_no_harm(void **state)
{
	static const char *const heads[] = {
		"audit(0.072:9): ",
		"audit(1795456283.072:9):",
		"audit(253402300799.999:18446744073709551615): ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		char text[256];

		snprintf(text, sizeof(text), "type=SYSCALL msg=%sarch=c000003e syscall=313 pid=7\n",
			 heads[i]);
		assert_int_equal(decoded(*state, text)->kind, EVENT_CALL);
		assert_int_equal(decoded(*state, text)->pid, 7);
	}
	assert_int_equal(decoded(*state, FINIT STIM)->time_ms, 1795456283072);
}

/* Each prefix of an event is some event: nothing crashes, and no fact is invented. */
static void cut_records_do_no_harm(void **state)
{
	static const char whole[] = EXECVE MODPROBE
		"type=EXECVE" ID "argc=2 a0=\"modprobe\" a1_len=5 a1[0]=64756D a1[1]=\"my\"\n"
		"type=CWD" ID "cwd=\"/\"\n" TITLE;
	static const uintmax_t kinds[] = { EVENT_NONE, EVENT_EXEC, EVENT_KEYED };
	struct decoding *f = *state;

	for (size_t len = 50; len < sizeof(whole); len++) {
		if (decode_bytes(f, whole, len) != 0)
			continue;
		assert_in_set(f->ev.kind, kinds, ARRAY_SIZE(kinds));
		assert_int_equal(f->ev.serial, 9);
	}
	EXPECT(f->ev.module, "dummy");
}

/* Where the kernel writes it, and where the sieve looks for it: others are forged or torn. */
static void of_several_keys_in_a_call_the_last_counts(void **state)
{
	const struct event *ev = decoded(*state, B64 "syscall=4 key=\"modules\" items=0"
					 " key=\"stig\"\n");

	assert_int_equal(ev->kind, EVENT_KEYED);
	EXPECT(ev->keys, "stig");
	ev = decoded(*state, "type=SYSCALL msg=audit(1.528:4):arch=c000003e syscall=4"
		     " key=\"modules key=\n");
	assert_int_equal(ev->kind, EVENT_NONE);
	ev = decoded(*state, B64 "syscall=4 key=6D6F64756C65730173746967\n");
	EXPECT(ev->keys, "modules\1stig");
}

/* libauparse loses what it keeps of a second one. A path may well hold the words. */
static void a_second_working_directory_costs_no_memory(void **state)
{
	static const char *const records[] = {
		"cwd=\"/a\" cwd=\"/b\" cwd=\"/c\"\n",
		"x=y cwd=\"/a\" cwd=\"/c\"\n",
	};
	char text[1000];
	size_t before = 0;

	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		snprintf(text, sizeof(text), EXECVE MODPROBE "type=CWD" ID "%s", records[i]);
		for (int times = 0; times < 200; times++) {
			EXPECT(decoded(*state, text)->cwd, "/c");
			if (times == 100)
				before = mallinfo2().uordblks;
		}
		assert_int_equal(mallinfo2().uordblks, before);
	}
	EXPECT(decoded(*state, EXECVE MODPROBE "type=CWD" ID "cwd=\"/tmp/cwd=x\"\n")->cwd,
	       "/tmp/cwd=x");
}

static void an_event_of_the_largest_size_is_read(void **state)
{
	struct decoding *f = *state;
	static char text[RECORDS_BYTES_MAX];
	size_t len = 0;
	unsigned count = 0;

	len += (size_t)snprintf(text, sizeof(text), EXECVE MODPROBE "type=EXECVE" ID "argc=9"
		" a0=\"rmmod\"");
	while (len < sizeof(text) - 64)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " a%u=\"m\"", ++count);
	assert_int_equal(decode_bytes(f, text, len), 0);
	assert_int_equal(f->ev.kind, EVENT_EXEC);
	assert_int_equal(f->ev.argv.len, 6 + 2 * count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DECODING_TEST(a_load_has_the_facts_of_its_syscall),
		DECODING_TEST(what_is_not_given_is_not_made_up),
		DECODING_TEST(calls_are_known_by_number_and_architecture),
		DECODING_TEST(a_question_mark_is_no_name_of_a_module),
		DECODING_TEST(types_may_be_written_as_their_numbers),
		DECODING_TEST(a_failed_call_keeps_its_error),
		DECODING_TEST(a_refused_call_has_no_module),
		DECODING_TEST(a_call_matters_under_any_key_and_none),
		DECODING_TEST(hex_is_undone_in_what_users_name),
		DECODING_TEST(quoted_text_stands_for_itself),
		DECODING_TEST(the_first_of_a_repeated_field_counts),
		DECODING_TEST(the_first_call_of_a_torn_line_counts),
		DECODING_TEST(words_that_are_no_hex_stay_as_they_are),
		DECODING_TEST(all_keys_of_an_event_are_kept),
		DECODING_TEST(a_wanted_key_is_matched_whole),
		DECODING_TEST(enriched_names_are_taken_and_fields_not_disturbed),
		DECODING_TEST(an_unset_login_keeps_its_word),
		DECODING_TEST(a_node_is_the_host),
		DECODING_TEST(a_node_with_a_blank_does_not_hide_the_event),
		DECODING_TEST(other_records_of_an_event_change_nothing),
		DECODING_TEST(a_module_without_its_syscall_is_kept),
		DECODING_TEST(a_module_on_an_unknown_machine_is_kept),
		DECODING_TEST(of_two_syscall_records_only_one_counts),
		DECODING_TEST(numbers_that_are_none_are_not_given),
		DECODING_TEST(the_records_come_with_the_event),
		DECODING_TEST(one_event_leaves_nothing_to_the_next),
		DECODING_TEST(records_without_facts_are_nothing),
		DECODING_TEST(ids_that_libauparse_cannot_read_do_no_harm),
		DECODING_TEST(cut_records_do_no_harm),
		DECODING_TEST(of_several_keys_in_a_call_the_last_counts),
		DECODING_TEST(a_second_working_directory_costs_no_memory),
		DECODING_TEST(an_event_of_the_largest_size_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
