/*
 * A record's two halves: as the kernel wrote it, and the names that auditd puts
 * behind it (log_format=ENRICHED): AUID="alice" UID="root".
 *
 * Between them is the byte 0x1D (AUDIT_INTERP_SEPARATOR), which does not survive
 * every way to a collector: rsyslog makes "#035" or "#029" of it, audisp-syslog a
 * blank, others U+FFFD, "\x1d", "?" or nothing. Then the second half is known by
 * what only auditd writes: the record ends in fields with names of a closed list,
 * in capital letters, and between them and the kernel's last value stand a few
 * bytes at most. The kernel writes no such field; text that others choose is in
 * quotes or hex there, and a user record's ends with the kernel's last quote.
 */
#ifndef MODTRAIL_PARSE_HALVES_H
#define MODTRAIL_PARSE_HALVES_H

#include "read/record_head.h"

/* Parts of line->fields; names has len 0 if there are none. */
struct halves {
	struct bytes raw, names;
};

struct halves record_halves(const struct record_head *line);

#endif
