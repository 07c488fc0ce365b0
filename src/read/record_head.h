/*
 * The head of a line of the audit log. It is parsed without libauparse, because
 * this is done for every line:
 *
 *   [node=NAME ]type=TYPE msg=audit(SECONDS.MILLIS:SERIAL): fields...
 *
 * as auditd writes it (audit-userspace src/auditd-event.c, format_raw).
 */
#ifndef MODTRAIL_READ_RECORD_HEAD_H
#define MODTRAIL_READ_RECORD_HEAD_H

#include "model/record_type.h"

#include <stdbool.h>
#include <stdint.h>

struct record_head {
	struct bytes text;	/* the line as it stands, without newline, CR or leading NULs */
	struct bytes node;	/* NAME, or len 0 */
	struct bytes type;	/* "SYSCALL", "UNKNOWN[1199]" */
	const struct record_type *kind;	/* never NULL */
	struct bytes id;	/* "1795456283.072:9", inside text */
	int64_t time_ms;	/* since 1970, up to the end of 9999: later ones are malformed */
	uint64_t serial;
	struct bytes fields;	/* behind "): ", the enriched half (parse/halves.h) included */
	bool daemon;		/* type DAEMON_*: auditd's own serials, another sequence */
};

/* The shortest line that is a record, newline included: "type=A msg=audit(0.000:0):". */
#define RECORD_LINE_MIN 27

/* Why a line is not a record. Each fault is counted by its name. */
enum line_fault {
	LINE_OK,
	LINE_EMPTY,		/* nothing but white space; also "----" and "time->" of ausearch */
	LINE_NO_RECORD,		/* does not start with [node=...] type=... msg=audit( */
	LINE_BAD_ID,		/* the time or the serial is no number, or too large */
	LINE_NUL,		/* holds a NUL byte behind its start: a torn write */
	LINE_JOINED,		/* a record that others follow in the same line: see record_is_joined() */
	LINE_FAULT_COUNT
};
extern const char *const line_fault_names[LINE_FAULT_COUNT];

/*
 * Reads the head of len bytes at data (no newline needed). Trailing CRs and
 * leading NULs (left by a crash in preallocated blocks) do not count. Pure.
 */
enum line_fault record_head_parse(struct record_head *line, const char *data, size_t len);

/*
 * The same without the search for NUL bytes, for a caller that knows that there are
 * none behind the start; so the fields are not read at all. before: the head of the
 * line before this one, which was LINE_OK and whose bytes are still in memory, or
 * NULL. If both have the same id, it is not parsed again.
 */
enum line_fault record_head_after(struct record_head *line, const char *data, size_t len,
				  const struct record_head *before);

/*
 * Does another record stand in this text of a line, whose fields begin at fields? Some
 * collectors join the records of an event to one line, and a torn line goes on as the
 * next one. The sender of a user record may write what it likes: not to be asked of those.
 */
bool record_is_joined(struct bytes fields);

/*
 * A quick look at a line without node= and of one of the five most common types:
 * returns the beginning of its id. NULL for every other line.
 */
const char *record_head_likely_id(const char *data, size_t len, const struct record_type **kind);

#endif
