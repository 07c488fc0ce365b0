#include "model/event.h"

#include "test.h"

#include <string.h>

/* Packs, moves the block, lets go of all that went in, and unpacks. */
static void an_event_outlives_what_it_borrowed(void **state)
{
	char *text = strdup("host tty comm exe keys login user module argv cwd tool op detail raw");
	struct event ev = { .time_ms = 1795456283072, .serial = 9, .kind = EVENT_CALL, .pid = 77,
			    .args = { 1, 2, 3, UINT64_MAX }, .records = 3 };
	struct bytes *const strings[] = {
		&ev.host, &ev.tty, &ev.comm, &ev.exe, &ev.keys, &ev.login, &ev.user, &ev.module,
		&ev.argv, &ev.cwd, &ev.tool, &ev.op, &ev.detail, &ev.raw,
	};
	const struct event *found;
	char *block, *moved, *at = text;
	size_t size;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		*strings[i] = (struct bytes){ at, strcspn(at, " ") };
		at += strings[i]->len + 1;
	}
	size = event_packed_size(&ev);
	block = malloc(size);
	moved = malloc(size);
	event_pack(&ev, block);
	memset(text, 'x', strlen(text));
	free(text);
	memcpy(moved, block, size);
	memset(block, 'x', size);
	free(block);

	found = event_unpack(moved);
	assert_int_equal(found->time_ms, 1795456283072);
	assert_int_equal(found->serial, 9);
	assert_int_equal(found->kind, EVENT_CALL);
	assert_int_equal(found->pid, 77);
	assert_true(found->args[3] == UINT64_MAX);
	assert_int_equal(found->records, 3);
	assert_bytes_equal(found->host, "host");
	assert_bytes_equal(found->tty, "tty");
	assert_bytes_equal(found->comm, "comm");
	assert_bytes_equal(found->exe, "exe");
	assert_bytes_equal(found->keys, "keys");
	assert_bytes_equal(found->login, "login");
	assert_bytes_equal(found->user, "user");
	assert_bytes_equal(found->module, "module");
	assert_bytes_equal(found->argv, "argv");
	assert_bytes_equal(found->cwd, "cwd");
	assert_bytes_equal(found->tool, "tool");
	assert_bytes_equal(found->op, "op");
	assert_bytes_equal(found->detail, "detail");
	assert_bytes_equal(found->raw, "raw");
	free(moved);
}

/* A string that the records do not have is NULL; one that is empty is not. */
static void no_string_stays_none(void **state)
{
	const struct event ev = { .comm = { "", 0 } };
	void *block = malloc(event_packed_size(&ev));
	const struct event *found;

	(void)state;
	event_pack(&ev, block);
	found = event_unpack(block);
	assert_null(found->exe.data);
	assert_non_null(found->comm.data);
	assert_int_equal(found->comm.len, 0);
	free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_outlives_what_it_borrowed),
		cmocka_unit_test(no_string_stays_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
