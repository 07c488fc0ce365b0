/*
 * Writes markers into the audit stream, as records of type TRUSTED_APP. Needs
 * CAP_AUDIT_WRITE. The only user of libaudit beside the rule model.
 */
#ifndef MODTRAIL_SELFTEST_MARKER_SEND_H
#define MODTRAIL_SELFTEST_MARKER_SEND_H

#include "base/error.h"
#include "model/marker.h"

/* Returns a file descriptor for marker_send() and close(2), or ERR_SYSTEM. */
must_check int marker_socket_open(struct error *err);

/*
 * Returns when the kernel has taken the record. That says nothing about the
 * log: with audit switched off the kernel takes records and drops them.
 */
must_check int marker_send(int fd, const struct marker_text *m, struct error *err);

#endif
