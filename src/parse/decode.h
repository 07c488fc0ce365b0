/*
 * Records to one struct event. The only user of libauparse.
 *
 * A fact is taken only from the record type that owns it: SYSCALL,
 * KERN_MODULE, EXECVE, CWD, PATH, PROCTITLE, CONFIG_CHANGE, KERNEL, DAEMON_*. A user
 * record that imitates one changes nothing. The action comes from the system
 * call's number and architecture, never from auparse's normaliser, which calls
 * a delete_module event with a KERN_MODULE record a load.
 *
 * auparse gets one whole event at a time, and of it only the fields of those
 * types, raw: no node= (it cannot read one with a space in it), no enriched
 * half, nothing that a user record's sender wrote. No field is interpreted:
 * names come from the enriched half of the record or not at all.
 */
#ifndef MODTRAIL_PARSE_DECODE_H
#define MODTRAIL_PARSE_DECODE_H

#include "base/error.h"
#include "model/event.h"
#include "parse/records.h"

struct decoder;

/*
 * keys: the wanted keys, NULL-ended, borrowed until decoder_free(). Returns
 * NULL when out of memory.
 */
struct decoder *decoder_new(const char *const *keys);
void decoder_free(struct decoder *d);

/*
 * Decodes the records of one event (sorted, at least one) for a host that is
 * called host unless they name a node. *ev and what it points to, partly in
 * records and host, are valid until the next call; ev->kind is EVENT_NONE if
 * the trail has no use for it.
 *
 * Returns 0, ERR_NOMEM, or ERR_INPUT when libauparse refuses the records: then
 * *ev has their identity and themselves, and is of no kind; the caller counts
 * them and goes on.
 */
must_check int decode(struct decoder *d, struct records *records, const char *host,
		      struct event *ev, struct error *err);

#endif
