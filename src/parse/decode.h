/*
 * Decodes the records of one event to a struct event. The only user of libauparse; names
 * of system calls are libaudit's.
 *
 * Each fact is taken only from the record type that owns it: SYSCALL,
 * KERN_MODULE, EXECVE, CWD, PATH, PROCTITLE, CONFIG_CHANGE, KERNEL, DAEMON_*. So a user
 * record that imitates one of them changes nothing. The action comes from the number
 * and the architecture of the system call, never from auparse's normaliser, which
 * calls a delete_module event with a KERN_MODULE record a load.
 *
 * auparse gets one whole event at a time, and only the raw fields of those types: no
 * node= (it cannot read one with a space in it), no enriched half, and nothing that
 * the sender of a user record wrote. It interprets no field: names are those of the
 * record's enriched half, or missing.
 */
#ifndef MODTRAIL_PARSE_DECODE_H
#define MODTRAIL_PARSE_DECODE_H

#include "base/error.h"
#include "model/event.h"
#include "parse/records.h"

struct decoder;

/*
 * keys: the wanted keys, NULL-ended, borrowed until decoder_free(); NULL: every key is
 * wanted. Returns NULL when out of memory.
 */
struct decoder *decoder_new(const char *const *keys);
void decoder_free(struct decoder *d);

/*
 * Decodes the records of one event (sorted, at least one) for a host that is
 * called host unless they name a node. *ev and what it points to, partly in
 * records and host, are valid until the next call. ev->kind is EVENT_NONE for an
 * event that does not belong into the trail.
 *
 * Returns 0, ERR_NOMEM, or ERR_INPUT when libauparse refuses the records: then *ev
 * is EVENT_NONE, with the identity of the event and its records.
 */
must_check int decode(struct decoder *d, struct records *records, const char *host,
		      struct event *ev, struct error *err);

#endif
