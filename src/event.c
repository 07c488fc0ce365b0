#include "event.h"

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
