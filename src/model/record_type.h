/*
 * What the type of a record says about it: may the record matter, does it end
 * its event, and where does it stand among the event's records.
 */
#ifndef MODTRAIL_MODEL_RECORD_TYPE_H
#define MODTRAIL_MODEL_RECORD_TYPE_H

#include "base/util.h"

enum record_role {
	RECORD_AUXILIARY,	/* part of a kernel event, of no interest by itself */
	RECORD_SYSCALL,
	RECORD_EXECVE,
	RECORD_END,		/* PROCTITLE or EOE: nothing follows */
	RECORD_FACT,		/* KERN_MODULE, CONFIG_CHANGE: always of interest */
	RECORD_DAEMON,		/* DAEMON_*, KERNEL: always of interest, an event by itself */
	RECORD_USER,		/* from user space, an event by itself */
};

/* Places of the kernel's order; types of one place are told apart by parse/records.c. */
enum record_place {
	PLACE_CONFIG_CHANGE, PLACE_SYSCALL, PLACE_KERN_MODULE, PLACE_EXECVE, PLACE_OTHER,
	PLACE_CWD, PLACE_PATH, PLACE_PROCTITLE, PLACE_EOE,
};

struct record_type {
	struct bytes name;
	enum record_role role;
	enum record_place place;
};

/*
 * The name of a type. auditd writes UNKNOWN[1330] for one that is newer than itself:
 * where the number is that of a type which matters here, this is its name; else, and for
 * all other names, what was given.
 */
struct bytes record_type_name(struct bytes type);

/*
 * Never NULL. A name that is not known is RECORD_USER, as nearly all of the
 * types are; an UNKNOWN[number] without a name is what the kernel's ranges of
 * numbers say: RECORD_USER, RECORD_DAEMON or RECORD_AUXILIARY.
 */
const struct record_type *record_type(struct bytes name);

/* The same for the types of almost every line, which read/record_head.c knows by itself. */
enum likely_type { LIKELY_PATH, LIKELY_SYSCALL, LIKELY_PROCTITLE, LIKELY_CWD, LIKELY_EXECVE };
extern const struct record_type likely_types[];

#endif
