/*
 * An audit event as plain data: what decode found in its records, and what
 * store keeps. No libauparse, no SQLite here.
 */
#ifndef MODTRAIL_MODEL_EVENT_H
#define MODTRAIL_MODEL_EVENT_H

#include "base/util.h"

#include <stdbool.h>
#include <stdint.h>

#define ID_UNSET UINT32_C(4294967295)	/* auid and ses of a process nobody logged in for */
#define NUM_NONE INT64_C(-1)		/* a number that the records do not give */

/* What an event is to us. The numbers are stored: append only. */
enum event_kind {
	EVENT_NONE = 0,		/* nothing for the trail */
	EVENT_CALL = 1,		/* init_module, finit_module or delete_module */
	EVENT_EXEC = 2,		/* a run of kmod under one of its names, or one that was refused */
	EVENT_CONFIG = 3,	/* CONFIG_CHANGE: rules or audit state */
	EVENT_DAEMON = 4,	/* auditd's own: start, end, rotate ...; KERNEL: audit came up */
	EVENT_MARKER = 5,	/* a self-test's user record */
	EVENT_KEYED = 6,	/* anything else under a wanted key */
	EVENT_MODULE = 7,	/* KERN_MODULE without SYSCALL, or with one of an unknown machine */
};

/* The numbers are stored: append only. */
enum module_call { CALL_NONE = 0, CALL_INIT = 1, CALL_FINIT = 2, CALL_DELETE = 3 };

/* The numbers are stored: append only. x32: x86-64's third entry, numbers with bit 30. */
enum abi { ABI_NONE = 0, ABI_B64 = 1, ABI_B32 = 2, ABI_X32 = 3 };

/* Where a module's name comes from. The numbers are stored: append only. */
enum name_source {
	NAME_NONE = 0,		/* no name */
	NAME_KERNEL = 1,	/* KERN_MODULE: the kernel's word */
	NAME_ARGV = 2,		/* inferred from the command line of the tool */
	NAME_PROCTITLE = 3,	/* inferred from PROCTITLE, which may be stale */
};

/* The numbers are stored: append only. */
enum origin { ORIGIN_UNKNOWN = 0, ORIGIN_INTERACTIVE = 1, ORIGIN_SERVICE = 2, ORIGIN_AUTOLOAD = 3 };

/* Words for the above, as the views and options spell them. Bad numbers are bugs. */
extern const char *const call_names[];		/* NULL, "init_module", ... */
extern const char *const abi_names[];		/* NULL, "b64", ... */
extern const char *const name_source_names[];	/* NULL, "kernel", ... */
extern const char *const origin_names[];	/* "unknown", ... */

/*
 * Strings are bytes as the kernel logged them, hex undone; data is NULL where
 * the records say nothing. Everything is borrowed from the decoder.
 */
struct event {
	/* identity */
	struct bytes host;	/* node=, or the name given to the source */
	int64_t time_ms;	/* since 1970, the kernel's coarse clock */
	uint64_t serial;
	bool daemon;		/* auditd's sequence of serials, not the kernel's */
	unsigned twin;		/* 0, unless the trail has several events of this id (parse/twins.h) */

	enum event_kind kind;
	bool has_syscall;	/* a SYSCALL record was there; most fields come from it */

	/* from SYSCALL */
	int64_t arch;		/* AUDIT_ARCH_...; NUM_NONE */
	struct bytes syscall;	/* EVENT_KEYED: its name, or its number where nobody knows one */
	enum module_call call;
	enum abi abi;
	bool success;
	int64_t exit;		/* return value; -errno on failure */
	uint64_t args[4];	/* a0 to a3, raw */
	int64_t pid, ppid;	/* NUM_NONE if not given */
	int64_t auid, uid, euid, gid, ses;	/* ID_UNSET is a value, NUM_NONE means not given */
	struct bytes tty;	/* data NULL for (none) */
	struct bytes comm, exe;
	struct bytes keys;	/* all keys joined by 0x01, as the kernel does; NULL: no key */
	struct bytes login;	/* name of auid, where ENRICHED gives it */
	struct bytes user;	/* name of uid, where ENRICHED gives it */

	/* from KERN_MODULE (EVENT_CALL, EVENT_MODULE), or inferred for EVENT_EXEC, EVENT_MODULE */
	struct bytes module;	/* of an EVENT_EXEC: the names it asks for, joined by ',' */
	enum name_source module_source;

	/* from EXECVE and CWD, else PROCTITLE; of a run that was refused the program alone */
	struct bytes argv;	/* arguments, each ended by NUL; data NULL if unknown */
	bool argv_stale;	/* not from EXECVE: may be that of before the exec, may be cut */
	struct bytes cwd;

	/* from PATH: EVENT_KEYED, and an EVENT_EXEC that was refused */
	struct bytes path;	/* names of files, joined by ','; folders that they lie in left out */

	/* EVENT_EXEC */
	struct bytes tool;	/* insmod, rmmod, modprobe, lsmod ...; EVENT_CALL: see correlate */
	bool intends;		/* its options ask for a load or an unload */

	/* EVENT_CONFIG, EVENT_DAEMON, EVENT_MARKER */
	struct bytes op;	/* add_rule, set ...; start, terminate ...; marker: modtrail-... */
	int64_t list;		/* 4 exit, 1 task, 5 exclude ...; NUM_NONE */
	int64_t result;		/* 1 done, 0 refused; NUM_NONE */
	struct bytes detail;	/* the record's fields as text, enriched half left out */

	/* the records, in the order of parse/records.h, lines ended by '\n' */
	struct bytes raw;
	unsigned records;
	/* What the trail keeps of twins; decode and event_pack() leave it empty. */
	struct bytes loose;	/* the part of raw that was read apart from the rest; NULL: nothing */
	bool interrupted;
};

/*
 * An event and its strings as one block, for whoever needs them longer than
 * they last. A packed block may be moved; to is event_packed_size() bytes,
 * aligned for anything.
 */
size_t event_packed_size(const struct event *ev);
void event_pack(const struct event *ev, void *to);
/* The event at the block's beginning, which borrows from it until it is moved again. */
const struct event *event_unpack(void *block);

#endif
