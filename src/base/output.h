/*
 * Whether what was printed has arrived.
 */
#ifndef MODTRAIL_BASE_OUTPUT_H
#define MODTRAIL_BASE_OUTPUT_H

#include "base/error.h"

#include <stdio.h>

/*
 * Flushes to, which is the file at path, or standard output (NULL). Returns 0 if all that was
 * ever printed to it has arrived, ERR_UNREAD if its reader has gone (modtrail report | head), or
 * ERR_SYSTEM with the system's reason.
 */
must_check int output_flush(FILE *to, const char *path, struct error *err);

#endif
