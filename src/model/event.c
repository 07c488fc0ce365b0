#include "model/event.h"

#include <string.h>

const char *const call_names[] = {
	[CALL_NONE] = NULL,
	[CALL_INIT] = "init_module",
	[CALL_FINIT] = "finit_module",
	[CALL_DELETE] = "delete_module",
};
_Static_assert(ARRAY_SIZE(call_names) == CALL_DELETE + 1, "every call needs a name");

const char *const abi_names[] = {
	[ABI_NONE] = NULL,
	[ABI_B64] = "b64",
	[ABI_B32] = "b32",
	[ABI_X32] = "x32",
};
_Static_assert(ARRAY_SIZE(abi_names) == ABI_X32 + 1, "every ABI needs a name");

const char *const name_source_names[] = {
	[NAME_NONE] = NULL,
	[NAME_KERNEL] = "kernel",
	[NAME_ARGV] = "argv",
	[NAME_PROCTITLE] = "proctitle",
};
_Static_assert(ARRAY_SIZE(name_source_names) == NAME_PROCTITLE + 1, "every source needs a name");

const char *const origin_names[] = {
	[ORIGIN_UNKNOWN] = "unknown",
	[ORIGIN_INTERACTIVE] = "interactive",
	[ORIGIN_SERVICE] = "service",
	[ORIGIN_AUTOLOAD] = "autoload",
};
_Static_assert(ARRAY_SIZE(origin_names) == ORIGIN_AUTOLOAD + 1, "every origin needs a name");

static const size_t strings[] = {
#define STRING(member) offsetof(struct event, member)
	STRING(host), STRING(tty), STRING(comm), STRING(exe), STRING(keys), STRING(login),
	STRING(user), STRING(module), STRING(argv), STRING(cwd), STRING(tool), STRING(op),
	STRING(detail), STRING(raw), STRING(syscall), STRING(path),
#undef STRING
};

static const struct bytes *string_of(const struct event *ev, size_t i)
{
	return (const struct bytes *)((const char *)ev + strings[i]);
}

size_t event_packed_size(const struct event *ev)
{
	size_t size = sizeof(*ev);

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		size += string_of(ev, i)->len;
	return size;
}

void event_pack(const struct event *ev, void *to)
{
	struct event *packed = to;
	char *text = (char *)(packed + 1);

	*packed = *ev;
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		const struct bytes *string = string_of(ev, i);

		if (string->len > 0)
			memcpy(text, string->data, string->len);
		text += string->len;
	}
}

const struct event *event_unpack(void *block)
{
	struct event *ev = block;
	const char *text = (const char *)(ev + 1);

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		struct bytes *string = (struct bytes *)((char *)ev + strings[i]);

		/* No string and the empty string are two things. */
		if (string->data != NULL)
			string->data = text;
		text += string->len;
	}
	return ev;
}
